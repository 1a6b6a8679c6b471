"""Cells of a table (CSV, TSV) that hold texts of several lines, as exports of tickets have them, each in its place.

    Number,Opened,Output
    INC0001,2026-03-01,"Rule Name:       Servers
    --------------------------------------
    Enabled:         Yes"

A cell in quotation marks doubles those within it. What stands above and below the rows is a text of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.formats.readers import may_be_table
from ipseclint.source import Source, Span

_DELIMITERS = (",", ";", "\t", "|")
_QUOTED = r'"(?P<quoted>[^"]*+(?:""[^"]*+)*+)(?P<closed>"?)[ ]*+'
_MIN_COLUMNS = 2


class Cell(Struct, frozen=True):
    """The text of a cell and the place of its first character; of a quoted one, each mark stands twice in the table.

    `row` is that of the table, from 0; None for what stands above or below it. Where it is not `is_closed`, the table
    ends in it.
    """

    text: str
    line: int
    column: int
    row: int | None = None
    index: int = 0
    is_quoted: bool = False
    is_closed: bool = True

    @property
    def is_long(self) -> bool:
        """Whether it has several lines."""
        return "\n" in self.text.strip()

    @property
    def last_line(self) -> int:
        """The line of its last character."""
        return self.line + self.text.count("\n")

    def holds(self, span: Span) -> bool:
        """Whether a place in the table is in it."""
        last = self.text.rpartition("\n")[2]
        behind = len(last) + (last.count('"') if self.is_quoted else 0) + (1 if "\n" in self.text else self.column)
        return (self.line, self.column) <= (span.line, span.column) <= (self.last_line, behind)

    def place(self, path: str, lines: Sequence[str], span: Span) -> Span:
        """The place in the table of what stands at a place of its text, which has these lines."""
        row = span.line - 1
        own = lines[row] if 0 <= row < len(lines) else ""
        before = span.column - 1
        doubled = own.count('"', 0, before) if self.is_quoted else 0
        more = own.count('"', before, before + span.length) if self.is_quoted else 0
        column = span.column + doubled + (self.column - 1 if row == 0 else 0)
        return replace(span, path=path, line=self.line + row, column=column, length=span.length + more)


class Table(Struct, frozen=True):
    """A table by its cells, and the names of its columns, if the first row has them."""

    cells: tuple[Cell, ...]
    names: tuple[str, ...]

    def in_row(self, cell: Cell, names: Collection[str]) -> str:
        """What stands in the row of a cell in a column with one of these names, in lower case, if there is one."""
        columns = {at for at, name in enumerate(self.names) if name.casefold() in names}
        own = (each for each in self.cells if each.row is not None and each.row == cell.row and each.index in columns)
        return next((each.text.strip() for each in own), "")


def table_of(source: Source) -> Table | None:
    """The table in the head of a source, if it is one that has cells of several lines. Cached: several ask."""
    return source.once(_of_head)


def _of_head(source: Source) -> Table | None:
    return table_in(source.head_text) if may_be_table(source.head_lines, source.path) else None


def table_in(text: str) -> Table | None:
    """The table with the most columns that a text is by one of the delimiters; None if it is by none."""
    text = text.removeprefix("\ufeff")
    read = (table for mark in _DELIMITERS if (table := _by(mark, text)) is not None)
    return max(read, key=lambda table: max(cell.index for cell in table.cells), default=None)


def _by(mark: str, text: str) -> Table | None:
    """The table that a text is with this delimiter, if all its quotation marks are where those of a table are."""
    rows = _rows(mark, text)
    if rows is None:
        return None
    first = next((at for at, row in enumerate(rows) if len(row) >= _MIN_COLUMNS and _has_long(row)), None)
    if first is None:
        return None
    width = len(rows[first])
    begin = end = first
    while begin and len(rows[begin - 1]) == width:
        begin -= 1
    while end < len(rows) and (len(rows[end]) == width or not rows[end][-1].is_closed):
        end += 1
    if end - begin < _MIN_COLUMNS or any(map(_has_long, rows[end:])):
        return None
    own = (replace(cell, row=at) for at, row in enumerate(rows[begin:end]) for cell in row)
    names = () if _has_long(rows[begin]) else tuple(cell.text.strip() for cell in rows[begin])
    outside = (_outside(text, part) for part in (rows[:begin], rows[end:]) if part)
    return Table((*own, *outside), names)


def _has_long(row: Iterable[Cell]) -> bool:
    return any(cell.is_quoted and cell.is_long for cell in row)


@cache
def _cell(mark: str) -> re.Pattern[str]:
    plain = rf'(?P<plain>(?!")[^{mark}\r\n]*+)'
    return re.compile(rf"(?:{_QUOTED}|{plain})(?P<behind>{re.escape(mark)}|\r?\n|\r?\Z)")


def _rows(mark: str, text: str) -> list[list[Cell]] | None:
    """The rows of a text; None if a quotation mark stands where a table has none."""
    rows: list[list[Cell]] = [[]]
    at, line, begin, pattern = 0, 1, 0, _cell(mark)
    while True:
        match = pattern.match(text, at)
        if match is None:
            return None
        quoted = match["quoted"]
        start = match.start("plain" if quoted is None else "quoted")
        words = match["plain"] if quoted is None else quoted.replace('""', '"')
        rows[-1].append(
            Cell(words, line, start - begin + 1, None, len(rows[-1]), quoted is not None, match["closed"] != "")
        )
        at = match.end()
        if breaks := match[0].count("\n"):
            line, begin = line + breaks, text.rindex("\n", 0, at) + 1
        if match["behind"] != mark:
            if at >= len(text):
                return rows
            rows.append([])


def _outside(text: str, rows: Sequence[Sequence[Cell]]) -> Cell:
    """What some rows are that are of no table: the lines as they stand."""
    first, last = rows[0][0], rows[-1][-1]
    lines = text.split("\n")[first.line - 1 : last.last_line]
    return Cell("\n".join(lines), first.line, 1)
