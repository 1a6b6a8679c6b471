"""A search for the next of several byte strings."""

from __future__ import annotations

from collections.abc import Collection


class Marks:
    """Byte strings to look for, and optionally a lead with the values that count behind it.

    `find` may be called repeatedly from later offsets of the same bytes: the last position of each mark is kept, so
    that a rare mark is not searched for again each time.
    """

    def __init__(self, marks: Collection[bytes], lead: bytes = b"", values: Collection[bytes] = ()) -> None:
        self._marks = tuple(marks)
        self._lead = lead
        self._values = frozenset(values)
        self._data = b""
        self._next: list[int] = []

    def find(self, data: bytes, start: int, end: int) -> int:
        """The offset of the first mark that begins at or after `start` and before `end`, or -1."""
        if data is not self._data:
            self._data = data
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
