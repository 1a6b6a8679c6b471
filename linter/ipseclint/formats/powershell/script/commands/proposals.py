"""`New-NetIPsecAuthProposal`: its switches as the one authentication method that they mean."""

from __future__ import annotations

from ipseclint.formats.kit.read import ASKED
from ipseclint.formats.powershell.authentication import CERTIFICATE_CLASS
from ipseclint.formats.powershell.script.arguments.binding import Bound
from ipseclint.formats.powershell.script.commands.objects import properties_of
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
