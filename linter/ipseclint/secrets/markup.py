"""Keys in markup: the text of an element whose tag names one, and the value of such an attribute."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from ipseclint.late import late
from ipseclint.secrets.places import Place
from ipseclint.secrets.values import MAX_VALUE_CHARACTERS, begin_of_line, places_of

_MAX_BEFORE_CHARACTERS = 400
"""So far before what may be left open its line is looked at (reasoned: a usage is shorter)."""
_MAX_TAGS_IN_VALUE = 256
_ATTRIBUTE = late(r"[ \t]*=[ \t]*([\"'])")
_OF_CONNECTION = late(r"[ \t]*=[ \t]*([^\s;\"'<>&][^;\"'<>\n]{0,255})")
"""A part of the text of an attribute, as one that tells how to connect to a database has them."""
_ANY_ATTRIBUTE = late(r"\s(?!xmlns|(?:\w{1,16}:)?(?:type|dt)\b)[\w:.-]{1,64}[ \t]{0,8}=[ \t]{0,8}[\"']([^\"'<>]*)")
"""An attribute of an element that is named as a key; its type and its namespace do not count."""
_TAG = late(r"(<|&lt;)(/?)[^<>&]*(/?)(>|&gt;)")
_OF_NO_KEY = late(
    r"(?:<|&lt;)(?:[^<>]{1,80}[ \t](?:\w{1,16}:)?dt=[\"'](?:boolean|int)[\"']|(?:remote_)?ident|keytype)"
    r"(?:>|&gt;)",
    re.IGNORECASE,
)
"""The tag of an element with a number, such as the length of a key, or with what OPNsense has of the ends beside it."""
_MARKUP = late(r"<!\[CDATA\[(?:(?!\]\]>)[\s\S]){0,4096}+\]\]>|<[^<>]*>|&lt;(?:(?!&[lg]t;)[^<>])*&gt;")
_CDATA = late(r"(?:<|&lt;)!\[CDATA\[(.*)\]\](?:>|&gt;)", re.DOTALL)
"""A piece of markup that is text, as it is or escaped."""
_WORDS_LEFT_OPEN = late(r"<[^\W\d][\w'\u2019.-]{0,40}(?:[ ][\w'\u2019.-]{1,40}){1,8}>")
"""A tag of several words without a sign between them, which no XML has."""
_AMONG_WORDS = late(r"(?:[\w)\]}>,:|'\"-][ \t]{1,8}|[\w]=)\[?\Z")
_WORDS_GO_ON = late(
    r"[\]\"'`)]{0,3}(?:[ \t]*+(?=\r?(?:\n|\Z)|[-/<|&>#(\[])|[.,;][ \t\r\n]"
    r"|[ \t]++(?:[a-z]{1,16}|\d{1,3}(?:\.\d{1,3}){3})(?=[ \t\r\n]|\Z))"
)
"""What stands before and behind a value that is left open in the usage of a command, as `key <psk> address <ip>`; an
element of XML begins its line, or stands directly behind another, and its text directly behind it."""
_MAX_TO_END_TAG = 4096
"""So far behind what may be left open an end tag is looked for, as in a text that a script puts together (reasoned)."""


def is_torn(text: str, tag: int) -> bool:
    """Whether a tag that begins at a place has no end of its own."""
    return _TAG.match(text, tag) is None


def _end_of_tag(text: str, at: int) -> int:
    """The end of the tag around a place."""
    ends = (text.find(sign, at, at + MAX_VALUE_CHARACTERS) for sign in (">", "&gt;", "<"))
    return min((end for end in ends if end >= 0), default=at)


def _is_placeholder(text: str, tag: re.Match[str]) -> bool:
    """Whether a tag is a value that is left open, as `<your password>`: words, a whole quotation or one word among
    those of a command or sentence, never closed."""
    begin, end = tag.span()
    is_quoted = begin > 0 and text[begin - 1] in "`\"'*" and text[begin - 1] == text[end : end + 1]
    name = re.split(r"[\s>&]", tag[0][len(tag[1]) :], maxsplit=1)[0]
    if is_quoted or _WORDS_LEFT_OPEN.fullmatch(tag[0]) is not None:
        return text.find(f"/{name}", end, end + _MAX_TO_END_TAG) < 0
    before = text[begin_of_line(text, begin, within=_MAX_BEFORE_CHARACTERS) : begin].lstrip("> \t")
    if _AMONG_WORDS.search(before) is None or "/>" in before or "</" in before or _WORDS_GO_ON.match(text, end) is None:
        return False
    return all(text.find(f"/{name}{sign}", end, end + _MAX_TO_END_TAG) < 0 for sign in (">", "&gt;"))


def in_element(text: str, tag: int, begin: int, end: int) -> Iterator[Place]:
    """The text of an element whose tag names a key, and the value of such an attribute."""
    attribute = _ATTRIBUTE.match(text, end)
    if attribute is not None:
        closing = text.find(attribute[1], attribute.end())
        yield attribute.end(), closing if closing >= 0 else min(len(text), attribute.end() + MAX_VALUE_CHARACTERS)
        return
    yield from places_of(_OF_CONNECTION.match(text, end))
    if not any(map(str.isspace, text[tag:begin])):
        values = _ANY_ATTRIBUTE.finditer(text, end, _end_of_tag(text, end))
        yield from (value.span(1) for value in values if value[1] != text[begin:end])
    whole = _TAG.match(text, tag)
    if whole is None:
        closing = text.find("<", end)
        yield end, closing if closing >= 0 else len(text)
        return
    if whole[2] or whole[0].endswith(("/>", "/&gt;")) or _is_placeholder(text, whole):
        return
    last = min(len(text), whole.end() + MAX_VALUE_CHARACTERS)
    depth, at, is_other = 1, whole.end(), False
    for match in islice(_MARKUP.finditer(text, at, last), _MAX_TAGS_IN_VALUE):
        if text[at : match.start()].strip() and not is_other:
            yield at, match.start()
        is_other = _OF_NO_KEY.fullmatch(text, *match.span()) is not None
        yield from places_of(_CDATA.fullmatch(text, *match.span()))
        at = match.end()
        inner = match[0].removeprefix("&lt;").removeprefix("<")
        depth += -1 if inner.startswith("/") else 0 if inner.startswith(("!", "?")) or "/" in inner[-5:] else 1
        if depth <= 0:
            return
    yield at, last
