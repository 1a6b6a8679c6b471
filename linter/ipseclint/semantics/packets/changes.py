"""Which packets two lists of rules treat differently: exactly, for all packets and every meaning of a condition.

A packet that no filter of only one side matches is treated alike, so the work is where filters differ: the space is
narrowed to their values and cut along one field after another, values that meet the same filters together, until every
filter that is left holds all of a cell or none of it. A filter that stands in both lists and holds a whole cell leaves
no say to those that come after it, which ends most cuts early. Parts of a cut in which other filters say the same in
the same order are looked at once: a hundred hosts with a rule each of one kind are one question.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from operator import and_, attrgetter, itemgetter
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from ipseclint.semantics.packets.axes import DOMAINS, Axis
from ipseclint.semantics.packets.box import Box, Condition
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.regions import MAX_JOINED, Region
from ipseclint.semantics.packets.rules import Filter, OrderedRules

Decisions = tuple[frozenset[Hashable], ...]
"""What may be decided for a packet, by list of rules: none where no rule matches, several of unknown order."""

Winners = tuple[tuple[int, ...], ...]
"""The rules that may decide, by list of rules, as their positions in it."""

MAX_STEPS = 12_000_000
"""Reasoned: how often a filter may be looked at in a cell; about a minute."""

MAX_STEPS_OF_THE_REST = 1_000_000
"""Reasoned: how often a filter may be looked at to say where a search ended; a few seconds."""

OLD, NEW = 0, 1
_SIDES = (OLD, NEW)


class ChangedCell(Struct, frozen=True):
    """Packets that are treated otherwise: both treatments, and the rules that may decide for some of them."""

    region: Region
    treatments: tuple[Hashable, Hashable]
    before: Winners
    after: Winners


class Changes(Struct, dict=True):
    """The search for changed packets; `undecided` is where it was given up for the work it would take.

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
    undecided: list[Region] = field(default_factory=list)
    _numbers: dict[Hashable, int] = field(default_factory=dict)
    _known: dict[tuple[frozenset[int], ...], Hashable] = field(default_factory=dict)

    def cells(self) -> Iterator[ChangedCell]:
        """The changed packets as cells, no packet in two of them."""
        for family in sorted(DOMAINS):
            whole = Box(family, DOMAINS[family])
            rows = [
                (item, _partial(whole, item))
                for number, (old, new) in enumerate(zip(self.old, self.new, strict=True))
                for item in self._items(number, old, new, family)
            ]
            yield from self._within(_Cell(whole, rows), _Alike() if self.joins else None)

    def _within(self, whole: _Cell, alike: _Alike | None) -> Iterator[ChangedCell]:
        """The changed parts of a cell. Parts are made when they are looked at: each holds many filters."""
        left = [(whole, iter((whole,)))]
        while left:
            if (next_cell := next(left[-1][1], None)) is None:
                left.pop()
                continue
            self.steps -= len(next_cell.rows)
            if self.steps < 0:
                self._give_up([*left, (next_cell, iter((next_cell,)))])
                return
            cell = _where_some_differ(_unsettled(_with_a_say(_where_some_differ(next_cell))))
            if not (cell.box and cell.rows):
                continue
            if (axis := _widest_choice(cell.rows)) is not None:
                left.append((cell, _parts(cell, axis, alike)))
            elif (condition := _open_condition(cell)) is not None:
                left.append((cell, iter(_with_and_without(cell, condition))))
            else:
                before, after = (self._decided([item for item, _ in cell.rows], side) for side in _SIDES)
                if before.treatment != after.treatment:
                    region = Region(cell.box, cell.without)
                    yield ChangedCell(region, (before.treatment, after.treatment), before.winners, after.winners)

    def _give_up(self, left: Sequence[tuple[_Cell, Iterator[_Cell]]]) -> None:
        """Note the packets that were not looked at: those of changed filters, or whole cells where these are many."""
        steps = MAX_STEPS_OF_THE_REST
        for cell, parts in reversed(left):
            regions: list[Region] = []
            for part in parts:
                steps -= len(part.rows)
                if steps < 0:
                    regions = [Region(cell.box, cell.without)]
                    break
                changed = [part.box & item.box for item, _ in part.rows if item.changed]
                regions += [Region(box, part.without) for box in changed if box]
                if len(regions) > MAX_JOINED:
                    regions = [Region(cell.box, cell.without)]
                    break
            self.undecided += regions

    def _items(self, layer: int, old: OrderedRules, new: OrderedRules, family: int) -> Iterator[_Item]:
        """The filters of a family in both lists together: one in both of them once, if its turn is the same."""
        specific = (old.most_specific_first, new.most_specific_first)
        by_key: dict[tuple[Box, Hashable], tuple[list[Filter], list[Filter]]] = defaultdict(lambda: ([], []))
        for side, rules in zip(_SIDES, (old, new), strict=True):
            for filter_ in rules.filters:
                if filter_.box.family == family:
                    by_key[filter_.box, rules.outcome(filter_)][side].append(filter_)
        firsts = {key: (_first(olds), _first(news)) for key, (olds, news) in by_key.items()}
        ranks = {(mine.rank, theirs.rank) for mine, theirs in firsts.values() if mine.rules and theirs.rules}
        in_turn = _longest_increasing(ranks)
        for (whole, said), (mine, theirs) in firsts.items():
            outcome = self._numbers.setdefault(said, len(self._numbers))
            if not (box := self.bound(whole)):
                continue
            if (mine.rank, theirs.rank) in in_turn:
                yield _item(layer, box, whole, outcome, specific, mine, theirs)
                continue
            if mine.rules:
                yield _item(layer, box, whole, outcome, specific, mine, _NOT_THERE)
            if theirs.rules:
                yield _item(layer, box, whole, outcome, specific, _NOT_THERE, theirs)

    def _decided(self, items: Sequence[_Item], side: int) -> _Decided:
        decisions: list[frozenset[int]] = []
        winners: list[tuple[int, ...]] = []
        for number in range(len(self.old)):
            own = [item for item in items if item.layer == number and item.ranks[side] != _NEVER]
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
    rows: list[_Row]
    without: frozenset[Condition] = frozenset()


class _Part(NamedTuple):
    """Values of one field, and the filters that hold all of them, but for those that hold every value."""

    values: IntervalSet
    rows: list[_Row]


def _with_values(box: Box, axis: Axis, values: IntervalSet) -> Box:
    return Box(box.family, (*box.sets[:axis], values, *box.sets[axis + 1 :]), box.conditions)


class _Item(Struct, frozen=True, dict=True):
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
        """What it is but for its values of one field, as far as that was asked; a number for each that is the same."""
        return {}

    def is_before(self, other: _Item, side: int) -> bool:
        """Whether it is surely asked before another of the same list, which both are in on this side."""
        mine, theirs = self.ranks[side], other.ranks[side]
        if mine != theirs or self.layer != other.layer:
            return mine < theirs and self.layer == other.layer
        return self.specific[side] and self.whole.narrower_than(other.whole)


_Row = tuple[_Item, int]
"""A filter that meets a cell, and of which fields it has only a part of the cell's values: a bit for each."""


def _partial(cell: Box, item: _Item) -> int:
    return sum(1 << axis for axis in Axis if not cell.sets[axis].within(item.box.sets[axis]))


class _First(NamedTuple):
    """The rules whose filter is asked first among equal ones that do the same, and when; the others never decide."""

    rank: int
    rules: frozenset[int]


def _first(filters: Sequence[Filter]) -> _First:
    if not filters:
        return _NOT_THERE
    rank = min(each.rank for each in filters)
    return _First(rank, frozenset(each.rule for each in filters if each.rank == rank))


_NEVER = 1 << 63
"""The rank of a filter in the list that it is not in."""
_NOT_THERE = _First(_NEVER, frozenset())


def _item(
    layer: int, box: Box, whole: Box, outcome: int, specific: tuple[bool, bool], mine: _First, theirs: _First
) -> _Item:
    changed = not (mine.rules and theirs.rules)
    return _Item(layer, box, whole, outcome, (mine.rank, theirs.rank), changed, specific, (mine.rules, theirs.rules))


# ---- parts that are one question ----

_MAX_VALUES = 8
"""Reasoned: how many sets of values of one field filters of a part may have, to be compared with another part."""


class _Alike:
    """Which parts of a cell differ in the values of one field only, and in rules that do the same there."""

    def __init__(self) -> None:
        self._shapes: dict[Hashable, int] = {}

    def joined(self, parts: Iterable[_Part], always: Sequence[_Row], axis: Axis) -> Iterator[_Part]:
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
                    beside[one] = tuple((one.within(other), other.within(one)) for other in around)
            ordered = sorted(sets, key=_size, reverse=True)
            place = {each: number for number, each in enumerate(ordered)}
            shapes = [(place.get(item.whole.sets[axis], -1), self._shape(item, axis)) for item in items]
            order = sorted(range(len(shapes)), key=shapes.__getitem__)
            relations = tuple([one.within(other) for one in ordered for other in ordered])
            question = (relations, tuple([beside[one] for one in ordered]), tuple([shapes[each] for each in order]))
            by_question[question].append(_Part(part.values, [part.rows[each] for each in order]))
        for alike in by_question.values():
            yield _as_one(alike, axis) if len(alike) > 1 else alike[0]

    def _shape(self, item: _Item, axis: Axis) -> int:
        """What a filter is but for its values of a field, as a number."""
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


# ---- what is open in a cell ----


def _with_a_say(cell: _Cell) -> _Cell:
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
        if all(item.ranks[side] == _NEVER or any(one.is_before(item, side) for one in first) for side in _SIDES)
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


def _unsettled(cell: _Cell) -> _Cell:
    """What is left of a cell without the packets that are surely decided alike, and the filters that meet it.

    They match a filter of both lists that comes before every filter which decides otherwise. Such filters are taken
    out that are for the whole cell but for one field.
    """
    layers = {item.layer for item, _ in cell.rows if item.changed}
    if len(layers) != 1:
        return cell
    own = [row for row in cell.rows if row[0].layer in layers]
    first: dict[int, int] = {}
    for item, _ in own:
        rank = min(item.ranks)
        if rank < first.get(item.outcome, _NEVER):
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


def _where_some_differ(cell: _Cell) -> _Cell:
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


def _narrowed(cell: _Cell, values: Mapping[int, IntervalSet]) -> _Cell:
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
    return _Cell(box, rows, cell.without)


def _widest_choice(rows: list[_Row]) -> Axis | None:
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


def _parts(whole: _Cell, axis: Axis, alike: _Alike | None) -> Iterator[_Cell]:
    """A cell cut along a field, so that each filter holds a part whole or not at all; only where some differ."""
    values, bit = whole.box.sets[axis], 1 << axis
    always = [row for row in whole.rows if not row[1] & bit]
    some = [(item, partial & ~bit) for item, partial in whole.rows if partial & bit]
    parts = _sliced(values, axis, some, all_differ=any(item.changed for item, _ in always))
    for part in parts if alike is None else alike.joined(parts, always, axis):
        yield _Cell(_with_values(whole.box, axis, part.values), always + part.rows, whole.without)


def _sliced(values: IntervalSet, axis: Axis, rows: Sequence[_Row], *, all_differ: bool) -> Iterator[_Part]:
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


def _open_condition(cell: _Cell) -> Condition | None:
    """A condition that some filter asks for and the cell does not settle; of ordered filters, that of the first."""
    asking = [item for item, _ in cell.rows if not item.box.conditions <= cell.box.conditions]
    if not asking:
        return None
    first = min(asking, key=lambda item: min(item.ranks))
    return min(first.box.conditions - cell.box.conditions, key=str)


def _with_and_without(cell: _Cell, condition: Condition) -> tuple[_Cell, _Cell]:
    """A cell where a condition does not hold, and where it does."""
    rest = [row for row in cell.rows if condition not in row[0].box.conditions]
    box = replace(cell.box, conditions=cell.box.conditions | {condition})
    return _Cell(cell.box, rest, cell.without | {condition}), cell._replace(box=box)
