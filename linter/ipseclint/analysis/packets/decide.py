"""Which rule decides for a packet, and why the others that match do not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ipseclint.analysis.packets.box import Condition, packet_box
from ipseclint.analysis.packets.packet import Packet
from ipseclint.analysis.packets.rules import Filter, OrderedRules


class Reason(StrEnum):
    """Why a rule that matches does not decide."""

    LATER = "a rule of a tier before it matches"
    LESS_SPECIFIC = "a more specific filter matches"


@dataclass(frozen=True, slots=True)
class Loser:
    """A rule that matches the packet and does not decide: `to` is the rule asked before it."""

    rule: int
    to: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Proviso:
    """A rule that would match, and might decide, if these conditions held."""

    rule: int
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens to a packet.

    `winners` are the positions of the rules that may decide: none if no rule surely matches, several if
    the order among them is unknown. `losers` match and come later. `provisos` may come first.
    """

    packet: Packet
    winners: tuple[int, ...]
    losers: tuple[Loser, ...] = ()
    provisos: tuple[Proviso, ...] = ()

    @property
    def winner(self) -> int | None:
        """The rule that decides, if it is known and the only one."""
        return self.winners[0] if len(self.winners) == 1 and not self.provisos else None

    @property
    def rules(self) -> tuple[int, ...]:
        """Every rule that surely matches the packet."""
        return (*self.winners, *(each.rule for each in self.losers))


def decide(rules: OrderedRules, packet: Packet, among: Iterable[int] | None = None) -> Verdict:
    """The rule that decides for a packet; `among` are the positions of the filters to ask, None for all.

    A field that the packet leaves open must be matched for every value.
    """
    one = packet_box(packet)
    asked = rules.filters if among is None else [rules.filters[each] for each in sorted(set(among))]
    matching = [each for each in asked if one.within(each.box)]
    first = _first(rules, matching)
    winners = tuple(dict.fromkeys(each.rule for each in first))
    losers: dict[int, Loser] = {}
    for each in matching:
        if each.rule not in winners and each.rule not in losers:
            better = next(winner for winner in first if rules.before(winner, each))
            reason = Reason.LATER if better.rank < each.rank else Reason.LESS_SPECIFIC
            losers[each.rule] = Loser(each.rule, better.rule, reason)
    provisos: dict[int, Proviso] = {}
    for each in asked:
        missing = each.box.conditions - packet.holds
        if (
            missing
            and each.rule not in winners
            and each.box.meets(one)
            and not any(rules.before(winner, each) for winner in first)
        ):
            provisos.setdefault(each.rule, Proviso(each.rule, tuple(sorted(missing, key=str))))
    return Verdict(packet, winners, tuple(losers.values()), tuple(provisos.values()))


def _first(rules: OrderedRules, matching: list[Filter]) -> list[Filter]:
    """The matching filters that no other is surely asked before."""
    if not matching:
        return []
    rank = min(each.rank for each in matching)
    top = [each for each in matching if each.rank == rank]
    if not rules.most_specific_first:
        return top
    first: list[Filter] = []
    for each in sorted(top, key=lambda each: each.box.breadth):
        # A part is less broad than the whole: if anything is before this one, one of the first is too.
        if not any(rules.before(other, each) for other in first):
            first.append(each)
    return sorted(first, key=lambda each: each.rule)
