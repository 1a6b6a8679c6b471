"""What an analysis must find, by looking at every packet of the small space."""

from __future__ import annotations

from collections import defaultdict

from msgspec.structs import replace

from ipseclint.semantics.packets.anomaly import Kind
from ipseclint.semantics.packets.rules import OrderedRules
from tests.semantics.packets.small_space import Points, points_of, union, within


class Oracle:
    """The anomalies of rules by definition; equal rules count as the first of them."""

    def __init__(self, rules: OrderedRules) -> None:
        alike: dict[object, list[int]] = defaultdict(list)
        for number, rule in enumerate(rules.rules):
            alike[frozenset(rule.boxes), rule.rank, rule.decision, rule.session].append(number)
        self.duplicates = {tuple(group) for group in alike.values() if len(group) > 1}
        later = {number for group in alike.values() for number in group[1:]}
        kept = [replace(rule, boxes=()) if number in later else rule for number, rule in enumerate(rules.rules)]
        self.rules = replace(rules, rules=tuple(kept))
        self.filters = self.rules.filters
        self.points = [points_of(each.box) for each in self.filters]

    def before(self, one: int, other: int) -> bool:
        first, second = self.filters[one], self.filters[other]
        if first.rank != second.rank:
            return first.rank < second.rank
        mine, theirs = self.points[one], self.points[other]
        return self.rules.most_specific_first and mine != theirs and within(mine, theirs)

    def agree(self, one: int, other: int) -> bool:
        return self.rules.outcome(self.filters[one]) == self.rules.outcome(self.filters[other])

    def own(self, rule: int) -> list[int]:
        return [place for place, filter_ in enumerate(self.filters) if filter_.rule == rule]

    def others(self, rule: int) -> list[int]:
        return [place for place, filter_ in enumerate(self.filters) if filter_.rule != rule]

    def hidden(self, rule: int) -> bool:
        return all(
            within(
                self.points[own], union(self.points[other] for other in self.others(rule) if self.before(other, own))
            )
            for own in self.own(rule)
        )

    def first_of(self, places: list[int], points: Points) -> dict[int, Points]:
        """For each of the filters: the points at which no other of them is surely asked before it."""
        return {
            place: points
            & self.points[place]
            & ~union(self.points[each] for each in places if self.before(each, place))
            for place in places
        }

    def contradicted(self, rule: int) -> bool:
        for own in self.own(rule):
            above = [other for other in self.others(rule) if self.before(other, own)]
            first = self.first_of(above, self.points[own])
            if any(first[each] and not self.agree(each, own) for each in above):
                return True
        return False

    def removable(self, rule: int) -> bool:
        """Whether, wherever the rule is reached, something decides instead, and all that may do so has its outcome."""
        for own in self.own(rule):
            above = [other for other in self.others(rule) if self.before(other, own)]
            reached = self.points[own] & ~union(self.points[each] for each in above)
            rest = [each for each in self.others(rule) if each not in above]
            first = self.first_of(rest, reached)
            if not within(reached, union(first.values())):
                return False
            if any(first[each] and not self.agree(each, own) for each in rest):
                return False
        return True

    def single(self) -> dict[Kind, set[int]]:
        """Shadowed and redundant rules."""
        found: dict[Kind, set[int]] = {Kind.SHADOWED: set(), Kind.REDUNDANT: set()}
        for rule in {each.rule for each in self.filters}:
            if self.hidden(rule):
                found[Kind.SHADOWED if self.contradicted(rule) else Kind.REDUNDANT].add(rule)
            elif self.removable(rule):
                found[Kind.REDUNDANT].add(rule)
        return found

    def pairs(self) -> dict[Kind, set[tuple[int, int]]]:
        """Pairs of rules that disagree, smaller position first."""
        found: dict[Kind, set[tuple[int, int]]] = {
            kind: set() for kind in (Kind.GENERALISATION, Kind.CORRELATION, Kind.OVERLAPPING_SESSIONS)
        }
        numbers = sorted({each.rule for each in self.filters})
        for one in numbers:
            for other in (each for each in numbers if each > one):
                meeting = [(a, b) for a in self.own(one) for b in self.own(other) if self.points[a] & self.points[b]]
                if not meeting:
                    continue
                first, second = self.rules.rules[one], self.rules.rules[other]
                if None not in (first.session, second.session) and first.session != second.session:
                    found[Kind.OVERLAPPING_SESSIONS].add((one, other))
                if first.decision == second.decision:
                    continue
                earlier = all(self.before(a, b) for a, b in meeting)
                later = all(self.before(b, a) for a, b in meeting)
                inside = all(
                    any(within(self.points[a], self.points[b]) for b in self.own(other)) for a in self.own(one)
                )
                outside = all(
                    any(within(self.points[b], self.points[a]) for a in self.own(one)) for b in self.own(other)
                )
                if (inside and not outside and earlier) or (outside and not inside and later):
                    found[Kind.GENERALISATION].add((one, other))
                elif not ((inside and later) or (outside and earlier)):
                    found[Kind.CORRELATION].add((one, other))
        return found
