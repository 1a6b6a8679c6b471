"""Commands that a document shows twice, as a whole and step by step: they are run once.

```powershell                                 ### Step 1
Add-VpnConnection -Name "Branch" `            ```powershell
  -ServerAddress "vpn.example.net"            Add-VpnConnection -Name "Branch" -ServerAddress "vpn.example.net"
```                                           ```
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ipseclint.formats.transcript.piece import Piece
from ipseclint.late import late

_ADDS = late(
    r"netsh\b[^\r\n]{0,200}?[ ]add[ ]"
    r"|(?:add|new)-(?:vpn(?:connection|s2sinterface)|netipsec\w{1,40}|netfirewallrule)[ ]",
    re.IGNORECASE,
)
_TAKES_OUT = late(
    r"netsh\b[^\r\n]{0,200}?[ ](?:del(?:ete)?|reset|import)\b|remove-(?:vpn|net(?:ipsec|firewall))\w", re.IGNORECASE
)
_LEFT_OPEN = late(r"[@$][\w{(]")
"""A variable, which may hold something else the second time."""
_GOES_ON = ("^", "`")
"""The ends of lines that go on below, in cmd.exe and in PowerShell."""


class Shown:
    """The commands that blocks of a document showed so far, up to one that removes something."""

    def __init__(self) -> None:
        self._adds: set[str] = set()
        self._is_over = False

    def new_in(self, piece: Piece) -> Mapping[int, str]:
        """The lines of a block without additions that repeat an earlier block word for word."""
        commands = list(_commands(piece.lines))
        self._is_over = self._is_over or any(_TAKES_OUT.match(words) for words, _ in commands)
        if piece.kind != "output" or self._is_over:
            return piece.lines
        again = {row for words, rows in commands if words in self._adds for row in rows}
        self._adds.update(words for words, _ in commands if _ADDS.match(words) and not _LEFT_OPEN.search(words))
        return {row: line for row, line in piece.lines.items() if row not in again}


def _commands(lines: Mapping[int, str]) -> Iterator[tuple[str, list[int]]]:
    """The words of each command, with the rows that it stands on."""
    words, rows = "", []
    for row, line in lines.items():
        written = line.strip()
        rows.append(row)
        if written.endswith(_GOES_ON):
            words += f"{written[:-1]} "
            continue
        yield " ".join((words + written).split()), rows
        words, rows = "", []
    if rows:
        yield " ".join(words.split()), rows
