"""Whether the fields of values hold what they are declared to hold."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from types import UnionType
from typing import Any, ForwardRef, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from ipseclint.model.setting import Setting, Unknown


def misfits(values: Iterable[object]) -> list[str]:
    """The fields of structs and named tuples that hold something else."""
    return [
        f"{type(value).__name__}.{name} = {getattr(value, name)!r}, which is no {hint}"
        for value in values
        for name, hint in _declared(type(value))
        if not fits(getattr(value, name), hint)
    ]


@cache
def _declared(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    names = kind.__struct_fields__ if issubclass(kind, Struct) else getattr(kind, "_fields", ())
    hints = get_type_hints(kind) if names else {}
    return tuple((name, hints[name]) for name in names)


def fits(value: object, hint: Any) -> bool:
    """Whether a value is of a type; what a struct holds has types of its own."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return any(fits(value, part) for part in parts)
    if origin is Literal:
        return value in parts
    if origin is Setting:
        return isinstance(value, Setting) and (isinstance(value.value, Unknown) or fits(value.value, *parts))
    if origin is tuple:
        if not isinstance(value, tuple):
            return False
        kinds = parts[:1] * len(value) if parts[1:] == (...,) else parts
        return len(kinds) == len(value) and all(map(fits, value, kinds))
    if origin in {frozenset, set, list}:
        return isinstance(value, origin) and all(fits(each, *parts) for each in value)
    if origin is dict:
        of_key, of_item = parts
        return isinstance(value, dict) and all(fits(key, of_key) and fits(item, of_item) for key, item in value.items())
    if hint is Any or isinstance(hint, TypeVar | ForwardRef):
        return True
    return isinstance(value, origin or hint)
