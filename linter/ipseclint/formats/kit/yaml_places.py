"""A reader of YAML that keeps the place of every value: what PyYAML parses, as the tree that JSON is read to.

What a tag or an alias stands for is not known, and is an `OpenToken`. What is nested too deep, a key that was there
before, one that is no text and one that takes over what an alias stands for are given back as not read. Nothing is read
of a document that is no YAML somewhere, nor of those below it, for its part before that may say less than the whole.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import yaml

from ipseclint.formats.kit.json_places import MERGES, Json, JsonObject
from ipseclint.formats.kit.token import OpenToken, Token
from ipseclint.late import late

MAX_DEPTH = 60
"""Levels of nesting that are read; what is deeper is not known (reasoned)."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where PyYAML was built so
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_STANDARD = "tag:yaml.org,2002:"
_LINE_END = late(r"\r\n?|\n")
_BLOCK = late(r"[|>][^\r\n]*[\r\n\t ]*")


def read_yaml(text: str, path: str) -> tuple[list[Json], list[Token], Token | None]:
    """The documents of a text, the lines in them that are not read, and where the text is no YAML any more."""
    reader = _Reader(text, path)
    return list(reader.documents()), reader.strays, reader.end


class _Reader:
    """Makes values of what the parser says begins and ends."""

    def __init__(self, text: str, path: str) -> None:
        self._text, self._path = text, path
        self._lines = [0, *(end.end() for end in _LINE_END.finditer(text))]
        self._events = yaml.parse(text, Loader=_LOADER)
        self.strays: list[Token] = []
        self.end: Token | None = None

    def documents(self) -> Iterator[Json]:
        try:
            for event in self._events:
                if isinstance(event, yaml.DocumentStartEvent):
                    yield self._value(next(self._events), 0)
        except yaml.MarkedYAMLError as error:
            self.end = self._line(_offset(error.problem_mark or error.context_mark))
        except yaml.reader.ReaderError as error:  # a character that no YAML has
            self.end = self._line(error.position)

    def _value(self, event: yaml.Event, depth: int) -> Json:
        place = self._token("", _offset(event.start_mark))
        if isinstance(event, yaml.AliasEvent):
            return _open(place, f"*{event.anchor}")
        if not isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)) or depth > MAX_DEPTH:
            self._skip(event)
            self.strays.append(self._line(_offset(event.start_mark)))
            return _open(place, "\u2026")
        value: Json
        if isinstance(event, yaml.ScalarEvent):
            value = self._scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = [self._value(item, depth + 1) for item in self._to(yaml.SequenceEndEvent)]
        else:
            value = self._map(place, depth)
        if event.tag is None or event.tag.startswith(_STANDARD):
            return value
        return _open(place, f"{event.tag} {value.text if isinstance(value, Token) else ''}".strip())

    def _scalar(self, event: yaml.ScalarEvent) -> Token | None:
        if not event.style and event.value in _NOTHING:
            return None
        at, end = _offset(event.start_mark), _offset(event.end_mark)
        if event.style in {"|", ">"} and (block := _BLOCK.match(self._text, at)) is not None:
            at = block.end()
        elif event.style:  # a quotation mark
            at, end = at + 1, end - 1
        text, written = event.value.rstrip("\n"), self._text[at:end]
        if text == written or _LINE_END.search(written) is not None:
            return self._token(text, at)
        return self._token(written, at).standing_for(text)

    def _map(self, place: Token, depth: int) -> JsonObject:
        members: dict[str, tuple[Token, Json]] = {}
        for key in self._to(yaml.MappingEndEvent):
            name = self._scalar(key) if isinstance(key, yaml.ScalarEvent) else None
            self._skip(key)
            value = self._value(next(self._events), depth + 1)
            if name is None:
                self.strays.append(self._line(_offset(key.start_mark)))
                continue
            if name.text == MERGES:
                value = _open(name, f"{MERGES}\u2026")
            if name.text in members or name.text == MERGES:
                self.strays.append(self._line(_offset(key.start_mark)))
            members.setdefault(name.text, (name, value))
        return JsonObject(place.line, place.column, tuple(members.values()))

    def _to(self, end: type[yaml.Event]) -> Iterator[yaml.Event]:
        """What begins next within a list or a map, up to its end."""
        while not isinstance(event := next(self._events), end):
            yield event

    def _skip(self, event: yaml.Event) -> None:
        """Pass over all that a list or a map holds."""
        left = int(isinstance(event, yaml.CollectionStartEvent))
        while left:
            event = next(self._events)
            left += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)

    def _line(self, at: int) -> Token:
        """The rest of the line at an offset."""
        end = _LINE_END.search(self._text, at)
        return self._token(self._text[at : end.start() if end is not None else None].rstrip(), at)

    def _token(self, text: str, at: int) -> Token:
        line = bisect_right(self._lines, at)
        return Token(text, self._path, line, at - self._lines[line - 1] + 1)


def _open(place: Token, text: str) -> OpenToken:
    return OpenToken(text, place.path, place.line, place.column)


def _offset(mark: Any) -> int:
    """Where in the text a mark stands; PyYAML has one class of it in Python and one in C."""
    return int(mark.index) if mark is not None else 0
