"""The packets that Windows exempts whatever the rules say, by its global settings (MS-FASP 2.2.39).

Neighbor discovery is the five messages of RFC 4861, router discovery the first two of them; DHCP is the traffic between
the ports of clients and servers (RFC 2131, RFC 8415).
"""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.model.machine import Machine
from ipseclint.model.setting import Setting
from ipseclint.semantics.packets.axes import ICMP_PROTOCOLS, UDP
from ipseclint.semantics.packets.box import Box, box
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.vocabulary.settings import Exemption

_TYPES = {Exemption.NEIGHBOR_DISCOVERY: (133, 137), Exemption.ROUTER_DISCOVERY: (133, 134)}
_DHCP_PORTS = {4: IntervalSet.of((67, 68)), 6: IntervalSet.of((546, 547))}


def chosen(machine: Machine) -> Setting[frozenset[Exemption]] | None:
    """The exemptions in force, as far as the policy says: a GPO's before the machine's own."""
    settings = sorted(machine.policy.global_settings, key=lambda each: each.store is None)
    return next((each.exemptions for each in settings if each.exemptions is not None), None)


def exempt_packets(exemption: Exemption) -> Iterator[Box]:
    """The packets of one exemption."""
    if exemption in _TYPES:
        first, last = _TYPES[exemption]
        yield box(6, icmp=IntervalSet.of((first << 8, (last << 8) | 0xFF)))
    elif exemption is Exemption.ICMP:
        yield from (box(family, protocol=protocol) for family, protocol in ICMP_PROTOCOLS.items())
    else:
        for family, ports in _DHCP_PORTS.items():
            yield box(family, protocol=IntervalSet.of(UDP), source_port=ports, destination_port=ports)
