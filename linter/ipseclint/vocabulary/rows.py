"""Tables by tool, derived from rows: words to values for reading, values to words for writing.

A row holds the facts about one value: its name, and its spelling in each tool, which is one word or number, several
(all are read, the first is written), or None where the tool cannot express it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, Self, TypeVar, dataclass_transform

K = TypeVar("K", str, int)
V = TypeVar("V")

Spelling = str | tuple[str, ...] | None


@dataclass_transform(kw_only_default=True, frozen_default=True, eq_default=False)
class Row:
    """The facts about one value, as keyword fields that must all be given, so that no tool is forgotten.

    It works like a frozen dataclass, but ten dataclasses took 12 ms of every start.
    """

    def __init__(self, **fields: Any) -> None:
        """A row. Raises TypeError for a field that is missing or too many."""
        wrong = sorted(type(self).__annotations__.keys() ^ fields.keys())
        if wrong:
            raise TypeError(f"a {type(self).__name__} must say each of its fields once: {', '.join(wrong)}")
        self.__dict__.update(fields)

    def __setattr__(self, name: str, value: object) -> None:
        """Raises AttributeError: a row cannot change."""
        raise AttributeError(f"{name} of a row does not change")


class RowValue(StrEnum):
    """A value whose text is the `name` of its row."""

    row: Row

    def __new__(cls, row: Row) -> Self:
        """A value with its row."""
        name: str = vars(row)["name"]
        member = str.__new__(cls, name)
        member._value_ = name
        member.row = row
        return member


def names(text: str) -> frozenset[str]:
    """The names in a text, separated by blanks."""
    return frozenset(text.split())


def readings(values: Iterable[V], spelling: Callable[[V], K | tuple[K, ...] | None]) -> dict[K, V]:
    """The values of a tool by each of their spellings. Raises ValueError if one spelling stands for two values."""
    table: dict[K, V] = {}
    for value in values:
        for word in _all(spelling(value)):
            if table.setdefault(word, value) is not value:
                raise ValueError(f"{word!r} stands for {table[word]} and for {value}")
    return table


def writings(values: Iterable[V], spelling: Callable[[V], K | tuple[K, ...] | None]) -> dict[V, K]:
    """The first spelling of each value that a tool can express, in the order of the values."""
    return {value: words[0] for value in values if (words := _all(spelling(value)))}


def spellings(*each: str | None) -> tuple[str, ...]:
    """The spellings of several tools joined."""
    return tuple(spelling for spelling in each if spelling is not None)


def folded(table: Mapping[str, V]) -> dict[str, V]:
    """A table whose words are compared without case and blanks."""
    return {"".join(word.split()).casefold(): value for word, value in table.items()}


def codes(
    values: Iterable[V], number: Callable[[V], int | tuple[int, ...] | None], word: Callable[[V], Spelling]
) -> dict[str, V]:
    """The values of a CIM property, by number and by name, folded."""
    numbers = {str(written): value for written, value in readings(values, number).items()}
    return folded(readings(values, word)) | numbers


def _all(spelling: K | tuple[K, ...] | None) -> tuple[K, ...]:
    if spelling is None:
        return ()
    return spelling if isinstance(spelling, tuple) else (spelling,)
