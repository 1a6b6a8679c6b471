"""What stands around all lines of a text, picked up on its way, and the text without it.

These are marks of a quotation, padding, a margin, numbers of lines, and what shows the ends of lines.
"""

from __future__ import annotations

import re
from itertools import pairwise

from ipseclint.late import late


def without_frame(text: str, *, is_written: bool) -> str:
    """A text without what stands around all of its lines.

    `is_written`: it is a document or a script, in which a margin, numbers and signs at ends may have a meaning.
    """
    bare = _without_quotes(_without_padding(text))
    return bare if is_written else _without_margin(_without_marks(bare))


_OF_LAYOUT = late(r"(?<=[^\s\u00ad\u200b\u2060\ufeff])[\u00ad\u200b\u2060\ufeff]++(?=\S)|(?<=\n)\ufeff")
_HYPHEN = "\u2011"


def without_layout(text: str) -> str:
    """A text without what layout puts into words: soft hyphens, blanks of no width, hyphens that break no line; and
    without marks of the order of bytes before its lines.

    Columns count without the first two.
    """
    return _OF_LAYOUT.sub("", text).replace(_HYPHEN, "-")


_PADDING = late(r"(?<![ \t])[ \t]++(?=\r?+\n|\Z)")
_CONTINUES = late(r"[\^`\\][ \t]++\r?+(?:\n|\Z)")
"""What would go on in the next line, were it the last sign of its own."""
_MIN_PADDED_LINES = 2
"""A single line may end in blanks by chance (reasoned)."""
_QUOTED = late(r"(?:[ ]{0,3}>[^\n]*+(?:\n|\Z)|[ \t\r]*+\n)++[ \t]*+\Z")
_APART = late(r"(?:[ ]{0,3}>(?:[ ][^\n]*+|\r?)(?:\n|\Z)|[ \t\r]*+\n)++[ \t]*+\Z")
"""A quoted text in which a blank behind each mark belongs to it."""
_MARK = late(r"^[ ]{0,3}>", re.MULTILINE)
_MARK_APART = late(r"^[ ]{0,3}>[ ]?", re.MULTILINE)
_MAX_QUOTES = 8
"""So often a text is quoted within another at most (reasoned)."""


def _without_quotes(text: str) -> str:
    """A text whose lines are all quoted, as in a mail, without the marks; any other text as it is.

    Columns count from behind the marks.
    """
    for _ in range(_MAX_QUOTES):
        if _QUOTED.match(text) is None:
            break
        text = (_MARK if _APART.match(text) is None else _MARK_APART).sub("", text)
    return text


def _without_padding(text: str) -> str:
    """A text whose lines all end in blanks, as a screen fills them, or in CR CR LF, as line ends that were converted
    twice do, without these; any other text as it is.

    In a single line the blanks may be part of a value.
    """
    if text.count("\r\r\n") == text.count("\n"):
        text = text.replace("\r\r\n", "\r\n")
    ended = sum(map(text.count, (" \n", "\t\n", " \r\n", "\t\r\n")))
    if ended < _MIN_PADDED_LINES or _CONTINUES.search(text) is not None:
        return text
    lines = (line.removesuffix("\r") for line in text.split("\n")[:-1])
    is_padded = all(line.endswith((" ", "\t")) for line in lines if line)
    return _PADDING.sub("", text) if is_padded else text


_MIN_LINES = 3
"""So many lines have numbers or marks of their ends by no accident (reasoned)."""
_ENDED = late(r"(?:\^M)?\$\r?$", re.MULTILINE)
"""How `cat -A` shows the end of a line."""
_NUMBERED = late(r"^[ \t]*+(\d{1,7})([:.)|]?)([ \t]?)", re.MULTILINE)
_MARK_OF_ORDER = "\n\ufeff"


def _without_marks(text: str) -> str:
    """A text without the numbers of its lines, without what shows their ends, and without marks of the order of bytes
    behind its first line; a part that has none of them as it is. Columns count without them.
    """
    return _without_numbers(_without_ends(text.replace(_MARK_OF_ORDER, "\n")))


def _without_ends(text: str) -> str:
    """A text without what `cat -A` writes for tabs and line ends, or a backslash that ends each line."""
    end = text.rstrip("\r\n")[-1:]
    if end not in {"$", "\\"} or text.count("\n") < _MIN_LINES:
        return text
    lines = text.rstrip("\r\n").split("\n")
    if not all(line.rstrip("\r").endswith(end) for line in lines):
        return text
    if end == "$":
        return _ENDED.sub("", text).replace("^I", "\t")
    is_command = not any(line.rstrip("\r") == end for line in lines)  # which goes on in the next line
    return text if is_command else "".join(f"{line.rstrip(chr(13))[:-1]}\n" for line in lines)


def _without_numbers(text: str) -> str:
    """A text without the numbers that count all of its lines."""
    if not text.lstrip()[:1].isdigit() or text.count("\n") < _MIN_LINES:
        return text
    lines = text.rstrip("\r\n").split("\n")
    numbers = [*iter(map(_NUMBERED.match, lines).__next__, None)]  # up to the first line that has none
    counts = len(numbers) == len(lines) and all(int(own[1]) + 1 == int(after[1]) for own, after in pairwise(numbers))
    if not counts or len({number[2] for number in numbers}) > 1:
        return text
    are_apart = all(number[3] or not line[number.end() :].strip() for number, line in zip(numbers, lines, strict=True))
    if not are_apart and not numbers[0][2]:
        return text
    group = 3 if are_apart else 2
    return "\n".join(line[number.end(group) :] for number, line in zip(numbers, lines, strict=True)) + "\n"


_BEGINNING = 200


def _without_margin(text: str) -> str:
    """A text of several lines without the blanks that all of them begin with. Columns count from behind these."""
    if text[:_BEGINNING].lstrip("\r\n")[:1] not in {" ", "\t"}:
        return text
    indents = [line[: len(line) - len(line.lstrip(" \t"))] for line in text.split("\n") if line.strip()]
    if len(indents) < _MIN_LINES:
        return text
    margin = min(indents)
    if not all(indent.startswith(margin) for indent in indents):
        return text
    return "\n".join(line.removeprefix(margin) for line in text.split("\n"))
