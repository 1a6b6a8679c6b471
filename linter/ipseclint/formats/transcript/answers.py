"""What a cmdlet prints of the object that it has just made or changed: its command says that already, and is read.

PS C:\\> Set-VpnServerConfiguration -CustomPolicy ... -PassThru

EncryptionMethod : AES256                     (the same once more, of an object whose name is not printed)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pydantic import BaseModel

from ipseclint.formats.parsed import Parsed
from ipseclint.formats.transcript.pieces import Piece
from ipseclint.late import late
from ipseclint.model.values import Frozen
from ipseclint.source import Span

_MAKES = late(
    r"[ \t]*(?:(?:New|Copy)-(?:NetIPsec|NetFirewallRule)|(?:New|Add|Set|Copy|Rename|Enable|Disable)-(?:Net|Vpn)"
    r"(?=[^|;\r\n]*[ \t]-PassThru\b))[^|;\r\n]*\Z",
    re.IGNORECASE,
)
"""A command that answers with its object, which it hands to no other (its reference page, under Outputs)."""
_GOES_ON = ("`", ",", "|", "{", "(")
_IDENTITY = late(r"\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}", re.IGNORECASE)


class Answer(NamedTuple):
    """The lines of a command, and of what it has printed, each by number."""

    typed: range
    printed: tuple[int, ...]


def answers_in(pieces: Iterable[Piece], text: str) -> Iterator[Answer]:
    """The answers of a text, without those that tell an identity by which the text names the object again."""
    typed: dict[int, str] = {}
    for piece in pieces:
        if piece.kind == "powershell":
            typed.update((number, line) for number, line in piece.lines.items() if line.strip())
        elif piece.kind != "output" or piece.text.strip():
            if typed and piece.kind == "output" and (answer := _answer(typed, piece, text)) is not None:
                yield answer
            typed = {}


def _answer(typed: Mapping[int, str], output: Piece, text: str) -> Answer | None:
    first = _last_command(typed)
    words = " ".join(line.rstrip().rstrip("`") for number, line in typed.items() if number >= first)
    identities = set(_IDENTITY.findall(output.text))
    is_named_again = any(text.count(each) > output.text.count(each) for each in identities)
    if _MAKES.match(words) is None or is_named_again:
        return None
    return Answer(range(first, max(typed) + 1), tuple(output.lines))


def _last_command(lines: Mapping[int, str]) -> int:
    """The line on which the last of several commands begins."""
    numbers = list(lines)
    goes_on = (lines[before].rstrip().endswith(_GOES_ON) for before in reversed(numbers[:-1]))
    at = len(numbers) - 1
    for is_open in goes_on:
        if not is_open:
            break
        at -= 1
    return numbers[at]


def told_by_commands(answers: Sequence[Answer], typed: Parsed) -> frozenset[int]:
    """The lines of the answers that say nothing which the commands do not, by what is read of these."""
    if typed.given:
        return frozenset()
    made = set(_lines_in(typed.policy))
    not_done = {problem.span.line for problem in typed.problems}
    not_done |= {command.span.line for command in typed.policy.refused_commands}
    return frozenset(
        number
        for answer in answers
        if made & set(answer.typed) and not not_done & set(answer.typed)
        for number in answer.printed
    )


def _lines_in(held: object) -> Iterator[int]:
    """The lines at which objects stand, and their values."""
    span = getattr(held, "span", None)
    if isinstance(span, Span):
        yield span.line
    parts = held if isinstance(held, tuple) else ()
    if isinstance(held, BaseModel | Frozen):
        names = held.__struct_fields__ if isinstance(held, Frozen) else type(held).model_fields
        parts = tuple(getattr(held, name) for name in names)
    for part in parts:
        yield from _lines_in(part)
