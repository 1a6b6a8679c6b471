"""Values of the model as plain dictionaries, lists and scalars."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any

from msgspec import Struct
from pydantic import BaseModel

from ipseclint.model.selectors import Address, PortRange
from ipseclint.model.setting import Secret, Setting, Unknown
from ipseclint.model.values import Frozen
from ipseclint.source import Span


def in_full(setting: Setting[Any]) -> Any:
    """A setting with its origin and its place."""
    return {"value": plain(setting.value), "origin": setting.origin.value, "at": _place(setting.span)}


def value_only(setting: Setting[Any]) -> Any:
    """A setting as its bare value; None when it was not understood."""
    return plain(setting.known, value_only)


def plain(value: Any, setting: Callable[[Setting[Any]], Any] = in_full) -> Any:
    """A value as plain data of Python. `setting` converts settings; empty fields are left out."""
    match value:
        case Setting():
            return setting(value)
        case Unknown():
            return {"hidden" if value.hidden else "not_understood": value.raw}
        case Span():
            return _place(value)
        case Enum():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case dict():
            return {str(plain(key)): plain(item, setting) for key, item in value.items()}
        case frozenset() | set():
            return sorted(str(plain(each)) for each in value)
        case Secret() | Address() | PortRange():
            return str(value)
    if (names := _names(value)) is not None:
        own = {"kind": value.kind} if hasattr(value, "kind") and "kind" not in names else {}
        fields = {name: getattr(value, name) for name in names}
        return own | {name: plain(item, setting) for name, item in fields.items() if item not in (None, (), {}, "")}
    if isinstance(value, Struct):
        return {name: plain(getattr(value, name), setting) for name in value.__struct_fields__}
    return [plain(each, setting) for each in value] if isinstance(value, list | tuple) else str(value)


def _names(value: Any) -> Iterable[str] | None:
    """The names of the fields of a value whose empty fields are left out; None for other values."""
    if isinstance(value, BaseModel):
        return type(value).model_fields
    if isinstance(value, Frozen):
        return value.__struct_fields__
    return value._fields if isinstance(value, tuple) and hasattr(value, "_fields") else None


def _place(span: Span) -> str:
    return f"{span.line}:{span.column}"
