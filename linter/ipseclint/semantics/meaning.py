"""The meaning of a policy object without names and places, so that equal objects compare equal."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cache
from types import NoneType
from typing import Any

from msgspec.structs import astuple

from ipseclint.model.machine import Crypto, Machine
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
"""Fields that identify an object, or tell what became of it, but not what it does."""

Fields = frozenset[str] | tuple[str, ...]
"""Names of fields."""


def meaning(machine: Machine, thing: Validated) -> Hashable:
    """The meaning of an object of a machine, with the referenced sets in place of their names."""
    if isinstance(thing, Crypto):
        return _meaning_of_set(machine, thing)
    known = machine.once(_meanings)
    # Objects are compared by identity: comparing them by value would compare their places too.
    if id(thing) not in known:
        known[id(thing)] = thing, _said(machine, thing)
    return known[id(thing)][1]


def _said(machine: Machine, thing: Validated) -> Hashable:
    return one_of_equals(machine, without_places(_resolved(machine, thing), lambda _: _IDENTITY))


def _meaning_of_set(machine: Machine, crypto: Crypto) -> Hashable:
    """The meaning of a set, computed once for all that look alike."""
    by_look, look = machine.once(_meanings_by_look), look_of(machine, crypto)
    if look not in by_look:
        by_look[look] = _said(machine, crypto)
    return by_look[look]


def look_of(machine: Machine, crypto: Crypto) -> int:
    """A number that is equal for sets with the same values and origins, names and places aside."""
    looks, like = machine.once(_looks), crypto.like or crypto
    known = looks.get(id(like))
    if known is None:
        numbers = machine.once(_numbers)
        said = look([getattr(like, name) for name in _fields_but(like.__class__, OWN)])
        known = looks[id(like)] = like, numbers.setdefault((like.kind, said), len(numbers))
    return known[1]


OWN = frozenset({"name", "id", "description", "group", "span"})
"""Fields of one object alone."""


def look(values: Iterable[Any]) -> tuple[Hashable, ...]:
    """Values with their origins but without places, as a comparable key."""
    said: list[Any] = []
    for value in values:
        kind = value.__class__
        if value is None:  # as most are
            said.append(None)
        elif isinstance(value, Setting):
            said.append((value.value, value.origin))
        elif kind is tuple:
            said.append(look(value))
        elif kind is not Span:
            said.append(look(astuple(value)) if isinstance(value, Frozen) else value)
    return tuple(said)


def one_of_equals(machine: Machine, said: Hashable) -> Hashable:
    """The first of equal meanings: ten thousand sets that are written alike then share the memory of one."""
    return machine.once(_equals).setdefault(said, said)


def without_places(value: Any, omitted: Callable[[object], Fields] = lambda _: ()) -> Hashable:
    """A value without its places, as a comparable key; `omitted` names the fields that do not count."""
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
                if isinstance(part, Setting):  # most are settings of plain values: no call then
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
    """Whether values of a type hold no places; it is asked first, since most do not."""
    return issubclass(kind, str | int | NoneType | Address | frozenset)


def _meanings(_: Machine) -> dict[int, tuple[Validated, Hashable]]:
    """The meanings computed so far, by the identity of the object, which is kept with them."""
    return {}


def _meanings_by_look(_: Machine) -> dict[int, Hashable]:
    return {}


def _looks(_: Machine) -> dict[int, tuple[Crypto, int]]:
    return {}


def _numbers(_: Machine) -> dict[Hashable, int]:
    return {}


def _equals(_: Machine) -> dict[Hashable, Hashable]:
    return {}


def _resolved(machine: Machine, thing: Validated) -> Validated:
    """A rule with its sets in place of their names; any other object as it is."""
    if not isinstance(thing, ConnectionSecurityRule | MainModeRule):
        return thing
    used = machine.index.sets_of(thing)._asdict()
    return thing.model_copy(update={name: used[name] for name in used if hasattr(thing, name)})
