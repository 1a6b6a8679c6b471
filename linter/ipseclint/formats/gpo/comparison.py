"""Comparison of a GPO's report with its Registry.pol."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.model.plain import plain, value_only
from ipseclint.model.policy import GlobalSettings, Policy, PolicyObject
from ipseclint.source import Span
from ipseclint.words import series

_NOT_SAID = frozenset({"id", "store", "name", "description", "group", "kind"})
"""What names an object, and texts that a report may show resolved."""


class _Object(NamedTuple):
    """The content of an object, without places."""

    called: str
    span: Span
    fields: dict[str, Any]


def differences(report: Policy, registry: Policy) -> Iterator[tuple[str, Span]]:
    """Each object that is in one only, or differs, with its place in the report if it has one."""
    shown, applied = _objects(report), _objects(registry)
    for key in dict.fromkeys((*shown, *applied)):
        ours, theirs = shown.get(key, []), applied.get(key, [])
        for one, other in zip(ours, theirs, strict=False):
            fields = sorted(
                name for name in one.fields | other.fields if one.fields.get(name) != other.fields.get(name)
            )
            if fields:
                yield f"Registry.pol, which applies, differs in {one.called}: {series(map(_words, fields))}", one.span
        for setting in ours[len(theirs) :]:
            yield f"only the report has {setting.called}, and Registry.pol applies", setting.span
        for setting in theirs[len(ours) :]:
            yield f"only Registry.pol has {setting.called}", setting.span


def _words(field: str) -> str:
    return field.replace("_", " ")


def _objects(policy: Policy) -> dict[tuple[str, str], list[_Object]]:
    """The objects by kind and id, or by name if a report gives no id; equal keys in a fixed order."""
    by_key: defaultdict[tuple[str, str], list[_Object]] = defaultdict(list)
    for policy_object in policy.objects():
        if not getattr(policy_object, "builtin", False):
            fields = _without_places(plain(policy_object, value_only))
            said = {name: value for name, value in fields.items() if name not in _NOT_SAID}
            by_key[_key(policy_object)].append(_Object(_called(policy_object), policy_object.span, said))
    for objects in (several for several in by_key.values() if len(several) > 1):
        objects.sort(key=lambda each: json.dumps(each.fields, sort_keys=True))
    return by_key


def _key(each: PolicyObject) -> tuple[str, str]:
    if isinstance(each, GlobalSettings):
        return each.kind, ""
    has_id = each.kind.endswith("_set")
    return each.kind, ((each.id if has_id else each.name) or "").casefold()


def _called(each: PolicyObject) -> str:
    if isinstance(each, GlobalSettings):
        return "the settings"
    return f"the {each.kind.replace('_', ' ')} {quoted(each.name)}"


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_places(item) for name, item in value.items() if name != "span"}
    if isinstance(value, list):
        return [_without_places(each) for each in value]
    return value.casefold() if isinstance(value, str) else value
