"""Hosts that IPsec itself depends on, and rules that require IPsec to reach them."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import AuthMethod, ConnectionSecurityRule, CrlCheck, RuleMode, Security
from ipseclint.model.setting import Setting
from ipseclint.model.site import HostType
from ipseclint.rule import Hit, Options, rule
from ipseclint.rules._exempting import CLEAR
from ipseclint.rules._needed import NeededServices
from ipseclint.semantics.reach import covers, parsed, takes_all_traffic
from ipseclint.semantics.registry import number, values_of
from ipseclint.semantics.scope import is_any_to_any, local_side, remote_side, secured_rules
from ipseclint.semantics.treatment import Question, Service, doing_otherwise, traffic_with
from ipseclint.source import Span
from ipseclint.vocabulary.addresses import AddressKeyword

_OTHER_CREDENTIALS = frozenset({AuthMethod.COMPUTER_CERTIFICATE, AuthMethod.PRESHARED_KEY, AuthMethod.ANONYMOUS})
"""Methods by which a rule can authenticate without Kerberos."""


class DomainControllersNotExempt(Options):
    """The services that a member needs of a domain controller, and those that give it tickets."""

    services: tuple[Service, ...]
    tickets: tuple[Service, ...]


@rule(
    "EX001",
    "domain-controllers-not-exempt",
    basis=Basis.DOCUMENTED,
    leads_to=(13827, 13801, 13805, 13809, 13811),
    options=DomainControllersNotExempt,
    cause=Cause.WAITS_FOR_IPSEC,
)
def domain_controllers_not_exempt(machine: Machine, options: DomainControllersNotExempt) -> Iterator[Hit]:
    """A rule requires IPsec with Kerberos toward the domain controllers that issue the tickets.

    Why: To make the security association the host needs a ticket from a domain controller, and to reach the domain
    controller it needs the association. Microsoft's isolation guide puts all domain controllers on the exemption list;
    an article of its support calls IPsec between members and domain controllers unsupported with Kerberos, or with
    policy that itself comes from the domain. At boot every service that asks for the domain adds a request to the
    queue. Where outbound security is only requested, requests in clear text go out, which makes it a warning. An
    exemption counts for the traffic that it takes: one of ICMP, of another profile or for one own address exempts no
    domain controller. Where an exemption takes only some of Kerberos, LDAP and SMB, the finding says "exempt only in
    part", and is a warning if a ticket can still be had. Between domain controllers the same article calls IPsec
    supported: where the site's `host_type` is `domain-controller`, a rule for no other hosts is not reported. Without
    `domain_controllers` in the site's facts only a rule for every host is reported, and only if nothing of its
    Kerberos traffic is exempt.

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
    requiring = {
        id(host_rule): place
        for host_rule in _rules_for_hosts(machine)
        if host_rule.inbound.known is Security.REQUIRE and (place := _kerberos_place(machine, host_rule)) is not None
    }
    asking = [each for each in _rules_for_hosts(machine) if id(each) in requiring]
    others = doing_otherwise(machine, asking)
    controllers = machine.site.domain_controllers
    needed = NeededServices(machine, parsed(controllers or ()), options.services, others)
    tickets = [box for service in options.tickets for box in traffic_with(machine, service=service)]
    anybody = Question(machine, tuple(tickets), others)
    for host_rule in asking:
        severity = severities.get(host_rule.outbound.known or Security.NONE)
        if severity is None or _is_between_controllers(machine, host_rule):
            continue
        kept = needed.kept_by(host_rule)
        blind = controllers is None and _is_for_all(machine, host_rule) and not anybody.left_to(host_rule).takers
        if not (kept.hosts or kept.perhaps or blind) or not (blind or _asks_for(anybody, host_rule)):
            continue
        names = kept.words or ", ".join(map(str, kept.perhaps))
        toward = (
            "every host, and no rule exempts the domain controllers"
            if blind
            else f"domain controllers that {kept.exempt} ({names})"
        )
        yield Hit(
            subject=host_rule,
            span=_peers(host_rule),
            message=f"requires IPsec with Kerberos toward {toward}",
            value=names or "any",
            severity=severity if blind or set(options.tickets) <= kept.services else Severity.WARNING,
            related=(("Kerberos is needed", requiring[id(host_rule)]),),
            fix=Fix(
                note=f"Exempt the addresses of all domain controllers with a rule of its own. {CLEAR}",
                needs=("domain_controllers",),
            )
            if blind
            else kept.exempting(machine, host_rule, "Domain controllers"),
        )


def _is_between_controllers(machine: Machine, host_rule: ConnectionSecurityRule) -> bool:
    """Whether the machine is a domain controller, and a rule is only for traffic with other controllers."""
    if machine.site.host_type is not HostType.DOMAIN_CONTROLLER:
        return False
    controllers = parsed(machine.site.domain_controllers or ())
    peers, own = remote_side(machine, host_rule), local_side(machine, host_rule)
    # Endpoint 2 may be the host itself: then the others are those of endpoint 1.
    others = (*peers, *(each for each in own if not each.is_any and each.keyword is not AddressKeyword.ME))
    return bool(peers) and all(covers(controllers, each) for each in others)


def _asks_for(question: Question, host_rule: ConnectionSecurityRule) -> bool:
    """Whether a rule applies to any of the traffic."""
    return bool(question.left_to(host_rule).whole)


class NeededOfServers(Options):
    """The services that hosts need of the servers, the most needed first."""

    services: tuple[Service, ...]


@rule(
    "EX002",
    "dns-not-exempt",
    basis=Basis.DOCUMENTED,
    leads_to=(13805,),
    options=NeededOfServers,
    needs=("dns_servers",),
    cause=Cause.WAITS_FOR_IPSEC,
)
def dns_not_exempt(machine: Machine, options: NeededOfServers) -> Iterator[Hit]:
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
    asking = [each for each in _rules_for_hosts(machine) if each.outbound.known in severities]
    servers = NeededServices(
        machine, parsed(machine.site.dns_servers or ()), options.services, doing_otherwise(machine, asking)
    )
    for host_rule in asking:
        kept = servers.kept_by(host_rule)
        if not kept.hosts:
            continue
        yield Hit(
            subject=host_rule,
            span=_peers(host_rule),
            message=f"{host_rule.outbound.known}s IPsec toward DNS servers that {kept.exempt} ({kept.words})",
            value=kept.words,
            severity=severities[host_rule.outbound.known or Security.NONE]
            if options.services[0] in kept.services
            else Severity.INFO,
            fix=kept.exempting(machine, host_rule, "DNS servers"),
        )


@rule(
    "EX006",
    "pki-endpoints-not-exempt",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13806, 13817),
    options=NeededOfServers,
    needs=("pki_servers",),
    cause=Cause.WAITS_FOR_IPSEC,
)
def pki_endpoints_not_exempt(machine: Machine, options: NeededOfServers) -> Iterator[Hit]:
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
    levels = [settings.crl_check.known for settings in machine.policy.global_settings if settings.crl_check is not None]
    strict = CrlCheck.FAIL_ON_ANY_ERROR in levels
    places = {
        id(host_rule): place
        for host_rule in _rules_for_hosts(machine)
        if host_rule.outbound.known is Security.REQUIRE
        and (place := _certificate_place(machine, host_rule)) is not None
    }
    asking = [each for each in _rules_for_hosts(machine) if id(each) in places]
    servers = NeededServices(
        machine, parsed(machine.site.pki_servers or ()), options.services, doing_otherwise(machine, asking)
    )
    for host_rule in asking:
        kept = servers.kept_by(host_rule)
        if not kept.hosts:
            continue
        exempt = "these are exempt only in part" if not kept.bare else "no rule exempts these"
        yield Hit(
            subject=host_rule,
            span=_peers(host_rule),
            message=f"requires IPsec with certificates toward the servers that issue them or publish their "
            f"revocation, and {exempt} ({kept.words})",
            value=kept.words,
            severity=Severity.ERROR if strict else Severity.WARNING,
            related=(("certificates are used", places[id(host_rule)]),),
            fix=kept.exempting(machine, host_rule, "Certification authorities"),
        )


class BootTimeDependencyUnderRequire(Options):
    """The service that negotiates, in lower case, the registry value that delays its start, and what a start needs."""

    keying_service: str
    delay_value: str
    services: tuple[Service, ...]


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
    values = values_of(machine.policy, f"Services\\{options.keying_service}")
    delay = values.get(options.delay_value)
    if delay is None or not number(delay):
        return
    hosts = parsed((*(machine.site.domain_controllers or ()), *(machine.site.dns_servers or ())))
    asking = [each for each in _rules_for_hosts(machine) if each.outbound.known is Security.REQUIRE]
    others = doing_otherwise(machine, asking)
    needed = NeededServices(machine, tuple(dict.fromkeys(hosts)), options.services, others)
    everything = [box for service in options.services for box in traffic_with(machine, service=service)]
    anybody = Question(machine, tuple(everything), others)
    for host_rule in asking:
        reached = needed.kept_by(host_rule).hosts
        if not reached and not (
            not hosts and _is_for_all(machine, host_rule) and not anybody.left_to(host_rule).takers
        ):
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
                f"Exempt domain controllers and DNS servers. {CLEAR}"
            ),
        )


def _rules_for_hosts(machine: Machine) -> Iterator[ConnectionSecurityRule]:
    """The enabled rules that negotiate with the hosts themselves, not with the gateway of a tunnel."""
    return (secured_rule for secured_rule in secured_rules(machine) if secured_rule.mode.known is RuleMode.TRANSPORT)


def _is_for_all(machine: Machine, host_rule: ConnectionSecurityRule) -> bool:
    return is_any_to_any(machine, host_rule) and takes_all_traffic(machine, host_rule)


def _kerberos_place(machine: Machine, host_rule: ConnectionSecurityRule) -> Span | None:
    """The place where a rule specifies Kerberos as its only authentication; None if it does not."""
    first = machine.index.first_auth_of(host_rule)
    methods = {method.method.known: method.method for method in first.methods} if first else {}
    if methods.keys() & _OTHER_CREDENTIALS or None in methods:
        return None
    return _place(methods.get(AuthMethod.COMPUTER_KERBEROS))


def _certificate_place(machine: Machine, host_rule: ConnectionSecurityRule) -> Span | None:
    first = machine.index.first_auth_of(host_rule)
    methods = {method.method.known: method.method for method in first.methods} if first else {}
    return _place(methods.get(AuthMethod.COMPUTER_CERTIFICATE))


def _place(setting: Setting[AuthMethod] | None) -> Span | None:
    return None if setting is None else setting.span


def _peers(host_rule: ConnectionSecurityRule) -> Span:
    """The place where a rule names its peers."""
    return host_rule.filter_list.span if host_rule.filter_list is not None else host_rule.endpoint2.span
