"""A text as it is meant where it is written within markup or a text of a program."""

from __future__ import annotations

import re
from bisect import bisect_right

from msgspec import Struct

from ipseclint.late import late
from ipseclint.secrets.places import Place

_WRITTEN = late(
    r"[&\\<%\u00a0\u2007\u202f](?:(?<=%)[0-9a-f]{2}|(?<=&)(?:amp;){0,3}(?:#\w{1,6}|nbsp|quot|apos|amp|[lg]t);"
    r"|(?<=\\)\\{0,7}(?:[\"'nrt]|u[0-9a-f]{4})|(?<=<)br[ ]?/?>|(?<=[\u00a0\u2007\u202f]))",
    re.IGNORECASE,
)
"""One of several signs first, for these are looked for at once, and alternatives are tried at each character."""
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
    for match in _WRITTEN.finditer(text):
        parts += [text[at : match.start()], _sign(match[0])]
        length += match.start() - at
        begins += [length, length + 1]
        written += [match.start(), match.end()]
        at, length = match.end(), length + 1
    return Meant("".join([*parts, text[at:]]), begins, written)


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
