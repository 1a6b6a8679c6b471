"""Traffic of one machine's rules that no negotiating rule of its peer's policy covers.

The ends and packets are those of the negotiation: where there is such a packet, the peer does not answer.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import islice
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.finding import Subject, subject_of
from ipseclint.model.dialect import Dialect
from ipseclint.model.machine import Machine
from ipseclint.model.policy import RuleAction
from ipseclint.model.selectors import Address, Addresses
from ipseclint.semantics.digest import Fleet
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.marks import mark_of
from ipseclint.semantics.negotiation.rule_ends import RuleEnds, anywhere, machine_ends
from ipseclint.semantics.packets.axes import IN, Axis
from ipseclint.semantics.packets.box import Box, Packet
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.mirrors import ProtectingRules, missing_mirrors
from ipseclint.semantics.packets.rules import OrderedRules, TrafficRule
from ipseclint.semantics.reach import covers
from ipseclint.source import Span

MAX_NAMED = 3
"""How many peers of one kind are named for a rule; of the others the number is given."""


class Peer(NamedTuple):
    """A peer: the machine's name, and where its rules begin."""

    name: str
    span: Span


class Unanswered(Struct, frozen=True):
    """A rule with a packet, as the peer sees it, that the peer's rules do not protect.

    `peers` are the first machines with those rules, `more` is how many others have them too.
    """

    rule: Subject
    span: Span
    packet: Packet
    peers: tuple[Peer, ...]
    more: int


class Asking(NamedTuple):
    """A rule that negotiates, by its position in its group, with its remote side."""

    position: int
    remote: Addresses
    rule: Subject
    span: Span


class Sides(NamedTuple):
    """One group of a machine's rules: its local sides, and the rules that negotiate.

    `rules` is a digest of what they say, names and places aside; `span` is where they begin.
    """

    group: int
    local: tuple[Addresses, ...]
    asking: tuple[Asking, ...]
    rules: bytes
    span: Span


def mirrored_sides(machine: Machine) -> tuple[Sides, ...]:
    """The sides by which a machine's peers are found among others."""
    return tuple(
        _sides(number, group, [end for end in group.ends if end is not None])
        for number, group in enumerate(machine_ends(machine).groups)
        if any(end is not None and end.dialect is Dialect.WFAS for end in group.ends)
    )


def _sides(number: int, group: RuleEnds, ends: Sequence[End]) -> Sides:
    return Sides(
        number,
        tuple(end.selectors.local for end in ends if end.selectors and end.selectors.local),
        tuple(
            Asking(
                position,
                _ranges(end.selectors.remote if end.selectors is not None else ()),
                subject_of(end.objects.rule),
                end.objects.rule.span,
            )
            for position, end in enumerate(group.ends)
            if end is not None and end.action is RuleAction.NEGOTIATE and end.objects is not None
        ),
        mark_of((group.ordered.most_specific_first, tuple(map(_said, group.ordered.rules, group.ends)))),
        ends[0].span,
    )


def _said(rule: TrafficRule, end: End | None) -> Hashable:
    """All that decides what a rule asks of its peers and how it answers them."""
    of_end = end and (end.action, end.holds_either_way, end.gateway, end.peer_gateway)
    return rule.rank, rule.boxes, of_end


_OPENED = 256
"""How many machines stay unpacked while their rules are compared."""

MAX_KINDS, MAX_COMPARISONS = 64, 20_000
"""How many kinds of peers are compared with one kind of machine, and how many pairs of kinds in a run (reasoned: a pair
takes two or three milliseconds, and a fleet has few kinds)."""


class Uncompared(Struct, frozen=True):
    """A machine's first rule that names peers, with the number of kinds of peers left uncompared because they were too
    many."""

    rule: Subject
    span: Span
    kinds: int


def unanswered(fleet: Fleet) -> Iterator[Unanswered | Uncompared]:
    """The rules that a peer does not answer, each once for all peers with the same rules.

    A machine's own rules name its peers: machines whose local addresses lie wholly in the remote addresses of a rule,
    or that have the tunnel from the other gateway. Machines with the same rules are of one kind, and kinds are
    compared, so that a fleet of equal machines is no more work than a few.
    """
    kinds = _Kinds(fleet)
    for number, (_, sides) in enumerate(kinds.places):
        asking = {each.position: each for each in sides.asking}
        met = kinds.met(number)
        for kind, packets in met.missing:
            named, more = kinds.others(kind, number)
            for position, packet in packets if named else ():
                mine = asking[position]
                yield Unanswered(mine.rule, mine.span, packet, named, more)
        if met.uncompared:
            mine = next(each for each in sides.asking if each.remote)
            yield Uncompared(mine.rule, mine.span, met.uncompared)


class _Met(NamedTuple):
    """The result for one kind of machine: the kinds of peers that do not answer some rules, with a packet for each."""

    missing: tuple[tuple[int, tuple[tuple[int, Packet], ...]], ...]
    uncompared: int


class _Kinds:
    """The groups of rules of a fleet, in its order, grouped into kinds that say the same."""

    def __init__(self, fleet: Fleet) -> None:
        self.places = [(number, each) for number, sides in enumerate(fleet.facts(mirrored_sides)) for each in sides]
        members: defaultdict[bytes, list[int]] = defaultdict(list)
        for place, (_, sides) in enumerate(self.places):
            members[sides.rules].append(place)
        self._fleet = fleet
        self._members = list(members.values())
        self._local_sides = _LocalSides([self.places[first][1] for first, *_ in self._members])
        self._opened = lru_cache(maxsize=_OPENED)(self._place)
        self._met: dict[bytes, _Met] = {}
        self._left = MAX_COMPARISONS

    def met(self, place: int) -> _Met:
        """The result for the kind at a place, computed once."""
        rules = self.places[place][1].rules
        if rules not in self._met:
            self._met[rules] = self._compared(place)
        return self._met[rules]

    def others(self, kind: int, place: int) -> tuple[tuple[Peer, ...], int]:
        """The first members of a kind without one, and how many more there are."""
        members = self._members[kind]
        first = list(islice((each for each in members if each != place), MAX_NAMED))
        is_own = self.places[members[0]][1].rules == self.places[place][1].rules
        return tuple(map(self._peer, first)), len(members) - is_own - len(first)

    def _compared(self, place: int) -> _Met:
        missing = []
        sides = self.places[place][1]
        peers = [
            (kind, own)
            for kind, own in self._local_sides.peers(sides).items()
            if len(self._members[kind]) > 1 or self.places[self._members[kind][0]][1].rules != sides.rules
        ]
        compared = peers[: min(MAX_KINDS, self._left)]
        self._left -= len(compared)
        for kind, own in compared:
            packets = tuple(_unanswered(self._opened(place), own, self._opened(self._members[kind][0])))
            if packets:
                missing.append((kind, packets))
        return _Met(tuple(missing), len(peers) - len(compared))

    def _place(self, place: int) -> _Place:
        number, sides = self.places[place]
        return _Place.of(machine_ends(self._fleet[number]).groups[sides.group])

    def _peer(self, place: int) -> Peer:
        number, sides = self.places[place]
        # The rest of its path only tells where its export lies.
        return Peer(self._fleet.digests[number].name.rstrip("/").rsplit("/", 1)[-1], sides.span)


def _unanswered(place: _Place, own: Sequence[int], peer: _Place) -> Iterator[tuple[int, Packet]]:
    """The rules among one's own that a peer does not answer, with a packet for each."""
    for mine, turned in _asked(place, own, peer):
        for missing in missing_mirrors(place.as_written(mine), peer.either_way(), turned=turned):
            if missing.verdict is not None:
                yield missing.rule, missing.verdict.packet


class _Place(Struct, frozen=True, dict=True):
    """The ends of a machine's connection security rules, those that negotiate by their position among them.

    `gateways` are its own ends of tunnels, `addresses` its local sides by family.
    """

    group: RuleEnds
    negotiating: Mapping[int, End]
    gateways: frozenset[Address]
    addresses: Mapping[int, IntervalSet]

    @classmethod
    def of(cls, group: RuleEnds) -> _Place:
        ends = {number: end for number, end in enumerate(group.ends) if end is not None}
        ranges = [one for end in ends.values() if end.selectors for one in _ranges(end.selectors.local)]
        return cls(
            group,
            {number: end for number, end in ends.items() if end.action is RuleAction.NEGOTIATE},
            frozenset(one for end in ends.values() for one in _gateways(end.gateway)),
            {
                family: IntervalSet.of(*((one.first, one.last) for one in ranges if one.version == family))
                for family in (4, 6)
            },
        )

    def as_written(self, protecting: Collection[int]) -> ProtectingRules:
        """The rules as the machine initiates by them, its own side first."""
        rules = self.group.ordered.rules
        return self._with([tuple(map(anywhere, rule.boxes)) for rule in rules], protecting)

    def either_way(self) -> ProtectingRules:
        """The rules as the machine answers by them, from either endpoint of a transport rule."""
        both = zip(self.group.going, self.group.coming, strict=True)
        return self._with([going + coming for going, coming in both], self.negotiating)

    def _with(self, boxes: Sequence[tuple[Box, ...]], protecting: Collection[int]) -> ProtectingRules:
        ordered = self.group.ordered
        rules = [replace(rule, boxes=own) for rule, own in zip(ordered.rules, boxes, strict=True)]
        return ProtectingRules(
            OrderedRules.of(rules, most_specific_first=ordered.most_specific_first), list(protecting)
        )


def _asked(place: _Place, own: Sequence[int], peer: _Place) -> Iterator[tuple[list[int], Callable[[Box], Box]]]:
    """The rules that a peer must answer, with the packets as they look there: all rules, or those for the peer
    itself."""
    ends = {number: _gateways(place.negotiating[number].peer_gateway) for number in own}
    if behind := [number for number, end in ends.items() if end & peer.gateways]:
        yield behind, Box.arriving
    if direct := [number for number, end in ends.items() if not end]:
        yield direct, partial(_arriving_at, peer.addresses)


def _gateways(addresses: Addresses) -> frozenset[Address]:
    """The ends of a tunnel; none for a rule without one, or whose gateway may be any."""
    return frozenset(each for each in addresses if not each.is_any)


def _ranges(addresses: Addresses) -> Addresses:
    """The addresses that are numeric, and not all addresses."""
    return tuple(address for address in addresses if address.version and not address.is_any)


def _arriving_at(addresses: Mapping[int, IntervalSet], packets: Box) -> Box:
    """The packets to and from these addresses, as the machine with the addresses sees them."""
    arriving = packets.arriving()
    axis = Axis.DESTINATION if IN in arriving.sets[Axis.DIRECTION] else Axis.SOURCE
    sets = list(arriving.sets)
    sets[axis] = sets[axis] & addresses[arriving.family]
    return replace(arriving, sets=tuple(sets))


class _LocalSides:
    """The beginnings of the local sides of all machines' rules, sorted to find those within a range."""

    def __init__(self, places: Sequence[Sides]) -> None:
        sides: defaultdict[int, list[tuple[int, int, Addresses]]] = defaultdict(list)
        for number, place in enumerate(places):
            for local in place.local:
                sides[local[0].version].append((local[0].first, number, local))
        self._sides = {version: sorted(ranges, key=_begin) for version, ranges in sides.items()}

    def peers(self, place: Sides) -> dict[int, list[int]]:
        """The places with a local side wholly within a rule's remote side, in order, each with those rules."""
        positions: defaultdict[int, list[int]] = defaultdict(list)
        for rule in place.asking:
            for number in {number for one in rule.remote for number in self._inside(one, rule.remote)}:
                positions[number].append(rule.position)
        return dict(sorted(positions.items()))

    def _inside(self, one: Address, remote: Addresses) -> Iterator[int]:
        sides = self._sides.get(one.version, [])
        for _, number, local in sides[
            bisect_left(sides, one.first, key=_begin) : bisect_right(sides, one.last, key=_begin)
        ]:
            if all(covers(remote, each) for each in local):
                yield number


def _begin(side: tuple[int, int, Addresses]) -> int:
    return side[0]
