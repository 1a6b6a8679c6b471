"""Statements of policy put anywhere into documents are read or said, whatever they are dressed in; comments are not.

What is left are statements in formats that read lines of their kind, dressed as these never are: a value of the
registry in quotation marks within values, a text within a text of a script, a sentence of which the code is known.
"""

from __future__ import annotations

import re

import pytest

from tests.attack import foreign_statements
from tests.attack.foreign_statements import Document, hunt, missed, read, told_of_comments

GATE_STATEMENTS = 200
LONG_STATEMENTS = 20_000
MAX_SKIPPED = 0.03
"""So many of one at most; it was a third before anything beside what a format reads was looked for."""


@pytest.mark.drawn(2)
def test_few_statements_are_skipped() -> None:
    assert len(list(hunt(GATE_STATEMENTS, 11))) <= GATE_STATEMENTS * MAX_SKIPPED


@pytest.mark.long
def test_of_very_many_statements_few_are_skipped() -> None:
    assert len(list(hunt(LONG_STATEMENTS, 12))) <= LONG_STATEMENTS * MAX_SKIPPED


@pytest.mark.drawn(2)
def test_nothing_is_said_of_statements_in_comments() -> None:
    assert list(told_of_comments(GATE_STATEMENTS, 13)) == []


def test_the_hunt_sees_what_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    document = Document("hosts.txt", "Computer\nSYSTEM\\CurrentControlSet\\Services\\IKEEXT\nStart\nDWORD:2\n")
    before = read(document.name, document.text)
    assert before.is_understood
    monkeypatch.setattr(foreign_statements, "STATEMENTS", {"prose": "Nothing that sets anything."})
    miss = missed(document, before, "prose", "bare", 0)
    assert miss is not None
    assert (miss.changed, miss.line, miss.text.splitlines()[0]) == ("nothing", 0, "Nothing that sets anything.")


def test_a_line_that_nothing_reads_is_seen() -> None:
    taken = list(foreign_statements.unread_lines(20, 14))
    assert all(re.search(r"\w", text) for *_, text in taken)
