"""The notes of the collector say which parts are missing."""

from __future__ import annotations

from pathlib import Path

from ipseclint.formats import recognise
from ipseclint.source import bytes_source, file_source


def test_each_part_that_is_missing_is_a_problem_at_its_line(fixtures: Path) -> None:
    source = file_source(fixtures / "formats" / "collector-notes" / "notes.txt")
    found = recognise(source)
    assert found is not None
    assert found.name == "collector-notes"
    parsed = found.parse(source)
    assert [(problem.span.line, problem.message) for problem in parsed.problems] == [
        (2, "not collected: rights: this was not run elevated, so Windows may have withheld parts of the policy"),
        (3, "not collected: events of the log Security: Attempted to perform an unauthorized operation."),
    ]
    assert parsed.is_empty


def test_other_notes_are_not_taken_for_it() -> None:
    for text in ("Collected stamps by the collector of stamps\n", "x\nCollected by the collector of ipseclint\n"):
        found = recognise(bytes_source("notes.txt", text.encode()))
        assert found is None or found.name != "collector-notes"


def test_blank_lines_above_change_nothing(fixtures: Path) -> None:
    notes = (fixtures / "formats" / "collector-notes" / "notes.txt").read_text(encoding="utf-8")
    source = bytes_source("notes.txt", f"\n  \n{notes}".encode())
    found = recognise(source)
    assert found is not None
    assert found.name == "collector-notes"
    assert [problem.span.line for problem in found.parse(source).problems] == [4, 5]
