"""Outputs that begin with the same line below two short titles, of which nobody can tell whether they are machines.

## A                                    Berlin:                                10.1.1.10:
Rule Name:           Hub                Rule Name:           Hub               Rule Name:           Hub
## B                                    Munich:                                10.1.1.20:
Rule Name:           Hub                Rule Name:           Hub               Rule Name:           Hub
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipseclint.late import late
from ipseclint.secrets.names import asked, may_match
from ipseclint.source import Source, lines_of_text
from ipseclint.vocabulary.words_of_titles import NOTHING, SAYING

_TITLE = late(
    r"^(?:#{1,6}[ ]|h[1-6]\.[ ]|={2,6}[ ]?|\*{1,3}|'{3}|\[)?"
    r"(?P<name>[^\W\d_][\w-]{0,40}|\d{1,3}(?:\.\d{1,3}){3}|[^\W\d_]{2,12}[ ][A-H1-9])"
    r":?[*'=\] ]{0,6}:?\r?$"
)
_MAY_BE_TITLE = (
    r"(?m)^(?:h[1-6]\.[ ]|[#=*'\[]*[ ]?)[0-9A-Za-z\x7f][0-9A-Za-z_.\x7f-]*(?:[ ][A-H1-9])?"
    r"[:*'=\] ]+\r?$|^(?:#+|h[1-6]\.)[ ][0-9A-Za-z\x7f][0-9A-Za-z_.\x7f-]*(?:[ ][A-H1-9])?[ ]*\r?$"
)
"""The engine of pydantic finds this wherever a title stands, and perhaps elsewhere."""
_MAX_LINES_BETWEEN = 6
"""So many lines are looked at below a title for the first of an output: rules, marks of code, a command."""
_TYPED = late(r"(?:[^\r\n>]{0,200}>)?[ \t]*(?:netsh|Get-\w|Show-\w)", re.IGNORECASE)
_NO_OUTPUT = late(r"[\s`~=*_.<>/-]*(?:[`~]{3}\w*|<\w[^<>]*>)?\s*")


def shown_again(source: Source) -> Iterator[tuple[str, int]]:
    """What is said of the second of two such outputs, with the line of its title."""
    if not may_match(_MAY_BE_TITLE, asked(source.head_text)):
        return
    first: dict[str, str] = {}
    lines = lines_of_text(source.head_text)
    for row, line in enumerate(lines, start=1):
        title = _TITLE.match(line)
        if title is None or title[0].strip() == title["name"] or _says_nothing(title["name"]):
            continue
        name = title["name"]
        begin = next((below for below in lines[row : row + _MAX_LINES_BETWEEN] if _is_output(below)), "")
        if ":" not in begin or begin[0].isspace():  # events have indented lines below words for an end
            continue
        other = first.setdefault(" ".join(begin.split()), name)
        if other.casefold() != name.casefold():
            yield _told(other, name), row
            return


def _says_nothing(name: str) -> bool:
    folded = name.casefold()
    return len(name) > 1 and (folded in NOTHING or folded in SAYING)


def _is_output(line: str) -> bool:
    return _NO_OUTPUT.fullmatch(line) is None and _TYPED.match(line) is None


def _told(first: str, second: str) -> str:
    return (
        f"`{first}` and `{second}` stand above the same output, and are judged as of one machine: "
        "if they are two, or one before and after a change, make it a file for each"
    )
