"""Readers of tokens as words, numbers, flags, addresses and keys. Any other value becomes `Unknown`, and is noted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import OpenToken, Token
from ipseclint.late import late
from ipseclint.model.selectors import (
    ANY_ADDRESS,
    Address,
    Addresses,
    Ports,
    parse_address,
    parse_ports,
)
from ipseclint.model.setting import LEFT_OUT, Secret, Setting, Unknown
from ipseclint.vocabulary.netsh_labels import HIDDEN_VALUES
from ipseclint.vocabulary.protocols import PROTOCOL_NUMBERS

T = TypeVar("T")

MAX_PROTOCOL = 255
THOUSANDS = r"[ ,.'\u2019\u00a0\u202f]"
"""A sign by which people part the thousands of a number, in a regular expression."""

UNSET = frozenset({"none", "any", "notconfigured", "default", ""})
"""Words for an empty set of flags."""
_TYPE_OF_LIST = late(r"System\.[A-Za-z0-9.]{1,60}(?:\[\]|`1\[[^\r\n]{1,200}\])")
_TYPE_ALONE = "is the type of a list that stands in place of the {}: export it with ConvertTo-Json -Depth 5"
_BITS = 64
_MAX_DIGITS = 20
"""Digits of the largest number of 64 bits."""
_FEW, _ALIKE = 2, 0.8
"""How many characters more or fewer, and what part of them alike, make a word resemble another (reasoned)."""
_MAX_METHOD_DIGITS = 3
ASKED = "\ue000asked\ue000"
"""The placeholder in a command for an answer to a prompt; private-use characters, which nobody writes."""
FILLED_IN = "\ue000filled in\ue000"
"""The placeholder in a command for a key that the script takes from elsewhere when it runs, also private-use."""
WHEN_ASKED = Unknown("asked for when the script runs", hidden=True)
WHEN_RUN = Unknown("filled in when the script runs", hidden=True)
"""The key that is in no input."""
_KEPT_OUT = {ASKED: WHEN_ASKED, FILLED_IN: WHEN_RUN}
BLOTTED = Unknown("blotted out", hidden=True)
"""The key that somebody removed from the input."""
_MAX_BLOTTED = 128
_BLOTTED = late(
    r"[*•●]{3,}|x{6,}|\.{3,}|…|hidden|masked|redacted"
    r"|[*<\[({]+(?>[\w .-]*?\b(?:hidden|key|masked|omitted|psk|redacted|removed|secret)\b)[\w .-]*+[*>\])}]+",
    re.IGNORECASE,
)
_PUT_IN = late(
    r"\$\{[A-Za-z_][\w.:-]*\}|%[A-Za-z_]\w*%|@{1,2}[A-Za-z_]\w*@{1,2}|#\{[^{}]+\}#?"
    r"|(?i:(?:your|enter|insert|replace)[ _-]?[\w -]*?(?:psk|key|secret)[\w -]*)"
    r"|(?=[A-Z_]*?(?:PSK|KEY|SECRET))[A-Z]+(?:_[A-Z]+)+"
)
"""A variable, or the name of a key, where a template or a script puts it in. A key that is taken for one is not
compared, which is said."""


def is_hidden(token: Token) -> bool:
    """Whether Windows withheld the value for lack of elevation."""
    return token.text.strip().casefold() in HIDDEN_VALUES


def is_type_alone(token: Token) -> bool:
    """Whether an export has only the type of a list in its place, as from `Export-Csv` or too small a depth."""
    return _TYPE_OF_LIST.fullmatch(token.text.strip()) is not None


def unknown(token: Token, what: str, diagnostics: Diagnostics) -> Unknown:
    """The token as an unknown value; noted as withheld by Windows, as only a type, or as unknown or empty."""
    text = token.text.strip()
    if text == LEFT_OUT.raw:
        diagnostics.cut_short(token.span)
        return LEFT_OUT
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
    """A token converted by a function; unknown if that gives None."""
    known = read(token)
    return Setting(unknown(token, what, diagnostics) if known is None else known, token.span)


def look_up(token: Token, table: Mapping[str, T]) -> Setting[T]:
    """A word or number in a table; if it is not there, it is unknown and nothing is noted."""
    known = table.get(token.word)
    return Setting(Unknown(token.text) if known is None else known, token.span)


def word(token: Token, table: Mapping[str, T], what: str, diagnostics: Diagnostics) -> Setting[T]:
    """A word or number in a table, whose keys are as `Token.word` makes them."""
    known = table.get(token.word)
    return Setting(unknown(token, what, diagnostics) if known is None else known, token.span)


def method_word(token: Token, table: Mapping[str, T], diagnostics: Diagnostics) -> Setting[T]:
    """An authentication method in a table. What does not resemble one may be a key in its place, and is not quoted."""
    is_told = token.word in table or is_hidden(token) or is_type_alone(token) or not token.text.strip()
    if is_told or _resembles(token.text.strip().casefold(), table):
        return word(token, table, "authentication method", diagnostics)
    diagnostics.secrets.extend(token.spans)
    diagnostics.unknown_value("an unknown authentication method, which may be a key and is not shown", token.span)
    return Setting(Unknown(""), token.span)


def _resembles(written: str, names: Iterable[str]) -> bool:
    """Whether a word is a short number, or one of some names with a few characters wrong."""
    from difflib import SequenceMatcher  # few values are unknown

    like = SequenceMatcher(b=written, autojunk=False)
    for name in names:
        like.set_seq1(name)
        if abs(len(name) - len(written)) <= _FEW and like.real_quick_ratio() >= _ALIKE and like.ratio() >= _ALIKE:
            return True
    return written.isdecimal() and len(written) <= _MAX_METHOD_DIGITS


def digits(token: Token) -> int | None:
    """A decimal number; None for other text."""
    return decimal(token.text.strip())


def number(token: Token, what: str, diagnostics: Diagnostics, factor: int = 1) -> Setting[int]:
    """A decimal number, times a factor that converts its unit."""
    known = digits(token)
    return Setting(unknown(token, what, diagnostics) if known is None else known * factor, token.span)


def union(
    tokens: Sequence[Token], table: Mapping[str, frozenset[T]], what: str, diagnostics: Diagnostics
) -> Setting[frozenset[T]]:
    """Words that each mean members of a set, united; the place is that of the first."""
    combined: frozenset[T] = frozenset()
    for token in tokens:
        members = table.get(token.word)
        if members is None:
            return Setting(unknown(token, what, diagnostics), token.span)
        combined |= members
    return Setting(_one_of_equals(combined), tokens[0].span)


@lru_cache(maxsize=256)
def _one_of_equals(members: frozenset[Any]) -> frozenset[Any]:
    """One object for equal sets, to save memory: ten thousand rules have the same few."""
    return members


def flags(
    tokens: Sequence[Token], bits: Mapping[int, T], names: Mapping[str, T], what: str, diagnostics: Diagnostics
) -> Setting[frozenset[T]] | None:
    """A set written as a number of bits, a word, or words with commas; None if there is none."""
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
    """Addresses, subnets, ranges and keywords without duplicates; None if there are none."""
    if not tokens:
        return None
    found = addresses_in([token.text for token in tokens])
    if found is None:
        token = next(token for token in tokens if parse_address(token.text) is None)
        return Setting(unknown(token, "address", diagnostics), token.span)
    return Setting(found, tokens[0].span)


def addresses_in(texts: Iterable[str]) -> Addresses | None:
    """The addresses in some texts without duplicates; None if one of them is no address."""
    found: list[Address] = []
    for text in texts:
        address = parse_address(text)
        if address is None:
            return None
        found.append(address)
    if len(found) > 1:
        found = [ANY_ADDRESS] if ANY_ADDRESS in found else list(dict.fromkeys(found))
    return tuple(found)


_NUMBERS = late(r"\d{1,9}(?:\.\d{1,9}){3}(?:/\w{0,9})?")


def is_no_host(text: str) -> bool:
    """Whether a text can be no name of a host, as it has four numbers, and is no address either."""
    return _NUMBERS.fullmatch(text) is not None and parse_address(text) is None


def shown_address(token: Token | None, diagnostics: Diagnostics) -> str | None:
    """The address of a peer as text; noted if it is no address; None if there is none."""
    if token is None or not token.text.strip():
        return None
    if parse_address(token.text) is None:
        unknown(token, "address", diagnostics)
    return token.text.strip()


def ports(tokens: Sequence[Token], diagnostics: Diagnostics) -> Setting[Ports] | None:
    """Ports and port ranges, empty for any; None if nothing is written."""
    if not tokens:
        return None
    found = ports_in([token.text for token in tokens])
    if found is None:
        token = next(token for token in tokens if not token.text or parse_ports(token.text) is None)
        return Setting(unknown(token, "port", diagnostics), token.span)
    return Setting(found, tokens[0].span)


def ports_in(texts: Iterable[str]) -> Ports | None:
    """The ports and port ranges in some texts, empty for any; None if one of them is neither."""
    collected: Ports = ()
    is_any = False
    for text in texts:
        ranges = parse_ports(text) if text else None
        if ranges is None:
            return None
        is_any = is_any or not ranges
        collected += ranges
    return () if is_any else collected


def words_of_list(
    value: Token, table: Mapping[str, frozenset[T]], what: str, diagnostics: Diagnostics
) -> Setting[frozenset[T]]:
    """Words in a list that each mean members of a set, united; the place is that of the list."""
    tokens = value.split(",")
    return _whole(value, tokens, union(tokens, table, what, diagnostics))


def addresses_of_list(value: Token, diagnostics: Diagnostics) -> Setting[Addresses]:
    """Addresses, subnets, ranges and keywords in a list; the place is that of the list."""
    tokens = value.split(",")
    return _whole(value, tokens, addresses(tokens, diagnostics))


def ports_of_list(value: Token, diagnostics: Diagnostics) -> Setting[Ports]:
    """Ports and port ranges in a list, empty for any; the place is that of the list."""
    tokens = value.split(",")
    return _whole(value, tokens, ports(tokens, diagnostics))


def _whole(value: Token, tokens: Sequence[Token], setting: Setting[T] | None) -> Setting[T]:
    """A setting at the place of a whole list."""
    if setting is not None and tokens[0] is value:
        return setting
    if setting is None or isinstance(setting.value, Unknown):
        return Setting(Unknown(value.text, hidden=setting is not None and _is_known_hidden(setting)), value.span)
    return Setting(setting.value, value.span)


def _is_known_hidden(setting: Setting[T]) -> bool:
    return isinstance(setting.value, Unknown) and setting.value.hidden


def protocol(token: Token, diagnostics: Diagnostics) -> Setting[int | None]:
    """An IP protocol by name or number; None is any."""
    if token.word in PROTOCOL_NUMBERS:
        return Setting(PROTOCOL_NUMBERS[token.word], token.span)
    known_number = digits(token)
    known = None if known_number is None or known_number > MAX_PROTOCOL else known_number
    return Setting(unknown(token, "IP protocol", diagnostics) if known is None else known, token.span)


def decimal(text: str) -> int | None:
    """The number in decimal digits; None for other text, and for more than 64 bits."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        return None
    number = int(text)
    return None if number >> _BITS else number


def is_blotted(text: str) -> bool:
    """Whether a text is only a placeholder for a key: `********`, `**hidden**`, `<redacted>`."""
    return len(text) <= _MAX_BLOTTED and _BLOTTED.fullmatch(text.strip()) is not None


def preshared_key(token: Token) -> Setting[Secret]:
    """A token as a preshared key."""
    if (kept_out := _KEPT_OUT.get(token.text)) is not None:
        return Setting(kept_out, token.span)
    if isinstance(token, OpenToken):
        return Setting(WHEN_RUN, token.span)
    return Setting(BLOTTED if is_blotted(token.text) else Secret(token.text), token.span)


def key_of(text: str) -> Secret | None:
    """A key in a text of another end; None if it is blotted out, or put in later: `${PSK}`, `%PSK%`, `YOUR_PSK`."""
    is_put_in = len(text) <= _MAX_BLOTTED and _PUT_IN.fullmatch(text.strip()) is not None
    return None if is_put_in or is_blotted(text) else Secret(text)
