"""A packet with fields that are not given: every case that the rules tell apart, with the decision in each.

A field that is not given and that some rule looks at is answered for each of its values; values with the same answers
are joined.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.model.machine import Machine
from ipseclint.semantics.decisions import Decision, PacketError, which
from ipseclint.semantics.packets.axes import (
    DIRECTIONS,
    DOMAINS,
    IN,
    INTERFACES,
    MIRROR,
    OUT,
    PROFILES,
    PROTOCOLS_WITH_PORTS,
    TCP,
    UDP,
    Axis,
)
from ipseclint.semantics.packets.box import Box, Packet, packet_box
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.traffic import every_group
from ipseclint.vocabulary.protocols import PROTOCOL_NUMBERS

MAX_CASES = 4_000
"""Reasoned: the most combinations that are worked out; about a second for a large policy."""

OPEN: dict[Axis, tuple[str, str]] = {
    Axis.PROFILE: ("profile", "--profile"),
    Axis.INTERFACE: ("interface", "--interface"),
    Axis.PROTOCOL: ("protocol", "--proto"),
    Axis.SOURCE_PORT: ("source port", "--sport"),
    Axis.DESTINATION_PORT: ("destination port", "--dport"),
    Axis.DIRECTION: ("direction", "--direction"),
}
"""The fields that may be left out: the name of each, and the option that gives it."""

ANY = "any"
"""The word for every value of a field."""

_PORTS = (Axis.SOURCE_PORT, Axis.DESTINATION_PORT)
_PROTOCOL_WORDS = {number: word for word, number in reversed(PROTOCOL_NUMBERS.items())}


class Case(Struct, frozen=True):
    """Values of the fields that were not given, and the decision for all packets with them.

    `where` has only the fields that some rule looks at: none if the decision is the same for every packet.
    """

    where: tuple[tuple[Axis, IntervalSet], ...]
    decisions: tuple[Decision, ...]

    def words(self) -> dict[str, str]:
        """The values in words, by the name of the field; fields of any value are left out."""
        words = {OPEN[axis][0]: value_words(axis, values) for axis, values in self.where}
        return {field: value for field, value in words.items() if value != ANY}


def cases(machine: Machine, packet: Packet) -> tuple[Case, ...]:
    """Every case of a packet that the machine's rules tell apart. Raises PacketError if there are too many.

    Where no direction is given, the packet goes out, and what comes in are the packets that answer it; addresses and
    ports are then called as they are on the way out.
    """
    if packet.direction is not None:
        return _of_direction(machine, packet)
    out = _of_direction(machine, replace(packet, direction=OUT))
    back = tuple(map(_turned, _of_direction(machine, packet.answered(IN))))
    alike = [case for case in out if case in back]
    return (*alike, *_only(OUT, out, alike), *_only(IN, back, alike))


def _turned(case: Case) -> Case:
    """A case of answers, with the ports of the packets that they answer."""
    where = {MIRROR.get(axis, axis): values for axis, values in case.where}
    return replace(case, where=tuple((axis, where[axis]) for axis in OPEN if axis in where))


def _only(direction: int, every: Sequence[Case], alike: Sequence[Case]) -> Iterator[Case]:
    """The cases of one direction without those that are alike in both."""
    given = (Axis.DIRECTION, IntervalSet.of(direction))
    return (replace(case, where=(given, *case.where)) for case in every if case not in alike)


def _of_direction(machine: Machine, packet: Packet) -> tuple[Case, ...]:
    region = region_of(packet)
    near = [
        box
        for group in every_group(machine)
        for rule in group.rules
        for each in rule.boxes
        for box in ((each.mirrored(),) if group.has_no_direction and packet.direction == IN else (each,))
        if box and box.meets(region)
    ]
    classes = {axis: _classes(axis, region, near) for axis in OPEN}
    told = [axis for axis in OPEN if len(classes[axis]) > 1]
    combinations: Iterator[tuple[IntervalSet, ...]] = product(*(classes[axis] for axis in told))
    if prod(len(classes[axis]) for axis in told) > MAX_CASES:
        combinations = _branches(told, region, near)
    answers: dict[tuple[IntervalSet, ...], tuple[Decision, ...]] = {}
    for number, values in enumerate(combinations):
        if number == MAX_CASES:
            options = ", ".join(OPEN[axis][1] for axis in told)
            raise PacketError(f"the rules tell more than {MAX_CASES:,} cases apart here: give one of {options}")
        where = dict(zip(told, values, strict=True))
        protocol = where.get(Axis.PROTOCOL, region.sets[Axis.PROTOCOL])
        has_ports = protocol.within(PROTOCOLS_WITH_PORTS)
        if not has_ports:
            where = {axis: region.sets[axis] if axis in _PORTS else given for axis, given in where.items()}
        key = tuple(where.values())
        if key not in answers:
            answers[key] = which(machine, _one(packet, where, has_ports=has_ports))
    return tuple(_joined(told, answers))


def _branches(told: Sequence[Axis], region: Box, near: Sequence[Box]) -> Iterator[tuple[IntervalSet, ...]]:
    """The combinations of values, each field split only by the rules that the fields before it leave.

    The protocol comes first, since most rules with ports are for one protocol.
    """
    first = sorted(told, key=lambda axis: axis is not Axis.PROTOCOL)

    def below(place: int, chosen: dict[Axis, IntervalSet], left: Sequence[Box]) -> Iterator[tuple[IntervalSet, ...]]:
        if place == len(first):
            yield tuple(chosen[axis] for axis in told)
            return
        axis = first[place]
        alike: dict[tuple[int, ...], IntervalSet] = {}
        for values in _classes(axis, region, left):
            kept = tuple(number for number, each in enumerate(left) if each.sets[axis] & values)
            alike[kept] = alike[kept] | values if kept in alike else values
        for kept, values in alike.items():
            yield from below(place + 1, {**chosen, axis: values}, [left[number] for number in kept])

    return below(0, {}, near)


def region_of(packet: Packet) -> Box:
    """The region of all packets that are meant. A given port narrows it to protocols with ports."""
    region = packet_box(packet)
    if packet.protocol is None and (packet.source_port is not None or packet.destination_port is not None):
        sets = list(region.sets)
        sets[Axis.PROTOCOL] = IntervalSet.of(TCP, UDP)
        region = replace(region, sets=tuple(sets))
    return region


def _classes(axis: Axis, region: Box, near: Sequence[Box]) -> list[IntervalSet]:
    """The values of a field that the region leaves open, in classes of which every rule holds all or none."""
    classes = [region.sets[axis]]
    for values in {each.sets[axis] for each in near}:
        parts = ((one & values, one - values) for one in classes)
        classes = [part for both in parts for part in both if part]
    return sorted(classes, key=lambda each: each.spans)


def _one(packet: Packet, where: dict[Axis, IntervalSet], *, has_ports: bool) -> Packet:
    """A packet of a case; fields that make no difference stay open."""
    first = {axis: values.first for axis, values in where.items()}
    ports = (packet.source_port, packet.destination_port)
    given = [first.get(axis, port) if has_ports else None for axis, port in zip(_PORTS, ports, strict=True)]
    return replace(
        packet,
        protocol=first.get(Axis.PROTOCOL, packet.protocol),
        source_port=given[0],
        destination_port=given[1],
        interface=first.get(Axis.INTERFACE, packet.interface),
        profile=first.get(Axis.PROFILE, packet.profile),
    )


def _joined(told: Sequence[Axis], answers: dict[tuple[IntervalSet, ...], tuple[Decision, ...]]) -> Iterator[Case]:
    """The cases, merged by equal answers along one field after the other."""
    now = list(answers.items())
    for place in reversed(range(len(told))):
        together: dict[tuple[object, ...], tuple[tuple[IntervalSet, ...], tuple[Decision, ...]]] = {}
        for key, answer in now:
            rest = (key[:place], key[place + 1 :], answer)
            earlier = together.get(rest)
            values = key[place] if earlier is None else earlier[0][place] | key[place]
            together[rest] = ((*key[:place], values, *key[place + 1 :]), answer)
        now = list(together.values())
    for key, answer in now:
        yield Case(tuple((axis, values) for axis, values in zip(told, key, strict=True)), answer)


def value_words(axis: Axis, values: IntervalSet) -> str:
    """Values of a field in words; if they are most values, by the exceptions."""
    names = {Axis.PROFILE: PROFILES, Axis.INTERFACE: INTERFACES, Axis.DIRECTION: DIRECTIONS}.get(axis)
    if names is not None:
        here = [name for number, name in enumerate(names) if number in values]
        return ANY if len(here) == len(names) else " or ".join(here)
    whole = DOMAINS[4][axis]
    rest = whole - values
    if not rest:
        return ANY
    if rest.size < values.size:
        return f"any but {_listed(axis, rest)}"
    return _listed(axis, values)


def _listed(axis: Axis, values: IntervalSet) -> str:
    spans = []
    for low, high in values.spans:
        if axis is Axis.PROTOCOL and high - low < 2:
            spans += [_PROTOCOL_WORDS.get(number, str(number)) for number in range(low, high + 1)]
        else:
            spans.append(str(low) if low == high else f"{low}-{high}")
    return ", ".join(spans)
