"""Rows of a delimited table, each with the line on which it begins, up to where one was cut off."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import chain

from ipseclint.formats.kit.diagnostics import Diagnostics

_END = "\ufdd0"
"""What is put behind the last line: a code that stands for no character, so that no text has it."""
_OPEN = (
    "a quotation mark that opens in this row is never closed: the table was cut off, or the mark is one too many; the"
    " rows behind it, if any, were not read"
)


def numbered_rows(
    lines: Iterable[str],
    delimiter: str,
    first_line: int,
    diagnostics: Diagnostics,
    *,
    keeps_cut: bool = False,
    skips_blanks: bool = False,
) -> Iterator[tuple[int, list[str]]]:
    """The cells of each row; a row that ends within a quotation mark is told, and is none unless `keeps_cut`."""
    reader = csv.reader(chain(lines, (_END,)), delimiter=delimiter, skipinitialspace=skips_blanks)
    line = first_line
    try:
        for cells in reader:
            if cells == [_END]:
                return
            if cells and cells[-1].endswith(_END):
                diagnostics.malformed(_OPEN, diagnostics.place(line, 1))
                if keeps_cut:
                    yield line, [*cells[:-1], cells[-1].removesuffix(_END)]
                return
            yield line, cells
            line = first_line + reader.line_num
    except csv.Error:
        diagnostics.field_too_long(diagnostics.place(line, 1))
