"""Sentences of logs are looked for where a text stands that each of them has."""

from __future__ import annotations

import re

from tests import ROOT
from tests.cases import cases

from ipseclint.formats.peers import log_sentences
from ipseclint.formats.peers.log_sentence import Sentence
from ipseclint.formats.peers.log_sentences import SENTENCES, literals, literals_in, said


def lines() -> set[str]:
    """Every line of a fixture that may be a log."""
    return {
        line
        for folder in ("formats/ike-log", "rules")
        for path in (ROOT / "fixtures" / folder).rglob("*")
        if path.is_file() and path.suffix in {".log", ".txt"}
        for line in path.read_text("utf-8", "replace").splitlines()
    }


@cases(
    ("pattern", "expected"),
    [
        (r"no private key found", ("no private key found",)),
        (r"tried \d+ shared keys? for .{1,80}? but MAC mismatched", (" but mac mismatched",)),
        (r"mismatch|refused", ("mismatch", "refused")),
        (r"(?:a|b) is not here", (" is not here",)),
        (r"RADIUS[ab]x", ("radius",)),
        (r"(?:a|b)", ("",)),
    ],
)
def test_the_literals_of_an_expression_stand_in_all_that_fits_it(pattern: str, expected: tuple[str, ...]) -> None:
    assert literals(pattern) == expected


def test_the_same_is_found_as_by_one_expression_of_all() -> None:
    joined = "|".join(f"(?P<_{number}>{row.pattern})" for number, row in enumerate(SENTENCES))
    any_of = re.compile(joined, re.IGNORECASE)
    assert lines()
    for line in lines():
        match, found = any_of.search(line), said(line)
        assert (None if match is None else (SENTENCES[int((match.lastgroup or "_0")[1:])], match[0])) == (
            None if found is None else (found[0], found[1][0])
        )


def test_no_line_is_too_short_to_be_looked_at_that_a_sentence_can_stand_in() -> None:
    shortest = min((word for row in SENTENCES for word in literals(row.pattern)), key=len)
    assert len(shortest) == log_sentences._MIN_SENTENCE


def found(line: str, among: tuple[str, ...] | None = None) -> tuple[Sentence, str] | None:
    told = said(line, among)
    return None if told is None else (told[0], told[1][0])


def test_a_line_says_the_same_where_the_literals_of_its_text_are_known() -> None:
    known = sorted(lines())[::7]
    among = literals_in("\n".join(known))
    assert 0 < len(among) < len(log_sentences._by_literal())
    assert [found(line, among) for line in known] == [found(line) for line in known]
    assert literals_in("charon: 05[IKE] IKE_SA hub[1] established") == ()
