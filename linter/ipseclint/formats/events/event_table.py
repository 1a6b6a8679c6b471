"""Events as rows of a delimited table, as Event Viewer and Export-Csv save them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from textwrap import dedent

from msgspec import Struct

from ipseclint.formats.events.event_record import Record
from ipseclint.formats.events.message import lines_within
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.table_rows import numbered_rows
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.unread import note_unread
from ipseclint.formats.pasted.signs import FENCES
from ipseclint.late import late
from ipseclint.vocabulary.audit_events import RECORD_LABELS, RECORD_MEMBERS, VALUE_NAMES_BY_WORD

_DELIMITERS = (",", ";", "\t")
_OTHER_COLUMNS = frozenset(
    {"level", "keywords", "task category", "ebene", "schl\u00fcsselw\u00f6rter", "aufgabenkategorie", ""}
    | {
        "recordnumber",
        "eventrecordid",
        "channel",
        "computer",
        "chunknumber",
        "mapdescription",
        "username",
        "remotehost",
    }
    | {*(f"payloaddata{number}" for number in range(1, 7)), "executableinfo", "hiddenrecord", "sourcefile"}
    | {"extradataoffset"}
)
"""What else is a column of a table that Event Viewer or EvtxECmd saves, folded."""

_OF_COLLECTORS = {
    "eventdata": "xml",
    "_raw": "xml",
    "timegenerated": "time",
    "timegenerated [utc]": "time",
    "_time": "time",
    "eventsourcename": "source",
    "rendereddescription": "message",
    "provider": "source",
    "payload": "json",
}
"""Columns of tables that Azure's logs, Splunk and EvtxECmd export, folded, by what they hold."""

_PIPE = " | "
_CMDLET = late(r"\b(?:Get|Select|Format|Where|Sort)-[A-Z][A-Za-z]{3,20}\b", re.IGNORECASE)
"""What a typed command has that names the same: `Get-WinEvent -LogName Security | fl TimeCreated,Id,Message`."""
_MAX_HEAD = 4000
"""So many characters of a first line are looked at for the names of columns (reasoned)."""
_MAX_LINES_ABOVE = 20
"""Behind so many lines of a mail or a runbook a table may begin (reasoned)."""

_TELLING = (({"number", "xml"}, {"time", "source", "message"}), ({"message"}, {"time", "source"}))
"""Parts of events, and those that one of stands beside them, in the head of a table of events."""


class Table(Struct, frozen=True):
    """Where a table of events stands in a text: the line of its head, from 0, the line behind it, and its delimiter."""

    head: int
    end: int
    delimiter: str

    def lines(self, text: str) -> list[str]:
        """Its lines, from its head on, without the blanks that all of them begin with."""
        return dedent("".join(text.splitlines(keepends=True)[self.head : self.end])).splitlines(keepends=True)


def table_in(text: str) -> Table | None:
    """The table of events in a text, which may begin behind prose or in a block of code; None if there is none.

    Its head names the number or the whole XML, and the time, source or content; or the message, and the time or source,
    if the message tells the number.
    """
    head = "\n".join(text[: _MAX_HEAD * _MAX_LINES_ABOVE].split("\n", _MAX_LINES_ABOVE)[:_MAX_LINES_ABOVE])
    above = [line[:_MAX_HEAD].strip("\ufeff \t\r\n") for line in head.splitlines()[:_MAX_LINES_ABOVE]]
    for number, line in enumerate(above):
        if (delimiter := _delimiter_of(line)) is not None:
            lines = text.splitlines()
            opened = above[number - 1][:3] if number else ""
            behind = (at for at in range(number, len(lines)) if lines[at].strip() == opened)
            return Table(number, next(behind, len(lines)) if opened in FENCES else len(lines), delimiter)
    return None


def _delimiter_of(head: str) -> str | None:
    """What parts the columns of a line that names parts of an event; None if it names too few, or is a command."""
    if _PIPE in head or _CMDLET.search(head) is not None:
        return None
    for delimiter in filter(head.__contains__, _DELIMITERS):  # one column alone names too few
        names = {_part_of(name.strip(' "')) for name in head.split(delimiter)}
        if any(not names.isdisjoint(what) and not names.isdisjoint(beside) for what, beside in _TELLING):
            return delimiter
    return None


def _part_of(column: str) -> str | None:
    """The part of an event that a column holds, other than its values."""
    folded = column.casefold()
    return RECORD_LABELS.get(folded) or _OF_COLLECTORS.get(folded)


def rows(text: str, table: Table, diagnostics: Diagnostics) -> Iterator[Record]:
    """The events of a table in a text; a value has the place of its row."""
    delimiter = table.delimiter
    names: list[str | None] = []
    lines = table.lines(text)
    for start, row in numbered_rows(lines, delimiter, table.head + 1, diagnostics, keeps_cut=True, skips_blanks=True):
        if names:
            # A message that is not quoted, and has no column in the head, may hold what parts columns.
            whole = [*row[: len(names)], delimiter.join(row[len(names) :])] if len(row) > len(names) else row
            record = _row(whole, names, diagnostics.path, start)
            if "number" in names and sum(map(bool, row)) > 1:
                record.row = diagnostics.place(start, 1)
            yield record
        else:
            words = [name.strip('\ufeff "') for name in row]
            names = [_part_of(word) or VALUE_NAMES_BY_WORD.get(word.casefold()) for word in words]
            _note_columns(words, diagnostics, start)


def lists_kinds(text: str, table: Table) -> bool:
    """Whether the rows describe kinds of events: each has a number of its own and a message of one line."""
    names: list[str | None] = []
    numbers: set[str] = set()
    try:
        for row in csv.reader(table.lines(text), delimiter=table.delimiter, skipinitialspace=True):
            if not names:
                names = [_part_of(name.strip('\ufeff "')) for name in row]
                if not _WHEN_AND_WHOSE.isdisjoint(names):
                    return False
                continue
            said = dict(zip(names, row, strict=False))
            number, message = said.get("number", "").strip(), said.get("message", "").strip()
            if number in numbers or "\n" in message or "\t" in message:
                return False
            numbers.add(number)
    except csv.Error:
        return False
    return len(numbers) >= _MIN_KINDS


_WHEN_AND_WHOSE = frozenset({"time", "source", "xml", "json"})
_MIN_KINDS = 3
"""So many kinds of events make a list of them (reasoned)."""


def _note_columns(words: Sequence[str], diagnostics: Diagnostics, line: int) -> None:
    """Count unread columns of a table, except those that Windows' own tables have."""
    for word in words:
        folded = word.casefold()
        is_read = _part_of(word) is not None or folded in VALUE_NAMES_BY_WORD
        if not is_read and folded not in _OTHER_COLUMNS and folded not in RECORD_MEMBERS:
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
        elif name == "xml":
            _take_xml(token, record)
        elif name == "json":
            from ipseclint.formats.events.event_json import values_within

            for key, inner in values_within(token).items():
                record.fields.setdefault(key, inner)
        elif name == "message":
            written = [Token(text, path, line, 1, ((len(text), line, 2),)) for text in value.splitlines()]
            record.lines = lines_within(written[0]) if len(written) == 1 else written
        elif name is not None and token.text:
            record.fields.setdefault(name, token)
    return record


def _take_xml(text: Token, record: Record) -> None:
    """Take the values, and the fields of `System`, from an event's XML in a cell."""
    from ipseclint.formats.events.xml_values import system_of, values_of

    said = dict(system_of(text))
    record.number = record.number or said.get("eventid")
    record.source = record.source or said.get("providername")
    record.time = said.get("systemtime") or record.time
    for name, value in values_of(text):
        if name is not None:
            record.fields.setdefault(VALUE_NAMES_BY_WORD.get(name.casefold(), name), value)
