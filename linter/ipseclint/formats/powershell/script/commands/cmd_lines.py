"""Words that a script hands to another program: lists with their commas, texts cut into words, and for cmd.exe into
commands first.

Sources: the pages of `cmd` and of Command shell overview (conditional processing symbols, redirection), and of lists
`NativeCommandParameterBinder` in the source of PowerShell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ipseclint.formats.powershell.script.arguments.binding import Argument
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.value import Unknown, Value, text_of
from ipseclint.late import late

_OPTION = late(r"/[a-bd-jl-z](?::\w{1,4})?\Z", re.IGNORECASE)
_RUNS = frozenset({"/c", "/k"})
_PART = late(
    r"\"[^\"]*+\"?|(?P<joins>&&|\|\||[&|])|(?P<redirects>\d?(?:>>?|<)[ \t]*+(?:&\d|\"[^\"]*+\"|[^\s\"&|<>]++)?)|\^.?"
)
"""A text in quotation marks, what joins two commands, what turns an output elsewhere, an escaped sign."""

_ELEMENT = late(r"(?:'(?:[^']|'')*+'|\"(?:[^\"`]|`[\s\S])*+\"|[(\[{][^()\[\]{}]*+[)\]}]|[^,'\"()\[\]{}])++")
"""An element of a list that is written out."""


class CommandOfCmd(NamedTuple):
    """One command of a line for cmd.exe; `is_certain`: it runs whatever the one before it leaves."""

    arguments: Sequence[Argument]
    is_certain: bool = True


def as_handed_on(arguments: Sequence[Argument], text: str) -> list[Argument]:
    """The arguments of a command as another program receives them.

    A list that is written out in the text of the script keeps its commas, as in `480min,0sess`; of any other each
    element is an argument.
    """
    return [each for argument in arguments for each in _with_commas(argument, text)]


def _with_commas(argument: Argument, text: str) -> Iterator[Argument]:
    data = None if argument.value is None else argument.value.data
    written = text[argument.start : argument.end]
    elements = list(_ELEMENT.finditer(written)) if isinstance(data, list) and "," in written else []
    if (
        not isinstance(data, list)
        or len(elements) != len(data)
        or ",".join(element[0] for element in elements) != written
        or any(isinstance(value.data, list) for value in data)
    ):
        yield argument
        return
    pieces: list[Value] = []
    for element, value in zip(elements, data, strict=True):
        start = argument.start + element.end() - len(element[0].lstrip())
        end = argument.start + element.start() + len(element[0].rstrip())
        pieces.append(Value(value.data if value.is_unknown else text_of(value), start, end))
        if element[0] != element[0].rstrip() and element.end() < len(written):
            yield _joined(pieces, "")
            pieces = [Value("", end, end)]
        elif element.end() < len(written) and written[element.end() + 1 : element.end() + 2].isspace():
            yield _joined(pieces, ",")
            pieces = []
    yield _joined(pieces, "")


def _joined(pieces: Sequence[Value], end: str) -> Argument:
    """The elements of a list between two blanks as one argument, which is not known if one of them is not."""
    unknown = next((piece.data for piece in pieces if isinstance(piece.data, Unknown)), None)
    text = ",".join(map(text_of, pieces)) + end
    place = (pieces[0].start, pieces[-1].end + len(end))
    return Argument(None, Value(text if unknown is None else unknown, *place), *place)


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
