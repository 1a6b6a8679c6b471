"""UDP that nothing answers, inside IPsec."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, Reference, RuleMode
from ipseclint.model.selectors import UDP, Address, Addresses, PortRange, Ports, parse_address
from ipseclint.model.setting import Setting, Unknown
from ipseclint.rule import Hit, Options, rule
from ipseclint.rules._scope import covers, exemptions, filters_of, overlaps, remote_side, secured_rules

_Traffic = tuple[Addresses, Ports]
"""Peers and their UDP ports; no ports means all."""


class OneWayUdp(Options):
    """The UDP ports of services whose receivers do not answer: syslog, SNMP traps, NetFlow, IPFIX, sFlow."""

    one_way_ports: tuple[int, ...]


@rule(
    "QD029",
    "one-way-udp-inside-ipsec-rule",
    basis=Basis.DOCUMENTED,
    leads_to=(13810, 13886, 13805),
    options=OneWayUdp,
)
def one_way_udp_inside_ipsec_rule(machine: Machine, options: OneWayUdp) -> Iterator[Hit]:
    """A rule secures UDP that flows one way only, such as syslog.

    Why: For UDP Windows takes a peer for dead when no packet came back for more than 20 s: it must then try a new quick
    mode and, if that fails, a new main mode. A sender whose receiver never answers so keeps making quick modes.
    Microsoft documents the timer. That a rule for one of these ports carries one-way traffic follows from the
    services; of a rule for all ports it is known only when the site's facts name the receivers as
    `one_way_udp_receivers`, and without them such a rule is not reported.

    Seen as: Quick modes with one peer every 20 s or so; under load 13810, then 13886 and 13805.

    Bad: A rule for all traffic that requires IPsec, on a host that sends syslog

    Good: The same beside `consec add rule name=syslog protocol=udp port2=514 endpoint1=any endpoint2=10.1.1.5
    action=noauthentication`

    Fix: Exempt the port toward the receiver, or send over TCP.

    Waive: When sender and receiver exchange other traffic over the same security association, which satisfies
    the timer.
    """
    ports = tuple(PortRange(each, each) for each in options.one_way_ports)
    exempt = [traffic for each in exemptions(machine) for traffic in _udp(machine, each)]
    named = tuple(filter(None, map(parse_address, machine.site.one_way_udp_receivers or ())))
    receivers = tuple(each for each in named if not _exempt(each, None, exempt))
    for each in secured_rules(machine):
        if each.mode.known is RuleMode.TUNNEL:
            continue
        found = _one_way(_udp(machine, each), ports, receivers, exempt)
        if found is None:
            continue
        yield Hit(
            subject=each,
            span=_place(each).span,
            message=f"secures {found}, which flows one way: without a packet back for 20 s "
            "the host negotiates anew, again and again",
            value=found,
            fix=Fix(note="Exempt this traffic toward its receiver, or send it over TCP."),
        )


def _place(each: ConnectionSecurityRule) -> Reference | Setting[Ports] | Setting[Addresses]:
    if each.filter_list is not None:
        return each.filter_list
    return each.port2 if each.port2.known else each.endpoint2


def _one_way(secured: list[_Traffic], ports: Ports, receivers: Addresses, exempt: list[_Traffic]) -> str | None:
    """The one-way traffic that is secured and not exempt, in words; None if there is none."""
    for addresses, own in secured:
        for port in ports if own else ():
            if _includes(own, port) and not all(_exempt(each, port, exempt) for each in addresses):
                return f"UDP port {port}"
        for receiver in () if own else receivers:
            if any(overlaps(receiver, each) for each in addresses):
                return f"UDP to {receiver}"
    return None


def _exempt(address: Address, port: PortRange | None, exempt: list[_Traffic]) -> bool:
    """Whether an exemption takes in an address, for a port or, without one, for any port at all."""
    return any(
        (port is None or not ports or _includes(ports, port)) and any(covers(each, address) for each in addresses)
        for addresses, ports in exempt
    )


def _includes(ports: Ports, port: PortRange) -> bool:
    return any(each.first <= port.first and port.last <= each.last for each in ports)


def _udp(machine: Machine, each: ConnectionSecurityRule) -> list[_Traffic]:
    """What UDP a rule is for, seen from a sender."""
    if each.filter_list is not None:
        rows = (row for row in filters_of(machine, each) if row.protocol in {None, UDP})
        return [((row.destination,), _ports(row.destination_port)) for row in rows]
    if each.protocol.known not in {None, UDP} or isinstance(each.protocol.value, Unknown):
        return []
    return [(remote_side(machine, each), each.port2.known or ())]


def _ports(number: int) -> Ports:
    return (PortRange(number, number),) if number else ()
