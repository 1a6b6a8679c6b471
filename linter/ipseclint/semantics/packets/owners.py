"""The parts of a region of packets, with the rule that decides for each before and after a change of rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import prod
from typing import Generic, NamedTuple, TypeVar

from msgspec import Struct

from ipseclint.semantics.packets.box import Box

T = TypeVar("T")


class Claim(NamedTuple, Generic[T]):
    """A filter and whom it belongs to; claims of smaller rank are asked first."""

    rank: int
    box: Box
    owner: T


class Budget(Struct):
    """How many intersections of boxes may still be made; what is above it is said to be unknown, never guessed."""

    left: int

    def spend(self, steps: int) -> bool:
        """Whether there was enough."""
        self.left -= steps
        return self.left >= 0


def owners(
    before: Sequence[Claim[T]], after: Sequence[Claim[T]], region: Box, budget: Budget, *, most_specific_first: bool
) -> Iterator[tuple[Box, T | None, T | None]]:
    """The parts of a region with who decides for them before and after; None where nobody does.

    Where the order of two claims is not known, the same order is taken on both sides. Ends early when the budget does.
    """
    if not budget.spend(len(before) + len(after)):
        return
    old = _sorted(before, region, most_specific_first)
    new = _sorted(after, region, most_specific_first)
    for part, owner in _parts(old, region, budget):
        for smaller, new_owner in _parts([claim for claim in new if claim.box.meets(part)], part, budget):
            yield smaller, owner, new_owner


def _sorted(claims: Sequence[Claim[T]], region: Box, most_specific_first: bool) -> list[Claim[T]]:
    inside = [claim for claim in claims if claim.box.meets(region) and claim.box.conditions <= region.conditions]
    return sorted(inside, key=lambda claim: (claim.rank, _breadth(claim.box) if most_specific_first else 0))


@lru_cache(maxsize=65_536)
def _breadth(box: Box) -> int:
    """How many packets a box has; a keyword such as `me` or `dns` stands for few addresses, and counts as one."""
    keywords = {condition.axis for condition in box.conditions}
    return prod(1 if axis in keywords else values.size for axis, values in enumerate(box.sets))


def _parts(claims: Sequence[Claim[T]], region: Box, budget: Budget) -> Iterator[tuple[Box, T | None]]:
    rest = [region]
    for claim in claims:
        if not budget.spend(len(rest)):
            return
        yield from ((both, claim.owner) for cell in rest if (both := cell & claim.box))
        rest = [left for cell in rest for left in cell.minus(claim.box)]
        if not rest:
            return
    yield from ((cell, None) for cell in rest)
