"""Rules about firewall rules that block IPsec itself, or demand IPsec that no rule provides."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Assign, Fix
from ipseclint.model.kinds import label
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    ConnectionSecurityRule,
    Direction,
    FirewallAction,
    FirewallRule,
    PolicyObject,
    Profile,
    RuleAction,
    VpnConnection,
    VpnServer,
)
from ipseclint.model.values import Frozen
from ipseclint.rule import Hit, Options, rule
from ipseclint.semantics.packets.axes import PROFILES, Axis
from ipseclint.semantics.peers import Peers
from ipseclint.semantics.rule_boxes import inbound_firewall_boxes
from ipseclint.semantics.scope import action_of, includes_any, ruled_out, secured_rules
from ipseclint.semantics.treatment import Question, doing_otherwise
from ipseclint.source import Span


class Way(Frozen, forbid_unknown_fields=True):
    """A kind of traffic that IPsec needs: its name, its protocol, and its port if it has one."""

    name: str
    protocol: int
    port: int | None = None


class IkePortsBlocked(Options):
    """The traffic that IPsec needs."""

    needed: tuple[Way, ...]


@rule(
    "EX011",
    "ike-ports-blocked",
    basis=Basis.DOCUMENTED,
    leads_to=(13805, 13813),
    options=IkePortsBlocked,
    cause=Cause.NEVER_FINISHES,
)
def ike_ports_blocked(machine: Machine, options: IkePortsBlocked) -> Iterator[Hit]:
    """A firewall rule blocks IKE or ESP between hosts that have to negotiate.

    Why: Windows exempts IKE from its filters by itself as soon as there is main-mode policy, but only in a range of
    weights of its own: filters that weigh more, as those of a block rule do, win. Then no packet of the
    negotiation leaves or arrives. IKE uses UDP port 500 and, through NAT, 4500; what it protects is ESP, protocol
    50. A rule that allows them does not help: a block comes first. A tunnel negotiates with its gateway, and for peers
    that are exempted nothing is negotiated. A VPN server takes IKE in, a client sends it out. Rules for one program or
    service are not looked at.

    Seen as: 13805 ERROR_IPSEC_IKE_TIMED_OUT and 13813 ERROR_IPSEC_IKE_DROP_NO_RESPONSE for every peer, 809 of a VPN.

    Bad: a firewall rule `Action=Block|Dir=Out|Protocol=17` beside connection security rules

    Good: the same with the ports that are meant: `Action=Block|Dir=Out|Protocol=17|RPort=137`

    Fix: Disable the rule, or leave UDP 500, UDP 4500 and ESP out of it.

    Waive: When it is for peers that no connection security rule covers.
    """
    peers = Peers(machine)
    for firewall_rule in machine.policy.firewall_rules:
        if (
            firewall_rule.action.known is not FirewallAction.BLOCK
            or firewall_rule.direction.known is None
            or not firewall_rule.enabled.known
            or firewall_rule.narrowed
        ):
            continue
        ways = [way for way in options.needed if firewall_rule.takes(way.protocol, way.port)]
        blocked = [way.name for way in ways]
        remote, profiles = firewall_rule.remote.known or (), firewall_rule.profiles.known or frozenset()
        able = secured_rules(machine) if blocked and remote and profiles else ()
        direction = firewall_rule.direction.known
        hindered: PolicyObject | None = next((one for one in able if peers.may_meet(one, remote, profiles)), None)
        if hindered is None and blocked and includes_any(remote):
            hindered = _vpn_end(machine, direction)
        if hindered is not None:
            names = ", ".join(blocked)
            purpose = "to negotiate" if any(way.port for way in ways) else "for what it protects"
            what = f'rule "{hindered.name}"' if isinstance(hindered, ConnectionSecurityRule) else label(hindered)
            yield Hit(
                subject=firewall_rule,
                span=firewall_rule.action.span,
                message=f"blocks {direction} {names}, which {what} needs {purpose}",
                value=f"{direction} {names}",
                related=((what, hindered.span),),
                fix=Fix(
                    (Assign(firewall_rule, "enabled", False),), "What else the rule blocks is then open.", risky=True
                ),
            )


def _vpn_end(machine: Machine, direction: Direction | None) -> VpnServer | VpnConnection | None:
    """The end of a VPN that starts, or answers, IKE in a direction: a server inbound, a client outbound."""
    if direction is Direction.INBOUND:
        return next((server for server in machine.policy.vpn_servers if server.takes_ike), None)
    return next((connection for connection in machine.policy.vpn_connections if connection.tries_ike), None)


@rule("FL014", "profile-gap", basis=Basis.REASONED, leads_to=(13805,), cause=Cause.NEVER_FINISHES)
def profile_gap(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A firewall rule lets only secured traffic in on a profile where no connection security rule secures any of it.

    Why: The firewall rule waits for traffic that IPsec has authenticated, and on that profile nothing authenticates
    any: no connection security rule is active there, or those that are take other peers, protocols or ports, or an
    exemption takes all of it. It can never let anything in. Where an input holds no connection security rule that is
    enabled and secures, it is information: another may hold them. Clients that require IPsec time out, the others are
    dropped. Microsoft describes both kinds of rules and their profiles; that they have to match is our reasoning.

    Seen as: 4963 and dropped connections on this host, 13805 ERROR_IPSEC_IKE_TIMED_OUT at the clients.

    Bad: a firewall rule for all profiles with `Security=Authenticate`, connection security rules for the domain profile

    Good: both for the same profiles

    Fix: Make the firewall rule and a connection security rule for the same traffic active on the same profile.

    Waive: When nothing shall come in on that profile.
    """
    secured = list(secured_rules(machine))
    if not secured:
        yield from _without_rules(machine)
        return
    active = frozenset[Profile]().union(
        *(secured_rule.profiles.known or frozenset(Profile) for secured_rule in secured)
    )
    otherwise = doing_otherwise(machine, secured)
    for firewall_rule in machine.policy.firewall_rules:
        profiles = firewall_rule.profiles.known
        if profiles is None or not _waits_for_security(firewall_rule):
            continue
        question = Question(machine, inbound_firewall_boxes(firewall_rule, machine.site), otherwise)
        pieces = [piece for secured_rule in secured for piece in question.left_to(secured_rule).possible]
        left = frozenset(
            profile
            for profile in profiles
            if any(PROFILES.index(profile.value) in piece.sets[Axis.PROFILE] for piece in pieces)
        )
        gap = profiles - left
        if gap:
            names = ", ".join(sorted(gap))
            any_of_it = "any of it" if gap & active else "any"
            yield Hit(
                subject=firewall_rule,
                span=firewall_rule.profiles.span,
                message=f"lets only secured traffic in on the {names} profile, where no rule secures {any_of_it}",
                value=names,
                related=_demand(firewall_rule),
                fix=Fix((Assign(firewall_rule, "profiles", left),))
                if left
                else Fix(note="Make a connection security rule active on this profile that takes this traffic."),
            )


def _without_rules(machine: Machine) -> Iterator[Hit]:
    """Firewall rules that wait for security in an input without a rule that may secure, or a command not followed."""
    policy = machine.policy
    may_secure = any(_may_secure(machine, each) for each in policy.connection_security_rules)
    if may_secure or policy.open_ends or policy.wfp_filters:
        return
    for firewall_rule in policy.firewall_rules:
        if _waits_for_security(firewall_rule):
            yield Hit(
                subject=firewall_rule,
                span=firewall_rule.span,
                message="lets only secured traffic in, and no connection security rule of the input secures any",
                severity=Severity.INFO,
                related=_demand(firewall_rule),
                fix=Fix(note="Check it together with the input that holds the connection security rules, or make one."),
            )


def _may_secure(machine: Machine, connection_rule: ConnectionSecurityRule) -> bool:
    """Whether a rule may secure traffic: it is not known to be out of force, to exempt or to block."""
    out_of_force = connection_rule.enabled.known is False or id(connection_rule) in ruled_out(machine)
    return not out_of_force and action_of(machine, connection_rule) not in {RuleAction.EXEMPT, RuleAction.BLOCK}


def _waits_for_security(firewall_rule: FirewallRule) -> bool:
    """Whether a rule is enabled and lets traffic in only if IPsec has authenticated it."""
    is_inbound = firewall_rule.direction.known is Direction.INBOUND
    lets_in = firewall_rule.action.known is not FirewallAction.BLOCK
    return firewall_rule.security is not None and is_inbound and lets_in and bool(firewall_rule.enabled.known)


def _demand(firewall_rule: FirewallRule) -> tuple[tuple[str, Span], ...]:
    """The places where a rule demands security."""
    return (("the demand for security", firewall_rule.security.span),) if firewall_rule.security else ()
