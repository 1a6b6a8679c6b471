"""Which certificates in a text belong to a user's store, by the store named above them.

PS C:\\> Get-ChildItem Cert:\\CurrentUser\\My
PSParentPath: Microsoft.PowerShell.Security\\Certificate::CurrentUser\\My
C:\\> certutil -user -store my
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, pairwise
from typing import TypeVar

from msgspec.structs import replace

from ipseclint.formats.parsed import Parsed
from ipseclint.late import late
from ipseclint.model.certificates import Certificate, EmptyStore

Shown = TypeVar("Shown", Certificate, EmptyStore)

_SIGNS = ("currentuser", "-user")
"""One of these stands in every text that shows such a store: quicker to look for."""
_STORE = late(
    r"\bcert(?:ificate)?:[:\\/]+(?:(?P<user>currentuser)|localmachine)\b"
    r"|\bcertutil(?:\.exe)?\b(?=[^\r\n]{0,80}[ ]-store\b)(?:(?P<by_user>[^\r\n]{0,80}?[ ]-user\b))?"
)
"""What names a store, in folded text."""


def told_by_store(parsed: Parsed, text: str) -> Parsed:
    """A parsed text, with the certificates and stores marked that are a user's."""
    folded = text.casefold()
    certificates, stores = parsed.policy.certificates, parsed.policy.empty_stores
    if not (certificates or stores) or not any(sign in folded for sign in _SIGNS):
        return parsed
    named = list(_STORE.finditer(folded))
    begins = [0, *(match.start() for match in named)]
    ended = (folded.count("\n", begin, end) for begin, end in pairwise(begins))
    lines = [1 + before for before in accumulate(ended)]

    def marked(each: Shown) -> Shown:
        at = bisect_right(lines, each.span.line) - 1
        of_user = at >= 0 and bool(named[at]["user"] or named[at]["by_user"])
        return each.model_copy(update={"of_user": True}) if of_user else each

    update = {"certificates": tuple(map(marked, certificates)), "empty_stores": tuple(map(marked, stores))}
    return replace(parsed, policy=parsed.policy.model_copy(update=update))
