"""Rules that never decide, and rules that could go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from ipseclint.analysis.packets.anomaly import Anomaly, Count, Limits
from ipseclint.analysis.packets.decide import Verdict, decide
from ipseclint.analysis.packets.exact import Answer, RuleQuestions
from ipseclint.analysis.packets.kinds import Kind
from ipseclint.analysis.packets.lookup import Lookup
from ipseclint.analysis.packets.packet import Packet
from ipseclint.analysis.packets.rules import OrderedRules

_BATCH = 64
"""Rules whose neighbours are looked up together."""


@dataclass
class SingleRules:
    """The search for shadowed and redundant rules, and what it left open."""

    rules: OrderedRules
    look: Lookup
    limits: Limits
    anomalies: list[Anomaly] = field(default_factory=list)
    undetermined: set[int] = field(default_factory=set)
    undecided: set[int] = field(default_factory=set)
    unlisted_shadowed: int = 0

    def search(self) -> None:
        """Fill the lists."""
        candidates = self.look.candidates()
        surely = sorted(candidates.surely_hidden)
        examined = surely[: 2 * self.limits.listed]
        unproven = [rule for rule in candidates.hidden if rule not in candidates.surely_hidden]
        settled: set[int] = set()
        for questions in self._questions([*unproven, *examined]):
            if self._hidden(questions):
                settled.add(questions.rule)
        unexamined = set(surely[len(examined) :])
        self.unlisted_shadowed = len(unexamined & candidates.surely_shadowed)
        self.undetermined |= unexamined - candidates.surely_shadowed
        left = {*candidates.removable, *unproven} - settled - self.undecided
        for questions in self._questions(sorted(left)):
            self._removable(questions)

    def listed(self, kind: Kind) -> list[Anomaly]:
        """The anomalies of a kind to be listed."""
        these = (each for each in self.anomalies if each.kind is kind)
        return sorted(these, key=lambda each: each.rule)[: self.limits.listed]

    def count(self, kind: Kind) -> Count:
        """How many rules there are of a kind."""
        these = [each for each in self.anomalies if each.kind is kind]
        certain = sum(each.certain for each in these)
        more = self.unlisted_shadowed if kind is Kind.SHADOWED else 0
        return Count(certain + more, len(these) - certain, not (self.undecided or self.undetermined))

    def _hidden(self, questions: RuleQuestions) -> bool:
        """Whether the rule needs no further question."""
        hidden = questions.hidden()
        if hidden.holds is None:
            self.undecided.add(questions.rule)
        if not hidden.holds:
            return hidden.holds is None
        contradicted = questions.contradicted()
        if contradicted.holds is None:
            self.undetermined.add(questions.rule)
        elif contradicted.packet is not None:
            verdict = self._verdict(questions, contradicted.packet)
            self._add(Kind.SHADOWED, questions, hidden, verdict, certain=contradicted.certain)
        else:
            self._add(Kind.REDUNDANT, questions, hidden, self._verdict(questions, questions.packet()))
        return True

    def _removable(self, questions: RuleQuestions) -> None:
        answer = questions.removable()
        if answer.holds is None:
            self.undecided.add(questions.rule)
        elif answer.holds:
            self._add(Kind.REDUNDANT, questions, answer, self._verdict(questions, questions.packet()))

    def _add(
        self, kind: Kind, questions: RuleQuestions, answer: Answer, verdict: Verdict, *, certain: bool = True
    ) -> None:
        self.anomalies.append(Anomaly(kind, questions.rule, answer.by, verdict, certain, answer.irredundant))

    def _verdict(self, questions: RuleQuestions, packet: Packet) -> Verdict:
        own = self.rules.filters_of[questions.rule]
        return decide(self.rules, packet, {*own, *(near for each in own for near in questions.neighbours[each])})

    def _questions(self, rules: Sequence[int]) -> Iterator[RuleQuestions]:
        """The questions about each rule, until the neighbours allowed are used up; the rest is undecided."""
        left = self.limits.neighbours
        for batch in _batches(rules):
            filters = [place for rule in batch for place in self.rules.filters_of[rule]]
            near = self.look.neighbours(filters)
            for rule in batch:
                left -= sum(len(near[place]) for place in self.rules.filters_of[rule])
                if left < 0:
                    self.undecided.add(rule)
                else:
                    yield RuleQuestions(self.rules, rule, near, self.limits.steps)


def _batches(rules: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(rules)
    while batch := list(islice(rest, _BATCH)):
        yield batch
