"""Whether a text decides by a condition, loop or function around a command if it runs, judged by indentation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ipseclint.late import late

_DECIDES = late(
    r"[ \t}]*(?:if|else|elsif|elif|elseif|unless|for|foreach|while|until|switch|case|match|catch"
    r"|except|rescue|when|loop)\b(?![ \t]*[:=]>?[ \t]*[\"'])",
    re.IGNORECASE,
)
_OF_MAIN = late(r"[ \t]*if[ \t]+__name__[ \t]*==|[ \t]*(?:if[ \t]+err[ \t]*:=)")
_FUNCTION = late(
    r"[ \t]*(?:(?:async[ \t])?(?:def|func|function|sub|fn)[ \t]+[\w.:(]"
    r"|(?:public|private|protected|internal|static|final|async|void|override|virtual)[ \t][^\r\n({;=\"']{0,200}\()",
    re.IGNORECASE,
)
SETS_WHETHER = late(
    r"^[ \t]*(?:refreshonly[ \t]*=>[ \t]*true|(?:count|for_each)[ \t]*=|(?:not_if|only_if|onlyif|when)\b[ \t]*[:{=]"
    r"|<Enabled>false|<condition>|<(?:step|group)[ \t][^<>]*\bdisable=\"true\")",
    re.MULTILINE | re.IGNORECASE,
)
"""Conditions beside a command in a declaration."""


class Course:
    """The enclosing lines of each line, as indentation shows them."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._around: list[int] = []
        open_lines: list[tuple[int, int]] = []
        for number, line in enumerate(lines):
            shown = line.strip()
            if not shown or shown in {"{", "("}:
                self._around.append(open_lines[-1][1] if open_lines else -1)
                continue
            indent = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
            while open_lines and open_lines[-1][0] >= indent:
                open_lines.pop()
            self._around.append(open_lines[-1][1] if open_lines else -1)
            open_lines.append((indent, number))

    def is_decided(self, row: int) -> bool:
        """Whether a condition or loop encloses a line, or precedes it on the line."""
        return any(_DECIDES.match(line) and not _OF_MAIN.match(line) for line in self._outer(row))

    def function(self, row: int) -> str:
        """The first line of the innermost function around a line; empty if there is none."""
        return next((line for line in self._outer(row)[1:] if _FUNCTION.match(line)), "")

    def _outer(self, row: int) -> list[str]:
        outer = [self._lines[row]]
        while (row := self._around[row]) >= 0 and len(outer) < _MAX_DEPTH:
            outer.append(self._lines[row])
        return outer


_MAX_DEPTH = 60
"""How many lines around one are looked at (reasoned: deeper than programs are written)."""
