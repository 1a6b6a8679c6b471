"""A text as it is meant where it is written within markup, a text of a program or an address, or with signs that nobody
sees."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain

from msgspec import Struct

from ipseclint.late import late
from ipseclint.secrets.names import (
    BLANKS,
    INVISIBLE,
    QUOTES,
    SIGNS_OF_FORMS,
    SIGNS_OF_MAILS,
    as_bytes,
    has_match,
)
from ipseclint.secrets.places import Place

_WRITTEN = {
    "&": late(r"&(?:amp;){0,3}(?:#\w{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE),
    "\\": late(r"\\\\{0,7}(?:[\"'nrtNRT]|[uU][0-9a-fA-F]{4})"),
    "%": late("%[0-9a-f]{2}", re.IGNORECASE),
    **{quote: late(quote) for quote in QUOTES},
    "<": late("<br[ ]?/?>", re.IGNORECASE),
    **{sign: late(sign) for sign in f"{BLANKS}{INVISIBLE}"},
}
"""Signs that are written as others, by the first of them, which most texts lack and an expression has to begin with:
from there Python looks for it as fast as for a piece."""
_OF_MAILS = {"=": late(r"=(?:[ \t]*\n|[0-9a-f]{2})", re.IGNORECASE)}
"""What a mail writes in place of others."""
_OF_FORMS = {
    "+": late(r"\+"),
    "%": _WRITTEN["%"],
    "=": late(r"(?:^|[?&])[\w.-]{1,40}=(?!=)", re.MULTILINE),
}
"""What an address, or a form that is sent as one, has between words; the name of a field stands before a text."""
_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b"
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


def all_meant_by(text: str) -> Iterator[Meant]:
    """What a text may mean: with each escaped sign as the sign, and where it has others, also with its backslashes as
    they are, which may part the folders of a path; and what a mail means that is written in signs of ASCII, and a form
    that is sent in an address."""
    yield meant_by(text)
    others = {sign: each for sign, each in _WRITTEN.items() if sign != "\\" and sign in text}
    if others and "\\" in text and _WRITTEN["\\"].search(text) is not None:
        yield meant_by(text, others)
    if "=" in text and has_match(SIGNS_OF_MAILS, as_bytes(text)):
        yield meant_by(text, _OF_MAILS)
    if ("+" in text or "%" in text) and has_match(SIGNS_OF_FORMS, as_bytes(text)):
        yield meant_by(text, _OF_FORMS)


def meant_by(text: str, written_as: Mapping[str, re.Pattern[str]] = _WRITTEN) -> Meant:
    """A text with each escaped sign as the sign, of those that begin so."""
    parts, begins, written = list[str](), [0], [0]
    at = length = 0
    signs = (each.finditer(text) for sign, each in written_as.items() if sign in text)
    for begin, end in sorted(match.span() for match in chain.from_iterable(signs)):
        sign = _sign(text[begin:end])
        parts += text[at:begin], sign
        length += begin - at
        begins += length, length + len(sign)
        written += begin, end
        at, length = end, length + len(sign)
    return Meant("".join([*parts, text[at:]]), begins, written)


@lru_cache(maxsize=1024)
def _sign(written: str) -> str:
    """One sign for a sign as it is written; a blank for what is none that is shown, and nothing for one of no width."""
    if written.startswith("<") or (written[-1] == "=" and written.isascii()):
        return "\n"
    if written == "+" or written.isspace() or written in INVISIBLE:
        return "" if written in INVISIBLE else " "
    if written.startswith("=") and written[-1] == "\n":
        return ""
    if not written.isascii():
        return "'" if written in _SINGLE_QUOTES else '"'
    if written[0] in "%=":
        sign = chr(int(written[1:], 16))
        return sign if sign == "\n" or (sign.isprintable() and sign.isascii()) else " "
    if written.startswith("\\"):
        code = written.lstrip("\\").lower()
        sign = chr(int(code[1:], 16)) if len(code) > 1 else _OF_PROGRAMS.get(code, code)
    else:
        sign = _of_markup(written[1:])
    if sign in INVISIBLE:
        return ""
    return sign if sign == "\n" or (sign.isprintable() and sign != _UNKNOWN) else " "


def _of_markup(name: str) -> str:
    """The sign that markup writes by a number or a name; the whole for another word between its signs."""
    from html import unescape  # it has tables of names, and most texts are escaped by backslashes alone
    from html.entities import html5

    while name.lower().startswith("amp;") and len(name) > len("amp;"):
        name = name[len("amp;") :]
    if name.startswith("#"):
        return unescape(f"&{name}")
    return html5.get(name) or html5.get(name.lower()) or f"&{name}"
