"""Texts with an empty line below each line: read without those, and told at the lines of the input.

Rule Name:    Servers        as a mail has what was pasted as paragraphs, and a file what `wmic` and others wrote
                             into it, whose lines then end in CR CR LF
Enabled:      Yes
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.formats.kit.moved_places import with_moved_places
from ipseclint.formats.parsed import Parsed
from ipseclint.late import late
from ipseclint.source import Span, lines_of_text

_TOGETHER = late(r"\S[ \t]*+(?:\r?\n|\r(?![\r\n]))[ \t]*+\S")
"""Two lines without an empty one between them, which nearly every text has in its first few."""
_FEW = 3
"""From so many lines on, each above an empty one, it is no accident (reasoned)."""


class SingleSpaced(Struct, frozen=True):
    """A text without the empty line below each line, and the number that each line of it has in the input."""

    text: str
    rows: tuple[int, ...]

    def told(self, parsed: Parsed) -> Parsed:
        """What was read of the text, with its places in the input."""
        return with_moved_places(parsed, self._in_input)

    def _in_input(self, span: Span) -> Span:
        return replace(span, line=self.rows[span.line - 1]) if 0 < span.line <= len(self.rows) else span


def single_spaced(text: str) -> SingleSpaced | None:
    """A text without the empty lines; None if it has lines without one below."""
    if _TOGETHER.search(text) is not None:
        return None
    kept = list(_kept(lines_of_text(text)))
    if sum(bool(line.strip()) for _, line in kept) < _FEW:
        return None
    return SingleSpaced("\n".join(line for _, line in kept), tuple(row for row, _ in kept))


def _kept(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines of a text with their numbers, without an empty one below each."""
    is_below = False
    for row, line in enumerate(lines, start=1):
        if is_below and not line.strip():
            is_below = False
        else:
            is_below = True
            yield row, line
