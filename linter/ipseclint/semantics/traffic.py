"""A policy's rules as sets of packets, in the order in which Windows asks them.

A connection security rule holds both ways: packets from endpoint 1 to endpoint 2 go out, their answers come in. A
keyword such as `dns` is a condition unless the site gives its addresses; so is any part of a rule that was not
understood, since it can only narrow the rule.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache, partial
from typing import NamedTuple, TypeVar, overload

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    ConnectionSecurityRule,
    Dialect,
    FilterList,
    MainModeRule,
    Profile,
    Reference,
    RuleAction,
    RuleMode,
)
from ipseclint.model.selectors import LegacyFilter, WfpFilter
from ipseclint.model.values import Validated
from ipseclint.semantics.filter_boxes import LegacyFilters, wfp_parts
from ipseclint.semantics.meaning import look_of, meaning, one_of_equals
from ipseclint.semantics.packets.analyse import analyse
from ipseclint.semantics.packets.anomaly import Analysis
from ipseclint.semantics.packets.box import Box
from ipseclint.semantics.packets.peers import Peers
from ipseclint.semantics.packets.rules import (
    CONNECTION_SECURITY,
    IP_SECURITY_POLICY,
    MAIN_MODE,
    WFP,
    Columns,
    OrderedRules,
    Parts,
    Reading,
    TrafficRule,
    box_of,
    wfp_ranks,
)
from ipseclint.semantics.rule_boxes import connection_parts, main_mode_boxes, not_understood
from ipseclint.semantics.scope import is_ruled_out, profiles_without_local_rules, ruled_out
from ipseclint.source import Span
from ipseclint.vocabulary.wfp_words import POLICY_LAYERS

Thing = ConnectionSecurityRule | MainModeRule | tuple[ConnectionSecurityRule, LegacyFilter] | WfpFilter
"""The object behind a traffic rule; a filter of `netsh ipsec` comes with the rule that uses it."""


class _Order(NamedTuple):
    """The parts of a reading that affect the order of a group's rules."""

    exemptions_first: bool
    most_specific_first: bool


T = TypeVar("T")
_Ruled = TypeVar("_Ruled", ConnectionSecurityRule, MainModeRule)


class WhenAsked(Sequence[T]):
    """A sequence whose values are made on demand: of a hundred thousand filters few are ever named."""

    def __init__(self, count: int, make: Callable[[int], T]) -> None:
        self._count, self._make = count, lru_cache(maxsize=None)(make)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        places = range(self._count)[place]
        return self._make(places) if isinstance(places, int) else [self._make(each) for each in places]


class RuleGroup(Struct, frozen=True, dict=True):
    """Rules that Windows weighs against each other.

    `things`, `names` and `spans` run parallel to `rules`. `policy` is the folded name of the `netsh ipsec` policy that
    they belong to. `columns` are the rules as columns, and `boxes` the number of their boxes, where that is known
    without making them.
    """

    title: str
    things: Sequence[Thing]
    rules: Sequence[TrafficRule]
    names: Sequence[str]
    spans: Sequence[Span]
    readings: tuple[Reading, ...]
    policy: str | None = None
    columns: Columns | None = None
    boxes: int | None = None

    @property
    def has_no_direction(self) -> bool:
        """Whether they are asked whichever end begins, as WFP filters are; their boxes are outbound."""
        return self.readings == WFP

    @cached_property
    def _orders(self) -> dict[_Order, OrderedRules]:
        return {}

    @cached_property
    def _analyses(self) -> dict[_Order, Analysis]:
        return {}

    def ordered(self, reading: Reading) -> OrderedRules:
        """The rules in the order of one reading, computed once for readings with equal order."""
        order = self._order(reading)
        if order not in self._orders:
            rules, columns = self.rules, self.columns
            if order.exemptions_first:
                ranks = [reading.rank(exempts=_exempts(thing)) for thing in self.things]
                columns = columns and replace(columns, ranks=ranks)
                rules = WhenAsked(len(ranks), lambda number: replace(self.rules[number], rank=ranks[number]))
            self._orders[order] = OrderedRules(rules, order.most_specific_first, columns)
        return self._orders[order]

    def analysis(self, reading: Reading) -> Analysis:
        """The conflicts of the rules in the order of one reading, computed once for each order."""
        order = self._order(reading)
        if order not in self._analyses:
            self._analyses[order] = analyse(self.ordered(reading))
        return self._analyses[order]

    def _order(self, reading: Reading) -> _Order:
        return _Order(reading.exemptions_first and self._exempts, reading.most_specific_first)

    @cached_property
    def _exempts(self) -> bool:
        return any(map(_exempts, self.things))

    @cached_property
    def of_rule(self) -> dict[int, list[int]]:
        """The positions of each rule of the policy, by identity: a `netsh ipsec` rule has one for each filter."""
        places: defaultdict[int, list[int]] = defaultdict(list)
        for place, thing in enumerate(self.things):
            places[id(thing[0] if isinstance(thing, tuple) else thing)].append(place)
        return places

    def near(self, boxes: Iterable[Box]) -> list[int]:
        """The positions, in order, of all rules that may share a packet with one of some boxes."""
        return self._peers.near(boxes)

    def is_other_near(self, boxes: Iterable[Box], places: Container[int]) -> bool:
        """Whether a rule at none of these positions may share a packet with one of some boxes."""
        return self._peers.is_other_near(boxes, places)

    @cached_property
    def _peers(self) -> Peers:
        if self.columns is not None:
            return Peers(self.columns.boxes())
        return Peers((place, one) for place, rule in enumerate(self.rules) for one in rule.boxes)

    @cached_property
    def filter_count(self) -> int:
        """The number of boxes of all rules."""
        return sum(len(rule.boxes) for rule in self.rules) if self.boxes is None else self.boxes


class LargeGroup(Struct, frozen=True):
    """Rules that were left out because they are too many to make packet sets of."""

    title: str
    filter_count: int
    span: Span


def rule_groups(machine: Machine, most_filters: int | None = None) -> tuple[RuleGroup | LargeGroup, ...]:
    """The groups of a machine's enabled rules: connection security, each `netsh ipsec` policy, main mode, WFP.

    A group of `netsh ipsec` or WFP with more than `most_filters` filters is only named.
    """
    groups: list[RuleGroup | LargeGroup] = [connection_group(machine), main_mode_group(machine)]
    groups += _ip_security_groups(machine, most_filters)
    groups += _wfp_groups(machine, most_filters)
    return tuple(each for each in groups if each.filter_count)


def every_group(machine: Machine) -> tuple[RuleGroup, ...]:
    """The groups of a machine's enabled rules, however large."""
    return tuple(rule_group for rule_group in rule_groups(machine) if isinstance(rule_group, RuleGroup))


def policy_groups(machine: Machine) -> tuple[RuleGroup, ...]:
    """The groups of filters of each `netsh ipsec` policy, however many they are."""
    return machine.once(_policy_groups)


def _policy_groups(machine: Machine) -> tuple[RuleGroup, ...]:
    return tuple(each for each in _ip_security_groups(machine, None) if isinstance(each, RuleGroup))


def connection_group(machine: Machine) -> RuleGroup:
    """The machine's enabled connection security rules."""
    return machine.once(_connection_group)


def _connection_group(machine: Machine) -> RuleGroup:
    rules = [rule for rule in _enabled(machine) if rule.dialect not in {Dialect.IP_SECURITY_POLICY, Dialect.WFP}]
    off = profiles_without_local_rules(machine)
    if off:
        rules = [rule for rule in rules if not is_ruled_out(rule, off)]
    in_force = _told_apart([_where_in_force(rule, off) for rule in rules])
    parts = [connection_parts(rule, machine.site) for rule in in_force]  # for the columns: few are asked for again
    decisions, sessions = [decision_of(rule, machine) for rule in in_force], [_session(rule) for rule in in_force]
    names, spans = _names_and_spans(rules)

    def traffic(number: int) -> TrafficRule:
        of_rule = tuple(map(box_of, connection_parts(in_force[number], machine.site)))
        return TrafficRule(names[number], of_rule, decisions[number], session=sessions[number])

    return RuleGroup(
        "connection security rules",
        tuple(rules),
        WhenAsked(len(rules), traffic),
        names,
        spans,
        CONNECTION_SECURITY,
        columns=Columns.of(parts, decisions, sessions, [0] * len(rules)),
        boxes=sum(map(len, parts)),
    )


def _names_and_spans(
    rules: Sequence[ConnectionSecurityRule | MainModeRule],
) -> tuple[tuple[str, ...], tuple[Span, ...]]:
    return tuple(rule.name for rule in rules), tuple(rule.span for rule in rules)


def _told_apart(rules: list[_Ruled]) -> list[_Ruled]:
    """The rules; of those with one name what was not understood is not the same, so each such has a name of its own."""
    counts = Counter(rule.name for rule in rules)
    if len(counts) == len(rules):
        return rules
    return [
        rule.model_copy(update={"name": f"{rule.name} ({number})"})
        if counts[rule.name] > 1 and not_understood(rule)
        else rule
        for number, rule in enumerate(rules, 1)
    ]


def _where_in_force(rule: ConnectionSecurityRule, off: frozenset[Profile]) -> ConnectionSecurityRule:
    if rule.store is not None or rule.profiles.known is None or not rule.profiles.known & off:
        return rule
    profiles = replace(rule.profiles, value=rule.profiles.known - off)
    return rule.model_copy(update={"profiles": profiles})


def main_mode_group(machine: Machine) -> RuleGroup:
    """The machine's enabled main-mode rules."""
    return machine.once(_main_mode_group)


def _main_mode_group(machine: Machine) -> RuleGroup:
    rules = [rule for rule in machine.policy.main_mode_rules if rule.enabled.known is not False]
    traffic = tuple(_main_mode_rule(rule, machine) for rule in _told_apart(rules))
    return RuleGroup("main-mode rules", tuple(rules), traffic, *_names_and_spans(rules), MAIN_MODE)


def _filter_groups(_: Machine) -> dict[str, RuleGroup]:
    """The groups of filters made so far, by their keys."""
    return {}


def _remembered(machine: Machine, key: str, make: Callable[[], RuleGroup]) -> RuleGroup:
    known = machine.once(_filter_groups)
    if key not in known:
        known[key] = make()
    return known[key]


def _enabled(machine: Machine) -> list[ConnectionSecurityRule]:
    return [rule for rule in machine.policy.connection_security_rules if rule.enabled.known is not False]


def _rules_by_policy(machine: Machine) -> dict[str, list[ConnectionSecurityRule]]:
    """The enabled rules of each `netsh ipsec` policy, by its name, folded."""
    by_policy: defaultdict[str, list[ConnectionSecurityRule]] = defaultdict(list)
    without = ruled_out(machine)
    for rule in _enabled(machine):
        if rule.dialect is Dialect.IP_SECURITY_POLICY and rule.policy is not None and id(rule) not in without:
            by_policy[rule.policy.target.casefold()].append(rule)
    return by_policy


def _ip_security_groups(machine: Machine, most_filters: int | None) -> Iterator[RuleGroup | LargeGroup]:
    for key, members in machine.once(_rules_by_policy).items():
        lists = [filter_list for member in members if (filter_list := machine.index.filter_list_of(member)) is not None]
        count = sum(len(each.filters) for each in lists)
        title = f"filters of policy {members[0].policy.target}" if members[0].policy else "filters"
        if most_filters is not None and count > most_filters:
            yield LargeGroup(title, count, lists[0].span)
        else:
            yield _remembered(machine, f"policy {key}", partial(_legacy_group, title, key, members, machine))


def _exempts(thing: Thing) -> bool:
    return isinstance(thing, ConnectionSecurityRule) and thing.action.known is RuleAction.EXEMPT


def _main_mode_rule(rule: MainModeRule, machine: Machine) -> TrafficRule:
    index = machine.index
    decision = (
        _said(machine, rule.main_mode_crypto, index.main_mode_of(rule)),
        _said(machine, rule.first_authentication, index.first_auth_of(rule)),
    )
    return TrafficRule(rule.name, main_mode_boxes(rule, machine.site), decision)


def _legacy_group(title: str, policy: str, rules: Sequence[ConnectionSecurityRule], machine: Machine) -> RuleGroup:
    rows: list[LegacyFilter] = []
    owners: list[ConnectionSecurityRule] = []
    parts: list[list[Parts]] = []
    decisions: list[Hashable] = []
    sessions: list[Hashable | None] = []
    lists: list[FilterList] = []
    apart = LegacyFilters(machine.site)
    for rule in rules:
        filters = machine.index.filter_list_of(rule)
        if filters is None:
            continue
        decision, session, count = decision_of(rule, machine), _session(rule), len(filters.filters)
        parts += apart.parts(rule, filters.filters)
        rows += filters.filters
        owners += [rule] * count
        decisions += [decision] * count
        sessions += [session] * count
        lists += [filters] * count

    def name(number: int) -> str:
        return f"{rows[number].source} to {rows[number].destination} in {lists[number].name}"

    def span(number: int) -> Span:
        return Span(lists[number].span.path, rows[number].line, rows[number].column)

    things = WhenAsked(len(rows), lambda number: (owners[number], rows[number]))
    names, spans = WhenAsked(len(things), name), WhenAsked(len(things), span)
    columns = Columns.of(parts, decisions, sessions, [0] * len(things))
    rules_of_filters = WhenAsked(
        len(things),
        lambda number: TrafficRule("", tuple(map(box_of, parts[number])), decisions[number], session=sessions[number]),
    )
    boxes = sum(map(len, parts))
    return RuleGroup(
        title, things, rules_of_filters, names, spans, IP_SECURITY_POLICY, policy, columns=columns, boxes=boxes
    )


def _wfp_groups(machine: Machine, most_filters: int | None) -> Iterator[RuleGroup | LargeGroup]:
    """Filters of one layer and sublayer: those of different sublayers do not hide each other."""
    by_place: defaultdict[tuple[str, str], list[WfpFilter]] = defaultdict(list)
    for row in machine.policy.wfp_filters:
        if not row.disabled and row.layer in POLICY_LAYERS:
            by_place[row.layer, row.sublayer].append(row)
    for (layer, sublayer), rows in by_place.items():
        if most_filters is not None and len(rows) > most_filters:
            yield LargeGroup(f"filters at {layer}", len(rows), machine.policy.filter_span(rows[0]))
        else:
            yield _remembered(machine, f"{layer} {sublayer}", partial(_wfp_group, layer, rows, machine))


def _wfp_group(layer: str, rows: Sequence[WfpFilter], machine: Machine) -> RuleGroup:
    ranks = wfp_ranks([(0, row.effective_weight) for row in rows])
    family = 6 if layer.endswith("V6") else 4
    parts = [wfp_parts(row, family, machine.site) for row in rows]
    decisions = [(row.context_key, row.action) for row in rows]
    names = tuple(row.name for row in rows)
    spans = WhenAsked(len(rows), lambda number: machine.policy.filter_span(rows[number]))
    columns = Columns.of(parts, decisions, [None] * len(rows), ranks)
    rules = WhenAsked(
        len(rows),
        lambda number: TrafficRule(
            names[number], tuple(map(box_of, parts[number])), decisions[number], rank=ranks[number]
        ),
    )
    boxes = sum(map(len, parts))
    return RuleGroup(f"filters at {layer}", tuple(rows), rules, names, spans, WFP, columns=columns, boxes=boxes)


def decision_of(rule: ConnectionSecurityRule, machine: Machine) -> Hashable:
    """A comparable key of what a rule does, equal for rules that do the same."""
    if rule.action.known is not RuleAction.NEGOTIATE:
        return str(rule.action.value)
    first, second, quick_mode, _ = machine.index.sets_of(rule)
    sets = (
        (rule.first_authentication, first),
        (rule.second_authentication, second),
        (rule.quick_mode_crypto, quick_mode),
    )
    looks = [
        reference and reference.target.casefold() if crypto is None else look_of(machine, crypto)
        for reference, crypto in sets
    ]
    key, known = (rule.inbound.value, rule.outbound.value, *looks), machine.once(_decisions)
    if key not in known:
        said = [_said(machine, reference, crypto) for reference, crypto in sets]
        known[key] = one_of_equals(machine, (str(rule.inbound.value), str(rule.outbound.value), *said))
    return known[key]


def _decisions(_: Machine) -> dict[Hashable, Hashable]:
    """The decisions made so far, by their parts: thousands of rules share a few."""
    return {}


def _said(machine: Machine, reference: Reference | None, policy_object: Validated | None) -> Hashable:
    """The content of a set; for a reference that leads nowhere, its target."""
    if policy_object is None:
        return reference and reference.target.casefold()
    return meaning(machine, policy_object)


def _session(rule: ConnectionSecurityRule) -> Hashable | None:
    if rule.mode.known is not RuleMode.TUNNEL:
        return None
    ends = (rule.local_tunnel_endpoint, rule.remote_tunnel_endpoint)
    return tuple(tuple(map(str, end.known or ())) if end else () for end in ends)
