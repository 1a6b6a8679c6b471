"""Which certificates of a text stand in the store of a user, by the command or the heading above them.

PS C:\\> Get-ChildItem Cert:\\CurrentUser\\My
PSParentPath: Microsoft.PowerShell.Security\\Certificate::CurrentUser\\My
C:\\> certutil -user -store my
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, pairwise

from msgspec.structs import replace

from ipseclint.formats.parsed import Parsed
from ipseclint.late import late

_SIGNS = ("currentuser", "-user")
"""One of these stands in every text that shows such a store: quicker to look for."""
_STORE = late(
    r"\bcert(?:ificate)?:[:\\/]+(?:(?P<user>currentuser)|localmachine)\b"
    r"|\bcertutil(?:\.exe)?\b(?=[^\r\n]{0,80}[ ]-store\b)(?:(?P<by_user>[^\r\n]{0,80}?[ ]-user\b))?"
)
"""What names a store, in folded text."""


def told_by_store(parsed: Parsed, text: str) -> Parsed:
    """What was read of a text, with those certificates marked that stand below the name of a user's store."""
    folded = text.casefold()
    certificates = parsed.policy.certificates
    if not certificates or not any(sign in folded for sign in _SIGNS):
        return parsed
    named = list(_STORE.finditer(folded))
    begins = [0, *(match.start() for match in named)]
    ended = (folded.count("\n", begin, end) for begin, end in pairwise(begins))
    lines = [1 + before for before in accumulate(ended)]

    def of_user(line: int) -> bool:
        at = bisect_right(lines, line) - 1
        return at >= 0 and bool(named[at]["user"] or named[at]["by_user"])

    marked = tuple(
        each.model_copy(update={"of_user": True}) if of_user(each.span.line) else each for each in certificates
    )
    return replace(parsed, policy=parsed.policy.model_copy(update={"certificates": marked}))
