"""Which traffic a rule or filter means: addresses, ports, protocols."""

import ipaddress
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn

from pydantic_core import core_schema

from ipseclint.model.values import NotHeldError
from ipseclint.vocabulary.addresses import AddressKeyword
from ipseclint.vocabulary.rows import folded, readings

_KEYWORDS = {
    word: keyword
    for tool in (
        readings(AddressKeyword, lambda keyword: keyword.row.netsh),
        readings(AddressKeyword, lambda keyword: keyword.row.netsh_ipsec),
        readings(AddressKeyword, lambda keyword: keyword.row.powershell),
        readings(AddressKeyword, lambda keyword: keyword.row.registry),
    )
    for word, keyword in folded(tool).items()
}


class Address(NamedTuple):
    """A range of addresses of one family, a keyword, or a DNS name.

    `version` is 4 or 6 for a range and 0 otherwise; `first` and `last` are inclusive.
    """

    version: int = 0
    first: int = 0
    last: int = 0
    keyword: AddressKeyword | None = None
    name: str | None = None

    @property
    def is_any(self) -> bool:
        """Whether it is the keyword for every address, or a whole family."""
        if self.version:
            return self.first == 0 and self.last == LAST_ADDRESS[self.version]
        return self.keyword is AddressKeyword.ANY

    @property
    def is_any_or_me(self) -> bool:
        """Whether it covers all traffic that the machine itself sends and receives."""
        return self.keyword is AddressKeyword.ME or self.is_any

    def __str__(self) -> str:
        if self.keyword is not None:
            return self.keyword.value
        if self.version == 0:
            return self.name or ""
        make = ipaddress.IPv4Address if self.version == 4 else ipaddress.IPv6Address
        low, high = make(self.first), make(self.last)
        if self.first == self.last:
            return str(low)
        networks = list(ipaddress.summarize_address_range(low, high)) if self.first < self.last else []
        return str(networks[0]) if len(networks) == 1 else f"{low}-{high}"

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: Any, _handler: Callable[[Any], core_schema.CoreSchema]
    ) -> core_schema.CoreSchema:
        return _as_text(cls)


ADDRESS_BITS = {4: 32, 6: 128}
"""The bits of an address, by family."""
LAST_ADDRESS = {family: 2**bits - 1 for family, bits in ADDRESS_BITS.items()}
"""The last address of each family; the first is 0."""

ANY_ADDRESS = Address(keyword=AddressKeyword.ANY)


class PortRange(NamedTuple):
    """An inclusive range of TCP or UDP ports."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: Any, _handler: Callable[[Any], core_schema.CoreSchema]
    ) -> core_schema.CoreSchema:
        return _as_text(cls)


def _as_text(cls: type) -> core_schema.CoreSchema:
    return core_schema.is_instance_schema(cls)


Addresses = tuple[Address, ...]


class SomeAddresses(tuple[None, ...]):
    """Addresses that are not known, but do not include every address: they differ between the rules they
    stand for."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return True

    def _refuse(self, *_: object) -> NoReturn:
        raise NotHeldError("addresses")

    __iter__ = __len__ = __getitem__ = __contains__ = __add__ = __radd__ = __eq__ = __ne__ = __hash__ = _refuse


Ports = tuple[PortRange, ...]
"""Port ranges; an empty tuple means any port."""

TCP, UDP, ESP, AH = 6, 17, 50, 51
IKE_PORTS = (500, 4500)
"""The UDP ports on which IKE listens, the second for NAT traversal (RFC 3947)."""


_OCTETS = {str(number): number for number in range(256)}
_LENGTHS: dict[int, dict[str, int]] = {
    family: {str(number): number for number in range(bits + 1)} for family, bits in ADDRESS_BITS.items()
}
_OF_GROUPS = "0123456789abcdefABCDEF:"
_GROUP_DIGITS = 4


def ipv4_number(text: str) -> int | None:
    """The number of a dotted IPv4 address, octets without leading zeros; None if it is not one."""
    try:
        first, second, third, fourth = text.split(".")
        return _OCTETS[first] << 24 | _OCTETS[second] << 16 | _OCTETS[third] << 8 | _OCTETS[fourth]
    except (KeyError, ValueError):
        return None


def _ipv6_number(text: str) -> int | None:
    """The number of an IPv6 address in groups of hexadecimal digits; None if it is not one, or is written otherwise."""
    if text.strip(_OF_GROUPS):
        return None
    before, gap, behind = text.partition("::")
    left, right = before.split(":") if before else [], behind.split(":") if behind else []
    missing = 8 - len(left) - len(right)
    if missing < 1 if gap else missing:
        return None
    try:
        high, low = _of_groups(left), _of_groups(right)
    except ValueError:
        return None
    return high << 16 * (8 - len(left)) | low


def _of_groups(groups: list[str]) -> int:
    """The number of groups of hexadecimal digits. Raises ValueError for one that is empty or too long."""
    number = 0
    for group in groups:
        if len(group) > _GROUP_DIGITS:
            raise ValueError(group)
        number = number << 16 | int(group, 16)
    return number


def _numbered(text: str) -> tuple[int, int] | None:
    """The family and number of an address in its usual spelling; None if it is not one."""
    family = 6 if ":" in text else 4
    number = _ipv6_number(text) if family == 6 else ipv4_number(text)
    return None if number is None else (family, number)


def _in_any_spelling(text: str) -> tuple[int, int] | None:
    """The family and number of an address; None if it is not one."""
    if (numbered := _numbered(text)) is not None:
        return numbered
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return address.version, int(address)


def _bits_of_hosts(length: str, family: int) -> int | None:
    """The bits that a prefix of a length, or a mask of IPv4, leaves to hosts; None if written otherwise."""
    bits = _LENGTHS[family].get(length)
    if bits is not None:
        return (1 << ADDRESS_BITS[family] - bits) - 1
    mask = ipv4_number(length) if family == 4 else None
    if mask is None:
        return None
    others = LAST_ADDRESS[4] - mask
    return None if others & (others + 1) else others


@lru_cache(maxsize=4096)
def parse_address(text: str) -> Address | None:
    """An address as Windows tools write it: keyword, address, a/len, a/mask, a-b. None if it is none of these.

    A host's bits below a prefix are dropped, as Windows does. A range whose end lies before its begin is
    kept as written: a rule reports it.
    """
    text = text.strip()
    keyword = _KEYWORDS.get(text.casefold())
    if keyword is not None:
        return Address(keyword=keyword)
    address, slash, length = text.partition("/")
    if (numbered := _numbered(address)) is not None:
        family, number = numbered
        if not slash:
            return Address(family, number, number)
        others = _bits_of_hosts(length, family)
        if others is not None:
            return Address(family, (number | others) - others, number | others)
    if "-" in text:
        low, _, high = text.partition("-")
        begin, end = _in_any_spelling(low.strip()), _in_any_spelling(high.strip())
        return Address(*begin, end[1]) if begin and end and begin[0] == end[0] else None
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    return Address(network.version, int(network.network_address), int(network.broadcast_address))


@lru_cache(maxsize=4096)
def parse_ports(text: str) -> Ports | None:
    """A list of ports and port ranges; `any`, `*` and `0` alone mean any. None if it is not one."""
    text = text.strip()
    if text.casefold() in {"any", "*", "0", ""}:
        return ()
    ranges = []
    for part in text.split(","):
        low, dash, high = part.strip().partition("-")
        if not _is_port(low) or (dash and not _is_port(high)):
            return None
        ranges.append(PortRange(int(low), int(high) if dash else int(low)))
    return tuple(ranges)


def _is_port(text: str) -> bool:
    number = text.strip()
    return number.isascii() and number.isdigit() and len(number) < 20 and int(number) <= 65_535


class LegacyFilter(NamedTuple):
    """One filter of a `netsh ipsec` filter list, in few fields: there may be a hundred thousand.

    Ports: 0 is any. Protocol: None is any. Line and column are where it was added.
    """

    source: Address
    destination: Address
    protocol: int | None
    source_port: int
    destination_port: int
    mirrored: bool
    line: int
    column: int


class WfpFilter(NamedTuple):
    """One filter of the Windows Filtering Platform at an IPsec layer, compact.

    `local` and `remote` are empty for any; `not_understood` names the conditions that are not modelled.
    `context_key` is the provider context it refers to, the IPsec policy; None if it refers to none.
    `filter_id` is the number by which events name it while the engine runs. A filter of another layer has
    the `callout` by which it demands or checks protection. `disabled` filters belong to a stopped service.
    `path` is the input it stands in, empty where that is the one of the whole policy.
    """

    key: str
    name: str
    layer: str
    sublayer: str
    effective_weight: int
    action: str
    context_key: str | None
    local: Addresses
    remote: Addresses
    protocol: int | None
    local_ports: Ports
    remote_ports: Ports
    not_understood: tuple[str, ...]
    line: int
    column: int
    filter_id: int | None = None
    callout: str | None = None
    disabled: bool = False
    path: str = ""
