"""Rules in values that are alike: from the third on, they are cast from a mould instead of being read field by field.

Such a value differs from an earlier one only in its name and in the fields with names, addresses and ports, and stands
on one line. Any other takes the slow path, which explains faults; both give the same rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, Generic, TypeVar

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.mould import Mould, Shapes, UnfitError
from ipseclint.formats.kit.token import Token
from ipseclint.formats.registry.firewall.fields import parse_fields
from ipseclint.formats.registry.tree import TEXTS, Value
from ipseclint.model.policy import ConnectionSecurityRule, MainModeRule, RegistryValue

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
_READERS = dict.fromkeys(("port1", "port2"), read.ports)


_Piece = tuple[int, str, Token]
"""A part that may differ: the rank of its key, its field, and its text."""


class AlikeRules(Generic[R]):
    """The shapes of the rules of one key so far; `alone` reads one slowly."""

    def __init__(self, path: str, alone: Alone[R]) -> None:
        self._path = path
        self._alone: Alone[R] = alone
        self._trial = Diagnostics(path)
        self._shapes = Shapes[Mould]()

    def rule(self, value: Value) -> R | None:
        """The rule in a value; None if it needs the slow path."""
        text = value.text
        if value.kind not in TEXTS or type(text) is not Token or "\n" in text.text:
            return None
        pieces, left = _taken_apart(text)
        if text.breaks and not _are_inside(text, pieces):
            return None
        mould = self._shapes.known(left)
        if mould is None:
            self._shapes.learn(left, partial(self._mould, value, pieces))
            return None
        fields = self._fields(value, pieces)
        if fields is None:
            return None
        lengths = [text.column - 1, *[token.length for _, _, token in pieces]]
        (rule,) = mould.cast(text.line, lengths, fields, fields["name"])
        return rule  # type: ignore[return-value]

    def _mould(self, value: Value, pieces: Sequence[_Piece]) -> Mould | None:
        text, trial = value.text, Diagnostics(self._path)
        alone, fields, written = self._alone(value, trial), self._fields(value, pieces), parse_fields(value, trial)
        if alone is None or fields is None or written is None or trial.count:
            return None
        rule, unknown = alone
        is_told = sum(len(written.by_key.get(key[:-1].casefold(), ())) for key in _OF_KEY) == len(pieces)
        if unknown or not is_told or any(getattr(rule, field) != value for field, value in fields.items()):
            return None
        places = [(text.line, token.column, token.end[1]) for _, _, token in pieces]
        try:
            return Mould([rule], rule.name, [(text.line, 1, text.column), *places], frozenset(fields))
        except UnfitError:
            return None

    def _fields(self, value: Value, pieces: Sequence[_Piece]) -> dict[str, Any] | None:
        """The fields of a rule that its name and these pieces give; None if something is to be noted of one."""
        tokens: dict[str, list[Token]] = {}
        for _, field, token in sorted(pieces, key=itemgetter(0)):
            tokens.setdefault(field, []).append(token)
        fields: dict[str, Any] = {"name": value.name, "id": value.name or None}
        for field, of_field in tokens.items():
            if field in {"name", "description"}:
                fields[field] = of_field[0].text
            else:
                fields[field] = _READERS.get(field, read.addresses)(of_field, self._trial)
        if self._trial.count:
            self._trial = Diagnostics(self._path)
            return None
        return fields


def _taken_apart(text: Token) -> tuple[list[_Piece], str]:
    """The pieces of a text that may differ, and the text without them."""
    pieces: list[_Piece] = []
    left = [str(text.stride)]
    begin = 0
    for part in text.text.split("|"):
        at = part.find("=") + 1
        key = part[:at]
        if key in _OF_KEY and part[at:] == part[at:].strip() != "":
            left.append(f"{key}\n")
            pieces.append((*_OF_KEY[key], text.part(begin + at, begin + len(part))))
        else:
            left.append(part)
        begin += len(part) + 1
    return pieces, "|".join(left)


def _are_inside(text: Token, pieces: Sequence[_Piece]) -> bool:
    """Whether all breaks of a text stand within pieces, and none is that of a line."""
    inside = sum(len(token.breaks) for _, _, token in pieces)
    return inside == len(text.breaks) and all(line == text.line for _, line, _ in text.breaks)
