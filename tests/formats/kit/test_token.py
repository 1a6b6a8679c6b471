"""A token knows the place of each of its characters, also when it stands on several lines."""

from __future__ import annotations

from ipseclint.formats.kit.token import Token, joined
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
