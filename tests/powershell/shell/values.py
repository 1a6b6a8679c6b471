"""The values of PowerShell, and what it makes of one where another is wanted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from tree_sitter import Node


class UnknownError(Exception):
    """Something of PowerShell that is not played here."""


class Thrown(Exception):  # noqa: N818  # it is no error of the test
    """What a script throws, or a command that fails."""

    def __init__(self, message: str, error_id: str = "") -> None:
        super().__init__(message)
        self.error_id = error_id


class Table(dict[str, Any]):
    """A hash table: its keys are the same in whatever case."""

    ordered = False

    def key(self, name: Any) -> Any:
        """The key as it is written in the table."""
        if not isinstance(name, str):
            return name
        return next((key for key in self if isinstance(key, str) and key.casefold() == name.casefold()), name)


class Given(Table):
    """The parameters that a function was given: in constrained language mode no method of it may be called."""


class Thing:
    """An object with properties; `types` are its type names, the most particular first."""

    def __init__(self, types: str | tuple[str, ...] = "PSCustomObject", /, **properties: Any) -> None:
        self.types = (types,) if isinstance(types, str) else types
        self.properties = Table(properties)
        self.methods: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"{self.types[0]}({', '.join(f'{name}={value!r}' for name, value in self.properties.items())})"


class Members(list[Any]):
    """The properties of an object, in order and by name."""


class Block:
    """A script block."""

    def __init__(self, node: Node, text: bytes) -> None:
        self.node = node
        self.text = text


class Type:
    """A type, as `[string]` names one."""

    def __init__(self, name: str) -> None:
        self.name = name.casefold()


def items(value: Any) -> list[Any]:
    """What a pipeline is given by a value: the elements of a list, else the value itself."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def collected(values: list[Any]) -> Any:
    """What an expression is that gave these objects."""
    return None if not values else values[0] if len(values) == 1 else list(values)


def truth(value: Any) -> bool:
    """Whether a value counts as true."""
    if isinstance(value, list):
        return bool(value) and (len(value) > 1 or truth(value[0]))
    if isinstance(value, (Table, Thing, Block)):
        return True
    return bool(value)


def text(value: Any) -> str:
    """A value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, list):
        return " ".join(map(text, value))
    if isinstance(value, tuple):
        return ".".join(map(str, value))
    if isinstance(value, datetime):
        return value.strftime("%m/%d/%Y %H:%M:%S")
    if isinstance(value, Table):
        return "System.Collections.Hashtable"
    if isinstance(value, Thing):
        if "ToString" in value.methods:
            return str(value.methods["ToString"]())
        if value.types[0].endswith("ErrorRecord"):
            return text(value.properties["Exception"])
        if "Message" in value.properties and value.types[0].endswith("Exception"):
            return text(value.properties["Message"])
        return "@{" + "; ".join(f"{name}={text(inner)}" for name, inner in value.properties.items()) + "}"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise UnknownError(f"{type(value).__name__} as text")


def same(left: Any, right: Any) -> bool:
    """`-eq` of two single values."""
    if left is None or right is None:
        return left is right
    if isinstance(left, bool):
        return left == truth(right)
    if isinstance(left, (int, float)):
        try:
            return left == float(text(right))
        except ValueError:
            return False
    return text(left).casefold() == text(right).casefold()


def like(value: Any, pattern: Any) -> bool:
    """`-like`."""
    parts = re.split(r"(\*|\?|\[[^\]]*\])", text(pattern))
    expression = "".join(
        {"*": ".*", "?": "."}.get(part) or (part if part[:1] == "[" else re.escape(part)) for part in parts
    )
    return re.fullmatch(expression, text(value), re.IGNORECASE | re.DOTALL) is not None


def regex(pattern: Any, *, with_case: bool = False) -> re.Pattern[str]:
    """A pattern of .NET as one of Python."""
    return re.compile(text(pattern).replace(r"\z", r"\Z"), 0 if with_case else re.IGNORECASE)


def replacement(written: Any) -> str:
    """A replacement of .NET as one of Python."""
    inner = text(written).replace("\\", "\\\\")
    return re.sub(r"\$(\d|\{\w+\})|\$\$", lambda match: rf"\g<{match[1].strip('{}')}>" if match[1] else "$", inner)


def formatted(pattern: str, arguments: list[Any]) -> str:
    """`-f`."""

    def piece(match: re.Match[str]) -> str:
        if match[0] in {"{{", "}}"}:
            return match[0][0]
        value, form = arguments[int(match[1])], match[2]
        if not form:
            return text(value)
        if re.fullmatch("0+", form):
            return f"{value:0{len(form)}d}"
        if hexadecimal := re.fullmatch(r"x(\d*)", form):
            return f"{value & 0xFFFFFFFF:0{hexadecimal[1] or 1}x}"
        raise UnknownError(f"the format {form}")

    return re.sub(r"\{\{|\}\}|\{(\d+)(?::([^}]*))?\}", piece, pattern)


def date_text(moment: datetime, form: str) -> str:
    """`Get-Date -Format`, and `ToString` of a moment."""
    forms = {"yyyyMMdd-HHmmss": "%Y%m%d-%H%M%S", "u": "%Y-%m-%d %H:%M:%SZ", "yyyy-MM-dd": "%Y-%m-%d"}
    forms |= {"o": "%Y-%m-%dT%H:%M:%S.0000000Z", "s": "%Y-%m-%dT%H:%M:%S"}
    if form not in forms:
        raise UnknownError(f"the format {form}")
    return moment.strftime(forms[form])


def of_json(value: Any) -> Any:
    """What ConvertFrom-Json makes of a parsed JSON value."""
    if isinstance(value, dict):
        thing = Thing("System.Management.Automation.PSCustomObject")
        thing.properties = Table({name: of_json(inner) for name, inner in value.items()})
        return thing
    return [of_json(inner) for inner in value] if isinstance(value, list) else value


def to_json(value: Any, depth: int) -> Any:
    """What ConvertTo-Json is given, as a value of Python; what lies deeper than `depth` is its text."""
    if isinstance(value, (Mapping, Thing)):
        if depth < 0:
            return text(value)
        pairs: Iterable[tuple[Any, Any]] = (value.properties if isinstance(value, Thing) else value).items()
        return {text(name): to_json(inner, depth - 1) for name, inner in pairs}
    if isinstance(value, list):
        return text(value) if depth < 0 else [to_json(inner, depth - 1) for inner in value]
    return text(value) if isinstance(value, (datetime, tuple)) else value


def converted(value: Any, name: str) -> Any:
    """A value as a type."""
    name = name.casefold()
    if name in {"object", "psobject", ""}:
        return value
    if name.endswith("[]"):
        return [] if value is None else [converted(inner, name[:-2]) for inner in items(value)]
    if name == "string":
        return text(value)
    if name in {"int", "long", "uint32", "uint64"}:
        return int(float(text(value) or "0"))
    if name in {"bool", "switch"}:
        return truth(value)
    if name in {"hashtable", "scriptblock", "ref", "guid", "xml", "version"} and not isinstance(value, str):
        return value
    if name == "version":
        return tuple(map(int, value.split(".")))
    if name == "datetime":
        if isinstance(value, datetime):
            return value
        for form in ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"):
            try:
                return datetime.strptime(text(value), form).replace(tzinfo=UTC)
            except ValueError:
                continue
        return datetime.strptime("2026-11-26 " + text(value), "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    if name == "void":
        return None
    raise UnknownError(f"a cast to {name}")


def is_of(value: Any, name: str) -> bool:
    """`-is`."""
    kinds: dict[str, tuple[type, ...]] = {
        "string": (str,), "array": (list,), "bool": (bool,), "int": (int,), "hashtable": (Table,),
        "datetime": (datetime,),
        "int32": (int,), "uint32": (), "uint64": (), "long": (), "byte": (), "xml": (), "scriptblock": (Block,),
    }  # fmt: skip
    known = kinds.get(name.casefold())
    if known is not None:
        return isinstance(value, known) and not (isinstance(value, bool) and name.casefold() != "bool")
    return isinstance(value, Thing) and any(each.casefold().endswith(name.casefold()) for each in value.types)
