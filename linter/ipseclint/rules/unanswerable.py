"""Rules that start negotiations with hosts that cannot answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
from ipseclint.model.selectors import Address, Addresses
from ipseclint.model.site import HostType
from ipseclint.rule import Hit, Options, rule
from ipseclint.rules._exempting import exempting
from ipseclint.rules._ranges import AddressRanges
from ipseclint.semantics.reach import parsed
from ipseclint.semantics.scope import (
    contexts_for_any_peer,
    covers,
    exemptions,
    includes_any,
    overlaps,
    remote_side,
    secured_rules,
)
from ipseclint.vocabulary.addresses import AddressKeyword

DOMAIN_ONLY = frozenset({Profile.DOMAIN})


class RequestOutboundToAnything(Options):
    """Which addresses are one's own, and from how many others on a rule is for the Internet."""

    own_ranges: tuple[str, ...]
    wide_from_addresses: int


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

    Why: A rule that requests outbound security sends in clear text and negotiates beside it, once for each new
    flow. A peer that never answers keeps the negotiation alive for the whole schedule of retransmissions:
    about 30 s since Windows 7, about 62 s before. So as many dead negotiations are open as flows start in that
    time, and they take room in the queue that live peers need. Microsoft documents the mechanism and the
    number of retransmissions; the seconds are our sum. From how many foreign addresses on a rule counts as one for
    the Internet is our choice.

    Seen as: 13805 ERROR_IPSEC_IKE_TIMED_OUT and 13813 ERROR_IPSEC_IKE_DROP_NO_RESPONSE in bulk; live peers get 13809
    and 13811.

    Bad: `netsh advfirewall consec add rule ... endpoint1=any endpoint2=any action=requestinrequestout profile=any`

    Good: `netsh advfirewall consec add rule ... endpoint1=any endpoint2=any action=requestinrequestout profile=domain`

    Fix: Limit the rule to the domain profile, or to the prefixes of the intranet, or exempt the rest.

    Waive: On hosts that start few flows to the outside. A peer that answers in clear text on the same connection
    stops the retransmissions, so that browsing the web costs less than dead hosts.
    """
    own = parsed(options.own_ranges)
    if any(
        _is_wide(remote_side(machine, exemption), own, options.wide_from_addresses) for exemption in exemptions(machine)
    ):
        return
    for secured_rule in (*secured_rules(machine), *contexts_for_any_peer(machine)):
        profiles = secured_rule.profiles.known
        if secured_rule.outbound.known is not Security.REQUEST or profiles is None:
            continue
        if not _is_wide(remote_side(machine, secured_rule), own, options.wide_from_addresses):
            continue
        outside = profiles - DOMAIN_ONLY
        where = f"on the {' and '.join(sorted(profiles))} profile{'s' if len(profiles) > 1 else ''}"
        yield Hit(
            subject=secured_rule,
            span=secured_rule.endpoint2.span if secured_rule.filter_list is None else secured_rule.filter_list.span,
            message=f"asks every host for IPsec {where}; each flow to one that never answers is a negotiation "
            "that stays open for its whole retransmission schedule",
            value=" ".join(sorted(profiles)),
            severity=Severity.WARNING if outside else Severity.INFO,
            fix=_domain_only(secured_rule) if outside else Fix(note="Name the prefixes of the intranet as endpoint 2."),
        )


def _is_wide(addresses: Addresses, own: Addresses, from_addresses: int) -> bool:
    """Whether it takes in the Internet, or that many addresses that are not one's own."""
    if includes_any(addresses) or any(address.keyword is AddressKeyword.INTERNET for address in addresses):
        return True
    foreign = (
        address for address in addresses if address.version and not any(covers(range_, address) for range_ in own)
    )
    return any(each.last - each.first + 1 >= from_addresses for each in foreign)


def _domain_only(each: ConnectionSecurityRule) -> Fix:
    if each.dialect is not Dialect.WFAS:
        return Fix(note="Name the prefixes of the intranet instead of any peer.")
    return Fix(
        (Assign(each, "profiles", DOMAIN_ONLY),),
        note="On the other profiles traffic is then not protected; stationary hosts may want to name prefixes instead.",
    )


@rule(
    "QD015",
    "require-outbound-to-unanswerable-peers",
    basis=Basis.REASONED,
    leads_to=(13805, 13813, 13825, 13809),
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
    ranges = parsed(machine.site.non_ipsec_ranges or ())
    exempt = AddressRanges(address for exemption in exemptions(machine) for address in remote_side(machine, exemption))
    open_ranges = [each for each in ranges if not exempt.covers(each)]
    for secured_rule in secured_rules(machine):
        if secured_rule.outbound.known is not Security.REQUIRE or secured_rule.mode.known is RuleMode.TUNNEL:
            continue
        side = remote_side(machine, secured_rule)
        met = [range_ for range_ in open_ranges if any(overlaps(range_, address) for address in side)]
        if not met:
            continue
        yield Hit(
            subject=secured_rule,
            span=secured_rule.outbound.span if secured_rule.filter_action is None else secured_rule.filter_action.span,
            message=f"requires IPsec toward {_listed(met)}, where hosts have none; nothing can be sent to them",
            value=_listed(met),
            fix=exempting(machine, secured_rule, f"{secured_rule.name}: hosts without IPsec", tuple(met)),
        )


_SHOWN = 3


def _listed(addresses: Iterable[Address]) -> str:
    texts = [str(each) for each in addresses]
    more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    return ", ".join(texts[:_SHOWN]) + more


class IsolationRuleActiveOnPublicProfile(Options):
    """The hosts that leave the network."""

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
        if profiles is None or Profile.PUBLIC not in profiles or not includes_any(remote_side(machine, secured_rule)):
            continue
        yield Hit(
            subject=secured_rule,
            span=secured_rule.profiles.span,
            message="asks every host for IPsec on the public profile too, where no peer can answer a portable host",
            value=" ".join(sorted(profiles)),
            fix=_domain_only(secured_rule),
        )
