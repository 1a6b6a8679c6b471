"""Proposals: the switches of `New-NetIPsecAuthProposal` as the one method that they mean, and which set takes which."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.formats.kit.read import ASKED
from ipseclint.formats.powershell.authentication import CERTIFICATE_CLASS
from ipseclint.formats.powershell.script.arguments.binding import Bound, Refusal
from ipseclint.formats.powershell.script.commands.objects import properties_of
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.value import Thing, Unknown, Value
from ipseclint.vocabulary.authentication import AuthMethod
from ipseclint.vocabulary.cim import HEALTH_CERTIFICATE

_SWITCHES = ("Anonymous", "Machine", "User", "Kerberos", "Ntlm", "Cert", "PreSharedKey")
_METHODS = {
    frozenset(word.removeprefix("-") for word in method.row.powershell.split()): method
    for method in AuthMethod
    if method.row.powershell is not None
}
"""The method for each combination of switches."""


def authentication_proposal(bound: Bound, start: int, end: int) -> Thing:
    """The proposal that the switches ask for, as an object of its CIM class."""
    given = [name for name in _SWITCHES if bound.is_on(name)]
    method = _METHODS.get(frozenset(given))
    properties = properties_of(bound)
    is_certificate = "Cert" in given
    first = bound.values[given[0]] if given else Value(None, start, end)
    if method is not None:
        properties["authenticationmethod"] = Value(_number(method, is_health=bound.is_on("Health")), start, end)
    else:
        properties["authenticationmethod"] = Value("", first.start, first.end)
    for name in _SWITCHES:
        if name != "PreSharedKey":
            properties.pop(name.casefold(), None)
    key = properties.get("presharedkey")
    if key is not None and isinstance(key.data, Unknown) and key.data.is_answer:
        properties["presharedkey"] = key._replace(data=ASKED)
    return Thing(CERTIFICATE_CLASS if is_certificate else "netipsecauthproposal", start, end, properties)


def _number(method: AuthMethod, *, is_health: bool) -> str:
    """The CIM number of a method; the first of the several that a certificate has."""
    if is_health:
        return HEALTH_CERTIFICATE
    number = method.row.cim_certificate if method.row.cim_certificate is not None else method.row.cim
    return str(number[0] if isinstance(number, tuple) else number)


_AUTHENTICATION = "new-netipsecauthproposal"
_MAKERS = {
    "netipsecmainmodecryptoset": "New-NetIPsecMainModeCryptoProposal",
    "netipsecquickmodecryptoset": "New-NetIPsecQuickModeCryptoProposal",
    "netipsecphase1authset": "New-NetIPsecAuthProposal",
    "netipsecphase2authset": "New-NetIPsecAuthProposal",
}
"""What makes the proposals that a set of each kind takes (the references of `New-NetIPsec...Set`, `-Proposal`)."""


def not_taken(kind: str, bound: Bound, start: int, end: int) -> Iterator[Refusal]:
    """Why a set of a kind does not take what the command between two offsets gives it as proposals."""
    maker, given = _MAKERS.get(kind), bound.given("Proposal")
    for item in flat(given) if maker is not None and given is not None else ():
        made_by = f"new-{item.data.kind}" if isinstance(item.data, Thing) else ""
        made_by = _AUTHENTICATION if made_by == f"new-{CERTIFICATE_CLASS}" else made_by
        if made_by and maker is not None and made_by != maker.casefold():
            yield Refusal(f"`-Proposal` takes what `{maker}` makes, and is given another object", start, end)
            return
