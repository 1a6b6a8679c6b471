"""Numbers as exports write them."""

from __future__ import annotations

_BITS = 64
_MAX_DIGITS = 20
"""Digits of the largest number of 64 bits."""


def decimal(text: str) -> int | None:
    """The number that decimal digits write; None for other text, and for more than 64 bits hold."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        return None
    number = int(text)
    return None if number >> _BITS else number
