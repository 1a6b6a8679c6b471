"""Fields of many filters as arrays: what the vectorised survey works on.

Addresses become ranks among all bounds that occur, so that 128-bit numbers fit into 32 bits. The other
fields have few different values between them; each combination is numbered, and tables tell for two
combinations whether they overlap or contain one another. A field with too many values for a table becomes
ranks as well.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Sequence
from math import isqrt
from random import Random
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ipseclint.semantics.packets.axes import ADDRESS_AXES
from ipseclint.semantics.packets.box import Condition
from ipseclint.semantics.packets.intervals import IntervalSet

Ranks: TypeAlias = NDArray[np.int32]
Positions: TypeAlias = NDArray[np.intp]
Flags: TypeAlias = NDArray[np.bool_]
Pairs: TypeAlias = tuple[Positions, Positions]


class Field(Protocol):
    """One field of two lists of items, and whether it overlaps.

    Positions are those of the lists.
    """

    def meets(self, queries: Positions, targets: Positions) -> Flags:
        """For each query and the target beside it."""

    def block(self, queries: Positions, targets: Positions) -> Flags:
        """For each query (row) and each target (column)."""


class RangeField(Struct, frozen=True):
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


class TableField(Struct, frozen=True):
    """A field with few different values: `table[query value, target value]` tells whether they overlap."""

    value: Ranks
    target_value: Ranks
    table: Flags

    def meets(self, queries: Positions, targets: Positions) -> Flags:
        """The entries of the table."""
        return self.table[self.value[queries], self.target_value[targets]]

    def block(self, queries: Positions, targets: Positions) -> Flags:
        """The entries of the table, row by column."""
        return self.table[self.value[queries]].take(self.target_value[targets], axis=1)


Toward: TypeAlias = "tuple[Positions, Positions] | None"
"""Items, and for each another one whose values are preferred for it."""

Value = TypeVar("Value", bound=Hashable)

_AT_LOW, _AT_HIGH = 0, 1
"""The attempts at which the first and the last value of a range are taken."""

_CONDITIONS_KEPT = 4
"""Conditions of an item that are compared one by one; reasoned: filters rarely have more unknown ones."""

_ENTRIES_AN_ITEM = 64
"""Entries of a table that are worth their making for each item; measured: with more, ranks or two tables take less."""

MAX_TABLE_VALUES = 2048
"""Different values for which a table of all pairs is made; reasoned: four megabytes a table."""


def numbered(values: Iterable[Value]) -> tuple[Ranks, dict[Value, int]]:
    """The values as numbers in the order of first appearance, and which number each has."""
    values = tuple(values)
    # Most of many are one of a few objects, of which some take long to hash.
    objects = {id(each): each for each in values}
    numbers = {each: number for number, each in enumerate(dict.fromkeys(objects.values()))}
    of_objects = {key: numbers[each] for key, each in objects.items()}
    return np.fromiter(map(of_objects.__getitem__, map(id, values)), np.int32, len(values)), numbers


def together(columns: Iterable[Ranks], count: int) -> tuple[Ranks, Positions]:
    """The combinations of some numbers of each of `count` items as numbers, and the first item that has each."""
    value, first = np.zeros(count, dtype=np.intp), np.zeros(min(count, 1), dtype=np.intp)
    for column in columns:
        width = int(column.max(initial=0)) + 1
        if width > 1:
            _, first, value = np.unique(value * width + column, return_index=True, return_inverse=True)
    return value.astype(np.int32), first


class Different(Struct, Generic[Value], frozen=True):
    """One field of many items: its distinct values, and for each item the number of its value."""

    value: Ranks
    distinct: tuple[Value, ...]

    @classmethod
    def of(cls, values: Iterable[Value]) -> Different[Value]:
        """The field with these values, in the order of first appearance."""
        value, numbers = numbered(values)
        return cls(value, tuple(numbers))

    def at(self, places: Ranks) -> Different[Value]:
        """The field of other items, each of which is like the one at a place."""
        return Different(self.value[places], self.distinct)


class Ends(Struct, frozen=True):
    """The first and the last number of each of some sets, and whether it is one range."""

    low: NDArray[Any]
    high: NDArray[Any]
    exact: Flags

    @classmethod
    def of(cls, sets: Sequence[IntervalSet]) -> Ends:
        """The ends of these sets, none of which is empty."""
        low = [each.spans[0][0] for each in sets]
        high = [each.spans[-1][1] for each in sets]
        exact = np.array([len(each.spans) == 1 for each in sets], dtype=np.bool_)
        try:
            return cls(np.array(low, dtype=np.int64), np.array(high, dtype=np.int64), exact)
        except OverflowError:  # there are addresses of IPv6
            return cls(np.array(low, dtype=object), np.array(high, dtype=object), exact)

    def moved(self, places: Positions, shifts: NDArray[np.int64]) -> Ends:
        """The ends at some places, each moved by its shift."""
        return Ends(self.low[places] + shifts, self.high[places] + shifts, self.exact[places])


class RangeColumn(Struct, frozen=True):
    """A field as ranks: even numbers are bounds that occur, odd ones the values between two of them.

    `hollow[rank]` tells that nothing lies between. `exact` is False for items whose values are not one
    range: theirs is the range from the first to the last.
    """

    low: Ranks
    high: Ranks
    hollow: Flags
    exact: Flags

    @classmethod
    def of(cls, value: Ranks, ends: Ends) -> RangeColumn:
        """The column of items by the number of their ends."""
        count = len(ends.exact)
        bounds, place = np.unique(np.concatenate([ends.low, ends.high]), return_inverse=True)
        hollow = np.zeros(2 * len(bounds), dtype=np.bool_)
        hollow[1:-1:2] = bounds[1:] - bounds[:-1] == 1
        ranks = (2 * place).astype(np.int32)
        return cls(ranks[:count][value], ranks[count:][value], hollow, ends.exact[value])

    def field(self) -> RangeField:
        """The column with itself."""
        return RangeField(self.low, self.high, self.low, self.high)

    def points(self, attempt: int, random: Random, toward: Toward) -> RangeField:
        """One value of each item, with the column; in the other where it overlaps one it is to go toward.

        Two attempts are the ends: most ranks of a wide range lie where narrow ones do, and its ends hardly ever.
        """
        low, high = self.low, self.high
        if toward is not None:
            items, others = toward
            low, high = low.copy(), high.copy()
            low[items] = np.maximum(low[items], np.minimum(self.low[others], high[items]))
            high[items] = np.maximum(np.minimum(high[items], self.high[others]), low[items])
        ends = {_AT_LOW: low, _AT_HIGH: high}
        value = ends[attempt] if attempt in ends else _between(low, high, random)
        value = np.where(self.exact, value - self.hollow[value], self.low).astype(np.int32)
        return RangeField(value, value, self.low, self.high)

    def within(self, items: Positions, others: Positions) -> Flags:
        """Whether an item's values surely lie in those of the other beside it."""
        return self.maybe_within(items, others) & self.exact[others]

    def maybe_within(self, items: Positions, others: Positions) -> Flags:
        """The same where it is not ruled out."""
        return self.field().within(items, others)


def _between(low: Ranks, high: Ranks, random: Random) -> Positions:
    """A number of each range, its ends included. Python's generator, since numpy's takes 7 MB to load."""
    drawn = np.frombuffer(random.randbytes(4 * len(low)), "<u4").astype(np.int64)
    return low + (drawn * (high - low + 1) >> 32)


class TableColumn(Struct, frozen=True):
    """Fields by the number of their combination of values, with tables over all pairs of combinations.

    `meets` and `inside` are [one, other]: they overlap; every value of one is in the other. `samples`
    are [round, one, other]: a certain value of one is in the other.
    """

    value: Ranks
    meets: Flags
    inside: Flags
    samples: Flags

    @classmethod
    def of(cls, sets: Different[IntervalSet], rounds: int) -> TableColumn | None:
        """The column of these sets, or None when there are too many different ones."""
        distinct = sets.distinct
        spans = sum(len(each.spans) for each in distinct)
        if spans > MAX_TABLE_VALUES or (spans == len(distinct) > _worthwhile(len(sets.value))):
            return None
        return cls(sets.value, *_tables(distinct), np.stack([_sampled(distinct, each) for each in range(rounds)]))

    def field(self) -> TableField:
        """The column with itself."""
        return TableField(self.value, self.value, self.meets)

    def points(self, attempt: int, toward: Toward) -> TableField:
        """One value of each item, with the column; of the other where that is a part of the item's."""
        value = self.value
        if toward is not None:
            items, others = toward
            value = value.copy()
            value[items] = np.where(self.within(others, items), self.value[others], self.value[items])
        return TableField(value, self.value, self.samples[attempt])

    def within(self, items: Positions, others: Positions) -> Flags:
        """Whether an item's values lie in those of the other beside it."""
        return self.inside[self.value[items], self.value[others]]

    maybe_within = within

    def beside(self, other: TableColumn) -> TableColumn | None:
        """Both columns as one, or None when there are too many different combinations."""
        if len(other.meets) == 1:  # all items are alike there, and a set overlaps and contains itself
            return self
        if len(self.meets) == 1:
            return other
        width = len(other.meets)
        codes, value = np.unique(self.value.astype(np.int64) * width + other.value, return_inverse=True)
        if len(codes) > min(MAX_TABLE_VALUES, _worthwhile(len(value))):
            return None
        mine, theirs = np.ix_(codes // width, codes // width), np.ix_(codes % width, codes % width)
        return TableColumn(
            value.astype(np.int32),
            self.meets[mine] & other.meets[theirs],
            self.inside[mine] & other.inside[theirs],
            self.samples[:, *mine] & other.samples[:, *theirs],
        )


def _worthwhile(items: int) -> int:
    """How many different values may have a table where something else would do: making one costs their square."""
    return isqrt(_ENTRIES_AN_ITEM * items)


class ConditionColumn(Struct, frozen=True):
    """The conditions of each item.

    `names` are the numbers of up to four conditions of each item, -1 for none; `more` tells that it has
    others. `value` and `size` are the number of the set of conditions and how many they are: first of
    those on the source, then on the destination, then of the rest; `open` tells that the item leaves
    that address open.
    """

    names: Ranks
    more: Flags
    value: Ranks
    size: Ranks
    open: Flags

    @classmethod
    def of(cls, conditions: Different[frozenset[Condition]], open_addresses: Sequence[Flags]) -> ConditionColumn:
        """The column of these sets of conditions; which items leave their source open, and which their destination."""
        value, distinct = conditions.value, conditions.distinct
        numbers: dict[Condition, int] = {}
        names = np.full((_CONDITIONS_KEPT, len(distinct)), -1)
        for place, asked in enumerate(distinct):
            for slot, each in enumerate(sorted(asked, key=str)[:_CONDITIONS_KEPT]):
                names[slot, place] = numbers.setdefault(each, len(numbers))
        kinds = [
            [frozenset(each for each in asked if each.axis == axis) for asked in distinct]
            for axis in (*ADDRESS_AXES, None)
        ]
        return cls(
            names[: max(map(len, distinct)), value],
            np.array([len(asked) > _CONDITIONS_KEPT for asked in distinct])[value],
            np.stack([numbered(kind)[0] for kind in kinds])[:, value],
            np.array([[len(each) for each in kind] for kind in kinds])[:, value],
            np.stack([*open_addresses, np.ones(len(value), dtype=np.bool_)]),
        )

    def meets(self, queries: Positions, targets: Positions) -> Flags:
        """Whether what holds for the query may be all that the target asks for."""
        every: Flags = np.ones(np.broadcast_shapes(queries.shape, targets.shape), dtype=np.bool_)
        for wanted in self.names:
            asked = wanted[targets]
            held: Flags = asked == -1
            for mine in self.names:
                held = held | (mine[queries] == asked)
            every &= held | self.more[queries]
        return every

    maybe_within = meets

    def block(self, queries: Positions, targets: Positions) -> Flags:
        """The same, row by column."""
        return self.meets(queries[:, None], targets)

    def within(self, items: Positions, others: Positions) -> Flags:
        """Whether an item surely meets what the other asks for."""
        return self.meets(items, others) & ~self.more[items] & ~self.more[others]

    def surely_meets(self, items: Positions, others: Positions) -> Flags:
        """Whether two items that overlap in every field have a packet in common, whatever the conditions mean."""
        sure: Flags = np.ones(len(items), dtype=np.bool_)
        for value, size, free in zip(self.value, self.size, self.open, strict=True):
            mine, theirs = size[items], size[others]
            one = np.where(value[items] == value[others], mine, mine + theirs) == 1
            sure &= (mine + theirs == 0) | (one & free[items] & free[others])
        return sure


def _tables(sets: Sequence[IntervalSet]) -> tuple[Flags, Flags]:
    """Which of the sets overlap, and which lie in which."""
    low, high, starts = _spans(sets)
    meets = (low[:, None] <= high) & (low <= high[:, None])
    inside = (low[:, None] >= low) & (high[:, None] <= high)
    meets = np.logical_or.reduceat(np.logical_or.reduceat(meets, starts, axis=1), starts, axis=0)
    inside = np.logical_and.reduceat(np.logical_or.reduceat(inside, starts, axis=1), starts, axis=0)
    return meets, inside


def _sampled(sets: Sequence[IntervalSet], seed: int) -> Flags:
    """For a value of each set, from any of the segments the sets cut each other into: which sets have it."""
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    cuts = sorted({cut for set_ in sets for low, high in set_.spans for cut in (low, high + 1)})
    values = []
    for set_ in sets:
        low, high = random.choice(set_.spans)
        values.append(cuts[random.randrange(bisect_left(cuts, low), bisect_left(cuts, high + 1))])
    lows, highs, starts = _spans(sets)
    value = np.array(values)[:, None]
    return np.logical_or.reduceat((lows <= value) & (value <= highs), starts, axis=1)


def _spans(sets: Sequence[IntervalSet]) -> tuple[NDArray[np.int64], NDArray[np.int64], Positions]:
    spans = np.array([span for each in sets for span in each.spans], dtype=np.int64)
    counts = np.array([len(each.spans) for each in sets])
    return spans[:, 0], spans[:, 1], np.cumsum(counts) - counts
