"""The traffic that the conditions of a WFP filter describe."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from ipseclint.formats.kit.diagnostics import shown
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.xml.element import Element
from ipseclint.formats.wfp.values import dotted, numeric_address
from ipseclint.model.selectors import Address, PortRange, ipv4_number


class Condition(NamedTuple):
    """One condition as text: field, way of matching, the element that holds the value, and the value.

    A range has its ends in `value` and `second`, an address with a mask or prefix length these two.
    """

    field: str
    match: str
    arm: str
    value: str
    second: str = ""


_LOCAL, _REMOTE = "LOCAL", "REMOTE"
_ADDRESS_FIELDS = {f"FWPM_CONDITION_IP_{side}_ADDRESS": side for side in (_LOCAL, _REMOTE)}
_PORT_FIELDS = {f"FWPM_CONDITION_IP_{side}_PORT": side for side in (_LOCAL, _REMOTE)}
_PROTOCOL_FIELD = "FWPM_CONDITION_IP_PROTOCOL"

_MATCHES = frozenset({"FWP_MATCH_EQUAL", "FWP_MATCH_RANGE"})
"""The FWP_MATCH_TYPEs that are modelled."""

_PAIRS = {
    "v4AddrMask": ("addr", "mask"),
    "v6AddrMask": ("addr", "prefixLength"),
    "rangeValue": ("valueLow", "valueHigh"),
}
"""The parts of the values that have two."""

_LAST_PORT = 65_535


class TrafficSelectors:
    """What conditions let through: those on one field are alternatives, fields narrow one another."""

    def __init__(self) -> None:
        self._addresses: dict[str, list[Address]] = {_LOCAL: [], _REMOTE: []}
        self._ports: dict[str, list[PortRange]] = {_LOCAL: [], _REMOTE: []}
        self._not_understood: dict[str, None] = {}
        self.protocol: int | None = None

    @property
    def local(self) -> tuple[Address, ...]:
        """The local addresses, empty for any."""
        return tuple(self._addresses[_LOCAL])

    @property
    def remote(self) -> tuple[Address, ...]:
        """The remote addresses, empty for any."""
        return tuple(self._addresses[_REMOTE])

    @property
    def local_ports(self) -> tuple[PortRange, ...]:
        """The local ports, empty for any."""
        return tuple(self._ports[_LOCAL])

    @property
    def remote_ports(self) -> tuple[PortRange, ...]:
        """The remote ports, empty for any."""
        return tuple(self._ports[_REMOTE])

    @property
    def not_understood(self) -> tuple[str, ...]:
        """The names of the conditions that are not modelled, each once."""
        return tuple(self._not_understood)

    def narrow(self, condition: Condition) -> None:
        """Take a condition in, or note its name if it is not modelled."""
        if condition.match not in _MATCHES:
            self._not_understood[f"{condition.field} {shown(condition.match)}"] = None
        elif not self._take(condition):
            self._not_understood[condition.field] = None

    def _take(self, condition: Condition) -> bool:
        if side := _ADDRESS_FIELDS.get(condition.field):
            address = _address(condition)
            if address is not None:
                self._addresses[side].append(address)
            return address is not None
        if side := _PORT_FIELDS.get(condition.field):
            ports = _ports(condition)
            if ports is not None:
                self._ports[side].append(ports)
            return ports is not None
        if condition.field == _PROTOCOL_FIELD and condition.arm == "uint8":
            number = decimal(condition.value)
            if number is not None and self.protocol in (None, number):
                self.protocol = number
                return True
        return False


def condition_of(item: Element) -> Condition:
    """The condition in an item of `filterCondition`; what is missing is empty."""
    value = item.child("conditionValue")
    field, match = item.child_text("fieldKey"), item.child_text("matchType")
    if value is None or not value.children:
        return Condition(field, match, "", "")
    arm = value.children[-1]
    names = _PAIRS.get(arm.name)
    if names is None:
        return Condition(field, match, arm.name, arm.text.strip())
    first, second = (_innermost(arm.child(name)) for name in names)
    return Condition(field, match, arm.name, first, second)


def _innermost(part: Element | None) -> str:
    """The text of a part; of an end of a range, that of the value inside."""
    if part is None:
        return ""
    return part.children[-1].text.strip() if part.children else part.text.strip()


def _address(condition: Condition) -> Address | None:
    first, second = dotted(condition.value), condition.second
    match condition.arm:
        case "rangeValue":
            return numeric_address(f"{first}-{dotted(second)}")
        case "v4AddrMask":
            return _network(ipv4_number(first), ipv4_number(dotted(second)))
        case "v6AddrMask":
            return numeric_address(f"{first}/{second}")
        case _:
            return numeric_address(first)


def _network(address: int | None, mask: int | None) -> Address | None:
    """An IPv4 network; None for a mask with ones after a zero, which WFP allows and a range cannot say."""
    if address is None or mask is None:
        return None
    hosts = mask ^ 0xFFFFFFFF
    return None if hosts & (hosts + 1) else Address(4, address & mask, address | hosts)


@lru_cache(maxsize=4096)
def _ports(condition: Condition) -> PortRange | None:
    is_range = condition.arm == "rangeValue"
    first = decimal(condition.value)
    last = decimal(condition.second) if is_range else first
    return None if first is None or last is None or last > _LAST_PORT else PortRange(first, last)
