"""Exact answers about one rule: is it hidden, by which rules, and would anything change without it?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from operator import attrgetter

from msgspec import Struct

from ipseclint.semantics.packets.box import Box, Packet
from ipseclint.semantics.packets.cover import Steps, cover, hiding_set
from ipseclint.semantics.packets.lookup import Neighbours
from ipseclint.semantics.packets.rules import Filter, OrderedRules

_CONTRADICTIONS_TRIED = 64
"""Reasoned: how many filters of another outcome are asked for a packet they take from a hidden rule."""

_MAX_REDUCED_RULES = 64
"""Reasoned: how many rules may hide one of several filters for it to be asked which of them can go."""


class Contradiction(Struct, frozen=True):
    """Whether some packets of a hidden rule meet with another outcome; `found` is None if the work ran out.

    `packet` is such a one. `certain` is False if it takes conditions the rule itself does not ask for.
    """

    found: bool | None
    packet: Packet | None = None
    certain: bool = True


class RuleQuestions(Struct, frozen=True, dict=True):
    """The questions about one rule, given the neighbours of its filters. None: the work ran out."""

    rules: OrderedRules
    rule: int
    neighbours: Neighbours
    steps: Steps

    def hidden(self) -> bool | None:
        """Whether every packet of the rule is surely taken by rules asked before it."""
        return self._all_covered((own, self._above(place)) for place, own in self._own())

    def hidden_by(self) -> tuple[int, ...]:
        """The rules that hide a hidden rule, few of them."""
        return self._replacement([(own, self._above(place)) for place, own in self._own()])

    def contradicted(self) -> Contradiction:
        """Whether some packets of a hidden rule meet with another outcome."""
        rivals = [
            (own, above, each)
            for place, own in self._own()
            for above in [self._above(place)]
            for each in self._effective(own, above)
            if not self._agrees(each)
        ]
        rivals.sort(key=lambda item: not item[2].box.conditions <= item[0].box.conditions)
        undecided = len(rivals) > _CONTRADICTIONS_TRIED
        for own, above, rival in rivals[:_CONTRADICTIONS_TRIED]:
            earlier = [other.box for other in above if self.rules.before(other, rival)]
            coverage = cover(own.box & rival.box, earlier, self.steps)
            if coverage.gap is not None:
                certain = rival.box.conditions <= own.box.conditions
                return Contradiction(True, coverage.gap.sample(), certain)
            undecided |= not coverage.decided
        return Contradiction(None if undecided else False)

    def removable(self) -> bool | None:
        """Whether without this rule, which is not hidden, every packet surely has the same outcome.

        Each packet that reaches the rule must be matched by another with its outcome, and any rule that decides
        otherwise must come after such a one.
        """
        covered = self._all_covered((own, self._successors(place)) for place, own in self._own())
        if not covered:
            return covered
        for place, own in self._own():
            above, rest = self._above(place), self._not_above(place)
            same = [each for each in rest if self._agrees(each)]
            taker = next((each for each in same if own.box.within(each.box)), None)
            for rival in rest:
                if self._agrees(rival) or (taker is not None and self.rules.before(taker, rival)):
                    continue
                before = [each for each in same if self.rules.before(each, rival)]
                kept = cover(own.box & rival.box, [each.box for each in (*above, *before)], self.steps)
                if not kept.complete:
                    return False if kept.decided else None
        return True

    def replaced_by(self) -> tuple[int, ...]:
        """The rules that together take over for a rule that could go, few of them."""
        return self._replacement([(own, self._successors(place)) for place, own in self._own()])

    def packet(self) -> Packet:
        """A packet of the rule, one that it decides for if there is such a one."""
        for place, own in self._own():
            gap = cover(own.box, [each.box for each in self._above(place)], self.steps).gap
            if gap is not None:
                return gap.sample()
        return self._own()[0][1].box.sample()

    def _all_covered(self, questions: Iterable[tuple[Filter, Sequence[Filter]]]) -> bool | None:
        """Whether filters are covered, each by others."""
        undecided = False
        for own, others in questions:
            coverage = cover(own.box, [each.box for each in others], self.steps)
            if coverage.gap is not None:
                return False
            undecided |= not coverage.decided
        return None if undecided else True

    def _replacement(self, questions: Sequence[tuple[Filter, Sequence[Filter]]]) -> tuple[int, ...]:
        by: set[int] = set()
        for own, others in questions:
            boxes = [each.box for each in others]
            few = hiding_set(own.box, boxes, cover(own.box, boxes, self.steps).proof, self.steps)
            by.update(others[each].rule for each in few)
        if len(questions) > 1 and len(by) <= _MAX_REDUCED_RULES:
            by = self._reduced(by, questions)
        return tuple(sorted(by))

    def _reduced(self, by: set[int], questions: Sequence[tuple[Filter, Sequence[Filter]]]) -> set[int]:
        """The rules without those that all filters are covered without."""
        for rule in sorted(by, reverse=True):
            fewer = by - {rule}
            if self._all_covered((own, [each for each in others if each.rule in fewer]) for own, others in questions):
                by = fewer
        return by

    def _own(self) -> list[tuple[int, Filter]]:
        return [(place, self.rules.filters[place]) for place in self.rules.filters_of[self.rule]]

    @cached_property
    def _sorted_neighbours(self) -> dict[int, tuple[list[Filter], list[Filter]]]:
        """For each own filter: the neighbours surely asked before it, and the others, the first rank first."""
        neighbours = {}
        for place, own in self._own():
            above: list[Filter] = []
            rest: list[Filter] = []
            for neighbour in self.neighbours[place]:
                other = self.rules.filters[neighbour]
                (above if self.rules.before(other, own) else rest).append(other)
            neighbours[place] = sorted(above, key=_in_order), sorted(rest, key=_in_order)
        return neighbours

    def _above(self, place: int) -> list[Filter]:
        return self._sorted_neighbours[place][0]

    def _not_above(self, place: int) -> list[Filter]:
        return self._sorted_neighbours[place][1]

    def _successors(self, place: int) -> list[Filter]:
        """The filters that take the packets of one that is left out, if nothing of another outcome does."""
        return [*self._above(place), *filter(self._agrees, self._not_above(place))]

    def _effective(self, own: Filter, above: Sequence[Filter]) -> list[Filter]:
        """The filters asked before it, up to the first one that takes all its packets."""
        taker = next((each for each in above if own.box.within(each.box)), None)
        return [each for each in above if taker is None or not self.rules.before(taker, each)]

    def _agrees(self, other: Filter) -> bool:
        own, its = self.rules.rules[self.rule], self.rules.rules[other.rule]
        return its.decision == own.decision and its.session == own.session


_in_order = attrgetter("rank", "rule")


def meeting_packet(rules: OrderedRules, pair: tuple[int, int], neighbours: Neighbours, steps: Steps) -> Packet:
    """A packet two rules have in common, one that no other rule is sure to take if there is such a one."""
    anywhere: Box | None = None
    for place in rules.filters_of[pair[0]]:
        own = rules.filters[place]
        others = [rules.filters[each] for each in neighbours[place]]
        for other in (each for each in others if each.rule == pair[1]):
            both = own.box & other.box
            if not both:
                continue
            anywhere = anywhere or both
            earlier = [
                filter_.box
                for filter_ in others
                if filter_.rule not in pair and (rules.before(filter_, own) or rules.before(filter_, other))
            ]
            gap = cover(both, earlier, steps).gap
            if gap is not None:
                return gap.sample()
    if anywhere is None:
        raise ValueError("the two rules have no packet in common")
    return anywhere.sample()
