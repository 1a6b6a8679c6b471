from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipseclint.semantics.packets.axes import Axis
from ipseclint.semantics.packets.box import Condition, box, packet_box
from ipseclint.semantics.packets.coverage import UNTOUCHED, coverage
from ipseclint.semantics.packets.decide import decide
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.rules import OrderedRules, TrafficRule
from tests.semantics.packets.small_space import briefly, rules


def subnet(first: int, last: int) -> IntervalSet:
    return IntervalSet.of((first, last))


REGION = box(4, destination=subnet(0, 999))


def test_segments_say_what_happens_to_each_address() -> None:
    ordered = OrderedRules.of(
        [
            TrafficRule("net", (box(4, destination=subnet(100, 299)),), "require", 1),
            TrafficRule("web", (box(4, destination=subnet(200, 299), protocol=subnet(0, 127)),), "request", 0),
            TrafficRule("host", (box(4, destination=IntervalSet.of(150)),), "exempt", 0),
        ]
    )
    found = coverage(ordered, REGION, lambda rule: str(ordered.rules[rule].decision))
    assert [(segment.low, segment.high, dict(segment.shares or {})) for segment in found.segments] == [
        (0, 99, {UNTOUCHED: 1.0}),
        (100, 149, {"require": 1.0}),
        (150, 150, {"exempt": 1.0}),
        (151, 199, {"require": 1.0}),
        (200, 299, {"request": 0.5, "require": 0.5}),
        (300, 999, {UNTOUCHED: 1.0}),
    ]
    assert found.complete
    assert all(each.order_known for each in found.segments)
    assert found.examples["exempt"].destination == 150


def test_unknown_order_is_told() -> None:
    ordered = OrderedRules.of(
        [
            TrafficRule("to", (box(4, destination=subnet(0, 9)),), "require"),
            TrafficRule("from", (box(4, source=subnet(0, 9)),), "exempt"),
        ]
    )
    found = coverage(ordered, REGION, lambda rule: str(ordered.rules[rule].decision))
    assert [(segment.low, segment.high, segment.order_known) for segment in found.segments] == [
        (0, 9, False),
        (10, 999, True),
    ]


def test_conditions_that_are_not_given_leave_a_rule_out() -> None:
    me = Condition(Axis.SOURCE, "me")
    ordered = OrderedRules.of([TrafficRule("mine", (box(4, conditions=[me]),), "require")])
    found = coverage(ordered, REGION, lambda _: "require")
    assert found.conditional == (0,)
    assert [segment.shares for segment in found.segments] == [{UNTOUCHED: 1.0}]
    given_me = coverage(ordered, box(4, destination=subnet(0, 999), conditions=[me]), lambda _: "require")
    assert given_me.conditional == ()
    assert [segment.shares for segment in given_me.segments] == [{"require": 1.0}]


def test_work_is_bounded() -> None:
    ordered = OrderedRules.of(
        TrafficRule("", (box(4, destination=IntervalSet.of(2 * each)),), "require") for each in range(100)
    )
    assert len(coverage(ordered, REGION, lambda _: "require").segments) == 200
    short = coverage(ordered, REGION, lambda _: "require", steps=20)
    assert not short.complete
    assert any(each.shares is None for each in short.segments)


@briefly
@given(rules(conditions=False), st.booleans())
def test_examples_and_shares_agree_with_decisions(some: list[TrafficRule], specific: bool) -> None:
    ordered = OrderedRules(tuple(some), specific)
    found = coverage(ordered, box(4), lambda rule: str(some[rule].decision), axis=Axis.SOURCE)
    assert found.complete
    assert found.segments[0].low == 0
    assert found.segments[-1].high == 2**32 - 1
    for segment in found.segments:
        assert sum((segment.shares or {}).values()) == pytest.approx(1)
    for name, packet in found.examples.items():
        winners = decide(ordered, packet).winners
        assert packet_box(packet).within(box(4))
        assert (name == UNTOUCHED) == (not winners)
        if winners:
            assert name in {some[each].decision for each in winners}
