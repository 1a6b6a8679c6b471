"""Two states without those preshared keys that cannot be compared, since one of the two is hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import NamedTuple

from msgspec import Struct

from ipseclint.model.machine import Machine
from ipseclint.model.policy import AuthenticationSet, ConnectionSecurityRule, MainModeRule
from ipseclint.model.setting import Unknown
from ipseclint.semantics.field_changes import belongs_to_a_rule
from ipseclint.semantics.object_changes import object_changes


class ComparableKeys(Struct, frozen=True):
    """Both states with only the keys that can be compared; `hidden` counts hidden keys, `of` names their sets."""

    old: Machine
    new: Machine
    hidden: int = 0
    of: tuple[str, ...] = ()


class _Place(NamedTuple):
    """A set of one of the two states, by its place there."""

    is_new: bool
    place: int


def with_comparable_keys(old: Machine, new: Machine) -> ComparableKeys:
    """Both states, without the keys of sets that hold a hidden key, and of sets that correspond to these.

    Two sets correspond if they are the same object, or if the same rule uses them.
    """
    hidden = sum(map(_hidden_keys, (*old.policy.authentication_sets, *new.policy.authentication_sets)))
    if not hidden:
        return ComparableKeys(old, new)
    unknown = _unknown(old, new)
    states = [
        _without_keys(machine, {each.place for each in unknown if each.is_new is is_new})
        for machine, is_new in ((old, False), (new, True))
    ]
    names = dict.fromkeys(name for place in sorted(unknown) for name in _names(new if place.is_new else old, place))
    return ComparableKeys(states[0], states[1], hidden, tuple(names))


def _unknown(old: Machine, new: Machine) -> set[_Place]:
    """The sets with a hidden key, and all that correspond to one of these."""
    waiting = [
        _Place(is_new, place)
        for machine, is_new in ((old, False), (new, True))
        for place, crypto in enumerate(machine.policy.authentication_sets)
        if _hidden_keys(crypto)
    ]
    beside = defaultdict(list)
    for one, other in _counterparts(old, new):
        beside[one].append(other)
        beside[other].append(one)
    unknown: set[_Place] = set()
    while waiting:
        place = waiting.pop()
        if place not in unknown:
            unknown.add(place)
            waiting += beside[place]
    return unknown


def _counterparts(old: Machine, new: Machine) -> Iterator[tuple[_Place, _Place]]:
    """The pairs of sets of both states that correspond, whatever their keys."""
    before, after = (_without_keys(each, range(len(each.policy.authentication_sets))) for each in (old, new))
    places = {
        id(crypto): _Place(is_new, place)
        for machine, is_new in ((before, False), (after, True))
        for place, crypto in enumerate(machine.policy.authentication_sets)
    }
    for one, other in object_changes(before, after).pairs:
        pairs = [(one, other)]
        if isinstance(one, ConnectionSecurityRule | MainModeRule):
            pairs = [(before.index.first_auth_of(one), after.index.first_auth_of(other))]
        if isinstance(one, ConnectionSecurityRule):
            pairs.append((before.index.second_auth_of(one), after.index.second_auth_of(other)))
        for was, is_ in pairs:
            if id(was) in places and id(is_) in places:
                yield places[id(was)], places[id(is_)]


def _names(machine: Machine, place: _Place) -> Iterator[str]:
    """The names of a set: its own, or those of the rules that it was written with."""
    crypto = machine.policy.authentication_sets[place.place]
    users = [rule.name for rule in machine.index.users_of(crypto)] if belongs_to_a_rule(crypto) else []
    yield from users or [crypto.name]


def _hidden_keys(crypto: AuthenticationSet) -> int:
    """The number of keys that Windows withheld, or that a script asks for."""
    keys = (method.preshared_key for method in crypto.methods)
    return sum(key is not None and isinstance(key.value, Unknown) and key.value.hidden for key in keys)


def _without_keys(machine: Machine, places: Collection[int]) -> Machine:
    sets = tuple(
        _without_key(crypto) if place in places else crypto
        for place, crypto in enumerate(machine.policy.authentication_sets)
    )
    return machine.with_policy(machine.policy.model_copy(update={"authentication_sets": sets}))


def _without_key(crypto: AuthenticationSet) -> AuthenticationSet:
    methods = tuple(
        method if method.preshared_key is None else method.model_copy(update={"preshared_key": None})
        for method in crypto.methods
    )
    return crypto.model_copy(update={"methods": methods})
