"""The rules of a machine that are asked for the packets of a region, computed once for all its repairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct, field

from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, RuleAction
from ipseclint.model.selectors import LegacyFilter
from ipseclint.semantics.packets.box import Box
from ipseclint.semantics.packets.budget import Budget
from ipseclint.semantics.packets.owners import Claim, inside, ordered
from ipseclint.semantics.packets.peers import peers_of
from ipseclint.semantics.packets.rules import Reading
from ipseclint.semantics.traffic import RuleGroup

Owner = tuple[ConnectionSecurityRule, LegacyFilter | None]


class Near(Struct, frozen=True):
    """The positions of the rules that may share a packet with a region, and whether one of them exempts."""

    places: Sequence[int]
    exempting: bool


class Asked(Struct, frozen=True):
    """The rules of a group, by region, cached."""

    group: RuleGroup
    _near: dict[tuple[object, ...], Near] = field(default_factory=dict)
    """By the peers of a region, which are all that counts: those of many boxes of a rule are the same."""
    _claims: dict[tuple[Box, bool, bool], Sequence[Claim[Owner]]] = field(default_factory=dict)

    def near(self, region: Box) -> Near:
        """The rules that may share a packet with a region."""
        peers = peers_of(region)
        known = self._near.get(peers)
        if known is None:
            places = self.group.near([region])
            known = self._near[peers] = Near(places, any(exempts(self.owner(place)) for place in places))
        return known

    def claims(self, region: Box, reading: Reading, budget: Budget) -> Sequence[Claim[Owner]]:
        """The claims of the rules on a region, in the order in which they are asked; none above the budget."""
        key = (region, reading.exemptions_first, reading.most_specific_first)
        if key not in self._claims:
            near = [(self.owner(place), self.group.rules[place].boxes) for place in self.near(region).places]
            if not budget.spend(sum(len(boxes) for _, boxes in near)):
                return ()
            every = (Claim(reading.rank(exempts=exempts(owner)), box, owner) for owner, boxes in near for box in boxes)
            here = inside(every, region)
            self._claims[key] = ordered(here, most_specific_first=reading.most_specific_first)
        return self._claims[key]

    def owner(self, place: int) -> Owner:
        """The rule at a position, with its filter if it is a `netsh ipsec` rule."""
        thing: Any = self.group.things[place]
        return thing if isinstance(thing, tuple) else (thing, None)


def asked(machine: Machine, group: RuleGroup) -> Asked:
    """The cached regions of a group of a machine."""
    known = machine.once(_by_group)
    if id(group) not in known:
        known[id(group)] = Asked(group)
    return known[id(group)]


def _by_group(_: Machine) -> dict[int, Asked]:
    return {}


def exempts(owner: Owner) -> bool:
    """Whether the rule of a claim exempts from protection."""
    return owner[0].action.known is RuleAction.EXEMPT
