"""What a simulation keeps: arrays of a fixed size, and packed queues of peers that will send again."""

import math
from array import array
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, Any]

_FIELDS = 4
_COMPACT_AT = 1 << 16

BUCKETS_PER_E = 128
"""Histogram buckets for each factor of e, so that quantiles are right to 0.4 %."""
MIN_SECONDS = 1e-9
_OFFSET = -math.log(MIN_SECONDS) * BUCKETS_PER_E
_EDGE = 1e-6

LEDGER_ENTRIES = 1 << 15
"""So many attempts are counted at once: a megabyte."""


class Backlog:
    """Peers that send again, first in first out, as packed numbers: (count, first send, held until, address)."""

    __slots__ = ("_data", "_head")

    def __init__(self) -> None:
        self._data = array("d")
        self._head = 0

    def __len__(self) -> int:
        return (len(self._data) - self._head) // _FIELDS

    def push(self, count: float, first: float, hold: float, address: float) -> None:
        """Append peers."""
        self._data.extend((count, first, hold, address))

    def pop(self) -> tuple[float, float, float, float]:
        """Remove and return the oldest entry."""
        head, data = self._head, self._data
        count, first, hold, address = data[head : head + _FIELDS]
        head += _FIELDS
        if head >= _COMPACT_AT and head * 2 >= len(data):
            del data[:head]
            head = 0
        self._head = head
        return count, first, hold, address


class DurationHistogram:
    """Durations in buckets that grow geometrically from a nanosecond on, plus the zeros; `add` takes many at once."""

    __slots__ = ("_counts", "_zeros")

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()
        self._zeros = 0

    def add(self, seconds: "Numbers") -> None:
        """Count durations."""
        import numpy as np

        long = seconds[seconds > MIN_SECONDS]
        self._zeros += len(seconds) - len(long)
        places = np.log(long) * BUCKETS_PER_E + _OFFSET
        buckets = places.astype(np.int64)
        # The logarithm of numpy may differ from that of Python in its last digit, which matters at an edge alone.
        for at in np.flatnonzero(np.abs(places - np.rint(places)) < _EDGE):
            buckets[at] = int(math.log(long[at]) * BUCKETS_PER_E + _OFFSET)
        values, counts = np.unique(buckets, return_counts=True)
        self._counts.update(dict(zip(values.tolist(), counts.tolist(), strict=True)))

    def frozen(self) -> "Durations":
        """The counts so far as a value."""
        if not self._counts:
            return Durations(self._zeros, 0, ())
        first, last = min(self._counts), max(self._counts)
        return Durations(self._zeros, first, tuple(self._counts[bucket] for bucket in range(first, last + 1)))


class Durations(Struct, frozen=True):
    """A distribution of durations: how many are 0, and counts of buckets from `first` on."""

    zeros: int
    first: int
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many durations were counted."""
        return self.zeros + sum(self.counts)

    def quantile_seconds(self, share: float) -> float:
        """The duration that `share` of them do not exceed, right to 0.4 %; 0 if there are none."""
        wanted = share * self.total
        seen: float = self.zeros
        if seen >= wanted:
            return 0.0
        for index, count in enumerate(self.counts):
            seen += count
            if seen >= wanted:
                return math.exp((self.first + index + 0.5 - _OFFSET) / BUCKETS_PER_E)
        return math.exp((self.first + len(self.counts) - 0.5 - _OFFSET) / BUCKETS_PER_E)

    def steps(self) -> list[tuple[float, float]]:
        """The empirical distribution: upper edge of each bucket in seconds, and share of durations up to it."""
        total, seen = self.total, self.zeros
        edges = [(0.0, seen / total)] if total else []
        for index, count in enumerate(self.counts):
            seen += count
            edges.append((math.exp((self.first + index + 1 - _OFFSET) / BUCKETS_PER_E), seen / total))
        return edges


class Series(Struct, frozen=True):
    """A run over time in bins of equal width: counts within each bin, levels at the end of each."""

    bin_seconds: float
    first_sends: tuple[int, ...]
    sends: tuple[int, ...]
    completed: tuple[int, ...]
    dropped: tuple[int, ...]
    queue_length: tuple[int, ...]
    half_open: tuple[int, ...]
    mean_wait_seconds: tuple[float, ...]
    """Mean of min(V, D) over the sends of the bin; 0 where there are none."""


class Ledger:
    """The attempts of a run in their order, counted many at a time: over time, by their waits, and in all.

    Of each served one the simulation appends itself when it `arrived`, its `wait`, and when it `left`; of each peer
    that was established, how long that took, to `setups`.
    What happens after the horizon goes to one bin more. `opened` and `queued` hold changes of a level.
    """

    def __init__(self, horizon_seconds: float, bins: int, tail_seconds: float) -> None:
        import numpy as np

        self.horizon_seconds, self.bins = horizon_seconds, bins
        self.bins_per_second = bins / horizon_seconds
        self.arrived, self.wait, self.left = array("d"), array("d"), array("d")
        self._at_drops, self._drops = array("q"), array("q")
        self.setups = array("d")
        self.first_sends = [0] * (bins + 1)
        self.attempts = self.established = self.waited = self.drops = 0
        self.wait_seconds = 0.0
        self.served_waits, self.setup_times = DurationHistogram(), DurationHistogram()
        self._tail_seconds = tail_seconds
        counts = (np.zeros(bins + 1, np.int64) for _ in range(5))
        self._sends, self._completed, self._dropped, self._queued, self._opened = counts
        self._waits = np.zeros(bins + 1)

    def drop(self, now: float, seconds: float, left: float, count: int) -> None:
        """Note requests that are dropped together, and how long all of them have waited then."""
        self._at_drops.append(len(self.arrived))
        self._drops.append(count)
        self.arrived.append(now)
        self.wait.append(seconds)
        self.left.append(left)

    def fold(self) -> None:
        """Count what was noted. Sums of seconds are taken in the order of the entries, so that they stay the same."""
        import numpy as np

        arrived, wait, left = np.array(self.arrived), np.array(self.wait), np.array(self.left)
        dropped = np.zeros(len(arrived), np.int64)
        dropped[np.array(self._at_drops)] = self._drops
        is_served = dropped == 0
        count = np.where(is_served, 1, dropped)
        has_waited = ~is_served | (wait > 0)
        first, last = self._bins(arrived), self._bins(left)
        closed = np.where(is_served, self._bins(left + self._tail_seconds), last)
        unqueued = np.where(is_served, self._bins(arrived + wait), last)
        self.attempts += int(count.sum())
        self.established += len(self.setups)
        self.drops += int(dropped.sum())
        self.waited += int(count[has_waited].sum())
        self.wait_seconds = float(np.cumsum(np.concatenate(([self.wait_seconds], wait)))[-1])
        np.add.at(self._waits, first, wait)
        for counted, places, change in (
            (self._sends, first, count),
            (self._opened, first, count),
            (self._opened, closed, -count),
            (self._queued, first[has_waited], count[has_waited]),
            (self._queued, unqueued[has_waited], -count[has_waited]),
            (self._completed, last[is_served], count[is_served]),
            (self._dropped, last[~is_served], dropped[~is_served]),
        ):
            np.add.at(counted, places, change)
        self.served_waits.add(wait[is_served])
        self.setup_times.add(np.array(self.setups))
        for column in (self.arrived, self.wait, self.left, self._at_drops, self._drops, self.setups):
            del column[:]

    def _bins(self, seconds: "Numbers") -> "Numbers":
        import numpy as np

        return np.minimum((seconds * self.bins_per_second).astype(np.int64), self.bins)

    def series(self) -> Series:
        """The run so far as a value; everything must have been counted."""
        bins = self.bins
        sends, waits = self._sends.tolist(), self._waits.tolist()
        return Series(
            bin_seconds=self.horizon_seconds / bins,
            first_sends=tuple(self.first_sends[:bins]),
            sends=tuple(sends[:bins]),
            completed=tuple(self._completed.tolist()[:bins]),
            dropped=tuple(self._dropped.tolist()[:bins]),
            queue_length=tuple(accumulate(self._queued.tolist()[:bins])),
            half_open=tuple(accumulate(self._opened.tolist()[:bins])),
            mean_wait_seconds=tuple(
                wait / count if count else 0.0 for wait, count in zip(waits[:bins], sends[:bins], strict=True)
            ),
        )
