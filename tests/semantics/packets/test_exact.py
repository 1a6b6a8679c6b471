"""Questions about one rule: what is tried so often and no oftener, and what is said where that is not enough."""

from __future__ import annotations

import pytest

from ipseclint.semantics.packets import exact
from ipseclint.semantics.packets.box import box
from ipseclint.semantics.packets.cover import Steps
from ipseclint.semantics.packets.exact import Contradiction, RuleQuestions
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.lookup import PairwiseLookup
from ipseclint.semantics.packets.rules import OrderedRules, TrafficRule


def questions(rules: OrderedRules, rule: int) -> RuleQuestions:
    neighbours = PairwiseLookup(rules).neighbours(rules.filters_of[rule], 10_000)
    assert neighbours is not None
    return RuleQuestions(rules, rule, neighbours, Steps(10_000))


def hidden_behind(covered: int, *, all_of_it: bool) -> OrderedRules:
    """A rule hidden behind two that do the same, and so many others between, which do otherwise."""
    parts = ((0, 1), (2, 65_535 if all_of_it else 9))
    return OrderedRules(
        (
            *(TrafficRule("first", (box(4, destination_port=IntervalSet.of(part)),), "require", 0) for part in parts),
            *(
                TrafficRule(f"between {port}", (box(4, destination_port=IntervalSet.of(port)),), "exempt", 1)
                for port in range(covered)
            ),
            TrafficRule("hidden", (box(4, destination_port=IntervalSet.of((0, covered))),), "require", 2),
        )
    )


@pytest.mark.parametrize(("tried", "found"), [(4, False), (5, False), (3, None), (0, None)])
def test_what_contradicts_a_hidden_rule_is_looked_for_so_often_and_no_oftener(
    tried: int, found: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exact, "_CONTRADICTIONS_TRIED", tried)
    rules = hidden_behind(4, all_of_it=True)
    assert questions(rules, 6).contradicted() == Contradiction(found)


def test_a_packet_that_another_takes_contradicts_it() -> None:
    rules = hidden_behind(12, all_of_it=False)
    asked = questions(rules, 14).contradicted()
    assert (asked.found, asked.certain) == (True, True)
    assert asked.packet is not None
    assert asked.packet.destination_port in {10, 11}
