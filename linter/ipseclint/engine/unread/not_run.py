"""Commands of a script that nothing runs: they stand in comments, or between quotation marks."""

from __future__ import annotations

import re

from ipseclint.engine.unread.sign_words import Sign
from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import CMDLET, mention_in

_MARKED = late(
    r"^[ \t]*(?:(?P<comment>#{1,6}|@?rem\b|::)|[\"\u201c-\u201e\u00ab])[ \t]*(?P<command>[^\r\n]{8,2000})",
    re.MULTILINE | re.IGNORECASE,
)
_COMMAND = late(
    rf"(?:\$\w{{1,40}}[ ]?=[ ]?)?(?P<name>netsh(?:[ ][a-z]{{2,20}}){{1,4}}|reg[ ]add|sc[ ]config|{CMDLET})\b",
    re.IGNORECASE,
)
_IN_COMMENTS = "{} stands in a comment, which nothing runs"
_OF_LISTS = ": if `#` counts the items of a list, take it away"
_QUOTED = "{} stands between quotation marks, which make it a text that nothing runs: take them away"


def not_run(text: str) -> Sign | None:
    """The first command of IPsec that stands so; None if there is none."""
    for match in _MARKED.finditer(text):
        command = _COMMAND.match(match["command"])
        if command is None or mention_in(match["command"]) is None:
            continue
        mark = match["comment"]
        why = _QUOTED if mark is None else _IN_COMMENTS + (_OF_LISTS if mark.startswith("#") else "")
        line = text.count("\n", 0, match.start()) + 1
        return Sign("commands that nothing runs", why=why.format(quoted(command["name"])), line=line)
    return None
