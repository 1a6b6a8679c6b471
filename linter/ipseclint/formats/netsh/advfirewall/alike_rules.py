"""Rules added by similar lines: from the third on, they are cast from a mould instead of being parsed.

Such a line is a single command, and differs from an earlier one only in names, addresses, ports or a description of
plain characters, which mean the same to every host. Any other line takes the slow path, which explains faults; both
give the same rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from sys import intern
from typing import TYPE_CHECKING

from msgspec import Struct

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.mould import Mould, Shapes, UnfitError
from ipseclint.formats.kit.token import Token
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
_PIECE = late(
    r'(?<=[ \t])(?:(name|description)="(\w(?:[\w .,/:+-]*\w)?)"|(name)=([\w.-]+)'
    r"|(endpoint[12]|localtunnelendpoint|remotetunnelendpoint)=([0-9A-Fa-f.:/]+)|(port[12])=([0-9]{1,5}))(?=[ \t]|$)",
    re.IGNORECASE,
)
_EXPANDED = late(r"[!*]")
"""What stands for something else in some scripts, besides what is special to a host."""
READERS: dict[str, Callable[[Token, Diagnostics], Setting[Any]]] = {
    "endpoint1": read.addresses_of_list,
    "endpoint2": read.addresses_of_list,
    "localtunnelendpoint": read.addresses_of_list,
    "remotetunnelendpoint": read.addresses_of_list,
    "port1": read.ports_of_list,
    "port2": read.ports_of_list,
}
FIELDS = {"localtunnelendpoint": "local_tunnel_endpoint", "remotetunnelendpoint": "remote_tunnel_endpoint"}
"""The fields of tags that are not called as these."""


class _Piece(Struct, frozen=True):
    """A part that may differ: the value of a tag, and the column of its first character, from 0."""

    tag: str
    text: str
    start: int


class _Shape(Struct, frozen=True):
    """The rule made from lines of one shape, and the part of the first line that calls netsh."""

    rule: ScriptedRule
    part: Part
    mould: Mould


class AlikeRules:
    """The shapes of the lines of one script so far, each the mould that its second line makes."""

    def __init__(self, host: Host, path: str, alone: Alone) -> None:
        self._host, self._path, self._alone = host, path, alone
        self._trial = Diagnostics(path)
        self._shapes = Shapes[_Shape]()

    def rule(self, number: int, line: str) -> tuple[ScriptedRule, Part] | None:
        """The rule that a line adds, and the part that calls netsh; None if it needs the slow path."""
        if self._host not in {BATCH, POWERSHELL} or len(line) > MAX_LINE_CHARACTERS or _HEAD.match(line) is None:
            return None
        pieces = _pieces(line)
        key = _without(line, pieces)
        shape = self._shapes.known(key)
        if shape is None:
            self._shapes.learn(key, partial(self._shape, number, line, pieces))
            return None
        fields: dict[str, object] = {}
        alike, trial = shape.rule, self._trial
        name = alike.name
        for piece in pieces:
            if piece.tag == "name":
                name = piece.text
            elif piece.tag == "description":
                fields[piece.tag] = piece.text
            else:
                value = Token(piece.text, self._path, number, piece.start + 1)
                fields[FIELDS.get(piece.tag, piece.tag)] = READERS[piece.tag](value, trial)
        if trial.count:
            self._trial = Diagnostics(self._path)
            return None
        if name.casefold() == ALL:
            return None
        made = tuple(shape.mould.cast(number, [len(piece.text) for piece in pieces], fields, name))
        return ScriptedRule(
            alike.context, alike.store, made[0].span, name, partial(self._tags, number, line), made
        ), shape.part

    def _tags(self, number: int, line: str) -> dict[str, Token]:
        rule = self._alone(number, line)
        return {} if rule is None else rule.tags

    def _shape(self, number: int, line: str, pieces: list[_Piece]) -> _Shape | None:
        if self._host.special.search(line) or _EXPANDED.search(line):
            return None
        parts, rule = split_parts(Token(line, self._path, number, 1), self._host), self._alone(number, line)
        if rule is None or len(parts) != 1 or not all(_is_value(piece, rule.tags) for piece in pieces):
            return None
        fields = frozenset(FIELDS.get(piece.tag, piece.tag) for piece in pieces if piece.tag != "name")
        places = [(number, piece.start + 1, piece.start + 1 + len(piece.text)) for piece in pieces]
        try:
            return _Shape(rule, parts[0], Mould(rule.made, rule.name, places, fields))
        except UnfitError:
            return None


def _pieces(line: str) -> list[_Piece]:
    pieces = []
    for match in _PIECE.finditer(line):
        last = match.lastindex or 2
        pieces.append(_Piece(intern(match[last - 1].lower()), match[last], match.start(last)))
    return pieces


def _without(line: str, pieces: list[_Piece]) -> str:
    """A line with each piece replaced by a line end."""
    left, end = [], 0
    for piece in pieces:
        left.append(line[end : piece.start])
        end = piece.start + len(piece.text)
    return "\n".join((*left, line[end:]))


def _is_value(piece: _Piece, tags: dict[str, Token]) -> bool:
    """Whether a piece is what netsh takes as the value of its tag."""
    value = tags.get(piece.tag)
    return value is not None and (value.text, value.column) == (piece.text, piece.start + 1)
