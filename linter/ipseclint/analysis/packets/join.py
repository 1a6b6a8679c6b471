"""Which items of two lists overlap in every field, found without looking at every pair.

An item has a source range, a destination range and further fields. Along one address axis the overlapping
pairs of two lists of ranges are known exactly from sorted searches: a range overlaps those that begin
inside it, and those it begins inside of. Wide and narrow ranges are kept apart, so that each pair of
groups is joined along the axis with the fewer such pairs; where most pairs overlap anyway, they are
compared in blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ranks: TypeAlias = NDArray[np.int32]
Positions: TypeAlias = NDArray[np.intp]
Flags: TypeAlias = NDArray[np.bool_]
Pairs: TypeAlias = tuple[Positions, Positions]

_CHUNK = 1 << 20
"""Candidate pairs held at a time; reasoned: a few tens of megabytes."""

_WIDE = 16
"""A range is wide if it overlaps more than one in this many; measured, and of little influence."""

_DENSE = 8
"""Blocks are compared whole if more than one pair in this many is a candidate; measured."""


class WorkLimitError(Exception):
    """More candidate pairs than may be looked at."""


class WorkLimit:
    """How many candidate pairs may still be looked at."""

    def __init__(self, pairs: int) -> None:
        self.left = pairs

    def take(self, pairs: int) -> None:
        """Use up some; raises WorkLimitError when there are not so many left."""
        if pairs > self.left:
            raise WorkLimitError
        self.left -= pairs


class Field(Protocol):
    """One field of two lists of items, and whether it overlaps.

    Positions are those of the lists.
    """

    def meets(self, queries: Positions, targets: Positions) -> Flags:
        """For each query and the target beside it."""

    def block(self, queries: Positions, targets: Positions) -> Flags:
        """For each query (row) and each target (column)."""


@dataclass(frozen=True, slots=True)
class RangeField:
    """A field with an inclusive range of ranks for each item."""

    low: Ranks
    high: Ranks
    target_low: Ranks
    target_high: Ranks

    def meets(self, queries: Positions, targets: Positions) -> Flags:
        """Whether the two ranges overlap."""
        return (self.low[queries] <= self.target_high[targets]) & (self.target_low[targets] <= self.high[queries])

    def block(self, queries: Positions, targets: Positions) -> Flags:
        """Whether the two ranges overlap, row by column."""
        low, high = self.low[queries][:, None], self.high[queries][:, None]
        return (low <= self.target_high[targets]) & (self.target_low[targets] <= high)

    def within(self, queries: Positions, targets: Positions) -> Flags:
        """Whether the query's range lies in the target's."""
        return (self.target_low[targets] <= self.low[queries]) & (self.high[queries] <= self.target_high[targets])


@dataclass(frozen=True, slots=True)
class TableField:
    """A field with few different values: `table[query value, target value]` tells whether they overlap."""

    value: Ranks
    target_value: Ranks
    table: Flags

    def meets(self, queries: Positions, targets: Positions) -> Flags:
        """What the table says."""
        return self.table[self.value[queries], self.target_value[targets]]

    def block(self, queries: Positions, targets: Positions) -> Flags:
        """What the table says, row by column."""
        return self.table[self.value[queries]].take(self.target_value[targets], axis=1)


@dataclass(frozen=True)
class Join:
    """Two lists of items, as relations field by field.

    Source and destination are joined, the others are tested. `classes` is a field with very few values, by
    which the items are kept apart beforehand.
    """

    addresses: tuple[RangeField, RangeField]
    others: tuple[Field, ...]
    classes: TableField

    def pairs(self, queries: Positions, limit: WorkLimit) -> Iterator[Pairs]:
        """Every (query, target) that overlaps in all fields, once, in chunks. Raises WorkLimitError."""
        for asked in self._groups(queries, ours=True):
            for group in self._target_groups:
                if self.classes.meets(asked[:1], group[:1])[0]:
                    yield from self._join(asked, group, limit)

    def pairs_among(self, limit: WorkLimit) -> Iterator[Pairs]:
        """The same for a list with itself: every pair of different items once. Raises WorkLimitError."""
        groups = self._groups(np.arange(len(self.addresses[0].low)), ours=True)
        for number, group in enumerate(groups):
            yield from self._self_join(group, limit)
            for other in groups[number + 1 :]:
                if self.classes.meets(group[:1], other[:1])[0]:
                    yield from self._join(group, other, limit)

    @cached_property
    def _target_groups(self) -> list[Positions]:
        return self._groups(np.arange(len(self.addresses[0].target_low)), ours=False)

    @cached_property
    def _lows(self) -> tuple[Ranks, Ranks]:
        """The low ends of the targets in order, for each address."""
        source, destination = (np.sort(field.target_low) for field in self.addresses)
        return source, destination

    def _groups(self, positions: Positions, *, ours: bool) -> list[Positions]:
        """Positions, by class and by which of the two ranges are wide among the targets."""
        wide = []
        for field, ordered in zip(self.addresses, self._lows, strict=True):
            low, high = (field.low, field.high) if ours else (field.target_low, field.target_high)
            first = np.searchsorted(ordered, low[positions], "left")
            overlapped = np.searchsorted(ordered, high[positions], "right") - first
            wide.append(overlapped * _WIDE > len(ordered))
        value = self.classes.value if ours else self.classes.target_value
        kind = value[positions] * 4 + wide[0] * 2 + wide[1]
        return [positions[kind == each] for each in np.unique(kind)]

    def _join(self, queries: Positions, targets: Positions, limit: WorkLimit) -> Iterator[Pairs]:
        plans = [_two_way_runs(field, queries, targets) for field in self.addresses]
        costs = [begun.pairs + holding.pairs for begun, holding in plans]
        axis = int(costs[1] < costs[0])
        every = len(queries) * len(targets)
        if costs[axis] * _DENSE > every:
            limit.take(every)
            yield from self._blocks(queries, targets)
            return
        limit.take(costs[axis])
        tests = (self.addresses[1 - axis], *self.others)
        begun, holding = plans[axis]
        for chunk in begun.chunks():
            yield _kept(tests, *chunk)
        for found, query in holding.chunks():
            yield _kept(tests, query, found)

    def _self_join(self, group: Positions, limit: WorkLimit) -> Iterator[Pairs]:
        plans = [_own_runs(field, group) for field in self.addresses]
        axis = int(plans[1].pairs < plans[0].pairs)
        every = len(group) * (len(group) - 1) // 2
        if plans[axis].pairs * _DENSE > every:
            limit.take(every)
            yield from self._triangle(group)
            return
        limit.take(plans[axis].pairs)
        tests = (self.addresses[1 - axis], *self.others)
        for chunk in plans[axis].chunks():
            yield _kept(tests, *chunk)

    def _blocks(self, queries: Positions, targets: Positions) -> Iterator[Pairs]:
        step = max(1, _CHUNK // len(targets))
        for begin in range(0, len(queries), step):
            part = queries[begin : begin + step]
            row, column = np.nonzero(self._block(part, targets))
            yield part[row], targets[column]

    def _triangle(self, group: Positions) -> Iterator[Pairs]:
        step = max(1, _CHUNK // len(group))
        for begin in range(0, len(group), step):
            part, rest = group[begin : begin + step], group[begin:]
            meet = self._block(part, rest)
            meet &= np.arange(len(rest)) > np.arange(len(part))[:, None]
            row, column = np.nonzero(meet)
            yield part[row], rest[column]

    def _block(self, queries: Positions, targets: Positions) -> Flags:
        meet = self.addresses[0].block(queries, targets)
        for field in (self.addresses[1], *self.others):
            meet &= field.block(queries, targets)
        return meet


@dataclass(frozen=True, slots=True)
class _Runs:
    """For each of `left`, in this order, the run start..end of positions in `right` that it overlaps."""

    left: Positions
    right: Positions
    start: Positions
    end: Positions

    @property
    def pairs(self) -> int:
        return int((self.end - self.start).sum())

    def chunks(self) -> Iterator[Pairs]:
        counts = self.end - self.start
        ends = np.cumsum(counts)
        begin = 0
        while begin < len(counts):
            done = int(ends[begin - 1]) if begin else 0
            stop = max(int(np.searchsorted(ends, done + _CHUNK, "right")), begin + 1)
            chunk = counts[begin:stop]
            if total := int(ends[stop - 1]) - done:
                first = ends[begin:stop] - chunk - done
                places = np.arange(total) + np.repeat(self.start[begin:stop] - first, chunk)
                yield np.repeat(self.left[begin:stop], chunk), self.right[places]
            begin = stop


def _kept(tests: tuple[Field, ...], queries: Positions, targets: Positions) -> Pairs:
    for field in tests:
        keep = field.meets(queries, targets)
        queries, targets = queries[keep], targets[keep]
    return queries, targets


def _two_way_runs(field: RangeField, queries: Positions, targets: Positions) -> tuple[_Runs, _Runs]:
    """All overlaps along one axis: the targets that begin in a query, and the queries that begin later in a target."""
    queries = queries[np.argsort(field.low[queries], kind="stable")]
    targets = targets[np.argsort(field.target_low[targets], kind="stable")]
    lows, target_lows = field.low[queries], field.target_low[targets]
    begun = _Runs(
        queries,
        targets,
        np.searchsorted(target_lows, lows, "left"),
        np.searchsorted(target_lows, field.high[queries], "right"),
    )
    holding = _Runs(
        targets,
        queries,
        np.searchsorted(lows, target_lows, "right"),
        np.searchsorted(lows, field.target_high[targets], "right"),
    )
    return begun, holding


def _own_runs(field: RangeField, group: Positions) -> _Runs:
    ordered = group[np.argsort(field.low[group], kind="stable")]
    start = np.arange(1, len(ordered) + 1)
    end = np.searchsorted(field.low[ordered], field.high[ordered], "right")
    return _Runs(ordered, ordered, start, np.maximum(end, start))
