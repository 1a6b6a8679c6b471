"""Reads tokens as words, numbers, flags and addresses. Anything else is kept as `Unknown` and noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import Token
from ipseclint.late import late
from ipseclint.model.selectors import (
    ANY_ADDRESS,
    PROTOCOL_NUMBERS,
    Address,
    Addresses,
    Ports,
    parse_address,
    parse_ports,
)
from ipseclint.model.setting import Setting, Unknown
from ipseclint.vocabulary.netsh_labels import HIDDEN_VALUES

T = TypeVar("T")

MAX_PROTOCOL = 255

UNSET = frozenset({"none", "any", "notconfigured", "default", ""})
"""Words by which a set of flags says that none is chosen."""


def is_hidden(token: Token) -> bool:
    """Whether Windows withheld the value for want of elevation."""
    return token.text.strip().casefold() in HIDDEN_VALUES


_TYPE_OF_LIST = late(r"System\.[A-Za-z0-9.]{1,60}(?:\[\]|`1\[[^\r\n]{1,200}\])")
_TYPE_ALONE = "is the type of a list that stands in place of the {}: export it with ConvertTo-Json -Depth 5"


def is_type_alone(token: Token) -> bool:
    """Whether an export has, in place of a list, only its type, as `Export-Csv` and a depth that is too small leave."""
    return _TYPE_OF_LIST.fullmatch(token.text.strip()) is not None


def unknown(token: Token, what: str, diagnostics: Diagnostics) -> Unknown:
    """The token as written, after noting that Windows withheld it, or that it is no such thing."""
    text = token.text.strip()
    if is_hidden(token):
        message = f"Windows did not show the {what}: {quoted(text)}; export it from an elevated prompt"
        diagnostics.hidden(message, token.span)
        return Unknown(token.text, hidden=True)
    if is_type_alone(token):
        diagnostics.not_understood(f"{quoted(text)} {_TYPE_ALONE.format(what)}", token.span)
        return Unknown(token.text)
    diagnostics.unknown_value(f"unknown {what} {quoted(text)}" if text else f"the {what} is empty", token.span)
    return Unknown(token.text)


def value(token: Token, read: Callable[[Token], T | None], what: str, diagnostics: Diagnostics) -> Setting[T]:
    """What a function makes of a token; unknown where it makes nothing of it."""
    known = read(token)
    return Setting(unknown(token, what, diagnostics) if known is None else known, token.span)


def look_up(token: Token, table: Mapping[str, T]) -> Setting[T]:
    """One word or number of a table; nothing is noted if it is none."""
    known = table.get(token.word)
    return Setting(Unknown(token.text) if known is None else known, token.span)


def word(token: Token, table: Mapping[str, T], what: str, diagnostics: Diagnostics) -> Setting[T]:
    """One word or number of a table, whose keys are as `Token.word` makes them."""
    return value(token, lambda token: table.get(token.word), what, diagnostics)


def digits(token: Token) -> int | None:
    """A decimal number, or None."""
    return decimal(token.text.strip())


def number(token: Token, what: str, diagnostics: Diagnostics, factor: int = 1) -> Setting[int]:
    """A decimal number, times a factor that changes its unit."""
    known = digits(token)
    return Setting(unknown(token, what, diagnostics) if known is None else known * factor, token.span)


def union(
    tokens: Sequence[Token], table: Mapping[str, frozenset[T]], what: str, diagnostics: Diagnostics
) -> Setting[frozenset[T]]:
    """Words that each stand for members of a set; the place is that of the first."""
    combined: frozenset[T] = frozenset()
    for token in tokens:
        members = table.get(token.word)
        if members is None:
            return Setting(unknown(token, what, diagnostics), token.span)
        combined |= members
    return Setting(combined, tokens[0].span)


def flags(
    tokens: Sequence[Token], bits: Mapping[int, T], names: Mapping[str, T], what: str, diagnostics: Diagnostics
) -> Setting[frozenset[T]] | None:
    """A set written as a number of bits, a word, or words with commas; None if nothing is written."""
    combined: frozenset[T] = frozenset()
    for token in tokens:
        if (alone := token.word) in names:
            combined |= {names[alone]}
            continue
        for part in token.split(","):
            mask, folded = digits(part), part.word
            if mask is not None and mask < 1 << 32 and mask & ~sum(bits) == 0:
                combined |= {member for bit, member in bits.items() if mask & bit}
            elif folded in names:
                combined |= {names[folded]}
            elif folded not in UNSET:
                return Setting(unknown(part, what, diagnostics), tokens[0].span)
    return Setting(combined, tokens[0].span) if tokens else None


def addresses(tokens: Sequence[Token], diagnostics: Diagnostics) -> Setting[Addresses] | None:
    """Addresses, subnets, ranges and keywords, each once; None if nothing is written."""
    unique: dict[Address, None] = {}
    for token in tokens:
        address = parse_address(token.text)
        if address is None:
            return Setting(unknown(token, "address", diagnostics), token.span)
        unique[address] = None
    if not tokens:
        return None
    return Setting((ANY_ADDRESS,) if ANY_ADDRESS in unique else tuple(unique), tokens[0].span)


def ports(tokens: Sequence[Token], diagnostics: Diagnostics) -> Setting[Ports] | None:
    """Ports and port ranges, empty for any; None if nothing is written."""
    collected: Ports = ()
    is_any = False
    for token in tokens:
        ranges = parse_ports(token.text) if token.text else None
        if ranges is None:
            return Setting(unknown(token, "port", diagnostics), token.span)
        is_any = is_any or not ranges
        collected += ranges
    return Setting(() if is_any else collected, tokens[0].span) if tokens else None


def protocol(token: Token, diagnostics: Diagnostics) -> Setting[int | None]:
    """An IP protocol by name or number; None is any."""
    if token.word in PROTOCOL_NUMBERS:
        return Setting(PROTOCOL_NUMBERS[token.word], token.span)
    known_number = digits(token)
    known = None if known_number is None or known_number > MAX_PROTOCOL else known_number
    return Setting(unknown(token, "IP protocol", diagnostics) if known is None else known, token.span)


_BITS = 64
_MAX_DIGITS = 20
"""Digits of the largest number of 64 bits."""


def decimal(text: str) -> int | None:
    """The number that decimal digits write; None for other text, and for more than 64 bits hold."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        return None
    number = int(text)
    return None if number >> _BITS else number
