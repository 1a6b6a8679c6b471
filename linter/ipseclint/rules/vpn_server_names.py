"""The name of a VPN server: whether a client looks for it in the server's certificate, and whether it is there."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import VpnConnection
from ipseclint.model.selectors import parse_address
from ipseclint.model.setting import Setting
from ipseclint.rule import Hit, Options, Scope, rule
from ipseclint.rules.vpn_certificates import faults
from ipseclint.semantics.digest import Fleet
from ipseclint.semantics.vpn_suites import has_remote_access
from ipseclint.vocabulary.authentication import SERVER_AUTHENTICATION
from ipseclint.vocabulary.remote_access import TunnelProtocol


@rule(
    "AU025",
    "vpn-server-name-not-in-certificate",
    basis=Basis.DOCUMENTED,
    leads_to=(13801,),
    scope=Scope.FLEET,
    facts=has_remote_access,
    cause=Cause.NEVER_FINISHES,
)
def vpn_server_name_not_in_certificate(fleet: Fleet, _options: Options) -> Iterator[Hit]:
    """A connection dials a name that no certificate of the VPN server of the run carries.

    Why: The client compares the name that it dials with the names in the server's certificate, and ends the
    negotiation where none is equal; Microsoft lists it among the causes of 13801. Compared are the certificates of
    the only VPN server among the inputs.

    Seen as: 13801 ERROR_IPSEC_IKE_AUTH_FAIL, "IKE authentication credentials are unacceptable".

    Bad: `Add-VpnConnection -Name Office -ServerAddress vpn2.example.org` and a certificate for vpn.example.org

    Good: `-ServerAddress vpn.example.org`

    Fix: Dial the name in the certificate, or enrol a certificate with the name that is dialled.

    Waive: When the connection is for another server.
    """
    machines = fleet.where(has_remote_access)
    servers = [machine for machine in machines if machine.policy.vpn_servers and machine.policy.certificates]
    names = _names_shown(servers[0]) if len(servers) == 1 else None
    if not names:
        return
    for machine in machines:
        for connection, place in _dialling(machine):
            wrong = [server for server in place.known or () if not any(_covers(name, server) for name in names)]
            if wrong:
                yield Hit(
                    subject=connection,
                    span=place.span,
                    message=f"{wrong[0]} is dialled, and the server's certificate is for {', '.join(sorted(names))}",
                    value=wrong[0],
                    fix=Fix(note=_DIAL),
                )


_DIAL = "Dial the name in the server's certificate, or enrol one with the name that is dialled."


@rule("AU026", "vpn-server-dialled-by-address", basis=Basis.DOCUMENTED, leads_to=(13801,))
def vpn_server_dialled_by_address(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A connection dials its server by address, which the server's certificate must then carry.

    Why: The client compares what it dials with the names in the server's certificate; few certificates carry an
    address. Microsoft lists the difference among the causes of 13801.

    Seen as: 13801 ERROR_IPSEC_IKE_AUTH_FAIL, "IKE authentication credentials are unacceptable".

    Bad: `Add-VpnConnection -Name Office -ServerAddress 203.0.113.4 -TunnelType Ikev2`

    Good: `-ServerAddress vpn.example.org`

    Fix: Dial the name in the certificate.

    Waive: When the certificate is known to carry the address.
    """
    for connection, place in _dialling(machine):
        for server in place.known or ():
            address = parse_address(server)
            if address is not None and address.version and set(server) & set(".:"):
                yield Hit(
                    subject=connection,
                    span=place.span,
                    message=f"{server} is dialled by address: the server's certificate must carry it among its names",
                    value=server,
                    fix=Fix(note=_DIAL),
                )


def _dialling(machine: Machine) -> Iterator[tuple[VpnConnection, Setting[tuple[str, ...]]]]:
    """The connections by IKEv2 that look at the server's name, with what they dial."""
    for connection in machine.policy.vpn_connections:
        checks, servers = connection.checks_server_name, connection.servers
        if servers is not None and TunnelProtocol.IKEV2 in connection.tried and (checks is None or checks.known):
            yield connection, servers


def _names_shown(machine: Machine) -> frozenset[str] | None:
    """The names of the certificates that the server can show; None where one of them does not say its names."""
    fit = [each for each in machine.policy.certificates if not faults(each, SERVER_AUTHENTICATION, machine.as_of)]
    if any(each.names is None or each.names.known is None for each in fit):
        return None
    return frozenset(name.casefold() for each in fit if each.names is not None for name in each.names.known or ())


def _covers(name: str, server: str) -> bool:
    """Whether a name of a certificate is for a server; a star stands for one label (RFC 6125 6.4.3)."""
    dialled = server.casefold()
    return dialled.partition(".")[2] == name[2:] if name.startswith("*.") else dialled == name
