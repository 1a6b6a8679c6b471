"""Texts of commands that a script hands to another program: cut into words, and for cmd.exe into commands first.

Source: the pages of `cmd` and of Command shell overview (conditional processing symbols, redirection).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ipseclint.formats.powershell.script.arguments.binding import Argument
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.value import Value, text_of

_OPTION = re.compile(r"/[a-bd-jl-z](?::\w{1,4})?\Z", re.IGNORECASE)
_RUNS = frozenset({"/c", "/k"})
_PART = re.compile(
    r"\"[^\"]*+\"?|(?P<joins>&&|\|\||[&|])|(?P<redirects>\d?(?:>>?|<)[ \t]*+(?:&\d|\"[^\"]*+\"|[^\s\"&|<>]++)?)|\^.?"
)
"""A text in quotation marks, what joins two commands, what turns an output elsewhere, an escaped sign."""


class CommandOfCmd(NamedTuple):
    """One command of a line for cmd.exe; `is_certain`: it runs whatever the one before it leaves."""

    arguments: Sequence[Argument]
    is_certain: bool = True


def commands_of_cmd(values: Sequence[Value]) -> Iterator[CommandOfCmd]:
    """The commands that `cmd` runs, called with these words; none if it is given none."""
    at = next((at for at, value in enumerate(values) if _OPTION.match(text_of(value)) is None), len(values))
    if at == len(values) or text_of(values[at]).casefold() not in _RUNS:
        return
    rest = values[at + 1 :]
    if len(rest) > 1:
        yield CommandOfCmd([Argument(None, value, value.start, value.end) for value in rest])
    elif rest:
        for joined_by, piece in _pieces(rest[0]):
            arguments = cut(piece)
            if arguments:
                yield CommandOfCmd(arguments, is_certain=joined_by != "||")


def _pieces(value: Value) -> Iterator[tuple[str, Value]]:
    """The commands in a text, each with what joins it to the one before; without what turns their output elsewhere."""
    text = text_of(value)
    if value.is_unknown or not any(sign in text for sign in "&|<>"):
        yield "", value
        return
    is_literal = value.end - value.start == len(text)
    shown = _PART.sub(lambda part: " " * len(part[0]) if part["redirects"] else part[0], text)
    joined_by, start = "", 0
    for part in (*(part for part in _PART.finditer(text) if part["joins"]), None):
        end = len(text) if part is None else part.start()
        place = (value.start + start, value.start + end) if is_literal else (value.start, value.end)
        yield joined_by, Value(shown[start:end], *place)
        if part is not None:
            joined_by, start = part[0], part.end()


def cut(value: Value | None) -> Sequence[Argument]:
    """The arguments in a list of texts, each of which may hold several."""
    arguments: list[Argument] = []
    for item in flat(value) if value is not None else ():
        if item.is_unknown:
            arguments.append(Argument(None, item, item.start, item.end))
            continue
        text = text_of(item)
        is_literal = item.end - item.start == len(text)
        for match in re.finditer(r'(?:[^\s"]|"[^"]*")+', text):
            place = (item.start + match.start(), item.start + match.end()) if is_literal else (item.start, item.end)
            word = match[0]
            if word.startswith('"') and word.endswith('"') and len(word) > 1 and is_literal:
                place = (place[0] + 1, place[1] - 1)
            arguments.append(Argument(None, Value(word.replace('"', ""), *place), *place))
    return arguments
