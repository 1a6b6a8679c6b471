"""Protected traffic that the other direction, or the peer, does not protect."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import product

from msgspec import Struct

from ipseclint.semantics.packets.anomaly import DEFAULT_LIMITS, Limits
from ipseclint.semantics.packets.axes import DIRECTIONS, DOMAINS, Axis
from ipseclint.semantics.packets.box import Box
from ipseclint.semantics.packets.cover import Cover, Steps, cover
from ipseclint.semantics.packets.decide import Verdict, decide
from ipseclint.semantics.packets.lookup import NeighbourSearch, lookup
from ipseclint.semantics.packets.rules import Filter, OrderedRules, TrafficRule


class MissingMirror(Struct, frozen=True):
    """A rule that protects packets whose counterparts are not protected.

    `verdict` is what happens to such a counterpart: its winners are rules that do not protect it, or there
    are none. None: the work ran out before an answer.
    """

    rule: int
    verdict: Verdict | None


class ProtectingRules(Struct, frozen=True):
    """Rules, and the positions of those that negotiate protection."""

    rules: OrderedRules
    protecting: Collection[int]


def missing_mirrors(
    own: ProtectingRules,
    other: ProtectingRules,
    turned: Callable[[Box], Box] = Box.mirrored,
    limits: Limits = DEFAULT_LIMITS,
) -> list[MissingMirror]:
    """Rules of one side that protect traffic without the other doing so for its counterpart, once each.

    `turned` gives the counterpart: `Box.mirrored` for the answers under the same rules, `Box.arriving`
    for the same packets under a peer's rules.
    """
    shift = len(other.rules.rules)
    counterparts = [
        TrafficRule(rule.name, tuple(turned(box) for box in rule.boxes), rule.decision, rule.rank)
        for rule in own.rules.rules
    ]
    both = OrderedRules.of([*other.rules.rules, *counterparts])
    look = lookup(both, limits.work)
    steps = limits.fresh_steps()
    missing = []
    for number, near in NeighbourSearch(both, look, limits.neighbours).of(
        [shift + rule for rule in sorted(own.protecting)]
    ):
        rule = number - shift
        if near is None:
            missing.append(MissingMirror(rule, None))
            continue
        for place in both.filters_of[number]:
            counterpart = both.filters[place]
            neighbours = [both.filters[each] for each in near[place]]
            elsewhere = [
                neighbour.box
                for neighbour in neighbours
                if neighbour.rule >= shift
                and neighbour.rule - shift not in own.protecting
                and own.rules.before(neighbour, counterpart)
            ]
            theirs = [each for each in neighbours if each.rule < shift]
            answer = _unprotected(counterpart.box, elsewhere, theirs, other, steps)
            if answer.gap is not None or not answer.decided:
                verdict = None if answer.gap is None else decide(other.rules, answer.gap.sample())
                missing.append(MissingMirror(rule, verdict))
                break
    return missing


def _unprotected(
    target: Box, elsewhere: Sequence[Box], theirs: Sequence[Filter], other: ProtectingRules, steps: Steps
) -> Cover:
    """Whether all of the target is protected by the other side; `elsewhere` is what need not be."""
    good = [each for each in theirs if each.rule in other.protecting]
    answer = cover(target, [*elsewhere, *(each.box for each in good)], steps)
    for rival in theirs:
        if not answer.complete:
            break
        if rival.rule not in other.protecting:
            before = [each.box for each in good if other.rules.before(each, rival)]
            answer = cover(target & rival.box, [*elsewhere, *before], steps)
    return answer


_TELLING = (Axis.DESTINATION, Axis.SOURCE, Axis.DESTINATION_PORT, Axis.SOURCE_PORT)
"""The fields that set rules apart."""


def overlapping_pairs(ones: Sequence[Sequence[Box]], others: Sequence[Sequence[Box]]) -> list[tuple[int, int]]:
    """The positions of rules that overlap in the field that leaves the fewest pairs, in order, each pair once.

    A rule is its boxes, which are compared within each family and direction. Some pairs may not meet in other fields;
    no pair that meets is missing.
    """
    if not ones or not others:
        return []
    pairs: set[tuple[int, int]] = set()
    for kind in product(DOMAINS, range(len(DIRECTIONS))):
        sides = [(_Spans.of(ones, kind, axis), _Spans.of(others, kind, axis)) for axis in _TELLING]
        one, other = min(sides, key=lambda side: side[0].count_in(side[1]) + side[1].count_in(side[0]))
        pairs.update(one.overlapping(other))
        pairs.update((here, there) for there, here in other.overlapping(one))
    return sorted(pairs)


class _Spans(Struct, frozen=True, dict=True):
    """Ranges of one field with the positions of their rules, by where they begin."""

    lows: list[int]
    highs: list[int]
    positions: list[int]

    @staticmethod
    def of(rules: Sequence[Sequence[Box]], kind: tuple[int, int], axis: Axis) -> _Spans:
        """The ranges of all boxes of one family that are for one direction."""
        family, direction = kind
        rows = sorted(
            (low, high, position)
            for position, boxes in enumerate(rules)
            for box in boxes
            if box.family == family and direction in box.sets[Axis.DIRECTION]
            for low, high in box.sets[axis].spans
        )
        return _Spans([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])

    def count_in(self, other: _Spans) -> int:
        """How many of the other ranges begin inside one of these, counted for each of these."""
        return sum(end - start for start, end, _ in self._runs(other))

    def overlapping(self, other: _Spans) -> Iterator[tuple[int, int]]:
        """Each of these with the other ranges that begin inside it."""
        for start, end, position in self._runs(other):
            for place in range(start, end):
                yield position, other.positions[place]

    def _runs(self, other: _Spans) -> Iterator[tuple[int, int, int]]:
        for low, high, position in zip(self.lows, self.highs, self.positions, strict=True):
            yield bisect_left(other.lows, low), bisect_right(other.lows, high), position
