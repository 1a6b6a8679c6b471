"""The traffic that the conditions of a WFP filter match."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from ipseclint.formats.kit.diagnostics import shown
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.xml.element import Element
from ipseclint.formats.wfp.values import dotted, numeric_address
from ipseclint.model.selectors import Address, Addresses, PortRange, Ports, ipv4_number

Narrowing = tuple[str, Any]
"""A field of `Traffic` and its value; for `not_understood`, the name of what is not modelled."""


class Traffic(NamedTuple):
    """The traffic that conditions match; empty is any."""

    local: Addresses
    remote: Addresses
    protocol: int | None
    local_ports: Ports
    remote_ports: Ports
    not_understood: tuple[str, ...]


ADDRESS_FIELDS = {"FWPM_CONDITION_IP_LOCAL_ADDRESS": "local", "FWPM_CONDITION_IP_REMOTE_ADDRESS": "remote"}
_PORT_FIELDS = {"FWPM_CONDITION_IP_LOCAL_PORT": "local_ports", "FWPM_CONDITION_IP_REMOTE_PORT": "remote_ports"}
_PROTOCOL_FIELD = "FWPM_CONDITION_IP_PROTOCOL"

_MATCHES = frozenset({"FWP_MATCH_EQUAL", "FWP_MATCH_RANGE"})
"""The FWP_MATCH_TYPEs that are modelled."""

_PAIRS = {
    "v4AddrMask": ("addr", "mask"),
    "v6AddrMask": ("addr", "prefixLength"),
    "rangeValue": ("valueLow", "valueHigh"),
}
"""The parts of the values that have two."""

_OF_ADDRESS = frozenset({"uint32", "byteArray16", "v6AddrMask", "rangeValue"})
"""The elements besides an IPv4 network in which an address stands."""

_LAST_PORT = 65_535


def traffic_of(narrowings: Iterable[Narrowing]) -> Traffic:
    """The traffic that conditions match together: alternatives on the same field, all of different fields."""
    of_field: dict[str, list[Any]] = {"local": [], "remote": [], "local_ports": [], "remote_ports": []}
    protocol: int | None = None
    unknown: dict[str, None] = {}
    for field, value in narrowings:
        if field in of_field:
            of_field[field].append(value)
        elif field == "not_understood":
            unknown[value] = None
        elif protocol is None:
            protocol = value
        elif value != protocol:
            unknown[_PROTOCOL_FIELD] = None
    local, remote, local_ports, remote_ports = map(tuple, of_field.values())
    return Traffic(local, remote, protocol, local_ports, remote_ports, tuple(unknown))


def narrowing_of(field: str, match: str, arm: str, first: str, second: str = "") -> Narrowing:
    """The effect of a condition, given its field, its match type, the element that holds the value, and the value.

    A range has its ends in `first` and `second`; so has an address with its mask or prefix length.
    """
    if match not in _MATCHES:
        return "not_understood", f"{field} {shown(match)}"
    value: Address | PortRange | int | None = None
    narrowed = ADDRESS_FIELDS.get(field)
    if narrowed:
        value = _address(arm, first, second)
    elif narrowed := _PORT_FIELDS.get(field):
        value = _ports(first, second if arm == "rangeValue" else first)
    elif field == _PROTOCOL_FIELD and arm == "uint8":
        narrowed, value = "protocol", decimal(first)
    return ("not_understood", field) if narrowed is None or value is None else (narrowed, value)


def narrowing_in(item: Element) -> Narrowing:
    """The effect of the condition in an item of `filterCondition`; missing parts are empty."""
    value = item.child("conditionValue")
    field, match = item.child_text("fieldKey"), item.child_text("matchType")
    if value is None or not value.children:
        return narrowing_of(field, match, "", "")
    arm = value.children[-1]
    names = _PAIRS.get(arm.name)
    if names is None:
        return narrowing_of(field, match, arm.name, arm.text.strip())
    first, second = (_innermost(arm.child(name)) for name in names)
    return narrowing_of(field, match, arm.name, first, second)


def names_no_address(item: Element) -> bool:
    """Whether a condition compares an address with text that is none."""
    value = item.child("conditionValue")
    if value is None or not value.children or item.child_text("fieldKey") not in ADDRESS_FIELDS:
        return False
    arm = value.children[-1]
    if arm.name == "v4AddrMask":
        return any(_number(_innermost(arm.child(name))) is None for name in _PAIRS[arm.name])
    is_compared = arm.name in _OF_ADDRESS and item.child_text("matchType") in _MATCHES
    return is_compared and narrowing_in(item)[0] == "not_understood"


def _innermost(part: Element | None) -> str:
    """The text of a part; for an end of a range, that of the value inside."""
    if part is None:
        return ""
    return part.children[-1].text.strip() if part.children else part.text.strip()


def _address(arm: str, first: str, second: str) -> Address | None:
    match arm:
        case "rangeValue":
            return numeric_address(f"{dotted(first)}-{dotted(second)}")
        case "v4AddrMask":
            return _network(_number(first), _mask(second))
        case "v6AddrMask":
            return numeric_address(f"{dotted(first)}/{second}")
        case _:
            return numeric_address(dotted(first))


def _number(text: str) -> int | None:
    number = ipv4_number(text)
    return ipv4_number(dotted(text)) if number is None else number


_mask = lru_cache(maxsize=256)(_number)
"""The number of a mask, of which there are few."""


def _network(address: int | None, mask: int | None) -> Address | None:
    """An IPv4 network; None for a non-contiguous mask, which WFP allows and a range cannot express."""
    if address is None or mask is None:
        return None
    hosts = mask ^ 0xFFFFFFFF
    return None if hosts & (hosts + 1) else Address(4, address & mask, address | hosts)


def _ports(first: str, last: str) -> PortRange | None:
    low = decimal(first)
    high = low if last is first else decimal(last)
    return None if low is None or high is None or high > _LAST_PORT else PortRange(low, high)
