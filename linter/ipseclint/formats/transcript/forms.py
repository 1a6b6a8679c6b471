"""Which format each piece of a text is of: what was printed one by one, what was typed together.

Of what was printed, prose between is left out; of what was typed, commands whose answer is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ipseclint.formats.failed_commands import Failure, failure_in, is_one, name_of
from ipseclint.formats.parsed import Format
from ipseclint.formats.prose import blocks_between
from ipseclint.formats.transcript.pieces import LOOKS, Piece, is_page, pieces_of
from ipseclint.late import late
from ipseclint.source import Source, bytes_source, lines_of_text

_ASSIGNS = late(r"\s*\$\w+[ \t]*=")
_OF_SENTENCES = frozenset({"event-text", "ike-log"})
"""Formats whose own lines read as prose does."""


def formed(
    text: str,
    path: str,
    recognise: Callable[[Source], Format | None],
    failed: list[tuple[Piece, Failure]] | None = None,
    *,
    is_written: bool,
) -> Iterator[tuple[Format, Piece]]:
    """The pieces that are of a format, each with it: outputs in order, then what was typed into each program.

    `failed` takes what was typed and ended with an error, which is then no piece.
    """
    typed: dict[str, dict[int, str]] = {}
    if is_page(text):
        from ipseclint.formats.html_blocks import blocks_of

        blocks = blocks_of(text)
    else:
        blocks = [dict(enumerate(lines_of_text(text), start=1))]
    parted = (piece for block in blocks for piece in pieces_of(block))
    for piece in parted if failed is None else _carried_out(parted, failed):
        if piece.kind != "output":
            typed.setdefault(piece.kind, {}).update(piece.lines)
            continue
        form = recognise(bytes_source(path, piece.text.encode("utf-8", "replace")))
        if is_written:
            yield from _between_prose(piece, form, path, recognise)
        elif form is not None:
            yield form, piece
    for kind, own in typed.items():
        piece = Piece(kind, {number: line for number, line in own.items() if not LOOKS.match(line.strip())})
        form = form_of_typed(piece, path, recognise) if piece.lines else None
        if form is not None:
            yield form, piece


def _carried_out(pieces: Iterator[Piece], failed: list[tuple[Piece, Failure]]) -> Iterator[Piece]:
    """The pieces without the errors below typed commands, and without a command that has failed alone."""
    typed: list[Piece] = []
    for piece in pieces:
        if piece.kind != "output":
            typed.append(piece)
            continue
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
        yield from typed
        typed.clear()
        yield Piece(piece.kind, left)
    yield from typed


def words_of(typed: Mapping[int, str]) -> str:
    """What was typed, on one line."""
    return " ".join(line.strip() for line in typed.values())


def form_of_typed(typed: Piece, path: str, recognise: Callable[[Source], Format | None]) -> Format | None:
    """The format of what was typed: at a prompt of PowerShell it is a script."""
    name = f"{path}.ps1" if typed.kind == "powershell" else path
    return recognise(bytes_source(name, typed.text.encode("utf-8", "replace")))


def _between_prose(
    piece: Piece, form: Format | None, path: str, recognise: Callable[[Source], Format | None]
) -> Iterator[tuple[Format, Piece]]:
    """What stands between the prose of a piece, by its own formats; the whole piece if none of it is of another."""
    taken: set[int] = set()
    is_cut = False
    assigned: list[Piece] = []
    for lines in blocks_between(piece.lines):
        block = Piece("output", lines)
        own = recognise(bytes_source(path, block.text.encode("utf-8", "replace"))) if block.text.strip() else None
        if own is None and _ASSIGNS.match(block.text):
            assigned.append(block)
        if own is not None and own.name == "powershell-script":
            yield from ((own, before) for before in assigned)  # what the script takes is set up before a sentence
            assigned.clear()
        if own is not None and not (form is own and own.name in _OF_SENTENCES):
            is_cut = True
            yield own, block
            taken.update(lines)
    if form is not None and (not is_cut or form.name in _OF_SENTENCES):
        left = Piece("output", {number: line for number, line in piece.lines.items() if number not in taken})
        if not is_cut or recognise(bytes_source(path, left.text.encode("utf-8", "replace"))) is form:
            yield form, left
