"""Repairs under findings that touch the same value of one object, as one: pasted in any order, none undoes another.

Fixes that set the same field, or fields that one argument of netsh states together, are made one after the other, the
rules of their findings looking again in between; all these findings then show the commands for the result.
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
"""What the rules of these codes find on a machine."""

MAX_ROUNDS = 8
"""Reasoned: so many rules find fault with one value at most; each is repaired in one round."""


class Merged(Struct, frozen=True):
    """What repairs several findings at once: the edits, whether they may cut connections, the codes of all of them."""

    edits: tuple[Edit, ...]
    risky: bool
    codes: tuple[str, ...]


class _Group(Struct, dict=True):
    """Findings whose repairs concern one value."""

    members: list[int]
    findings: set[tuple[str, Subject]]
    done: list[Done] = field(default_factory=list)


def merged(found: Sequence[tuple[Finding, Fix, Impact]], machine: Machine, again: Again) -> dict[int, Merged]:
    """For the positions of those findings whose repairs concern one value: what repairs all of them.

    What lowers protection is merged into nothing: its own commands are shown, with what they do.
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
    """The positions of those fixes that may be merged: they concern a value that another concerns too."""
    at: dict[Hashable, list[int]] = {}
    for place, fix in enumerate(fixes):
        for value in _values(fix):
            at.setdefault(value, []).append(place)
    return frozenset(place for places in at.values() if len(places) > 1 for place in places)


def _values(fix: Fix) -> frozenset[Hashable]:
    """What a fix sets, of which object, as far as netsh states it apart."""
    return frozenset(
        (id(change.target), _argument(change.target.dialect, change.target.kind, change.field))
        for change in fix.changes
        if isinstance(change, Assign)
    )


def _groups(found: Sequence[tuple[Finding, Fix, Impact]]) -> list[_Group]:
    """The positions of repairs that concern one value and differ."""
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
    """Findings on the same objects that can be repaired only after the others: their rules look again too."""
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
    """What states a field in netsh: fields with one writer stand in one argument."""
    forms = FORMS.get((dialect, kind), ())
    writer = next((form.writers[name] for form in forms if name in form.writers), None)
    return name if writer is None else writer


def _make(
    groups: Sequence[_Group], found: Sequence[tuple[Finding, Fix, Impact]], machine: Machine, again: Again
) -> None:
    """Makes the repairs of each group one after the other, those of different groups at once."""
    group_of = {key: group for group in groups for key in group.findings}
    codes = frozenset(code for code, _ in group_of)
    lowering = {finding.fingerprint for finding, _, impact in found if impact.effect is Effect.LOWERS}
    now: list[tuple[Finding, Fix | None]] = [(finding, fix) for finding, fix, _ in found]
    tried: set[str] = set(lowering)
    for _ in range(MAX_ROUNDS):
        touched: set[int] = set()
        todo: list[Edit] = []
        for finding, fix in now:
            group = group_of.get(_key(finding))
            if group is None or fix is None or not fix.changes or finding.fingerprint in tried:
                continue
            its_edits = fix.edits
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
        now = list(again(machine, codes))
