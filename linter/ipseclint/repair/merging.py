"""Merges repairs that touch the same value of one object: their commands can be pasted in any order.

Fixes that set the same field, or fields that one netsh argument states together, are applied one after the other, and
the rules of their findings run again in between; all these findings then show the commands for the result.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cache

from msgspec import Struct, field

from ipseclint.finding import Finding, Subject
from ipseclint.model.change import Assign, Edit, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect
from ipseclint.repair.apply import all_edited
from ipseclint.repair.commands.netsh import FORMS
from ipseclint.repair.impact import Impact
from ipseclint.repair.steps import Choice, Done, steps_of, turn
from ipseclint.semantics.protection import Effect

Again = Callable[[Machine, frozenset[str]], Iterable[tuple[Finding, Fix | None]]]
"""The findings of the rules with these codes on a machine."""

MAX_ROUNDS = 8
"""Reasoned: the most rules that find fault with one value; each is repaired in one round."""


class Merged(Struct, frozen=True):
    """One repair of several findings: the edits, whether they may cut connections, the codes of all of them."""

    edits: tuple[Edit, ...]
    risky: bool
    codes: tuple[str, ...]


class _Group(Struct, dict=True):
    """Findings whose repairs touch one value."""

    members: list[int]
    findings: set[tuple[str, Subject]]
    done: list[Done] = field(default_factory=list)


def merged(found: Sequence[tuple[Finding, Fix, Impact]], machine: Machine, again: Again) -> dict[int, Merged]:
    """The merged repair for each position of a finding that shares a value with another.

    Repairs that lower protection are not merged: their own commands are shown, with their effect.
    """
    groups = _groups(found)
    if not groups:
        return {}
    waiting = _waiting(groups, found)
    _make(groups, found, machine, again)
    result: dict[int, Merged] = {}
    for group in groups:
        made = {_key(choice.finding) for _, choice in group.done}
        group.members += [place for place, its_group in waiting if its_group is group and _key(found[place][0]) in made]
        steps = sorted(steps_of(group.done), key=turn)
        codes = tuple(dict.fromkeys(found[place][0].code for place in group.members))
        together = Merged(tuple(step.edit for step in steps), any(step.risky for step in steps), codes)
        result |= dict.fromkeys(group.members, together)
    return result


def sharing_values(fixes: Sequence[Fix]) -> frozenset[int]:
    """The positions of the fixes that may be merged: each touches a value that another touches too."""
    at: dict[Hashable, list[int]] = {}
    for place, fix in enumerate(fixes):
        for value in _values(fix):
            at.setdefault(value, []).append(place)
    return frozenset(place for places in at.values() if len(places) > 1 for place in places)


def _values(fix: Fix) -> frozenset[Hashable]:
    """The values that a fix sets, by object, as far as netsh states them separately."""
    return frozenset(
        (id(change.target), _argument(change.target.dialect, change.target.kind, change.field))
        for change in fix.changes
        if isinstance(change, Assign)
    )


def _groups(found: Sequence[tuple[Finding, Fix, Impact]]) -> list[_Group]:
    """The groups of different repairs that touch one value."""
    at: dict[Hashable, int] = {}
    leader: dict[int, int] = {}

    def first(place: int) -> int:
        while leader.setdefault(place, place) != place:
            leader[place] = place = leader[leader[place]]
        return place

    changing = [
        place for place, (_, fix, impact) in enumerate(found) if fix.changes and impact.effect is not Effect.LOWERS
    ]
    for place in changing:
        for value in _values(found[place][1]):
            leader[first(place)] = first(at.setdefault(value, place))
    members: dict[int, list[int]] = {}
    for place in changing:
        members.setdefault(first(place), []).append(place)
    return [
        _Group(places, {_key(found[place][0]) for place in places})
        for places in members.values()
        if any(found[place][1].edits != found[places[0]][1].edits for place in places[1:])
    ]


def _key(finding: Finding) -> tuple[str, Subject]:
    return finding.code, finding.subject


def _waiting(groups: Sequence[_Group], found: Sequence[tuple[Finding, Fix, Impact]]) -> list[tuple[int, _Group]]:
    """Findings on the same objects that can be repaired only after the others, and their groups: their rules run again
    too."""
    group_of = {subject: group for group in groups for _, subject in group.findings}
    waiting = [
        (place, group_of[finding.subject])
        for place, (finding, fix, _) in enumerate(found)
        if not fix.changes and finding.subject in group_of
    ]
    for place, group in waiting:
        group.findings.add(_key(found[place][0]))
    return waiting


@cache
def _argument(dialect: Dialect, kind: str, name: str) -> Hashable:
    """A key for the netsh argument of a field: fields with one writer share an argument."""
    forms = FORMS.get((dialect, kind), ())
    writer = next((form.writers[name] for form in forms if name in form.writers), None)
    return name if writer is None else writer


def _make(
    groups: Sequence[_Group], found: Sequence[tuple[Finding, Fix, Impact]], machine: Machine, again: Again
) -> None:
    """Apply the repairs of each group one after the other, those of different groups together."""
    group_of = {key: group for group in groups for key in group.findings}
    codes = frozenset(code for code, _ in group_of)
    lowering = {finding.fingerprint for finding, _, impact in found if impact.effect is Effect.LOWERS}
    now: Iterable[tuple[Finding, Fix | None]] = ((finding, fix) for finding, fix, _ in found)
    tried: set[str] = set(lowering)
    alike: dict[Hashable, Edit] = {}
    for _ in range(MAX_ROUNDS):
        touched: set[int] = set()
        todo: list[Edit] = []
        for finding, fix in now:
            group = group_of.get(_key(finding))
            if group is None or fix is None or not fix.changes or finding.fingerprint in tried:
                continue
            its_edits = fix.edits_among(alike)
            objects = {id(edit.before) for edit in its_edits if edit.before is not None}
            if objects & touched:
                continue
            touched |= objects
            tried.add(finding.fingerprint)
            choice = Choice(finding, fix, its_edits, Impact(Effect.KEEPS))
            group.done += (Done(edit, choice) for edit in its_edits)
            todo += its_edits
        if not todo:
            return
        machine = machine.with_policy(all_edited(machine.policy, todo))
        now = again(machine, codes)
