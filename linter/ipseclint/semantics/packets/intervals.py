"""Sets of whole numbers as sorted, disjoint, inclusive intervals, and which of many ranges meet another."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import itemgetter

from msgspec import Struct


class IntervalSet(Struct, frozen=True, cache_hash=True, gc=False):
    """A set of integers of any size: `spans` are (low, high), inclusive, sorted, neither touching nor overlapping.

    Build one with `IntervalSet.of`; equal sets compare equal.
    """

    spans: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, *spans: tuple[int, int] | int) -> IntervalSet:
        """The union of numbers and of inclusive (low, high) ranges in any order; a range with high < low is empty."""
        if len(spans) == 1:
            (span,) = spans
            return between(span, span) if isinstance(span, int) else between(*span)
        pairs = sorted((span, span) if isinstance(span, int) else span for span in spans)
        return _interned(tuple(_merged(pairs)))

    def __bool__(self) -> bool:
        return bool(self.spans)

    def __contains__(self, value: int) -> bool:
        for low, high in self.spans:  # noqa: SIM110 - asked millions of times, most often of one span
            if low <= value <= high:
                return True
        return False

    @property
    def size(self) -> int:
        """How many numbers are in it."""
        if len(self.spans) == 1:
            return self.spans[0][1] - self.spans[0][0] + 1
        return sum(high - low + 1 for low, high in self.spans)

    @property
    def first(self) -> int:
        """The smallest number; the set must not be empty."""
        return self.spans[0][0]

    @property
    def last(self) -> int:
        """The largest number; the set must not be empty."""
        return self.spans[-1][1]

    def meets(self, other: IntervalSet) -> bool:
        """Whether the two have a number in common."""
        if self is other:
            return bool(self.spans)
        if len(self.spans) == 1 == len(other.spans):
            (low, high), (other_low, other_high) = self.spans[0], other.spans[0]
            return low <= other_high and other_low <= high
        few, many = (self.spans, other.spans) if len(self.spans) <= len(other.spans) else (other.spans, self.spans)
        return any(_reaches(many, low, high) for low, high in few)

    def within(self, other: IntervalSet) -> bool:
        """Whether every number of this set is in the other."""
        if self is other or not self.spans:
            return True
        if len(other.spans) == 1:
            low, high = other.spans[0]
            return low <= self.spans[0][0] and self.spans[-1][1] <= high
        return all(_holds(other.spans, low, high) for low, high in self.spans)

    def __and__(self, other: IntervalSet) -> IntervalSet:
        if self is other:
            return self
        mine, theirs = self.spans, other.spans
        if not (mine and theirs):
            return EMPTY
        if len(theirs) == 1 and theirs[0][0] <= mine[0][0] and mine[-1][1] <= theirs[0][1]:
            return self
        if len(mine) == 1 and mine[0][0] <= theirs[0][0] and theirs[-1][1] <= mine[0][1]:
            return other
        common: list[tuple[int, int]] = []
        # Of a long set only what lies between the ends of the other is looked at.
        i, j = _from(mine, theirs[0][0]), _from(theirs, mine[0][0])
        while i < len(mine) and j < len(theirs):
            low, high = max(mine[i][0], theirs[j][0]), min(mine[i][1], theirs[j][1])
            if low <= high:
                common.append((low, high))
            if mine[i][1] < theirs[j][1]:
                i += 1
            else:
                j += 1
        return _interned(tuple(common))

    def __or__(self, other: IntervalSet) -> IntervalSet:
        return IntervalSet.of(*self.spans, *other.spans)

    def __sub__(self, other: IntervalSet) -> IntervalSet:
        if self.within(other):
            return EMPTY
        rest: list[tuple[int, int]] = []
        theirs, j = other.spans, 0
        for low, high in self.spans:
            start = low
            while j < len(theirs) and theirs[j][1] < start:
                j += 1
            k = j
            while k < len(theirs) and theirs[k][0] <= high:
                if start < theirs[k][0]:
                    rest.append((start, theirs[k][0] - 1))
                start = theirs[k][1] + 1
                k += 1
            if start <= high:
                rest.append((start, high))
        return _interned(tuple(rest))


def _from(spans: tuple[tuple[int, int], ...], low: int) -> int:
    """The place of a span before which none reaches a number."""
    return max(bisect_right(spans, low, key=_low) - 1, 0)


def _reaches(spans: tuple[tuple[int, int], ...], low: int, high: int) -> bool:
    """Whether a number of a range is in one of the spans."""
    place = bisect_right(spans, high, key=_low) - 1
    return place >= 0 and spans[place][1] >= low


def _holds(spans: tuple[tuple[int, int], ...], low: int, high: int) -> bool:
    """Whether a whole range is in one of the spans."""
    place = bisect_right(spans, low, key=_low) - 1
    return place >= 0 and spans[place][1] >= high


_low = itemgetter(0)


def _merged(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for low, high in pairs:
        if high < low:
            continue
        if merged and low <= merged[-1][1] + 1:
            if high > merged[-1][1]:
                merged[-1] = (merged[-1][0], high)
        else:
            merged.append((low, high))
    return merged


@lru_cache(maxsize=65_536)
def _interned(spans: tuple[tuple[int, int], ...]) -> IntervalSet:
    return IntervalSet(spans)


EMPTY = IntervalSet(())


def between(low: int, high: int) -> IntervalSet:
    """The numbers from one to another, both inclusive; none if the second is smaller."""
    return IntervalSet(((low, high),)) if low <= high else EMPTY


def union(sets: Iterable[IntervalSet]) -> IntervalSet:
    """The union of some sets."""
    return IntervalSet.of(*(span for each in sets for span in each.spans))


class Ranges:
    """Numbered ranges of any length, a host among whole networks: (first, last, number), first and last inclusive.

    Those of like length stand side by side, and are found by bisection.
    """

    def __init__(self, ranges: Iterable[tuple[int, int, int]]) -> None:
        rows: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for row in ranges:
            rows[(row[1] - row[0]).bit_length()].append(row)
        self._rows = {bits: sorted(of_length) for bits, of_length in rows.items()}

    def meeting(self, first: int, last: int) -> Iterator[int]:
        """The numbers of those that have something in common with a range, in no order."""
        for bits, rows in self._rows.items():
            # No range of this length that begins earlier reaches so far.
            begin = bisect_left(rows, (first - (1 << bits),))
            for place in range(begin, bisect_right(rows, (last + 1,))):  # no slice, for many ask for the first alone
                _, end, number = rows[place]
                if end >= first:
                    yield number
