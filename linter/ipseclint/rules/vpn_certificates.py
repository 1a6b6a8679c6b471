"""Certificates of a VPN: which one a client uses, and whether each end has a suitable one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec.structs import replace

from ipseclint.finding import Basis, Cause, Severity, Subject
from ipseclint.late import late
from ipseclint.model.change import Fix
from ipseclint.model.kinds import label
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Certificate, VpnConnection, VpnServer
from ipseclint.model.setting import Setting
from ipseclint.rule import Hit, Options, rule
from ipseclint.source import Span
from ipseclint.vocabulary.authentication import (
    ANY_USAGE,
    CLIENT_AUTHENTICATION,
    IKE_INTERMEDIATE,
    SERVER_AUTHENTICATION,
)
from ipseclint.vocabulary.remote_access import VpnAuthentication
from ipseclint.words import plural, series

_OID = late(r"\d{1,10}(?:\.\d{1,10}){2,30}")
_ROLES = {SERVER_AUTHENTICATION: "server authentication", CLIENT_AUTHENTICATION: "client authentication"}

Unfit = list[tuple[Certificate, list[str]]]
"""Certificates, each with its faults."""


def faults(certificate: Certificate, usage: str | None, as_of: date | None) -> list[str]:
    """Why a certificate cannot serve a machine for a usage, or for any, on a day, as far as the input tells."""
    reasons = _faults_in_any_store(certificate, usage, as_of)
    return ["lies in the store of a user", *reasons] if certificate.of_user else reasons


def _faults_in_any_store(certificate: Certificate, usage: str | None, as_of: date | None) -> list[str]:
    reasons = []
    if certificate.has_private_key is not None and certificate.has_private_key.known is False:
        reasons.append("has no private key")
    ekus = None if certificate.ekus is None else certificate.ekus.known
    if ekus and usage is not None and not {usage, ANY_USAGE} & set(ekus):
        reasons.append(f"lacks the usage {_ROLES[usage]}")
    end = None if certificate.not_after is None else certificate.not_after.known
    if end is not None and as_of is not None and end < as_of:
        reasons.append(f"expired on {end.isoformat()}")
    begin = None if certificate.not_before is None else certificate.not_before.known
    if begin is not None and as_of is not None and begin > as_of:
        reasons.append(f"is valid only from {begin.isoformat()}")
    return reasons


def all_unfit(machine: Machine, usage: str | None) -> Unfit:
    """Every certificate with its faults, those of the machine first, which tell more.

    Empty where one is suitable, or there are none.
    """
    judged = [(each, faults(each, usage, machine.as_of)) for each in machine.policy.certificates]
    return sorted(judged, key=lambda each: each[0].of_user) if all(wrong for _, wrong in judged) else []


def why_unfit(unfit: Unfit) -> str:
    """The faults of the first of some certificates, and the number of others that are unsuitable."""
    (first, wrong), *others = unfit
    more = f"; {plural(len(others), 'more certificate')} will not do either" if others else ""
    return f'"{first.name}" {series(wrong)}{more}'


@rule(
    "AU022",
    "vpn-certificate-chosen-by-chance",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13801, 13806),
)
def vpn_certificate_chosen_by_chance(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A VPN connection authenticates by certificate, and nothing says which certificate to take.

    Why: Without a filter on usage or issuer Windows takes whatever valid certificate for client authentication it
    finds (Microsoft's article on Always On VPN, Conditional Access). With one certificate that is the right one; a
    second one, from another authority or another service, is taken as well, and the server refuses it. It is a warning
    where the input lists certificates and several would do, even if the format of the connection, such as a profile,
    has no place for filters; otherwise it is information. A single one with the usage IP security IKE intermediate is
    preferred (R. Hicks, who found it so).

    Seen as: 13801 ERROR_IPSEC_IKE_AUTH_FAIL, or 13806 ERROR_IPSEC_IKE_NO_CERT, on some devices only.

    Bad: `Set-VpnConnection -Name Office -MachineCertificateEKUFilter @()` beside two certificates for client
    authentication

    Good: `Set-VpnConnection -Name Office -MachineCertificateIssuerFilter C:\\ca.cer`

    Fix: Name the usage or the issuer: `-MachineCertificateEKUFilter`, `-MachineCertificateIssuerFilter`, or the
    filters of EAP-TLS.

    Waive: Where devices have one certificate for client authentication by design.
    """
    for connection in machine.policy.vpn_connections:
        usable = _usable(machine, connection)
        preferred = [each for each in usable if each.ekus is not None and IKE_INTERMEDIATE in (each.ekus.known or ())]
        place = _unfiltered(connection) or (_filters_not_held(connection) if usable else None)
        if place is None or len(usable) == 1 or len(preferred) == 1:
            continue
        several = f", and {plural(len(usable), 'certificate')} would do" if usable else ""
        yield Hit(
            subject=connection,
            span=place.span,
            message=f"authentication by certificate without a filter on usage or issuer: Windows accepts any{several}",
            value="no filter",
            severity=Severity.WARNING if usable else Severity.INFO,
            related=tuple((each.name, each.span) for each in usable[:3]),
            fix=Fix(note="Set a filter on the usage or the issuer of the client's certificate."),
        )


def _usable(machine: Machine, connection: VpnConnection) -> list[Certificate]:
    """The certificates that a connection may present: those of users are for EAP only."""
    of_machine = _by_machine_certificate(connection.authentication)
    judge = faults if of_machine else _faults_in_any_store
    listed = (each for each in machine.policy.certificates if not each.is_imported)
    return [each for each in listed if not judge(each, CLIENT_AUTHENTICATION, machine.as_of)]


def _unfiltered(connection: VpnConnection) -> Setting[object] | None:
    """The setting by which any certificate will do; None where a filter is set, or the input does not hold filters."""
    if _by_machine_certificate(connection.authentication) and connection.machine_ekus is not None:
        issuer = connection.machine_issuer
        return connection.machine_ekus if not connection.machine_ekus.known and issuer is None else None
    eap = connection.eap
    if eap is not None and eap.simple_selection is not None and eap.simple_selection.known:
        return eap.simple_selection if eap.ekus is None and eap.issuers is None else None
    return None


def _filters_not_held(connection: VpnConnection) -> Setting[object] | None:
    """The setting that asks for a machine certificate, if the input has no place for filters."""
    held = connection.machine_ekus is not None or connection.machine_issuer is not None
    return connection.authentication if _by_machine_certificate(connection.authentication) and not held else None


def _by_machine_certificate(methods: Setting[tuple[VpnAuthentication, ...]] | None) -> bool:
    return methods is not None and VpnAuthentication.MACHINE_CERTIFICATE in (methods.known or ())


@rule(
    "AU023",
    "no-certificate-for-vpn-server",
    basis=Basis.DOCUMENTED,
    leads_to=(13801, 13806),
    cause=Cause.NEVER_FINISHES,
)
def no_certificate_for_vpn_server(machine: Machine, _options: Options) -> Iterator[Hit]:
    """No certificate of a VPN server's own store can prove who it is.

    Why: IKEv2 wants a certificate of the server with a private key, the usage server authentication, and validity;
    Microsoft lists a missing usage and expiry first among the causes of 13801, a missing certificate of 13806.
    A listing without a server or a connection beside it is judged for both roles, unless the usages of its certificates
    tell that it is of a client.

    Seen as: 13801 ERROR_IPSEC_IKE_AUTH_FAIL at the clients; 13806 ERROR_IPSEC_IKE_NO_CERT.

    Bad: a listing of `Cert:\\LocalMachine\\My` whose only certificate is for client authentication; the command for it,
    beside a VPN server, that prints nothing

    Good: a valid certificate with a private key and the usages server authentication and IP security IKE intermediate

    Fix: Enrol such a certificate, and name the authority with Set-VpnAuthProtocol.

    Waive: When the listing is of another store or host.
    """
    servers = machine.policy.vpn_servers
    unfit = all_unfit(machine, SERVER_AUTHENTICATION)
    if servers and (place := empty_store(machine)) is not None:
        yield _nothing(servers[0], place, "the server")
    elif unfit and servers:
        yield _hit(unfit, "the server", Severity.ERROR)
    elif (
        _is_of_machine(unfit)
        and not machine.policy.vpn_connections
        and not _is_of_client(machine)
        and all_unfit(machine, CLIENT_AUTHENTICATION)
    ):
        yield _hit(unfit, "a server", Severity.WARNING)


@rule(
    "AU024",
    "no-certificate-for-vpn-client",
    basis=Basis.DOCUMENTED,
    leads_to=(13806, 13801, 13843),
    cause=Cause.NEVER_FINISHES,
)
def no_certificate_for_vpn_client(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A VPN connection authenticates by machine certificate, and no certificate of the store can serve.

    Why: IKE looks for a machine certificate with a private key, the usage client authentication, and validity; without
    one it ends before anything is sent (Microsoft's article on Always On VPN; trailofbits/algo issue 234). One that was
    imported for the user is not found (hwdsl2/setup-ipsec-vpn issue 649); where the input lists the user's store alone,
    or a script imports into it alone, that is a warning, since the computer's may have others. A filter of the
    connection on usages is one by which the certificate is selected (Microsoft's page of the class VpnConnection).

    Seen as: 13806 ERROR_IPSEC_IKE_NO_CERT: "IKE failed to find valid machine certificate"; 13801
    ERROR_IPSEC_IKE_AUTH_FAIL where one is shown that the server refuses; 13843 "Invalid payload received" where the
    certificate is the user's.

    Bad: a machine tunnel beside a listing whose only certificate is for server authentication; beside
    `Get-ChildItem Cert:\\LocalMachine\\My` that prints nothing; `-MachineCertificateEKUFilter 1.3.6.1.5.5.8.2.2` beside
    a listing without such a certificate

    Good: a valid certificate with a private key and the usage client authentication

    Fix: Enrol such a certificate in the computer's own store.

    Waive: When the listing is of another store or host.
    """
    unfit = all_unfit(machine, CLIENT_AUTHENTICATION)
    by_machine = [
        connection
        for connection in machine.policy.vpn_connections
        if _by_machine_certificate(connection.authentication)
    ]
    if by_machine and (place := empty_store(machine)) is not None:
        yield _nothing(by_machine[0], place, label(by_machine[0]))
    elif unfit and by_machine:
        yield _hit(unfit, label(by_machine[0]), Severity.ERROR)
    elif by_machine and (outside := _outside_of_filters(machine, by_machine)) is not None:
        yield outside
    elif _is_of_machine(unfit) and not machine.policy.vpn_servers and not machine.policy.vpn_connections:
        yield _hit(unfit, "a client", Severity.WARNING if _is_of_client(machine) else Severity.INFO)
    elif _is_alone(machine) and (place := empty_store(machine)) is not None:
        subject = Subject(kind="empty_store", name="computer's own store")
        yield replace(_nothing(subject, place, "a client or a server"), severity=Severity.INFO)


def _is_of_client(machine: Machine) -> bool:
    """Whether the usages of listed certificates tell that they are those of a client: one is for client authentication,
    and none for a server."""
    listed = [each.ekus.known or () for each in machine.policy.certificates if each.ekus is not None]
    is_of_server = any({SERVER_AUTHENTICATION, ANY_USAGE} & set(usages) for usages in listed)
    return not is_of_server and any(CLIENT_AUTHENTICATION in usages for usages in listed)


def empty_store(machine: Machine) -> Span | None:
    """The place where the computer's own store is shown to be empty, while no listing of it shows a certificate."""
    policy = machine.policy
    place = next((each.span for each in policy.empty_stores if not each.of_user), None)
    return place if all(each.of_user for each in policy.certificates) else None


def _is_alone(machine: Machine) -> bool:
    """Whether there is neither a VPN nor a rule that would tell the purpose of a certificate."""
    policy = machine.policy
    return not (policy.vpn_connections or policy.vpn_servers or policy.connection_security_rules)


def _nothing(subject: VpnConnection | VpnServer | Subject, place: Span, whom: str) -> Hit:
    return Hit(
        subject=subject,
        span=place,
        message=f"no certificate can authenticate {whom}: the computer's own store has none",
        value="none",
        fix=Fix(note="Enrol a valid certificate with its private key."),
    )


def _outside_of_filters(machine: Machine, connections: Iterable[VpnConnection]) -> Hit | None:
    """The hit on a connection that can use none of the suitable certificates, since each lacks a usage in its
    filter."""
    for connection in connections:
        filters = connection.machine_ekus
        wanted = frozenset(() if filters is None else filters.known or ())
        certificates = _usable(machine, connection)
        held = [frozenset(() if each.ekus is None else each.ekus.known or ()) for each in certificates]
        if filters is None or not held or not wanted or not all(map(_OID.fullmatch, wanted)):
            continue
        if all(usages and not usages & (wanted | {ANY_USAGE}) for usages in held):
            usages = ", ".join(sorted(wanted))
            more = f"; {plural(len(held) - 1, 'more certificate')} will not do either" if len(held) > 1 else ""
            return Hit(
                subject=connection,
                span=filters.span,
                message=f"no certificate can authenticate {label(connection)}, which takes those with the usage "
                f'{usages} alone: "{certificates[0].name}" lacks it{more}',
                value=usages,
                related=tuple((each.name, each.span) for each in certificates[:3]),
                fix=Fix(note="Enrol a certificate with that usage, or change -MachineCertificateEKUFilter."),
            )
    return None


def _hit(unfit: Unfit, whom: str, severity: Severity) -> Hit:
    (first, wrong), *others = unfit
    return Hit(
        subject=first,
        span=first.span,
        message=f"no certificate can authenticate {whom}: {why_unfit(unfit)}",
        value=", ".join(wrong),
        severity=Severity.WARNING if first.of_user else severity,
        related=tuple((f"{each.name}: {series(why)}", each.span) for each, why in others[:3]),
        fix=Fix(note=_IMPORT if first.of_user else _ENROL),
    )


_ENROL = "Enrol a valid certificate with its private key and the usage that is missing."
_IMPORT = "Import a certificate with its private key into Cert:\\LocalMachine\\My, where IKE looks for it."


def _is_of_machine(unfit: Unfit) -> bool:
    """Whether one of these is in the machine's own store."""
    return any(not certificate.of_user for certificate, _ in unfit)


@rule("AU020", "vpn-server-accepts-any-root", basis=(Basis.DOCUMENTED, Basis.REASONED), leads_to=(13801,))
def vpn_server_accepts_any_root(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A VPN server accepts machine certificates and names no root authority.

    Why: RRAS keeps the roots to trust for IKEv2 in a list of its own (MS-RRASM 2.2.3.4.2.5). Without a name there, a
    certificate of any authority that Windows trusts opens the tunnel (R. Hicks): public ones too.

    Seen as: Nothing. With several roots of one organisation, 13801 for clients of the other.

    Bad: `Get-VpnAuthProtocol` with `UserAuthProtocolAccepted : {EAP, CERTIFICATE}` and an empty
    `RootCertificateNameToAccept`

    Good: `Set-VpnAuthProtocol -RootCertificateNameToAccept (Get-ChildItem Cert:\\LocalMachine\\Root\\THUMBPRINT)`

    Fix: Name the root of the machine certificates.

    Waive: On a host that trusts this one root only.
    """
    for server in machine.policy.vpn_servers:
        root = server.root_certificate
        if _by_machine_certificate(server.authentication) and root is not None and root.known == "":
            yield Hit(
                subject=server,
                span=root.span,
                message="machine certificates of every trusted root are accepted; name the root",
                value="any root",
                fix=Fix(
                    note="Run `Set-VpnAuthProtocol -RootCertificateNameToAccept "
                    "(Get-ChildItem Cert:\\LocalMachine\\Root\\THUMBPRINT)` with the thumbprint of the root, and "
                    "`Restart-Service RemoteAccess`."
                ),
            )
