"""The effect of a change of policy on traffic: every class of packets that is treated differently, the worst first.

Packets are those of the machine itself: outbound ones have an own address as the source, inbound ones as the
destination. So the keyword `me` says nothing beyond the direction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple, cast

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.model.machine import Machine
from ipseclint.semantics.nearby_filters import nearby
from ipseclint.semantics.packet_treatment import (
    CLEAR,
    LEFT_ALONE,
    MainMode,
    Strengths,
    Treatment,
)
from ipseclint.semantics.packets.axes import DIRECTIONS, DOMAINS, IN, OUT, Axis
from ipseclint.semantics.packets.box import Box, Condition, Packet
from ipseclint.semantics.packets.changes import MAX_STEPS, Changes, Decisions
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.regions import MAX_LAID, Region, joined, laid_over
from ipseclint.semantics.rules_of_state import (
    DecidingRule,
    RuleLists,
    is_default_exemption,
    rules_that_decide,
    sections,
    with_exemptions,
)
from ipseclint.vocabulary.addresses import AddressKeyword


class Effect(StrEnum):
    """Whether a change protects traffic less, differently, or more; unknown where no document says what Windows
    does."""

    WEAKER = "weaker"
    CHANGED = "changed"
    STRONGER = "stronger"
    UNKNOWN = "unknown"


class TrafficChange(Struct, frozen=True):
    """One class of packets whose treatment changes.

    `before` and `after` are the possible treatments, several where the order of rules is not known. `regions` are the
    packets, disjoint. `witness` is one of them. `readings` name the orders of rules in which this is so, empty for all.
    """

    section: str
    directions: tuple[str, ...]
    before: tuple[Treatment, ...]
    after: tuple[Treatment, ...]
    regions: tuple[Region, ...]
    witness: Packet
    rules_before: tuple[DecidingRule, ...]
    rules_after: tuple[DecidingRule, ...]
    readings: tuple[str, ...] = ()

    @property
    def effect(self) -> Effect:
        """Whether the packets are protected less."""
        return effect(self.before, self.after)

    @property
    def severity(self) -> int:
        """3: traffic that was protected or blocked may go in the clear; 2: protected less firmly, or no longer
        encrypted; 1: weaker."""
        if self.effect is not Effect.WEAKER:
            return 0
        if _may_be_clear(self.after) and not _may_be_clear(self.before):
            return 3
        firmness = [{each.strengths[0] for each in treatments} for treatments in (self.before, self.after)]
        decrypts = all(each.encrypts for each in self.before) and not all(each.encrypts for each in self.after)
        return 2 if firmness[0] != firmness[1] or decrypts else 1

    def peers(self, family: int) -> IntervalSet:
        """The addresses of the peers, of one family."""
        return peers(self.regions, family)

    def share(self, family: int) -> float:
        """The share of a family's addresses that are such peers', 0 to 1."""
        return share(self.regions, family)


def peers(regions: Iterable[Region], family: int) -> IntervalSet:
    """The peers' addresses of a family in some regions: destinations of outbound, sources of inbound packets."""
    spans: list[tuple[int, int]] = []
    for box, _ in regions:
        if box.family == family:
            for direction, axis in ((OUT, Axis.DESTINATION), (IN, Axis.SOURCE)):
                spans += box.sets[axis].spans if direction in box.sets[Axis.DIRECTION] else ()
    return IntervalSet.of(*spans)


def share(regions: Iterable[Region], family: int) -> float:
    """The share of a family's addresses that are peers' in some regions, 0 to 1."""
    return peers(regions, family).size / DOMAINS[family][Axis.DESTINATION].size


def _may_be_clear(treatments: Iterable[Treatment]) -> bool:
    return any(each.protection in CLEAR for each in treatments)


class TrafficChanges(Struct, frozen=True):
    """All changes of traffic, the worst first. `undecided`: where the work ran out, and more may change."""

    changes: tuple[TrafficChange, ...]
    undecided: tuple[Region, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing else changes."""
        return not self.undecided


def traffic_changes(old: Machine, new: Machine) -> TrafficChanges:
    """The changes in treatment of packets from one state of a machine to another."""
    changes: list[TrafficChange] = []
    undecided: list[Region] = []
    for section, *states in sections(*nearby(old, new)):
        before, after = with_exemptions(*states)
        names = (*before.readings, *after.readings) or ("",)
        orders = {(before.order(name), after.order(name)): name for name in reversed(names)}
        by_class: dict[_Ends, dict[str, list[_Part]]] = defaultdict(dict)
        named: tuple[_Deciding, _Deciding] = ((), ())
        for reading in orders.values():
            lists = before.lists(reading), after.lists(reading)
            rules = [[each.rules for each in state] for state in lists]
            search = Changes(rules[0], rules[1], combined, own_packets, MAX_STEPS)
            for ends, parts in _classes(search, *lists).items():
                by_class[ends][reading] = parts
            undecided += search.undecided
            named = tuple(each.named for each in lists[0]), tuple(each.named for each in lists[1])
        changes += (
            _change(section, ends, alike, named, readings if len(readings) < len(orders) else ())
            for ends, by_reading in by_class.items()
            for readings, alike in _by_readings(by_reading, list(orders.values()))
        )
    return TrafficChanges(tuple(sorted(changes, key=_worst_first)), joined(undecided))


def effect(before: Iterable[Treatment], after: Iterable[Treatment]) -> Effect:
    """Whether treatments protect less than others: by the weakest possible one, then by the strongest."""
    was, now = _by_strength(before), _by_strength(after)
    for place in (0, -1):
        if (weighed := effect_of_strengths(was[place], now[place])) is not Effect.CHANGED:
            return weighed
    return Effect.CHANGED


def effect_of_strengths(before: Strengths, after: Strengths) -> Effect:
    """The effect by the most important strength that is known of both and differs."""
    for one, other in zip(before, after, strict=True):
        if one is not None and other is not None and one != other:
            return Effect.WEAKER if other < one else Effect.STRONGER
    return Effect.CHANGED


def _by_strength(treatments: Iterable[Treatment]) -> list[Strengths]:
    return sorted(
        (each.strengths for each in treatments), key=lambda row: [-1 if number is None else number for number in row]
    )


def _worst_first(change: TrafficChange) -> tuple[object, ...]:
    return (
        tuple(Effect).index(change.effect),
        -change.severity,
        -max(map(change.share, DOMAINS)),
        str(change.witness),
        [str(each.parts()) for each in (*change.before, *change.after)],
    )


# ---- classes of packets ----


def combined(decisions: Decisions) -> _BothWays:
    """The possible treatments of a packet outbound, and inbound, from the decisions of rules and main-mode rules."""
    protections, mains = decisions
    decided = [decision for decision, _ in cast("Iterable[tuple[Hashable, None]]", protections)]
    pairs = decided or [(LEFT_ALONE, LEFT_ALONE)]
    main_modes = [decision for decision, _ in cast("Iterable[tuple[MainMode, None]]", mains)]
    ways = [
        frozenset(
            pair[way].with_main_mode(main)
            for pair in cast("list[tuple[Treatment, Treatment]]", pairs)
            for main in main_modes
        )
        for way in (OUT, IN)
    ]
    return ways[OUT], ways[IN]


_BothWays = tuple[frozenset[Treatment], frozenset[Treatment]]
"""The possible treatments of a packet outbound, and inbound."""

_ME = AddressKeyword.ME.value
_OWN = {Condition(Axis.SOURCE, _ME): OUT, Condition(Axis.DESTINATION, _ME): IN}
"""The direction for which each side of a packet has the machine's own address."""


def own_packets(whole: Box) -> Box:
    """A box without the keyword for the machine's own address, limited to the direction that it implies."""
    ways = [way for condition, way in _OWN.items() if condition in whole.conditions]
    if not ways:
        return whole
    directions = whole.sets[Axis.DIRECTION]
    for way in ways:
        directions &= IntervalSet.of(way)
    sets = (*whole.sets[: Axis.DIRECTION], directions)
    return Box(whole.family, sets, whole.conditions.difference(_OWN))


class _Part(NamedTuple):
    """Packets treated alike, and the positions of the rules that decide for them in both lists of each state."""

    region: Region
    before: tuple[Sequence[int], ...]
    after: tuple[Sequence[int], ...]


_Ends = tuple[frozenset[Treatment], frozenset[Treatment]]
"""The possible treatments of packets before and after."""

_Deciding = tuple[tuple[DecidingRule, ...], ...]
"""The rules of both lists of a state, in order."""


def _classes(search: Changes, before: RuleLists, after: RuleLists) -> dict[_Ends, list[_Part]]:
    """The changed packets by their treatments."""
    classes: dict[_Ends, list[_Part]] = defaultdict(list)
    for cell in search.cells():
        was, now = cast("tuple[_BothWays, _BothWays]", cell.treatments)
        box, without = cell.region
        for way in (OUT, IN):
            if way not in box.sets[Axis.DIRECTION] or was[way] == now[way]:
                continue
            counting = 2 if _main_modes(was[way]) != _main_modes(now[way]) else 1
            if all(each.protection in CLEAR for each in was[way] | now[way]):
                lists = ((before, cell.before), (after, cell.after))
                deciding = [rule for each, winners in lists for rule in rules_that_decide(each[:counting], winners)]
                if deciding and all(map(is_default_exemption, deciding)):
                    continue  # a default exemption of traffic without a rule changes nothing
            sets = (*box.sets[: Axis.DIRECTION], IntervalSet.of(way))
            region = Region(replace(box, sets=sets), without)
            classes[was[way], now[way]].append(_Part(region, cell.before[:counting], cell.after[:counting]))
    return classes


def _by_readings(
    by_reading: Mapping[str, Sequence[_Part]], readings: Collection[str]
) -> Iterator[tuple[tuple[str, ...], Sequence[_Part]]]:
    """The packets of a class by the orders of rules in which they change, each packet once."""
    if len(readings) == 1:
        yield from (((name,), parts) for name, parts in by_reading.items())
        return
    by_names: dict[tuple[str, ...], list[_Part]] = defaultdict(list)
    alike = set.intersection(*(set(by_reading.get(name, ())) for name in readings))
    by_names[tuple(readings)] += [part for part in next(iter(by_reading.values())) if part in alike]
    rest = {name: [part for part in parts if part not in alike] for name, parts in by_reading.items()}
    marked = [(part.region, (name, number)) for name, parts in rest.items() for number, part in enumerate(parts)]
    if len(marked) > MAX_LAID:
        for name, parts in rest.items():
            by_names[name,] += parts
        marked = []
    for marks, regions in laid_over(marked).items():
        places = sorted(cast("Iterable[tuple[str, int]]", marks))
        before, after = (
            tuple(_together(side) for side in zip(*(sides(rest[name][number]) for name, number in places), strict=True))
            for sides in (attrgetter("before"), attrgetter("after"))
        )
        names = {name for name, _ in places}
        by_names[tuple(name for name in readings if name in names)] += [_Part(each, before, after) for each in regions]
    yield from ((names, parts) for names, parts in by_names.items() if parts)


def _together(places: Iterable[Sequence[int]]) -> tuple[int, ...]:
    return tuple(sorted({place for each in places for place in each}))


def _change(
    section: str, ends: _Ends, parts: Sequence[_Part], named: tuple[_Deciding, _Deciding], readings: tuple[str, ...]
) -> TrafficChange:
    regions = joined([part.region for part in parts])
    ways = {way for box, _ in regions for way in (OUT, IN) if way in box.sets[Axis.DIRECTION]}
    before, after = (
        tuple(dict.fromkeys(_deciding(lists, winners)))
        for lists, winners in (
            (named[0], [part.before for part in parts]),
            (named[1], [part.after for part in parts]),
        )
    )
    return TrafficChange(
        section,
        tuple(DIRECTIONS[way] for way in sorted(ways)),
        _in_order(ends[0]),
        _in_order(ends[1]),
        regions,
        min(regions, key=plainness).box.sample(),
        before,
        after,
        readings,
    )


def _deciding(lists: _Deciding, winners: Sequence[Sequence[Sequence[int]]]) -> Iterator[DecidingRule]:
    """The rules that decide for some parts, those of the first list first."""
    for number, rules in enumerate(lists):
        places = _together(each[number] for each in winners if number < len(each))
        yield from (rules[place] for place in places if place < len(rules))


def _main_modes(treatments: Iterable[Treatment]) -> set[object]:
    return {(each.main_mode, each.first) for each in treatments}


def plainness(region: Region) -> tuple[object, ...]:
    """A sort key that puts regions with simple packets first: no conditions, outbound, IPv4, many packets."""
    box = region.box
    return len(box.conditions), box.sets[Axis.DIRECTION].first, box.family, -box.size


def _in_order(treatments: Iterable[Treatment]) -> tuple[Treatment, ...]:
    return tuple(sorted(treatments, key=lambda each: [str(part) for part in each.parts().items()]))
