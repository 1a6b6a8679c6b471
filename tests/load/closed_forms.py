"""Closed forms of queues without impatience, which what the package computes must come to where nobody gives up."""

import math

from ipseclint.load.erlang import Queue, erlang_b


def erlang_c(workers: int, offered_load: float) -> float:
    """Probability that a request has to wait; 1 from saturation on."""
    if offered_load >= workers:
        return 1.0
    blocked = erlang_b(workers, offered_load)
    utilisation = offered_load / workers
    return blocked / ((1 - utilisation) + utilisation * blocked)


def mean_wait_seconds(queue: Queue) -> float:
    """Mean wait in M/M/c; infinite from saturation on. The queue's patience and variability are not used."""
    spare = queue.capacity_per_second - queue.arrival_rate
    if queue.idle:
        return 0.0
    return erlang_c(queue.workers, queue.offered_load) / spare if spare > 0 else math.inf


def wait_tail(queue: Queue, seconds: float) -> float:
    """Probability that a request in M/M/c waits longer than `seconds`."""
    if queue.idle or seconds == math.inf:
        return 0.0 if queue.utilisation < 1 else 1.0
    spare = max(0.0, queue.capacity_per_second - queue.arrival_rate)
    return erlang_c(queue.workers, queue.offered_load) * math.exp(-spare * seconds)
