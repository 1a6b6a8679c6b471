"""All pairs of ends among many machines, found by packet sets instead of comparing each with each.

A machine is dropped once its ends are known. Rules that offer the same for the same packets, and lose the same to
earlier rules, are kept once however many machines have them, so that a thousand policies of fifty rules fit in memory
and a fleet of equal machines is no more work than a few. For two machines the result equals that of `pairs`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from ipseclint.model.machine import Machine
from ipseclint.model.peer import Credential
from ipseclint.model.policy import RuleAction
from ipseclint.model.setting import Setting
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.fitting import (
    Fit,
    are_certain,
    facing,
    fit,
    is_for_anybody,
    may_meet,
    mirrors,
    same_sides,
)
from ipseclint.semantics.negotiation.pairs import GIVEN, Pair, left_over, meet, speaks
from ipseclint.semantics.negotiation.rule_ends import Deciding, ends_of_machine
from ipseclint.semantics.negotiation.unpaired import Idle, Unpaired, alone, idle, of_idle, refused
from ipseclint.semantics.negotiation.windows import Alike
from ipseclint.semantics.packets.rectangles import meeting
from ipseclint.source import NOWHERE


class Shared(Struct, frozen=True):
    """An end, the packets of its rule (None: it is no rule), and the numbers of the machines that have it."""

    end: End
    deciding: Deciding | None
    hosts: list[int] = field(default_factory=list)


class Fleet:
    """Takes machines one by one and keeps what a matrix needs. `names` are those of the machines, by number."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._alike: Alike = {}
        self._shared: dict[Hashable, Shared] = {}
        self._idle: list[tuple[int, Idle]] = []
        self._refused: list[Unpaired] = []

    def add(self, machine: Machine) -> None:
        """Keep the ends of a machine."""
        host = len(self.names)
        self.names.append(machine.name)
        ends = ends_of_machine(machine, self._alike)
        for group in ends.groups:
            for position in range(len(group.ends)):
                deciding = group.deciding(position)
                if deciding is not None:
                    light = deciding._replace(end=replace(deciding.end, objects=None))
                    self._keep(host, light.end, light)
        for end in ends.others:
            self._keep(host, end, None)
        self._idle += ((host, (replace(end, objects=None), why)) for end, why in idle(machine, self._alike))
        self._refused += refused(machine)

    def _keep(self, host: int, end: End, deciding: Deciding | None) -> None:
        packets = None if deciding is None else (deciding.sends, deciding.takes)
        shared = self._shared.setdefault((_signature(end), packets), Shared(end, deciding))
        if not shared.hosts or shared.hosts[-1] != host:
            shared.hosts.append(host)

    def pairs(self) -> Iterator[tuple[Pair, Shared, Shared]]:
        """The pairs of ends of different machines, those of rules first."""
        shared = list(self._shared.values())
        rules = [one for one in shared if one.deciding is not None]
        met = list(_met(rules))
        yield from _answered(met)
        yield from _left_over(rules, met)
        yield from _of_others([one for one in shared if one.deciding is None], rules)

    def unpaired(self, met: Collection[int]) -> list[Unpaired]:
        """The ends that negotiate and are in no pair, given the identities of those that are, and the commands that
        Windows refuses."""
        lonely = [
            one
            for one in self._shared.values()
            if id(one) not in met and one.end.action is RuleAction.NEGOTIATE and not one.end.is_server
        ]
        hosts = {id(one.end): one.hosts for one in lonely}
        own = {id(end): host for host, (end, _) in self._idle}
        idles = [rule for _, rule in self._idle]
        told = alone([one.end for one in lonely], idles, lambda end, other: hosts[id(end)] != [own[id(other)]])
        listed = [replace(each, hosts=len(one.hosts)) for one, each in zip(lonely, told, strict=True)]
        return [*listed, *(() if met else map(of_idle, idles)), *self._refused]


Met = tuple[Pair, Shared, Shared]


def _met(rules: Sequence[Shared]) -> Iterator[Met]:
    """The pairs of rules for which there is a packet that both decide for."""
    decidings = [one.deciding for one in rules if one.deciding is not None]
    sends = [[asked.box for asked in deciding.sends] for deciding in decidings]
    takes = [[asked.box for asked in deciding.takes] for deciding in decidings]
    for one, other in sorted({(min(numbers), max(numbers)) for numbers in meeting(sends, takes)}):
        if _are_two_machines(rules[one], rules[other]):
            pair = meet(decidings[one], decidings[other])
            if pair is not None:
                yield pair, rules[one], rules[other]


def _are_two_machines(one: Shared, other: Shared) -> bool:
    return len(one.hosts) > 1 or one.hosts != other.hosts


def _answered(met: Iterable[Met]) -> Iterator[Met]:
    """The pairs without those that exist only because an end may be any host, where each end has a partner of its own.

    An exemption counts only for a rule that no other of the same machine answers.
    """
    exact: defaultdict[int, set[int]] = defaultdict(set)
    negotiated: defaultdict[int, set[int]] = defaultdict(set)
    rows = list(met)
    beside = same_sides((pair.a, pair.b) for pair, _, _ in rows)
    for pair, one, other in rows:
        for mine, theirs in ((one, other), (other, one)):
            if mirrors(pair.a, pair.b):
                exact[id(mine)].update(theirs.hosts)
            if pair.a.action is pair.b.action:
                negotiated[id(mine)].update(theirs.hosts)
    for pair, one, other in rows:
        if pair.a.action is not pair.b.action:
            asking, silent = (one, other) if pair.a.action is RuleAction.NEGOTIATE else (other, one)
            counts = not negotiated[id(asking)].issuperset(silent.hosts)
        else:
            counts = mirrors(pair.a, pair.b) or not any(
                is_for_anybody(mine.end) and exact[id(mine)].issuperset(theirs.hosts)
                for mine, theirs in ((one, other), (other, one))
            )
        if counts and (id(pair.a), id(pair.b)) not in beside:
            yield pair, one, other


def _of_others(others: Sequence[Shared], rules: Sequence[Shared]) -> Iterator[Met]:
    """The pairs in which at least one end is no rule, as `pairs_with_others` finds them for two machines.

    An end is paired with those ends of a machine that fit it best.
    """
    asking = [rule for rule in rules if rule.end.action is RuleAction.NEGOTIATE]
    met: list[tuple[Fit, Met]] = []
    for number, one in enumerate(others):
        for other in (*others[number:], *asking):
            if _are_two_machines(one, other) and may_meet(one.end, other.end):
                here, there = facing(one.end, other.end)
                if are_certain(here, there):
                    met.append((fit(here, there), (Pair(here, there, None, GIVEN), one, other)))
    best: dict[tuple[int, int], Fit] = {}
    for how, (_, one, other) in met:
        for place in (*_places(one, other), *_places(other, one)):
            best[place] = min(best.get(place, how), how)
    fitting = [
        row
        for how, row in met
        if all(any(best[place] == how for place in _places(*sides)) for sides in ((row[1], row[2]), (row[2], row[1])))
    ]
    speaking = {id(pair) for pair, _, _ in fitting if speaks(pair)}
    answered = {
        place
        for pair, one, other in fitting
        if id(pair) in speaking
        for mine, theirs in ((one, other), (other, one))
        if mine.end.is_windows
        for place in _places(mine, theirs)
    }
    for pair, one, other in fitting:
        ways = [_places(mine, theirs) for mine, theirs in ((one, other), (other, one)) if mine.end.is_windows]
        if id(pair) in speaking or not any(answered.issuperset(way) for way in ways):
            yield pair, one, other


def _places(mine: Shared, theirs: Shared) -> list[tuple[int, int]]:
    """An end as each machine of another sees it."""
    return [(id(mine), host) for host in theirs.hosts]


def _left_over(rules: Sequence[Shared], met: Iterable[Met]) -> Iterator[Met]:
    by_end = {id(one.end): one for one in rules}
    ends = [one.end for one in rules if one.end.action is RuleAction.NEGOTIATE]
    numbers = {id(end): number for number, end in enumerate(ends)}
    for pair in left_over(ends, ends, [pair for pair, _, _ in met]):
        one, other = by_end[id(pair.a)], by_end[id(pair.b)]
        if numbers[id(pair.a)] <= numbers[id(pair.b)] and _are_two_machines(one, other):
            yield pair, one, other


def _signature(end: End) -> Hashable:
    """What an end offers and for which traffic, without names and places."""
    selectors = end.selectors
    return (
        *(end.action, end.key_modules, end.mode, end.inbound, end.outbound, end.gateway, end.peer_gateway),
        *(id(end.main_mode), end.forces_dh, id(end.quick_mode), end.implementation, end.is_client, end.is_server),
        *(end.is_aggressive, end.is_either_side, end.day),
        tuple(None if said is None else said.value for said in (end.childless, end.identity, end.expected_identity)),
        tuple(setting.value for setting in _lifetimes(end)),
        _of_credentials(end.own),
        _of_credentials(end.accepted),
        _of_credentials(end.second),
        None if selectors is None else replace(selectors, span=NOWHERE),
    )


def _lifetimes(end: End) -> list[Setting[int]]:
    settings = (end.main_mode_seconds, end.quick_mode_seconds, end.quick_mode_kilobytes)
    return [setting for setting in settings if setting is not None]


def _of_credentials(credentials: Iterable[Credential] | None) -> Hashable:
    if credentials is None:
        return None
    return tuple(
        (
            *(credential.method, credential.secret, credential.is_secret_known, credential.signings, credential.hashes),
            *(credential.authorities, credential.is_root, credential.days, credential.is_secret_missing),
        )
        for credential in credentials
    )
