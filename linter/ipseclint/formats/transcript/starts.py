"""The lines of a text by their first characters, of which there are few: each is asked once what may begin with it.

Most lines of what programs print begin with one of some labels, whatever is behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

START_CHARACTERS = 16
"""So many characters of a line are its start: an indent that counts, and the beginning of a sign behind it."""


class LineStarts:
    """Lines that are cut once into their starts."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = list(lines)
        self._starts = [line[:START_CHARACTERS] for line in self._lines]
        self._once = frozenset(self._starts)

    def begun_with(self, sign: re.Pattern[str]) -> str:
        """The lines whose start fits an expression, behind the end of a line each."""
        fitting = set(filter(sign.match, self._once))
        if not fitting:
            return ""
        rows = zip(self._lines, self._starts, strict=True)
        return "\n".join(("", *(line for line, start in rows if start in fitting)))
