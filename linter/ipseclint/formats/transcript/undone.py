"""Commands that a text gives for taking out again what it sets up: a rollback is no part of the state after a change.

## Rollback                                           To undo:
```powershell
Remove-NetIPsecRule -DisplayName "Isolation"          netsh advfirewall consec delete rule name="Isolation"
```
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ipseclint.formats.parsed import SCRIPT_FORMATS, Format
from ipseclint.formats.pasted.prose import LETTERS, begins_command
from ipseclint.formats.pasted.signs import FENCE
from ipseclint.formats.transcript.piece import Piece
from ipseclint.late import late
from ipseclint.source import suffix_of

_SAYS = late(
    r"\b(?:undo(?:ing)?|roll(?:ing|ed)?[ -]?back|back(?:ing)?[ -]?out|revert(?:ing)?|uninstall(?:ing|ation)?"
    r"|clean(?:ing)?[ -]?up|tear[ -]?down|removal|r\u00fcckg\u00e4ngig|zur\u00fccknehmen|deinstall\w{2,8}"
    r"|d\u00e9sinstall\w{2,8}|retour arri\u00e8re|annul(?:er|ation)|deshacer|desinstal\w{2,8}|revertir|desfazer"
    r"|reverter|annullare|ripristinare|terugdraaien|\u043e\u0442\u043a\u0430\u0442\w{0,6}"
    r"|\u043e\u0442\u043c\u0435\u043d\u0438\u0442\u044c)\b"
    r"|\u56de\u6eda|\u64a4\u9500|\u64a4\u92b7|\u5fa9\u539f|\u5143\u306b\u623b\u3059|\u53d6\u308a\u6d88"
    r"|^[\W\d]{0,8}(?:(?:and|then),? )?(?:to|if you(?: ever)? (?:want|need|have) to|when you want to|in order to)"
    r" (?:\w{1,20} ){0,3}?(?:remove|delete|disable|get rid of|take out|switch off|turn off)\b"
    r"|^#{1,6}[ ](?:remov|delet)(?:e|ing)\b(?!.{0,40}\b(?:old|existing|previous|former|legacy|default)\b)"
    r"|\b(?:remove|delete|cleanup|l(?:ö|oe)sche|entferne|supprim|elimin|borra|remov|exclu)\w{0,6}(?:[_-]\w{1,30})?"
    r"\.(?:bat|cmd|ps1)\b",
    re.IGNORECASE,
)
"""How a heading or caption says that what stands below takes a change back, or is a script of its own that does."""
_TAKES_OUT = late(
    r"\b(?:delete|Remove-|Disable-|Uninstall-|assign=\"?n|enable=\"?n|reset\b)|-Enabled[ ]+\"?'?(?:False|\$false)",
    re.IGNORECASE,
)
_MAKES = late(r"\b(?:add|import|restore)[ ]|\b(?:New|Add|Copy|Import|Enable|Restore)-[a-z]|assign=\"?y", re.IGNORECASE)
_MAX_LINES_ABOVE = 4
"""So many lines above a command are looked at for its caption (reasoned: a fence and blank lines may be between)."""


def is_undone(form: Format, piece: Piece, lines: Sequence[str]) -> bool:
    """Whether a piece only takes objects out, below a heading or caption that says that it takes a change back."""
    if form.name not in SCRIPT_FORMATS or not piece.lines:
        return False
    first = min(number for number, line in piece.lines.items() if line.strip())
    return (
        _TAKES_OUT.search(piece.text) is not None
        and _MAKES.search(piece.text) is None
        and any(_SAYS.search(line) is not None for line in _captions(lines, first))
    )


def _captions(lines: Sequence[str], first: int) -> list[str]:
    """The line above one, from 1, that is neither empty nor a fence, and the heading that this stands below."""
    near = [line for line in lines[max(0, first - 1 - _MAX_LINES_ABOVE) : first - 1] if line.strip()]
    captions = [line for line in near if FENCE.match(line) is None][-1:]
    heading = next((line for line in reversed(lines[: first - 1]) if line.startswith("#")), "")
    return [*captions, heading]


def without_undone(text: str, path: str) -> str:
    """A letter without the commands that only take objects out, below a caption that says so and commands above it;
    the same text of any other file."""
    lines = text.split("\n")
    if suffix_of(path) not in LETTERS or not has_undone(lines):
        return text
    captions = [row for row, line in enumerate(lines) if line.rstrip().endswith(":") and not begins_command(line)]
    for row, end in pairwise((*captions, len(lines))):
        own = [at for at in range(row + 1, end) if begins_command(lines[at].lstrip())]
        block = "\n".join(lines[at] for at in own)
        is_told = _SAYS.search(lines[row]) is not None and any(begins_command(line.lstrip()) for line in lines[:row])
        if is_told and _TAKES_OUT.search(block) is not None and _MAKES.search(block) is None:
            for at in own:
                lines[at] = ""
    return "\n".join(lines)


def has_undone(lines: Sequence[str]) -> bool:
    """Whether a heading or caption of a document says that what stands below takes a change back."""
    return any(_SAYS.search(line) for line in set(lines) if line.startswith("#") or line.rstrip().endswith(":"))
