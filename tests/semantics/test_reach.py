"""Which ranges lie within which, and which meet, for every edge of a range and both families."""

from __future__ import annotations

from typing import Any

from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy
from ipseclint.model.selectors import ANY_ADDRESS, PortRange, parse_address
from ipseclint.model.setting import Setting, Unknown
from ipseclint.semantics import reach
from tests.cases import cases
from tests.made_objects import SPAN, addresses, rule, said


@cases(
    ("outer", "inner", "covers", "meets"),
    [
        ("10.0.0.0/8", "10.0.0.0/8", True, True),
        ("10.0.0.0/8", "10.255.255.255", True, True),
        ("10.0.0.0/8", "11.0.0.0", False, False),
        ("10.0.0.0/8", "9.255.255.255-10.0.0.0", False, True),
        ("10.0.0.0/8", "10.255.255.255-11.0.0.0", False, True),
        ("10.0.0.0/8", "::a00:1", False, False),
        ("10.0.0.0/8", "dns", False, False),
        ("any", "10.0.0.1", True, True),
        ("any", "dns", True, True),
        ("0.0.0.0/0", "10.0.0.1", True, True),
        ("0.0.0.0/0", "2001:db8::1", False, False),
        ("::/0", "2001:db8::1", True, True),
    ],
)
def test_what_lies_within_and_what_meets(outer: str, inner: str, covers: bool, meets: bool) -> None:
    address = parse_address(inner)
    assert address is not None
    for outers in (addresses(outer), addresses("192.0.2.1", outer), addresses(outer, "192.0.2.1")):
        assert (bool(reach.covers(outers, address)), bool(reach.meets(outers, address))) == (covers, meets)
    assert (reach.covers((), address), reach.meets((), address)) == (False, False)


def test_facts_of_the_site_are_its_addresses() -> None:
    assert reach.parsed(["10.0.0.1", "nothing at all", "any"]) == (*addresses("10.0.0.1"), ANY_ADDRESS)


UNKNOWN: Setting[Any] = Setting(Unknown("?"), SPAN)


@cases(
    ("fields", "expected"),
    [
        ({}, True),
        ({"protocol": said(6)}, False),
        ({"protocol": UNKNOWN}, False),
        ({"port1": said((PortRange(1, 2),))}, False),
        ({"port2": said((PortRange(1, 2),))}, False),
        ({"port2": UNKNOWN}, False),
    ],
)
def test_a_rule_takes_all_traffic_without_protocol_and_ports(fields: dict[str, Any], expected: bool) -> None:
    assert reach.takes_all_traffic(Machine(name="m", policy=Policy()), rule(**fields)) is expected
