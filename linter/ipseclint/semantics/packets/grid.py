"""Pieces of a box as bit masks: every axis cut at the boundaries that occur in it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from math import prod

from ipseclint.semantics.packets.box import Box
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.pieces import Pieces

Cell = tuple[int, ...]
"""A part of the target: one mask for each axis of the question, a bit for each segment of the axis."""

LARGEST_GRID_BITS = 1 << 27
"""Reasoned: masks of 16 MB; a question that needs more is not asked."""


class GridTooLargeError(Exception):
    """A question whose masks would not fit into memory."""


class Grid:
    """The target cut along the boundaries of the pieces.

    Masks make intersection, difference and emptiness single operations on integers, whatever the width
    of the addresses. `whole` is the cell of the target, `cells` those of the pieces, by their number.
    """

    def __init__(self, pieces: Pieces) -> None:
        self._target = pieces.target
        self._axes = pieces.axes
        self._segments = [
            _segments(pieces.target.sets[axis], {piece[place] for piece in pieces.pieces})
            for place, axis in enumerate(pieces.axes)
        ]
        if sum(map(len, self._segments)) * len(pieces.pieces) > LARGEST_GRID_BITS:
            raise GridTooLargeError
        masks = [_Masks(segments) for segments in self._segments]
        self.whole: Cell = tuple((1 << len(segments)) - 1 for segments in self._segments)
        self.cells: dict[int, Cell] = {
            number: tuple(mask.of(values) for mask, values in zip(masks, piece, strict=True))
            for number, piece in enumerate(pieces.pieces)
        }

    def box(self, cell: Cell) -> Box:
        """The packets of a cell."""
        sets = list(self._target.sets)
        for axis, mask, segments in zip(self._axes, cell, self._segments, strict=True):
            chosen = (segment.spans[0] for bit, segment in enumerate(segments) if mask >> bit & 1)
            sets[axis] = IntervalSet.of(*chosen)
        return Box(self._target.family, tuple(sets), self._target.conditions)

    def share(self, cells: Iterable[Cell]) -> tuple[int, int]:
        """How much of the target the disjoint cells are, as (part, whole)."""
        widths = [[segment.size for segment in segments] for segments in self._segments]
        part = sum(
            prod(
                sum(width for bit, width in enumerate(axis) if mask >> bit & 1)
                for mask, axis in zip(cell, widths, strict=True)
            )
            for cell in cells
        )
        return part, prod(map(sum, widths))


class _Masks:
    """The masks of sets of values over the segments of one axis, each computed once."""

    def __init__(self, segments: Sequence[IntervalSet]) -> None:
        self._lows = [segment.first for segment in segments]
        self._known: dict[IntervalSet, int] = {}

    def of(self, values: IntervalSet) -> int:
        mask = self._known.get(values)
        if mask is None:
            mask = 0
            for low, high in values.spans:
                start, end = bisect_left(self._lows, low), bisect_left(self._lows, high + 1)
                mask |= (1 << end) - (1 << start)
            self._known[values] = mask
        return mask


def _segments(target: IntervalSet, others: Iterable[IntervalSet]) -> list[IntervalSet]:
    """The target cut at every boundary of the others: each of them has a segment whole or not at all."""
    cuts = sorted({cut for other in others for low, high in other.spans for cut in (low, high + 1)})
    segments = []
    for low, high in target.spans:
        start = low
        for cut in cuts[bisect_left(cuts, low + 1) : bisect_left(cuts, high + 1)]:
            segments.append(IntervalSet(((start, cut - 1),)))
            start = cut
        segments.append(IntervalSet(((start, high),)))
    return segments
