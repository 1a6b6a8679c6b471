"""Suggested fixes as changes of policy objects; `repair.commands` renders them as text."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import cache, cached_property
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Union, cast, get_args, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.model.machine import Crypto
from ipseclint.model.policy import PolicyObject, Reference
from ipseclint.model.setting import Setting
from ipseclint.packing import filled
from ipseclint.words import series

if TYPE_CHECKING:
    from ipseclint.model.site import SiteFact


class Assign(Struct, frozen=True):
    """Set one field of one object, for example `lifetime_seconds` of a main-mode set, to a value.

    A bare value is taken as an explicit Setting where the field holds Settings, and a bare name as a
    Reference where it holds those.
    """

    target: PolicyObject
    field: str
    value: object


class Add(Struct, frozen=True):
    """Create an object that is not there."""

    new: PolicyObject


class Remove(Struct, frozen=True):
    """Delete an object."""

    target: PolicyObject


Change = Assign | Add | Remove


class Fix(Struct, frozen=True, dict=True):
    """Changes that repair one finding, in order; `risky` if applying them can cut connections.

    `note` is what no command can do, a decision or a step elsewhere, in whole sentences: the notes of several fixes are
    joined. Raises ValueError for a note that is no sentence. `needs` are the facts of the site without which no changes
    can be written.
    """

    changes: tuple[Change, ...] = ()
    note: str | None = None
    risky: bool = False
    needs: tuple[SiteFact, ...] = ()

    def __post_init__(self) -> None:
        if self.note is not None and not (self.note[:1].isupper() and self.note.endswith(".")):
            raise ValueError(f"the note of a fix is not a sentence: {self.note!r}")

    @cached_property
    def edits(self) -> tuple[Edit, ...]:
        """The changes, joined by object: several callers ask."""
        return edits(self.changes)

    def edits_among(self, alike: dict[Hashable, Edit]) -> tuple[Edit, ...]:
        """The same, of one kind with those of other fixes for the same policy: `alike` has the first of each kind."""
        held = vars(self)
        if "edits" not in held:
            held["edits"] = edits(self.changes, alike)
        return self.edits

    def moved_to(self, objects: Iterable[PolicyObject]) -> Fix:
        """The same changes on the copies of their objects in another policy, where these are found by identity."""
        own = {_identity(each): each for each in objects}

        def moved(change: Change) -> Change:
            if isinstance(change, Add):
                return change
            return replace(change, target=own.get(_identity(change.target), change.target))

        return replace(self, changes=tuple(map(moved, self.changes)))

    @property
    def advice(self) -> str | None:
        """The note, and the facts of the site that are needed for changes."""
        facts = series(f"`{fact}`" for fact in self.needs)
        sentence = f"With {facts} under [site] in ipseclint.toml a command is written." if facts else None
        return " ".join(filter(None, (self.note, sentence))) or None


def _identity(policy_object: PolicyObject) -> tuple[object, ...]:
    return type(policy_object), policy_object.name, policy_object.span


class Assigned(Struct, frozen=True, dict=True):
    """Values for fields of a set, shared by the edits of one kind: few of the objects with them are ever asked for."""

    values: tuple[tuple[str, object], ...]

    def to(self, before: PolicyObject) -> PolicyObject:
        """The object with these values; those made of objects that are alike are so too."""
        made = before
        for field, value in self.values:
            made = assigned(made, field, value)
        if before.like is None:
            return made
        held, kept = vars(made), vars(self)
        if "like" not in kept:
            kept["like"] = filled(type(made), {name: held[name] for name in vars(before.like)})
        alike: PolicyObject = filled(type(made), held, kept["like"])
        return alike


class Edit(Struct, frozen=True, dict=True):
    """All that changes in one object: before is None for one created, after for one deleted.

    `fields` names what differs when both are there. Edits of one `kind` set the same values in sets that are alike, and
    ask the same of a tool but for the names; it is None for an edit of its own. `result` is the object afterwards, or
    the values with which it is made when it is asked for.
    """

    before: PolicyObject | None
    result: PolicyObject | Assigned | None
    fields: tuple[str, ...] = ()
    kind: tuple[Hashable, ...] | None = None

    @property
    def after(self) -> PolicyObject | None:
        """The object afterwards, the same whenever it is asked for."""
        result = self.result
        return self._made if isinstance(result, Assigned) else result

    @cached_property
    def _made(self) -> PolicyObject:
        return cast("Assigned", self.result).to(cast("PolicyObject", self.before))

    @property
    def subject(self) -> PolicyObject:
        """The object as it will be, or as it was if it goes; or if it stays the same but for values of a kind."""
        result = self.result
        return cast("PolicyObject", self.before if result is None or isinstance(result, Assigned) else result)


MAX_KINDS = 1000
"""Reasoned: of more kinds of edits there are few of each."""

_TELLING = frozenset({"name", "id", "span", "dialect", "phase", "is_default", "builtin", "store"})
"""The fields by which a set is told from others."""


def edits(changes: Iterable[Change], alike: dict[Hashable, Edit] | None = None) -> tuple[Edit, ...]:
    """The changes with all assignments to one object joined, in the order each object is first named.

    `alike` has the first edit of each kind, where others were made for the same policy.
    """
    result: list[Edit] = []
    places: dict[int, int] = {}  # by identity; the changes keep the objects alive
    alike = {} if alike is None else alike
    for change in changes:
        match change:
            case Add(new):
                result.append(Edit(None, new))
            case Remove(target):
                result.append(Edit(target, None))
            case Assign(target, field, value):
                place = places.setdefault(id(target), len(result))
                if place == len(result):
                    result.append(Edit(target, target))
                result[place] = _assigning(result[place], target, field, value, alike)
    return tuple(result)


def _assigning(edit: Edit, target: PolicyObject, field: str, value: object, alike: dict[Hashable, Edit]) -> Edit:
    """An edit of a target that sets another field as well. `alike` has the first edit of each kind."""
    kind = _kind(edit, target, field, value)
    first = alike.get(kind)
    if first is not None:
        return Edit(target, first.result, first.fields, first.kind)
    fields = tuple(dict.fromkeys((*edit.fields, field)))
    is_shared = kind is not None and field not in _TELLING and not isinstance(value, Setting)
    if is_shared and len(alike) < MAX_KINDS and (edit.kind is None or edit.kind in alike):
        before = () if edit.kind is None else cast("Assigned", alike[edit.kind].result).values
        alike[kind] = Edit(None, Assigned((*before, (field, value))), fields, kind)
    return Edit(target, assigned(cast("PolicyObject", edit.after), field, value), fields, kind)


def _kind(edit: Edit, target: PolicyObject, field: str, value: object) -> tuple[Hashable, ...] | None:
    """The kind of an edit that sets another field as well."""
    if not isinstance(target, Crypto) or target.like is None:
        return None
    held: Hashable = id(value)
    if isinstance(value, Setting):
        held = value.value
    elif value is not None and Setting in _kinds(type(target), field):
        held = value
    return (*(edit.kind or (id(target.like),)), field, held)


def assigned(target: PolicyObject, field: str, value: object) -> PolicyObject:
    """The object with one field set, places kept. Raises KeyError if it has no such field."""
    kinds = _kinds(type(target), field)
    before = getattr(target, field) if not kinds.isdisjoint(_PLACED) else None
    span = before.span if isinstance(before, (Setting, Reference)) else target.span
    if isinstance(value, str) and Reference in kinds:
        value = Reference(target=value, span=span)
    elif Setting in kinds and not isinstance(value, Setting):
        value = None if value is None and NoneType in kinds else Setting(value, span)
    return target.model_copy(update={field: value})


_PLACED = frozenset({Setting, Reference})
_hints = cache(get_type_hints)


@cache
def _kinds(model: type[PolicyObject], field: str) -> frozenset[object]:
    """The types of value that a field of a model takes, with Setting in place of any Setting of a type."""
    annotation = _hints(model)[field]
    parts = get_args(annotation) if get_origin(annotation) in {Union, UnionType} else (annotation,)
    return frozenset(Setting if get_origin(part) is Setting else part for part in parts)
