"""The literals of a text in another language."""

from __future__ import annotations

import pytest

from ipseclint.formats.carried import literals


def test_many_texts_without_an_end_are_gone_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    find = literals._end_of_heredoc

    def counted(text: str, tag: str, start: int) -> int | None:
        asked.append(tag)
        return find(text, tag, start)

    monkeypatch.setattr(literals, "_end_of_heredoc", counted)
    text = "cat <<A\n" * 100 + "cat <<B\nx\nB\n" * 2
    assert [each.text for each in literals.literals_of(text, is_markup=False)] == ["x\n", "x\n"]
    assert asked == ["A", "B", "B"]


def test_the_start_of_a_long_word_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    class Counted(frozenset[str]):
        def __contains__(self, sign: object) -> bool:
            asked.append(sign)
            return super().__contains__(sign)

    monkeypatch.setattr(literals, "_BEFORE_A_WORD", Counted(literals._BEFORE_A_WORD))
    written = "a (b" + r"\"c\"" * 200
    assert literals.straightened(written) == "a (" + " " * 200 + "b" + '"c"' * 200 + " " * 200
    assert len(asked) < 3 * len(written)
