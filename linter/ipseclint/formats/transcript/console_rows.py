r"""Commands that a console broke at its width, as they are where they were copied: read as one, told where they stand.

    C:\>reg add HKLM\SYSTEM\CurrentControlSet\Services\PolicyAgent /v AssumeUDPEncap
    sulationContextOnSendRule /t REG_DWORD /d 2 /f

Lines that a document broke end between words, and are not joined here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.formats.kit.moved_places import with_moved_places
from ipseclint.formats.netsh.wrapped import CONSOLE_WIDTHS
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.pasted.prose import is_prose
from ipseclint.formats.transcript.cutting_lines import is_cut
from ipseclint.formats.transcript.parting_lines import PROMPT
from ipseclint.late import late
from ipseclint.source import Span, lines_of_text

_OF_COMMAND = late(r"[=\"/]|(?:^|\s)-\w")
"""What no sentence has that answers a command, in whatever language."""
_NARROWEST = 60
"""What a console has at least, whose width is told by its rows (reasoned)."""


class Unbroken(Struct, frozen=True):
    """A text whose broken commands stand on one row each, above empty ones; `widths` has the width of each such row."""

    text: str
    widths: dict[int, int]

    def told(self, parsed: Parsed) -> Parsed:
        """What was read of the text, with its places in the input; a key over two rows has a place in each."""
        if not self.widths:
            return parsed
        keys = tuple(place for span in parsed.secrets for place in self._in_rows(span))
        return replace(with_moved_places(replace(parsed, secrets=()), self._in_input), secrets=keys)

    def _in_input(self, span: Span) -> Span:
        return next(self._in_rows(span))

    def _in_rows(self, span: Span) -> Iterator[Span]:
        width = self.widths.get(span.line)
        if width is None:
            yield span
            return
        begin, end = span.column - 1, span.column - 1 + max(span.length, 1)
        while begin < end:
            row, column = divmod(begin, width)
            length = min(end - begin, width - column)
            yield replace(span, line=span.line + row, column=column + 1, length=length if span.length else 0)
            begin += length


def unbroken(text: str) -> Unbroken:
    """The text with each command that a console broke on one row."""
    if ">" not in text:
        return Unbroken(text, {})  # no prompt of a console
    lines = lines_of_text(text)
    consoles = _consoles(lines)
    widths: dict[int, int] = {}
    for row, line in enumerate(lines):
        if len(line) not in consoles or PROMPT.match(line) is None:
            continue
        end = row
        while len(lines[end]) == len(line) and end + 1 < len(lines) and _goes_on(lines, end):
            end += 1
        if end > row:
            lines[row : end + 1] = ["".join(lines[row : end + 1]), *[""] * (end - row)]
            widths[row + 1] = len(line)
    return Unbroken("\n".join(lines) if widths else text, widths)


def _consoles(lines: Sequence[str]) -> frozenset[int]:
    """The widths that the console may have: the usual ones, and that of two rows of one command, if none is longer."""
    longest = max(map(len, lines), default=0)
    full = [(above, line) for above, line in pairwise(lines) if len(above) == longest == len(line)]
    is_told = any(PROMPT.match(above) is not None and PROMPT.match(line) is None for above, line in full)
    return CONSOLE_WIDTHS | {longest} if is_told and longest >= _NARROWEST else CONSOLE_WIDTHS


def _goes_on(lines: Sequence[str], row: int) -> bool:
    """Whether a full row goes on in the next one."""
    rest, below = lines[row + 1], lines[row + 2] if row + 2 < len(lines) else ""
    is_answer = _OF_COMMAND.search(rest) is None and is_prose(rest)
    return not is_answer and is_cut(lines[row], rest, below, len(lines[row]))
