"""Events as rows of a table, which Event Viewer and Export-Csv save, parted by commas, semicolons or tabs."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from ipseclint.formats.events.event_record import Record
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.unread import note_unread
from ipseclint.vocabulary.audit_events import RECORD_LABELS, RECORD_MEMBERS

_DELIMITERS = (",", ";", "\t")
_OTHER_COLUMNS = frozenset(
    {"level", "keywords", "task category", "ebene", "schl\u00fcsselw\u00f6rter", "aufgabenkategorie", ""}
)
"""What else is a column of a table that Event Viewer saves, folded."""

_MAX_HEAD = 4000
"""So many characters of a first line are looked at for the names of columns (reasoned)."""


def delimiter_of(text: str) -> str | None:
    """What parts the columns of a table of events; None if the first line heads none.

    A head names their number, and when, whose or what they were.
    """
    lines = text.lstrip("\ufeff").split("\n", 2)
    head = lines[1] if lines[0].startswith("#TYPE") and len(lines) > 1 else lines[0]
    for delimiter in _DELIMITERS:
        names = {RECORD_LABELS.get(name.strip(' "\r').casefold()) for name in head[:_MAX_HEAD].split(delimiter)}
        if "number" in names and not names.isdisjoint({"time", "source", "message"}):
            return delimiter
    return None


def rows(text: str, delimiter: str, diagnostics: Diagnostics) -> Iterator[Record]:
    """The events of a table; a value has the place of its row."""
    lines = text.splitlines(keepends=True)
    skipped = 1 if lines[0].lstrip("\ufeff").startswith("#TYPE") else 0
    reader = csv.reader(lines[skipped:], delimiter=delimiter)
    start = skipped + 1
    names: list[str | None] = []
    try:
        for row in reader:
            if names:
                yield _row(row, names, diagnostics.path, start)
            else:
                words = [name.strip('\ufeff "') for name in row]
                names = [RECORD_LABELS.get(word.casefold()) for word in words]
                _note_columns(words, diagnostics, start)
            start = skipped + reader.line_num + 1
    except csv.Error:
        diagnostics.refused("a field that is too long for a table: the rest was not read", diagnostics.place(start, 1))


def _note_columns(words: Sequence[str], diagnostics: Diagnostics, line: int) -> None:
    """Count the columns of a table that nothing looks at, but for those that Windows' own tables have."""
    for word in words:
        folded = word.casefold()
        if folded not in RECORD_LABELS and folded not in _OTHER_COLUMNS and folded not in RECORD_MEMBERS:
            note_unread(word, diagnostics.place(line, 1), RECORD_LABELS, diagnostics, kind="column")


def _row(row: list[str], names: list[str | None], path: str, line: int) -> Record:
    record = Record()
    for index, value in enumerate(row):
        name = names[index] if index < len(names) else "message"
        token = Token(value.strip(), path, line, 1, ((len(value.strip()), line, 2),))
        if name == "number":
            record.number = token
        elif name == "source":
            record.source = token
        elif name == "time":
            record.time = token
        elif name == "message":
            record.lines = [Token(text, path, line, 1, ((len(text), line, 2),)) for text in value.splitlines()]
    return record
