import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from ipseclint.load.figures import evaluate, pressure, steady_queue
from ipseclint.load.parameters import Parameters
from ipseclint.load.scenarios import (
    SITUATIONS,
    Scenario,
    host,
    natural_spread_seconds,
    steady_utilisation,
    traffic,
)
from ipseclint.load.schedules import AUTHIP, SCHEDULES, SINGLE, WINDOWS_IKEV1
from ipseclint.load.simulate.processes import Ramp
from ipseclint.load.simulate.replicate import estimate, replicate
from ipseclint.load.simulate.simulation import simulate
from ipseclint.load.simulate.system import Traffic
from tests.cases import cases


def workload(**values):
    return Parameters.defaults().with_user_values(**values).workload()


def test_ten_thousand_peers_boot():
    figures = evaluate(workload(peers=10_000, patience_seconds=5), Scenario.BOOT, WINDOWS_IKEV1)
    assert figures.safe_ramp_seconds == 20
    assert figures.ramp_slack_seconds == pytest.approx(0.5)
    assert figures.backlog_seconds == 25
    assert figures.drop_probability == pytest.approx(0.8)
    assert figures.timeout_probability == pytest.approx(0.2)
    assert figures.waves == 4
    assert figures.last_success_seconds == pytest.approx(36)
    assert figures.half_open == 10_000
    assert figures.main_mode_rate == pytest.approx(0.347222, abs=5e-7)
    assert figures.quick_mode_rate == pytest.approx(2.777778, abs=5e-7)


def test_a_slow_ramp_is_a_steady_state():
    slow = workload(peers=10_000, patience_seconds=5, ramp_seconds=60)
    figures = evaluate(slow, Scenario.BOOT, WINDOWS_IKEV1)
    run = simulate(host(slow), traffic(slow, Scenario.BOOT, WINDOWS_IKEV1), seed=1)
    assert figures.drop_probability < 1e-9
    assert run.drops == 0
    assert figures.wait_probability == pytest.approx(run.wait_probability, rel=0.25)
    assert figures.mean_wait_seconds == pytest.approx(run.mean_wait_seconds, abs=0.005)


@cases("ramp", [0, 15, 18])
def test_a_fast_ramp_is_a_storm(ramp):
    fast = workload(peers=10_000, patience_seconds=5, ramp_seconds=ramp)
    figures = evaluate(fast, Scenario.POLICY_PUSH, WINDOWS_IKEV1)
    run = simulate(host(fast), traffic(fast, Scenario.POLICY_PUSH, WINDOWS_IKEV1), seed=1)
    assert figures.drop_probability == pytest.approx(run.first_drops / run.peers, abs=0.02)
    assert figures.half_open == pytest.approx(max(run.series.half_open), rel=0.05)
    if ramp == 0:
        assert figures.served_wait_p95_seconds == pytest.approx(4.75, rel=0.02)


def test_the_steady_state_agrees_with_simulation():
    busy = workload(
        peers=100_000,
        quick_mode_limit=2,
        quick_mode_lifetime_seconds=3_000,
        workers=1,
        main_mode_service_seconds=0.05,
        quick_mode_service_seconds=0.01,
        patience_seconds=0.2,
    )
    figures = evaluate(busy, Scenario.STEADY, SINGLE)
    runs = replicate(host(busy), traffic(busy, Scenario.STEADY, SINGLE, 600), range(6))
    assert figures.utilisation == pytest.approx((1 / 60 * 0.05 + 1 / 30 * 0.01) * 1_000)
    assert figures.main_mode_rate == pytest.approx(1_000 / 60)
    drops = estimate(run.drop_probability for run in runs)
    assert drops.mean == pytest.approx(figures.drop_probability, rel=0.15)
    waits = estimate(run.mean_wait_seconds for run in runs)
    assert waits.mean == pytest.approx(figures.mean_wait_seconds, rel=0.15)
    half_open = evaluate(busy.with_values({"round_trip_seconds": 1}), Scenario.STEADY, SINGLE).half_open
    assert half_open == pytest.approx(1_000 / 60 * (figures.mean_wait_seconds + 0.05 + 3))


def test_failover_comes_on_top_of_the_steady_load():
    busy = workload(peers=10_000, main_mode_lifetime_seconds=100, patience_seconds=5)
    assert steady_utilisation(busy) == pytest.approx(0.25, abs=1e-3)
    alone = evaluate(busy, Scenario.BOOT, WINDOWS_IKEV1)
    over = evaluate(busy, Scenario.FAILOVER, WINDOWS_IKEV1)
    assert over.backlog_seconds == pytest.approx(alone.backlog_seconds / 0.75, rel=1e-3)
    run = simulate(host(busy), traffic(busy, Scenario.FAILOVER, WINDOWS_IKEV1), seed=1)
    assert run.peers == pytest.approx(10_000 + 100 * (31 + 5), rel=0.05)


def test_failover_onto_a_saturated_host():
    figures = evaluate(workload(peers=10_000, main_mode_lifetime_seconds=10), Scenario.FAILOVER, AUTHIP)
    assert figures.drop_probability == 1
    assert figures.served_share == 0
    assert figures.safe_ramp_seconds == math.inf


def test_synchronised_rekeys():
    together = workload(peers=10_000, quick_mode_service_seconds=0.004, patience_seconds=5)
    figures = evaluate(together, Scenario.STEADY, AUTHIP)
    assert figures.synchronised_drop_probability == pytest.approx(0.8)
    assert figures.synchronised_spread_seconds == 20
    assert figures.drop_probability < 1e-12
    main_modes = Traffic(Ramp(10_000), together.main_mode_service_seconds, together.service_scv, SINGLE)
    run = simulate(host(together), [main_modes], seed=1)
    assert run.drop_probability == pytest.approx(0.8, abs=0.01)


def test_addresses_behind_nat():
    behind = workload(peers=1_000, peers_per_address=100)
    assert evaluate(behind, Scenario.BOOT, AUTHIP).address_drop_share == pytest.approx(0.65)
    spread = behind.with_values({"ramp_seconds": 600})
    assert evaluate(spread, Scenario.BOOT, AUTHIP).address_drop_share < 1e-12
    assert evaluate(behind, Scenario.STEADY, AUTHIP).address_drop_share < 1e-12
    (only,) = traffic(behind, Scenario.BOOT, AUTHIP)
    assert only.addresses == 10
    run = simulate(host(behind, half_open=True), [only], seed=1)
    assert run.series.sends[0] == 350


def test_half_open_cap():
    capped = workload(peers=10_000, half_open_limit=1_000)
    assert evaluate(capped, Scenario.BOOT, AUTHIP).half_open_limit_drop_share == pytest.approx(0.9)
    assert evaluate(capped, Scenario.STEADY, AUTHIP).half_open_limit_drop_share == 0
    assert evaluate(workload(peers=10), Scenario.BOOT, AUTHIP).half_open_limit_drop_share == 0


def test_a_queue_more_patient_than_the_peer_times_peers_out():
    overloaded = workload(peers=20_000, main_mode_lifetime_seconds=40, patience_seconds=60)
    figures = evaluate(overloaded, Scenario.STEADY, AUTHIP)
    # everyone waits about 60 s, and AuthIP leaves after 30
    assert figures.drop_probability == pytest.approx(0.2, abs=0.01)
    assert figures.timeout_probability > 0.99


def test_every_situation_is_described():
    assert set(SITUATIONS) == set(Scenario)
    for scenario, situation in SITUATIONS.items():
        assert situation.scenario is scenario
        assert situation.meaning
        assert situation.spread_source
    assert natural_spread_seconds(Scenario.POLICY_PUSH, AUTHIP) == 1_800
    assert natural_spread_seconds(Scenario.WAN_OUTAGE, AUTHIP) == 8
    assert natural_spread_seconds(Scenario.WAN_OUTAGE, SINGLE) is None
    assert natural_spread_seconds(Scenario.BOOT, AUTHIP) is None


@cases("scenario", Scenario)
def test_nobody(scenario):
    figures = evaluate(workload(), scenario, AUTHIP)
    assert figures.drop_probability == figures.wait_probability == figures.timeout_probability == 0
    assert figures.mean_wait_seconds == figures.half_open == figures.safe_ramp_seconds == 0
    assert figures.served_share == 1
    run = simulate(host(workload()), traffic(workload(), scenario, AUTHIP), seed=1)
    assert run.peers == 0


any_workload = st.fixed_dictionaries(
    {
        "peers": st.one_of(st.just(0.0), st.floats(1, 1e7)),
        "ramp_seconds": st.one_of(st.just(0.0), st.floats(1e-3, 1e5)),
        "initiating_share": st.floats(0, 1),
        "main_mode_lifetime_seconds": st.floats(1, 1e6),
        "quick_mode_limit": st.integers(0, 10),
        "quick_mode_lifetime_seconds": st.floats(1, 1e6),
        "quick_mode_lifetime_kilobytes": st.floats(1, 2e9),
        "throughput_bits_per_second": st.one_of(st.just(0.0), st.floats(1, 1e12)),
        "main_modes_per_peer": st.floats(0, 4),
        "quick_modes_per_peer": st.floats(0, 10),
        "new_sessions_per_second": st.floats(0, 100),
        "workers": st.sampled_from([1, 2, 8, 10_000]),
        "main_mode_service_seconds": st.one_of(st.just(0.0), st.floats(1e-6, 10)),
        "quick_mode_service_seconds": st.one_of(st.just(0.0), st.floats(1e-6, 10)),
        "service_scv": st.sampled_from([0.0, 1.0, 4.0]),
        "patience_seconds": st.one_of(st.just(0.0), st.floats(1e-3, 1e4), st.just(math.inf)),
        "peers_per_address": st.sampled_from([1, 50]),
        "half_open_limit": st.sampled_from([0.0, 1_000.0, math.inf]),
    }
)


@given(values=any_workload, scenario=st.sampled_from(Scenario), schedule=st.sampled_from(list(SCHEDULES.values())))
def test_every_figure_is_a_number_in_its_domain(values, scenario, schedule):
    load = workload(**values)
    figures = asdict(evaluate(load, scenario, schedule))
    for name, value in figures.items():
        assert not math.isnan(value), name
        assert value >= 0, name
        if name.endswith(("_probability", "_share")):
            assert value <= 1 + 1e-12, name
        if "wait_" in name and name.endswith("_seconds"):
            assert value <= load.patience_seconds * (1 + 1e-12), name
    light = pressure(load, scenario, schedule)
    assert light.drop_probability == figures["drop_probability"]
    assert light.utilisation == figures["utilisation"]


def test_the_queue_of_both_modes():
    queue = steady_queue(workload(peers=36_000, main_mode_service_seconds=0.02, quick_mode_service_seconds=0.02))
    assert queue.arrival_rate == pytest.approx(11.25)
    assert queue.service_rate == pytest.approx(50)
    assert queue.service_scv == pytest.approx(1)
