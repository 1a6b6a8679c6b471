"""Which packets two lists of rules treat differently: exactly, for all packets and every meaning of a condition.

A packet that no filter of only one side matches is treated alike, so the work is where filters differ: the space is
cut along the fields of these first, then along one field after another, values that meet the same filters together,
until every filter that is left holds all of a cell or none of it. A filter that stands in both lists and holds a whole
cell leaves no say to those that come after it, which ends most cuts early. Parts of a cell in which other filters say
the same in the same order are looked at once: a hundred hosts with a rule each of one kind are one question.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from ipseclint.semantics.packets.axes import DOMAINS, Axis
from ipseclint.semantics.packets.box import Box, Condition
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.regions import Region
from ipseclint.semantics.packets.rules import Filter, OrderedRules

Decisions = tuple[frozenset[Hashable], ...]
"""What may be decided for a packet, by list of rules: none where no rule matches, several of unknown order."""

Winners = tuple[tuple[int, ...], ...]
"""The rules that may decide, by list of rules, as their positions in it."""

MAX_STEPS = 12_000_000
"""Reasoned: how often a filter may be looked at in a cell; about a minute."""

OLD, NEW = 0, 1
_SIDES = (OLD, NEW)


class ChangedCell(Struct, frozen=True):
    """Packets that are treated otherwise: both treatments, and the rules that may decide for some of them."""

    region: Region
    treatments: tuple[Hashable, Hashable]
    before: Winners
    after: Winners


class Changes(Struct, dict=True):
    """The search for changed packets; `complete` is False once it was given up for the work it would take.

    `old` and `new` are the same number of lists, each asked for itself; `combined` makes one treatment of what they
    decide. `bound` narrows a box to what its conditions are known to mean; the order of rules goes by the whole box.
    `joins`: whether parts in which other rules do the same are one cell, which then names the rules of all of them.
    """

    old: Sequence[OrderedRules]
    new: Sequence[OrderedRules]
    combined: Callable[[Decisions], Hashable] = lambda decisions: decisions
    bound: Callable[[Box], Box] = lambda box: box
    steps: int = MAX_STEPS
    joins: bool = True
    complete: bool = True
    _numbers: dict[Hashable, int] = field(default_factory=dict)
    _known: dict[tuple[frozenset[int], ...], Hashable] = field(default_factory=dict)

    def cells(self) -> Iterator[ChangedCell]:
        """The changed packets as cells, no packet in two of them."""
        for family in sorted(DOMAINS):
            items = [
                item
                for number, (old, new) in enumerate(zip(self.old, self.new, strict=True))
                for item in self._items(number, old, new, family)
            ]
            alike = _Alike() if self.joins else None
            settled: list[_Cell] = []
            yield from self._within([_Cell(Box(family, DOMAINS[family]), items)], alike, settled)
            yield from self._within(settled if alike is None else alike.joined(settled, *Axis), alike)

    def _within(
        self, left: list[_Cell], alike: _Alike | None, settled: list[_Cell] | None = None
    ) -> Iterator[ChangedCell]:
        """The changed parts of cells; those that only filters of both lists cut are put into `settled`, if given."""
        while left:
            cell, meeting, without = left.pop()
            self.steps -= len(meeting)
            if self.steps < 0:
                self.complete = False
                return
            items = self._with_a_say(cell, meeting)
            if not any(item.changed for item in items):
                continue
            cell, items = _unsettled(cell, items)
            changed = [item for item in items if item.changed]
            if not (cell and changed):
                continue
            if (axis := _widest_choice(cell, changed)) is not None:
                same = [item for item in items if not item.changed]
                for values, inside in _slices(cell.sets[axis], axis, changed):
                    beside = [item for item in same if values.meets(item.box.sets[axis])]
                    left.append(_Cell(_with_values(cell, axis, values), inside + beside, without))
            elif settled is not None:
                settled.append(_Cell(cell, items, without))
            elif (axis := _widest_choice(cell, items)) is not None:
                parts = [
                    _Cell(_with_values(cell, axis, values), inside, without)
                    for values, inside in _slices(cell.sets[axis], axis, items)
                ]
                left += parts if alike is None else alike.joined(parts, axis)
            elif (condition := _open_condition(cell, items)) is not None:
                left.append(_Cell(replace(cell, conditions=cell.conditions | {condition}), items, without))
                rest = [item for item in items if condition not in item.box.conditions]
                left.append(_Cell(cell, rest, without | {condition}))
            else:
                before, after = (self._decided(items, side) for side in _SIDES)
                if before.treatment != after.treatment:
                    treatments = (before.treatment, after.treatment)
                    yield ChangedCell(Region(cell, without), treatments, before.winners, after.winners)

    def _items(self, layer: int, old: OrderedRules, new: OrderedRules, family: int) -> Iterator[_Item]:
        """The filters of a family in both lists together: one in both of them once, if its turn is the same."""
        specific = (old.most_specific_first, new.most_specific_first)
        by_key: dict[tuple[Box, Hashable], tuple[list[Filter], list[Filter]]] = defaultdict(lambda: ([], []))
        for side, rules in zip(_SIDES, (old, new), strict=True):
            for filter_ in sorted(rules.filters, key=lambda each: each.rank):
                if filter_.box.family == family:
                    by_key[filter_.box, rules.outcome(filter_)][side].append(filter_)
        ranks = {
            (mine.rank, theirs.rank) for olds, news in by_key.values() for mine, theirs in zip(olds, news, strict=False)
        }
        in_turn = _longest_increasing(ranks)
        for (whole, said), (olds, news) in by_key.items():
            outcome = self._numbers.setdefault(said, len(self._numbers))
            box = self.bound(whole)
            if not box:
                continue
            left = (olds[len(news) :], news[len(olds) :])
            for mine, theirs in zip(olds, news, strict=False):
                if (mine.rank, theirs.rank) in in_turn:
                    yield _item(layer, box, whole, outcome, (mine, theirs), specific)
                else:
                    left[OLD].append(mine)
                    left[NEW].append(theirs)
            for mine in left[OLD]:
                yield _item(layer, box, whole, outcome, (mine, None), specific)
            for theirs in left[NEW]:
                yield _item(layer, box, whole, outcome, (None, theirs), specific)

    def _with_a_say(self, cell: Box, items: list[_Item]) -> list[_Item]:
        """The filters without those that come after one which stands in both lists and holds the whole cell."""
        whole = [item for item in items if not item.changed and _holds(item, cell)]
        if not whole:
            return items
        self.steps -= len(items) * len(whole)
        return [item for item in items if not any(first.comes_before(item) for first in whole)]

    def _decided(self, items: Sequence[_Item], side: int) -> _Decided:
        decisions: list[frozenset[int]] = []
        winners: list[tuple[int, ...]] = []
        for number in range(len(self.old)):
            own = [item for item in items if item.layer == number and item.filters[side] is not None]
            first = [item for item in own if not any(other.is_before(item, side) for other in own)]
            decisions.append(frozenset(item.outcome for item in first))
            winners.append(tuple(sorted({rule for item in first for rule in item.rules[side]})))
        return _Decided(self._treatment(tuple(decisions)), tuple(winners))

    def _treatment(self, numbers: tuple[frozenset[int], ...]) -> Hashable:
        if numbers not in self._known:
            outcomes = list(self._numbers)
            self._known[numbers] = self.combined(
                tuple(frozenset(outcomes[number] for number in decided) for decided in numbers)
            )
        return self._known[numbers]


class _Decided(NamedTuple):
    treatment: Hashable
    winners: Winners


class _Cell(NamedTuple):
    """A part of the packets, and the filters that meet it, while the conditions of `without` do not hold."""

    box: Box
    items: list[_Item]
    without: frozenset[Condition] = frozenset()


def _with_values(box: Box, axis: Axis, values: IntervalSet) -> Box:
    return Box(box.family, (*box.sets[:axis], values, *box.sets[axis + 1 :]), box.conditions)


class _Item(Struct, frozen=True, dict=True):
    """A filter of the old list, of the new, or of both. `specific`: whether the narrower comes first, by side.

    `outcome` is a number for what becomes of its packets. `rules` are the rules that it is of, by side: several where
    it stands for one in each part of a cell.
    """

    layer: int
    box: Box
    whole: Box
    outcome: int
    filters: tuple[Filter | None, Filter | None]
    specific: tuple[bool, bool]
    rules: tuple[frozenset[int], frozenset[int]]

    @cached_property
    def shapes(self) -> dict[Axis, int]:
        """What it is but for its values of one field, as far as that was asked; a number for each that is the same."""
        return {}

    @property
    def changed(self) -> bool:
        return None in self.filters

    def is_before(self, other: _Item, side: int) -> bool:
        """Whether it is surely asked before another of the same list, which both are in on this side."""
        mine, theirs = self.filters[side], other.filters[side]
        if mine is None or theirs is None or self.layer != other.layer:
            return False
        if mine.rank != theirs.rank:
            return mine.rank < theirs.rank
        return self.specific[side] and self.whole.narrower_than(other.whole)

    def comes_before(self, other: _Item) -> bool:
        """Whether it is asked before another wherever that one is."""
        return all(self.is_before(other, side) for side in _SIDES if other.filters[side] is not None)


def _item(
    layer: int,
    box: Box,
    whole: Box,
    outcome: int,
    filters: tuple[Filter | None, Filter | None],
    specific: tuple[bool, bool],
) -> _Item:
    old, new = (frozenset() if each is None else frozenset({each.rule}) for each in filters)
    return _Item(layer, box, whole, outcome, filters, specific, (old, new))


# ---- parts that are one question ----

_MAX_VALUES = 8
"""Reasoned: how many sets of values of one field filters of a part may have, to be compared with another part."""


class _Alike:
    """Which parts of cells differ in the values of one field only, and in rules that do the same there."""

    def __init__(self) -> None:
        self._shapes: dict[Hashable, int] = {}

    def joined(self, cells: list[_Cell], *axes: Axis) -> list[_Cell]:
        """The same packets in fewer cells: those that differ along one of the fields, as one."""
        for axis in axes:
            by_question: dict[Hashable, list[_Cell]] = defaultdict(list)
            for number, cell in enumerate(cells):
                items = self._in_order(cell, axis)
                box, key = cell.box, number if items is None else items
                sets = (*box.sets[:axis], *box.sets[axis + 1 :])
                by_question[sets, box.conditions, cell.without, key].append(cell)
            cells = [_as_one(alike, axis) if len(alike) > 1 else alike[0] for alike in by_question.values()]
        return cells

    def _in_order(self, cell: _Cell, axis: Axis) -> Hashable | None:
        """What a cell's filters are but for their values of a field, whose relations count; None if that says nothing.

        The filters of the cell are put into an order that is the same for equal answers.
        """
        values = cell.box.sets[axis]
        if not all(values.within(item.box.sets[axis]) for item in cell.items):
            return None
        sets = dict.fromkeys(item.whole.sets[axis] for item in cell.items if True in item.specific)
        if len(sets) > _MAX_VALUES:
            return None
        ordered = sorted(sets, key=lambda each: -each.size)
        place = {each: number for number, each in enumerate(ordered)}
        rows = [(place.get(item.whole.sets[axis], -1), self._shape(item, axis)) for item in cell.items]
        order = sorted(range(len(rows)), key=rows.__getitem__)
        cell.items[:] = [cell.items[number] for number in order]
        relations = tuple(one.within(other) for one in ordered for other in ordered)
        return relations, tuple(rows[number] for number in order)

    def _shape(self, item: _Item, axis: Axis) -> int:
        number = item.shapes.get(axis)
        if number is None:
            boxes = [(*box.sets[:axis], *box.sets[axis + 1 :], box.conditions) for box in (item.box, item.whole)]
            ranks = tuple(None if each is None else each.rank for each in item.filters)
            shape = (item.layer, item.outcome, ranks, item.specific, *boxes)
            number = item.shapes[axis] = self._shapes.setdefault(shape, len(self._shapes))
        return number


def _as_one(cells: Sequence[_Cell], axis: Axis) -> _Cell:
    """Cells whose filters differ in the values of a field alone, and stand in the same order, as one."""
    first = cells[0]
    values = IntervalSet.of(*(span for cell in cells for span in cell.box.sets[axis].spans))
    items = [
        alike[0] if all(item is alike[0] for item in alike) else _one_of(alike, axis, values)
        for alike in zip(*(cell.items for cell in cells), strict=True)
    ]
    return _Cell(_with_values(first.box, axis, values), items, first.without)


def _one_of(items: Sequence[_Item], axis: Axis, values: IntervalSet) -> _Item:
    old, new = (frozenset().union(*(item.rules[side] for item in items)) for side in _SIDES)
    return replace(items[0], box=_with_values(items[0].box, axis, values), rules=(old, new))


def _longest_increasing(pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """As many pairs as possible that stand in the same order by their first and by their second number."""
    lasts: list[int] = []
    ends: list[tuple[int, int]] = []
    previous: dict[tuple[int, int], tuple[int, int] | None] = {}
    # Of pairs with the same first number only one can be in: the larger second numbers come first.
    for pair in sorted(pairs, key=lambda each: (each[0], -each[1])):
        place = bisect_left(lasts, pair[1])
        previous[pair] = ends[place - 1] if place else None
        lasts[place : place + 1] = [pair[1]]
        ends[place : place + 1] = [pair]
    chosen: set[tuple[int, int]] = set()
    last = ends[-1] if ends else None
    while last is not None:
        chosen.add(last)
        last = previous[last]
    return chosen


def _holds(item: _Item, cell: Box) -> bool:
    """Whether a filter matches every packet of a cell."""
    return item.box.conditions <= cell.conditions and all(map(IntervalSet.within, cell.sets, item.box.sets))


def _unsettled(cell: Box, items: list[_Item]) -> tuple[Box, list[_Item]]:
    """What is left of a cell without the packets that are surely decided alike, and the filters that meet it.

    They match a filter of both lists that comes before every filter which decides otherwise. Such filters are taken
    out that are for the whole cell but for one field.
    """
    layers = {item.layer for item in items if item.changed}
    if len(layers) > 1:
        return cell, items
    own = [item for item in items if item.layer in layers]
    first: dict[int, int] = {}
    for item in own:
        rank = min(filter_.rank for filter_ in item.filters if filter_ is not None)
        first[item.outcome] = min(rank, first.get(item.outcome, rank))
    two_first = sorted(first.items(), key=itemgetter(1))[:2]
    spans: dict[Axis, list[tuple[int, int]]] = defaultdict(list)
    for item in own:
        mine, theirs = item.filters
        if mine is None or theirs is None or not item.box.conditions <= cell.conditions:
            continue
        rank = max(mine.rank, theirs.rank)
        if any(rank >= other for outcome, other in two_first if outcome != item.outcome):
            continue
        partial = [axis for axis in Axis if not cell.sets[axis].within(item.box.sets[axis])]
        if not partial:
            return replace(cell, sets=(IntervalSet.of(),) * len(cell.sets)), []
        if len(partial) == 1:
            spans[partial[0]] += item.box.sets[partial[0]].spans
    if not spans:
        return cell, items
    sets = tuple(
        values - IntervalSet.of(*spans[axis]) if axis in spans else values
        for axis, values in zip(Axis, cell.sets, strict=True)
    )
    return replace(cell, sets=sets), [
        item for item in items if all(sets[axis].meets(item.box.sets[axis]) for axis in spans)
    ]


def _widest_choice(cell: Box, items: Sequence[_Item]) -> Axis | None:
    """The field in which most filters hold only a part of the cell; None if each holds it in every field."""
    best, most = None, 0
    for axis in _ORDER:
        values = cell.sets[axis]
        counts = Counter(item.box.sets[axis] for item in items)
        count = sum(number for each, number in counts.items() if not values.within(each))
        if count and axis is Axis.DIRECTION:
            # Few filters are for both: in either direction there are half as many.
            return axis
        if count > most:
            best, most = axis, count
    return best


_ORDER = (Axis.DIRECTION, *(axis for axis in Axis if axis is not Axis.DIRECTION))


def _slices(values: IntervalSet, axis: Axis, items: Sequence[_Item]) -> Iterator[tuple[IntervalSet, list[_Item]]]:
    """The values in parts that each filter holds whole or not at all, with those that do; only where some differ."""
    always = [item for item in items if values.within(item.box.sets[axis])]
    partial = [item for item in items if not values.within(item.box.sets[axis])]
    differs_always = any(item.changed for item in always)
    begin: dict[int, list[int]] = defaultdict(list)
    end: dict[int, list[int]] = defaultdict(list)
    for place, item in enumerate(partial):
        for low, high in (item.box.sets[axis] & values).spans:
            begin[low].append(place)
            end[high + 1].append(place)
    cuts = sorted({*begin, *end})
    parts: dict[tuple[int, ...], list[tuple[int, int]]] = defaultdict(list)
    here: set[int] = set()
    changed = 0
    for low, high in values.spans:
        start = low
        for cut in (*cuts[bisect_left(cuts, low) : bisect_left(cuts, high + 1)], high + 1):
            if start < cut and (differs_always or changed):
                parts[tuple(sorted(here))].append((start, cut - 1))
            for place in end.get(cut, ()):
                here.discard(place)
                changed -= partial[place].changed
            for place in begin.get(cut, ()):
                here.add(place)
                changed += partial[place].changed
            start = cut
    for places, spans in parts.items():
        yield IntervalSet.of(*spans), [*always, *(partial[place] for place in places)]


def _open_condition(cell: Box, items: Sequence[_Item]) -> Condition | None:
    """A condition that some filter asks for and the cell does not settle; of ordered filters, that of the first."""
    asking = [item for item in items if not item.box.conditions <= cell.conditions]
    if not asking:
        return None
    first = min(asking, key=lambda item: min(filter_.rank for filter_ in item.filters if filter_ is not None))
    return min(first.box.conditions - cell.conditions, key=str)
