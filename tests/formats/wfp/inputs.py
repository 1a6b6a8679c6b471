"""How the tests of WFP formats read an input and find places in it."""

from __future__ import annotations

from tests import ROOT

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import Source, Span, bytes_source, file_source

FOLDER = ROOT / "fixtures" / "formats"


def read(name: str) -> Parsed:
    return parse(file_source(FOLDER / name))


def read_text(text: str) -> Parsed:
    return parse(bytes_source("text.xml", text.encode()))


def parse(source: Source) -> Parsed:
    found = recognise(source)
    assert found is not None
    return found.parse(source)


def place(name: str, needle: str, number: int = 1) -> tuple[int, int]:
    """Line and column of the nth occurrence of a text in a fixture, both from 1."""
    text = (FOLDER / name).read_bytes().decode("utf-8-sig")
    index = -1
    for _ in range(number):
        index = text.index(needle, index + 1)
    before = text[:index]
    return before.count("\n") + 1, index - before.rfind("\n")


def at(span: Span) -> tuple[int, int]:
    return span.line, span.column
