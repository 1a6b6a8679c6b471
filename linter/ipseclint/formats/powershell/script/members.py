"""Members of values: properties, methods, elements, and what .NET types offer scripts."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence

from ipseclint.formats.powershell.script import operators, xml_objects
from ipseclint.formats.powershell.script.evaluator import ExhaustedError
from ipseclint.formats.powershell.script.values import (
    MAX_ITEMS,
    MAX_TEXT_CHARACTERS,
    Data,
    Table,
    Thing,
    Unknown,
    Value,
    items_of,
    joined_lines,
    number_of,
    text_of,
    text_of_all,
    truth_of,
)

_LISTS = re.compile(r"(?:system\.)?(?:collections\.)?(?:arraylist|(?:generic\.)?list\[.*\]?)|.*\[\]|array|psobject\[\]")

_TABLES = re.compile(r"hashtable|collections\.(?:hashtable|(?:generic\.dictionary|specialized\.ordereddictionary).*)")


def member(holder: Value, name: str) -> Value | Data:
    """A property, by its folded name: a value with its own place, or data at the place of the expression."""
    data = holder.data
    if isinstance(data, Unknown):
        return data
    if isinstance(data, Table):
        return _of_table(data, name)
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


def _of_table(table: Table, name: str) -> Value | Data:
    if name in table.values:
        return table.values[name]
    if name == "keys":
        return list(table.names.values())
    if name == "values":
        return list(table.values.values())
    if name == "count":
        return len(table.values)
    more = table.names.get("")
    return more.data if more is not None and more.is_unknown else None


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
    return None


def element(holder: Value, index: Value) -> Value | Data:
    """What stands at an index or under a key."""
    data = holder.data
    if isinstance(data, Unknown) or isinstance(index.data, Unknown):
        return data if isinstance(data, Unknown) else index.data
    if isinstance(data, Table):
        return data.values.get(text_of(index).casefold())
    if isinstance(index.data, list):
        picked = [element(holder, each) for each in index.data]
        return [each if isinstance(each, Value) else Value(each, holder.start, holder.end) for each in picked]
    number = number_of(index)
    if number is None or not isinstance(data, (list, str)):
        return holder if number in {0, -1} else None
    at = int(number)
    if not -len(data) <= at < len(data):
        return None
    part = data[at]
    return part if isinstance(part, (Value, str)) else None


def changed(holder: Value, name: str, arguments: Sequence[Value]) -> tuple[dict[str, Value], str, Value | None] | None:
    """The table, key and new value of a method that changes a table; lists are changed at once. None for others.

    Raises ExhaustedError where a list gets longer than is followed.
    """
    data = holder.data
    if isinstance(data, Table) and arguments and name in {"add", "remove", "set_item"}:
        key = text_of(arguments[0]).casefold()
        data.names.setdefault(key, arguments[0])
        if name == "remove":
            data.names.pop(key, None)
        return data.values, key, arguments[1] if len(arguments) > 1 else None
    if isinstance(data, list) and arguments and name in {"add", "addrange", "enqueue"}:
        more = list(items_of(arguments[0])) if name == "addrange" else [arguments[0]]
        if len(data) + len(more) > MAX_ITEMS:
            raise ExhaustedError
        data.extend(more)
        return {}, "", None
    if (
        isinstance(data, list)
        and name == "insert"
        and len(arguments) == 2
        and (at := number_of(arguments[0])) is not None
    ):
        data.insert(int(at), arguments[1])
        return {}, "", None
    if isinstance(data, list) and name == "clear":
        data.clear()
        return {}, "", None
    return None


def call(holder: Value, name: str, arguments: Sequence[Value]) -> Data:
    """What a method gives."""
    data = holder.data
    if name in {"shouldprocess", "shouldcontinue"}:
        return True
    unknown = next((each.data for each in (holder, *arguments) if isinstance(each.data, Unknown)), None)
    if unknown is not None:
        return unknown
    if name == "getstring" and arguments and isinstance(data, str):
        return _decoded(data, arguments[0])
    texts = [text_of(each) for each in arguments]
    if isinstance(data, Table):
        return _table_call(data, name, texts, holder)
    if isinstance(data, str):
        return _text_call(holder, name, texts)
    if name == "tostring":
        return text_of(holder)
    if isinstance(data, list) and name == "contains" and arguments:
        return any(text_of(item).casefold() == texts[0].casefold() for item in data)
    if isinstance(data, list) and name in {"toarray", "clone", "getenumerator"} and not arguments:
        return list(data)
    return Unknown(f"what `{name}()` gives")


def _table_call(table: Table, name: str, texts: Sequence[str], holder: Value) -> Data:
    if name in {"containskey", "contains"} and texts:
        return texts[0].casefold() in table.values
    if name == "getattribute" and texts:
        found = table.values.get(texts[0].casefold())
        return "" if found is None else found.data
    if name in {"selectnodes", "selectsinglenode"} and texts:
        nodes = xml_objects.selected(holder, texts[0])
        if nodes is None:
            return Unknown(f"what `{name}()` gives")
        return nodes if name == "selectnodes" else nodes[0].data if nodes else None
    if name == "clone":
        return Table(dict(table.values), dict(table.names))
    if name == "getenumerator":
        place = (holder.start, holder.end)
        return [
            Value(Table({"key": table.names[key], "name": table.names[key], "value": value}), *place)
            for key, value in table.values.items()
        ]
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
            return [Value(sign, holder.start, holder.end) for sign in text]
        case "insert", [at, part] if at.isdigit():
            return operators.limited(text[: int(at)] + part + text[int(at) :])
        case "remove", [first] if first.isdigit():
            return text[: int(first)]
        case "remove", [first, count] if first.isdigit() and count.isdigit():
            return text[: int(first)] + text[int(first) + int(count) :]
        case "replace", [old, new] if old and text.count(old) * len(new) <= MAX_TEXT_CHARACTERS:
            return text.replace(old, new)
        case "split", [separator]:
            return operators.cut(holder, f"[{re.escape(separator)}]" if separator else r"\s")
        case "startswith", [prefix, *_]:
            return text.startswith(prefix)
        case "endswith", [suffix, *_]:
            return text.endswith(suffix)
        case "contains", [part]:
            return part in text
        case "substring", [first] if first.isdigit():
            return text[int(first) :]
        case "substring", [first, count] if first.isdigit() and count.isdigit():
            return text[int(first) : int(first) + int(count)]
    return Unknown(f"what `{name}()` gives")


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


def static_member(type_name: str, name: str) -> Data:
    """A static member of a type."""
    if "environment" in type_name.casefold() and name == "newline":
        return "\r\n"
    if type_name.casefold() in {"[string]", "[system.string]"} and name == "empty":
        return ""
    if "enum" in type_name.casefold() or "." in type_name:
        return name
    return Unknown(f"`{type_name}::{name}`")


def static_call(type_name: str, name: str, arguments: Sequence[Value]) -> Data:
    """What a static method of a type gives."""
    folded = type_name.strip("[]").casefold().removeprefix("system.")
    if name == "new" and _LISTS.fullmatch(folded.removeprefix("system.")):
        return []
    if name == "new" and _TABLES.fullmatch(folded) and not arguments:
        return Table()
    unknown = next((each.data for each in arguments if isinstance(each.data, Unknown)), None)
    if unknown is not None:
        return unknown
    if folded == "array" and name == "reverse" and len(arguments) == 1 and isinstance(arguments[0].data, list):
        arguments[0].data.reverse()
        return None
    if folded == "convert" and name == "frombase64string" and len(arguments) == 1:
        try:
            octets = base64.b64decode(text_of(arguments[0]), validate=True)
        except ValueError:
            return Unknown("what is no base64")
        return [Value(octet, arguments[0].start, arguments[0].end) for octet in octets[:MAX_ITEMS]]
    if folded == "string" and arguments:
        if name == "concat":
            return operators.limited(text_of_all(text_of(item) for each in arguments for item in items_of(each)))
        if name in {"isnullorempty", "isnullorwhitespace"}:
            return not text_of(arguments[0]).strip()
        if name == "join" and len(arguments) > 1:
            texts = (text_of(item) for each in arguments[1:] for item in items_of(each))
            return operators.limited(text_of_all(texts, text_of(arguments[0])))
        if name == "format":
            rest = Value(list(arguments[1:]), arguments[0].start, arguments[-1].end)
            return operators.binary("-f", arguments[0], rest).data
    return Unknown(f"what `{type_name}::{name}()` gives")


def type_in(written: str) -> str:
    """The name of a type that is written in brackets, folded: `[string[]]` is `string[]`."""
    return written.strip().removeprefix("[").removesuffix("]").strip().casefold()


def converted(value: Value, type_name: str) -> Data:
    """A value as another type, by its folded name without brackets."""
    data = value.data
    name = type_name.removeprefix("system.")
    if isinstance(data, Unknown):
        return data
    if name in xml_objects.TYPES:
        whole = joined_lines(data) if isinstance(data, list) else value
        return data if whole is None or not isinstance(whole.data, str) else xml_objects.document_of(whole)
    if name in {"pscustomobject", "ordered", "hashtable", "psobject", "object", "cultureinfo"}:
        return data
    if name in {"array", "object[]", "psobject[]", "collections.arraylist"}:
        return items_of(value)
    if name.endswith("[]") or name.startswith("collections.generic.list"):
        inner = name.removesuffix("[]")
        return [Value(converted(item, inner), item.start, item.end) for item in items_of(value)]
    if name in {"string", "ipaddress", "net.ipaddress", "uri", "guid", "version"}:
        return text_of(value)
    if name in {"bool", "boolean", "switch"}:
        return truth_of(value)
    if name == "char":
        number = number_of(value)
        return text_of(value) if number is None or isinstance(data, str) else chr(int(number) % 0x10000)
    if name in {"int", "int32", "int64", "long", "uint32", "uint64", "uint16", "byte", "double", "int16"}:
        number = 0 if data is None else number_of(value)
        return data if number is None else number
    return None if name == "void" else data
