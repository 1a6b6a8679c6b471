"""Addresses, ports and protocols as they are written and read."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipseclint.model.selectors import (
    ANY_ADDRESS,
    Address,
    PortRange,
    SomeAddresses,
    ipv4_number,
    parse_address,
    parse_ports,
)
from ipseclint.model.values import NotHeldError
from ipseclint.vocabulary.addresses import AddressKeyword
from ipseclint.vocabulary.protocols import protocol_name
from tests.cases import cases


@cases(
    ("text", "written"),
    [
        ("any", "any"),
        ("10.0.0.1", "10.0.0.1"),
        ("10.0.0.9/24", "10.0.0.0/24"),
        ("10.0.0.9/255.255.255.0", "10.0.0.0/24"),
        ("10.0.0.0-10.0.0.255", "10.0.0.0/24"),
        ("10.0.0.1 - 10.0.0.3", "10.0.0.1-10.0.0.3"),
        ("10.0.0.3-10.0.0.1", "10.0.0.3-10.0.0.1"),
        ("2001:db8::/32", "2001:db8::/32"),
        ("2001:db8::1", "2001:db8::1"),
        ("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0"),
    ],
)
def test_an_address_is_written_in_its_shortest_form(text: str, written: str) -> None:
    address = parse_address(text)
    assert str(address) == written
    assert parse_address(written) == address


@cases("text", ["10.0.0", "10.0.0.256", "10.0.0.01", "1.2.3.4.5", "10.0.0.1-2001:db8::1", "host", ""])
def test_what_is_no_address(text: str) -> None:
    assert parse_address(text) is None


@cases(
    "text",
    [
        *("::", "::1", "1::", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", "2001:DB8::00ff", "::1.2.3.4"),
        *(
            "1:2:3:4::5:6:7:8",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1::2::3",
            ":1",
            "1:",
            ":",
            ":::",
            "12345::",
            "g::",
        ),
        *(
            "::_1",
            ":: 1",
            "1:2:3:4:5:6:123:12345",
            "::1/0",
            "::1/128",
            "::1/129",
            "::1/-1",
            "::1/ffff::",
            "2001:db8::/48",
        ),
        *("10.0.0.9/0", "10.0.0.9/32", "10.0.0.9/33", "10.0.0.9/0.0.0.0", "10.0.0.9/255.255.255.255"),
        *(
            "10.0.0.9/255.0.255.0",
            "10.0.0.9/0.0.0.255",
            "10.0.0.9/255.255.255.254",
            "10.0.0.9/",
            "10.0.0.9/255.0.0",
            "/8",
        ),
    ],
)
def test_an_address_in_its_usual_spelling_is_read_as_python_reads_it(text: str) -> None:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        assert parse_address(text) is None
    else:
        first, last = int(network.network_address), int(network.broadcast_address)
        assert parse_address(text) == Address(network.version, first, last)


_ALMOST = st.sampled_from(
    [":", "::", ".", "/", "-", " - ", "", "0", "00", "ffff", "12345", "256", "1.2.3.4", "%eth0", "g"]
)
_PIECES = st.lists(
    st.one_of(
        st.ip_addresses().map(str),
        st.ip_addresses(v=6).map(lambda address: address.exploded.upper()),
        st.integers(0, 140).map(str),
        _ALMOST,
    ),
    min_size=1,
    max_size=7,
)


def _as_python_reads(text: str) -> Address | None:
    """An address, prefix or range by the library alone."""
    try:
        if "-" in text:
            low, _, high = text.partition("-")
            ends = ipaddress.ip_address(low.strip()), ipaddress.ip_address(high.strip())
        else:
            network = ipaddress.ip_network(text, strict=False)
            ends = network.network_address, network.broadcast_address
    except ValueError:
        return None
    return Address(ends[0].version, *map(int, ends)) if ends[0].version == ends[1].version else None


@given(_PIECES)
def test_whatever_is_made_of_addresses_is_read_as_python_reads_it(pieces: list[str]) -> None:
    text = "".join(pieces).strip()
    assert parse_address(text) == _as_python_reads(text)


def test_both_ends_of_a_host_are_one_number() -> None:
    for host in map(parse_address, ("198.51.100.7", "2001:db8::7")):
        assert host is not None
        assert host.first is host.last


@given(st.tuples(st.ip_addresses(), st.ip_addresses()))
def test_a_range_is_read_as_python_reads_it(ends: tuple[object, object]) -> None:
    text = f"{ends[0]}-{ends[1]}"
    assert parse_address(text) == _as_python_reads(text)


def test_a_name_is_written_as_it_is_and_an_empty_address_as_nothing() -> None:
    assert (str(Address(name="vpn.example")), str(Address())) == ("vpn.example", "")


@cases(
    ("address", "is_any", "is_any_or_me"),
    [
        (ANY_ADDRESS, True, True),
        (Address(keyword=AddressKeyword.ME), False, True),
        (Address(4, 0, 2**32 - 1), True, True),
        (Address(6, 0, 2**128 - 1), True, True),
        (Address(4, 1, 2**32 - 1), False, False),
        (Address(4, 0, 2**32 - 2), False, False),
        (Address(6, 0, 2**32 - 1), False, False),
        (Address(name="dc.example"), False, False),
    ],
)
def test_which_addresses_are_all(address: Address, is_any: bool, is_any_or_me: bool) -> None:
    assert (address.is_any, address.is_any_or_me) == (is_any, is_any_or_me)


def test_octets_count_from_the_left() -> None:
    assert ipv4_number("1.2.3.4") == 0x01020304
    assert ipv4_number("255.255.255.255") == 2**32 - 1


@cases(
    ("text", "ports"),
    [
        *((text, ()) for text in ("any", "ANY", "*", "0", " ")),
        ("445", (PortRange(445, 445),)),
        ("1, 5-7", (PortRange(1, 1), PortRange(5, 7))),
        ("65535", (PortRange(65_535, 65_535),)),
        *((text, None) for text in ("65536", "x", "1-", "1-x", "1,,2", "-1", "\u0661")),
    ],
)
def test_ports(text: str, ports: tuple[PortRange, ...] | None) -> None:
    assert parse_ports(text) == ports


def test_a_range_of_ports_is_written_with_both_ends_where_they_differ() -> None:
    assert (str(PortRange(445, 445)), str(PortRange(1, 2))) == ("445", "1-2")


@cases(
    ("number", "name"),
    [
        (None, "any"),
        (1, "icmpv4"),
        (6, "tcp"),
        (17, "udp"),
        (47, "gre"),
        (50, "esp"),
        (51, "ah"),
        (58, "icmpv6"),
        (2, "2"),
    ],
)
def test_a_protocol_is_named_as_the_tools_name_it(number: int | None, name: str) -> None:
    assert protocol_name(number) == name


def test_of_addresses_that_are_not_known_it_is_known_only_that_there_are_some() -> None:
    some = SomeAddresses()
    assert bool(some) is True
    for asked in (list, len, hash, lambda each: each == (), lambda each: (*each,), lambda each: each[0]):
        with pytest.raises(NotHeldError):
            asked(some)
