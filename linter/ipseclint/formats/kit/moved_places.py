"""Results whose places are moved, where a reader was given another text than stands in the input."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.model.selectors import LegacyFilter
from ipseclint.model.values import Validated
from ipseclint.source import Span

Value = TypeVar("Value")


def with_moved_places(value: Value, move: Callable[[Span], Span]) -> Value:
    """A result with each place moved; what holds no other place than before stays itself."""
    return cast("Value", _moved(value, move))


def _moved(value: object, move: Callable[[Span], Span]) -> object:
    if isinstance(value, Span):
        return move(value)
    if isinstance(value, Struct | Validated):
        names = value.__struct_fields__ if isinstance(value, Struct) else tuple(type(value).model_fields)
        parts = {name: getattr(value, name) for name in names}
        changed = {name: new for name, part in parts.items() if (new := _moved(part, move)) is not part}
        if not changed:
            return value
        return replace(value, **changed) if isinstance(value, Struct) else value.model_copy(update=changed)
    if isinstance(value, LegacyFilter):
        place = move(Span("", value.line, value.column))
        return value._replace(line=place.line, column=place.column)
    if isinstance(value, tuple):
        items = [_moved(item, move) for item in value]
        if all(new is old for new, old in zip(items, value, strict=True)):
            return value
        make: Callable[[list[object]], object] = getattr(value, "_make", tuple)
        return make(items)
    return value
