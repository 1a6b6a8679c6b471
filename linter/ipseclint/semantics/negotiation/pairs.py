"""Which ends of two machines are meant for each other, each pair with a packet that both would protect.

Two rules are when there is a packet for which each is the rule that decides on its machine. Mode, protocol and ports
are compared later: where no packet is left, rules whose addresses mirror each other are a pair all the same, and so are
tunnels whose gateways do. Profiles and interfaces belong to each host, and are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ipseclint.formats.peers.ike_log import INITIATOR, RESPONDER
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, RuleAction, RuleMode
from ipseclint.model.selectors import Addresses, WfpFilter
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.peers import peer_ends
from ipseclint.semantics.negotiation.vpn import vpn_ends
from ipseclint.semantics.negotiation.windows import WindowsEnds
from ipseclint.semantics.packets.axes import DIRECTIONS, DOMAINS, IN, OUT, Axis
from ipseclint.semantics.packets.box import Box, Packet
from ipseclint.semantics.packets.cover import Steps, cover
from ipseclint.semantics.packets.decide import decide
from ipseclint.semantics.packets.mirrors import overlapping_pairs
from ipseclint.semantics.packets.rules import OrderedRules
from ipseclint.semantics.scope import includes_any, overlaps
from ipseclint.semantics.traffic import RuleGroup, every_group
from ipseclint.semantics.wfp_rules import as_connection_security_rule

STEPS = 20_000
"""Reasoned: how much work one pair of rules may be until a packet is found; without one it counts as a pair."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two ends, the packet that shows they meet, going from a to b, and how they were found where there is none."""

    a: End
    b: End
    packet: Packet | None
    how: str = ""


@dataclass(frozen=True, slots=True)
class RuleEnds:
    """The rules of a group that make ends, by position: as boxes of what goes out and of what comes in."""

    ordered: OrderedRules
    ends: tuple[End | None, ...]
    going: tuple[tuple[Box, ...], ...]
    coming: tuple[tuple[Box, ...], ...]


@dataclass(frozen=True, slots=True)
class MachineEnds:
    """All ends of one machine: of its rules, and others (VPN connections, descriptions of peers)."""

    groups: tuple[RuleEnds, ...]
    others: tuple[End, ...]

    @property
    def negotiating(self) -> tuple[End, ...]:
        """All ends that negotiate."""
        rules = (end for group in self.groups for end in group.ends if end is not None)
        return (*(end for end in rules if end.action is RuleAction.NEGOTIATE), *self.others)


def machine_ends(machine: Machine) -> MachineEnds:
    """The ends of a machine, made once."""
    return machine.once(_machine_ends)


def _machine_ends(machine: Machine) -> MachineEnds:
    make = WindowsEnds(machine)
    groups = (_rule_ends(machine, group, make) for group in every_group(machine))
    others = (*vpn_ends(machine), *peer_ends(machine))
    return MachineEnds(tuple(group for group in groups if any(group.ends)), others)


def _rule_ends(machine: Machine, group: RuleGroup, make: WindowsEnds) -> RuleEnds:
    ends: list[End | None] = []
    going, coming = [], []
    for thing, rule in zip(group.things, group.rules, strict=True):
        match thing:
            case ConnectionSecurityRule():
                end: End | None = make.of(thing)
            case WfpFilter():
                end = None
                if thing.context_key is not None and thing.context_key.casefold() in machine.index.quick_mode:
                    end = make.of(as_connection_security_rule(thing, machine.index))
            case (legacy_rule, filter_) if isinstance(legacy_rule, ConnectionSecurityRule):
                end = make.of_filter(legacy_rule, filter_)
            case _:
                end = None
        ends.append(end)
        boxes = tuple(map(_anywhere, rule.boxes)) if end is not None else ()
        out = tuple(box for box in boxes if OUT in box.sets[Axis.DIRECTION])
        back = tuple(box for box in boxes if IN in box.sets[Axis.DIRECTION])
        going.append(out)
        coming.append(back or tuple(box.mirrored() for box in out))
    return RuleEnds(group.ordered(group.readings[0]), tuple(ends), tuple(going), tuple(coming))


def _anywhere(one: Box) -> Box:
    """A box on every interface and in every profile: those are the host's own affair."""
    sets = list(one.sets)
    for axis in (Axis.INTERFACE, Axis.PROFILE):
        sets[axis] = DOMAINS[one.family][axis]
    return replace(one, sets=tuple(sets))


def pairs(one: Machine, other: Machine, packet: Packet | None = None) -> list[Pair]:
    """The pairs of ends of two machines, in the order of the first's; with a packet, those that may decide for it.

    A rule may be written alike on two machines that are opposite each other, its endpoints not exchanged.
    """
    mine, theirs = machine_ends(one), machine_ends(other)
    if packet is not None:
        decided = [pair for here in mine.groups for there in theirs.groups for pair in _deciding(here, there, packet)]
        twins = {id(pair.a): pair.b for pair in _alike(mine, theirs)}
        return list(dict.fromkeys(replace(pair, b=twins.get(id(pair.a), pair.b)) for pair in decided))
    met = [pair for here in mine.groups for there in theirs.groups for pair in _meeting(here, there)]
    met = list(_alike(mine, theirs)) + met
    met = _answered(met)
    met += _left_over(mine, theirs, met)
    if mine.others or theirs.others:
        met += _with_others(mine, theirs)
    if not met and len(mine.negotiating) == len(theirs.negotiating) == 1:
        met = [Pair(mine.negotiating[0], theirs.negotiating[0], None, "the only ones of their ends")]
    return met


def _meeting(here: RuleEnds, there: RuleEnds) -> Iterator[Pair]:
    arriving = [tuple(box.arriving() for box in boxes) for boxes in here.going]
    for position, number in overlapping_pairs(arriving, there.coming):
        one, other = here.ends[position], there.ends[number]
        if one is None or other is None or RuleAction.NEGOTIATE not in {one.action, other.action}:
            continue
        found, packet = _witness(here, there, position, number)
        if found:
            yield Pair(one, other, packet)


def pairs_of_log(machine: Machine) -> list[Pair]:
    """The two ends of the negotiation that a log tells of, the one that asked first."""
    by_name = {peer.name: end for peer, end in zip(machine.policy.peers, peer_ends(machine), strict=True)}
    if INITIATOR not in by_name or RESPONDER not in by_name:
        return []
    return [Pair(by_name[INITIATOR], by_name[RESPONDER], None, "the two ends in the log")]


def _deciding(here: RuleEnds, there: RuleEnds, packet: Packet) -> Iterator[Pair]:
    """The pairs of rules that may decide for a packet as it goes out here, and as it comes in there."""
    sent = decide(here.ordered, replace(packet, direction=OUT))
    come = decide(there.ordered, replace(packet, direction=IN))
    for position in (*sent.winners, *(proviso.rule for proviso in sent.provisos)):
        for number in (*come.winners, *(proviso.rule for proviso in come.provisos)):
            one, other = here.ends[position], there.ends[number]
            if one is not None and other is not None and RuleAction.NEGOTIATE in {one.action, other.action}:
                yield Pair(one, other, packet)


def _witness(here: RuleEnds, there: RuleEnds, position: int, number: int) -> tuple[bool, Packet | None]:
    """Whether there is a packet for which both rules decide, and one such, as it goes out."""
    steps = Steps(STEPS)
    for mine in here.going[position]:
        for theirs in there.coming[number]:
            target = mine.arriving() & theirs
            if not target:
                continue
            before = [box.arriving() for box in _asked_before(here, position, mine, here.going)]
            before += _asked_before(there, number, theirs, there.coming)
            answer = cover(target, before, steps)
            if answer.gap is not None:
                return True, _shown(_leaving(answer.gap).sample())
            if not answer.decided:
                return True, None
    return False, None


def _asked_before(side: RuleEnds, position: int, box: Box, boxes: Sequence[tuple[Box, ...]]) -> Iterator[Box]:
    """The boxes of other rules that are asked before a rule's box: of a tier before it, or narrower."""
    rank = side.ordered.rules[position].rank
    for number, others in enumerate(boxes):
        if number == position:
            continue
        theirs = side.ordered.rules[number].rank
        for other in others:
            if theirs < rank or (theirs == rank and side.ordered.most_specific_first and other.narrower_than(box)):
                yield other


def _leaving(one: Box) -> Box:
    """What arrives at the peer as it left: without the conditions under the peer's names."""
    sets = list(one.sets)
    values = (len(DIRECTIONS) - 1 - value for span in sets[Axis.DIRECTION].spans for value in span)
    sets[Axis.DIRECTION] = type(sets[Axis.DIRECTION]).of(*values)
    return replace(one, sets=tuple(sets))


def _shown(packet: Packet) -> Packet:
    """A packet without what belongs to the host it leaves."""
    return replace(packet, interface=None, profile=None, direction=None)


def _answered(met: list[Pair]) -> list[Pair]:
    """Without the pairs that only seem so because an end may be any host, where each has a partner of its own.

    An exemption counts only for a rule that no other answers.
    """
    exact = {id(end) for pair in met if _mirrors(pair.a, pair.b) for end in (pair.a, pair.b)}
    negotiated = {
        id(end) for pair in met if pair.a.action is pair.b.action is RuleAction.NEGOTIATE for end in (pair.a, pair.b)
    }

    def counts(pair: Pair) -> bool:
        if pair.a.action is not pair.b.action:
            asking = pair.a if pair.a.action is RuleAction.NEGOTIATE else pair.b
            return id(asking) not in negotiated
        if _mirrors(pair.a, pair.b):
            return True
        return not any(id(end) in exact and _is_for_anybody(end) for end in (pair.a, pair.b))

    return [pair for pair in met if counts(pair)]


def _mirrors(one: End, other: End) -> bool:
    mine, theirs = one.selectors, other.selectors
    if mine is None or theirs is None or one.action is not other.action:
        return False
    return (_same(mine.local, theirs.remote) and _same(mine.remote, theirs.local)) or _are_alike(one, other)


def _alike(mine: MachineEnds, theirs: MachineEnds) -> Iterator[Pair]:
    """Transport rules that name the same endpoints in the same order: one rule, deployed to both sides."""
    by_sides: dict[tuple[frozenset[object], frozenset[object]], list[End]] = {}
    for end in theirs.negotiating:
        if end.holds_either_way and end.selectors is not None:
            key = frozenset[object](end.selectors.local), frozenset[object](end.selectors.remote)
            by_sides.setdefault(key, []).append(end)
    for end in mine.negotiating:
        if end.holds_either_way and end.selectors is not None:
            sides = frozenset[object](end.selectors.local), frozenset[object](end.selectors.remote)
            for other in by_sides.get(sides, ()):
                if _are_alike(end, other):
                    yield Pair(end, other, None, "one rule on both sides")


def _are_alike(one: End, other: End) -> bool:
    mine, theirs = one.selectors, other.selectors
    if mine is None or theirs is None or not (one.holds_either_way and other.holds_either_way):
        return False
    is_symmetrical = _same(mine.local, mine.remote)
    return not is_symmetrical and _same(mine.local, theirs.local) and _same(mine.remote, theirs.remote)


def _same(some: Addresses, others: Addresses) -> bool:
    return set(some) == set(others) or (_is_any(some) and _is_any(others))


def _is_any(addresses: Addresses) -> bool:
    return not addresses or includes_any(addresses)


def _is_for_anybody(end: End) -> bool:
    return end.selectors is not None and _is_any(end.selectors.local) and _is_any(end.selectors.remote)


def _left_over(mine: MachineEnds, theirs: MachineEnds, met: Iterable[Pair]) -> list[Pair]:
    """Ends that no packet brings together: mirrored addresses of other protocols, tunnels between the same gateways."""
    done = {id(end) for pair in met for end in (pair.a, pair.b)}
    here = [end for group in mine.groups for end in group.ends if end is not None and id(end) not in done]
    there = [end for group in theirs.groups for end in group.ends if end is not None and id(end) not in done]
    by_gateways: dict[tuple[frozenset[object], frozenset[object]], list[End]] = {}
    by_sides: dict[tuple[frozenset[object], frozenset[object]], list[End]] = {}
    for end in there:
        if end.action is RuleAction.NEGOTIATE:
            if end.gateway and end.peer_gateway:
                by_gateways.setdefault((frozenset(end.peer_gateway), frozenset(end.gateway)), []).append(end)
            if end.selectors is not None:
                key = frozenset(end.selectors.remote), frozenset(end.selectors.local)
                by_sides.setdefault(key, []).append(end)
    rest = []
    for end in here:
        if end.action is not RuleAction.NEGOTIATE:
            continue
        gates = frozenset[object](end.gateway), frozenset[object](end.peer_gateway)
        if end.mode is RuleMode.TUNNEL and gates in by_gateways:
            rest += [Pair(end, other, None, "tunnels between the same gateways") for other in by_gateways[gates]]
        elif end.selectors is not None and not _is_for_anybody(end):
            sides = frozenset[object](end.selectors.local), frozenset[object](end.selectors.remote)
            rest += [Pair(end, other, None, "the same addresses") for other in by_sides.get(sides, ())]
    return rest


def met_with_others(one: Machine, other: Machine) -> list[Pair]:
    """The pairs of two machines in which at least one end is no rule, and whose addresses bring them together."""
    return [
        pair
        for pair in _with_others(machine_ends(one), machine_ends(other))
        if _gateways_fit(pair.a, pair.b)
        or (
            not _names_gateways(pair.a, pair.b)
            and (not (pair.a.objects or pair.b.objects) or _is_mirrored(pair.a, pair.b))
        )
    ]


def _is_mirrored(one: End, other: End) -> bool:
    """Whether two ends name the same two sides, each from its own."""
    named = [side for end in (one, other) if (said := end.selectors) is not None for side in (said.local, said.remote)]
    return not any(map(_is_any, named)) and _mirrors(one, other)


def _names_gateways(one: End, other: End) -> bool:
    """Whether both sides of a pair say by address where they are, so that they would be known to fit."""
    return bool((one.gateway and other.peer_gateway) or (other.gateway and one.peer_gateway))


def _with_others(mine: MachineEnds, theirs: MachineEnds) -> list[Pair]:
    return pairs_with_others(mine.others, theirs.others, mine.negotiating, theirs.negotiating)


def pairs_with_others(
    others: Sequence[End], peers_others: Sequence[End], negotiating: Sequence[End], peers_negotiating: Sequence[End]
) -> list[Pair]:
    """The pairs in which at least one end is no rule: a connection, or the description of a peer."""
    found = []
    for end in others:
        possible = [other for other in peers_negotiating if _may_meet(end, other)]
        found += [Pair(end, other, None, _HOW) for other in _partners(end, possible)]
    own = {id(end) for end in others}
    for other in peers_others:
        rules = [end for end in negotiating if id(end) not in own and _may_meet(end, other)]
        found += [Pair(end, other, None, _HOW) for end in _partners(other, rules)]
    return found


_HOW = "the ends that were given"


def _may_meet(one: End, other: End) -> bool:
    """Whether one of the two may ask and the other answer: two clients never meet, nor two servers."""
    return not (one.is_client and other.is_client) and not (one.is_server and other.is_server)


def _partners(end: End, others: Sequence[End]) -> Sequence[End]:
    """The ends that an end is for: by its gateways, else by its addresses, else all, since one of them is meant."""
    by_gateway = [other for other in others if _gateways_fit(end, other)]
    if by_gateway:
        return by_gateway
    by_selectors = [other for other in others if _selectors_fit(end, other)]
    return by_selectors or others


def _gateways_fit(end: End, other: End) -> bool:
    """Whether one end's address is where the other looks for its peer."""
    for one, peer in ((end, other), (other, end)):
        if one.gateway and peer.peer_gateway:
            return _overlap(one.gateway, peer.peer_gateway)
        remote = peer.selectors.remote if peer.selectors is not None and peer.mode is RuleMode.TRANSPORT else ()
        if one.gateway and remote and not _is_any(remote) and _overlap(one.gateway, remote):
            return True
    return False


def _selectors_fit(end: End, other: End) -> bool:
    mine, theirs = end.selectors, other.selectors
    if mine is None or theirs is None:
        return False
    return all(
        not here or not there or _overlap(here, there)
        for here, there in ((mine.local, theirs.remote), (mine.remote, theirs.local))
    )


def _overlap(some: Addresses, others: Addresses) -> bool:
    return _is_any(some) or _is_any(others) or any(overlaps(one, other) for one in some for other in others)
