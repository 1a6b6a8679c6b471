import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ipseclint.load.schedules import AUTHIP, AUTHIP_FOUR, SINGLE, STRONGSWAN, WINDOWS_IKEV1
from ipseclint.load.storm import (
    Storm,
    critical_ramp_seconds,
    drain_seconds,
    first_try_drop_share,
    last_success_seconds,
    mean_wait_seconds,
    peak_queue,
    ramp_slack_seconds,
    served_share,
    served_wait_quantile_seconds,
    wait_quantile_seconds,
    waves,
)
from tests.cases import cases

CAPACITY = 8 / 0.02


def storm(peers, ramp, patience, schedule):
    return Storm(peers, CAPACITY, patience, ramp, schedule)


@cases(
    ("case", "share", "first_dropped", "last"),
    [
        (storm(1_000, 0, 30, WINDOWS_IKEV1), 1, 0, 2.5),
        (storm(2_000, 0, 5, WINDOWS_IKEV1), 1, 0, 5),
        (storm(2_000, 0, 5, STRONGSWAN), 1, 0, 5),
        (storm(10_000, 0, 30, WINDOWS_IKEV1), 1, 0, 25),
        (storm(10_000, 0, 5, WINDOWS_IKEV1), 0.80, 0.80, 36),
        (storm(10_000, 60, 5, WINDOWS_IKEV1), 1, 0, 60),
        (storm(20_000, 0, 30, WINDOWS_IKEV1), 1, 0.40, 51),
        (storm(50_000, 0, 30, WINDOWS_IKEV1), 0.48, 0.76, 61),
        (storm(50_000, 300, 30, WINDOWS_IKEV1), 1, 0, 300),
        (storm(10_000, 0, 5, AUTHIP), 0.60, 0.80, 19),
        (storm(20_000, 0, 5, AUTHIP), 0.30, 0.90, 19),
        (storm(10_000, 0, 5, AUTHIP_FOUR), 0.80, 0.80, 35),
        (storm(20_000, 0, 5, AUTHIP_FOUR), 0.40, 0.90, 35),
        (storm(10_000, 0, 5, STRONGSWAN), 1, 0.80, 94.5),
        (storm(50_000, 0, 30, STRONGSWAN), 0.72, 0.76, 119.5),
    ],
)
def test_reference_storms(case, share, first_dropped, last):
    assert served_share(case) == pytest.approx(share, abs=1e-12)
    assert first_try_drop_share(case) == pytest.approx(first_dropped, abs=1e-12)
    assert last_success_seconds(case) == pytest.approx(last, abs=0.05)


@cases(("peers", "patience", "critical"), [(10_000, 5, 20), (50_000, 30, 95), (10_000, 30, 0), (0, 5, 0)])
def test_critical_ramp(peers, patience, critical):
    assert critical_ramp_seconds(storm(peers, 0, patience, AUTHIP)) == critical


@cases(("ramp", "dropped"), [(15, 0.20), (18, 0.08), (20, 0), (22, 0), (25, 0)])
def test_drops_below_the_critical_ramp(ramp, dropped):
    assert first_try_drop_share(storm(10_000, ramp, 5, WINDOWS_IKEV1)) == pytest.approx(dropped, abs=1e-12)


def test_slack_of_the_ramp():
    assert ramp_slack_seconds(storm(10_000, 0, 5, AUTHIP), 0.02, 1, 8) == pytest.approx(0.5)
    assert ramp_slack_seconds(storm(10_000, 0, 5, AUTHIP), 0.02, 0, 8) == 0


def test_waits_of_a_batch_that_fits():
    fits = storm(10_000, 0, 30, SINGLE)
    assert mean_wait_seconds(fits) == pytest.approx(12.5)
    assert wait_quantile_seconds(fits, 0.95) == pytest.approx(23.75)
    assert served_wait_quantile_seconds(fits, 0.95) == pytest.approx(23.75)
    assert last_success_seconds(fits) == pytest.approx(25)
    assert peak_queue(fits) == 10_000


def test_waits_of_a_batch_that_does_not_fit():
    over = storm(10_000, 0, 5, SINGLE)
    # a fifth waits 0 to 5 s, the others 5 s for nothing
    assert mean_wait_seconds(over) == pytest.approx(0.2 * 2.5 + 0.8 * 5)
    assert wait_quantile_seconds(over, 0.1) == pytest.approx(2.5)
    assert wait_quantile_seconds(over, 0.5) == 5
    assert served_wait_quantile_seconds(over, 0.5) == pytest.approx(2.5)


def test_queue_of_a_ramp():
    assert peak_queue(storm(10_000, 15, 30, SINGLE)) == pytest.approx(4_000)
    # faster than the patience lets requests pile up: what came within the patience
    assert peak_queue(storm(100_000, 60, 5, SINGLE)) == pytest.approx(100_000 / 60 * 5)
    assert peak_queue(storm(10_000, 60, 5, SINGLE)) == 0


def test_a_patience_beyond_the_peers_own_serves_only_those_still_there():
    patient = storm(50_000, 0, 60, AUTHIP)
    assert waves(patient) == (0,)
    assert served_share(patient) == pytest.approx(30 * CAPACITY / 50_000)


def test_corners():
    nothing = Storm(0, CAPACITY, 5)
    assert (drain_seconds(nothing), first_try_drop_share(nothing), served_share(nothing)) == (0, 0, 1)
    assert (last_success_seconds(nothing), mean_wait_seconds(nothing), peak_queue(nothing)) == (0, 0, 0)
    impatient = Storm(100, CAPACITY, 0)
    assert (first_try_drop_share(impatient), served_share(impatient), mean_wait_seconds(impatient)) == (1, 0, 0)
    endless = Storm(100, CAPACITY, math.inf)
    assert (first_try_drop_share(endless), served_share(endless), critical_ramp_seconds(endless)) == (0, 1, 0)
    blocked = Storm(100, 0, 5)
    assert (first_try_drop_share(blocked), served_share(blocked)) == (1, 0)
    assert critical_ramp_seconds(blocked) == math.inf
    assert (mean_wait_seconds(blocked), served_wait_quantile_seconds(blocked, 0.5)) == (5, 5)
    instant = Storm(100, math.inf, 0)
    assert (first_try_drop_share(instant), served_share(instant), mean_wait_seconds(instant)) == (0, 1, 0)
    assert critical_ramp_seconds(Storm(100, 0, math.inf)) == math.inf


storms = st.builds(
    Storm,
    requests=st.one_of(st.just(0.0), st.floats(0.1, 1e7)),
    capacity_per_second=st.one_of(st.just(0.0), st.floats(1e-3, 1e7), st.just(math.inf)),
    patience_seconds=st.one_of(st.just(0.0), st.floats(0.01, 1e3), st.just(math.inf)),
    window_seconds=st.one_of(st.just(0.0), st.floats(0.01, 1e5)),
    schedule=st.sampled_from([SINGLE, AUTHIP, WINDOWS_IKEV1, STRONGSWAN]),
)


@given(storms)
def test_every_figure_is_a_number_in_its_domain(case):
    for share in (first_try_drop_share(case), served_share(case)):
        assert 0 <= share <= 1
    assert 1 - first_try_drop_share(case) <= served_share(case) + 1e-12 or (
        case.patience_seconds > case.schedule.give_up_seconds
    )
    for seconds in (
        mean_wait_seconds(case),
        wait_quantile_seconds(case, 0.5),
        served_wait_quantile_seconds(case, 0.5),
    ):
        assert 0 <= seconds <= case.patience_seconds
    assert 0 <= peak_queue(case) <= case.requests
    assert critical_ramp_seconds(case) >= 0


@given(storms)
def test_the_critical_ramp_is_where_drops_end(case):
    critical = critical_ramp_seconds(case)
    if not 0 < critical < math.inf:
        return
    at = replace(case, window_seconds=critical)
    below = replace(case, window_seconds=critical * 0.9)
    assert first_try_drop_share(at) == pytest.approx(0, abs=1e-9)
    assert first_try_drop_share(below) > 0
