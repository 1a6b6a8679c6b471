"""Machines whose policies do not answer each other in kind."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from ipseclint.analysis.packets.axes import IN, Axis
from ipseclint.analysis.packets.box import Box
from ipseclint.analysis.packets.intervals import IntervalSet
from ipseclint.analysis.packets.mirrors import Side, missing_mirrors
from ipseclint.analysis.traffic import RuleGroup, connection_group
from ipseclint.finding import Basis
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, RuleAction
from ipseclint.model.selectors import Address, Addresses
from ipseclint.model.setting import Setting
from ipseclint.rule import Hit, NoOptions, Scope, rule


@rule(
    "FL008",
    "peer-mirror-missing",
    basis=(Basis.STANDARD, Basis.REASONED),
    leads_to=(13825, 13868, 13805),
    scope=Scope.FLEET,
)
def peer_mirror_missing(machines: tuple[Machine, ...], _options: NoOptions) -> Iterator[Hit]:
    """A machine protects traffic with a peer whose own policy does not protect it.

    Why: The negotiation fails and the traffic is discarded: shadowing between policies, in the terms of Hamed,
    Al-Shaer and Marrero. Which machine is the peer is told by its own rules: it has one whose local addresses
    lie wholly in the remote addresses of the first machine's rule, and answers for these addresses. The peer of a
    tunnel is the machine that has a tunnel from the other gateway, and answers for all that lies behind it. That is
    our reasoning; a machine whose rules name no addresses of its own is not taken for anybody's peer.

    Seen as: 13825 ERROR_IPSEC_IKE_NO_POLICY or 13868 at the peer, 13805 at this machine.

    Bad: a rule from 10.1.0.0/16 to 10.2.0.0/16 on one gateway, and none from 10.2.0.0/16 on the other

    Good: the same rule on both, with the ends exchanged

    Fix: Add the mirrored rule at the peer.

    Waive: Where the other export is known to be older than the rule.
    """
    places = [(machine, group) for machine in machines if (group := connection_group(machine)).things]
    negotiating = [_negotiating(group) for _, group in places]
    local_sides = _LocalSides([group for _, group in places])
    for number, (_, group) in enumerate(places):
        reading = group.readings[0]
        for peer, own in local_sides.peers(negotiating[number]).items():
            if peer == number:
                continue
            machine, other = places[peer]
            theirs = Side(other.ordered(reading), [each for each, _ in negotiating[peer]])
            for mine, turned in _asked(group, own, other):
                for missing in missing_mirrors(Side(group.ordered(reading), mine), theirs, turned=turned):
                    subject = group.things[missing.rule]
                    if missing.verdict is None or not isinstance(subject, ConnectionSecurityRule):
                        continue
                    yield Hit(
                        subject=subject,
                        span=subject.span,
                        message=f"{_short(machine)} does not protect {missing.verdict.packet}, which "
                        f'"{subject.name}" protects here',
                        value=_short(machine),
                        related=((f"rules of {_short(machine)}", other.spans[0]),),
                    )


def _asked(group: RuleGroup, own: Sequence[int], other: RuleGroup) -> Iterator[tuple[list[int], Callable[[Box], Box]]]:
    """Rules that a peer has to answer, and how their packets look there: all of them, or those for the peer itself."""
    answering = [each for each in other.things if isinstance(each, ConnectionSecurityRule)]
    gateways = {one for each in answering for one in _gateways(each.local_tunnel_endpoint)}
    things = {number: each for number in own if isinstance(each := group.things[number], ConnectionSecurityRule)}
    ends = {number: _gateways(each.remote_tunnel_endpoint) for number, each in things.items()}
    yield [number for number, end in ends.items() if end & gateways], Box.arriving
    addresses = [one for each in answering for one in each.endpoint1.known or () if one.version and not one.is_any]
    at_peer = {
        family: IntervalSet.of(*((one.first, one.last) for one in addresses if one.version == family))
        for family in (4, 6)
    }
    yield [number for number, end in ends.items() if not end], partial(_arriving_at, at_peer)


def _gateways(end: Setting[Addresses] | None) -> frozenset[Address]:
    """The ends of a tunnel; none of a rule without, or whose gateway may be any."""
    known = (end.known or ()) if end is not None else ()
    return frozenset(each for each in known if not each.is_any)


def _arriving_at(addresses: Mapping[int, IntervalSet], packets: Box) -> Box:
    """The packets to and from these addresses, as the machine that has them sees them."""
    arriving = packets.arriving()
    axis = Axis.DESTINATION if IN in arriving.sets[Axis.DIRECTION] else Axis.SOURCE
    sets = list(arriving.sets)
    sets[axis] = sets[axis] & addresses[arriving.family]
    return replace(arriving, sets=tuple(sets))


class _LocalSides:
    """Where the local sides of all machines' rules begin, to find those that lie in a range."""

    def __init__(self, groups: Sequence[RuleGroup]) -> None:
        sides: defaultdict[int, list[tuple[int, int, Addresses]]] = defaultdict(list)
        for number, group in enumerate(groups):
            for each in group.things:
                local = each.endpoint1.known if isinstance(each, ConnectionSecurityRule) else None
                if local:
                    sides[local[0].version].append((local[0].first, number, local))
        self._sides = {version: sorted(found, key=_begin) for version, found in sides.items()}

    def peers(self, rules: Sequence[tuple[int, ConnectionSecurityRule]]) -> dict[int, list[int]]:
        """The groups with a local side wholly in a rule's remote side, in order, each with those rules."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for position, each in rules:
            remote = [one for one in each.endpoint2.known or () if one.version and not one.is_any]
            for group in {group for one in remote for group in self._inside(one, remote)}:
                found[group].append(position)
        return dict(sorted(found.items()))

    def _inside(self, one: Address, remote: list[Address]) -> Iterator[int]:
        sides = self._sides.get(one.version, [])
        for _, group, local in sides[
            bisect_left(sides, one.first, key=_begin) : bisect_right(sides, one.last, key=_begin)
        ]:
            if _all_in(local, remote):
                yield group


def _begin(side: tuple[int, int, Addresses]) -> int:
    return side[0]


def _negotiating(group: RuleGroup) -> list[tuple[int, ConnectionSecurityRule]]:
    return [
        (number, each)
        for number, each in enumerate(group.things)
        if isinstance(each, ConnectionSecurityRule) and each.action.known is RuleAction.NEGOTIATE
    ]


def _all_in(local: Addresses, remote: list[Address]) -> bool:
    return all(
        each.version
        and any(one.version == each.version and one.first <= each.first and each.last <= one.last for one in remote)
        for each in local
    )


def _short(machine: Machine) -> str:
    """A machine by the last part of its path: the rest is where its export happens to lie."""
    return machine.name.rstrip("/").rsplit("/", 1)[-1]
