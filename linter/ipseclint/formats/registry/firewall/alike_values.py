"""Rules in values that are alike: from the third on, they are cast from a mould instead of being read field by field.

Such a value differs from an earlier one only in its name and in the fields with names, addresses and ports, and stands
on one line, where it is compared as it is written. Any other takes the slow path, which explains faults; both give the
same rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from msgspec import Struct

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.mould import Mould, Shapes, UnfitError
from ipseclint.formats.kit.token import Token
from ipseclint.formats.registry.firewall.fields import parse_fields
from ipseclint.formats.registry.tree import ESCAPE, TEXTS, Value
from ipseclint.model.policy import ConnectionSecurityRule, MainModeRule, RegistryValue
from ipseclint.model.selectors import Addresses, Ports
from ipseclint.model.setting import Setting
from ipseclint.source import Span

R = TypeVar("R", bound=ConnectionSecurityRule | MainModeRule)
RuleAndRest = tuple[R, list[RegistryValue]] | None
"""A rule and its unknown fields; None if a value holds no rule."""
Alone = Callable[[Value, Diagnostics], RuleAndRest[R]]
"""Reads the rule in a value field by field."""

_KEYS = {
    "name": ("Name",),
    "description": ("Desc",),
    "endpoint1": ("EP1_4", "EP1_6"),
    "endpoint2": ("EP2_4", "EP2_6"),
    "port1": ("EP1Port", "EP1Port2_10"),
    "port2": ("EP2Port", "EP2Port2_10"),
    "local_tunnel_endpoint": ("LTunnel4", "LTunnel6", "LTunnel4_2", "LTunnel6_2"),
    "remote_tunnel_endpoint": ("RTunnel4", "RTunnel6", "RTunEndpts4", "RTunEndpts6", "RTunnel4_2", "RTunnel6_2"),
}
"""The fields of a rule that may differ, and the keys of their values in the order in which they are read."""
_OF_KEY = {f"{key}=": (rank, field) for field, keys in _KEYS.items() for rank, key in enumerate(keys)}
_TEXTS = frozenset({"name", "description"})
"""The fields that are texts."""
_READERS: dict[str, Callable[[list[str]], Addresses | Ports | None]] = dict.fromkeys(("port1", "port2"), read.ports_in)


_VALUE = r"([^|\s](?:[^|\n]*[^|\s])?)"
"""The value of a field that may differ, as an expression: without blanks around it."""


class _Piece(Struct, frozen=True):
    """A part that may differ: its field, the rank of its key there, and where its text begins and ends."""

    field: str
    rank: int
    start: int
    end: int


class _Shape(Struct, frozen=True):
    """What rules of one shape are cast from, an expression for their texts with a group for each piece, and the
    numbers of the pieces of each field in the order in which they are read."""

    mould: Mould
    text: re.Pattern[str]
    stride: int
    fields: tuple[tuple[str, tuple[int, ...]], ...]


class AlikeRules(Generic[R]):
    """The shapes of the rules of one key so far; `alone` reads one slowly."""

    def __init__(self, path: str, alone: Alone[R]) -> None:
        self._path = path
        self._alone: Alone[R] = alone
        self._shapes = Shapes[_Shape]()
        self._last: _Shape | None = None

    def rule(self, value: Value) -> R | None:
        """The rule in a value; None if it needs the slow path."""
        text = value.written
        if value.kind not in TEXTS or type(text) is not Token:
            return None
        shape = self._last
        match = None if shape is None else shape.text.fullmatch(text.text)
        if match is None:  # unlike the value before
            shape = self._last = self._shape_of(value)
            match = None if shape is None else shape.text.fullmatch(text.text)
        if shape is None or match is None or text.stride != shape.stride:
            return None
        spans = match.regs[1:]
        lengths = _lengths(text, spans)
        if lengths is None:
            return None
        fields = _fields(value, shape.fields, spans)
        if fields is None:
            return None
        (rule,) = shape.mould.cast(text.line, lengths, fields, fields["name"])
        return rule  # type: ignore[return-value]

    def _shape_of(self, value: Value) -> _Shape | None:
        """The shape of a value; None if it has none, or none yet."""
        text = value.written
        if "\n" in text.text:
            return None
        pieces = _pieces(text.text)
        key = (text.stride, *_around(text.text, pieces))
        shape = self._shapes.known(key)
        if shape is None:
            self._shapes.learn(key, partial(self._shape, value, pieces))
        return shape

    def _shape(self, value: Value, pieces: Sequence[_Piece]) -> _Shape | None:
        text, trial = value.written, Diagnostics(self._path)
        of_field: dict[str, list[int]] = {}
        for number in sorted(range(len(pieces)), key=lambda number: pieces[number].rank):
            of_field.setdefault(pieces[number].field, []).append(number)
        groups = tuple((field, tuple(numbers)) for field, numbers in of_field.items())
        spans = [(each.start, each.end) for each in pieces]
        if _lengths(text, spans) is None:
            return None
        alone, written = self._alone(value, trial), parse_fields(value, trial)
        fields = _fields(value, groups, spans)
        if alone is None or fields is None or written is None or trial.count:
            return None
        rule, unknown = alone
        is_told = sum(len(written.by_key.get(key[:-1].casefold(), ())) for key in _OF_KEY) == len(pieces)
        if unknown or not is_told or any(getattr(rule, field) != value for field, value in fields.items()):
            return None
        tokens = [text.part(*span) for span in spans]
        places = [(text.line, 1, text.column), *[(text.line, token.column, token.end[1]) for token in tokens]]
        try:
            mould = Mould([rule], rule.name, places, frozenset(fields))
        except UnfitError:
            return None
        expression = _VALUE.join(map(re.escape, _around(text.text, pieces)))
        return _Shape(mould, re.compile(expression), text.stride, groups)


def _fields(
    value: Value, groups: Sequence[tuple[str, Sequence[int]]], spans: Sequence[tuple[int, int]]
) -> dict[str, Any] | None:
    """The fields of a rule that its name and these pieces give; None if something is to be noted of one."""
    token = value.written
    text = token.text
    fields: dict[str, Any] = {"name": value.name, "id": value.name or None}
    for field, numbers in groups:
        begin, end = spans[numbers[0]]
        if field in _TEXTS:
            said = text[begin:end]
            if value.is_escaped and "\\" in said:
                parts = ESCAPE.split(said)
                said = "".join(parts)
                if parts[-1].endswith("\\") or said.strip() != said:
                    return None
            fields[field] = said
            continue
        pieces = [text[slice(*spans[number])] for number in numbers] if len(numbers) > 1 else [text[begin:end]]
        found = _READERS.get(field, read.addresses_in)(pieces)
        if found is None:
            return None
        fields[field] = Setting(found, _place(token, begin, end))
    return fields


def _place(text: Token, begin: int, end: int) -> Span:
    """The place of a part of a text."""
    if text.breaks:
        return text.part(begin, end).span
    return Span(text.path, text.line, text.column + begin * text.stride, (end - begin) * text.stride)


def _pieces(text: str) -> list[_Piece]:
    """The parts of a text that may differ."""
    pieces: list[_Piece] = []
    begin = 0
    for part in text.split("|"):
        at = part.find("=") + 1
        key, end = part[:at], begin + len(part)
        if key in _OF_KEY and part[at:] == part[at:].strip() != "":
            rank, field = _OF_KEY[key]
            pieces.append(_Piece(field, rank, begin + at, end))
        begin = end + 1
    return pieces


def _around(text: str, pieces: Sequence[_Piece]) -> list[str]:
    """What stands around the pieces of a text."""
    starts, ends = [each.start for each in pieces], [each.end for each in pieces]
    return [text[begin:end] for begin, end in zip([0, *ends], [*starts, len(text)], strict=True)]


def _lengths(text: Token, spans: Sequence[tuple[int, int]]) -> list[int] | None:
    """The columns in front of a text, and those of its pieces; None if it is broken elsewhere than in these, or into
    lines."""
    stride, breaks = text.stride, text.breaks
    lengths = [text.column - 1, *[(end - start) * stride for start, end in spans]]
    if not breaks:
        return lengths
    first, inside = breaks[0][0], 0
    for number, (start, end) in enumerate(spans, 1):
        if end > first:
            piece = text.part(start, end)
            lengths[number] = piece.length
            inside += len(piece.breaks)
    return lengths if inside == len(breaks) and breaks[-1][1] == text.line else None
