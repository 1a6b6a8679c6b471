"""The treatment of all traffic by the rules, by profile and by the peer's address, in words.

No share is given: real traffic is no measurable part of all combinations of addresses, protocols and ports. Differences
within a range of addresses are named: the protocols, ports, own addresses, interfaces.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.model.machine import Machine
from ipseclint.model.policy import MainModeRule
from ipseclint.report import CoverageRow
from ipseclint.semantics.cases import ANY, value_words
from ipseclint.semantics.decisions import class_of, position
from ipseclint.semantics.packets.axes import ADDRESS_AXES, DIRECTIONS, IN, OUT, PROFILES, Axis
from ipseclint.semantics.packets.box import Box, Packet, box
from ipseclint.semantics.packets.coverage import Segment, coverage
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.regions import Region, joined
from ipseclint.semantics.packets.rules import Reading
from ipseclint.semantics.rule_boxes import own_address
from ipseclint.semantics.traffic import LargeGroup, RuleGroup, every_group, rule_groups
from ipseclint.words import plural, series

_PROFILES = IntervalSet.of((0, len(PROFILES) - 1))
_JOINED_PARTS = 64
"""Reasoned: more parts than that are not joined, which takes time: only three are named anyway."""
_LISTED_PARTS = 3
"""Reasoned: how many kinds of traffic a sentence names; of more it gives the number."""


class Range(Struct, frozen=True):
    """A range of peers' addresses with the same treatment throughout.

    `classes` are the treatments, from the smallest to the largest share of possible packets; `words` say the same as a
    sentence.
    """

    addresses: str
    count: int
    classes: tuple[str, ...]
    words: str


class GroupCoverage(Struct, frozen=True):
    """The treatment of all traffic of a direction by one group of rules, on some profiles, under some readings of its
    order.

    `otherwise` is the treatment of addresses outside all ranges, `unlisted` the number of ranges beyond those given.
    `examples` are a packet of each class. `conditional` are rules left out because they depend on unknown conditions.
    """

    group: str
    readings: tuple[Reading, ...]
    family: int
    direction: str
    profiles: tuple[str, ...]
    ranges: tuple[Range, ...]
    unlisted: int
    otherwise: Range | None
    examples: dict[str, Packet]
    conditional: tuple[str, ...]
    complete: bool

    @property
    def on(self) -> str:
        """The profiles in words."""
        return "every profile" if len(self.profiles) == len(PROFILES) else series(self.profiles)

    @property
    def under(self) -> str:
        """The readings in words."""
        return " or ".join(reading.name for reading in self.readings)


def coverages(
    machine: Machine, profile: str | None, listed: int, direction: str | None = None
) -> tuple[GroupCoverage, ...]:
    """The treatment of traffic by a machine's rules: by direction, group, family, profile and reading of their order.

    Profiles with the same answers are joined, and so are readings. Without a direction both are given.

    Raises PacketError for a word that is no profile or direction.
    """
    if direction is None:
        return tuple(each for way in DIRECTIONS for each in coverages(machine, profile, listed, way))
    given = position(profile, PROFILES, "profile")
    way = position(direction, DIRECTIONS, "direction") or OUT
    result: list[GroupCoverage] = []
    for group in every_group(machine):
        if all(isinstance(thing, MainModeRule) for thing in group.things):
            continue
        for family in sorted({each.family for rule in group.rules for each in rule.boxes}):
            alike: list[GroupCoverage] = []
            told_apart = any(each.sets[Axis.PROFILE] != _PROFILES for rule in group.rules for each in rule.boxes)
            numbers = (given,) if given is not None else range(len(PROFILES)) if told_apart else (0,)
            for number in numbers:
                for one in _either_way(group, family, way, number, listed):
                    if given is None and not told_apart:
                        alike.append(replace(one, profiles=PROFILES))
                        continue
                    same = next((each for each in alike if _same(each, one)), None)
                    if same is None:
                        alike.append(one)
                    else:
                        alike[alike.index(same)] = replace(same, profiles=(*same.profiles, *one.profiles))
            result += alike
    return tuple(result)


def _either_way(group: RuleGroup, family: int, way: int, profile: int, listed: int) -> list[GroupCoverage]:
    """The coverage on one profile under each reading. Rules that hold whichever end begins cover both ways alike."""
    if not group.has_no_direction or way == OUT:
        return _by_reading(group, family, way, profile, listed)
    return [
        replace(
            each,
            direction=DIRECTIONS[way],
            examples={name: packet.answered(way) for name, packet in each.examples.items()},
        )
        for each in _by_reading(group, family, OUT, profile, listed)
    ]


def _by_reading(group: RuleGroup, family: int, way: int, profile: int, listed: int) -> list[GroupCoverage]:
    """The coverage on one profile under each reading, readings with equal results joined."""
    alike: dict[int, GroupCoverage] = {}
    for reading in group.readings:
        order = id(group.ordered(reading))
        one = alike.get(order) or _covered(group, family, way, profile, listed, reading)
        same = next((key for key, each in alike.items() if _same(each, replace(one, readings=each.readings))), order)
        earlier = alike[same].readings if same in alike else ()
        alike[same] = replace(alike.get(same, one), readings=(*earlier, reading))
    return list(alike.values())


def _same(one: GroupCoverage, other: GroupCoverage) -> bool:
    return replace(one, profiles=(), examples={}) == replace(other, profiles=(), examples={})


def same_words(one: GroupCoverage, other: GroupCoverage) -> bool:
    """Whether two coverages say the same, each for its direction."""
    return replace(one, direction="", examples={}) == replace(other, direction="", examples={})


def _covered(group: RuleGroup, family: int, way: int, profile: int, listed: int, reading: Reading) -> GroupCoverage:
    axis = Axis.SOURCE if way == IN else Axis.DESTINATION
    region = box(family, direction=IntervalSet.of(way), profile=IntervalSet.of(profile), conditions=(own_address(way),))
    classes = [class_of(thing, way) for thing in group.things]
    answer = coverage(group.ordered(reading), region, classes.__getitem__, axis=axis)
    ranges = [_range(segment, family, region, axis) for segment in answer.segments]
    counts: dict[tuple[tuple[str, ...], str], int] = {}
    for row in ranges:
        counts[row.classes, row.words] = counts.get((row.classes, row.words), 0) + row.count
    most = max(counts, key=lambda key: counts[key])
    named = [each for each in ranges if (each.classes, each.words) != most]
    return GroupCoverage(
        group=group.title,
        readings=(reading,),
        family=family,
        direction=DIRECTIONS[way],
        profiles=(PROFILES[profile],),
        ranges=tuple(named[:listed]),
        unlisted=max(0, len(named) - listed),
        otherwise=Range("all other addresses" if named else "every address", counts[most], *most),
        examples={name: replace(packet, holds=frozenset()) for name, packet in answer.examples.items()},
        conditional=tuple(dict.fromkeys(group.names[each] for each in answer.conditional)),
        complete=answer.complete,
    )


def _range(segment: Segment, family: int, region: Box, axis: Axis) -> Range:
    addresses = address_range(family, segment.low, segment.high)
    count = segment.high - segment.low + 1
    if segment.shares is None:
        return Range(addresses, count, (), "too many parts to list")
    shares = segment.shares
    *few, last = sorted(shares, key=lambda name: (shares[name], name))
    unknown = "" if segment.order_known else " (the order of these rules is not known)"
    sentences = [f"{name} for {_kinds(segment.parts[name], region, axis)}" for name in few]
    words = "; ".join([*sentences, f"otherwise {last}" if few else last])
    return Range(addresses, count, (*few, last), words + unknown)


def _kinds(parts: Sequence[Box], region: Box, axis: Axis) -> str:
    """The traffic in some boxes, in words: the fields in which they are narrower than the region."""
    fewest = [each.box for each in joined([Region(part) for part in parts])] if len(parts) <= _JOINED_PARTS else parts
    kinds = list(dict.fromkeys(_kind(part, region, axis) for part in fewest))
    more = f" or {plural(len(kinds) - _LISTED_PARTS, 'more kind')}" if len(kinds) > _LISTED_PARTS else ""
    return " or ".join(kinds[:_LISTED_PARTS]) + more


def _kind(part: Box, region: Box, peer: Axis) -> str:
    peers_port = Axis.DESTINATION_PORT if peer is Axis.DESTINATION else Axis.SOURCE_PORT
    words = []
    for axis in (Axis.PROTOCOL, Axis.SOURCE_PORT, Axis.DESTINATION_PORT, *ADDRESS_AXES, Axis.INTERFACE):
        values = part.sets[axis]
        if axis is peer or values == region.sets[axis]:
            continue
        if axis in ADDRESS_AXES:
            words.append(f"own address {_addresses(part.family, values)}")
        elif (said := value_words(axis, values)) != ANY:
            port = axis in {Axis.SOURCE_PORT, Axis.DESTINATION_PORT}
            whose = "the peer's port " if axis is peers_port else "own port "
            words.append(f"{whose}{said}" if port else f"{'protocol ' if axis is Axis.PROTOCOL else ''}{said}")
    return ", ".join(words) or "all"


def _addresses(family: int, values: IntervalSet) -> str:
    ranges = [address_range(family, low, high) for low, high in values.spans]
    more = f" and {plural(len(ranges) - _LISTED_PARTS, 'more range')}" if len(ranges) > _LISTED_PARTS else ""
    return " or ".join(ranges[:_LISTED_PARTS]) + more


ALONG = {"out": "outbound by destination", "in": "inbound by source"}
"""The title of a coverage, by direction."""

DRAWN_RANGES, DRAWN_FILTERS = 40, 5_000
"""The most ranges that a picture of the coverage shows, and the most filters for which it is made."""


def coverage_rows(machine: Machine) -> Iterator[CoverageRow]:
    """The coverage of a machine's rules for a picture, one row for each range of the peers' addresses."""
    if any(isinstance(group, LargeGroup) for group in rule_groups(machine, DRAWN_FILTERS)):
        return
    for direction in DIRECTIONS:
        for part in coverages(machine, None, DRAWN_RANGES, direction):
            title = f"{part.group}, {ALONG[part.direction]}, IPv{part.family}, {part.on}, {part.under}"
            for row in (*part.ranges, *([part.otherwise] if part.otherwise else [])):
                if row.classes:
                    yield CoverageRow(
                        machine=machine.name,
                        group=title,
                        addresses=row.addresses,
                        classes=row.classes,
                        words=row.words,
                    )


def address_range(family: int, low: int, high: int) -> str:
    """A range of addresses, written as a prefix where it is one."""
    make = ipaddress.IPv4Address if family == 4 else ipaddress.IPv6Address
    networks = list(ipaddress.summarize_address_range(make(low), make(high)))
    return str(networks[0]) if len(networks) == 1 else f"{make(low)} - {make(high)}"
