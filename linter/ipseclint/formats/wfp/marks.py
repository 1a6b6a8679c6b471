"""A search for the next of several byte strings."""

from __future__ import annotations

from collections.abc import Collection

from ipseclint.late import late

_SET_OFF = late(rb">[ \t\r\n]+[^<\s]")
_LOOKED_AT_BYTES = 4 * 1024


def is_plain(data: bytes, start: int = 0) -> bool:
    """Whether texts in some XML stand as they are: no letter as its number, no comment or CDATA, no blanks around."""
    return not (data.find(b"&#", start) >= 0 or data.find(b"<!", start) >= 0 or _is_set_off(data, start))


def _is_set_off(data: bytes, start: int) -> bool:
    """Whether texts have blanks around them; it is one layout for all, so that a few bytes tell."""
    return _SET_OFF.search(data, start, start + _LOOKED_AT_BYTES) is not None


class Marks:
    """Byte strings to look for, and optionally a lead with the values that count behind it.

    `find` may be called repeatedly from later offsets of the same bytes: the last position of each mark is kept, so
    that a rare mark is not searched for again each time. What keeps a text from standing as it is, is a mark as well;
    `each`, which stands in every record, is one where blanks are set around texts.
    """

    def __init__(
        self, marks: Collection[bytes], lead: bytes = b"", values: Collection[bytes] = (), each: bytes = b""
    ) -> None:
        self._marks = (*marks, b"&#", b"<!")
        self._lead = lead
        self._values = frozenset(values)
        self._each = each
        self._data = b""
        self._next: list[int] = []

    def find(self, data: bytes, start: int, end: int) -> int:
        """The offset of the first mark that begins at or after `start` and before `end`, or -1."""
        if data is not self._data:
            self._data = data
            if self._each and _is_set_off(data, start):
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
            position = data.find(self._marks[number], start)
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
