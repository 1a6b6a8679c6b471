"""The blocks of code in a page of HTML: what stands in `<pre>`, and in `<code>` that has its lines for itself."""

from __future__ import annotations

import html.parser
import re

MAX_BLOCKS = 200
"""How many blocks of a page are looked at (reasoned: far above any real page)."""

_HAS_CODE = re.compile(r"<(?:pre|code)\b", re.IGNORECASE)


def blocks_of(text: str) -> list[dict[int, str]]:
    """The lines of each block, by number from 1: at their columns, but for signs written as `&quot;` before them."""
    if _HAS_CODE.search(text) is None:
        return []
    page = _Page()
    page.feed(text)
    page.close()
    return [block for block in page.blocks if any(line.strip() for line in block.values())]


_PROGRAM = re.compile(r"\s*(?:netsh|reg|sc|net|cmd)\b", re.IGNORECASE)
"""What is of cmd.exe, where `&` parts commands; in PowerShell `;` does."""


class _Page(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.blocks: list[dict[int, str]] = []
        self._open: list[str] = []
        self._is_beside = False

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - given by the parser
        """Begin a block."""
        if tag in {"pre", "code"}:
            number, _ = self.getpos()
            is_beside = tag == "code" and bool(self.blocks) and number in self.blocks[-1]
            if not self._open and not is_beside and len(self.blocks) < MAX_BLOCKS:
                self.blocks.append({})
            self._is_beside = not self._open and is_beside
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """End it."""
        if tag in self._open:
            del self._open[self._open.index(tag) :]

    def handle_data(self, data: str) -> None:
        """Take text."""
        if not self._open or not self.blocks:
            return
        number, column = self.getpos()
        block = self.blocks[-1]
        if self._is_beside:
            sign = "&" if _PROGRAM.match(data) else ";"
            block[number] = block[number].ljust(column - 2) + f"{sign} "
            self._is_beside = False
        for line in data.split("\n"):
            block[number] = block.get(number, "").ljust(column if number not in block else 0) + line.rstrip("\r")
            number, column = number + 1, 0

    def handle_entityref(self, name: str) -> None:
        """Take the sign that a name stands for."""
        self.handle_data(html.unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        """Take the sign that a number stands for."""
        self.handle_data(html.unescape(f"&#{name};"))
