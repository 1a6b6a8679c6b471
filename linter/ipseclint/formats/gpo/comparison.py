"""Comparison of a GPO's report with its Registry.pol."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.registry.firewall.decode import GPO_KEY
from ipseclint.formats.registry.tree import Key, Value
from ipseclint.model.plain import plain, value_only
from ipseclint.model.policy import GlobalSettings, Policy, PolicyObject
from ipseclint.model.setting import Setting
from ipseclint.model.values import Frozen
from ipseclint.source import Span
from ipseclint.vocabulary.registry_keys import FIREWALL_RULES
from ipseclint.words import series

_NOT_SAID = frozenset({"id", "store", "name", "description", "group", "kind"})
"""What names an object, and texts that a report may show resolved."""
_PLACE = "span"


_STORE = GPO_KEY.casefold().split("\\")
_OF_RULES = frozenset(name.casefold() for name in FIREWALL_RULES)
"""Keys in which each value is a rule."""


class _Object(NamedTuple):
    """An object, and its content without places."""

    itself: PolicyObject

    @property
    def called(self) -> str:
        """What it is called in a message."""
        if isinstance(self.itself, GlobalSettings):
            return "the settings"
        return f"the {self.itself.kind.replace('_', ' ')} {quoted(self.itself.name)}"

    @property
    def fields(self) -> dict[str, Any]:
        """What is said of it."""
        fields = _without_places(plain(self.itself, value_only))
        return {name: value for name, value in fields.items() if name not in _NOT_SAID}

    def says_the_same(self, other: _Object) -> bool:
        """Whether all fields have equal values; where they do, `fields` are equal too, and need not be made."""
        return type(self.itself) is type(other.itself) and all(
            _is_same(getattr(self.itself, name), getattr(other.itself, name))
            for name in type(self.itself).model_fields
            if name not in _NOT_SAID and name != _PLACE
        )


def says_the_same(store: Key, applied: Key) -> bool:
    """Whether the store of a report says what Registry.pol does, and that says nothing else.

    What is decoded of the two then has no `differences`, which heed neither case nor the ids of rules.
    """
    for name in _STORE:
        if applied.values or applied.absent or applied.keys.keys() != {name}:
            return False
        applied = applied.keys[name]
    return _says(store, applied)


def _says(shown: Key, applied: Key) -> bool:
    below = {each.name.casefold(): each for each in shown.keys.values()}
    if applied.absent or len(shown.keys) != len(below) or below.keys() != applied.keys.keys():
        return False
    if applied.name.casefold() in _OF_RULES:
        is_same = sorted(map(_rule, shown.values.values())) == sorted(map(_rule, applied.values.values()))
    else:
        is_same = shown.values.keys() == applied.values.keys() and all(
            _is_value(value, applied.values[name]) for name, value in shown.values.items()
        )
    return is_same and all(_says(below[name], key) for name, key in applied.keys.items())


def _is_value(shown: Value, applied: Value) -> bool:
    if shown.number is not None or applied.number is not None:
        return shown.number == applied.number
    return shown.text.text.casefold() == applied.text.text.casefold()


def _rule(value: Value) -> str:
    """A rule with its fields by name, those of one name in their order; its id is its name if it has none."""
    fields = value.text.text.casefold().split("|")
    if not any(field.startswith("name=") and field != "name=" for field in fields):
        fields.append(value.name)
    return "|".join(sorted(fields, key=lambda field: field.partition("=")[0]))


def differences(report: Policy, registry: Policy) -> Iterator[tuple[str, Span]]:
    """Each object that is in one only, or differs, with its place in the report if it has one."""
    shown, applied = _objects(report), _objects(registry)
    for key in dict.fromkeys((*shown, *applied)):
        ours, theirs = shown.get(key, []), applied.get(key, [])
        for one, other in zip(ours, theirs, strict=False):
            if fields := _different(one, other):
                said = f"Registry.pol, which applies, differs in {one.called}: {series(map(_words, fields))}"
                yield said, one.itself.span
        for setting in ours[len(theirs) :]:
            yield f"only the report has {setting.called}, and Registry.pol applies", setting.itself.span
        for setting in theirs[len(ours) :]:
            yield f"only Registry.pol has {setting.called}", setting.itself.span


def _different(one: _Object, other: _Object) -> list[str]:
    """The fields in which two objects differ, sorted."""
    if one.says_the_same(other):
        return []
    ours, theirs = one.fields, other.fields
    return sorted(name for name in ours | theirs if ours.get(name) != theirs.get(name))


def _words(field: str) -> str:
    return field.replace("_", " ")


def _objects(policy: Policy) -> dict[tuple[str, str], list[_Object]]:
    """The objects by kind and id, or by name if a report gives no id; equal keys in a fixed order."""
    by_key: defaultdict[tuple[str, str], list[_Object]] = defaultdict(list)
    for policy_object in policy.objects():
        if not getattr(policy_object, "builtin", False):
            by_key[_key(policy_object)].append(_Object(policy_object))
    for objects in (several for several in by_key.values() if len(several) > 1):
        objects.sort(key=lambda each: json.dumps(each.fields, sort_keys=True))
    return by_key


def _key(each: PolicyObject) -> tuple[str, str]:
    if isinstance(each, GlobalSettings):
        return each.kind, ""
    has_id = each.kind.endswith("_set")
    return each.kind, ((each.id if has_id else each.name) or "").casefold()


def _is_same(one: Any, other: Any) -> bool:
    """Whether two values are equal, places and origins aside."""
    if isinstance(one, Setting) and isinstance(other, Setting):
        return _is_same(one.value, other.value)
    if type(one) is not type(other):
        return False
    if isinstance(one, Frozen):
        names = one.__struct_fields__
        return all(_is_same(getattr(one, name), getattr(other, name)) for name in names if name != _PLACE)
    if isinstance(one, tuple) and one != other:
        return len(one) == len(other) and all(map(_is_same, one, other))
    return bool(one == other)


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_places(item) for name, item in value.items() if name != _PLACE}
    if isinstance(value, list):
        return [_without_places(each) for each in value]
    return value.casefold() if isinstance(value, str) else value
