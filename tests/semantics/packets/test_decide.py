from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ipseclint.semantics.packets.axes import Axis
from ipseclint.semantics.packets.box import Condition, Packet, box
from ipseclint.semantics.packets.decide import Reason, decide
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.rules import OrderedRules, TrafficRule
from tests.semantics.packets.small_space import CONDITIONS, POINTS, Point, briefly, points_of, rules


def packet_at(point: Point) -> Packet:
    return Packet(point.family, point.source, 5, point.protocol, 1, point.port, None, 0, point.profile, 0, point.holds)


@briefly
@given(rules(), st.booleans(), st.sampled_from(POINTS))
def test_decision_by_definition(some: list[TrafficRule], specific: bool, point: Point) -> None:
    ordered = OrderedRules(tuple(some), specific)
    place = 1 << POINTS.index(point)
    matching = [filter_ for filter_ in ordered.filters if points_of(filter_.box) & place]
    first = [
        matching_rule
        for matching_rule in matching
        if not any(ordered.before(other, matching_rule) for other in matching)
    ]
    verdict = decide(ordered, packet_at(point))
    assert set(verdict.winners) == {each.rule for each in first}
    assert set(verdict.rules) == {each.rule for each in matching}
    for loser in verdict.losers:
        assert loser.to in verdict.winners
    more = 1 << POINTS.index(point._replace(holds=frozenset(CONDITIONS)))
    for proviso in verdict.provisos:
        assert any(points_of(box) & more for box in some[proviso.rule].boxes)
        assert set(proviso.conditions) <= set(CONDITIONS) - point.holds


def subnet(first: int, last: int) -> IntervalSet:
    return IntervalSet.of((first, last))


ANYTHING = Packet(4, 1, 2, 6, 49_152, 445)


def test_reasons_why_rules_lose() -> None:
    ordered = OrderedRules.of(
        [
            TrafficRule("all", (box(4),), "request", 1),
            TrafficRule("net", (box(4, destination=subnet(0, 255)),), "require", 1),
            TrafficRule("exempt", (box(4, destination=subnet(0, 9)),), "exempt", 0),
            TrafficRule("elsewhere", (box(4, destination=subnet(100, 109)),), "exempt", 0),
        ],
        most_specific_first=True,
    )
    verdict = decide(ordered, ANYTHING)
    assert verdict.winners == (2,)
    assert [(loser.rule, loser.to, loser.reason) for loser in verdict.losers] == [
        (0, 2, Reason.LATER),
        (1, 2, Reason.LATER),
    ]
    outside = decide(ordered, Packet(4, 1, 50, 6, 49_152, 445))
    assert outside.winners == (1,)
    assert [(each.rule, each.reason) for each in outside.losers] == [(0, Reason.LESS_SPECIFIC)]


def test_unknown_order_has_several_winners() -> None:
    ordered = OrderedRules.of(
        [
            TrafficRule("to", (box(4, destination=subnet(0, 255)),), "require"),
            TrafficRule("from", (box(4, source=subnet(0, 255)),), "exempt"),
        ],
        most_specific_first=True,
    )
    verdict = decide(ordered, ANYTHING)
    assert verdict.winners == (0, 1)


def test_keyword_that_is_not_bound_is_a_proviso() -> None:
    dns = Condition(Axis.DESTINATION, "dns")
    ordered = OrderedRules.of(
        [
            TrafficRule("all", (box(4),), "require", 1),
            TrafficRule("dns", (box(4, conditions=[dns]),), "exempt", 0),
        ]
    )
    verdict = decide(ordered, ANYTHING)
    assert verdict.winners == (0,)
    assert [(each.rule, each.conditions) for each in verdict.provisos] == [(1, (dns,))]
    known = decide(ordered, Packet(4, 1, 2, 6, 49_152, 445, holds=frozenset({dns})))
    assert known.winners == (1,)


def test_a_field_left_open_must_match_for_every_value() -> None:
    ordered = OrderedRules.of([TrafficRule("domain", (box(4, profile=IntervalSet.of(0)),), "require")])
    assert decide(ordered, ANYTHING).winners == ()
    assert decide(ordered, Packet(4, 1, 2, 6, 49_152, 445, profile=0)).winners == (0,)
