"""Places of the elements of a subtree: byte offsets, from which lines and columns are computed on demand."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

from lxml import etree

from ipseclint.late import late

_LINE_END = late(rb"\r\n?|\n")
_CONTINUATION = bytes(range(0x80, 0xC0))
"""UTF-8 bytes that do not begin a character."""

_BLOCK_BITS = 12

TAG = late(
    rb"<(?:!--.*?(?:-->|\Z)|!\[CDATA\[.*?(?:\]\]>|\Z)|\?.*?(?:\?>|\Z)|/[^<>]*>"
    rb"|[^<>\"'!?/][^<>\"']*(?:(?:\"[^\"<]*\"|'[^'<]*')[^<>\"']*)*>)",
    re.DOTALL,
)
"""Constructs that begin with `<` in well-formed XML without a document type: tags, comments, sections, instructions."""

_REMARKS = late(rb"(?:\s++|<!--.*?-->|<\?.*?\?>)*+", re.DOTALL)
"""Constructs allowed behind the end of a document."""

_SLASH = ord("/")
_NO_TAGS = frozenset(b"!?")


class Places:
    """The places of an element and its descendants, in the well-formed UTF-8 that lxml parsed.

    `line` and `column` are those of the first byte.
    """

    def __init__(self, xml: bytes, top: etree._Element, line: int, column: int) -> None:
        self._xml = xml
        self._top = top
        self._line = line
        self._column = column
        self._nodes = enumerate(top.iter())
        self._numbers: dict[etree._Element, int] = {}
        self._tags = TAG.finditer(xml)
        self._starts = array("q")
        self._ends = array("q")
        self._open: list[int] = []

    def start(self, node: etree._Element) -> tuple[int, int]:
        """Line and column, from 1, of an element's `<`."""
        return self._place(self._starts[self._reached(node)])

    def end(self, node: etree._Element) -> tuple[int, int]:
        """Line and column, from 1, of an element's end tag; for an empty element, those behind its tag."""
        return self._place(self._ends[self._reached(node)])

    @cached_property
    def text(self) -> str:
        """The bytes, one character each."""
        return self._xml.decode("latin-1")

    def begin(self, node: etree._Element) -> int:
        """The offset of an element."""
        return 0 if node is self._top and self._xml.startswith(b"<") else self._starts[self._reached(node)]

    def behind(self, node: etree._Element) -> int:
        """The offset behind an element."""
        end = self._ends[self._reached(node)]
        return self._xml.index(b">", end) + 1 if self._xml.startswith(b"</", end) else end

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of an offset."""
        return self._place(offset)

    def agree(self) -> bool:
        """Whether the bytes have as many elements as lxml, and only blanks, comments and instructions behind the root.

        When lxml repairs a namespace, it ignores what stands behind the end of the document.
        """
        self._read_tags(-1)
        self._numbers.update((node, number) for number, node in self._nodes)
        if len(self._starts) != len(self._numbers):
            return False
        return _REMARKS.fullmatch(self._xml, self.behind(self._top)) is not None

    def _reached(self, node: etree._Element) -> int:
        """The number of an element in document order; tags are read up to its end."""
        while node not in self._numbers:
            number, other = next(self._nodes)
            self._numbers[other] = number
        number = self._numbers[node]
        if number >= len(self._ends) or self._ends[number] < 0:
            self._read_tags(number)
        return number

    def _read_tags(self, last: int) -> None:
        xml, starts, ends, open_numbers = self._xml, self._starts, self._ends, self._open
        for match in self._tags:
            begin, end = match.span()
            kind = xml[begin + 1]
            if kind == _SLASH:
                if not open_numbers:  # behind the end of a document more may be closed than is open
                    continue
                number = open_numbers.pop()
                ends[number] = begin
            elif kind in _NO_TAGS:
                continue
            else:
                number = len(starts)
                starts.append(begin)
                if xml[end - 2] == _SLASH:
                    ends.append(end)
                else:
                    ends.append(-1)
                    open_numbers.append(number)
                    continue
            if number == last:
                break

    @cached_property
    def _line_starts(self) -> array[int]:
        lines = self._xml.splitlines(keepends=True)
        if lines and not lines[-1].endswith((b"\n", b"\r")):
            lines.pop()
        return array("q", accumulate(map(len, lines)))

    @cached_property
    def _characters(self) -> array[int] | None:
        """The number of characters before each block of bytes; None for pure ASCII."""
        if self._xml.isascii():
            return None
        counts, count = array("q"), 0
        for begin in range(0, len(self._xml) + 1, 1 << _BLOCK_BITS):
            counts.append(count)
            count += len(self._xml[begin : begin + (1 << _BLOCK_BITS)].translate(None, _CONTINUATION))
        return counts

    def _characters_before(self, offset: int) -> int:
        if self._characters is None:
            return offset
        block = offset >> _BLOCK_BITS
        return self._characters[block] + len(self._xml[block << _BLOCK_BITS : offset].translate(None, _CONTINUATION))

    def _place(self, offset: int) -> tuple[int, int]:
        lines = bisect_right(self._line_starts, offset)
        if not lines:
            return self._line, self._column + self._characters_before(offset)
        begin = self._characters_before(self._line_starts[lines - 1])
        return self._line + lines, self._characters_before(offset) - begin + 1


def innermost_open(xml: bytes) -> tuple[str, int]:
    """The name of the innermost open element where well-formed XML is cut off, and the number of lines before it."""
    open_tags: list[re.Match[bytes]] = []
    for match in TAG.finditer(xml):
        kind = xml[match.start() + 1]
        if kind == _SLASH:
            open_tags.pop()
        elif kind not in _NO_TAGS and xml[match.end() - 2] != _SLASH:
            open_tags.append(match)
    begin = open_tags[-1].start()
    name = re.split(rb"[\s/>]", open_tags[-1][0][1:], maxsplit=1)[0]
    return name.decode("utf-8", "replace"), len(_LINE_END.findall(xml, 0, begin))
