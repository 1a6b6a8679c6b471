"""Exact answers about one rule: is it hidden, by which rules, and would anything change without it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ipseclint.analysis.packets.box import Box
from ipseclint.analysis.packets.cover import DEFAULT_STEPS, cover, hiding_set
from ipseclint.analysis.packets.packet import Packet
from ipseclint.analysis.packets.rules import Filter, OrderedRules

Neighbours = Mapping[int, Sequence[int]]
"""For filters by position: the positions of the filters of other rules that may overlap them."""

_CONTRADICTIONS_TRIED = 64
"""Reasoned: how many filters of another decision are asked for a packet they take from a hidden rule."""

_LARGEST_REDUCED = 64
"""Reasoned: how many rules may hide one of several filters for it to be asked which of them can go."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What exact reasoning found about a rule.

    `holds` is None if the work ran out. `by` are the rules that make it so, `irredundant` if none of
    them can be left out. `packet` shows it; `certain` if it is so whatever the conditions mean.
    """

    holds: bool | None
    by: tuple[int, ...] = ()
    irredundant: bool = True
    packet: Packet | None = None
    certain: bool = True


@dataclass(frozen=True, slots=True)
class RuleQuestions:
    """The questions about one rule, given the neighbours of its filters."""

    rules: OrderedRules
    rule: int
    neighbours: Neighbours
    steps: int = DEFAULT_STEPS

    def hidden(self) -> Answer:
        """Whether every packet of the rule is surely taken by rules asked before it."""
        return self._covered([(own, self._above(own, place)) for place, own in self._own()])

    def contradicted(self) -> Answer:
        """Of a hidden rule: whether some of its packets meet with another outcome, by whom and which.

        `certain` is False if that takes conditions the rule itself does not ask for.
        """
        rivals = [
            (own, above, each)
            for place, own in self._own()
            for above in [self._above(own, place)]
            for each in above
            if not self._agrees(each)
        ]
        rivals.sort(key=lambda item: not item[2].box.conditions <= item[0].box.conditions)
        undecided = len(rivals) > _CONTRADICTIONS_TRIED
        for own, above, rival in rivals[:_CONTRADICTIONS_TRIED]:
            earlier = [other.box for other in above if self.rules.before(other, rival)]
            found = cover(own.box & rival.box, earlier, self.steps)
            if found.gap is not None:
                certain = rival.box.conditions <= own.box.conditions
                return Answer(True, (rival.rule,), packet=found.gap.sample(), certain=certain)
            undecided |= not found.decided
        return Answer(None if undecided else False)

    def removable(self) -> Answer:
        """Of a rule that is not hidden: whether every packet surely meets with the same outcome without it.

        Each packet that reaches the rule must be matched by another of its outcome, and whatever decides
        otherwise must come after such a one.
        """
        questions = []
        for place, own in self._own():
            above = self._above(own, place)
            rest = [each for each in self._others(place) if not self.rules.before(each, own)]
            same = [each for each in rest if self._agrees(each)]
            if not same:
                return Answer(False)
            questions.append((own, [*above, *same]))
            for rival in rest:
                if self._agrees(rival):
                    continue
                before = [each for each in same if self.rules.before(each, rival)]
                kept = cover(own.box & rival.box, [each.box for each in (*above, *before)], self.steps)
                if not kept.complete:
                    return Answer(False if kept.decided else None)
        return self._covered(questions)

    def packet(self) -> Packet:
        """A packet of the rule, one that it decides for if there is such a one."""
        for place, own in self._own():
            gap = cover(own.box, [each.box for each in self._above(own, place)], self.steps).gap
            if gap is not None:
                return gap.sample()
        return self._own()[0][1].box.sample()

    def _covered(self, questions: Sequence[tuple[Filter, Sequence[Filter]]]) -> Answer:
        """Whether filters are covered, each by others, and by which rules."""
        by: set[int] = set()
        irredundant = True
        for own, others in questions:
            boxes = [each.box for each in others]
            found = cover(own.box, boxes, self.steps)
            if not found.complete:
                return Answer(False if found.decided else None)
            few = hiding_set(own.box, boxes, found.proof, self.steps)
            by.update(others[each].rule for each in few.members)
            irredundant &= few.irredundant
        if len(questions) > 1:
            irredundant = len(by) <= _LARGEST_REDUCED
            by = self._reduced(by, questions) if irredundant else by
        return Answer(True, tuple(sorted(by)), irredundant)

    def _reduced(self, by: set[int], questions: Sequence[tuple[Filter, Sequence[Filter]]]) -> set[int]:
        """The rules without those that all filters are covered without."""
        for rule in sorted(by, reverse=True):
            fewer = by - {rule}
            if all(
                cover(own.box, [each.box for each in others if each.rule in fewer], self.steps).complete
                for own, others in questions
            ):
                by = fewer
        return by

    def _own(self) -> list[tuple[int, Filter]]:
        return [(place, self.rules.filters[place]) for place in self.rules.filters_of[self.rule]]

    def _others(self, place: int) -> list[Filter]:
        return [self.rules.filters[each] for each in self.neighbours[place]]

    def _above(self, own: Filter, place: int) -> list[Filter]:
        """The neighbours that are surely asked before the filter, the first rank first."""
        above = [each for each in self._others(place) if self.rules.before(each, own)]
        return sorted(above, key=lambda each: (each.rank, each.rule))

    def _agrees(self, other: Filter) -> bool:
        own = self.rules.rules[self.rule]
        return self.rules.outcome(other) == (own.decision, own.session)


def meeting_packet(rules: OrderedRules, pair: tuple[int, int], neighbours: Neighbours, steps: int) -> Packet:
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
                each.box
                for each in others
                if each.rule not in pair and (rules.before(each, own) or rules.before(each, other))
            ]
            gap = cover(both, earlier, steps).gap
            if gap is not None:
                return gap.sample()
    if anywhere is None:
        raise ValueError("the two rules have no packet in common")
    return anywhere.sample()
