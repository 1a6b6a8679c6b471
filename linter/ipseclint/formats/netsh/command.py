"""One command of a script: the context of netsh or the tool it is for, and its words."""

from __future__ import annotations

from typing import NamedTuple

from ipseclint.formats.kit.token import Token
from ipseclint.source import Span


class Command(NamedTuple):
    """One command: the context in full, the words from the verb on, the line it begins on.

    `process` counts the runs of netsh: what a session keeps, such as the store, ends with its process. `variables` are
    the places in values of its tags that the script fills when it runs.
    """

    context: str
    words: tuple[Token, ...]
    line: int
    process: int = 0
    variables: tuple[Token, ...] = ()

    @property
    def span(self) -> Span:
        """The place of the command, from the verb to the end of its last word on that line."""
        first = self.words[0]
        last = next(word for word in reversed(self.words) if word.line == first.line)
        return Span(first.path, first.line, first.column, last.column + last.length - first.column)
