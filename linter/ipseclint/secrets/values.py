"""The extent of a value: quoted, in brackets, in digits, or bare with its continuation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipseclint.late import late
from ipseclint.secrets.names import VARIABLE
from ipseclint.secrets.places import Place

MAX_VALUE_CHARACTERS = 65_536
REST = late(r"[^\n]+")
_WRAPPED = late(r"\n(?:[ \t]*\n)? {10,}+(?!\w[\w /-]{0,40}:(?: |\n|\Z)|\w[\w-]{0,40} {1,40}: )([^\n]++)")
"""A line below a labelled value and far from the margin, if it has no label itself."""
_STRAY = late(r"[ \t]+(?:[\^`]\n[ \t]*(?![-\s]))?(?![\^`]\n)[^\s=&|()<>,;]+(?=[\s&|)]|$)")
"""A word after an unquoted key, perhaps on its continuation line, that is no parameter."""
_PARAMETER = late(r"[ \t]+(?:-[A-Za-z]\w+(?=[\s:]|$)|#)")
"""The end of a PowerShell parameter's value: the next parameter, or a comment."""
_TORN = late(r"[&|]([^\s\"'&|;]+)")
"""The text directly after a sign that ends a command: it was part of the key."""
_ESCAPED_QUOTE = late(r"(?:&amp;|&)(?:quot|apos|#0*3[49]|#x0*2[27]);|\\+[\"']", re.IGNORECASE)
"""A quote as escaped in markup or in a program."""
_UNQUOTED = late(r"(?:\"[^\"\n]*\"?|'[^'\n]*'?|[^\s\"'&|])+")
_UNBROKEN = late(r"[&|][^\s\"']+")
_ON_NEXT_LINE = late(r"\n[ \t]*([^\s=:<>\"']+)[ \t]*(?=\n|\Z)")
"""A single word on the line below a name with nothing after its sign."""
_SET_APART = late(r"\n[ \t]*\n {4,}+`?([^\s=:<>\"'`]+)`?[ \t]*(?=\n|\Z)")
"""Such a word below an empty line, indented like a block of a document."""
_BLOCK = late(r"[|>][+-]?[ \t]*\n[ \t]+([^\n]+)")
"""A text that begins on the next line in YAML."""
_MEMBER = late(r"[^\s,\]}]+")
_HEXADECIMAL = late(r"hex(?:\([0-9a-f]+\))?:(?:[^\n\\]|\\\n?)*", re.IGNORECASE)
"""Bytes listed in a registry file, to the end of the value's last line, damaged or not."""


def value_at(text: str, at: int, is_member: bool, sign: str) -> Iterator[Place]:
    """The places of a value: quoted, in brackets, in hexadecimal digits, or bare with the words behind it."""
    if is_member:
        at += len(text[at : at + 4096]) - len(text[at : at + 4096].lstrip())
    first = text[at : at + 1]
    if (digits := _HEXADECIMAL.match(text, at)) is not None:
        yield at, digits.end()
    elif (quote := _ESCAPED_QUOTE.match(text, at)) is not None and not (is_member and first == "\\"):
        end = end_of(REST.match(text, quote.end()), quote.end())
        closing = text.find(quote[0], quote.end(), end)
        yield quote.end(), closing if closing >= 0 else end
    elif text.startswith(('@"', "@'"), at):
        closing = text.find("\n" + text[at + 1] + "@", at)
        yield at + 2, closing if closing >= 0 else len(text)
    elif first in {"[", "{", "("} or text.startswith(("@(", "$("), at):
        yield at + 1, _closing_bracket(text, at)
    elif first in {'"', "'", "\\", "“", "„"} and (sign == ":" or is_member):
        skipped = 2 if first == "\\" else 1
        yield at + skipped, _closing_quote(text, at + skipped, "'" if first == "'" else '"', is_member)
    elif sign == ">" and (closing := text.find("<", at, end_of(REST.match(text, at), at))) >= 0:
        yield at, closing
    elif is_member:
        yield from places_of(_MEMBER.match(text, at))
    elif sign == ":":
        end = end_of(REST.match(text, at), at)
        yield at, end
        yield from _wrapped(text, end)
        yield from places_of(_BLOCK.match(text, at))
        if end == at:
            yield from places_of(_ON_NEXT_LINE.match(text, end) or _SET_APART.match(text, end))
    else:
        yield from _bare(text, at, is_of_parameter=sign == "-")


def _bare(text: str, at: int, *, is_of_parameter: bool) -> Iterator[Place]:
    """A value in a command, with its continuation on the next line and stray words behind it."""
    for _ in range(64):
        quoted = text[at : at + 1] in {'"', "'"}
        end = end_of(_UNQUOTED.match(text, at), at)
        if not quoted and VARIABLE.fullmatch(text, at, end) is None:
            is_over = is_of_parameter and text[end - 1 : end] == ";"
            while not is_over and (stray := _STRAY.match(text, end)) is not None:
                if is_of_parameter and _PARAMETER.match(text, end) is not None:
                    break
                end = stray.end()
            end -= is_over
        if quoted and text[end - 1 : end] == text[at] and end > at + 1:
            yield at + 1, end - 1
        else:
            yield at + quoted, end
        if text[end - 1 : end + 1] not in {"^\n", "`\n"}:
            yield from places_of(_ON_NEXT_LINE.match(text, end) if end == at else None)
            for torn in _TORN.finditer(text, end, end_of(_UNBROKEN.match(text, end), end)) if not quoted else ():
                yield torn.span(1)
            return
        at = end + 1


def _wrapped(text: str, end: int) -> Iterator[Place]:
    """A continuation line of a value in a printed list: indented far, and without a label."""
    match = _WRAPPED.match(text, end)
    if match is not None:
        yield match.span(1)


def _closing_bracket(text: str, at: int) -> int:
    depth = 0
    last = min(len(text), at + MAX_VALUE_CHARACTERS)
    for index in range(at, last):
        if text[index] in "[{(":
            depth += 1
        elif text[index] in "]})":
            depth -= 1
            if depth == 0:
                return index
    return last


def _closing_quote(text: str, at: int, quote: str, is_member: bool) -> int:
    """The end of a quoted text: its quote, which in a member may be lines away, or the end of its line."""
    last = min(len(text), at + MAX_VALUE_CHARACTERS)
    index = at
    while index < last and text[index] != quote and (is_member or text[index] != "\n"):
        index += 2 if text[index] == "\\" and is_member else 1
    return min(index, last)


def places_of(match: re.Match[str] | None) -> Iterator[Place]:
    """The place of a match, of its last group if it has any; nothing for None."""
    if match is not None:
        yield match.span(match.lastindex or 0)


def end_of(match: re.Match[str] | None, otherwise: int) -> int:
    """The end of a match; `otherwise` for None."""
    return otherwise if match is None else match.end()
