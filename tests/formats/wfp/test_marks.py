"""The first mark at or after a place is the one that looking at every place finds, in whatever order one asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from tests.cases import cases
from tests.formats.wfp.inputs import FOLDER, read_text

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


OTHERWISE: dict[str, Callable[[str], str]] = {
    "numbers of letters": lambda text: "".join(f"&#{ord(letter)};" if letter.isalnum() else letter for letter in text),
    "CDATA": lambda text: f"<![CDATA[{text}]]>",
    "half of it CDATA": lambda text: f"{text[: len(text) // 2]}<![CDATA[{text[len(text) // 2 :]}]]>",
    "a comment within": lambda text: f"{text[: len(text) // 2]}<!-- -->{text[len(text) // 2 :]}",
    "blanks around": lambda text: f"\n   {text}\n  ",
}
"""What is the same text to every reader of XML."""


@cases("name", ["wfp-state/site-policies.xml", "wfp-netevents/failures.xml", "wfp-filters/filters.xml"])
@cases("way", OTHERWISE)
def test_what_is_read_does_not_depend_on_how_texts_are_written(name: str, way: str) -> None:
    text = (FOLDER / name).read_bytes().decode("utf-8-sig")
    assert counted(_TEXT.sub(lambda found: OTHERWISE[way](found[0]), text)) == counted(text)


_TEXT = re.compile(r"(?<=>)[^<>&\s][^<>&]*(?=</)")


def counted(text: str) -> tuple[int, int, int]:
    parsed = read_text(text)
    return len(parsed.policy.wfp_filters), len(parsed.policy.quick_mode_crypto_sets), len(parsed.events)
