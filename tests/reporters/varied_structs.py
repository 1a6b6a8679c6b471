"""Structs with another value in one of their fields, and in the fields of what they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import fields, replace

ODD_TEXTS = ("", 'odd <b> | `c` "d" % é\u202e\n', "C:\\a/b\\c.cmd")
MANY = 7
NEVER_OTHERWISE = frozenset({"directions", "witness", "regions", "before", "after", "written", "version"})
"""Fields that are never empty, and of whose values others need more than themselves."""


def varied(value: Struct, not_there: Mapping[str, tuple[Any, ...]], depth: int = 2) -> Iterator[tuple[str, Any]]:
    """Each field of a struct otherwise, with its name; `not_there` are values of fields that may be None."""
    for field in fields(value):
        if field.name in NEVER_OTHERWISE:
            continue
        was = getattr(value, field.name)
        named = not_there.get(field.name, ()) or not_there.get(f"{type(value).__name__}.{field.name}", ())
        others = [] if named and isinstance(was, tuple) else list(_others(was, not_there, depth))
        others += [("", each) for each in named if each != was]
        if field.default is None and was is not None:
            others.append((" none", None))
        for number, (what, other) in enumerate(others):
            yield f"{field.name}{what} {number}", replace(value, **{field.name: other})


def _others(was: Any, not_there: Mapping[str, tuple[Any, ...]], depth: int) -> Iterator[tuple[str, Any]]:
    match was:
        case bool():
            yield "", not was
        case StrEnum():
            yield from (("", each) for each in type(was) if each is not was)
        case int():
            yield from (("", each) for each in sorted({0, 1, was + 1} - {was}))
        case float():
            yield from (("", each) for each in (0.0, was * 1000))
        case str():
            yield from (("", each) for each in ODD_TEXTS)
        case Struct() if depth:
            yield from ((f".{what}", other) for what, other in varied(was, not_there, depth - 1))
        case tuple() if was:
            yield " none", ()
            yield " twice", was[:1] * 2
            yield " many", was[:1] * MANY
            if isinstance(was[0], Struct) and depth:
                yield from ((f".{what}", (other, *was[1:])) for what, other in varied(was[0], not_there, depth - 1))
            elif isinstance(was[0], str):
                yield from (("", (text, *was[1:])) for text in ODD_TEXTS)
        case dict() if was:
            yield " none", {}
