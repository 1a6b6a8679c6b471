"""The neighbours of rules, some rules at a time and no more than may be reasoned about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ipseclint.semantics.packets.lookup import Lookup
from ipseclint.semantics.packets.rules import OrderedRules

Neighbours = Mapping[int, Sequence[int]]
"""For filters by position: the positions of the filters of other rules that may overlap them."""

_BATCH = 256
"""Rules whose neighbours are looked up together; measured: more is hardly quicker."""

_MISSES = 8
"""Reasoned: so many rules with too many neighbours are passed over before the search ends."""


@dataclass
class Nearby:
    """A search for neighbours; `left` is how many more may be found."""

    rules: OrderedRules
    look: Lookup
    left: int

    def of(self, numbers: Sequence[int]) -> Iterator[tuple[int, Neighbours | None]]:
        """Each of the rules, with the neighbours of its filters, or None when they are too many."""
        place, size, misses = 0, _BATCH, 0
        while place < len(numbers):
            batch = numbers[place : place + size]
            filters = [each for rule in batch for each in self.rules.filters_of[rule]]
            near = self.look.neighbours(filters, self.left) if misses < _MISSES else None
            if near is None and len(batch) > 1 and misses < _MISSES:
                size = max(1, size // 4)
                continue
            place += len(batch)
            misses += near is None
            self.left -= 0 if near is None else sum(map(len, near.values()))
            yield from ((rule, near) for rule in batch)
