"""Which items of two lists overlap in every field, found without looking at every pair.

An item has two ranges, most often its addresses, and further fields. Along one of the two the overlapping
pairs of two lists of ranges are known exactly from sorted searches: a range overlaps those that begin
inside it, and those it begins inside of. Wide and narrow ranges are kept apart, so that each pair of
groups is joined along the one with the fewer such pairs; where most pairs overlap anyway, they are
compared in blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from msgspec import Struct

from ipseclint.semantics.packets.columns import Field, Flags, Pairs, Positions, RangeField, Ranks, TableField

_WIDE = 16
"""A range is wide if it overlaps more than one in this many; measured, and of little influence."""

_DENSE = 8
"""Blocks are compared whole if more than one pair in this many is a candidate; measured."""

_FEW = 1 << 16
"""So few pairs are compared whole without a plan; measured."""


_RUN_COST, _PAIR_COST = 8, 40
"""The cost of a candidate pair out of runs, and of a pair that overlaps, relative to a pair in a block; measured."""


class WorkLimitError(Exception):
    """More pairs than may be looked at."""


class WorkLimit:
    """How often pairs may still be looked at, in units of the cheapest way."""

    def __init__(self, units: int) -> None:
        self._left = units

    def take(self, units: int) -> None:
        """Use up some; raises WorkLimitError when there are not so many left."""
        self._left -= units
        if self._left < 0:
            raise WorkLimitError


class _Group(Struct, frozen=True, dict=True):
    """Items of one list that are alike in class and in which of their ranges are wide, sorted for each range."""

    positions: Positions
    columns: tuple[tuple[Ranks, Ranks], tuple[Ranks, Ranks]]

    @cached_property
    def by_range(self) -> tuple[SortedRanges, SortedRanges]:
        first, second = (SortedRanges.of(self.positions, low, high) for low, high in self.columns)
        return first, second


class Targets(Struct, frozen=True, dict=True):
    """The items of the second list that are asked, sorted once for all joins with them.

    `columns` are the first and last ranks of two ranges of each item of the list, `classes` its class;
    `positions` are the items asked.
    """

    columns: tuple[tuple[Ranks, Ranks], tuple[Ranks, Ranks]]
    classes: Ranks
    positions: Positions

    @cached_property
    def groups(self) -> list[_Group]:
        """The items apart, as those of the first list are."""
        return self.grouped(self.positions, self.columns, self.classes)

    def grouped(
        self, positions: Positions, columns: tuple[tuple[Ranks, Ranks], tuple[Ranks, Ranks]], classes: Ranks
    ) -> list[_Group]:
        """Items of either list apart, by class and by which of their ranges are wide among these."""
        wide = []
        for (low, high), starts in zip(columns, self._starts, strict=True):
            overlapped = _begun_before(starts, high[positions] + 1) - _begun_before(starts, low[positions])
            wide.append(overlapped * _WIDE > len(self.positions))
        kind = classes[positions] * 4 + wide[0] * 2 + wide[1]  # few numbers, for which np.unique would load numpy.ma
        return [_Group(positions[kind == number], columns) for number in np.flatnonzero(np.bincount(kind))]

    @cached_property
    def _starts(self) -> tuple[Ranks, Ranks]:
        """How many of the items begin before each rank, for each range."""
        first, second = (_starts(low[self.positions]) for low, _ in self.columns)
        return first, second


class Join(Struct, frozen=True, dict=True):
    """Two lists of items, as relations field by field.

    Two ranges are joined, the others are tested. `classes` is a field with very few values, by
    which the items are kept apart beforehand. `targets` are those of the second list that are asked.
    """

    ranges: tuple[RangeField, RangeField]
    others: tuple[Field, ...]
    classes: TableField
    targets: Targets

    @classmethod
    def of(
        cls,
        ranges: tuple[RangeField, RangeField],
        others: tuple[Field, ...],
        classes: TableField,
        positions: Positions | None = None,
    ) -> Join:
        """The join with the items at these positions of the second list, by default with all."""
        first, second = ranges
        columns = ((first.target_low, first.target_high), (second.target_low, second.target_high))
        every = np.arange(len(first.target_low)) if positions is None else positions
        return cls(ranges, others, classes, Targets(columns, classes.target_value, every))

    def pairs(self, queries: Positions, limit: WorkLimit) -> Iterator[Pairs]:
        """Every (query, target) that overlaps in all fields, once, in chunks. Raises WorkLimitError."""
        first, second = self.ranges
        columns = ((first.low, first.high), (second.low, second.high))
        for asked in self.targets.grouped(queries, columns, self.classes.value):
            for group in self.targets.groups:
                yield from _charged(self._join(asked, group, limit), limit)

    def pairs_among(self, limit: WorkLimit) -> Iterator[Pairs]:
        """The same for a list with itself: every pair of different items once. Raises WorkLimitError."""
        for number, group in enumerate(self.targets.groups):
            yield from _charged(self._self_join(group, limit), limit)
            for other in self.targets.groups[number + 1 :]:
                yield from _charged(self._join(group, other, limit), limit)

    def _join(self, queries: _Group, targets: _Group, limit: WorkLimit) -> Iterator[Pairs]:
        if not self.classes.meets(queries.positions[:1], targets.positions[:1])[0]:
            return
        every = len(queries.positions) * len(targets.positions)
        if every > _FEW:
            plans = [
                (target.begun_in(asked), asked.begun_later_in(target))
                for asked, target in zip(queries.by_range, targets.by_range, strict=True)
            ]
            costs = [begun.pairs + holding.pairs for begun, holding in plans]
            axis = int(costs[1] < costs[0])
            if costs[axis] * _DENSE <= every:
                limit.take(costs[axis] * _RUN_COST)
                tests = (self.ranges[1 - axis], *self.others)
                begun, holding = plans[axis]
                yield from (_kept(tests, *chunk) for chunk in begun.chunks())
                yield from (_kept(tests, query, target) for target, query in holding.chunks())
                return
        limit.take(every)
        yield from self._blocks(queries.positions, targets.positions)

    def _self_join(self, group: _Group, limit: WorkLimit) -> Iterator[Pairs]:
        if not self.classes.meets(group.positions[:1], group.positions[:1])[0]:
            return
        every = len(group.positions) * (len(group.positions) - 1) // 2
        if every > _FEW:
            plans = [ranges.overlapping_each_other() for ranges in group.by_range]
            axis = int(plans[1].pairs < plans[0].pairs)
            if plans[axis].pairs * _DENSE <= every:
                limit.take(plans[axis].pairs * _RUN_COST)
                tests = (self.ranges[1 - axis], *self.others)
                yield from (_kept(tests, *chunk) for chunk in plans[axis].chunks())
                return
        limit.take(every)
        yield from self._triangle(group.positions)

    def _blocks(self, queries: Positions, targets: Positions) -> Iterator[Pairs]:
        step = max(1, CHUNK // len(targets))
        for begin in range(0, len(queries), step):
            part = queries[begin : begin + step]
            row, column = np.nonzero(self._block(part, targets))
            yield part[row], targets[column]

    def _triangle(self, group: Positions) -> Iterator[Pairs]:
        step = max(1, CHUNK // len(group))
        for begin in range(0, len(group), step):
            part, rest = group[begin : begin + step], group[begin:]
            meet = self._block(part, rest)
            meet &= np.arange(len(rest)) > np.arange(len(part))[:, None]
            row, column = np.nonzero(meet)
            yield part[row], rest[column]

    def _block(self, queries: Positions, targets: Positions) -> Flags:
        meet = self.ranges[0].block(queries, targets)
        for field in (self.ranges[1], *self.others):
            meet &= field.block(queries, targets)
        return meet


def _charged(chunks: Iterator[Pairs], limit: WorkLimit) -> Iterator[Pairs]:
    for queries, targets in chunks:
        limit.take(len(queries) * _PAIR_COST)
        yield queries, targets


def _kept(tests: tuple[Field, ...], queries: Positions, targets: Positions) -> Pairs:
    for field in tests:
        keep = field.meets(queries, targets)
        queries, targets = queries[keep], targets[keep]
    return queries, targets


def _starts(low: Ranks) -> Ranks:
    """How many of some ranges begin before each rank: to look this up takes a tenth of searching sorted ranks."""
    counts = np.bincount(low)
    starts = np.zeros(len(counts) + 1, dtype=np.int32)
    np.cumsum(counts, dtype=np.int32, out=starts[1:])
    return starts


def _begun_before(starts: Ranks, ranks: Ranks) -> Ranks:
    """How many begin before some ranks, of which any may lie behind all of them."""
    return starts[np.minimum(ranks, len(starts) - 1)]


CHUNK = 1 << 18
"""Candidate pairs held at a time; measured: more take memory and save no time."""


class SortedRanges(Struct, frozen=True, dict=True):
    """Items by where their ranges begin: their positions, and the first and last ranks."""

    positions: Positions
    low: Ranks
    high: Ranks

    @classmethod
    def of(cls, positions: Positions, low: Ranks, high: Ranks) -> SortedRanges:
        """The items at these positions of whole columns."""
        ordered = positions[np.argsort(low[positions])]
        return cls(ordered, low[ordered], high[ordered])

    @cached_property
    def _begun(self) -> Ranks:
        return _starts(self.low)

    def begun_in(self, others: SortedRanges) -> Runs:
        """For each of the others, the run of these that begin in it."""
        return self._runs(others, _begun_before(self._begun, others.low))

    def begun_later_in(self, others: SortedRanges) -> Runs:
        """For each of the others, the run of these that begin in it and after it does."""
        return self._runs(others, _begun_before(self._begun, others.low + 1))

    def _runs(self, others: SortedRanges, start: Ranks) -> Runs:
        return Runs(others.positions, self.positions, start, _begun_before(self._begun, others.high + 1))

    def overlapping_each_other(self) -> Runs:
        """For each item, the run of those behind it that overlap it."""
        start = np.arange(1, len(self.low) + 1, dtype=np.int32)
        return Runs(self.positions, self.positions, start, np.maximum(_begun_before(self._begun, self.high + 1), start))


class Runs(Struct, frozen=True, dict=True):
    """For each of `left`, in this order, the run start..end of places in `right` that it overlaps."""

    left: Positions
    right: Positions
    start: Ranks
    end: Ranks

    @cached_property
    def pairs(self) -> int:
        """How many pairs there are."""
        return int((self.end - self.start).sum(dtype=np.intp))

    def chunks(self) -> Iterator[Pairs]:
        """The pairs, some at a time."""
        counts = self.end - self.start
        ends = np.cumsum(counts, dtype=np.intp)
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
