"""Members of values: properties, methods, elements, and what .NET types offer scripts."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Sequence
from itertools import islice

from ipseclint.formats.kit.read import decimal
from ipseclint.formats.powershell.script import operators, xml_objects
from ipseclint.formats.powershell.script.changes import change_list, list_of, table_of
from ipseclint.formats.powershell.script.conversions import BITS, address
from ipseclint.formats.powershell.script.values import (
    MAX_ITEMS,
    MAX_TEXT_CHARACTERS,
    ORDER_NOT_KNOWN,
    Character,
    Data,
    Entries,
    Table,
    Thing,
    Unknown,
    Unordered,
    Value,
    flat,
    items_of,
    number_of,
    text_of,
    text_of_all,
    unknown_of,
)

_LISTS = re.compile(r"(?:system\.)?(?:collections\.)?(?:arraylist|(?:generic\.)?list\[.*\]?)|.*\[\]|array|psobject\[\]")

_TABLES = re.compile(r"hashtable|collections\.(?:hashtable|(?:generic\.dictionary|specialized\.ordereddictionary).*)")


def member(holder: Value, name: str) -> Value | Data:
    """A property, by its folded name: a value with its own place, or data at the place of the expression."""
    data = holder.data
    if isinstance(data, Unknown):
        return unknown_of(f".{name}", (data,))
    if isinstance(data, Table):
        return _of_table(data, name, holder)
    if isinstance(data, Thing):
        return _of_thing(data, name)
    if name in {"count", "length"}:
        return len(data) if isinstance(data, (list, str)) and name == "length" else len(items_of(holder))
    if isinstance(data, list):
        found: list[Value] = []
        for item in data:
            inner = member(item, name)
            found += items_of(inner if isinstance(inner, Value) else Value(inner, item.start, item.end))
        return found
    if data is None:
        return None
    return Unknown(f"the property `{name}` of a value")


def _of_table(table: Table, name: str, holder: Value) -> Value | Data:
    if table.is_exact and (same := [key for key in table.values if key.casefold() == name]):
        name = same[0]
    if name in table.values:
        found = table.values[name]
        return found if found.end else found.data
    if name == "psobject":
        return Table({"properties": Value(_properties(table, holder), holder.start, holder.end)})
    if name == "keys":
        return _in_order(table, [table.names[key] for key in table.values])
    if name == "values":
        return _in_order(table, list(table.values.values()))
    if name == "count":
        return len(table.values)
    more = table.names.get("")
    return more.data if more is not None and more.is_unknown else None


def _in_order(table: Table, items: list[Value]) -> list[Value]:
    """What a table gives for each of its entries, in the order which only an ordered one has."""
    if table.is_ordered:
        return Entries(items)
    return items if table.kind else Unordered(items)


_PROPERTY = "psnoteproperty"
"""The kind of the objects that stand for the properties of one."""


def _properties(table: Table, holder: Value) -> list[Value] | Unknown:
    """The properties of an object as objects: its name and its value."""
    more = table.names.get("")
    if more is not None and isinstance(more.data, Unknown):
        return more.data
    place = (holder.start, holder.end)
    return [
        Value(Table({"name": table.names[key], "value": value}, kind=_PROPERTY), *place)
        for key, value in table.values.items()
    ]


def _of_thing(thing: Thing, name: str) -> Value | Data:
    name = {"instanceid": "name", "id": "name", "ipsecrulename": "name"}.get(name, name)
    value = thing.properties.get(name)
    if value is not None:
        return value
    if name in {"name", "elementname"} and "displayname" in thing.properties:
        return thing.properties["displayname"]
    if name == "count":
        return 1
    if name == "name" and thing.kind.endswith("proposal"):
        return Unknown("a proposal has no name by which a rule could take it: sets have")
    if name == "enabled" and thing.kind.endswith("rule"):
        return "True"
    return Unknown(f"what Windows has for `{name}` where it is not set") if name in _OF_WINDOWS else None


_OF_WINDOWS = frozenset(
    {
        "mode", "profile", "inboundsecurity", "outboundsecurity", "keymodule", "platform", "policystoresource",
        "policystoresourcetype", "primarystatus", "status", "splittunneling", "tunneltype", "authenticationmethod",
        "encryptionlevel", "alluserconnection", "rememberedcredential", "quickmodecryptoset", "phase1authset",
        "phase2authset", "mainmodecryptoset", "maxlifetimeminutes", "maxlifetimesessions", "forcediffiehellman",
        "perfectforwardsecrecygroup", "localaddress", "remoteaddress", "protocol", "localport", "remoteport",
    }
)  # fmt: skip
"""Properties that an object has, whether or not it is made with them."""


def element(holder: Value, index: Value) -> Value | Data:
    """What stands at an index or under a key."""
    data = holder.data
    if (unknown := unknown_of("[]", (data, index.data))) is not None:
        return unknown
    if isinstance(data, Table) and not isinstance(index.data, list):
        place = index.data
        if data.is_ordered and isinstance(place, int) and not isinstance(place, bool):
            return next(islice(data.values.values(), place, None), None) if place >= 0 else None
        return data.find(index)
    if isinstance(data, Unordered) and data.matters:
        return ORDER_NOT_KNOWN
    if isinstance(data, Entries) and len(data) > 1:
        return Unknown("an element of keys or values, which have no index")
    if isinstance(data, list) and isinstance(index.data, str) and any(_is_property(each) for each in data):
        wanted = index.data.casefold()
        return next((each for each in data if _name_of(each) == wanted), None)
    if isinstance(index.data, list):
        picked = [element(holder, each) for each in index.data if not _is_beyond(data, each)]
        return [each if isinstance(each, Value) else Value(each, holder.start, holder.end) for each in picked]
    number = number_of(index)
    if number is None or not isinstance(data, (list, str)):
        return holder if number in {0, -1} else None
    at = int(number)
    if not -len(data) <= at < len(data):
        return None
    part = data[at]
    return Character(part) if isinstance(part, str) else part if isinstance(part, Value) else None


def _is_beyond(data: Data, index: Value) -> bool:
    """Whether a list or a text has no element of an index, of which a slice then has none either."""
    number = number_of(index)
    return isinstance(data, list | str) and number is not None and not -len(data) <= number < len(data)


def _name_of(value: Value) -> str:
    name = value.data.values.get("name") if isinstance(value.data, Table) else None
    return "" if name is None else text_of(name).casefold()


def _is_property(value: Value) -> bool:
    return isinstance(value.data, Table) and value.data.kind == _PROPERTY


def call(holder: Value, name: str, arguments: Sequence[Value]) -> Data:
    """What a method gives."""
    data = holder.data
    if name in {"shouldprocess", "shouldcontinue"}:
        return True
    unknown = unknown_of(f"{name}()", [each.data for each in (holder, *arguments)])
    if unknown is not None:
        return unknown
    if name == "getstring" and arguments and isinstance(data, str):
        return _decoded(data, arguments[0])
    texts = [_signs_of(each) if name in _TAKES_SIGNS else text_of(each) for each in arguments]
    if isinstance(data, Table):
        return _table_call(data, name, arguments, holder)
    if isinstance(data, str):
        if name == "split" and arguments and isinstance(arguments[0].data, str) and len(texts[0]) > 1:
            return _split_at_text(holder, texts)
        return _text_call(holder, name, texts)
    if name == "tostring" and isinstance(data, (int, float)):
        shown = operators.formatted(holder, texts[0] if texts else None)
        return Unknown(f"what `{name}()` gives") if shown is None else shown
    if name == "tostring":
        return text_of(holder)
    if isinstance(data, list) and name == "contains" and arguments:
        unknown = unknown_of(f"{name}()", [texts[0], *(item.data for item in data if item.is_unknown)])
        return any(text_of(item) == texts[0] for item in data if not item.is_unknown) or unknown or False
    if name == "indexof" and isinstance(data, list) and len(arguments) == 1 and not any(map(_is_unknown, data)):
        same = (operators.binary("-ceq", each, arguments[0]).data is True for each in data)
        return next((at for at, is_same in enumerate(same) if is_same), -1)
    if isinstance(data, list) and name in {"toarray", "clone", "getenumerator"} and not arguments:
        return list(data)
    return Unknown(f"what `{name}()` gives")


def _is_unknown(value: Value) -> bool:
    return value.is_unknown


_TAKES_SIGNS = frozenset({"split", "trim", "trimstart", "trimend"})
"""Methods of texts that take any of several characters."""


def _signs_of(value: Value) -> str:
    return "".join(map(text_of, flat(value))) if isinstance(value.data, list) else text_of(value)


def _table_call(table: Table, name: str, arguments: Sequence[Value], holder: Value) -> Data:
    texts = [text_of(each) for each in arguments]
    if name in {"containskey", "contains"} and texts:
        return table.find(arguments[0]) is not None
    if name == "containsvalue" and arguments:
        return operators.binary("-ccontains", holder._replace(data=list(table.values.values())), arguments[0]).data
    if name == "getattribute" and texts:
        found = table.values.get(texts[0].casefold())
        return "" if found is None else found.data
    if name in {"selectnodes", "selectsinglenode"} and texts:
        nodes = xml_objects.selected(holder, texts[0])
        if nodes is None:
            return Unknown(f"what `{name}()` gives")
        return nodes if name == "selectnodes" else nodes[0].data if nodes else None
    if name in {"item", "get_item"} and texts:
        item = table.find(arguments[0])
        return None if item is None else item.data
    if name == "clone":
        return Table(dict(table.values), dict(table.names), is_ordered=table.is_ordered, is_exact=table.is_exact)
    if name == "getenumerator":
        place = (holder.start, holder.end)
        entries = [
            Value(Table({"key": table.names[key], "name": table.names[key], "value": value}), *place)
            for key, value in table.values.items()
        ]
        return _in_order(table, entries)
    return Unknown(f"what `{name}()` gives")


def _text_call(holder: Value, name: str, texts: Sequence[str]) -> Data:
    text = text_of(holder)
    match name, texts:
        case "toupper" | "toupperinvariant", []:
            return text.upper()
        case "tolower" | "tolowerinvariant", []:
            return text.lower()
        case "tostring", _:
            return text
        case "trim", _:
            return text.strip("".join(texts) or None)
        case "trimstart", _:
            return text.lstrip("".join(texts) or None)
        case "trimend", _:
            return text.rstrip("".join(texts) or None)
        case "tochararray", [] if len(text) <= MAX_ITEMS:
            return [Value(Character(sign), holder.start, holder.end) for sign in text]
        case "insert" | "remove" | "substring", [first, *_] if _reaches_beyond(text, name, first, texts[1:]):
            return Unknown(f"`{name}()` reaches beyond the end of the text", is_error=True)
        case "insert", [at, part] if _is_number(at):
            return operators.limited(text[: int(at)] + part + text[int(at) :])
        case "remove", [first] if _is_number(first):
            return text[: int(first)]
        case "remove", [first, count] if _is_number(first) and _is_number(count):
            return text[: int(first)] + text[int(first) + int(count) :]
        case "replace", [old, new] if old and text.count(old) * len(new) <= MAX_TEXT_CHARACTERS:
            return text.replace(old, new)
        case "padleft", [width] | [width, _] if _is_number(width) and len(width) <= len("999"):
            return text.rjust(int(width), texts[1][:1] if len(texts) > 1 else " ")
        case "padright", [width] | [width, _] if _is_number(width) and len(width) <= len("999"):
            return text.ljust(int(width), texts[1][:1] if len(texts) > 1 else " ")
        case "indexof", [part]:
            return text.find(part)
        case "lastindexof", [part] if part:
            return text.rfind(part)
        case "split", [separator]:
            return operators.cut(holder, f"[{re.escape(separator)}]" if separator else r"\s")
        case "split", [separator, option] if separator and option.casefold() == "removeemptyentries":
            return [part for part in operators.cut(holder, f"[{re.escape(separator)}]") if part.data]
        case "split", [*signs] if signs and all(len(sign) == 1 and not _is_number(sign) for sign in signs):
            return operators.cut(holder, f"[{re.escape(''.join(signs))}]")
        case "split", [separator, most] if separator and _is_number(most) and len(most) < len("9999"):
            return operators.cut(holder, f"[{re.escape(separator)}]", int(most)) if int(most) else []
        case "startswith" | "endswith" | "equals", [part, how] if how.casefold() in _COMPARED:
            is_folded = how.casefold().endswith("ignorecase")
            one, other = (text.casefold(), part.casefold()) if is_folded else (text, part)
            return _begins_or_ends(name, one, other)
        case "startswith" | "endswith", [part]:
            return _begins_or_ends(name, text, part)
        case "contains", [part]:
            return part in text
        case "equals", [other]:
            return text == other
        case "substring", [first] if _is_number(first):
            return text[int(first) :]
        case "substring", [first, count] if _is_number(first) and _is_number(count):
            return text[int(first) : int(first) + int(count)]
    return Unknown(f"what `{name}()` gives")


_COMPARED = frozenset(
    f"{how}{case}" for how in ("ordinal", "currentculture", "invariantculture") for case in ("", "ignorecase")
)
"""The words of System.StringComparison, folded."""


def _begins_or_ends(name: str, text: str, part: str) -> bool:
    if name == "equals":
        return text == part
    return text.startswith(part) if name == "startswith" else text.endswith(part)


def _is_number(text: str) -> bool:
    return decimal(text) is not None


def _reaches_beyond(text: str, name: str, first: str, more: Sequence[str]) -> bool:
    """Whether a method asks for what is behind the end of a text, which .NET refuses."""
    if not _is_number(first):
        return False
    end = int(first) + (int(more[0]) if name != "insert" and more and _is_number(more[0]) else 0)
    return end > len(text) or (name == "remove" and not more and end == len(text))


def _split_at_text(holder: Value, texts: Sequence[str]) -> Data:
    """What `Split` gives of several characters in one text: Windows PowerShell splits at each, PowerShell 7 at all."""
    at_each = _text_call(holder, "split", texts)
    if not isinstance(at_each, list):
        return at_each
    at_all = text_of(holder).split(texts[0])
    if len(texts) > 1 and not _is_number(texts[1]):
        at_all = [part for part in at_all if part]
    return at_each if [part.data for part in at_each] == at_all else Unknown("what `split()` gives in this version")


_ENCODINGS = {
    "utf8": "utf-8",
    "ascii": "ascii",
    "default": "utf-8",
    "unicode": "utf-16-le",
    "bigendianunicode": "utf-16-be",
}
"""The static members of System.Text.Encoding, folded, and Python's names for them."""


def _decoded(encoding: str, octets: Value) -> Data:
    """What an encoding makes of bytes."""
    numbers = [number_of(item) for item in items_of(octets)]
    if encoding not in _ENCODINGS or not all(isinstance(number, int) and 0 <= number < 256 for number in numbers):
        return Unknown("what `getstring()` gives")
    return bytes(int(number or 0) for number in numbers).decode(_ENCODINGS[encoding], "replace")


_NO_ENUMERATIONS = frozenset(
    {
        "appdomain", "assembly", "console", "cultureinfo", "datetime", "datetimeoffset", "decimal", "dns", "double",
        "environment", "guid", "ipaddress", "math", "networkinterface", "path", "process", "regex",
        "runtimeenvironment", "runtimeinformation", "single", "thread", "timespan", "timezoneinfo", "version",
        "windowsidentity", "windowsprincipal",
    }
)  # fmt: skip
"""Types of .NET whose static members are values of a machine or of a moment, not words of an enumeration."""


def static_member(type_name: str, name: str) -> Data:
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
    if "enum" in type_name.casefold() or ("." in type_name and own not in _NO_ENUMERATIONS):
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


def static_call(type_name: str, name: str, arguments: Sequence[Value]) -> Data:
    """What a static method of a type gives."""
    folded = type_name.strip("[]").casefold().removeprefix("system.")
    if name == "new" and _LISTS.fullmatch(folded.removeprefix("system.")):
        return list_of(arguments, folded)
    if name == "new" and _TABLES.fullmatch(folded) and not arguments:
        return table_of(folded)
    unknown = unknown_of(f"{type_name}::{name}()", [each.data for each in arguments])
    if unknown is not None:
        return unknown
    if folded == "array" and name in {"reverse", "sort"} and arguments and isinstance(arguments[0].data, list):
        given = change_list(arguments[0].data, name, arguments[1:])
        return given.data if isinstance(given, Value) else given
    if folded in {"ipaddress", "net.ipaddress"} and name == "parse" and len(arguments) == 1:
        return address(text_of(arguments[0]))
    if folded == "convert" and name == "frombase64string" and len(arguments) == 1:
        try:
            octets = base64.b64decode(text_of(arguments[0]), validate=True)
        except ValueError:
            return Unknown("what is no base64")
        return [Value(octet, arguments[0].start, arguments[0].end) for octet in octets[:MAX_ITEMS]]
    if folded == "math" and (work := _MATH.get((name, len(arguments)))) is not None:
        numbers = [number for each in arguments if (number := number_of(each)) is not None and abs(number) < 1 << 53]
        if len(numbers) == len(arguments):
            return work(*numbers)
    if folded == "string" and arguments:
        if name == "concat":
            return operators.limited(text_of_all(text_of(item) for each in arguments for item in items_of(each)))
        if name in {"isnullorempty", "isnullorwhitespace"}:
            text = text_of(arguments[0])
            return not (text if name == "isnullorempty" else text.strip())
        if any(isinstance(each.data, Unordered) and each.data.matters for each in arguments):
            return ORDER_NOT_KNOWN
        if name == "join" and len(arguments) > 1:
            texts = (text_of(item) for each in arguments[1:] for item in items_of(each))
            return operators.limited(text_of_all(texts, text_of(arguments[0])))
        if name == "format":
            rest = Value(list(arguments[1:]), arguments[0].start, arguments[-1].end)
            return operators.binary("-f", arguments[0], rest).data
    return Unknown(f"what `{type_name}::{name}()` gives")
