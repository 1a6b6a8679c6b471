"""Plans a repair: applies the fixes of all findings to a policy, and lists the edits that make and undo it.

Fixes are applied to the model round by round, and the rules run again after each round, so that two fixes of one object
build on each other instead of undoing each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import reduce

from msgspec import Struct, field

from ipseclint.finding import Finding, Subject
from ipseclint.model.change import Edit, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    Dialect,
)
from ipseclint.repair.apply import all_edited, without_own_sets
from ipseclint.repair.impact import Impact, impact_of
from ipseclint.repair.steps import Choice, Done, Step, steps_of, turn
from ipseclint.semantics.packets.budget import Budget
from ipseclint.semantics.protection import Effect

Check = Callable[[Machine], Iterable[tuple[Finding, Fix | None]]]
"""A function that gives the findings on a machine, each with its fix."""

MAX_ROUNDS = 30
"""The most rounds of repair and check; each repairs every object at most once."""

_STEPS_OF_A_PLAN = 1_000_000
"""Reasoned: the most intersections of boxes for judging its fixes one by one; a few seconds."""

_COMPILED = frozenset({Dialect.WFP})


class Kept(StrEnum):
    """Why a fix is left out, in the words that follow "left out:"."""

    RISKY = "may cut connections"
    LOWERS = "lowers protection"
    UNDECIDED = "what it does to protection cannot be told"
    BRINGS = "would bring a new finding"
    UNWRITABLE = "cannot be written"
    LATER = "the plan ended at its limit of rounds; repair again"

    @property
    def option(self) -> str | None:
        """The option that includes it nevertheless."""
        if self is Kept.RISKY:
            return "--include-risky"
        return "--allow-lowering" if self in {Kept.LOWERS, Kept.UNDECIDED} else None


class LeftOut(Struct, frozen=True):
    """A finding whose fix is left out, and why, with details."""

    finding: Finding
    kept: Kept
    why: str | None = None


class Allowed(Struct, frozen=True):
    """Which effects a repair may have: `risky` to cut connections, `lowering` to protect less."""

    risky: bool = False
    lowering: bool = False


class Repair(Struct, frozen=True):
    """The steps to repair a machine's policy, in an order that locks nobody out.

    `resolved` and `remaining` are the findings that the repair removes and those that stay; `introduced` are findings
    that it would cause, or make more severe. `left_out` are findings with a fix that is left out, and `advice` what a
    person can do about findings that no command repairs, by fingerprint.
    """

    machine: Machine
    repaired: Machine
    steps: tuple[Step, ...]
    resolved: tuple[Finding, ...]
    remaining: tuple[Finding, ...]
    introduced: tuple[Finding, ...]
    left_out: tuple[LeftOut, ...]
    impact: Impact
    advice: Mapping[str, str]


MAX_TRIALS = 8
"""Reasoned: how many repairs are tried in all without one of their fixes, to find a fix that causes a finding; and how
many new findings are removed so."""


WhyNot = Callable[[Sequence[Edit], Machine], str | None]
"""A function that says why edits of a machine's policy cannot be written in a language; None if they can."""


def in_any_language(_edits: Sequence[Edit], _machine: Machine) -> str | None:
    """None: the model can express all edits."""
    return None


def repair(
    machine: Machine,
    check: Check,
    only: Collection[str],
    allowed: Allowed,
    why_not: WhyNot = in_any_language,
    trials: int = MAX_TRIALS,
) -> Repair:
    """The repair of a machine by the findings of `check`; `only` are the codes to repair, empty for all.

    A fix that causes a finding which no fix removes, and which is no less severe than its own, is left out. So is one
    that cannot be written; it blocks no other. With fewer `trials` more fixes are left out along with it.
    """
    start = _Start(machine, _Found(check), frozenset(only), allowed, why_not)
    banned: dict[str, LeftOut] = {}
    accepted: set[str] = set()
    plan = _planned(start, banned)
    left = iter(range(trials))
    for _ in range(MAX_TRIALS):
        more = (each for each in plan.introduced if each.fingerprint not in accepted)
        new = max(more, key=lambda each: each.severity.rank, default=None)
        if new is None:
            break
        culprit = _culprit(plan, new, left, lambda without: _planned(start, {**banned, **without}))
        if not culprit:
            accepted.add(new.fingerprint)
            continue
        for finding in culprit:
            banned[finding.fingerprint] = LeftOut(finding, Kept.BRINGS, f"{new.code} {new.name} on {new.subject.name}")
        plan = _planned(start, banned)
    return plan


def _culprit(
    plan: Repair, new: Finding, trials: Iterator[int], planned: Callable[[dict[str, LeftOut]], Repair]
) -> tuple[Finding, ...]:
    """The finding, no more severe than a new one, whose repair causes that, tried one by one; if several together do,
    all on the object. None if the repair of a more severe one does."""
    repaired = {finding.fingerprint: finding for step in plan.steps for finding in step.findings}
    candidates = sorted(
        (finding for finding in repaired.values() if finding.severity.rank <= new.severity.rank),
        key=lambda finding: finding.subject.name != new.subject.name,
    )

    def is_gone_without(findings: Sequence[Finding]) -> bool:
        trial = planned({finding.fingerprint: LeftOut(finding, Kept.BRINGS) for finding in findings})
        return new.fingerprint not in {each.fingerprint for each in trial.introduced}

    if len(candidates) < len(repaired) and next(trials, None) is not None and not is_gone_without(candidates):
        return ()
    for finding, _ in zip(candidates, trials, strict=False):
        if is_gone_without([finding]):
            return (finding,)
    return tuple(finding for finding in candidates if finding.subject.name == new.subject.name) or tuple(candidates)


class _Found(Struct, frozen=True):
    """The findings of a check, computed once for a machine however many plans start or end with it."""

    check: Check

    def __call__(self, machine: Machine) -> tuple[tuple[Finding, Fix | None], ...]:
        return tuple(self.check(machine))


class _Start(Struct, frozen=True):
    """The inputs of a repair, equal for every trial."""

    machine: Machine
    found: _Found
    only: frozenset[str]
    allowed: Allowed
    why_not: WhyNot


def _planned(start: _Start, banned: Mapping[str, LeftOut]) -> Repair:
    machine = start.machine
    findings = machine.once(start.found)
    before = [finding for finding, _ in findings]
    work = _Work(start, _most_severe(before), dict(banned))
    now = machine
    history: list[Done] = []
    for _ in range(MAX_ROUNDS):
        chosen = work.harmless_together(list(work.chosen(now)), now)
        if not chosen:
            break
        history += (Done(edit, each) for each in chosen for edit in each.edits)
        its_edits = [edit for each in chosen for edit in each.edits]
        policy = all_edited(now.policy, its_edits)
        gone = (edit.before for edit in its_edits if edit.after is None)
        now = now.with_policy(reduce(without_own_sets, gone, policy))
    else:
        waiting = [each.finding for each in work.chosen(now)]
        work.left_out |= {finding.fingerprint: LeftOut(finding, Kept.LATER) for finding in waiting}
    after = [finding for finding, _ in now.once(start.found)]
    have = {each.fingerprint for each in after}
    steps = tuple(sorted(steps_of(history), key=turn))
    return Repair(
        machine=machine,
        repaired=now,
        steps=steps,
        resolved=tuple(each for each in before if each.fingerprint not in have),
        remaining=tuple(each for each in before if each.fingerprint in have),
        introduced=tuple(each for each in after if work.is_new(each)),
        left_out=tuple(each for mark, each in work.left_out.items() if mark in have),
        impact=impact_of([step.edit for step in steps], machine),
        advice={finding.fingerprint: fix.advice for finding, fix in findings if fix and fix.advice},
    )


def _most_severe(findings: Sequence[Finding]) -> dict[tuple[str, Subject], int]:
    """The highest severity for each rule and object: a finding that remains with a lower severity is not new."""
    ranks: dict[tuple[str, Subject], int] = {}
    for finding in findings:
        key = (finding.code, finding.subject)
        ranks[key] = max(ranks.get(key, -1), finding.severity.rank)
    return ranks


def _impacts(_: Machine) -> dict[int, tuple[Fix, Impact]]:
    """The impacts of the fixes of a machine so far, by the identity of the fix."""
    return {}


class _Work(Struct, dict=True):
    """The fixes that were tried and left out so far."""

    start: _Start
    had: Mapping[tuple[str, Subject], int]
    left_out: dict[str, LeftOut]
    tried: set[str] = field(default_factory=set)
    budget: Budget = field(default_factory=lambda: Budget(_STEPS_OF_A_PLAN))

    def is_new(self, finding: Finding) -> bool:
        """Whether a finding is new, or more severe than before."""
        return finding.severity.rank > self.had.get((finding.code, finding.subject), -1)

    def chosen(self, machine: Machine) -> Iterator[Choice]:
        """The fixes of one round: no two touch the same object, and none was tried before.

        A finding that the repair itself causes is repaired too, whatever codes were asked for.
        """
        touched: set[int] = set()
        for finding, fix in machine.once(self.start.found):
            mark = finding.fingerprint
            if fix is None or not fix.changes or mark in self.tried or mark in self.left_out:
                continue
            if self.start.only and finding.code not in self.start.only and not self.is_new(finding):
                continue
            its_edits = fix.edits
            if any(edit.subject.dialect in _COMPILED for edit in its_edits):
                continue
            objects = {id(edit.before) for edit in its_edits if edit.before is not None}
            if objects & touched:
                continue
            impact = self._judged(fix, machine)
            left_out = self._refused(Choice(finding, fix, its_edits, impact), machine)
            if left_out is not None:
                self.left_out[mark] = left_out
                continue
            touched |= objects
            self.tried.add(mark)
            yield Choice(finding, fix, its_edits, impact)

    def _judged(self, fix: Fix, machine: Machine) -> Impact:
        """The impact of a fix, computed once, since each trial begins with the fixes of the plan before it."""
        known = machine.once(_impacts)
        if id(fix) not in known:
            known[id(fix)] = (fix, impact_of(fix.edits, machine, self.budget))
        return known[id(fix)][1]

    def harmless_together(self, chosen: Sequence[Choice], machine: Machine) -> Sequence[Choice]:
        """As many choices as together do not lower protection: of two equal rules either is needless, but not both."""
        while len(chosen) > 1 and not self.start.allowed.lowering:
            together = impact_of([edit for choice in chosen for edit in choice.edits], machine)
            if together.effect is not Effect.LOWERS:
                break
            self.tried -= {choice.finding.fingerprint for choice in chosen[len(chosen) // 2 :]}
            chosen = chosen[: len(chosen) // 2]
        return chosen

    def _refused(self, choice: Choice, machine: Machine) -> LeftOut | None:
        finding, fix, impact = choice.finding, choice.fix, choice.impact
        if impact.effect is Effect.LOWERS and not self.start.allowed.lowering:
            return LeftOut(finding, Kept.LOWERS, impact.why)
        if impact.effect is Effect.UNKNOWN and not self.start.allowed.lowering:
            return LeftOut(finding, Kept.UNDECIDED, impact.why)
        if fix.risky and not self.start.allowed.risky:
            return LeftOut(finding, Kept.RISKY)
        reason = self.start.why_not(choice.edits, machine)
        return LeftOut(finding, Kept.UNWRITABLE, reason) if reason else None
