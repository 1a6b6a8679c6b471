"""Which objects of a script are made on some ways only of decisions that are not known, so that they may never meet."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

from ipseclint.formats.powershell.script.grammar import Syntax
from ipseclint.formats.powershell.script.trying import Failure
from ipseclint.formats.powershell.script.values import Decision, Thing, Way
from ipseclint.model.policy import Policy
from ipseclint.source import Span

Made = tuple[Span, tuple[Way, ...]]
"""The place of an object, and the ways on which it is made; none for one that is always made."""


def by_cmdlets(things: Iterable[Thing], syntax: Syntax) -> Iterator[Made]:
    """The objects that cmdlets made, which have the places of their commands; none where all are always made."""
    listed = list(things)
    if not any(thing.ways for thing in listed):
        return iter(())
    return ((syntax.span(thing.start, thing.end), thing.ways) for thing in listed)


def by_netsh(policy: Policy, replayed: Sequence[tuple[int, int, tuple[Way, ...]]], syntax: Syntax) -> Iterator[Made]:
    """The objects that netsh made; of a command that ran several times each has what the runs have in common."""
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
    """Of each decision, the objects that are made on some of its ways only, as place and ways.

    What is not made where something fails is not there on the ways of that failure.
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
    """Whether no way of some decision is among the ways of both."""
    if not (one and other):
        return False
    first, second = _by_decision(one), _by_decision(other)
    return any(first[decision].isdisjoint(second[decision]) for decision in first.keys() & second.keys())


def is_within(one: Sequence[Way], other: Sequence[Way]) -> bool:
    """Whether what is there on some ways is there on no others than these."""
    first, second = _by_decision(one), _by_decision(other)
    return all(decision in first and first[decision] <= taken for decision, taken in second.items())


def chosen(decision: Decision, ways: Sequence[Way]) -> int | None:
    """Which block of a decision runs on these ways, one behind the last for none; None if that is not known."""
    remaining = _by_decision(ways).get(decision.number)
    blocks = enumerate([*decision.blocks, decision.rest])
    return None if not remaining else next((number for number, way in blocks if remaining <= way), None)


def remaining(decision: int, ways: Iterable[Way]) -> frozenset[int]:
    """Those of the ways of a decision on which all of these come; none where they never do."""
    return _by_decision(ways).get(decision, frozenset())


def _by_decision(ways: Iterable[Way]) -> dict[int, frozenset[int]]:
    """The ways of each decision; of one that decides more than once, those that remain."""
    remaining: dict[int, frozenset[int]] = {}
    for decision, taken in ways:
        remaining[decision] = taken & remaining.get(decision, taken)
    return remaining


def _share_a_way(objects: Iterable[tuple[Span, frozenset[int]]]) -> bool:
    return bool(frozenset.intersection(*(ways for _, ways in objects)))
