"""The conflicts among rules: every rule that never decides or could go, and the pairs that disagree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Set
from dataclasses import replace

from ipseclint.semantics.packets.anomaly import DEFAULT_LIMITS, Analysis, Anomaly, Count, Limits
from ipseclint.semantics.packets.decide import decide
from ipseclint.semantics.packets.kinds import Kind
from ipseclint.semantics.packets.lookup import lookup
from ipseclint.semantics.packets.pairs import listed_pairs
from ipseclint.semantics.packets.rules import OrderedRules
from ipseclint.semantics.packets.single import SingleRules


def analyse(rules: OrderedRules, limits: Limits = DEFAULT_LIMITS) -> Analysis:
    """Every conflict of the rules, within the limits.

    Of rules that are equal in all but name, the first stands for all in the other findings.
    """
    empty = [Anomaly(Kind.EMPTY, number) for number, filters in enumerate(rules.filters_of) if not filters]
    groups = _duplicates(rules)
    distinct = _without(rules, {rule for group in groups for rule in group[1:]})
    found = {Kind.EMPTY: empty[: limits.listed]}
    found[Kind.DUPLICATE] = [_duplicate(distinct, group) for group in groups[: limits.listed]]
    counts = {Kind.EMPTY: Count(len(empty)), Kind.DUPLICATE: Count(len(groups))}
    look = lookup(distinct, limits.work)
    single = SingleRules(distinct, look, limits)
    single.search()
    for kind in (Kind.SHADOWED, Kind.REDUNDANT):
        found[kind], counts[kind] = single.listed(kind), single.count(kind)
    for kind, tally in look.pair_tallies(limits.listed).items():
        found[kind] = listed_pairs(distinct, look, kind, tally, limits)
        counts[kind] = Count(tally.certain, tally.possible, tally.exact)
    return Analysis(
        tuple(anomaly for kind in Kind for anomaly in found[kind]),
        counts,
        tuple(sorted(single.undetermined)),
        tuple(sorted(single.undecided)),
    )


def _duplicates(rules: OrderedRules) -> list[list[int]]:
    """Rules with the same filters, rank and outcome, as groups of positions."""
    alike: dict[Hashable, list[int]] = defaultdict(list)
    for number, (rule, filters) in enumerate(zip(rules.rules, rules.filters_of, strict=True)):
        if filters:
            boxes = (
                frozenset(rules.filters[each].box for each in filters)
                if len(filters) > 1
                else (rules.filters[filters[0]].box)
            )
            alike[boxes, rule.rank, rule.decision, rule.session].append(number)
    return [group for group in alike.values() if len(group) > 1]


def _without(rules: OrderedRules, removed: Set[int]) -> OrderedRules:
    """The rules at the same positions, some of them matching nothing."""
    if not removed:
        return rules
    return replace(
        rules,
        rules=tuple(replace(rule, boxes=()) if number in removed else rule for number, rule in enumerate(rules.rules)),
    )


def _duplicate(rules: OrderedRules, group: list[int]) -> Anomaly:
    place = rules.filters_of[group[0]][0]
    verdict = decide(rules, rules.filters[place].box.sample())
    return Anomaly(Kind.DUPLICATE, group[0], tuple(group[1:]), verdict)
