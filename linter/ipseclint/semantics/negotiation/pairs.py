"""The ends of two machines that are meant for each other, each pair with a packet that both would protect.

Two rules are a pair when there is a packet for which each decides on its machine. Mode, protocol and ports are compared
later: where no packet is left, rules whose addresses mirror each other are still a pair, and so are tunnels whose
gateways do. Swapping the two machines gives the same pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.formats.peers.log_proposals import INITIATOR, RESPONDER
from ipseclint.model.machine import Machine
from ipseclint.model.peer import UNKNOWN_GROUP
from ipseclint.model.policy import RuleAction, VpnConnection
from ipseclint.semantics.alternatives import alternatives_of
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.fitting import (
    Fit,
    are_certain,
    facing,
    fit,
    is_for_another,
    is_for_anybody,
    may_meet,
    mirrors,
)
from ipseclint.semantics.negotiation.key_module import meeting
from ipseclint.semantics.negotiation.peers import peer_ends
from ipseclint.semantics.negotiation.rule_ends import Deciding, MachineEnds, RuleEnds, machine_ends, witness
from ipseclint.semantics.packets.axes import IN, OUT
from ipseclint.semantics.packets.box import Box, Packet
from ipseclint.semantics.packets.decide import decide
from ipseclint.semantics.packets.mirrors import overlapping_pairs
from ipseclint.semantics.packets.rules import OrderedRules
from ipseclint.vocabulary.key_modules import KeyModule


class Pair(Struct, frozen=True):
    """Two ends, a packet that shows they meet, and how they were found where there is none.

    The packet goes from a to b, or back if none goes. `goes` and `comes` tell whether both rules decide for some packet
    from a to b, and from b to a: a filter that blocks may be for one direction only.
    """

    a: End
    b: End
    packet: Packet | None
    how: str = ""
    goes: bool = True
    comes: bool = True


def pairs(one: Machine, other: Machine, packet: Packet | None = None) -> list[Pair]:
    """The pairs of ends of two machines, in the order of the first's; with a packet, those that may decide for it."""
    mine, theirs = machine_ends(one), machine_ends(other)
    if packet is not None:
        return list(
            dict.fromkeys(
                pair for here in mine.groups for there in theirs.groups for pair in _deciding(here, there, packet)
            )
        )
    met = [pair for here in mine.groups for there in theirs.groups for pair in _meeting(here, there)]
    met = _answered(met)
    met += left_over(_of_rules(mine), _of_rules(theirs), met)
    if mine.others or theirs.others:
        met += _with_others(mine, theirs)
    if not met and len(mine.negotiating) == len(theirs.negotiating) == 1:
        met = [Pair(mine.negotiating[0], theirs.negotiating[0], None, _ONLY)]
    return met


_ONLY = "the only ones of their ends"


def is_among_many(pair: Pair) -> bool:
    """Whether a pair also holds among many machines, of which some may have nothing to do with each other."""
    if pair.how == _ONLY:
        return False
    return pair.how != GIVEN or are_certain(pair.a, pair.b)


def _meeting(here: RuleEnds, there: RuleEnds) -> Iterator[Pair]:
    possible = {*_candidates(here, there), *((one, other) for other, one in _candidates(there, here))}
    for position, number in sorted(possible):
        one, other = here.deciding(position), there.deciding(number)
        pair = meet(one, other) if one is not None and other is not None else None
        if pair is not None:
            yield pair


def _candidates(here: RuleEnds, there: RuleEnds) -> list[tuple[int, int]]:
    arriving = [tuple(box.arriving() for box in boxes) for boxes in here.going]
    return overlapping_pairs(arriving, there.coming)


def meet(one: Deciding, other: Deciding) -> Pair | None:
    """The pair of two rules, if both decide for some packet and one of them negotiates."""
    mine, theirs = one.end, other.end
    if RuleAction.NEGOTIATE not in {mine.action, theirs.action}:
        return None
    going = witness(one.sends, other.takes)
    if going.exists and mine.action is theirs.action:
        return Pair(mine, theirs, going.packet)
    coming = witness(other.sends, one.takes)
    if not (going.exists or coming.exists):
        return None
    if mine.action is theirs.action:
        return Pair(mine, theirs, coming.packet)
    return Pair(mine, theirs, going.packet or coming.packet, goes=going.exists, comes=coming.exists)


def pairs_of_log(machine: Machine) -> list[Pair]:
    """The two ends of the negotiation in a log, the initiator first."""
    by_name = ends_of_log(machine)
    if len(by_name) != len((INITIATOR, RESPONDER)):
        return []
    return [Pair(by_name[INITIATOR], by_name[RESPONDER], None, "the two ends in the log")]


def ends_of_log(machine: Machine) -> dict[str, End]:
    """The ends of the last negotiation in a log, by their role; a log may show only one of them."""
    ends = zip(machine.policy.peers, peer_ends(machine), strict=True)
    return {peer.name: end for peer, end in ends if peer.name in {INITIATOR, RESPONDER}}


def pairs_beside_log(machine: Machine) -> list[Pair]:
    """The only end that a log shows with the only configuration beside it, the initiator first."""
    shown, configured = ends_of_log(machine), configured_beside_log(machine)
    if len(shown) != 1 or len(configured) != 1:
        return []
    ((name, end),) = shown.items()
    first, second = (end, configured[0]) if name == INITIATOR else (configured[0], end)
    return [Pair(first, second, None, "the end in the log, and the configuration beside it")]


def configured_beside_log(machine: Machine) -> list[End]:
    """The ends of peers that a configuration gives, where a log of a negotiation may stand beside it."""
    ends = zip(machine.policy.peers, peer_ends(machine), strict=True)
    return [end for peer, end in ends if peer.name not in {INITIATOR, RESPONDER}]


def ikev2_groups_alone(machine: Machine) -> Iterator[tuple[str, frozenset[str]]]:
    """Each such end that speaks IKEv2 and says its groups of main mode, with these, where no VPN connection stands."""
    if machine.policy.vpn_connections:
        return
    for end in configured_beside_log(machine):
        groups = frozenset(group for offer in end.main_mode or () for group in offer.groups)
        if groups and UNKNOWN_GROUP not in groups and (end.key_modules is None or KeyModule.IKEV2 in end.key_modules):
            yield end.subject, groups


def _deciding(here: RuleEnds, there: RuleEnds, packet: Packet) -> Iterator[Pair]:
    """The pairs of rules that may decide for a packet as it leaves here, and as it arrives there."""
    sent = decide(_in_order(here, here.going), replace(packet, direction=OUT))
    come = decide(_in_order(there, there.coming), replace(packet, direction=IN))
    for position in (*sent.winners, *(proviso.rule for proviso in sent.provisos)):
        for number in (*come.winners, *(proviso.rule for proviso in come.provisos)):
            one, other = here.ends[position], there.ends[number]
            if one is not None and other is not None and RuleAction.NEGOTIATE in {one.action, other.action}:
                yield Pair(one, other, packet)


def _in_order(side: RuleEnds, boxes: Sequence[tuple[Box, ...]]) -> OrderedRules:
    """The rules of a side with these boxes; a rule that makes no end keeps its own."""
    rules = [replace(rule, boxes=own) if own else rule for rule, own in zip(side.ordered.rules, boxes, strict=True)]
    return OrderedRules.of(rules, most_specific_first=side.ordered.most_specific_first)


def _answered(met: list[Pair]) -> list[Pair]:
    """The pairs without those that exist only because an end may be any host, where each end has a partner of its own.

    An exemption counts only for a rule that no other answers.
    """
    exact = {id(end) for pair in met if mirrors(pair.a, pair.b) for end in (pair.a, pair.b)}
    negotiated = {
        id(end) for pair in met if pair.a.action is pair.b.action is RuleAction.NEGOTIATE for end in (pair.a, pair.b)
    }

    def counts(pair: Pair) -> bool:
        if pair.a.action is not pair.b.action:
            asking = pair.a if pair.a.action is RuleAction.NEGOTIATE else pair.b
            return id(asking) not in negotiated
        if mirrors(pair.a, pair.b):
            return True
        return not any(id(end) in exact and is_for_anybody(end) for end in (pair.a, pair.b))

    return [pair for pair in met if counts(pair)]


Sides = tuple[frozenset[object], frozenset[object]]


def left_over(here: Iterable[End], there: Iterable[End], met: Sequence[Pair]) -> list[Pair]:
    """The pairs of ends without a common packet: tunnels between the same gateways, mirrored addresses with other
    protocols."""
    here, there = _without(here, met), _without(there, met)
    tunnels = _joined(here, there, _gates, lambda gates: [gates[::-1]], "tunnels between the same gateways")
    here, there = _without(here, tunnels), _without(there, tunnels)
    alike = _joined(here, there, _sides, lambda sides: [sides[::-1], sides], "the same addresses")
    return tunnels + [pair for pair in alike if mirrors(pair.a, pair.b)]


def _of_rules(ends: MachineEnds) -> list[End]:
    return [
        end for group in ends.groups for end in group.ends if end is not None and end.action is RuleAction.NEGOTIATE
    ]


def _without(ends: Iterable[End], pairs: Sequence[Pair]) -> list[End]:
    done = {id(end) for pair in pairs for end in (pair.a, pair.b)}
    return [end for end in ends if id(end) not in done]


def _gates(end: End) -> Sides | None:
    return (frozenset(end.gateway), frozenset(end.peer_gateway)) if end.gateway and end.peer_gateway else None


def _sides(end: End) -> Sides | None:
    if end.selectors is None or is_for_anybody(end):
        return None
    return frozenset(end.selectors.local), frozenset(end.selectors.remote)


def _joined(
    here: Iterable[End],
    there: Iterable[End],
    key_of: Callable[[End], Sides | None],
    partners: Callable[[Sides], Iterable[Sides]],
    how: str,
) -> list[Pair]:
    """The pairs of ends where the key of one is among the partners of the other's key."""
    by_key: defaultdict[Sides, list[End]] = defaultdict(list)
    for end in there:
        key = key_of(end)
        if key is not None:
            by_key[key].append(end)
    return [
        Pair(end, other, None, how)
        for end in here
        if (key := key_of(end)) is not None
        for partner in dict.fromkeys(partners(key))
        for other in by_key.get(partner, ())
    ]


def met_with_others(one: Machine, other: Machine) -> list[Pair]:
    """The pairs of two machines in which at least one end is no rule, and whose addresses match."""
    return [pair for pair in _with_others(machine_ends(one), machine_ends(other)) if are_certain(pair.a, pair.b)]


def met_within(machine: Machine) -> list[Pair]:
    """The pairs of a machine's own ends with the peers that its inputs describe: a text or a folder may hold both.

    The initiator in a log may be this machine itself, and so is never taken as its peer. A VPN server is the peer of
    the VPN connections beside it: hardly a server dials out.
    """
    ends = machine_ends(machine)
    here = [end for end in ends.negotiating if end.is_windows]
    there = [end for end in ends.negotiating if not end.is_windows and INITIATOR not in end.subject]
    others = [end for end in ends.others if end.is_windows], [end for end in ends.others if not end.is_windows]
    met = pairs_with_others(*others, here, there) if here and there else []
    servers = [end for end in ends.negotiating if end.is_server and end.is_windows]
    dialled = [end for end in ends.negotiating if isinstance(end.owner, VpnConnection)]
    if len(servers) == 1:
        met += pairs_with_others(dialled, servers, dialled, servers)
    are_alone = len(here) == len(there) == 1 and not here[0].is_client
    certain = [
        pair for pair in met if are_certain(pair.a, pair.b) and (are_alone or not is_for_another(pair.a, pair.b))
    ]
    if not (certain and machine.policy.alternatives):
        return certain
    alternatives = machine.once(alternatives_of)
    return [pair for pair in certain if alternatives.may_exist_together((pair.a.span, pair.b.span))]


def _with_others(mine: MachineEnds, theirs: MachineEnds) -> list[Pair]:
    return pairs_with_others(mine.others, theirs.others, mine.negotiating, theirs.negotiating)


def pairs_with_others(
    others: Sequence[End], peers_others: Sequence[End], negotiating: Sequence[End], peers_negotiating: Sequence[End]
) -> list[Pair]:
    """The pairs in which at least one end is no rule: a connection, or the description of a peer.

    An end is paired with those that fit it best: by its gateways, then by its traffic; else with all, since one is
    meant. Each of a pair must be the best for the other.
    """
    unruly = {id(end) for end in (*others, *peers_others)}
    met = {
        (here, there): facing(one, other)
        for here, one in enumerate(negotiating)
        for there, other in enumerate(peers_negotiating)
        if (id(one) in unruly or id(other) in unruly) and may_meet(one, other)
    }
    fits = {place: fit(one, other) for place, (one, other) in met.items()}
    best: dict[tuple[str, int], Fit] = {}
    for (here, there), how in fits.items():
        best["here", here] = min(best.get(("here", here), how), how)
        best["there", there] = min(best.get(("there", there), how), how)
    return _answering(
        [
            Pair(*met[here, there], None, GIVEN)
            for (here, there), how in fits.items()
            if how == best["here", here] == best["there", there]
        ]
    )


def _answering(met: list[Pair]) -> list[Pair]:
    """The pairs without those connections of a peer that share no key module or mode with a Windows end, where another
    does.

    A daemon takes the connection that fits. L2TP uses transport mode, for which a server often has a connection beside
    those in tunnel mode.
    """
    speaking = {id(pair) for pair in met if speaks(pair)}
    answered = {id(end) for pair in met if id(pair) in speaking for end in (pair.a, pair.b) if end.is_windows}
    return [pair for pair in met if id(pair) in speaking or answered.isdisjoint((id(pair.a), id(pair.b)))]


def speaks(pair: Pair) -> bool:
    """Whether two ends have a key module and a mode in common."""
    return bool(meeting(pair.a, pair.b)[1]) and _have_a_mode(pair.a, pair.b)


def _have_a_mode(one: End, other: End) -> bool:
    return one.mode is None or other.mode is None or one.mode is other.mode


GIVEN = "the ends that were given"
"""The `how` of a pair in which an end is no rule."""
