"""Traffic that must stay unprotected for IPsec to work at all, and traffic that must not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    ConnectionSecurityRule,
    Exemption,
    GlobalSettings,
    RuleAction,
    RuleMode,
    Security,
)
from ipseclint.model.selectors import UDP, Address
from ipseclint.model.setting import Setting, default
from ipseclint.rule import Hit, Options, rule
from ipseclint.rules._needed import but_for
from ipseclint.semantics.defaults import exempts_dhcp
from ipseclint.semantics.registry import number, registry_subject, values_of
from ipseclint.semantics.rule_boxes import names_peers_first
from ipseclint.semantics.scope import (
    filters_of,
    includes_any,
    is_any_to_any,
    remote_side,
    secured_rules,
)
from ipseclint.semantics.treatment import Question, Service, Traffic, doing_otherwise, traffic_with
from ipseclint.vocabulary.addresses import AddressKeyword
from ipseclint.vocabulary.builtin import EXEMPTIONS
from ipseclint.vocabulary.registry_keys import IPSEC_DRIVER, POLICY_AGENT

_ICMP, _ICMPV6 = 1, 58
_IPV4, _IPV6 = 4, 6
_SUBNET_ADDRESSES = 256
"""The largest range that counts as one subnet (reasoned: /24), without a router between two hosts."""
_SERVER_PORT, _CLIENT_PORT = 67, 68


_BEFORE_DHCP = EXEMPTIONS - {Exemption.DHCP}
"""The default exemptions of Windows Vista and Server 2008."""


@rule("EX003", "dhcp-not-exempt", basis=Basis.DOCUMENTED, leads_to=(13809,), cause=Cause.WAITS_FOR_IPSEC)
def dhcp_not_exempt(machine: Machine, _options: Options) -> Iterator[Hit]:
    """DHCP is not among the exemptions, and no rule exempts it.

    Why: Without an address there is no IKE: a host that must protect its request for one never gets it. Since
    Windows 7 and Server 2008 R2 DHCP is exempt unless somebody sets the exemptions without it; on Windows Vista and
    Server 2008 neighbour discovery alone is, so that for these releases the default is reported too. It is an error
    where a rule requires protection for all traffic, and otherwise a trap for the day when one does; information where
    the input has no rule at all.

    Seen as: Hosts without an address after a restart; no negotiation at all, later 13809
    ERROR_IPSEC_IKE_MM_ACQUIRE_DROP.

    Bad: `netsh advfirewall set global ipsec defaultexemptions neighbordiscovery`

    Good: `netsh advfirewall set global ipsec defaultexemptions neighbordiscovery,dhcp`

    Fix: Put DHCP back among the exemptions.

    Waive: Where all addresses are static.
    """
    requiring = _requiring(machine, UDP)
    known = bool(requiring) and machine.site.dhcp_servers is not None
    meant = [each for each in doing_otherwise(machine, requiring) if known or _is_meant_for_dhcp(machine, each)]
    ways = [(way, Question(machine, way, meant)) for way in _dhcp(machine)]
    if requiring:
        requiring = [each for each in requiring if all(question.left_to(each).certain for _, question in ways)]
        if not requiring:
            return
    elif any(
        Question(machine, way, ()).left_to(each).whole
        for each in meant
        if each.action.known is not RuleAction.NEGOTIATE
        for way, _ in ways
    ):
        return
    for settings, exempt in (*_lacking(machine, Exemption.DHCP), *(_before_dhcp(machine) if requiring else ())):
        yield Hit(
            subject=settings,
            span=exempt.span,
            message=_missing(exempt, "DHCP", requiring[0] if requiring else None),
            value=_listed(exempt),
            severity=Severity.ERROR if requiring else Severity.WARNING if _may_protect(machine) else Severity.INFO,
            related=tuple(("requires IPsec for all traffic", requiring_rule.span) for requiring_rule in requiring[:1]),
            fix=_with(settings, exempt, Exemption.DHCP),
        )
    if requiring and not machine.policy.global_settings and exempts_dhcp(machine.policy, machine.site) is False:
        (first, *_), unset = requiring, default(_BEFORE_DHCP, requiring[0].span)
        yield Hit(
            subject=first,
            span=first.span,
            message=_missing(unset, "DHCP", first),
            value=_listed(unset),
            severity=Severity.ERROR,
            fix=Fix(note="Run `netsh advfirewall set global ipsec defaultexemptions neighbordiscovery,dhcp`."),
        )


@rule(
    "EX004",
    "neighbor-discovery-not-exempt",
    basis=Basis.DOCUMENTED,
    leads_to=(13805, 13813),
    cause=Cause.WAITS_FOR_IPSEC,
)
def neighbor_discovery_not_exempt(machine: Machine, _options: Options) -> Iterator[Hit]:
    """Neighbour discovery is not exempt while a rule requires IPsec for IPv6.

    Why: To send the first IKE packet to an IPv6 peer the host needs the peer's link address, and finds it by
    neighbour discovery: if that needs IPsec, each waits for the other. It is exempt in Windows unless somebody
    sets the exemptions without it. Router discovery, which the host needs to leave its link, has an exemption of
    its own that only PowerShell and the registry can set.

    Seen as: 13805 ERROR_IPSEC_IKE_TIMED_OUT and 13813 ERROR_IPSEC_IKE_DROP_NO_RESPONSE for every IPv6 peer.

    Bad: `Set-NetFirewallSetting -Exemptions None`

    Good: `Set-NetFirewallSetting -Exemptions NeighborDiscovery,RouterDiscovery,Dhcp`

    Fix: Put neighbour discovery back among the exemptions.

    Waive: Where IPv6 is off on all hosts.
    """
    over_ipv6 = _keeping(machine, _requiring(machine, _ICMPV6), _ICMPV6, _IPV6)
    if not over_ipv6:
        return
    for settings, exempt in _lacking(machine, Exemption.NEIGHBOR_DISCOVERY):
        yield Hit(
            subject=settings,
            span=exempt.span,
            message=_missing(exempt, "neighbour discovery", *over_ipv6[0]),
            value=_listed(exempt),
            related=(("requires IPsec for all IPv6 traffic", over_ipv6[0][0].span),),
            fix=_with(settings, exempt, Exemption.NEIGHBOR_DISCOVERY),
        )


@rule(
    "EX005", "icmp-not-exempt", basis=(Basis.DOCUMENTED, Basis.REASONED), leads_to=(13805,), cause=Cause.WAITS_FOR_IPSEC
)
def icmp_not_exempt(machine: Machine, _options: Options) -> Iterator[Hit]:
    """ICMP is not exempt in an isolated domain.

    Why: Microsoft's isolation guide exempts all ICMP and turns path MTU discovery on. Without it the message that
    a packet was too large does not arrive, and the large packets of IKE and ESP vanish without a word: that this
    looks like a time-out is our reasoning. By default ICMP is not exempt. Of a rule for a range of more than one subnet
    it is information, and only where somebody chose the exemptions: routers within the range send such messages too.

    Seen as: 13805 ERROR_IPSEC_IKE_TIMED_OUT with certificates, connections that stall at the first large packet,
    ping that proves nothing.

    Bad: `netsh advfirewall set global ipsec defaultexemptions neighbordiscovery,dhcp` with an isolation rule

    Good: `netsh advfirewall set global ipsec defaultexemptions neighbordiscovery,icmp,dhcp`

    Fix: Exempt ICMP.

    Waive: In zones where no packet may go unprotected.
    """
    isolating = _keeping(machine, _requiring(machine, _ICMP), _ICMP, _IPV4)
    lacking = list(_lacking(machine, Exemption.ICMP, or_default=bool(isolating)))
    kept = next(chain(isolating, _ranges_kept(machine)), None) if lacking else None
    if kept is None:
        return
    kept_by, but = kept
    for settings, exempt in lacking:
        yield Hit(
            subject=settings,
            span=exempt.span,
            message=_missing(exempt, "ICMP", kept_by, but),
            value=_listed(exempt),
            severity=None if isolating else Severity.INFO,
            related=((f"requires IPsec for all traffic{'' if isolating else but}", kept_by.span),),
            fix=_with(settings, exempt, Exemption.ICMP),
        )


class KerberosSourcePortHole(Options):
    """The exemption levels with the hole, the level without it, and the registry value that holds the level."""

    holes: frozenset[int]
    closed: int
    registry_value: str


@rule("EX009", "kerberos-source-port-hole", basis=(Basis.DOCUMENTED, Basis.REASONED), options=KerberosSourcePortHole)
def kerberos_source_port_hole(machine: Machine, options: KerberosSourcePortHole) -> Iterator[Hit]:
    """The exemptions of `netsh ipsec` let every packet through that comes from port 88.

    Why: At the levels 0 and 2 the driver exempts Kerberos and RSVP, and tells Kerberos by its port: whoever
    sends from port 88 reaches any port of the host past its IPsec policy. At level 3 only IKE is exempt.
    That a host should use it is our reasoning. Connection security rules do not use this setting.

    Seen as: Nothing: it is a hole, not a failure.

    Bad: `netsh ipsec dynamic set config property=ipsecexempt value=0`

    Good: `netsh ipsec dynamic set config property=ipsecexempt value=3`

    Fix: Set level 3.

    Waive: On hosts that have connection security rules only.
    """
    for settings in machine.policy.global_settings:
        level = settings.legacy_exempt_level
        if level is not None and level.is_explicit and level.known in options.holes:
            yield Hit(
                subject=settings,
                span=level.span,
                message=f"exemption level {level.known}: packets from port 88 pass; use level {options.closed}",
                value=level.known,
                fix=Fix((Assign(settings, "legacy_exempt_level", options.closed),)),
            )
    for key in (IPSEC_DRIVER, POLICY_AGENT):
        value = values_of(machine.policy, key).get(options.registry_value)
        if value is not None and number(value) in options.holes:
            yield Hit(
                subject=registry_subject(value),
                span=value.data.span,
                message=f"exemption level {number(value)}: packets from port 88 pass; use level {options.closed}",
                value=number(value),
                fix=Fix(note=f"Run `netsh ipsec dynamic set config property=ipsecexempt value={options.closed}`."),
            )


def _lacking(
    machine: Machine, wanted: Exemption, *, or_default: bool = False
) -> Iterator[tuple[GlobalSettings, Setting[frozenset[Exemption]]]]:
    """The settings with chosen exemptions that lack a wanted one."""
    for settings in machine.policy.global_settings:
        exempt = settings.exemptions
        if exempt is None or exempt.known is None or not (exempt.is_explicit or or_default):
            continue
        if wanted not in exempt.known:
            yield settings, exempt


def _before_dhcp(machine: Machine) -> Iterator[tuple[GlobalSettings, Setting[frozenset[Exemption]]]]:
    """The settings of a Windows without a default exemption of DHCP, if nobody chose any exemptions."""
    every = machine.policy.global_settings
    chosen = [settings.exemptions for settings in every if settings.exemptions is not None]
    if not every or any(exempt.is_explicit for exempt in chosen):
        return
    if exempts_dhcp(machine.policy, machine.site) is False:
        place = chosen[0].span if chosen else every[0].span
        yield every[0], default(_BEFORE_DHCP, place)


def _listed(exempt: Setting[frozenset[Exemption]]) -> str:
    return ", ".join(each for each in Exemption if each in (exempt.known or ())) or "none"


def _missing(
    exempt: Setting[frozenset[Exemption]], what: str, requiring: ConnectionSecurityRule | None = None, but: str = ""
) -> str:
    effect = f', and rule "{requiring.name}" requires IPsec for it{but}' if requiring is not None else ""
    return f"{what} is not among the default exemptions ({_listed(exempt)}){effect}"


def _with(settings: GlobalSettings, exempt: Setting[frozenset[Exemption]], wanted: Exemption) -> Fix:
    return Fix((Assign(settings, "exemptions", (exempt.known or frozenset()) | {wanted}),))


def _may_protect(machine: Machine) -> bool:
    """Whether the input has a rule that may demand IPsec, or may have one in what was not followed."""
    policy = machine.policy
    return bool(policy.connection_security_rules or policy.policies or policy.wfp_filters or policy.open_ends)


def _requiring(machine: Machine, protocol: int) -> list[ConnectionSecurityRule]:
    """The rules that require IPsec of every host for a protocol."""
    return [
        secured_rule
        for secured_rule in secured_rules(machine)
        if _requires(secured_rule) and _is_for_everyone(machine, secured_rule, protocol)
    ]


def _requires(secured_rule: ConnectionSecurityRule) -> bool:
    """Whether a rule requires IPsec between hosts."""
    required = secured_rule.inbound.known is Security.REQUIRE or secured_rule.outbound.known is Security.REQUIRE
    return required and secured_rule.mode.known is RuleMode.TRANSPORT


def _is_for_everyone(machine: Machine, secured_rule: ConnectionSecurityRule, protocol: int) -> bool:
    """Whether a rule applies to a protocol with every peer."""
    if secured_rule.filter_list is not None:
        return is_any_to_any(machine, secured_rule) and any(
            filter_.protocol in {None, protocol} for filter_ in filters_of(machine, secured_rule)
        )
    return (
        includes_any(remote_side(machine, secured_rule))
        and secured_rule.protocol.value in {None, protocol}
        and not secured_rule.port2.known
    )


def _keeping(
    machine: Machine, requiring: list[ConnectionSecurityRule], protocol: int, family: int
) -> list[tuple[ConnectionSecurityRule, str]]:
    """The rules that put a protocol under IPsec in a family, each with what others take of it."""
    traffic = _of_family(traffic_with(machine, service=Service(protocol=protocol)), family)
    question = Question(machine, traffic, doing_otherwise(machine, requiring))
    kept = ((each, question.left_to(each)) for each in requiring)
    return [(each, but_for(left)) for each, left in kept if left.certain]


def _ranges_kept(machine: Machine) -> Iterator[tuple[ConnectionSecurityRule, str]]:
    """The rules that put all traffic of a range under IPsec, where routers may stand in it, each with the range."""
    asked: set[tuple[Address, Traffic]] = set()
    for secured_rule in secured_rules(machine):
        if (
            secured_rule.filter_list is not None
            or not _requires(secured_rule)
            or secured_rule.protocol.value is not None
        ):
            continue
        wide = [each for each in remote_side(machine, secured_rule) if each.version == _IPV4 and _has_routers(each)]
        for remote in wide[:1]:
            traffic = _of_family(traffic_with(machine, (remote,), Service(protocol=_ICMP)), _IPV4)
            reach = Question(machine, traffic, ()).reach_of(secured_rule)
            if (remote, reach) in asked:  # it is one of a thousand that are alike
                continue
            asked.add((remote, reach))
            left = Question(machine, traffic, doing_otherwise(machine, [secured_rule])).left_to(secured_rule)
            if left.certain:
                yield secured_rule, f" within {remote}"


def _has_routers(remote: Address) -> bool:
    return remote.last - remote.first >= _SUBNET_ADDRESSES


def _is_meant_for_dhcp(machine: Machine, secured_rule: ConnectionSecurityRule) -> bool:
    """Whether a rule may be meant for DHCP servers anywhere: for UDP, for all hosts, or for the keyword."""
    if secured_rule.protocol.known == UDP or secured_rule.filter_list is not None:
        return True
    if names_peers_first(secured_rule):
        return False
    return any(
        address.is_any or address.keyword is AddressKeyword.DHCP for address in remote_side(machine, secured_rule)
    )


def _dhcp(machine: Machine) -> tuple[Traffic, Traffic]:
    """The traffic of a DHCP client with its servers, and of a server with its clients."""
    servers = (Address(keyword=AddressKeyword.DHCP),)
    client = traffic_with(machine, servers, Service(protocol=UDP, port=_SERVER_PORT), own_port=_CLIENT_PORT)
    server = traffic_with(machine, service=Service(protocol=UDP, port=_CLIENT_PORT), own_port=_SERVER_PORT)
    return _of_family(client, _IPV4), _of_family(server, _IPV4)


def _of_family(traffic: Traffic, family: int) -> Traffic:
    return tuple(one for one in traffic if one.family == family)
