"""Whether the places that a reader tells are in its input."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any

from msgspec import Struct
from pydantic import BaseModel

from ipseclint.formats.parsed import Parsed
from ipseclint.formats.peers.shipped import default_names
from ipseclint.source import BINARY_SIGNATURES, Source, Span

SHIPPED = frozenset(default_names())
"""Paths of the peers that come with the program, which an input may only name."""


def read_in_place(parse: Callable[[Source], Parsed], source: Source) -> Parsed:
    """What is read of an input, however damaged; every place that is told must be in it."""
    parsed = parse(source)
    assert misplaced(parsed, source) == []
    return parsed


def values_of(value: object) -> Iterator[object]:
    """A value and all that it holds."""
    yield value
    match value:
        case dict():
            parts: list[Any] = [*value.keys(), *value.values()]
        case tuple() | list() | set() | frozenset():
            parts = list(value)
        case BaseModel():
            parts = [getattr(value, name) for name in type(value).model_fields]
        case Struct():
            parts = [getattr(value, name) for name in value.__struct_fields__]
        case _:
            parts = []
    for part in parts:
        yield from values_of(part)


def misplaced(parsed: Parsed, source: Source) -> list[Span]:
    """The places that are not in the input."""
    rooms = {}
    for part in source.all:
        if part.head.startswith(BINARY_SIGNATURES):
            rooms[part.path] = [len(part.read_bytes())]
        else:
            # Where a text of UTF-16 has single bytes in it, parsers count the characters that these make with others.
            texts = (part.read_text(), part.read_bytes().decode(part.encoding, errors="replace"))
            lengths = ([len(line) for line in re.split(r"\r\n|\r|\n", text)] for text in texts)
            rooms[part.path] = list(map(max, zip_longest(*lengths, fillvalue=0)))
    spans = (span for span in values_of(parsed) if isinstance(span, Span) and span.path not in SHIPPED)
    return [span for span in spans if not _is_in(span, rooms)]


def _is_in(span: Span, rooms: dict[str, list[int]]) -> bool:
    lengths = rooms.get(span.path, [])
    if not 1 <= span.line <= len(lengths):
        return False
    room = max(1, lengths[span.line - 1])
    return 1 <= span.column <= room + 1 and span.length >= 1 and span.column + span.length <= room + 2
