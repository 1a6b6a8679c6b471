"""Which of many ranges of numbers meet another: those of like length side by side, found by bisection."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator


class Ranges:
    """Numbered ranges of any length, a host among whole networks: (first, last, number), first and last inclusive."""

    def __init__(self, ranges: Iterable[tuple[int, int, int]]) -> None:
        rows: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for row in ranges:
            rows[(row[1] - row[0]).bit_length()].append(row)
        self._rows = {bits: sorted(of_length) for bits, of_length in rows.items()}

    def meeting(self, first: int, last: int) -> Iterator[int]:
        """The numbers of those that have something in common with a range, in no order."""
        for bits, rows in self._rows.items():
            # No range of this length that begins earlier reaches so far.
            begin = bisect_left(rows, (first - (1 << bits),))
            for _, end, number in rows[begin : bisect_right(rows, (last + 1,))]:
                if end >= first:
                    yield number
