import pytest

from ipseclint.load.parameters import Parameters
from ipseclint.load.workload import (
    mean_service_seconds,
    mixed_service_scv,
    quick_mode_renewals_per_second,
    steady_rates,
)
from tests.cases import cases


def workload(**values):
    return Parameters.defaults().with_user_values(**values).workload()


def test_windows_defaults_for_ten_thousand_peers():
    rates = steady_rates(workload(peers=10_000))
    assert rates.main_mode == pytest.approx(0.347222, abs=5e-7)
    assert rates.quick_mode == pytest.approx(2.777778, abs=5e-7)
    assert rates.total == rates.main_mode + rates.quick_mode


def test_one_quick_mode_per_main_mode_costs_eight_times_the_main_modes():
    rates = steady_rates(workload(peers=10_000, quick_mode_limit=1))
    assert rates.main_mode == pytest.approx(2.777778, abs=5e-7)
    assert rates.main_mode / steady_rates(workload(peers=10_000)).main_mode == pytest.approx(8)


def test_a_session_limit_that_the_lifetime_never_reaches_costs_nothing():
    assert steady_rates(workload(peers=10_000, quick_mode_limit=8)) == steady_rates(workload(peers=10_000))
    assert steady_rates(workload(peers=10_000, quick_mode_limit=7)).main_mode > 0.35


@cases(("bits_per_second", "seconds"), [(1e6, 819.2), (1e7, 81.92), (1e8, 8.192), (1e9, 0.8192), (1e10, 0.08192)])
def test_time_to_use_up_the_default_byte_lifetime(bits_per_second, seconds):
    busy = workload(throughput_bits_per_second=bits_per_second)
    assert quick_mode_renewals_per_second(busy) == pytest.approx(1 / seconds, rel=1e-12)


def test_largest_byte_lifetime_at_ten_gigabits():
    busy = workload(throughput_bits_per_second=1e10, quick_mode_lifetime_kilobytes=2_147_483_647)
    assert 1 / quick_mode_renewals_per_second(busy) == pytest.approx(1_759, abs=0.5)


def test_byte_lifetime_governs_from_a_quarter_megabit():
    assert quick_mode_renewals_per_second(workload(throughput_bits_per_second=227_555)) == 1 / 3_600
    assert quick_mode_renewals_per_second(workload(throughput_bits_per_second=1.01 * 227_556)) == pytest.approx(
        1.01 / 3_600, rel=1e-5
    )


@cases(("minutes", "rate"), [(480, 0.17), (60, 1.4), (10, 8.3), (1, 83)])
def test_main_modes_of_five_thousand_peers(minutes, rate):
    rates = steady_rates(workload(peers=5_000, main_mode_lifetime_seconds=minutes * 60))
    assert rates.main_mode == pytest.approx(rate, rel=0.025)


def test_new_sessions_bring_all_modes_of_a_peer():
    rates = steady_rates(workload(new_sessions_per_second=3, main_modes_per_peer=2, quick_modes_per_peer=4))
    assert (rates.main_mode, rates.quick_mode) == (6, 12)


def test_no_peers_no_rates():
    idle = workload()
    rates = steady_rates(idle)
    assert rates.total == 0
    assert mean_service_seconds(idle, rates) == idle.main_mode_service_seconds
    assert mixed_service_scv(idle, rates) == 1


def test_mixed_service_of_both_modes():
    both = workload(
        peers=3_600,
        main_mode_lifetime_seconds=3_600,
        main_mode_service_seconds=0.03,
        quick_mode_service_seconds=0.01,
        service_scv=0,
    )
    rates = steady_rates(both)
    assert mean_service_seconds(both, rates) == pytest.approx(0.02)
    assert mixed_service_scv(both, rates) == pytest.approx(0.25)
    equal = both.with_values({"quick_mode_service_seconds": 0.03, "service_scv": 4})
    assert mixed_service_scv(equal, rates) == pytest.approx(4)
