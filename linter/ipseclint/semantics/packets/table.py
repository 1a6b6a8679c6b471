"""Many filters as columns, and the relations between any two of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import combinations
from math import prod
from random import Random

import numpy as np

from ipseclint.semantics.packets.axes import ADDRESS_AXES, DOMAINS, Axis
from ipseclint.semantics.packets.box import Box, Condition
from ipseclint.semantics.packets.columns import (
    ConditionColumn,
    Different,
    Ends,
    Field,
    Flags,
    Pairs,
    Positions,
    RangeColumn,
    Ranks,
    TableColumn,
    TableField,
    numbered,
    together,
)
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.join import Join, SortedRanges, Targets, WorkLimit
from ipseclint.semantics.packets.rules import Columns, OrderedRules, box_of

SAMPLES = 6
"""Values of the fields besides the addresses that can be tried for each filter; measured: more tell hardly more."""

_FAMILY_SHIFT = {4: 0, 6: 1 << 40}
"""Added to addresses so that those of different families never overlap."""

_EXACT_CHECKS = 6_000_000
"""Ranges compared one by one for relations that arrays cannot tell; reasoned: a second or two."""

_CLASS_AXIS = Axis.DIRECTION
"""The field by which filters are kept apart: one way out and the other in is what mirrored filters differ in."""

_Compared = Callable[[Positions, Positions], Flags]

_SERVICE_AXES = tuple(axis for axis in reversed(Axis) if axis not in ADDRESS_AXES)


class Table:
    """The filters of ordered rules, by position, with the order among them.

    `place` is one order that agrees with all that is known: a filter that is surely asked before another
    has the smaller place; `at_place` is the filter at each. `approximate` is set when a relation that
    arrays cannot tell was left open.

    Of filters alike in box, rank and outcome the first stands for all where a filter is looked at beside others.
    """

    def __init__(self, rules: OrderedRules) -> None:
        columns = rules.columns
        self.rules = len(columns.ranks)
        self.approximate = False
        self._filters = rules.filters
        self._checks_left = _EXACT_CHECKS
        self.most_specific_first = rules.most_specific_first
        count = len(columns.rules)
        self.rule = np.array(columns.rules, dtype=np.intp)
        ranks = np.array(columns.ranks)[self.rule]
        _, level = np.unique(ranks, return_inverse=True)
        self.level: Ranks = level.astype(np.int32)
        self.decision = numbered(columns.decisions)[0][self.rule]
        self.session = numbered((None, *columns.sessions))[0][1:][self.rule]
        self.outcome, _ = together((self.decision, self.session), count)
        numbers = columns.forms, columns.sources, columns.destinations
        form, *ends = (np.array(each, dtype=np.int32) for each in numbers)
        families = Different.of(each.family for each in columns.distinct_forms).at(form)
        conditions = Different.of(each.conditions for each in columns.distinct_forms).at(form)
        services = _services(each.services for each in columns.distinct_forms)
        fields = [*(Different(each, columns.sets) for each in ends), *(each.at(form) for each in services)]
        self._first, self._alone = _stand_ins([form, *ends, self.level, self.outcome], self.rule)
        of_sets = Ends.of(columns.sets)
        after = _breadth(columns, form, ends, of_sets) if self.most_specific_first else ()
        self.at_place = np.lexsort((*after, self.level))
        self.place = np.empty_like(self.at_place)
        self.place[self.at_place] = np.arange(count)
        source, destination = _addresses(fields, of_sets, families)
        self._classes = _classes(fields[_CLASS_AXIS])
        others = _columns(fields)
        ranges = (source, destination, *(each for each in others if isinstance(each, RangeColumn)))
        self._joined = _telling(ranges, self._classes.value)
        self._tested = tuple(
            each for each in (source, destination, *others) if all(each is not one for one in self._joined)
        )
        self._conditions = _condition_column(fields, families, conditions)
        self.exact: Flags = np.logical_and.reduce([each.exact for each in ranges])
        self._plain = bool(self.exact.all()) and (self._conditions is None or not self._conditions.more.any())

    def __len__(self) -> int:
        return len(self.rule)

    def some(self, filters: Flags) -> Flags:
        """Which rules have a filter with the flag."""
        flags: Flags = np.bincount(self.rule[filters], minlength=self.rules) > 0
        return flags

    @cached_property
    def overlaps(self) -> Join:
        """The filters with themselves: which may have a packet in common."""
        return self._with_themselves(self._classes)

    @cached_property
    def differing(self) -> Join:
        """The same, without the pairs of two filters of the outcome that most have."""
        return self._with_themselves(_with_outcomes(self._classes, self.outcome))

    @cached_property
    def _rivals(self) -> Join:
        return self._with_themselves(_with_outcomes(self._classes, self.outcome), self._first)

    @cached_property
    def _standing(self) -> Targets:
        """The filters that stand for all, as every packet is asked of them."""
        return self._with_themselves(self._classes, self._first).targets

    def _with_themselves(self, classes: TableField, positions: Positions | None = None) -> Join:
        first, second = self._joined
        tests = tuple(each.field() for each in self._tested)
        return Join.of((first.field(), second.field()), tests, classes, positions)

    def packets(self, attempt: int, toward: tuple[Positions, Positions] | None = None) -> Join:
        """One packet of each filter with those that stand for all: which it meets, where that is not ruled out.

        `toward` are filters, and for each another one whose packets are preferred.
        """
        random = Random(attempt)  # noqa: S311 - repeatable, not secret
        first, second = (each.points(attempt, random, toward) for each in self._joined)
        tests: list[Field] = [
            column.points(attempt, random, toward)
            if isinstance(column, RangeColumn)
            else column.points(attempt % SAMPLES, toward)
            for column in self._tested
        ]
        if self._conditions is not None:
            tests.append(self._conditions)
        return Join((first, second), tuple(tests), self._classes, self._standing)

    def surely_matched(self, items: Positions, others: Positions) -> Flags:
        """For pairs where a packet of one meets the other: whether the other surely matches it."""
        sure = self.exact[others]
        return sure if self._conditions is None else sure & self._conditions.within(items, others)

    def within(self, items: Positions, others: Positions) -> Flags:
        """Whether an item surely lies in the other beside it."""
        inside = self.surely_matched(items, others)
        left = np.flatnonzero(inside)
        for column in (*self._joined, *self._tested):
            left = left[column.within(items[left], others[left])]
        inside[:] = False
        inside[left] = True
        return inside

    def before(self, items: Positions, others: Positions) -> Flags:
        """Whether an item surely is asked before the other beside it."""
        return self._before(items, others, self.within, self._maybe_within)

    def maybe_before(self, items: Positions, others: Positions) -> Flags:
        """The same where it is not ruled out."""
        return self._before(items, others, self._maybe_within, self.within)

    def _before(self, items: Positions, others: Positions, inside: _Compared, outside: _Compared) -> Flags:
        earlier: Flags = self.level[items] < self.level[others]
        if self.most_specific_first:
            equal = np.flatnonzero(self.level[items] == self.level[others])
            items, others = items[equal], others[equal]
            earlier[equal] = inside(items, others) & ~outside(others, items)
        return earlier

    def order(self, first: Positions, second: Positions, inside: Flags, outside: Flags) -> tuple[Flags, Flags]:
        """Whether the first is surely asked before the second, and after it, given which lies in which."""
        one, other = self.level[first], self.level[second]
        earlier: Flags = one < other
        later: Flags = one > other
        if self.most_specific_first:
            earlier |= (one == other) & inside & ~outside
            later |= (one == other) & outside & ~inside
        return earlier, later

    def exactly_within(self, items: Positions, others: Positions) -> Flags:
        """The same as `within`, looking at single pairs where arrays cannot tell."""
        inside = self.within(items, others)
        if self._plain:
            return inside
        maybe = self._maybe_within(items, others)
        for place in np.flatnonzero(maybe & ~inside):
            inside[place] = self._check(Box.within, int(items[place]), int(others[place]))
        return inside

    def exactly_meets(self, items: Positions, others: Positions) -> Flags:
        """For pairs that may overlap: whether they do, if their conditions hold at once."""
        meets: Flags = self.exact[items] & self.exact[others]
        for place in np.flatnonzero(~meets):
            meets[place] = self._check(Box.meets, int(items[place]), int(others[place]))
        return meets

    def _check(self, relation: Callable[[Box, Box], bool], item: int, other: int) -> bool:
        one, another = self._filters[item].box, self._filters[other].box
        self._checks_left -= sum(
            len(mine.spans) + len(theirs.spans)
            for mine, theirs in zip(one.sets, another.sets, strict=True)
            if mine is not theirs
        )
        if self._checks_left < 0:
            self.approximate = True
            return False
        return relation(one, another)

    def surely_meets(self, items: Positions, others: Positions) -> Flags:
        """For pairs that overlap: whether they do whatever the conditions mean."""
        if self._conditions is None:
            return np.ones(len(items), dtype=np.bool_)
        return self._conditions.surely_meets(items, others)

    def neighbours(self, filters: Positions, limit: WorkLimit) -> Iterator[Pairs]:
        """Each of these filters with every filter of another rule it may overlap, in chunks. Raises WorkLimitError."""
        for items, others in self.overlaps.pairs(filters, limit):
            keep = self.rule[items] != self.rule[others]
            yield items[keep], others[keep]

    def rivals(self, filters: Positions, limit: WorkLimit) -> Iterator[Pairs]:
        """Each of these filters with those that stand for all of another outcome. Raises WorkLimitError."""
        for pairs in self._rivals.pairs(filters, limit):
            yield self.of_different_outcome(*pairs)

    def of_different_outcome(self, items: Positions, others: Positions) -> Pairs:
        """The pairs of filters that decide otherwise or send into different tunnels: no rule has both."""
        keep = self.outcome[items] != self.outcome[others]
        return items[keep], others[keep]

    def foreign(self, items: Positions, others: Positions) -> Pairs:
        """The pairs of filters where the other, which stands for all that are alike, is one of another rule."""
        keep = self.rule[items] != self._alone[others]
        return items[keep], others[keep]

    def _maybe_within(self, items: Positions, others: Positions) -> Flags:
        inside: Flags = np.ones(len(items), dtype=np.bool_)
        for column in (*self._joined, *self._tested):
            inside[inside] = column.maybe_within(items[inside], others[inside])
        if self._conditions is not None:
            inside &= self._conditions.maybe_within(items, others)
        return inside


def _services(services: Iterable[tuple[IntervalSet, ...]]) -> list[Different[IntervalSet]]:
    """The sets of the filters on each axis after the addresses, where few differ."""
    kinds = Different.of(services)
    columns: list[Different[IntervalSet]] = [
        Different.of([each[place] for each in kinds.distinct]) for place in range(len(_SERVICE_AXES))
    ]
    return [each.at(kinds.value) for each in columns]


def _stand_ins(same: Sequence[Ranks], rule: Positions) -> tuple[Positions, Positions]:
    """The first of the filters that are alike in all; and of each filter its rule, -1 where others are like it."""
    kind, first = together(same, len(rule))
    members = np.bincount(kind)
    return first, np.where(members[kind] == 1, rule, np.intp(-1))


def _breadth(columns: Columns, form: Ranks, addresses: Sequence[Ranks], ends: Ends) -> tuple[Ranks, Ranks]:
    """Measures, the last first, by which a filter comes after every one that is narrower: `Box.breadth`."""
    of_sets = _sizes(columns.sets, ends)
    of_forms, _ = numbered(prod(each.size for each in one.services) for one in columns.distinct_forms)
    kind, first = together((*(of_sets[each] for each in addresses), of_forms[form]), len(form))
    sizes = [box_of(columns.parts(place)).size for place in first.tolist()]
    order = {size: number for number, size in enumerate(sorted(set(sizes)))}
    fewer = np.array([-len(one.conditions) for one in columns.distinct_forms], dtype=np.int32)
    return fewer[form], np.array([order[size] for size in sizes])[kind]


def _sizes(sets: Sequence[IntervalSet], ends: Ends) -> Ranks:
    """For each set a number that those as large have as well."""
    sizes = ends.high - ends.low
    for place in np.flatnonzero(~ends.exact).tolist():
        sizes[place] = sets[place].size - 1
    return np.unique(sizes, return_inverse=True)[1].astype(np.int32)


def _with_outcomes(classes: TableField, outcome: Ranks) -> TableField:
    """Classes cut in two, those of the commonest outcome and the others, of which the former are not to be joined."""
    common = outcome == np.bincount(outcome, minlength=1).argmax()
    value = classes.value * 2 + common
    table = np.kron(classes.table, np.array([[True, True], [True, False]]))
    return TableField(value, value, table)


def _addresses(fields: Sequence[Different[IntervalSet]], ends: Ends, families: Different[int]) -> list[RangeColumn]:
    """The source and the destination, those of each family apart."""
    count, shifts = len(families.distinct), np.array([_FAMILY_SHIFT[each] for each in families.distinct])
    columns = []
    for axis in ADDRESS_AXES:
        code = fields[axis].value.astype(np.int64) * count + families.value
        occurs = np.zeros(len(ends.exact) * count, dtype=np.bool_)
        occurs[code] = True
        codes, place = np.flatnonzero(occurs), np.cumsum(occurs) - 1
        columns.append(RangeColumn.of(place[code], ends.moved(codes // count, shifts[codes % count])))
    return columns


def _columns(fields: Sequence[Different[IntervalSet]]) -> tuple[RangeColumn | TableColumn, ...]:
    """The fields besides the addresses, in as few columns as tables allow."""
    ranges: list[RangeColumn] = []
    tables: list[TableColumn] = []
    for axis in _SERVICE_AXES:
        table = TableColumn.of(fields[axis], SAMPLES)
        if table is None:
            ranges.append(RangeColumn.of(fields[axis].value, Ends.of(fields[axis].distinct)))
        elif tables and (joined := tables[-1].beside(table)) is not None:
            tables[-1] = joined
        else:
            tables.append(table)
    return (*tables, *ranges)


def _telling(columns: Sequence[RangeColumn], classes: Ranks) -> tuple[RangeColumn, RangeColumn]:
    """The two that tell most filters apart: the addresses, but ports where many filters are for any address."""
    members = [np.flatnonzero(classes == number) for number in np.flatnonzero(np.bincount(classes))]
    overlaps = [
        [SortedRanges.of(member, column.low, column.high).overlapping_each_other().pairs for member in members]
        for column in columns
    ]
    pairs = combinations(range(len(columns)), 2)
    one, other = min(pairs, key=lambda pair: sum(map(min, overlaps[pair[0]], overlaps[pair[1]])))
    return columns[one], columns[other]


def _classes(sets: Different[IntervalSet]) -> TableField:
    table = np.array([[one.meets(other) for other in sets.distinct] for one in sets.distinct], dtype=np.bool_)
    return TableField(sets.value, sets.value, table)


def _condition_column(
    fields: Sequence[Different[IntervalSet]], families: Different[int], conditions: Different[frozenset[Condition]]
) -> ConditionColumn | None:
    if not any(conditions.distinct):
        return None
    return ConditionColumn.of(conditions, [_is_open(axis, fields[axis], families) for axis in ADDRESS_AXES])


def _is_open(axis: Axis, sets: Different[IntervalSet], families: Different[int]) -> Flags:
    """Which filters are for any address of their family."""
    is_open: Flags = np.zeros(len(sets.value), dtype=np.bool_)
    for number, family in enumerate(families.distinct):
        whole = DOMAINS[family][axis]
        if whole in sets.distinct:
            is_open |= (families.value == number) & (sets.value == sets.distinct.index(whole))
    return is_open
