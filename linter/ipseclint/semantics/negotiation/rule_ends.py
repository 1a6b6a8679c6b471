"""The ends that the rules of one machine make, with the packets for which each decides.

Profiles and interfaces are local to each host, and left out. A transport rule of Windows Firewall holds whichever of
its endpoints the machine is in (page on Endpoints), so its packets include both orientations.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, RuleAction
from ipseclint.model.selectors import WfpFilter
from ipseclint.model.setting import Origin
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.peers import peer_ends
from ipseclint.semantics.negotiation.vpn import vpn_ends
from ipseclint.semantics.negotiation.windows import Alike, WindowsEnds
from ipseclint.semantics.packets.axes import DIRECTIONS, DOMAINS, IN, OUT, Axis
from ipseclint.semantics.packets.box import Box, Packet
from ipseclint.semantics.packets.cover import Steps, cover
from ipseclint.semantics.packets.rules import OrderedRules
from ipseclint.semantics.traffic import RuleGroup, every_group
from ipseclint.semantics.wfp_rules import as_connection_security_rule

STEPS = 20_000
"""Reasoned: how much work one pair of rules may take until a packet is found; without one it counts as a pair."""


class Asked(NamedTuple):
    """Packets of a rule, and those of earlier rules of the same machine that take some of them."""

    box: Box
    before: tuple[Box, ...]


class Deciding(NamedTuple):
    """An end with the packets that its rule decides for, as it sends and as it receives them."""

    end: End
    sends: tuple[Asked, ...]
    takes: tuple[Asked, ...]


class RuleEnds(Struct, frozen=True, dict=True):
    """The rules of a group that make ends, by position, as boxes of outbound and of inbound packets."""

    ordered: OrderedRules
    ends: tuple[End | None, ...]
    going: tuple[tuple[Box, ...], ...]
    coming: tuple[tuple[Box, ...], ...]

    @cached_property
    def _known(self) -> dict[int, Deciding]:
        return {}

    def deciding(self, position: int) -> Deciding | None:
        """The end at a position with its packets, computed once; None if the rule makes no end."""
        end = self.ends[position]
        if end is None:
            return None
        if position not in self._known:
            sends = self._asked(self._flat_going, position, self.going[position])
            takes = self._asked(self._flat_coming, position, self.coming[position])
            self._known[position] = Deciding(end, sends, takes)
        return self._known[position]

    def _asked(self, flat: Sequence[_Ranked], position: int, boxes: Sequence[Box]) -> tuple[Asked, ...]:
        return tuple(Asked(box, self._before(flat, position, box)) for box in boxes if box)

    @cached_property
    def _flat_going(self) -> list[_Ranked]:
        return self._flat(self.going)

    @cached_property
    def _flat_coming(self) -> list[_Ranked]:
        return self._flat(self.coming)

    def _flat(self, boxes: Sequence[Sequence[Box]]) -> list[_Ranked]:
        return [
            _Ranked(self.ordered.rules[number].rank, *_ends_of(box), number, box)
            for number, others in enumerate(boxes)
            for box in others
            if box
        ]

    def _before(self, flat: Sequence[_Ranked], position: int, box: Box) -> tuple[Box, ...]:
        """The boxes of an earlier tier, or narrower ones of the same tier."""
        rank = self.ordered.rules[position].rank
        specific = self.ordered.most_specific_first
        low, high, first, last = _ends_of(box)
        return tuple(
            row.box
            for row in flat
            if row[1] <= high  # by number: this is asked of all rules for each
            and low <= row[2]
            and row[3] <= last
            and first <= row[4]
            and row.number != position
            and (row.rank < rank or (row.rank == rank and specific and row.box.narrower_than(box)))
            and row.box.meets(box)
        )


class _Ranked(NamedTuple):
    """One box of a rule, with the bounds of its sources and destinations to skip boxes that cannot meet it."""

    rank: int
    low: int
    high: int
    first: int
    last: int
    number: int
    box: Box


def _ends_of(box: Box) -> tuple[int, int, int, int]:
    sources, destinations = box.sets[Axis.SOURCE], box.sets[Axis.DESTINATION]
    return sources.first, sources.last, destinations.first, destinations.last


class MachineEnds(Struct, frozen=True):
    """All ends of one machine: of its rules, and others (VPN connections, descriptions of peers)."""

    groups: tuple[RuleEnds, ...]
    others: tuple[End, ...]

    @property
    def negotiating(self) -> tuple[End, ...]:
        """All ends that negotiate."""
        rules = (end for group in self.groups for end in group.ends if end is not None)
        return (*(end for end in rules if end.action is RuleAction.NEGOTIATE), *self.others)


def machine_ends(machine: Machine) -> MachineEnds:
    """The ends of a machine, computed once."""
    return machine.once(ends_of_machine)


def ends_of_machine(machine: Machine, alike: Alike | None = None) -> MachineEnds:
    """The ends of a machine; `alike` shares equal offers between machines."""
    make = WindowsEnds(machine, alike)
    groups = (_rule_ends(machine, group, make) for group in every_group(machine) if _is_in_force(machine, group))
    others = (*vpn_ends(machine), *peer_ends(machine))
    return MachineEnds(tuple(group for group in groups if any(group.ends)), others)


def _is_in_force(machine: Machine, group: RuleGroup) -> bool:
    """Whether the `netsh ipsec` policy of some filters may be assigned: at most one is.

    Where a text assigns none, another may; a policy that is marked as not assigned is not.
    """
    policies = machine.policy.policies
    own = next((each for each in policies if each.name.casefold() == group.policy), None)
    if own is None or own.assigned.known:
        return True
    is_said = own.assigned.known is False and own.assigned.origin is Origin.EXPLICIT
    return not is_said and not any(each.assigned.known for each in policies)


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
        out, back = _both_ways(end, rule.boxes)
        going.append(out)
        coming.append(back)
    ordered = group.ordered(group.readings[0])
    return RuleEnds(ordered, tuple(ends), tuple(going), tuple(coming))


def _both_ways(end: End | None, boxes: Sequence[Box]) -> tuple[tuple[Box, ...], tuple[Box, ...]]:
    """The outbound and the inbound packets of a rule's boxes."""
    if end is None:
        return (), ()
    wide = [anywhere(box) for box in boxes]
    out = [box for box in wide if OUT in box.sets[Axis.DIRECTION]]
    back = [box for box in wide if IN in box.sets[Axis.DIRECTION]] or [box.mirrored() for box in out]
    if end.holds_either_way:
        out, back = out + [_leaving(box) for box in back], back + [_leaving(box) for box in out]
    return tuple(dict.fromkeys(out)), tuple(dict.fromkeys(back))


def anywhere(one: Box) -> Box:
    """A box on every interface and in every profile, since these are local to the host."""
    sets = list(one.sets)
    for axis in (Axis.INTERFACE, Axis.PROFILE):
        sets[axis] = DOMAINS[one.family][axis]
    return replace(one, sets=tuple(sets))


def _leaving(one: Box) -> Box:
    """What arrives at the peer, as it left: the same packets in the other direction."""
    sets = list(one.sets)
    values = (len(DIRECTIONS) - 1 - value for span in sets[Axis.DIRECTION].spans for value in span)
    sets[Axis.DIRECTION] = type(sets[Axis.DIRECTION]).of(*values)
    return replace(one, sets=tuple(sets))


class Witness(NamedTuple):
    """Whether there is a packet for which two rules decide, with an example; None where the work ran out."""

    exists: bool
    packet: Packet | None


def witness(sends: Sequence[Asked], takes: Sequence[Asked]) -> Witness:
    """A packet that leaves by one machine's rule and arrives by the other's, as it leaves."""
    steps = Steps(STEPS)
    for mine in sends:
        arriving = mine.box.arriving()
        for theirs in takes:
            if not arriving.meets(theirs.box):
                continue
            target = arriving & theirs.box
            before = [box for box in (*(one.arriving() for one in mine.before), *theirs.before) if box.meets(target)]
            if not before:
                return Witness(exists=True, packet=_shown(_leaving(target).sample()))
            answer = cover(target, before, steps)
            if answer.gap is not None:
                return Witness(exists=True, packet=_shown(_leaving(answer.gap).sample()))
            if not answer.decided:
                return Witness(exists=True, packet=None)
    return Witness(exists=False, packet=None)


def _shown(packet: Packet) -> Packet:
    """A packet without the fields that are local to the sending host."""
    return replace(packet, interface=None, profile=None, direction=None)
