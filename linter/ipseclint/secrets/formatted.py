"""Variables that a program puts in the place of a key: `f"psk={key}"`, `"psk=%s" % key`, `"psk={0}" -f $key`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ipseclint.late import late
from ipseclint.secrets.places import Place, is_argument

_PLACEHOLDER = late(
    r"\{(?P<field>[\w.]{0,80})(?:(?P<call>\((?P<given>[^(){}\n]{0,40})\))|\[[^\[\]{}\n]{1,40}\])?"
    r"(?:![a-z])?(?::[^\s{}]{0,20})?\}"
    r"|%(?:\((?P<key>\w{1,64})\))?[-\d.]{0,8}[a-z](?!\w)"
)
_JOINED = late(r"(?<=[\"'])[ \t]{0,8}[+&][ \t]{0,8}\$?(\w[\w.]{0,80})")
"""A variable behind the text that names the key."""
_LISTED = late(r"([A-Za-z_][\w.]{0,80})\s{0,40}[,\])]")
"""A variable that is an argument of its own behind the one that names the key."""
_OPERATOR = late(r"[\"']{1,3}[)\s]{0,8}(?:\.format\(|%|-f\b|,)", re.IGNORECASE)
"""What stands between a text with placeholders and what is put into it."""
_END_OF_ARGUMENTS = late(r"[;)\]}]")
_ARGUMENT = late(
    r"[\s({]*+(?:(?P<keyword>\w++)[ \t]*+=|[\"'](?P<member>\w++)[\"'][ \t]*+:)?[ \t]*+\$?(?P<name>\w[\w.]*+)"
)
_WORDS = late(r"(?<![\w.\"'])[A-Za-z_][\w.]*+(?![\"'(=])")
"""The variables among the arguments of a call."""
_MAX_CHARACTERS = 1000
"""How far a text with placeholders, and what is put into it, goes (reasoned: one command)."""


def names_put_in(text: str, places: Iterable[Place]) -> Iterator[str]:
    """The names of variables that are put in the place of a key."""
    for begin, _ in places:
        if (joined := _JOINED.match(text, begin)) is not None:
            yield _last(joined[1])
            continue
        if is_argument(text, begin) and (listed := _LISTED.match(text, begin)) is not None:
            yield _last(listed[1])
            continue
        placeholder = _PLACEHOLDER.match(text, begin - (text[begin - 1 : begin] == "{"))
        if placeholder is None:
            continue
        field = placeholder["field"] or placeholder["key"] or ""
        if field and not field.isdecimal():
            yield _last(field.rpartition(".")[0] if placeholder["call"] else field)
        yield from (_last(name) for name in _WORDS.findall(placeholder["given"] or ""))
        yield from (_last(name) for name in _arguments(text, *placeholder.span(), field))


def _last(name: str) -> str:
    """The last part of a name with dots: what is declared."""
    return name.rpartition(".")[2]


def _arguments(text: str, begin: int, end: int, field: str) -> Iterator[str]:
    """The variables for a placeholder; all that are given if it is not known which."""
    operator = _OPERATOR.search(text, end, end + _MAX_CHARACTERS)
    if operator is None:
        return
    closing = _END_OF_ARGUMENTS.search(text, operator.end(), operator.end() + _MAX_CHARACTERS)
    last = min(len(text), operator.end() + _MAX_CHARACTERS) if closing is None else closing.start()
    given = [_ARGUMENT.match(argument) for argument in text[operator.end() : last].split(",")]
    named = [argument for argument in given if argument is not None]
    if by_name := [each for each in named if field in {each["keyword"], each["member"]}]:
        yield from (argument["name"] for argument in by_name)
        return
    opening = text.rfind(operator[0][0], max(0, begin - _MAX_CHARACTERS), begin)
    number = int(field) if field.isdecimal() else len(list(_PLACEHOLDER.finditer(text, max(0, opening), begin)))
    chosen = given[number : number + 1] if opening >= 0 else []
    yield from (argument["name"] for argument in (chosen if any(chosen) else given) if argument is not None)
