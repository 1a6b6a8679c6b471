"""What CPU time a million negotiations take to simulate, as a ratio to a bare heap loop of as many events.

The bare loop draws one random number an event and pushes it through a heap of as many entries as there are workers:
the least that any event simulation does.
Run with the Python of the environment ipseclint is installed in:
`.venv/bin/python -m tests.benchmarks.load_simulation [NEGOTIATIONS]`.
"""

from __future__ import annotations

import math
import random
import sys
import time
import tracemalloc
from collections.abc import Callable
from heapq import heapreplace

from ipseclint.load.schedules import AUTHIP, SINGLE, WINDOWS_IKEV1, Schedule
from ipseclint.load.simulate.processes import Poisson, Ramp
from ipseclint.load.simulate.simulation import simulate
from ipseclint.load.simulate.system import Duplicates, Host, Run, Traffic

NEGOTIATIONS = 1_000_000
WORKERS = 8
SERVICE_SECONDS = 0.02
CAPACITY = WORKERS / SERVICE_SECONDS
ROUNDS = 3
"""The shortest of so many runs counts, taken in turn with the bare loop."""
MEMORY_SHARE = 10
"""Memory is traced over this part of the negotiations, as tracing slows a run."""


def bare_loop(events: int) -> None:
    heap, draw = [0.0] * WORKERS, random.Random(1).random
    for _ in range(events):
        heapreplace(heap, heap[0] - math.log(1.0 - draw()))


def steady(count: int, scv: float = 1.0) -> Run:
    rate = CAPACITY * 1.1
    return simulate(Host(WORKERS, 0.5), [Traffic(Poisson(rate, count / rate), SERVICE_SECONDS, scv)], seed=1)


def storm(
    count: int,
    ramp: float,
    schedule: Schedule,
    patience: float = 30,
    duplicates: Duplicates = Duplicates.RECOGNISED,
) -> Run:
    traffic = Traffic(Ramp(count, ramp), SERVICE_SECONDS, 1.0, schedule)
    return simulate(Host(WORKERS, patience, duplicates=duplicates), [traffic], seed=1)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else NEGOTIATIONS
    ramp = 1 / CAPACITY
    runs: dict[str, Callable[[int], Run]] = {
        "steady, overloaded, M/M/8+D": steady,
        "the same, constant service": lambda peers: steady(peers, 0.0),
        "the same, gamma service": lambda peers: steady(peers, 0.25),
        "boot, all at once": lambda peers: storm(peers, 0.0, AUTHIP),
        "the same, endless patience": lambda peers: storm(peers, 0.0, SINGLE, math.inf),
        "boot, all fit into the ramp": lambda peers: storm(peers, peers * ramp, SINGLE),
        "boot, four times too fast": lambda peers: storm(peers, peers * ramp / 4, WINDOWS_IKEV1),
        "the same, repeats served": lambda peers: storm(
            peers, peers * ramp / 4, WINDOWS_IKEV1, duplicates=Duplicates.SERVED
        ),
    }
    print(f"{count:,} negotiations; time as a ratio to a bare heap loop of as many events as messages were sent;")
    print(f"memory as the most that {count // MEMORY_SHARE:,} negotiations hold, in MB")
    print(f"{'':<30}{'messages':>12}{'time':>9}{'memory':>9}")
    storm(10, 0.0, SINGLE)  # what is imported once does not count
    for name, work in runs.items():
        took = bare = math.inf
        for _ in range(ROUNDS):
            begin = time.process_time()
            run = work(count)
            took = min(took, time.process_time() - begin)
            messages = run.attempts + run.absorbed
            begin = time.process_time()
            bare_loop(messages)
            bare = min(bare, time.process_time() - begin)
        tracemalloc.start()
        work(count // MEMORY_SHARE)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(f"{name:<30}{messages:>12,}{took / bare:>8.1f}x{peak / 1e6:>9.1f}")


if __name__ == "__main__":
    main()
