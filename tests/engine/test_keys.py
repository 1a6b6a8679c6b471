"""Keys are masked wherever they stand, however many there are, by a mask that tells nothing of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipseclint.engine import keys as keys_module
from ipseclint.engine.keys import Keys, joined
from ipseclint.packing import packed
from ipseclint.secrets.masks import MASK, MIN_KEY_CHARACTERS

KEY = st.text(alphabet="abc", min_size=MIN_KEY_CHARACTERS, max_size=MIN_KEY_CHARACTERS + 3)
MANY = frozenset(f"other key {number}" for number in range(50))


@given(st.lists(KEY, max_size=5), st.lists(st.text(alphabet="abcd ", max_size=10), max_size=6))
def test_no_key_is_left_among_few_or_many(keys: list[str], between: list[str]) -> None:
    text = "".join(each + (keys[number % len(keys)] if keys else "") for number, each in enumerate(between))
    few = Keys(frozenset(keys)).hidden(text)
    assert few == Keys(frozenset(keys) | MANY).hidden(text)
    assert not any(key in few for key in keys)


def test_keys_that_overlap_are_one_mask() -> None:
    assert Keys(frozenset({"abcdefgh", "ghijklmn"})).hidden("<abcdefghijklmn>") == f"<{MASK}>"


def test_nothing_else_is_hidden() -> None:
    assert Keys().hidden("open sesame") == "open sesame"
    assert Keys(MANY).hidden("other key, other keys") == "other key, other keys"


def test_columns_follow_what_is_masked() -> None:
    line = Keys(places={("f", 1): [(4, 7)]}).line("f", 1, "psk=abc name=x")
    assert line.text == f"psk={MASK} name=x"
    assert [line.column(column) for column in (1, 4, 5, 7, 8, 9)] == [1, 4, 5, 5, 13, 14]


def test_a_mask_is_as_long_for_every_key() -> None:
    short, long = (Keys(places={("f", 1): [(4, end)]}).line("f", 1, "psk=" + "k" * 40) for end in (5, 44))
    assert short.text == "psk=" + MASK + "k" * 39
    assert long.text == "psk=" + MASK


@pytest.mark.parametrize("shown", ["Somm", "Sommerreg", "Sommerregenboge"])
def test_what_a_cut_leaves_of_a_key_is_masked(shown: str) -> None:
    keys = Keys(frozenset({"Sommerregenbogen"}))
    assert keys.hidden(f"`run psk={shown}…` is not followed") == "`run psk=********…` is not followed"


def test_a_word_before_a_cut_that_begins_as_a_key_does_by_chance_is_shown() -> None:
    assert Keys(frozenset({"Sommerregenbogen"})).hidden("`So…` and `Sommerzeit…`") == "`So…` and `Sommerzeit…`"


@pytest.mark.parametrize("length", range(8, 30))
def test_whatever_piece_of_a_key_is_masked_is_told_of_what_was_packed(length: int) -> None:
    key = "x7Qp2Lm9Vb4Rt8Zk3Wn6Ys1Dc5Hf0J"[:length]
    keys = Keys(frozenset({key}))
    pieces = [key[start : start + 8] for start in range(length - 7)]
    assert all(keys.hidden(f"so {piece} it") == f"so {MASK} it" for piece in pieces)
    assert all(keys.may_be_in(packed((f"so {piece} it",))) for piece in pieces)
    assert not keys.may_be_in(packed(("so x7Qp it", "and 2Lm9")))


@pytest.mark.parametrize(
    ("key", "piece", "is_hidden"),
    [
        ("x7Qp2Lm9Vb4Rt8Zk" * 5, "2Lm9Vb4R", True),
        ("x7Qp2Lm9Vb4Rt8Zk" * 5 + "x", "2Lm9Vb4R", False),  # nothing that damage leaves is looked for in so long a key
        ("Sommerregenbogen", "merregen", False),
        ("x7Qp2Lm9Vb4R Sommer", "2Lm9Vb4R", False),
        ("x7Qp2Lm9Vb4Rt8Zk", "2Lm9Vb4", False),
    ],
)
def test_pieces_are_looked_for_of_keys_that_are_one_run_of_no_word(key: str, piece: str, is_hidden: bool) -> None:
    shown = Keys(frozenset({key})).hidden(f"so {piece} it")
    assert shown == (f"so {MASK} it" if is_hidden else f"so {piece} it")


@pytest.mark.parametrize(("left", "is_hidden"), [(3, False), (4, True), (79, True), (80, True), (81, False)])
def test_a_cut_leaves_so_many_characters_of_a_key_at_least_and_at_most(left: int, is_hidden: bool) -> None:
    key = "".join(f"{number:02}" for number in range(50))
    shown = Keys(frozenset({key})).hidden(f"psk={key[:left]}…")
    assert shown == (f"psk={MASK}…" if is_hidden else f"psk={key[:left]}…")


def test_of_the_places_in_a_line_those_in_the_piece_that_is_shown_are_masked() -> None:
    keys = joined([Keys(places={("f", 1): [(20, 24), (0, 4), (9, 12), (11, 15)]}), Keys(places={("f", 2): [(0, 9)]})])
    assert keys.line("f", 1, "23456789abcdefghijkl", 3).text == f"{MASK}45678{MASK}fghij{MASK}"
    assert keys.line("f", 1, "fghij", 16).text == "fghij"


def test_a_key_that_is_no_whole_text_is_masked_among_many_values() -> None:
    values = (*(f"value {number}" for number in range(1_000)), "psk=open\ud800sesame")
    masked = Keys(frozenset({"open\ud800sesame"}))._without(values)
    assert masked == (*values[:-1], f"psk={MASK}")


TEXTS = (
    "x7Qp2Lm9Vb4Rt8Zk3Wn6",
    "psk=x7Qp2Lm9Vb4R\u2026",
    "Vb4Rt8Zk",
    "nothing",
    "x7Qp2Lm9 and secret-word",
    "secret-wo\u2026",
)
OF_KEYS = frozenset({"x7Qp2Lm9Vb4Rt8Zk3Wn6", "secret-word"})


@pytest.mark.parametrize("limit", ["_FEW", "_FEW_SIGNS", "_MANY"])
def test_many_keys_and_many_texts_are_looked_through_otherwise_with_one_answer(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, few = tuple(f"plain {number}" for number in range(4)), Keys(OF_KEYS)
    values = (TEXTS, plain, [*TEXTS], {"a": TEXTS})
    expected = [few.of_any(value) for value in values]
    packed_texts = [packed(value) for value in (TEXTS[:3], plain, TEXTS[4:5])]
    held = [few.may_be_in(data) for data in packed_texts]
    assert held == [True, False, True]
    monkeypatch.setattr(keys_module, limit, 1)
    many = Keys(OF_KEYS)
    assert [many.of_any(value) for value in values] == expected
    assert [many.may_be_in(data) for data in packed_texts] == ([True] * 3 if limit != "_MANY" else held)


def test_many_texts_without_a_key_are_the_same_and_are_not_gone_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys_module, "_MANY", 4)
    keys = Keys(OF_KEYS)
    asked: list[str] = []
    monkeypatch.setattr(Keys, "hidden", lambda _, text: asked.append(text) or text)
    for texts, expected in (
        (("a", "b", "c"), 3),
        (("a", "b", "c", "d"), 0),
        (("a",) * 9, 0),
        ((*"abcd", "secret-word"), 5),
    ):
        asked.clear()
        assert keys.of_any(texts) is texts
        assert len(asked) == expected


def test_keys_tell_their_number_alone() -> None:
    assert repr(Keys(OF_KEYS)) == "Keys(2 texts)"
