"""What a policy object says, without where it says it: for telling equal objects of different exports."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from ipseclint.model.frozen import Frozen
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, MainModeRule, Reference
from ipseclint.model.setting import Setting
from ipseclint.source import Span

_IDENTITY = frozenset({"span", "name", "id", "store", "description", "group", "enforcement"})
"""Fields that say which object it is, or what became of it, and not what it does."""


def content(machine: Machine, thing: Frozen) -> Hashable:
    """The fields of an object that matter; the sets that a rule refers to stand in place of their names."""
    fields = {name: getattr(thing, name) for name in type(thing).model_fields if name not in _IDENTITY}
    if isinstance(thing, ConnectionSecurityRule | MainModeRule):
        index = machine.index
        fields["first_authentication"] = index.first_auth_of(thing)
        fields["main_mode_crypto"] = index.main_mode_of(thing)
        if isinstance(thing, ConnectionSecurityRule):
            fields["second_authentication"] = index.second_auth_of(thing)
            fields["quick_mode_crypto"] = index.quick_mode_of(thing)
    return tuple((name, _plain(machine, value)) for name, value in fields.items())


def _plain(machine: Machine, value: Any) -> Hashable:
    match value:
        case Setting():
            return _plain(machine, value.value)
        case Span():
            return None
        case Reference():
            return value.target.casefold()
        case Frozen():
            return content(machine, value)
        case list() | tuple():
            return tuple(_plain(machine, each) for each in value)
        case frozenset() | set():
            return frozenset(_plain(machine, each) for each in value)
        case Mapping():
            return tuple((key, _plain(machine, each)) for key, each in value.items())
        case _:
            found: Hashable = value
            return found
