"""The packets of single filters: of `netsh ipsec`, there and back, and of WFP, as they go out."""

from __future__ import annotations

from ipseclint.model.selectors import Address, LegacyFilter, PortRange, WfpFilter, parse_address
from ipseclint.model.site import NO_FACTS, Site
from ipseclint.semantics.filter_boxes import LegacyFilters, legacy_boxes, wfp_parts
from ipseclint.semantics.packets.axes import IN, OUT, Axis
from ipseclint.semantics.packets.box import Box, Condition, box
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.rules import box_of
from tests.cases import cases
from tests.made_objects import rule

HERE = (0x0A000001, 0x0A000001)
THERE = (0x0A020000, 0x0A02FFFF)
ME = frozenset({Condition(Axis.SOURCE, "me")})


def address(text: str) -> Address:
    parsed = parse_address(text)
    assert parsed is not None
    return parsed


def legacy(source: str, destination: str, **fields: object) -> list[Box]:
    given = {"protocol": None, "source_port": 0, "destination_port": 0, "mirrored": False} | fields
    row = LegacyFilter(address(source), address(destination), line=1, column=1, **given)  # type: ignore[arg-type]
    return list(legacy_boxes(rule(), row, NO_FACTS))


def test_a_filter_of_netsh_ipsec_is_for_its_packets_and_mirrored_for_what_answers() -> None:
    fields = {"protocol": 6, "source_port": 80, "destination_port": 443}
    out = box(
        4,
        source=IntervalSet.of(HERE),
        destination=IntervalSet.of(THERE),
        protocol=IntervalSet.of(6),
        source_port=IntervalSet.of(80),
        destination_port=IntervalSet.of(443),
    )
    assert legacy("10.0.0.1", "10.2.0.0/16", **fields) == [out]
    assert legacy("10.0.0.1", "10.2.0.0/16", **fields, mirrored=True) == [out, out.mirrored()]
    assert out.mirrored() == box(
        4,
        source=IntervalSet.of(THERE),
        destination=IntervalSet.of(HERE),
        protocol=IntervalSet.of(6),
        source_port=IntervalSet.of(443),
        destination_port=IntervalSet.of(80),
    )


def test_a_filter_for_the_machine_itself_is_of_what_it_sends_or_receives() -> None:
    sent, received = legacy("me", "10.2.0.0/16", mirrored=True)
    assert sent == box(4, destination=IntervalSet.of(THERE), direction=IntervalSet.of(OUT), conditions=ME)
    assert received == sent.mirrored()
    assert received.sets[Axis.DIRECTION] == IntervalSet.of(IN)
    assert [each.family for each in legacy("me", "any")] == [4, 6]
    assert [each.sets[Axis.DIRECTION] for each in legacy("10.0.0.1", "me")] == [IntervalSet.of(IN)]
    assert legacy("10.0.0.1", "2001:db8::1") == []


@cases(("facts", "sources"), [((), 0), (("10.0.0.1", "10.2.0.0/16"), 1)])
def test_what_a_site_says_of_a_keyword_is_a_part_of_a_filter(facts: tuple[str, ...], sources: int) -> None:
    row = LegacyFilter(address("dns"), address("10.0.0.1"), None, 0, 0, mirrored=False, line=1, column=1)
    apart = LegacyFilters(Site(dns_servers=facts))
    for _ in range(2):  # the second time from memory
        (parts,) = apart.parts(rule(), (row,))
        boxes = list(map(box_of, parts))
        assert [each.sets[Axis.SOURCE].spans for each in boxes] == [(HERE, THERE)] * sources


def wfp(local: tuple[str, ...], remote: tuple[str, ...], *unknown: str) -> WfpFilter:
    sides = [tuple(map(address, each)) for each in (local, remote)]
    ports = ((PortRange(1, 2), PortRange(5, 6)), ())
    return WfpFilter("{k}", "F", "L", "S", 1, "A", None, sides[0], sides[1], 17, *ports, unknown, 1, 1)


def test_a_filter_of_wfp_is_for_what_goes_out_between_each_two_of_its_addresses_of_one_version() -> None:
    row = wfp(("10.0.0.1", "2001:db8::1"), ("10.2.0.0/16", "10.0.0.1"), "APP_ID")
    boxes = list(map(box_of, wfp_parts(row, 4, NO_FACTS)))
    assert [each.sets[Axis.DESTINATION].spans for each in boxes] == [(THERE,), (HERE,)]
    assert boxes[0] == box(
        4,
        source=IntervalSet.of(HERE),
        destination=IntervalSet.of(THERE),
        protocol=IntervalSet.of(17),
        source_port=IntervalSet.of((1, 2), (5, 6)),
        direction=IntervalSet.of(OUT),
        conditions={Condition(None, "APP_ID of filter {k}")},
    )
    assert wfp_parts(row, 6, NO_FACTS) == []
    assert [box_of(each).sets[Axis.SOURCE] for each in wfp_parts(wfp((), ()), 6, NO_FACTS)] == [box(6).sets[0]]
