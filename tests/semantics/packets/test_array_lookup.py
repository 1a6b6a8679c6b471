"""What the lookup by arrays tells of small sets: whether a rule is needed where others come first, or tie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipseclint.semantics.packets.anomaly import Kind
from ipseclint.semantics.packets.box import box
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.lookup import PairwiseLookup
from ipseclint.semantics.packets.rules import OrderedRules, TrafficRule
from tests.cases import cases
from tests.semantics.packets.small_space import briefly, rules

if TYPE_CHECKING:
    from ipseclint.semantics.packets.array_lookup import ArrayLookup


def rule(name: str, sources: tuple[int, int], destinations: tuple[int, int], decision: str, rank: int) -> TrafficRule:
    place = box(4, source=IntervalSet.of(sources), destination=IntervalSet.of(destinations))
    return TrafficRule(name, (place,), decision, rank)


def by_arrays(ordered: OrderedRules, work: int) -> ArrayLookup:
    from ipseclint.semantics.packets.array_lookup import ArrayLookup

    return ArrayLookup(ordered, work=work)


def removable(*rules: TrafficRule, most_specific_first: bool, work: int = 10_000) -> list[str]:
    lookup = by_arrays(OrderedRules.of(rules, most_specific_first=most_specific_first), work)
    return [rules[number].name for number in lookup.candidates().removable]


@cases(
    ("like", "rival", "names"),
    [
        (1, 2, ["asked"]),
        (2, 1, []),
        # Among equal ranks any may come first.
        (1, 1, []),
    ],
)
def test_a_rule_is_not_needed_when_one_like_it_surely_comes_before_a_rival(
    like: int, rival: int, names: list[str]
) -> None:
    rules = (
        rule("asked", (5, 5), (5, 5), "require", 0),
        rule("like", (0, 9), (0, 9), "require", like),
        rule("rival", (0, 99), (0, 99), "exempt", rival),
    )
    assert removable(*rules, most_specific_first=False) == names


def test_a_rule_is_needed_when_only_a_rival_follows() -> None:
    rules = (rule("asked", (5, 5), (5, 5), "require", 0), rule("rival", (0, 99), (0, 99), "exempt", 1))
    assert removable(*rules, most_specific_first=False) == []
    assert removable(*rules, most_specific_first=True) == []


def test_the_most_specific_one_like_it_settles_what_another_leaves_open() -> None:
    rules = (
        rule("asked", (5, 5), (5, 5), "require", 0),
        # Smaller, so that it is met first, but in no order with the rival.
        rule("aside", (5, 5), (0, 999), "require", 0),
        rule("inside", (0, 49), (0, 49), "require", 0),
        rule("rival", (0, 99), (0, 99), "exempt", 0),
    )
    assert removable(*rules, most_specific_first=True) == ["asked"]
    asked, aside, _, rival = rules
    assert removable(asked, aside, rival, most_specific_first=True) == []


def test_with_less_work_no_rule_is_proved_that_more_work_does_not_prove() -> None:
    rules = (
        rule("wide", (0, 99), (0, 99), "require", 0),
        rule("inside", (5, 5), (5, 5), "require", 1),
        rule("rival", (5, 6), (5, 6), "exempt", 2),
        rule("apart", (200, 201), (5, 6), "exempt", 2),
    )
    ordered = OrderedRules.of(rules, most_specific_first=False)
    proved = by_arrays(ordered, 10_000).candidates()
    assert proved.hidden
    are_alike = set()
    for work in range(0, 400, 3):
        some = by_arrays(ordered, work).candidates()
        are_alike.add(some == proved)
        assert {*some.hidden, *some.unproven} >= {*proved.hidden, *proved.unproven}, work
        assert {*some.hidden, *some.unproven, *some.removable} >= set(proved.removable), work
        assert some.redundant <= proved.redundant, work
        assert {number: kind for number, kind in some.hidden.items() if kind}.items() <= proved.hidden.items(), work
    assert are_alike == {True, False}


@briefly
@given(rules(largest=8), st.booleans())
def test_both_ways_of_looking_count_the_same_pairs(some: list[TrafficRule], specific: bool) -> None:
    ordered = OrderedRules.of(some, most_specific_first=specific)
    one, other = (look.pair_tallies(10_000) for look in (by_arrays(ordered, 1_000_000), PairwiseLookup(ordered)))
    assert {kind: (each.certain, each.possible) for kind, each in one.items()} == {
        kind: (each.certain, each.possible) for kind, each in other.items()
    }


def test_the_end_of_a_wide_range_tells_what_no_packet_among_narrow_ones_does() -> None:
    """All networks are inside 10.0.0.0/8, and so are nearly all numbers that set ranges of the rules apart."""
    ten = (10 << 24, (11 << 24) - 1)
    networks = [((10 << 24) + (number << 8), (10 << 24) + (number << 8) + 255) for number in range(0, 4000, 10)]
    wide = [rule(f"network {low}", (low, high), ten, "require", 0) for low, high in networks]
    hosts = [rule(f"host {low}", (low + 1, low + 1), (0, 2**32 - 1), "require", 0) for low, _ in networks]
    assert removable(*wide, *hosts, most_specific_first=True, work=10_000_000) == []


def test_a_box_that_many_rules_have_is_looked_at_once() -> None:
    shared = box(4, destination=IntervalSet.of((5000, 5009)))
    rules = [
        TrafficRule(f"rule {number}", (box(4, destination=IntervalSet.of(number)), shared), "require")
        for number in range(500)
    ]
    assert removable(*rules, most_specific_first=True, work=100_000) == []
    # One that has nothing else could go.
    assert removable(*rules, TrafficRule("bare", (shared,), "require"), most_specific_first=True, work=100_000) == [
        "bare"
    ]


@pytest.mark.parametrize(("checks", "counts", "exact"), [(1_000, [0, 1, 1], True), (0, [0, 0, 0], False)])
def test_a_pair_for_which_the_work_ran_out_is_not_counted_and_the_count_says_so(
    checks: int, counts: list[int], exact: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ipseclint.semantics.packets.table._EXACT_CHECKS", checks)
    several = TrafficRule("several", (box(4, source=IntervalSet.of(0, 10)),), "require")
    tallies = []
    for sources in (IntervalSet.of(5), IntervalSet.of(10), IntervalSet.of((0, 11))):
        one = TrafficRule("one", (box(4, source=sources),), "exempt")
        ordered = OrderedRules.of([several, one], most_specific_first=True)
        tallies.append(by_arrays(ordered, 10_000).pair_tallies(1)[Kind.GENERALISATION])
    assert ([each.certain for each in tallies], [each.exact for each in tallies]) == (counts, [exact] * 3)
