"""Words for how some packets are narrower than others: each field, one value of it, some, and all but some."""

from __future__ import annotations

from ipseclint.semantics.narrowing import narrowing
from ipseclint.semantics.packets.axes import IN, OUT
from ipseclint.semantics.packets.box import box
from ipseclint.semantics.packets.intervals import IntervalSet
from tests.cases import cases

TCP, UDP = IntervalSet.of(6), IntervalSet.of(17)
NOT_53 = IntervalSet.of((0, 52), (54, 65_535))
TEN = 10 << 24
NOT_ONE = IntervalSet.of((0, TEN), (TEN + 2, 2**32 - 1))


@cases(
    ("fields", "words"),
    [
        ({}, ""),
        ({"protocol": TCP, "destination_port": IntervalSet.of(88)}, "TCP 88"),
        ({"protocol": IntervalSet.of(6, 17), "destination_port": IntervalSet.of(53, (80, 81))}, "TCP/UDP 53, 80-81"),
        ({"protocol": TCP, "source_port": IntervalSet.of(88)}, "TCP from port 88"),
        ({"protocol": TCP, "source_port": IntervalSet.of(88, 90)}, "TCP from port 88, 90"),
        ({"protocol": TCP, "source_port": NOT_53}, "TCP from ports other than 53"),
        (
            {"protocol": UDP, "source_port": NOT_53, "destination_port": IntervalSet.of(53)},
            "UDP 53 from ports other than 53",
        ),
        ({"protocol": IntervalSet.of(1, 2, 3)}, "ICMPV4/2/3"),
        ({"protocol": IntervalSet.of(1, 2, 3, 4)}, "some protocols"),
        ({"source": IntervalSet.of(TEN + 1)}, "own address 10.0.0.1"),
        ({"source": NOT_ONE}, "own addresses other than 10.0.0.1"),
        ({"destination": IntervalSet.of(TEN + 1, (TEN + 4, TEN + 7))}, "10.0.0.1, 10.0.0.4/30"),
        ({"profile": IntervalSet.of(0)}, "the domain profile"),
        ({"profile": IntervalSet.of(0, 2)}, "the domain and public profiles"),
        ({"interface": IntervalSet.of(1)}, "wireless"),
        ({"interface": IntervalSet.of(0, 2)}, "lan and ras"),
        ({"direction": IntervalSet.of(OUT)}, "packets that go out"),
        ({"direction": IntervalSet.of(IN)}, "packets that come in"),
        ({"protocol": TCP, "profile": IntervalSet.of(2)}, "TCP, the public profile"),
    ],
)
def test_each_field_that_is_narrower_has_its_words(fields: dict[str, IntervalSet], words: str) -> None:
    assert narrowing([box(4, **fields)], [box(4)]) == words


def test_what_comes_in_is_told_as_this_host_sends_it() -> None:
    part = box(4, protocol=TCP, source_port=IntervalSet.of(88), direction=IntervalSet.of(IN))
    assert narrowing([part], [box(4, direction=IntervalSet.of(IN))]) == "TCP 88"


def test_what_the_whole_has_too_is_not_told() -> None:
    service = box(4, protocol=TCP, destination_port=IntervalSet.of(88))
    more = box(4, protocol=UDP, destination_port=IntervalSet.of(53))
    assert narrowing([service], [service, more]) == ""
    assert narrowing([service, more], [box(4, protocol=TCP)]) == "TCP 88, UDP 53"
