"""The text as cmd.exe or PowerShell would receive it: commands in their lines and columns, blanks elsewhere."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from ipseclint.formats.carried.literals import NEXT_LINE, blanks
from ipseclint.formats.carried.runs import OF_POWERSHELL, Run
from ipseclint.late import late
from ipseclint.source import Span

_LINE_END = late(r"\r\n|\n|\r")
_QUOTES = frozenset("\"'`")
_QUOTED = late(r"\"([^\"]*+)\"")
_GOES_ON = late(r"[\\`](?=[ \t]*\r?\n)")
_REMARK_OF_BATCH = late(r"((?:^|\v)[ \t]*+)(?:@?rem(?![\w.])|:)[^\v\r\n]*", re.IGNORECASE | re.MULTILINE)
_REMARK_OF_POWERSHELL = late(
    r"((?:^|\v)(?:[^'\"#\v\r\n]|'[^'\v\r\n]*+'|\"[^\"\v\r\n]*+\"|(?<![ \t\v;{}(])(?<!^)#)*+)#[^\v\r\n]*", re.MULTILINE
)
"""A remark or a label in a line of a literal, behind what runs of the line."""
_BLOCK_OF_REMARKS = late(r"()<#[\s\S]*?(?:#>|\Z)")
_ESCAPED_END = late(r"[\^`] *\v")
"""A line end that the sign before it takes away."""


class Places:
    """The lines and columns of the offsets of a text."""

    def __init__(self, text: str, path: str) -> None:
        self._path = path
        self._size = len(text)
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def row(self, offset: int) -> int:
        """The row, from 0, of an offset."""
        return bisect_right(self._starts, offset) - 1

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """The line and the column, from 1, of an offset."""
        row = self.row(offset)
        return row + 1, offset - self._starts[row] + 1

    def of(self, run: Run) -> Span:
        """The place of a command, limited to its first line."""
        line, column = self.line_and_column(run.start)
        end = self._starts[line] - 1 if line < len(self._starts) else self._size
        return Span(self._path, line, column, max(1, min(run.end, end) - run.start))


def batch_text(text: str, runs: Sequence[Run]) -> str:
    """The text for cmd.exe: one command a line, or several joined by `&`; empty if there are none."""
    if not runs:
        return ""
    shown = laid_out(text, _pieces(text, runs, "&", "^"))
    places = Places(shown, "")
    lines = shown.split("\n")
    for run in runs:
        first, last = places.row(run.start), places.row(run.end)
        if len(run.parts) > 1 or run.parts[0].is_folded:
            for row in range(first, last - run.parts[0].is_folded):
                lines[row] = f"{lines[row].rstrip()} ^" if lines[row].strip() else " ^"
    return "\n".join(lines)


def script_text(text: str, runs: Sequence[Run]) -> str:
    """The text for PowerShell; empty if there is none."""
    return laid_out(text, _pieces(text, runs, ";", "`")) if runs else ""


def _pieces(text: str, runs: Iterable[Run], then: str, goes_on: str) -> Iterator[tuple[int, str]]:
    """The offset and text of the parts of commands, and of separators between those on one line."""
    for run in runs:
        if text[run.start - 1 : run.start] in _QUOTES:
            yield run.start - 1, then
        for part in run.parts:
            is_alone = len(run.parts) == 1 and "\n" not in part.text
            words = part.text
            if NEXT_LINE in words and OF_POWERSHELL.search(run.parts[0].text) is not None:
                words = _handed_on(words, is_whole=run.is_list)
            words = in_one_line(words, then) if is_alone or NEXT_LINE in words else words
            words = _GOES_ON.sub(goes_on, words)
            if run.is_list and '"' not in words and any(sign.isspace() for sign in words):
                yield part.start - 1, f'"{words}"'
            else:
                yield part.start, words


def _handed_on(command: str, *, is_whole: bool) -> str:
    """A command with the lines that it hands to PowerShell in one: it as a whole, or what it has in quotation marks."""
    if is_whole:
        return in_one_line(command, ";")
    return _QUOTED.sub(lambda match: f'"{in_one_line(match[1], ";")}"', command)


def in_one_line(script: str, then: str) -> str:
    """The lines of a literal with escaped line ends, as commands of one line with `then` between them.

    A remark and a label would take what stands behind them in that line, so they become blanks.
    """
    says_nothing = (_BLOCK_OF_REMARKS, _REMARK_OF_POWERSHELL) if then == ";" else (_REMARK_OF_BATCH,)
    for remark in says_nothing:
        script = remark.sub(lambda match: match[1] + blanks(match[0][len(match[1]) :]), script)
    return _ESCAPED_END.sub(lambda match: blanks(match[0]), script).replace(NEXT_LINE, then)


def laid_out(text: str, pieces: Iterable[tuple[int, str]]) -> str:
    """Pieces at their offsets in a text, blanks elsewhere; a piece that begins within another is dropped."""
    laid: list[str] = []
    at = 0
    for start, words in pieces:
        if start < at:
            continue
        laid += (blanks(text[at:start]), words)
        at = start + len(words)
    laid.append(blanks(text[at:]))
    return "".join(laid)
