from __future__ import annotations

from hypothesis import given

from ipseclint.semantics.packets.anomaly import Limits
from ipseclint.semantics.packets.axes import IN, OUT, Axis
from ipseclint.semantics.packets.box import Box, Condition, box
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.mirrors import ProtectingRules, missing_mirrors
from ipseclint.semantics.packets.rules import OrderedRules, TrafficRule
from tests.semantics.packets.small_space import briefly, points_of, rules, union, within

HERE, THERE = IntervalSet.of((0, 255)), IntervalSet.of((256, 511))
OUTWARD, INWARD = IntervalSet.of(OUT), IntervalSet.of(IN)


def side(*rules: tuple[str, Box], most_specific_first: bool = True) -> ProtectingRules:
    ordered = OrderedRules.of(
        (TrafficRule("", (matched,), action) for action, matched in rules), most_specific_first=most_specific_first
    )
    return ProtectingRules(ordered, {number for number, (action, _) in enumerate(rules) if action == "negotiate"})


def test_filter_without_its_mirror() -> None:
    there = box(4, source=HERE, destination=THERE, direction=OUTWARD)
    alone = side(("negotiate", there))
    (found,) = missing_mirrors(alone, alone)
    assert found.rule == 0
    assert found.verdict is not None
    assert found.verdict.winners == ()
    assert found.verdict.packet.source in THERE
    assert found.verdict.packet.direction == IN
    both = side(("negotiate", there), ("negotiate", there.mirrored()))
    assert missing_mirrors(both, both) == []


def test_mirror_that_is_exempt_in_part() -> None:
    there = box(4, source=HERE, destination=THERE, direction=OUTWARD)
    hole = box(4, source=IntervalSet.of(300), direction=INWARD)
    mixed = side(("negotiate", there), ("negotiate", there.mirrored()), ("permit", hole))
    found = missing_mirrors(mixed, mixed)
    assert [each.rule for each in found] == [0]
    assert found[0].verdict is not None
    assert 2 in found[0].verdict.winners
    assert found[0].verdict.packet.source == 300


def test_what_the_rule_itself_leaves_to_an_exemption_needs_no_mirror() -> None:
    there = box(4, source=HERE, destination=THERE)
    host = IntervalSet.of(300)
    own = side(("negotiate", there), ("permit", box(4, source=HERE, destination=host)), ("negotiate", there.mirrored()))
    peer = side(("negotiate", box(4, source=HERE, destination=THERE - host)), ("negotiate", there.mirrored()))
    assert missing_mirrors(own, peer, Box.arriving) == []


def test_peer_must_negotiate_for_what_arrives() -> None:
    own = side(("negotiate", box(4, source=HERE, destination=THERE, direction=OUTWARD)))
    good = side(("negotiate", box(4, source=HERE, destination=THERE, direction=INWARD)))
    narrow = side(("negotiate", box(4, source=HERE, destination=IntervalSet.of((256, 400)), direction=INWARD)))
    assert missing_mirrors(own, good, Box.arriving) == []
    (found,) = missing_mirrors(own, narrow, Box.arriving)
    assert found.verdict is not None
    assert found.verdict.packet.destination > 400


def test_my_address_is_not_the_peers() -> None:
    me = Condition(Axis.SOURCE, "me")
    own = side(("negotiate", box(4, conditions=[me], direction=OUTWARD)))
    peer = side(("negotiate", box(4, conditions=[me], direction=INWARD)))
    assert [missing_mirror.rule for missing_mirror in missing_mirrors(own, peer, Box.arriving)] == [0]


def test_work_that_runs_out_is_told() -> None:
    there = box(4, source=HERE, destination=THERE)
    both = side(("negotiate", there), ("negotiate", there.mirrored()))
    found = missing_mirrors(both, both, limits=Limits(neighbours=0))
    assert [(each.rule, each.verdict) for each in found] == [(0, None), (1, None)]


@briefly
@given(rules(), rules())
def test_against_every_packet(own: list[TrafficRule], other: list[TrafficRule]) -> None:
    """With the packets themselves as counterparts: what one side protects, the other surely does."""
    sides = [
        ProtectingRules(
            OrderedRules(tuple(each)), {number for number, rule in enumerate(each) if rule.decision == "require"}
        )
        for each in (own, other)
    ]
    found = {missing_mirror.rule for missing_mirror in missing_mirrors(*sides, turned=lambda matched: matched)}
    assert found == {number for number in sides[0].protecting if not mirrored(number, *sides)}


def mirrored(number: int, own: ProtectingRules, other: ProtectingRules) -> bool:
    for each in (own.rules.filters[place] for place in own.rules.filters_of[number]):
        elsewhere = union(
            points_of(one.box)
            for one in own.rules.filters
            if one.rule not in own.protecting and own.rules.before(one, each)
        )
        needed = points_of(each.box) & ~elsewhere
        good = [one for one in other.rules.filters if one.rule in other.protecting]
        if not within(needed, union(points_of(one.box) for one in good)):
            return False
        for rival in (one for one in other.rules.filters if one.rule not in other.protecting):
            earlier = union(points_of(one.box) for one in good if other.rules.before(one, rival))
            if not within(needed & points_of(rival.box), earlier):
                return False
    return True
