"""Tunnel rules that Windows does not accept, and gateways that carry all their traffic on one processor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ipseclint.finding import Basis, Cause
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, Dialect, RuleAction, RuleMode, Security
from ipseclint.model.selectors import Addresses, parse_address
from ipseclint.rule import Hit, Options, rule
from ipseclint.semantics.scope import covers, secured_rules
from ipseclint.source import Span
from ipseclint.vocabulary.protocols import protocol_name
from ipseclint.words import plural, series

_CLEAR_OUT = (Security.REQUIRE, Security.NONE)
_TUNNEL_SECURITY = {(Security.REQUIRE, Security.REQUIRE), _CLEAR_OUT}
"""The inbound and outbound security that a tunnel rule may have."""

_ENDS = (("local", "local_tunnel_endpoint"), ("remote", "remote_tunnel_endpoint"))
_LOOPBACK = tuple(network for text in ("127.0.0.0/8", "::1") if (network := parse_address(text)))


@rule("FL012", "malformed-tunnel-rule", basis=Basis.DOCUMENTED)
def malformed_tunnel_rule(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A tunnel rule names ports, a protocol, a softer action or endpoints that do not fit, or a transport rule has
    an option of tunnels.

    Why: A tunnel carries all traffic between two networks, and requires it: Windows accepts a tunnel rule only
    without ports and protocol, with the action require inbound and outbound (or clear outbound), with both tunnel
    endpoints fixed or both any, of one IP version, and none of them a loopback address. In dynamic tunnel mode one
    endpoint may be any. The action requireinclearout and the exemption of traffic that is secured already exist in
    tunnel mode only. A rule that breaks this fails the check (FW_RULE_STATUS_SEMANTIC_ERROR_TUNNEL_ENDPOINT_ADDR,
    DTE_..., REQUIRE_IN_CLEAR_OUT_ON_TRANSPORT or BYPASS_TUNNEL_IF_SECURE_ON_TRANSPORT) and is not enforced.

    Seen as: An error message of the tool, or a rule from group policy whose status in `Get-NetIPsecRule` is that
    error; nothing goes through the tunnel.

    Bad: `netsh advfirewall consec add rule name=T mode=tunnel endpoint1=10.1.0.0/16 endpoint2=10.2.0.0/16
    protocol=tcp port2=80 localtunnelendpoint=198.51.100.1 remotetunnelendpoint=203.0.113.1 action=requireinrequireout`

    Good: `netsh advfirewall consec add rule name=T mode=tunnel endpoint1=10.1.0.0/16 endpoint2=10.2.0.0/16
    localtunnelendpoint=198.51.100.1 remotetunnelendpoint=203.0.113.1 action=requireinrequireout`

    Fix: Leave out ports and protocol, require both ways, give both endpoints in one IP version.

    Waive: Never: Windows does not accept the rule.
    """
    for connection_rule in machine.policy.connection_security_rules:
        if connection_rule.dialect is not Dialect.WFAS:
            continue
        if connection_rule.mode.known is RuleMode.TUNNEL:
            yield from _selectors(connection_rule)
            yield from _security(connection_rule)
            yield from _endpoints(connection_rule)
        elif connection_rule.mode.known is RuleMode.TRANSPORT:
            yield from _tunnel_options(connection_rule)


def _selectors(connection_rule: ConnectionSecurityRule) -> Iterator[Hit]:
    given = [field for field in ("port1", "port2") if getattr(connection_rule, field).known]
    if connection_rule.protocol.known is not None:
        given.insert(0, "protocol")
    if given:
        values = {field: getattr(connection_rule, field) for field in given}
        shown = series(f"{field} {_text(field, setting.known)}" for field, setting in values.items())
        clear = (Assign(connection_rule, field, None if field == "protocol" else ()) for field in given)
        first = values[given[0]]
        yield Hit(
            subject=connection_rule,
            span=first.span,
            message=f"tunnel rule for {shown}; use any protocol and no ports",
            value=shown,
            fix=Fix(tuple(clear), "The tunnel then carries all traffic between its networks.", risky=True),
        )


def _text(field: str, value: Any) -> str:
    return protocol_name(value) if field == "protocol" else ",".join(map(str, value))


def _security(connection_rule: ConnectionSecurityRule) -> Iterator[Hit]:
    inbound, outbound = connection_rule.inbound.known, connection_rule.outbound.known
    if connection_rule.action.known is not RuleAction.NEGOTIATE or inbound is None or outbound is None:
        return
    if (inbound, outbound) not in _TUNNEL_SECURITY:
        require = tuple(Assign(connection_rule, field, Security.REQUIRE) for field in ("inbound", "outbound"))
        yield Hit(
            subject=connection_rule,
            span=connection_rule.inbound.span if inbound is not Security.REQUIRE else connection_rule.outbound.span,
            message=f"tunnel rule with {inbound} inbound and {outbound} outbound; require in both directions",
            value=f"{inbound} {outbound}",
            fix=Fix(require, risky=True),
        )


def _endpoints(connection_rule: ConnectionSecurityRule) -> Iterator[Hit]:
    ends = {side: getattr(connection_rule, field) for side, field in _ENDS}
    dynamic = connection_rule.dynamic_tunnel is not None and connection_rule.dynamic_tunnel.known
    missing = [side for side, end in ends.items() if end is None]
    if missing and not dynamic and connection_rule.action.known is RuleAction.NEGOTIATE:
        yield Hit(
            subject=connection_rule,
            span=connection_rule.mode.span,
            message=f"tunnel rule without {series(missing)} tunnel endpoint; name both",
            value=f"missing {' '.join(missing)}",
            fix=Fix(note="Give the addresses of both gateways."),
        )
    known = {side: end.known for side, end in ends.items() if end is not None and end.known}
    for side, addresses in known.items():
        if _has_loopback(addresses):
            shown = ", ".join(map(str, addresses))
            yield Hit(
                subject=connection_rule,
                span=ends[side].span,
                message=f"{side} tunnel endpoint {shown} is loopback; use the address of a gateway",
                value=f"{side} {shown}",
                fix=Fix(note="Give the address at which the other gateway reaches this one."),
            )
    if len(known) == len(_ENDS):
        yield from _pair(connection_rule, ends["remote"].span, known["local"], known["remote"])


def _has_loopback(addresses: Addresses) -> bool:
    return any(covers(network, address) for address in addresses for network in _LOOPBACK)


def _pair(connection_rule: ConnectionSecurityRule, place: Span, local: Addresses, remote: Addresses) -> Iterator[Hit]:
    texts = {side: ", ".join(map(str, addresses)) for side, addresses in (("local", local), ("remote", remote))}
    shown = f"local tunnel endpoint {texts['local']} with remote {texts['remote']}"
    is_static = connection_rule.dynamic_tunnel is not None and connection_rule.dynamic_tunnel.known is False
    if is_static and _is_any(local) != _is_any(remote):
        yield Hit(
            subject=connection_rule,
            span=place,
            message=f"{shown} in a static tunnel; use both fixed or both any",
            value=shown,
            fix=Fix(note="Give both addresses, or make the tunnel dynamic."),
        )
    versions = [{address.version for address in addresses if address.version} for addresses in (local, remote)]
    if all(versions) and versions[0] != versions[1]:
        yield Hit(
            subject=connection_rule,
            span=place,
            message=f"{shown}; use endpoints of one IP version",
            value=shown,
            fix=Fix(note="Give both gateways by addresses of one IP version."),
        )


def _is_any(addresses: Addresses) -> bool:
    return any(address.is_any for address in addresses)


def _tunnel_options(connection_rule: ConnectionSecurityRule) -> Iterator[Hit]:
    if (
        connection_rule.action.known is RuleAction.NEGOTIATE
        and (connection_rule.inbound.known, connection_rule.outbound.known) == _CLEAR_OUT
    ):
        yield Hit(
            subject=connection_rule,
            span=connection_rule.outbound.span,
            message="require inbound and clear outbound in a transport rule; that is for tunnels only",
            value="clear outbound",
            fix=Fix((Assign(connection_rule, "outbound", Security.REQUEST),), risky=True),
        )
    bypass = connection_rule.bypass_if_secured
    if bypass is not None and bypass.known:
        yield Hit(
            subject=connection_rule,
            span=bypass.span,
            message="traffic that is secured already is exempt in a transport rule; that is for tunnels only",
            value="bypass",
            fix=Fix((Assign(connection_rule, "bypass_if_secured", False),)),
        )


class PacketQueuing(Options):
    """The packets to spread over processors on a gateway."""

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
