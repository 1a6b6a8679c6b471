"""Places of keys: offsets in a text, and the spans of its lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from ipseclint.late import late
from ipseclint.source import Span

Place = tuple[int, int]
"""The begin and end of a text, as offsets from 0."""
_LINE_END = late("\n")
_MAX_BLANKS = 8
"""So many characters are looked at for the comma before an argument (reasoned: it stands beside it)."""


def is_argument(text: str, begin: int) -> bool:
    """Whether what begins at a place stands behind a comma, as an argument of its own in a list does."""
    return text[max(0, begin - _MAX_BLANKS) : begin].rstrip().endswith(",")


def merged(places: Iterable[Place]) -> list[Place]:
    """Places in order, with touching or overlapping ones joined."""
    joined: list[Place] = []
    for begin, end in sorted(places):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def line_begins(text: str, places: Iterable[int]) -> Iterator[int]:
    """The beginnings of the lines of places in order, each sought from the place before: a text may be one line."""
    begin = sought = 0
    for at in places:
        begin = max(begin, text.rfind("\n", sought, at) + 1)
        sought = at
        yield begin


def spans_of(path: str, line: int, column: int, text: str, places: Iterable[Place]) -> Iterator[Span]:
    """Places in a text that begins at a line and column, split at line ends."""
    at = start = 0
    first_column = column
    for begin, end in places:
        line += text.count("\n", at, begin)
        if (newline := text.rfind("\n", at, begin)) >= 0:
            start, first_column = newline + 1, 1
        at = begin
        cuts = [begin, *(match.end() for match in _LINE_END.finditer(text, begin, end)), end]
        for number, (one, other) in enumerate(pairwise(cuts)):
            length = len(text[one:other].rstrip("\n"))
            if length:
                own = first_column + one - start if number == 0 else 1
                yield Span(path, line + number, own, length)
