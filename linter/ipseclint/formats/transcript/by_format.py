"""The lines of a text by the format that reads them, with what failed, is shown once more, or is a part of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.netsh.recognition import is_of_other_tool
from ipseclint.formats.parsed import Format
from ipseclint.formats.transcript.alternatives import Decision, in_ways
from ipseclint.formats.transcript.carried_out import RECORD
from ipseclint.formats.transcript.failed_commands import Failure
from ipseclint.formats.transcript.forms import FormOf, KnownPieces, formed
from ipseclint.formats.transcript.gateway_parts import OF_GATEWAY, joined_parts, may_be_in_parts, other_parts
from ipseclint.formats.transcript.headings import sections_of
from ipseclint.formats.transcript.hosts import hosts_in, may_name
from ipseclint.formats.transcript.piece import Piece
from ipseclint.formats.transcript.recognition import OF_FORMS
from ipseclint.formats.transcript.shown_twice import Shown
from ipseclint.formats.transcript.undone import is_undone
from ipseclint.late import late_names

if TYPE_CHECKING:
    from ipseclint.formats.peers.ipsec_conf_sections import FilesShown
else:
    (FilesShown,) = late_names("ipseclint.formats.peers.ipsec_conf_sections", "FilesShown")

MAX_PIECES = 500
"""How many pieces of one text are looked at (reasoned: far above any real transcript)."""
TYPED_CMDLETS = "powershell-script"
_MAY_BE_SHOWN_TWICE = frozenset({"netsh-script"})
"""Formats of which a document may show the same command in two blocks; of one machine cmdlets too."""
_OF_CONNECTIONS = "ipsec-conf"
"""The format of which a document may show several files that name their connections alike."""


class PiecesByFormat(Struct):
    """The lines of a text by format, the margin of each, and the commands that failed; `rows` are all of these lines.

    If a format reads several forms, or cmdlets in a file of another tool, each piece is separate. A line that is shown
    once more is in `rows` alone. `hosts` are the machines that the text names, each with a line.
    """

    by_format: dict[str, tuple[Format, dict[int, str]]]
    margins: dict[int, int]
    failed: list[tuple[Piece, Failure]]
    rows: set[int]
    hosts: Mapping[str, int]
    are_too_many: bool = False


def pieces_by_format(
    text: str,
    known: KnownPieces,
    form_of: FormOf,
    diagnostics: Diagnostics,
    decisions: Sequence[Decision],
    *,
    is_written: bool,
) -> PiecesByFormat:
    """The lines of a text by the format that reads them, up to so many pieces; more are reported."""
    hosts = hosts_in(known.lines(text), known.path) if may_name(text, known.path) else {}
    shown_twice = _MAY_BE_SHOWN_TWICE if len(hosts) > 1 else {*_MAY_BE_SHOWN_TWICE, TYPED_CMDLETS}
    pieces = PiecesByFormat({}, {}, [], set(), hosts)
    shown: dict[str, Shown] = {}
    of_files: dict[str, FilesShown] = {}
    found = list(islice(formed(text, known, form_of, pieces.failed, is_written=is_written), MAX_PIECES + 1))
    for number, (form, piece, way) in enumerate(in_ways(found, decisions)):
        if number >= MAX_PIECES:
            place = diagnostics.place(next(iter(piece.lines)), 1)
            diagnostics.refused(f"more than {MAX_PIECES} pieces: the rest was not read", place)
            pieces.are_too_many = True
            break
        pieces.rows.update(piece.lines)
        if pieces.by_format and is_undone(form, piece, known.lines(text)):
            continue
        own = shown.setdefault(way, Shown()).new_in(piece) if form.name in shown_twice else piece.lines
        is_apart = form.name in OF_FORMS or (form.name == TYPED_CMDLETS and is_of_other_tool(piece.text, ""))
        key = f"{form.name} {number}" if is_apart else f"{form.name}{way}"
        if form.name == _OF_CONNECTIONS:
            key += f" {of_files.setdefault(way, FilesShown()).file_of(piece.text)}"
        pieces.by_format.setdefault(key, (form, {}))[1].update(own)
        pieces.margins.update((row, margin) for row, margin in piece.margins.items() if row in own)
    for typed, failure in pieces.failed:
        pieces.rows.update(failure.rows if typed.kind == RECORD else typed.lines)
    if len(hosts) < 2 and not decisions and may_be_in_parts(text):
        _take_parts_of_gateway(text, known, form_of, pieces)
    return pieces


def _take_parts_of_gateway(text: str, known: KnownPieces, form_of: FormOf, pieces: PiecesByFormat) -> None:
    """Add what else of the gateway's configuration a document shows elsewhere, unless its headings tell of several."""
    parts = list(other_parts(known.pieces(text), pieces.rows, known.is_prose))
    machines = sections_of(known.lines(text), known.path).machines if parts else {}
    if len({*filter(None, machines.values())}) > 1:
        return
    _, own = pieces.by_format.get(OF_GATEWAY, (None, {}))
    if (whole := joined_parts(known.path, own, parts, form_of)) is not None:
        pieces.by_format[OF_GATEWAY] = whole
        pieces.rows.update(whole[1])
        for part in parts:
            pieces.margins.update(part.margins)
