"""What the reports for terminals share: colour, links, and lines as wide as the terminal."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from msgspec import Struct

from ipseclint.escape import visible
from ipseclint.finding import Snippet
from ipseclint.late import late
from ipseclint.reporters import RenderOptions
from ipseclint.source import Span

_STYLES = {"error": "1;31", "warning": "1;33", "info": "1;36", "problem": "1;35", "dim": "2", "strong": "1"}
"""ANSI codes: only the sixteen colours that every terminal has."""

_COMMAND = late(
    r" (?=[@(]*(?:netsh\b|[a-z]{2,12}-(?:netipsec|vpn)|"
    r"advfirewall (?:consec|mainmode|set)|ipsec (?:static|dynamic)|consec (?:add|set)))",
    re.IGNORECASE,
)
_GLUE = "\0"
"""A line must not begin with a command that a sentence names: a report that is read again must not pass for a
script."""

_HANGING = "   "
_GAP = late(r"(?<=\S)  +(?=\S)")
"""The gap between the cells of a row."""

_MIN_CELL = 16
"""The room that the last cell of a row needs to be wrapped in its own column."""

_CUT = "..."
_BEFORE_SHARE = 3
"""The share of the width before the caret in a line that is cut, as one part in so many."""


class Console(Struct, frozen=True):
    """How lines are written: their width, with colour and links or without."""

    options: RenderOptions

    def paint(self, style: str, text: str) -> str:
        """Text in a colour, if colours are wanted."""
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.options.color else text

    def wrapped(self, text: str, indent: str = _HANGING, styled: tuple[tuple[str, str], ...] = ()) -> list[str]:
        """Visible text in lines of the width; all but the first are indented.

        `styled` are the pieces that begin the first line, each with its style.
        """
        lines = _wrapped(text, self.options.width, indent)
        start, painted = 0, ""
        for piece, style in styled:
            if not lines[0].startswith(piece, start):
                break
            painted += self.paint(style, piece)
            start += len(piece)
        return [painted + lines[0][start:], *lines[1:]]

    def place(self, span: Span) -> str:
        """A place to click on: path, line and column, with a link where the terminal takes links."""
        text = f"{visible(span.path)}:{span.line}:{span.column}"
        if not self.options.links:
            return text
        try:
            address = Path(span.path).resolve().as_uri()
        except (OSError, ValueError):
            return text
        return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"

    def frame(self, span: Span, snippet: Snippet) -> list[str]:
        """The line of a place and the carets under it, both cut around the place to fit the width."""
        line = snippet.text.replace("\t", " ")
        start = snippet.column - 1
        # Escapes widen the text before the caret.
        text = visible(line)
        before = len(visible(line[:start]))
        length = max(1, len(visible(line[start : start + snippet.length])))
        room = self.options.width - len(str(span.line)) - 3
        if len(text) > room:
            text, before, length = _around(text, before, length, room)
        margin, bar = " " * len(str(span.line)), self.paint("dim", "|")
        return [
            f"{self.paint('dim', str(span.line))} {bar} {text}",
            f"{margin} {bar} {' ' * before}{self.paint('strong', '^' * length)}",
        ]


def _around(text: str, before: int, length: int, room: int) -> tuple[str, int, int]:
    """The part of a text that fits, with the place in it; dots stand for the rest."""
    start = max(0, min(before - room // _BEFORE_SHARE, len(text) - room))
    shown = text[start : start + room]
    if start:
        shown = _CUT + shown[len(_CUT) :]
    if start + room < len(text):
        shown = shown[: -len(_CUT)] + _CUT
    column = before - start
    return shown, column, max(1, min(length, room - column))


def fitted(text: str, width: int) -> str:
    """A text of sentences and tables in lines of a width: wider lines are continued below, further to the right.

    The last cell of a table row is continued in its own column, if there is room.
    """
    return "\n".join(part for line in text.split("\n") for part in _fitted(line, width))


def _fitted(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    indent = len(line) - len(line.lstrip())
    below = indent + len(_HANGING)
    *_, cell = (below, *(gap.end() for gap in _GAP.finditer(line, indent)))
    longest = max(map(len, line[cell:].split()), default=0)
    return _wrapped(line, width, " " * (cell if max(longest, _MIN_CELL) <= width - cell else below))


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    glued = _COMMAND.sub(_GLUE, text)
    lines = textwrap.wrap(glued, width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
    return [line.replace(_GLUE, " ") for line in lines or [glued]]


def cut_middle(text: str, width: int) -> str:
    """A text cut to a width: its beginning and, with more of the room, its end."""
    if len(text) <= width:
        return text
    head = max(0, (width - len(_CUT)) // 3)
    return text[:head] + _CUT + text[len(text) - (width - len(_CUT) - head) :]
