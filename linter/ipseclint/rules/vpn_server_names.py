"""The name of a VPN server: whether a client checks it in the server's certificate, and whether it is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ipseclint.finding import Basis, Cause, Concern, Severity
from ipseclint.late import late_names
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import RegistryValue, VpnConnection
from ipseclint.model.selectors import parse_address
from ipseclint.model.setting import Setting
from ipseclint.rule import Hit, Options, Scope, rule
from ipseclint.rules._pairs import hits_of_stage
from ipseclint.rules.vpn_certificates import faults
from ipseclint.semantics.digest import Fleet, may_be_vpn_server
from ipseclint.semantics.registry import SERVICES, number, registry_subject, values_of
from ipseclint.semantics.vpn_suites import has_remote_access
from ipseclint.vocabulary.authentication import SERVER_AUTHENTICATION
from ipseclint.vocabulary.remote_access import TunnelProtocol

if TYPE_CHECKING:
    from ipseclint.semantics.negotiation.stage import Kind, Stage
else:
    Kind, Stage = late_names("ipseclint.semantics.negotiation.stage", "Kind", "Stage")


class NameCheck(Options):
    """The registry value that stops a client from checking server names and usages."""

    registry_key: str
    registry_value: str


@rule("AU035", "vpn-server-certificate-unchecked", basis=Basis.DOCUMENTED, options=NameCheck, concern=Concern.WEAK)
def vpn_server_certificate_unchecked(machine: Machine, options: NameCheck) -> Iterator[Hit]:
    """A client looks neither at the name nor at the usage of the certificate that its VPN server shows.

    Why: With DisableIKENameEkuCheck at 1, in the phone book for one connection or under RasMan for all, Windows takes
    any certificate that it trusts for the server's: whoever has one of the same authority, each client's computer
    included, can stand in for the server (strongSwan calls it potentially dangerous). Guides give it as a cure for
    13801, whose cause it hides: a server certificate without the name that is dialled, or without the usage server
    authentication.

    Seen as: Nothing; the connection works, whoever answers.

    Bad: `"DisableIKENameEkuCheck"=dword:00000001` under Services\\RasMan\\Parameters, or
    `DisableIKENameEkuCheck=1` in rasphone.pbk

    Good: no such value, or 0

    Fix: Give the server a certificate with the name that is dialled and the usage server authentication, then delete
    the value.

    Waive: In a laboratory, or until the server's certificate is replaced.
    """
    value = _unchecked(machine, options)
    if value is not None:
        yield Hit(
            subject=registry_subject(value),
            span=value.data.span,
            message=f"{options.registry_value} is {value.data.known}: every VPN connection accepts any trusted "
            "certificate as its server's",
            value=value.data.known,
            fix=Fix(
                note="When the server's certificate has its name and the usage server authentication, run "
                f"`reg delete {SERVICES}\\{options.registry_key} /v {options.registry_value} /f`."
            ),
        )
    for connection in machine.policy.vpn_connections:
        checks = connection.checks_server_name
        if checks is not None and checks.known is False:
            yield Hit(
                subject=connection,
                span=checks.span,
                message=f"{options.registry_value} is 1: the connection accepts any trusted certificate "
                "as its server's",
                value="1",
                fix=Fix(
                    note="When the server's certificate has its name and the usage server authentication, set "
                    f"{options.registry_value}=0 in the phone book."
                ),
            )


def _unchecked(machine: Machine, options: NameCheck) -> RegistryValue | None:
    """The value by which no connection checks names."""
    value = values_of(machine.policy, options.registry_key).get(options.registry_value.casefold())
    return value if value is not None and number(value) not in {None, 0} else None


def is_end_or_may_be(machine: Machine) -> bool:
    """Whether a machine is an end of a VPN, or may be its server."""
    return has_remote_access(machine) or may_be_vpn_server(machine.policy)


@rule(
    "AU025",
    "vpn-server-name-not-in-certificate",
    basis=Basis.DOCUMENTED,
    leads_to=(13801,),
    options=NameCheck,
    scope=Scope.FLEET,
    facts=is_end_or_may_be,
    cause=Cause.NEVER_FINISHES,
)
def vpn_server_name_not_in_certificate(fleet: Fleet, options: NameCheck) -> Iterator[Hit]:
    """A connection dials a name that no certificate of the VPN server among the inputs carries.

    Why: The client compares the name that it dials with the names in the server's certificate, and ends the
    negotiation where none is equal; Microsoft lists it among the causes of 13801. Compared are the certificates of
    the only VPN server among the inputs. Where the server is a peer of another make, its certificate is not among the
    inputs, and the name that it is set up to show (`leftid`, `local { id }`) is compared: that is a warning, since a
    certificate may have other names besides. Where no VPN server is among the inputs and one computer lists
    certificates for servers, these are compared as information, as it may be the server.

    Seen as: 13801 ERROR_IPSEC_IKE_AUTH_FAIL, "IKE authentication credentials are unacceptable".

    Bad: `Add-VpnConnection -Name Office -ServerAddress vpn2.example.org` and a certificate for vpn.example.org

    Good: `-ServerAddress vpn.example.org`

    Fix: Dial the name in the certificate, or enrol a certificate with the name that is dialled.

    Waive: When the connection is for another server.
    """
    yield from _of_peers(fleet)
    machines = fleet.where(has_remote_access)
    servers = [machine for machine in machines if machine.policy.vpn_servers and machine.policy.certificates]
    is_sure = bool(servers) or any(machine.policy.vpn_servers for machine in machines)
    if not is_sure:
        servers = [each for each in fleet.where(is_end_or_may_be) if may_be_vpn_server(each.policy)]
    names = _names_shown(servers[0]) if len(servers) == 1 else None
    if not names:
        return
    whose = "the server's certificate" if is_sure else f"the certificate of {servers[0].name}, if that is the server,"
    for machine in machines:
        for connection, place in _dialling(machine, options):
            wrong = [server for server in place.known or () if not any(_covers(name, server) for name in names)]
            if wrong:
                yield Hit(
                    subject=connection,
                    span=place.span,
                    message=f"{wrong[0]} is dialled, and {whose} is for {', '.join(sorted(names))}",
                    value=wrong[0],
                    severity=None if is_sure else Severity.INFO,
                    fix=Fix(note=_DIAL),
                )


def _of_peers(fleet: Fleet) -> Iterator[Hit]:
    """Connections that dial another name than the one that their peer is configured to present, as no Windows is."""
    yield from hits_of_stage(
        fleet,
        Stage.AUTHENTICATION,
        Kind.NAME,
        lambda pair, result: (
            f"{result.differences[0].initiator} is dialled, and {pair.b.subject} of a peer shows the name "
            f"{result.differences[0].responder}"
        ),
        doubted=Severity.WARNING,
    )


_DIAL = "Dial the name in the server's certificate, or enrol one with the name that is dialled."


@rule("AU026", "vpn-server-dialled-by-address", basis=Basis.DOCUMENTED, leads_to=(13801,), options=NameCheck)
def vpn_server_dialled_by_address(machine: Machine, options: NameCheck) -> Iterator[Hit]:
    """A connection dials its server by address, which the server's certificate must then carry.

    Why: The client compares what it dials with the names in the server's certificate; few certificates carry an
    address. Microsoft lists the difference among the causes of 13801.

    Seen as: 13801 ERROR_IPSEC_IKE_AUTH_FAIL, "IKE authentication credentials are unacceptable".

    Bad: `Add-VpnConnection -Name Office -ServerAddress 203.0.113.4 -TunnelType Ikev2`

    Good: `-ServerAddress vpn.example.org`

    Fix: Dial the name in the certificate.

    Waive: When the certificate is known to carry the address.
    """
    for connection, place in _dialling(machine, options):
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


def _dialling(machine: Machine, options: NameCheck) -> Iterator[tuple[VpnConnection, Setting[tuple[str, ...]]]]:
    """The IKEv2 connections that check the server's name, with the names they dial."""
    if _unchecked(machine, options) is not None:
        return
    for connection in machine.policy.vpn_connections:
        checks, servers = connection.checks_server_name, connection.servers
        if servers is not None and TunnelProtocol.IKEV2 in connection.tried and (checks is None or checks.known):
            yield connection, servers


def _names_shown(machine: Machine) -> frozenset[str] | None:
    """The names in the certificates that the server can present; None where one of them does not give its names."""
    fit = [each for each in machine.policy.certificates if not faults(each, SERVER_AUTHENTICATION, machine.as_of)]
    if any(each.names is None or each.names.known is None for each in fit):
        return None
    return frozenset(name.casefold() for each in fit if each.names is not None for name in each.names.known or ())


def _covers(name: str, server: str) -> bool:
    """Whether a name in a certificate covers a server; a star stands for one label (RFC 6125 6.4.3)."""
    dialled = server.casefold()
    return dialled.partition(".")[2] == name[2:] if name.startswith("*.") else dialled == name
