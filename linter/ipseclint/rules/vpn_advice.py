"""Advice on VPN ends: protocols no longer accepted, certificates that are not checked, traffic left unencrypted."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Severity
from ipseclint.model.change import Fix
from ipseclint.model.kinds import label
from ipseclint.model.machine import Machine
from ipseclint.model.policy import RemoteAccess, VpnConnection
from ipseclint.rule import Hit, Options, rule
from ipseclint.semantics.registry import CONTROL_SET
from ipseclint.semantics.vpn_suites import owners
from ipseclint.vocabulary.registry_keys import VPN_SERVER
from ipseclint.vocabulary.remote_access import TunnelProtocol, VpnAuthentication


@rule("RF016", "vpn-server-takes-pptp-or-l2tp", basis=Basis.DOCUMENTED)
def vpn_server_takes_pptp_or_l2tp(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A VPN server takes connections by PPTP or L2TP.

    Why: Microsoft recommends neither. New set-ups on Server 2025 take neither, while servers that were upgraded go on
    taking both: an old server that is replaced by a new one leaves its L2TP clients without an answer.

    Seen as: Error 809 at L2TP clients after the change of the server.

    Bad: `Set-VpnServerConfiguration -L2tpPorts 128`

    Good: `Set-VpnServerConfiguration -L2tpPorts 0 -Ikev2Ports 500`

    Fix: Move the clients to IKEv2 or SSTP, then set the ports to 0.

    Waive: While clients that know nothing else are being replaced.
    """
    for server in machine.policy.vpn_servers:
        for name, ports, option in (("PPTP", server.pptp_ports, "pptp"), ("L2TP", server.l2tp_ports, "L2tpPorts")):
            if ports is None or not ports.is_explicit or not ports.known:
                continue
            yield Hit(
                subject=server,
                span=ports.span,
                message=f"the server takes {ports.known} connections by {name}, which Microsoft no longer recommends",
                value=f"{name} {ports.known}",
                severity=Severity.WARNING if name == "PPTP" else Severity.INFO,
                fix=Fix(
                    note="When no client needs L2TP any more, run `Set-VpnServerConfiguration -L2tpPorts 0`."
                    if option == "L2tpPorts"
                    else "Set the ports of PPTP to 0 in the properties of Ports in Routing and Remote Access."
                ),
            )


@rule("AU021", "vpn-server-checks-no-revocation", basis=Basis.DOCUMENTED)
def vpn_server_checks_no_revocation(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A VPN server takes certificates of IKEv2 clients without asking whether they are revoked.

    Why: RRAS does not check revocation lists for IKEv2 unless CertAuthFlags is 4 (R. Hicks, who gives the updates that
    it needs: KB4505658 for Server 2019, KB4503294 for 2016). The certificate of a lost device is then good until it
    expires. Once it is on, the lists must be reachable: see EX006 and AU007.

    Seen as: Nothing; a revoked client connects.

    Bad: the key `RemoteAccess\\Parameters\\Ikev2` without `CertAuthFlags`

    Good: `"CertAuthFlags"=dword:00000004`

    Fix: Set the value and restart RemoteAccess.

    Waive: Where clients are known by more than their certificate.
    """
    for server in machine.policy.vpn_servers:
        checks = server.checks_revocation
        if checks is not None and checks.known is False:
            yield Hit(
                subject=server,
                span=checks.span,
                message="certificates of IKEv2 clients are not checked for revocation: CertAuthFlags is not 4",
                value="not checked",
                fix=Fix(
                    note=f"Run `reg add {CONTROL_SET}\\{VPN_SERVER} /v CertAuthFlags "
                    "/t REG_DWORD /d 4 /f` and `Restart-Service RemoteAccess`."
                ),
            )


@rule("CR038", "vpn-may-go-unencrypted", basis=Basis.DOCUMENTED)
def vpn_may_go_unencrypted(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A VPN connection or interface negotiates no encryption, or accepts a server that does not encrypt.

    Why: With DataEncryption 0 Routing and Remote Access negotiates no encryption; with 8 it asks for it, and connects
    even if the other end has none ([MS-RRASM] 2.2.2.2.14). Of an end with a suite of its own the suite says
    what is encrypted, and SSTP alone runs within TLS: this rule says nothing of either. Encryption cannot be required
    of PPTP that authenticates by PAP alone, since MPPE cannot be used with it (Microsoft cc737807): the repair says so.

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
            fix=Fix(note=f"Require encryption: `-{asked}`, or DataEncryption=256 in a phone book.{_by_pap(owner)}"),
        )


def _by_pap(owner: RemoteAccess) -> str:
    """What must change besides, where PPTP has no keys to encrypt with."""
    if not isinstance(owner, VpnConnection) or owner.authentication is None or TunnelProtocol.PPTP not in owner.tried:
        return ""
    by_pap_alone = owner.authentication.known == (VpnAuthentication.PAP,)
    return " PPTP cannot encrypt with PAP: use EAP or MS-CHAPv2 as well." if by_pap_alone else ""


_OVER_TLS = (TunnelProtocol.SSTP,)
_NONE = ("negotiates no encryption", Severity.WARNING)
_OPTIONAL = ("asks for encryption and goes on without it if the other end has none", Severity.INFO)
_WITHOUT = {"noencryption": _NONE, "optional": _OPTIONAL, "optionalencryption": _OPTIONAL}
"""Words of -EncryptionLevel and -EncryptionType, folded, that let traffic pass in clear text."""
