"""Objects that a script makes only on some ways of an undecided branch, so that they may never exist together."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

from ipseclint.formats.powershell.script.flow.trying import Failure
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.values.value import Decision, Thing, Way
from ipseclint.model.policy import Policy
from ipseclint.source import Span

Made = tuple[Span, tuple[Way, ...]]
"""The place of an object, and the ways on which it is made; empty for one that is always made."""


def by_cmdlets(things: Iterable[Thing], syntax: Syntax) -> Iterator[Made]:
    """The objects that cmdlets made, each at its command's place; none if all are made on every way."""
    listed = list(things)
    if not any(thing.ways for thing in listed):
        return iter(())
    return ((syntax.span(thing.start, thing.end), thing.ways) for thing in listed)


def by_netsh(policy: Policy, replayed: Sequence[tuple[int, int, tuple[Way, ...]]], syntax: Syntax) -> Iterator[Made]:
    """The objects that netsh made; if a command ran several times, each object has the ways of its own run."""
    if not any(ways for _, _, ways in replayed):
        return
    runs: dict[tuple[int, int], list[tuple[Way, ...]]] = {}
    for start, end, ways in replayed:
        runs.setdefault((start, end), []).append(ways)
    places, paths = sorted(runs), {path for path, _, _ in syntax.files}
    nth: dict[tuple[type, Span], int] = {}
    for item in policy.objects():
        if item.span.path not in paths:
            continue
        offset = syntax.offset(item.span.path, item.span.line, item.span.column)
        key = type(item), item.span
        number = nth[key] = nth.get(key, -1) + 1
        place = places[bisect_right(places, offset, key=itemgetter(0)) - 1]
        if place[0] <= offset < place[1] and number < len(runs[place]):
            yield item.span, runs[place][number]


def alternatives(
    made: Iterable[Made], failures: Sequence[Failure] = ()
) -> tuple[tuple[tuple[Span, frozenset[int]], ...], ...]:
    """For each decision, the objects made on only some of its ways, as place and ways.

    An object that is not made after a failure is missing on the ways of that failure.
    """
    by_place: dict[Span, list[dict[int, frozenset[int]]]] = {}
    for place, ways in made:
        own = _by_decision(ways)
        for failure in failures if ways else ():
            if failure.decision in own and are_apart(ways, failure.happens_on):
                own[failure.decision] -= failure.ways
        by_place.setdefault(place, []).append(own)
    decisions: dict[int, list[tuple[Span, frozenset[int]]]] = {}
    for place, several in by_place.items():
        for decision in set.intersection(*map(set, several)):
            decisions.setdefault(decision, []).extend((place, ways[decision]) for ways in several)
    return tuple(tuple(objects) for _, objects in sorted(decisions.items()) if not _share_a_way(objects))


def are_apart(one: Sequence[Way], other: Sequence[Way]) -> bool:
    """Whether two sets of ways exclude each other: some decision has no way that is in both."""
    if not (one and other):
        return False
    first, second = _by_decision(one), _by_decision(other)
    return any(first[decision].isdisjoint(second[decision]) for decision in first.keys() & second.keys())


def is_within(one: Sequence[Way], other: Sequence[Way]) -> bool:
    """Whether what exists on the first ways exists only where the second ones hold."""
    first, second = _by_decision(one), _by_decision(other)
    return all(decision in first and first[decision] <= taken for decision, taken in second.items())


def chosen(decision: Decision, ways: Sequence[Way]) -> int | None:
    """The index of the block that runs on these ways, one past the last for none; None if unknown."""
    remaining = _by_decision(ways).get(decision.number)
    blocks = enumerate([*decision.blocks, decision.rest])
    return None if not remaining else next((number for number, way in blocks if remaining <= way), None)


def remaining(decision: int, ways: Iterable[Way]) -> frozenset[int]:
    """The ways of a decision that remain on all of these; empty if it is not among them."""
    return _by_decision(ways).get(decision, frozenset())


def _by_decision(ways: Iterable[Way]) -> dict[int, frozenset[int]]:
    """The ways by decision; those of a decision named more than once are intersected."""
    remaining: dict[int, frozenset[int]] = {}
    for decision, taken in ways:
        remaining[decision] = taken & remaining.get(decision, taken)
    return remaining


def _share_a_way(objects: Iterable[tuple[Span, frozenset[int]]]) -> bool:
    return bool(frozenset.intersection(*(ways for _, ways in objects)))
