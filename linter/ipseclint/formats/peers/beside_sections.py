"""What stands beside the sections of a daemon's file: it is counted, and a log in it is said."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.readers import first_to_recognise
from ipseclint.source import text_source

_MAX_LINES = 50
"""How many lines are asked for the one where a log begins (reasoned)."""
_A_LOG = "a log of a daemon stands beside the sections, and is not read: give it as an input of its own"


def note_beside(lines: Sequence[Token], diagnostics: Diagnostics) -> None:
    """Count lines that stand beside the sections of a file, and say where a log of a daemon is among them."""
    if not lines:
        return
    diagnostics.unread["text outside of the sections"] += len(lines)
    if _is_log("\n".join(line.text for line in lines)):
        first = next((line for line in islice(lines, _MAX_LINES) if _is_log(line.text)), lines[0])
        diagnostics.not_understood(_A_LOG, first.strip().span)


def _is_log(text: str) -> bool:
    return first_to_recognise(("peers.ike_log",), text_source("", text)) is not None
