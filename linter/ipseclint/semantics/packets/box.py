"""Boxes: sets of packets given by one set of values for each field; and one packet, the witness of a finding."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.semantics.packets.axes import (
    ADDRESS_AXES,
    DIRECTIONS,
    DOMAINS,
    ICMP_PROTOCOLS,
    INTERFACES,
    MIRROR,
    PREFERRED,
    PROFILES,
    PROTOCOLS_WITH_PORTS,
    Axis,
)
from ipseclint.semantics.packets.intervals import EMPTY, IntervalSet
from ipseclint.vocabulary.protocols import PROTOCOLS


class Condition(Struct, frozen=True, gc=False):
    """Something a filter asks for that the numbers of a packet do not tell.

    An address keyword that is not bound (`me` as the source), or a condition of the Windows Filtering
    Platform that is not modelled; `axis` is the address it is about, or None.
    """

    axis: Axis | None
    name: str

    def __str__(self) -> str:
        return self.name if self.axis is None else f"{self.axis.name.lower()} is {self.name}"


class Box(Struct, frozen=True, gc=False):
    """A set of packets: of one family, with each field in a set, while all conditions hold.

    `sets` has one set for every `Axis`, in its order. What a condition means is unknown, so a statement
    about boxes is certain if it is true whatever the conditions select, and possible otherwise.
    """

    family: int
    sets: tuple[IntervalSet, ...]
    conditions: frozenset[Condition] = frozenset()

    def __bool__(self) -> bool:
        for members in self.sets:  # noqa: SIM110 - asked of every filter
            if not members.spans:
                return False
        return True

    @property
    def size(self) -> int:
        """How many combinations of field values are in it; a measure for comparing boxes of one family."""
        size = 1
        for members in self.sets:  # asked of every filter, most often of one span: no call then
            if len(members.spans) == 1:
                low, high = members.spans[0]
                size *= high - low + 1
            else:
                size *= members.size
        return size

    @property
    def breadth(self) -> tuple[int, int]:
        """A measure by which a box comes before every box it is narrower than."""
        return self.size, -len(self.conditions)

    def meets(self, other: Box) -> bool:
        """Whether a packet may be in both, if the conditions of both can hold at once."""
        if self.family != other.family:
            return False
        for mine, theirs in zip(self.sets, other.sets, strict=True):
            # Asked millions of times. Most are a whole domain, of which there is one, or one span: no call then.
            if mine is theirs:
                if not mine.spans:
                    return False
            elif len(mine.spans) == 1 == len(theirs.spans):
                (low, high), (other_low, other_high) = mine.spans[0], theirs.spans[0]
                if low > other_high or other_low > high:
                    return False
            elif not mine.meets(theirs):
                return False
        return True

    def surely_meets(self, other: Box) -> bool:
        """Whether a packet is in both, provided every keyword stands for at least one address.

        A keyword and a part of the address space may be disjoint, and so may two keywords.
        """
        if not self.meets(other):
            return False
        if not (self.conditions or other.conditions):
            return True
        for axis in (*ADDRESS_AXES, None):
            asked = {condition for condition in self.conditions | other.conditions if condition.axis == axis}
            if len(asked) > 1:
                return False
            if asked and axis is not None:
                everything = DOMAINS[self.family][axis]
                if not self.sets[axis] == everything == other.sets[axis]:
                    return False
        return True

    def within(self, other: Box) -> bool:
        """Whether every packet of this box is surely in the other."""
        if self.family != other.family or not other.conditions <= self.conditions:
            return False
        for mine, theirs in zip(self.sets, other.sets, strict=True):
            if mine is not theirs and not mine.within(theirs):
                return False
        return True

    def narrower_than(self, other: Box) -> bool:
        """Whether it is within the other box and not the same."""
        return self.within(other) and self != other

    def __and__(self, other: Box) -> Box:
        if self.family != other.family:
            return replace(self, sets=(EMPTY,) * len(self.sets))
        # Most are a whole domain, of which there is one.
        sets = [mine if mine is theirs else mine & theirs for mine, theirs in zip(self.sets, other.sets, strict=True)]
        return Box(self.family, tuple(sets), self.conditions | other.conditions)

    def minus(self, other: Box) -> list[Box]:
        """The rest after taking the other box away, as disjoint boxes; its conditions must be among this box's."""
        if not (self.meets(other) and other.conditions <= self.conditions):
            return [self]
        return self.parted(other)[1]

    def parted(self, other: Box) -> tuple[Box, list[Box]]:
        """The intersection with a box that it meets, whose conditions are among its own, and the rest as disjoint
        boxes."""
        sets, rest = list(self.sets), []
        for axis, theirs in enumerate(other.sets):
            mine = sets[axis]
            if mine is theirs:
                continue
            outside = mine - theirs
            if outside:
                rest.append(Box(self.family, (*sets[:axis], outside, *sets[axis + 1 :]), self.conditions))
                sets[axis] = mine & theirs
        return Box(self.family, tuple(sets), self.conditions), rest

    def mirrored(self) -> Box:
        """The packets that answer these: source and destination change places, the direction turns round."""
        source, destination, *services = self.sets
        sets = (destination, source, *mirrored_services(tuple(services)))
        return Box(self.family, sets, mirrored_conditions(self.conditions))

    def arriving(self) -> Box:
        """The same packets as the peer sees them: what goes out here comes in there.

        A keyword means another address on another machine.
        """
        conditions = frozenset(
            Condition(condition.axis, f"the peer's {condition.name}") for condition in self.conditions
        )
        *sets, directions = self.sets
        return Box(self.family, (*sets, _turned_directions(directions)), conditions)

    def sample(self) -> Packet:
        """One packet of the box, with familiar values where there is a choice; the box must not be empty."""
        values = [_sample(self.family, axis, self.sets[axis]) for axis in Axis]
        return Packet.from_values(self.family, values, self.conditions)


def box(
    family: int,
    *,
    source: IntervalSet | None = None,
    destination: IntervalSet | None = None,
    protocol: IntervalSet | None = None,
    source_port: IntervalSet | None = None,
    destination_port: IntervalSet | None = None,
    icmp: IntervalSet | None = None,
    interface: IntervalSet | None = None,
    profile: IntervalSet | None = None,
    direction: IntervalSet | None = None,
    conditions: Iterable[Condition] = (),
) -> Box:
    """The box of the packets with these fields; None is any value.

    A port narrows the protocol to those that have ports, an ICMP type to the ICMP of the family: packets
    of other protocols have no such field.
    """
    every = DOMAINS[family][Axis.SOURCE]
    ends = [every if each is None else each & every for each in (source, destination)]
    given = (protocol, source_port, destination_port, icmp, interface, profile, direction)
    return Box(family, (*ends, *services(family, given)), conditions_of(tuple(conditions)))


def fresh_services(family: int, given: tuple[IntervalSet | None, ...]) -> tuple[IntervalSet, ...]:
    """The fields after the addresses, None being any."""
    domain = _SERVICES[family]
    protocol, source_port, destination_port, icmp, *rest = [
        whole if each is None else each & whole for each, whole in zip(given, domain, strict=True)
    ]
    _, any_source_port, any_destination_port, any_icmp, *_ = domain
    if source_port != any_source_port or destination_port != any_destination_port:
        protocol = _common(protocol, PROTOCOLS_WITH_PORTS)
    if icmp != any_icmp:
        protocol = _common(protocol, ICMP_PROTOCOLS[family])
    return protocol, source_port, destination_port, icmp, *rest


services = lru_cache(maxsize=4096)(fresh_services)
"""The same, of which there are few different ones for the many filters that name them."""

_SERVICES = {family: domain[len(ADDRESS_AXES) :] for family, domain in DOMAINS.items()}
_common = lru_cache(maxsize=1024)(IntervalSet.__and__)


@lru_cache(maxsize=4096)
def conditions_of(conditions: tuple[Condition, ...]) -> frozenset[Condition]:
    """The conditions as a set; one set for the many filters that ask for the same."""
    return frozenset(conditions)


@lru_cache(maxsize=4096)
def mirrored_conditions(conditions: frozenset[Condition]) -> frozenset[Condition]:
    """The conditions of the packets that answer."""
    return frozenset(
        Condition(None if condition.axis is None else MIRROR[condition.axis], condition.name)
        for condition in conditions
    )


@lru_cache(maxsize=4096)
def mirrored_services(services: tuple[IntervalSet, ...]) -> tuple[IntervalSet, ...]:
    """The fields after the addresses of the packets that answer."""
    protocol, source_port, destination_port, *rest, directions = services
    return protocol, destination_port, source_port, *rest, _turned_directions(directions)


@lru_cache(maxsize=64)
def _turned_directions(directions: IntervalSet) -> IntervalSet:
    return IntervalSet.of(*(len(DIRECTIONS) - 1 - value for span in directions.spans for value in span))


def matches(one: Box, packet: Packet) -> bool:
    """Whether a packet is surely in a box, for any value of the fields it leaves open."""
    if one.family != packet.family or not one.conditions <= packet.holds:
        return False
    for value, values, whole in zip(packet.values(), one.sets, DOMAINS[packet.family], strict=True):
        if value is None:
            if values != whole:
                return False
        elif value not in values:
            return False
    return True


def packet_box(packet: Packet) -> Box:
    """The box with this one packet; a field the packet does not have or tell takes every value."""
    sets = tuple(
        whole if value is None else IntervalSet.of(value)
        for value, whole in zip(packet.values(), DOMAINS[packet.family], strict=True)
    )
    return Box(packet.family, sets, packet.holds)


def _sample(family: int, axis: Axis, values: IntervalSet) -> int:
    for preferred in PREFERRED.get((family, axis), ()):
        if preferred in values:
            return preferred
    low, high = values.spans[0]
    # The first address of a range is usually the network's own: take the one after it.
    return low + 1 if axis in ADDRESS_AXES and low < high else low


_NAMES = {protocol.number: protocol.packet for protocol in PROTOCOLS if protocol.packet is not None}


class Packet(Struct, frozen=True):
    """A packet: addresses and protocol as numbers, and whatever else is known of it.

    None: the packet has no such field, or it is not given and any value may be meant. `holds` are the
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

    def answered(self, direction: int) -> Packet:
        """The packet that answers it, which goes in the given direction."""
        return replace(
            self,
            source=self.destination,
            destination=self.source,
            source_port=self.destination_port,
            destination_port=self.source_port,
            direction=direction,
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
