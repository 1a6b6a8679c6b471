"""Static members of .NET types: enumeration values, numeric limits, and methods."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from ipseclint.formats.kit.base64_text import from_base64
from ipseclint.formats.powershell.script.values import operators
from ipseclint.formats.powershell.script.values.changes import change_list, list_of, table_of
from ipseclint.formats.powershell.script.values.conversions import BITS, address
from ipseclint.formats.powershell.script.values.lists import (
    MAX_ITEMS,
    ORDER_NOT_KNOWN,
    Unordered,
    items_of,
    unknown_within,
)
from ipseclint.formats.powershell.script.values.value import (
    Data,
    Unknown,
    Value,
    number_of,
    text_of,
    text_of_all,
    unknown_of,
)
from ipseclint.late import late

_ASKS = {"interaction": ("inputbox",), "console": ("readline",)}
"""Types of .NET, and their methods that give what a person answers."""
_LISTS = late(r"(?:system\.)?(?:collections\.)?(?:arraylist|(?:generic\.)?list\[.*\]?)|.*\[\]|array|psobject\[\]")
_TABLES = late(r"hashtable|collections\.(?:hashtable|(?:generic\.dictionary|specialized\.ordereddictionary).*)")
_NO_ENUMERATIONS = frozenset(
    {
        "appdomain", "assembly", "console", "cultureinfo", "datetime", "datetimeoffset", "decimal", "dns", "double",
        "environment", "guid", "ipaddress", "math", "networkinterface", "path", "process", "regex",
        "runtimeenvironment", "runtimeinformation", "single", "thread", "timespan", "timezoneinfo", "version",
        "windowsidentity", "windowsprincipal",
    }
)  # fmt: skip
"""Types of .NET whose static members are values of a machine or of a moment, not words of an enumeration."""
_OF_TEXTS = frozenset({"stringcomparison", "stringsplitoptions"})
"""Enumerations of how texts are compared and split, which scripts name without their namespace."""


def member(type_name: str, name: str) -> Data:
    """A static member of a type."""
    if "environment" in type_name.casefold() and name == "newline":
        return "\r\n"
    if type_name.casefold() in {"[string]", "[system.string]"} and name == "empty":
        return ""
    own = type_name.strip("[]").casefold().rpartition(".")[2]
    if own in BITS and name in {"maxvalue", "minvalue"}:
        bits, is_signed = BITS[own]
        most = (1 << (bits - is_signed)) - 1
        return most if name == "maxvalue" else -most - 1 if is_signed else 0
    if "enum" in type_name.casefold() or own in _OF_TEXTS or ("." in type_name and own not in _NO_ENUMERATIONS):
        return name
    return Unknown(f"`{type_name}::{name}`")


_MATH: dict[tuple[str, int], Callable[..., int | float]] = {
    ("max", 2): max,
    ("min", 2): min,
    ("abs", 1): abs,
    ("floor", 1): math.floor,
    ("ceiling", 1): math.ceil,
    ("truncate", 1): math.trunc,
    ("round", 1): round,
}
"""The methods of System.Math that are followed, by how many numbers they take."""


def call(type_name: str, name: str, arguments: Sequence[Value]) -> Data:
    """The result of a static method."""
    folded = type_name.strip("[]").casefold().removeprefix("system.")
    if name == "new" and _LISTS.fullmatch(folded.removeprefix("system.")):
        return list_of(arguments, folded)
    if name == "new" and _TABLES.fullmatch(folded) and not arguments:
        return table_of(folded)
    unknown = unknown_of(f"{type_name}::{name}()", [each.data for each in arguments])
    if unknown is not None:
        return unknown
    if name in _ASKS.get(folded.rpartition(".")[2], ()):
        return Unknown(f"what `{name}` gives", is_answer=True)
    if folded == "array" and name in {"reverse", "sort"} and arguments and isinstance(arguments[0].data, list):
        given = change_list(arguments[0].data, name, arguments[1:])
        return given.data if isinstance(given, Value) else given
    if folded in {"ipaddress", "net.ipaddress"} and name == "parse" and len(arguments) == 1:
        return address(text_of(arguments[0]))
    if folded == "convert" and name == "frombase64string" and len(arguments) == 1:
        return _octets_of(arguments[0])
    given = _of_numbers(name, arguments) if folded == "math" else None
    if folded.removeprefix("text.regularexpressions.") == "regex":
        given = _of_patterns(name, arguments)
    if folded == "string" and arguments:
        given = _of_texts(name, arguments)
    if given is not None:
        return given
    return Unknown(f"what `{type_name}::{name}()` gives")


def _octets_of(encoded: Value) -> Data:
    """The bytes in a base64 text."""
    try:
        octets = from_base64(text_of(encoded))
    except ValueError:
        return Unknown("what is not base64")
    return [Value(octet, encoded.start, encoded.end) for octet in octets[:MAX_ITEMS]]


def _of_numbers(name: str, arguments: Sequence[Value]) -> int | float | None:
    """The result of a System.Math method; None if it is not followed, or not exact."""
    work = _MATH.get((name, len(arguments)))
    numbers = [number for each in arguments if (number := number_of(each)) is not None and abs(number) < 1 << 53]
    return None if work is None or len(numbers) < len(arguments) else work(*numbers)


_OF_PATTERNS = {("ismatch", 2): "-cmatch", ("replace", 3): "-creplace", ("split", 2): "-csplit"}
"""The operators that do what methods of Regex do, by how many texts these take."""
_HAS_MEANING = late(r"[\\*+?|{\[()^$.# ]")


def _of_patterns(name: str, arguments: Sequence[Value]) -> Data:
    """The result of a method of Regex; None if it is not followed."""
    if not all(isinstance(each.data, str) for each in arguments):
        return None
    if (name, len(arguments)) == ("escape", 1):
        return _HAS_MEANING.sub(r"\\\g<0>", text_of(arguments[0]))
    operator = _OF_PATTERNS.get((name, len(arguments)))
    if operator is None:
        return None
    text, *options = arguments
    right = options[0] if len(options) == 1 else text._replace(data=options)
    return operators.binary(operator, text, right).data


def _of_texts(name: str, arguments: Sequence[Value]) -> Data:
    """The result of a System.String method; None if it is not followed."""
    if (unknown := next(filter(None, map(unknown_within, arguments)), None)) is not None:
        return unknown
    if name == "concat":
        return operators.limited(text_of_all(text_of(item) for each in arguments for item in items_of(each)))
    if name in {"isnullorempty", "isnullorwhitespace"}:
        text = text_of(arguments[0])
        return not (text if name == "isnullorempty" else text.strip())
    if any(isinstance(each.data, Unordered) and each.data.matters for each in arguments):
        return Unknown(ORDER_NOT_KNOWN)
    first, *rest = arguments
    if len(rest) == 1 and isinstance(rest[0].data, list):  # that is all that a method of any number of values takes
        rest = list(rest[0].data)
    if name == "join" and len(arguments) > 1:
        has_list = any(isinstance(each.data, list) for each in rest)
        return None if has_list else operators.limited(text_of_all(map(text_of, rest), text_of(first)))
    return operators.binary("-f", first, first._replace(data=rest)).data if name == "format" else None
