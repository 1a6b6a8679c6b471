"""Rows that match a text which has a form of each of their words.

Most texts match none of many rows, so each row is first checked for one word that few texts have.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeAlias, TypeVar

Row = TypeVar("Row")
Words: TypeAlias = tuple[tuple[str, ...], ...]
"""Parts of words, each as a list of alternatives."""


class RowsOfWords(Generic[Row]):
    """Rows with their words, in a fixed order."""

    def __init__(self, rows: Iterable[tuple[Row, Words]]) -> None:
        self._rows = list(rows)
        self._by_sign: dict[str, list[int]] = {}
        for number, (_, words) in enumerate(self._rows):
            for sign in max(words, key=lambda forms: min(map(len, forms))):
                self._by_sign.setdefault(sign, []).append(number)

    def fitting(self, text: str) -> list[Row]:
        """The rows that a text in lower case matches."""
        asked = {number for sign, numbers in self._by_sign.items() if sign in text for number in numbers}
        rows = [self._rows[number] for number in sorted(asked)]
        return [row for row, words in rows if all(any(form in text for form in forms) for forms in words)]
