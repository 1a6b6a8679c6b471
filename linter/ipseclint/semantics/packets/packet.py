"""One concrete packet, the witness of a finding."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipseclint.semantics.packets.axes import (
    DIRECTIONS,
    ICMP_PROTOCOLS,
    INTERFACES,
    PROFILES,
    PROTOCOLS_WITH_PORTS,
)

if TYPE_CHECKING:
    from ipseclint.semantics.packets.box import Condition

_NAMES = {1: "icmp", 6: "tcp", 17: "udp", 47: "gre", 50: "esp", 51: "ah", 58: "icmpv6"}


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet: addresses and protocol as numbers, and whatever else is known of it.

    None: the packet has no such field, or it is not told and any value may be meant. `holds` are the
    conditions it is assumed to meet, such as its source being one of the machine's own addresses.
    """

    family: int
    source: int
    destination: int
    protocol: int | None = None
    source_port: int | None = None
    destination_port: int | None = None
    icmp: int | None = None
    interface: int | None = None
    profile: int | None = None
    direction: int | None = None
    holds: frozenset[Condition] = frozenset()

    @classmethod
    def from_values(cls, family: int, values: Sequence[int], holds: frozenset[Condition]) -> Packet:
        """The packet with these field values, in the order of `Axis`, without the fields its protocol lacks."""
        source, destination, protocol, source_port, destination_port, icmp, interface, profile, direction = values
        has_ports, has_type = protocol in PROTOCOLS_WITH_PORTS, protocol in ICMP_PROTOCOLS[family]
        return cls(
            family,
            source,
            destination,
            protocol,
            source_port if has_ports else None,
            destination_port if has_ports else None,
            icmp if has_type else None,
            interface,
            profile,
            direction,
            holds,
        )

    def values(self) -> tuple[int | None, ...]:
        """The field values in the order of `Axis`."""
        return (
            self.source,
            self.destination,
            self.protocol,
            self.source_port,
            self.destination_port,
            self.icmp,
            self.interface,
            self.profile,
            self.direction,
        )

    def __str__(self) -> str:
        ends = (
            _end(self.family, self.source, self.source_port),
            _end(self.family, self.destination, self.destination_port),
        )
        words = [f"{ends[0]} -> {ends[1]}"]
        if self.protocol is not None:
            words.append(_NAMES.get(self.protocol, f"protocol {self.protocol}"))
        if self.icmp is not None:
            words.append(f"type {self.icmp >> 8} code {self.icmp & 255}")
        for value, names in (
            (self.direction, DIRECTIONS),
            (self.profile, PROFILES),
            (self.interface, INTERFACES),
        ):
            if value is not None:
                words.append(names[value])
        if self.holds:
            words.append("where " + ", ".join(sorted(map(str, self.holds))))
        return " ".join(words)


def _end(family: int, address: int, port: int | None) -> str:
    if family == 4:
        text = str(ipaddress.IPv4Address(address))
        return text if port is None else f"{text}:{port}"
    text = str(ipaddress.IPv6Address(address))
    return text if port is None else f"[{text}]:{port}"
