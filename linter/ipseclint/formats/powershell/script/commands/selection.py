"""Selection of the objects that a cmdlet acts on: piped ones, or those with the name or group that it is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ipseclint.formats.powershell.script.arguments.binding import Bound
from ipseclint.formats.powershell.script.commands.objects import (
    ID_PARAMETERS,
    LOCAL_STORES,
    NOT_PROPERTIES,
    Objects,
    identity,
    store_name,
)
from ipseclint.formats.powershell.script.evaluator import Call
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.value import (
    Thing,
    Unknown,
    Value,
    text_of,
)
from ipseclint.formats.powershell.script.values.wildcards import like
from ipseclint.vocabulary.builtin import DEFAULT_SET_NAMES
from ipseclint.vocabulary.cmdlets import Cmdlet

_QUERIED = ("netipsec", "netfirewallrule")
"""What the kinds begin with that are looked for by what they hold, and taken out all where nothing is asked for."""
_OF_NO_SCRIPT = frozenset({"none", "default", *(each.casefold() for each in DEFAULT_SET_NAMES.values())})
"""What a rule names, folded, that is no set of a script: none, or a default one."""
_NAMES = frozenset({*ID_PARAMETERS, "DisplayName", "Group", "DisplayGroup"})


class Act(NamedTuple):
    """A cmdlet about to run."""

    call: Call
    cmdlet: Cmdlet
    bound: Bound
    store: Value | None
    kind: str
    """The folded noun."""

    @property
    def unknown(self) -> Value:
        """Its output, if unknown."""
        return Value(Unknown(f"what `{self.cmdlet.name}` gives"), self.call.start, self.call.end)

    @property
    def asks(self) -> bool:
        """Whether it asks for confirmation (`-Confirm`), so that objects may stay unchanged."""
        return self.bound.is_on("Confirm") and not self.call.name.startswith(("new-", "add-"))

    @property
    def place(self) -> tuple[int, int]:
        """The offsets of the command."""
        return self.call.start, self.call.end


def chosen(act: Act, objects: Objects, *, by_default_all: bool = False) -> list[Thing] | None:
    """The objects that a command acts on; None if unknown."""
    given = act.bound.given("InputObject")
    listed = [*(flat(given) if given is not None else ()), *(act.call.piped or ())]
    if given is not None or act.call.piped is not None:
        if any(each.is_unknown for each in listed):
            return None if objects.of(act.kind) else []
        things = [each.data for each in listed if isinstance(each.data, Thing)]
        own = [thing for thing in things if thing.kind == act.kind]
        return own or [used for thing in things for used in _associated(thing, act.kind, objects)]
    takes_out = act.call.name.startswith("remove-") and act.kind.startswith(_QUERIED)
    candidates = objects.of(act.kind)
    named = _selected(candidates, act.bound, act.store, by_default_all=by_default_all or takes_out)
    if named is not None and (by_default_all or takes_out) and act.kind.startswith(_QUERIED):
        named = _queried(named, act.bound)
    return named if named is not None or candidates else []  # whatever is named, the script has made none


def _queried(things: Sequence[Thing], bound: Bound) -> list[Thing] | None:
    """The objects with the properties that a command asks for; None if unknown."""
    if bound.is_partial and bound.given(*_NAMES) is None:
        return None
    left = list(things)
    for name, value in bound.values.items():
        if name in NOT_PROPERTIES or name in _NAMES:
            continue
        wanted = list(flat(value))
        own = [thing.properties.get(name.casefold()) for thing in left]
        if any(each is None or each.is_unknown or isinstance(each.data, Thing) for each in (*wanted, *own)):
            return None
        texts = {text_of(each).casefold() for each in wanted}
        left = [thing for thing in left if thing.text(name.casefold()).casefold() in texts]
    return left


def _associated(thing: Thing, kind: str, objects: Objects) -> list[Thing]:
    """The sets of a kind that a rule names, or the rules of a kind that name a set."""
    named = kind.removeprefix("netipsec")
    if named in thing.properties:
        name = thing.text(named).casefold()
        candidates = [each for each in objects.of(kind) if store_name(each) == store_name(thing)]
        return [each for each in candidates if name in {identity(each), each.text("displayname").casefold()}]
    role = thing.kind.removeprefix("netipsec")
    names = {identity(thing), thing.text("displayname").casefold()}
    return [
        each
        for each in objects.of(kind)
        if store_name(each) == store_name(thing) and each.text(role).casefold() in names - {""}
    ]


def _selected(
    things: Sequence[Thing], bound: Bound, store: Value | None, *, by_default_all: bool
) -> list[Thing] | None:
    """The objects that a command names; None if unknown."""
    place = "" if store is None or store.is_unknown else text_of(store).casefold()
    here = [thing for thing in things if store_name(thing) == place or {store_name(thing), place} <= LOCAL_STORES]
    names = bound.given(*ID_PARAMETERS)
    if names is not None:
        return _named(here, names, ("name", "displayname"))
    for parameter in ("DisplayName", "Group", "DisplayGroup"):
        given = bound.given(parameter)
        if given is not None:
            return _named(here, given, ("group",) if parameter.endswith("Group") else ("displayname",))
    return here if by_default_all or bound.is_on("All") else []


def _named(things: Sequence[Thing], names: Value, properties: Sequence[str]) -> list[Thing] | None:
    wanted = list(flat(names))
    if any(isinstance(each.data, Unknown) for each in wanted):
        same = [thing for thing in things if any(_is_same(thing, each, properties) for each in wanted)]
        return same if len(same) == len(wanted) else None
    texts = [text_of(each) for each in wanted]
    named = [
        thing for thing in things if any(like(text, pattern) for text in _texts(thing, properties) for pattern in texts)
    ]
    may_be_others = any(own.is_unknown for thing in things if (own := _called(thing, properties)) is not None)
    return named if named or not may_be_others else None


def _is_same(thing: Thing, name: Value, properties: Sequence[str]) -> bool:
    """Whether the unknown name of an object is the same unknown value."""
    own = _called(thing, properties)
    if own is None or not isinstance(own.data, Unknown) or not isinstance(name.data, Unknown):
        return False
    return own.data.identity == name.data.identity


def _called(thing: Thing, properties: Sequence[str]) -> Value | None:
    return next((thing.properties[each] for each in properties if each in thing.properties), None)


def named_by_same(things: Sequence[Thing], name: Value) -> list[Thing]:
    """The objects whose name is the same unknown value."""
    return [thing for thing in things if _is_same(thing, name, ("name", "displayname"))]


def may_be_another(sets: Sequence[Thing], name: Value) -> bool:
    """Whether a known name matches none of these sets, but may match one of unknown name."""
    wanted, own = text_of(name).casefold(), [_called(each, ("name", "displayname")) for each in sets]
    if wanted in _OF_NO_SCRIPT:
        return False
    is_there = any(wanted in {identity(each), each.text("displayname").casefold()} for each in sets)
    return not is_there and any(each is not None and each.is_unknown for each in own)


def may_be_named(things: Sequence[Thing], name: Value) -> bool:
    """Whether one of these objects may have this name, because one of the names is unknown."""
    return any(name.is_unknown or thing.properties.get("name", name).is_unknown for thing in things)


def _texts(thing: Thing, properties: Sequence[str]) -> list[str]:
    first = thing.text(properties[0])
    if first or len(properties) == 1:
        return [first]
    return [thing.text(properties[1])]
