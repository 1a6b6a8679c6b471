"""The parts of a region of packets, with the rule that decides for each before and after a change of rules."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from heapq import merge
from math import prod
from typing import Generic, NamedTuple, TypeVar

from ipseclint.semantics.packets.box import Box
from ipseclint.semantics.packets.budget import Budget

T = TypeVar("T")


class Claim(NamedTuple, Generic[T]):
    """A filter and whom it belongs to; claims of smaller rank are asked first."""

    rank: int
    box: Box
    owner: T


def owners(
    asked: Sequence[Claim[T]],
    stays: Callable[[Claim[T]], bool],
    before: Sequence[Claim[T]],
    after: Sequence[Claim[T]],
    region: Box,
    budget: Budget,
    *,
    most_specific_first: bool,
) -> Iterator[tuple[Box, T | None, T | None]]:
    """The parts of a region with their owners before and after; None where there is none.

    `asked` are claims of the region in order, of which those that stay are on both sides; `before` and `after` are
    those of one side alone. Where the order of two claims is not known, the same order is assumed on both sides. Claims
    are examined only until the region is given away. Ends early when the budget does.
    """
    if not budget.spend(len(before) + len(after)):
        return

    def place(claim: Claim[T]) -> tuple[int, int]:
        return _place(claim, most_specific_first=most_specific_first)

    def both(start: int = 0) -> Iterator[Claim[T]]:
        return (asked[number] for number in range(start, len(asked)) if stays(asked[number]))

    lost, gained = (ordered(inside(side, region), most_specific_first=most_specific_first) for side in (before, after))
    of_lost = {id(claim) for claim in lost}
    for part, claim in _parts(merge(both(), lost, key=place), region, budget):
        new: Iterable[Claim[T]]
        # What both sides ask before the claim that has the part has nothing of it.
        if claim is None:
            new = gained
        elif id(claim) in of_lost:
            new = merge(both(bisect_right(asked, place(claim), key=place)), gained, key=place)
        else:
            new = [*(each for each in gained if place(each) < place(claim)), claim]
        for smaller, new_claim in _parts(new, part, budget):
            yield smaller, claim and claim.owner, new_claim and new_claim.owner


def ordered(claims: list[Claim[T]], *, most_specific_first: bool) -> list[Claim[T]]:
    """Claims in the order in which they are asked; as they were where that is not known."""
    if len(claims) < 2:
        return claims
    return sorted(claims, key=lambda claim: _place(claim, most_specific_first=most_specific_first))


def _place(claim: Claim[T], *, most_specific_first: bool) -> tuple[int, int]:
    return claim.rank, _breadth(claim.box) if most_specific_first else 0


def parts(region: Box, claims: Sequence[Claim[T]], budget: Budget) -> Iterator[tuple[Box, T | None]]:
    """The parts of a region with who has each, where claims are asked in turn. Ends early when the budget does."""
    if budget.spend(len(claims)):
        asked = [claim for claim in claims if claim.box.conditions <= region.conditions]
        yield from ((part, claim and claim.owner) for part, claim in _parts(asked, region, budget))


def inside(claims: Iterable[Claim[T]], region: Box) -> list[Claim[T]]:
    """The claims that have packets of a region whatever its conditions mean."""
    return [claim for claim in claims if claim.box.meets(region) and claim.box.conditions <= region.conditions]


@lru_cache(maxsize=65_536)
def _breadth(box: Box) -> int:
    """How many packets a box has; a keyword such as `me` or `dns` stands for few addresses, and counts as one."""
    keywords = {condition.axis for condition in box.conditions}
    return prod(1 if axis in keywords else values.size for axis, values in enumerate(box.sets))


def _parts(claims: Iterable[Claim[T]], region: Box, budget: Budget) -> Iterator[tuple[Box, Claim[T] | None]]:
    rest = [region]
    for claim in claims:
        if not budget.spend(len(rest)):
            return
        left: list[Box] = []
        for cell in rest:
            if cell.meets(claim.box):
                shared, others = cell.parted(claim.box)
                yield shared, claim
                left += others
            else:
                left.append(cell)
        rest = left
        if not rest:
            return
    yield from ((cell, None) for cell in rest)
