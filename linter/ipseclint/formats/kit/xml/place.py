"""Where exactly the text of an XML element stands, entities counted as they are written."""

from __future__ import annotations

from ipseclint.formats.kit.token import Token, joined
from ipseclint.formats.kit.xml.element import Element
from ipseclint.source import Span

_WRITTEN = {"&": 5, "<": 4, ">": 4}
"""How many characters each takes as an entity, which is how it stands in the text of an element."""

_WHOLE_LINE = 1_000_000


def text_of(element: Element, path: str) -> Token:
    """The text of an element with its place.

    Exact for text on one line, where writers escape `&`, `<` and `>` and nothing else. Of text over several
    lines the first line has the place of the element.
    """
    first, *rest = element.text.split("\n")
    if not rest:
        width = sum(_WRITTEN.get(each, 1) for each in first) if _needs_escape(first) else len(first)
        return _line(first, path, element.end_line, max(element.column, element.end_column - width))
    start = _line(first, path, element.line, element.text_column)
    begin = element.end_line - len(rest) + 1
    # The line break belongs to the line after it, as column 0.
    return joined((start, *(_line("\n" + line, path, begin + number, 0) for number, line in enumerate(rest))))


def secret_places(element: Element, path: str) -> list[Span]:
    """Where the text of an element stands that nobody may see: exactly and with its tag, or its lines whole."""
    if element.line == element.end_line:
        whole = Span(path, element.line, element.column, max(1, element.end_column - element.column))
        return [text_of(element, path).span, whole]
    return [Span(path, line, 1, _WHOLE_LINE) for line in range(element.line, element.end_line + 1)]


def _needs_escape(text: str) -> bool:
    return "&" in text or "<" in text or ">" in text


def _line(text: str, path: str, line: int, column: int) -> Token:
    if not _needs_escape(text):
        return Token(text, path, line, column)
    breaks = []
    at = column
    for offset, each in enumerate(text, start=1):
        at += _WRITTEN.get(each, 1)
        if each in _WRITTEN:
            breaks.append((offset, line, at))
    return Token(text, path, line, column, tuple(breaks))
