"""Several simulations of one situation with different seeds: how long to run each, and the confidence they give."""

import math
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from ipseclint.load.erlang import Queue
from ipseclint.load.scenarios import Scenario, host, traffic
from ipseclint.load.schedules import Schedule
from ipseclint.load.simulate.processes import Poisson
from ipseclint.load.simulate.simulation import Progress, simulate
from ipseclint.load.simulate.system import Host, Run, Traffic
from ipseclint.load.workload import Workload

_STUDENT_975 = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)
"""The 97.5 % points of Student's t for 1 to 30 degrees of freedom."""
_NORMAL_975 = 1.960

STEADY_SECONDS = 3_600.0
STEADY_REQUESTS = 300_000
"""The requests after which a steady state ends, if that is sooner than an hour."""
MIN_PATIENCES = 20
"""The least duration of a steady state, in patiences, so that its beginning does not count for much."""
MAX_REQUESTS = 20_000_000
"""Requests over all runs beyond which a simulation is refused: some minutes on one core."""


class Estimate(Struct, frozen=True):
    """A mean with its 95 % confidence interval; the half-width is infinite for a single run."""

    mean: float
    half_width: float
    runs: int

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self.mean + self.half_width


class Summary(Struct, frozen=True):
    """The figures of several runs of one scenario, each with its interval.

    Waits are of served requests, setup times of established peers from their first send on.
    """

    seeds: tuple[int, ...]
    peers: Estimate
    drop_probability: Estimate
    first_drop_share: Estimate
    """Share of peers whose first send was dropped."""
    wait_probability: Estimate
    mean_wait_seconds: Estimate
    served_share: Estimate
    late_share: Estimate
    refused: Estimate
    cookies: Estimate
    wasted: Estimate
    last_success_seconds: Estimate
    peak_queue: Estimate
    peak_half_open: Estimate
    wait_p50_seconds: Estimate
    wait_p95_seconds: Estimate
    wait_p99_seconds: Estimate
    setup_p50_seconds: Estimate
    setup_p95_seconds: Estimate
    setup_p99_seconds: Estimate


def summarise(runs: Sequence[Run]) -> Summary:
    """The runs' figures as estimates. Raises ValueError for no runs."""

    def over(figure: Callable[[Run], float]) -> Estimate:
        return estimate(figure(run) for run in runs)

    return Summary(
        seeds=tuple(run.seed for run in runs),
        peers=over(lambda run: run.peers),
        drop_probability=over(lambda run: run.drop_probability),
        first_drop_share=over(lambda run: run.first_drops / run.peers if run.peers else 0.0),
        wait_probability=over(lambda run: run.wait_probability),
        mean_wait_seconds=over(lambda run: run.mean_wait_seconds),
        served_share=over(lambda run: run.served_share),
        late_share=over(lambda run: run.late / run.peers if run.peers else 0.0),
        refused=over(lambda run: run.refused),
        cookies=over(lambda run: run.cookies),
        wasted=over(lambda run: run.wasted),
        last_success_seconds=over(lambda run: run.last_success_seconds),
        peak_queue=over(lambda run: max(run.series.queue_length)),
        peak_half_open=over(lambda run: max(run.series.half_open)),
        wait_p50_seconds=over(lambda run: run.served_waits.quantile_seconds(0.50)),
        wait_p95_seconds=over(lambda run: run.served_waits.quantile_seconds(0.95)),
        wait_p99_seconds=over(lambda run: run.served_waits.quantile_seconds(0.99)),
        setup_p50_seconds=over(lambda run: run.setup_times.quantile_seconds(0.50)),
        setup_p95_seconds=over(lambda run: run.setup_times.quantile_seconds(0.95)),
        setup_p99_seconds=over(lambda run: run.setup_times.quantile_seconds(0.99)),
    )


def estimate(values: Iterable[float]) -> Estimate:
    """Mean of independent values with the 95 % interval of Student's t. Raises ValueError for no values."""
    sample = list(values)
    if not sample:
        raise ValueError("an estimate needs at least one value")
    runs = len(sample)
    mean = math.fsum(sample) / runs
    if runs == 1:
        return Estimate(mean, math.inf, 1)
    variance = math.fsum((value - mean) ** 2 for value in sample) / (runs - 1)
    return Estimate(mean, student_975(runs - 1) * math.sqrt(variance / runs), runs)


def student_975(degrees: int) -> float:
    """The 97.5 % point of Student's t; the normal distribution's beyond 30 degrees of freedom."""
    return _STUDENT_975[degrees - 1] if degrees <= len(_STUDENT_975) else _NORMAL_975


def replicate(
    host: Host, traffic: Sequence[Traffic], seeds: Sequence[int], *, bins: int = 256, progress: Progress | None = None
) -> tuple[Run, ...]:
    """One run for each seed. `progress` is told of peers over all runs."""
    runs: list[Run] = []
    for seed in seeds:
        before = sum(run.peers for run in runs)
        runs.append(simulate(host, traffic, seed=seed, bins=bins, progress=_shifted(progress, before, len(seeds))))
    return tuple(runs)


def _shifted(progress: Progress | None, before: int, runs: int) -> Progress | None:
    if progress is None:
        return None
    return lambda ended, expected: progress(before + ended, expected * runs)


def run_scenario(
    workload: Workload, scenario: Scenario, schedule: Schedule, seeds: Sequence[int], progress: Progress | None = None
) -> tuple[Run, ...]:
    """The scenario once for each seed. Raises ValueError if that would take too long."""
    streams = traffic(workload, scenario, schedule)
    requests = _expected(streams)
    if scenario is Scenario.STEADY and requests > STEADY_REQUESTS:
        settled = MIN_PATIENCES * min(workload.patience_seconds, STEADY_SECONDS / MIN_PATIENCES)
        seconds = max(STEADY_SECONDS * STEADY_REQUESTS / requests, settled)
        streams = traffic(workload, scenario, schedule, seconds)
    return _run(host(workload), streams, seeds, progress)


def run_queue(queue: Queue, seeds: Sequence[int], progress: Progress | None = None) -> tuple[Run, ...]:
    """A bare queue once for each seed. Raises ValueError if it serves in no time at all."""
    if queue.arrival_rate == 0:
        streams: tuple[Traffic, ...] = ()
    else:
        arrivals = Poisson(queue.arrival_rate, STEADY_REQUESTS / queue.arrival_rate)
        streams = (Traffic(arrivals, 1 / queue.service_rate, queue.service_scv),)
    return _run(Host(queue.workers, queue.patience_seconds), streams, seeds, progress)


def _run(
    responder: Host, streams: Sequence[Traffic], seeds: Sequence[int], progress: Progress | None
) -> tuple[Run, ...]:
    requests = _expected(streams) * len(seeds)
    if requests > MAX_REQUESTS:
        raise ValueError(f"{requests:.3g} requests are too many to simulate; {MAX_REQUESTS:,} are possible")
    return replicate(responder, streams, seeds, progress=progress)


def _expected(streams: Sequence[Traffic]) -> float:
    return sum(stream.arrivals.expected_peers for stream in streams)
