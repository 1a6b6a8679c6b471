"""The clauses of the standards that a run was held to, as lines and plain values."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ipseclint.report import ClauseResult, ClauseState, Report
from ipseclint.words import plural


def clause_words(result: ClauseResult) -> str:
    """What there is to say of a clause beside its state: findings, waivers, and whether its text was read."""
    parts = [plural(result.findings, "finding")] if result.findings else []
    parts += [f"{result.waived} waived"] if result.waived else []
    parts += [] if result.verified else ["clause not verified"]
    return ", ".join(parts)


def clause_totals(report: Report) -> list[str]:
    """For each standard how many clauses are in which state, in words."""
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
        "verified": result.verified,
    }
