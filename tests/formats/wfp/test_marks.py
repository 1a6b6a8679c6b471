"""The first mark at or after a place is the one that looking at every place finds, in whatever order one asks."""

from __future__ import annotations

from random import Random

from ipseclint.formats.wfp.marks import Marks

MARKS, LEAD, VALUES = (b"HOT", b"aH"), b"<k>", (b"a", b"HO", b"")


def found(data: bytes, start: int, end: int, *, values: bool) -> int:
    """The answer by looking at each place."""
    for place in range(start, end):
        if data.startswith(MARKS, place):
            return place
        rest = data[place + len(LEAD) :]
        if values and data.startswith(LEAD, place) and b"<" in rest and rest.partition(b"<")[0] in VALUES:
            return place
    return -1


def test_each_place_of_drawn_bytes() -> None:
    rng = Random(3)
    for _ in range(120):
        data = b"".join(rng.choice((b"HOT", b"H", b"a", b"<k>", b"<k>a<", b"<k>b<", b"<", b"x")) for _ in range(14))
        data += b"<"
        for values in (False, True):
            marks = Marks(MARKS, LEAD, VALUES if values else ())
            starts = sorted(rng.randrange(len(data)) for _ in range(8))
            for start in starts:
                end = rng.choice((len(data), rng.randint(start, len(data))))
                assert marks.find(data, start, end) == found(data, start, end, values=values)
