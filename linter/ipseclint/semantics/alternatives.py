"""Objects of a script that exclude each other, since they are made in different branches of one decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import combinations, product

from msgspec import Struct

from ipseclint.model.kinds import OBJECT_KINDS
from ipseclint.model.machine import Machine
from ipseclint.source import Span

Ways = dict[int, list[frozenset[int]]]
"""For each decision, by number, the branches that make objects at one place: a command may make several."""


class Alternatives(Struct, frozen=True, dict=True):
    """For each place whose objects only some branches of a script make: these branches."""

    ways: dict[Span, Ways]

    def may_exist_together(self, places: Sequence[Span]) -> bool:
        """Whether a machine may have the objects of all these places. A place given twice means two of its objects."""
        if not self.ways:
            return True
        return not any(self._never_both(one, other) for one, other in combinations(places, 2))

    def ways_to(self, place: Span) -> tuple[tuple[int, int], ...]:
        """One branch of every decision such that the object of a place is made: the first where several do."""
        own = {decision: _first(made) for decision, made in self.ways[place].items()}
        return tuple(sorted({**self._first_ways, **own}.items()))

    @cached_property
    def _first_ways(self) -> dict[int, int]:
        return {decision: _first(made) for ways in self.ways.values() for decision, made in ways.items()}

    def is_made(self, place: Span, on: Mapping[int, int]) -> bool:
        """Whether an object of a place is made in these branches, one of each decision."""
        return all(any(on[decision] in each for each in made) for decision, made in self.ways.get(place, {}).items())

    def _never_both(self, one: Span, other: Span) -> bool:
        of_one, of_other = self.ways.get(one, {}), self.ways.get(other, {})
        if one == other:
            return any(len(made) > 1 and _are_disjoint(combinations(made, 2)) for made in of_one.values())
        return any(_are_disjoint(product(of_one[each], of_other[each])) for each in of_one.keys() & of_other.keys())


def _first(made: Iterable[frozenset[int]]) -> int:
    return min(frozenset[int]().union(*made), default=0)  # without a branch that makes it, any will do


def _are_disjoint(pairs: Iterable[tuple[frozenset[int], frozenset[int]]]) -> bool:
    return all(one.isdisjoint(other) for one, other in pairs)


def alternatives_of(machine: Machine) -> Alternatives:
    """The decisions in a machine's scripts whose outcome is not known."""
    ways: dict[Span, Ways] = {}
    for decision, objects in enumerate(machine.policy.alternatives):
        for place, taken in objects:
            ways.setdefault(place, {}).setdefault(decision, []).append(taken)
    return Alternatives(ways)


MAX_RUNS = 16
"""How many runs of a script are examined besides all of its objects at once: each costs as much as that."""


def runs_with(machine: Machine, places: Iterable[Span]) -> Iterable[Machine]:
    """For each place, the machine after a run of its scripts that makes the object of the place."""
    alternatives, known = machine.once(alternatives_of), machine.once(_runs)
    ways = (alternatives.ways_to(place) for place in places if place in alternatives.ways)
    looked_at: set[tuple[tuple[int, int], ...]] = set()
    for way in ways:
        if way in looked_at:
            continue
        if len(looked_at) == MAX_RUNS:
            return
        looked_at.add(way)
        if way not in known:
            known[way] = _run(machine, alternatives, dict(way))
        yield known[way]


def _run(machine: Machine, alternatives: Alternatives, on: Mapping[int, int]) -> Machine:
    policy = machine.policy
    made = {
        kind.field: tuple(thing for thing in getattr(policy, kind.field) if alternatives.is_made(thing.span, on))
        for kind in OBJECT_KINDS
    }
    return machine.with_policy(policy.model_copy(update=made))


def _runs(_machine: Machine) -> dict[tuple[tuple[int, int], ...], Machine]:
    return {}
