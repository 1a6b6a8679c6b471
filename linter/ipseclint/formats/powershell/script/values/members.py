"""Members of values: properties, methods, elements."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from ipseclint.formats.powershell.script.values import operators, text_methods, xml_objects
from ipseclint.formats.powershell.script.values.lists import (
    ORDER_NOT_KNOWN,
    Entries,
    Unordered,
    items_of,
    one_of,
)
from ipseclint.formats.powershell.script.values.value import (
    MAY_NOT_BE_THERE,
    SHOWN,
    UNDECIDED,
    Character,
    Data,
    Repeated,
    Table,
    Thing,
    Unknown,
    Value,
    number_of,
    text_of,
    unknown_of,
)

SIZES = frozenset({"count", "length"})
"""The properties, folded, that tell how many elements a list has."""


def member(holder: Value, name: str) -> Value | Data:
    """A property, by folded name: a value with its own place, or data that has the place of the expression."""
    data = holder.data
    if isinstance(data, Unknown):
        return unknown_of(f".{name}", (data,))
    if isinstance(holder, Repeated):
        return Unknown(MAY_NOT_BE_THERE)
    if isinstance(data, Table):
        return _of_table(data, name, holder)
    if isinstance(data, Thing):
        return _of_thing(data, name)
    if name in SIZES:
        repeated = next((item for item in data if isinstance(item, Repeated)), None) if isinstance(data, list) else None
        if repeated is not None:
            return _of_repeated(repeated, name)
        return len(data) if isinstance(data, (list, str)) and name == "length" else len(items_of(holder))
    if isinstance(data, list):
        found: list[Value] = []
        for item in data:
            inner = member(item, name)
            found += items_of(inner if isinstance(inner, Value) else Value(inner, item.start, item.end))
        return found
    if data is None or (isinstance(data, bool) and name == "ispresent"):
        return data  # of a switch, whether it is given; of another truth value nothing, which nobody asks for
    return Unknown(f"the property `{name}` of a value")


def _of_repeated(item: Value, how: str, *others: Data) -> Unknown | None:
    """What an operation gives of a list with an element that stands for as many objects as is not known."""
    return unknown_of(how, (item.data if item.is_unknown else Unknown(MAY_NOT_BE_THERE), *others))


def _of_table(table: Table, name: str, holder: Value) -> Value | Data:
    if table.is_exact and (same := [key for key in table.values if key.casefold() == name]):
        name = same[0]
    if name in table.values:
        found = table.values[name]
        is_open = isinstance(found.data, Unknown) and found.data.why in {MAY_NOT_BE_THERE, UNDECIDED}
        return found if found.end and not is_open else found.data
    if name == "psobject":
        return Table({"properties": Value(_properties(table, holder), holder.start, holder.end)})
    if name == "keys":
        return _in_order(table, [table.name_of(key) for key in table.values])
    if name == "values":
        return _in_order(table, list(table.values.values()))
    if name == "count" and not _has_open_entries(table):
        return len(table.values)
    if name == "count":
        return Unknown("how many entries a table has")
    more = table.names.get("")
    return more.data if more is not None and more.is_unknown else None


def _has_open_entries(table: Table) -> bool:
    """Whether a table may have fewer or more entries than are known."""
    may_lack = (
        isinstance(value.data, Unknown) and value.data.why == MAY_NOT_BE_THERE for value in table.values.values()
    )
    return ("" in table.names and table.names[""].is_unknown) or any(may_lack)


def _in_order(table: Table, items: list[Value]) -> list[Value]:
    """One item for each entry of a table; only an ordered table has a known order."""
    if table.is_ordered:
        return Entries(items)
    return items if table.kind else Unordered(items)


_PROPERTY = "psnoteproperty"
"""The kind of the objects that stand for the properties of one."""


def _properties(table: Table, holder: Value) -> list[Value] | Unknown:
    """The properties of an object as objects with a name and a value."""
    more = table.names.get("")
    if more is not None and isinstance(more.data, Unknown):
        return more.data
    place = (holder.start, holder.end)
    return [
        Value(Table({"name": table.name_of(key), "value": value}, kind=_PROPERTY), *place)
        for key, value in table.values.items()
    ]


def _of_thing(thing: Thing, name: str) -> Value | Data:
    name = {"instanceid": "name", "id": "name", "ipsecrulename": "name"}.get(name, name)
    value = thing.pending.get(name) or thing.properties.get(name)
    if value is not None:
        return value
    if name in {"name", "elementname"} and "displayname" in thing.properties:
        return thing.properties["displayname"]
    if name == "count":
        return 1
    if name == "name" and thing.kind.endswith("proposal"):
        return Unknown("the name of a proposal, which has none: a set has one, and takes proposals themselves")
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
    """The element at an index or under a key."""
    data = holder.data
    if (unknown := unknown_of("[]", (data, index.data))) is not None:
        return unknown
    first = data[0] if isinstance(data, list) and data else holder
    if isinstance(first, Repeated):
        is_first = first.is_unknown and number_of(index) == 0
        return one_of(first) if is_first else _of_repeated(first, "[]", index.data)
    if isinstance(data, Table) and not isinstance(index.data, list):
        place = index.data
        if data.is_ordered and isinstance(place, int) and not isinstance(place, bool):
            return next(islice(data.values.values(), place, None), None) if place >= 0 else None
        return data.find(index)
    if isinstance(data, Unordered) and data.matters:
        return Unknown(ORDER_NOT_KNOWN)
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
    if isinstance(data, list) and (repeated := _repeated_up_to(data, at)) is not None:
        return _of_repeated(repeated, "[]", index.data)
    if not -len(data) <= at < len(data):
        return None
    part = data[at]
    return Character(part) if isinstance(part, str) else part if isinstance(part, Value) else None


def _repeated_up_to(items: list[Value], at: int) -> Value | None:
    """An element before this index, or at it, that stands for as many as is not known: it tells no place behind it."""
    passed = items[: at + 1] if at >= 0 else items[at:] if -at <= len(items) else items
    return (
        next((item for item in passed if isinstance(item, Repeated)), None) if Repeated in map(type, passed) else None
    )


def _is_beyond(data: Data, index: Value) -> bool:
    """Whether an index is outside a list or text; a slice skips it."""
    number = number_of(index)
    if not isinstance(data, list | str) or number is None or -len(data) <= number < len(data):
        return False
    return not isinstance(data, list) or _repeated_up_to(data, int(number)) is None


def _name_of(value: Value) -> str:
    name = value.data.values.get("name") if isinstance(value.data, Table) else None
    return "" if name is None else text_of(name).casefold()


def _is_property(value: Value) -> bool:
    return isinstance(value.data, Table) and value.data.kind == _PROPERTY


def call(holder: Value, name: str, arguments: Sequence[Value]) -> Data:
    """The result of a method."""
    data = holder.data
    if name in {"shouldprocess", "shouldcontinue"}:
        return True
    unknown = unknown_of(f"{name}()", [each.data for each in (holder, *arguments)])
    if unknown is not None:
        return unknown
    if isinstance(data, bool) and name == "tobool":
        return data
    if name == "getstring" and arguments and isinstance(data, str):
        return _decoded(data, arguments[0])
    if isinstance(data, Table):
        return _table_call(data, name, arguments, holder)
    if isinstance(data, str):
        return text_methods.call(holder, name, arguments)
    texts = [text_of(each) for each in arguments]
    if name == "tostring" and isinstance(data, (int, float)):
        shown = operators.formatted(holder, texts[0] if texts else None)
        return Unknown(f"what `{name}()` gives") if shown is None else shown
    if name == "tostring":
        return Unknown(SHOWN) if isinstance(data, list) else text_of(holder)
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
            Value(Table({"key": table.name_of(key), "name": table.name_of(key), "value": value}), *place)
            for key, value in table.values.items()
        ]
        return _in_order(table, entries)
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
    """Bytes decoded as text."""
    numbers = [number_of(item) for item in items_of(octets)]
    if encoding not in _ENCODINGS or not all(isinstance(number, int) and 0 <= number < 256 for number in numbers):
        return Unknown("what `getstring()` gives")
    return bytes(int(number or 0) for number in numbers).decode(_ENCODINGS[encoding], "replace")
