"""Exact questions about the union of boxes: is a box covered, by which of them, how much is left?

Covers that differ in one field only are merged first. Then the box is taken apart along the cover with
the largest overlap, what lies outside is asked again with the covers that meet it, and so on. The answer
is exact; the work is counted and limited, and an answer that was not reached says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod

from ipseclint.semantics.packets.box import Box
from ipseclint.semantics.packets.grid import Cell, Grid, GridTooLargeError
from ipseclint.semantics.packets.pieces import Pieces, pieces_of

DEFAULT_STEPS = 500_000
"""Reasoned: how often one question may look at a cover; half a second."""

_LARGEST_MINIMISED = 256
"""Reasoned: a hiding set larger than this is given as found; no reader checks its members one by one."""


class OutOfStepsError(Exception):
    """A question that would need more steps than it was given."""


class Steps:
    """How often covers may still be looked at: for one question, and for all questions that share this."""

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


def cover(target: Box, covers: Sequence[Box], steps: Steps | None = None) -> Cover:
    """Whether the union of the covers surely contains the target, and a gap if it does not."""
    if not target:
        return Cover(None, decided=True)
    steps = steps or Steps()
    steps.begin()
    used: set[int] = set()
    try:
        steps.take(len(covers))
        pieces = pieces_of(target, covers).merged()
        grid = Grid(pieces)
        gap = _gap(grid.whole, grid.cells, used, steps)
    except (OutOfStepsError, GridTooLargeError):
        return Cover(None, decided=False)
    if gap is not None:
        return Cover(grid.box(gap), decided=True)
    return Cover(None, decided=True, proof=tuple(sorted(_members(pieces, used))))


def hiding_set(target: Box, covers: Sequence[Box], proof: Sequence[int], steps: Steps | None = None) -> HidingSet:
    """Of the covers of a proof, as few as leaving out one at a time gives; small overlaps are left out first."""
    if len(proof) > _LARGEST_MINIMISED:
        return HidingSet(tuple(proof), irredundant=False)
    steps = steps or Steps()
    steps.begin()
    try:
        grid = Grid(pieces_of(target, [covers[number] for number in proof]))
        kept = dict(grid.cells)
        for number in sorted(kept, key=lambda each: (_weight(kept[each]), -each)):
            steps.take(len(kept) + 1)
            piece = kept.pop(number)
            near = {each: cell for each, cell in kept.items() if _meets(piece, cell)}
            if _gap(piece, near, set(), steps) is not None:
                kept[number] = piece
    except (OutOfStepsError, GridTooLargeError):
        return HidingSet(tuple(proof), irredundant=False)
    return HidingSet(tuple(sorted(proof[each] for each in kept)), irredundant=True)


def remainder(target: Box, covers: Sequence[Box], steps: Steps | None = None) -> tuple[Box, ...]:
    """What the covers leave of the target, as disjoint boxes. Raises OutOfStepsError when that is too much work."""
    grid = _merged_grid(target, covers)
    return tuple(grid.box(cell) for cell in _rest(grid, steps or Steps()))


def covered_share(target: Box, covers: Sequence[Box], steps: Steps | None = None) -> float:
    """The part of the target that the covers surely contain, 0 to 1. Raises OutOfStepsError."""
    grid = _merged_grid(target, covers)
    left, whole = grid.share(_rest(grid, steps or Steps()))
    return (whole - left) / whole


def _members(pieces: Pieces, numbers: Iterable[int]) -> Iterator[int]:
    for number in numbers:
        yield from pieces.members[number]


def _merged_grid(target: Box, covers: Sequence[Box]) -> Grid:
    try:
        return Grid(pieces_of(target, covers).merged())
    except GridTooLargeError:
        raise OutOfStepsError from None


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


def _rest(grid: Grid, steps: Steps) -> Iterator[Cell]:
    steps.begin()
    stack = [(grid.whole, grid.cells)]
    while stack:
        piece, near = stack.pop()
        steps.take(len(near) + 1)
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
