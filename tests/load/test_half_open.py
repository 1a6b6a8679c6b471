import math

import pytest

from ipseclint.load.half_open import (
    NO_ADDRESS,
    HalfOpenLimits,
    HalfOpenTable,
    batch_address_drop_share,
    mean_half_open,
    steady_address_drop_share,
)
from ipseclint.load.schedules import AUTHIP, SINGLE
from ipseclint.load.simulate.processes import Poisson, Ramp
from ipseclint.load.simulate.simulation import simulate
from ipseclint.load.simulate.system import Host, Traffic
from tests.cases import cases

SERVICE = 0.02


def start(peers, limits, *, addresses=None, schedule=SINGLE, ramp=0.0, round_trip=0.05):
    host = Host(8, 30, half_open=limits, round_trip_seconds=round_trip)
    return simulate(host, [Traffic(Ramp(peers, ramp), SERVICE, 1, schedule, addresses)], seed=1)


def test_a_batch_behind_one_address_keeps_35():
    run = start(100, HalfOpenLimits(), addresses=1)
    assert (run.attempts, run.refused, run.given_up) == (35, 65, 65)
    assert run.refused / run.peers == pytest.approx(batch_address_drop_share(100, 35))
    assert run.peak_half_open == 35


def test_the_cap_is_per_address():
    run = start(1_000, HalfOpenLimits(), addresses=20)
    assert run.refused == 1_000 - 20 * 35
    assert start(700, HalfOpenLimits(), addresses=20).refused == 0
    assert start(1_000, HalfOpenLimits()).refused == 0


def test_refused_peers_come_again():
    run = start(100, HalfOpenLimits(), addresses=1, schedule=AUTHIP)
    assert (run.established, run.given_up) == (100, 0)
    assert run.refused == 65 + 30


def test_a_steady_stream_from_one_address_is_a_loss_system():
    # 40 main modes a second, each half-open for a second: Erlang B with 35 servers
    host = Host(10_000, 30, half_open=HalfOpenLimits(tail_seconds=1.0))
    run = simulate(host, [Traffic(Poisson(40, 2_000), 0.0, addresses=1)], seed=1)
    assert run.refused / run.peers == pytest.approx(steady_address_drop_share(40, 1.0, 35), rel=0.03)


def test_hard_cap():
    run = start(1_000, HalfOpenLimits(per_address=math.inf, total=500))
    assert (run.attempts, run.refused, run.peak_half_open) == (500, 500, 500)


def test_state_is_deleted_after_its_lifetime():
    host = Host(1, math.inf, half_open=HalfOpenLimits(total=10, lifetime_seconds=60))
    traffic = [Traffic(Ramp(10), 100.0, 0), Traffic(Ramp(10, 0, 61.0), 100.0, 0)]
    assert simulate(host, traffic, seed=1).refused == 0
    early = [traffic[0], Traffic(Ramp(10, 0, 59.0), 100.0, 0)]
    assert simulate(host, early, seed=1).refused == 10


class TestCookies:
    LIMITS = HalfOpenLimits(cookies=True)

    def test_with_more_than_500_half_open_all_later_bring_a_cookie_first(self):
        run = start(1_000, self.LIMITS)
        assert run.cookies == 1_000 - 501
        assert run.established == 1_000
        # all but those that were done within the round trip
        assert run.peak_half_open == pytest.approx(1_000 - 0.05 * 400, abs=15)

    def test_below_the_level_nothing_changes(self):
        assert start(500, self.LIMITS).cookies == 0
        assert start(1_000, HalfOpenLimits()).cookies == 0

    def test_a_cookie_costs_one_round_trip(self):
        without, with_cookies = (
            start(1_000, HalfOpenLimits(), round_trip=2.0),
            start(1_000, self.LIMITS, round_trip=2.0),
        )
        # 501 are worked on meanwhile, in 1.25 s of the 2
        late_by = with_cookies.last_success_seconds - without.last_success_seconds
        assert late_by == pytest.approx(2.0 - 501 / 400, abs=0.15)

    def test_the_mode_ends_below_100(self):
        # a second batch comes when about 50 of the first are left, a third when 300 are
        for moment, asked in ((1.13, 0), (0.5, 50)):
            host = Host(8, 30, half_open=self.LIMITS, round_trip_seconds=0.05)
            first, second = Traffic(Ramp(501), SERVICE, 0), Traffic(Ramp(50, 0, moment), SERVICE, 0)
            assert simulate(host, [first, second], seed=1).cookies == asked

    def test_cookies_add_no_capacity(self):
        limits = HalfOpenLimits(per_address=math.inf, cookies=True)
        overloaded = [Traffic(Ramp(10_000, 5), SERVICE, 1, AUTHIP)]
        plain = simulate(Host(8, 5), overloaded, seed=1)
        asked = simulate(Host(8, 5, half_open=limits, round_trip_seconds=0.05), overloaded, seed=1)
        assert asked.cookies > 5_000
        assert asked.served_share == pytest.approx(plain.served_share, abs=0.03)

    def test_repeats_keep_their_order_around_a_cookie(self):
        limits = HalfOpenLimits(per_address=3, cookies=True, cookies_on_above=20, cookies_off_below=15)
        host = Host(2, 0.5, half_open=limits, round_trip_seconds=0.3)
        traffic = [Traffic(Ramp(2_000, 20), SERVICE, 1, AUTHIP, 50), Traffic(Poisson(5, 30), SERVICE, 1, AUTHIP)]
        run = simulate(host, traffic, seed=3)
        assert run.cookies > 0
        assert run.refused > 0
        assert run.established + run.late + run.given_up == run.peers


def test_table_forgets_what_left():
    table = HalfOpenTable(HalfOpenLimits())
    assert not HalfOpenTable(HalfOpenLimits(cookies=True, cookies_off_below=0)).asks_cookies
    table.enter(0.0, 5.0, 7.0, 30)
    table.enter(0.0, 100.0, NO_ADDRESS, 4)
    assert (table.total, table.room(7.0), table.room(8.0)) == (34, 5, 35)
    table.expire(5.0)
    assert (table.total, table.room(7.0)) == (4, 35)
    table.expire(60.0)
    assert (table.total, table.peak) == (0, 34)


def test_half_open_by_littles_law():
    assert mean_half_open(10, 1.0, 0.02, 0.15) == pytest.approx(11.7)


@cases(("peers", "share"), [(0, 0), (1, 0), (35, 0), (70, 0.5), (350, 0.9)])
def test_batch_share(peers, share):
    assert batch_address_drop_share(peers, 35) == pytest.approx(share)
