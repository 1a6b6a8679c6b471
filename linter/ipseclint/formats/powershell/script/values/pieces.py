"""Values that a script inserts into texts that may be documents: variables, operands, format items."""

from __future__ import annotations

import re
from typing import NamedTuple

from ipseclint.formats.powershell.script.syntax.grammar import PROFILE, Syntax
from ipseclint.formats.powershell.script.values.lists import items_of
from ipseclint.formats.powershell.script.values.operators import FORMAT_ITEM
from ipseclint.formats.powershell.script.values.value import Unknown, Value, text_of
from ipseclint.late import late


class Piece(NamedTuple):
    """A value inserted between two offsets of a script."""

    start: int
    end: int
    value: Value


class Pieces:
    """The insertions into the texts of a script that holds a document, by offset; empty for other scripts."""

    def __init__(self, syntax: Syntax) -> None:
        self.syntax = syntax
        self._put_in: dict[int, Piece] = {}
        self._operands: dict[int, Piece] = {}
        self._items: dict[int, Piece] = {}
        self._profiles: list[Unknown] = []
        self._replaced: dict[str, Value] = {}

    def put_in(self, start: int, end: int, value: Value) -> None:
        """Note the value of a variable or an expression in a text."""
        _put(self._put_in, Piece(start, end, value))

    def operator(self, name: str, left: Value, right: Value, place: tuple[int, int], result: Value) -> None:
        """Note a value that an operator inserts into a text; `place` is that of the second operand."""
        if name == "+":
            _put(self._operands, Piece(*place, right))
        elif name == "-f" and text_of(left) == self.syntax.text[left.start : left.end]:
            values = items_of(right)
            for match in FORMAT_ITEM.finditer(text_of(left)):
                start, end = left.start + match.start(), left.start + match.end()
                if match[1] is not None and int(match[1]) < len(values):
                    _put(self._items, Piece(start, end, values[int(match[1])]))
        elif name.endswith("replace") and len(options := items_of(right)) > 1:
            self.replaced(left, text_of(options[0]), options[1], result)

    def replaced(self, text: Value, old: str, new: Value, result: Value) -> None:
        """Note the replacement of a word in a text of a profile."""
        is_profile = any(text.data is profile for profile in self._profiles)
        if not is_profile and not (isinstance(text.data, str) and PROFILE in text.data):
            return
        if isinstance(result.data, Unknown):
            self._profiles.append(result.data)
        plain = _ESCAPED.sub(r"\1", old)
        if _PLACEHOLDER.fullmatch(plain) and len(self._replaced) < _MAX_WORDS:
            before = self._replaced.setdefault(plain, new)
            if before.data != new.data:
                self._replaced[plain] = before._replace(data=_DIFFERS)

    def replacements(self, start: int, end: int) -> list[Piece]:
        """The replacements of words between two offsets, in order."""
        if not self._replaced:
            return []
        words = re.compile("|".join(map(re.escape, sorted(self._replaced, key=len, reverse=True))))
        return [
            Piece(match.start(), match.end(), self._replaced[match[0]])
            for match in words.finditer(self.syntax.text, start, end)
        ]

    def expansion(self, start: int, end: int) -> Piece:
        """The value inserted into a text at a place; unknown if it was not evaluated."""
        return self._put_in.get(start) or Piece(start, end, Value(_NOT_SEEN, start, end))

    def operand(self, start: int) -> Piece | None:
        """The value joined to a text at an offset."""
        return self._operands.get(start)

    def item(self, start: int) -> Piece | None:
        """The value formatted at an offset."""
        return self._items.get(start)


_ESCAPED = late(r"\\([^\w\s])")
_PLACEHOLDER = late(r"[^<>&\"'\s]{2,100}")
"""A word that may be a placeholder in a template; no character that XML escapes."""
_MAX_WORDS = 200
"""How many placeholders of a template are distinguished (reasoned: a profile has fewer elements)."""
_NOT_SEEN = Unknown("what is put in where this does not run")
_DIFFERS = Unknown("what is not the same each time")


def _put(pieces: dict[int, Piece], piece: Piece) -> None:
    before = pieces.get(piece.start)
    if before is None or before.value.data == piece.value.data:
        pieces[piece.start] = piece
    else:
        pieces[piece.start] = piece._replace(value=piece.value._replace(data=_DIFFERS))
