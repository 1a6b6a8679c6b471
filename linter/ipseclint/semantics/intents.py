"""Whether a policy keeps its intents, with a packet for each that it breaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.model.intent import Intent, Must
from ipseclint.model.machine import Machine
from ipseclint.model.selectors import parse_address, parse_ports
from ipseclint.semantics.decisions import BLOCKED, REQUESTED, REQUIRED
from ipseclint.semantics.packet_treatment import CLEAR, STRENGTHS, Treatment
from ipseclint.semantics.packets.axes import DIRECTIONS, DOMAINS, OUT, PROFILES, Axis
from ipseclint.semantics.packets.box import Box, Packet, box
from ipseclint.semantics.packets.changes import Changes, Decisions
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.regions import Region
from ipseclint.semantics.packets.rules import OrderedRules, TrafficRule
from ipseclint.semantics.rules_of_state import DecidingRule, policy_sections, rules_that_decide
from ipseclint.semantics.traffic_changes import TrafficChange, combined, own_packets, plainness
from ipseclint.vocabulary.protocols import PROTOCOL_NUMBERS

_KEPT_BY = {
    Must.REQUIRED: frozenset({REQUIRED}),
    Must.REQUESTED: frozenset({REQUIRED, REQUESTED}),
    Must.EXEMPT: CLEAR,
    Must.BLOCKED: frozenset({BLOCKED}),
}
_WEIGHED = tuple(
    STRENGTHS.index(name) for name in ("bits of encryption", "bits of integrity", "bits of main-mode key exchange")
)


_MAX_CELLS = 1000
"""Reasoned: among how many cells the plainest packet is sought."""

_BothWays = tuple[frozenset[Treatment], frozenset[Treatment]]


class Breach(Struct, frozen=True):
    """A broken intent: a packet of its traffic, its treatment, and the rules responsible."""

    intent: Intent
    witness: Packet
    happens: str
    rules: tuple[DecidingRule, ...]

    @property
    def message(self) -> str:
        """The breach in a sentence."""
        rules = ", ".join(f'"{rule.name}"' for rule in self.rules[:3]) or "no rule"
        return (
            f"{self.intent.name}: traffic that must be {self.intent.must.value} is {self.happens}, "
            f"for example {self.witness}; decided by {rules}"
        )


def breaches(machine: Machine, intents: Iterable[Intent]) -> Iterator[Breach]:
    """The first breach of each intent of a policy; intents on change need two policies."""
    for intent in intents:
        if intent.must is not Must.UNCHANGED and (breach := _breach(machine, intent)) is not None:
            yield breach


def changed_against(changes: Sequence[TrafficChange], intents: Iterable[Intent]) -> Iterator[Breach]:
    """The first change of traffic that must not change, for each intent that says so."""
    for intent in intents:
        if intent.must is Must.UNCHANGED and (breach := _unmeant(changes, intent)) is not None:
            yield breach


def _unmeant(changes: Sequence[TrafficChange], intent: Intent) -> Breach | None:
    traffic = traffic_of(intent)
    for change in changes:
        for region, _ in change.regions:
            for part in traffic:
                if both := region & part:
                    words = " or ".join(dict.fromkeys(each.protection for each in change.after))
                    return Breach(intent, both.sample(), f"{words} now, and was treated otherwise", change.rules_after)
    return None


def _breach(machine: Machine, intent: Intent) -> Breach | None:
    """The breach of an intent; None if one of the machine's groups of rules keeps it."""
    meant = OrderedRules.of([TrafficRule(intent.name, traffic_of(intent), "meant")])
    worst: Breach | None = None
    for state in policy_sections(machine):
        own: Breach | None = None
        for reading in state.readings or ("",):
            lists = state.lists(reading)
            rules = [each.rules for each in lists]
            search = Changes(
                (*rules, meant),
                (*rules, OrderedRules.of(())),
                lambda decisions: _violations(decisions, intent),
                own_packets,
                joins=False,
            )
            violations = [
                (
                    Region(replace(region.box, sets=(*region.box.sets[:-1], IntervalSet.of(way))), region.without),
                    cell,
                    may,
                )
                for cell in islice(search.cells(), _MAX_CELLS)
                for region in [cell.region]
                for way, may in enumerate(cast("tuple[_BothWays, object]", cell.treatments)[0])
                if may and way in region.box.sets[Axis.DIRECTION]
            ]
            if violations:
                region, cell, may = min(violations, key=lambda each: plainness(each[0]))
                rules_then = tuple(rules_that_decide(lists[:1], cell.before))
                own = Breach(intent, region.box.sample(), _words(may, intent), rules_then)
                break
        if own is None:
            return None
        worst = worst or own
    return worst


def _violations(decisions: Decisions, intent: Intent) -> tuple[frozenset[Treatment], frozenset[Treatment]]:
    """The possible treatments of a packet that break an intent, outbound and inbound; empty where it is not meant."""
    *rules, meant = decisions
    if not meant:
        return frozenset(), frozenset()
    ways = combined(tuple(rules))
    out, inbound = (frozenset(each for each in may if not _keeps(each, intent)) for may in ways)
    return (
        out if "out" in (intent.directions or DIRECTIONS) else frozenset(),
        inbound if "in" in (intent.directions or DIRECTIONS) else frozenset(),
    )


def _keeps(treatment: Treatment, intent: Intent) -> bool:
    if treatment.protection not in _KEPT_BY[intent.must]:
        return False
    have = [treatment.strengths[place] for place in _WEIGHED]
    return all(
        least is None or (bits is not None and bits >= least)
        for bits, least in zip(have, intent.strengths, strict=True)
    )


def _words(treatments: Iterable[Treatment], intent: Intent) -> str:
    words = []
    for treatment in treatments:
        text = treatment.protection
        if treatment.protection in _KEPT_BY[intent.must]:
            have = zip(_WEIGHED, intent.strengths, strict=True)
            weak = [
                f"{treatment.strengths[place] or 0} {STRENGTHS[place]}"
                for place, least in have
                if least is not None and (treatment.strengths[place] or 0) < least
            ]
            text += f" with {', '.join(weak)}"
        words.append(text)
    return " or ".join(sorted(words))


def traffic_of(intent: Intent) -> tuple[Box, ...]:
    """The packets that an intent is for, outbound and inbound."""
    number = None if intent.protocol is None else PROTOCOL_NUMBERS.get(intent.protocol.casefold(), -1)
    if number == -1:
        number = int(intent.protocol or 0)
    boxes: list[Box] = []
    for family in DOMAINS:
        peers = _addresses(intent.peers, family)
        if intent.except_peers:
            excepted = _addresses(intent.except_peers, family) or IntervalSet.of()
            peers = (DOMAINS[family][Axis.DESTINATION] if peers is None else peers) - excepted
        out = box(
            family,
            source=_addresses(intent.own_addresses, family),
            destination=peers,
            protocol=None if number is None else IntervalSet.of(number),
            source_port=_ports(intent.own_ports),
            destination_port=_ports(intent.peer_ports),
            profile=IntervalSet.of(*(PROFILES.index(each.value) for each in intent.profiles))
            if intent.profiles
            else None,
            direction=IntervalSet.of(OUT),
        )
        ways = intent.directions or DIRECTIONS
        boxes += [each for way, each in (("out", out), ("in", out.mirrored())) if way in ways and each]
    return tuple(boxes)


def _addresses(texts: Sequence[str], family: int) -> IntervalSet | None:
    """The addresses of a family; None for any, the empty set where only the other family is named."""
    if not texts:
        return None
    parsed = [address for text in texts if (address := parse_address(text)) is not None]
    return IntervalSet.of(*((each.first, each.last) for each in parsed if each.version == family))


def _ports(text: str | None) -> IntervalSet | None:
    ports = parse_ports(text) if text else None
    return IntervalSet.of(*((each.first, each.last) for each in ports)) if ports else None
