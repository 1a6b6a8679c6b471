"""The lines of a batch file so far, behind its labels: what runs again where it goes back to one.

Source: the page `goto` of the Windows Commands reference.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import mention_in

Line = tuple[int, str, Sequence[str] | None]
"""A line with its number, and the arguments of the section that it runs in."""

_LABEL = late(r"[ \t]*:(?![: \t])([^\s:+,;=]+)")
_GOTO = late(r"\bgoto\b[ \t]*:?[ \t]*([^\s:+,;=&|()]+)", re.IGNORECASE)
_SETS = late(
    r"\bset[ \t]+(?:(?P<sum>/a)[ \t]+|/p[ \t]+)?\"?(?P<name>[a-z_]\w*)[ \t]*(?P<sign>[-+*/%]?)=(?P<rest>[^&|\"]*)",
    re.IGNORECASE,
)
_FILLED = late(r"[%!]([a-z_]\w*)[%!:]")

_MAX_LOOKS = 200
_MAX_LINES = 1_000
"""At how many jumps back it is asked what they change, and over how many lines (reasoned: above any real script)."""


class LinesSoFar:
    """The lines from the first label on, and where each label stands among them.

    `running` are the labels from which lines run again, each with whether it is gone back to once more.
    """

    def __init__(self) -> None:
        self.running: dict[str, bool] = {}
        self._lines: list[Line] = []
        self._labels: dict[str, int] = {}
        self._looks = 0
        self._told: set[str] = set()

    def take(self, number: int, line: str, arguments: Sequence[str] | None) -> None:
        """Keep a line that is read for the first time."""
        if self.running:
            return
        if label := _LABEL.match(line):
            self._labels[label[1].casefold()] = len(self._lines)
        if self._labels:
            self._lines.append((number, line, arguments))

    def label(self, name: str) -> str | None:
        """A label that was passed, as it is kept; None if it was not."""
        return name.casefold() if name.casefold() in self._labels else None

    def since(self, label: str) -> list[Line]:
        """The lines from a label on."""
        return self._lines[self._labels[label] :]

    def changes(self, command: str) -> bool:
        """Whether a command goes back to where commands of IPsec stand, whose values are others the next time."""
        jump = _GOTO.search(command) if self._labels and not self.running else None
        label = None if jump is None else self.label(jump[1])
        if label is None or self._looks > _MAX_LOOKS:
            return False
        self._looks += 1
        texts = [line.casefold() for _, line, _ in self.since(label)[-_MAX_LINES:]]
        if label in self._told or not _carries(texts):
            return False
        self._told.add(label)
        return True


def _carries(texts: Sequence[str]) -> bool:
    """Whether lines, which run again, fill a command of IPsec with what is another value each time.

    Such a value is made of what it was before, or is set only behind the command that it is filled in.
    """
    first: dict[str, int] = {}
    for at, text in enumerate(texts):
        names = _FILLED.findall(text)
        if names and mention_in(text):
            for name in names:
                first.setdefault(name, at)
    for at, text in enumerate(texts):
        for match in _SETS.finditer(text) if first else ():
            is_made_anew = match["sum"] is not None and (match["sign"] or match["name"] in match["rest"])
            if match["name"] in first and (is_made_anew or first[match["name"]] < at):
                return True
    return False
