"""What a simulation keeps: arrays of a fixed size, and packed queues of peers that will send again."""

import math
from array import array
from collections import Counter
from itertools import accumulate

from msgspec import Struct

_FIELDS = 4
_COMPACT_AT = 1 << 16

BUCKETS_PER_E = 128
"""Histogram buckets for each factor of e, so that quantiles are right to 0.4 %."""
MIN_SECONDS = 1e-9
_OFFSET = -math.log(MIN_SECONDS) * BUCKETS_PER_E


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
    """Durations in buckets that grow geometrically from a nanosecond on, plus the zeros.

    Append durations to `pending` and call `fold` now and then: many at once cost half of what single ones do.
    """

    __slots__ = ("_counts", "_zeros", "pending")

    def __init__(self) -> None:
        self.pending = array("d")
        self._counts: Counter[int] = Counter()
        self._zeros = 0

    def fold(self) -> None:
        """Count what is pending."""
        log = math.log
        buckets = [int(log(seconds) * BUCKETS_PER_E + _OFFSET) for seconds in self.pending if seconds > MIN_SECONDS]
        self._zeros += len(self.pending) - len(buckets)
        self._counts.update(buckets)
        del self.pending[:]

    def frozen(self) -> "Durations":
        """The counts so far as a value."""
        self.fold()
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


class Timeline:
    """Accumulates a `Series` in lists of fixed length; what happens after the horizon goes to one bin more.

    `queued` and `opened` hold changes of a level, the others counts. The simulation writes to them directly.
    """

    __slots__ = ("bins", "completed", "dropped", "first_sends", "horizon_seconds", "opened", "queued", "sends", "waits")

    def __init__(self, horizon_seconds: float, bins: int) -> None:
        self.horizon_seconds = horizon_seconds
        self.bins = bins
        counts = ([0] * (bins + 1) for _ in range(6))
        self.first_sends, self.sends, self.completed, self.dropped, self.queued, self.opened = counts
        self.waits = [0.0] * (bins + 1)

    def frozen(self) -> Series:
        """The run so far as a value."""
        bins = self.bins
        return Series(
            bin_seconds=self.horizon_seconds / bins,
            first_sends=tuple(self.first_sends[:bins]),
            sends=tuple(self.sends[:bins]),
            completed=tuple(self.completed[:bins]),
            dropped=tuple(self.dropped[:bins]),
            queue_length=tuple(accumulate(self.queued[:bins])),
            half_open=tuple(accumulate(self.opened[:bins])),
            mean_wait_seconds=tuple(
                wait / sends if sends else 0.0 for wait, sends in zip(self.waits[:bins], self.sends[:bins], strict=True)
            ),
        )
