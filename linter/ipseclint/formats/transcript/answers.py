"""Output of a cmdlet about the object it just made or changed, which repeats the command.

PS C:\\> Set-VpnServerConfiguration -CustomPolicy ... -PassThru

EncryptionMethod : AES256                     (the same once more, of an object whose name is not printed)
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pydantic import BaseModel

from ipseclint.formats.parsed import Parsed
from ipseclint.formats.transcript.piece import Piece
from ipseclint.late import late
from ipseclint.model.values import Frozen
from ipseclint.source import Span

_MAKES = late(
    r"[ \t]*(?:(?:New|Copy)-(?:NetIPsec|NetFirewallRule)"
    r"|(?:New|Add|Copy|Remove|(?P<changes>Set|Rename|Enable|Disable))-(?:Net|Vpn)(?=[^\r\n]*[ \t]-PassThru\b))",
    re.IGNORECASE,
)
"""A command that answers with its object, one that it removes too (its reference page, under Outputs)."""
_PRINTS = late(
    r"[ \t]*(?:Format-(?:Custom|List|Table|Wide)|f[cltw]|Select-Object|select|Out-(?:Default|Host|String)|oh"
    r"|Tee-Object|tee)\b",
    re.IGNORECASE,
)
"""What it may hand that to, which prints it, or some of its properties."""
_GOES_ON = ("`", ",", "|", "{", "(")
_IDENTITY = late(r"\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}", re.IGNORECASE)


class Answer(NamedTuple):
    """The line numbers of a command, and of its output.

    `is_changed`: the object existed before, so the command may not tell everything about it.
    """

    typed: range
    printed: tuple[int, ...]
    is_changed: bool


def answers_in(pieces: Iterable[Piece], text: str) -> Iterator[Answer]:
    """The answers in a text, except those with an id by which the text refers to the object later."""
    found = list(_answers(pieces))
    named = Counter(_IDENTITY.findall(text) if found else ())
    told = Counter(identity for _, identities in found for identity in identities)
    for answer, identities in found:
        if all(named[identity] == told[identity] for identity in identities):
            yield answer


def _answers(pieces: Iterable[Piece]) -> Iterator[tuple[Answer, list[str]]]:
    """Each answer, with the ids in it."""
    typed: dict[int, str] = {}
    for piece in pieces:
        if piece.kind == "powershell":
            typed.update((number, line) for number, line in piece.lines.items() if line.strip())
        elif piece.kind != "output" or piece.text.strip():
            if typed and piece.kind == "output" and (answer := _answer(typed, piece)) is not None:
                yield answer, _IDENTITY.findall(piece.text)
            typed = {}


def _answer(typed: Mapping[int, str], output: Piece) -> Answer | None:
    first = _last_command(typed)
    words = " ".join(line.rstrip().rstrip("`") for number, line in typed.items() if number >= first)
    makes = _makes(words)
    if makes is None:
        return None
    return Answer(range(first, max(typed) + 1), tuple(output.lines), is_changed=makes["changes"] is not None)


def _makes(command: str) -> re.Match[str] | None:
    """The part of a command that makes, changes or removes an object, if nothing else in it prints."""
    parts = command.split("|")
    while len(parts) > 1 and _PRINTS.match(parts[-1]) is not None:
        parts.pop()
    return None if ";" in command else _MAKES.match(parts[-1])


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
    """The lines of answers that add nothing to their commands."""
    if typed.given:
        return frozenset()
    made = set(_lines_in(typed.policy))
    not_done = {problem.span.line for problem in typed.problems}
    not_done |= {command.span.line for command in typed.policy.refused_commands}
    return frozenset(
        number
        for answer in answers
        if (made & set(answer.typed) or not answer.is_changed) and not not_done & set(answer.typed)
        for number in answer.printed
    )


def _lines_in(held: object) -> Iterator[int]:
    """The lines of objects and their values."""
    span = getattr(held, "span", None)
    if isinstance(span, Span):
        yield span.line
    parts = held if isinstance(held, tuple) else ()
    if isinstance(held, BaseModel | Frozen):
        names = held.__struct_fields__ if isinstance(held, Frozen) else type(held).model_fields
        parts = tuple(getattr(held, name) for name in names)
    for part in parts:
        yield from _lines_in(part)
