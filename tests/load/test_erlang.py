import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipseclint.load.erlang import (
    Queue,
    blocking_probability,
    erlang_b,
    log_inverse_erlang_b,
    overload_drop_probability,
)
from ipseclint.load.impatience import solve
from tests.cases import cases
from tests.load.closed_forms import erlang_c, mean_wait_seconds, wait_tail


@cases(
    ("arrival_rate", "service_rate", "workers", "waits", "mean_wait"),
    [
        (0.5, 1, 1, 0.5, 1.0),
        (0.8, 1, 1, 0.8, 4.0),
        (1.6, 1, 2, 0.711111, 1.777778),
        (3.2, 1, 4, 0.596432, 0.745541),
        (3.6, 1, 4, 0.787753, 1.969383),
        (7.2, 1, 8, 0.701533, 0.876916),
        (14.4, 1, 16, 0.591343, 0.369590),
        (80, 10, 10, 0.409180, 0.020459),
        (90, 10, 10, 0.668732, 0.066873),
    ],
)
def test_erlang_c(arrival_rate, service_rate, workers, waits, mean_wait):
    queue = Queue(arrival_rate, service_rate, workers)
    assert erlang_c(workers, queue.offered_load) == pytest.approx(waits, abs=5e-7)
    assert mean_wait_seconds(queue) == pytest.approx(mean_wait, abs=5e-7)


@cases(
    ("queue", "seconds", "tail"),
    [
        (Queue(0.8, 1, 1), 2, 0.536256037),
        (Queue(3.6, 1, 4), 2, 0.353960358),
        (Queue(360, 50, 8), 0.1, 0.012849025),
    ],
)
def test_wait_tail(queue, seconds, tail):
    assert wait_tail(queue, seconds) == pytest.approx(tail, abs=5e-10)


@cases(("scv", "wait"), [(0, 2), (0.25, 2.5), (1, 4), (4, 10)])
def test_pollaczek_khinchine(scv, wait):
    queue = Queue(0.8, 1, 1, service_scv=scv)
    assert solve(queue).mean_wait_seconds == pytest.approx(wait, abs=1e-12)


@given(workers=st.integers(1, 60), offered=st.floats(1e-3, 100))
def test_erlang_b_is_the_truncated_poisson_distribution(workers, offered):
    weights = [math.exp(k * math.log(offered) - math.lgamma(k + 1)) for k in range(workers + 1)]
    assert erlang_b(workers, offered) == pytest.approx(weights[-1] / math.fsum(weights), rel=1e-9)


@given(workers=st.integers(1, 10_000), offered=st.floats(1e-150, 1e9))
def test_erlang_b_never_overflows(workers, offered):
    log_inverse = log_inverse_erlang_b(workers, offered)
    assert log_inverse >= 0
    assert math.isfinite(log_inverse)
    assert 0 <= erlang_b(workers, offered) <= erlang_c(workers, offered) * (1 + 1e-12) <= 1 + 1e-12


def test_erlang_b_recursion_and_its_logarithms_meet():
    recursion = 1.0
    for k in range(1, 121):
        recursion = 1.0 + recursion * k / 10.0
    assert recursion > 1e77
    assert log_inverse_erlang_b(120, 10.0) == pytest.approx(math.log(recursion), rel=1e-13)
    # beyond the switch, against exact logarithms of the truncated exponential series
    assert log_inverse_erlang_b(1_000, 10.0) == pytest.approx(math.lgamma(1_001) - 1_000 * math.log(10) + 10, rel=1e-12)


def test_saturation_and_emptiness():
    saturated, idle = Queue(2, 1, 2), Queue(0, 1, 2)
    assert erlang_c(2, 2) == 1
    assert mean_wait_seconds(saturated) == math.inf
    assert wait_tail(saturated, 1e9) == 1
    assert erlang_b(2, 0) == 0
    assert erlang_c(2, 0) == 0
    assert mean_wait_seconds(idle) == 0
    assert wait_tail(idle, 0) == 0
    assert mean_wait_seconds(Queue(5, math.inf, 1)) == 0
    assert wait_tail(Queue(5, math.inf, 1), 0) == 0
    assert wait_tail(Queue(1, 1, 2), math.inf) == 0
    assert wait_tail(saturated, math.inf) == 1


def _birth_death_blocking(queue, places):
    weights, weight = [1.0], 1.0
    for n in range(1, places + 1):
        weight *= queue.offered_load / min(n, queue.workers)
        weights.append(weight)
    return weights[-1] / math.fsum(weights)


@cases("utilisation", [0.3, 0.95, 1 - 1e-12, 1.0, 1 + 1e-12, 1.05, 2.5])
@cases(("workers", "places"), [(1, 1), (1, 10), (4, 4), (4, 35), (8, 500)])
def test_limited_places_follow_the_birth_death_equations(utilisation, workers, places):
    queue = Queue(utilisation * workers, 1, workers)
    assert blocking_probability(queue, places) == pytest.approx(_birth_death_blocking(queue, places), rel=1e-9)


def test_limited_places_at_the_corners():
    assert blocking_probability(Queue(2, 1, 4), 3) == erlang_b(3, 2)
    assert blocking_probability(Queue(0, 1, 4), 30) == 0
    assert blocking_probability(Queue(8, 1, 4), math.inf) == 0.5
    assert blocking_probability(Queue(2, 1, 4), math.inf) == 0
    assert blocking_probability(Queue(8, 1, 4), 1e7) == pytest.approx(0.5, abs=1e-12)
    assert blocking_probability(Queue(2, 1, 4), 1e7) == 0
    assert blocking_probability(Queue(10_000, 1, 10_000), 65_535) == pytest.approx(1 / 55_600, rel=0.01)


@cases(("utilisation", "share"), [(0.5, 0), (1, 0), (1.25, 0.2), (2, 0.5)])
def test_overload_limit(utilisation, share):
    assert overload_drop_probability(Queue(utilisation * 8, 1, 8)) == pytest.approx(share, abs=1e-15)


@cases(
    ("field", "value"),
    [
        ("arrival_rate", -1.0),
        ("arrival_rate", math.nan),
        ("arrival_rate", math.inf),
        ("service_rate", 0.0),
        ("service_rate", math.nan),
        ("workers", 0),
        ("patience_seconds", -1.0),
        ("patience_seconds", math.nan),
        ("service_scv", -0.1),
        ("service_scv", math.inf),
    ],
)
def test_a_queue_refuses_numbers_outside_their_domain(field, value):
    with pytest.raises(ValueError, match=field):
        Queue(**{"arrival_rate": 1.0, "service_rate": 1.0, field: value})
