"""Which objects of a script may exist together, by the ways of its decisions on which each is made."""

from __future__ import annotations

from ipseclint.semantics.alternatives import Alternatives
from ipseclint.source import Span
from tests.cases import cases

ONE, OTHER, ALWAYS = (Span("a.ps1", line, 1) for line in (1, 2, 3))


def ways(*taken: set[int]) -> dict[int, list[frozenset[int]]]:
    return {0: list(map(frozenset, taken))}


@cases(
    ("places", "together"),
    [
        ({ONE: ways({0}), OTHER: ways({1})}, False),
        ({ONE: ways({0}), OTHER: ways({0, 1})}, True),
        ({ONE: ways({0}, {1}), OTHER: ways({1})}, True),
        ({ONE: ways({0}), OTHER: {1: [frozenset({1})]}}, True),
        ({ONE: ways({0})}, True),
        ({}, True),
    ],
)
def test_objects_of_two_places(places: dict[Span, dict[int, list[frozenset[int]]]], *, together: bool) -> None:
    alternatives = Alternatives(places)
    assert alternatives.may_exist_together([ONE, OTHER]) is together
    assert alternatives.may_exist_together([OTHER, ALWAYS, ONE]) is together


@cases(("made", "together"), [(ways({0}, {1}), False), (ways({0}, {0, 1}), True), (ways({0}), True)])
def test_two_objects_of_one_place(made: dict[int, list[frozenset[int]]], *, together: bool) -> None:
    assert Alternatives({ONE: made}).may_exist_together([ONE, ONE]) is together
