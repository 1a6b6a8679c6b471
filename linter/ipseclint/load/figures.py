"""The figures of one workload in one scenario."""

import math
from functools import lru_cache

from msgspec import Struct

from ipseclint.load import storm as fluid
from ipseclint.load.erlang import Queue, blocking_probability
from ipseclint.load.half_open import batch_address_drop_share, mean_half_open, steady_address_drop_share
from ipseclint.load.impatience import ImpatientQueue, solve
from ipseclint.load.retries import with_retries
from ipseclint.load.scenarios import SITUATIONS, Scenario, start_storm, steady_utilisation
from ipseclint.load.schedules import Schedule
from ipseclint.load.storm import Storm
from ipseclint.load.workload import Workload, mean_service_seconds, mixed_service_scv, steady_rates

QUANTILES = {"p50": 0.50, "p95": 0.95, "p99": 0.99}


class Pressure(Struct, frozen=True):
    """The few figures whose sensitivities are computed; see `Figures`."""

    drop_probability: float
    log_drop_probability: float
    utilisation: float
    backlog_seconds: float


class Figures(Struct, frozen=True):
    """All numbers of a scenario. Rates are per second, of a steady state; the rest is of the scenario.

    In a storm the probabilities are shares of the first attempts, by the fluid law if more arrives than the workers
    can do, else as a steady state at the ramp's rate.
    """

    main_mode_rate: float
    """IKE setup rate that the fleet asks for, main modes per second."""
    quick_mode_rate: float
    """Tunnel rekey rate that the fleet asks for, quick modes per second."""
    utilisation: float
    """Share of the workers' time that the steady load takes; above 1 it cannot keep up."""
    drop_probability: float
    """Share of requests dropped for having waited too long (13809 to 13812); repeats are not counted in."""
    wait_probability: float
    """Share of requests that find every worker busy."""
    mean_wait_seconds: float
    """Mean of min(V, D): a dropped request counts with its patience."""
    timeout_probability: float
    """Share of peers for which every send is dropped before they give up (13805, 13814 at the peer), at least."""
    timeout_probability_at_most: float
    wait_p50_seconds: float
    """Wait of all requests, served or dropped, that half of them do not exceed; the others likewise."""
    wait_p95_seconds: float
    wait_p99_seconds: float
    served_wait_p50_seconds: float
    """Wait of the served requests that half of them do not exceed; the others likewise."""
    served_wait_p95_seconds: float
    served_wait_p99_seconds: float
    half_open: float
    """Half-open main modes: the mean of a steady state, the peak of a storm."""
    address_drop_share: float
    """Share of first attempts that the limit per source address refuses."""
    half_open_limit_drop_share: float
    """Share of attempts that the hard half-open cap refuses."""
    safe_ramp_seconds: float
    """Shortest window in which the starting peers can all start without a drop, R*."""
    ramp_slack_seconds: float
    """What to add to the safe ramp for the randomness of service times, two standard deviations."""
    backlog_seconds: float
    """Time the workers need for every starting peer once."""
    served_share: float
    """Share of starting peers established before they give up, if they all start within the ramp."""
    last_success_seconds: float
    """When the last of them is established."""
    waves: float
    """How many sends of a starting peer enter the queue anew."""
    synchronised_drop_probability: float
    """Share of first attempts dropped if rekeys stay synchronised: the larger of main and quick modes."""
    synchronised_spread_seconds: float
    """Jitter that synchronised rekeys would need so that none is dropped."""


def steady_queue(workload: Workload) -> Queue:
    """The queue of main and quick modes together: their rates added, their service times mixed."""
    rates = steady_rates(workload)
    return _queue(workload, rates.total, mean_service_seconds(workload, rates), mixed_service_scv(workload, rates))


@lru_cache(maxsize=256)
def pressure(workload: Workload, scenario: Scenario, schedule: Schedule) -> Pressure:
    """The figures whose sensitivities are computed, without the costly rest."""
    storm = start_storm(workload, scenario, schedule)
    solution = _solution(workload, scenario, storm)
    if solution:
        drop, log_drop = solution.drop_probability, solution.log_drop_probability
    else:
        drop = fluid.first_try_drop_share(storm)
        log_drop = math.log(drop) if drop > 0 else -math.inf
    return Pressure(drop, log_drop, steady_utilisation(workload), fluid.drain_seconds(storm))


def evaluate(workload: Workload, scenario: Scenario, schedule: Schedule) -> Figures:
    """All numbers of a workload in a scenario."""
    rates = steady_rates(workload)
    storm = start_storm(workload, scenario, schedule)
    solution = _solution(workload, scenario, storm)
    waits = _steady_waits(solution, schedule) if solution else _storm_waits(workload, storm)
    half_open = _half_open(workload, scenario, storm, solution)
    return Figures(
        main_mode_rate=rates.main_mode,
        quick_mode_rate=rates.quick_mode,
        utilisation=steady_utilisation(workload),
        **waits,
        half_open=half_open,
        address_drop_share=_address_drop_share(workload, scenario, waits["mean_wait_seconds"]),
        half_open_limit_drop_share=_half_open_limit_drop_share(workload, solution, half_open),
        safe_ramp_seconds=fluid.critical_ramp_seconds(storm),
        ramp_slack_seconds=fluid.ramp_slack_seconds(
            storm, workload.start_service_seconds, workload.service_scv, workload.workers
        ),
        backlog_seconds=fluid.drain_seconds(storm),
        served_share=fluid.served_share(storm),
        last_success_seconds=fluid.last_success_seconds(storm),
        waves=float(len(fluid.waves(storm))),
        **_synchronised(workload),
    )


def _queue(workload: Workload, rate: float, service_seconds: float, service_scv: float) -> Queue:
    return Queue(
        arrival_rate=rate,
        service_rate=1 / service_seconds if service_seconds > 0 else math.inf,
        workers=workload.workers,
        patience_seconds=workload.patience_seconds,
        service_scv=service_scv,
    )


def _solution(workload: Workload, scenario: Scenario, storm: Storm) -> ImpatientQueue | None:
    """The steady state, or that of a ramp slow enough to have one; None for a storm proper."""
    situation = SITUATIONS[scenario]
    if not situation.storm:
        return solve(steady_queue(workload))
    if storm.requests == 0:
        return solve(_queue(workload, 0.0, workload.start_service_seconds, workload.service_scv))
    if storm.window_seconds <= 0 or storm.requests / storm.window_seconds >= storm.capacity_per_second:
        return None
    # rekeys that go on have been taken off the capacity: work as much slower comes to the same utilisation
    share = storm.capacity_per_second * workload.start_service_seconds / workload.workers
    service = workload.start_service_seconds / share if workload.start_service_seconds > 0 else 0.0
    return solve(_queue(workload, storm.requests / storm.window_seconds, service, workload.service_scv))


def _steady_waits(solution: ImpatientQueue, schedule: Schedule) -> dict[str, float]:
    return {
        "drop_probability": solution.drop_probability,
        "wait_probability": solution.wait_probability,
        "mean_wait_seconds": solution.mean_wait_seconds,
        **_timeouts(solution, schedule),
        **{f"wait_{name}_seconds": solution.wait_quantile_seconds(share) for name, share in QUANTILES.items()},
        **{
            f"served_wait_{name}_seconds": solution.served_wait_quantile_seconds(share)
            for name, share in QUANTILES.items()
        },
    }


def _timeouts(solution: ImpatientQueue, schedule: Schedule) -> dict[str, float]:
    retried = with_retries(solution.queue, schedule)
    least, most = retried.give_up_probability, retried.drop_probability
    if solution.queue.patience_seconds > schedule.give_up_seconds:
        # the queue is more patient than the peer, who leaves first
        late = solution.wait_tail(schedule.give_up_seconds)
        least, most = max(least, late), max(most, late)
    return {"timeout_probability": least, "timeout_probability_at_most": most}


def _storm_waits(workload: Workload, storm: Storm) -> dict[str, float]:
    return {
        "drop_probability": fluid.first_try_drop_share(storm),
        "wait_probability": max(0.0, 1 - workload.workers / storm.requests),
        "mean_wait_seconds": fluid.mean_wait_seconds(storm),
        "timeout_probability": 1 - fluid.served_share(storm),
        "timeout_probability_at_most": max(1 - fluid.served_share(storm), fluid.first_try_drop_share(storm)),
        **{f"wait_{name}_seconds": fluid.wait_quantile_seconds(storm, share) for name, share in QUANTILES.items()},
        **{
            f"served_wait_{name}_seconds": fluid.served_wait_quantile_seconds(storm, share)
            for name, share in QUANTILES.items()
        },
    }


def _network_seconds(workload: Workload) -> float:
    return workload.round_trip_seconds * workload.main_mode_round_trips


def _half_open(workload: Workload, scenario: Scenario, storm: Storm, solution: ImpatientQueue | None) -> float:
    network = _network_seconds(workload)
    if solution:
        rate = solution.queue.arrival_rate if SITUATIONS[scenario].storm else steady_rates(workload).main_mode
        return mean_half_open(rate, solution.mean_wait_seconds, workload.main_mode_service_seconds, network)
    on_the_wire = min(storm.capacity_per_second * network, storm.requests)
    return min(storm.requests, fluid.peak_queue(storm) + workload.workers + on_the_wire)


def _address_drop_share(workload: Workload, scenario: Scenario, wait_seconds: float) -> float:
    """The share that the limit per address refuses; it only matters if more peers than the limit share the address."""
    peers = workload.peers_per_address
    if SITUATIONS[scenario].storm and workload.ramp_seconds == 0:
        return batch_address_drop_share(peers * workload.initiating_share, workload.address_half_open_limit)
    if workload.peers == 0:
        return 0.0
    if SITUATIONS[scenario].storm:
        rate = peers * workload.initiating_share / workload.ramp_seconds
    else:
        rate = peers * steady_rates(workload).main_mode / workload.peers
    open_seconds = wait_seconds + workload.main_mode_service_seconds + _network_seconds(workload)
    return steady_address_drop_share(rate, open_seconds, workload.address_half_open_limit)


def _half_open_limit_drop_share(workload: Workload, solution: ImpatientQueue | None, half_open: float) -> float:
    if math.isinf(workload.half_open_limit):
        return 0.0
    if solution:
        return blocking_probability(solution.queue, workload.half_open_limit)
    return max(0.0, 1 - workload.half_open_limit / half_open) if half_open > 0 else 0.0


def _synchronised(workload: Workload) -> dict[str, float]:
    """Every peer's rekey at once, of main modes and of quick modes, whichever is worse."""
    batches = [
        Storm(
            requests=workload.peers * per_peer,
            capacity_per_second=workload.workers / service if service > 0 else math.inf,
            patience_seconds=workload.patience_seconds,
        )
        for per_peer, service in (
            (workload.main_modes_per_peer, workload.main_mode_service_seconds),
            (workload.quick_modes_per_peer, workload.quick_mode_service_seconds),
        )
    ]
    return {
        "synchronised_drop_probability": max(fluid.first_try_drop_share(batch) for batch in batches),
        "synchronised_spread_seconds": max(fluid.critical_ramp_seconds(batch) for batch in batches),
    }
