"""Which rule decides for a packet, and what the rules do with all traffic, in words for people."""

from __future__ import annotations

import ipaddress

from msgspec import Struct
from msgspec.structs import replace

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
from ipseclint.model.selectors import WfpFilter
from ipseclint.semantics.outline import proposal_words
from ipseclint.semantics.packets.axes import DIRECTIONS, IN, INTERFACES, OUT, PROFILES
from ipseclint.semantics.packets.box import Packet
from ipseclint.semantics.packets.decide import decide
from ipseclint.semantics.packets.rules import Reading
from ipseclint.semantics.rule_boxes import own_address
from ipseclint.semantics.traffic import RuleGroup, Thing, every_group
from ipseclint.source import Span
from ipseclint.vocabulary.protocols import PROTOCOL_NUMBERS
from ipseclint.words import series

BLOCKED, REQUIRED, REQUESTED, EXEMPT, OTHER = "blocked", "required", "requested", "exempt", "by a WFP policy"
NOT_UNDERSTOOD = "not understood"
"""The classes of traffic, beside `untouched`."""

CLASSES = {Security.REQUIRE: REQUIRED, Security.REQUEST: REQUESTED, Security.NONE: EXEMPT, None: NOT_UNDERSTOOD}


class PacketError(ValueError):
    """A packet that cannot exist; the message says why."""


class Named(Struct, frozen=True):
    """A rule in an answer: its name, its place, and a short note."""

    name: str
    span: Span
    why: str


class Decision(Struct, frozen=True):
    """The decision of one group of rules for a packet, under one or more readings of their order.

    `winners` are several where their order is not known, none where no rule surely matches. `proposals` are the sets
    and proposals to negotiate, in order. `provisos` would match if their conditions held.
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
    """The packet that these words describe. Raises PacketError."""
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
        if port is not None and number not in {None, PROTOCOL_NUMBERS["tcp"], PROTOCOL_NUMBERS["udp"]}:
            raise PacketError("only tcp and udp have ports")
    return Packet(
        one.version,
        int(one),
        int(other),
        number,
        source_port,
        destination_port,
        None,
        position(interface, INTERFACES, "interface"),
        position(profile, PROFILES, "profile"),
        position(direction, DIRECTIONS, "direction"),
    )


def _protocol(word: str | None) -> int | None:
    if word is None:
        return None
    if word.casefold() in PROTOCOL_NUMBERS:
        return PROTOCOL_NUMBERS[word.casefold()]
    if word.isascii() and word.isdigit() and int(word) <= 255:
        return int(word)
    raise PacketError(f"{word!r} is not a protocol: use a number up to 255, or one of {', '.join(PROTOCOL_NUMBERS)}")


def position(word: str | None, words: tuple[str, ...], what: str) -> int | None:
    """The position of a word in a list. Raises PacketError."""
    if word is None:
        return None
    if word.casefold() not in words:
        raise PacketError(f"unknown {what} {word!r}: use one of {', '.join(words)}")
    return words.index(word.casefold())


def which(machine: Machine, packet: Packet) -> tuple[Decision, ...]:
    """The decision of each group of a machine's rules for a packet of its own; readings that agree are joined."""
    own = own_address(OUT if packet.direction is None else packet.direction)
    given = replace(packet, holds=packet.holds | {own})
    decisions: list[Decision] = []
    for group in every_group(machine):
        packet = given.answered(OUT) if group.has_no_direction and given.direction == IN else given
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
                    "if " + series(proviso.conditions),
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
    """The treatment of a rule's traffic in one direction, in one word."""
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
    return CLASSES[(rule.inbound if direction == IN else rule.outbound).known]


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
