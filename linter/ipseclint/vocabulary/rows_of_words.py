"""Rows that are for a text that has a form of each of their words.

Most texts fit none of many rows, so that a row is asked for one of its words first, which few texts have.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeAlias, TypeVar

Row = TypeVar("Row")
Words: TypeAlias = tuple[tuple[str, ...], ...]
"""Parts of words, each with the forms of which one will do."""


class RowsOfWords(Generic[Row]):
    """Rows with the words of each, in an order that is kept."""

    def __init__(self, rows: Iterable[tuple[Row, Words]]) -> None:
        self._rows = list(rows)
        self._by_sign: dict[str, list[int]] = {}
        for number, (_, words) in enumerate(self._rows):
            for sign in max(words, key=lambda forms: min(map(len, forms))):
                self._by_sign.setdefault(sign, []).append(number)

    def fitting(self, text: str) -> list[Row]:
        """The rows that a text in lower case fits."""
        asked = {number for sign, numbers in self._by_sign.items() if sign in text for number in numbers}
        rows = [self._rows[number] for number in sorted(asked)]
        return [row for row, words in rows if all(any(form in text for form in forms) for forms in words)]
