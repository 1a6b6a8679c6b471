"""Regions of packets that two lists treat differently: joined where they are alike, and laid over each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from msgspec.structs import replace

from ipseclint.semantics.packets.axes import Axis
from ipseclint.semantics.packets.box import Box, Condition
from ipseclint.semantics.packets.intervals import IntervalSet


class Region(NamedTuple):
    """The packets of a box, while its conditions hold and those of `without` do not."""

    box: Box
    without: frozenset[Condition] = frozenset()


MAX_JOINED = 5_000
"""Reasoned: of more regions nobody reads a list, joined or not."""


def joined(regions: Sequence[Region]) -> tuple[Region, ...]:
    """The same packets in fewer regions: those that differ in the values of one field as one."""
    groups = list(regions)
    before = len(groups) + 1
    while 1 < len(groups) < before and len(groups) <= MAX_JOINED:
        before = len(groups)
        for axis in Axis:
            groups = list(_joined_along(axis, groups))
    return tuple(groups)


def _joined_along(axis: Axis, regions: Sequence[Region]) -> Iterator[Region]:
    by_rest: dict[Hashable, list[Region]] = defaultdict(list)
    for region in regions:
        sets = region.box.sets
        rest = (region.box.family, *sets[:axis], *sets[axis + 1 :], region.box.conditions, region.without)
        by_rest[rest].append(region)
    for alike in by_rest.values():
        first = alike[0]
        sets = first.box.sets
        values = IntervalSet.of(*(span for region in alike for span in region.box.sets[axis].spans))
        yield Region(replace(first.box, sets=(*sets[:axis], values, *sets[axis + 1 :])), first.without)


# ---- regions laid over each other ----

Marked = tuple[Region, Hashable]
"""A region, and the mark of its set among several sets of disjoint regions."""

MAX_LAID = 500
"""Reasoned: of more regions that lie over each other nobody asks which parts of them are the same."""


def laid_over(marked: Sequence[Marked]) -> dict[frozenset[Hashable], tuple[Region, ...]]:
    """The same packets by the sets that they are in, each once, however regions of a set are cut: they are disjoint."""
    by_marks: dict[frozenset[Hashable], list[Region]] = defaultdict(list)
    for family in sorted({region.box.family for region, _ in marked}):
        for region, marks in _laid([row for row in marked if row[0].box.family == family], tuple(Axis)):
            by_marks[marks].append(region)
    return {marks: joined(regions) for marks, regions in by_marks.items()}


def _laid(marked: Sequence[Marked], axes: Sequence[Axis]) -> Iterator[tuple[Region, frozenset[Hashable]]]:
    """The parts of overlapping regions, cut along one field after another, then by what they ask for."""
    marks = frozenset(mark for _, mark in marked)
    if len(marks) <= 1:
        yield from ((region, marks) for region, _ in marked)
        return
    for place, axis in enumerate(axes):
        if len({region.box.sets[axis] for region, _ in marked}) > 1:
            for part in _cut_along(axis, marked):
                yield from _laid(part, axes[place + 1 :])
            return
    asked = {condition for region, _ in marked for condition in (*region.box.conditions, *region.without)}
    condition = min((each for each in asked if not _is_settled(each, marked)), key=str, default=None)
    if condition is None:
        yield marked[0][0], marks
        return
    for holds in (False, True):
        yield from _laid(
            [
                (_given(each, condition, holds=holds), mark)
                for each, mark in marked
                if _may(each, condition, holds=holds)
            ],
            (),
        )


def _cut_along(axis: Axis, marked: Sequence[Marked]) -> Iterable[list[Marked]]:
    """Parts of the values of a field, each with the regions that hold all of it, as far as they are in it."""
    cuts = sorted({end for region, _ in marked for low, high in region.box.sets[axis].spans for end in (low, high + 1)})
    parts: dict[tuple[int, ...], list[tuple[int, int]]] = defaultdict(list)
    for low, after in pairwise(cuts):
        here = tuple(number for number, (region, _) in enumerate(marked) if low in region.box.sets[axis])
        if here:
            parts[here].append((low, after - 1))
    for here, spans in parts.items():
        values = IntervalSet.of(*spans)
        yield [(_with_values(marked[number][0], axis, values), marked[number][1]) for number in here]


def _with_values(region: Region, axis: Axis, values: IntervalSet) -> Region:
    sets = region.box.sets
    return region._replace(box=replace(region.box, sets=(*sets[:axis], values, *sets[axis + 1 :])))


def _is_settled(condition: Condition, marked: Sequence[Marked]) -> bool:
    """Whether a condition holds in all regions, or in none."""
    return all(condition in region.box.conditions for region, _ in marked) or all(
        condition in region.without for region, _ in marked
    )


def _may(region: Region, condition: Condition, *, holds: bool) -> bool:
    """Whether packets of a region are where a condition holds, or where it does not."""
    return condition not in (region.without if holds else region.box.conditions)


def _given(region: Region, condition: Condition, *, holds: bool) -> Region:
    """The part of a region where a condition holds, or where it does not."""
    if holds:
        return region._replace(box=replace(region.box, conditions=region.box.conditions | {condition}))
    return region._replace(without=region.without | {condition})
