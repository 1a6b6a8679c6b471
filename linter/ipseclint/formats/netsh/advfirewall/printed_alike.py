"""Rules printed alike: from the third on, they are cast from a mould instead of being read line by line.

Such a rule differs from an earlier one only in its name, addresses, ports or a description of plain characters, in
lines that no console breaks. Any other takes the slow path, which explains faults; both give the same rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from msgspec import Struct

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.mould import Mould, Shapes, UnfitError
from ipseclint.formats.kit.token import Token, joined
from ipseclint.formats.netsh.advfirewall.alike_commands import FIELDS, READERS
from ipseclint.formats.netsh.advfirewall.output import NARROWEST, meanings_of_labels
from ipseclint.formats.netsh.advfirewall.rules import PrintedRule
from ipseclint.late import late

_MAX_CHARACTERS = 10_000
"""Reasoned: a rule that is printed at greater length is like few others."""

_PLAIN = r"\w(?:[\w .,/:+-]*\w)?"
_ADDRESS = r"[0-9A-Fa-f]*+[.:][0-9A-Fa-f.:/-]*+"
_ADDRESSES = rf"{_ADDRESS}(?:,{_ADDRESS})*+(?:,\n[ \t]++(?=[0-9]){_ADDRESS}(?:,{_ADDRESS})*+)*+"
_PORTS = r"[0-9]{1,5}+(?:,[0-9]{1,5}+)*+"
_MEANINGS = meanings_of_labels()


def _labels(*meanings: str) -> str:
    """A pattern for the labels of these meanings in any language."""
    return "|".join(re.escape(label) for label, meaning in _MEANINGS.items() if meaning in meanings)


_ENDS = ("endpoint1", "endpoint2", "localtunnelendpoint", "remotetunnelendpoint")
_PIECE = late(
    rf"\n(?:({_labels('name', 'description')}):[ \t]++({_PLAIN})"
    rf"|({_labels(*_ENDS)}):[ \t]++({_ADDRESSES})|({_labels('port1', 'port2')}):[ \t]++({_PORTS}))(?=\n|\Z)"
)
_WORDS = late(r"\S(?:[^\n]*\S)?")
_RULE = late(rf"\n(?=(?:{_labels('name')}):)")


class _Shape(Struct, frozen=True):
    """The rule that a text of one shape prints, the first line of the text, and the mould of the objects."""

    rule: PrintedRule
    line: int
    mould: Mould


_Values = list[tuple[str, list[Token]]]
"""The values that may differ by meaning, each with its parts on lines of their own."""


def parts_of(text: str) -> Iterator[tuple[int, str]]:
    """A text cut before the name of each rule, each part with the number of its first line."""
    number, begin = 1, 0
    for match in _RULE.finditer(text):
        part = text[begin : match.start()]
        yield number, part
        number, begin = number + part.count("\n") + 1, match.end()
    yield number, text[begin:]


class PrintedAlike:
    """The shapes of the rules of one output so far; `alone` reads a text that prints one rule and nothing strange."""

    def __init__(self, path: str, alone: Callable[[int, str], PrintedRule | None]) -> None:
        self._path, self._alone = path, alone
        self._trial = Diagnostics(path)
        self._shapes = Shapes[_Shape]()

    def rule(self, number: int, text: str) -> PrintedRule | None:
        """The rule that a text from a line on prints; None if it needs the slow path."""
        if len(text) > _MAX_CHARACTERS or "\0" in text:
            return None
        values, key = _taken_apart(text, self._path, number)
        parts = [part for _, parts in values for part in parts]
        if any(part.column + len(part.text) > NARROWEST for part in parts):
            return None
        shape = self._shapes.known(key)
        if shape is None:
            self._shapes.learn(key, partial(self._shape, number, text, values))
            return None
        fields = self._fields(values)
        if fields is None:
            return None
        made = shape.mould.cast(number, [len(part.text) for part in parts], fields, str(fields["name"]))
        return PrintedRule(tuple(made), shape.rule.effective, number - shape.line)

    def _fields(self, values: _Values) -> dict[str, object] | None:
        """The fields of a rule that values give; None if something is to be noted of one."""
        fields: dict[str, object] = {}
        for meaning, parts in values:
            read = READERS.get(meaning)
            fields[FIELDS.get(meaning, meaning)] = parts[0].text if read is None else read(joined(parts), self._trial)
        if self._trial.count:
            self._trial = Diagnostics(self._path)
            return None
        return fields

    def _shape(self, number: int, text: str, values: _Values) -> _Shape | None:
        rule, fields = self._alone(number, text), self._fields(values)
        if rule is None or fields is None or len(fields) < len(values):
            return None
        first = rule.made[0]
        if any(getattr(first, name, None) != value for name, value in fields.items()):
            return None  # it goes on in a way that is not followed here
        places = [(part.line, part.column, part.end[1]) for _, parts in values for part in parts]
        try:
            return _Shape(rule, number, Mould(rule.made, first.name, places, frozenset(fields)))
        except UnfitError:
            return None


def _taken_apart(text: str, path: str, line: int) -> tuple[_Values, str]:
    """The values of a text from a line on that may differ, and the text without them."""
    text, line = f"\n{text}", line - 1
    values: _Values = []
    left: list[str] = []
    end = 0
    for match in _PIECE.finditer(text):
        last = match.lastindex or 2
        parts = []
        for part in _WORDS.finditer(text, match.start(last), match.end(last)):
            start = part.start()
            line += text.count("\n", end, start)
            parts.append(Token(part[0], path, line, start - text.rfind("\n", 0, start)))
            left.append(text[end:start])
            end = part.end()
        values.append((_MEANINGS[match[last - 1]], parts))
    left.append(text[end:])
    return values, "\0".join(left)
