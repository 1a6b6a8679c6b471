"""The traffic of one filter of `netsh ipsec`: addresses, masks, protocol, ports, mirrored.

Facts from the tool's help: an address is `me`, `any`, a server type, an IPv4 or IPv6 address, a range or a DNS
name; a mask is dotted or a prefix length and does not go with a range; port 0 is any port; if one side is a
server type the other must be `me`; with a port the protocol is TCP or UDP. A filter with a value outside this
grammar is noted and left out.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.ip_security.values import choice, yes_no
from ipseclint.formats.netsh.tags import Arguments
from ipseclint.late import late
from ipseclint.model.selectors import ADDRESS_BITS, ANY_ADDRESS, Address, ipv4_number, parse_address
from ipseclint.vocabulary.addresses import AddressKeyword
from ipseclint.vocabulary.protocols import PROTOCOLS as ROWS
from ipseclint.vocabulary.rows import folded, readings

KEYWORDS = folded(readings(AddressKeyword, lambda keyword: keyword.row.netsh_ipsec))
"""The words for addresses."""

SERVERS = frozenset(KEYWORDS.values()) - {AddressKeyword.ME, AddressKeyword.ANY}

PROTOCOLS = {word.casefold(): protocol.number for word, protocol in readings(ROWS, lambda row: row.netsh_ipsec).items()}
"""The words for protocols, by IANA number; other protocols are written as numbers."""

_HOST_NAME = late(r"(?=[^.]*[a-z\d])(?=[\w.-]*[a-z])[\w-]+(?:\.[\w-]+)*\.?", re.IGNORECASE)
_IDLE_MASKS = {
    AddressKeyword.ANY: frozenset({"0.0.0.0"}),  # noqa: S104 - the mask of every address, not a place to listen
}
PORT_PROTOCOLS = frozenset({PROTOCOLS["tcp"], PROTOCOLS["udp"]})
"""The protocols that have ports."""
_HOST_MASKS = frozenset({"255.255.255.255", "32"})


class FilterSelectors(NamedTuple):
    """The traffic that one filter matches. Ports: 0 is any. Protocol: None is any."""

    source: Address
    destination: Address
    protocol: int | None
    source_port: int
    destination_port: int
    mirrored: bool


class NoAddress(Struct, frozen=True):
    """The reason why a value and its mask are no address, as a sentence."""

    reason: str


_EVERYWHERE = {word: Address(keyword=KEYWORDS[word.casefold()]) for word in ("me", "Me", "ME", "any", "Any", "ANY")}
"""The addresses that most filters have on one side, as they are mostly written."""


def legacy_address(text: str, mask: str | None) -> Address | NoAddress:
    """The address in a value and its mask, or the reason why there is none."""
    if mask is None and text in _EVERYWHERE:
        return _EVERYWHERE[text]
    number = ipv4_number(text)
    if number is None:
        return _other_address(text, mask)
    if mask is None:
        return Address(4, number, number)
    rest = _host_bits(mask, 32)
    return _wrong_mask(mask, 32) if rest is None else Address(4, number & ~rest, number | rest)


@lru_cache(maxsize=4096)
def _other_address(text: str, mask: str | None) -> Address | NoAddress:
    """An address other than plain IPv4. Cached, since scripts repeat a few of them."""
    keyword = KEYWORDS.get(text.casefold())
    if keyword is not None:
        if mask is not None and mask not in _IDLE_MASKS.get(keyword, _HOST_MASKS):
            return NoAddress(f"the mask {quoted(mask)} does not go with {quoted(text)}")
        return Address(keyword=keyword)
    if "/" in text:
        return NoAddress("the mask is not written behind the address but as `srcmask` or `dstmask`")
    address = parse_address(text)
    if address is None or address.version == 0:
        if _HOST_NAME.fullmatch(text) is None:
            return NoAddress(f"{quoted(text)} is not an address, range, name or server type")
        return Address(name=text) if mask is None or mask in _HOST_MASKS else NoAddress("a DNS name has no mask")
    if address.first > address.last:
        return NoAddress(f"the range {quoted(text)} ends before it begins")
    if mask is None:
        return address
    if "-" in text:
        return NoAddress("a mask does not go with a range of addresses")
    width = ADDRESS_BITS[address.version]
    rest = _host_bits(mask, width)
    if rest is None:
        return _wrong_mask(mask, width)
    return Address(address.version, address.first & ~rest, address.first | rest)


@lru_cache(maxsize=1024)
def _host_bits(mask: str, width: int) -> int | None:
    """The host bits of a mask or prefix length; None if it is neither."""
    length = decimal(mask)
    if length is not None:
        return (1 << (width - length)) - 1 if 1 <= length <= width else None
    dotted = ipv4_number(mask) if width == 32 else None
    if dotted is None:
        return None
    rest = dotted ^ 0xFFFFFFFF
    return None if rest & (rest + 1) else rest


def _wrong_mask(mask: str, width: int) -> NoAddress:
    return NoAddress(f"{quoted(mask)} is neither a mask nor a prefix length from 1 to {width}")


def read_traffic(arguments: Arguments, diagnostics: Diagnostics) -> FilterSelectors | None:
    """The traffic in the arguments of a filter command; None, noted, if they are invalid."""
    seen = diagnostics.count
    mirrored = arguments.get("mirrored")
    traffic = FilterSelectors(
        source=_address(arguments, "src", diagnostics),
        destination=_address(arguments, "dst", diagnostics),
        protocol=read_protocol(arguments.get("protocol"), diagnostics),
        source_port=_port(arguments.get("srcport"), diagnostics),
        destination_port=_port(arguments.get("dstport"), diagnostics),
        mirrored=mirrored is None or bool(yes_no(mirrored, diagnostics).known),
    )
    if not servers_fit(traffic.source, traffic.destination):
        place = arguments.values["srcaddr"].value.span
        diagnostics.malformed("if one side is a server type, the other must be `me`", place)
    has_port = traffic.source_port or traffic.destination_port
    if has_port and traffic.protocol not in PORT_PROTOCOLS and not _is_open(arguments.get("protocol"), diagnostics):
        tag = "srcport" if traffic.source_port else "dstport"
        diagnostics.malformed("a port needs `protocol=tcp` or `protocol=udp`", arguments.values[tag].value.span)
    if diagnostics.count > seen:
        return None
    for side in ("src", "dst"):
        _note_idle_mask(arguments, side, diagnostics)
    return traffic


def _is_open(word: Token | None, diagnostics: Diagnostics) -> bool:
    return word is not None and diagnostics.is_open(word.span)


def _note_idle_mask(arguments: Arguments, side: str, diagnostics: Diagnostics) -> None:
    word, mask = arguments.values[f"{side}addr"].value, arguments.get(f"{side}mask")
    if (
        mask is not None
        and word.text.casefold() in KEYWORDS
        and isinstance(legacy_address(word.text, mask.text), NoAddress)
    ):
        message = f"the mask {quoted(mask.text)} does not go with {quoted(word.text)}, which is read without it"
        diagnostics.contradictory(message, mask.span)


def servers_fit(source: Address, destination: Address) -> bool:
    """Whether a server type on one side has the machine itself on the other."""
    keywords = source.keyword, destination.keyword
    return AddressKeyword.ME in keywords or SERVERS.isdisjoint(keywords)


def read_protocol(word: Token | None, diagnostics: Diagnostics) -> int | None:
    """The number of a protocol; None for any, also written 0."""
    if word is None:
        return None
    number = decimal(word.text)
    if number is None:
        return choice(word, PROTOCOLS, diagnostics).known
    if number > 255:
        diagnostics.unknown_value(f"{quoted(word.text)} is not a protocol number from 0 to 255", word.span)
    return number or None


def _address(arguments: Arguments, side: str, diagnostics: Diagnostics) -> Address:
    word, mask = arguments.values[f"{side}addr"].value, arguments.get(f"{side}mask")
    idle = mask is None or word.text.casefold() in KEYWORDS
    address = legacy_address(word.text, None if mask is None or idle else mask.text)
    if isinstance(address, Address):
        return address
    place = mask.span if mask is not None and diagnostics.is_open(mask.span) else word.span
    diagnostics.unknown_value(address.reason, place)
    return ANY_ADDRESS


def _port(word: Token | None, diagnostics: Diagnostics) -> int:
    if word is None:
        return 0
    number = decimal(word.text)
    if number is None or number > 65_535:
        diagnostics.unknown_value(f"{quoted(word.text)} is not a port from 0 to 65535", word.span)
        return 0
    return number
