"""Rules that never decide, and rules that could go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ipseclint.semantics.packets.anomaly import Anomaly, Count, Limits
from ipseclint.semantics.packets.cover import Steps
from ipseclint.semantics.packets.decide import decide
from ipseclint.semantics.packets.exact import Contradiction, RuleQuestions
from ipseclint.semantics.packets.kinds import Kind
from ipseclint.semantics.packets.lookup import Lookup
from ipseclint.semantics.packets.nearby import Nearby
from ipseclint.semantics.packets.rules import OrderedRules


@dataclass
class SingleRules:
    """The search for shadowed and redundant rules.

    `hidden` holds the hidden rules whose kind is known, with the packet that contradicts them if there is
    one; `removable` the others that could go. `undetermined` are hidden and of unknown kind, `undecided`
    may be hidden or removable: for both the work ran out. `possible` are shadowed only if conditions hold.
    """

    rules: OrderedRules
    look: Lookup
    limits: Limits
    hidden: dict[int, Kind] = field(default_factory=dict)
    possible: set[int] = field(default_factory=set)
    removable: set[int] = field(default_factory=set)
    undetermined: set[int] = field(default_factory=set)
    undecided: set[int] = field(default_factory=set)
    _nearby: Nearby = field(init=False)
    _steps: Steps = field(init=False)

    def __post_init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        """Allow the whole work again."""
        self._nearby = Nearby(self.rules, self.look, self.limits.neighbours)
        self._steps = self.limits.fresh_steps()

    def search(self) -> None:
        """Find them. What the lookup is sure of is asked again only where its kind is open."""
        candidates = self.look.candidates()
        hidden: dict[int, Kind | None] = dict(candidates.hidden)
        visible = set(candidates.removable) - candidates.redundant
        for questions in self._questions(candidates.unproven, self.undecided):
            answer = questions.hidden()
            if answer is None:
                self.undecided.add(questions.rule)
            elif answer:
                hidden[questions.rule] = None
            else:
                visible.add(questions.rule)
        self._determine(hidden)
        self.removable = set(candidates.redundant)
        for questions in self._questions(sorted(visible - hidden.keys() - self.undecided), self.undecided):
            answer = questions.removable()
            if answer is None:
                self.undecided.add(questions.rule)
            elif answer:
                self.removable.add(questions.rule)

    def count(self, kind: Kind) -> Count:
        """How many shadowed or redundant rules there are."""
        rules = self._of(kind)
        possible = len(self.possible & rules)
        return Count(len(rules) - possible, possible, not (self.undecided or self.undetermined))

    def listed(self, kind: Kind) -> list[Anomaly]:
        """The first of them in detail, as far as the work allowed goes."""
        self._begin()
        rules = sorted(self._of(kind))[: self.limits.listed]
        return [self._anomaly(kind, questions) for questions in self._questions(rules, set())]

    def _of(self, kind: Kind) -> set[int]:
        rules = {rule for rule, found in self.hidden.items() if found is kind}
        return rules | self.removable if kind is Kind.REDUNDANT else rules

    def _determine(self, hidden: Mapping[int, Kind | None]) -> None:
        """Tell which hidden rules are contradicted."""
        self.hidden = {rule: kind for rule, kind in hidden.items() if kind is not None}
        for questions in self._questions(sorted(hidden.keys() - self.hidden.keys()), self.undetermined):
            contradiction = questions.contradicted()
            if contradiction.found is None:
                self.undetermined.add(questions.rule)
                continue
            self.hidden[questions.rule] = Kind.SHADOWED if contradiction.found else Kind.REDUNDANT
            if not contradiction.certain:
                self.possible.add(questions.rule)

    def _anomaly(self, kind: Kind, questions: RuleQuestions) -> Anomaly:
        hidden = questions.rule in self.hidden
        contradiction = questions.contradicted() if kind is Kind.SHADOWED else Contradiction(False)
        replacement = questions.hidden_by() if hidden else questions.replaced_by()
        own = self.rules.filters_of[questions.rule]
        among = {*own, *(near for each in own for near in questions.neighbours[each])}
        verdict = decide(self.rules, contradiction.packet or questions.packet(), among)
        return Anomaly(
            kind,
            questions.rule,
            replacement.rules,
            verdict,
            questions.rule not in self.possible,
            replacement.irredundant,
        )

    def _questions(self, rules: Sequence[int], left_over: set[int]) -> Iterator[RuleQuestions]:
        """The questions about each rule; those with too many neighbours are left over."""
        for rule, near in self._nearby.of(rules):
            if near is None:
                left_over.add(rule)
            else:
                yield RuleQuestions(self.rules, rule, near, self._steps)
