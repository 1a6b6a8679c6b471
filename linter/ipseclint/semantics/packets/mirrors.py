"""Protected traffic that the other direction, or the peer, does not protect."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from ipseclint.semantics.packets.anomaly import DEFAULT_LIMITS, Limits
from ipseclint.semantics.packets.box import Box
from ipseclint.semantics.packets.cover import Cover, Steps, cover
from ipseclint.semantics.packets.decide import Verdict, decide
from ipseclint.semantics.packets.lookup import lookup
from ipseclint.semantics.packets.nearby import Nearby
from ipseclint.semantics.packets.rules import Filter, OrderedRules, TrafficRule


@dataclass(frozen=True, slots=True)
class MissingMirror:
    """A rule that protects packets whose counterparts are not protected.

    `verdict` is what happens to such a counterpart: its winners are rules that do not protect it, or there
    are none. None: the work ran out before an answer.
    """

    rule: int
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Side:
    """Rules, and the positions of those that negotiate protection."""

    rules: OrderedRules
    protecting: Collection[int]


def missing_mirrors(
    own: Side, other: Side, turned: Callable[[Box], Box] = Box.mirrored, limits: Limits = DEFAULT_LIMITS
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
    for number, near in Nearby(both, look, limits.neighbours).of([shift + rule for rule in sorted(own.protecting)]):
        rule = number - shift
        if near is None:
            missing.append(MissingMirror(rule, None))
            continue
        for place in both.filters_of[number]:
            counterpart = both.filters[place]
            found = [both.filters[each] for each in near[place]]
            elsewhere = [
                each.box
                for each in found
                if each.rule >= shift
                and each.rule - shift not in own.protecting
                and own.rules.before(each, counterpart)
            ]
            theirs = [each for each in found if each.rule < shift]
            answer = _unprotected(counterpart.box, elsewhere, theirs, other, steps)
            if answer.gap is not None or not answer.decided:
                verdict = None if answer.gap is None else decide(other.rules, answer.gap.sample())
                missing.append(MissingMirror(rule, verdict))
                break
    return missing


def _unprotected(target: Box, elsewhere: Sequence[Box], theirs: Sequence[Filter], other: Side, steps: Steps) -> Cover:
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
