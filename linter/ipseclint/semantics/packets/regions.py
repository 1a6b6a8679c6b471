"""Regions of packets that two lists treat differently, joined where they are alike but for one axis."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
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
