"""The records of a simulation: arrays of a fixed size, and packed queues of peers that will send again."""

import math
from collections import Counter
from collections.abc import Iterator
from heapq import heappush
from itertools import accumulate
from struct import Struct as Packing
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, Any]

Event = tuple[float, int, int, int, float, float, float, bool]
"""Time, stream, send number, peers, their first send, held until, address, whether it brings a cookie."""

_PEERS = Packing("q3d")
_pack = _PEERS.pack
_BLOCK_BYTES = 256 * _PEERS.size
"""How many bytes of a backlog are unpacked at once, which takes a third of the time of single entries."""

BUCKETS_PER_E = 128
"""Histogram buckets for each factor of e, so that quantiles are right to 0.4 %."""
MIN_SECONDS = 1e-9
_OFFSET = -math.log(MIN_SECONDS) * BUCKETS_PER_E
_EDGE = 1e-6

LEDGER_BYTES = 1 << 20
"""How many bytes of records are counted at once."""
ATTEMPT = Packing("5d").pack
"""When it arrived; its wait; when it left; how many were dropped together, 0 if it was served; how long the peer took
to be established, which is not a number if it was not."""


class Backlog:
    """Peers of a stream that repeat so many seconds after their first send, first in first out, as packed numbers.

    The oldest stands among the events of the simulation; the others follow it there one by one.
    """

    __slots__ = ("_data", "_is_pending", "_seconds", "_send", "_stream")

    def __init__(self, stream: int, send: int, seconds: float) -> None:
        self._stream, self._send, self._seconds = stream, send, seconds
        self._data = bytearray()
        self._is_pending = False

    def push(self, events: list[Event], count: int, first: float, hold: float, address: float) -> None:
        """Append peers."""
        if self._is_pending:
            self._data += _pack(count, first, hold, address)
        else:
            self._is_pending = True
            heappush(events, (first + self._seconds, self._stream, self._send, count, first, hold, address, False))

    def coming(self) -> Iterator[Event | None]:
        """The event after the last one that was taken, each time that it is asked for; None if there is none."""
        data, stream, send, seconds = self._data, self._stream, self._send, self._seconds
        while True:
            block = bytes(data[:_BLOCK_BYTES])
            del data[:_BLOCK_BYTES]
            for count, first, hold, address in _PEERS.iter_unpack(block):
                yield first + seconds, stream, send, count, first, hold, address, False
            if not data:
                self._is_pending = False
                yield None


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
        if not len(buckets):
            return
        first = int(buckets.min())
        counts = np.bincount(buckets - first).tolist()
        self._counts.update({first + index: count for index, count in enumerate(counts) if count})

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

    The simulation itself appends what `ATTEMPT` packs to `rows`. What happens after the horizon goes to one bin more.
    `opened` and `queued` hold changes of a level.
    """

    def __init__(self, horizon_seconds: float, bins: int, tail_seconds: float) -> None:
        import numpy as np

        self.horizon_seconds, self.bins = horizon_seconds, bins
        self.rows = bytearray()
        self.peers = self.attempts = self.established = self.waited = self.drops = 0
        self.wait_seconds = self.last_success_seconds = 0.0
        self.served_waits, self.setup_times = DurationHistogram(), DurationHistogram()
        self._bins_per_second = bins / horizon_seconds
        self._tail_seconds = tail_seconds
        counts = (np.zeros(bins + 1, np.int64) for _ in range(6))
        self._firsts, self._sends, self._completed, self._dropped, self._queued, self._opened = counts
        self._waits = np.zeros(bins + 1)

    def note_first_sends(self, times: list[float], peers: int) -> None:
        """Count so many peers that send first at each of some times."""
        import numpy as np

        self.peers += len(times) * peers
        np.add.at(self._firsts, self._bins(np.array(times)), peers)

    def fold(self) -> None:
        """Count what was noted. Sums of seconds are taken in the order of the entries, so that they stay the same."""
        import numpy as np

        arrived, wait, left, number, setup = np.frombuffer(bytes(self.rows)).reshape(-1, 5).T
        dropped = number.astype(np.int64)
        is_served, is_established = dropped == 0, ~np.isnan(setup)
        count = np.where(is_served, 1, dropped)
        has_waited = ~is_served | (wait > 0)
        first, last = self._bins(arrived), self._bins(left)
        closed = np.where(is_served, self._bins(left + self._tail_seconds), last)
        unqueued = np.where(is_served, self._bins(arrived + wait), last)
        self.attempts += int(count.sum())
        self.established += int(is_established.sum())
        self.drops += int(dropped.sum())
        self.waited += int(count[has_waited].sum())
        self.wait_seconds = float(np.cumsum(np.concatenate(([self.wait_seconds], wait)))[-1])
        self.last_success_seconds = max(self.last_success_seconds, float(left[is_established].max(initial=0.0)))
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
        self.setup_times.add(setup[is_established])
        del self.rows[:]

    def _bins(self, seconds: "Numbers") -> "Numbers":
        import numpy as np

        return np.minimum((seconds * self._bins_per_second).astype(np.int64), self.bins)

    def series(self) -> Series:
        """The run so far as a value; everything must have been counted."""
        bins = self.bins
        sends, waits = self._sends.tolist(), self._waits.tolist()
        return Series(
            bin_seconds=self.horizon_seconds / bins,
            first_sends=tuple(self._firsts.tolist()[:bins]),
            sends=tuple(sends[:bins]),
            completed=tuple(self._completed.tolist()[:bins]),
            dropped=tuple(self._dropped.tolist()[:bins]),
            queue_length=tuple(accumulate(self._queued.tolist()[:bins])),
            half_open=tuple(accumulate(self._opened.tolist()[:bins])),
            mean_wait_seconds=tuple(
                wait / count if count else 0.0 for wait, count in zip(waits[:bins], sends[:bins], strict=True)
            ),
        )
