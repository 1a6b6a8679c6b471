"""The treatment of the traffic of a region: by class of rule, along one address axis."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from ipseclint.semantics.packets.axes import Axis
from ipseclint.semantics.packets.box import Box, Packet
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.rules import Filter, OrderedRules

UNTOUCHED = "untouched"
"""The class of packets that no rule matches."""

_STEPS = 500_000
"""Reasoned: how many intersections of boxes an answer may take; a few seconds."""


class Segment(Struct, frozen=True):
    """A range of addresses in which the rules do the same throughout.

    `shares` are the parts of the combinations of the other fields that each class takes, 0 to 1; None if
    that was too much work. `parts` are these combinations, for every address of the region. `order_known` is
    False where two classes claim the same packets and nothing is known of their order: then the first of the
    rules is taken to win.
    """

    low: int
    high: int
    shares: Mapping[str, float] | None
    order_known: bool
    parts: Mapping[str, tuple[Box, ...]]


class Coverage(Struct, frozen=True):
    """What the rules do in a region.

    `segments` are disjoint and in order; `complete` says whether all of the region was looked at. `examples` are a
    packet of each class. `conditional` are rules left out because they ask for conditions that are not given.
    """

    segments: tuple[Segment, ...]
    examples: Mapping[str, Packet]
    conditional: tuple[int, ...]
    complete: bool


def coverage(
    rules: OrderedRules,
    region: Box,
    class_of: Callable[[int], str],
    *,
    axis: Axis = Axis.DESTINATION,
    steps: int = _STEPS,
) -> Coverage:
    """The treatment of the packets of a region, whose conditions are assumed to hold.

    `class_of` names the class of a rule by its position.
    """
    inside = [each for each in rules.filters if each.box.meets(region)]
    usable = [each for each in inside if each.box.conditions <= region.conditions]
    usable.sort(key=lambda each: (each.rank, each.box.breadth if rules.most_specific_first else (), each.rule))
    work = _Work(rules, region, class_of, axis, steps)
    segments = tuple(_joined(work.segment(*part) for part in _slices(usable, region.sets[axis], axis)))
    return Coverage(
        segments,
        work.examples,
        tuple(sorted({each.rule for each in inside} - {each.rule for each in usable})),
        all(segment.shares is not None for segment in segments),
    )


def _slices(
    filters: Sequence[Filter], values: IntervalSet, axis: Axis
) -> Iterator[tuple[int, int, tuple[Filter, ...]]]:
    """The values of the axis in pieces (low, high) that each filter has whole or not at all, with those that do."""
    spans = [
        (low, high + 1, place)
        for place, filter_ in enumerate(filters)
        for low, high in (filter_.box.sets[axis] & values).spans
    ]
    cuts = sorted({cut for low, end, _ in spans for cut in (low, end)})
    begin: dict[int, list[int]] = {}
    end: dict[int, list[int]] = {}
    for low, after, place in spans:
        begin.setdefault(low, []).append(place)
        end.setdefault(after, []).append(place)
    here: set[int] = set()
    for low, high in values.spans:
        start = low
        for cut in (*cuts[bisect_left(cuts, low) : bisect_left(cuts, high + 1)], high + 1):
            if start < cut:
                yield start, cut - 1, tuple(filters[place] for place in sorted(here))
            here.difference_update(end.get(cut, ()))
            here.update(begin.get(cut, ()))
            start = cut


def _joined(segments: Iterable[Segment]) -> Iterator[Segment]:
    """Adjacent segments with the same content as one."""
    last: Segment | None = None
    for segment in segments:
        if (
            last is not None
            and last.high + 1 == segment.low
            and replace(segment, low=0, high=0) == replace(last, low=0, high=0)
        ):
            last = replace(last, high=segment.high)
            continue
        if last is not None:
            yield last
        last = segment
    if last is not None:
        yield last


_Content = tuple[Mapping[str, float] | None, bool, Mapping[str, tuple[Box, ...]]]


class _Work(Struct, dict=True):
    """The treatment of slices of the region, computed once for each set of filters."""

    rules: OrderedRules
    region: Box
    class_of: Callable[[int], str]
    axis: Axis
    steps: int
    examples: dict[str, Packet] = field(default_factory=dict)
    known: dict[tuple[int, ...], _Content] = field(default_factory=dict)

    def segment(self, low: int, high: int, filters: tuple[Filter, ...]) -> Segment:
        key = tuple(id(each) for each in filters)
        if key not in self.known:
            sets = list(self.region.sets)
            sets[self.axis] = IntervalSet.of((low, high))
            self.known[key] = self._content(replace(self.region, sets=tuple(sets)), filters)
        return Segment(low, high, *self.known[key])

    def _content(self, part: Box, filters: Sequence[Filter]) -> _Content:
        """The share of each class in a part of the region, whether the order was known where it matters, and which."""
        shares: dict[str, float] = {}
        cells: dict[str, list[Box]] = {}
        asked: list[Filter] = []
        order_known = True
        rest = [part]
        for filter_ in filters:
            self.steps -= len(rest) + len(asked)
            if self.steps < 0:
                return None, True, {}
            mine = [both for cell in rest if (both := cell & filter_.box)]
            name = self.class_of(filter_.rule)
            order_known = order_known and all(
                self.class_of(other.rule) == name
                or self.rules.before(other, filter_)
                or not (part & other.box).meets(filter_.box)
                for other in asked
            )
            if mine:
                shares[name] = shares.get(name, 0.0) + sum(both.size for both in mine) / part.size
                cells.setdefault(name, []).extend(mine)
                self.examples.setdefault(name, mine[0].sample())
                rest = [left for cell in rest for left in cell.minus(filter_.box)]
            asked.append(filter_)
        if rest:
            shares[UNTOUCHED] = sum(cell.size for cell in rest) / part.size
            cells.setdefault(UNTOUCHED, []).extend(rest)
            self.examples.setdefault(UNTOUCHED, rest[0].sample())
        return shares, order_known, {name: tuple(map(self._anywhere, mine)) for name, mine in cells.items()}

    def _anywhere(self, cell: Box) -> Box:
        sets = list(cell.sets)
        sets[self.axis] = self.region.sets[self.axis]
        return replace(cell, sets=tuple(sets))
