"""A part of the packets with the filters that meet it, narrowed and cut until every filter holds all of it or none."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from operator import and_, attrgetter, itemgetter
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.semantics.packets.axes import Axis
from ipseclint.semantics.packets.box import Box, Condition
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.rules import Filter

OLD, NEW = 0, 1
SIDES = (OLD, NEW)


class Cell(NamedTuple):
    """A part of the packets, and the filters that meet it, while the conditions of `without` do not hold."""

    box: Box
    rows: list[Row]
    without: frozenset[Condition] = frozenset()


class _Part(NamedTuple):
    """Values of one field, and the filters that hold all of them, but for those that hold every value."""

    values: IntervalSet
    rows: list[Row]


def _with_values(box: Box, axis: Axis, values: IntervalSet) -> Box:
    return Box(box.family, (*box.sets[:axis], values, *box.sets[axis + 1 :]), box.conditions)


class ComparedFilter(Struct, frozen=True, dict=True):
    """A filter of the old list, of the new, or of both. `specific`: whether the narrower comes first, by side.

    `outcome` is a number for what becomes of its packets. `ranks` are when it is asked, by side; after all others where
    it is not. `changed`: it is in one list only. `rules` are the rules that it is of, by side: several where
    it stands for one in each part of a cell.
    """

    layer: int
    box: Box
    whole: Box
    outcome: int
    ranks: tuple[int, int]
    changed: bool
    specific: tuple[bool, bool]
    rules: tuple[frozenset[int], frozenset[int]]

    @cached_property
    def shapes(self) -> dict[Axis, int]:
        """Its identity apart from the values of one field, cached by field; a number, equal for equal filters."""
        return {}

    def is_before(self, other: ComparedFilter, side: int) -> bool:
        """Whether it is surely asked before another of the same list, which both are in on this side."""
        mine, theirs = self.ranks[side], other.ranks[side]
        if mine != theirs or self.layer != other.layer:
            return mine < theirs and self.layer == other.layer
        return self.specific[side] and self.whole.narrower_than(other.whole)


Row = tuple[ComparedFilter, int]
"""A filter that meets a cell, with a bit for each field in which it covers only a part of the cell."""


def partial_fields(cell: Box, item: ComparedFilter) -> int:
    """A bit for each field in which a filter covers only a part of the cell."""
    return sum(1 << axis for axis in Axis if not cell.sets[axis].within(item.box.sets[axis]))


class FirstAsked(NamedTuple):
    """The rules whose filter is asked first among equal ones that do the same, and when; the others never decide."""

    rank: int
    rules: frozenset[int]


def first_asked(filters: Sequence[Filter]) -> FirstAsked:
    """The rules of those that are asked first, of filters of one list that are equal and do the same."""
    if not filters:
        return NOT_THERE
    rank = min(each.rank for each in filters)
    return FirstAsked(rank, frozenset(each.rule for each in filters if each.rank == rank))


NEVER = 1 << 63
"""The rank of a filter in the list that it is not in."""
NOT_THERE = FirstAsked(NEVER, frozenset())


def compared_filter(
    layer: int, box: Box, whole: Box, outcome: int, specific: tuple[bool, bool], mine: FirstAsked, theirs: FirstAsked
) -> ComparedFilter:
    """A filter, and when the old and the new list ask it: `NOT_THERE` in the list that it is not in."""
    changed = not (mine.rules and theirs.rules)
    return ComparedFilter(
        layer, box, whole, outcome, (mine.rank, theirs.rank), changed, specific, (mine.rules, theirs.rules)
    )


# ---- parts that are one question ----

_MAX_VALUES = 8
"""Reasoned: how many sets of values of one field filters of a part may have, to be compared with another part."""


class Alike:
    """Which parts of a cell differ in the values of one field only, and in rules that do the same there."""

    def __init__(self) -> None:
        self._shapes: dict[Hashable, int] = {}

    def joined(self, parts: Iterable[_Part], always: Sequence[Row], axis: Axis) -> Iterator[_Part]:
        """The same packets in fewer parts. `always` are the filters that are in all of them."""
        around = tuple(dict.fromkeys(item.whole.sets[axis] for item, _ in always if True in item.specific))
        beside: dict[IntervalSet, Hashable] = {}
        by_question: dict[Hashable, list[_Part]] = defaultdict(list)
        for number, part in enumerate(parts):
            items = [item for item, _ in part.rows]
            sets = dict.fromkeys(item.whole.sets[axis] for item in items if True in item.specific)
            if len(sets) > _MAX_VALUES:
                by_question[number].append(part)
                continue
            for one in sets:
                if one not in beside:
                    beside[one] = tuple(one.within(other) for other in around)
            ordered = sorted(sets, key=_size, reverse=True)
            place = {each: number for number, each in enumerate(ordered)}
            shapes = [(place.get(item.whole.sets[axis], -1), self._shape(item, axis)) for item in items]
            order = sorted(range(len(shapes)), key=shapes.__getitem__)
            relations = tuple([one.within(other) for one in ordered for other in ordered])
            question = (relations, tuple([beside[one] for one in ordered]), tuple([shapes[each] for each in order]))
            by_question[question].append(_Part(part.values, [part.rows[each] for each in order]))
        for alike in by_question.values():
            yield _as_one(alike, axis) if len(alike) > 1 else alike[0]

    def _shape(self, item: ComparedFilter, axis: Axis) -> int:
        """A number for a filter apart from the values of one field."""
        number = item.shapes.get(axis)
        if number is None:
            boxes = [(*box.sets[:axis], *box.sets[axis + 1 :], box.conditions) for box in (item.box, item.whole)]
            shape = (item.layer, item.outcome, item.ranks, item.specific, *boxes)
            number = item.shapes[axis] = self._shapes.setdefault(shape, len(self._shapes))
        return number


def _as_one(parts: Sequence[_Part], axis: Axis) -> _Part:
    """Parts whose filters differ in the values of a field alone, and stand in the same order, as one."""
    values = IntervalSet.of(*(span for part in parts for span in part.values.spans))
    rows = []
    for alike in zip(*(part.rows for part in parts), strict=True):
        first, partial = alike[0]
        items = [item for item, _ in alike]
        rows.append((first if all(item is first for item in items) else _one_of(items, axis, values), partial))
    return _Part(values, rows)


_size = attrgetter("size")


def _one_of(items: Sequence[ComparedFilter], axis: Axis, values: IntervalSet) -> ComparedFilter:
    old, new = (frozenset().union(*(item.rules[side] for item in items)) for side in SIDES)
    return replace(items[0], box=_with_values(items[0].box, axis, values), rules=(old, new))


# ---- what is open in a cell ----


def with_a_say(cell: Cell) -> Cell:
    """A cell without the filters that come after one which stands in both lists and holds all of it."""
    conditions = cell.box.conditions
    whole = [item for item, partial in cell.rows if not partial and item.box.conditions <= conditions]
    first = [item for item in whole if not item.changed]
    if not first:
        return cell
    ranks: dict[int, tuple[int, int]] = {}
    for item in first:
        was, is_ = ranks.get(item.layer, item.ranks)
        ranks[item.layer] = min(was, item.ranks[OLD]), min(is_, item.ranks[NEW])
    # Of filters of one rank the narrower is first: what comes after one that holds the cell holds it too.
    after = {
        id(item)
        for item in whole
        if all(item.ranks[side] == NEVER or any(one.is_before(item, side) for one in first) for side in SIDES)
    }
    rows = [
        row
        for row in cell.rows
        if id(row[0]) not in after
        and not (
            (best := ranks.get(row[0].layer)) is not None
            and best[OLD] < row[0].ranks[OLD]
            and best[NEW] < row[0].ranks[NEW]
        )
    ]
    return cell._replace(rows=rows)


def unsettled(cell: Cell) -> Cell:
    """A cell without the packets that are surely decided alike, and the filters that meet the rest.

    These packets match a filter of both lists that comes before every filter with another decision. Only filters that
    cover the cell in all fields but one are removed so.
    """
    layers = {item.layer for item, _ in cell.rows if item.changed}
    if len(layers) != 1:
        return cell
    own = [row for row in cell.rows if row[0].layer in layers]
    first: dict[int, int] = {}
    for item, _ in own:
        rank = min(item.ranks)
        if rank < first.get(item.outcome, NEVER):
            first[item.outcome] = rank
    two_first = sorted(first.items(), key=itemgetter(1))[:2]
    spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for item, partial in own:
        if item.changed or partial & (partial - 1) or not item.box.conditions <= cell.box.conditions:
            continue
        rank = max(item.ranks)
        if any(rank >= other for outcome, other in two_first if outcome != item.outcome):
            continue
        if not partial:
            return cell._replace(rows=[])
        axis = partial.bit_length() - 1
        spans[axis] += item.box.sets[axis].spans
    return _narrowed(cell, {axis: cell.box.sets[axis] - IntervalSet.of(*outside) for axis, outside in spans.items()})


def where_some_differ(cell: Cell) -> Cell:
    """A cell without the values that no changed filter has, field by field; no filters if none is changed."""
    changed = [row for row in cell.rows if row[0].changed]
    if not changed:
        return cell._replace(rows=[])
    values: dict[int, IntervalSet] = {}
    everywhere = reduce(and_, (partial for _, partial in changed))
    for axis in Axis:
        if everywhere >> axis & 1:
            distinct = {item.box.sets[axis] for item, _ in changed}
            mine = cell.box.sets[axis]
            inside = mine & IntervalSet.of(*(span for each in distinct for span in each.spans))
            if inside != mine:
                values[axis] = inside
    return _narrowed(cell, values)


def _narrowed(cell: Cell, values: Mapping[int, IntervalSet]) -> Cell:
    """A cell with fewer values of some fields, and the filters that meet it."""
    if not values:
        return cell
    box, rows = cell.box, cell.rows
    for axis, inside in values.items():
        bit = 1 << axis
        sets = {item.box.sets[axis] for item, partial in rows if partial & bit}
        bits = {each: 0 if inside.within(each) else bit for each in sets if inside.meets(each)}
        rows = [
            (item, partial & ~bit | bits[item.box.sets[axis]]) if partial & bit else (item, partial)
            for item, partial in rows
            if not partial & bit or item.box.sets[axis] in bits
        ]
        box = _with_values(box, Axis(axis), inside)
    return Cell(box, rows, cell.without)


def widest_choice(rows: list[Row]) -> Axis | None:
    """The field in which most filters hold only a part of the cell, changed ones first; None if each holds it all."""
    for some in ([partial for item, partial in rows if item.changed], [partial for _, partial in rows]):
        counts = Counter(partial for partial in some if partial)
        best, most = None, 0
        for axis in Axis:
            count = sum(number for partial, number in counts.items() if partial >> axis & 1)
            if count and axis is Axis.DIRECTION:
                # Few filters are for both: in either direction there are half as many.
                return axis
            if count > most:
                best, most = axis, count
        if best is not None:
            return best
    return None


def cut_along(whole: Cell, axis: Axis, alike: Alike | None) -> Iterator[Cell]:
    """A cell cut along a field, so that each filter holds a part whole or not at all; only where some differ."""
    values, bit = whole.box.sets[axis], 1 << axis
    always = [row for row in whole.rows if not row[1] & bit]
    some = [(item, partial & ~bit) for item, partial in whole.rows if partial & bit]
    parts = _sliced(values, axis, some, all_differ=any(item.changed for item, _ in always))
    for part in parts if alike is None else alike.joined(parts, always, axis):
        yield Cell(_with_values(whole.box, axis, part.values), always + part.rows, whole.without)


def _sliced(values: IntervalSet, axis: Axis, rows: Sequence[Row], *, all_differ: bool) -> Iterator[_Part]:
    """The values in parts, each with the filters that hold it; only those with a changed one, unless all count."""
    begin: dict[int, list[int]] = defaultdict(list)
    end: dict[int, list[int]] = defaultdict(list)
    for place, (item, _) in enumerate(rows):
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
            if start < cut and (all_differ or changed):
                parts[tuple(sorted(here))].append((start, cut - 1))
            for place in end.get(cut, ()):
                here.discard(place)
                changed -= rows[place][0].changed
            for place in begin.get(cut, ()):
                here.add(place)
                changed += rows[place][0].changed
            start = cut
    for places, spans in parts.items():
        yield _Part(IntervalSet.of(*spans), [rows[place] for place in places])


def open_condition(cell: Cell) -> Condition | None:
    """A condition that some filter asks for and the cell does not settle; of ordered filters, that of the first."""
    asking = [item for item, _ in cell.rows if not item.box.conditions <= cell.box.conditions]
    if not asking:
        return None
    first = min(asking, key=lambda item: min(item.ranks))
    return min(first.box.conditions - cell.box.conditions, key=str)


def with_and_without(cell: Cell, condition: Condition) -> tuple[Cell, Cell]:
    """A cell where a condition does not hold, and where it does."""
    rest = [row for row in cell.rows if condition not in row[0].box.conditions]
    box = replace(cell.box, conditions=cell.box.conditions | {condition})
    return Cell(cell.box, rest, cell.without | {condition}), cell._replace(box=box)
