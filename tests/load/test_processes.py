import itertools
import math
import random
import statistics
from collections import Counter

import pytest

from ipseclint.load.simulate import processes
from ipseclint.load.simulate.processes import Poisson, Ramp, service_sampler
from ipseclint.load.simulate.records import BUCKETS_PER_E, MIN_SECONDS, Backlog, DurationHistogram
from tests.cases import cases


def times_of(arrivals):
    return [time for times, count in arrivals.times(random.Random(1)) for time in times]


@pytest.mark.drawn(3)
@cases("scv", [0.0, 0.25, 0.6, 1.0, 4.0, 25.0])
def test_service_times_have_the_mean_and_variability_asked_for(scv):
    draw = service_sampler(0.02, scv, random.Random(1))
    sample = [draw() for _ in range(200_000)]
    mean = statistics.fmean(sample)
    assert mean == pytest.approx(0.02, rel=0.03)
    assert statistics.pvariance(sample) / mean**2 == pytest.approx(scv, rel=0.08, abs=1e-12)
    assert min(sample) >= 0


@cases("scv", [0.999999, 0.6, 0.25, 0.01])
def test_gamma_service_is_what_python_draws(scv):
    mine, pythons = random.Random(5), random.Random(5)
    draw = service_sampler(0.02, scv, mine)
    assert [draw() for _ in range(2_000)] == [pythons.gammavariate(1 / scv, 0.02 * scv) for _ in range(2_000)]


def test_numbers_drawn_at_once_are_those_that_python_draws():
    mine, pythons = random.Random("a/1"), random.Random("a/1")
    assert mine.random() == pythons.random()
    draw = processes.drawing(mine)
    drawn = [number for count in (1, 0, 700, 3) for number in draw(count).tolist()]
    assert drawn == [pythons.random() for _ in range(704)]


@cases("scv", [1.0, 4.0])
def test_service_is_what_python_draws(scv):
    draw, rng = service_sampler(0.02, scv, random.Random(5)), random.Random(5)
    often = (1 + math.sqrt((scv - 1) / (scv + 1))) / 2
    for _ in range(3_000):
        branch = often if scv == 1 or rng.random() < often else 1 - often
        mean = 0.02 if scv == 1 else 0.02 / (2 * branch)
        assert draw() == -mean * math.log(1.0 - rng.random())


@cases("refused", [[], [0], [1], [2, 3], [4094], [4095], [4096], [7, 4094, 4095, 9000]])
@cases("near", [1e-8, 0.99999995])
def test_a_draw_too_near_the_edge_is_made_anew_alone(refused, near):
    rng = random.Random(3)
    numbers = [rng.random() for _ in range(40_000)]
    with_refused = list(numbers)
    for at in reversed(refused):
        with_refused.insert(at - at % 2, near)  # where a first draw stands
    streams = [iter(each) for each in (numbers, with_refused)]

    def drawing(stream):
        import numpy as np

        return lambda count: np.fromiter(itertools.islice(stream, count), float, count)

    drawn = [itertools.chain.from_iterable(processes._gammas(4.0, 0.005, drawing(stream))) for stream in streams]
    one, other = (list(itertools.islice(each, 4_000)) for each in drawn)
    assert one == other


def test_work_that_takes_no_time():
    assert service_sampler(0.0, 4.0, random.Random(1))() == 0


def test_poisson_arrivals():
    times = times_of(Poisson(50, 1_000, 10))
    assert len(times) == pytest.approx(Poisson(50, 1_000, 10).expected_peers, rel=0.02)
    assert times == sorted(times)
    assert times[0] > 10
    assert times[-1] <= 1_000
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert statistics.pstdev(gaps) == pytest.approx(1 / 50, rel=0.03)
    assert list(Poisson(0, 1_000).times(random.Random(1))) == []


def test_a_ramp_is_uniform():
    times = times_of(Ramp(50_000, 60, 100))
    assert len(times) == 50_000
    assert times == sorted(times)
    assert times[0] >= 100
    assert times[-1] <= 160
    for tenth in range(1, 10):
        assert times[tenth * 5_000] == pytest.approx(100 + 6 * tenth, abs=0.5)


def test_a_batch_is_one_entry():
    assert list(Ramp(1_000_000).times(random.Random(1))) == [([0.0], 1_000_000)]
    assert list(Ramp(0).times(random.Random(1))) == []


def test_backlog_is_first_in_first_out():
    backlog, events = Backlog(2, 3, 5.0), []
    coming = backlog.coming()
    entries = [(n, n / 7, n / 3, -1.0) for n in range(60_000)]
    for entry in entries[:40_000]:
        backlog.push(events, *entry)
    out = [events.pop(), *itertools.islice(coming, 30_000)]
    for entry in entries[40_000:]:
        backlog.push(events, *entry)
    assert not events
    out += iter(lambda: next(coming), None)
    assert out == [(first + 5, 2, 3, count, first, hold, address, False) for count, first, hold, address in entries]
    backlog.push(events, *entries[0])
    assert events == out[:1]


def test_quantiles_of_a_histogram():
    import numpy as np

    histogram = DurationHistogram()
    rng = random.Random(1)
    sample = sorted(rng.expovariate(0.1) for _ in range(20_000))
    histogram.add(np.array([*sample, *[0.0] * 20_000]))
    durations = histogram.frozen()
    assert durations.total == 40_000
    assert durations.quantile_seconds(0.5) == 0
    for share in (0.6, 0.9, 0.99, 1.0):
        assert durations.quantile_seconds(share) == pytest.approx(sample[round((share - 0.5) * 40_000) - 1], rel=0.005)
    assert durations.steps()[0] == (0.0, 0.5)
    assert durations.steps()[-1][1] == 1


def test_tiny_and_huge_durations():
    import numpy as np

    histogram = DurationHistogram()
    assert histogram.frozen().quantile_seconds(0.5) == 0
    assert histogram.frozen().steps() == []
    histogram.add(np.array((1e-12, 1e30)))
    assert histogram.frozen().zeros == 1
    assert histogram.frozen().quantile_seconds(1.0) == pytest.approx(1e30, rel=0.005)


def test_a_duration_at_the_edge_of_a_bucket_is_counted_as_pythons_logarithm_has_it():
    import numpy as np

    edges = [math.exp(bucket / BUCKETS_PER_E) for bucket in range(-1000, 1000)]
    histogram = DurationHistogram()
    histogram.add(np.array(edges))
    offset = -math.log(MIN_SECONDS) * BUCKETS_PER_E
    buckets = Counter(int(math.log(seconds) * BUCKETS_PER_E + offset) for seconds in edges)
    frozen = histogram.frozen()
    assert frozen.counts == tuple(buckets[frozen.first + number] for number in range(len(frozen.counts)))
