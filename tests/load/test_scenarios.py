"""Scenarios: the host and the traffic that the simulation gets have every number of the workload in its place."""

from __future__ import annotations

import pytest

from ipseclint.load.erlang import Queue
from ipseclint.load.half_open import HalfOpenLimits
from ipseclint.load.parameters import Parameters
from ipseclint.load.scenarios import Scenario, host, natural_spread_seconds, start_storm, steady_utilisation, traffic
from ipseclint.load.schedules import AUTHIP, WINDOWS_IKEV1
from ipseclint.load.simulate.processes import Poisson, Ramp
from ipseclint.load.simulate.replicate import run_queue
from ipseclint.load.simulate.system import DropTiming, Duplicates, Host, Traffic
from ipseclint.load.workload import Workload
from tests.cases import cases

WORKLOAD: Workload = (
    Parameters.defaults()
    .with_user_values(
        peers=100,
        initiating_share=0.5,
        ramp_seconds=10,
        workers=3,
        patience_seconds=7,
        round_trip_seconds=0.2,
        main_mode_round_trips=4,
        address_half_open_limit=11,
        cookie_mode_on=50,
        cookie_mode_off=20,
        half_open_limit=60,
        half_open_seconds=45,
        main_mode_lifetime_seconds=100,
        quick_mode_lifetime_seconds=50,
        quick_modes_per_peer=2,
        main_mode_service_seconds=0.5,
        quick_mode_service_seconds=0.25,
        service_scv=2,
        peers_per_address=30,
    )
    .workload()
)


def test_a_host_without_limits() -> None:
    assert host(WORKLOAD) == Host(3, 7, DropTiming.LAZY, Duplicates.RECOGNISED, None, 0.2)


@cases("cookies", [False, True])
def test_a_host_with_its_limits(cookies: bool) -> None:
    limits = HalfOpenLimits(11, 60, cookies, 50, 20, 45, pytest.approx(0.8))
    wanted = Host(3, 7, DropTiming.EAGER, Duplicates.SERVED, limits, 0.2)
    assert (
        host(WORKLOAD, drops=DropTiming.EAGER, duplicates=Duplicates.SERVED, half_open=not cookies, cookies=cookies)
        == wanted
    )


def test_traffic_of_a_start_and_of_renewals() -> None:
    starts = Traffic(Ramp(50, 10), 0.75, 2, AUTHIP, 4)
    assert traffic(WORKLOAD, Scenario.BOOT, AUTHIP) == (starts,)
    renewals = (
        Traffic(Poisson(1, 600), 0.5, 2, AUTHIP, 4),
        Traffic(Poisson(4, 600), 0.25, 2, AUTHIP, 4),
    )
    assert traffic(WORKLOAD, Scenario.STEADY, AUTHIP, 600) == renewals
    lasts = 10 + AUTHIP.sends_seconds[-1] + 7
    assert traffic(WORKLOAD, Scenario.FAILOVER, AUTHIP) == (
        starts,
        Traffic(Poisson(1, lasts), 0.5, 2, AUTHIP, 4),
        Traffic(Poisson(4, lasts), 0.25, 2, AUTHIP, 4),
    )


def test_the_storm_of_a_failover_has_what_renewals_leave_of_the_workers() -> None:
    assert steady_utilisation(WORKLOAD) == pytest.approx((1 * 0.5 + 4 * 0.25) / 3)
    boot, failover = (start_storm(WORKLOAD, scenario, AUTHIP) for scenario in (Scenario.BOOT, Scenario.FAILOVER))
    assert (boot.requests, boot.patience_seconds, boot.window_seconds) == (50, 7, 10)
    assert boot.capacity_per_second == pytest.approx(3 / 0.75)
    assert failover.capacity_per_second == pytest.approx(3 / 0.75 / 2)


def test_a_returning_link_spreads_peers_over_the_longest_gap_of_their_schedule() -> None:
    gaps = [
        later - earlier
        for earlier, later in zip(WINDOWS_IKEV1.sends_seconds, WINDOWS_IKEV1.sends_seconds[1:], strict=False)
    ]
    assert natural_spread_seconds(Scenario.WAN_OUTAGE, WINDOWS_IKEV1) == max(gaps)
    assert natural_spread_seconds(Scenario.BOOT, WINDOWS_IKEV1) is None
    assert natural_spread_seconds(Scenario.FAILOVER, WINDOWS_IKEV1) == 60


def test_a_queue_that_nothing_comes_to() -> None:
    (run,) = run_queue(Queue(0, 1, 2, 5), [1])
    assert (run.peers, run.attempts) == (0, 0)
    assert (run.drop_probability, run.wait_probability, run.mean_wait_seconds, run.served_share) == (0, 0, 0, 1)
