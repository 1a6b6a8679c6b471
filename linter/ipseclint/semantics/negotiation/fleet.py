"""The pairs of ends in a run of many machines that are certainly meant for each other.

Rules are when both are for any peer and all traffic, or when the addresses of one mirror those of the other, tunnels
also when their gateways do. Where no rule has the sides exchanged, transport rules written alike are one rule on both.
Descriptions of peers, VPN connections and servers are when their addresses do not say otherwise. Machines with the same
rule take part as one, so that a fleet of equal machines is no more work than a few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from itertools import combinations

from msgspec import Struct

from ipseclint.formats.peers.description import SITE, peer_of_site
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy, RuleAction, RuleMode
from ipseclint.model.selectors import Addresses
from ipseclint.semantics.meaning import meaning
from ipseclint.semantics.negotiation import key_module
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.pairs import Pair, met_with_others
from ipseclint.semantics.negotiation.rule_ends import machine_ends
from ipseclint.semantics.negotiation.stage import Answer, Result, Stage
from ipseclint.semantics.negotiation.verdict import stages
from ipseclint.semantics.scope import includes_any
from ipseclint.vocabulary.algorithms import KeyModule

ANYBODY = ("any peer",)
"""The key of rules for any peer and all traffic; it is its own mirror image."""

FACTS = SITE
"""The path of what the site's facts say of a peer: no input that a line of could be shown."""

_Group = dict[Hashable, tuple[int, End]]


class Comparison(Struct, frozen=True):
    """A pair of ends, a Windows policy first if there is one, and the results of all stages in the first key module.

    `modules` are the key modules in which the two can meet.
    """

    pair: Pair
    results: tuple[Result, ...]
    modules: tuple[KeyModule, ...]

    def differing(self, stage: Stage) -> Result | None:
        """The result of a stage that surely fails, or depends for a difference."""
        return next(
            (
                result
                for result in self.results
                if result.stage is stage and result.differences and result.answer in {Answer.FAILS, Answer.DEPENDS}
            ),
            None,
        )


_last: list[tuple[Sequence[Machine], tuple[Comparison, ...]]] = []
"""The machines that were compared last, and what came of it: every rule about two ends asks."""


def compared(machines: Sequence[Machine]) -> tuple[Comparison, ...]:
    """What becomes of each pair of ends of a run, worked out when it is first asked for."""
    if not _last or _last[0][0] is not machines:
        together = (*machines, *of_site(machines))
        _last[:] = [(machines, tuple(_compared(pair) for pair in fleet_pairs(together)))]
    return _last[0][1]


def of_site(machines: Sequence[Machine]) -> tuple[Machine, ...]:
    """The peers that the site's facts describe, as machines of their own."""
    said = machines[0].site.peer if machines else None
    peers = (peer_of_site(each) for each in said or ())
    return tuple(Machine(name=SITE, policy=Policy(peers=(peer,))) for peer in peers if peer is not None)


def of_rules(machines: Sequence[Machine]) -> tuple[Comparison, ...]:
    """The comparisons of rules of two Windows policies."""
    return tuple(
        comparison
        for comparison in compared(machines)
        if comparison.pair.a.objects is not None and comparison.pair.b.objects is not None
    )


def _compared(pair: Pair) -> Comparison:
    if not pair.a.is_windows or (pair.a.objects is None and pair.a.suite is None):
        pair = Pair(pair.b, pair.a, pair.packet, pair.how)
    met, modules = key_module.meeting(pair.a, pair.b)
    return Comparison(pair, stages(pair.a, pair.b, modules[0], met) if modules else (met,), modules)


def fleet_pairs(machines: Sequence[Machine]) -> Iterator[Pair]:
    """Each pair of ends of different machines, the earlier machine's first."""
    groups: defaultdict[Hashable, _Group] = defaultdict(dict)
    mirrors: dict[Hashable, Hashable] = {}
    for number, machine in enumerate(machines):
        for key, mirror, end in _keyed(machine):
            mirrors[key] = mirror
            groups[key].setdefault(_signature(machine, end), (number, end))
    done: set[tuple[int, int]] = set()
    for key, ends in groups.items():
        partners = groups.get(mirrors[key]) or {
            signature: row for signature, row in ends.items() if row[1].holds_either_way
        }
        for one_number, one in ends.values():
            for other_number, other in partners.values():
                if one_number < other_number and (id(one), id(other)) not in done and _may_share_a_tunnel(one, other):
                    done.add((id(one), id(other)))
                    yield Pair(one, other, None)
    with_others = [machine for machine in machines if machine_ends(machine).others]
    for one_machine in with_others:
        for other_machine in machines:
            if other_machine is not one_machine and (not machine_ends(other_machine).others):
                yield from met_with_others(one_machine, other_machine)
    for one_machine, other_machine in combinations(with_others, 2):
        yield from met_with_others(one_machine, other_machine)


def _keyed(machine: Machine) -> Iterator[tuple[Hashable, Hashable, End]]:
    """The first end of each pair of sides, and of each pair of gateways, with its key and that of its mirror image."""
    seen: set[Hashable] = set()
    for group in machine_ends(machine).groups:
        for end in group.ends:
            if end is None or end.action is not RuleAction.NEGOTIATE:
                continue
            for key, mirror in _keys(end):
                if key not in seen:
                    seen.add(key)
                    yield key, mirror, end


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
    """Whether the gateways of two tunnels are each other's; of other pairs it is true."""
    if not one.mode is other.mode is RuleMode.TUNNEL:
        return True
    here, there = _certain(one.gateway), _certain(one.peer_gateway)
    if here is None or there is None:
        return False
    return here == _certain(other.peer_gateway) and there == _certain(other.gateway)


def _is_any(addresses: Addresses) -> bool:
    return includes_any(addresses)


def _certain(addresses: Addresses) -> Hashable | None:
    """The addresses as a set, if every machine of the world would understand the same by them."""
    if not addresses or includes_any(addresses) or any(not each.version for each in addresses):
        return None
    return frozenset(addresses)


def _signature(machine: Machine, end: End) -> Hashable:
    """What an end offers, without names and places."""
    objects = end.objects
    if objects is None:
        return id(end)
    main = None if objects.main is None else meaning(machine, objects.main)
    return meaning(machine, objects.rule), main
