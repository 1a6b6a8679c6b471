"""Traffic rules as filter sets in use have them, of several distributions, with conflicts planted on request.

Modelled on what ClassBench (Taylor and Turner, INFOCOM 2005) measures in filter sets: few different
services, nested address prefixes that share their first bits, more wildcards on the source of an access
list, on both sides of a firewall and on few of an IP chain.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from ipseclint.semantics.packets.axes import OUT, Axis
from ipseclint.semantics.packets.box import Box, Condition, box
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.rules import TrafficRule

ME_SOURCE = Condition(Axis.SOURCE, "me")
DECISIONS = ("require", "request", "exempt")
_WIDTH = {4: 32, 6: 128}
_SERVICES = (53, 80, 88, 123, 135, 139, 389, 443, 445, 464, 636, 1433, 3268, 3306, 3389, 5985, 8080, 8443, 9389)


class Prefixes:
    """Nested prefixes of one family: networks, their subnets and hosts, drawn again and again."""

    def __init__(self, random: Random, family: int, count: int) -> None:
        self.random, self.family = random, family
        root = {4: 10 << 24, 6: 0x20010DB8 << 96}[family]
        free = {4: 24, 6: 96}[family]
        lengths = {4: (16, 20, 24, 24, 28, 32, 32, 32), 6: (48, 56, 64, 64, 96, 128, 128)}[family]
        networks = [random.getrandbits(free) for _ in range(max(4, count // 20))]
        self.known = []
        for _ in range(count):
            length = random.choice(lengths)
            host = _WIDTH[family] - length
            address = root | (random.choice(networks) ^ random.getrandbits(min(free, 24 if family == 4 else 84)))
            self.known.append(IntervalSet.of((address >> host << host, (address >> host << host) + (1 << host) - 1)))

    def draw(self, wildcards: float) -> IntervalSet | None:
        return None if self.random.random() < wildcards else self.random.choice(self.known)


def _service(random: Random, wildcards: float) -> dict[str, IntervalSet]:
    if random.random() < wildcards:
        return {}
    protocol = IntervalSet.of(random.choice((6, 6, 6, 17)))
    if random.random() < 0.1:
        return {"protocol": protocol}
    if random.random() < 0.1:
        low = random.choice((1024, 5000, 49_152))
        return {"protocol": protocol, "destination_port": IntervalSet.of((low, low + random.choice((99, 999, 16_383))))}
    ports = random.sample(_SERVICES, 1 if random.random() < 0.8 else 2)
    return {"protocol": protocol, "destination_port": IntervalSet.of(*ports)}


def _drawn(
    count: int, seed: int, family: int, wildcards: tuple[float, float, float], most_specific_first: bool = False
) -> list[TrafficRule]:
    random = Random(seed)
    prefixes = Prefixes(random, family, max(8, count // 2))
    rules = []
    for number in range(count):
        source = prefixes.draw(wildcards[0])
        # A rule for anything on both sides is rare, however many rules there are.
        destination = prefixes.draw(0.0 if source is None else wildcards[1])
        matched = box(family, source=source, destination=destination, **_service(random, wildcards[2]))
        rank = 0 if most_specific_first else number
        rules.append(TrafficRule(f"rule {number}", (matched,), random.choice(DECISIONS), rank))
    return rules


def access_list(count: int, seed: int = 1) -> list[TrafficRule]:
    return _drawn(count, seed, 4, (0.15, 0.01, 0.1))


def firewall(count: int, seed: int = 2) -> list[TrafficRule]:
    return _drawn(count, seed, 4, (0.12, 0.05, 0.05))


def ip_chain(count: int, seed: int = 3) -> list[TrafficRule]:
    return _drawn(count, seed, 4, (0.01, 0.01, 0.3))


def version_6(count: int, seed: int = 4) -> list[TrafficRule]:
    return _drawn(count, seed, 6, (0.08, 0.01, 0.1))


def specific(count: int, seed: int = 5) -> list[TrafficRule]:
    """Filters of one rank, ordered by specificity alone."""
    return _drawn(count, seed, 4, (0.05, 0.01, 0.1), most_specific_first=True)


def wide_first(count: int, seed: int = 6) -> list[TrafficRule]:
    """An access list behind a few rules that take much of it."""
    random = Random(seed)
    rules = _drawn(count, seed, 4, (0.1, 0.01, 0.1))
    return [*(_wide(random, number) for number in range(4)), *rules[4:]]


def wide_last(count: int, seed: int = 7) -> list[TrafficRule]:
    """An access list with a few rules after it that hold much of it."""
    random = Random(seed)
    rules = _drawn(count, seed, 4, (0.1, 0.01, 0.1))
    return [*rules[:-4], *(_wide(random, count - 4 + number) for number in range(4))]


def _wide(random: Random, rank: int) -> TrafficRule:
    half = random.choice(((10 << 24, (10 << 24) + (1 << 23) - 1), (0, 2**32 - 1)))
    service = random.choice(({}, {"protocol": IntervalSet.of(6)}, {"protocol": IntervalSet.of(17)}))
    return TrafficRule(f"wide {rank}", (box(4, destination=IntervalSet.of(half), **service),), "require", rank)


def hosts(count: int, seed: int = 8) -> list[TrafficRule]:
    """A `netsh ipsec` filter list: this machine to many hosts, each mirrored, the most specific first."""
    random = Random(seed)
    rules = []
    for number in range(count):
        address = IntervalSet.of((10 << 24) | random.getrandbits(24))
        service = _service(random, 0.6)
        out = box(4, destination=address, direction=IntervalSet.of(OUT), conditions=[ME_SOURCE], **service)
        back = out.mirrored()
        rules.append(TrafficRule(f"host {number}", (out, back), random.choice(DECISIONS)))
    return rules


DISTRIBUTIONS: dict[str, Callable[[int], list[TrafficRule]]] = {
    "access list": access_list,
    "firewall": firewall,
    "ip chain": ip_chain,
    "version 6": version_6,
    "specific": specific,
    "wide first": wide_first,
    "wide last": wide_last,
    "hosts": hosts,
}


class Planted(NamedTuple):
    """Rules with conflicts: each hidden rule by name, with the names of those that hide it."""

    rules: list[TrafficRule]
    hidden: dict[str, frozenset[str]]


def plant(rules: list[TrafficRule], count: int, seed: int = 9) -> Planted:
    """Rules hidden by the union of others and by no single one, in addresses of their own, ranked among the rest."""
    random = Random(seed)
    ranks = max((rule.rank for rule in rules), default=0) + 1
    planted: list[TrafficRule] = []
    hidden: dict[str, frozenset[str]] = {}
    for number in range(count):
        low = (240 << 24) + (number << 10)
        target = box(
            4,
            source=IntervalSet.of((low, low + 1023)),
            destination=IntervalSet.of((low, low + 1023)),
            protocol=IntervalSet.of(6),
            destination_port=IntervalSet.of((1000, 1999)),
        )
        parts = _cut(random, target, random.randint(1, 5))
        names = [f"part {number}.{place}" for place in range(len(parts))]
        first = random.randrange(ranks)
        planted += [
            TrafficRule(name, (_grown(random, part, target),), "exempt", random.randint(0, first))
            for name, part in zip(names, parts, strict=True)
        ]
        name = f"hidden {number}"
        planted.append(TrafficRule(name, (target,), "require", first + random.randint(1, ranks)))
        hidden[name] = frozenset(names)
    every = [*rules, *planted]
    random.shuffle(every)
    return Planted(every, hidden)


_CUT_AXES = (Axis.SOURCE, Axis.DESTINATION, Axis.DESTINATION_PORT)


def _cut(random: Random, whole: Box, cuts: int) -> list[Box]:
    """The box cut into disjoint boxes, one more than cuts."""
    parts = [whole]
    for _ in range(cuts):
        part = parts.pop(random.randrange(len(parts)))
        axis = random.choice([axis for axis in _CUT_AXES if part.sets[axis].size > 1])
        low, high = part.sets[axis].spans[0]
        middle = random.randint(low, high - 1)
        parts += [_with(part, axis, (low, middle)), _with(part, axis, (middle + 1, high))]
    return parts


def _grown(random: Random, part: Box, whole: Box) -> Box:
    """The part, reaching beyond the whole at some of the ends they share; never further into it."""
    for axis in _CUT_AXES:
        (low, high), (first, last) = part.sets[axis].spans[0], whole.sets[axis].spans[0]
        low -= random.choice((0, 5)) if low == first and axis is Axis.DESTINATION_PORT else 0
        high += random.choice((0, 7)) if high == last and axis is Axis.DESTINATION_PORT else 0
        part = _with(part, axis, (low, high))
    return part


def _with(one: Box, axis: Axis, span: tuple[int, int]) -> Box:
    sets = list(one.sets)
    sets[axis] = IntervalSet.of(span)
    return Box(one.family, tuple(sets), one.conditions)
