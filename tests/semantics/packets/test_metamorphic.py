"""Changes to rules that must not change what is found about them."""

from __future__ import annotations

from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from ipseclint.semantics.packets.analyse import analyse
from ipseclint.semantics.packets.anomaly import PAIR_KINDS, Analysis, Kind, Limits
from ipseclint.semantics.packets.axes import Axis
from ipseclint.semantics.packets.box import Box, box
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.rules import OrderedRules, TrafficRule
from tests.semantics.packets.small_space import rules
from tests.tries import tries

briefly = tries(40)


def content(analysis: Analysis, numbers: list[int]) -> set[tuple[Kind, frozenset[int]]]:
    """What was found, about rules by other numbers."""
    found = set()
    for anomaly in analysis.anomalies:
        about = {numbers[anomaly.rule]}
        if anomaly.kind in (*PAIR_KINDS, Kind.DUPLICATE):
            about |= {numbers[other] for other in anomaly.others}
        found.add((anomaly.kind, frozenset(about)))
    return found


@briefly
@given(rules(), st.booleans(), st.randoms(use_true_random=False))
def test_position_of_rules_does_not_matter(some: list[TrafficRule], specific: bool, random: Random) -> None:
    shuffled = list(range(len(some)))
    random.shuffle(shuffled)
    one = analyse(OrderedRules(tuple(some), specific))
    other = analyse(OrderedRules(tuple(some[each] for each in shuffled), specific))
    duplicated = {rule for each in one.of(Kind.DUPLICATE) for rule in (each.rule, *each.others)}
    assume(not duplicated)
    assert content(one, list(range(len(some)))) == content(other, shuffled)


@briefly
@given(rules(), st.booleans())
def test_names_do_not_matter(some: list[TrafficRule], specific: bool) -> None:
    named = [replace(rule, name=f"rule {number}") for number, rule in enumerate(some)]
    assert analyse(OrderedRules(tuple(some), specific)) == analyse(OrderedRules(tuple(named), specific))


@briefly
@given(rules(), st.booleans(), st.integers(1, 5))
def test_only_the_order_of_ranks_matters(some: list[TrafficRule], specific: bool, factor: int) -> None:
    apart = [replace(rule, rank=rule.rank * factor - 7) for rule in some]
    assert analyse(OrderedRules(tuple(some), specific)) == analyse(OrderedRules(tuple(apart), specific))


@briefly
@given(rules(), st.integers(0, 5), st.sampled_from((Axis.SOURCE, Axis.DESTINATION, Axis.SOURCE_PORT)))
def test_a_range_in_two_parts_is_the_same_rule(some: list[TrafficRule], which: int, axis: Axis) -> None:
    """Ordered by rank: how a rule is written as filters does not matter to whether rules decide."""
    which %= len(some)
    split = [rule if number != which else halved(rule, axis) for number, rule in enumerate(some)]
    one, other = analyse(OrderedRules(tuple(some))), analyse(OrderedRules(tuple(split)))
    assume(not one.of(Kind.DUPLICATE))
    kinds = (Kind.SHADOWED, Kind.REDUNDANT, Kind.OVERLAPPING_SESSIONS)
    assert [one.counts[each].total for each in kinds] == [other.counts[each].total for each in kinds]
    for kind in kinds:
        assert {found.rule for found in one.of(kind)} == {found.rule for found in other.of(kind)}


def halved(rule: TrafficRule, axis: Axis) -> TrafficRule:
    return replace(rule, boxes=tuple(half for each in rule.boxes for half in halves(each, axis)))


def halves(one: Box, axis: Axis) -> list[Box]:
    values = one.sets[axis]
    middle = (values.first + values.last) // 2
    parts = (values & IntervalSet.of((0, middle)), values - IntervalSet.of((0, middle)))
    return [Box(one.family, (*one.sets[:axis], part, *one.sets[axis + 1 :]), one.conditions) for part in parts if part]


@briefly
@given(rules(), st.booleans())
def test_disjoint_rules_add_nothing(some: list[TrafficRule], specific: bool) -> None:
    """Rules about addresses that no other names leave every finding as it is."""
    here = [replace(rule, boxes=tuple(near(each) for each in rule.boxes)) for rule in some]
    there = [TrafficRule("far", (box(4, destination=IntervalSet.of((2**31, 2**31 + 255))),), "block", 1)]
    one = analyse(OrderedRules(tuple(here), specific), Limits(listed=1000))
    other = analyse(OrderedRules((*here, *there), specific), Limits(listed=1000))
    assert one == other


def near(one: Box) -> Box:
    """The box within the lower half of the destination addresses."""
    lower = IntervalSet.of((0, one.sets[Axis.DESTINATION].last // 2))
    sets = list(one.sets)
    sets[Axis.DESTINATION] = lower
    return Box(one.family, tuple(sets), one.conditions)
