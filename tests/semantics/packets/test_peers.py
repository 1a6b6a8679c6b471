"""Boxes that may share a packet, found by the addresses of their peers or by both addresses: none is left out."""

from __future__ import annotations

from itertools import product
from random import Random

from ipseclint.semantics.packets.axes import IN, OUT, Axis
from ipseclint.semantics.packets.box import Box, Packet, box
from ipseclint.semantics.packets.intervals import EMPTY, IntervalSet
from ipseclint.semantics.packets.peers import Peers
from ipseclint.semantics.packets.rectangles import meeting
from tests.cases import cases

WAYS = (IntervalSet.of(OUT), IntervalSet.of(IN), None)


def drawn(random: Random, way: IntervalSet | None = None) -> Box:
    """A box with one range or two of sources and destinations, of which many share an end."""

    def some() -> IntervalSet | None:
        if random.random() < 0.15:
            return None
        starts = random.sample(range(12), random.choice((1, 1, 2)))
        return IntervalSet.of(*((start, start + random.choice((0, 1, 4))) for start in starts))

    return box(random.choice((4, 4, 6)), source=some(), destination=some(), direction=way)


def hull(values: IntervalSet) -> tuple[int, int]:
    return values.first, values.last


def overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


@cases("seed", range(20))
def test_near_are_those_of_a_way_whose_peers_range_meets(seed: int) -> None:
    random = Random(seed)
    boxes = [(number % 7, drawn(random, random.choice(WAYS))) for number in range(12)]
    asked = [drawn(random, random.choice(WAYS)) for _ in range(2)]
    peers = Peers(boxes)
    found = peers.near(asked)
    known = random.sample(range(7), 4)
    assert peers.is_other_near(asked, known) == bool({*found} - {*known})
    assert not peers.is_other_near(asked, found)
    assert found == sorted(
        {
            number
            for (number, one), other in product(boxes, asked)
            for direction, axis in ((OUT, Axis.DESTINATION), (IN, Axis.SOURCE))
            if one.family == other.family
            and direction in one.sets[Axis.DIRECTION]
            and direction in other.sets[Axis.DIRECTION]
            and overlap(hull(one.sets[axis]), hull(other.sets[axis]))
        }
    )
    assert {number for (number, one), other in product(boxes, asked) if one.meets(other)} <= set(found)


def test_a_box_without_packets_is_near_none() -> None:
    nothing, something = box(4, source=EMPTY), box(4)
    assert Peers([(1, nothing), (2, something)]).near([something]) == [2]
    assert Peers([(2, something)]).near([nothing]) == []
    assert Peers([]).near([something]) == []


@cases("seed", range(20))
def test_rules_meet_whose_sources_and_destinations_do(seed: int) -> None:
    random = Random(seed)
    ones, others = ([[drawn(random) for _ in range(random.randrange(3))] for _ in range(6)] for _ in range(2))
    assert meeting(ones, others) == {
        (here, there)
        for (here, mine), (there, theirs) in product(enumerate(ones), enumerate(others))
        for one, other in product(mine, theirs)
        if one.family == other.family
        and all(overlap(hull(one.sets[axis]), hull(other.sets[axis])) for axis in (Axis.SOURCE, Axis.DESTINATION))
    }


def test_addresses_that_fit_into_no_array_are_compared() -> None:
    far = (1 << 127) + 5
    sides = [[box(6, source=IntervalSet.of(far), destination=IntervalSet.of((far, far + 1)))]]
    beside = [[box(6, source=IntervalSet.of(far), destination=IntervalSet.of(far + 2))], *sides]
    assert meeting(sides, beside) == {(0, 1)}


def test_the_answer_to_a_packet_goes_back() -> None:
    asked = Packet(4, 1, 2, protocol=6, source_port=50_000, destination_port=443, profile=1, direction=OUT)
    assert asked.answered(IN) == Packet(
        4, 2, 1, protocol=6, source_port=443, destination_port=50_000, profile=1, direction=IN
    )
