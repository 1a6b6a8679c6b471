"""The pairs of ends in a run for a report, those that do not end as wanted first."""

from __future__ import annotations

from ipseclint.finding import Severity
from ipseclint.report import TwoEnds
from ipseclint.semantics.digest import Fleet
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.fleet import compared
from ipseclint.semantics.negotiation.verdict import Outcome, Verdict, negotiate

MAX_PAIRS = 200
"""The most pairs in a report: nobody reads more, and `ipseclint negotiate` lists all."""


def two_ends(fleet: Fleet) -> tuple[TwoEnds, ...]:
    """The pairs that are certainly meant for each other, the Windows machine or policy first."""
    told = [_told(_worse(pair.a, pair.b)) for pair in (comparison.pair for comparison in compared(fleet))]
    return tuple(sorted(told, key=lambda pair: -Severity(pair.severity).rank)[:MAX_PAIRS])


def _worse(a: End, b: End) -> Outcome:
    """The outcome of the worse direction: a client never answers, and a server never asks."""
    ways = [(a, b), (b, a)]
    asked = [(one, other) for one, other in ways if not (one.is_server or other.is_client)] or ways
    outcomes = [negotiate(one, other) for one, other in asked]
    return max(outcomes, key=lambda outcome: outcome.severity.rank)


def _told(outcome: Outcome) -> TwoEnds:
    asks, answers = outcome.initiator, outcome.responder
    suites = ", ".join(suite for suite in (outcome.main_mode, outcome.quick_mode) if suite is not None)
    return TwoEnds(
        a=asks.subject,
        a_span=asks.span,
        b=answers.subject,
        b_span=answers.span,
        severity=outcome.severity.value,
        verdict=outcome.verdict.value,
        key_module=outcome.key_module,
        stage=None if outcome.stage is None else outcome.stage.value,
        at_renewal=outcome.at_renewal,
        after_seconds=outcome.after_seconds,
        why=suites if outcome.verdict is Verdict.SECURED else outcome.why,
        basis=outcome.basis,
    )
