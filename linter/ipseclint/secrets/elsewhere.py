"""Keys that no name stands before: in columns, in lists of methods, in variables that stand for a key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ipseclint.late import late
from ipseclint.secrets.masks import lookalike_places
from ipseclint.secrets.names import NAME, VARIABLE
from ipseclint.secrets.places import Place

_TABLE_HEAD = late(r"^(?:[\w.-]+|\"[^\"\n]*\")(?:([,;\t])(?:[\w.-]+|\"[^\"\n]*\"))+$", re.MULTILINE)
_TORN_HEAD = late(r"^ *+\"?+[\w .-]*+\"?+(?:[,;\t|] *+\"?+[\w .-]*+\"?+)++$", re.MULTILINE)
"""A head with blanks, without a name, or with a quote lost."""
_SIGNS = late(r"[,;\t|]")
_COMMA_FIELD = late(r'("(?:[^"]|"")*"|[^,\n]*)(,|\n|\Z)')
_SEMICOLON_FIELD = late(r'("(?:[^"]|"")*"|[^;\n]*)(;|\n|\Z)')
_TAB_FIELD = late(r'("(?:[^"]|"")*"|[^\t\n]*)(\t|\n|\Z)')
_FIELDS = {",": _COMMA_FIELD, ";": _SEMICOLON_FIELD, "\t": _TAB_FIELD}
_METHODS = late(r"\bauth[12][\"']?[ \t]*=[ \t]*(\"[^\"\n]*|[^\s\"&|]+)", re.IGNORECASE)
_METHOD = late(r"(?:comp|user|anon|none|no$|%|!|\$|not)", re.IGNORECASE)
_ASSIGNMENT = late(
    r"\bset(?:x[ \t]+(\w+)[ \t]+|[ \t]+(?:/a[ \t]+)?\"?(\w+)[ \t]*=)"
    r"|\$\{?(?:\w+:)?(\w+)\}?[ \t]*="
    r"|%%?(\w+)[ \t]+in[ \t]*\(",
    re.IGNORECASE,
)
_SET = late(r"(?:(?!&{1,2}[ \t]*set\b)[^\n\"])*", re.IGNORECASE)
_ASSIGNED = late(r"[^\n]*")
_LISTED = late(r"[^)\n]*")


def in_columns(text: str) -> Iterator[Place]:
    """The fields below a name of a key in the head of a table whose fields a sign parts."""
    reach = 0
    for head in _TABLE_HEAD.finditer(text):
        names = head[0].split(head[1])
        columns = {number for number, name in enumerate(names) if NAME.fullmatch(name.strip('"').lower())}
        if not columns or head.start() < reach:
            continue
        field = _FIELDS[head[1]]
        at, number = head.end() + 1, 0
        while at < len(text) and not text.startswith("\n", at):
            cell = field.match(text, at)
            if cell is None:
                break
            if number in columns:
                yield cell.span(1)
            at, number = max(cell.end(), at + 1), number + 1 if cell[2] == head[1] else 0
        yield from lookalike_places(text, head.end(), at) if _is_torn(text, head, at) else ()
        reach = at


def _is_torn(text: str, head: re.Match[str], end: int) -> bool:
    """Whether some row of a table has fewer signs between its fields than its head, so that columns are not known."""
    signs = head[0].count(head[1])
    return any(row.count(head[1]) < signs for row in text[head.end() : end].split("\n") if row)


def in_torn_columns(text: str) -> Iterator[Place]:
    """The fields below a name of a key in a head of a table that is written another way, or damaged.

    A row with another number of fields is none, or damaged: what looks like a key in it is one.
    """
    for head in _TORN_HEAD.finditer(text):
        if _TABLE_HEAD.fullmatch(head[0]) or (sign := _SIGNS.search(head[0])) is None:
            continue
        names = head[0].split(sign[0])
        columns = {number for number, name in enumerate(names) if NAME.fullmatch(name.strip(' "').lower())}
        at = head.end() + 1
        while columns and at < len(text):
            end = text.find("\n", at)
            end = end if end >= 0 else len(text)
            row = text[at:end].split(sign[0])
            if len(row) == 1:
                break
            if len(row) == len(names):
                for number in columns:
                    begin = at + sum(len(field) + 1 for field in row[:number])
                    yield begin, begin + len(row[number])
            else:
                yield from lookalike_places(text, at, end)
            at = end + 1


def astray_methods(text: str) -> Iterator[Place]:
    """Words in a list of authentication methods that are none: a key may have got there."""
    for match in _METHODS.finditer(text):
        at = match.start(1)
        for word in match[1].split(","):
            bare = word.strip(" \"'")
            if bare and not _METHOD.match(bare):
                begin = at + word.index(bare)
                yield begin, begin + len(bare)
            at += len(word) + 1


def in_variables(text: str, places: Iterable[Place]) -> Iterator[Place]:
    """The values given to variables that stand where a key should."""
    matches = (VARIABLE.fullmatch(text[begin:end].strip(" \t\"'();,")) for begin, end in places)
    names = {(match[1] or match[2] or match[3]).casefold() for match in matches if match is not None}
    reach = 0
    for match in _ASSIGNMENT.finditer(text) if names else ():
        name = match[match.lastindex or 0].casefold()
        if match.start() < reach or not (name in names or (match.lastindex == 4 and _may_give(name, names))):
            continue
        values = _LISTED if match.lastindex == 4 else _ASSIGNED if match.lastindex == 3 else _SET
        begin, reach = values.match(text, match.end()).span()  # type: ignore[union-attr]
        value = text[begin:reach]
        yield begin + len(value) - len(value.lstrip(" \t\"'")), begin + len(value.rstrip(" \t\"';"))


def _may_give(letter: str, names: Iterable[str]) -> bool:
    """Whether `for /f` with its tokens may give values to the letters behind its own, and some are among names."""
    return len(letter) == 1 and any(len(name) == 1 and name > letter for name in names)
