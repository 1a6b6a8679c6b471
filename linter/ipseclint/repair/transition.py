"""The steps that turn one state of a policy into another, in an order that opens no traffic which both protect.

Each step is made on the model and its traffic computed anew, so that the result, and the states between the steps, are
known before any step is run. A change that the tool cannot write is left out and reported.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.model.change import Edit
from ipseclint.model.kinds import KIND_OF, label
from ipseclint.model.machine import Machine, PolicyIndex
from ipseclint.model.policy import (
    AuthenticationSet,
    ConnectionSecurityRule,
    GlobalSettings,
    MainModeCryptoSet,
    MainModeRule,
    Policy,
    QuickModeCryptoSet,
)
from ipseclint.repair.apply import edited
from ipseclint.repair.commands import netsh
from ipseclint.repair.commands.arguments import Unwritable
from ipseclint.repair.commands.powershell import powershell_commands
from ipseclint.repair.commands.repair_script import Commented, batch_script, plain, powershell_script
from ipseclint.repair.edits import (
    _opens,
    edits_between,
    is_of_netsh,
    next_edit,
    taken_names,
    turn,
    without_command,
)
from ipseclint.seal import sealed
from ipseclint.semantics.field_changes import SETS
from ipseclint.semantics.object_changes import ObjectChanges, object_changes
from ipseclint.semantics.same_objects import RULES
from ipseclint.semantics.traffic_changes import TrafficChanges, traffic_changes

MAX_WEIGHED_STEPS = 40
"""Reasoned: with more steps they are ordered by kind, and only the final state is checked on the model."""

NOT_WEIGHED = (
    f"these are more than {MAX_WEIGHED_STEPS} steps: what they come to is compared, what is open between two of them "
    "is not; what protects comes first, what goes comes last"
)
"""The note in a script of so many steps."""


NamedAlone: TypeAlias = (
    ConnectionSecurityRule | MainModeRule | MainModeCryptoSet | QuickModeCryptoSet | AuthenticationSet
)
"""What is called by its name, so that of two of one name one is lost or taken for the other."""


class TransitionStep(Struct, frozen=True):
    """One edit and the policies before and after it. `opens`: meanwhile traffic goes in the clear that both states
    protect."""

    edit: Edit
    before: Policy
    after: Policy
    opens: bool = False


class Transition(Struct, frozen=True):
    """The steps from one state to another; `unwritten` are edits that the tool cannot make, with the reason.

    `left` are the remaining differences in traffic after the steps; empty if they reach the new state. `weighed`: the
    traffic between any two steps was computed, so that `opens` of a step is known.
    """

    steps: tuple[TransitionStep, ...]
    unwritten: tuple[tuple[str, str], ...]
    left: TrafficChanges
    weighed: bool


def transition(old: Machine, new: Machine, *, by_netsh: bool, same_format: bool = True) -> Transition:
    """The steps from one state to another that netsh, or PowerShell, can make."""
    objects = object_changes(old, new, same_format=same_format)
    all_edits = tuple(edits_between(old, new, objects, by_netsh))
    names = frozenset(taken_names(all_edits))
    waiting = sorted(all_edits, key=lambda edit: turn(edit, names))
    unwritten = [(f"{verb} {name}", "no command is made for such a value") for verb, name in without_command(objects)]
    steps: list[TransitionStep] = []
    given = {"names_given": (*old.policy.names_given, *new.policy.names_given)}
    policy = _with_settings(_with_defaults(old.policy, objects), waiting).model_copy(update=given)
    weighed = len(waiting) <= MAX_WEIGHED_STEPS
    while waiting:
        place, opens = next_edit(waiting, policy, old, new) if weighed else (0, False)
        edit = waiting.pop(place)
        if (freeing := _freeing(edit, policy, waiting, by_netsh)) is not None:
            steps.append(freeing)
            policy = freeing.after
        step = TransitionStep(edit, policy, edited(policy, edit), opens)
        reason = None if _comes_with_a_rule(edit, by_netsh) else _unwritable(step, by_netsh)
        made = (step,) if reason is None else _made_anew(edit, policy, by_netsh)
        if weighed and reason is not None:
            made = tuple(replace(each, opens=_opens(old.with_policy(each.after), old, new)) for each in made)
        if not made:
            unwritten.append((_title(edit), reason or ""))
            continue
        steps += made
        policy = made[-1].after
    return Transition(tuple(steps), tuple(unwritten), traffic_changes(old.with_policy(policy), new), weighed)


def _freeing(edit: Edit, policy: Policy, waiting: list[Edit], by_netsh: bool) -> TransitionStep | None:
    """The step that renames a rule or set whose name another one gets; `waiting` then holds the renamed one."""
    wanted = _named_alone(edit, by_netsh)
    if wanted is None:
        return None
    holders: tuple[NamedAlone, ...] = getattr(policy, KIND_OF[wanted.kind].field)
    for holder in holders:
        if holder is edit.before or _place_of_name(holder) != _place_of_name(wanted):
            continue
        place = next((number for number, each in enumerate(waiting) if each.before is holder), None)
        if place is not None:
            aside = _aside(holder)
            later = waiting[place]
            fields = later.fields if "name" in later.fields or later.after is None else ("name", *later.fields)
            waiting[place] = Edit(aside, later.after, fields)
            freed = Edit(holder, aside, ("name",))
            return TransitionStep(freed, policy, edited(policy, freed))
    return None


def _named_alone(edit: Edit, by_netsh: bool) -> NamedAlone | None:
    """The rule, or the set that is renamed by itself, whose name nothing else may have after an edit."""
    if isinstance(edit.after, RULES):
        return edit.after
    if isinstance(edit.after, SETS) and "name" in edit.fields and not is_of_netsh(edit.after, by_netsh):
        return edit.after
    return None


def _place_of_name(holder: NamedAlone) -> Hashable:
    """The key that should be unique among objects of one kind: name, tool, store, policy and phase."""
    policy = getattr(holder, "policy", None)
    is_in = policy.target.casefold() if policy is not None else None
    return holder.name.casefold(), holder.dialect, holder.store, is_in, getattr(holder, "phase", None)


def _aside(holder: NamedAlone) -> NamedAlone:
    return holder.model_copy(update={"name": f"{holder.name} (before)"})


def _with_defaults(policy: Policy, objects: ObjectChanges) -> Policy:
    """The policy with those of Windows' default sets that are to change, which no export writes."""
    for before, _, _ in objects.differing:
        if getattr(before, "builtin", False) and not any(each is before for each in policy.objects()):
            policy = edited(policy, Edit(None, before))
    return policy


def _with_settings(policy: Policy, waiting: Sequence[Edit]) -> Policy:
    """The policy with objects that are to change and that no export writes: Windows' settings, suites of what did
    not negotiate."""
    for edit in waiting:
        is_known_to_windows = isinstance(edit.before, GlobalSettings) or (
            isinstance(edit.before, QuickModeCryptoSet) and not edit.before.proposals
        )
        if is_known_to_windows and not any(each is edit.before for each in policy.objects()):
            policy = edited(policy, Edit(None, edit.before))
    return policy


def _made_anew(edit: Edit, policy: Policy, by_netsh: bool) -> tuple[TransitionStep, ...]:
    """The steps for a rule that cannot be changed in place: it is created anew while the old one holds under another
    name."""
    before, after = edit.before, edit.after
    if not isinstance(before, RULES) or not isinstance(after, RULES):
        return ()
    aside = _aside(before)
    fresh = after.model_copy(update={"id": None})
    steps: list[TransitionStep] = []
    for part in (Edit(before, aside, ("name",)), Edit(None, fresh), Edit(aside, None)):
        steps.append(TransitionStep(part, policy, edited(policy, part)))
        if _unwritable(steps[-1], by_netsh) is not None:
            return ()
        policy = steps[-1].after
    return tuple(steps)


def transition_script(title: str, steps: Transition, *, by_netsh: bool) -> str:
    """The steps as a script with its rollback; what it cannot do stands first."""
    there = [_commented(step) for step in steps.steps if not _comes_with_a_rule(step.edit, by_netsh)]
    back = [
        _commented(TransitionStep(Edit(step.edit.after, step.edit.before, step.edit.fields), step.after, step.before))
        for step in reversed(steps.steps)
        if not _comes_with_a_rule(step.edit, by_netsh)
    ]
    mark = "rem" if by_netsh else "#"
    notes = [f"{mark} Not written: {plain(what)}: {plain(why)}." for what, why in steps.unwritten]
    if not steps.weighed:
        notes.append(f"{mark} Not asked: {plain(NOT_WEIGHED)}.")
    if steps.left.changes:
        notes.append(f"{mark} It does not reach all of the new state: compare again after it.")
    notes.append(f"{mark} Afterwards export the machine again and compare: ipseclint diff NEW EXPORT")
    nothing = Policy()
    write = batch_script if by_netsh else powershell_script
    text = write(title, there, back, nothing, nothing)
    end = "\r\n" if by_netsh else "\n"
    head = f"{mark} {plain(title)}{end}"
    return sealed(text.replace(head, head + "".join(f"{note}{end}" for note in notes), 1), mark)


def _commented(step: TransitionStep) -> Commented:
    warning = "Between this step and the next, traffic that both states protect may go in the clear."
    return Commented(step.edit, (_title(step.edit), *((warning,) if step.opens else ())), _policy_for(step))


def _policy_for(step: TransitionStep) -> Policy:
    """The state by which a step is written: the one that holds its object."""
    return step.after if step.edit.before is None else step.before


def _title(edit: Edit) -> str:
    verb = "add" if edit.before is None else "remove" if edit.after is None else "change"
    fields = ", ".join(field.replace("_", " ") for field in edit.fields)
    return f"{verb} {label(edit.subject)}" + (f": {fields}" if fields else "")


def _unwritable(step: TransitionStep, by_netsh: bool) -> str | None:
    index = PolicyIndex(_policy_for(step))
    if by_netsh:
        lines = netsh.netsh_lines([step.edit], index)
        written: tuple[str, ...] | Unwritable = lines if isinstance(lines, Unwritable) else netsh.batch_commands(lines)
    else:
        written = powershell_commands([step.edit], index)
    return written.reason if isinstance(written, Unwritable) else None


def _comes_with_a_rule(edit: Edit, by_netsh: bool) -> bool:
    """Whether netsh writes a set with its rule, so that the set is neither created nor deleted by itself."""
    if not isinstance(edit.subject, SETS) or not (edit.before is None or edit.after is None):
        return False
    return is_of_netsh(edit.subject, by_netsh)
