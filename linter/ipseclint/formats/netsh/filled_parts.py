"""What cmd.exe puts into a part of a line when its turn comes: variables in exclamation marks, and what `call` reads
once more."""

from __future__ import annotations

import re

from msgspec.structs import replace

from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.hosts import BATCH
from ipseclint.formats.netsh.variables import Variables
from ipseclint.formats.netsh.words import Part, split_parts
from ipseclint.late import late

_CALLED_SET = late(r"[ \t]*@?call[ \t]+(?=set[ \t])", re.IGNORECASE)


def with_delayed(line: Token, part: Part, variables: Variables) -> Part:
    """A part of a line with its variables in exclamation marks put in, with the values of now."""
    command = _command(line, part)
    filled_in = variables.expanded(command, "!")
    parts = [] if filled_in is command else split_parts(filled_in, BATCH)
    if len(parts) != 1:
        return part
    around = {"separator": part.separator, "closes": part.closes, "opens": part.opens}
    return replace(parts[0], is_first=part.is_first, start=part.start, **around)


def as_run(line: Token, written: Part, part: Part, keyword: str, variables: Variables) -> Part:
    """A part as its command receives it; signs of which it is not known what becomes of them are open values."""
    ran = _called(line, written, variables) or part if keyword == "call" else part
    variables.note_what_stays(ran)
    unsure = variables.unsure_signs(line, written, keyword)
    return replace(ran, variables=(*ran.variables, *unsure))


def _called(line: Token, part: Part, variables: Variables) -> Part | None:
    """What `call` runs, for which percent signs are read once more; of `call set` the `set`. None if it is the same."""
    called = variables.expanded(_command(line, part), "!")
    if (sets := _CALLED_SET.match(called.text)) is not None:
        called = called.part(sets.end())
    again = variables.expanded_again(called)
    parts = split_parts(again, BATCH) if again is not called or sets is not None else []
    return replace(parts[0], separator=part.separator) if len(parts) == 1 else None


def _command(line: Token, part: Part) -> Token:
    return line.part(part.start, part.start + len(part.raw))
