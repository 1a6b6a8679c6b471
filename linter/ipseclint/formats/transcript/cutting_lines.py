"""Lines at which a text is cut, and what each begins: its own pieces, the next output, what is typed at a prompt."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from ipseclint.formats.netsh.wrapped import goes_on_in
from ipseclint.formats.pasted.signs import FENCES
from ipseclint.formats.transcript.parting_lines import (
    ASCIIDOC,
    ASKS_OF_ONE,
    DELIMITER,
    END_OF_STORE,
    FENCE,
    HEADING,
    IS_OF_STORE,
    LISTED,
    LOOKS,
    OF_SHELL,
    PROMPT,
    QUOTED_ALONE,
)
from ipseclint.formats.transcript.piece import Piece
from ipseclint.late import late

_RULER = late(r"-{2,80}[ ]{1,80}-{2,80}[ -]*+\r?$")
_LISTED_PROPERTY = late(r"[A-Za-z][\w()]{0,60} {0,60}: ")
"""What stands below the head of a table, and how a list of properties begins."""
_SETTING = late(r"[ \t]{0,24}[\w.-]{1,60}[ \t]{0,24}(?:=|\{[ \t]*\r?$)")
"""A line of a file that sets up a peer."""
_STATEMENT = late(
    r"[ \t]{0,24}(?:\$\w+[ \t]*=|(?!get-|show-)[a-z]{2,12}-[a-z]{3,9}[a-z0-9]{0,40}[ \t]+[-@$\"']"
    r"|(?:foreach|if|while|switch|param)[ \t]*\(|function[ \t]+\w)",
    re.IGNORECASE,
)
"""A line of a script of PowerShell that is no look at what is there."""
_CMDLET = late(r"[ \t]*(?:[A-Za-z]{2,12}-[A-Za-z]{3,60}|-[A-Za-z]\w{1,60})(?=[ \t]|\r?$)")
PARAMETER = late(r"[ \t]{0,24}-[A-Za-z]\w{1,60}(?:[ \t:]|\r?$)")
_MAX_OF_CHANGE = 50
"""So many lines on each side of one with a hyphen are looked at for a plus sign (reasoned)."""
GOES_ON = " `"
"""How a line of PowerShell ends that goes on below."""
_NOT_IN_CONTEXT = frozenset({"ipsec", "advfirewall", "..", "pushd", "popd", "exit", "quit", "bye"})
"""What is typed at a prompt of netsh and leads elsewhere, whatever context the prompt shows."""


class Cut(Struct, frozen=True):
    """What a cutting line begins: pieces of its own, the next output, text typed at a prompt.

    `is_fence`: it begins or ends a block of code in Markdown.
    """

    pieces: tuple[Piece, ...]
    output: dict[int, str]
    kind: str
    typed: str
    is_fence: bool = False


def cut_at(number: int, line: str, lines: Mapping[int, str], *, is_asciidoc: bool, is_fenced: bool) -> Cut | None:
    """What a line begins; None if it does not cut, such as a comment within a Markdown fence."""
    if is_fence(line):
        return Cut((), {}, "", line, is_fence=True)
    prompt = PROMPT.match(line)
    typed = line if prompt is None else _typed(prompt, line)
    if ASKS_OF_ONE.match(typed.lstrip()):
        return Cut((), {number: typed}, "", typed)
    if prompt is not None:
        kind = "powershell" if prompt["powershell"] else "cmd"
        typed = with_parameters(typed, lines.get(number + 1, "")) if prompt["powershell"] else typed
        return Cut((Piece(kind, {number: typed}),), {}, kind, typed)
    if (quoted := QUOTED_ALONE.fullmatch(line)) and not is_fenced:
        kind = "cmd" if quoted["shell"] else "powershell"
        typed = " " * quoted.start("typed") + quoted["typed"]
        return Cut((Piece(kind, {number: typed}),), {}, "", typed)
    if listed := LISTED.match(line):
        if _is_of_change(number, lines):
            return Cut((), {}, "", typed)
        kind = "cmd" if listed["cmdlet"] is None else "powershell"
        return Cut((Piece(kind, {number: " " * listed.end() + line[listed.end() :]}),), {}, "", typed)
    is_mark = (
        (is_asciidoc and (ASCIIDOC.fullmatch(line) or DELIMITER.fullmatch(line)))
        or FENCE.fullmatch(line)
        or (_is_heading(line) and not _is_comment(line, lines.get(number + 1, ""), is_fenced=is_fenced))
        or LOOKS.match(line)
        or OF_SHELL.match(line)
        or (END_OF_STORE.match(line) and not _is_of_store(number + 1, lines))
    )
    return Cut((), {}, "", typed) if is_mark else None


def is_fence(line: str) -> bool:
    """Whether a line begins or ends a block of code in Markdown."""
    return line.lstrip()[:3] in FENCES and FENCE.fullmatch(line) is not None


def _is_of_store(number: int, lines: Mapping[int, str]) -> bool:
    """Whether the next line that is not empty belongs to a listing of a certificate store, or there is none."""
    while number in lines and not lines[number].strip():
        number += 1
    return number not in lines or IS_OF_STORE.match(lines[number]) is not None


def with_parameters(typed: str, following: str) -> str:
    """A typed PowerShell line; with a continuation mark if a document broke it before a parameter."""
    is_broken = PARAMETER.match(following) is not None and _CMDLET.match(typed) is not None
    return f"{typed.rstrip().removesuffix(GOES_ON)}{GOES_ON}" if is_broken else typed


def is_cut(typed: str, line: str, following: str, width: int = 0) -> bool:
    """Whether a typed line continues on the next, which is no table header or printed property. `width` is that of the
    console, if it is known."""
    is_printed = _RULER.match(following) is not None or _LISTED_PROPERTY.match(line) is not None
    if is_printed:
        return False
    return goes_on_in(typed, line, width)


def _is_of_change(number: int, lines: Mapping[int, str]) -> bool:
    """Whether a line with a minus sign is one that a change takes out: a line near it begins with a plus sign."""
    if not lines[number].lstrip().startswith("-"):
        return False
    for step in (1, -1):
        for row in range(number + step, number + step * _MAX_OF_CHANGE, step):
            if (line := lines.get(row, "").lstrip())[:1] == "+":
                return True
            if line[:1] != "-":
                break
    return False


def _is_heading(line: str) -> bool:
    """Whether a line is a heading of a collector or of Markdown, or a ruler that belongs to no output."""
    return HEADING.match(line) is not None


def _is_comment(line: str, following: str, *, is_fenced: bool) -> bool:
    """Whether a line with a heading's mark is a comment, as in configurations of peers and PowerShell scripts."""
    mark = line.lstrip()[:1]
    is_code = _SETTING.match(following) is not None or _STATEMENT.match(following) is not None
    return mark == "#" and (line[:1] != "#" or is_code or is_fenced)


def _typed(prompt: re.Match[str], line: str) -> str:
    """The typed text in its columns; in a netsh context, with the words of the context."""
    begin = prompt.start("typed")
    if prompt["netsh"] is None:
        return " " * begin + line[begin:]
    words = prompt["context"] or ""
    if prompt["typed"].split(" ")[0].casefold() in _NOT_IN_CONTEXT:
        words = ""
    return (" " * (prompt.start("netsh") + len("netsh")) + words).ljust(begin) + line[begin:]
