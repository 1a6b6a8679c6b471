"""A text as it is meant where it is written within markup or a text of a program."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import chain

from msgspec import Struct

from ipseclint.late import late
from ipseclint.secrets.places import Place

_WRITTEN = {
    "&": late(r"&(?:amp;){0,3}(?:#\w{1,6}|nbsp|quot|apos|amp|[lg]t);", re.IGNORECASE),
    "\\": late(r"\\{1,8}(?:[\"'nrt]|u[0-9a-f]{4})", re.IGNORECASE),
    "%": late("%[0-9a-f]{2}", re.IGNORECASE),
    "<": late("<br[ ]?/?>", re.IGNORECASE),
    **{blank: late(blank) for blank in "\u00a0\u2007\u202f"},
}
"""Signs that are written as others, by the first of them, which most texts lack."""
_UNKNOWN = "\ufffd"
_OF_PROGRAMS = {"n": "\n", "r": " ", "t": " "}


class Meant(Struct, frozen=True):
    """A text without what another language needs to hold it, and where each piece of it begins in both."""

    text: str
    begins: list[int]
    written: list[int]

    def place(self, place: Place) -> Place:
        """A place of this text in the one that was written."""
        return self._at(place[0]), self._at(place[1])

    def _at(self, offset: int) -> int:
        piece = bisect_right(self.begins, offset) - 1
        return self.written[piece] + offset - self.begins[piece]


def meant_by(text: str) -> Meant:
    """A text with each escaped sign as the sign."""
    parts, begins, written = list[str](), [0], [0]
    at = length = 0
    signs = (form.finditer(text) for sign, form in _WRITTEN.items() if sign in text)
    for begin, end in sorted(match.span() for match in chain.from_iterable(signs)):
        parts += text[at:begin], _sign(text[begin:end])
        length += begin - at
        begins += length, length + 1
        written += begin, end
        at, length = end, length + 1
    return Meant("".join([*parts, text[at:]]), begins, written)


@lru_cache(maxsize=1024)
def _sign(written: str) -> str:
    """One sign for a sign as it is written; a blank for what is none that is shown."""
    if written.startswith("<"):
        return "\n"
    if written.isspace():
        return " "
    if written.startswith("%"):
        sign = chr(int(written[1:], 16))
        return sign if sign == "\n" or (sign.isprintable() and sign.isascii()) else " "
    if written.startswith("\\"):
        code = written.lstrip("\\").lower()
        sign = chr(int(code[1:], 16)) if len(code) > 1 else _OF_PROGRAMS.get(code, code)
    else:
        from html import unescape  # it has tables of names, and most texts are escaped by backslashes alone

        name = written[1:].lower().replace("amp;", "") or "amp;"
        sign = unescape(f"&{name}")
    return sign if sign == "\n" or (sign.isprintable() and sign != _UNKNOWN) else " "
