"""Exact questions about the union of boxes: is a box covered, by which of them, how much is left?

Covers that differ in one field only are merged first. Then the box is taken apart along the cover with
the largest overlap, what lies outside is asked again with the covers that meet it, and so on. The answer
is exact; the work is counted and limited, and an answer that was not reached says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod

from ipseclint.analysis.packets.box import Box
from ipseclint.analysis.packets.grid import Cell, Grid, GridTooLargeError
from ipseclint.analysis.packets.pieces import Pieces, pieces_of

DEFAULT_STEPS = 1_000_000
"""Reasoned: how often one question may look at a cover; about a second."""

_LARGEST_MINIMISED = 512
"""Reasoned: a hiding set larger than this is given as found; no reader checks its members one by one."""


class OutOfStepsError(Exception):
    """A question that would need more steps than it was given."""


@dataclass(frozen=True, slots=True)
class Cover:
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


@dataclass(frozen=True, slots=True)
class HidingSet:
    """Positions of covers that together contain the target; `irredundant`: each of them is needed for it."""

    members: tuple[int, ...]
    irredundant: bool


def cover(target: Box, covers: Sequence[Box], steps: int = DEFAULT_STEPS) -> Cover:
    """Whether the union of the covers surely contains the target, and a gap if it does not."""
    if not target:
        return Cover(None, decided=True)
    pieces = pieces_of(target, covers).merged()
    used: set[int] = set()
    try:
        grid = Grid(pieces)
        gap = _gap(grid.whole, grid.cells, used, _Steps(steps))
    except (OutOfStepsError, GridTooLargeError):
        return Cover(None, decided=False)
    if gap is not None:
        return Cover(grid.box(gap), decided=True)
    return Cover(None, decided=True, proof=tuple(sorted(_members(pieces, used))))


def hiding_set(target: Box, covers: Sequence[Box], proof: Sequence[int], steps: int = DEFAULT_STEPS) -> HidingSet:
    """Of the covers of a proof, as few as leaving out one at a time gives; small overlaps are left out first."""
    if len(proof) > _LARGEST_MINIMISED:
        return HidingSet(tuple(proof), irredundant=False)
    grid = Grid(pieces_of(target, [covers[number] for number in proof]))
    kept = dict(grid.cells)
    budget = _Steps(steps)
    try:
        for number in sorted(kept, key=lambda each: (_weight(kept[each]), -each)):
            budget.take(len(kept))
            piece = kept.pop(number)
            near = {each: cell for each, cell in kept.items() if _meets(piece, cell)}
            if _gap(piece, near, set(), budget) is not None:
                kept[number] = piece
    except OutOfStepsError:
        return HidingSet(tuple(proof), irredundant=False)
    return HidingSet(tuple(sorted(proof[each] for each in kept)), irredundant=True)


def remainder(target: Box, covers: Sequence[Box], steps: int = DEFAULT_STEPS) -> tuple[Box, ...]:
    """What the covers leave of the target, as disjoint boxes. Raises OutOfStepsError when that is too much work."""
    grid = _merged_grid(target, covers)
    return tuple(grid.box(cell) for cell in _rest(grid, steps))


def covered_share(target: Box, covers: Sequence[Box], steps: int = DEFAULT_STEPS) -> float:
    """The part of the target that the covers surely contain, 0 to 1. Raises OutOfStepsError."""
    grid = _merged_grid(target, covers)
    left, whole = grid.share(_rest(grid, steps))
    return (whole - left) / whole


class _Steps:
    def __init__(self, left: int) -> None:
        self._left = left

    def take(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise OutOfStepsError


def _members(pieces: Pieces, numbers: Iterable[int]) -> Iterator[int]:
    for number in numbers:
        yield from pieces.members[number]


def _merged_grid(target: Box, covers: Sequence[Box]) -> Grid:
    try:
        return Grid(pieces_of(target, covers).merged())
    except GridTooLargeError:
        raise OutOfStepsError from None


def _gap(whole: Cell, covers: dict[int, Cell], used: set[int], budget: _Steps) -> Cell | None:
    """A cell that no cover contains; fills `used` with the covers that the search needed."""
    stack = [(whole, covers)]
    while stack:
        piece, near = stack.pop()
        budget.take(len(near) + 1)
        if not near:
            return piece
        pivot = _pivot(piece, near)
        used.add(pivot)
        stack.extend(_outside(piece, pivot, near))
    return None


def _rest(grid: Grid, steps: int) -> Iterator[Cell]:
    budget = _Steps(steps)
    stack = [(grid.whole, grid.cells)]
    while stack:
        piece, near = stack.pop()
        budget.take(len(near) + 1)
        if near:
            stack.extend(_outside(piece, _pivot(piece, near), near))
        else:
            yield piece


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
            yield part, {each: cell for each, cell in covers.items() if _meets(part, cell)}
        inside[axis] &= mask


def _meets(one: Cell, other: Cell) -> bool:
    return all(mine & theirs for mine, theirs in zip(one, other, strict=True))


def _meet(one: Cell, other: Cell) -> Cell:
    return tuple(mine & theirs for mine, theirs in zip(one, other, strict=True))


def _weight(cell: Cell) -> int:
    return prod(mask.bit_count() for mask in cell)
