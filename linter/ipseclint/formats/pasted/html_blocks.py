"""Code blocks of an HTML page: `<pre>`, and `<code>` on lines of its own.

Also `<programlisting>` and `<screen>` of DocBook, `<codeblock>` of DITA, and the text of a Confluence macro.
"""

from __future__ import annotations

import html.parser
import re
from collections import Counter

from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import PROGRAM

MAX_BLOCKS = 200
"""How many blocks of a page are looked at (reasoned: far above any real page)."""

_BLOCKS = frozenset({"pre", "code", "programlisting", "screen", "literallayout", "codeblock", "ac:plain-text-body"})
_HAS_CODE = late(rf"<(?:{'|'.join(sorted(_BLOCKS))})\b", re.IGNORECASE)
_BREAKS = frozenset({"br", "div", "p", "li", "tr"})
"""Tags with which a line of a block begins, or ends."""
_CDATA = "CDATA["


def blocks_of(text: str) -> list[dict[int, str]]:
    """The lines of each block, numbered from 1, at their columns, except behind entities such as `&quot;`."""
    if not has_code(text):
        return []
    return [block for block in _read(text).blocks if any(line.strip() for line in block.values())]


def around_blocks(text: str) -> tuple[list[int], list[tuple[int, int, str]]]:
    """The lines of which several blocks have a part, and the visible lines outside, split at tags, each placed."""
    page = _read(text)
    times = Counter(number for block in page.blocks for number, line in block.items() if line.strip())
    outside = [
        (number + below, 1 if below else column + 1, line.rstrip("\r"))
        for number, column, data in page.outside
        for below, line in enumerate(data.split("\n"))
    ]
    return sorted(number for number, count in times.items() if count > 1), outside


def has_code(text: str) -> bool:
    """Whether an element of a page tells what is code."""
    return _HAS_CODE.search(text) is not None


def _read(text: str) -> _Page:
    page = _Page()
    page.feed(text)
    page.close()
    return page


_PROGRAM = late(rf"\s*(?:{PROGRAM}|cmd)\b", re.IGNORECASE)
"""What is of cmd.exe, where `&` parts commands; in PowerShell `;` does."""


class _Page(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.blocks: list[dict[int, str]] = []
        self._open: list[str] = []
        self.outside: list[tuple[int, int, str]] = []
        self._is_beside = False
        self._hidden = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - given by the parser
        """Begin an element."""
        if tag in {"script", "style"}:
            self._hidden = tag
        if tag in _BREAKS and self._open and self.blocks:
            self._is_beside = bool(self.blocks[-1].get(self.getpos()[0], "").strip())
        if tag in _BLOCKS:
            number, _ = self.getpos()
            is_beside = tag == "code" and bool(self.blocks) and number in self.blocks[-1]
            if not self._open and not is_beside and len(self.blocks) < MAX_BLOCKS:
                self.blocks.append({})
            self._is_beside = not self._open and is_beside
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if tag == self._hidden:
            self._hidden = ""
        if tag in self._open:
            del self._open[self._open.index(tag) :]

    def handle_data(self, data: str) -> None:
        """Take text."""
        self._take(data, *self.getpos())

    def unknown_decl(self, data: str) -> None:
        """Take the text of a CDATA section."""
        if data.startswith(_CDATA):
            number, column = self.getpos()
            self._take(data.removeprefix(_CDATA), number, column + len(f"<![{_CDATA}"))

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Skip a marked section; one unknown to HTML is a comment, as in browsers."""
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:  # what the parser of Python has for it
            return self.parse_bogus_comment(i)

    def _take(self, data: str, number: int, column: int) -> None:
        if not self._open or not self.blocks or self._hidden:
            if not self._open and not self._hidden:
                self.outside.append((number, column, data))
            return
        block = self.blocks[-1]
        is_below = data.startswith(("\n", "\r"))
        if self._is_beside and number in block and not is_below:  # not so where the tag ends on a later line
            sign = "&" if _PROGRAM.match(block[number]) else ";"
            block[number] = block[number].ljust(column - 2) + f"{sign} "
        self._is_beside = False
        for line in data.split("\n"):
            block[number] = block.get(number, " " * column) + line.rstrip("\r")
            number, column = number + 1, 0

    def handle_entityref(self, name: str) -> None:
        """Take the character of a named reference."""
        self.handle_data(html.unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        """Take the character of a numeric reference."""
        self.handle_data(html.unescape(f"&#{name};"))
