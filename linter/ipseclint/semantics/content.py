"""What a policy object says, without where it says it: for telling what is equal but for names and places."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from ipseclint.model.frozen import Frozen
from ipseclint.model.index import PolicyIndex
from ipseclint.model.policy import ConnectionSecurityRule, MainModeRule, Reference
from ipseclint.model.setting import Setting
from ipseclint.source import Span

_IDENTITY = frozenset(
    {
        "span",
        "name",
        "id",
        "store",
        "description",
        "group",
        "enforcement",
        "dialect",
        "inline",
        "is_default",
        "builtin",
    }
)
"""Fields that say which object it is, whose, or what became of it, and not what it does."""


def content(index: PolicyIndex, thing: Frozen) -> Hashable:
    """The fields of an object that matter; the sets that a rule refers to stand in place of their names."""
    known: dict[int, tuple[Frozen, Hashable]] = index.memo.setdefault("content", {})
    if id(thing) not in known:
        known[id(thing)] = thing, _fields(index, thing)
    return known[id(thing)][1]


def _fields(index: PolicyIndex, thing: Frozen) -> Hashable:
    fields = {name: getattr(thing, name) for name in type(thing).model_fields if name not in _IDENTITY}
    if isinstance(thing, ConnectionSecurityRule | MainModeRule):
        fields["first_authentication"] = index.first_auth_of(thing)
        fields["main_mode_crypto"] = index.main_mode_of(thing)
        if isinstance(thing, ConnectionSecurityRule):
            fields["second_authentication"] = index.second_auth_of(thing)
            fields["quick_mode_crypto"] = index.quick_mode_of(thing)
    return tuple((name, _plain(index, value)) for name, value in fields.items())


def _plain(index: PolicyIndex, value: Any) -> Hashable:
    match value:
        case Setting():
            return _plain(index, value.value)
        case Span():
            return None
        case Reference():
            return value.target.casefold()
        case Frozen():
            return _fields(index, value)
        case list() | tuple():
            return tuple(_plain(index, each) for each in value)
        case frozenset() | set():
            return frozenset(_plain(index, each) for each in value)
        case Mapping():
            return tuple((key, _plain(index, each)) for key, each in value.items())
        case _:
            found: Hashable = value
            return found
