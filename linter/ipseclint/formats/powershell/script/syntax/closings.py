"""Where quotes, comments and parentheses of a script end."""

from __future__ import annotations

import re

from ipseclint.late import late

_DOUBLE_PART = late(r"`.|\"\"|\"|\$\(", re.DOTALL)
_IN_PARENTHESES = late(r"'[^']*+'|\"[^\"]*+\"|[()]")
_IN_BRACES = late(r"'[^']*+'|\"[^\"]*+\"|(?<![^\s;{}(])#[^\n]*+|[{}]")


class Closings:
    """Finds where what is opened in a text ends; an ending found missing once is not searched again."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._missing: set[str] = set()

    def behind(self, end: str, start: int) -> int:
        """The offset behind the next `end`; `start` if there is none."""
        if end in self._missing:
            return start
        found = self._text.find(end, start)
        if found < 0:
            self._missing.add(end)
            return start
        return found + len(end)

    def behind_double(self, start: int) -> int:
        """The offset behind a string in double quotes, which may contain strings itself."""
        if '"' in self._missing:
            return start
        at = start
        while match := _DOUBLE_PART.search(self._text, at):
            at = match.end()
            if match[0] == '"':
                return at
            if match[0] == "$(":
                at = self.behind_parenthesis(at)
        self._missing.add('"')
        return start

    def behind_parenthesis(self, start: int) -> int:
        """The offset behind the parenthesis that closes the one before `start`; `start` if there is none."""
        return self._behind(start, "(", ")", _IN_PARENTHESES)

    def behind_brace(self, start: int) -> int:
        """The offset behind the brace that closes the one before `start`; `start` if there is none."""
        return self._behind(start, "{", "}", _IN_BRACES)

    def _behind(self, start: int, opens: str, closes: str, signs: re.Pattern[str]) -> int:
        if opens in self._missing:
            return start
        at, open_count = start, 1
        while match := signs.search(self._text, at):
            at = match.end()
            open_count += (match[0] == opens) - (match[0] == closes)
            if open_count == 0:
                return at
        self._missing.add(opens)
        return start
