"""Exact questions about the union of boxes: is a box covered, and by which of them?

Covers that differ in one field only are merged first. Then the box is taken apart along the cover with
the largest overlap, what lies outside is asked again with the covers that meet it, and so on. The answer
is exact; the work is counted and limited, and an answer that was not reached says so.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from math import prod

from msgspec import Struct

from ipseclint.semantics.packets.axes import Axis
from ipseclint.semantics.packets.box import Box
from ipseclint.semantics.packets.intervals import IntervalSet, union

DEFAULT_STEPS = 500_000
"""Reasoned: how often one question may look at a cover; half a second."""

_MAX_MINIMISED_RULES = 256
"""Reasoned: a hiding set larger than this is given as found; no reader checks its members one by one."""


class OutOfStepsError(Exception):
    """A question that would need more steps than it was given."""


class Steps:
    """How often covers may still be examined: for one question, and for all questions that share this."""

    def __init__(self, each: int = DEFAULT_STEPS, together: int | None = None) -> None:
        self._each = each
        self._left = each
        self._together = together

    def begin(self) -> None:
        """Begin a question."""
        self._left = self._each if self._together is None else min(self._each, self._together)

    def take(self, steps: int) -> None:
        """Use up some; raises OutOfStepsError when there are not so many left."""
        self._left -= steps
        if self._together is not None:
            self._together -= steps
        if self._left < 0:
            raise OutOfStepsError


class Cover(Struct, frozen=True):
    """The answer to "do these cover it?".

    `gap` is a box that none of them covers, None if there is none. `decided` is False when the steps ran
    out before an answer. `proof` are the positions of covers that together contain the target.
    """

    gap: Box | None
    decided: bool
    proof: tuple[int, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the target is surely covered."""
        return self.decided and self.gap is None


def cover(target: Box, covers: Sequence[Box], steps: Steps | None = None) -> Cover:
    """Whether the union of the covers surely contains the target, and a gap if it does not."""
    if not target:
        return Cover(None, decided=True)
    steps = steps or Steps()
    steps.begin()
    used: set[int] = set()
    try:
        steps.take(len(covers) or 1)
        if not covers:
            return Cover(target, decided=True)
        pieces = clipped_cover(target, covers).merged()
        grid = Grid(pieces)
        gap = _gap(grid.whole, grid.cells, used, steps)
    except (OutOfStepsError, GridTooLargeError):
        return Cover(None, decided=False)
    if gap is not None:
        return Cover(grid.box(gap), decided=True)
    return Cover(None, decided=True, proof=tuple(sorted(_members(pieces, used))))


def hiding_set(target: Box, covers: Sequence[Box], proof: Sequence[int], steps: Steps | None = None) -> tuple[int, ...]:
    """A subset of a proof's covers, made small by leaving out one at a time, those with small overlaps first.

    It is all of the proof where that takes too much work; else each member is needed.
    """
    if len(proof) > _MAX_MINIMISED_RULES:
        return tuple(proof)
    steps = steps or Steps()
    steps.begin()
    try:
        grid = Grid(clipped_cover(target, [covers[number] for number in proof]))
        kept = dict(grid.cells)
        for number in sorted(kept, key=lambda each: (_weight(kept[each]), -each)):
            steps.take(len(kept) + 1)
            piece = kept.pop(number)
            near = {item: cell for item, cell in kept.items() if _meets(piece, cell)}
            if _gap(piece, near, set(), steps) is not None:
                kept[number] = piece
    except (OutOfStepsError, GridTooLargeError):
        return tuple(proof)
    return tuple(sorted(proof[each] for each in kept))


def _members(pieces: ClippedCover, numbers: Iterable[int]) -> Iterator[int]:
    for number in numbers:
        yield from pieces.members[number]


def _gap(whole: Cell, covers: dict[int, Cell], used: set[int], steps: Steps) -> Cell | None:
    """A cell that no cover contains; fills `used` with the covers that the search needed."""
    stack = [(whole, covers)]
    while stack:
        piece, near = stack.pop()
        steps.take(len(near) + 1)
        if not near:
            return piece
        pivot = _pivot(piece, near)
        used.add(pivot)
        stack.extend(_outside(piece, pivot, near))
    return None


def _pivot(piece: Cell, covers: dict[int, Cell]) -> int:
    """The cover with the largest overlap, which leaves the least to ask."""
    return max(covers, key=lambda each: (_weight(_meet(piece, covers[each])), -each))


def _outside(piece: Cell, pivot: int, covers: dict[int, Cell]) -> Iterator[tuple[Cell, dict[int, Cell]]]:
    """The parts of a piece outside the pivot, disjoint, each with the covers that meet it."""
    inside = list(piece)
    for axis, mask in enumerate(covers[pivot]):
        left = inside[axis] & ~mask
        if left:
            part = (*inside[:axis], left, *inside[axis + 1 :])
            yield part, {item: cell for item, cell in covers.items() if _meets(part, cell)}
        inside[axis] &= mask


def _meets(one: Cell, other: Cell) -> bool:
    return all(mine & theirs for mine, theirs in zip(one, other, strict=True))


def _meet(one: Cell, other: Cell) -> Cell:
    return tuple(mine & theirs for mine, theirs in zip(one, other, strict=True))


def _weight(cell: Cell) -> int:
    return prod(mask.bit_count() for mask in cell)


Piece = tuple[IntervalSet, ...]
"""A part of the target: one set for each axis of the question."""


class ClippedCover(Struct, frozen=True):
    """The parts of a target that covers contain.

    `axes` are those in which some cover does not contain the whole target; the others cannot matter.
    `members` are, for each piece, the positions of the covers it was made of. Covers that miss the target,
    or ask for conditions the target does not ask for, cannot surely cover any of it and are in no piece.
    """

    target: Box
    axes: tuple[Axis, ...]
    pieces: tuple[Piece, ...]
    members: tuple[tuple[int, ...], ...]

    def merged(self) -> ClippedCover:
        """The same union in fewer pieces: a subnet listed host by host is a subnet."""
        groups = [(piece, list(numbers)) for piece, numbers in zip(self.pieces, self.members, strict=True)]
        before = len(groups) + 1
        while 1 < len(groups) < before:
            before = len(groups)
            for axis in range(len(self.axes)):
                groups = _merged_along(axis, groups)
        pieces, members = tuple(piece for piece, _ in groups), tuple(tuple(numbers) for _, numbers in groups)
        return ClippedCover(self.target, self.axes, pieces, members)


def clipped_cover(target: Box, covers: Sequence[Box]) -> ClippedCover:
    """The covers clipped to the target, each a piece of its own."""
    usable = [
        number for number, cover in enumerate(covers) if cover.conditions <= target.conditions and cover.meets(target)
    ]
    # By axis, since there are thousands of covers and few different sets on most axes.
    columns = dict(zip(Axis, zip(*(covers[number].sets for number in usable), strict=True), strict=False))
    axes, clipped = [], []
    for axis, column in columns.items():
        inside = {each: each & target.sets[axis] for each in dict.fromkeys(column)}
        if not all(target.sets[axis].within(each) for each in inside):
            axes.append(axis)
            clipped.append(map(inside.__getitem__, column))
    pieces = tuple(zip(*clipped, strict=True)) if axes else ((),) * len(usable)
    return ClippedCover(target, tuple(axes), pieces, tuple((number,) for number in usable))


def _merged_along(axis: int, groups: list[tuple[Piece, list[int]]]) -> list[tuple[Piece, list[int]]]:
    by_rest: dict[Piece, list[tuple[Piece, list[int]]]] = {}
    for group in groups:
        piece = group[0]
        by_rest.setdefault((*piece[:axis], *piece[axis + 1 :]), []).append(group)
    return [
        alike[0]
        if len(alike) == 1
        else (
            (*rest[:axis], union([piece[axis] for piece, _ in alike]), *rest[axis:]),
            [number for _, numbers in alike for number in numbers],
        )
        for rest, alike in by_rest.items()
    ]


Cell = tuple[int, ...]
"""A part of the target: one mask for each axis of the question, a bit for each segment of the axis."""

MAX_GRID_BITS = 1 << 27
"""Reasoned: masks of 16 MB; a question that needs more is not asked."""


class GridTooLargeError(Exception):
    """A question whose masks would not fit into memory."""


class Grid:
    """The target cut along the boundaries of the pieces.

    Masks make intersection, difference and emptiness single operations on integers, whatever the width
    of the addresses. `whole` is the cell of the target, `cells` those of the pieces, by their number.
    """

    def __init__(self, pieces: ClippedCover) -> None:
        self._target = pieces.target
        self._axes = pieces.axes
        different = [{piece[place] for piece in pieces.pieces} for place in range(len(pieces.axes))]
        self._segments = [
            _segments(pieces.target.sets[axis], sets) for axis, sets in zip(pieces.axes, different, strict=True)
        ]
        if sum(map(len, self._segments)) * len(pieces.pieces) > MAX_GRID_BITS:
            raise GridTooLargeError
        masks = [_masks(*axis) for axis in zip(self._segments, different, strict=True)]
        self.whole: Cell = tuple((1 << len(segments)) - 1 for segments in self._segments)
        self.cells: dict[int, Cell] = {
            number: tuple(mask[values] for mask, values in zip(masks, piece, strict=True))
            for number, piece in enumerate(pieces.pieces)
        }

    def box(self, cell: Cell) -> Box:
        """The packets of a cell."""
        sets = list(self._target.sets)
        for axis, mask, segments in zip(self._axes, cell, self._segments, strict=True):
            chosen = (segment.spans[0] for bit, segment in enumerate(segments) if mask >> bit & 1)
            sets[axis] = IntervalSet.of(*chosen)
        return Box(self._target.family, tuple(sets), self._target.conditions)


def _masks(segments: Sequence[IntervalSet], sets: Iterable[IntervalSet]) -> dict[IntervalSet, int]:
    """The masks of sets of values over the segments of one axis."""
    lows = [segment.first for segment in segments]
    ranges = {
        values: [(bisect_left(lows, low), bisect_left(lows, high + 1)) for low, high in values.spans] for values in sets
    }
    return {values: sum((1 << end) - (1 << start) for start, end in spans) for values, spans in ranges.items()}


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
