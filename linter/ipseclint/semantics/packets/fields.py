"""Fields of two lists of items, and whether they overlap: for given pairs, and for blocks of pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ranks: TypeAlias = NDArray[np.int32]
Positions: TypeAlias = NDArray[np.intp]
Flags: TypeAlias = NDArray[np.bool_]
Pairs: TypeAlias = tuple[Positions, Positions]


class Field(Protocol):
    """One field of two lists of items, and whether it overlaps.

    Positions are those of the lists.
    """

    def meets(self, queries: Positions, targets: Positions) -> Flags:
        """For each query and the target beside it."""

    def block(self, queries: Positions, targets: Positions) -> Flags:
        """For each query (row) and each target (column)."""


@dataclass(frozen=True, slots=True)
class RangeField:
    """A field with an inclusive range of ranks for each item."""

    low: Ranks
    high: Ranks
    target_low: Ranks
    target_high: Ranks

    def meets(self, queries: Positions, targets: Positions) -> Flags:
        """Whether the two ranges overlap."""
        return (self.low[queries] <= self.target_high[targets]) & (self.target_low[targets] <= self.high[queries])

    def block(self, queries: Positions, targets: Positions) -> Flags:
        """Whether the two ranges overlap, row by column."""
        low, high = self.low[queries][:, None], self.high[queries][:, None]
        return (low <= self.target_high[targets]) & (self.target_low[targets] <= high)

    def within(self, queries: Positions, targets: Positions) -> Flags:
        """Whether the query's range lies in the target's."""
        return (self.target_low[targets] <= self.low[queries]) & (self.high[queries] <= self.target_high[targets])


@dataclass(frozen=True, slots=True)
class TableField:
    """A field with few different values: `table[query value, target value]` tells whether they overlap."""

    value: Ranks
    target_value: Ranks
    table: Flags

    def meets(self, queries: Positions, targets: Positions) -> Flags:
        """What the table says."""
        return self.table[self.value[queries], self.target_value[targets]]

    def block(self, queries: Positions, targets: Positions) -> Flags:
        """What the table says, row by column."""
        return self.table[self.value[queries]].take(self.target_value[targets], axis=1)
