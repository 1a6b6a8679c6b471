"""What covers have of a target box: clipped to it, and merged where one field alone differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ipseclint.semantics.packets.axes import Axis
from ipseclint.semantics.packets.box import Box
from ipseclint.semantics.packets.intervals import IntervalSet

Piece = tuple[IntervalSet, ...]
"""A part of the target: one set for each axis of the question."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The parts of a target that covers contain.

    `axes` are those in which some cover does not contain the whole target; the others cannot matter.
    `members` are, for each piece, the positions of the covers it was made of. Covers that miss the target,
    or ask for conditions the target does not ask for, cannot surely cover any of it and are in no piece.
    """

    target: Box
    axes: tuple[Axis, ...]
    pieces: tuple[Piece, ...]
    members: tuple[tuple[int, ...], ...]

    def merged(self) -> Pieces:
        """The same union in fewer pieces: a subnet listed host by host is a subnet."""
        groups = [(piece, list(numbers)) for piece, numbers in zip(self.pieces, self.members, strict=True)]
        before = len(groups) + 1
        while 1 < len(groups) < before:
            before = len(groups)
            for axis in range(len(self.axes)):
                groups = _merged_along(axis, groups)
        pieces, members = tuple(piece for piece, _ in groups), tuple(tuple(numbers) for _, numbers in groups)
        return Pieces(self.target, self.axes, pieces, members)


def pieces_of(target: Box, covers: Sequence[Box]) -> Pieces:
    """The covers clipped to the target, each a piece of its own."""
    usable = [
        number for number, cover in enumerate(covers) if cover.conditions <= target.conditions and cover.meets(target)
    ]
    distinct = {axis: {covers[number].sets[axis] for number in usable} for axis in Axis}
    axes = tuple(axis for axis in Axis if not all(target.sets[axis].within(each) for each in distinct[axis]))
    clipped = {axis: {each: each & target.sets[axis] for each in distinct[axis]} for axis in axes}
    pieces = tuple(tuple(clipped[axis][covers[number].sets[axis]] for axis in axes) for number in usable)
    return Pieces(target, axes, pieces, tuple((number,) for number in usable))


def _merged_along(axis: int, groups: list[tuple[Piece, list[int]]]) -> list[tuple[Piece, list[int]]]:
    by_rest: dict[Piece, list[tuple[Piece, list[int]]]] = {}
    for group in groups:
        piece = group[0]
        by_rest.setdefault((*piece[:axis], *piece[axis + 1 :]), []).append(group)
    return [
        alike[0]
        if len(alike) == 1
        else (
            (*rest[:axis], _union([piece[axis] for piece, _ in alike]), *rest[axis:]),
            [number for _, numbers in alike for number in numbers],
        )
        for rest, alike in by_rest.items()
    ]


def _union(sets: Sequence[IntervalSet]) -> IntervalSet:
    return IntervalSet.of(*(span for each in sets for span in each.spans))
