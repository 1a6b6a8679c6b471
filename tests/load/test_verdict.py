"""The verdict on a share of dropped requests: against which budget, and what would settle one that is open."""

from __future__ import annotations

from ipseclint.load.parameters import Parameters
from ipseclint.load.scenarios import Scenario
from ipseclint.load.schedules import AUTHIP
from ipseclint.load.sensitivity import Range
from ipseclint.load.verdict import MEASUREMENTS, Verdict, judge
from tests.cases import cases

SETTLED = Parameters.defaults().with_user_values(
    **{entry.name: entry.value for entry in Parameters.defaults().unsettled()}
)


@cases(
    ("budget", "dropped", "allowed", "verdict"),
    [
        (None, (0.0, 0.001), 0.001, Verdict.SAFE),
        (None, (0.0, 0.0011), 0.001, Verdict.UNKNOWN),
        (None, (0.001, 0.1), 0.001, Verdict.UNKNOWN),
        (None, (0.0011, 0.1), 0.001, Verdict.UNSAFE),
        (0.5, (0.1, 0.5), 0.5, Verdict.SAFE),
        (0.5, (0.5, 0.6), 0.5, Verdict.UNKNOWN),
        (0.5, (0.51, 0.6), 0.5, Verdict.UNSAFE),
        (0.0, (0.0, 0.0), 0.0, Verdict.SAFE),
        (0.0, (0.0001, 0.0001), 0.0, Verdict.UNSAFE),
    ],
)
def test_a_share_is_held_against_the_budget_of_the_site_or_one_in_a_thousand(
    budget: float | None, dropped: tuple[float, float], allowed: float, verdict: Verdict
) -> None:
    told = judge(SETTLED, Range(*dropped), budget, Scenario.STEADY, AUTHIP)
    assert (told.verdict, told.budget, told.dropped) == (verdict, allowed, Range(*dropped))
    assert (told.settled_by, told.how) == (None, None)


@cases("name", ["workers", "main_mode_service_seconds"])
def test_an_open_verdict_names_the_input_that_alone_decides_it_and_how_it_is_measured(name: str) -> None:
    parameters = SETTLED.with_user_values(peers=100_000).with_range(
        name, *((1, 8) if name == "workers" else (0.001, 0.5))
    )
    told = judge(parameters, Range(0.0, 0.5), 0.01, Scenario.STEADY, AUTHIP)
    assert (told.verdict, told.settled_by, told.how) == (Verdict.UNKNOWN, name, MEASUREMENTS[name])
