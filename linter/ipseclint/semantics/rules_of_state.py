"""The rules of one state of a machine that decide its traffic, in every order in which they may be asked.

Of several `netsh ipsec` policies the assigned ones count; if none is assigned in either state, as in a script that
leaves that to another, all count.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, IpsecPolicy, MainModeRule
from ipseclint.model.selectors import WfpFilter
from ipseclint.semantics.decisions import EXEMPT, OTHER
from ipseclint.semantics.default_exemptions import chosen, exempt_packets
from ipseclint.semantics.packet_treatment import (
    MainMode,
    Treatment,
    default_main_mode,
    main_mode,
    main_mode_with,
    treatment,
)
from ipseclint.semantics.packets.axes import DOMAINS
from ipseclint.semantics.packets.box import Box
from ipseclint.semantics.packets.rules import CONNECTION_SECURITY, IP_SECURITY_POLICY, OrderedRules, TrafficRule
from ipseclint.semantics.proofs import proof
from ipseclint.semantics.traffic import RuleGroup, connection_group, every_group, main_mode_group
from ipseclint.semantics.wfp_rules import as_connection_security_rule
from ipseclint.source import Span
from ipseclint.vocabulary.builtin import EXEMPTIONS
from ipseclint.vocabulary.settings import Exemption
from ipseclint.vocabulary.wfp_words import MAIN_MODE_LAYERS

WHOLE = "all traffic"
"""The section of rules that decide for packets without others."""


class DecidingRule(Struct, frozen=True):
    """A rule that decides for packets, and its place. `owner` is the `netsh ipsec` rule whose filter it is."""

    name: str
    span: Span
    owner: str = ""


class RuleList(NamedTuple):
    """Rules in an order, each with its decision; `named` are the first of them as they are reported."""

    rules: OrderedRules
    named: tuple[DecidingRule, ...]


RuleLists = tuple[RuleList, RuleList]
"""The rules that decide protection, and those that decide main mode."""


def rules_that_decide(lists: Sequence[RuleList], winners: Iterable[Sequence[int]]) -> Iterator[DecidingRule]:
    """The rules at the positions of those that may decide."""
    for (_, named), places in zip(lists, winners, strict=False):
        yield from (named[place] for place in places if place < len(named))


class RulesOfState(Struct, frozen=True, eq=False):
    """The rules of one state of a machine that decide a section of its traffic."""

    machine: Machine
    groups: tuple[RuleGroup, ...] = ()
    main_mode: tuple[RuleGroup, ...] = ()
    exempt: frozenset[Exemption] = frozenset()
    decided: dict[Hashable, Hashable] = field(default_factory=dict)
    """The decision of each rule asked so far; it is the same in every order."""

    @property
    def readings(self) -> tuple[str, ...]:
        """The names of the orders in which the rules may be asked."""
        names = (reading.name for group in self.groups for reading in group.readings)
        return tuple(dict.fromkeys(names))

    def order(self, reading: str) -> tuple[int, ...]:
        """The identity of the order in one reading."""
        return tuple(id(_in_reading(group, reading)) for group in self.groups)

    def lists(self, reading: str) -> RuleLists:
        """The rules for protection and for main mode, in one reading."""
        rules = self._listed(self.groups, reading, self._both_ways)
        mains = self._listed(self.main_mode, reading, self._main_mode)
        default = TrafficRule("default", _EVERYTHING, default_main_mode(self.machine), rank=_LAST)
        return rules, mains._replace(rules=replace(mains.rules, rules=(*mains.rules.rules, default)))

    def _listed(self, groups: Sequence[RuleGroup], reading: str, decision: Callable[[Any], Hashable]) -> RuleList:
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
        return RuleList(OrderedRules.of(rules, most_specific_first=specific), tuple(named))

    def _both_ways(self, thing: ConnectionSecurityRule | WfpFilter) -> tuple[Treatment, Treatment]:
        """The treatment of a rule's outbound and of its inbound packets."""
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
    """The `netsh ipsec` rule of a filter; none for an object that is a rule itself."""
    return thing[0].name if isinstance(thing, tuple) and not isinstance(thing, WfpFilter) else ""


_EVERYTHING = tuple(Box(family, domain) for family, domain in DOMAINS.items())
_BY_ITSELF = "default exemption of "


def name_of_exemption(exemption: Exemption) -> str:
    """The name of a default exemption of Windows, where rules are named."""
    return f"{_BY_ITSELF}{exemption}"


def is_default_exemption(rule: DecidingRule) -> bool:
    """Whether a rule is a default exemption of Windows."""
    return rule.name.startswith(_BY_ITSELF)


_NOWHERE = Span("Windows", 1, 1)
_OF_ICMP = frozenset({Exemption.ICMP, Exemption.NEIGHBOR_DISCOVERY, Exemption.ROUTER_DISCOVERY})
"""Exemptions with packets in common."""
_EXEMPT = (Treatment(EXEMPT), Treatment(EXEMPT))
_FIRST = -1
"""The rank of rules that are asked before all others."""
_LAST = 1 << 62
"""The rank of rules that are asked after all others."""


def _in_reading(group: RuleGroup, name: str) -> OrderedRules:
    reading = next((each for each in group.readings if each.name == name), group.readings[0])
    return group.ordered(reading)


def _is_both_ways(group: RuleGroup) -> bool:
    """Whether the boxes of a group are for both directions; those of main mode and WFP are outbound only."""
    return group.readings in {CONNECTION_SECURITY, IP_SECURITY_POLICY}


_CONNECTION, _FILTERS = "connection security rules", "filters of WFP"


def sections(old: Machine, new: Machine) -> Iterator[tuple[str, RulesOfState, RulesOfState]]:
    """The sections of two states that can be compared, each with a title.

    WFP filters are compiled from rules: they are left out where rules can be compared.
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


def with_exemptions(before: RulesOfState, after: RulesOfState) -> tuple[RulesOfState, RulesOfState]:
    """Two states with Windows' default exemptions added where these differ; a state that does not say them has the
    default."""
    is_of_rules = any(group.readings == CONNECTION_SECURITY for state in (before, after) for group in state.groups)
    settings = chosen(before.machine), chosen(after.machine)
    old, new = (EXEMPTIONS if setting is None else setting.known for setting in settings)
    if old is None or new is None or old == new or not is_of_rules:
        return before, after
    counted = _OF_ICMP | (old ^ new)
    return replace(before, exempt=old & counted), replace(after, exempt=new & counted)


def _assigned(machine: Machine) -> Iterator[IpsecPolicy]:
    return (policy for policy in machine.policy.policies if policy.assigned.known)


def _states(machine: Machine, assigned: Collection[str]) -> dict[str, RulesOfState]:
    """The rules of a machine by kind; of `netsh ipsec` policies the assigned ones, if any is assigned."""
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
    """The rules of a machine that decide its traffic, one section for each kind of rule."""
    for _, state, _ in sections(machine, machine):
        yield state
