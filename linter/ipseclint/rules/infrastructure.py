"""Hosts that IPsec itself depends on, and rules that require IPsec to reach them."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import AuthMethod, ConnectionSecurityRule, CrlCheck, RuleMode, Security
from ipseclint.model.selectors import TCP, UDP, Address, Addresses, LegacyFilter
from ipseclint.model.setting import Setting
from ipseclint.rule import Hit, Options, rule
from ipseclint.rules._exempting import exempting
from ipseclint.rules._registry import number, registry_values
from ipseclint.semantics.reach import covers, meets, parsed, takes_all_traffic
from ipseclint.semantics.scope import exemptions, filters_of, is_any_to_any, secured_rules
from ipseclint.source import Span
from ipseclint.vocabulary.addresses import AddressKeyword

_KERBEROS_PORT, _DNS_PORT, _HTTP_PORT = 88, 53, 80

_OTHER_CREDENTIALS = frozenset({AuthMethod.COMPUTER_CERTIFICATE, AuthMethod.PRESHARED_KEY, AuthMethod.ANONYMOUS})
"""Methods with which a rule gets along without Kerberos."""


@rule(
    "EX001",
    "domain-controllers-not-exempt",
    basis=Basis.DOCUMENTED,
    leads_to=(13827, 13801, 13805, 13809, 13811),
    cause=Cause.WAITS_FOR_IPSEC,
)
def domain_controllers_not_exempt(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A rule requires IPsec with Kerberos toward the domain controllers that issue the tickets.

    Why: To make the security association the host needs a ticket from a domain controller, and to reach the
    domain controller it needs the association. Microsoft's isolation guide puts all domain controllers on the
    exemption list; an article of its support calls IPsec between members and domain
    controllers unsupported with Kerberos, or with policy that itself comes from the domain. At boot every service
    that asks for the domain adds a request to the queue. Where outbound security is only requested, requests in
    clear text go out, which makes it a warning. Without `domain_controllers` in the site's facts only a rule for
    every host is reported, and only if there is no exemption at all.

    Seen as: 13827 ERROR_IPSEC_IKE_KERBEROS_ERROR, 13801 and 13805; at boot 13809 and 13811. Group policy fails to
    apply, logons hang.

    Bad: `netsh advfirewall consec add rule name=R endpoint1=any endpoint2=any action=requireinrequireout
    auth1=computerkerb`

    Good: The same beside `netsh advfirewall consec add rule name=DCs endpoint1=any endpoint2=10.0.0.10,10.0.0.11
    action=noauthentication`

    Fix: Exempt all domain controllers by address.

    Waive: When domain controllers have IPsec with certificates, which is a supported special case, and the rule
    for them stands elsewhere.
    """
    severities = {Security.REQUIRE: Severity.ERROR, Security.REQUEST: Severity.WARNING}
    unsure = machine.site.domain_controllers is None
    controllers = _not_exempt(machine, parsed(machine.site.domain_controllers or ()), _KERBEROS_PORT)
    for host_rule in _rules_for_hosts(machine):
        severity = severities.get(host_rule.outbound.known or Security.NONE)
        if host_rule.inbound.known is not Security.REQUIRE or severity is None:
            continue
        kerberos = _kerberos_place(machine, host_rule)
        reached = _reached(machine, host_rule, controllers, _KERBEROS_PORT)
        blind = unsure and _is_for_all_without_exemption(machine, host_rule)
        if kerberos is None or not (reached or blind):
            continue
        names = ", ".join(map(str, reached))
        yield Hit(
            subject=host_rule,
            span=_peers(host_rule),
            message="requires IPsec with Kerberos toward every host, and no rule exempts the domain controllers"
            if blind
            else f"requires IPsec with Kerberos toward domain controllers that no rule exempts ({names})",
            value=names or "any",
            severity=severity,
            related=(("Kerberos is needed", kerberos),),
            fix=Fix(
                note="Exempt the addresses of all domain controllers with a rule of its own.",
                needs=("domain_controllers",),
            )
            if blind
            else exempting(machine, host_rule, "Domain controllers", reached),
        )


@rule(
    "EX002",
    "dns-not-exempt",
    basis=Basis.DOCUMENTED,
    leads_to=(13805,),
    needs=("dns_servers",),
    cause=Cause.WAITS_FOR_IPSEC,
)
def dns_not_exempt(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A rule wants IPsec toward the DNS servers.

    Why: Name resolution comes before nearly everything else, also before the host knows which of its network
    profiles applies. Microsoft's guide wants DNS servers reachable by all devices and on the exemption list. A
    case of Microsoft's field engineers shows what happens otherwise: after a fast restart the
    server still held the old security associations, name resolution failed for five minutes, and the host took
    the public profile, under which other rules were not active. Where outbound security is only requested, queries
    go in clear text while the negotiation runs: information.

    Seen as: 13805 ERROR_IPSEC_IKE_TIMED_OUT toward the DNS servers; hosts on the public profile in the office.

    Bad: a rule `endpoint1=any endpoint2=any action=requireinrequireout` and no exemption

    Good: the same beside `endpoint1=any endpoint2=dns action=noauthentication`

    Fix: Exempt the DNS servers, by address or with the keyword dns.

    Waive: Where DNS is meant to go through IPsec, as in some designs for DNSSEC.
    """
    severities = {Security.REQUIRE: Severity.ERROR, Security.REQUEST: Severity.INFO}
    servers = _not_exempt(machine, parsed(machine.site.dns_servers or ()), _DNS_PORT, AddressKeyword.DNS)
    for host_rule in _rules_for_hosts(machine):
        severity = severities.get(host_rule.outbound.known or Security.NONE)
        reached = _reached(machine, host_rule, servers, _DNS_PORT)
        if severity is None or not reached:
            continue
        names = ", ".join(map(str, reached))
        yield Hit(
            subject=host_rule,
            span=_peers(host_rule),
            message=f"{host_rule.outbound.known}s IPsec toward DNS servers that no rule exempts ({names})",
            value=names,
            severity=severity,
            fix=exempting(machine, host_rule, "DNS servers", reached),
        )


@rule(
    "EX006",
    "pki-endpoints-not-exempt",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13806, 13817),
    needs=("pki_servers",),
    cause=Cause.WAITS_FOR_IPSEC,
)
def pki_endpoints_not_exempt(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A rule requires IPsec toward the servers from which certificates and revocation lists come.

    Why: A host without a certificate cannot enrol if enrolment itself needs the certificate, and one that has to
    check revocation cannot fetch the list through an association that waits for the check. Certification
    authorities are among the exemptions that Microsoft's rule wizard names. With the strictest
    revocation check every failure to fetch a list fails the negotiation: an error.

    Seen as: 13806 ERROR_IPSEC_IKE_NO_CERT on new hosts, 13817 ERROR_IPSEC_IKE_CRL_FAILED when a list has expired.

    Bad: a rule `endpoint1=any endpoint2=any action=requireinrequireout auth1=computercert ...` and no exemption

    Good: the same beside `endpoint1=any endpoint2=10.0.0.30 action=noauthentication`

    Fix: Exempt the certification authorities and the servers that publish revocation lists.

    Waive: Where lists come from the Internet or are cached, and enrolment happens before the policy applies.
    """
    servers = _not_exempt(machine, parsed(machine.site.pki_servers or ()), _HTTP_PORT)
    levels = [settings.crl_check.known for settings in machine.policy.global_settings if settings.crl_check is not None]
    strict = CrlCheck.FAIL_ON_ANY_ERROR in levels
    for host_rule in _rules_for_hosts(machine):
        certificate = _certificate_place(machine, host_rule)
        reached = _reached(machine, host_rule, servers, _HTTP_PORT)
        if host_rule.outbound.known is not Security.REQUIRE or certificate is None or not reached:
            continue
        names = ", ".join(map(str, reached))
        yield Hit(
            subject=host_rule,
            span=_peers(host_rule),
            message=f"requires IPsec with certificates toward the servers that issue them or publish their "
            f"revocation, and no rule exempts these ({names})",
            value=names,
            severity=Severity.ERROR if strict else Severity.WARNING,
            related=(("certificates are used", certificate),),
            fix=exempting(machine, host_rule, "Certification authorities", reached),
        )


class BootTimeDependencyUnderRequire(Options):
    """The service that negotiates, by name in lower case, and the registry value that delays its start."""

    keying_service: str
    delay_value: str


@rule(
    "EX008",
    "boot-time-dependency-under-require",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13809,),
    options=BootTimeDependencyUnderRequire,
    cause=Cause.WAITS_FOR_IPSEC,
)
def boot_time_dependency_under_require(machine: Machine, options: BootTimeDependencyUnderRequire) -> Iterator[Hit]:
    """A host needs IPsec for its domain controllers or DNS servers, and the keying service starts delayed.

    Why: Until the keying service runs, nothing that requires protection gets through, and what the host asks of
    the domain while it starts waits or is dropped. When the network profile cannot be determined in that time the host
    takes the public one, and rules for other profiles stay off. Microsoft describes such a
    case; that a delayed start brings it about is our reasoning.

    Seen as: 13809 ERROR_IPSEC_IKE_MM_ACQUIRE_DROP at boot, event 5453, the public profile in the office.

    Bad: `"DelayedAutostart"=dword:00000001` in the key of IKEEXT, and `requireinrequireout` to every host

    Good: IKEEXT starts automatically without delay, and domain controllers and DNS servers are exempt

    Fix: Let the service start without delay, and exempt the domain controllers and DNS servers.

    Waive: On hosts that need nothing of the domain while they start.
    """
    values = registry_values(machine, f"Services\\{options.keying_service}")
    delay = values.get(options.delay_value)
    if delay is None or not number(delay):
        return
    site = machine.site
    controllers = _not_exempt(machine, parsed(site.domain_controllers or ()), _KERBEROS_PORT)
    servers = _not_exempt(machine, parsed(site.dns_servers or ()), _DNS_PORT, AddressKeyword.DNS)
    for host_rule in _rules_for_hosts(machine):
        if host_rule.outbound.known is not Security.REQUIRE:
            continue
        reached = (
            *_reached(machine, host_rule, controllers, _KERBEROS_PORT),
            *_reached(machine, host_rule, servers, _DNS_PORT),
        )
        if not reached and not _is_for_all_without_exemption(machine, host_rule):
            continue
        names = ", ".join(dict.fromkeys(map(str, reached))) or "every host"
        yield Hit(
            subject=host_rule,
            span=_peers(host_rule),
            message=f"requires IPsec toward {names}, and the keying service starts delayed",
            value=names,
            related=(("the delayed start", delay.data.span),),
            fix=Fix(
                note=f"Run `sc.exe config {options.keying_service} start= auto`. "
                "Exempt domain controllers and DNS servers."
            ),
        )


def _rules_for_hosts(machine: Machine) -> Iterator[ConnectionSecurityRule]:
    """The enabled rules that negotiate with hosts themselves: tunnels end at gateways."""
    return (secured_rule for secured_rule in secured_rules(machine) if secured_rule.mode.known is RuleMode.TRANSPORT)


def _not_exempt(machine: Machine, hosts: Addresses, port: int, keyword: AddressKeyword | None = None) -> Addresses:
    """Those of the hosts that no rule exempts for traffic to a port."""
    sides = [_side_for(machine, exemption, port) for exemption in exemptions(machine)]
    if keyword is not None and any(address.keyword is keyword for side in sides for address in side):
        return ()
    return tuple(host for host in hosts if not any(covers(side, host) for side in sides))


def _reached(machine: Machine, each: ConnectionSecurityRule, hosts: Addresses, port: int) -> Addresses:
    """Those of the hosts that a rule is for, in traffic to a port."""
    if not hosts:
        return ()
    side = _side_for(machine, each, port)
    return tuple(host for host in hosts if meets(side, host))


def _side_for(machine: Machine, each: ConnectionSecurityRule, port: int) -> Addresses:
    """The peers of a rule for traffic to a port of theirs; none if it is not for such traffic."""
    if each.filter_list is not None:
        return tuple(_peer(filter_) for filter_ in filters_of(machine, each) if _filter_takes(filter_, port))
    ports = each.port2.known
    takes = each.protocol.value in {None, TCP, UDP} and ports is not None
    if not takes or (ports and not any(part.first <= port <= part.last for part in ports)):
        return ()
    return each.endpoint2.known or ()


def _filter_takes(filter_: LegacyFilter, port: int) -> bool:
    theirs = filter_.source_port if _ends_here(filter_) else filter_.destination_port
    return filter_.protocol in {None, TCP, UDP} and theirs in {0, port}


def _peer(filter_: LegacyFilter) -> Address:
    return filter_.source if _ends_here(filter_) else filter_.destination


def _ends_here(filter_: LegacyFilter) -> bool:
    return filter_.destination.keyword is AddressKeyword.ME


def _is_for_all_without_exemption(machine: Machine, each: ConnectionSecurityRule) -> bool:
    return is_any_to_any(machine, each) and takes_all_traffic(machine, each) and not any(exemptions(machine))


def _kerberos_place(machine: Machine, each: ConnectionSecurityRule) -> Span | None:
    """Where a rule says that it authenticates with Kerberos and nothing else; None if it does not."""
    first = machine.index.first_auth_of(each)
    methods = {method.method.known: method.method for method in first.methods} if first else {}
    if methods.keys() & _OTHER_CREDENTIALS or None in methods:
        return None
    return _place(methods.get(AuthMethod.COMPUTER_KERBEROS))


def _certificate_place(machine: Machine, each: ConnectionSecurityRule) -> Span | None:
    first = machine.index.first_auth_of(each)
    methods = {method.method.known: method.method for method in first.methods} if first else {}
    return _place(methods.get(AuthMethod.COMPUTER_CERTIFICATE))


def _place(setting: Setting[AuthMethod] | None) -> Span | None:
    return None if setting is None else setting.span


def _peers(each: ConnectionSecurityRule) -> Span:
    """Where a rule says who its peers are."""
    return each.filter_list.span if each.filter_list is not None else each.endpoint2.span
