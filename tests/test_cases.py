"""Cases in one test: each is tried, and those that fail are named."""

from __future__ import annotations

import inspect
from collections import Counter
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest

from tests import conftest
from tests.cases import cases


def test_every_case_is_tried_with_what_fixtures_give() -> None:
    tried = []

    @cases("letter", "ab")
    @cases(("number", "square"), [(1, 1), (2, 4)])
    def test(letter: str, number: int, square: int, fixture: str) -> None:
        tried.append((letter, number, square, fixture))

    assert list(inspect.signature(test).parameters) == ["fixture"]
    test(fixture="f")
    assert tried == [("a", 1, 1, "f"), ("a", 2, 4, "f"), ("b", 1, 1, "f"), ("b", 2, 4, "f")]


@pytest.mark.parametrize(
    ("ids", "name"), [(None, "'two'-3"), (["first", "second"], "second"), (lambda value: f"<{value}>", "<two>-<3>")]
)
def test_a_case_that_fails_is_named(ids: Any, name: str) -> None:
    @cases(("word", "length"), [("one", 3), ("two", 3)], ids)
    def test(word: str, length: int) -> None:
        assert word == "one"

    with pytest.raises(AssertionError, match="'two' == 'one'") as failed:
        test()
    assert failed.value.__notes__ == [f"case: {name}"]


def test_all_that_fail_are_told_by_whatever_they_fail() -> None:
    @cases("text", ["1", "one", "2", ""])
    def test(text: str) -> None:
        if text == "2":
            pytest.fail("two")
        int(text)

    with pytest.raises(BaseExceptionGroup, match="3 cases") as failed:
        test()
    assert [failure.__notes__ for failure in failed.value.exceptions] == [["case: 'one'"], ["case: '2'"], ["case: ''"]]


def test_no_case_skips_the_others() -> None:
    @cases("number", [1, 2])
    def test(number: int) -> None:
        if number == 1:
            pytest.skip("one")

    with pytest.raises(AssertionError, match="hides the cases below"):
        test()


@pytest.mark.parametrize("n", [1, 4, 20])
def test_a_draw_takes_one_in_n_of_the_cases_and_all_have_a_turn(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: Counter[int] = Counter()

    @cases("number", range(9))
    def test(number: int) -> None:
        tried[number] += 1

    mark = (None, SimpleNamespace(args=(n,)))
    item = Mock(function=test, nodeid="test", iter_markers_with_node=lambda _: [mark])
    for commit in range(400):
        monkeypatch.setattr(conftest, "commit", str(commit).__str__)
        before = tried.total()
        if item not in conftest.left_out([item]):
            test()
            assert tried.total() > before
    assert set(tried) == set(range(9))
    assert tried.total() == pytest.approx(400 * 9 / n, rel=0.1)


def test_no_cases_are_no_test() -> None:
    with pytest.raises(AssertionError, match="no case of text"):
        cases("text", [])
