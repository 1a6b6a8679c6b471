"""Values read as words and numbers; what is neither is kept as written, and noted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import Token
from ipseclint.model.setting import Setting, Unknown

T = TypeVar("T")

_NUMBER_DIGITS = 19
"""More digits than any number here has; longer ones are not turned into numbers."""


def unknown(value: Token, what: str, diagnostics: Diagnostics) -> Unknown:
    """The value as written, after noting that it is no such thing."""
    diagnostics.not_understood(f"{quoted(value.text)} is no {what} known here", value.span)
    return Unknown(value.text)


def word(table: Mapping[str, T], value: Token, what: str, diagnostics: Diagnostics) -> Setting[T]:
    """A value that is one word or number of a table."""
    found = table.get(value.word)
    return Setting(unknown(value, what, diagnostics) if found is None else found, value.span)


def digits(value: Token) -> int | None:
    """A decimal number, or None."""
    text = value.text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _NUMBER_DIGITS else None


def number(value: Token, what: str, diagnostics: Diagnostics, factor: int = 1) -> Setting[int]:
    """A decimal number, times a factor that changes its unit."""
    found = digits(value)
    return Setting(unknown(value, what, diagnostics) if found is None else found * factor, value.span)
