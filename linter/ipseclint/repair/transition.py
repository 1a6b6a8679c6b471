"""The steps that turn one state of a policy into another, in an order that opens nothing which both protect.

Each step is made on the model and the traffic is asked anew, so that what the steps come to, and what holds between
two of them, is known before any of them is run. What a tool cannot write is not made, and told.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.model.change import Edit
from ipseclint.model.index import PolicyIndex
from ipseclint.model.kinds import KINDS, OBJECT_KINDS, label
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthenticationSet,
    ConnectionSecurityRule,
    Dialect,
    FilterAction,
    FilterList,
    GlobalSettings,
    IpsecPolicy,
    MainModeCryptoSet,
    MainModeRule,
    Policy,
    QuickModeCryptoSet,
    Reference,
    RuleAction,
)
from ipseclint.model.setting import default
from ipseclint.repair.apply import edited
from ipseclint.repair.commands import netsh
from ipseclint.repair.commands.powershell import powershell_commands
from ipseclint.repair.commands.quoting import Unwritable
from ipseclint.repair.commands.repair_script import Commented, batch_script, plain, powershell_script
from ipseclint.seal import sealed
from ipseclint.semantics.object_changes import WINDOWS_SETTINGS, ObjectChanges, object_changes
from ipseclint.semantics.traffic_changes import TrafficChange, TrafficChanges, traffic_changes

_SETS = (MainModeCryptoSet, QuickModeCryptoSet, AuthenticationSet)
_RULES = (ConnectionSecurityRule, MainModeRule)
_NAMED_BY_RULES = (IpsecPolicy, FilterList, FilterAction)
_ROLES = ("first_authentication", "second_authentication", "quick_mode_crypto", "main_mode_crypto")

MAX_WEIGHED_STEPS = 40
"""Reasoned: of more steps the order is that of their kinds, and only what they come to is asked of the model."""

NOT_WEIGHED = (
    f"these are more than {MAX_WEIGHED_STEPS} steps: what they come to is compared, what is open between two of them "
    "is not; what protects comes first, what goes comes last"
)
"""What a script of so many steps must say of itself."""


class TransitionStep(Struct, frozen=True):
    """One edit and the policies before and after it. `opens`: what both states protect goes in the clear meanwhile."""

    edit: Edit
    before: Policy
    after: Policy
    opens: bool = False


class Transition(Struct, frozen=True):
    """The steps from one state to another; `unwritten` are edits that the tool cannot make, with the reason.

    `left` is what the traffic of the new state still has otherwise after the steps; empty if they reach it. `weighed`:
    the traffic between any two steps was asked, so that `opens` of a step is known.
    """

    steps: tuple[TransitionStep, ...]
    unwritten: tuple[tuple[str, str], ...]
    left: TrafficChanges
    weighed: bool


def transition(old: Machine, new: Machine, *, by_netsh: bool, same_format: bool = True) -> Transition:
    """The steps from one state to another that netsh, or PowerShell, can make."""
    objects = object_changes(old, new, same_format=same_format)
    all_edits = tuple(_edits(old, new, objects, by_netsh))
    names = frozenset(_names_taken(all_edits))
    waiting = sorted(all_edits, key=lambda edit: _turn(edit, names))
    unwritten = [(f"{verb} {name}", "no command is made for such a value") for verb, name in _without_command(objects)]
    steps: list[TransitionStep] = []
    policy = _with_settings(_with_defaults(old.policy, objects), waiting)
    weighed = len(waiting) <= MAX_WEIGHED_STEPS
    while waiting:
        place, opens = _next(waiting, policy, old, new) if weighed else (0, False)
        edit = waiting.pop(place)
        if (freeing := _freeing(edit, policy, waiting)) is not None:
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


def _freeing(edit: Edit, policy: Policy, waiting: list[Edit]) -> TransitionStep | None:
    """The step that puts a rule aside which has the name that another one gets; `waiting` goes on with it as it is."""
    wanted = edit.after
    if not isinstance(wanted, _RULES):
        return None
    rules = policy.connection_security_rules if isinstance(wanted, ConnectionSecurityRule) else policy.main_mode_rules
    for rule in rules:
        if rule is edit.before or _place_of_name(rule) != _place_of_name(wanted):
            continue
        place = next((number for number, each in enumerate(waiting) if each.before is rule), None)
        if place is not None:
            aside = _aside(rule)
            later = waiting[place]
            fields = later.fields if "name" in later.fields or later.after is None else ("name", *later.fields)
            waiting[place] = Edit(aside, later.after, fields)
            freed = Edit(rule, aside, ("name",))
            return TransitionStep(freed, policy, edited(policy, freed))
    return None


def _place_of_name(rule: ConnectionSecurityRule | MainModeRule) -> Hashable:
    """What no two rules of one kind should have in common: the name, in the tool, store and policy that it is in."""
    policy = getattr(rule, "policy", None)
    return rule.name.casefold(), rule.dialect, rule.store, policy.target.casefold() if policy is not None else None


def _aside(rule: ConnectionSecurityRule | MainModeRule) -> ConnectionSecurityRule | MainModeRule:
    return rule.model_copy(update={"name": f"{rule.name} (before)"})


def _with_defaults(policy: Policy, objects: ObjectChanges) -> Policy:
    """The policy with those default sets of Windows that are to change, which no export writes."""
    for before, _, _ in objects.differing:
        if getattr(before, "builtin", False) and not any(each is before for each in policy.objects()):
            policy = edited(policy, Edit(None, before))
    return policy


def _with_settings(policy: Policy, waiting: Sequence[Edit]) -> Policy:
    """The policy with what is to change and no export writes: settings of Windows, suites of what did not negotiate."""
    for edit in waiting:
        is_known_to_windows = isinstance(edit.before, GlobalSettings) or (
            isinstance(edit.before, QuickModeCryptoSet) and not edit.before.proposals
        )
        if is_known_to_windows and not any(each is edit.before for each in policy.objects()):
            policy = edited(policy, Edit(None, edit.before))
    return policy


def _is_of_the_machine(subject: object) -> bool:
    """Whether these are the settings of the machine's own store, which are there though no export writes them."""
    return isinstance(subject, GlobalSettings) and subject.store is None and bool(_set_by_windows(subject))


def _set_by_windows(settings: GlobalSettings) -> tuple[str, ...]:
    """The fields that somebody set and for which Windows has a value of its own."""
    return tuple(field for field in WINDOWS_SETTINGS if getattr(settings, field) is not None)


def _as_windows_has(settings: GlobalSettings) -> GlobalSettings:
    """The settings as they are on a machine where nobody set them."""
    values = {field: default(WINDOWS_SETTINGS[field], settings.span) for field in _set_by_windows(settings)}
    return settings.model_copy(update=values)


def _made_anew(edit: Edit, policy: Policy, by_netsh: bool) -> tuple[TransitionStep, ...]:
    """A rule that cannot be changed as wanted, written anew while the old one still holds under another name."""
    before, after = edit.before, edit.after
    if not isinstance(before, _RULES) or not isinstance(after, _RULES):
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
    """The steps as a script with its way back; what it does not do stands first."""
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
    """The state in whose words a step is written: that in which its object is."""
    return step.after if step.edit.before is None else step.before


def _title(edit: Edit) -> str:
    verb = "add" if edit.before is None else "remove" if edit.after is None else "change"
    subject: Any = edit.subject
    name = label(subject) if hasattr(subject, "kind") else getattr(subject, "path", getattr(subject, "name", "object"))
    fields = ", ".join(field.replace("_", " ") for field in edit.fields)
    return f"{verb} {name}" + (f": {fields}" if fields else "")


def _unwritable(step: TransitionStep, by_netsh: bool) -> str | None:
    index = PolicyIndex(_policy_for(step))
    if by_netsh:
        lines = netsh.netsh_lines([step.edit], index)
        written: tuple[str, ...] | Unwritable = lines if isinstance(lines, Unwritable) else netsh.batch_commands(lines)
    else:
        written = powershell_commands([step.edit], index)
    return written.reason if isinstance(written, Unwritable) else None


def _comes_with_a_rule(edit: Edit, by_netsh: bool) -> bool:
    """Whether netsh writes a set with the rule that uses it, so that it is neither made nor deleted by itself."""
    if not isinstance(edit.subject, _SETS) or not (edit.before is None or edit.after is None):
        return False
    return _is_of_netsh(edit.subject, by_netsh)


def _is_of_netsh(crypto: MainModeCryptoSet | QuickModeCryptoSet | AuthenticationSet, by_netsh: bool) -> bool:
    """Whether netsh writes a set: in a script of PowerShell too, for which cmdlets reach no IP Security policy."""
    return by_netsh or crypto.dialect is Dialect.IP_SECURITY_POLICY


# ---- which edits, in which order ----


def _without_command(objects: ObjectChanges) -> Iterator[tuple[str, str]]:
    """What is no object of a policy and differs: values of the registry, services, audit settings, filters of WFP."""
    kinds = {kind.key for kind in KINDS} - {kind.key for kind in OBJECT_KINDS}
    yield from ((change.change.value, change.name) for change in objects.changes if change.kind in kinds)


def _edits(old: Machine, new: Machine, objects: ObjectChanges, by_netsh: bool) -> Iterator[Edit]:
    kinds: Any = tuple(kind.type for kind in OBJECT_KINDS)
    kept = {id(after): before for before, after in objects.pairs}
    moved = _moved(old, objects)
    differing = {id(before): fields for before, _, fields in objects.differing}
    for before, after in objects.pairs:
        fields = differing.get(id(before), ())
        if not by_netsh:
            fields += tuple(role for role in moved.get(id(before), {}) if role not in fields)
        if fields and isinstance(before, kinds):
            update = {name: getattr(after, name) for name in fields} | _references(new, after, kept, fields)
            if isinstance(before, GlobalSettings) and before.store is None:
                update |= {
                    name: default(WINDOWS_SETTINGS[name], before.span)
                    for name in fields
                    if update[name] is None and name in WINDOWS_SETTINGS
                }
            if isinstance(before, _SETS) and "name" in fields and len(fields) > 1:
                # Rules that change meanwhile call a set by the name that it has.
                named = before.model_copy(update=update)
                changed = named.model_copy(update={"name": before.name})
                yield Edit(before, changed, tuple(name for name in fields if name != "name"))
                yield Edit(changed, named, ("name",))
            else:
                yield Edit(before, before.model_copy(update=update), fields)
    for after in objects.appeared:
        if _is_of_the_machine(after):
            yield Edit(_as_windows_has(after), after, _set_by_windows(after))
        elif isinstance(after, IpsecPolicy) and after.assigned.known:
            incomplete = after.model_copy(update={"assigned": default(value=False, span=after.span)})
            yield Edit(None, incomplete)
            yield Edit(incomplete, after, ("assigned",))
        elif isinstance(after, QuickModeCryptoSet) and _is_of_netsh(after, by_netsh) and _action_of(after, objects):
            yield Edit(after.model_copy(update={"proposals": ()}), after, ("proposals", "pfs_group"))
        elif isinstance(after, kinds):
            own = {"id": None} if isinstance(after, _SETS) and not after.is_default else {}
            yield Edit(None, after.model_copy(update=own | _references(new, after, kept, _ROLES)))
    # A set of netsh goes with its rule, and stays with one that stays.
    staying = {id(crypto) for roles in moved.values() for crypto in roles.values()} if by_netsh else set()
    for before in objects.gone:
        if _is_of_the_machine(before):
            yield Edit(before, _as_windows_has(before), _set_by_windows(before))
        elif isinstance(before, kinds) and id(before) not in staying:
            yield Edit(before, None)


def _action_of(crypto: QuickModeCryptoSet, objects: ObjectChanges) -> FilterAction | None:
    """The filter action, there in both states, that negotiates now and whose suite a set is."""
    actions = (after for _, after in objects.pairs if isinstance(after, FilterAction))
    is_half = crypto.dialect is Dialect.IP_SECURITY_POLICY
    return next((each for each in actions if is_half and each.name.casefold() == crypto.name.casefold()), None)


def _moved(old: Machine, objects: ObjectChanges) -> dict[int, dict[str, Any]]:
    """The sets that go though a rule stays which uses them, since another set says the same: by rule and role."""
    gone = {id(crypto) for crypto in objects.gone if isinstance(crypto, _SETS)}
    changed = {id(before): fields for before, _, fields in objects.differing}
    moved: dict[int, dict[str, Any]] = {}
    for rule, _ in objects.pairs if gone else ():
        if isinstance(rule, _RULES):
            for role, find in _finders(old.index, rule).items():
                crypto = find(rule)
                if id(crypto) in gone and role not in changed.get(id(rule), ()):
                    moved.setdefault(id(rule), {})[role] = crypto
    return moved


def _finders(index: PolicyIndex, rule: ConnectionSecurityRule | MainModeRule) -> dict[str, Callable[[Any], Any]]:
    """What finds the sets of a rule, by role."""
    used: dict[str, Callable[[Any], Any]] = {
        "first_authentication": index.first_auth_of,
        "main_mode_crypto": index.main_mode_of,
    }
    if isinstance(rule, ConnectionSecurityRule):
        used |= {"second_authentication": index.second_auth_of, "quick_mode_crypto": index.quick_mode_of}
    return used


def _references(new: Machine, rule: Any, kept: dict[int, Any], fields: Sequence[str]) -> dict[str, object]:
    """The sets that a rule of the new state uses, by the names that they have in the old one or get there."""
    if not isinstance(rule, _RULES):
        return {}
    references: dict[str, object] = {}
    for role, find in _finders(new.index, rule).items():
        reference = getattr(rule, role)
        crypto = find(rule)
        if role in fields and reference is not None and crypto is not None:
            here = kept.get(id(crypto))
            target = crypto.name if here is None else here.id or here.name
            if getattr(crypto, "is_default", False):
                target = reference.target
            references[role] = Reference(target=target, span=reference.span)
    return references


def _names_taken(edits: Sequence[Edit]) -> Iterator[str]:
    """The names, folded, of policies, filter lists and filter actions that rules take up."""
    for edit in edits:
        rule = edit.after
        if isinstance(rule, ConnectionSecurityRule):
            for field in ("policy", "filter_list", "filter_action"):
                reference: Reference | None = getattr(rule, field)
                if reference is not None and (edit.before is None or field in edit.fields):
                    yield reference.target.casefold()


def _turn(edit: Edit, names_taken: frozenset[str]) -> int:
    """When an edit comes: parts of others, what none uses yet, what protects, changes, exempts, goes; new names.

    `names_taken` are those that rules take up: what gets one of them has it before.
    """
    subject = edit.subject
    exempts = isinstance(subject, ConnectionSecurityRule) and subject.action.known is RuleAction.EXEMPT
    is_rule = isinstance(subject, _RULES)
    if isinstance(subject, _SETS) and edit.fields == ("name",):
        return 8
    if isinstance(subject, IpsecPolicy) and edit.fields == ("assigned",):
        return 4
    if isinstance(edit.after, _NAMED_BY_RULES) and "name" in edit.fields:
        if edit.after.name.casefold() in names_taken:
            return 0
        if edit.fields == ("name",):
            return 8  # on the way back, rules that went are made while it has the name they know
    if edit.after is None:
        return 5 if exempts else 6 if is_rule else 7
    if edit.before is None:
        is_half = isinstance(subject, _SETS) and subject.dialect is Dialect.IP_SECURITY_POLICY
        return -1 if is_half else 4 if exempts else 1 if is_rule else 0
    return 3 if is_rule else 2


def _next(waiting: Sequence[Edit], policy: Policy, old: Machine, new: Machine) -> tuple[int, bool]:
    """The first edit that opens nothing; without one the first at all, and that it opens something."""
    possible = [place for place, edit in enumerate(waiting) if _can_be_made(edit, waiting)]
    for place in possible:
        if not _opens(old.with_policy(edited(policy, waiting[place])), old, new):
            return place, False
    return possible[0], True


def _can_be_made(edit: Edit, waiting: Sequence[Edit]) -> bool:
    """Whether all that an object refers to is made already, and nothing refers to one that goes."""
    if edit.after is None:
        is_rule = isinstance(edit.subject, _RULES)
        return is_rule or not any(isinstance(each.subject, _RULES) for each in waiting)
    is_new_part = [each.before is None and not isinstance(each.subject, _RULES) for each in waiting]
    return not isinstance(edit.subject, _RULES) or not any(is_new_part)


def _opens(state: Machine, old: Machine, new: Machine) -> bool:
    """Whether traffic goes in the clear that neither the old nor the new state lets go so."""
    from_old = [change for change in traffic_changes(old, state).changes if change.severity == 3]
    if not from_old:
        return False
    from_new = [change for change in traffic_changes(new, state).changes if change.severity == 3]
    return any(_meet(one, other) for one in from_old for other in from_new)


def _meet(one: TrafficChange, other: TrafficChange) -> bool:
    return any(mine.box.meets(theirs.box) for mine in one.regions for theirs in other.regions)
