"""The text of an INF file: sections, their entries, the fields of an entry, and what `%strkey%` stands for.

Source: General Syntax Rules for INF Files (Windows driver documentation).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from ipseclint.formats.kit.token import Token, joined, lines_of
from ipseclint.late import late

_SECTION = late(r"\[[ \t]*+\"?+([^\]\"]++)\"?[ \t]*+\]")
_PART = late(r"\"(?:[^\"]|\"\")*+(?:\"|\Z)|%[^%]*+%|[^\"%,;]+|[\"%,;]")
"""A text in quotation marks, a name of a string, what has no meaning of its own, or one sign."""
_KEY_OF_STRING = late(r"%([^%]*)%")
_STRINGS = "strings"
_MAX_LINES_OF_ENTRY = 500
"""Over how many lines one entry goes on (reasoned: more than binary data of IPsec needs)."""
_MAX_FILLED_CHARACTERS = 4_000_000
"""How long all strings that are put in may be together (reasoned: a hostile file could grow a thousandfold)."""


class Entry(Struct, frozen=True):
    """One entry of a section: a directive with its values, or the fields of a line without `=`."""

    line: Token
    name: str
    fields: tuple[Token, ...]


class Section(Struct):
    """A section, which one name has, however often it is written."""

    name: str
    entries: list[Entry] = field(default_factory=list)


class _Strings:
    """The strings of an INF by folded name; a text is given them until it has grown too long."""

    def __init__(self) -> None:
        self.by_name: dict[str, str] = {}
        self._left = _MAX_FILLED_CHARACTERS

    def filled(self, text: str) -> str:
        """The text with its strings; a name that there is none of stays as it is written."""
        found = (self.by_name.get(match[1].casefold(), "") for match in _KEY_OF_STRING.finditer(text))
        self._left -= sum(map(len, found))
        return text if self._left < 0 else _KEY_OF_STRING.sub(self._one, text)

    def _one(self, match: re.Match[str]) -> str:
        return self.by_name.get(match[1].casefold(), match[0]) if match[1] else "%"


def sections_in(text: str, path: str) -> dict[str, Section]:
    """The sections by folded name, with what their strings stand for."""
    sections: dict[str, Section] = {}
    section: Section | None = None
    strings = _Strings()
    for line in _entries(text, path):
        if (match := _SECTION.fullmatch(line.text)) is not None:
            name = match[1].rstrip()
            section = sections.setdefault(name.casefold(), Section(name))
        elif section is not None:
            section.entries.append(_entry(line))
            if section.name.casefold() == _STRINGS and (entry := section.entries[-1]).fields:
                strings.by_name[entry.name] = _plain(entry.fields[0].text)
    for each in sections.values():
        each.entries = [_filled(entry, strings) for entry in each.entries]
    return sections


def number_in(text: str) -> int | None:
    """The number of flags and the like, in hexadecimal digits behind 0x or in decimal ones; of no text 0."""
    folded = text.casefold()
    digits, base = (folded[2:], 16) if folded.startswith("0x") else (folded, 10)
    if not digits:
        return None if folded else 0
    return int(digits, base) if re.fullmatch(r"[0-9a-f]{1,10}" if base == 16 else r"[0-9]{1,10}", digits) else None


def _entries(text: str, path: str) -> Iterator[Token]:
    """The lines without comments; those that a backslash continues as one."""
    pieces: list[Token] = []
    for line in lines_of(text, path):
        own = line.part(0, _end_of_code(line.text)).strip()
        if own.text.endswith("\\") and len(pieces) < _MAX_LINES_OF_ENTRY:
            pieces.append(own.part(0, len(own.text) - 1))
        elif own.text or pieces:
            yield joined((*pieces, own)).strip()
            pieces = []
    if pieces:
        yield joined(pieces)


def _end_of_code(line: str) -> int:
    """Where the comment of a line begins; its end if it has none."""
    if ";" not in line:
        return len(line)
    return next((match.start() for match in _PART.finditer(line) if match[0] == ";"), len(line))


def _entry(line: Token) -> Entry:
    before, sign, _ = line.text.partition("=")
    if sign and "," not in before and '"' not in before:
        name = before.strip().casefold()
        return Entry(line, name, tuple(_fields(line.part(len(before) + 1))))
    return Entry(line, "", tuple(_fields(line)))


def _fields(line: Token) -> Iterator[Token]:
    """The fields between commas, as they are written."""
    start = 0
    for match in _PART.finditer(line.text):
        if match[0] == ",":
            yield line.part(start, match.start()).strip()
            start = match.end()
    yield line.part(start).strip()


def _filled(entry: Entry, strings: _Strings) -> Entry:
    return replace(entry, fields=tuple(_value(each, strings) for each in entry.fields))


def _value(written: Token, strings: _Strings) -> Token:
    """A field as Windows takes it, at its place: without quotation marks, with its strings; `%x%` if there is no x."""
    text = written.text
    if '"' not in text and "%" not in text:
        return written
    if len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1] and "%" not in text:
        return written.part(1, len(text) - 1)
    return written.standing_for(_plain(strings.filled(text)))


def _plain(text: str) -> str:
    """A text without the quotation marks around its parts."""
    return text.replace('""', "\0").replace('"', "").replace("\0", '"') if len(text) > 2 else text.replace('"', "")
