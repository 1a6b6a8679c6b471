"""Plans a repair: applies the fixes of all findings to a policy, and lists the edits that make and undo it.

Fixes are applied to the model round by round, and the rules run again after each round, so that two fixes
of one object build on each other instead of undoing each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import reduce
from typing import NamedTuple

from ipseclint.finding import Finding, Subject
from ipseclint.model.change import Edit, Fix, edits
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    ConnectionSecurityRule,
    Dialect,
    GlobalSettings,
    MainModeRule,
    PolicyObject,
    RuleAction,
)
from ipseclint.repair.apply import edited
from ipseclint.repair.impact import Impact, impact_of
from ipseclint.repair.peer_demands import peer_demands
from ipseclint.semantics.protection import Effect

Check = Callable[[Machine], Iterable[tuple[Finding, Fix | None]]]
"""What the rules of a run find on a machine, each finding with its fix."""

MAX_ROUNDS = 30
"""Rounds of repair and check: each repairs every object at most once."""

_COMPILED = frozenset({Dialect.WFP, Dialect.VPN})


class Kept(StrEnum):
    """Why a fix is not taken, in the words that follow "left out:"."""

    RISKY = "may cut connections"
    LOWERS = "lowers protection"
    UNDECIDED = "what it does to protection cannot be told"
    BRINGS = "would bring a new finding"
    UNWRITABLE = "cannot be written"

    @property
    def option(self) -> str | None:
        """The option that takes it all the same."""
        if self is Kept.RISKY:
            return "--include-risky"
        return "--allow-lowering" if self in {Kept.LOWERS, Kept.UNDECIDED} else None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A finding whose fix is not taken, why, and in the words of the case."""

    finding: Finding
    kept: Kept
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a repair may do beyond what is harmless: `risky` is to cut connections, `lowering` to protect less."""

    risky: bool = False
    lowering: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One object as it was and as it will be, with the findings for whose sake it changes.

    `impacts` are what their fixes do to protection, `notes` what only a person can do, a sentence each.
    """

    edit: Edit
    findings: tuple[Finding, ...]
    risky: bool
    impacts: tuple[Impact, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def on_peers(self) -> tuple[str, ...]:
        """What every peer must have once the step is made, a sentence each."""
        return peer_demands([self.edit])


@dataclass(frozen=True, slots=True)
class Repair:
    """What to do to a machine's policy, in an order in which nobody is locked out.

    `resolved` and `remaining` are the findings that the repair removes and those that stay; `introduced` are
    findings that it would bring, or make more severe. `left_out` are findings with a fix that is not taken, and
    `advice` what a person can do about findings that no command repairs, by fingerprint.
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


MAX_TRIALS = 20
"""Reasoned: how many repairs are tried without one of their fixes, to find the one that brings a finding."""


WhyNot = Callable[[Sequence[Edit], Machine], str | None]
"""Why edits of a machine's policy cannot be written in the language of a repair, if they cannot."""


def in_any_language(_edits: Sequence[Edit], _machine: Machine) -> str | None:
    """For a repair of the model alone."""
    return None


def repair(
    machine: Machine, check: Check, only: Collection[str], allowed: Allowed, why_not: WhyNot = in_any_language
) -> Repair:
    """The repair of a machine by what `check` finds on it; `only` are the codes to repair, empty for all.

    A fix that brings a finding which no fix takes away again is left out: nothing new ever comes. So is one that
    cannot be written; it keeps no other back.
    """
    start = _Start(machine, check, frozenset(only), allowed, why_not)
    banned: dict[str, LeftOut] = {}
    plan = _planned(start, banned)
    for _ in range(MAX_TRIALS):
        if not plan.introduced:
            break
        new = plan.introduced[0]
        culprit = _culprit(plan, new, lambda without: _planned(start, {**banned, **without}))
        for finding in culprit:
            banned[finding.fingerprint] = LeftOut(finding, Kept.BRINGS, f"{new.code} {new.name} on {new.subject.name}")
        plan = _planned(start, banned)
    return plan


def _culprit(plan: Repair, new: Finding, planned: Callable[[dict[str, LeftOut]], Repair]) -> tuple[Finding, ...]:
    """The finding whose repair brings a new one, tried one by one; if it takes several, all on the object."""
    repaired = {finding.fingerprint: finding for step in plan.steps for finding in step.findings}
    candidates = sorted(repaired.values(), key=lambda finding: finding.subject.name != new.subject.name)
    for finding in candidates[:MAX_TRIALS]:
        trial = planned({finding.fingerprint: LeftOut(finding, Kept.BRINGS)})
        if new.fingerprint not in {each.fingerprint for each in trial.introduced}:
            return (finding,)
    return tuple(finding for finding in candidates if finding.subject.name == new.subject.name) or tuple(candidates)


@dataclass(frozen=True, slots=True)
class _Start:
    """What a repair is made of, the same for every trial."""

    machine: Machine
    check: Check
    only: frozenset[str]
    allowed: Allowed
    why_not: WhyNot


def _planned(start: _Start, banned: Mapping[str, LeftOut]) -> Repair:
    machine, check = start.machine, start.check
    found = list(check(machine))
    before = [finding for finding, _ in found]
    work = _Work(start, _gravest(before), dict(banned))
    now = machine
    history: list[_Done] = []
    for _ in range(MAX_ROUNDS):
        chosen = work.harmless_together(list(work.chosen(now)), now)
        if not chosen:
            break
        history += (_Done(edit, each) for each in chosen for edit in each.edits)
        now = now.with_policy(reduce(edited, (edit for each in chosen for edit in each.edits), now.policy))
    after = [finding for finding, _ in check(now)]
    have = {each.fingerprint for each in after}
    steps = tuple(sorted(_steps(history), key=_turn))
    return Repair(
        machine=machine,
        repaired=now,
        steps=steps,
        resolved=tuple(each for each in before if each.fingerprint not in have),
        remaining=tuple(each for each in before if each.fingerprint in have),
        introduced=tuple(each for each in after if work.is_new(each)),
        left_out=tuple(each for mark, each in work.left_out.items() if mark in have),
        impact=impact_of([step.edit for step in steps], machine),
        advice={finding.fingerprint: fix.advice for finding, fix in found if fix and fix.advice},
    )


def _gravest(findings: Sequence[Finding]) -> dict[tuple[str, Subject], int]:
    """For each rule and object the most severe severity: what is left of a finding in a lesser grade is not new."""
    ranks: dict[tuple[str, Subject], int] = {}
    for finding in findings:
        key = (finding.code, finding.subject)
        ranks[key] = max(ranks.get(key, -1), finding.severity.rank)
    return ranks


@dataclass(frozen=True, slots=True)
class _Choice:
    """A fix that is taken."""

    finding: Finding
    fix: Fix
    edits: tuple[Edit, ...]
    impact: Impact


class _Done(NamedTuple):
    edit: Edit
    choice: _Choice


@dataclass
class _Work:
    """What was tried and left out so far."""

    start: _Start
    had: Mapping[tuple[str, Subject], int]
    left_out: dict[str, LeftOut]
    tried: set[str] = field(default_factory=set)

    def is_new(self, finding: Finding) -> bool:
        """Whether a finding was not there before, or was less severe."""
        return finding.severity.rank > self.had.get((finding.code, finding.subject), -1)

    def chosen(self, machine: Machine) -> Iterator[_Choice]:
        """The fixes of one round: no two touch the same object, and none was tried before.

        What a repair itself brings is repaired with it, whatever codes were asked for.
        """
        touched: set[int] = set()
        for finding, fix in self.start.check(machine):
            mark = finding.fingerprint
            if fix is None or not fix.changes or mark in self.tried or mark in self.left_out:
                continue
            if self.start.only and finding.code not in self.start.only and not self.is_new(finding):
                continue
            its_edits = edits(fix.changes)
            if any(edit.subject.dialect in _COMPILED for edit in its_edits):
                continue
            objects = {id(edit.before) for edit in its_edits if edit.before is not None}
            if objects & touched:
                continue
            impact = impact_of(its_edits, machine)
            left_out = self._refused(_Choice(finding, fix, its_edits, impact), machine)
            if left_out is not None:
                self.left_out[mark] = left_out
                continue
            touched |= objects
            self.tried.add(mark)
            yield _Choice(finding, fix, its_edits, impact)

    def harmless_together(self, chosen: Sequence[_Choice], machine: Machine) -> Sequence[_Choice]:
        """As many choices as together protect no less: of two equal rules, each is needless beside the other."""
        while len(chosen) > 1 and not self.start.allowed.lowering:
            together = impact_of([edit for choice in chosen for edit in choice.edits], machine)
            if together.effect is not Effect.LOWERS:
                break
            self.tried -= {choice.finding.fingerprint for choice in chosen[len(chosen) // 2 :]}
            chosen = chosen[: len(chosen) // 2]
        return chosen

    def _refused(self, choice: _Choice, machine: Machine) -> LeftOut | None:
        finding, fix, impact = choice.finding, choice.fix, choice.impact
        if impact.effect is Effect.LOWERS and not self.start.allowed.lowering:
            return LeftOut(finding, Kept.LOWERS, impact.why)
        if impact.effect is Effect.UNKNOWN and not self.start.allowed.lowering:
            return LeftOut(finding, Kept.UNDECIDED, impact.why)
        if fix.risky and not self.start.allowed.risky:
            return LeftOut(finding, Kept.RISKY)
        reason = self.start.why_not(choice.edits, machine)
        return LeftOut(finding, Kept.UNWRITABLE, reason) if reason else None


def _steps(history: Sequence[_Done]) -> Iterator[Step]:
    """One step an object: its first state, its last state, all that changed between, for whose sake."""
    steps: dict[int, Step] = {}
    for edit, choice in history:
        finding, fix = choice.finding, choice.fix
        step = Step(edit, (finding,), fix.risky, (choice.impact,), (fix.note,) if fix.note else ())
        earlier = steps.pop(id(edit.before), None) if edit.before is not None else None
        if earlier is not None:
            fields = tuple(dict.fromkeys((*earlier.edit.fields, *edit.fields)))
            step = Step(
                Edit(earlier.edit.before, edit.after, fields if edit.after is not None else ()),
                (*earlier.findings, *step.findings),
                earlier.risky or step.risky,
                (*earlier.impacts, *step.impacts),
                tuple(dict.fromkeys((*earlier.notes, *step.notes))),
            )
        steps[id(step.edit.after if step.edit.after is not None else step.edit.before)] = step
    yield from (step for step in steps.values() if not (step.edit.before is None and step.edit.after is None))


def _turn(step: Step) -> int:
    """When a step comes: new sets and lists that nothing uses yet, exemptions, settings and sets, rules, what goes."""
    if step.edit.after is None:
        return 5
    subject: PolicyObject = step.edit.after
    if isinstance(subject, ConnectionSecurityRule) and subject.action.known is RuleAction.EXEMPT:
        return 1
    if isinstance(subject, ConnectionSecurityRule | MainModeRule):
        return 4
    if step.edit.before is None:
        return 0
    return 2 if isinstance(subject, GlobalSettings) else 3


def together(steps: Sequence[Step]) -> tuple[tuple[Step, ...], ...]:
    """The steps in groups that each stand for themselves: the steps for one finding are in one group."""
    leaders: dict[str, str] = {}

    def leader(key: str) -> str:
        while (above := leaders.setdefault(key, key)) != key:
            leaders[key] = leaders[above]
            key = above
        return key

    for step in steps:
        for finding in step.findings:
            leaders[leader(finding.fingerprint)] = leader(step.findings[0].fingerprint)
    groups: dict[str, list[Step]] = {}
    for step in steps:
        groups.setdefault(leader(step.findings[0].fingerprint), []).append(step)
    return tuple(map(tuple, groups.values()))


def undone(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps back, last first."""
    return tuple(
        replace(step, edit=Edit(step.edit.after, step.edit.before, step.edit.fields)) for step in reversed(steps)
    )
