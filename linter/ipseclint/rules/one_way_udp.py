"""Rules about UDP traffic that nothing answers, inside tunnels that watch for dead peers."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, RuleMode
from ipseclint.model.selectors import ANY_ADDRESS, UDP, Addresses
from ipseclint.rule import Hit, Options, rule
from ipseclint.semantics.reach import covers, parsed
from ipseclint.semantics.scope import secured_rules
from ipseclint.semantics.treatment import Question, Service, doing_otherwise, traffic_with
from ipseclint.vocabulary.algorithms import KeyModule


class OneWayUdp(Options):
    """The UDP ports of services whose receivers do not answer: syslog, SNMP traps, NetFlow, IPFIX, sFlow."""

    one_way_ports: tuple[int, ...]


@rule(
    "QD029",
    "one-way-udp-inside-ipsec-rule",
    basis=Basis.DOCUMENTED,
    leads_to=(13810, 13886, 13805),
    options=OneWayUdp,
    cause=Cause.TOO_MANY,
)
def one_way_udp_inside_ipsec_rule(machine: Machine, options: OneWayUdp) -> Iterator[Hit]:
    """An IKEv2 tunnel between sites carries UDP that flows one way only, such as syslog.

    Why: In an IKEv2 tunnel between two servers, Windows Server 2012 and later, the gateway takes its peer for dead when
    no packet came back for more than 20 s: it must then try a new quick mode and, if that fails, a new main mode.
    A tunnel of its own for one-way UDP so keeps making quick modes. Microsoft documents the timer, and that no other
    negotiation of Windows has it: not transport mode, not IKEv1 or AuthIP, not the IKEv2 of a VPN client. That a
    rule for one of these ports carries one-way traffic follows from the services; of a rule for all ports it is known
    only when the site's facts name the receivers as `one_way_udp_receivers`, and the tunnel is for them alone.

    Seen as: Quick modes with one peer every 20 s or so; under load 13810, then 13886 and 13805.

    Bad: A tunnel rule `-KeyModule IKEv2 -RemoteAddress` of the syslog server alone, a receiver of the site's facts

    Good: A tunnel rule for all traffic between the sites, in which answers to other packets satisfy the timer

    Fix: Let the tunnel carry the other traffic between the sites too, or send over TCP.

    Waive: When sender and receiver exchange other traffic over the same security association.
    """
    receivers = parsed(machine.site.one_way_udp_receivers or ())
    asking = [
        secured_rule
        for secured_rule in secured_rules(machine)
        if secured_rule.mode.known is RuleMode.TUNNEL and secured_rule.key_modules.known == frozenset({KeyModule.IKEV2})
    ]
    if not asking:
        return
    others = doing_otherwise(machine, asking)
    anybody: Addresses = (ANY_ADDRESS,)
    ports = [(port, _asked(machine, anybody, port, others)) for port in options.one_way_ports]
    to_receivers = _asked(machine, receivers, None, others)
    for tunnel in asking:
        own = _own_ports(tunnel)
        port = next((port for port, question in ports if port in own and question.left_to(tunnel).certain), None)
        if port is None and not (_is_for(tunnel, receivers) and to_receivers.left_to(tunnel).certain):
            continue
        what = f"UDP port {port}" if port is not None else f"UDP to {receivers[0]}"
        yield Hit(
            subject=tunnel,
            span=(tunnel.port2 if tunnel.port2.known else tunnel.endpoint2).span,
            message=f"an IKEv2 tunnel for {what}, which flows one way: without a packet back for 20 s "
            "the gateway negotiates again and again",
            value=what,
            fix=Fix(note="Let the tunnel carry the other traffic between the sites too, or send over TCP."),
        )


def _asked(machine: Machine, peers: Addresses, port: int | None, others: list[ConnectionSecurityRule]) -> Question:
    return Question(machine, traffic_with(machine, peers, Service(protocol=UDP, port=port)) if peers else (), others)


def _own_ports(tunnel: ConnectionSecurityRule) -> frozenset[int]:
    """The UDP ports that a rule names, singly or in ranges; none if it is for any port."""
    if tunnel.protocol.known != UDP:
        return frozenset()
    return frozenset(port for part in tunnel.port2.known or () for port in range(part.first, part.last + 1))


def _is_for(tunnel: ConnectionSecurityRule, receivers: Addresses) -> bool:
    """Whether a tunnel is for these hosts only."""
    far = tunnel.endpoint2.known or ()
    return bool(far) and all(covers(receivers, address) for address in far)
