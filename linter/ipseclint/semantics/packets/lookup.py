"""Finding which filters concern each other: by comparing all of few, or with arrays for many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Protocol

from msgspec import Struct

from ipseclint.semantics.packets.anomaly import PAIR_KINDS, Candidates, Kind, PairTally
from ipseclint.semantics.packets.box import Box
from ipseclint.semantics.packets.rules import Filter, OrderedRules

FEW_FILTERS = 5_000
FEW_PAIRS = 12_500
"""Up to so many filters, and pairs to compare, it takes less time and memory than loading numpy; measured."""


class Lookup(Protocol):
    """Answers about all filters of ordered rules."""

    def candidates(self) -> Candidates:
        """The rules worth exact reasoning."""

    def neighbours(self, filters: Sequence[int], most: int) -> Mapping[int, Sequence[int]] | None:
        """For each of these filters the filters of other rules it may overlap, in order; None if they are too many."""

    def pair_tallies(self, listed: int) -> dict[Kind, PairTally]:
        """The pairs of rules of each kind that is about two rules, with the first few."""


def lookup(rules: OrderedRules, work: int) -> Lookup:
    """The quicker lookup for the number of filters; `work` limits how often pairs are examined."""
    if len(rules.columns.rules) <= FEW_FILTERS:
        pairs = _crossing([each.box for each in rules.filters])
        if next(islice(pairs, FEW_PAIRS, None), None) is None:
            return PairwiseLookup(rules)
    from ipseclint.semantics.packets.array_lookup import ArrayLookup

    return ArrayLookup(rules, work)


class PairwiseLookup(Struct, frozen=True, dict=True):
    """Looks at every filter, and at every pair."""

    rules: OrderedRules

    def candidates(self) -> Candidates:
        """All rules: with few, nothing is gained by ruling some out."""
        every = tuple(number for number, filters in enumerate(self.rules.filters_of) if filters)
        return Candidates(every, {}, every, frozenset())

    def neighbours(self, filters: Sequence[int], most: int) -> Mapping[int, Sequence[int]] | None:
        """For each of these filters the filters of other rules it may overlap, in order; None if they are too many."""
        near = {each: self._neighbours[each] for each in filters}
        return near if sum(map(len, near.values())) <= most else None

    def pair_tallies(self, listed: int) -> dict[Kind, PairTally]:
        """The pairs of rules of each kind that is about two rules, with the first few."""
        overlaps: dict[tuple[int, int], list[tuple[Filter, Filter]]] = defaultdict(list)
        for place, others in self._neighbours.items():
            for other in others:
                first, second = self.rules.filters[place], self.rules.filters[other]
                if first.rule < second.rule:
                    overlaps[first.rule, second.rule].append((first, second))
        pairs: dict[tuple[Kind, bool], list[tuple[int, int]]] = defaultdict(list)
        for pair in sorted(overlaps):
            sure = any(first.box.surely_meets(second.box) for first, second in overlaps[pair])
            for kind in self._kinds(pair, overlaps[pair]):
                pairs[kind, sure].append(pair)
        return {
            kind: PairTally(
                len(pairs[kind, True]),
                len(pairs[kind, False]),
                listed=tuple([*pairs[kind, True], *pairs[kind, False]][:listed]),
            )
            for kind in PAIR_KINDS
        }

    @cached_property
    def _neighbours(self) -> dict[int, list[int]]:
        filters = self.rules.filters
        near: dict[int, list[int]] = {place: [] for place in range(len(filters))}
        for place, other_place in _crossing([each.box for each in filters]):
            one, other = filters[place], filters[other_place]
            if one.rule != other.rule and one.box.meets(other.box):
                near[place].append(other_place)
                near[other_place].append(place)
        return {place: sorted(others) for place, others in near.items()}

    def _kinds(self, pair: tuple[int, int], overlaps: Sequence[tuple[Filter, Filter]]) -> list[Kind]:
        before = self.rules.before
        first, second = (self.rules.rules[each] for each in pair)
        earlier = all(before(one, other) for one, other in overlaps)
        later = all(before(other, one) for one, other in overlaps)
        inside = self._all_within(pair[0], overlaps)
        outside = self._all_within(pair[1], [(other, one) for one, other in overlaps])
        hidden = (inside and later) or (outside and earlier)
        exception = (inside and not outside and earlier) or (outside and not inside and later)
        kinds = []
        if first.decision != second.decision and exception:
            kinds.append(Kind.GENERALISATION)
        if first.decision != second.decision and not exception and not hidden:
            kinds.append(Kind.CORRELATION)
        if None not in (first.session, second.session) and first.session != second.session:
            kinds.append(Kind.OVERLAPPING_SESSIONS)
        return kinds

    def _all_within(self, rule: int, overlaps: Sequence[tuple[Filter, Filter]]) -> bool:
        lying = {one for one, other in overlaps if one.box.within(other.box)}
        return len(lying) == len(self.rules.filters_of[rule])


def _crossing(boxes: Sequence[Box]) -> Iterator[tuple[int, int]]:
    """The pairs of boxes, by position, that cross on the axis on which they differ most: no others can meet."""
    if not boxes:
        return
    on_axes = list(zip(*(box.sets for box in boxes), strict=True))
    on_axis = max(on_axes, key=lambda sets: len({each.spans for each in sets}))
    reaches = sorted((each.spans[0][0], each.spans[-1][1], place) for place, each in enumerate(on_axis) if each.spans)
    open_reaches: list[tuple[int, int]] = []
    for low, high, place in reaches:
        open_reaches = [each for each in open_reaches if each[0] >= low]
        yield from ((other, place) for _, other in open_reaches)
        open_reaches.append((high, place))


Neighbours = Mapping[int, Sequence[int]]
"""For filters by position: the positions of the filters of other rules that may overlap them."""

_BATCH = 256
"""Rules whose neighbours are looked up together; measured: more is hardly quicker."""

_MISSES = 8
"""Reasoned: so many rules with too many neighbours are passed over before the search ends."""


class NeighbourSearch(Struct, dict=True):
    """A search for neighbours; `left` is how many more may be found."""

    rules: OrderedRules
    look: Lookup
    left: int

    def of(self, numbers: Sequence[int]) -> Iterator[tuple[int, Neighbours | None]]:
        """Each of the rules, with the neighbours of its filters, or None when they are too many."""
        place, size, misses = 0, _BATCH, 0
        while place < len(numbers):
            batch = numbers[place : place + size]
            filters = [filter_ for rule in batch for filter_ in self.rules.filters_of[rule]]
            near = self.look.neighbours(filters, self.left) if misses < _MISSES else None
            if near is None and len(batch) > 1 and misses < _MISSES:
                size = max(1, size // 4)
                continue
            place += len(batch)
            misses += near is None
            self.left -= 0 if near is None else sum(map(len, near.values()))
            yield from ((rule, near) for rule in batch)
