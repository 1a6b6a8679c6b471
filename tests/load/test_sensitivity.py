import itertools
import math

import pytest

from ipseclint.load.changes import cheaper_suite, proposed_changes, without_pfs
from ipseclint.load.figures import evaluate, pressure
from ipseclint.load.parameters import Parameters, Provenance
from ipseclint.load.scenarios import Scenario
from ipseclint.load.schedules import AUTHIP
from ipseclint.load.sensitivity import (
    Lever,
    Metric,
    corners,
    drop_surface,
    effects,
    elasticities,
    elasticity,
    figure_ranges,
    metric_for,
)
from ipseclint.load.service import Suite

SETTLED = {
    "workers": 8,
    "main_mode_service_seconds": 0.02,
    "quick_mode_service_seconds": 0.001,
    "service_scv": 1,
    "patience_seconds": 0.05,
    "round_trip_seconds": 0.05,
}


def given(**values):
    return Parameters.defaults().with_user_values(**values)


def test_corners_are_every_combination_of_the_extremes():
    parameters = Parameters.defaults()
    tried = corners(parameters)
    assert len(tried) == 2 ** len(parameters.unsettled())
    assert {(load.workers, load.patience_seconds) for load in tried} == set(itertools.product((1, 8), (5, 60)))
    assert len(corners(given(**SETTLED))) == 1


def test_every_figure_lies_in_its_range():
    parameters = given(peers=50_000, quick_mode_limit=1, throughput_bits_per_second=1e6)
    for scenario in Scenario:
        figures = evaluate(parameters.workload(), scenario, AUTHIP)
        ranges = figure_ranges(parameters, scenario, AUTHIP)
        for name, span in ranges.items():
            assert span.low <= getattr(figures, name) <= span.high
        assert ranges["drop_probability"].low < ranges["drop_probability"].high
        assert ranges["main_mode_rate"].low == ranges["main_mode_rate"].high


def test_the_range_holds_all_between_the_corners():
    parameters = given(peers=50_000, quick_mode_limit=1, throughput_bits_per_second=1e6)
    span = figure_ranges(parameters, Scenario.STEADY, AUTHIP)["drop_probability"]
    for workers, patience, scv in itertools.product((1, 3, 8), (5, 20, 60), (0, 1, 4)):
        between = parameters.workload().with_values(
            {"workers": workers, "patience_seconds": patience, "service_scv": scv}
        )
        drop = evaluate(between, Scenario.STEADY, AUTHIP).drop_probability
        assert span.low <= drop <= span.high * (1 + 1e-9)


def test_settled_parameters_leave_no_range():
    spans = figure_ranges(given(peers=50_000, **SETTLED), Scenario.STEADY, AUTHIP)
    assert "drop_probability" in spans
    assert [name for name, span in spans.items() if span.low != span.high] == []


def test_the_metric_is_drops_where_there_are_any():
    busy = given(peers=1_600_000, quick_mode_limit=1, **SETTLED).workload()
    assert metric_for(busy, Scenario.STEADY, AUTHIP) is Metric.DROP_PROBABILITY
    assert metric_for(given(peers=1).workload(), Scenario.STEADY, AUTHIP) is Metric.UTILISATION
    assert metric_for(given(peers=1).workload(), Scenario.BOOT, AUTHIP) is Metric.BACKLOG_SECONDS
    assert metric_for(given(peers=100_000).workload(), Scenario.BOOT, AUTHIP) is Metric.DROP_PROBABILITY


def test_utilisation_is_proportional():
    load = given(peers=1_000, main_mode_service_seconds=0.02, quick_mode_service_seconds=1e-9).workload()

    def of(name):
        return elasticity(load, name, Metric.UTILISATION, Scenario.STEADY, AUTHIP)

    assert of("peers") == pytest.approx(1, abs=1e-6)
    assert of("main_mode_service_seconds") == pytest.approx(1, abs=1e-5)
    assert of("main_mode_lifetime_seconds") == pytest.approx(-1, abs=1e-3)
    assert of("workers") == pytest.approx(-1, abs=1e-6)
    assert of("patience_seconds") == pytest.approx(0, abs=1e-12)
    assert of("quick_mode_limit") is None


def test_one_worker_can_only_become_more():
    load = given(peers=1_000, workers=1).workload()
    assert elasticity(load, "workers", Metric.UTILISATION, Scenario.STEADY, AUTHIP) == pytest.approx(-1)


def test_a_share_of_one_can_only_become_less():
    load = given(peers=100_000).workload()
    assert elasticity(load, "initiating_share", Metric.BACKLOG_SECONDS, Scenario.BOOT, AUTHIP) == pytest.approx(1)


def test_drops_in_a_storm_follow_the_fluid_law():
    # 1 - kappa D / N with kappa D / N = 0.12: d ln / d ln N = 0.12 / 0.88
    load = given(peers=100_000).workload()
    strength = elasticity(load, "peers", Metric.DROP_PROBABILITY, Scenario.BOOT, AUTHIP)
    assert strength == pytest.approx(0.12 / 0.88, rel=1e-3)


def test_the_strongest_comes_first_and_has_a_range():
    found = elasticities(given(peers=1_600_000, quick_mode_limit=1), Scenario.STEADY, AUTHIP)
    assert [abs(one.value) for one in found] == sorted((abs(one.value) for one in found), reverse=True)
    by_name = {one.name: one for one in found}
    assert by_name["quick_mode_limit"].lever is Lever.POLICY
    assert by_name["peers"].value > 0 > by_name["quick_mode_lifetime_seconds"].value
    for one in found:
        assert one.low <= one.value <= one.high
        assert math.isfinite(one.low)
        assert math.isfinite(one.high)


def test_a_setting_whose_next_value_ends_all_drops_is_not_hidden():
    # one more worker makes the batch fit
    load = given(peers=10_000, patience_seconds=25 * 8 / 9, main_mode_service_seconds=0.02, workers=8).workload()
    assert pressure(load.with_values({"workers": 9}), Scenario.BOOT, AUTHIP).drop_probability == pytest.approx(0)
    strength = elasticity(load, "workers", Metric.DROP_PROBABILITY, Scenario.BOOT, AUTHIP)
    assert strength < -5


def test_endless_patience_has_no_slope():
    load = given(peers=1_000_000, patience_seconds=math.inf).workload()
    assert elasticity(load, "patience_seconds", Metric.UTILISATION, Scenario.STEADY, AUTHIP) is None


def test_nothing_decides_an_idle_host():
    assert elasticities(given(peers=0), Scenario.STEADY, AUTHIP) == ()


def test_the_costliest_setting_is_the_one_to_change():
    parameters = given(peers=1_600_000, quick_mode_limit=1, main_mode_lifetime_seconds=20_000, **SETTLED)
    load = parameters.workload()
    found = effects(parameters, Scenario.STEADY, AUTHIP, proposed_changes(load, Scenario.STEADY, AUTHIP))
    best = found[0]
    assert dict(best.change.values) == {"quick_mode_limit": 0}
    assert best.change.provenance is Provenance.DOCUMENTED
    assert best.metric is Metric.DROP_PROBABILITY
    assert best.before == pressure(load, Scenario.STEADY, AUTHIP).drop_probability
    assert best.after == pressure(load.with_values({"quick_mode_limit": 0}), Scenario.STEADY, AUTHIP).drop_probability
    assert best.saved == best.saved_low == best.saved_high == best.before - best.after > 0.1


def test_every_cheap_setting_is_left_alone():
    defaults = given(peers=1_000).workload()
    labels = [change.label for change in proposed_changes(defaults, Scenario.STEADY, AUTHIP)]
    assert labels == ["byte lifetime to the largest legal value, 2,147,483,647 KB"]
    changes = proposed_changes(defaults, Scenario.STEADY, AUTHIP)
    assert effects(given(peers=1_000), Scenario.STEADY, AUTHIP, changes) == ()


def test_every_costly_setting_is_proposed_back_to_its_default():
    load = given(
        peers=1_000,
        main_mode_lifetime_seconds=600,
        quick_mode_limit=4,
        quick_mode_lifetime_seconds=300,
        quick_mode_lifetime_kilobytes=20_480,
    ).workload()
    changed = [dict(change.values) for change in proposed_changes(load, Scenario.STEADY, AUTHIP)]
    assert {"main_mode_lifetime_seconds": 28_800} in changed
    assert {"quick_mode_limit": 0} in changed
    assert {"quick_mode_lifetime_seconds": 3_600} in changed
    assert {"quick_mode_lifetime_kilobytes": 100_000} in changed


def test_a_storm_proposes_its_safe_ramp():
    parameters = given(peers=100_000)
    load = parameters.workload()
    (ramp,) = [change for change in proposed_changes(load, Scenario.BOOT, AUTHIP) if change.lever is Lever.FLEET]
    assert dict(ramp.values) == {"ramp_seconds": 220}
    (effect,) = effects(parameters, Scenario.BOOT, AUTHIP, [ramp])
    assert (effect.before, effect.after) == (pytest.approx(0.88), pytest.approx(0, abs=1e-9))
    assert not [c for c in proposed_changes(load, Scenario.STEADY, AUTHIP) if c.lever is Lever.FLEET]


def test_changes_of_the_suite():
    load = given(peers=1_000, quick_mode_service_seconds=0.01).workload()
    cheaper = cheaper_suite(Suite("modp4096", "rsa4096"), Suite("ecp256", "ecdsa256"), "to P-256")
    seconds = cheaper.applied_to(load).main_mode_service_seconds
    assert seconds == pytest.approx(0.02 - 0.007003 + 0.000228, abs=1e-6)
    assert without_pfs("modp2048").applied_to(load).quick_mode_service_seconds == pytest.approx(0.01 - 2 / 3_671)
    assert without_pfs("modp2048").provenance is Provenance.MEASURED
    free = load.with_values({"main_mode_service_seconds": 0})
    assert cheaper.applied_to(free).main_mode_service_seconds == 0


def test_surface_of_drops():
    load = given(peers=1).workload()
    surface = drop_surface(load, Scenario.BOOT, AUTHIP, peers=(1_000, 10_000, 100_000), patience=(5, 30))
    assert surface[0] == pytest.approx((0, 0.8, 0.98))
    assert surface[1] == pytest.approx((0, 0, 0.88))
