"""The steady state when dropped requests come again on a schedule."""

import math

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.load.erlang import Queue
from ipseclint.load.impatience import solve
from ipseclint.load.schedules import Schedule

_ITERATIONS = 500
"""Enough for twelve digits, but near saturation, where the last steps are tiny, for three."""
_TOLERANCE = 1e-12


class RetriedQueue(Struct, frozen=True):
    """The share of dropped attempts, and the share of peers with every attempt dropped.

    The last is a lower estimate, and `drop_probability` an upper one of the same: below saturation a repeat often meets
    the same congestion as the send before.
    """

    drop_probability: float
    give_up_probability: float


def with_retries(queue: Queue, schedule: Schedule) -> RetriedQueue:
    """The queue's steady state with each dropped request repeated; approximate.

    Repeats are taken as further Poisson arrivals, each dropped with the same probability, which is the smallest that
    agrees with itself. Beyond saturation, where what is served is the capacity whatever the repeats, this is right;
    below it simulation has some more drops, and peers that give up many times as often.
    """
    attempts = len(schedule.sends_at_least(queue.patience_seconds))
    drop = 0.0
    for _ in range(_ITERATIONS):
        before = drop
        drop = solve(replace(queue, arrival_rate=queue.arrival_rate * _mean_attempts(drop, attempts))).drop_probability
        if math.isclose(drop, before, rel_tol=_TOLERANCE, abs_tol=0.0):
            break
    return RetriedQueue(drop, drop**attempts)


def _mean_attempts(drop: float, attempts: int) -> float:
    return math.fsum(drop**k for k in range(attempts))
