"""Texts of a great many lines: what is not read of them is said, and marks with nothing between leave nothing."""

from __future__ import annotations

import re

import pytest
from tests.cases import cases
from tests.formats.test_transcript import RULE, read

from ipseclint.finding import ProblemCode
from ipseclint.formats.transcript import beginnings, reading
from ipseclint.formats.transcript.pieces import pieces_of


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("more", [0, 1])
def test_of_more_lines_than_any_console_holds_the_rest_is_not_read(
    monkeypatch: pytest.MonkeyPatch, end: str, more: int
) -> None:
    typed = [f"C:\\>{RULE}", "Ok.", "", f"C:\\>{RULE.replace('name=A', 'name=B')}"]
    lines = [*typed[:3], *[""] * more, typed[3]]
    monkeypatch.setattr(reading, "MAX_LINES", 4)
    monkeypatch.setattr(reading, "_FIRST_LINES", re.compile(reading._FIRST_LINES.pattern.replace("500000", "4")))
    parsed = read(end.join(lines))
    named = [rule.name for rule in parsed.policy.connection_security_rules]
    assert named == (["A"] if more else ["A", "B"])
    refused = [(problem.code, problem.span.line) for problem in parsed.problems]
    assert refused == ([(ProblemCode.REFUSED, 5)] if more else [])


@cases("mark", ["```\n", "~~~\n", "___\n"])
def test_of_marks_without_anything_between_there_are_no_more_pieces_than_of_two(mark: str) -> None:
    few, many = (pieces_of(dict(enumerate(f"a\n{mark * count}b\n".splitlines(), start=1))) for count in (2, 90))
    of_output = [[list(piece.lines.values()) for piece in each if piece.kind == "output"] for each in (few, many)]
    assert of_output[0] == of_output[1]


def test_between_outputs_only_lines_are_looked_at_that_may_open_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []
    monkeypatch.setattr(beginnings, "_opened", lambda line: looked_at.append(line) or "")
    matter = ["Rule Name:  A", "mail to a@example.org", "$rule = @{", "```", "IKE Statistics"]
    lines = [each for line in matter for each in (line, *["and so on"] * 20)]
    assert list(beginnings.beginnings(lines)) == [lines.index("IKE Statistics")]
    assert looked_at == matter
