"""Keys in damaged text, where the sign, quote or tag between a name and its key is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipseclint.late import late
from ipseclint.secrets.masks import lookalike_places
from ipseclint.secrets.places import Place
from ipseclint.secrets.values import end_of

_MAX_CHARACTERS, _MAX_PIECES = 1000, 12
"""How far after its name a key is sought, and how many pieces of markup may stand between (reasoned)."""
_OF_VALUES = frozenset({"data", "asstring", "value", "string", "text"})
"""The elements that hold values."""
_LOCATORS = ("locuri", "omauri", "key", "name")
_QUOTED = late(r"(?:[\"'][ \t\n;:.|]*|[ \t]+)([\"'])([^\"'\n=]+=*)(?=[\"'\n]|\Z)")
_TAG_END = late(r"[\"'][^<>\n]{0,200}>([^<\n]+)")
_VALUE = late(r"[\"']\s*[,;]\s*[\"']?(?:value|data)\b[\"']?[\s:=]*[\"']?([^\"'\n,}]+)", re.IGNORECASE)
_LAST_WORD = late(r"[ \t]+(?!\{[ \t]*(?:\n|\Z))([^\s=]+)[ \t]*(?=\n|\Z)")
_WORD = late(r"[\"'\]:;,.| \t]+[^\s=\"',;}]+=*(?=[\s\"',;}]|\Z)")
"""The word after a name. One with a sign in it is a parameter of its own, and may itself name a key."""


def after_locator(text: str, begin: int, end: int) -> Iterator[Place]:
    """The texts behind a locator or an element that ends in a key's name, up to the end of its item.

    A tag may be torn: its words except the first are then text as well.
    """
    last = min(len(text), end + _MAX_CHARACTERS)
    opened = text.find("<", end, last)
    if opened < 0 or text[end:opened].strip() or not _is_locator(text, begin):
        return
    if text[opened + 1 : opened + 2] == "<":  # a here-document of a shell, as in chap-secrets <<EOF
        return
    at = opened
    for number in range(_MAX_PIECES):
        following = text.find("<", at + 1, last)
        until = following if following >= 0 else last
        name = text[at + 1 : until].casefold()
        if name.startswith(("/data", "/item")) or (number and name.startswith(_LOCATORS)):
            return
        closing = text.find(">", at, until)
        begun = closing + 1 if closing >= 0 else at + len(text[at:until].split(None, 1)[0])
        if text[begun:until].strip():
            yield begun, until
        if following < 0:
            return
        at = following


def _is_locator(text: str, begin: int) -> bool:
    """Whether a name ends a locator, or is the whole content of its element."""
    return text[begin - 1 : begin] == "/" or text[max(0, begin - 5) : begin].casefold().endswith("<key>")


def before_end_tag(text: str, tag: int) -> Iterator[Place]:
    """The text before an end tag that names a key, if its start tag may be lost; or the values within it."""
    low = max(0, tag - _MAX_CHARACTERS)
    low = max(low, text.rfind("\n\n", low, tag) + 1)
    begin = max(low, text.rfind(">", low, tag) + 1)
    if text[begin:tag].strip():
        if begin != tag - _MAX_CHARACTERS:
            yield begin, tag
        return
    for _ in range(_MAX_PIECES):
        closing = text.rfind("</", low, tag)
        if closing < 0:
            return
        name = text[closing + 2 : tag].strip().rstrip(">").rpartition(":")[2].casefold()
        if name not in _OF_VALUES:
            return
        begin = max(low, text.rfind(">", low, closing) + 1)
        if text[begin:closing].strip():
            yield begin, closing
        tag = max(low, text.rfind("<", low, begin))


def behind_name(text: str, end: int, *, is_indented: bool = False) -> Iterator[Place]:
    """A possible key behind a name without a sign between them.

    It is quoted, the text of a torn tag, a value beside the name, or the rest of an indented line that begins with the
    name; of other bare words, those that look like keys.
    """
    for pattern in (_QUOTED, _VALUE, _TAG_END, *((_LAST_WORD,) if is_indented else ())):
        if (match := pattern.match(text, end)) is not None:
            yield match.span(match.lastindex or 0)
            return
    yield from lookalike_places(text, end, end_of(_WORD.match(text, end), end))
