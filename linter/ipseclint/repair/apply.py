"""Applies changes to a policy, with the result that Windows' tools would leave."""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from functools import reduce
from itertools import groupby
from typing import Any

from ipseclint.model.change import Edit
from ipseclint.model.kinds import KIND_OF
from ipseclint.model.policy import (
    AuthenticationSet,
    AuthPhase,
    ConnectionSecurityRule,
    Dialect,
    FilterAction,
    MainModeCryptoSet,
    MainModeRule,
    Policy,
    PolicyObject,
    QuickModeCryptoSet,
    Reference,
    inherited_security,
)


def all_edited(policy: Policy, edits: Iterable[Edit]) -> Policy:
    """The policy with objects edited one after the other."""
    for in_place, run in groupby(edits, _takes_a_place):
        several = list(run)
        policy = (_in_place(policy, several) if in_place else None) or reduce(edited, several, policy)
    return policy


def _takes_a_place(edit: Edit) -> bool:
    """Whether an edit only replaces its object, so that thousands can be made in one pass."""
    before, after = edit.before, edit.after
    if before is None or after is None or isinstance(after, FilterAction):
        return False
    return before.name == after.name


def _in_place(policy: Policy, edits: Sequence[Edit]) -> Policy | None:
    """The policy with all these objects replaced; None unless each of them is there exactly once, by identity."""
    by_field: defaultdict[str, dict[int, PolicyObject]] = defaultdict(dict)
    for edit in edits:
        if edit.after is not None:
            by_field[KIND_OF[edit.subject.kind].field][id(edit.before)] = edit.after
    update = {}
    for field, instead in by_field.items():
        objects: tuple[PolicyObject, ...] = getattr(policy, field)
        there = set(map(id, objects))
        if not instead.keys() <= there - set(map(id, instead.values())) or len(there) < len(objects):
            return None
        update[field] = tuple(instead.get(id(each), each) for each in objects)
    is_each_its_own = sum(map(len, by_field.values())) == len(edits)
    return policy.model_copy(update=update) if is_each_its_own else None


def edited(policy: Policy, edit: Edit) -> Policy:
    """The policy with one object edited; it then holds `edit.after` itself."""
    field = KIND_OF[edit.subject.kind].field
    objects: tuple[PolicyObject, ...] = getattr(policy, field)
    if edit.before is None:
        return policy.model_copy(update={field: (*objects, edit.after)})
    place = _place_of(edit.before, objects)
    if place is None:
        return policy
    put = () if edit.after is None else (edit.after,)
    policy = policy.model_copy(update={field: (*objects[:place], *put, *objects[place + 1 :])})
    if edit.after is not None and edit.after.name != edit.before.name:
        policy = _renamed(policy, edit.before, edit.after.name)
    if isinstance(edit.after, FilterAction):
        policy = _inherited(policy, edit.after)
    return policy


def without_own_sets(policy: Policy, rule: PolicyObject | None) -> Policy:
    """The policy without the sets that one netsh command made with a rule that is gone, and that no other rule
    names."""
    if not isinstance(rule, ConnectionSecurityRule | MainModeRule):
        return policy
    fields = ("main_mode_crypto_sets", "quick_mode_crypto_sets", "authentication_sets")

    def is_own(crypto_set: MainModeCryptoSet | QuickModeCryptoSet | AuthenticationSet) -> bool:
        place = (crypto_set.dialect, crypto_set.name, crypto_set.span.path, crypto_set.span.line)
        return place == (rule.dialect, rule.name, rule.span.path, rule.span.line)

    if not any(is_own(each) for field in fields for each in getattr(policy, field)):
        return policy
    names = {each.name for each in policy.connection_security_rules} | {each.name for each in policy.main_mode_rules}
    if rule.name in names:
        return policy
    update = {field: tuple(each for each in getattr(policy, field) if not is_own(each)) for field in fields}
    return policy.model_copy(update=update)


def _place_of(target: PolicyObject, objects: tuple[PolicyObject, ...]) -> int | None:
    for same in (operator.is_, operator.eq):  # an equal one only where it is not there itself: to compare takes long
        for place, policy_object in enumerate(objects):
            if same(policy_object, target):
                return place
    if not isinstance(target, ConnectionSecurityRule):
        return None
    # A rule that followed its filter action or a renamed set is still the same rule.
    alike = [place for place, each in enumerate(objects) if _called(each) == _called(target)]
    return alike[0] if len(alike) == 1 else None


def _called(rule: PolicyObject) -> Hashable:
    """The identity of a rule in its tool."""
    policy = getattr(rule, "policy", None)
    is_in = policy.target.casefold() if policy is not None else None
    return rule.name.casefold(), rule.dialect, getattr(rule, "store", None), is_in


def _renamed(policy: Policy, before: PolicyObject, name: str) -> Policy:
    def follow(value: Any) -> Any:
        changes = {
            field: Reference(target=name, span=reference.span)
            for field in _fields_naming(before)
            if isinstance(reference := getattr(value, field, None), Reference) and _means(reference, before)
        }
        return value.model_copy(update=changes) if changes and value.dialect is before.dialect else value

    updates: dict[str, object] = {
        "connection_security_rules": tuple(map(follow, policy.connection_security_rules)),
        "main_mode_rules": tuple(map(follow, policy.main_mode_rules)),
    }
    half = KIND_OF[before.kind].half
    if half is not None:
        updates[half] = tuple(
            half_set.model_copy(update={"name": name}) if _is_half(half_set, before) else half_set
            for half_set in getattr(policy, half)
        )
    return policy.model_copy(update=updates)


def _fields_naming(target: PolicyObject) -> tuple[str, ...]:
    if isinstance(target, AuthenticationSet):
        return ("first_authentication" if target.phase is AuthPhase.FIRST else "second_authentication",)
    return KIND_OF[target.kind].references


def _means(reference: Reference, target: PolicyObject) -> bool:
    return reference.target.casefold() == target.name.casefold()


def _is_half(policy_object: PolicyObject, before: PolicyObject) -> bool:
    return policy_object.dialect is before.dialect and policy_object.name.casefold() == before.name.casefold()


def _inherited(policy: Policy, action: FilterAction) -> Policy:
    """The policy whose `netsh ipsec` rules have the action of their filter action."""
    inherited = inherited_security(action)._asdict()
    rules = tuple(
        rule.model_copy(update=inherited)
        if rule.dialect is Dialect.IP_SECURITY_POLICY
        and rule.filter_action is not None
        and _means(rule.filter_action, action)
        else rule
        for rule in policy.connection_security_rules
    )
    return policy.model_copy(update={"connection_security_rules": rules})
