"""Rows of words are told as if each were asked for all of its words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ipseclint.vocabulary.rows_of_words import RowsOfWords, Words

FORMS = st.text("ab", min_size=1, max_size=3)
WORDS = st.lists(st.lists(FORMS, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple)


@given(st.lists(WORDS, max_size=6), st.text("ab ", max_size=12))
def test_a_row_fits_a_text_with_a_form_of_each_of_its_words_in_the_order_of_rows(rows: list[Words], text: str) -> None:
    fitting = [number for number, words in enumerate(rows) if all(any(map(text.__contains__, word)) for word in words)]
    assert RowsOfWords((number, words) for number, words in enumerate(rows)).fitting(text) == fitting


def test_one_form_will_do_and_one_word_is_not_enough() -> None:
    rows = RowsOfWords([("no certificate", (("ike",), ("find", "found"))), ("no answer", (("answer",),))])
    assert rows.fitting("ike found none") == ["no certificate"]
    assert rows.fitting("ike could not answer") == ["no answer"]
    assert rows.fitting("nothing was found") == []
