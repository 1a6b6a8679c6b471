"""The state of a run against each clause of the standards that it was held to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ipseclint.engine.apply_rules import Plan
from ipseclint.engine.judged import POLICY_KINDS, kinds_of
from ipseclint.engine.rulesets.cited_clauses import Clause, clauses_of
from ipseclint.report import ClauseResult, ClauseState, InputStatus, Report, Standing
from ipseclint.rule import LooksAt, Rule

_TOLD_APART = frozenset({"audit_setting", "windows_host"})
"""Kinds of objects without which a rule that examines them has checked nothing, whatever else was read."""

_CRYPTO_SETS = frozenset({"main_mode_crypto_set", "quick_mode_crypto_set"})
_SETS = _CRYPTO_SETS | {"authentication_set"}
_VPN_ENDS = frozenset({"vpn_connection", "vpn_server", "vpn_interface"})
"""Kinds of VPN objects, which have sets but other rules than connection security."""


def clause_results(report: Report, plans: Sequence[Plan]) -> tuple[ClauseResult, ...]:
    """The state of each clause of each standard among the rulesets, in order; rules without a clause stand alone."""
    standards = [plan for plan in plans if plan.ruleset.standard]
    counts: Counter[tuple[str, str]] = Counter()
    waived: Counter[tuple[str, str]] = Counter()
    for finding in report.findings:
        for label in finding.rulesets:
            counts[label, finding.code] += 1
            waived[label, finding.code] += finding.waiver is not None
    return tuple(_results(report, standards, counts, waived))


def _results(
    report: Report, standards: Iterable[Plan], found: Counter[tuple[str, str]], waived: Counter[tuple[str, str]]
) -> Iterator[ClauseResult]:
    for plan in standards:
        label = plan.ruleset.label
        known = {rule.code: rule for rule in plan.ruleset.known}
        running = {rule.code for rule in plan.rules}
        clauses: dict[str, list[Clause]] = {}
        for row in clauses_of(plan.ruleset):
            clauses.setdefault(row.clause if row.section else f"{row.clause}: {row.name}", []).append(row)
        for clause, rows in clauses.items():
            codes = tuple(dict.fromkeys(row.rule for row in rows))
            findings = sum(found[label, code] for code in codes)
            states = [_state(known[code], report) if code in running else ClauseState.NOT_CHECKED for code in codes]
            yield ClauseResult(
                ruleset=label,
                clause=clause,
                rules=codes,
                state=ClauseState.NOT_MET if findings else _together(states, _read(report)),
                findings=findings,
                waived=sum(waived[label, code] for code in codes),
                standing=max((row.standing for row in rows), key=list(Standing).index),
            )


def _together(states: Sequence[ClauseState], read: frozenset[str]) -> ClauseState:
    """The state of a clause from those of its rules: met only if each rule with something to examine did so.

    It may also apply to a VPN end that none of these rules examines.
    """
    if ClauseState.NOT_CHECKED in states:
        return ClauseState.NOT_CHECKED
    if ClauseState.MET in states:
        return ClauseState.MET
    return ClauseState.NOT_CHECKED if _VPN_ENDS & read else ClauseState.NOT_APPLICABLE


def _read(report: Report) -> frozenset[str]:
    """The kinds of objects that were read."""
    return frozenset(kind for input_ in report.inputs for kind, number in input_.objects.items() if number)


def _state(rule: Rule, report: Report) -> ClauseState:
    """The state by a rule that found nothing: it counts as not checked where it did not see everything."""
    whole = all(each.status in {InputStatus.UNDERSTOOD, InputStatus.NO_IPSEC} for each in report.inputs)
    waits = any(each.code == rule.code for each in report.not_checked)
    crashed = any(each.where == f"rule {rule.code}" for each in report.crashes)
    read = _read(report)
    if not whole or not read or waits or crashed:
        return ClauseState.NOT_CHECKED
    kinds = _judged_by(rule)
    if kinds & _TOLD_APART and not kinds & _TOLD_APART & read:
        return ClauseState.NOT_CHECKED
    if POLICY_KINDS & read:
        # Such a rule says nothing of Windows' own sets and settings, which apply where a policy has none.
        by_windows = (rule.looks_at is LooksAt.SETS and rule.family == "CR" and not read >= _CRYPTO_SETS) or (
            rule.looks_at in {LooksAt.SETS, LooksAt.SETTINGS} and not kinds & read
        )
        if by_windows:
            return ClauseState.NOT_CHECKED
    return ClauseState.MET if kinds & read else ClauseState.NOT_APPLICABLE


def _judged_by(rule: Rule) -> frozenset[str]:
    """The kinds of which one must be present for a rule to have checked anything: the sets it sees are not enough."""
    kinds = kinds_of(rule)
    if LooksAt.SETS not in rule.looks_at:
        return kinds - _SETS or kinds
    of_family = {"AU": _CRYPTO_SETS, "CR": _SETS - _CRYPTO_SETS}.get(rule.family, frozenset())
    return kinds - of_family - _VPN_ENDS  # the offer of an end without sets is not fully known
