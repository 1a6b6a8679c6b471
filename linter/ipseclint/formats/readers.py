"""What says cheaply of which formats an input cannot be, so that few readers are loaded and asked."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from functools import cache

from msgspec import Struct

from ipseclint.formats.parsed import Format
from ipseclint.late import late
from ipseclint.source import BINARY_SIGNATURES, Source


class Shape(StrEnum):
    """What the first character of an input shows: enough to leave most readers out."""

    XML = "xml"
    JSON = "json"
    BINARY = "binary"
    TEXT = "text"


_SECTION = late(r"\[(?![ \t]*[\r\n\[{\"\]])[^\r\n]*\][ \t]*(?:#[^\r\n]*)?(?:[\r\n]|$)")
"""The head of a section, as phone books and TOML begin with; no list of JSON stands alone on its line so."""


_BRACKET_OF_TEXT = late(
    r"\[sc\] |\[[a-z][\w -]{1,24}\]:? [a-z]"
    r"|\[(?:cmdletbinding|outputtype|diagnostics\.\w+)\s*\(|\[[\w.]+\]\s*(?:\$|::)|\[[^\]\n]*\]\(",
    re.IGNORECASE,
)
"""How a script of PowerShell, a document of Markdown, a log or what `sc` prints begins with a bracket, as JSON does."""


_NO_MARKUP = late(r"<(?:#|\d{1,3}>)")
"""How a comment of PowerShell begins, or a line of syslog."""
_RECORD = late(r"Record \d{1,12}[ \t]*\r?\n\{")
"""How evtx_dump begins, whose records are JSON."""

BEGINNING_CHARACTERS = 2048
"""How much of a text tells that it is no script (reasoned: outputs, logs and files of peers show themselves there)."""


class Reader(Struct, frozen=True):
    """A module that holds FORMATS, and what says cheaply that an input cannot be one of theirs.

    At least one of `signs` stands, in whatever case, in the head of every input that they recognise, and one of
    `beside`; none: nothing is known beforehand. `may_be` is true of what tells the head of every such input, in lower
    case, and its path.
    """

    module: str
    shape: Shape
    signs: tuple[str, ...] = ()
    may_be: Callable[[Callable[[], str], str], bool] | None = None
    beside: tuple[str, ...] = ()


class Looked(Struct, frozen=True):
    """A head in lower case, and what is looked through for signs: words for what has no blank, else lines."""

    head: Callable[[], str]
    lines: Callable[[], str]
    words: Callable[[], str]

    @classmethod
    def through(cls, text: str) -> Looked:
        """A text as it is."""
        return cls(lambda: text, lambda: text, lambda: text)

    @classmethod
    def through_words(cls, text: str) -> Looked:
        """A text, each word of it once."""
        words = "\n".join(set(text.split()))
        return cls(lambda: text, lambda: text, lambda: words)

    @classmethod
    def through_parts(cls, source: Source) -> Looked:
        """The head of a source, each line and each word of it once."""
        return cls(lambda: source.head_folded, lambda: source.head_lines_folded, lambda: source.head_words)

    @classmethod
    def through_head(cls, source: Source, shape: Shape) -> Looked:
        """The head of a source, in parts where it is long: but the signs of XML stand at its beginning."""
        if shape is Shape.BINARY:
            return cls.through("")
        has_words = len(source.head_text) > BEGINNING_CHARACTERS and shape is not Shape.XML
        return cls.through_parts(source) if has_words else cls.through(source.head_folded)


def first_of(readers: Iterable[Reader], looked: Looked, path: str, is_of: Callable[[Format], bool]) -> Format | None:
    """The first format that a source is of, of readers whose signs stand in its head."""
    asked = (reader for reader in with_sign(readers, looked) if not reader.may_be or reader.may_be(looked.head, path))
    formats = (each for reader in asked for each in formats_of(reader.module))
    return next((each for each in formats if is_of(each)), None)


def with_sign(readers: Iterable[Reader], looked: Looked) -> Iterator[Reader]:
    """The readers whose signs stand in what is looked through."""
    has, lines = looked.words().__contains__, looked.lines
    for reader in readers:
        if _stands_any(reader.signs, has, lines) and (not reader.beside or _stands_any(reader.beside, has, lines)):
            yield reader


def _stands_any(signs: tuple[str, ...], has: Callable[[str], bool], lines: Callable[[], str]) -> bool:
    """Whether one of some signs stands in a text, or there is none: `has` tells what stands within its words."""
    alone, with_blanks = _parted(signs)
    if not signs or any(map(has, alone)):
        return True
    return bool(with_blanks) and any(sign in lines() for sign, words in with_blanks if all(map(has, words)))


@cache
def _parted(signs: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[tuple[str, list[str]], ...]]:
    """Signs that are within a word each, and those with blanks, with their words."""
    alone = tuple(sign for sign in signs if sign.split() == [sign])
    return alone, tuple((sign, sign.split()) for sign in signs if sign not in alone)


def shape_of(source: Source) -> Shape:
    """The shape of a source by its first bytes. Raises SourceError if it cannot be read."""
    if source.head.startswith(BINARY_SIGNATURES):
        return Shape.BINARY
    text = source.head_text.lstrip()
    if _BRACKET_OF_TEXT.match(text):
        return Shape.TEXT
    if text.startswith("<") and _NO_MARKUP.match(text) is None:
        return Shape.XML
    if _RECORD.match(text):
        return Shape.JSON
    return Shape.JSON if text[:1] in {"[", "{"} and not _SECTION.match(text) else Shape.TEXT


@cache
def formats_of(module: str) -> tuple[Format, ...]:
    """The formats of a reader's module, which is loaded."""
    formats: tuple[Format, ...] = importlib.import_module(f"ipseclint.formats.{module}").FORMATS
    return formats
