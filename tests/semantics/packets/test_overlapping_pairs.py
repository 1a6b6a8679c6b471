"""Pairs of rules that may meet, against a look at every pair."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ipseclint.semantics.packets.axes import DOMAINS, Axis
from ipseclint.semantics.packets.box import Box
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.mirrors import overlapping_pairs

spans = st.tuples(st.integers(0, 12), st.integers(0, 4)).map(lambda each: (each[0], each[0] + each[1]))


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    family = draw(st.sampled_from((4, 6)))
    sets = list(DOMAINS[family])
    for axis in (Axis.SOURCE, Axis.DESTINATION, Axis.DESTINATION_PORT):
        if draw(st.booleans()):
            sets[axis] = IntervalSet.of(*draw(st.lists(spans, min_size=1, max_size=2)))
    return Box(family, tuple(sets))


rules = st.lists(st.lists(boxes(), max_size=2), max_size=6)


@given(rules, rules)
def test_no_pair_that_meets_is_missing_and_each_shares_a_field(ones: list[list[Box]], others: list[list[Box]]) -> None:
    found = overlapping_pairs(ones, others)
    meeting = {
        (here, there)
        for here, one in enumerate(ones)
        for there, other in enumerate(others)
        if any(each.meets(every) for each in one for every in other)
    }
    assert meeting <= set(found)
    assert found == sorted(set(found))


def test_rules_apart_in_one_field_are_not_paired() -> None:
    def rule(port: int) -> list[Box]:
        sets = list(DOMAINS[4])
        sets[Axis.DESTINATION_PORT] = IntervalSet.of(port)
        return [Box(4, tuple(sets))]

    assert overlapping_pairs([rule(1), rule(3)], [rule(2), rule(3), rule(4)]) == [(1, 1)]
