"""Values read as words and numbers; what is neither is kept as written, and noted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from ipseclint.formats.kit.located import Located
from ipseclint.formats.kit.notes import Notes, quoted
from ipseclint.model.setting import Setting, Unknown

T = TypeVar("T")

_NUMBER_DIGITS = 19
"""More digits than any number here has; longer ones are not turned into numbers."""


def unknown(value: Located, what: str, notes: Notes) -> Unknown:
    """The value as written, after noting that it is no such thing."""
    notes.not_understood(f"{quoted(value.text)} is no {what} known here", value.span)
    return Unknown(value.text)


def word(table: Mapping[str, T], value: Located, what: str, notes: Notes) -> Setting[T]:
    """A value that is one word or number of a table."""
    found = table.get(value.word)
    return Setting(unknown(value, what, notes) if found is None else found, value.span)


def digits(value: Located) -> int | None:
    """A decimal number, or None."""
    text = value.text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _NUMBER_DIGITS else None


def number(value: Located, what: str, notes: Notes, factor: int = 1) -> Setting[int]:
    """A decimal number, times a factor that changes its unit."""
    found = digits(value)
    return Setting(unknown(value, what, notes) if found is None else found * factor, value.span)
