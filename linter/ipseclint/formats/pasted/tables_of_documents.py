r"""Tables of steps in documents of line-based markup, of which each command is read where it stands.

    | 1 | ``netsh ...`` |      ===  =============      * - 1                |===
    +---+---------------+      1    ``netsh ...``        - ``netsh ...``    |1
                               ===  =============                           |`netsh ...`

Grid tables and simple tables of reStructuredText and its `list-table`, tables of AsciiDoc, and of Org and Textile.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ipseclint.formats.pasted.list_marks import RULER
from ipseclint.formats.pasted.tables_of_steps import Cell, commands_of_steps, may_be_steps, without_cells
from ipseclint.late import late

_ROW = late(r"[ \t]*+(?:\||\+(?=[-=+]{3}))")
"""How a row begins whose cells are behind `|`, or what rules such rows."""
_FENCE = late(r"\|={3,80}[ \t]*\r?")
_COLUMN = late(r"={2,200}")
_LIST_TABLE = late(r"[ \t]*\.\. list-table::", re.IGNORECASE)
_OPTION = late(r"[ \t]+:[\w-]+:")
_ITEM = late(r"(?P<indent>[ \t]*+)(?P<row>\*[ ]{1,8})?-(?:[ ]++(?P<text>[^\r\n]*?))?[ \t]*\r?")


def of_tables(lines: Sequence[str], taken: Iterable[int]) -> Iterator[dict[int, str]]:
    """The commands of each table of steps that is on none of the `taken` lines, by the number of its line from 1."""
    inside = frozenset(taken)
    at = 0
    while at < len(lines):
        begin, line = at, lines[at]
        at += 1
        if at in inside:
            continue
        if _ROW.match(line) is not None:
            at = _end_of_rows(lines, begin)
            commands = _of_pipes(lines, begin, at)
        elif RULER.fullmatch(line) is not None:
            at = _end_of_columns(lines, begin)
            commands = commands_of_steps(_in_columns(lines[begin:at]), (), at - begin)
        elif _LIST_TABLE.match(line) is not None:
            at = _end_of_directive(lines, begin)
            commands = commands_of_steps(_listed(lines[begin:at]), (line,), at - begin)
        else:
            continue
        if commands and inside.isdisjoint(range(begin + 1, at + 1)):
            yield {begin + number + 1: command for number, command, _ in commands}


def _end_of_rows(lines: Sequence[str], begin: int) -> int:
    """The row behind a table of AsciiDoc, or behind lines that are rows."""
    if _FENCE.fullmatch(lines[begin]) is not None:
        ends = (at for at in range(begin + 1, len(lines)) if _FENCE.fullmatch(lines[at]) is not None)
        return next(ends, begin) + 1
    return next((at for at in range(begin + 1, len(lines)) if _ROW.match(lines[at]) is None), len(lines))


def _end_of_directive(lines: Sequence[str], begin: int) -> int:
    """The row behind the lines that are indented below a directive."""
    own = _indent(lines[begin])
    below = range(begin + 1, len(lines))
    return next((at for at in below if lines[at].strip() and _indent(lines[at]) <= own), len(lines))


def _of_pipes(lines: Sequence[str], begin: int, end: int) -> Sequence[tuple[int, str, int]]:
    table = "\n".join(line.rstrip("\r") for line in lines[begin:end])
    above = lines[begin - 1 : begin] if begin else []
    title = tuple(line for line in above if line.startswith("."))
    return without_cells(table, title) if may_be_steps(table) else ()


def _end_of_columns(lines: Sequence[str], begin: int) -> int:
    """The row behind the ruler that ends a simple table: the second, or the third below a head."""
    rulers = [begin]
    for at in range(begin + 1, len(lines)):
        if not lines[at].strip() and len(rulers) > 1 and rulers[-1] == at - 1:
            break
        if RULER.fullmatch(lines[at]) is not None:
            rulers.append(at)
    return rulers[-1] + 1


def _in_columns(table: Sequence[str]) -> list[list[Cell]]:
    """The cells of a simple table, which stand below the parts of its ruler; the last may be longer."""
    begins = [part.start() for part in _COLUMN.finditer(table[0])]
    rows: list[list[Cell]] = []
    for number, line in enumerate(table):
        if RULER.fullmatch(line) is None:
            cells = zip(begins, [*begins[1:], len(line)], strict=True)
            rows.append([_cell(number, at, begin, line[begin:end]) for at, (begin, end) in enumerate(cells)])
    return _filled(rows)


def _listed(table: Sequence[str]) -> list[list[Cell]]:
    """The cells of a `list-table`, whose rows are items of a list and whose cells are items of these."""
    rows: list[list[Cell]] = []
    for number, line in enumerate(table[1:], start=1):
        if not line.strip() or _OPTION.match(line):
            continue
        item = _ITEM.fullmatch(line)
        if item is None or (item["row"] is None and not rows):
            return []  # a cell of several lines
        if item["row"] is not None:
            rows.append([])
        rows[-1].append(_cell(number, len(rows[-1]), max(item.start("text"), 0), item["text"] or ""))
    return _filled(rows)


def _filled(rows: Iterable[Sequence[Cell]]) -> list[list[Cell]]:
    return [cells for row in rows if (cells := [cell for cell in row if cell.text])]


def _cell(line: int, column: int, begin: int, text: str) -> Cell:
    return Cell(line, column, begin + len(text) - len(text.lstrip()), text.strip())


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))
