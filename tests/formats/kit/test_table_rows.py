"""Rows of a delimited table, and where it was cut off."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.table_rows import numbered_rows

OPEN = "a quotation mark that opens in this row is never closed"


def rows_and_problems(
    text: str, *, keeps_cut: bool = False
) -> tuple[list[tuple[int, list[str]]], list[tuple[int, str]]]:
    """The rows of a text, and the line and the beginning of each problem."""
    diagnostics = Diagnostics("rows.csv")
    rows = list(numbered_rows(text.splitlines(keepends=True), ",", 1, diagnostics, keeps_cut=keeps_cut))
    return rows, [(each.span.line, each.message[: len(OPEN)]) for each in diagnostics.problems]


@cases(
    ("text", "rows"),
    [
        ("", []),
        ("a,b", [(1, ["a", "b"])]),
        ("a,b\n", [(1, ["a", "b"])]),
        ('"a\nb",c\nd,"e"\n', [(1, ["a\nb", "c"]), (3, ["d", "e"])]),
        ('a\n\n5" disk,"b"\n', [(1, ["a"]), (2, []), (3, ['5" disk', "b"])]),
    ],
)
def test_each_row_has_the_line_on_which_it_begins(text: str, rows: list[tuple[int, list[str]]]) -> None:
    assert rows_and_problems(text) == (rows, [])


@cases("end", ["", "\n", '""', 'x ""y""\nmore,rows\n'])
def test_a_table_that_ends_within_a_quotation_mark_is_told_at_its_last_row(end: str) -> None:
    text = f'a,b\n"c\nd",e\nf,"g{end}'
    whole = [(1, ["a", "b"]), (2, ["c\nd", "e"])]
    assert rows_and_problems(text) == (whole, [(4, OPEN)])
    rows, problems = rows_and_problems(text, keeps_cut=True)
    assert rows == [*whole, (4, ["f", f"g{end}".replace('""', '"')])]
    assert problems == [(4, OPEN)]
