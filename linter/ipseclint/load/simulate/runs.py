"""Simulations of a size that a person waits for: how long to run what, and how much is too much."""

from collections.abc import Sequence

from ipseclint.load.erlang import Queue
from ipseclint.load.scenarios import Scenario, host, traffic
from ipseclint.load.schedules import Schedule
from ipseclint.load.simulate.processes import Poisson
from ipseclint.load.simulate.replicate import replicate
from ipseclint.load.simulate.simulation import Progress
from ipseclint.load.simulate.system import Host, Run, Traffic
from ipseclint.load.workload import Workload

STEADY_SECONDS = 3_600.0
STEADY_REQUESTS = 300_000
"""A steady state is run for an hour, or for so many requests if that is sooner."""
FEWEST_PATIENCES = 20
"""A steady state is run for so many times the patience at least, so that its beginning does not count for much."""
MOST_REQUESTS = 20_000_000
"""Requests over all runs beyond which a simulation is refused: some minutes on one core."""


def run_scenario(
    workload: Workload, scenario: Scenario, schedule: Schedule, seeds: Sequence[int], progress: Progress | None = None
) -> tuple[Run, ...]:
    """The scenario once for each seed. Raises ValueError if that would take too long."""
    streams = traffic(workload, scenario, schedule)
    requests = _expected(streams)
    if scenario is Scenario.STEADY and requests > STEADY_REQUESTS:
        settled = FEWEST_PATIENCES * min(workload.patience_seconds, STEADY_SECONDS / FEWEST_PATIENCES)
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
    if requests > MOST_REQUESTS:
        raise ValueError(f"{requests:.3g} requests are too many to simulate; {MOST_REQUESTS:,} are possible")
    return replicate(responder, streams, seeds, progress=progress)


def _expected(streams: Sequence[Traffic]) -> float:
    return sum(stream.arrivals.expected_peers for stream in streams)
