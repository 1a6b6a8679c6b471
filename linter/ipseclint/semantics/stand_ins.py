"""A smaller machine that stands in for one with many rules: a rule that finds nothing in it finds nothing at all.

Ten thousand connection security rules may differ only in their names, endpoints and ports, and agree in all that most
of our rules ask: how firmly they protect, in which profiles, with which sets. Two of each kind stay, so that findings
about a pair show, and the fields in which they differ are removed: reading one raises an error, and then all rules must
be examined.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable, Mapping
from operator import attrgetter
from typing import Any, TypeVar

from msgspec import Struct, field

from ipseclint.model.kinds import KINDS
from ipseclint.model.machine import Machine, PolicyIndex, Rule, SetsOfRule
from ipseclint.model.policy import ConnectionSecurityRule
from ipseclint.model.selectors import Addresses, SomeAddresses
from ipseclint.model.setting import Setting, of_origin
from ipseclint.model.values import NotHeldError, Validated
from ipseclint.packing import filled
from ipseclint.semantics.meaning import OWN, look, look_of
from ipseclint.semantics.scope import includes_any

V = TypeVar("V", bound=Validated)

MIN_TIMES = 4
"""How many times larger the machine must be than its stand-in, since some rules then examine both."""
_OF_A_KIND = 2
"""How many rules of each kind stay."""
_SETS = frozenset({"first_authentication", "second_authentication", "quick_mode_crypto", "main_mode_crypto"})
_SETS_OF_POLICY = ("main_mode_crypto_sets", "quick_mode_crypto_sets", "authentication_sets")
_ENDS = ("endpoint1", "endpoint2")
_APART = ("name", "id", "description", "group", "endpoint1", "endpoint2", "port1", "port2")
"""The fields in which rules of one kind may differ."""
_ALIKE = tuple(name for name in ConnectionSecurityRule.model_fields if name not in {*_APART, *_SETS, "span"})
_ALIKE_OF, _SETS_OF, _ENDS_OF = attrgetter(*_ALIKE), attrgetter(*_SETS), attrgetter(*_ENDS)


class _Kind(Struct):
    """Rules of one kind: two of them, and the fields in which all agree besides."""

    rules: list[ConnectionSecurityRule]
    agreed: tuple[str, ...] = _APART
    likes: set[int] = field(default_factory=set)
    """What the rules so far are like: others that are, too, agree with these in all that it holds."""

    def take(self, rule: ConnectionSecurityRule) -> None:
        """Add another rule to the kind."""
        if len(self.rules) < _OF_A_KIND:
            self.rules.append(rule)
        one, like = self.rules[0], rule.like or rule
        shared = vars(like) if id(like) in self.likes else {}
        self.likes.add(id(like))
        self.agreed = tuple(
            [name for name in self.agreed if name in shared or _agree(getattr(one, name), getattr(rule, name))]
        )


def _agree(one: Any, other: Any) -> bool:
    """Whether two values are equal, places aside."""
    if isinstance(one, Setting) and one.__class__ is other.__class__:
        return bool(one.value == other.value)
    return bool(one == other)


def stand_ins(machine: Machine) -> Machine | None:
    """The machine with two rules of each kind; None if that is no small part of it."""
    kinds: dict[Hashable, _Kind] = {}
    looks = _Looks(machine)
    for rule in machine.policy.connection_security_rules:
        key = looks.of(rule)
        if key in kinds:
            kinds[key].take(rule)
        else:
            kinds[key] = _Kind([rule])
    number = _number_of_objects(machine)
    if MIN_TIMES * len(kinds) > number:
        return None
    few = _of(machine, kinds.values())
    return few if MIN_TIMES * _number_of_objects(few) <= number else None


def _number_of_objects(machine: Machine) -> int:
    policy = machine.policy
    objects = sum(len(getattr(policy, kind.field)) for kind in KINDS)
    return objects + sum(len(each.filters) for each in policy.filter_lists) + len(machine.events)


class _Looks:
    """What rules look like besides their names and places, as keys; worked out once for those that are like one."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._of_like: dict[int, int] = {}
        self._numbers: dict[Hashable, int] = {}

    def of(self, rule: ConnectionSecurityRule) -> Hashable:
        """The key of a rule, which all of its kind have."""
        like = rule.like or rule
        number = self._of_like.get(id(like))
        if number is None:
            try:
                number = self._of_like[id(like)] = self._number(like, rule)
            except NotHeldError:
                number = self._number(rule, rule)
        sets = [each and look_of(self._machine, each) for each in self._machine.index.sets_of(rule)]
        return number, *map(_reach, _ENDS_OF(rule)), *sets

    def _number(self, like: ConnectionSecurityRule, rule: ConnectionSecurityRule) -> int:
        named = [each is not None for each in _SETS_OF(rule)]
        return self._numbers.setdefault((look(_ALIKE_OF(like)), *named), len(self._numbers))


def _reach(end: Setting[Addresses]) -> Hashable:
    """Whether an end is every address (None where that is not known), and its origin."""
    known = end.known
    return includes_any(known) if known else None, end.origin


def _of(machine: Machine, kinds: Iterable[_Kind]) -> Machine:
    """The machine with some connection security rules of each kind, without the fields in which these differ."""
    policy, index = machine.policy, machine.index
    stand_in: dict[int, Any] = {}

    def sets_of(rule: Rule) -> SetsOfRule:
        sets = index.sets_of(rule)
        stand_in.update((id(each), _without(each, OWN)) for each in sets if each and id(each) not in stand_in)
        own: list[Any] = [each and stand_in[id(each)] for each in sets]
        return SetsOfRule(*own)

    rules: list[ConnectionSecurityRule] = []
    sets_of_rules: dict[int, SetsOfRule] = {}
    for kind in kinds:
        for rule in kind.rules:
            named = {name for name in _SETS if getattr(rule, name) is not None}
            ends = {name: _less_of(getattr(rule, name)) for name in _ENDS if name not in kind.agreed}
            one = _without(rule, named.union(_APART).difference(kind.agreed), ends)
            rules.append(one)
            sets_of_rules[id(one)] = sets_of(rule)
    sets_of_rules.update((id(rule), sets_of(rule)) for rule in policy.main_mode_rules)
    used = {id(each) for rule in policy.connection_security_rules for each in index.sets_of(rule)}
    sets = {
        kind: tuple(stand_in.get(id(each), each) for each in getattr(policy, kind) if _stays(id(each), stand_in, used))
        for kind in _SETS_OF_POLICY
    }
    few = policy.model_copy(update={"connection_security_rules": tuple(rules), **sets})
    return machine.with_index(PolicyIndex(few, sets_of_rules))


def _stays(set_: int, stand_in: Container[int], used: Container[int]) -> bool:
    """Whether a set stays: a remaining rule uses it, or no connection security rule did."""
    return set_ in stand_in or set_ not in used


def _less_of(end: Setting[Addresses]) -> Setting[Any] | None:
    """An end without its addresses if it is not for every address; None for any other."""
    return (
        of_origin(SomeAddresses((None,)), end.span, end.origin) if end.known and not includes_any(end.known) else None
    )


def _without(value: V, own: Container[str], instead: Mapping[str, object | None] = {}) -> V:
    held = {name: said for name, said in vars(value).items() if name not in own}
    copied: V = filled(type(value), held | {name: said for name, said in instead.items() if said is not None})
    return copied
