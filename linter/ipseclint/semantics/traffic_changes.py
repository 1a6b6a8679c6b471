"""What a change of policy does to traffic: every class of packets that is treated otherwise, the worst first.

Packets are those of the machine itself: what leaves has an address of its own as the source, what comes in as the
destination. So the keyword `me` says nothing beyond the direction. Of several `netsh ipsec` policies those assigned
count; where none is assigned in either state, as in a script that leaves that to another, all do.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from operator import attrgetter
from typing import Any, NamedTuple, cast

from msgspec import Struct, field
from msgspec.structs import replace

from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, IpsecPolicy, MainModeRule
from ipseclint.model.selectors import WfpFilter
from ipseclint.semantics.decisions import EXEMPT, OTHER
from ipseclint.semantics.default_exemptions import chosen, exempt_packets
from ipseclint.semantics.nearby_filters import nearby
from ipseclint.semantics.packet_treatment import (
    CLEAR,
    LEFT_ALONE,
    MainMode,
    Strengths,
    Treatment,
    default_main_mode,
    main_mode,
    main_mode_with,
    proof,
    treatment,
)
from ipseclint.semantics.packets.axes import DIRECTIONS, DOMAINS, IN, OUT, Axis
from ipseclint.semantics.packets.box import Box, Condition, Packet
from ipseclint.semantics.packets.changes import MAX_STEPS, Changes, Decisions
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.regions import MAX_LAID, Region, joined, laid_over
from ipseclint.semantics.packets.rules import CONNECTION_SECURITY, IP_SECURITY_POLICY, OrderedRules, TrafficRule
from ipseclint.semantics.traffic import RuleGroup, connection_group, every_group, main_mode_group
from ipseclint.semantics.wfp_rules import as_connection_security_rule
from ipseclint.source import Span
from ipseclint.vocabulary.addresses import AddressKeyword
from ipseclint.vocabulary.builtin import EXEMPTIONS
from ipseclint.vocabulary.settings import Exemption
from ipseclint.vocabulary.wfp_words import MAIN_MODE_LAYERS

WHOLE = "all traffic"
"""The section of rules that alone decide for packets."""


class Effect(StrEnum):
    """Whether a change protects traffic less, otherwise, or more; unknown where no document says what Windows does."""

    WEAKER = "weaker"
    CHANGED = "changed"
    STRONGER = "stronger"
    UNKNOWN = "unknown"


class DecidingRule(Struct, frozen=True):
    """A rule that decides for packets, and its place. `owner` is the `netsh ipsec` rule whose filter it is."""

    name: str
    span: Span
    owner: str = ""


class TrafficChange(Struct, frozen=True):
    """One class of packets whose treatment changes.

    `before` and `after` are what may happen to them, several where the order of rules is not known. `regions` are the
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
        """3: what was protected or blocked may go in the clear; 2: less firmly, or no longer encrypted; 1: weaker."""
        if self.effect is not Effect.WEAKER:
            return 0
        if _may_be_clear(self.after) and not _may_be_clear(self.before):
            return 3
        firmness = [{each.strengths[0] for each in treatments} for treatments in (self.before, self.after)]
        decrypts = all(each.encrypts for each in self.before) and not all(each.encrypts for each in self.after)
        return 2 if firmness[0] != firmness[1] or decrypts else 1

    def peers(self, family: int) -> IntervalSet:
        """The peers' addresses of a family."""
        return peers(self.regions, family)

    def share(self, family: int) -> float:
        """The part of all addresses of a family that are such peers', 0 to 1."""
        return share(self.regions, family)


def peers(regions: Iterable[Region], family: int) -> IntervalSet:
    """The peers' addresses of a family in some regions: where packets go to, and where they come from."""
    spans: list[tuple[int, int]] = []
    for box, _ in regions:
        if box.family == family:
            for direction, axis in ((OUT, Axis.DESTINATION), (IN, Axis.SOURCE)):
                spans += box.sets[axis].spans if direction in box.sets[Axis.DIRECTION] else ()
    return IntervalSet.of(*spans)


def share(regions: Iterable[Region], family: int) -> float:
    """The part of all addresses of a family that are peers' in some regions, 0 to 1."""
    return peers(regions, family).size / DOMAINS[family][Axis.DESTINATION].size


def _may_be_clear(treatments: Iterable[Treatment]) -> bool:
    return any(each.protection in CLEAR for each in treatments)


class TrafficChanges(Struct, frozen=True):
    """All changes of traffic, the worst first. `undecided`: where more may change, for the work ran out there."""

    changes: tuple[TrafficChange, ...]
    undecided: tuple[Region, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing else changes."""
        return not self.undecided


def traffic_changes(old: Machine, new: Machine) -> TrafficChanges:
    """What the rules of one state of a machine do with packets that those of another do not."""
    changes: list[TrafficChange] = []
    undecided: list[Region] = []
    for section, *states in _sections(*nearby(old, new)):
        before, after = _with_exemptions(*states)
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
    """Whether treatments protect less than others: by the weakest that may happen, then by the strongest."""
    was, now = _by_strength(before), _by_strength(after)
    for place in (0, -1):
        if (weighed := effect_of_strengths(was[place], now[place])) is not Effect.CHANGED:
            return weighed
    return Effect.CHANGED


def effect_of_strengths(before: Strengths, after: Strengths) -> Effect:
    """Which of two is stronger in the weightiest of what is known of both and differs."""
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
    """What may happen to a packet outbound, and inbound, from what the rules and the main-mode rules decide."""
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
"""What may happen to a packet outbound, and inbound."""

_ME = AddressKeyword.ME.value
_OWN = {Condition(Axis.SOURCE, _ME): OUT, Condition(Axis.DESTINATION, _ME): IN}
"""On which side the machine's own address stands in a packet of each direction."""


def own_packets(whole: Box) -> Box:
    """A box without the keyword for the machine's own address, in the direction that this means."""
    ways = [way for condition, way in _OWN.items() if condition in whole.conditions]
    if not ways:
        return whole
    directions = whole.sets[Axis.DIRECTION]
    for way in ways:
        directions &= IntervalSet.of(way)
    sets = (*whole.sets[: Axis.DIRECTION], directions)
    return Box(whole.family, sets, whole.conditions.difference(_OWN))


class _Part(NamedTuple):
    """Packets treated alike, and the places of the rules that decide for them in both lists of each state."""

    region: Region
    before: tuple[Sequence[int], ...]
    after: tuple[Sequence[int], ...]


_Ends = tuple[frozenset[Treatment], frozenset[Treatment]]
"""What may happen to packets before and after."""

_Deciding = tuple[tuple[DecidingRule, ...], ...]
"""The rules of both lists of a state, in the order of their places."""


def _classes(search: Changes, before: _Lists, after: _Lists) -> dict[_Ends, list[_Part]]:
    """The changed packets by what happens to them."""
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
                if deciding and all(rule.name.startswith(_BY_ITSELF) for rule in deciding):
                    continue  # that Windows exempts what no rule is for is no change of it
            sets = (*box.sets[: Axis.DIRECTION], IntervalSet.of(way))
            region = Region(replace(box, sets=sets), without)
            classes[was[way], now[way]].append(_Part(region, cell.before[:counting], cell.after[:counting]))
    return classes


def _by_readings(
    by_reading: Mapping[str, Sequence[_Part]], readings: Collection[str]
) -> Iterator[tuple[tuple[str, ...], Sequence[_Part]]]:
    """The packets of a class by the orders of rules in which they are changed so, each packet once."""
    if len(readings) == 1:
        yield from (((name,), parts) for name, parts in by_reading.items())
        return
    found: dict[tuple[str, ...], list[_Part]] = defaultdict(list)
    alike = set.intersection(*(set(by_reading.get(name, ())) for name in readings))
    found[tuple(readings)] += [part for part in next(iter(by_reading.values())) if part in alike]
    rest = {name: [part for part in parts if part not in alike] for name, parts in by_reading.items()}
    marked = [(part.region, (name, number)) for name, parts in rest.items() for number, part in enumerate(parts)]
    if len(marked) > MAX_LAID:
        for name, parts in rest.items():
            found[name,] += parts
        marked = []
    for marks, regions in laid_over(marked).items():
        places = sorted(cast("Iterable[tuple[str, int]]", marks))
        before, after = (
            tuple(_together(side) for side in zip(*(sides(rest[name][number]) for name, number in places), strict=True))
            for sides in (attrgetter("before"), attrgetter("after"))
        )
        names = {name for name, _ in places}
        found[tuple(name for name in readings if name in names)] += [_Part(each, before, after) for each in regions]
    yield from ((names, parts) for names, parts in found.items() if parts)


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
    """The rules of some parts, those of the first list first."""
    for number, rules in enumerate(lists):
        places = _together(each[number] for each in winners if number < len(each))
        yield from (rules[place] for place in places if place < len(rules))


def _main_modes(treatments: Iterable[Treatment]) -> set[object]:
    return {(each.main_mode, each.first) for each in treatments}


def plainness(region: Region) -> tuple[object, ...]:
    """A region whose packets are easier to make comes first: no conditions, outbound, IPv4, many packets."""
    box = region.box
    return len(box.conditions), box.sets[Axis.DIRECTION].first, box.family, -box.size


def _in_order(treatments: Iterable[Treatment]) -> tuple[Treatment, ...]:
    return tuple(sorted(treatments, key=lambda each: [str(part) for part in each.parts().items()]))


# ---- the rules of a state ----


class _RuleList(NamedTuple):
    """Rules in an order, each with what it decides; `named` says which the first of them are."""

    rules: OrderedRules
    named: tuple[DecidingRule, ...]


_Lists = tuple[_RuleList, _RuleList]
"""The rules that decide on protection, and those that decide on main mode."""


def rules_that_decide(lists: Sequence[_RuleList], winners: Iterable[Sequence[int]]) -> Iterator[DecidingRule]:
    """The rules behind the positions of those that may decide."""
    for (_, named), places in zip(lists, winners, strict=False):
        yield from (named[place] for place in places if place < len(named))


class RulesOfState(Struct, frozen=True, eq=False):
    """The rules of one state of a machine that decide on a section of traffic."""

    machine: Machine
    groups: tuple[RuleGroup, ...] = ()
    main_mode: tuple[RuleGroup, ...] = ()
    exempt: frozenset[Exemption] = frozenset()
    decided: dict[Hashable, Hashable] = field(default_factory=dict)
    """What each rule does, as far as it was asked: the same in every order."""

    @property
    def readings(self) -> tuple[str, ...]:
        """The names of the orders in which the rules may be asked."""
        names = (reading.name for group in self.groups for reading in group.readings)
        return tuple(dict.fromkeys(names))

    def order(self, reading: str) -> tuple[int, ...]:
        """The identity of the order that a reading comes to."""
        return tuple(id(_in_reading(group, reading)) for group in self.groups)

    def lists(self, reading: str) -> _Lists:
        """The rules for protection and for main mode, in an order."""
        rules = self._listed(self.groups, reading, self._both_ways)
        mains = self._listed(self.main_mode, reading, self._main_mode)
        default = TrafficRule("default", _EVERYTHING, default_main_mode(self.machine), rank=_LAST)
        return rules, mains._replace(rules=replace(mains.rules, rules=(*mains.rules.rules, default)))

    def _listed(self, groups: Sequence[RuleGroup], reading: str, decision: Callable[[Any], Hashable]) -> _RuleList:
        rules: list[TrafficRule] = []
        named: list[DecidingRule] = []
        specific = False
        for group in groups:
            ordered = _in_reading(group, reading)
            specific = ordered.most_specific_first
            for thing, rule in zip(group.things, ordered.rules, strict=True):
                decider = thing[0] if isinstance(thing, tuple) and not isinstance(thing, WfpFilter) else thing
                # What a filter does is in its context, which many share.
                alike = (thing.layer, thing.context_key, thing.action) if isinstance(thing, WfpFilter) else id(decider)
                if alike not in self.decided:
                    self.decided[alike] = decision(decider)
                boxes = rule.boxes if _is_both_ways(group) else (*rule.boxes, *(box.mirrored() for box in rule.boxes))
                rules.append(TrafficRule(rule.name, boxes, self.decided[alike], rule.rank))
            named += map(DecidingRule, group.names, group.spans, map(_owner, group.things))
        if groups is self.groups:
            setting = chosen(self.machine)
            for exemption in sorted(self.exempt):
                name = name_of_exemption(exemption)
                rules.append(TrafficRule(name, tuple(exempt_packets(exemption)), _EXEMPT, rank=_FIRST))
                named.append(DecidingRule(name, setting.span if setting is not None else _NOWHERE))
        return _RuleList(OrderedRules.of(rules, most_specific_first=specific), tuple(named))

    def _both_ways(self, thing: ConnectionSecurityRule | WfpFilter) -> tuple[Treatment, Treatment]:
        """What a rule does to packets that go out, and to those that come in."""
        if isinstance(thing, WfpFilter):
            if thing.context_key is None:
                other = Treatment(OTHER, options=(thing.action,))
                return other, other
            thing = as_connection_security_rule(thing, self.machine.index)
        return treatment(self.machine, thing, inbound=False), treatment(self.machine, thing, inbound=True)

    def _main_mode(self, thing: MainModeRule | WfpFilter) -> MainMode:
        if isinstance(thing, MainModeRule):
            return main_mode(self.machine, thing)
        key = (thing.context_key or "").casefold()
        first = self.machine.index.first_authentication.get(key)
        main = main_mode_with(self.machine.index.main_mode.get(key))
        return main if first is None else dataclasses.replace(main, proof=proof(first.methods))


def _owner(thing: object) -> str:
    """The rule that a filter of `netsh ipsec` comes with; none for what is a rule itself."""
    return thing[0].name if isinstance(thing, tuple) and not isinstance(thing, WfpFilter) else ""


_EVERYTHING = tuple(Box(family, domain) for family, domain in DOMAINS.items())
_BY_ITSELF = "default exemption of "


def name_of_exemption(exemption: Exemption) -> str:
    """What an exemption that Windows makes by itself is called where rules are."""
    return f"{_BY_ITSELF}{exemption}"


_NOWHERE = Span("Windows", 1, 1)
_OF_ICMP = frozenset({Exemption.ICMP, Exemption.NEIGHBOR_DISCOVERY, Exemption.ROUTER_DISCOVERY})
"""Exemptions with packets in common."""
_EXEMPT = (Treatment(EXEMPT), Treatment(EXEMPT))
_FIRST = -1
"""The rank of what is asked before all rules."""
_LAST = 1 << 62
"""The rank of what counts when nothing else does."""


def _in_reading(group: RuleGroup, name: str) -> OrderedRules:
    reading = next((each for each in group.readings if each.name == name), group.readings[0])
    return group.ordered(reading)


def _is_both_ways(group: RuleGroup) -> bool:
    """Whether the boxes of a group are for both directions; those of main mode and WFP are made for outbound."""
    return group.readings in {CONNECTION_SECURITY, IP_SECURITY_POLICY}


_CONNECTION, _FILTERS = "connection security rules", "filters of WFP"


def _sections(old: Machine, new: Machine) -> Iterator[tuple[str, RulesOfState, RulesOfState]]:
    """What can be weighed against each other of two states, each with a title.

    Filters of WFP are what rules were compiled to: where rules can be compared, they are not.
    """
    names = {policy.name.casefold() for policy in (*_assigned(old), *_assigned(new))}
    before, after = _states(old, names), _states(new, names)
    if before.keys() - {_FILTERS} and after.keys() - {_FILTERS}:
        before.pop(_FILTERS, None)
        after.pop(_FILTERS, None)
    elif _FILTERS in before and _FILTERS in after:
        before, after = {_FILTERS: before[_FILTERS]}, {_FILTERS: after[_FILTERS]}
    if len(before) <= 1 and len(after) <= 1:
        yield WHOLE, next(iter(before.values()), RulesOfState(old)), next(iter(after.values()), RulesOfState(new))
        return
    for kind in dict.fromkeys((*before, *after)):
        yield kind, before.get(kind, RulesOfState(old)), after.get(kind, RulesOfState(new))


def _with_exemptions(before: RulesOfState, after: RulesOfState) -> tuple[RulesOfState, RulesOfState]:
    """Two states with what Windows exempts by itself, where that differs; a state that is silent has its default."""
    is_of_rules = any(group.readings == CONNECTION_SECURITY for state in (before, after) for group in state.groups)
    settings = chosen(before.machine), chosen(after.machine)
    old, new = (EXEMPTIONS if setting is None else setting.known for setting in settings)
    if old is None or new is None or old == new or not is_of_rules:
        return before, after
    counted = _OF_ICMP if (old ^ new) & _OF_ICMP else frozenset()
    counted |= old ^ new
    return replace(before, exempt=old & counted), replace(after, exempt=new & counted)


def _assigned(machine: Machine) -> Iterator[IpsecPolicy]:
    return (policy for policy in machine.policy.policies if policy.assigned.known)


def _states(machine: Machine, assigned: Collection[str]) -> dict[str, RulesOfState]:
    """The rules of a machine by kind; of `netsh ipsec` policies those that are assigned, if any policy is."""
    states: dict[str, RulesOfState] = {}
    filters: tuple[list[RuleGroup], list[RuleGroup]] = ([], [])
    own = {policy.name.casefold() for policy in _assigned(machine)}
    for group in every_group(machine):
        thing = group.things[0]
        if isinstance(thing, WfpFilter):
            filters[thing.layer in MAIN_MODE_LAYERS].append(group)
        elif isinstance(thing, tuple):
            policy = thing[0].policy
            name = policy.target if policy is not None else ""
            if not assigned or name.casefold() in own:
                states[f"policy {name}"] = RulesOfState(machine, (group,))
    rules, mains = connection_group(machine), main_mode_group(machine)
    if rules.things or (mains.things and not states):
        states[_CONNECTION] = RulesOfState(machine, (rules,), (mains,))
    if filters[0]:
        states[_FILTERS] = RulesOfState(machine, tuple(filters[0]), tuple(filters[1]))
    return states


def policy_sections(machine: Machine) -> Iterator[RulesOfState]:
    """The rules of a machine that decide on its traffic; several where kinds of rules stand beside each other."""
    for _, state, _ in _sections(machine, machine):
        yield state
