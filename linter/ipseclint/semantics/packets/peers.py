"""Boxes by the addresses of their peers, to find those that may share a packet with another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator

from ipseclint.semantics.packets.axes import IN, OUT, Axis
from ipseclint.semantics.packets.box import Box
from ipseclint.semantics.packets.intervals import IntervalSet, Ranges


class Peers:
    """The peers of numbered boxes by family and direction, each as one range; several boxes may have one number."""

    def __init__(self, boxes: Iterable[tuple[int, Box]]) -> None:
        rows: defaultdict[tuple[int, int], list[tuple[int, int, int]]] = defaultdict(list)
        for number, one in boxes:
            for key, addresses in peers_of(one) if one else ():
                rows[key].append((addresses.first, addresses.last, number))
        self._ranges = {key: Ranges(of_key) for key, of_key in rows.items()}

    def near(self, boxes: Iterable[Box]) -> list[int]:
        """The numbers, in order, of all boxes that may share a packet with one of some others."""
        return sorted(set(self._meeting(boxes)))

    def is_other_near(self, boxes: Iterable[Box], numbers: Container[int]) -> bool:
        """Whether a box of none of these numbers may share a packet with one of some others; the first ends it."""
        return any(number not in numbers for number in self._meeting(boxes))

    def _meeting(self, boxes: Iterable[Box]) -> Iterator[int]:
        peers = {each for one in filter(None, boxes) for each in peers_of(one)}
        for key, addresses in peers:
            if key in self._ranges:
                yield from self._ranges[key].meeting(addresses.first, addresses.last)


def peers_of(one: Box) -> tuple[tuple[tuple[int, int], IntervalSet], ...]:
    """The family and directions of a box, with its peers in each."""
    return tuple(
        [
            ((one.family, direction), one.sets[axis])
            for direction, axis in ((OUT, Axis.DESTINATION), (IN, Axis.SOURCE))
            if direction in one.sets[Axis.DIRECTION]
        ]
    )
