"""The lines of a script as its shell reads them: continued ones are one, comments and texts over several are none."""

from __future__ import annotations

import re

from ipseclint.formats.kit.token import Token, joined
from ipseclint.formats.netsh.command_words import goes_on, opens_text
from ipseclint.formats.netsh.flow import Flow
from ipseclint.formats.netsh.hosts import BATCH, POWERSHELL, Host
from ipseclint.formats.netsh.unfollowed import Unfollowed
from ipseclint.late import late

_COMMENT = late(r"[ \t]*(?:(?:@[ \t]*)?rem(?![^\s.,;:=+/\\])|:|#)", re.IGNORECASE)
_SWALLOWED = late(r"[ \t]*(?:(?:@[ \t]*)?rem(?![ \t])|#)[^&|]*[&|]", re.IGNORECASE)
"""What looks like a comment of cmd.exe and may end at an operator."""
_TYPOGRAPHIC = dict.fromkeys(map(ord, "\u201c\u201d\u201e"), '"')
"""What PowerShell takes for a double quote besides (about_Quoting_Rules, language specification 2.3.5.2)."""
_FENCE = late(r"[ \t]*`{3,}[ \t]*")
_ITEM = late(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+`(netsh\b[^`]*)`[ \t.]*", re.IGNORECASE)
"""An item of a list in Markdown that is one command."""


class WholeLines:
    """Makes whole lines of physical ones, which it is given one by one.

    `flow` hears of labels, which are comments; `unfollowed` of texts over several lines, whose commands do not run.
    """

    def __init__(self, host: Host, path: str, flow: Flow, unfollowed: Unfollowed) -> None:
        self.path = path
        self._host = host
        self._flow = flow
        self._unfollowed = unfollowed
        self._pending: list[Token] = []
        self._in_text: str | None = None

    @property
    def goes_on(self) -> bool:
        """Whether the last line goes on in the next."""
        return bool(self._pending)

    @property
    def is_open(self) -> bool:
        """Whether the next line belongs to one before it."""
        return bool(self._pending) or self._in_text is not None

    def line(self, number: int, text: str) -> Token:
        """A physical line with its place."""
        return Token(text, self.path, number, 1)

    def take(self, number: int, line: str) -> Token | None:
        """The whole line that is complete with a physical one; None if there is none."""
        if self._host is POWERSHELL and "'" not in line:
            line = line.translate(_TYPOGRAPHIC)
        if self._in_text is None and self._host is POWERSHELL and line.lstrip().startswith("<#"):
            self._in_text = "#>"
        if self._in_text is not None:
            return self._behind_text(number, line, self._in_text)
        if _FENCE.fullmatch(line):
            return self.end()
        if not self._pending and _COMMENT.match(line):
            self._flow.arrive(line)
            if self._host is BATCH and _SWALLOWED.match(line):
                self._unfollowed.line(self.line(number, line))
            return None
        mark = self._host.continuation
        if mark is not None and goes_on(line, mark) and (self._pending or not _ITEM.fullmatch(line)):
            self._pending.append(self.line(number, line.rstrip()[:-1]))
            return None
        whole = self.line(number, line)
        if self._host is POWERSHELL and (ends_with := opens_text(line)):
            self._in_text = ends_with
            before, self._pending = self._pending, []
            self._unfollowed.line(joined([*before, whole]))
            return None
        if self._pending:
            self._pending.append(whole)
            return self.end()
        item = _ITEM.fullmatch(line)
        return whole.part(item.start(1), item.end(1)) if item else whole

    def end(self) -> Token | None:
        """The line that the end of the script leaves in continuation."""
        pieces, self._pending = self._pending, []
        return joined(pieces) if pieces else None

    def _behind_text(self, number: int, line: str, ends_with: str) -> Token | None:
        """What stands behind the end of a comment, or of a text over several lines: their commands do not run."""
        at = line.find(ends_with) if ends_with != "#>" else line.find(ends_with) + 1 or -1
        if len(ends_with) == 2 and ends_with != "#>":
            at = 0 if line.startswith(ends_with) else -1
        if ends_with != "#>":
            self._unfollowed.line(self.line(number, line))
        if at < 0:
            return None
        self._in_text = None
        return self.line(number, line).part(at + len(ends_with) - (ends_with == "#>"))
