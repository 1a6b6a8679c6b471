"""What stands for records that nobody looks at: in the same column, fewer lines, and for nothing that is damaged."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.finding import Problem
from ipseclint.formats.kit.xml.skim import blanks_for
from ipseclint.formats.kit.xml.stream import stream
from ipseclint.formats.kit.xml.wanted import Records, Wanted
from ipseclint.formats.wfp.marks import Marks
from ipseclint.source import bytes_source

LIST = Wanted({}, {"list": Records(frozenset({"item"}), b"<key>", Marks((b"HOT",)).find)})


@cases(
    ("xml", "data", "lines_fewer"),
    [
        ("", b"", 0),
        ("<a/>", b" " * 4, 0),
        ("<a>–</a>  ", b" " * 10, 0),
        ("<a>\n</a>", b"\n" + b" " * 4, 0),
        ("<a>\n\n</a>\n\t\t", b"\n\t\t".replace(b"\t", b" "), 2),
        ("<a>\r\n–</a>\r\n<b/>–", b"\n" + b" " * 5, 1),
        ("&amp;<!-- - --><![CDATA[<]]>", b" " * 28, 0),
    ],
)
def test_blanks_end_in_the_column_of_what_they_stand_for(xml: str, data: bytes, lines_fewer: int) -> None:
    assert blanks_for(xml.encode()) == (data, lines_fewer)


@cases(
    "xml",
    [
        b"<a>",
        b"</a>",
        b"</root><root>",
        b"<a><b></a></b>",
        b"<a b=1/>",
        b"<a b='1' b='2'/>",
        b"<a b='<'/>",
        b"&unknown;",
        b"&",
        b"<",
        b"]]>",
        b"<!-- -- -->",
        b"<!DOCTYPE a>",
        b"<?xml version='1.0'?>",
        b"\x01",
        b"\xff",
        b"\xed\xa0\x80",
        "<a\ufeff/>".encode(),
        "<a><b\ufffd></b\ufffd></a>".encode(),
        "<a \u2c00='1'/>".encode(),
        b"<a>\r</a>",
        b"<a>\r\n\r</a>",
    ],
)
def test_nothing_stands_for_what_is_damaged_or_has_lines_of_another_kind(xml: bytes) -> None:
    assert blanks_for(xml) is None
    assert blanks_for(b"<a/>") is not None  # what is refused leaves nothing behind


@cases("line_end", ["\n", "\r\n", "\r", " "])
@cases("text", ["x", "–", "😀"])
def test_damage_behind_records_that_nobody_looks_at_has_its_place(line_end: str, text: str) -> None:
    record = f"<item>{line_end}\t<key>{text}</key>{line_end}</item>{line_end}"
    before = f"<list>{line_end}" + record * 3000
    found = list(stream(bytes_source("in.xml", f"{before}{text}</lost>".encode()), LIST))
    (problem,) = [each for each in found if isinstance(each, Problem)]
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert (problem.span.line, problem.span.column) == (len(lines), len(lines[-1]) + len(text) + 3)


@cases("around", [("<!--", "-->"), ("<![CDATA[", "]]>"), ('<a b="', '"/>'), ("<?a ", "?>"), ("", "")])
@cases("cut", range(-6, 7))
def test_what_begins_within_something_is_not_taken_for_records(around: tuple[str, str], cut: int) -> None:
    begin, end = around
    records = "<item><key>x</key></item>" * 3
    held = f"<item><key>x</key>{begin}{'&gt;' * 3}/> {end}{begin}{end}"
    lead = "<list>" + " " * (8192 - len("<list>") - len(held) - cut) + held
    text = f"{lead}</item>{records}</list>"
    assert [part for part in stream(bytes_source("in.xml", text.encode()), LIST) if isinstance(part, Problem)] == []
    torn = f"{lead}{records}</list>"
    (problem,) = [part for part in stream(bytes_source("in.xml", torn.encode()), LIST) if isinstance(part, Problem)]
    assert "mismatched" in problem.message
    assert problem.span.column == len(torn) - len("list>") + 1
