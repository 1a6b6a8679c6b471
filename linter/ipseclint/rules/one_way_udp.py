"""Rules about UDP traffic that nothing answers, inside IPsec."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from ipseclint.finding import Basis, Cause
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, Reference, RuleMode
from ipseclint.model.selectors import UDP, Addresses, PortRange, Ports
from ipseclint.model.setting import Setting, Unknown
from ipseclint.rule import Hit, Options, rule
from ipseclint.rules._exempting import exempting
from ipseclint.rules._ranges import AddressRanges
from ipseclint.semantics.reach import parsed
from ipseclint.semantics.scope import exemptions, filters_of, overlaps, remote_side, secured_rules

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
    cause=Cause.TOO_MANY,
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
    exempt = _exempt(machine, options.one_way_ports)
    receivers = tuple(
        each for each in parsed(machine.site.one_way_udp_receivers or ()) if not exempt[None].covers(each)
    )
    concerned = frozenset(options.one_way_ports) | ({0} if receivers else set())
    for secured_rule in secured_rules(machine):
        if secured_rule.mode.known is RuleMode.TUNNEL:
            continue
        one_way = _one_way(_udp(machine, secured_rule, concerned), receivers, exempt)
        if one_way is None:
            continue
        what = f"UDP port {one_way[1][0]}" if one_way[1] else f"UDP to {one_way[0][0]}"
        yield Hit(
            subject=secured_rule,
            span=_place(secured_rule).span,
            message=f"secures {what}, which flows one way: without a packet back for 20 s "
            "the host negotiates anew, again and again",
            value=what,
            fix=exempting(machine, secured_rule, f"{secured_rule.name}: one-way UDP", one_way[0], UDP, one_way[1]),
        )


_Exempt = Mapping[int | None, AddressRanges]
"""The hosts whose UDP is exempt by one-way port; None is for those of which any port is."""


def _exempt(machine: Machine, one_way_ports: tuple[int, ...]) -> _Exempt:
    traffic = [udp for exemption in exemptions(machine) for udp in _udp(machine, exemption)]
    by_port: dict[int | None, AddressRanges] = {
        port: AddressRanges(
            address for addresses, ports in traffic if not ports or _includes(ports, port) for address in addresses
        )
        for port in one_way_ports
    }
    return by_port | {None: AddressRanges(address for addresses, _ in traffic for address in addresses)}


def _place(each: ConnectionSecurityRule) -> Reference | Setting[Ports] | Setting[Addresses]:
    if each.filter_list is not None:
        return each.filter_list
    return each.port2 if each.port2.known else each.endpoint2


def _one_way(secured: Iterable[_Traffic], receivers: Addresses, exempt: _Exempt) -> _Traffic | None:
    """The first one-way traffic that is secured and not exempt; None if there is none."""
    one_way = tuple(port for port in exempt if port is not None)
    for addresses, own in secured:
        for port in _included(own, one_way):
            left = tuple(address for address in addresses if not exempt[port].covers(address))
            if left:
                return left, (PortRange(port, port),)
        for receiver in () if own else receivers:
            if any(overlaps(receiver, each) for each in addresses):
                return (receiver,), ()
    return None


@lru_cache(maxsize=4096)
def _included(ports: Ports, wanted: tuple[int, ...]) -> tuple[int, ...]:
    """Those of the wanted ports that are among others; long filter lists ask the same over and over."""
    return tuple(port for port in wanted if _includes(ports, port))


def _includes(ports: Ports, port: int) -> bool:
    return any(each.first <= port <= each.last for each in ports)


def _udp(machine: Machine, each: ConnectionSecurityRule, concerned: frozenset[int] | None = None) -> list[_Traffic]:
    """What UDP a rule is for, seen from a sender; of filters only those for the ports that are concerned, if told."""
    if each.filter_list is not None:
        return [
            ((row.destination,), _ports(row.destination_port))
            for row in filters_of(machine, each)
            if (concerned is None or row.destination_port in concerned) and row.protocol in {None, UDP}
        ]
    if each.protocol.known not in {None, UDP} or isinstance(each.protocol.value, Unknown):
        return []
    return [(remote_side(machine, each), each.port2.known or ())]


@lru_cache(maxsize=1024)
def _ports(number: int) -> Ports:
    return (PortRange(number, number),) if number else ()
