"""Runs of overlapping ranges: along one axis, which of two sorted lists of ranges overlap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ipseclint.semantics.packets.fields import Pairs, Positions, Ranks

CHUNK = 1 << 18
"""Candidate pairs held at a time; measured: more take memory and save no time."""


@dataclass(frozen=True)
class SortedRanges:
    """Items by where their ranges begin: their positions, and the first and last ranks."""

    positions: Positions
    low: Ranks
    high: Ranks

    @classmethod
    def of(cls, positions: Positions, low: Ranks, high: Ranks) -> SortedRanges:
        """The items at these positions of whole columns."""
        ordered = positions[np.argsort(low[positions])]
        return cls(ordered, low[ordered], high[ordered])

    def begun_in(self, others: SortedRanges) -> Runs:
        """For each of the others, the run of these that begin in it."""
        start = np.searchsorted(self.low, others.low, "left")
        return Runs(others.positions, self.positions, start, np.searchsorted(self.low, others.high, "right"))

    def begun_later_in(self, others: SortedRanges) -> Runs:
        """For each of the others, the run of these that begin in it and after it does."""
        start = np.searchsorted(self.low, others.low, "right")
        return Runs(others.positions, self.positions, start, np.searchsorted(self.low, others.high, "right"))

    def overlapping_each_other(self) -> Runs:
        """For each item, the run of those behind it that overlap it."""
        start = np.arange(1, len(self.low) + 1)
        end = np.maximum(np.searchsorted(self.low, self.high, "right"), start)
        return Runs(self.positions, self.positions, start, end)


@dataclass(frozen=True)
class Runs:
    """For each of `left`, in this order, the run start..end of places in `right` that it overlaps."""

    left: Positions
    right: Positions
    start: Positions
    end: Positions

    @cached_property
    def pairs(self) -> int:
        """How many pairs there are."""
        return int((self.end - self.start).sum())

    def chunks(self) -> Iterator[Pairs]:
        """The pairs, some at a time."""
        counts = self.end - self.start
        ends = np.cumsum(counts)
        begin = 0
        while begin < len(counts):
            done = int(ends[begin - 1]) if begin else 0
            stop = max(int(np.searchsorted(ends, done + CHUNK, "right")), begin + 1)
            chunk = counts[begin:stop]
            if total := int(ends[stop - 1]) - done:
                first = ends[begin:stop] - chunk - done
                places = np.arange(total) + np.repeat(self.start[begin:stop] - first, chunk)
                yield np.repeat(self.left[begin:stop], chunk), self.right[places]
            begin = stop
