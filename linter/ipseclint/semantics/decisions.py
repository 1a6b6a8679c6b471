"""Which rule decides for a packet, and what the rules do with all traffic: the answers for people."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

from ipseclint.finding import CoverageRow
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    ConnectionSecurityRule,
    MainModeCryptoSet,
    MainModeProposal,
    MainModeRule,
    QuickModeCryptoSet,
    QuickModeProposal,
    RuleAction,
    Security,
)
from ipseclint.model.selectors import PROTOCOL_NUMBERS, WfpFilter
from ipseclint.semantics.outline import proposal_words
from ipseclint.semantics.packets.axes import DIRECTIONS, IN, INTERFACES, OUT, PROFILES, Axis
from ipseclint.semantics.packets.box import Packet, box
from ipseclint.semantics.packets.coverage import Coverage, coverage
from ipseclint.semantics.packets.decide import decide
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.rules import Reading
from ipseclint.semantics.traffic import LargeGroup, RuleGroup, Thing, every_group, rule_groups
from ipseclint.source import Span

BLOCKED, REQUIRED, REQUESTED, EXEMPT, OTHER = "blocked", "required", "requested", "exempt", "by a WFP policy"
NOT_UNDERSTOOD = "not understood"
"""The classes of traffic, beside `untouched`."""

_CLASSES = {Security.REQUIRE: REQUIRED, Security.REQUEST: REQUESTED, Security.NONE: EXEMPT, None: NOT_UNDERSTOOD}


class PacketError(ValueError):
    """A packet that cannot be; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Named:
    """A rule in an answer: its name, its place, and a word on why it is there."""

    name: str
    span: Span
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What one group of rules does with a packet, under one or more readings of their order.

    `winners` are several where their order is not known, none where no rule surely matches. `proposals` is
    what is negotiated: sets and proposals, in order. `provisos` would match if their conditions held.
    """

    group: str
    readings: tuple[Reading, ...]
    winners: tuple[Named, ...]
    proposals: tuple[str, ...]
    losers: tuple[Named, ...]
    provisos: tuple[Named, ...]


def packet_of(
    source: str,
    destination: str,
    protocol: str | None,
    source_port: int | None,
    destination_port: int | None,
    profile: str | None,
    direction: str | None,
    interface: str | None,
) -> Packet:
    """The packet that words describe. Raises PacketError."""
    try:
        one, other = ipaddress.ip_address(source), ipaddress.ip_address(destination)
    except ValueError as error:
        raise PacketError(str(error)) from error
    if one.version != other.version:
        raise PacketError(f"{one} and {other} are not of one family")
    number = _protocol(protocol)
    for port in (source_port, destination_port):
        if port is not None and not 0 <= port <= 65_535:
            raise PacketError(f"{port} is not a port: 0 to 65535")
        if port is not None and number not in {PROTOCOL_NUMBERS["tcp"], PROTOCOL_NUMBERS["udp"]}:
            raise PacketError("ports need --proto tcp or udp")
    return Packet(
        one.version,
        int(one),
        int(other),
        number,
        source_port,
        destination_port,
        None,
        _position(interface, INTERFACES, "interface"),
        _position(profile, PROFILES, "profile"),
        _position(direction or "out", DIRECTIONS, "direction"),
    )


def _protocol(word: str | None) -> int | None:
    if word is None:
        return None
    if word.casefold() in PROTOCOL_NUMBERS:
        return PROTOCOL_NUMBERS[word.casefold()]
    if word.isascii() and word.isdigit() and int(word) <= 255:
        return int(word)
    raise PacketError(f"{word!r} is not a protocol: use a number up to 255, or one of {', '.join(PROTOCOL_NUMBERS)}")


def _position(word: str | None, words: tuple[str, ...], what: str) -> int | None:
    if word is None:
        return None
    if word.casefold() not in words:
        raise PacketError(f"unknown {what} {word!r}: use one of {', '.join(words)}")
    return words.index(word.casefold())


def which(machine: Machine, packet: Packet) -> tuple[Decision, ...]:
    """What each group of a machine's rules does with a packet; readings that agree are joined."""
    decisions: list[Decision] = []
    for group in every_group(machine):
        by_answer: dict[tuple[tuple[int, ...], tuple[int, ...]], list[Reading]] = {}
        verdicts = {}
        for reading in group.readings:
            verdict = decide(group.ordered(reading), packet)
            key = (verdict.winners, tuple(each.rule for each in verdict.losers))
            by_answer.setdefault(key, []).append(reading)
            verdicts[key] = verdict
        for key, readings in by_answer.items():
            verdict = verdicts[key]
            if not (verdict.winners or verdict.losers or verdict.provisos):
                continue
            losers = [
                Named(group.names[loser.rule], group.spans[loser.rule], loser.reason.value) for loser in verdict.losers
            ]
            provisos = [
                Named(
                    group.names[proviso.rule],
                    group.spans[proviso.rule],
                    "if " + " and ".join(map(str, proviso.conditions)),
                )
                for proviso in verdict.provisos
            ]
            decisions.append(
                Decision(
                    group.title,
                    tuple(readings),
                    tuple(_winner(group, number, packet) for number in verdict.winners),
                    tuple(
                        proposal for number in verdict.winners for proposal in _proposals(group.things[number], machine)
                    ),
                    tuple(losers),
                    tuple(provisos),
                )
            )
    return tuple(decisions)


def _winner(group: RuleGroup, number: int, packet: Packet) -> Named:
    return Named(group.names[number], group.spans[number], class_of(group.things[number], packet.direction or OUT))


def class_of(thing: Thing, direction: int) -> str:
    """What a rule does with its traffic of one direction, in one word."""
    if isinstance(thing, WfpFilter):
        return OTHER
    if isinstance(thing, MainModeRule):
        return "main mode"
    rule = thing if isinstance(thing, ConnectionSecurityRule) else thing[0]
    match rule.action.known:
        case RuleAction.EXEMPT:
            return EXEMPT
        case RuleAction.BLOCK:
            return BLOCKED
    return _CLASSES[(rule.inbound if direction == IN else rule.outbound).known]


def _proposals(thing: Thing, machine: Machine) -> list[str]:
    """The sets of a rule and their proposals, in the order in which they are offered."""
    index = machine.index
    sets: list[MainModeCryptoSet | QuickModeCryptoSet | None]
    if isinstance(thing, WfpFilter):
        key = (thing.context_key or "").casefold()
        sets = [index.main_mode.get(key), index.quick_mode.get(key)]
    elif isinstance(thing, MainModeRule):
        sets = [index.main_mode_of(thing)]
    else:
        rule = thing if isinstance(thing, ConnectionSecurityRule) else thing[0]
        if rule.action.known is not RuleAction.NEGOTIATE:
            return []
        sets = [index.main_mode_of(rule), index.quick_mode_of(rule)]
    lines = []
    for set_ in sets:
        if set_ is not None:
            label = "main mode" if set_.kind.startswith("main") else "quick mode"
            proposals: tuple[MainModeProposal | QuickModeProposal, ...] = set_.proposals
            lines += [f"{label} {number}: {proposal_words(one)}" for number, one in enumerate(proposals, start=1)]
    return lines


@dataclass(frozen=True, slots=True)
class GroupCoverage:
    """What one group of rules does with all traffic of a direction, under one reading of their order."""

    group: str
    reading: Reading
    family: int
    direction: str
    coverage: Coverage
    conditional: tuple[str, ...]


def coverages(
    machine: Machine, profile: str | None = None, listed: int = 64, direction: str = "out"
) -> tuple[GroupCoverage, ...]:
    """What a machine's rules do with traffic of a direction, along the peer's address, by group and family.

    Raises PacketError for a word that is no profile or direction.
    """
    number = _position(profile, PROFILES, "profile")
    way = _position(direction, DIRECTIONS, "direction") or OUT
    axis = Axis.SOURCE if way == IN else Axis.DESTINATION
    group_coverages = []
    for group in every_group(machine):
        if all(isinstance(thing, MainModeRule) for thing in group.things):
            continue
        families = sorted({each.family for rule in group.rules for each in rule.boxes})
        for family in families:
            region = box(
                family,
                direction=IntervalSet.of(way),
                profile=None if number is None else IntervalSet.of(number),
            )
            ordered = group.ordered(group.readings[0])
            classes = [class_of(thing, way) for thing in group.things]
            answer = coverage(ordered, region, classes.__getitem__, axis=axis, listed=listed)
            conditional = tuple(dict.fromkeys(group.names[each] for each in answer.conditional))
            group_coverages.append(
                GroupCoverage(group.title, group.readings[0], family, DIRECTIONS[way], answer, conditional)
            )
    return tuple(group_coverages)


ALONG = {"out": "outbound by destination", "in": "inbound by source"}
"""What a coverage is of, by direction."""

DRAWN_RANGES, DRAWN_FILTERS = 40, 5_000
"""What a picture of the coverage holds at most, and up to how many filters it is made."""


def coverage_rows(machine: Machine) -> Iterator[CoverageRow]:
    """The coverage of a machine's rules as a picture shows it, a row a range of the peers' addresses."""
    if any(isinstance(group, LargeGroup) for group in rule_groups(machine, DRAWN_FILTERS)):
        return
    both = (
        group_coverage
        for direction in DIRECTIONS
        for group_coverage in coverages(machine, None, DRAWN_RANGES, direction)
    )
    for each in both:
        for segment in each.coverage.segments:
            if segment.shares is not None:
                yield CoverageRow(
                    machine=machine.name,
                    group=f"{each.group}, {ALONG[each.direction]}, IPv{each.family}, {each.reading.name}",
                    addresses=address_range(each.family, segment.low, segment.high),
                    shares=dict(segment.shares),
                )


def address_range(family: int, low: int, high: int) -> str:
    """A range of addresses as a prefix where it is one."""
    make = ipaddress.IPv4Address if family == 4 else ipaddress.IPv6Address
    networks = list(ipaddress.summarize_address_range(make(low), make(high)))
    return str(networks[0]) if len(networks) == 1 else f"{make(low)} - {make(high)}"
