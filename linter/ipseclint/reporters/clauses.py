"""The clauses of the standards that a run was held to, as lines and plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from ipseclint.finding import Finding
from ipseclint.report import ClauseResult, ClauseState, Report, Standing
from ipseclint.words import plural

_STANDINGS = {Standing.QUOTED: "clause as others quote it", Standing.UNVERIFIED: "clause not verified"}


def clause_words(result: ClauseResult) -> str:
    """Notes on a clause besides its state: findings, waivers, and how well its text was read."""
    parts = [plural(result.findings, "finding")] if result.findings else []
    parts += [f"{result.waived} waived"] if result.waived else []
    parts += [_STANDINGS[result.standing]] if result.standing in _STANDINGS else []
    return ", ".join(parts)


def by_standard(report: Report) -> Iterator[tuple[str, list[ClauseResult]]]:
    """Each standard of the run with its clauses, in order."""
    for ruleset, listed in groupby(report.clauses, key=lambda each: each.ruleset):
        yield ruleset, list(listed)


def clause_line(result: ClauseResult) -> str:
    """A clause in one line: its state, its name, its rules, and notes."""
    return f"{result.state.value}: {clause_with_rules(result)}"


def clause_with_rules(result: ClauseResult) -> str:
    """A clause's name, its rules, and notes."""
    words = clause_words(result)
    return f"{result.clause} ({' '.join(result.rules)}{f'; {words}' if words else ''})"


def findings_against(report: Report) -> dict[tuple[str, str], Finding]:
    """The worst finding that counts against each clause that is not met, by standard and clause."""
    by_rule: dict[tuple[str, str], Finding] = {}
    for finding in report.findings if report.clauses else ():
        for ruleset in finding.rulesets if finding.counts else ():
            known = by_rule.get((ruleset, finding.code))
            if known is None or finding.severity.rank > known.severity.rank:
                by_rule[ruleset, finding.code] = finding
    worst: dict[tuple[str, str], Finding] = {}
    for result in report.clauses:
        against = [by_rule[result.ruleset, code] for code in result.rules if (result.ruleset, code) in by_rule]
        if against:
            worst[result.ruleset, result.clause] = max(against, key=lambda each: each.severity.rank)
    return worst


def clause_totals(report: Report) -> list[str]:
    """For each standard the number of clauses in each state, in words."""
    counts: dict[str, Counter[ClauseState]] = {}
    for result in report.clauses:
        counts.setdefault(result.ruleset, Counter())[result.state] += 1
    return [
        f"{ruleset}: {', '.join(f'{states[state]} {state}' for state in ClauseState if states[state])}"
        for ruleset, states in counts.items()
    ]


def clause_dict(result: ClauseResult) -> dict[str, Any]:
    """One clause as plain values."""
    return {
        "ruleset": result.ruleset,
        "clause": result.clause,
        "rules": list(result.rules),
        "state": result.state.value,
        "findings": result.findings,
        "waived": result.waived,
        "verified": result.standing is Standing.READ,
        "standing": result.standing.value,
    }
