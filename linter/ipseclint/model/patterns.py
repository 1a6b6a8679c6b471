"""Regular expressions of the published JSON schema, for words that the program checks by parsing them.

They check as much as an expression can: not that a range ends before it begins, nor that a mask has a gap.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import WithJsonSchema
from pydantic.config import JsonDict

_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = rf"{_OCTET}(\.{_OCTET}){{3}}"
_GROUP = "[0-9A-Fa-f]{1,4}"
_ZEROS_LEFT_OUT = "|".join(rf"({_GROUP}:){{1,{before}}}(:{_GROUP}){{1,{7 - before}}}" for before in range(1, 7))
_IPV6 = (
    rf"(({_GROUP}:){{7}}{_GROUP}|({_GROUP}:){{1,7}}:|{_ZEROS_LEFT_OUT}|:((:{_GROUP}){{1,7}}|:)"
    rf"|({_GROUP}:){{6}}{_IPV4}|::({_GROUP}:){{0,5}}{_IPV4}|({_GROUP}:){{1,5}}:({_GROUP}:){{0,4}}{_IPV4})(%[^\s/%-]+)?"
)
_TO = r"\s*-\s*"


def _whole(*words: str) -> WithJsonSchema:
    return WithJsonSchema(pattern_of(*words))


def pattern_of(*words: str) -> dict[str, Any]:
    """The schema of a text that matches one of some expressions, blanks around it aside."""
    return {"type": "string", "pattern": rf"^\s*({'|'.join(words)})\s*$"}


def in_any_case(words: Iterable[str]) -> str:
    """An expression for words in any case, since expressions of a schema have no such flag."""
    return "|".join("".join(_either(letter) for letter in word) for word in words)


def _either(letter: str) -> str:
    upper, lower = letter.upper(), letter.lower()
    return f"[{upper}{lower}]" if upper != lower else f"\\{letter}" if letter in ".()+*?" else letter


_RANGES = (
    rf"{_IPV4}(/0*(3[0-2]|[12]?[0-9])|/{_IPV4}|{_TO}{_IPV4})?",
    rf"{_IPV6}(/0*(12[0-8]|1[01][0-9]|[1-9]?[0-9])|{_TO}{_IPV6})?",
)
RANGE = _whole(*_RANGES)
"""An address, a subnet or a range."""

NAMED = "[A-Za-z][A-Za-z0-9_-]*"
"""A name that the user gives to addresses or ports; it cannot look like an address or a number."""

RANGE_OR_NAME = _whole(*_RANGES, NAMED)
"""An address, a subnet, a range, or a name for some."""

SINGLE = _whole(rf"{_IPV4}(/0*32|/255\.255\.255\.255)?", rf"{_IPV6}(/0*128)?")
"""One address."""

_BYTE = "0*(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_PORT = r"0*(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[0-9]{1,4})"
_PORTS = rf"{_PORT}({_TO}{_PORT})?"


def _list_of(item: str) -> WithJsonSchema:
    # 0 alone would mean any.
    several = pattern_of(rf"{item}(\s*,\s*{item})*")
    return WithJsonSchema({"type": "string", "allOf": [several, {"not": {"pattern": r"^\s*0\s*$"}}]})


PORTS = _list_of(_PORTS)
"""A list of ports and ranges of them."""

PORTS_OR_NAMES = _list_of(rf"({_PORTS}|{NAMED})")
"""A list of ports, ranges of them, and names for some."""


def protocol(names: Iterable[str]) -> WithJsonSchema:
    """A protocol by name or by its number, without blanks."""
    return WithJsonSchema({"type": "string", "pattern": rf"^({in_any_case(names)}|{_BYTE})$"})


def release(names: Iterable[str]) -> WithJsonSchema:
    """A release of Windows by name; `Windows` may be left out."""
    short = in_any_case(name.removeprefix("Windows ") for name in names)
    return WithJsonSchema({"type": "string", "pattern": rf"^({in_any_case(['Windows '])})?\s*({short})\s*$"})


_VERSION = r"(===?|[~!<>]=|[<>])\s*v?[0-9][0-9A-Za-z.!+*-]*"
VERSIONS: JsonDict = {"pattern": rf"^\s*({_VERSION}(\s*,\s*{_VERSION})*\s*)?$"}
"""A constraint on versions, as in `>=0.1,<1`."""

NAME: JsonDict = {"pattern": r"^[^\u0000]*$"}
"""A name of a file."""
