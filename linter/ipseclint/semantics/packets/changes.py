"""The packets that two lists of rules treat differently: exactly, for all packets and every meaning of a condition.

A packet that matches no filter of only one side is treated alike, so the work is where filters differ: the space is
narrowed to their values and cut along one field after another, values that meet the same filters together, until every
remaining filter holds all of a cell or none of it. A filter of both lists that holds a whole cell makes all filters
after it irrelevant, which ends most cuts early. Parts of a cut in which other filters say the same in the same order
are examined once: a hundred hosts with a rule each of one kind are one question.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct, field

from ipseclint.semantics.packets.axes import DOMAINS
from ipseclint.semantics.packets.box import Box
from ipseclint.semantics.packets.cells import (
    NEVER,
    NOT_THERE,
    SIDES,
    Alike,
    Cell,
    ComparedFilter,
    compared_filter,
    cut_along,
    first_asked,
    open_condition,
    partial_fields,
    unsettled,
    where_some_differ,
    widest_choice,
    with_a_say,
    with_and_without,
)
from ipseclint.semantics.packets.regions import MAX_JOINED, Region
from ipseclint.semantics.packets.rules import Filter, OrderedRules

Decisions = tuple[frozenset[Hashable], ...]
"""The possible decisions for a packet, by list of rules: none where no rule matches, several of unknown order."""

Winners = tuple[tuple[int, ...], ...]
"""The rules that may decide, by list of rules, as their positions in it."""

MAX_STEPS = 12_000_000
"""Reasoned: how often a filter may be looked at in a cell; about a minute."""

MAX_STEPS_OF_THE_REST = 1_000_000
"""Reasoned: how often a filter may be looked at to say where a search ended; a few seconds."""


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
                (item, partial_fields(whole, item))
                for number, (old, new) in enumerate(zip(self.old, self.new, strict=True))
                for item in self._items(number, old, new, family)
            ]
            yield from self._within(Cell(whole, rows), Alike() if self.joins else None)

    def _within(self, whole: Cell, alike: Alike | None) -> Iterator[ChangedCell]:
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
            cell = where_some_differ(unsettled(with_a_say(where_some_differ(next_cell))))
            if not (cell.box and cell.rows):
                continue
            if (axis := widest_choice(cell.rows)) is not None:
                left.append((cell, cut_along(cell, axis, alike)))
            elif (condition := open_condition(cell)) is not None:
                left.append((cell, iter(with_and_without(cell, condition))))
            else:
                before, after = (self._decided([item for item, _ in cell.rows], side) for side in SIDES)
                if before.treatment != after.treatment:
                    region = Region(cell.box, cell.without)
                    yield ChangedCell(region, (before.treatment, after.treatment), before.winners, after.winners)

    def _give_up(self, left: Sequence[tuple[Cell, Iterator[Cell]]]) -> None:
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

    def _items(self, layer: int, old: OrderedRules, new: OrderedRules, family: int) -> Iterator[ComparedFilter]:
        """The filters of a family in both lists together: one in both of them once, if its turn is the same."""
        specific = (old.most_specific_first, new.most_specific_first)
        by_key: dict[tuple[Box, Hashable], tuple[list[Filter], list[Filter]]] = defaultdict(lambda: ([], []))
        for side, rules in zip(SIDES, (old, new), strict=True):
            for filter_ in rules.filters:
                if filter_.box.family == family:
                    by_key[filter_.box, rules.outcome(filter_)][side].append(filter_)
        firsts = {key: (first_asked(olds), first_asked(news)) for key, (olds, news) in by_key.items()}
        ranks = {(mine.rank, theirs.rank) for mine, theirs in firsts.values() if mine.rules and theirs.rules}
        in_turn = _longest_increasing(ranks)
        for (whole, said), (mine, theirs) in firsts.items():
            outcome = self._numbers.setdefault(said, len(self._numbers))
            if not (box := self.bound(whole)):
                continue
            if (mine.rank, theirs.rank) in in_turn:
                yield compared_filter(layer, box, whole, outcome, specific, mine, theirs)
                continue
            if mine.rules:
                yield compared_filter(layer, box, whole, outcome, specific, mine, NOT_THERE)
            if theirs.rules:
                yield compared_filter(layer, box, whole, outcome, specific, NOT_THERE, theirs)

    def _decided(self, items: Sequence[ComparedFilter], side: int) -> _Decided:
        decisions: list[frozenset[int]] = []
        winners: list[tuple[int, ...]] = []
        for number in range(len(self.old)):
            own = [item for item in items if item.layer == number and item.ranks[side] != NEVER]
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
