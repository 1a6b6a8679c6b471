"""The pairs of ends in a run of many machines that are certainly meant for each other.

Two rules are a pair when both are for any peer and all traffic, or when the addresses of one mirror the other's;
tunnels also when their gateways do. Transport rules that are equal count as one rule on both machines where no rule has
the sides mirrored. Descriptions of peers, VPN connections and servers are paired unless their addresses contradict.
Machines with the same rule take part as one, so that a fleet of equal machines is no more work than a few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from itertools import chain, combinations
from typing import NamedTuple

from msgspec import Struct

from ipseclint.formats.peers.description import SITE, peer_of_site
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy, RuleAction, RuleMode
from ipseclint.model.selectors import Addresses
from ipseclint.semantics.digest import Digest, Fleet
from ipseclint.semantics.meaning import meaning
from ipseclint.semantics.negotiation import key_module
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.marks import mark_of
from ipseclint.semantics.negotiation.pairs import Pair, met_with_others, met_within
from ipseclint.semantics.negotiation.rule_ends import machine_ends
from ipseclint.semantics.negotiation.stage import Answer, Result, Stage
from ipseclint.semantics.negotiation.verdict import stages
from ipseclint.semantics.scope import includes_any
from ipseclint.vocabulary.algorithms import KeyModule

ANYBODY = ("any peer",)
"""The key of rules for any peer and all traffic; it is its own mirror image."""

FACTS = SITE
"""The path of peers that the site's facts describe: there is no input whose lines could be shown."""


class Offered(NamedTuple):
    """One end of a machine: digests of its key, of the key's mirror image and of its offer, and its place.

    `either_way`: its machine may be at either side. `group` and `place` are its position among the machine's ends.
    """

    key: bytes
    mirror: bytes
    offer: bytes
    either_way: bool
    group: int
    place: int


class Offers(NamedTuple):
    """The ends of a machine by which its partners are found; and whether it has others, whose partners are found by
    address."""

    ends: tuple[Offered, ...]
    has_others: bool


def offers(machine: Machine) -> Offers:
    """The first end for each pair of sides and each pair of gateways."""
    seen: set[Hashable] = set()
    offered = []
    ends = machine_ends(machine)
    for number, group in enumerate(ends.groups):
        for place, end in enumerate(group.ends):
            if end is None or end.action is not RuleAction.NEGOTIATE:
                continue
            for key, mirror in _keys(end):
                if key not in seen:
                    seen.add(key)
                    offered.append(
                        Offered(
                            mark_of(key), mark_of(mirror), _offer(machine, end), end.holds_either_way, number, place
                        )
                    )
    return Offers(tuple(offered), bool(ends.others))


class Comparison(Struct, frozen=True):
    """A pair of ends, a Windows policy first if there is one, with the results of all stages in the first key module.

    `modules` are the key modules in which the two can meet.
    """

    pair: Pair
    results: tuple[Result, ...]
    modules: tuple[KeyModule, ...]

    def differing(self, stage: Stage) -> Result | None:
        """The result of a stage that surely fails, or that depends because of a difference."""
        return next(
            (
                result
                for result in self.results
                if result.stage is stage and result.differences and result.answer in {Answer.FAILS, Answer.DEPENDS}
            ),
            None,
        )


_last: list[tuple[Fleet, tuple[Comparison, ...]]] = []
"""The last fleet that was compared, and the result: every rule about two ends asks for it."""


def compared(fleet: Fleet) -> tuple[Comparison, ...]:
    """The comparison of each pair of ends in a run, computed once."""
    if not _last or _last[0][0] is not fleet:
        together = Fleet((*fleet.digests, *of_site(fleet)), fleet.site)
        _last[:] = [(fleet, tuple(_of_the_best(map(_compared, filter(_may_meet, fleet_pairs(together))))))]
    return _last[0][1]


def of_site(fleet: Fleet) -> tuple[Digest, ...]:
    """The peers that the site's facts describe, as machines of their own."""
    peers = (peer_of_site(each) for each in fleet.site.peer or ())
    machines = (Machine(name=SITE, policy=Policy(peers=(peer,))) for peer in peers if peer is not None)
    return tuple(Digest.of(machine, [offers]) for machine in machines)


def of_rules(fleet: Fleet) -> tuple[Comparison, ...]:
    """The comparisons of rules of two Windows policies."""
    return tuple(
        comparison
        for comparison in compared(fleet)
        if comparison.pair.a.objects is not None and comparison.pair.b.objects is not None
    )


def _may_meet(pair: Pair) -> bool:
    """Whether nothing speaks against comparing two ends: an end of remote access without a known suite is not compared
    with a Windows server, since what that accepts of L2TP is not known from its suite."""
    ends = (pair.a, pair.b)
    takes = any(end.is_server and end.is_windows for end in ends)
    return not (takes and any(end.owner and end.suite is None for end in ends))


def _of_the_best(comparisons: Iterable[Comparison]) -> Iterator[Comparison]:
    """The comparisons, but an end of remote access keeps only those connections of a peer that get furthest.

    A peer has connections for several kinds of clients and answers with the one that fits.
    """
    groups: dict[Hashable, list[Comparison]] = {}
    for comparison in comparisons:
        pair = comparison.pair
        several = pair.a.owner is not None and pair.b.objects is None
        key = (id(pair.a), pair.b.path) if several else (id(comparison),)
        groups.setdefault(key, []).append(comparison)
    for group in groups.values():
        best = max(map(_agreed, group))
        yield from (comparison for comparison in group if _agreed(comparison) == best)


def _agreed(comparison: Comparison) -> int:
    """The number of stages agreed on before the first that fails."""
    answers = [result.answer for result in comparison.results]
    return answers.index(Answer.FAILS) if Answer.FAILS in answers else len(answers) + len(Stage)


def _compared(pair: Pair) -> Comparison:
    if not pair.a.is_windows or (pair.a.objects is None and pair.a.owner is None):
        pair = Pair(pair.b, pair.a, pair.packet, pair.how)
    met, modules = key_module.meeting(pair.a, pair.b)
    return Comparison(pair, stages(pair.a, pair.b, modules[0], met) if modules else (met,), modules)


_Place = tuple[int, int, int]
"""The machine, the group and the position of an end."""


def fleet_pairs(fleet: Fleet) -> Iterator[Pair]:
    """Each pair of ends of different machines, the earlier machine's end first, and of machines with the peers they
    describe."""
    groups: defaultdict[bytes, dict[bytes, _Place]] = defaultdict(dict)
    mirrors: dict[bytes, bytes] = {}
    either_way: set[_Place] = set()
    with_others = []
    for number, (ends, has_others) in enumerate(fleet.facts(offers)):
        if has_others:
            with_others.append(number)
        for end in ends:
            mirrors[end.key] = end.mirror
            place = (number, end.group, end.place)
            if groups[end.key].setdefault(end.offer, place) is place and end.either_way:
                either_way.add(place)
    opened = _Opened(fleet)
    done: set[tuple[_Place, _Place]] = set()
    for key, places in groups.items():
        mirrored = groups.get(mirrors[key])
        partners = mirrored or {offer: place for offer, place in places.items() if place in either_way}
        for here in places.values():
            for there in partners.values():
                if here[0] < there[0] and (here, there) not in done:
                    one, other = opened.end(here), opened.end(there)
                    if _may_share_a_tunnel(one, other):
                        done.add((here, there))
                        yield Pair(one, other, None)
    yield from _pairs_with_others(opened, with_others)


class _Opened:
    """The machines of a fleet that are in use, each unpacked once and kept, since objects are known by identity."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self._machines: dict[int, Machine] = {}

    def kept(self, number: int) -> Machine:
        """A machine, which is kept from now on."""
        return self._machines.setdefault(number, self.passing(number))

    def passing(self, number: int) -> Machine:
        """A machine that is not kept because of this call."""
        return self._machines[number] if number in self._machines else self.fleet[number]

    def end(self, place: _Place) -> End:
        """The end at a place."""
        number, group, position = place
        end = machine_ends(self.kept(number)).groups[group].ends[position]
        assert end is not None  # noqa: S101 - only ends have places
        return end


def _pairs_with_others(opened: _Opened, with_others: list[int]) -> Iterator[Pair]:
    """The pairs of each machine that has a connection or describes a peer, with all others and with its own peers."""
    met: dict[int, list[Pair]] = {number: [] for number in with_others}
    for number in range(len(opened.fleet)) if with_others else ():
        if number not in met:
            machine = opened.passing(number)
            for one, pairs in met.items():
                pairs.extend(met_with_others(opened.kept(one), machine))
    yield from chain.from_iterable(met.values())
    for number in with_others:
        yield from met_within(opened.kept(number))
    for one, other in combinations(with_others, 2):
        yield from met_with_others(opened.kept(one), opened.kept(other))


def _keys(end: End) -> Iterator[tuple[Hashable, Hashable]]:
    selectors = end.selectors
    if end.mode is RuleMode.TUNNEL and end.gateway and end.peer_gateway:
        here, there = _certain(end.gateway), _certain(end.peer_gateway)
        if here is not None and there is not None:
            yield ("gateways", here, there), ("gateways", there, here)
    if selectors is None:
        return
    ports = bool(selectors.local_ports or selectors.remote_ports)
    if _is_any(selectors.local) and _is_any(selectors.remote):
        if end.mode is not RuleMode.TUNNEL and selectors.protocol is None and not ports:
            yield ANYBODY, ANYBODY
        return
    mine, theirs = _certain(selectors.local), _certain(selectors.remote)
    if mine is not None and theirs is not None:
        traffic = selectors.protocol
        key = ("sides", traffic, mine, selectors.local_ports, theirs, selectors.remote_ports)
        yield key, ("sides", traffic, theirs, selectors.remote_ports, mine, selectors.local_ports)


def _may_share_a_tunnel(one: End, other: End) -> bool:
    """Whether the gateways of two tunnels match; true for pairs that are no tunnels."""
    if not one.mode is other.mode is RuleMode.TUNNEL:
        return True
    here, there = _certain(one.gateway), _certain(one.peer_gateway)
    if here is None or there is None:
        return False
    return here == _certain(other.peer_gateway) and there == _certain(other.gateway)


def _is_any(addresses: Addresses) -> bool:
    return includes_any(addresses)


def _certain(addresses: Addresses) -> Hashable | None:
    """The addresses as a set, if they mean the same on every machine; else None."""
    if not addresses or includes_any(addresses) or any(not each.version for each in addresses):
        return None
    return frozenset(addresses)


def _offer(machine: Machine, end: End) -> bytes:
    """A digest of what an end offers, without names and places."""
    objects = end.objects
    if objects is None:
        return mark_of((machine.name, end.subject, end.span.line, end.span.column))
    main = None if objects.main is None else meaning(machine, objects.main)
    return mark_of((meaning(machine, objects.rule), main))
