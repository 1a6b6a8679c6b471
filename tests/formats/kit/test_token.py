"""A token knows the place of each of its characters, also when it stands on several lines."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.kit.token import LEFT_OUT, Token, joined, token_at
from ipseclint.source import Span

PLAIN = Token("main mode", "p", 3, 5)
# "alpha" at 1:10, "beta" at 2:1 and "gamma" at 2:20 joined to one text.
BROKEN = joined([Token("alpha", "p", 1, 10), Token("beta", "p", 2, 1), Token("gamma", "p", 2, 20)])


def test_a_text_on_one_line() -> None:
    assert (PLAIN.length, PLAIN.span, PLAIN.end) == (9, Span("p", 3, 5, 9), (3, 14))
    assert PLAIN.spans == (Span("p", 3, 5, 9),)
    assert PLAIN.part(5).span == Span("p", 3, 10, 4)


def test_a_text_over_two_lines_has_the_place_of_its_first_line() -> None:
    assert BROKEN.text == "alphabetagamma"
    assert BROKEN.span == Span("p", 1, 10, 5)
    assert BROKEN.spans == (Span("p", 1, 10, 5), Span("p", 2, 1, 4), Span("p", 2, 20, 5))
    assert BROKEN.end == (2, 25)


def test_a_text_in_two_pieces_of_one_line_reaches_to_the_end_of_the_last() -> None:
    gap = joined([Token("beta", "p", 2, 1), Token("gamma", "p", 2, 20)])
    assert (gap.length, gap.span) == (24, Span("p", 2, 1, 24))
    three = joined([Token("beta", "p", 2, 1), Token("gamma", "p", 2, 20), Token("delta", "p", 3, 1)])
    assert three.span == Span("p", 2, 1, 24)


def test_a_part_over_a_break_keeps_both_places() -> None:
    part = BROKEN.part(3, 11)
    assert part.text == "habetaga"
    assert part.spans == (Span("p", 1, 13, 2), Span("p", 2, 1, 4), Span("p", 2, 20, 2))
    assert BROKEN.part(5, 9).spans == (Span("p", 2, 1, 4),)
    assert BROKEN.part(9).spans == (Span("p", 2, 20, 5),)


def test_a_character_may_take_more_than_one_column() -> None:
    wide = Token("0102", "p", 1, 4, stride=3)
    assert (wide.length, wide.end, wide.part(2).column) == (12, (1, 16), 10)


def token(text: str, column: int = 5) -> Token:
    return Token(text, "a.cmd", 3, column)


def test_an_empty_token_covers_one_column() -> None:
    assert token("").length == 0
    assert token("").span == Span("a.cmd", 3, 5, 1)


def test_blanks_around_are_left_out() -> None:
    assert token("  a b \t").strip() == token("a b", column=7)
    assert [each.span.column for each in token("a, b ,c").split(",")] == [5, 8, 11]
    assert token("a = b = c").cut("=") == (token("a"), token("b = c", column=9))
    assert token(" a ").cut("=") == (token("a", column=6), None)


def test_keywords_are_compared_without_blanks_and_case() -> None:
    assert token("Request In\tRequest OUT").word == "requestinrequestout"


def test_what_an_escape_means_takes_the_columns_of_the_escape() -> None:
    escaped = joined((token("a"), token('""', column=6).standing_for('"'), token("b", column=8)))
    assert escaped.text == 'a"b'
    assert escaped.length == 4
    assert escaped.end == (3, 9)
    assert escaped.part(2) == token("b", column=8)


def test_pieces_that_touch_are_joined_without_a_break() -> None:
    assert joined((token("ab"), token("cd", column=7))) == token("abcd")


def test_a_part_of_a_quoted_word_is_quoted() -> None:
    assert Token("a b", "a.cmd", 1, 2, quoted=True).part(2).quoted


def test_another_text_for_a_place_keeps_the_place() -> None:
    place = Span("a.reg", 2, 9, 8)
    assert token_at("7", place).span == place
    assert token_at("a longer text", place).span == place


@cases(
    ("text", "is_dots"),
    [
        ("...", True),
        ("\u2026", True),
        ("[....]", True),
        ('("...")', True),
        ("..", False),
        ("10.0.0.1...", False),
        ("...x", False),
        ("<snip>", True),
        ("[output omitted for brevity]", True),
        ("<!-- snip -->", True),
        ("*** 12 lines removed ***", True),
        ("... more rules ...", True),
        ("----8<----8<----", True),
        ("snippet", False),
        ("[Removed VPN]", False),
        ("removed", False),
        ("--------", False),
    ],
)
def test_dots_alone_are_what_a_document_leaves_out(text: str, is_dots: bool) -> None:
    assert (LEFT_OUT.fullmatch(text) is not None) is is_dots
