"""Rules that start negotiations with hosts that cannot answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    ConnectionSecurityRule,
    Dialect,
    Profile,
    RuleMode,
    Security,
)
from ipseclint.model.selectors import ADDRESS_BITS, ANY_ADDRESS, Address, Addresses
from ipseclint.model.site import HostType
from ipseclint.rule import Hit, Options, rule
from ipseclint.rules._exempting import exempting
from ipseclint.rules._needed import RangesLeft, but_for
from ipseclint.semantics.packets.axes import OUT, PROTOCOLS_WITH_PORTS, Axis
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.reach import parsed
from ipseclint.semantics.scope import contexts_for_any_peer, includes_any, remote_side, secured_rules
from ipseclint.semantics.treatment import Question, Traffic, doing_otherwise, traffic_with
from ipseclint.vocabulary.addresses import AddressKeyword
from ipseclint.words import listed, the

DOMAIN_ONLY = frozenset({Profile.DOMAIN})
NAMED_PREFIXES = Fix(
    note="Name the prefixes of the intranet instead of any peer. Traffic with other peers is then not protected."
)


class RequestOutboundToAnything(Options):
    """The addresses that count as own, the prefix from which others count as the Internet, and the hosts that move."""

    own_ranges: tuple[str, ...]
    wide_from_ipv4_prefix: int
    wide_from_ipv6_prefix: int
    moving_hosts: frozenset[HostType]


@rule(
    "QD014",
    "request-outbound-to-anything",
    basis=Basis.DOCUMENTED,
    leads_to=(13805, 13813, 13809, 13811),
    options=RequestOutboundToAnything,
    cause=Cause.TOO_MANY,
)
def request_outbound_to_anything(machine: Machine, options: RequestOutboundToAnything) -> Iterator[Hit]:
    """A rule asks every host it talks to for IPsec, also those on the Internet that never answer.

    Why: A rule that requests outbound security sends in clear text and negotiates beside it, once for each new flow. A
    peer that never answers keeps the negotiation alive for the whole schedule of retransmissions: about 30 s since
    Windows 7, about 62 s before. So as many dead negotiations are open as flows start in that time, and they take room
    in the queue that live peers need. Microsoft documents the mechanism and the number of retransmissions; the seconds
    are our sum. It is a warning on hosts that move between networks, which Microsoft's guide limits to the domain
    profile; of servers the same guide advises all profiles, and there and on the domain profile alone it is
    information. Only what no other rule takes is counted, so that an exemption of ICMP alone changes nothing here. A
    rule for one's own public addresses is not reported; how short a prefix must be to count as the Internet is our
    choice.

    Seen as: 13805 ERROR_IPSEC_IKE_TIMED_OUT and 13813 ERROR_IPSEC_IKE_DROP_NO_RESPONSE in bulk; live peers get 13809
    and 13811.

    Bad: `netsh advfirewall consec add rule ... endpoint1=any endpoint2=any action=requestinrequestout profile=any`
    on a client

    Good: `netsh advfirewall consec add rule ... endpoint1=any endpoint2=10.0.0.0/8 action=requestinrequestout`

    Fix: Name the prefixes of the intranet, or exempt the rest; on hosts that move, limit the rule to the domain
    profile.

    Waive: On hosts that start few flows to the outside. A peer that answers in clear text on the same connection
    stops the retransmissions, so that browsing the web costs less than dead hosts.
    """
    asking = [
        secured_rule
        for secured_rule in (*secured_rules(machine), *contexts_for_any_peer(machine))
        if secured_rule.outbound.known is Security.REQUEST and secured_rule.profiles.known is not None
    ]
    if not asking:
        return
    own = _numbers_of(parsed(options.own_ranges))
    everybody = traffic_with(machine, (ANY_ADDRESS, Address(keyword=AddressKeyword.INTERNET)))
    outside = Question(machine, everybody, doing_otherwise(machine, asking))
    moves = machine.site.host_type in options.moving_hosts
    for secured_rule in asking:
        profiles = secured_rule.profiles.known or frozenset()
        if machine.site.host_type is HostType.PORTABLE and (
            profiles == DOMAIN_ONLY or _is_for_any_in_public(machine, secured_rule)
        ):
            continue  # The guide's advice for such a host, and what QD016 reports already.
        if _names_few_peers(secured_rule, options) or not _is_wide(outside.reach_of(secured_rule), own, options):
            continue
        left = outside.left_to(secured_rule)
        if not _is_wide(left.certain, own, options):
            continue
        where = f"on {the(sorted(profiles), 'profile')}"
        warns = moves and bool(profiles - DOMAIN_ONLY)
        yield Hit(
            subject=secured_rule,
            span=secured_rule.endpoint2.span if secured_rule.filter_list is None else secured_rule.filter_list.span,
            message=f"asks every host for IPsec {where}{but_for(left)}; each flow to one that never answers is a "
            "negotiation that stays open for its whole retransmission schedule",
            value=" ".join(sorted(profiles)),
            severity=Severity.WARNING if warns else Severity.INFO,
            fix=_domain_only(secured_rule) if warns else NAMED_PREFIXES,
        )


def _numbers_of(addresses: Addresses) -> dict[int, IntervalSet]:
    return {
        family: IntervalSet.of(*((each.first, each.last) for each in addresses if each.version == family))
        for family in ADDRESS_BITS
    }


def _names_few_peers(secured_rule: ConnectionSecurityRule, options: RequestOutboundToAnything) -> bool:
    """Whether a rule's ranges of peers are together too small for the Internet, as most rules show by themselves."""
    peers = secured_rule.endpoint2.known if secured_rule.filter_list is None else None
    named = {4: 0, 6: 0}
    for peer in peers or ():
        if not peer.version:
            return False
        named[peer.version] += max(0, peer.last - peer.first + 1)
    is_few_ipv4 = named[4] < 2 ** (ADDRESS_BITS[4] - options.wide_from_ipv4_prefix)
    return bool(peers) and is_few_ipv4 and named[6] < 2 ** (ADDRESS_BITS[6] - options.wide_from_ipv6_prefix)


def _is_wide(traffic: Traffic, own: Mapping[int, IntervalSet], options: RequestOutboundToAnything) -> bool:
    """Whether TCP or UDP traffic goes to so many foreign addresses that it is the Internet."""
    prefixes = {4: options.wide_from_ipv4_prefix, 6: options.wide_from_ipv6_prefix}
    for family, bits in ADDRESS_BITS.items():
        peers = [
            one.sets[Axis.DESTINATION]
            for one in traffic
            if one.family == family and OUT in one.sets[Axis.DIRECTION]
            if one.sets[Axis.PROTOCOL].meets(PROTOCOLS_WITH_PORTS)
        ]
        enough = 2 ** (bits - prefixes[family])
        if sum(each.size for each in peers) < enough:
            continue
        together = IntervalSet.of(*(span for each in peers for span in each.spans))
        if (together - own[family]).size >= enough:
            return True
    return False


def _domain_only(secured_rule: ConnectionSecurityRule) -> Fix:
    if secured_rule.dialect is not Dialect.WFAS:
        return NAMED_PREFIXES
    return Fix(
        (Assign(secured_rule, "profiles", DOMAIN_ONLY),),
        note="On the other profiles traffic is then not protected; stationary hosts may want to name prefixes instead.",
    )


@rule(
    "QD015",
    "require-outbound-to-unanswerable-peers",
    basis=Basis.REASONED,
    leads_to=(13805, 13813, 13825, 13809, 13812),
    needs=("non_ipsec_ranges",),
    cause=Cause.NEVER_FINISHES,
)
def require_outbound_to_unanswerable_peers(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A rule requires IPsec toward hosts that the site knows to have none.

    Why: With required outbound security nothing is sent until a security association exists. Each retry of
    the application is a new request to a peer that cannot answer, each waits out its retransmissions, and
    together they crowd the queue. The effect of requiring is documented; that it piles up is our reasoning, and
    which hosts have no IPsec is the site's word.

    Seen as: 13805 and 13813 toward these hosts, 13825 where one is a Windows host without a rule; the pile-up shows
    as 13809 and 13812.

    Bad: `action=requireinrequireout` to 10.0.0.0/8 while 10.9.0.0/16 is printers

    Good: The same rule beside `consec add rule ... endpoint2=10.9.0.0/16 action=noauthentication`

    Fix: Exempt these ranges, or make outbound security a request.

    Waive: When these hosts are not to be reached from here.
    """
    asking = [
        secured_rule
        for secured_rule in secured_rules(machine)
        if secured_rule.outbound.known is Security.REQUIRE and secured_rule.mode.known is not RuleMode.TUNNEL
    ]
    ranges = RangesLeft(machine, parsed(machine.site.non_ipsec_ranges or ()), doing_otherwise(machine, asking))
    for secured_rule in asking:
        left = ranges.left_to(secured_rule)
        if not left:
            continue
        words = listed([range_words for _, range_words in left])
        yield Hit(
            subject=secured_rule,
            span=secured_rule.outbound.span if secured_rule.filter_action is None else secured_rule.filter_action.span,
            message=f"requires IPsec toward {words}, where hosts have none; nothing can be sent to them",
            value=words,
            fix=exempting(
                machine, secured_rule, f"{secured_rule.name}: hosts without IPsec", tuple(range_ for range_, _ in left)
            ),
        )


class IsolationRuleActiveOnPublicProfile(Options):
    """The types of hosts that leave the network."""

    portable_hosts: frozenset[HostType]


@rule(
    "QD016",
    "isolation-rule-active-on-public-profile",
    basis=Basis.DOCUMENTED,
    leads_to=(13805, 13813, 13827),
    options=IsolationRuleActiveOnPublicProfile,
    needs=("host_type",),
    cause=Cause.TOO_MANY,
)
def isolation_rule_active_on_public_profile(
    machine: Machine, options: IsolationRuleActiveOnPublicProfile
) -> Iterator[Hit]:
    """A portable host asks every peer for IPsec also when it is away from the domain's network.

    Why: Away from its network every flow of the host goes to peers that cannot answer, and Kerberos has no key
    distribution centre to ask. Microsoft's guide limits the isolation rules of clients to the domain profile, so
    that portable devices can communicate without authentication elsewhere.

    Seen as: 13805 and 13813 for whatever the host talks to, 13827 ERROR_IPSEC_IKE_KERBEROS_ERROR.

    Bad: `profile=any` in the group policy of the laptops

    Good: `Set-NetIPsecRule -DisplayName X -Profile Domain`

    Fix: Limit the rule to the domain profile.

    Waive: For stationary hosts, of which the same guide advises all profiles so that protection is never lost
    silently: declare another `host_type`.
    """
    if machine.site.host_type not in options.portable_hosts:
        return
    for secured_rule in (*secured_rules(machine), *contexts_for_any_peer(machine)):
        profiles = secured_rule.profiles.known
        if profiles is None or not _is_for_any_in_public(machine, secured_rule):
            continue
        yield Hit(
            subject=secured_rule,
            span=secured_rule.profiles.span,
            message="asks every host for IPsec on the public profile too, where no peer can answer a portable host",
            value=" ".join(sorted(profiles)),
            fix=_domain_only(secured_rule),
        )


def _is_for_any_in_public(machine: Machine, secured_rule: ConnectionSecurityRule) -> bool:
    return Profile.PUBLIC in (secured_rule.profiles.known or ()) and includes_any(remote_side(machine, secured_rule))
