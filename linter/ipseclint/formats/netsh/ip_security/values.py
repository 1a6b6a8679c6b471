"""Single values of `netsh ipsec`: yes or no, numbers, choices, each with its place.

A value outside the tool's grammar is noted and unknown. Choices can be abbreviated, as tags can.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.tags import listing, unique_prefix
from ipseclint.late import late
from ipseclint.model.setting import Setting, Unknown

T = TypeVar("T")

SECONDS_PER_MINUTE = 60
_PRINTED_LIFETIME = late(r"([0-9]{1,9})[ \t]{0,8}(m|s)", re.IGNORECASE)
_YES_NO = {"yes": True, "no": False}


def choice(word: Token, choices: Mapping[str, T], diagnostics: Diagnostics) -> Setting[T]:
    """One of a few words, in full or abbreviated."""
    span = word.span
    matches = unique_prefix(word.text.strip(), choices)
    if len(matches) == 1:
        return Setting(choices[matches[0]], span)
    diagnostics.unknown_value(f"{quoted(word.text)} is not one of {listing(matches or choices)}", span)
    return Setting(Unknown(word.text), span)


def yes_no(word: Token, diagnostics: Diagnostics) -> Setting[bool]:
    """`yes` or `no`."""
    return choice(word, _YES_NO, diagnostics)


def integer(word: Token, diagnostics: Diagnostics, *, unit: int = 1, largest: int = 2**32 - 1) -> Setting[int]:
    """A whole number from 0, converted by a unit."""
    span = word.span
    number = decimal(word.text)
    if number is not None and number <= largest:
        return Setting(number * unit, span)
    diagnostics.unknown_value(f"{quoted(word.text)} is not a whole number from 0 to {largest}", span)
    return Setting(Unknown(word.text), span)


def minutes(word: Token, diagnostics: Diagnostics) -> Setting[int]:
    """A time in minutes, converted to seconds."""
    return integer(word, diagnostics, unit=SECONDS_PER_MINUTE)


def printed_lifetime_seconds(token: Token) -> int | None:
    """A lifetime as it is printed, in minutes or seconds; None for other text."""
    match = _PRINTED_LIFETIME.match(token.text)
    number = None if match is None else decimal(match[1])
    if match is None or number is None:
        return None
    return number * (SECONDS_PER_MINUTE if match[2] in "mM" else 1)
