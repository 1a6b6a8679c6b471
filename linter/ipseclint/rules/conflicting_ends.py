"""Exemptions that undo protection, tunnels that lead into themselves, and peers whose policies do not mirror."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import TYPE_CHECKING

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.late import late_names
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, RuleAction, RuleMode, Security
from ipseclint.model.selectors import Address, Addresses, parse_address
from ipseclint.model.setting import Setting
from ipseclint.rule import Hit, NoOptions, Options, rule
from ipseclint.rules.conflicts import exempts_everything
from ipseclint.semantics.packets.axes import DOMAINS
from ipseclint.semantics.packets.box import Box
from ipseclint.semantics.traffic import RuleGroup, connection_group
from ipseclint.words import percent

if TYPE_CHECKING:
    from ipseclint.semantics.packets.mirrors import overlapping_pairs
else:
    (overlapping_pairs,) = late_names("ipseclint.semantics.packets.mirrors", "overlapping_pairs")

_INFRASTRUCTURE = ("domain_controllers", "dns_servers", "dhcp_servers", "pki_servers", "non_ipsec_ranges")


class Exempted(Options):
    """The share of a rule's traffic from which an exemption defeats it."""

    error_at_least_share: float


@rule("FL002", "exemption-wider-than-protected-set", basis=(Basis.DOCUMENTED, Basis.REASONED), options=Exempted)
def exemption_wider_than_protected_set(machine: Machine, options: Exempted) -> Iterator[Hit]:
    """An exemption takes away much of the traffic that a rule requires to be protected.

    Why: Exemptions apply regardless of other connection security rules, so what they cover goes in clear text where
    the design asks for protection. Infrastructure must be exempt; with the infrastructure in the site's facts every
    other exemption from a rule that requires is reported, without them only one that takes a large share. The share
    is our reasoning.

    Seen as: Clear text; at a peer that requires inbound protection, event 4963.

    Bad: an exemption for 10.0.0.0/8 because one domain controller lives there, beside a rule for 10.0.0.0/8

    Good: an exemption for the domain controller's own address

    Fix: Exempt the hosts or the subnet of the servers only.

    Waive: For traffic that is meant to go in clear text; better, name it in the site's facts.
    """
    if not any(each.action.known is RuleAction.EXEMPT for each in machine.policy.connection_security_rules):
        return
    declared = _declared(machine)
    for group in _connection_groups(machine):
        members = zip(group.things, group.rules, strict=True)
        pairs = [(member, rule) for member, rule in members if isinstance(member, ConnectionSecurityRule)]
        taking = [
            (pair, rule)
            for pair, rule in pairs
            if pair.action.known is RuleAction.EXEMPT and not exempts_everything(pair)
        ]
        taking = [(each, rule) for each, rule in taking if not declared or not _is_declared(each, declared)]
        requiring = [(each, rule) for each, rule in pairs if _requires(each)]
        meeting = overlapping_pairs([rule.boxes for _, rule in taking], [rule.boxes for _, rule in requiring])
        for one, other in meeting:
            (exemption, taken), (protected, wanted) = taking[one], requiring[other]
            share = _share(wanted.boxes, taken.boxes)
            grave = share >= options.error_at_least_share
            if share > 0 and (grave or declared):
                yield Hit(
                    subject=exemption,
                    span=exemption.span,
                    message=f'exemption "{exemption.name}" {"" if grave else "is for what no site fact names, and "}'
                    f'takes {percent(share)} of what "{protected.name}" requires to be protected',
                    value=protected.name,
                    severity=Severity.ERROR if grave else None,
                    related=((protected.name, protected.span),),
                    fix=Fix(
                        note="Exempt no more than has to go in clear text. What is named under [site], for example "
                        "in `non_ipsec_ranges`, is not reported."
                    ),
                )


def _connection_groups(machine: Machine) -> Iterator[RuleGroup]:
    group = connection_group(machine)
    return iter((group,) if group.things else ())


def _requires(protected: ConnectionSecurityRule) -> bool:
    return protected.action.known is RuleAction.NEGOTIATE and Security.REQUIRE in {
        protected.inbound.known,
        protected.outbound.known,
    }


def _share(wanted: tuple[Box, ...], taken: tuple[Box, ...]) -> float:
    """The share of some boxes that others cover, by the number of packets; the larger of both families.

    Boxes of one rule may overlap, so it is an upper bound; conditions of keywords are ignored.
    """
    shares = []
    for family in DOMAINS:
        whole = [each for each in wanted if each.family == family and not each.conditions]
        parts = [each for each in taken if each.family == family and not each.conditions]
        total = sum(map(_size, whole))
        if total:
            covered = sum(_size(one & other) for one in whole for other in parts if one.meets(other))
            shares.append(min(1.0, covered / total))
    return max(shares, default=0.0)


def _size(one: Box) -> int:
    return prod(each.size for each in one.sets)


def _declared(machine: Machine) -> tuple[Address, ...]:
    texts = [text for name in _INFRASTRUCTURE for text in getattr(machine.site, name) or ()]
    return tuple(address for text in texts if (address := parse_address(text)))


def _is_declared(exemption: ConnectionSecurityRule, ranges: tuple[Address, ...]) -> bool:
    """Whether all peers of an exemption are declared; the machine may be in either of its endpoints."""
    return _within(exemption.endpoint2, ranges) or _within(exemption.endpoint1, ranges)


def _within(setting: Setting[Addresses], ranges: tuple[Address, ...]) -> bool:
    """Whether every address of a side lies in a declared range, or is a keyword for infrastructure."""
    return all(
        not address.is_any
        and (
            address.version == 0
            or any(
                one.version == address.version and one.first <= address.first and address.last <= one.last
                for one in ranges
            )
        )
        for address in setting.known or ()
    )


@rule(
    "FL007",
    "tunnel-endpoint-inside-protected-subnet",
    basis=Basis.REASONED,
    leads_to=(13805, 13809),
    cause=Cause.NEVER_FINISHES,
)
def tunnel_endpoint_inside(machine: Machine, _options: NoOptions) -> Iterator[Hit]:
    """A tunnel's gateway has an address among those that the tunnel protects.

    Why: The packets of the tunnel itself match the rule again: they are protected twice, or the negotiation
    with the gateway waits for a security association with the gateway. IKE itself is exempt in Windows, so the
    loop is about other traffic to the gateway. This is our reasoning from how the filters are applied.

    Seen as: 13805 ERROR_IPSEC_IKE_TIMED_OUT or 13809 for the gateway's address.

    Bad: endpoint2=203.0.113.0/24 with remotetunnelendpoint=203.0.113.1

    Good: endpoint2=10.2.0.0/16 with remotetunnelendpoint=203.0.113.1

    Fix: Leave the gateway out of the protected addresses, or let protected traffic pass the tunnel by.

    Waive: Where the gateway talks to nobody but through IKE.
    """
    for connection_rule in machine.policy.connection_security_rules:
        if connection_rule.mode.known is not RuleMode.TUNNEL or connection_rule.enabled.known is False:
            continue
        if connection_rule.bypass_if_secured is not None and connection_rule.bypass_if_secured.known:
            continue
        ends = (
            (connection_rule.local_tunnel_endpoint, connection_rule.endpoint1, 1),
            (connection_rule.remote_tunnel_endpoint, connection_rule.endpoint2, 2),
        )
        for gateway, protected, number in ends:
            inside = _gateway_inside(gateway, protected)
            if gateway is not None and inside is not None:
                yield Hit(
                    subject=connection_rule,
                    span=gateway.span,
                    message=f"tunnel endpoint {inside[0]} lies in endpoint {number}, {inside[1]}",
                    value=str(inside[0]),
                    related=((f"endpoint {number}", protected.span),),
                )


def _gateway_inside(
    gateway: Setting[Addresses] | None, protected: Setting[Addresses]
) -> tuple[Address, Address] | None:
    """The gateway and the protected range around it; a rule for any address leaves no gateway outside."""
    for one in (gateway.known or ()) if gateway else ():
        for other in protected.known or ():
            ranges = one.version and one.version == other.version and not one.is_any and not other.is_any
            if ranges and other.first <= one.first and one.last <= other.last:
                return one, other
    return None
