"""A packet space small enough to look at every packet, as the oracle for exact reasoning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import chain, combinations, product
from operator import or_
from typing import NamedTuple

from hypothesis import strategies as st

from ipseclint.semantics.packets.axes import Axis
from ipseclint.semantics.packets.box import Box, Condition, box
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.rules import TrafficRule
from tests.tries import tries

briefly = tries(60)

ME = Condition(Axis.SOURCE, "me")
PROGRAM = Condition(None, "program a")
CONDITIONS = (ME, PROGRAM)

ADDRESSES, PORTS, PROFILES = (0, 1, 2, 3, 9), (0, 1, 2, 7), (0, 1, 2)
"""One value for every part that the boxes below can cut a field into; the last is outside all proper subsets."""


class Point(NamedTuple):
    """A packet by the fields that vary here, and which conditions hold."""

    family: int
    source: int
    protocol: int
    port: int
    profile: int
    holds: frozenset[Condition]


def every_point() -> Iterator[Point]:
    held = chain.from_iterable(combinations(CONDITIONS, count) for count in range(3))
    for values in product((4, 6), ADDRESSES, (1, 6), PORTS, PROFILES, map(frozenset, held)):
        yield Point(*values)


POINTS = tuple(every_point())

Points = int
"""A set of points as a mask over `POINTS`: `&`, `|`, `^` and `bit_count` are those of the set."""


def _where(field: str, value: object) -> Points:
    return sum(1 << place for place, point in enumerate(POINTS) if getattr(point, field) == value)


_HAVING = {
    (field, value): _where(field, value)
    for field, values in (
        ("family", (4, 6)),
        ("source", ADDRESSES),
        ("protocol", (1, 6)),
        ("port", PORTS),
        ("profile", PROFILES),
    )
    for value in values
}
_HOLDING = {each: sum(1 << place for place, point in enumerate(POINTS) if each in point.holds) for each in CONDITIONS}
_FIELDS = (
    ("source", Axis.SOURCE, ADDRESSES),
    ("protocol", Axis.PROTOCOL, (1, 6)),
    ("port", Axis.DESTINATION_PORT, PORTS),
    ("profile", Axis.PROFILE, PROFILES),
)


def points_of(one: Box) -> Points:
    """Every packet of the small space that is in the box."""
    mask = _HAVING["family", one.family]
    for field, axis, values in _FIELDS:
        mask &= union(_HAVING[field, value] for value in values if value in one.sets[axis])
    for condition in one.conditions:
        mask &= _HOLDING[condition]
    return mask


def union(sets: Iterable[Points]) -> Points:
    return reduce(or_, sets, 0)


def within(one: Points, other: Points) -> bool:
    return one & ~other == 0


def members(points: Points) -> Iterator[Point]:
    return (point for place, point in enumerate(POINTS) if points >> place & 1)


def _sets(values: Iterable[int]) -> st.SearchStrategy[IntervalSet | None]:
    some = st.sets(st.sampled_from(sorted(values)), min_size=1).map(lambda chosen: IntervalSet.of(*chosen))
    return st.one_of(st.none(), st.none(), some)


def boxes(families: tuple[int, ...] = (4, 4, 4, 6), conditions: bool = True) -> st.SearchStrategy[Box]:
    """Boxes of the small space; half of their fields are any."""
    held = st.sets(st.sampled_from(CONDITIONS), max_size=2) if conditions else st.just(set())
    return st.builds(
        lambda family, source, port, profile, asked: box(
            family, source=source, destination_port=port, profile=profile, conditions=asked
        ),
        st.sampled_from(families),
        _sets(ADDRESSES[:-1]),
        _sets(PORTS[:-1]),
        _sets(PROFILES),
        st.one_of(st.just(set()), st.just(set()), held),
    )


def rules(conditions: bool = True, largest: int = 6) -> st.SearchStrategy[list[TrafficRule]]:
    """A few rules of the small space, with ranks that leave ties."""
    one = st.builds(
        lambda matched, decision, rank, session: TrafficRule("", tuple(matched), decision, rank, session),
        st.lists(boxes(conditions=conditions), min_size=1, max_size=2),
        st.sampled_from(("require", "exempt")),
        st.integers(0, 3),
        st.sampled_from((None, None, None, "tunnel a", "tunnel b")),
    )
    return st.lists(one, min_size=1, max_size=largest)
