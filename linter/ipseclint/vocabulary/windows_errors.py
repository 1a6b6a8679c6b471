"""The Windows error codes of IPsec: 13000 to 13932, names and meaning.

Names and numbers agree between Microsoft's "System Error Codes (12000-15999)", mingw-w64's winerror.h and
the error table of a real wfpstate.xml; the meaning is in our own words.
"""

from __future__ import annotations

import csv
import re
from functools import cache

from msgspec import Struct

from ipseclint.vocabulary import table_text


class ErrorCode(Struct, frozen=True):
    """One Windows error: its constant, its number, and its meaning."""

    name: str
    code: int
    message: str


@cache
def error_table() -> dict[int, ErrorCode]:
    """Every error by its number."""
    text = table_text("windows_errors.csv")
    rows = csv.DictReader(text.splitlines())
    return {int(row["code"]): ErrorCode(row["name"], int(row["code"]), row["message"]) for row in rows}


@cache
def error_texts() -> dict[int, str]:
    """Windows' own text of each error, as logs show it."""
    text = table_text("windows_error_texts.csv")
    return {int(row["code"]): row["text"] for row in csv.DictReader(text.splitlines())}


def error_name(code: int) -> str:
    """The constant of a code, or the bare number if it is none of these."""
    error = error_table().get(code)
    return error.name if error else str(code)


_WIN32_FACILITY = 0x8007
_HEXADECIMAL = r"(?:0X|&H)(?:F{8}(?=[0-9A-F]{8}))?([0-9A-F]{1,8})H?|(?:F{8})?([0-9A-F]{4}|[0-9A-F]{8})H?"
_SHORT_PREFIXES = ("ERROR_IPSEC_IKE_", "ERROR_IPSEC_", "ERROR_")


def find_error(word: str) -> ErrorCode | None:
    """The error that a word names: by a number as Windows writes it, its constant, or the constant without its
    prefix."""
    text = word.strip().upper()
    table = error_table()
    number = error_number(text)
    if number is not None:
        return table.get(number)
    for error in table.values():
        if text == error.name or any(text == error.name.removeprefix(prefix) for prefix in _SHORT_PREFIXES):
            return error
    return None


def error_number(word: str) -> int | None:
    """The number of an error, in any notation of Windows and its tools; None if the word is not a number.

    Decimal (13811), hexadecimal (0x35F3, 0x000035F3, &H35F3, 35F3h), and both for an HRESULT (0x800735F3, -2147011085,
    2147956211, 0xFFFFFFFF800735F3).
    """
    if re.fullmatch(r"-?\d{1,10}", word, re.ASCII):
        return _without_facility(int(word) % 2**32)
    match = re.fullmatch(_HEXADECIMAL, word, re.IGNORECASE)
    return None if match is None else _without_facility(int(match[1] or match[2], 16))


def _without_facility(number: int) -> int:
    """The error in an HRESULT of Windows' own facility; any other number unchanged."""
    return number & 0xFFFF if number >> 16 == _WIN32_FACILITY else number
