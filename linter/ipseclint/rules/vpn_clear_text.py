"""What a VPN end lets pass in clear text: passwords of its users, and their traffic."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Severity
from ipseclint.model.change import Fix
from ipseclint.model.kinds import label
from ipseclint.model.machine import Machine
from ipseclint.model.policy import VpnConnection, VpnInterface, VpnServer
from ipseclint.rule import Hit, Options, rule
from ipseclint.semantics.vpn_suites import owners
from ipseclint.vocabulary.remote_access import TunnelProtocol, VpnAuthentication


@rule("AU038", "vpn-password-in-clear-text", basis=Basis.DOCUMENTED)
def vpn_password_in_clear_text(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A VPN end proves its user, or lets users prove themselves, by PAP, which sends the password as it is.

    Why: PAP runs within PPP, and so within L2TP, SSTP and PPTP. Microsoft discourages it most of all for VPN: whoever
    can read the packets has the password. What the tunnel protects ends at the server, or at whoever answers in its
    place: with a preshared key that is every client that knows the key. PPTP with PAP does not encrypt at all, since
    MPPE needs another method.

    Seen as: Nothing; the connection works.

    Bad: `Add-VpnConnection -TunnelType L2tp -AuthenticationMethod Pap`

    Good: `-AuthenticationMethod MSChapv2`, or EAP

    Fix: Let the server take EAP or MS-CHAPv2, then change the clients, then take PAP away from the server.

    Waive: When the server takes nothing else, as some gateways do, and a certificate proves that it is the server.
    """
    for owner in owners(machine.policy):
        if isinstance(owner, VpnInterface) or owner.authentication is None:
            continue
        methods = owner.authentication
        if VpnAuthentication.PAP not in (methods.known or ()):
            continue
        if isinstance(owner, VpnConnection) and _OVER_PPP.isdisjoint(owner.tried):
            continue
        does, command = "authenticates", "Set-VpnConnection -AuthenticationMethod"
        if isinstance(owner, VpnServer):
            does, command = "lets users authenticate", "Set-VpnAuthProtocol -UserAuthProtocolAccepted"
        yield Hit(
            subject=owner,
            span=methods.span,
            message=f"{label(owner)} {does} by PAP, which sends the password as it is written",
            value="PAP",
            fix=Fix(note=f"Use EAP or MS-CHAPv2 at both ends: `{command}`."),
        )


_OVER_PPP = {TunnelProtocol.L2TP, TunnelProtocol.SSTP, TunnelProtocol.PPTP}


@rule("CR038", "vpn-may-go-unencrypted", basis=Basis.DOCUMENTED)
def vpn_may_go_unencrypted(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A VPN connection or interface negotiates no encryption, or accepts a server that does not encrypt.

    Why: With DataEncryption 0 Routing and Remote Access negotiates no encryption; with 8 it asks for it, and connects
    even if the other end has none ([MS-RRASM] 2.2.2.2.14). Of an end with a suite of its own the suite says
    what is encrypted, and SSTP alone runs within TLS: this rule says nothing of either.

    Seen as: Nothing; the connection works.

    Bad: `Add-VpnConnection -EncryptionLevel Optional`

    Good: `-EncryptionLevel Required`, which is the default, or `Maximum`

    Fix: Require encryption.

    Waive: Where the tunnel carries only what is encrypted already.
    """
    for owner in owners(machine.policy):
        level = owner.encryption_level
        has_suite = owner.custom_policy is not None and owner.custom_policy.known
        if level is None or level.known is None or has_suite:
            continue
        does, severity = _WITHOUT.get(level.known.casefold(), (None, None))
        if does is None or (isinstance(owner, VpnConnection) and owner.tried == _OVER_TLS):
            continue
        asked = "EncryptionLevel Required" if isinstance(owner, VpnConnection) else "EncryptionType RequireEncryption"
        yield Hit(
            subject=owner,
            span=level.span,
            message=f"{label(owner)} {does}",
            value=level.known,
            severity=severity,
            fix=Fix(note=f"Require encryption: `-{asked}`, or DataEncryption=256 in a phone book."),
        )


_OVER_TLS = (TunnelProtocol.SSTP,)
_NONE = ("negotiates no encryption", Severity.WARNING)
_OPTIONAL = ("asks for encryption and goes on without it if the other end has none", Severity.INFO)
_WITHOUT = {"noencryption": _NONE, "optional": _OPTIONAL, "optionalencryption": _OPTIONAL}
"""Words of -EncryptionLevel and -EncryptionType, folded, that let traffic pass in clear text."""
