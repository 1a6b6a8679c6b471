"""A search for the next of several byte strings."""

from __future__ import annotations

from collections.abc import Collection

from ipseclint.late import late

ANEW = (b"&#", b"<!")
"""What lets a text be written otherwise than by its letters: their numbers, CDATA, a comment within."""
SET_OFF = late(rb">[ \t\r\n]+[^<\s]")
"""A text with blanks around it."""
LOOKED_AT_BYTES = 4 * 1024
"""How much of a piece is looked at for blanks around texts: one layout is of all."""


def is_written_anew(data: bytes) -> bool:
    """Whether a text in these bytes may be written otherwise than by its letters."""
    return any(_find(data, mark) >= 0 for mark in ANEW)


def _find(data: bytes, mark: bytes, start: int = 0) -> int:
    """The offset of a mark from a start on, or -1: its last sign is looked for first, which takes a hundredth of the
    time where it is seldom."""
    last = data.find(mark[-1:], start)
    return -1 if last < 0 else data.find(mark, max(start, last - len(mark) + 1))


class Marks:
    """Byte strings to look for, and optionally a lead with the values that count behind it.

    `find` may be called repeatedly from later offsets of the same bytes: the last position of each mark is kept, so
    that a rare mark is not searched for again each time. What keeps a text from standing as it is, is a mark as well;
    `each`, which stands in every record, is one where blanks are set around texts.
    """

    def __init__(
        self, marks: Collection[bytes], lead: bytes = b"", values: Collection[bytes] = (), each: bytes = b""
    ) -> None:
        self._marks = (*marks, *ANEW)
        self._lead = lead
        self._values = frozenset(values)
        self._each = each
        self._data = b""
        self._next: list[int] = []

    def find(self, data: bytes, start: int, end: int) -> int:
        """The offset of the first mark that begins at or after `start` and before `end`, or -1."""
        if data is not self._data:
            self._data = data
            if self._each and SET_OFF.search(data, start, start + LOOKED_AT_BYTES):
                self._marks, self._each = (*self._marks, self._each), b""
            self._next = [-1] * (len(self._marks) + 1)
        for number, place in enumerate(self._next):
            if place < start:
                self._next[number] = self._look(number, start)
        first = min(self._next)
        return first if first < end else -1

    def _look(self, number: int, start: int) -> int:
        data, absent = self._data, len(self._data)
        if number < len(self._marks):
            position = _find(data, self._marks[number], start)
            return position if position >= 0 else absent
        if not self._values:
            return absent
        place = start
        while (place := data.find(self._lead, place)) >= 0:
            begin = place + len(self._lead)
            if data[begin : data.find(b"<", begin)] in self._values:
                return place
            place = begin
        return absent
