"""The fields of a packet that a filter can look at, and the numbers they range over."""

from __future__ import annotations

from enum import IntEnum

from ipseclint.semantics.packets.intervals import IntervalSet

TCP, UDP, ICMP_V4, ICMP_V6 = 6, 17, 1, 58

PROTOCOLS_WITH_PORTS = IntervalSet.of(TCP, UDP)
"""The protocols whose ports a rule can name: [MS-FASP] 2.2.55 allows port fields with TCP and UDP only."""

ICMP_PROTOCOLS = {4: IntervalSet.of(ICMP_V4), 6: IntervalSet.of(ICMP_V6)}


class Axis(IntEnum):
    """One field of a packet, as a dimension of the packet space.

    `ICMP` is type * 256 + code. `INTERFACE`, `PROFILE` and `DIRECTION` are positions in the tuples of the
    same name below. The address family is no axis: a box is of one family.
    """

    SOURCE = 0
    DESTINATION = 1
    PROTOCOL = 2
    SOURCE_PORT = 3
    DESTINATION_PORT = 4
    ICMP = 5
    INTERFACE = 6
    PROFILE = 7
    DIRECTION = 8


INTERFACES = ("lan", "wireless", "ras")
PROFILES = ("domain", "private", "public")
DIRECTIONS = ("out", "in")
OUT, IN = 0, 1

ADDRESS_AXES = (Axis.SOURCE, Axis.DESTINATION)
_ADDRESSES = {4: IntervalSet.of((0, 2**32 - 1)), 6: IntervalSet.of((0, 2**128 - 1))}
MULTICAST = {4: IntervalSet.of((0xE0000000, 0xEFFFFFFF)), 6: IntervalSet.of((0xFF << 120, 2**128 - 1))}
"""Addresses of groups (RFC 5771, RFC 4291): no peer answers for one, so nothing is negotiated."""

_FIELDS = (
    IntervalSet.of((0, 255)),
    IntervalSet.of((0, 65_535)),
    IntervalSet.of((0, 65_535)),
    IntervalSet.of((0, 65_535)),
    IntervalSet.of((0, len(INTERFACES) - 1)),
    IntervalSet.of((0, len(PROFILES) - 1)),
    IntervalSet.of((0, len(DIRECTIONS) - 1)),
)

DOMAINS: dict[int, tuple[IntervalSet, ...]] = {
    family: (addresses, addresses, *_FIELDS) for family, addresses in _ADDRESSES.items()
}
"""Every value of every axis, by address family."""

MIRROR = {Axis.SOURCE: Axis.DESTINATION, Axis.SOURCE_PORT: Axis.DESTINATION_PORT}
MIRROR |= {there: here for here, there in MIRROR.items()}
"""The axes that change places when a packet is answered; the direction turns round as well."""

_V4_EXAMPLE, _V6_EXAMPLE = 0xC0000201, 0x20010DB8 << 96 | 1

PREFERRED = {
    (4, Axis.SOURCE): (_V4_EXAMPLE,),
    (4, Axis.DESTINATION): (_V4_EXAMPLE + 1,),
    (6, Axis.SOURCE): (_V6_EXAMPLE,),
    (6, Axis.DESTINATION): (_V6_EXAMPLE + 1,),
    (4, Axis.PROTOCOL): (TCP, UDP, ICMP_V4),
    (6, Axis.PROTOCOL): (TCP, UDP, ICMP_V6),
    (4, Axis.SOURCE_PORT): (49_152,),
    (6, Axis.SOURCE_PORT): (49_152,),
    (4, Axis.DESTINATION_PORT): (445,),
    (6, Axis.DESTINATION_PORT): (445,),
    (4, Axis.ICMP): (8 * 256,),
    (6, Axis.ICMP): (128 * 256,),
}
"""The preferred values of a sample packet: documentation addresses (RFC 5737, RFC 3849), TCP from the first dynamic
port (RFC 6335) to SMB, an echo request."""
