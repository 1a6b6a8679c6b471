"""Advice on a VPN server: protocols that new servers no longer accept, certificates that are not checked."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Severity
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.rule import Hit, Options, rule
from ipseclint.semantics.registry import CONTROL_SET
from ipseclint.vocabulary.registry_keys import VPN_SERVER


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
