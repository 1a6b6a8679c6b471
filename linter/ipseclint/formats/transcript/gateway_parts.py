"""The configuration of one gateway that a document shows in several parts, each below a heading or a sentence.

### Phase 1                                        ### Phase 2
    set security ike proposal p1 ...                   set security ipsec vpn v ike gateway gw
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from ipseclint.formats.parsed import Format
from ipseclint.formats.pasted.prose import IsProse, blocks_between
from ipseclint.formats.peers.vendors import SIGNS, makes
from ipseclint.formats.transcript.forms import FormOf
from ipseclint.formats.transcript.margins import without_margin
from ipseclint.formats.transcript.piece import Piece
from ipseclint.late import late

OF_GATEWAY = "gateway-configuration"
"""The format of such a configuration."""
_BESIDE = late(
    r"\s*(?:tunnel-group[ ]\S|(?:ip[ ])?access-list[ ]\S|object(?:-group)?[ ]network[ ]\S|interface[ ]Tunnel"
    r"|config[ ]firewall[ ]address\b)",
    re.IGNORECASE,
)
"""How a part begins that sets up no IPsec alone, and to which a connection refers."""


def may_be_in_parts(text: str) -> bool:
    """Whether a text has a sign of such a configuration."""
    return any(map(text.__contains__, SIGNS))


def other_parts(pieces: Iterable[Piece], taken: Collection[int], is_prose: IsProse) -> Iterator[Piece]:
    """What is of a gateway in the outputs of a text and in no row that is `taken`, as those of a known format are.

    Nothing if no part sets up IPsec.
    """
    parts: list[Piece] = []
    sets_up = False
    for piece in pieces:
        left = {row: line for row, line in piece.lines.items() if row not in taken} if piece.kind == "output" else {}
        for block in blocks_between(left, is_prose):
            part = without_margin(Piece(piece.kind, block))
            text = part.text
            if makes(text):
                sets_up = True
            elif _BESIDE.match(text) is None:
                continue
            parts.append(part)
    yield from parts if sets_up else ()


def joined_parts(
    path: str, own: Mapping[int, str], parts: Iterable[Piece], form_of: FormOf
) -> tuple[Format, dict[int, str]] | None:
    """The rows that are of the gateway already, and these parts, in order; None if that is no configuration."""
    rows = {**own}
    for part in parts:
        rows.update(part.lines)
    if len(rows) == len(own):
        return None
    rows = {row: rows[row] for row in sorted(rows)}
    form = form_of(path, "\n".join(rows.values()))
    return (form, rows) if form is not None and form.name == OF_GATEWAY else None
