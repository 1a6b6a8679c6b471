"""The steps of a repair: one an object, whatever number of fixes touch it; their order, and the way back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.finding import Finding
from ipseclint.model.change import Edit, Fix
from ipseclint.model.policy import (
    ConnectionSecurityRule,
    GlobalSettings,
    MainModeRule,
    PolicyObject,
    RuleAction,
)
from ipseclint.model.setting import default
from ipseclint.repair.commands.fix_text import peer_demands
from ipseclint.repair.impact import Impact
from ipseclint.vocabulary import builtin


class Step(Struct, frozen=True):
    """One object as it was and as it will be, with the findings that the change is for.

    `impacts` are what their fixes do to protection, `notes` what only a person can do, a sentence each.
    """

    edit: Edit
    findings: tuple[Finding, ...]
    risky: bool
    impacts: tuple[Impact, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def told_impacts(self) -> tuple[Impact, ...]:
        """What it does to protection, as it is to be told: that it keeps it only where nothing else is."""
        impacts = tuple(dict.fromkeys(self.impacts))
        return tuple(impact for impact in impacts if impact.why) or impacts[:1]

    @property
    def on_peers(self) -> tuple[str, ...]:
        """What every peer must have once the step is made, a sentence each."""
        return peer_demands([self.edit])


class Choice(Struct, frozen=True):
    """A fix that is taken."""

    finding: Finding
    fix: Fix
    edits: tuple[Edit, ...]
    impact: Impact


class Done(NamedTuple):
    """An edit that was made, and for the sake of which fix."""

    edit: Edit
    choice: Choice


def steps_of(history: Sequence[Done]) -> Iterator[Step]:
    """One step an object: its first and last state, all that changed between, and the findings that it is for."""
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


def turn(step: Step) -> int:
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
        replace(step, edit=Edit(step.edit.after, _as_it_was(step.edit), step.edit.fields)) for step in reversed(steps)
    )


def _as_it_was(edit: Edit) -> PolicyObject | None:
    if isinstance(edit.before, GlobalSettings):
        return edit.before.model_copy(update=windows_values(edit.before, set(edit.fields) - _BY_RELEASE))
    return edit.before


_BY_RELEASE = {"exemptions"}
"""What releases of Windows set otherwise: nothing that a step knows tells what it was."""


def windows_values(settings: GlobalSettings, fields: Iterable[str]) -> dict[str, Any]:
    """What Windows has for those of the fields that nobody set on a machine; a GPO leaves them as they are."""
    if settings.store is not None:
        return {}
    return {
        name: default(builtin.SETTINGS[name], settings.span)
        for name in fields
        if name in builtin.SETTINGS and getattr(settings, name) is None
    }
