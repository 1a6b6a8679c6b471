"""Objects of a script of which no machine ever has both: those made on different ways of one decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, product

from msgspec import Struct

from ipseclint.model.machine import Machine
from ipseclint.source import Span

Ways = dict[int, list[frozenset[int]]]
"""The ways, of decisions by number, on which the objects of one place are made: a command may make several."""


class Alternatives(Struct, frozen=True):
    """By the place of each object that is made on some ways of decisions only, which these are."""

    ways: dict[Span, Ways]

    def may_exist_together(self, places: Sequence[Span]) -> bool:
        """Whether a machine may have the objects of all these places; one that stands twice is of two objects."""
        if not self.ways:
            return True
        return not any(self._never_both(one, other) for one, other in combinations(places, 2))

    def _never_both(self, one: Span, other: Span) -> bool:
        of_one, of_other = self.ways.get(one, {}), self.ways.get(other, {})
        if one == other:
            return any(len(made) > 1 and _are_disjoint(combinations(made, 2)) for made in of_one.values())
        return any(_are_disjoint(product(of_one[each], of_other[each])) for each in of_one.keys() & of_other.keys())


def _are_disjoint(pairs: Iterable[tuple[frozenset[int], frozenset[int]]]) -> bool:
    return all(one.isdisjoint(other) for one, other in pairs)


def alternatives_of(machine: Machine) -> Alternatives:
    """What the scripts of a machine decide without saying how."""
    ways: dict[Span, Ways] = {}
    for decision, objects in enumerate(machine.policy.alternatives):
        for place, taken in objects:
            ways.setdefault(place, {}).setdefault(decision, []).append(taken)
    return Alternatives(ways)
