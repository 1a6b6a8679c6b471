"""The conflicts among rules: every rule that never decides or could go, and the pairs that disagree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence, Set

from msgspec.structs import replace

from ipseclint.semantics.packets.anomaly import DEFAULT_LIMITS, Analysis, Anomaly, Count, Kind, Limits, PairTally
from ipseclint.semantics.packets.cover import Steps
from ipseclint.semantics.packets.decide import decide
from ipseclint.semantics.packets.exact import Contradiction, RuleQuestions, meeting_packet
from ipseclint.semantics.packets.lookup import Lookup, Neighbours, NeighbourSearch, lookup
from ipseclint.semantics.packets.rules import OrderedRules


def analyse(rules: OrderedRules, limits: Limits = DEFAULT_LIMITS) -> Analysis:
    """Every conflict of the rules, within the limits.

    Of rules that are equal in all but name, the first stands for all in the other findings.
    """
    empty = [Anomaly(Kind.EMPTY, number) for number, filters in enumerate(rules.filters_of) if not filters]
    groups = _duplicates(rules)
    distinct = _without(rules, {rule for group in groups for rule in group[1:]})
    anomalies = {Kind.EMPTY: empty[: limits.listed]}
    counts = {Kind.EMPTY: Count(len(empty)), Kind.DUPLICATE: Count(len(groups))}
    look = lookup(distinct, limits.work)
    anomalies[Kind.DUPLICATE] = [
        Anomaly(Kind.DUPLICATE, first, tuple(rest)) for first, *rest in groups[: limits.listed]
    ]
    single = HiddenRules(distinct, look, limits)
    single.search()
    for kind in (Kind.SHADOWED, Kind.REDUNDANT):
        anomalies[kind], counts[kind] = single.listed(kind), single.count(kind)
    for kind, tally in look.pair_tallies(limits.listed).items():
        anomalies[kind] = listed_pairs(distinct, look, kind, tally, limits)
        counts[kind] = Count(tally.certain, tally.possible, tally.exact)
    return Analysis(
        tuple(anomaly for kind in Kind for anomaly in anomalies[kind]),
        counts,
        tuple(sorted(single.undetermined)),
        tuple(sorted(single.undecided)),
    )


def _duplicates(rules: OrderedRules) -> list[list[int]]:
    """Rules with the same filters, rank and outcome, as groups of positions."""

    columns = rules.columns
    boxes = columns.sources, columns.destinations, columns.forms

    def content(number: int) -> Hashable:
        places = rules.filters_of[number]
        own = frozenset(zip(*(each[places.start : places.stop] for each in boxes), strict=True))
        return own, columns.ranks[number], columns.decisions[number], columns.sessions[number]

    # Most are like no other already in their boxes: only of the others the content is compared.
    ends = [0] * len(rules.rules)
    for rule, box in zip(columns.rules, map(hash, zip(*boxes, strict=True)), strict=True):
        ends[rule] += box
    counts = Counter(ends)
    alike: defaultdict[Hashable, list[int]] = defaultdict(list)
    for number, filters in enumerate(rules.filters_of):
        if filters and counts[ends[number]] > 1:
            alike[content(number)].append(number)
    return [group for group in alike.values() if len(group) > 1]


def _without(rules: OrderedRules, removed: Set[int]) -> OrderedRules:
    """The rules at the same positions, some of them matching nothing."""
    return replace(rules, given=rules.columns.without(removed)) if removed else rules


def _among(rules: OrderedRules, rule: int, near: Neighbours) -> set[int]:
    """The filters of a rule, and those that may overlap them."""
    own = rules.filters_of[rule]
    return {*own, *(other for place in own for other in near[place])}


class HiddenRules:
    """The search for shadowed and redundant rules.

    `hidden` holds the hidden rules whose kind is known, with the packet that contradicts them if there is
    one; `removable` the others that could go. `undetermined` are hidden and of unknown kind, `undecided`
    may be hidden or removable: for both the work ran out. `possible` are shadowed only if conditions hold.
    """

    def __init__(self, rules: OrderedRules, look: Lookup, limits: Limits) -> None:
        self.rules, self.look, self.limits = rules, look, limits
        self.hidden: dict[int, Kind] = {}
        self.possible: set[int] = set()
        self.removable: set[int] = set()
        self.undetermined: set[int] = set()
        self.undecided: set[int] = set()
        self._begin()

    def _begin(self) -> None:
        """Allow the whole work again."""
        self._nearby = NeighbourSearch(self.rules, self.look, self.limits.neighbours)
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
        rules = {rule for rule, hidden_kind in self.hidden.items() if hidden_kind is kind}
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
        among = _among(self.rules, questions.rule, questions.neighbours)
        verdict = decide(self.rules, contradiction.packet or questions.packet(), among)
        return Anomaly(
            kind,
            questions.rule,
            replacement,
            verdict,
            questions.rule not in self.possible,
        )

    def _questions(self, rules: Sequence[int], left_over: set[int]) -> Iterator[RuleQuestions]:
        """The questions about each rule; those with too many neighbours are left over."""
        for rule, near in self._nearby.of(rules):
            if near is None:
                left_over.add(rule)
            else:
                yield RuleQuestions(self.rules, rule, near, self._steps)


def listed_pairs(rules: OrderedRules, look: Lookup, kind: Kind, tally: PairTally, limits: Limits) -> list[Anomaly]:
    """The listed pairs of a kind as anomalies, as far as the work allowed goes.

    Of a generalisation the general rule is the subject.
    """
    steps = limits.fresh_steps()
    nearby = NeighbourSearch(rules, look, limits.neighbours)
    near_of = dict(nearby.of(sorted({pair[0] for pair in tally.listed})))
    return [
        _pair(rules, kind, pair, near, steps, certain=number < tally.certain)
        for number, pair in enumerate(tally.listed)
        if (near := near_of[pair[0]]) is not None
    ]


def _pair(
    rules: OrderedRules, kind: Kind, pair: tuple[int, int], near: Neighbours, steps: Steps, *, certain: bool
) -> Anomaly:
    packet = meeting_packet(rules, pair, near, steps)
    among = {*_among(rules, pair[0], near), *rules.filters_of[pair[1]]}
    verdict = decide(rules, packet, among)
    first, second = pair
    if kind is Kind.GENERALISATION and any(loser.rule == second and loser.to == first for loser in verdict.losers):
        first, second = second, first
    return Anomaly(kind, first, (second,), verdict, certain)
