"""Whether traffic is exempt, required, requested or blocked, and for whom: the exact packets that a rule decides for.

A rule does not decide for all packets it matches: an exemption, a block or a more specific rule takes some of them
first, often only for one port, profile, interface or own address. What remains for a rule is therefore a set of
packets, and what others take is put into words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import cached_property, partial

from msgspec import Struct

from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, Dialect, RuleAction
from ipseclint.model.selectors import ANY_ADDRESS, Address, Addresses, LegacyFilter
from ipseclint.model.values import Frozen
from ipseclint.semantics.address_sides import side_pairs
from ipseclint.semantics.filter_boxes import legacy_boxes
from ipseclint.semantics.packets.axes import DOMAINS, IN, OUT, Axis
from ipseclint.semantics.packets.box import Box, Condition, box
from ipseclint.semantics.packets.intervals import EMPTY, IntervalSet, Ranges
from ipseclint.semantics.rule_boxes import connection_boxes
from ipseclint.semantics.scope import action_of, filters_of, ruled_out
from ipseclint.semantics.traffic import connection_group
from ipseclint.vocabulary.addresses import AddressKeyword
from ipseclint.vocabulary.protocols import protocol_name

_MAX_PIECES = 2_000
"""Reasoned: the most pieces that the traffic of one rule is cut into; beyond it the rest is not determined."""

_MAX_SERVERS = 64
"""Reasoned: the most hosts that a keyword such as `dns` is taken to mean; it takes no larger range."""

_SERVERS = frozenset({AddressKeyword.DNS, AddressKeyword.DHCP, AddressKeyword.WINS, AddressKeyword.DEFAULT_GATEWAY})

_PEERS = {OUT: Axis.DESTINATION, IN: Axis.SOURCE}
"""The field that holds the peer's address, by direction."""

_OWN = Condition(Axis.SOURCE, AddressKeyword.ME.value)
"""The condition that the source of a packet is an address of this host."""


class Service(Frozen, forbid_unknown_fields=True):
    """A service of a peer, by protocol and port; no port for a protocol without."""

    protocol: int
    port: int | None = None

    def __str__(self) -> str:
        word = protocol_name(self.protocol).upper()
        return word if self.port is None else f"{word} {self.port}"


Traffic = tuple[Box, ...]
"""Packets between this host and peers, in both directions."""


def traffic_with(
    machine: Machine, peers: Addresses = (ANY_ADDRESS,), service: Service | None = None, own_port: int | None = None
) -> Traffic:
    """The packets that this host exchanges with peers, all of them or those of one service of the peers."""
    out = [
        box(
            there.family,
            destination=there.values,
            protocol=None if service is None else IntervalSet.of(service.protocol),
            source_port=None if own_port is None else IntervalSet.of(own_port),
            destination_port=None if service is None or service.port is None else IntervalSet.of(service.port),
            direction=IntervalSet.of(OUT),
            conditions=(*there.on(Axis.DESTINATION), _OWN),
        )
        for _, there in side_pairs((ANY_ADDRESS,), peers, machine.site)
    ]
    return tuple(each for one in out for each in (one, one.mirrored()))


def doing_otherwise(machine: Machine, alike: Iterable[ConnectionSecurityRule]) -> list[ConnectionSecurityRule]:
    """The enabled rules that are not among these: exemptions, blocks, and rules that secure differently."""
    same = ruled_out(machine).union(map(id, alike))
    rules = machine.policy.connection_security_rules
    return [rule for rule in rules if rule.enabled.known is not False and id(rule) not in same]


class Left(Struct, frozen=True):
    """The part of some traffic that remains for a rule.

    `whole` are the rule's packets in that traffic, `certain` those that it decides for whatever keywords mean and in
    whatever order rules are asked, `possible` those that it may decide for. `taken` are the packets that other rules
    may take, and `takers` these rules.
    """

    whole: Traffic
    certain: Traffic
    possible: Traffic
    taken: Traffic
    takers: tuple[ConnectionSecurityRule, ...]


class Question:
    """A question: which part of some traffic remains for a rule, given rules that do otherwise.

    These others are searched on first use: mostly there is no rule to ask about.
    """

    def __init__(self, machine: Machine, traffic: Traffic, others: Iterable[ConnectionSecurityRule]) -> None:
        self._machine = machine
        self._traffic = traffic
        self._rules = others
        self._left: dict[Hashable, Left] = {}

    @cached_property
    def _others(self) -> list[tuple[ConnectionSecurityRule, Box]]:
        return [(other, theirs) for other in self._rules for theirs in self._boxes(other)]

    @cached_property
    def _ids_of_others(self) -> frozenset[int]:
        return frozenset(id(other) for other, _ in self._others)

    @cached_property
    def _near(self) -> dict[int, Ranges]:
        return {direction: self._peers(direction) for direction in (IN, OUT)}

    def reach_of(self, rule: ConnectionSecurityRule) -> Traffic:
        """The boxes of one rule that have packets of the traffic; what remains for it lies in them."""
        return tuple(self._boxes(rule))

    def left_to(self, rule: ConnectionSecurityRule) -> Left:
        """The part that remains for one rule, computed once for rules with the same packets and competitors."""
        boxes = tuple(self._boxes(rule))
        itself = id(rule) if boxes and id(rule) in self._ids_of_others else None
        is_exempt = action_of(self._machine, rule) is RuleAction.EXEMPT
        key = (boxes, _weighed_with(rule), rule.filter_list is None, is_exempt, itself)
        if key not in self._left:
            self._left[key] = self._left_of(rule, boxes)
        return self._left[key]

    def _left_of(self, rule: ConnectionSecurityRule, boxes: Iterable[Box]) -> Left:
        whole: list[Box] = []
        certain: list[Box] = []
        possible: list[Box] = []
        taken: list[Box] = []
        takers: dict[int, ConnectionSecurityRule] = {}
        for own in boxes:
            for asked in self._traffic:
                if not _is_for(own, asked) or not (piece := own & asked):
                    continue
                whole.append(piece)
                before: list[Box] = []
                maybe_before: list[Box] = []
                for other, theirs in self._rivals(rule, piece):
                    if self._is_before(rule, own, other, theirs):
                        continue
                    takers[id(other)] = other
                    taken.append(theirs & piece)
                    if not _stands_for_few(theirs, piece):
                        maybe_before.append(_at_most(theirs, piece))
                    if self._is_before(other, theirs, rule, own):
                        before.append(theirs)
                if own.conditions <= asked.conditions:
                    certain += _without(piece, maybe_before)
                possible += _without(piece, before)
        return Left(tuple(whole), tuple(certain), tuple(possible), tuple(taken), tuple(takers.values()))

    def _rivals(self, rule: ConnectionSecurityRule, piece: Box) -> Iterator[tuple[ConnectionSecurityRule, Box]]:
        """The boxes of others that compete with a rule and may share packets with a piece of it."""
        direction = OUT if OUT in piece.sets[Axis.DIRECTION] else IN
        peers = piece.sets[_PEERS[direction]]
        near = sorted(self._near[direction].meeting(peers.first, peers.last))
        for other, theirs in map(self._others.__getitem__, near):
            if other is not rule and _is_for(theirs, piece) and _are_weighed_together(rule, other):
                yield other, theirs

    def _peers(self, direction: int) -> Ranges:
        """The peers of the others' boxes of one direction, by position, each as one range."""
        boxes = ((position, theirs.sets) for position, (_, theirs) in enumerate(self._others))
        peers = ((sets[_PEERS[direction]], position) for position, sets in boxes if direction in sets[Axis.DIRECTION])
        return Ranges((addresses.first, addresses.last, position) for addresses, position in peers)

    def _boxes(self, rule: ConnectionSecurityRule) -> Iterator[Box]:
        """The boxes of a rule, one for each filter and direction, that meet the traffic."""
        if not self._traffic:
            return iter(())
        if rule.filter_list is None:
            own: Iterable[Box] = self._machine.once(_by_rule).get(id(rule)) or connection_boxes(
                rule, self._machine.site
            )
        else:
            near = filter(_nearness(self._traffic), filters_of(self._machine, rule))
            own = (one for row in near for one in legacy_boxes(rule, row, self._machine.site))
        return (one for one in own if any(_is_for(one, asked) for asked in self._traffic))

    def _is_before(self, rule: ConnectionSecurityRule, own: Box, other: ConnectionSecurityRule, theirs: Box) -> bool:
        """Whether one box is surely asked before another: exemptions among connection security rules, and narrower
        boxes."""
        if rule.filter_list is None:
            first, second = (action_of(self._machine, each) is RuleAction.EXEMPT for each in (rule, other))
            if first is not second:
                return first
        return own.narrower_than(theirs)


def _is_for(one: Box, traffic: Box) -> bool:
    """Whether a box may have packets in common with what this host sends or receives."""
    if not one.meets(traffic):
        return False
    peer = Axis.DESTINATION if OUT in traffic.sets[Axis.DIRECTION] else Axis.SOURCE
    return not one.conditions or Condition(peer, AddressKeyword.ME.value) not in one.conditions


def _by_rule(machine: Machine) -> dict[int, tuple[Box, ...]]:
    group = connection_group(machine)
    return {id(thing): rule.boxes for thing, rule in zip(group.things, group.rules, strict=True)}


def _are_weighed_together(one: ConnectionSecurityRule, other: ConnectionSecurityRule) -> bool:
    """Whether Windows weighs two rules against each other."""
    return _weighed_with(one) == _weighed_with(other)


def _weighed_with(rule: ConnectionSecurityRule) -> tuple[bool, str | None]:
    """A key of the rules that compete with a rule: for `netsh ipsec` only those of its policy."""
    return rule.dialect is Dialect.IP_SECURITY_POLICY, rule.policy.target.casefold() if rule.policy else None


def _without(piece: Box, taken: Iterable[Box]) -> list[Box]:
    """The rest of a piece, in pieces; none if they are too many."""
    rest = [piece]
    for one in _merged(taken, Axis.DESTINATION if OUT in piece.sets[Axis.DIRECTION] else Axis.SOURCE):
        rest = [left for part in rest for left in part.minus(one)]
        if len(rest) > _MAX_PIECES:
            return []
    return rest


def _merged(boxes: Iterable[Box], axis: Axis) -> list[Box]:
    """The same packets in fewer boxes: boxes that differ in this field alone are merged."""
    alike: defaultdict[Box, list[tuple[int, int]]] = defaultdict(list)
    for one in boxes:
        alike[_with(one, axis, EMPTY)] += one.sets[axis].spans
    return [_with(one, axis, IntervalSet.of(*spans)) for one, spans in alike.items()]


def _with(one: Box, axis: Axis, values: IntervalSet) -> Box:
    return Box(one.family, (*one.sets[:axis], values, *one.sets[axis + 1 :]), one.conditions)


def _nearness(traffic: Traffic) -> Callable[[LegacyFilter], bool]:
    """A cheap test whether a filter can match the traffic at all: there may be a hundred thousand filters."""
    protocols = IntervalSet.of(*(span for one in traffic for span in one.sets[Axis.PROTOCOL].spans))
    out = [one for one in traffic if OUT in one.sets[Axis.DIRECTION]]
    hulls = {
        family: (min(each.first for each in peers), max(each.last for each in peers))
        for family in DOMAINS
        if (peers := [one.sets[Axis.DESTINATION] for one in out if one.family == family])
    }
    return partial(_is_near, protocols, hulls)


def _is_near(protocols: IntervalSet, hulls: dict[int, tuple[int, int]], row: LegacyFilter) -> bool:
    if row.protocol is not None and row.protocol not in protocols:
        return False
    return _is_inside(row.source, hulls) or _is_inside(row.destination, hulls)


def _is_inside(address: Address, hulls: dict[int, tuple[int, int]]) -> bool:
    if not address.version:
        return address.keyword is not AddressKeyword.ME
    low, high = hulls.get(address.version, (1, 0))
    return address.first <= high and low <= address.last


def _at_most(theirs: Box, piece: Box) -> Box:
    """The most that a box may take of a piece: under its conditions, and all of a keyword's hosts that may lie
    in it."""
    sets = list(theirs.sets)
    for condition in piece.conditions:
        if condition.axis is not None and condition.name in _SERVERS:
            sets[condition.axis] = piece.sets[condition.axis]
    return Box(theirs.family, tuple(sets))


def _stands_for_few(theirs: Box, piece: Box) -> bool:
    """Whether a box is for the few hosts of a keyword, and the piece for many more."""
    if not {each.name for each in theirs.conditions - piece.conditions} & _SERVERS:
        return False
    peers = Axis.DESTINATION if OUT in piece.sets[Axis.DIRECTION] else Axis.SOURCE
    return piece.sets[peers].size > _MAX_SERVERS
