"""Which rules of many machines may meet: a search over source and destination at once, as single ranges."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ipseclint.semantics.packets.axes import DOMAINS, Axis
from ipseclint.semantics.packets.box import Box


class _Rectangle(NamedTuple):
    """The smallest ranges of a box's sources and destinations."""

    low: int
    high: int
    first: int
    last: int


def meeting(ones: Sequence[Sequence[Box]], others: Sequence[Sequence[Box]]) -> set[tuple[int, int]]:
    """The positions of rules whose sources and destinations meet, a rule being its boxes."""
    pairs: set[tuple[int, int]] = set()
    for family in DOMAINS:
        mine, theirs = _rectangles(ones, family), _rectangles(others, family)
        for one, other in _overlapping(list(mine), list(theirs)):
            pairs.update((here, there) for here in mine[one] for there in theirs[other])
    return pairs


def _rectangles(rules: Iterable[Sequence[Box]], family: int) -> dict[_Rectangle, list[int]]:
    rows: defaultdict[_Rectangle, list[int]] = defaultdict(list)
    for position, boxes in enumerate(rules):
        for box in boxes:
            if box.family == family and box:
                source, destination = box.sets[Axis.SOURCE], box.sets[Axis.DESTINATION]
                rows[_Rectangle(source.first, source.last, destination.first, destination.last)].append(position)
    return rows


def _overlapping(ones: list[_Rectangle], others: list[_Rectangle]) -> Iterator[tuple[_Rectangle, _Rectangle]]:
    """Each two that overlap: of their sources one begins within the other."""
    for one, other in _beginning_within(ones, others, including_equal=True):
        yield one, other
    for other, one in _beginning_within(others, ones, including_equal=False):
        yield one, other


def _beginning_within(
    ones: list[_Rectangle], others: list[_Rectangle], *, including_equal: bool
) -> Iterator[tuple[_Rectangle, _Rectangle]]:
    """Each with the others whose sources begin within its own, and whose destinations meet its own."""
    import numpy as np

    others = sorted(others)
    values = sorted({value for row in (*ones, *others) for value in (row.first, row.last)})
    ranks = {value: rank for rank, value in enumerate(values)}  # addresses of IPv6 do not fit into arrays
    firsts = np.array([ranks[row.first] for row in others])
    lasts = np.array([ranks[row.last] for row in others])
    lows = [row.low for row in others]
    begin = bisect_left if including_equal else bisect_right
    for one in ones:
        start, end = begin(lows, one.low), bisect_right(lows, one.high)
        if start < end:
            near = (firsts[start:end] <= ranks[one.last]) & (ranks[one.first] <= lasts[start:end])
            for place in near.nonzero()[0].tolist():
                yield one, others[start + place]
