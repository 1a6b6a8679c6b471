"""Type conversions, as casts, typed variables and parameters make them."""

from __future__ import annotations

import ipaddress
import re

from ipseclint.formats.powershell.script.values import xml_objects
from ipseclint.formats.powershell.script.values.lists import (
    MAX_ITEMS,
    Collection,
    Unordered,
    collection,
    items_of,
    unknown_within,
)
from ipseclint.formats.powershell.script.values.value import (
    SHOWN,
    Block,
    Character,
    Data,
    Thing,
    Unknown,
    Value,
    joined_lines,
    number_of,
    text_of,
    truth_of,
    whether,
)
from ipseclint.late import late

BITS = {
    **dict.fromkeys(("byte",), (8, False)),
    **dict.fromkeys(("uint16",), (16, False)),
    **dict.fromkeys(("uint32",), (32, False)),
    **dict.fromkeys(("uint64",), (64, False)),
    **dict.fromkeys(("sbyte",), (8, True)),
    **dict.fromkeys(("int16", "short"), (16, True)),
    **dict.fromkeys(("int32", "int"), (32, True)),
    **dict.fromkeys(("int64", "long"), (64, True)),
}
"""The bits of each integer type, and whether it is signed."""


def type_in(written: str) -> str:
    """The folded name of a type literal: `[string[]]` is `string[]`."""
    return written.strip().removeprefix("[").removesuffix("]").strip().casefold()


_LIST_OF = late(r"(?:collections\.generic\.)?list\[([\w.]{1,100})\]")


def converted(value: Value, type_name: str) -> Data:
    """A value converted to a type, by its folded name without brackets."""
    data = value.data
    name = _NULLABLE.sub(r"\1", type_name.removeprefix("system."))
    is_nothing = data is None and "nullable[" in type_name
    is_session = name == "string" and isinstance(data, Thing) and data.kind == "netgpo"  # a text to `Open-NetGPO`
    if isinstance(data, Unknown) or name in _AS_IT_IS or is_session or is_nothing:
        return data
    if name in xml_objects.TYPES:
        whole = joined_lines(data) if isinstance(data, list) else value
        return data if whole is None or not isinstance(whole.data, str) else xml_objects.document_of(whole)
    if name in _LISTS or name.endswith("[]") or _LIST_OF.fullmatch(name) is not None:
        return _as_list(value, name)
    if name in {"ipaddress", "net.ipaddress"}:
        return address(text_of(value))
    if name in {"string", "uri", "guid"}:
        unknown = unknown_within(value) if isinstance(data, list) else None
        return unknown or (Unknown(SHOWN) if isinstance(data, (Thing, Block)) else text_of(value))
    if name in {"bool", "boolean", "switch", "switchparameter"}:
        return whether(truth_of(value))
    if name == "char":
        return _character(value)
    if name in BITS or name in FRACTIONS:
        return _number(value, name)
    if name in _UNSAID and isinstance(data, str | int | float):
        return Unknown(f"how `[{type_name}]` {'shows it' if name in OF_TIME else 'compares'}")
    if isinstance(data, list) and _SETS.search(name) is not None:
        return Unknown(f"what `[{type_name}]` has of a list")
    if isinstance(data, list) and not isinstance(data, Collection) and "collections." in name:
        return collection(data, name)
    return None if name == "void" else data


_AS_IT_IS = frozenset({"pscustomobject", "ordered", "hashtable", "psobject", "object", "cultureinfo"})
"""Types to which any value converts unchanged."""
_LISTS = frozenset({"array", "object[]", "psobject[]", "collections.arraylist", "arraylist"})
"""List types without a declared element type."""

_SETS = late(r"collections\.generic\.(?:hash|sorted)set\b")
"""Types without duplicate elements."""


def _as_list(value: Value, name: str) -> Data:
    """A value as an array or a typed list."""
    data = value.data
    if name in {"array", "object[]", "psobject[]"}:
        return data if isinstance(data, Unordered) else list(items_of(value))
    if (match := _LIST_OF.fullmatch(name)) is not None:
        if isinstance(data, Collection) and not data.gives_place:
            return data
        return collection((item._replace(data=converted(item, match[1])) for item in items_of(value)), name)
    if name.endswith("[]"):
        inner = name.removesuffix("[]")
        if inner == "char" and isinstance(data, str):
            return [Value(Character(sign), value.start, value.end) for sign in data[:MAX_ITEMS]]
        return [item._replace(data=converted(item, inner)) for item in items_of(value)]
    return data if isinstance(data, Collection) and data.gives_place else collection(items_of(value), name)


OF_TIME = frozenset({"datetime", "datetimeoffset", "timespan"})
"""Types that reformat a text."""
_OF_OWN_ORDER = frozenset(
    {"version", "semver", "management.automation.semanticversion", "bigint", "numerics.biginteger"}
)
"""Types of which one is greater than another in a way that neither their texts nor numbers tell."""
_UNSAID = OF_TIME | _OF_OWN_ORDER
_NULLABLE = late(r"nullable\[([\w.]{1,100})\]")
_ENDS_IN_ZERO = late(r"[^.]*\.\d*0\s*")
"""A number whose last zeros a decimal shows."""
FRACTIONS = frozenset({"double", "float", "single", "decimal"})
_CHARACTER_BITS = 16


def _number(value: Value, name: str) -> Data:
    """A value as a number of a type: integers are rounded, halves to even."""
    is_empty = value.data is None or (isinstance(value.data, str) and not value.data.strip())
    number = 0 if is_empty else number_of(value)
    if number is None:
        is_plain = isinstance(value.data, str) and _SPELLS_NO_NUMBER.fullmatch(value.data) is not None
        return Unknown(f"`[{name}]` of what is not a number", is_error=is_plain)
    if name == "decimal" and isinstance(value.data, str) and _ENDS_IN_ZERO.fullmatch(value.data) is not None:
        return Unknown("how `[decimal]` shows it")
    if name in FRACTIONS:
        return number
    bits, is_signed = BITS[name]
    most = (1 << (bits - is_signed)) - 1
    whole = round(number)
    is_within = (-most - 1 if is_signed else 0) <= whole <= most
    return whole if is_within else Unknown(f"`[{name}]` of a number that it does not hold", is_error=True)


_SPELLS_NO_NUMBER = late(r"\s*[a-z_/:\\-][\w .:/\\-]*", re.IGNORECASE)
"""Texts that are certainly no numbers."""


def _character(value: Value) -> Data:
    data = value.data
    if isinstance(data, str):
        unknown = Unknown("`[char]` of what is not a single character", is_error=True)
        return Character(data) if len(data) == 1 else unknown
    number = number_of(value)
    is_one = isinstance(number, int) and 0 <= number < 1 << _CHARACTER_BITS
    return Character(chr(int(number or 0))) if is_one else Unknown("`[char]` of what is not a character")


def address(text: str) -> Data:
    """An IP address as .NET shows it; unknown for other than the canonical spelling."""
    try:
        shown = str(ipaddress.ip_address(text))
    except ValueError:
        return Unknown("what `[ipaddress]` makes of it")
    return text if shown == text.casefold() else Unknown("how `[ipaddress]` shows it")
