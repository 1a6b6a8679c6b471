from __future__ import annotations

from hypothesis import given

from ipseclint.semantics.packets.axes import IN, OUT, Axis
from ipseclint.semantics.packets.box import Box, Condition, Packet, box, packet_box
from ipseclint.semantics.packets.intervals import IntervalSet
from tests.semantics.packets.small_space import (
    ADDRESSES,
    ME,
    POINTS,
    Point,
    boxes,
    briefly,
    members,
    points_of,
    union,
    within,
)


@briefly
@given(boxes(), boxes())
def test_relations_agree_with_the_packets_in_the_boxes(one: Box, other: Box) -> None:
    assert points_of(one & other) == points_of(one) & points_of(other)
    assert one.meets(other) == bool(points_of(one) & points_of(other))
    assert one.within(other) == within(points_of(one), points_of(other))
    assert one.narrower_than(other) == (one.within(other) and points_of(one) != points_of(other))


@briefly
@given(boxes(), boxes(conditions=False))
def test_difference_is_disjoint_and_complete(one: Box, other: Box) -> None:
    rest = list(one.minus(other))
    left = points_of(one) & ~points_of(other)
    assert union(map(points_of, rest)) == left
    assert sum(points_of(each).bit_count() for each in rest) == left.bit_count()
    assert sum(each.size for each in rest) + (one & other).size == one.size


def test_size_is_the_number_of_combinations() -> None:
    two = box(4, source=IntervalSet.of(1, (5, 9)), destination=IntervalSet.of(7), protocol=IntervalSet.of(6))
    others = 65_536**3 * 3 * 3 * 2
    assert two.size == 6 * others
    assert box(4).size == 2**64 * 256 * others
    assert box(6, profile=IntervalSet.of(0, 2)).size == 2**256 * 256 * others // 3 * 2


def meets_for(one: Box, other: Box, own_addresses: frozenset[int]) -> bool:
    """Whether the boxes share a packet when `me` stands for these addresses."""

    def fits(each: Point) -> bool:
        return (each.source in own_addresses) == (ME in each.holds)

    return any(fits(member) for member in members(points_of(one) & points_of(other)))


@briefly
@given(boxes(), boxes())
def test_boxes_surely_meet_if_they_do_for_every_meaning_of_me(one: Box, other: Box) -> None:
    meanings = [frozenset({address}) for address in ADDRESSES] + [frozenset(ADDRESSES)]
    assert one.surely_meets(other) == all(meets_for(one, other, each) for each in meanings)


def test_two_keywords_and_two_unknown_conditions_may_exclude_each_other() -> None:
    me, dns = (box(4, conditions=[Condition(Axis.SOURCE, name)]) for name in ("me", "dns"))
    first, second = (box(4, conditions=[Condition(None, name)]) for name in ("program a", "program b"))
    assert me.meets(dns)
    assert not me.surely_meets(dns)
    assert not first.surely_meets(second)
    assert first.surely_meets(me)
    assert me.surely_meets(me)


@briefly
@given(boxes())
def test_sample_is_a_packet_of_the_box(one: Box) -> None:
    packet = one.sample()
    assert packet_box(packet).within(one)
    assert str(packet)


def test_ports_belong_to_tcp_and_udp_and_types_to_icmp() -> None:
    port = box(4, destination_port=IntervalSet.of(445))
    assert port.sets[Axis.PROTOCOL] == IntervalSet.of(6, 17)
    assert not box(4, protocol=IntervalSet.of(1), destination_port=IntervalSet.of(445))
    echo = box(6, icmp=IntervalSet.of((128 * 256, 128 * 256 + 255)))
    assert echo.sets[Axis.PROTOCOL] == IntervalSet.of(58)
    assert echo.sample().destination_port is None
    assert port.sample().icmp is None


def test_mirror_turns_everything_round_and_arriving_only_the_direction() -> None:
    out = box(
        4,
        source=IntervalSet.of(1),
        destination=IntervalSet.of(2),
        source_port=IntervalSet.of(3),
        destination_port=IntervalSet.of(4),
        direction=IntervalSet.of(OUT),
        conditions=[ME],
    )
    back = out.mirrored()
    assert [back.sets[axis].first for axis in (Axis.SOURCE, Axis.DESTINATION)] == [2, 1]
    assert [back.sets[axis].first for axis in (Axis.SOURCE_PORT, Axis.DESTINATION_PORT)] == [4, 3]
    assert back.sets[Axis.DIRECTION] == IntervalSet.of(IN)
    assert back.conditions == {Condition(Axis.DESTINATION, "me")}
    assert back.mirrored() == out
    there = out.arriving()
    assert there.sets[Axis.SOURCE] == out.sets[Axis.SOURCE]
    assert there.sets[Axis.DIRECTION] == IntervalSet.of(IN)
    assert there.conditions.isdisjoint(out.conditions)


def test_packet_in_words() -> None:
    packet = Packet(4, 0x0A000005, 0x0A010007, 6, 49_152, 445, None, 0, 0, 0, frozenset({ME}))
    assert str(packet) == "10.0.0.5:49152 -> 10.1.0.7:445 tcp out domain lan where source is me"
    assert str(Packet(6, 1, 2, 58, icmp=128 * 256)) == "::1 -> ::2 icmpv6 type 128 code 0"
    assert str(Packet(6, 1, 2, 132)) == "::1 -> ::2 protocol 132"


def test_small_space_has_every_combination() -> None:
    assert len(POINTS) == 2 * 5 * 2 * 4 * 3 * 4
