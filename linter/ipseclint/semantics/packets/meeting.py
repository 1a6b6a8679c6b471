"""Which rules of two lists may meet, told by one field without looking at every pair."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from ipseclint.semantics.packets.axes import DIRECTIONS, DOMAINS, Axis
from ipseclint.semantics.packets.box import Box

_TELLING = (Axis.DESTINATION, Axis.SOURCE, Axis.DESTINATION_PORT, Axis.SOURCE_PORT)
"""The fields that set rules apart."""


def meeting_pairs(ones: Sequence[Sequence[Box]], others: Sequence[Sequence[Box]]) -> list[tuple[int, int]]:
    """The positions of rules that overlap in the field that leaves the fewest pairs, in order, each pair once.

    A rule is its boxes, and those of each family and direction are looked at by themselves. Pairs that do not
    meet in other fields are among them; none that meets is missing.
    """
    found: set[tuple[int, int]] = set()
    for kind in product(DOMAINS, range(len(DIRECTIONS))):
        sides = [(_Spans.of(ones, kind, axis), _Spans.of(others, kind, axis)) for axis in _TELLING]
        one, other = min(sides, key=lambda side: side[0].count_in(side[1]) + side[1].count_in(side[0]))
        found.update(one.overlapping(other))
        found.update((here, there) for there, here in other.overlapping(one))
    return sorted(found)


@dataclass(frozen=True)
class _Spans:
    """Ranges of one field with the positions of their rules, by where they begin."""

    lows: list[int]
    highs: list[int]
    positions: list[int]

    @staticmethod
    def of(rules: Sequence[Sequence[Box]], kind: tuple[int, int], axis: Axis) -> _Spans:
        """The ranges of all boxes of one family that are for one direction."""
        family, direction = kind
        rows = sorted(
            (low, high, position)
            for position, boxes in enumerate(rules)
            for each in boxes
            if each.family == family and direction in each.sets[Axis.DIRECTION]
            for low, high in each.sets[axis].spans
        )
        return _Spans([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])

    def count_in(self, other: _Spans) -> int:
        """How many of the other ranges begin inside one of these, counted for each of these."""
        return sum(end - start for start, end, _ in self._runs(other))

    def overlapping(self, other: _Spans) -> Iterator[tuple[int, int]]:
        """Each of these with the other ranges that begin inside it."""
        for start, end, position in self._runs(other):
            for place in range(start, end):
                yield position, other.positions[place]

    def _runs(self, other: _Spans) -> Iterator[tuple[int, int, int]]:
        for low, high, position in zip(self.lows, self.highs, self.positions, strict=True):
            yield bisect_left(other.lows, low), bisect_right(other.lows, high), position
