"""How a run stands to each clause of the standards that it was held to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ipseclint.engine.apply_rules import Plan
from ipseclint.engine.cited_clauses import Clause, clauses_of
from ipseclint.engine.judged import POLICY_KINDS, kinds_of
from ipseclint.report import ClauseResult, ClauseState, InputStatus, Report, Standing
from ipseclint.rule import LooksAt, Rule

_TOLD_APART = frozenset({"audit_setting", "windows_host"})
"""Kinds of objects without which a rule that asks for them has seen nothing, whatever else was read."""

_CRYPTO_SETS = frozenset({"main_mode_crypto_set", "quick_mode_crypto_set"})
_SETS = _CRYPTO_SETS | {"authentication_set"}
_VPN_ENDS = frozenset({"vpn_connection", "vpn_server", "vpn_interface"})
"""Kinds that have sets, and of which rules on connection security know nothing: theirs go by other rules."""


def clause_results(report: Report, plans: Sequence[Plan]) -> tuple[ClauseResult, ...]:
    """Each clause of each standard among the rulesets, in order; rules without a clause of their own stand alone."""
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
    """The state of a clause of those by its rules: met only if each that has anything to look at looked.

    It may well apply to the end of a VPN of which none of them knows anything.
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
    """How a rule that found nothing stands: what it did not see in whole it has not checked."""
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
        # Of Windows' own sets and settings, which hold where a policy has none, such a rule says nothing.
        by_windows = (rule.looks_at is LooksAt.SETS and rule.family == "CR" and not read >= _CRYPTO_SETS) or (
            rule.looks_at in {LooksAt.SETS, LooksAt.SETTINGS} and not kinds & read
        )
        if by_windows:
            return ClauseState.NOT_CHECKED
    return ClauseState.MET if kinds & read else ClauseState.NOT_APPLICABLE


def _judged_by(rule: Rule) -> frozenset[str]:
    """The kinds of which one must be there for a rule to have judged anything: whose sets it sees is not enough."""
    kinds = kinds_of(rule)
    if LooksAt.SETS not in rule.looks_at:
        return kinds - _SETS or kinds
    of_family = {"AU": _CRYPTO_SETS, "CR": _SETS - _CRYPTO_SETS}.get(rule.family, frozenset())
    return kinds - of_family - _VPN_ENDS  # what an end without sets offers is not all known
