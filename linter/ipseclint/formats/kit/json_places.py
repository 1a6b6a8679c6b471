"""A JSON reader that keeps the place of every value.

Comments are skipped, as by Azure, whose templates may have them: `//` to the end of the line, `/*` to `*/`
(learn.microsoft.com, "Understand the structure and syntax of ARM templates").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from sys import intern
from typing import Any, Protocol

from msgspec import DecodeError, Raw, Struct, json

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import LEFT_OUT, Token, joined
from ipseclint.late import late
from ipseclint.source import Source, SourceError, Span, ended_by_lf

MAX_DEPTH = 64
"""Levels of nesting before an input is refused (reasoned)."""

MAX_VALUES = 5_000_000
"""Values before an input is refused: 10,000 rules with their sets have 3 million (reasoned)."""

MAX_DENSE_VALUES = 2_000_000
"""Values of which an input may have more than one for every 16 characters; exports have one for 25 (reasoned)."""

_CHARACTERS_A_VALUE = 16

_BLANKS = late(r"[ \t\r\n]*")
_BLANK_SIGNS = frozenset(" \t\r\n")
_COMMENT = late(r"(?://[^\n]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/)[ \t\r\n]*+")
_WORD = late(r"-?[0-9][0-9.eE+-]*|true|false|null")
_PLAIN = late(r'[^"\\\x00-\x1f]*')
_SIMPLE = late(r'([^"\\\x00-\x1f]*)"')
_NAME = late(r'[ \t\r\n]*"([^"\\\x00-\x1f]*)"[ \t]*:')
"""The name of a member without an escape, and the sign behind it on its line."""
_MEMBER = late(_NAME.pattern + r'[ \t]*(?:"([^"\\\x00-\x1f]*)"|(-?[0-9][0-9.eE+-]*|true|false)|null)[ \t\r\n]*([,}])')
"""A member on a line of its own, or of others, without an escape, and the sign behind it."""
_FLAT = late(r'\{[^{}\[\]"\\/]*+(?:"[^"\\\x00-\x1f]*+"[^{}\[\]"\\/]*+)*+\}')
"""An object that holds no other and no list, without an escape and a comment."""
_REMEMBERED_TEXTS = 1_000
_REMEMBERED_CHARACTERS = 1_000
"""So many texts of such objects are remembered, each of so many characters at most (reasoned: classes and what tells
them, of which an export has few, come again in each object)."""
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_PAIR = late(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
"""One character beyond the first 65,536, written as the two halves that UTF-16 has for it."""

JSON_DATE = late(r"/Date\((-?\d{1,14})\)/")
"""A moment as JSON of Windows PowerShell and .NET writes it: milliseconds since 1970."""

_HEX = late(r"[0-9a-fA-F]{4}")
_BETWEEN = late(r"\}\r?\n(?:[ \t]*\r?\n)?\{")
"""Between two documents: within one, a comma or a bracket stands behind such a bracket."""

_LARGE_BYTES = 1 << 20
"""Measured: to prove it takes a millisecond a megabyte or more; to tell it by the head, three of any size."""


def is_json_alone(source: Source) -> bool:
    """Whether a text is documents of JSON, one below the other: an output between them would be none of JSON."""
    try:
        text = source.head_text if source.is_in_head else source.read_text(_LARGE_BYTES)
    except SourceError:  # it is larger
        return False
    return _is_list_of(text) or _is_list_of(_BETWEEN.sub("},{", text))


def _is_list_of(text: str) -> bool:
    """Whether a text is what stands in a list of JSON."""
    try:
        json.decode(f"[{text}]", type=Raw)
    except (DecodeError, RecursionError, UnicodeEncodeError):
        return False
    return True


class JsonObject(Struct, frozen=True):
    """An object with its members in order, names as written; duplicate names keep their order."""

    line: int
    column: int
    members: tuple[tuple[Token, Json], ...]


Json = JsonObject | list["Json"] | Token | None
"""A value: a string or number or boolean is a text, null is None."""

MERGES = "<<"
"""The key of YAML that takes over the members that an alias stands for; what these are is not known."""


class Again(Struct, frozen=True):
    """What was made of a text that is like an earlier one: where the text ends, its line ends and its values."""

    made: Any
    end: int
    lines: int
    values: int


class Alike(Protocol):
    """Makes again what was made of texts that are alike."""

    def again(self, text: str, at: int, line: int, column: int) -> Again | None:
        """What is made of the object that begins at an offset, a line and a column; None if it is not alike."""

    def learn(self, text: str, begin: int, end: int, line: int, column: int, item: Any, values: int) -> object:
        """Take what was made of the object between two offsets, which begins at a line and column."""


class JsonError(Exception):
    """Text that is no JSON, or exceeds a limit, with a message and a place."""

    def __init__(self, message: str, line: int, column: int, *, refused: bool = False) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.refused = refused

    def note(self, diagnostics: Diagnostics) -> None:
        """Note that the text was not read, and why."""
        note = diagnostics.refused if self.refused else diagnostics.malformed
        note(f"not read: {self}", Span(diagnostics.path, self.line, self.column))


def read_json(text: str, path: str) -> list[Json]:
    """The values in a text, usually one; several are outputs appended to one file.

    Raises JsonError.
    """
    reader = _Reader(text, path, lambda read: read)
    values: list[Json] = []
    while not reader.at_end():
        values.append(reader.value(0))
    return values


def read_as_far(text: str, diagnostics: Diagnostics) -> list[Json]:
    """The values in a text, those of a top-level list singly, up to where reading stops, which is noted."""
    values: list[Json] = []
    try:
        values.extend(read_made(text, diagnostics.path, lambda read: read))
    except JsonError as error:
        error.note(diagnostics)
    return values


def read_made(
    text: str,
    path: str,
    made: Callable[[JsonObject], Any],
    placeless: frozenset[str] = frozenset(),
    alike: Alike | None = None,
) -> Iterator[Any]:
    """The values in a text one by one, those of a top-level list singly, each object converted as soon as it is read.

    Inner objects are converted first; as `placeless` members, whose places nobody asks for, once for all of the same
    text. What is `alike` is not read again. Raises JsonError where reading stops.
    """
    reader = _Reader(text, path, made, placeless, alike)
    while not reader.at_end():
        yield from reader.values()


_PLAINLY = r'[^"\\\x00-\x1f]*+'
ESCAPED = late(rf'{_PLAINLY}(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{{4}}){_PLAINLY})*+')
"""What may stand between the quotation marks of a text."""


def text_between(raw: str, path: str) -> Token:
    """The text that such characters are, as at the beginning of an input. Raises JsonError."""
    return _Reader(f'"{raw}"', path, lambda read: read).string()


class _Reader:
    def __init__(
        self,
        text: str,
        path: str,
        made: Callable[[JsonObject], Any],
        placeless: frozenset[str] = frozenset(),
        alike: Alike | None = None,
    ) -> None:
        self._text = ended_by_lf(text)
        self._made = made
        self._path = path
        self._placeless = placeless
        self._alike = alike
        self._at = 0
        self._line = 1
        self._line_start = 0
        self._line_end = self._end_of_line()
        self._made_before: dict[str, tuple[int, Any]] = {}
        self._left = min(MAX_VALUES, max(MAX_DENSE_VALUES, len(self._text) // _CHARACTERS_A_VALUE))

    def at_end(self) -> bool:
        """Whether only blanks are left."""
        return not self._sign()

    def values(self) -> Iterator[Any]:
        """The next value, or the values of the next list. Raises JsonError."""
        if self._sign() != "[":
            yield self.value(0)
        else:
            self._left -= 1
            yield from self._items(0)

    def value(self, depth: int) -> Any:
        """The next value. Raises JsonError."""
        sign = self._sign()
        self._left -= 1
        if depth > MAX_DEPTH or self._left < 0:
            raise self._error("nested too deep, or too many values", refused=True)
        if sign == "{":
            return self._made(self._read_object(depth))
        if sign == "[":
            return list(self._items(depth))
        if sign == '"':
            return self.string()
        match = _WORD.match(self._text, self._at)
        if match is None:
            raise self._error("no JSON value where one should be" if sign else "the input ends where a value should be")
        place = self._place(match[0])
        self._at = match.end()
        return None if match[0] == "null" else place

    def _placeless_object(self, depth: int) -> Any:
        """The value of a member whose place nobody asks for."""
        flat = _FLAT.match(self._text, self._at) if self._sign() == "{" and depth < MAX_DEPTH else None
        if flat is None:
            return self.value(depth)
        known = self._made_before.get(flat[0])
        if known is not None and self._left >= known[0]:
            self._left -= known[0]
            self._at = flat.end()
            return known[1]
        left = self._left
        made = self.value(depth)
        if len(self._made_before) < _REMEMBERED_TEXTS and len(flat[0]) <= _REMEMBERED_CHARACTERS:
            self._made_before[flat[0]] = left - self._left, made
        return made

    def _read_object(self, depth: int) -> JsonObject:
        column = self._column()
        line = self._line
        self._at += 1
        members: list[tuple[Token, Json]] = []
        if self._sign() == "}":
            self._at += 1
            return JsonObject(line, column, ())
        while True:
            plain = _MEMBER.match(self._text, self._at) if depth < MAX_DEPTH and self._left else None
            if plain is not None:
                members.append(self._plain(plain))
                sign = plain[4]
            else:
                name = self._name()
                read = self._placeless_object if name.text in self._placeless else self.value
                members.append((name, read(depth + 1)))
                sign = self._sign()
                if sign not in {"}", ","}:
                    raise self._error("neither `,` nor `}` after a member")
                self._at += 1
            if sign == "}":
                return JsonObject(line, column, tuple(members))

    def _plain(self, match: re.Match[str]) -> tuple[Token, Token | None]:
        """A member matched by one regular expression."""
        self._left -= 1
        name, text, word, _ = match.groups()
        begin, self._at = match.start(1), match.end()
        if begin > self._line_end:
            self._pass_lines(begin)
        path, line, place = self._path, self._line, 1 - self._line_start
        token = Token(intern(name), path, line, begin + place)
        if text is not None:
            return token, Token(intern(text), path, line, match.start(2) + place)
        return token, None if word is None else Token(intern(word), path, line, match.start(3) + place)

    def _name(self) -> Token:
        """The name of a member, up to its value. Raises JsonError."""
        match = _NAME.match(self._text, self._at)
        if match is None:
            if self._sign() != '"':
                raise self._error("no name of a member where one should be")
            name = self.string()
            if self._sign() != ":":
                raise self._error("no `:` after the name of a member")
            self._at += 1
            return name
        begin = match.start(1)
        self._pass_lines(begin)
        self._at = match.end()
        return Token(intern(match[1]), self._path, self._line, begin - self._line_start + 1)

    def _items(self, depth: int) -> Iterator[Any]:
        self._at += 1
        if self._sign() == "]":
            self._at += 1
            return
        while True:
            yield self.value(depth + 1) if depth or self._alike is None else self._item(self._alike)
            sign = self._sign()
            if sign not in {"]", ","}:
                raise self._error("neither `,` nor `]` after a value")
            self._at += 1
            if sign == "]":
                return

    def _item(self, alike: Alike) -> Any:
        """A value of the top-level list."""
        if self._sign() != "{":
            return self.value(1)
        column = self._column()
        begin, line, left = self._at, self._line, self._left
        again = alike.again(self._text, begin, line, column)
        if again is None or again.values > left:
            made = self.value(1)
            alike.learn(self._text, begin, self._at, line, column, made, left - self._left)
            return made
        self._left -= again.values
        self._at = again.end
        if again.lines:
            self._line += again.lines
            self._line_start = self._text.rindex("\n", begin, again.end) + 1
            self._line_end = self._end_of_line()
        return again.made

    def string(self) -> Token:
        """A string; an escape counts as one character, and so does a surrogate pair."""
        self._at += 1
        simple = _SIMPLE.match(self._text, self._at)
        if simple is not None:
            place = self._place(simple[1])
            self._at = simple.end()
            return place
        start = self._place("")
        pieces: list[Token] = []
        while True:
            match = _PLAIN.match(self._text, self._at)
            if match is not None and match[0]:
                pieces.append(self._place(match[0]))
                self._at = match.end()
            sign = self._text[self._at : self._at + 1]
            if sign == '"':
                break
            if sign != "\\":
                raise self._error("a text without its closing quotation mark")
            pieces.append(self._escape())
        self._at += 1
        if not pieces:
            return start
        return pieces[0] if len(pieces) == 1 else joined(pieces)

    def _escape(self) -> Token:
        column = self._column()
        kind = self._text[self._at + 1 : self._at + 2]
        if pair := _PAIR.match(self._text, self._at):
            high, low = int(pair[1], 16), int(pair[2], 16)
            character, length = chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)), 12
        elif kind == "u" and _HEX.match(self._text, self._at + 2):
            character, length = chr(int(self._text[self._at + 2 : self._at + 6], 16)), 6
        elif kind in _ESCAPES:
            character, length = _ESCAPES[kind], 2
        else:
            raise self._error("an escape that JSON does not have")
        self._at += length
        return Token(character, self._path, self._line, column, ((1, self._line, column + length),))

    def _sign(self) -> str:
        """The next character outside blanks and comments; empty at the end."""
        sign = self._text[self._at : self._at + 1]
        if sign in _BLANK_SIGNS and (blanks := _BLANKS.match(self._text, self._at)):
            self._at = blanks.end()
            sign = self._text[self._at : self._at + 1]
        while sign == "/" and (comment := _COMMENT.match(self._text, self._at)):
            self._at = comment.end()
            sign = self._text[self._at : self._at + 1]
        return sign

    def _pass_lines(self, place: int) -> None:
        """Go on to the line that an offset is in."""
        while place > self._line_end:
            self._line += 1
            self._line_start = self._line_end + 1
            self._line_end = self._end_of_line()

    def _end_of_line(self) -> int:
        end = self._text.find("\n", self._line_start)
        return end if end >= 0 else len(self._text)

    def _column(self) -> int:
        """The present column; the line is the present one from then on."""
        self._pass_lines(self._at)
        return self._at - self._line_start + 1

    def _place(self, text: str) -> Token:
        column = self._column()
        return Token(text, self._path, self._line, column)

    def _error(self, message: str, *, refused: bool = False) -> JsonError:
        column = self._column()
        end = self._text.find("\n", self._at)
        rest = self._text[self._at : len(self._text) if end < 0 else end]
        if LEFT_OUT.fullmatch(rest.strip().rstrip(",")) is not None:
            message = "a part is left out here, without which it is no JSON: give it whole"
        return JsonError(message, self._line, column, refused=refused)
