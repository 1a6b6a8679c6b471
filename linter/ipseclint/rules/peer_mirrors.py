"""Rules about pairs of machines whose policies do not mirror each other."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ipseclint.finding import Basis, Cause
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, RuleAction
from ipseclint.model.selectors import Address, Addresses
from ipseclint.model.setting import Setting
from ipseclint.rule import Hit, NoOptions, Scope, rule
from ipseclint.semantics.packets.axes import IN, Axis
from ipseclint.semantics.packets.box import Box
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.mirrors import ProtectingRules, missing_mirrors
from ipseclint.semantics.reach import covers
from ipseclint.semantics.traffic import RuleGroup, connection_group


@rule(
    "FL008",
    "peer-mirror-missing",
    basis=(Basis.STANDARD, Basis.REASONED),
    leads_to=(13825, 13868, 13805),
    scope=Scope.FLEET,
    cause=Cause.NEVER_FINISHES,
)
def peer_mirror_missing(machines: tuple[Machine, ...], _options: NoOptions) -> Iterator[Hit]:
    """A machine protects traffic with a peer whose own policy does not protect it.

    Why: The negotiation fails and the traffic is discarded: shadowing between policies, in the terms of Hamed,
    Al-Shaer and Marrero. Its own rules decide which machine is the peer: it has one whose local addresses
    lie wholly in the remote addresses of the first machine's rule, and answers for these addresses. The peer of a
    tunnel is the machine that has a tunnel from the other gateway, and answers for all that lies behind it. That is
    our reasoning; a machine whose rules name no addresses of its own is not taken for anybody's peer.

    Seen as: 13825 ERROR_IPSEC_IKE_NO_POLICY or 13868 at the peer, 13805 at this machine.

    Bad: a rule from 10.1.0.0/16 to 10.2.0.0/16 on one gateway, and none from 10.2.0.0/16 on the other

    Good: the same rule on both, with the ends exchanged

    Fix: Add the mirrored rule at the peer.

    Waive: Where the other export is known to be older than the rule.
    """
    places = [_Place.of(machine, group) for machine in machines if (group := connection_group(machine)).things]
    local_sides = _LocalSides(places)
    for number, place in enumerate(places):
        for other, own in local_sides.peers(place).items():
            if other == number:
                continue
            peer = places[other]
            for mine, turned in _asked(place, own, peer):
                for missing in missing_mirrors(place.side(mine), peer.side(peer.negotiating), turned=turned):
                    if missing.verdict is None:
                        continue
                    subject = place.negotiating[missing.rule]
                    yield Hit(
                        subject=subject,
                        span=subject.span,
                        message=f"{peer.name} does not protect {missing.verdict.packet}, which "
                        f'"{subject.name}" protects here',
                        value=peer.name,
                        related=((f"rules of {peer.name}", peer.group.spans[0]),),
                    )


@dataclass(frozen=True)
class _Place:
    """A machine and its connection security rules, those that negotiate by their position among them.

    `gateways` are its own ends of tunnels, `addresses` its local sides by family.
    """

    name: str
    group: RuleGroup
    negotiating: Mapping[int, ConnectionSecurityRule]
    local_sides: tuple[Addresses, ...]
    gateways: frozenset[Address]
    addresses: Mapping[int, IntervalSet]

    @classmethod
    def of(cls, machine: Machine, group: RuleGroup) -> _Place:
        rules = {number: each for number, each in enumerate(group.things) if isinstance(each, ConnectionSecurityRule)}
        sides = tuple(known for each in rules.values() if (known := each.endpoint1.known))
        ranges = [one for side in sides for one in _ranges(side)]
        return cls(
            machine.name.rstrip("/").rsplit("/", 1)[-1],  # the rest is where its export happens to lie
            group,
            {number: item for number, item in rules.items() if item.action.known is RuleAction.NEGOTIATE},
            sides,
            frozenset(one for each in rules.values() for one in _gateways(each.local_tunnel_endpoint)),
            {
                family: IntervalSet.of(*((one.first, one.last) for one in ranges if one.version == family))
                for family in (4, 6)
            },
        )

    def side(self, protecting: Collection[int]) -> ProtectingRules:
        """The rules in the first reading of their order, with these as those that protect."""
        return ProtectingRules(self.group.ordered(self.group.readings[0]), list(protecting))


def _asked(place: _Place, own: Sequence[int], peer: _Place) -> Iterator[tuple[list[int], Callable[[Box], Box]]]:
    """Rules that a peer has to answer, and how their packets look there: all of them, or those for the peer itself."""
    ends = {number: _gateways(place.negotiating[number].remote_tunnel_endpoint) for number in own}
    if behind := [number for number, end in ends.items() if end & peer.gateways]:
        yield behind, Box.arriving
    if direct := [number for number, end in ends.items() if not end]:
        yield direct, partial(_arriving_at, peer.addresses)


def _gateways(end: Setting[Addresses] | None) -> frozenset[Address]:
    """The ends of a tunnel; none of a rule without, or whose gateway may be any."""
    known = (end.known or ()) if end is not None else ()
    return frozenset(each for each in known if not each.is_any)


def _ranges(addresses: Addresses) -> Addresses:
    """The addresses that are numbers, and not all of them."""
    return tuple(address for address in addresses if address.version and not address.is_any)


def _arriving_at(addresses: Mapping[int, IntervalSet], packets: Box) -> Box:
    """The packets to and from these addresses, as the machine that has them sees them."""
    arriving = packets.arriving()
    axis = Axis.DESTINATION if IN in arriving.sets[Axis.DIRECTION] else Axis.SOURCE
    sets = list(arriving.sets)
    sets[axis] = sets[axis] & addresses[arriving.family]
    return replace(arriving, sets=tuple(sets))


class _LocalSides:
    """Where the local sides of all machines' rules begin, to find those that lie in a range."""

    def __init__(self, places: Sequence[_Place]) -> None:
        sides: defaultdict[int, list[tuple[int, int, Addresses]]] = defaultdict(list)
        for number, place in enumerate(places):
            for local in place.local_sides:
                sides[local[0].version].append((local[0].first, number, local))
        self._sides = {version: sorted(ranges, key=_begin) for version, ranges in sides.items()}

    def peers(self, place: _Place) -> dict[int, list[int]]:
        """The places with a local side wholly in a rule's remote side, in order, each with those rules."""
        positions: defaultdict[int, list[int]] = defaultdict(list)
        for position, item in place.negotiating.items():
            remote = _ranges(item.endpoint2.known or ())
            for number in {number for one in remote for number in self._inside(one, remote)}:
                positions[number].append(position)
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
