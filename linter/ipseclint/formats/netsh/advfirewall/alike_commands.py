"""Rules added by similar lines: from the third on, they are cast from a mould instead of being parsed.

Such a line is a single command, and differs from an earlier one only in names, addresses, ports or a description of
plain characters, which mean the same to every host. Any other line takes the slow path, which explains faults; both
give the same rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from itertools import chain
from sys import intern
from typing import TYPE_CHECKING

from msgspec import Struct

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.mould import Mould, Shapes, UnfitError
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.advfirewall.rules import tunnel_endpoint
from ipseclint.formats.netsh.advfirewall.state import ALL, ScriptedRule
from ipseclint.formats.netsh.hosts import BATCH, MAX_LINE_CHARACTERS, POWERSHELL, Host
from ipseclint.formats.netsh.words import Part, split_parts
from ipseclint.late import late
from ipseclint.model.setting import Setting

if TYPE_CHECKING:
    from typing import Any

    Alone = Callable[[int, str], ScriptedRule | None]
    """Reads a line that stands alone: the rule that it adds, if nothing is to be noted of it."""

_HEAD = late(
    r"[ \t]*@?netsh(?:\.exe)?[ \t]+advfirewall[ \t]+(?:consec|mainmode)[ \t]+add[ \t]+rule[ \t]", re.IGNORECASE
)
_QUOTED, _BARE, _ADDRESS, _PORT = r"\w(?:[\w .,/:+-]*\w)?", r"[\w.-]+", r"[0-9A-Fa-f.:/]+", r"[0-9]{1,5}"
_PIECE = late(
    rf'(?<=[ \t])(?:(name|description)="({_QUOTED})"|(name)=({_BARE})'
    rf"|(endpoint[12]|localtunnelendpoint|remotetunnelendpoint)=({_ADDRESS})|(port[12])=({_PORT}))(?=[ \t]|$)",
    re.IGNORECASE,
)
_EXPRESSIONS = {2: _QUOTED, 4: _BARE, 6: _ADDRESS, 8: _PORT}
"""What a piece can be, by the number of its group."""
_EXPANDED = late(r"[!*]")
"""What stands for something else in some scripts, besides what is special to a host."""
READERS: dict[str, Callable[[Token, Diagnostics], Setting[Any]]] = {
    "endpoint1": read.addresses_of_list,
    "endpoint2": read.addresses_of_list,
    "localtunnelendpoint": tunnel_endpoint,
    "remotetunnelendpoint": tunnel_endpoint,
    "port1": read.ports_of_list,
    "port2": read.ports_of_list,
}
FIELDS = {"localtunnelendpoint": "local_tunnel_endpoint", "remotetunnelendpoint": "remote_tunnel_endpoint"}
"""The fields of tags that are not called as these."""


class _Piece(Struct, frozen=True):
    """A part that may differ: the value of a tag, the column of its first character, from 0, and what it can be."""

    tag: str
    text: str
    start: int
    expression: str


class _Shape(Struct, frozen=True):
    """The rule made from lines of one shape, the part of the first line that calls netsh, the tags of the pieces, and
    an expression for such a line with a group for each piece."""

    rule: ScriptedRule
    part: Part
    mould: Mould
    tags: tuple[str, ...]
    line: re.Pattern[str]


class AlikeRules:
    """The shapes of the lines of one script so far, each the mould that its second line makes."""

    def __init__(self, host: Host, path: str, alone: Alone) -> None:
        self._host, self._path, self._alone = host, path, alone
        self._trial = Diagnostics(path)
        self._shapes = Shapes[_Shape]()
        self._last: _Shape | None = None

    def rule(self, number: int, line: str) -> tuple[ScriptedRule, Part] | None:
        """The rule that a line adds, and the part that calls netsh; None if it needs the slow path."""
        if len(line) > MAX_LINE_CHARACTERS:
            return None
        shape = self._last
        match = None if shape is None else shape.line.fullmatch(line)
        if match is None:  # unlike the line before
            shape = self._last = self._shape_of(number, line)
            match = None if shape is None else shape.line.fullmatch(line)
        if shape is None or match is None:
            return None
        fields: dict[str, object] = {}
        alike, trial = shape.rule, self._trial
        name = alike.name
        texts = match.groups()
        for group, tag in enumerate(shape.tags):
            text = texts[group]
            if tag == "name":
                name = text
            elif tag == "description":
                fields[tag] = text
            else:
                value = Token(text, self._path, number, match.start(group + 1) + 1)
                fields[FIELDS.get(tag, tag)] = READERS[tag](value, trial)
        if trial.count:
            self._trial = Diagnostics(self._path)
            return None
        if name.casefold() == ALL:
            return None
        made = tuple(shape.mould.cast(number, list(map(len, texts)), fields, name))
        return ScriptedRule(
            alike.context, alike.store, made[0].span, name, partial(self._tags, number, line), made
        ), shape.part

    def _shape_of(self, number: int, line: str) -> _Shape | None:
        """The shape of a line; None if it has none, or none yet."""
        if self._host not in {BATCH, POWERSHELL} or _HEAD.match(line) is None:
            return None
        pieces = _pieces(line)
        fixed = _without(line, pieces)
        key = "\n".join(fixed)
        shape = self._shapes.known(key)
        if shape is None:
            self._shapes.learn(key, partial(self._shape, number, line, pieces, fixed))
        return shape

    def _tags(self, number: int, line: str) -> dict[str, Token]:
        rule = self._alone(number, line)
        return {} if rule is None else rule.tags

    def _shape(self, number: int, line: str, pieces: list[_Piece], fixed: list[str]) -> _Shape | None:
        if self._host.special.search(line) or _EXPANDED.search(line):
            return None
        parts, rule = split_parts(Token(line, self._path, number, 1), self._host), self._alone(number, line)
        if rule is None or len(parts) != 1 or not all(_is_value(piece, rule.tags) for piece in pieces):
            return None
        fields = frozenset(FIELDS.get(piece.tag, piece.tag) for piece in pieces if piece.tag != "name")
        places = [(number, piece.start + 1, piece.start + 1 + len(piece.text)) for piece in pieces]
        try:
            mould = Mould(rule.made, rule.name, places, fields)
        except UnfitError:
            return None
        return _Shape(rule, parts[0], mould, tuple(piece.tag for piece in pieces), _expression(pieces, fixed))


def _pieces(line: str) -> list[_Piece]:
    pieces = []
    for match in _PIECE.finditer(line):
        last = match.lastindex or 2
        pieces.append(_Piece(intern(match[last - 1].lower()), match[last], match.start(last), _EXPRESSIONS[last]))
    return pieces


def _without(line: str, pieces: list[_Piece]) -> list[str]:
    """What stands around the pieces of a line."""
    fixed, end = [], 0
    for piece in pieces:
        fixed.append(line[end : piece.start])
        end = piece.start + len(piece.text)
    return [*fixed, line[end:]]


def _expression(pieces: list[_Piece], fixed: list[str]) -> re.Pattern[str]:
    """The lines that have the same around pieces of the same kinds."""
    begin, *others = map(re.escape, fixed)
    values = [f"({piece.expression})" for piece in pieces]
    return re.compile("".join([begin, *chain.from_iterable(zip(values, others, strict=True))]))


def _is_value(piece: _Piece, tags: dict[str, Token]) -> bool:
    """Whether a piece is what netsh takes as the value of its tag."""
    value = tags.get(piece.tag)
    return value is not None and (value.text, value.column) == (piece.text, piece.start + 1)
