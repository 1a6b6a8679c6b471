"""A reader of YAML that keeps the place of every value, for what tools declare: maps, lists and texts.

It takes blocks by their indentation, lists and maps in brackets, texts in quotation marks and in blocks, comments and
several documents (YAML 1.2, chapters 5, 7 and 8). What a tag or an alias stands for is not known, and is an
`OpenToken`, as are brackets that are not well-formed; these, a line that is nothing of this, a key that was there
before and one that takes over what an alias stands for are given back as not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipseclint.formats.kit.json_places import MERGES, Json, JsonObject
from ipseclint.formats.kit.token import OpenToken, Token, joined, lines_of
from ipseclint.late import late

MAX_DEPTH = 60
"""Levels of nesting that are read; what is deeper is not known (reasoned)."""
_MAX_LINES = 400
"""How many lines a text in quotation marks or brackets may have (reasoned: above any configuration in one)."""

_KEY = late(
    r"(?:\"(?P<double>(?:[^\"\\\r\n]|\\.)*+)\"|'(?P<single>[^'\r\n]*+)'"
    r"|(?![\"'\[\]{}#&*!|>%@`,]|[-?:](?:\s|\Z))(?P<plain>(?:[^:\r\n#]|:(?!\s|\Z)|(?<!\s)#)*+))[ \t]*+:(?=\s|\Z)[ \t]*+"
)
_ITEM = late(r"-(?:[ \t]++|\Z)")
_BETWEEN = late(r"(?:---|\.\.\.)(?:[ \t]|\Z)")
_COMMENT = late(r"(?:(?<=\s)|\A)#[^\r\n]*\Z")
_TAG = late(r"!\S*[ \t]*")
_ANCHOR = late(r"&\S+[ \t]*")
_BLOCK = late(r"[|>][+-]?\d?[+-]?[ \t]*(?:#.*)?\Z")
_QUOTED = late(r"\"(?:[^\"\\]|\\.)*+\"|'(?:[^']|'')*+'", re.DOTALL)
_ENDS_QUOTED = {'"': late(r"(?:[^\"\\]|\\(?:.|\Z))*+\""), "'": late(r"(?:[^']|'')*+'")}
"""How a further line of a text in quotation marks begins that ends it, by the mark."""
_ESCAPE = late(
    r"\\(?:\n|x(?P<two>[\dA-Fa-f]{2})|u(?P<four>(?![dD][89A-Fa-f])[\dA-Fa-f]{4})"
    r"|U(?P<eight>00(?:0[\dA-Fa-f]|10)(?![dD][89A-Fa-f])[\dA-Fa-f]{4})|(?P<sign>[^xuU]))|\n"
)
_ESCAPES = dict(zip("0abtnvfreN_LP", "\0\a\b\t\n\v\f\r\x1b\x85\xa0\u2028\u2029", strict=True))
_PIECE = late(
    r"(?P<blank>\s++)|(?P<comment>(?<![^\s,\[\]{}])#[^\n]*+)|(?P<mark>[!&][^\s,\[\]{}]*+)"
    r"|(?P<quoted>\"(?:[^\"\\]|\\.)*+\"|'(?:[^']|'')*+')|(?P<sign>[\[\]{},]|:(?:(?<=[\"']:)|(?=[\s,\]}\[{\"']|\Z)))"
    r"|(?P<plain>(?:[^\s,\[\]{}:]|:(?![\s,\]}]|\Z))(?:[^\s,\[\]{}:]|:(?![\s,\]}]|\Z)|[^\S\n]++(?!#))*+)",
    re.DOTALL,
)
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


def read_yaml(text: str, path: str) -> tuple[list[Json], list[Token]]:
    """The documents of a text, and the lines in them that are not read."""
    reader = _Reader(text, path)
    return list(reader.documents()), reader.strays


class _Reader:
    """Reads the lines that are not blank, each by its indentation."""

    def __init__(self, text: str, path: str) -> None:
        lines = (line for line in lines_of(text, path) if line.text.strip())
        self._lines = [line.part(len(line.text) - len(line.text.lstrip()), len(line.text.rstrip())) for line in lines]
        self._at = 0
        self.strays: list[Token] = []

    def documents(self) -> Iterator[Json]:
        while (line := self._peek(0)) is not None or self._at < len(self._lines):
            if line is not None and (value := self._node(0, 0)) is not None:
                yield value
            elif self._at < len(self._lines) and (mark := _BETWEEN.match(self._lines[self._at].text)) is not None:
                rest = self._lines[self._at].part(mark.end()).strip()
                if rest.text and _BETWEEN.match(rest.text) is None:
                    self._lines[self._at] = rest
                else:
                    self._at += 1

    def _peek(self, least: int) -> Token | None:
        """The next line that is no comment, if it is indented at least so far."""
        while self._at < len(self._lines) and self._lines[self._at].text.startswith("#"):
            self._at += 1
        line = self._lines[self._at] if self._at < len(self._lines) else None
        if line is None or line.column <= least or _BETWEEN.match(line.text) is not None:
            return None
        return line

    def _node(self, least: int, depth: int) -> Json:
        """What is indented at least so far: a list, a map or a text."""
        line = self._peek(least)
        if line is None:
            return None
        if depth > MAX_DEPTH:
            self._skip(least)
            return OpenToken(line.text, line.path, line.line, line.column)
        if _ITEM.match(line.text) is not None:
            return self._list(line.column, depth)
        if _KEY.match(line.text) is not None:
            return self._map(line.column, depth)
        self._at += 1
        return self._value(line, line.column - 1, depth)

    def _list(self, column: int, depth: int) -> Json:
        items: list[Json] = []
        while (line := self._peek(column - 1)) is not None and line.column == column:
            dash = _ITEM.match(line.text)
            if dash is None:
                break
            rest = line.part(dash.end())
            if not rest.text or rest.text.startswith("#"):
                self._at += 1
                items.append(self._node(column, depth + 1))
            elif _ITEM.match(rest.text) is not None or _KEY.match(rest.text) is not None:
                self._lines[self._at] = rest
                items.append(self._node(column, depth + 1))
            else:
                self._at += 1
                items.append(self._value(rest, column, depth + 1))
        return items

    def _map(self, column: int, depth: int) -> JsonObject:
        members: dict[str, tuple[Token, Json]] = {}
        first = self._lines[self._at]
        while (line := self._peek(column - 1)) is not None:
            key = _KEY.match(line.text) if line.column == column else None
            if key is None and line.column == column and _ITEM.match(line.text) is not None and members:
                break
            self._at += 1
            if key is None:
                self.strays.append(line)
                continue
            name = line.part(*key.span(key.lastgroup or 0)).strip()
            value = self._value(line.part(key.end()), column, depth + 1, is_of_key=True)
            if name.text == MERGES:
                value = _unknown(line)
            if name.text in members or name.text == MERGES:
                self.strays.append(line)
            members.setdefault(name.text, (name, value))
        return JsonObject(first.line, first.column, tuple(members.values()))

    def _value(self, rest: Token, least: int, depth: int, *, is_of_key: bool = False) -> Json:
        """What stands behind a key or a dash, or below it, indented more than `least`."""
        if depth > MAX_DEPTH:
            return OpenToken(rest.text, rest.path, rest.line, rest.column)
        if (anchor := _ANCHOR.match(rest.text)) is not None:
            return self._value(rest.part(anchor.end()), least, depth + 1, is_of_key=is_of_key)
        if (tag := _TAG.match(rest.text)) is not None:
            behind = rest.part(tag.end())
            value = self._value(behind, least, depth + 1, is_of_key=is_of_key)
            if tag[0].startswith("!!"):
                return value
            text = f"{tag[0].strip()} {value.text if isinstance(value, Token) else ''}".strip()
            return OpenToken(text, rest.path, rest.line, rest.column)
        if not rest.text or rest.text.startswith("#"):
            below = self._peek(least - 1 if is_of_key else least)
            if below is None or (below.column == least and _ITEM.match(below.text) is None):
                return None
            return self._node(below.column - 1, depth)
        if _BLOCK.match(rest.text) is not None:
            return self._block(rest, least)
        if rest.text.startswith("*"):
            return OpenToken(rest.text, rest.path, rest.line, rest.column)
        if rest.text.startswith(("[", "{")):
            return self._in_brackets(rest)
        if rest.text.startswith(('"', "'")):
            return self._in_quotes(rest)
        return self._plain(rest, least)

    def _block(self, rest: Token, least: int) -> Token:
        """The text of a block, line by line."""
        lines: list[Token] = []
        while self._at < len(self._lines) and self._lines[self._at].column > least:
            line = self._lines[self._at]
            lines.append(Token(f"\n{line.text}", line.path, line.line, line.column - 1) if lines else line)
            self._at += 1
        return joined(lines) if lines else rest.part(len(rest.text))

    def _plain(self, rest: Token, least: int) -> Token | None:
        pieces = [_without_comment(rest)]
        while (line := self._peek(least)) is not None:
            self._at += 1
            pieces.append(_without_comment(Token(f" {line.text}", line.path, line.line, line.column - 1)))
        text = joined(pieces)
        return None if text.text in _NOTHING else text

    def _in_quotes(self, rest: Token) -> Json:
        whole = rest
        if _QUOTED.match(rest.text) is None:
            whole = joined([rest, *self._lines_to(_ENDS_QUOTED[rest.text[0]])])
        match = _QUOTED.match(whole.text)
        if match is None:
            return OpenToken(rest.text, rest.path, rest.line, rest.column)
        return _unquoted(whole.part(0, match.end()))

    def _lines_to(self, end: re.Pattern[str]) -> Iterator[Token]:
        """The lines up to the one that ends a text in quotation marks."""
        for line in self._lines[self._at : self._at + _MAX_LINES]:
            self._at += 1
            yield Token(f"\n{line.text}", line.path, line.line, line.column - 1)
            if end.match(line.text) is not None:
                return

    def _in_brackets(self, rest: Token) -> Json:
        pieces = [rest]
        left = _left_open(rest.text)
        while left > 0 and self._at < len(self._lines) and len(pieces) < _MAX_LINES:
            line = self._lines[self._at]
            self._at += 1
            pieces.append(Token(f"\n{line.text}", line.path, line.line, line.column - 1))
            left += _left_open(line.text)
        brackets = _Brackets(joined(pieces))
        value = brackets.value(0)
        if brackets.is_whole():
            self.strays += brackets.strays
            return value
        self.strays.append(rest)
        return _unknown(rest)

    def _skip(self, least: int) -> None:
        while self._peek(least) is not None:
            self._at += 1


def _unknown(token: Token) -> OpenToken:
    """What begins here, by its first word: a key may stand behind it."""
    return OpenToken(f"{token.text[:2].strip()}\u2026", token.path, token.line, token.column)


def _left_open(text: str) -> int:
    """How many more brackets open on a line than close on it."""
    found = [piece["sign"] for piece in _PIECE.finditer(text)]
    return sum(found.count(sign) for sign in "[{") - sum(found.count(sign) for sign in "]}")


def _without_comment(token: Token) -> Token:
    comment = _COMMENT.search(token.text)
    text = token.text if comment is None else token.text[: comment.start()]
    return token.part(0, len(text.rstrip()))


def _unquoted(token: Token) -> Token:
    """A text without its quotation marks and escapes; a line break in it is a blank."""
    inner = token.part(1, len(token.text) - 1)
    if token.text.startswith("'"):
        text = inner.text.replace("''", "'").replace("\n", " ")
    else:
        text = _ESCAPE.sub(_unescaped, inner.text)
    return inner if text == inner.text else inner.standing_for(text)


def _unescaped(escape: re.Match[str]) -> str:
    number, sign = escape["two"] or escape["four"] or escape["eight"], escape["sign"]
    if number is not None:
        return chr(int(number, 16))
    if sign is not None:
        return _ESCAPES.get(sign, sign)
    return " " if escape[0] == "\n" else ""


class _Brackets:
    """Reads a list or a map in brackets."""

    def __init__(self, token: Token) -> None:
        self._token = token
        found = _PIECE.finditer(token.text)
        self._pieces = [match for match in found if match.lastgroup not in {"blank", "comment"}]
        self._at = 0
        self._is_well_formed = True
        self.strays: list[Token] = []

    def is_whole(self) -> bool:
        """Whether all was read, and understood."""
        return self._is_well_formed and self._at == len(self._pieces)

    def value(self, depth: int) -> Json:
        piece = self._next()
        if piece is None or depth > MAX_DEPTH:
            return self._unknown()
        place = self._token.part(*piece.span())
        match piece[0]:
            case "[":
                return self._list(depth)
            case "{":
                return self._map(place, depth)
        if piece.lastgroup == "sign":
            return self._unknown()
        if piece.lastgroup == "quoted":
            return _unquoted(place)
        if piece.lastgroup == "mark":
            value = None if self._ends() or self._is_at(":") else self.value(depth + 1)
            if not place.text.startswith("!") or place.text.startswith("!!"):
                return value
            text = f"{place.text} {value.text if isinstance(value, Token) else ''}".strip()
            return OpenToken(text, place.path, place.line, place.column)
        word = place.strip()
        if word.text.startswith("*"):
            return OpenToken(word.text, word.path, word.line, word.column)
        return None if word.text in _NOTHING else word

    def _list(self, depth: int) -> list[Json]:
        items: list[Json] = []
        while not self._is("]"):
            item = self.value(depth + 1)
            if isinstance(item, Token) and self._is(":"):  # a map of one member
                item = JsonObject(item.line, item.column, ((item, self.value(depth + 1)),))
            items.append(item)
            if not (self._is(",") or self._is_at("]")):
                self._unknown()
                break
        return items

    def _map(self, place: Token, depth: int) -> JsonObject:
        members: dict[str, tuple[Token, Json]] = {}
        while not self._is("}"):
            name = self.value(depth + 1)
            is_given = self._is(":") and not (self._is_at(",") or self._is_at("}"))
            value = self.value(depth + 1) if is_given else None
            ends = self._is(",") or self._is_at("}")
            if not isinstance(name, Token) or not ends:
                self._unknown()
                break
            if name.text == MERGES:
                value = _unknown(name)
            if name.text in members or name.text == MERGES:
                self.strays.append(name)
            members.setdefault(name.text, (name, value))
        return JsonObject(place.line, place.column, tuple(members.values()))

    def _unknown(self) -> OpenToken:
        """Give up: nothing further is read."""
        self._is_well_formed = False
        self._at = len(self._pieces)
        return _unknown(self._token)

    def _next(self) -> re.Match[str] | None:
        piece = self._pieces[self._at] if self._at < len(self._pieces) else None
        self._at += piece is not None
        return piece

    def _is(self, sign: str) -> bool:
        """Whether a sign is next, which is then consumed."""
        is_there = self._is_at(sign)
        self._at += is_there
        return is_there

    def _ends(self) -> bool:
        """Whether no value is next."""
        return self._at >= len(self._pieces) or self._is_at(",") or self._is_at("]") or self._is_at("}")

    def _is_at(self, sign: str) -> bool:
        return self._at < len(self._pieces) and self._pieces[self._at][0] == sign
