import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from ipseclint.load.erlang import Queue, erlang_b
from ipseclint.load.impatience import solve
from tests.cases import cases
from tests.load.closed_forms import erlang_c, mean_wait_seconds, wait_tail

TABLE = [
    (Queue(0.8, 1, 1, 1), 0.275196493, 0.579842806, 0.422445592),
    (Queue(0.9, 1, 1, 5), 0.107306209, 0.803424412, 2.132402621),
    (Queue(1.0, 1, 1, 2), 0.25, 0.75, 1.0),
    (Queue(1.2, 1, 1, 2), 0.311817917, 0.825818500, 1.171812091),
    (Queue(3.2, 1, 4, 1), 0.068226286, 0.486296817, 0.249683019),
    (Queue(4.0, 1, 4, 1), 0.138528139, 0.692640693, 0.415584416),
    (Queue(4.4, 1, 4, 2), 0.136071678, 0.885378996, 1.120308618),
    (Queue(79, 10, 8, 1), 0.006776783, 0.938330657, 0.396188001),
    (Queue(100, 10, 8, 1), 0.200000000, 0.999999999, 0.960000001),
    (Queue(390, 50, 8, 0.5), 0.000155995, 0.919983937, 0.088940894),
    (Queue(440, 50, 8, 0.5), 0.090909091, 1.000000000, 0.477272728),
]

any_queue = st.builds(
    Queue,
    arrival_rate=st.floats(0, 1e9),
    service_rate=st.floats(1e-6, 1e9),
    workers=st.sampled_from([1, 2, 3, 8, 64, 1_000, 10_000]),
    patience_seconds=st.one_of(st.just(0.0), st.floats(1e-9, 1e12), st.just(math.inf)),
    service_scv=st.sampled_from([0.0, 0.25, 1.0, 4.0, 100.0]),
)
moderate_queue = st.builds(
    Queue,
    arrival_rate=st.floats(0.1, 20),
    service_rate=st.just(1.0),
    workers=st.integers(1, 12),
    patience_seconds=st.floats(0.01, 20),
    service_scv=st.sampled_from([0.0, 0.25, 1.0, 4.0]),
)


@cases(("queue", "drop", "wait", "mean_wait"), TABLE)
def test_reference_table(queue, drop, wait, mean_wait):
    solution = solve(queue)
    assert solution.drop_probability == pytest.approx(drop, abs=1e-9)
    assert solution.wait_probability == pytest.approx(wait, abs=1e-9)
    assert solution.mean_wait_seconds == pytest.approx(mean_wait, abs=1e-9)
    assert solution.mean_queue_length == pytest.approx(queue.arrival_rate * mean_wait, rel=1e-6)


@cases("queue", [row[0] for row in TABLE if row[0].utilisation < 1])
def test_boots_tijms_is_exact_for_exponential_service(queue):
    beyond = wait_tail(queue, queue.patience_seconds)
    # Boots and Tijms, "A Multiserver Queueing System with Impatient Customers"
    dropped = (1 - queue.utilisation) * beyond / (1 - queue.utilisation * beyond)
    assert solve(queue).drop_probability == pytest.approx(dropped, rel=1e-12)


@cases("queue", [row[0] for row in TABLE])
def test_no_patience_is_erlang_b_for_any_service(queue):
    for scv in (0.0, 1.0, 4.0):
        solution = solve(replace(queue, patience_seconds=0, service_scv=scv))
        blocked = erlang_b(queue.workers, queue.offered_load)
        assert solution.drop_probability == pytest.approx(blocked, rel=1e-12)
        assert solution.wait_probability == pytest.approx(blocked, rel=1e-12)
        assert solution.mean_wait_seconds == 0


@cases("patience", [1e9, 1e300, math.inf])
@cases("queue", [row[0] for row in TABLE if row[0].utilisation < 1])
def test_endless_patience_is_erlang_c(queue, patience):
    solution = solve(replace(queue, patience_seconds=patience))
    assert solution.drop_probability == 0
    assert solution.wait_probability == pytest.approx(erlang_c(queue.workers, queue.offered_load), rel=1e-12)
    assert solution.mean_wait_seconds == pytest.approx(mean_wait_seconds(queue), rel=1e-12)


@cases("patience", [1e4, 1e9, 1e300, math.inf])
@cases("utilisation", [1.01, 1.25, 10.0])
def test_endless_patience_does_not_cure_overload(patience, utilisation):
    solution = solve(Queue(8 * utilisation, 1, 8, patience))
    assert solution.drop_probability == pytest.approx(1 - 1 / utilisation, rel=1e-9)
    assert solution.wait_probability == pytest.approx(1, abs=1e-9)
    # the wait sticks to the patience, up to the little that the drift undoes
    assert solution.mean_wait_seconds == pytest.approx(patience, rel=2e-3)


def test_saturation_exactly():
    assert solve(Queue(1, 1, 1, math.inf)).drop_probability == 0
    assert solve(Queue(1, 1, 1, math.inf)).mean_wait_seconds == math.inf
    huge = solve(Queue(1, 1, 1, 1e200))
    assert huge.drop_probability == pytest.approx(1e-200, rel=1e-9)
    assert huge.mean_wait_seconds == pytest.approx(5e199, rel=1e-9)


@cases(("arrivals", "patience"), [(2, 1), (3, 0.5), (5, 0.25), (0.5, 2), (0.75, 4)])
def test_where_the_way_to_reckon_changes_is_no_seam(arrivals, patience):
    """The drift times the patience is 1 or -1: from there on the mean wait is reckoned otherwise."""
    exact = solve(Queue(arrivals, 1, 1, patience))
    for nudge in (-1e-9, 1e-9):
        near = solve(Queue(arrivals, 1, 1, patience * (1 + nudge)))
        assert near.mean_wait_seconds == pytest.approx(exact.mean_wait_seconds, rel=1e-7)
        assert near.drop_probability == pytest.approx(exact.drop_probability, rel=1e-7)


@cases("workers", [1, 8, 10_000])
@cases("patience", [0.01, 1, 30])
def test_saturation_is_no_seam(workers, patience):
    exact = solve(Queue(workers, 1, workers, patience))
    for nudge in (1e-15, 1e-12, 1e-9):
        for side in (1 - nudge, 1 + nudge):
            near = solve(Queue(workers * side, 1, workers, patience))
            close = 1e-9 + 4 * nudge * (1 + workers * patience)
            assert near.drop_probability == pytest.approx(exact.drop_probability, rel=close)
            assert near.mean_wait_seconds == pytest.approx(exact.mean_wait_seconds, rel=close)
            assert near.wait_quantile_seconds(0.5) == pytest.approx(
                exact.wait_quantile_seconds(0.5), rel=close, abs=1e-8
            )


def test_nothing_to_do():
    for queue in (Queue(0, 1, 4, 30), Queue(5, math.inf, 4, 30), Queue(0, 1, 10_000, 0)):
        solution = solve(queue)
        assert (solution.drop_probability, solution.wait_probability, solution.mean_wait_seconds) == (0, 0, 0)
        assert solution.wait_quantile_seconds(0.99) == 0
        assert solution.served_wait_quantile_seconds(0.99) == 0
        assert solution.wait_tail(0) == 0


def test_ten_thousand_workers():
    light = solve(Queue(5_000, 1, 10_000, 1))
    assert 0 <= light.drop_probability < 1e-300
    assert light.log_drop_probability < -1_000
    heavy = solve(Queue(20_000, 1, 10_000, 30))
    assert heavy.drop_probability == pytest.approx(0.5, rel=1e-12)


@given(any_queue)
def test_every_figure_is_a_number_in_its_domain(queue):
    solution = solve(queue)
    assert 0 <= solution.drop_probability <= 1
    assert 0 <= solution.wait_probability <= 1
    assert solution.drop_probability <= solution.wait_probability * (1 + 1e-9) + 1e-300
    assert not math.isnan(solution.log_drop_probability)
    assert 0 <= solution.mean_wait_seconds <= queue.patience_seconds
    for share in (0.0, 0.5, 0.99, 1.0):
        for quantile in (solution.wait_quantile_seconds(share), solution.served_wait_quantile_seconds(share)):
            assert 0 <= quantile <= queue.patience_seconds


@given(any_queue, st.floats(1e-3, 1e3))
def test_the_unit_of_time_does_not_matter(queue, factor):
    scaled = replace(
        queue,
        arrival_rate=queue.arrival_rate * factor,
        service_rate=queue.service_rate * factor,
        patience_seconds=queue.patience_seconds / factor,
    )
    assume(queue.arrival_rate * factor > 0 or queue.arrival_rate == 0)
    # far from saturation: at it a rounding error of the rates is amplified by the patience
    assume(abs(queue.utilisation - 1) > 1e-3)
    here, there = solve(queue), solve(scaled)
    assert there.drop_probability == pytest.approx(here.drop_probability, rel=1e-6, abs=1e-100)
    assert there.wait_probability == pytest.approx(here.wait_probability, rel=1e-6, abs=1e-100)


@given(moderate_queue, st.floats(1.01, 2))
def test_drops_rise_with_arrivals_and_fall_with_everything_else(queue, factor):
    drop = solve(queue).drop_probability
    assert solve(replace(queue, arrival_rate=queue.arrival_rate * factor)).drop_probability > drop
    assert solve(replace(queue, service_rate=queue.service_rate * factor)).drop_probability < drop
    assert solve(replace(queue, workers=queue.workers + 1)).drop_probability < drop
    patient = solve(replace(queue, patience_seconds=queue.patience_seconds * factor))
    uneven = solve(replace(queue, service_scv=queue.service_scv + 1))
    # in deep overload both make no difference that a float could hold
    assert patient.drop_probability <= drop * (1 + 1e-12)
    assert uneven.drop_probability >= drop * (1 - 1e-12)
    if queue.utilisation < 1:
        assert patient.drop_probability < drop < uneven.drop_probability


@given(moderate_queue)
def test_the_mean_is_the_integral_of_the_tail(queue):
    solution = solve(queue)
    steps = 2_000
    width = queue.patience_seconds / steps
    simpson = (1, *((4, 2) * (steps // 2 - 1)), 4, 1)
    tails = [solution.wait_tail(step * width) for step in range(steps)]
    tails.append(solution.drop_probability)
    integral = math.fsum(weight * tail for weight, tail in zip(simpson, tails, strict=True)) * width / 3
    assert solution.mean_wait_seconds == pytest.approx(integral, rel=1e-4)
    assert solution.wait_tail(0) == pytest.approx(solution.wait_probability, rel=1e-9)
    assert solution.wait_tail(queue.patience_seconds) == pytest.approx(solution.drop_probability, rel=1e-6)
    assert solution.wait_tail(-1) == 1


@given(moderate_queue, st.floats(0.001, 0.999))
def test_quantiles_invert_the_tail(queue, share):
    solution = solve(queue)
    of_all = solution.wait_quantile_seconds(share)
    if 0 < of_all < queue.patience_seconds:
        assert solution.wait_tail(of_all) == pytest.approx(1 - share, rel=1e-6)
    of_served = solution.served_wait_quantile_seconds(share)
    assert of_served <= of_all or of_all == queue.patience_seconds
    if of_served > 0:
        served_later = solution.wait_tail(of_served) - solution.drop_probability
        assert served_later == pytest.approx((1 - share) * (1 - solution.drop_probability), rel=1e-5, abs=1e-9)


def test_quantiles_without_a_deadline_are_exponential():
    queue = Queue(3.6, 1, 4)
    solution = solve(queue)
    for share in (0.5, 0.95, 0.99):
        assert wait_tail(queue, solution.wait_quantile_seconds(share)) == pytest.approx(1 - share, rel=1e-9)
    assert solution.wait_tail(1.5) == pytest.approx(wait_tail(queue, 1.5), rel=1e-12)
    assert solve(Queue(5, 1, 4)).wait_quantile_seconds(0.5) == math.inf
    assert solve(Queue(5, 1, 4)).wait_tail(math.inf) == pytest.approx(0.2)


@cases(
    ("queue", "simulated"),
    [(Queue(0.9, 1, 1, 5, 0), 0.0471), (Queue(3.6, 1, 4, 2, 0), 0.0196), (Queue(7.6, 1, 8, 1, 0), 0.0326)],
)
def test_constant_service_is_within_a_tenth_of_simulation(queue, simulated):
    assert solve(queue).drop_probability == pytest.approx(simulated, rel=0.10)
