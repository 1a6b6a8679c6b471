"""What a change of policy does to its objects: which are new, gone, renamed or changed, and in which fields.

Objects are matched by id, then by content, then by name; a set also by the rule that uses it. What one state leaves out
because its format cannot say it is no change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from enum import StrEnum
from functools import cached_property, partial
from typing import Any

from msgspec import Struct, field

from ipseclint.model.kinds import KINDS, ObjectKind
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthenticationMethod,
    Dialect,
    FilterAction,
    FilterList,
    GlobalSettings,
    IpsecPolicy,
    LostStore,
    MainModeRule,
    Reference,
    RefusedCommand,
    RuleAction,
    StrayValue,
)
from ipseclint.model.selectors import LegacyFilter, WfpFilter
from ipseclint.model.setting import default
from ipseclint.semantics.field_changes import SETS, FieldChange, belongs_to_a_rule, field_change, field_words, set_words
from ipseclint.semantics.meaning import without_places
from ipseclint.semantics.proofs import method_identity
from ipseclint.semantics.same_objects import (
    ROLES,
    RULES,
    USERS,
    Key,
    identity,
    in_store,
    name_of,
    objects_of,
    paired,
    rules_made_of,
    set_in_role,
    span_of,
)
from ipseclint.source import Span
from ipseclint.vocabulary import builtin


class Change(StrEnum):
    """What became of an object."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENAMED = "renamed"


class ObjectChange(Struct, frozen=True):
    """The change of one object; `name` is its last name. `used_by` are the rules that use a set, in either state."""

    kind: str
    name: str
    change: Change
    fields: tuple[FieldChange, ...]
    used_by: tuple[str, ...]
    old_span: Span | None
    new_span: Span | None


_IDENTITY = frozenset({"span", "id", "line", "column", "path", "filter_id", "is_default", "builtin", "inline"})
"""Fields that identify an object or tell where it is, and are not part of its content."""

_WITHOUT_SETS = frozenset({RuleAction.EXEMPT, RuleAction.BLOCK})
"""Actions without negotiation, for which no set is of use."""

_STATE = frozenset({"enforcement", "effective_weight", "crl_check_level", "exemption_bits"})
"""Fields that follow from other values, or that tell what became of an object."""

_EVERY_FORMAT_SAYS = frozenset(
    {"ipsec_policy", "filter_list", "filter_action", "connection_security_rule", "main_mode_rule"}
    | {"main_mode_crypto_set", "quick_mode_crypto_set", "authentication_set"}
)
"""The kinds that every format can hold, so that a state without any really has none."""

PARTS_OF_RULES = (IpsecPolicy, FilterList, FilterAction)
"""The objects of `netsh ipsec` that make up a rule."""

_NOTHING: tuple[object, ...] = (None, False, (), frozenset(), "", "none")
"""Values that mean the same as no value."""


class ObjectChanges(Struct, frozen=True):
    """The objects of two states that differ, by kind.

    `pairs` are all that are in both, `differing` those of them that changed, with the names of the fields; `gone` and
    `appeared` are in one state only, including those without a name of their own. `in_place` are the rules of both
    states, each with a set that it uses, also where several rules share one in one state only.
    """

    changes: tuple[ObjectChange, ...]
    pairs: tuple[tuple[Any, Any], ...]
    differing: tuple[tuple[Any, Any, tuple[str, ...]], ...]
    gone: tuple[Any, ...]
    appeared: tuple[Any, ...]
    in_place: tuple[tuple[tuple[Any, Any], tuple[Any, Any]], ...] = ()


def object_changes(old: Machine, new: Machine, *, same_format: bool = True) -> ObjectChanges:
    """The change of each object from one state to another.

    For states in different formats, stores and names of sets are not compared, nor anything that one of them cannot
    say.
    """
    comparison = _Comparison(old, new, same_format)
    for kind in sorted(_KINDS, key=_turn):
        comparison.match(kind)
    return ObjectChanges(
        tuple(change for kind in _KINDS for change in comparison.changes(kind)),
        tuple(pair for kind in _KINDS for pair in comparison.pairs[kind.key]),
        tuple(comparison.differing),
        tuple(each for kind in _KINDS for each in comparison.gone[kind.key]),
        tuple(each for kind in _KINDS for each in comparison.new_ones[kind.key]),
        tuple((before, now) for before, now, _ in comparison.sets_in_place()),
    )


_KINDS = tuple(kind for kind in KINDS if kind.type not in {RefusedCommand, LostStore, StrayValue})
"""The kinds that are compared. Commands without effect belong to the script they were read from: findings
report them."""


def _turn(kind: ObjectKind) -> int:
    """The order of comparison: objects that rules name uniquely, then rules, then the sets that they use."""
    if kind.type in PARTS_OF_RULES:
        return 0
    return 1 if issubclass(kind.type, USERS) else 2


class _Comparison(Struct, dict=True):
    """The matched objects of two states; `pairs`, `gone` and `new_ones` by kind, `partner` of each old object by
    identity."""

    old: Machine
    new: Machine
    same_format: bool
    pairs: dict[str, list[tuple[Any, Any]]] = field(default_factory=dict)
    gone: dict[str, list[Any]] = field(default_factory=dict)
    new_ones: dict[str, list[Any]] = field(default_factory=dict)
    partner: dict[int, object] = field(default_factory=dict)
    differing: list[tuple[Any, Any, tuple[str, ...]]] = field(default_factory=list)
    _contents: dict[Hashable, int] = field(default_factory=dict)
    _called: dict[tuple[str, bool, str], str] = field(default_factory=dict)
    """The last names of the parts of rules, by their reference, the state, and the role."""
    equal: set[int] = field(default_factory=set)
    """The identities of the old objects whose new ones have the same name and content."""

    @cached_property
    def _says(self) -> tuple[Key, Key]:
        """The content of an object of the old state, and of one of the new."""
        return self._content(self.old), self._content(self.new)

    def match(self, kind: ObjectKind) -> None:
        """Match the objects of a kind; rules come before the sets they use."""
        olds, news = objects_of(self.old, self.new, kind), objects_of(self.new, self.old, kind)
        order = {id(each): place for place, each in enumerate(olds)}
        says_before, says_now = self._says
        called_before, called_now = (partial(self._named, machine) for machine in (self.old, self.new))
        alike = (
            lambda each: (called_before(each), says_before(each)),
            lambda each: (called_now(each), says_now(each)),
        )
        keys: list[tuple[Key, Key]] = [(in_store, in_store), (identity, identity), alike]
        if kind.type in SETS:
            users_before, users_now = self._first_users()
            keys.append((lambda each: users_before.get(id(each)), lambda each: users_now.get(id(each))))
        rest: list[tuple[Key, Key]] = [(says_before, says_now), (called_before, called_now)]
        # Rules refer to their parts by name: one that keeps its name is not taken for another's.
        keys += reversed(rest) if kind.type in PARTS_OF_RULES else rest
        pairs: list[tuple[Any, Any]] = []
        for old_key, new_key in keys:
            found, olds, news = paired(olds, news, old_key, new_key)
            pairs += found
            self.equal |= {id(before) for before, _ in found} if old_key is alike[0] else set()
        self.pairs[kind.key] = sorted(pairs, key=lambda pair: order[id(pair[0])])
        self.gone[kind.key], self.new_ones[kind.key] = olds, news
        self.partner |= {id(before): after for before, after in pairs}
        if kind.type in PARTS_OF_RULES:
            self._called |= {
                (kind.references[0], is_old, word.casefold()): after.name.casefold()
                for pair in pairs
                for is_old, thing in zip((True, False), pair, strict=True)
                for word in (thing.name, thing.id)
                for after in pair[1:]
                if word is not None
            }

    def changes(self, kind: ObjectKind) -> Iterator[ObjectChange]:
        """The changes of the objects of a kind."""
        both_say = all(getattr(machine.policy, kind.field) for machine in (self.old, self.new))
        if not (self.same_format or both_say) and kind.key not in _EVERY_FORMAT_SAYS:
            return
        for before, after in self.pairs[kind.key]:
            fields = () if id(before) in self.equal else tuple(self._fields(before, after))
            if fields:
                self.differing.append((before, after, tuple(each.name.replace(" ", "_") for each in fields)))
                renamed = [each.name for each in fields] == ["name"]
                users = () if renamed else self._users(before, after)
                change = Change.RENAMED if renamed else Change.CHANGED
                yield ObjectChange(kind.key, name_of(after), change, fields, users, span_of(before), span_of(after))
        for before in self.gone[kind.key]:
            if isinstance(before, GlobalSettings):
                fields = tuple(self._fields(before, _blank(before)))
                if fields:
                    yield ObjectChange(kind.key, name_of(before), Change.CHANGED, fields, (), span_of(before), None)
            elif not self._is_own(before):
                yield ObjectChange(kind.key, name_of(before), Change.REMOVED, (), (), span_of(before), None)
        for after in self.new_ones[kind.key]:
            if isinstance(after, GlobalSettings):  # every Windows has them: only their content is new
                fields = tuple(self._fields(_blank(after), after))
                if fields:
                    yield ObjectChange(kind.key, name_of(after), Change.CHANGED, fields, (), None, span_of(after))
            elif not self._is_own(after):
                yield ObjectChange(kind.key, name_of(after), Change.ADDED, (), (), None, span_of(after))

    def _content(self, machine: Machine) -> Key:
        """The content of an object without its name; a rule holds the content of its sets in their place."""
        known: dict[int, int] = {}

        def content(thing: Any) -> Hashable:
            if id(thing) not in known:
                names = [name for name in _fields_of(thing) if self._counts(name)]
                says = tuple((name, value(thing, name)) for name in names)
                # A number for each content is compared sooner than the content.
                known[id(thing)] = self._contents.setdefault(says, len(self._contents))
            return known[id(thing)]

        def value(thing: Any, name: str) -> Hashable:
            used = set_in_role(machine, thing, name) if isinstance(thing, USERS) and name in ROLES else None
            return self._said_in(machine, thing, name) if used is None else content(used)

        return content

    def _said_in(self, machine: Machine, thing: Any, name: str) -> Hashable:
        """A value of an object; a part of a rule is represented by its last name."""
        value = getattr(thing, name)
        if value is None and isinstance(thing, GlobalSettings) and thing.store is None and name in builtin.SETTINGS:
            by_windows = without_places(builtin.SETTINGS[name])
            return None if by_windows in _NOTHING else by_windows
        if isinstance(value, Reference):
            target = value.target.casefold()
            return self._called.get((name, machine is self.old, target), target)
        return _said(value)

    def _named(self, machine: Machine, thing: Any) -> Hashable:
        """The name of an object, with the policy that it is in."""
        policy = getattr(thing, "policy", None)
        is_in = self._said_in(machine, thing, "policy") if isinstance(policy, Reference) else None
        tool = getattr(thing, "dialect", None) if self.same_format else None
        return name_of(thing).casefold(), is_in, tool, getattr(thing, "phase", None)

    def _is_own(self, thing: Any) -> bool:
        """Whether a set was written with the rule that uses it, and so has no name of its own."""
        if not belongs_to_a_rule(thing) or thing.dialect is not Dialect.WFAS or getattr(thing, "inline", False):
            return belongs_to_a_rule(thing)
        users = (*self.old.index.users_of(thing), *self.new.index.users_of(thing))
        references = (getattr(user, role, None) for user in users for role in ROLES)
        return any(reference is not None and reference.span == thing.span for reference in references)

    def _is_named(self, thing: Any) -> bool:
        """Whether a user named it: settings, Windows' own objects, and sets written with a rule have no such name."""
        return not (isinstance(thing, GlobalSettings) or getattr(thing, "is_default", False) or self._is_own(thing))

    def _counts(self, name: str) -> bool:
        return name != "name" and (self.same_format or name != "store")

    def _first_users(self) -> tuple[dict[int, Hashable], dict[int, Hashable]]:
        """For each set a rule that uses it, and its role, equal in both states for rules that match."""
        before: dict[int, Hashable] = {}
        now: dict[int, Hashable] = {}
        for (_, was), (_, is_), place in self.sets_in_place():
            before.setdefault(id(was), place)
            now.setdefault(id(is_), place)
        return before, now

    def sets_in_place(self) -> Iterator[tuple[tuple[Any, Any], tuple[Any, Any], Hashable]]:
        """Each rule of both states with its set for the same role; then the rule's number and the role."""
        rules = [pair for kind in _KINDS if issubclass(kind.type, USERS) for pair in self.pairs[kind.key]]
        for number, (one, other) in enumerate(rules):
            for role in filter(partial(hasattr, one), ROLES):
                was, is_ = set_in_role(self.old, one, role), set_in_role(self.new, other, role)
                if was is not None and is_ is not None and was.is_default == is_.is_default:
                    yield (one, was), (other, is_), (number, role)

    def _fields(self, before: Any, after: Any) -> Iterator[FieldChange]:
        has_name = self.same_format or not isinstance(before, SETS)
        is_other = name_of(before).casefold() != name_of(after).casefold()
        if has_name and is_other and self._is_named(before) and self._is_named(after):
            yield FieldChange("name", name_of(before), name_of(after))
        for name in filter(self._counts, _fields_of(before)):
            was, is_ = getattr(before, name), getattr(after, name)
            if isinstance(before, USERS) and name in ROLES:
                yield from self._set_used(name, before, after)
            elif (self.same_format or not (was is None or is_ is None)) and self._differ(name, before, after):
                change = field_change(name, was, is_)
                if self.same_format or change.old != change.new:  # else one format has a part that the other lacks
                    yield change

    def _differ(self, name: str, before: Any, after: Any) -> bool:
        was, is_ = self._said_in(self.old, before, name), self._said_in(self.new, after, name)
        return was != is_ and not (was in _NOTHING and is_ in _NOTHING)

    def _set_used(self, name: str, before: Any, after: Any) -> Iterator[FieldChange]:
        """The change where a rule uses another set; a change within the same set is reported for the set."""
        was, is_ = set_in_role(self.old, before, name), set_in_role(self.new, after, name)
        if was is None and is_ is None:
            old, new = getattr(before, name), getattr(after, name)
            if _said(old) != _said(new):
                yield field_change(name, old, new)
            return
        if was is not None and is_ is not None:
            says_the_same = self._says[0](was) == self._says[1](is_)
            if self.partner.get(id(was)) is is_ or says_the_same:
                return
        if any(each is not None and not each.is_default for each in (was, is_)):
            is_rule = isinstance(before, RULES)  # for a VPN connection the offer may be written elsewhere
            old, new = (set_words(each) if is_rule or each is not None else None for each in (was, is_))
            yield FieldChange(field_words(name), old, new)

    def _users(self, before: Any, after: Any) -> tuple[str, ...]:
        if isinstance(before, PARTS_OF_RULES):
            rules = (*rules_made_of(self.old, before), *rules_made_of(self.new, after))
            return tuple(dict.fromkeys(rule.name for rule in rules))
        if not isinstance(before, SETS):
            return ()
        users = (*self.old.index.users_of(before), *self.new.index.users_of(after))
        secured = (user for user in users if isinstance(user, MainModeRule) or user.action.known not in _WITHOUT_SETS)
        return tuple(dict.fromkeys(user.name for user in secured))


def _blank(settings: GlobalSettings) -> GlobalSettings:
    """Empty settings, for a state that says nothing where the other names exemptions: Windows' default
    exemptions hold."""
    exempt = None if settings.exemptions is None else default(builtin.EXEMPTIONS, settings.span)
    return GlobalSettings(span=settings.span, dialect=settings.dialect, store=settings.store, exemptions=exempt)


# ---- what an object says ----


def _fields_of(thing: Any) -> list[str]:
    kind = type(thing)
    if kind not in _FIELDS:
        names = kind._fields if issubclass(kind, WfpFilter) else kind.model_fields
        _FIELDS[kind] = [name for name in names if name not in _IDENTITY | _STATE]
    return _FIELDS[kind]


_FIELDS: dict[type, list[str]] = {}
"""The content fields of each type of object, once computed."""


def _said(value: Any) -> Hashable:
    """A value without places; the order of filters and the case of names do not count."""
    if isinstance(value, tuple) and value and isinstance(value[0], LegacyFilter):
        return frozenset(Counter(without_places(row) for row in value).items())
    if isinstance(value, tuple) and value and isinstance(value[0], AuthenticationMethod):
        return tuple(map(method_identity, value))
    return without_places(value)
