"""A secret keeps its identity, also between processes, and nothing of its text."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from ipseclint.model.setting import (
    Origin,
    Secret,
    Setting,
    Unknown,
    in_words,
    key_mark,
    note_key,
    noted_keys,
    of_origin,
    run_key,
    share_run_key,
)
from ipseclint.source import Span
from tests.cases import cases

KEY = "Tr0ub4dor-and-3"


def _secrets(texts: Sequence[str]) -> list[Secret]:
    return [Secret(text) for text in texts]


def test_equal_keys_are_equal_and_others_are_not() -> None:
    assert Secret(KEY) == Secret(KEY)
    assert len({Secret(KEY), Secret(KEY), Secret("aaaaaaaa"), Secret("bbbbbbbb")}) == 3
    assert Secret("") != Secret(" ")
    assert Secret("\ud800") == Secret("\ud800")
    assert Secret(KEY) != KEY


@cases("text", ["", "k", KEY, KEY * 100])
def test_nothing_of_the_text_is_left_not_even_its_length(text: str) -> None:
    secret = Secret(text)
    assert repr(secret) == str(secret) == f"{secret:}" == "psk (hidden)"
    assert not hasattr(secret, "__len__")
    assert not hasattr(secret, "__dict__")
    assert len(pickle.dumps(secret)) == len(pickle.dumps(Secret("another")))
    assert len(text) < 8 or text.encode() not in pickle.dumps(secret)


def test_a_copy_is_equal() -> None:
    setting = Setting(Secret(KEY), Span("a", 1, 1))
    assert pickle.loads(pickle.dumps(setting)) == copy.deepcopy(setting) == setting


@cases("origin", list(Origin))
def test_a_setting_knows_its_origin_in_the_memory_of_its_value_and_place(origin: Origin) -> None:
    place = Span("a", 1, 1)
    setting = of_origin(600, place, origin)
    assert (setting.value, setting.span, setting.origin) == (600, place, origin)
    assert isinstance(setting, Setting)
    assert pickle.loads(pickle.dumps(setting)) == setting
    assert [of_origin(600, place, other) == setting for other in Origin].count(True) == 1
    assert sys.getsizeof(setting) < sys.getsizeof(place)


@cases("method", multiprocessing.get_all_start_methods())
def test_a_secret_of_another_process_with_the_same_run_key_is_equal(method: str) -> None:
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(1, mp_context=context, initializer=share_run_key, initargs=(run_key(),)) as pool:
        assert pool.submit(_secrets, [KEY, "aaaaaaaa"]).result() == [Secret(KEY), Secret("aaaaaaaa")]


def test_a_secret_of_another_run_is_equal_to_none() -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert pool.submit(_secrets, [KEY]).result() != [Secret(KEY)]


def test_keys_are_noted_while_it_is_asked_for_and_not_for_others() -> None:
    outer: set[str] = set()
    inner: set[str] = set()
    Secret("before")
    with noted_keys(outer):
        Secret("outer")
        with noted_keys(inner):
            Secret("inner")
        note_key("outer again")
    Secret("after")
    assert (outer, inner) == ({"outer", "outer again"}, {"inner"})


def test_a_run_key_is_as_long_as_its_digest_wants() -> None:
    assert len(run_key()) == 32


def test_a_mark_tells_the_key_of_a_run_from_that_of_another_and_nothing_else() -> None:
    own, mark, secret = run_key(), key_mark(), Secret(KEY)
    try:
        share_run_key(b"x" * 32)
        assert (run_key(), len(key_mark())) == (b"x" * 32, 16)
        assert key_mark() != mark
        assert secret != Secret(KEY)
    finally:
        share_run_key(own)
    assert (key_mark(), secret) == (mark, Secret(KEY))


def test_a_setting_is_called_as_its_value_or_as_it_is_written() -> None:
    place = Span("a", 1, 1)
    assert [in_words(Setting(value, place)) for value in (5, True, None, Unknown("x"))] == ["5", "True", "None", "x"]
