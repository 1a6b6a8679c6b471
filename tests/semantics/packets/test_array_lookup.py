"""What the lookup by arrays tells of small sets: whether a rule is needed where others come first, or tie."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipseclint.semantics.packets.array_lookup import ArrayLookup
from ipseclint.semantics.packets.box import box
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.lookup import PairwiseLookup
from ipseclint.semantics.packets.rules import OrderedRules, TrafficRule
from tests.semantics.packets.small_space import briefly, rules


def rule(name: str, sources: tuple[int, int], destinations: tuple[int, int], decision: str, rank: int) -> TrafficRule:
    place = box(4, source=IntervalSet.of(sources), destination=IntervalSet.of(destinations))
    return TrafficRule(name, (place,), decision, rank)


def removable(*rules: TrafficRule, most_specific_first: bool) -> list[str]:
    lookup = ArrayLookup(OrderedRules.of(rules, most_specific_first=most_specific_first), work=10_000)
    return [rules[number].name for number in lookup.candidates().removable]


@pytest.mark.parametrize(
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


@briefly
@given(rules(largest=8), st.booleans())
def test_both_ways_of_looking_count_the_same_pairs(some: list[TrafficRule], specific: bool) -> None:
    ordered = OrderedRules.of(some, most_specific_first=specific)
    by_arrays, by_pairs = (
        look.pair_tallies(10_000) for look in (ArrayLookup(ordered, work=1_000_000), PairwiseLookup(ordered))
    )
    assert {kind: (each.certain, each.possible) for kind, each in by_arrays.items()} == {
        kind: (each.certain, each.possible) for kind, each in by_pairs.items()
    }
