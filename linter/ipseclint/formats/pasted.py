"""Marks that a text has got on its way: numbers of lines, marks of what is quoted twice, blanks that are none.

    12: Rule Name:  Servers        >> Rule Name:  Servers        -- More  --        no-break blanks, zero-width blanks

Each becomes blanks, so that all that is left keeps its place.
"""

from __future__ import annotations

import re
from itertools import pairwise

from ipseclint.late import late

_BLANKS = dict.fromkeys((0xA0, 0x2007, 0x202F, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), " ")
"""No-break blanks, and what takes no width."""
_MORE = late(
    r"^[ \t]*(?:-- ?more ?(?: ?\(\d{1,3} ?%\))? ?--|--more--|<--- more --->)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE
)
_NUMBERED = late(r"^([ \t]{0,6}(\d{1,5})(?:[:.|)\t]|[ ]{1,2})[ \t]?)", re.MULTILINE)
_QUOTED = late(r"^(?:[ \t]?>){2,8} ?", re.MULTILINE)
_FEW = 3
"""From so many numbered lines on they are numbers of lines (reasoned)."""


def unmarked(text: str) -> str:
    """The text with blanks in the place of such marks; the same object if it has none."""
    if not text.isascii():
        plain = text.translate(_BLANKS)
        text = text if plain == text else plain
    if "more" in text.casefold() and _MORE.search(text):
        text = _MORE.sub(_blank, text)
    begin = text.lstrip()[:6]
    if begin[:1] == ">" and begin.replace(" ", "")[:2] == ">>" and _all_lines(text, _QUOTED):
        return _QUOTED.sub(_blank, text)
    if begin[:1] in {"0", "1"} and _all_lines(text, _NUMBERED) and _counts(text):
        return _NUMBERED.sub(_blank, text)
    return text


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _all_lines(text: str, mark: re.Pattern[str]) -> bool:
    return all(mark.match(line) for line in text.splitlines() if line.strip())


def _counts(text: str) -> bool:
    """Whether the numbers before the lines are those of the lines, one after the other."""
    numbers = [int(match[2]) for match in _NUMBERED.finditer(text)]
    return len(numbers) >= _FEW and all(after - before > 0 for before, after in pairwise(numbers))
