"""Reporters' work on findings, spread over several processes; results come in the order of the findings."""

from __future__ import annotations

import gc
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from msgspec import Struct

from ipseclint.engine.workers import end_with_parent, kill_idle, result_of
from ipseclint.packing import Chunk, Packed, unpacked
from ipseclint.reporters import in_turn

Value = TypeVar("Value")
Made = TypeVar("Made")

MIN_VALUES = 1000
"""With fewer values starting the processes takes longer than they save."""

_VALUES = 250
"""How many values are sent to a process at a time: enough to hide the cost of sending."""

_AHEAD = 4
"""How many portions per process are made ahead, so that little waits."""


class SpreadOver(Struct, frozen=True):
    """How reporters process many values in `jobs` processes, 0 for as many as help.

    If a process is killed, nothing is lost: its portions are processed here.
    """

    jobs: int

    def __call__(
        self, function: Callable[[Iterable[Sequence[Value]]], Made], values: Sequence[Value], /
    ) -> Iterator[Made]:
        """The results of a function for portions of values, in their order."""
        workers = self.jobs or os.cpu_count() or 1
        if workers > 1 and isinstance(values, Packed) and len(values) >= MIN_VALUES:
            yield from _in_processes(function, list(_portions(values.chunks)), workers)
        else:
            yield from in_turn(function, values)


def _in_processes(
    function: Callable[[Iterable[Sequence[Any]]], Made], portions: Sequence[Sequence[Chunk]], workers: int
) -> Iterator[Made]:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    taken = 0
    try:
        with ProcessPoolExecutor(min(workers, len(portions)), initializer=_prepare) as pool:
            waiting = deque(pool.submit(_made, function, portion) for portion in portions[: _AHEAD * workers])
            while waiting:
                made = result_of(waiting.popleft(), pool)
                if taken + 1 == len(portions):
                    kill_idle(pool)
                yield made
                taken += 1
                if (after := taken + len(waiting)) < len(portions):
                    waiting.append(pool.submit(_made, function, portions[after]))
    except BrokenProcessPool:
        yield from (_made(function, portion) for portion in portions[taken:])


def _portions(chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, ...]]:
    portion: list[Chunk] = []
    for chunk in chunks:
        portion.append(chunk)
        if sum(each.number for each in portion) >= _VALUES:
            yield tuple(portion)
            portion = []
    if portion:
        yield tuple(portion)


def _prepare() -> None:
    import signal

    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # what the parent does when it is asked to end is not for its workers
    threading.Thread(target=end_with_parent, daemon=True).start()
    gc.disable()


def _made(function: Callable[[Iterable[Sequence[Any]]], Made], portion: Sequence[Chunk]) -> Made:
    return function(unpacked(chunk.data) for chunk in portion)
