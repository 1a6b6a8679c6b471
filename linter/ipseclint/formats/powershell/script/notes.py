"""Notes that somebody wrote among commands: a list, a path of packets, a mark. No script runs them."""

from __future__ import annotations

import re

from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import mention_within

_CODE = late(
    r"[$`{}|=\"'\u2018-\u201f;]|@\(|(?<![\w-])-[a-z]|\b[a-z]{2,12}-[a-z]\w|(?:^|\()\s*(?:\[[a-z.]+\]|\()"
    r"|\b(?:netsh|reg|sc|cmd|powershell|pwsh)(?:\.exe)?\b",
    re.IGNORECASE,
)
"""What a command, a value or a part of one has."""
_FACE = late(r"[:;]-?\(")
_UNENDED = ("`", ",", "|", "(", "{", "[", "=", "+", "\\")
"""What a line ends with that goes on in the next."""


def are_notes(text: str, start: int, end: int) -> bool:
    """Whether the lines of a stretch of text have nothing that a command has, and go on no line of one."""
    start += len(text[start:end]) - len(text[start:end].lstrip())
    begin = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", max(start, end - 1))
    lines = text[begin : stop if stop >= 0 else len(text)]
    before = text[:begin].rstrip()[-1:]
    if before in _UNENDED or _CODE.search(lines) is not None or mention_within(lines) is not None:
        return False
    told = _FACE.sub("", lines)
    return told.count("(") <= told.count(")")  # what stands behind an open one is part of it
