"""The meaning of a policy object without names and places, so that equal objects compare equal."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import cache
from types import NoneType
from typing import Any

from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, MainModeRule, Reference
from ipseclint.model.selectors import Address, LegacyFilter
from ipseclint.model.setting import Setting
from ipseclint.model.values import Frozen, Validated
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

Fields = frozenset[str] | tuple[str, ...]
"""Names of fields."""


def meaning(machine: Machine, thing: Validated) -> Hashable:
    """What an object of a machine does; the sets that a rule refers to stand in place of their names."""
    known = machine.once(_meanings)
    # Objects are compared by identity: comparing them by value would compare their places too.
    if id(thing) not in known:
        said = without_places(_resolved(machine, thing), lambda _: _IDENTITY)
        known[id(thing)] = thing, one_of_equals(machine, said)
    return known[id(thing)][1]


def one_of_equals(machine: Machine, said: Hashable) -> Hashable:
    """The first of equal meanings: ten thousand sets that are written alike mean one thing, and take its memory."""
    return machine.once(_equals).setdefault(said, said)


def without_places(value: Any, omitted: Callable[[object], Fields] = lambda _: ()) -> Hashable:
    """A value without its places, fit to be compared and counted; `omitted` names the fields that do not count."""
    if isinstance(value, Setting):
        value = value.value
    if _is_plain(value.__class__):
        plain: Hashable = value
        return plain
    match value:
        case Span():
            return None
        case Reference():
            return value.target.casefold()
        case LegacyFilter():
            return tuple(value._replace(line=0, column=0))
        case tuple() | list():
            return tuple(without_places(each, omitted) for each in value)
        case Validated() | Frozen():
            said = []
            for name in _fields_but(value.__class__, omitted(value)):
                part = getattr(value, name)
                if part.__class__ is Setting:  # most are settings of plain values: no call then
                    part = part.value
                said.append((name, part if _is_plain(part.__class__) else without_places(part, omitted)))
            return tuple(said)
        case Mapping():
            return frozenset((key, without_places(item, omitted)) for key, item in value.items())
    other: Hashable = value
    return other


@cache
def _fields_but(kind: type[Validated] | type[Frozen], omitted: Fields) -> tuple[str, ...]:
    fields = kind.__struct_fields__ if issubclass(kind, Frozen) else kind.model_fields
    return tuple(name for name in fields if name not in omitted)


@cache
def _is_plain(kind: type) -> bool:
    """Whether values of a kind have no places in them; it is asked first because by far the most have none."""
    return issubclass(kind, str | int | NoneType | Address | frozenset)


def _meanings(_: Machine) -> dict[int, tuple[Validated, Hashable]]:
    """The meanings that were asked for so far, by the identity of the object, which is kept with them."""
    return {}


def _equals(_: Machine) -> dict[Hashable, Hashable]:
    return {}


def _resolved(machine: Machine, thing: Validated) -> Validated:
    """A rule with the sets it uses in place of their names; another object as it is."""
    index = machine.index
    if not isinstance(thing, ConnectionSecurityRule | MainModeRule):
        return thing
    used: dict[str, object] = {
        "first_authentication": index.first_auth_of(thing),
        "main_mode_crypto": index.main_mode_of(thing),
    }
    if isinstance(thing, ConnectionSecurityRule):
        used |= {
            "second_authentication": index.second_auth_of(thing),
            "quick_mode_crypto": index.quick_mode_of(thing),
        }
    return thing.model_copy(update=used)
