"""The pieces of a text as they were carried out: without errors below typed commands, and without what failed alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from ipseclint.formats.netsh.wrapped import is_rest
from ipseclint.formats.readers import BEGINS_DOCUMENT
from ipseclint.formats.transcript.below_documents import parted
from ipseclint.formats.transcript.failed_commands import Failure, failure_in, is_one, name_of, records_alone
from ipseclint.formats.transcript.parting_lines import LOOKS
from ipseclint.formats.transcript.piece import Piece
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import CMDLET, PROGRAM

_COMMAND = late(
    rf"[ \t]*(?:(?P<shell>{PROGRAM})(?:\.exe)?[ \t]+(?!q)\S|{CMDLET}(?:[ \t]|\r?$))",
    re.IGNORECASE,
)
"""How a command begins that may change policy, and is no `reg query`."""
_MAX_ANSWER = 50
"""So many lines below a command are looked at for its error (reasoned: a record of an error is shorter)."""
RECORD = "record"
"""The kind of a piece that is the name of a cmdlet, of which an error record is all that is shown."""


def without_text_below(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces, with the text below documents of XML or JSON as a piece of its own."""
    for piece in pieces:
        if piece.kind == "output" and any(line.lstrip().startswith(BEGINS_DOCUMENT) for line in piece.lines.values()):
            yield from (Piece(piece.kind, lines) for lines in parted(piece.lines))
        else:
            yield piece


def carried_out(pieces: Iterable[Piece], failed: list[tuple[Piece, Failure]]) -> Iterator[Piece]:
    """The pieces without errors below typed commands, and without commands that failed alone."""
    typed: list[Piece] = []
    has_ended = False
    for piece in chain.from_iterable(map(_without_prompt, pieces)):
        if piece.kind != "output":
            if has_ended:
                yield from typed
                typed.clear()
            typed.append(piece)
            has_ended = False
            continue
        has_ended = True
        if typed and not any(line.strip() for line in piece.lines.values()):
            continue  # what answers is behind it
        left = dict(piece.lines)
        lines = {number: line for own in typed for number, line in own.lines.items()}
        words = words_of(lines)
        failure = failure_in(left, name_of(words)) if words else None
        if failure is not None:
            failed.append((Piece(typed[0].kind, lines), failure))
            if is_one(words):
                typed.clear()
        while failure is not None:
            left = {number: line for number, line in left.items() if number not in failure.rows}
            failure = failure_in(left, name_of(words))
        for name, alone in records_alone(left):
            failed.append((Piece(RECORD, {alone.row: name}), alone))
            left = {number: line for number, line in left.items() if number not in alone.rows}
        yield from typed
        typed.clear()
        yield Piece(piece.kind, left)
    yield from typed


def _goes_on(line: str, following: str) -> bool:
    """Whether a command goes on in the line below."""
    return line.rstrip().endswith(("`", "^")) or is_rest(following)


def _without_prompt(piece: Piece) -> Iterator[Piece]:
    """A piece, cut at each command in it that stands without a prompt above the error that answered it."""
    begin, rows = 0, list(piece.lines.items())
    for at, (_, line) in enumerate(rows if piece.kind == "output" else ()):
        command = _COMMAND.match(line)
        if at < begin or command is None or LOOKS.match(line.strip()):
            continue
        below = next(
            (row for row in range(at + 1, len(rows)) if not _goes_on(rows[row - 1][1], rows[row][1])), len(rows)
        )
        answer = next((row for row in range(below, len(rows)) if rows[row][1].strip()), len(rows))
        failure = failure_in(dict(rows[answer : answer + _MAX_ANSWER]), name_of(line))
        if failure is not None and failure.row == rows[answer][0]:
            yield Piece("output", dict(rows[begin:at]))
            yield Piece("cmd" if command["shell"] else "powershell", dict(rows[at:below]))
            begin = below
    yield piece if begin == 0 else Piece("output", dict(rows[begin:]))


def words_of(typed: Mapping[int, str]) -> str:
    """What was typed, on one line."""
    return " ".join(line.strip() for line in typed.values())
