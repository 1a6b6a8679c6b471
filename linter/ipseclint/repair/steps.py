"""The steps of a repair, one for each object however many fixes touch it; their order, and the way back."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
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
    """One object before and after, with the findings that the change repairs.

    `impacts` are the effects of their fixes on protection, `notes` what only a person can do, a sentence each.
    """

    edit: Edit
    findings: tuple[Finding, ...]
    risky: bool
    impacts: tuple[Impact, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def told_impacts(self) -> tuple[Impact, ...]:
        """Its effects on protection for reports: "keeps" only where there is no other."""
        impacts = tuple(dict.fromkeys(self.impacts))
        return tuple(impact for impact in impacts if impact.why) or impacts[:1]

    @property
    def on_peers(self) -> tuple[str, ...]:
        """What every peer must support after the step, a sentence each."""
        return peer_demands([self.edit])


class Choice(Struct, frozen=True):
    """A fix that was chosen."""

    finding: Finding
    fix: Fix
    edits: tuple[Edit, ...]
    impact: Impact


class Done(NamedTuple):
    """An edit that was made, and the fix it belongs to."""

    edit: Edit
    choice: Choice


def steps_of(history: Sequence[Done]) -> Iterator[Step]:
    """One step for each object: its first and last state, all changes between, and the findings that it repairs."""
    steps: dict[int, Step] = {}
    for edit, choice in history:
        finding, fix = choice.finding, choice.fix
        step = Step(edit, (finding,), fix.risky, (choice.impact,), (fix.note,) if fix.note else ())
        earlier = steps.pop(id(edit.before), None) if edit.before is not None else None
        if earlier is not None:
            fields = tuple(dict.fromkeys((*earlier.edit.fields, *edit.fields)))
            step = Step(
                Edit(
                    earlier.edit.before, edit.after, fields if edit.after is not None else (), _kind(earlier.edit, edit)
                ),
                (*earlier.findings, *step.findings),
                earlier.risky or step.risky,
                (*earlier.impacts, *step.impacts),
                tuple(dict.fromkeys((*earlier.notes, *step.notes))),
            )
        steps[id(step.edit.after if step.edit.after is not None else step.edit.before)] = step
    yield from (step for step in steps.values() if not (step.edit.before is None and step.edit.after is None))


def _kind(first: Edit, second: Edit) -> tuple[Hashable, ...] | None:
    """The kind of an edit that makes two, one after the other."""
    return None if first.kind is None or second.kind is None else (*first.kind, *second.kind)


def turn(step: Step) -> int:
    """The sort key of a step: new and unused sets and lists, exemptions, settings and sets, rules, removals."""
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
    """The steps in independent groups: the steps for one finding are in one group."""
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
    """The steps that undo these, last first."""
    return tuple(
        replace(step, edit=Edit(step.edit.after, _as_it_was(step.edit), step.edit.fields)) for step in reversed(steps)
    )


def _as_it_was(edit: Edit) -> PolicyObject | None:
    if isinstance(edit.before, GlobalSettings):
        return edit.before.model_copy(update=windows_values(edit.before, set(edit.fields) - _BY_RELEASE))
    return edit.before


_BY_RELEASE = {"exemptions"}
"""Settings whose default differs between releases of Windows, so that the old value is not known."""


def windows_values(settings: GlobalSettings, fields: Iterable[str]) -> dict[str, Any]:
    """Windows' defaults for those of the fields that nobody set on a machine; a GPO leaves them as they are."""
    if settings.store is not None:
        return {}
    return {
        name: default(builtin.SETTINGS[name], settings.span)
        for name in fields
        if name in builtin.SETTINGS and getattr(settings, name) is None
    }
