"""Values of `netsh advfirewall` tags that are one word, a list of words, addresses or ports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from ipseclint.formats.kit import values
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import Token
from ipseclint.model.selectors import (
    ANY_ADDRESS,
    PROTOCOL_NUMBERS,
    Addresses,
    Ports,
    parse_address,
    parse_ports,
)
from ipseclint.model.setting import Setting, Unknown
from ipseclint.vocabulary.netsh_labels import HIDDEN_VALUES

T = TypeVar("T")


def unknown(value: Token, what: str, diagnostics: Diagnostics) -> Unknown:
    """The value as written, after noting that it is withheld, or is no such thing."""
    if value.text.strip().casefold() in HIDDEN_VALUES:
        diagnostics.hidden(f"Windows did not show the {what}: {quoted(value.text)}; run netsh elevated", value.span)
        return Unknown(value.text, hidden=True)
    return values.unknown(value, what, diagnostics)


def word(table: Mapping[str, T], value: Token, what: str, diagnostics: Diagnostics) -> Setting[T]:
    """A value that is one word of a table."""
    found = table.get(value.word)
    return Setting(unknown(value, what, diagnostics) if found is None else found, value.span)


def words(
    table: Mapping[str, frozenset[T]], value: Token, what: str, diagnostics: Diagnostics
) -> Setting[frozenset[T]]:
    """A value that is a list of words, each standing for members of a set."""
    found: frozenset[T] = frozenset()
    for part in value.split(","):
        members = table.get(part.word)
        if members is None:
            return Setting(_unknown_list(value, part, what, diagnostics), value.span)
        found |= members
    return Setting(found, value.span)


def addresses(value: Token, diagnostics: Diagnostics) -> Setting[Addresses]:
    """A list of addresses, subnets, ranges and keywords."""
    found = []
    for part in value.split(","):
        address = parse_address(part.text)
        if address is None:
            return Setting(
                _unknown_list(value, part, "address, subnet, range or address keyword", diagnostics), value.span
            )
        found.append(address)
    return Setting((ANY_ADDRESS,) if ANY_ADDRESS in found else tuple(found), value.span)


def ports(value: Token, diagnostics: Diagnostics) -> Setting[Ports]:
    """A list of ports and port ranges; any is empty."""
    found: Ports = ()
    for part in value.split(","):
        ranges = parse_ports(part.text) if part.text else None
        if ranges is None:
            return Setting(_unknown_list(value, part, "port, port range or `any`", diagnostics), value.span)
        if not ranges:
            return Setting((), value.span)
        found += ranges
    return Setting(found, value.span)


def protocol(value: Token, diagnostics: Diagnostics) -> Setting[int | None]:
    """An IP protocol by name or number; None is any."""
    if value.word in PROTOCOL_NUMBERS:
        return Setting(PROTOCOL_NUMBERS[value.word], value.span)
    found = values.digits(value)
    return Setting(unknown(value, "IP protocol", diagnostics) if found is None or found > 255 else found, value.span)


def _unknown_list(value: Token, part: Token, what: str, diagnostics: Diagnostics) -> Unknown:
    return Unknown(value.text, hidden=unknown(part if part.text else value, what, diagnostics).hidden)
