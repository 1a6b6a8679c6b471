"""Plans a repair: applies the fixes of all findings to a policy, and lists the edits that make and undo it.

Fixes are applied to the model round by round, and the rules run again after each round, so that two fixes
of one object build on each other instead of undoing each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce

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

Check = Callable[[Machine], Iterable[tuple[Finding, Fix | None]]]
"""What the rules of a run find on a machine, each finding with its fix."""

MAX_ROUNDS = 30
"""Rounds of repair and check: each repairs every object at most once."""

_COMPILED = frozenset({Dialect.WFP, Dialect.VPN})


@dataclass(frozen=True, slots=True)
class Step:
    """One object as it was and as it will be, with the findings for whose sake it changes."""

    edit: Edit
    findings: tuple[Finding, ...]
    risky: bool


@dataclass(frozen=True, slots=True)
class Repair:
    """What to do to a machine's policy, in an order in which nobody is locked out.

    `resolved` and `remaining` are the findings that the repair removes and those that stay; `introduced` are
    findings that it would bring, or make more severe. `skipped` are findings whose fix is risky and was not asked for.
    """

    machine: Machine
    repaired: Machine
    steps: tuple[Step, ...]
    resolved: tuple[Finding, ...]
    remaining: tuple[Finding, ...]
    introduced: tuple[Finding, ...]
    skipped: tuple[Finding, ...]


def repair(machine: Machine, check: Check, only: Collection[str], *, risky: bool) -> Repair:
    """The repair of a machine by what `check` finds on it.

    `only` are the codes to repair, empty for all; `risky` takes fixes that may cut connections.
    """
    before = [finding for finding, _ in check(machine)]
    now = machine
    history: list[tuple[Edit, Finding, bool]] = []
    tried: set[str] = set()
    skipped: dict[str, Finding] = {}
    for _ in range(MAX_ROUNDS):
        chosen = list(_chosen(now, check, only, risky, tried, skipped))
        if not chosen:
            break
        for finding, fix, its_edits in chosen:
            tried.add(finding.fingerprint)
            history += [(edit, finding, fix.risky) for edit in its_edits]
        policy = reduce(edited, (edit for *_, its_edits in chosen for edit in its_edits), now.policy)
        now = now.with_policy(policy)
    after = [finding for finding, _ in check(now)]
    have = {each.fingerprint for each in after}
    had = _gravest(before)
    return Repair(
        machine=machine,
        repaired=now,
        steps=tuple(sorted(_steps(history), key=_turn)),
        resolved=tuple(each for each in before if each.fingerprint not in have),
        remaining=tuple(each for each in before if each.fingerprint in have),
        introduced=tuple(each for each in after if each.severity.rank > had.get((each.code, each.subject), -1)),
        skipped=tuple(skipped.values()),
    )


def _gravest(findings: Sequence[Finding]) -> dict[tuple[str, Subject], int]:
    """For each rule and object the most severe severity: what is left of a finding in a lesser grade is not new."""
    ranks: dict[tuple[str, Subject], int] = {}
    for finding in findings:
        key = (finding.code, finding.subject)
        ranks[key] = max(ranks.get(key, -1), finding.severity.rank)
    return ranks


def _chosen(
    machine: Machine,
    check: Check,
    only: Collection[str],
    risky: bool,
    tried: set[str],
    skipped: dict[str, Finding],
) -> Iterator[tuple[Finding, Fix, tuple[Edit, ...]]]:
    """The fixes of one round: no two touch the same object, and none was tried before."""
    touched: set[int] = set()
    for finding, fix in check(machine):
        if fix is None or not fix.changes or finding.fingerprint in tried or (only and finding.code not in only):
            continue
        its_edits = edits(fix.changes)
        if any(edit.subject.dialect in _COMPILED for edit in its_edits):
            continue
        if fix.risky and not risky:
            skipped.setdefault(finding.fingerprint, finding)
            continue
        objects = {id(edit.before) for edit in its_edits if edit.before is not None}
        if not objects & touched:
            touched |= objects
            yield finding, fix, its_edits


def _steps(history: Sequence[tuple[Edit, Finding, bool]]) -> Iterator[Step]:
    """One step an object: its first state, its last state, all that changed between, for whose sake."""
    steps: dict[int, Step] = {}
    for edit, finding, risky in history:
        earlier = steps.pop(id(edit.before), None) if edit.before is not None else None
        if earlier is None:
            step = Step(edit, (finding,), risky)
        else:
            fields = tuple(dict.fromkeys((*earlier.edit.fields, *edit.fields)))
            joined = Edit(earlier.edit.before, edit.after, fields if edit.after is not None else ())
            step = Step(joined, (*earlier.findings, finding), earlier.risky or risky)
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
