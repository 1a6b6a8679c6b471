"""Queries that Windows answered with nothing: a connection without a cryptographic suite, an empty store.

PS C:\\> (Get-VpnConnection Office).IPsecCustomPolicy
PS C:\\> Get-VpnConnection Office | Select-Object -ExpandProperty IPsecCustomPolicy
PS C:\\> Get-ChildItem Cert:\\LocalMachine\\My
PS C:\\>                                          (the prompt comes again at once)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from ipseclint.formats.parsed import Parsed
from ipseclint.formats.pasted.signs import POWERSHELL, SESSION
from ipseclint.late import late
from ipseclint.model.certificates import EmptyStore
from ipseclint.model.remote_access import VpnConnection
from ipseclint.model.setting import Setting
from ipseclint.source import Span

_MEMBER = "IPSecCustomPolicy"
_SIGNS = (_MEMBER.casefold(), "cert:\\localmachine\\my", "cert:\\currentuser\\my")
"""One of these stands, folded, in every text that has such a question: quicker to look for."""
_PROMPT = rf"(?:{SESSION})?{POWERSHELL}"
_ALL = r"(?:[ \t]+-AllUserConnection)?"
_NAME = r"(?:\"([^\"$\n]+)\"|'([^'\n]+)'|([^\s\"'$|;()-][^\s\"'$|;()]*))"
_ASKED = rf"Get-VpnConnection{_ALL}[ \t]+(?:-Name[ \t]+)?{_NAME}{_ALL}"
_EXPANDED = rf"[ \t]*\|[ \t]*select(?:-object)?[ \t]+-expand(?:property)?[ \t]+{_MEMBER}"
_NAMED = r"[ \t]+(?:-Property[ \t]+)?[\w*]{1,40}(?:[ \t]*,[ \t]*[\w*]{1,40}){0,20}"
_SHOWN = (
    r"(?:[ \t]*\|[ \t]*(?:(?:f[lt]|format-(?:list|table))(?:[ \t][^|;>\n]{0,200})?"
    rf"|select(?:-object)?{_NAMED}))?"
)
"""What only shows each certificate in another way: not so `select -First 0`, which leaves some out."""
_STORE = (
    r"(?:Get-ChildItem|gci|dir|ls)[ \t]+(?:-Path[ \t]+)?"
    rf"[\"']?Cert:\\(?:LocalMachine|(?P<user>CurrentUser))\\My\\?[\"']?{_SHOWN}"
)
_QUESTION = late(
    rf"^{_PROMPT}[ \t]*(?:\([ \t]*{_ASKED}[ \t]*\)\.{_MEMBER}|{_ASKED}{_EXPANDED}|(?P<store>{_STORE}))[ \t]*\r?\n"
    rf"(?:[ \t]*\r?\n){{0,3}}(?={_PROMPT})",
    re.IGNORECASE | re.MULTILINE,
)


def told_by_nothing(parsed: Parsed, text: str, folded: str, path: str) -> Parsed:
    """The result, with what the empty answers tell."""
    if not any(sign in folded for sign in _SIGNS):
        return parsed
    unanswered = list(_unanswered(text, path))
    stores = tuple(each for each in unanswered if isinstance(each, EmptyStore))
    asked = dict(each for each in unanswered if not isinstance(each, EmptyStore))
    before = parsed.policy.vpn_connections
    connections = tuple(_without_suite(each, asked) for each in before)
    told = sum(now is not old for now, old in zip(connections, before, strict=True))
    if not (told or stores):
        return parsed
    stores = (*parsed.policy.empty_stores, *stores)
    policy = parsed.policy.model_copy(update={"vpn_connections": connections, "empty_stores": stores})
    held = tuple((name, count - told if name == _MEMBER else count) for name, count in parsed.not_held)
    return replace(parsed, policy=policy, not_held=tuple(each for each in held if each[1] > 0))


def shows_empty_store(text: str) -> bool:
    """Whether a text queries the certificates of a store, and gets nothing."""
    return any(each["store"] for each in _QUESTION.finditer(text))


def _unanswered(text: str, path: str) -> Iterator[tuple[str, Span] | EmptyStore]:
    """The connections queried for their suite without an answer, each with the query, and the empty stores."""
    line, counted = 1, 0
    for match in _QUESTION.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        place = Span(path=path, line=line, column=1, length=len(match[0].splitlines()[0].rstrip()))
        if match["store"]:
            yield EmptyStore(span=place, of_user=match["user"] is not None)
        else:
            yield next(group for group in match.groups() if group).casefold(), place


def _without_suite(connection: VpnConnection, asked: dict[str, Span]) -> VpnConnection:
    place = asked.get(connection.name.casefold()) if connection.is_named else None
    if place is None or connection.custom_policy is not None or connection.main_mode_crypto is not None:
        return connection
    return connection.model_copy(update={"custom_policy": Setting(value=False, span=place)})
