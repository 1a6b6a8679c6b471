"""The text of an answer on load: each line that there can be, and how many of what is ranked are told."""

from __future__ import annotations

import math
from functools import cache

from msgspec.structs import replace

from ipseclint.load.calibrate import Calibration, Fit
from ipseclint.load.host import HostFit
from ipseclint.load.parameters import Provenance
from ipseclint.load.report.text import ranking_rows, render, render_calibration
from ipseclint.load.request import LoadAnswer, LoadRequest, answer
from ipseclint.load.scenarios import Scenario
from ipseclint.load.schedules import WINDOWS_IKEV1
from ipseclint.load.sensitivity import Change, Effect, Elasticity, Lever, Metric
from ipseclint.model.site import Site
from tests.cases import cases


@cache
def steady() -> LoadAnswer:
    return answer(None, "policy", LoadRequest(Scenario.STEADY, WINDOWS_IKEV1, Site(), {"peers": 4000}))


def effect(label: str) -> Effect:
    change = Change(label, {}, Lever.POLICY, Provenance.DOCUMENTED, "a source")
    return Effect(change, Metric.DROP_PROBABILITY, 0.5, 0.25, 0.25, 0.125, 0.375)


def said_of(label: str) -> str:
    return f"{label}; requests dropped from 50% to 25% (saves 12.5% to 37.5%)"


def with_effects(*effects: Effect, best: Effect | None) -> LoadAnswer:
    return replace(steady(), assessment=replace(steady().assessment, effects=effects, best_policy_change=best))


@cases("count", range(5))
def test_of_the_changes_beside_the_best_two_are_told(count: int) -> None:
    best, *others = effects = [effect(f"change {number}") for number in range(5)]
    for told in (effects[: count + 1], [*others[:count], best]):
        lines = render(with_effects(*told, best=best)).splitlines()
        begin = lines.index(f"policy change that helps most: {said_of('change 0')}")
        expected = [f"also: {said_of(f'change {number}')}" for number in range(1, min(count, 2) + 1)]
        assert lines[begin + 1 : begin + 1 + len(expected)] == expected
        assert sum(line.startswith("also: ") for line in lines) == len(expected)


def test_where_no_change_of_policy_is_best_the_others_are_told() -> None:
    lines = render(with_effects(effect("a"), best=None)).splitlines()
    begin = lines.index("No change of policy helps here.")
    assert lines[begin + 1] == f"also: {said_of('a')}"


@cases(("count", "told"), [(0, 0), (1, 1), (6, 6), (7, 6)])
def test_six_parameters_are_ranked(count: int, told: int) -> None:
    ranked = tuple(
        Elasticity(f"of_{number}", Lever.HOST, Metric.UTILISATION, 1.25, -0.5, 2.0) for number in range(count)
    )
    one = replace(steady(), assessment=replace(steady().assessment, elasticities=ranked))
    assert list(ranking_rows(one)) == [(f"of {number}", "host", "+1.25", "-0.5 to 2") for number in range(told)]
    lines = render(one).splitlines()
    assert ("No parameter moves the outcome: there is no load." in lines) is (count == 0)
    assert ("what decides: change of utilisation of the workers in % for 1% more of" in lines) is (count > 0)
    assert sum("+1.25" in line for line in lines) == told


@cases(("samples", "drops"), [(0, 0), (1, 1), (2, 2)])
def test_what_was_measured_is_told_and_how_to_measure_it_where_there_is_less_than_a_rate(
    samples: int, drops: int
) -> None:
    open_, fitted = Fit("workers", None, 1, 8, 0, "nothing tells"), Fit("of_a_rate", 2.5, 1, math.inf, 3, "fitted")
    lines = render_calibration(HostFit(Calibration(open_, fitted, fitted, fitted), open_, samples, drops)).splitlines()
    assert lines[0] == (
        f"fitted to the host's data: {samples} sample{'s' * (samples != 1)} of counters,"
        f" {drops} event{'s' * (drops != 1)} of a drop; 95% interval"
    )
    unknown = ["  workers: unknown (1 to 8)", "    nothing tells"]
    assert lines[1:11] == [*unknown, *["  of a rate: 2.5 (1 to unlimited)", "    fitted"] * 3, *unknown]
    assert [line.startswith("how to measure it: ") for line in lines[11:]] == [True] * (samples < 2)
