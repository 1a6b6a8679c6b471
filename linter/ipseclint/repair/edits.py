"""The edits between two states of a policy, and the choice of the next that opens no traffic which both protect."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ipseclint.model.change import Edit
from ipseclint.model.kinds import KINDS, OBJECT_KINDS
from ipseclint.model.machine import Machine, PolicyIndex
from ipseclint.model.policy import (
    AuthenticationSet,
    ConnectionSecurityRule,
    Dialect,
    FilterAction,
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
from ipseclint.repair.steps import windows_values
from ipseclint.semantics.field_changes import SETS
from ipseclint.semantics.object_changes import PARTS_OF_RULES, ObjectChanges
from ipseclint.semantics.same_objects import ROLES, RULES
from ipseclint.semantics.traffic_changes import TrafficChange, traffic_changes
from ipseclint.vocabulary import builtin


def is_of_the_machine(subject: object) -> bool:
    """Whether these are the settings of the machine's own store, which exist even if no export writes them."""
    return isinstance(subject, GlobalSettings) and subject.store is None and bool(_set_by_windows(subject))


def _set_by_windows(settings: GlobalSettings) -> tuple[str, ...]:
    """The fields that were set, and that have a default of Windows."""
    return tuple(field for field in builtin.SETTINGS if getattr(settings, field) is not None)


def _as_windows_has(settings: GlobalSettings) -> GlobalSettings:
    """The settings of a machine where nobody changed them."""
    values = {field: default(builtin.SETTINGS[field], settings.span) for field in _set_by_windows(settings)}
    return settings.model_copy(update=values)


def is_of_netsh(crypto: MainModeCryptoSet | QuickModeCryptoSet | AuthenticationSet, by_netsh: bool) -> bool:
    """Whether netsh must write a set, also in a PowerShell script: no cmdlet reaches an IP Security policy."""
    return by_netsh or crypto.dialect is Dialect.IP_SECURITY_POLICY


def without_command(objects: ObjectChanges) -> Iterator[tuple[str, str]]:
    """The differences that no command can make: values of the registry, services, audit settings, WFP filters."""
    kinds = {kind.key for kind in KINDS} - {kind.key for kind in OBJECT_KINDS}
    yield from ((change.change.value, change.name) for change in objects.changes if change.kind in kinds)


def edits_between(old: Machine, new: Machine, objects: ObjectChanges, by_netsh: bool) -> Iterator[Edit]:
    """The edits that turn one state of a policy into another, object by object, unordered."""
    kept = {id(after): before for before, after in objects.pairs} | dict(_renamed(objects))
    moved = _moved(old, new, objects)
    differing = {id(before): fields for before, _, fields in objects.differing}
    for before, after in objects.pairs:
        fields = differing.get(id(before), ())
        if not by_netsh:
            fields += tuple(role for role in moved.get(id(before), {}) if role not in fields)
        if fields and isinstance(before, _KINDS):
            update = {name: getattr(after, name) for name in fields} | _references(new, after, kept, fields)
            yield from _changed(before, fields, update)
    for after in objects.appeared:
        yield from _appeared(after, new, objects, kept, by_netsh)
    if not by_netsh:
        yield from _named_at_last(objects, kept)
    # A set of netsh goes with its rule, and stays with one that stays.
    staying = {id(crypto) for roles in moved.values() for crypto in roles.values()} if by_netsh else set()
    for before in objects.gone:
        if is_of_the_machine(before):
            yield Edit(before, _as_windows_has(before), _set_by_windows(before))
        elif isinstance(before, _KINDS) and id(before) not in staying:
            yield Edit(before, None)


def _renamed(objects: ObjectChanges) -> Iterator[tuple[int, Any]]:
    """The new sets whose name a remaining set has at first, each under another name: netsh names a set after its
    rule."""
    remaining = {_name_of_set(before) for before, _ in objects.pairs if isinstance(before, SETS)}
    for crypto in objects.appeared:
        if isinstance(crypto, SETS) and not crypto.is_default and _name_of_set(crypto) in remaining:
            yield id(crypto), crypto.model_copy(update={"id": None, "name": f"{crypto.name} (new)"})


def _named_at_last(objects: ObjectChanges, kept: dict[int, Any]) -> Iterator[Edit]:
    """The edits by which new sets get their own name, once the sets that have it at first have another."""
    renamed = {id(before) for before, _, fields in objects.differing if "name" in fields}
    sets = [before for before, _ in objects.pairs if isinstance(before, SETS)]
    freed = {_name_of_set(crypto) for crypto in sets if id(crypto) in renamed}
    freed -= {_name_of_set(crypto) for crypto in sets if id(crypto) not in renamed}
    for after in objects.appeared:
        made = kept.get(id(after))
        if made is not None and _name_of_set(after) in freed:
            yield Edit(made, made.model_copy(update={"name": after.name}), ("name",))


def _name_of_set(crypto: Any) -> tuple[object, ...]:
    """The key by which a rule finds a set that has no identity."""
    return type(crypto), crypto.dialect, getattr(crypto, "phase", None), crypto.name.casefold()


_KINDS: Any = tuple(kind.type for kind in OBJECT_KINDS)


def _changed(before: Any, fields: tuple[str, ...], update: dict[str, Any]) -> Iterator[Edit]:
    """The edits that give an object its new values."""
    after = before.model_copy(update=update)
    if isinstance(after, GlobalSettings):
        after = after.model_copy(update=windows_values(after, fields))
    if isinstance(before, SETS) and "name" in fields and len(fields) > 1:
        # Rules that change meanwhile call a set by the name that it has.
        changed = after.model_copy(update={"name": before.name})
        yield Edit(before, changed, tuple(name for name in fields if name != "name"))
        yield Edit(changed, after, ("name",))
    else:
        yield Edit(before, after, fields)


def _appeared(after: Any, new: Machine, objects: ObjectChanges, kept: dict[int, Any], by_netsh: bool) -> Iterator[Edit]:
    """The edits that create a new object."""
    if is_of_the_machine(after):
        merge = ("local_rules_merge",) if after.local_rules_merge else ()
        before = _as_windows_has(after).model_copy(update={"local_rules_merge": {}})
        yield Edit(before, after, (*_set_by_windows(after), *merge))
    elif isinstance(after, IpsecPolicy) and after.assigned.known:
        incomplete = after.model_copy(update={"assigned": default(value=False, span=after.span)})
        yield Edit(None, incomplete)
        yield Edit(incomplete, after, ("assigned",))
    elif isinstance(after, QuickModeCryptoSet) and is_of_netsh(after, by_netsh) and _action_of(after, objects):
        yield Edit(after.model_copy(update={"proposals": ()}), after, ("proposals", "pfs_group"))
    elif isinstance(after, _KINDS):
        # Of two rules of one id in several stores one is lost, so Windows gives the new one its id.
        created = kept.get(id(after), after)
        yield Edit(None, created.model_copy(update={"id": None} | _references(new, after, kept, ROLES)))


def _action_of(crypto: QuickModeCryptoSet, objects: ObjectChanges) -> FilterAction | None:
    """The filter action of both states that negotiates now, and whose suite a set is."""
    actions = (after for _, after in objects.pairs if isinstance(after, FilterAction))
    is_half = crypto.dialect is Dialect.IP_SECURITY_POLICY
    return next((each for each in actions if is_half and each.name.casefold() == crypto.name.casefold()), None)


def _moved(old: Machine, new: Machine, objects: ObjectChanges) -> dict[int, dict[str, Any]]:
    """The sets that are removed, or become another rule's, although a remaining rule uses them, since an equal set
    replaces them: by rule and role."""
    gone = {id(crypto) for crypto in objects.gone if isinstance(crypto, SETS)}
    fields_changed = {id(before): fields for before, _, fields in objects.differing}
    becomes = {
        id(before): after
        for before, after in objects.pairs
        if isinstance(before, SETS) and set(fields_changed.get(id(before), ())) - {"name"}
    }
    moved: dict[int, dict[str, Any]] = {}
    for rule, wanted in objects.pairs if gone or becomes else ():
        if not isinstance(rule, RULES) or not isinstance(wanted, RULES):
            continue
        finders = _finders(new.index, wanted)
        for role, find in _finders(old.index, rule).items():
            crypto = find(rule)
            is_named = getattr(rule, role) is not None
            is_anothers = is_named and id(crypto) in becomes and becomes[id(crypto)] is not finders[role](wanted)
            if (id(crypto) in gone or is_anothers) and role not in fields_changed.get(id(rule), ()):
                moved.setdefault(id(rule), {})[role] = crypto
    return moved


def _finders(index: PolicyIndex, rule: ConnectionSecurityRule | MainModeRule) -> dict[str, Callable[[Any], Any]]:
    """The functions that find the sets of a rule, by role."""
    used: dict[str, Callable[[Any], Any]] = {
        "first_authentication": index.first_auth_of,
        "main_mode_crypto": index.main_mode_of,
    }
    if isinstance(rule, ConnectionSecurityRule):
        used |= {"second_authentication": index.second_auth_of, "quick_mode_crypto": index.quick_mode_of}
    return used


def _references(new: Machine, rule: Any, kept: dict[int, Any], fields: Sequence[str]) -> dict[str, object]:
    """The sets that a rule of the new state uses, by their names in the old state, or the names they get there."""
    if not isinstance(rule, RULES):
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


def taken_names(edits: Sequence[Edit]) -> Iterator[str]:
    """The folded names of policies, filter lists and filter actions that rules begin to use."""
    for edit in edits:
        rule = edit.after
        if isinstance(rule, ConnectionSecurityRule):
            for field in ("policy", "filter_list", "filter_action"):
                reference: Reference | None = getattr(rule, field)
                if reference is not None and (edit.before is None or field in edit.fields):
                    yield reference.target.casefold()


def turn(edit: Edit, names_taken: frozenset[str]) -> int:
    """The sort key of an edit: parts, new objects not yet used, then what protects, changes, exempts, goes; new names.

    `names_taken` are those that rules begin to use: an object that gets one of them gets it before the rules.
    """
    subject = edit.subject
    exempts = isinstance(subject, ConnectionSecurityRule) and subject.action.known is RuleAction.EXEMPT
    is_rule = isinstance(subject, RULES)
    if isinstance(subject, SETS) and edit.fields == ("name",):
        return 8
    if isinstance(subject, IpsecPolicy) and edit.fields == ("assigned",):
        return 4
    if isinstance(edit.after, PARTS_OF_RULES) and "name" in edit.fields:
        if edit.after.name.casefold() in names_taken:
            return 0
        if edit.fields == ("name",):
            return 8  # on the way back, rules that went are made while it has the name they know
    if edit.after is None:
        return 5 if exempts else 6 if is_rule else 7
    if edit.before is None:
        is_half = isinstance(subject, SETS) and subject.dialect is Dialect.IP_SECURITY_POLICY
        return -1 if is_half else 4 if exempts else 1 if is_rule else 0
    return 3 if is_rule else 2


def next_edit(waiting: Sequence[Edit], policy: Policy, old: Machine, new: Machine) -> tuple[int, bool]:
    """The position of the first edit that opens no traffic, and False; if there is none, of the first edit, and
    True."""
    possible = [place for place, edit in enumerate(waiting) if _can_be_made(edit, waiting)]
    for place in possible:
        if not _opens(old.with_policy(edited(policy, waiting[place])), old, new):
            return place, False
    return possible[0], True


def _can_be_made(edit: Edit, waiting: Sequence[Edit]) -> bool:
    """Whether all objects that an edit refers to exist already, and nothing refers to an object that it removes, or to
    the name that it takes from a set."""
    is_rename = isinstance(edit.subject, SETS) and edit.fields == ("name",)
    if edit.after is None or is_rename:
        is_rule = isinstance(edit.subject, RULES)
        return is_rule or not any(isinstance(each.subject, RULES) for each in waiting)
    is_new_part = [each.before is None and not isinstance(each.subject, RULES) for each in waiting]
    return not isinstance(edit.subject, RULES) or not any(is_new_part)


def _opens(state: Machine, old: Machine, new: Machine) -> bool:
    """Whether traffic goes in the clear that is protected or blocked in both the old and the new state."""
    from_old = [change for change in traffic_changes(old, state).changes if change.severity == 3]
    if not from_old:
        return False
    from_new = [change for change in traffic_changes(new, state).changes if change.severity == 3]
    return any(_meet(one, other) for one in from_old for other in from_new)


def _meet(one: TrafficChange, other: TrafficChange) -> bool:
    return any(mine.box.meets(theirs.box) for mine in one.regions for theirs in other.regions)
