"""Tables of events: where one ends that Python's reader of tables refuses."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import pytest
from tests.cases import cases

from ipseclint.finding import ProblemCode
from ipseclint.formats.events import event_text
from ipseclint.source import bytes_source

HEAD = "TimeCreated,Id,ProviderName,Message\n"
ROW = "2026-03-01 10:00:00,4653,Microsoft-Windows-Security-Auditing,An IPsec main mode negotiation failed.\n"


@pytest.fixture
def few_characters() -> Iterator[int]:
    before = csv.field_size_limit(100)
    yield 100
    csv.field_size_limit(before)


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_a_field_that_is_too_long_is_at_its_row(rows: int, few_characters: int) -> None:
    text = HEAD + ROW * rows + ROW.replace("failed", "x" * few_characters)
    (problem,) = event_text.parse(bytes_source("events.csv", text.encode())).problems
    assert (problem.code, problem.span.line, problem.span.column) == (ProblemCode.REFUSED, rows + 2, 1)
    assert problem.message == "a field that is too long for a table: the rest was not read"


@cases("margin", ["    ", "\t", "  "])
def test_a_table_that_is_indented_as_a_whole_is_read(margin: str) -> None:
    quoted = ROW.replace("An IPsec main mode negotiation failed.", '"An IPsec main mode negotiation failed, it says."')
    text = "".join(f"{margin}{line}" for line in (HEAD, quoted))
    parsed = event_text.parse(bytes_source("events.csv", text.encode()))
    assert [(each.event_id, each.span.line) for each in parsed.events] == [(4653, 2)]


@cases(
    ("row", "is_said"),
    [
        (f"1  {ROW}", False),
        (ROW.replace("4653", "no. 4653"), False),  # its message tells it
        (ROW.replace("4653", "no. 4653").replace("An IPsec main mode", "A"), True),
        (ROW.replace("4653,", "").replace("An IPsec main mode", "A"), True),
        ("4 events\n", False),
        ("\n", False),
    ],
)
def test_a_row_without_the_number_of_an_event_is_said(row: str, *, is_said: bool) -> None:
    parsed = event_text.parse(bytes_source("events.csv", (HEAD + ROW + row).encode()))
    assert [each.span.line for each in parsed.problems] == ([3] if is_said else [])


@cases(
    "command",
    [
        "PS C:\\> Get-WinEvent @{LogName='Security';Id=4653,4654,5453} | fl TimeCreated,Id,Message",
        "get-winevent -f @{LogName='Security';Id=4653,4654,5453}|fl TimeCreated,Id,Message",
        "$e | Where { 4653,4654,5453 -contains $_.Id } | Select TimeCreated,Id,Message",
    ],
)
def test_a_command_that_names_columns_is_no_head_of_a_table(command: str) -> None:
    message = ROW.split(",", 3)[3]
    listed = f"TimeCreated : 3/1/2026 10:00:00 AM\nId          : 4653\nMessage     : {message}\n"
    for below in (f"\n\n{listed}", HEAD + ROW):
        source = bytes_source("pasted.txt", f"{command}\n{below}".encode())
        assert event_text.recognise(source)
        assert [each.event_id for each in event_text.parse(source).events] == [4653]
