from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ipseclint.semantics.packets.axes import Axis
from ipseclint.semantics.packets.box import Box, box
from ipseclint.semantics.packets.cover import Steps, cover, hiding_set
from ipseclint.semantics.packets.intervals import IntervalSet
from tests.semantics.packets.small_space import boxes, briefly, points_of, union, within

COVERS = st.lists(boxes(), max_size=7)


def surely_covered(target: Box, covers: list[Box]) -> bool:
    return within(points_of(target), union(map(points_of, covers)))


@briefly
@given(boxes(), COVERS)
def test_cover_is_found_exactly_when_every_packet_is_covered(target: Box, covers: list[Box]) -> None:
    answer = cover(target, covers)
    assert answer.decided
    assert answer.complete == surely_covered(target, covers)
    if answer.gap is None:
        assert surely_covered(target, [covers[each] for each in answer.proof])
    else:
        gap = points_of(answer.gap)
        assert gap
        assert within(gap, points_of(target))
        assert not any(answer.gap.meets(each) and each.conditions <= target.conditions for each in covers)


@briefly
@given(boxes(), COVERS)
def test_hiding_set_covers_and_each_member_is_needed(target: Box, covers: list[Box]) -> None:
    answer = cover(target, covers)
    if not answer.complete:
        return
    few = hiding_set(target, covers, answer.proof)
    assert surely_covered(target, [covers[each] for each in few])
    for left_out in few:
        assert not surely_covered(target, [covers[each] for each in few if each != left_out])


def subnet(first: int, last: int, **fields: IntervalSet) -> Box:
    return box(4, destination=IntervalSet.of((first, last)), **fields)


def test_subnet_listed_host_by_host_is_covered() -> None:
    hosts = [subnet(each, each) for each in range(4096)]
    assert cover(subnet(0, 4095), hosts).complete
    gap = cover(subnet(0, 4095), hosts[:-1]).gap
    assert gap is not None
    assert gap.sets[Axis.DESTINATION] == IntervalSet.of(4095)


def test_cover_of_128_bit_addresses() -> None:
    low, high = 0x20010DB8 << 96, (0x20010DB8 << 96) + 2**64 - 1
    middle = low + 2**63
    whole, left, right = (
        box(6, source=IntervalSet.of(span)) for span in ((low, high), (low, middle - 1), (middle, high))
    )
    assert cover(whole, [left, right]).complete
    almost = box(6, source=IntervalSet.of((middle + 1, high)))
    gap = cover(whole, [left, almost]).gap
    assert gap is not None
    assert gap.sets[Axis.SOURCE] == IntervalSet.of(middle)


def test_no_answer_without_work() -> None:
    halves = [subnet(0, 9, source=IntervalSet.of((0, 5))), subnet(0, 9, source=IntervalSet.of((3, 2**32 - 1)))]
    mixed = [*halves, subnet(0, 4, protocol=IntervalSet.of(6))]
    answer = cover(subnet(0, 9), mixed, Steps(1))
    assert not answer.decided
    assert not answer.complete
