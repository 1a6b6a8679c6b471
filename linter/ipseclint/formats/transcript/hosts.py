"""The machines that a text of a console names: by the prompt of a session on another, or where one is asked its name.

[srv01]: PS C:\\Users\\ann> ...        PS C:\\> hostname         C:\\> hostname
                                      SRV01                    SRV01
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ipseclint.late import late

_SIGNS = ("]: ps", "hostname", "computername")
"""One of these is in a text that names a machine so, in lower case."""
_SESSION = late(r"[ \t]{0,8}\[(?P<host>[A-Za-z0-9][\w.-]{0,62})\]:[ ]?PS(?:[ ][^>\r\n]{0,200})?>")
_ASKED = late(
    r"[ \t]{0,8}(?:PS(?:[ ][^>\r\n]{0,200})?>|[A-Za-z]:(?:\\[^>\r\n<|\"]{0,200})?>)[ \t]*"
    r"(?:hostname(?:\.exe)?|\$env:computername|echo[ ]+%computername%)[ \t]*",
    re.IGNORECASE,
)
_NAME = late(r"[ \t]*(?P<host>[A-Za-z0-9][\w-]{0,14})[ \t]*")
"""A computer's name, which is of 15 characters at most (NetBIOS)."""


def hosts_in(lines: Sequence[str]) -> dict[str, int]:
    """The machines that lines name, in order, each as its first label in capitals, with the row where it first is."""
    hosts: dict[str, int] = {}
    for row, line in enumerate(lines, start=1):
        match = _SESSION.match(line)
        if match is None and _ASKED.fullmatch(line):
            answer = next((below for below in lines[row : row + 2] if below.strip()), "")
            match = _NAME.fullmatch(answer)
        if match is not None and not match["host"].replace(".", "").isdigit():
            hosts.setdefault(match["host"].partition(".")[0].upper(), row)
    return hosts


def may_name(folded: str) -> bool:
    """Whether a text, in lower case, may name a machine."""
    return any(sign in folded for sign in _SIGNS)
