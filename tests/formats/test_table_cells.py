"""Tables whose cells hold texts of several lines: each is read in its place, or said with it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from itertools import permutations

import pytest
from tests import ROOT
from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats import recognise, table_cells
from ipseclint.formats.pasted.cells import table_in
from ipseclint.report import Report
from ipseclint.source import bytes_source, file_source

FOLDER = ROOT / "fixtures" / "formats" / "table-cells"
SHOWN = (
    "Rule Name:                            Servers\n" + "-" * 70 + "\nEnabled:                              Yes\n"
    "Endpoint1:                            Any\nEndpoint2:                            10.2.0.0/16\n"
    "Action:                               RequireInRequireOut\n"
    "Auth1:                                ComputerKerb\n"
    "MainModeSecMethods:                   DHGroup2-AES128-SHA1\n"
)
TEXTS = {
    "shown": (SHOWN, "DHGroup2"),
    "script": ('rem for the "hub"\nnetsh advfirewall set global mainmode mmsecmethods dhgroup1:des-md5', "dhgroup1"),
    "cmdlets": (
        (
            '$p = New-NetIPsecMainModeCryptoProposal -Encryption "DES" -Hash "MD5" -KeyExchange "DH1"\n'
            'New-NetIPsecMainModeCryptoSet -DisplayName "S" -Proposal $p'
        ),
        "DH1",
    ),
    "prompt": (
        "C:\\>netsh ipsec static add policy name=P mmsecmethods=DES-MD5-1\nOk.\n",
        "DES-MD5-1",
    ),
    "registry": (
        "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters\n  ProhibitIpSec  REG_DWORD  0x1",
        "0x1",
    ),
}
"""Texts, and a word at whose place something is found in each."""
WRITINGS = [(",", csv.QUOTE_MINIMAL), (";", csv.QUOTE_ALL), ("\t", csv.QUOTE_MINIMAL), ("|", csv.QUOTE_ALL)]


def table(rows: Sequence[Sequence[str]], mark: str = ",", quoting: int = csv.QUOTE_MINIMAL, end: str = "\r\n") -> str:
    """Rows as a table is written."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=mark, quoting=quoting, lineterminator=end).writerows(rows)  # type: ignore[arg-type]
    return written.getvalue()


def places(report: Report) -> set[tuple[int, int]]:
    """The places of findings and problems."""
    return {(each.span.line, each.span.column) for each in (*report.findings, *report.problems)}


def place_of(text: str, word: str) -> tuple[int, int]:
    """The line and column of a word that stands once in a text."""
    before, _, _ = text.partition(word)
    return before.count("\n") + 1, len(before) - before.rfind("\n")


@pytest.mark.drawn(8)
@cases(("mark", "quoting"), WRITINGS)
@cases(("one", "other"), permutations(TEXTS, 2))
def test_each_cell_is_read_in_its_place_whatever_stands_beside_above_and_below(
    one: str, other: str, mark: str, quoting: int
) -> None:
    (first, word), (second, other_word) = TEXTS[one], TEXTS[other]
    for rows in (
        [["Ticket", "Was", "Now", "By"], ["1", first, second, "ana"]],
        [["Ticket", "Output"], ["1", first], ["2", second], ["3", "closed, at last"]],
        [["Output", "Ticket", "Notes"], [first, "1", "ok"], ["none", "2", second]],
        [[first, "1"], [second, "2"]],
    ):
        text = table(rows, mark, quoting)
        report = check_text(text, "tickets.csv")
        assert report.inputs[0].format == "table-cells", text
        assert places(report) >= {place_of(text, word), place_of(text, other_word)}, text


@cases(("name", "end"), [("tickets.txt", "\n"), ("tickets.tsv", "\n"), ("-", "\r\n"), ("mail.eml", "\n")])
def test_a_table_is_told_by_its_content(name: str, end: str) -> None:
    text = table([["Ticket", "Output"], ["1", TEXTS["script"][0]]], end=end)
    assert place_of(text, "dhgroup1") in places(check_text(text, name))


def test_a_doubled_quotation_mark_is_one_and_places_count_both() -> None:
    rule = 'netsh advfirewall consec add rule name="a b" endpoint1=any endpoint2=any action=requestinrequestout'
    text = table([["A", "B"], ["1", f'{rule} auth1=computerntlm\nrem "all"']])
    report = check_text(text, "a.csv")
    assert report.findings
    assert place_of(text, "computerntlm") in places(report)


def test_a_key_in_a_cell_is_hidden_where_it_stands() -> None:
    source = file_source(FOLDER / "tickets.csv", "tickets.csv")
    form = recognise(source)
    assert form is not None
    lines = source.read_text().splitlines()
    shown = {lines[each.line - 1][each.column - 1 :][: each.length] for each in form.parse(source).secrets}
    assert shown == {"not-a-real-key-1", "not-a-real-key-2"}


def test_what_stands_above_and_below_the_rows_is_read_too() -> None:
    rows = table([["Ticket", "Output"], ["1", TEXTS["script"][0]]])
    above, below = "netsh ipsec static add policy name=P mmsecmethods=DES-MD5-1\n\n", f"\n{SHOWN}"
    text = above + rows + below
    report = check_text(text, "mail.txt")
    assert places(report) >= {place_of(text, word) for word in ("DES-MD5-1", "dhgroup1", "DHGroup2")}


@cases(
    ("cell", "word"),
    [
        ("Policy Name             : P\nMaster PFS              : NO", "reg export"),
        ("asked for\nMSFT_NetConSecRule, and nothing came", "a cell mentions IPsec"),
    ],
)
def test_a_cell_about_ipsec_that_is_of_no_format_is_said_with_its_place(cell: str, word: str) -> None:
    text = table([["Ticket", "Output", "Notes"], ["1", TEXTS["script"][0], cell]])
    (problem,) = check_text(text, "a.csv").problems
    assert word in problem.message
    first = cell.partition("\n")[0]
    assert problem.span.line in {place_of(text, first)[0], place_of(text, first)[0] + 1}


def test_of_cells_that_are_all_of_no_format_each_is_said() -> None:
    cell = "Policy Name : P\nMaster PFS              : NO"
    text = table([["Ticket", "Output"], ["1", cell], ["2", cell]])
    assert {each.span.line for each in check_text(text, "a.csv").problems} == {3, 5}


def test_an_output_in_a_table_of_events_is_said() -> None:
    event = "An IPsec main mode negotiation failed.\n\nFailure Information:\n\tFailure Reason:\tNo policy configured"
    rows = [["Event ID", "TimeCreated", "Message", "Remark"], ["4653", "2026-03-01", event, SHOWN]]
    report = check_text(table(rows), "events.csv")
    assert report.inputs[0].format == "event-text"
    assert [each.message for each in report.problems if each.message.startswith("a cell holds output of netsh")]


def test_a_table_that_ends_within_a_cell_is_said_and_read() -> None:
    text = table([["Ticket", "Output"], ["1", TEXTS["script"][0]], ["2", SHOWN]]).rstrip().removesuffix('"')
    report = check_text(text, "a.csv")
    assert places(report) >= {place_of(text, "dhgroup1"), place_of(text, "Rule Name:")}
    assert [each.message for each in report.problems] == ["the table ends within this cell: the rest is missing"]


def test_cells_past_the_limit_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_cells, "MAX_CELLS", 3)
    rows = [["Ticket", "Output"], *([str(number), TEXTS["script"][0]] for number in range(table_cells.MAX_CELLS + 1))]
    (problem,) = check_text(table(rows), "a.csv").problems
    assert (problem.span.line, problem.span.column) == (2 * table_cells.MAX_CELLS + 2, 4)
    assert "the rest was not read" in problem.message


@cases(
    "text",
    [
        'a,"b\nc\n',  # nothing of IPsec
        'a,b\n1,"x" y\n2,"c\nd"\n',  # a mark behind a cell
        'netsh ipsec static add policy name="P",\n"Q"\n',
        'Ticket,Output\n1,"one line"\n',
        '"a\nb"\n',
        '"a","b"\n"1","2"\n',
        'a,b,c\n1,"x\ny"\n2,"v\nw",3\n',  # a row of another width, with a long cell
    ],
)
def test_other_texts_are_no_such_table(text: str) -> None:
    source = bytes_source("a.csv", text.encode())
    form = recognise(source)
    assert form is None or form.name != "table-cells"


@cases("name", ["setup.ps1", "setup.cmd", "list.json", "page.html"])
def test_a_program_that_quotes_lines_is_no_table(name: str) -> None:
    text = table([["Ticket", "Output"], ["1", TEXTS["script"][0]]])
    form = recognise(bytes_source(name, text.encode()))
    assert form is None or form.name != "table-cells"


def test_a_cell_may_hold_a_table() -> None:
    inner = table([["Ticket", "Output"], ["1", TEXTS["script"][0]]], end="\n")
    text = table([["Mail", "Text"], ["1", inner]])
    report = check_text(text, "a.csv")
    assert place_of(text, "dhgroup1") in places(report)


@cases("text", ['a;b;c\n1;2,3;"x\ny"\n', '"a";"b";"c"\n"1";"2,3";"x\ny"\n'])
def test_the_delimiter_with_the_most_columns_is_that_of_a_table(text: str) -> None:
    read = table_in(text)
    assert read is not None
    assert read.names == ("a", "b", "c")


@cases(("name", "said"), [("Hostname", 1), ("Owner", 0)])
def test_rows_of_several_machines_are_said(name: str, said: int) -> None:
    rows = [[name, "Output"], ["SRV01", TEXTS["script"][0]], ["SRV02", TEXTS["shown"][0]], ["SRV03", "closed\ntoday"]]
    problems = check_text(table(rows), "a.csv").problems
    assert [each.message for each in problems if "of 2 machines, `srv01`, `srv02`" in each.message] == [
        each.message for each in problems
    ]
    assert len(problems) == said


def test_a_quotation_mark_in_a_value_of_a_key_opens_no_cell() -> None:
    path = r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\WindowsFirewall"
    rule = "v2.26|Action=SecureServer|Active=TRUE|Name={}|EmbedCtxt={}|"
    text = (
        f"\n{path}\\ConSecRules\n    A    REG_SZ    {rule.format('Servers', 'a,b')}\n"
        f"    B    REG_SZ    {rule.format('Open', ',' + chr(34))}\n\n{path}\\Phase1AuthenticationSets\n"
    )
    report = check_text(text, "query.txt")
    assert (report.inputs[0].format, report.problems) == ("reg-query", ())
