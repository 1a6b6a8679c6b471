"""The normalised policy as plain JSON values: what `inspect` prints."""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import Any

from pydantic import BaseModel

from ipseclint.formats.parsed import Parsed
from ipseclint.model.selectors import Address, PortRange
from ipseclint.model.setting import Secret, Setting, Unknown
from ipseclint.source import Span


def parsed_dict(parsed: Parsed) -> dict[str, Any]:
    """All that an input says; empty parts are left out, keys never appear."""
    return {
        name: value
        for name in ("policy", "events", "counters", "associations", "problems")
        if (value := plain(getattr(parsed, name)))
    }


def plain(value: Any) -> Any:
    """A value of the model as dictionaries, lists and scalars; a setting shows value, origin and place."""
    match value:
        case None | bool() | int() | float():
            return value
        case Setting():
            return {"value": plain(value.value), "origin": value.origin.value, "at": _place(value.span)}
        case Unknown():
            return {"hidden" if value.hidden else "not_understood": value.raw}
        case Span():
            return _place(value)
        case Enum():
            return value.value
        case Secret() | Address() | PortRange():
            return str(value)
        case str():
            return value
        case BaseModel():
            own = {"kind": value.kind} if hasattr(value, "kind") and isinstance(value.kind, str) else {}
            fields = {name: getattr(value, name) for name in type(value).model_fields}
            return own | {name: plain(each) for name, each in fields.items() if each not in (None, (), {}, "")}
        case dict():
            return {str(plain(key)): plain(each) for key, each in value.items()}
        case frozenset() | set():
            return sorted(str(plain(each)) for each in value)
        case tuple() if hasattr(value, "_fields"):
            return {
                name: plain(each) for name, each in zip(value._fields, value, strict=True) if each not in (None, (), "")
            }
        case list() | tuple():
            return [plain(each) for each in value]
        case _ if dataclasses.is_dataclass(value):
            return {each.name: plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    return str(value)


def _place(span: Span) -> str:
    return f"{span.line}:{span.column}"
