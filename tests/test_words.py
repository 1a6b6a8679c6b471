"""Counts, shares and times have one form everywhere."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import pytest

from ipseclint.words import (
    bound,
    duration,
    listed,
    nearest,
    padded_code,
    percent,
    plural,
    seconds_words,
    series,
    short,
    slip_of,
    the,
)
from tests.cases import cases


@cases(
    ("share", "text"),
    [
        (0, "0%"),
        (1e-9, "less than 0.001%"),
        (0.00001, "0.001%"),
        (0.0123456, "1.23%"),
        (0.5, "50%"),
        (0.999, "99.9%"),
        (99.9 / 100, "99.9%"),
        (0.9999, "more than 99.9%"),
        (1, "100%"),
        (1.5, "150%"),
        (2.474, "247%"),
        (12.5, "1,250%"),
        (math.inf, "unlimited"),
    ],
)
def test_a_share_is_neither_rounded_to_nothing_nor_to_all(share: float, text: str) -> None:
    assert percent(share) == text


@cases(
    ("number", "noun", "text"),
    [(0, "rule", "0 rules"), (1, "rule", "1 rule"), (2, "policy", "2 policies"), (2, "key", "2 keys")],
)
def test_a_count_agrees_with_its_noun(number: int, noun: str, text: str) -> None:
    assert plural(number, noun) == text


@cases(("seconds", "text"), [(300, "5 min (300 s)"), (90, "90 s"), (0, "0 s")])
def test_a_duration_has_both_units_where_they_differ(seconds: int, text: str) -> None:
    assert duration(seconds) == text


@cases(("shown", "text"), [(3600, "1440 min"), (3601, "86400 s"), (30, "86400 s")])
def test_a_bound_has_the_unit_of_what_is_held_against_it(shown: int, text: str) -> None:
    assert bound(86400, shown) == text


@cases(
    ("seconds", "text"),
    [(0, "0 s"), (1e-7, "~0 s"), (0.05, "50 ms"), (0.1, "0.1 s"), (1234.5, "1,234 s"), (math.inf, "endless")],
)
def test_a_computed_time_is_in_readable_units(seconds: float, text: str) -> None:
    assert seconds_words(seconds) == text


@cases(("number", "text"), [(0.12345, "0.123"), (999, "999"), (3.52e15, "3,520,000,000,000,000")])
def test_a_number_is_never_in_powers_of_ten(number: float, text: str) -> None:
    assert short(number) == text


@cases(
    ("words", "text"),
    [([], ""), (["a"], "a"), ("abc", "a, b, c"), ("abcd", "a, b, c and 1 more"), (range(5), "0, 1, 2 and 2 more")],
)
def test_of_many_words_the_first_three_are_said(words: Sequence[object], text: str) -> None:
    assert listed(words) == text


@cases(
    ("words", "text"),
    [([], ""), (["a"], "a"), (["a", 2], "a and 2"), (("a", "b", "c"), "a, b and c"), (iter("abcd"), "a, b, c and d")],
)
def test_words_of_a_series_are_joined_by_commas_and_the_last_by_and(words: Iterable[object], text: str) -> None:
    assert series(words) == text


@cases(
    ("names", "text"),
    [(["lan"], "the lan profile"), (["a", "b"], "the a and b profiles"), (["a", "b", "c"], "the a, b and c profiles")],
)
def test_a_noun_agrees_with_the_number_of_its_names(names: Sequence[str], text: str) -> None:
    assert the(names, "profile") == text


def test_words_are_joined_as_is_asked() -> None:
    assert listed("abcd", "; ") == "a; b; c and 1 more"


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("QD2", "; did you mean QD002?"),
        ("lifetme", "; did you mean Lifetime?"),
        ("LIFETIME", "; did you mean Lifetime?"),
        ("lif", "; did you mean Lifetime?"),
        ("li", ""),
        ("time", ""),
        ("x", ""),
    ],
)
def test_a_word_that_is_nearly_a_known_one_is_taken_for_it(word: str, text: str) -> None:
    assert nearest(word, ["QD002", "Lifetime"]) == text


@pytest.mark.parametrize(("word", "code"), [("QD2", "qd002"), ("qd0002", "qd002"), ("RF015", "rf015"), ("x", "")])
def test_a_code_has_three_digits(word: str, code: str) -> None:
    assert padded_code(word) == code


@cases("word", ["advfirewal", "advfirewalll", "xdvfirewall", "advfireawll", "dvfirewall", "davfirewall"])
def test_one_letter_more_less_or_other_or_two_swapped_is_a_slip(word: str) -> None:
    assert slip_of(word, ("ipsec", "advfirewall")) == "advfirewall"


@cases("word", ["advfirewall", "advfirewa", "avdfirewlal", "advfirewallxx", "wall", "", "advfierwalll"])
def test_more_than_one_letter_or_none_is_no_slip(word: str) -> None:
    assert slip_of(word, ("ipsec", "advfirewall")) is None


def test_a_known_word_is_no_slip_of_another() -> None:
    assert slip_of("set", ("get", "set")) is None
    assert slip_of("let", ("get", "set")) == "get"
