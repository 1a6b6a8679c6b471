"""Which rule decides for a packet, and why the others that match do not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from msgspec import Struct

from ipseclint.semantics.packets.axes import ADDRESS_AXES
from ipseclint.semantics.packets.box import Condition, Packet, matches, packet_box
from ipseclint.semantics.packets.rules import Filter, OrderedRules

_MAX_WINNERS = 64
"""Reasoned: so many rules of unknown order are listed; no reader follows more."""


class Reason(StrEnum):
    """Why a rule that matches does not decide."""

    LATER = "a rule of a tier before it matches"
    LESS_SPECIFIC = "a more specific filter matches"


class Loser(Struct, frozen=True):
    """A rule that matches the packet and does not decide: `to` is the rule asked before it."""

    rule: int
    to: int
    reason: Reason


class Proviso(Struct, frozen=True):
    """A rule that would match, and might decide, if these conditions held."""

    rule: int
    conditions: tuple[Condition, ...]


class Verdict(Struct, frozen=True):
    """The decision for a packet.

    `winners` are the positions of the rules that may decide: none if no rule surely matches, several if the order among
    them is unknown. `losers` match and come later. `provisos` may come first. `uncompared` is the number of matching
    filters for which it was not checked whether they may decide.
    """

    packet: Packet
    winners: tuple[int, ...]
    losers: tuple[Loser, ...] = ()
    provisos: tuple[Proviso, ...] = ()
    uncompared: int = 0

    @property
    def rules(self) -> tuple[int, ...]:
        """Every rule that surely matches the packet."""
        return (*self.winners, *(each.rule for each in self.losers))


def decide(rules: OrderedRules, packet: Packet, among: Iterable[int] | None = None) -> Verdict:
    """The rule that decides for a packet; `among` are the positions of the filters to ask, None for all.

    A field that the packet leaves open must be matched for every value.
    """
    every = rules.filters if among is None else [rules.filters[each] for each in sorted(set(among))]
    # No other has the addresses of the packet, and so none that matches, whatever else is asked.
    family, source, destination = packet.family, packet.source, packet.destination
    asked = [
        filter_
        for filter_ in every
        if (one := filter_.box).family == family
        and source in one.sets[_SOURCE]
        and destination in one.sets[_DESTINATION]
    ]
    matching = [each for each in asked if matches(each.box, packet)]
    first, uncompared = _first(rules, matching)
    winners = sorted({each.rule for each in first})
    losers: dict[int, Loser] = {}
    for matching_rule in matching:
        if matching_rule.rule not in losers and matching_rule.rule not in winners:
            better = next((winner for winner in first if rules.before(winner, matching_rule)), None)
            if better is not None:
                reason = Reason.LATER if better.rank < matching_rule.rank else Reason.LESS_SPECIFIC
                losers[matching_rule.rule] = Loser(matching_rule.rule, better.rule, reason)
    provisos = _provisos(rules, asked, packet, first)
    return Verdict(packet, tuple(winners), tuple(losers.values()), provisos, uncompared)


_SOURCE, _DESTINATION = map(int, ADDRESS_AXES)


def _first(rules: OrderedRules, matching: Sequence[Filter]) -> tuple[list[Filter], int]:
    """The matching filters that no other is surely asked before, and how many were not compared with them."""
    rank = min((each.rank for each in matching), default=0)
    top = [each for each in matching if each.rank == rank]
    if not rules.most_specific_first:
        return top[:_MAX_WINNERS], len(top[_MAX_WINNERS:])
    first: list[tuple[tuple[int, int], Filter]] = []
    uncompared = 0
    for breadth, each in sorted(((each.box.breadth, each) for each in top), key=lambda item: item[0]):
        # A part is less broad than the whole: if anything is before this one, one of the first is too.
        if not any(less < breadth and rules.before(other, each) for less, other in first):
            if len(first) < _MAX_WINNERS:
                first.append((breadth, each))
            else:
                uncompared += 1
    return [each for _, each in first], uncompared


def _provisos(
    rules: OrderedRules, asked: Iterable[Filter], packet: Packet, first: Sequence[Filter]
) -> tuple[Proviso, ...]:
    """The rules that might come before the first if their conditions held."""
    one = packet_box(packet)
    settled = {each.rule for each in first}
    provisos: list[Proviso] = []
    for ranked in asked:
        missing = ranked.box.conditions - packet.holds
        if not missing or ranked.rule in settled or not ranked.box.meets(one):
            continue
        if not any(rules.before(winner, ranked) for winner in first):
            settled.add(ranked.rule)
            provisos.append(Proviso(ranked.rule, tuple(sorted(missing, key=str))))
    return tuple(provisos)
