"""Tables of registry values that osquery prints, and the tables with commas that it and Velociraptor write.

+--------------+------+------+------+        key|name|type|data            "key","name","type","data"
| key          | name | type | data |        HKEY_LOCAL_MACHINE\\...|...     "HKEY_LOCAL_MACHINE\\...",...
+--------------+------+------+------+
| HKEY_LOCAL_… | ...  | ...  | ...  |
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.table_rows import numbered_rows
from ipseclint.formats.kit.token import Token
from ipseclint.late import late
from ipseclint.source import lines_of_text

_RULER = late(r"[ \t]*\+-{2,}(?:\+-{2,}){1,40}\+[ \t]*")
_NAMES = late(r"\ufeff?\"?[A-Za-z_]\w*+\"?(?:[|,;\t]\"?[A-Za-z_]\w*+\"?){1,40}[ \t]*\r?")
_LINE_WITH_NAMES = late(rf"\n(?:{_NAMES.pattern}|[^\S\n]*\|[^\n]*\|[^\S\n]*)(?=\n|\Z)")
_DELIMITERS = ("|", ",", ";", "\t")
_NOT_FITTING = "a row that does not keep to the columns of its table"
_ABOVE_HEAD = "rows stand above the names of their columns, as where lines were sorted: they are not read"

Row = dict[str, Token]


def lines_with_names(once: str) -> Iterator[str]:
    """The lines that may name columns, of lines that stand behind a line feed each."""
    return (match[0][1:] for match in _LINE_WITH_NAMES.finditer(once))


def columns_of(line: str) -> frozenset[str]:
    """The column names in a line, folded and without separators between words; empty if it names none."""
    if _NAMES.fullmatch(line):
        return frozenset(map(_folded, line.split(_delimiter(line))))
    inner = line.strip()
    is_framed = inner.startswith("|") and inner.endswith("|")
    return frozenset(map(_folded, inner[1:-1].split("|"))) if is_framed else frozenset()


def rows_of(text: str, diagnostics: Diagnostics) -> Iterator[Row]:
    """The rows of all tables, each value with its place, by column name."""
    lines = lines_of_text(text)
    names: list[str] = []
    edges: list[int] = []
    number = done = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if _RULER.fullmatch(line):
            above = edges
            edges = [at for at, sign in enumerate(line) if sign == "+"]
            names = names if edges == above else []
        elif not line.strip():
            names, edges = [], []
        elif edges and not names:
            names = [_folded(cell) for cell in _cells(line, edges)]
        elif edges:
            yield from _framed(Token(line, diagnostics.path, number, 1), names, edges, diagnostics)
        elif _NAMES.fullmatch(line):
            _note_above(lines, done, number - 1, diagnostics)
            ends = (row for row in range(number, len(lines)) if not lines[row].strip())
            end = next((row for row in ends if not _goes_on(lines, row, line)), len(lines))
            yield from _parted(lines, number, end, diagnostics)
            number = done = end


def _note_above(lines: Sequence[str], begin: int, head: int, diagnostics: Diagnostics) -> None:
    """Note the first of the lines above the head of a table that has as many cells, and a key in one of them."""
    delimiter = _delimiter(lines[head])
    cells = lines[head].count(delimiter)
    for row in range(begin, head):
        if "\\" in lines[row] and lines[row].count(delimiter) == cells:
            diagnostics.not_understood(_ABOVE_HEAD, diagnostics.place(row + 1, 1, len(lines[row].rstrip())))
            return


def _goes_on(lines: Sequence[str], row: int, head: str) -> bool:
    """Whether one more row of a table stands behind an empty line, as where a page put one behind each line."""
    behind = "".join(lines[row + 1 : row + 2])
    delimiter = _delimiter(head)
    return behind.count(delimiter) >= head.count(delimiter) and _NAMES.fullmatch(behind) is None


def _framed(line: Token, names: Sequence[str], edges: Sequence[int], diagnostics: Diagnostics) -> Iterator[Row]:
    """The row in a line of a framed table."""
    if all(line.text[edge : edge + 1] == "|" for edge in edges):
        parts = (line.part(begin + 1, end).strip() for begin, end in pairwise(edges))
        yield dict(zip(names, parts, strict=True))
    else:
        diagnostics.not_understood(_NOT_FITTING, line.strip().span)


def _parted(lines: Sequence[str], begin: int, end: int, diagnostics: Diagnostics) -> Iterator[Row]:
    """The rows of a delimited table whose header is above the first of these lines."""
    head = lines[begin - 1]
    names = [_folded(name) for name in head.split(_delimiter(head))]
    written = (f"{line}\n" for line in lines[begin:end])
    for number, row in numbered_rows(written, _delimiter(head), begin + 1, diagnostics):
        if len(row) == len(names):
            values = (Token(value, diagnostics.path, number, 1, ((len(value), number, 2),)) for value in row)
            yield dict(zip(names, values, strict=True))
        elif row:
            diagnostics.not_understood(_NOT_FITTING, diagnostics.place(number, 1))


def _cells(line: str, edges: Sequence[int]) -> list[str]:
    return [line[begin + 1 : end] for begin, end in pairwise(edges)]


def _folded(name: str) -> str:
    return name.strip('\ufeff" \t\r').casefold().replace("_", "")


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)
