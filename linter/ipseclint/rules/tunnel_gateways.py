"""Rules about the gateways of tunnels."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import RuleMode
from ipseclint.rule import Hit, Options, rule
from ipseclint.semantics.scope import secured_rules
from ipseclint.words import plural


class PacketQueuing(Options):
    """What to spread over processors on a gateway."""

    repaired_directions: frozenset[str]


@rule(
    "QD034",
    "tunnel-gateway-without-packet-queuing",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13815, 13860),
    options=PacketQueuing,
    cause=Cause.TOO_EXPENSIVE,
)
def tunnel_gateway_without_packet_queuing(machine: Machine, options: PacketQueuing) -> Iterator[Hit]:
    """A host with tunnel rules leaves all encrypted traffic to one processor.

    Why: Packet queuing spreads the receiving of encrypted traffic and the forwarding of clear traffic of site-to-site
    tunnels over the processors. Without it one core may be full while the others are idle; that the keying service
    then waits for it is our reasoning. Microsoft documents the setting, and that it is off by default. Of its SDN
    gateways it says that IPsec traffic stays on one core, whatever VMQ and vRSS do, and that GCMAES256 is the fastest.

    Seen as: One core at its limit on a gateway, then 13815 for quick modes and 13860 for keys that come too late.

    Bad: `EnablePacketQueuing None` on a gateway of 16 cores

    Good: `Set-NetFirewallSetting -EnablePacketQueuing Inbound,Forward`

    Fix: Spread both over the processors; AES-GCM-256 costs a core least.

    Waive: On a gateway of one core, or of little traffic.
    """
    tunnels = [secured_rule for secured_rule in secured_rules(machine) if secured_rule.mode.known is RuleMode.TUNNEL]
    said = [settings for settings in machine.policy.global_settings if settings.packet_queuing is not None]
    for settings in said or machine.policy.global_settings[:1]:
        queuing = settings.packet_queuing
        if not tunnels or (queuing is not None and queuing.known != frozenset()):
            continue
        yield Hit(
            subject=settings,
            span=settings.span if queuing is None else queuing.span,
            message=f"packet queuing is {'off' if queuing else 'not set, and so off,'} on a gateway of "
            f"{plural(len(tunnels), 'tunnel rule')}: one processor takes all encrypted traffic",
            value="off",
            related=(("first tunnel rule", tunnels[0].span),),
            fix=Fix((Assign(settings, "packet_queuing", options.repaired_directions),)),
        )
