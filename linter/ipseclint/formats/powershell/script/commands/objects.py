"""The objects that a script makes and changes, found by name, store and group."""

from __future__ import annotations

from collections.abc import Iterable

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.powershell.instance import MAX_INSTANCES
from ipseclint.formats.powershell.script.arguments.binding import Bound, Refusal
from ipseclint.formats.powershell.script.evaluator import ExhaustedError
from ipseclint.formats.powershell.script.flow.alternatives import are_apart
from ipseclint.formats.powershell.script.values.lists import snapshot
from ipseclint.formats.powershell.script.values.value import (
    HERE_ALONE,
    MAX_WAYS,
    Thing,
    Unknown,
    Value,
    Way,
    text_of,
    truth_of,
)

LOCAL_STORES = frozenset(
    {
        "", "persistentstore", "activestore", "configurableservicestore", "localhost", "rsop", "systemdefaults",
        "staticservicestore",
    }
)  # fmt: skip
"""What `-PolicyStore` may say beside a GPO, folded (NetSecurity, the parameter PolicyStore)."""

_GPO_PREFIX = "gpo:"


def without_prefix(store: Value | None) -> Value | None:
    """A store without the prefix `GPO:`, which Microsoft's own examples write before the name of a GPO."""
    if store is None or not isinstance(store.data, str) or not store.data.casefold().startswith(_GPO_PREFIX):
        return store
    return store._replace(data=store.data[len(_GPO_PREFIX) :])


ID_PARAMETERS = ("IPsecRuleName", "Name", "ConnectionName")
"""Parameters for the id of an object, by which others refer to it."""

NOT_PROPERTIES = frozenset(
    {
        "PolicyStore", "GPOSession", "CimSession", "ThrottleLimit", "AsJob", "WhatIf", "Confirm", "PassThru", "Force",
        "InputObject", "All", "TracePolicyStore", "NewDisplayName", "NewName", "NewPolicyStore", "NewGPOSession",
        "Verbose", "Debug", "ErrorAction", "WarningAction", "InformationAction", "ErrorVariable", "WarningVariable",
        "InformationVariable", "OutVariable", "OutBuffer", "PipelineVariable",
    }
)  # fmt: skip
"""Parameters that are no properties of an object."""


MAX_EXAMINED_OBJECTS = 2_000_000
"""How many objects the commands of one script may look at (reasoned: a hostile one could change all with each)."""


class Objects:
    """The objects made so far, in order; by kind, and by id in a store. `machines` are those that lookups see.

    `kinds_with_open_names` are the kinds with an object whose name is unknown.
    """

    def __init__(self) -> None:
        self.machines = HERE_ALONE
        self._are_several = False
        self._by_kind: dict[str, dict[int, Thing]] = {}
        self._by_identity: dict[_Key, list[Thing]] = {}
        self._numbers: dict[int, int] = {}
        self._attempts: dict[int, tuple[Thing, list[tuple[Way, ...]]]] = {}
        self.kinds_with_open_names: set[str] = set()
        self._gone: list[Thing] = []  # kept, so that their numbers are not given again
        self._examined = 0

    @property
    def made(self) -> list[Thing]:
        """All objects, in the order made."""
        things = [thing for kind in self._by_kind.values() for thing in kind.values()]
        return sorted(things, key=lambda thing: self._numbers[id(thing)])

    @property
    def count(self) -> int:
        """How many were made, removed ones included."""
        return len(self._numbers)

    def of(self, kind: str) -> list[Thing]:
        """The objects of a kind. Raises ExhaustedError after very many lookups."""
        things = list(self._by_kind.get(kind, {}).values())
        if self._are_several or self.machines != HERE_ALONE:
            things = [each for each in things if each.machines == self.machines or is_of_gpo(each)]
        self._examined += len(things)
        if self._examined > MAX_EXAMINED_OBJECTS:
            raise ExhaustedError
        return things

    def twin(self, thing: Thing) -> Thing | None:
        """An object of the same kind, store and id that exists on a way on which this one is made."""
        return next(iter(self.twins(thing)), None)

    def twins(self, thing: Thing) -> list[Thing]:
        """All such objects: there are several if they are made on different ways."""
        same = self._by_identity.get(_key(thing, self.machines), ()) if identity(thing) else ()
        return [each for each in same if not are_apart(each.ways, thing.ways)]

    def made_at_first(self, thing: Thing, *, is_behind_failure: bool) -> Thing | None:
        """The same object that the same command makes where an attempt before this one does not fail.

        It then exists on the ways of both. `is_behind_failure`: what is followed runs only if that failed.
        """
        before, attempts = self._attempts.get(thing.start, (thing, []))
        is_same = before.properties == thing.properties and before.store == thing.store
        if not is_same or before.machines != self.machines or id(before) not in self._by_kind.get(thing.kind, {}):
            return None
        if len(attempts) == MAX_WAYS or not (
            is_behind_failure or all(are_apart(each, thing.ways) for each in attempts)
        ):
            return None
        attempts.append(thing.ways)
        before.ways = tuple(way for way in before.ways if way in thing.ways)
        return before

    def add(self, thing: Thing) -> None:
        """Add an object. Raises ExhaustedError at the limit."""
        if self.count >= MAX_INSTANCES:
            raise ExhaustedError
        if not is_of_gpo(thing):
            thing.machines = self.machines
            self._are_several |= self.machines != HERE_ALONE
        called = thing.properties.get("name") or thing.properties.get("displayname")
        if called is not None and called.is_unknown:
            self.kinds_with_open_names.add(thing.kind)
        self._numbers[id(thing)] = self.count
        self._attempts[thing.start] = thing, [thing.ways]
        self._by_kind.setdefault(thing.kind, {})[id(thing)] = thing
        self._know(thing)

    def part(self, thing: Thing) -> None:
        """Put objects of the same id on separate ways: a store holds one of them, whichever was made first."""
        same = self.twins(thing)
        for number, each in enumerate(same if len(same) > 1 else ()):
            decision = -1 - self._numbers[id(same[0])]
            each.ways = (*(way for way in each.ways if way[0] != decision), (decision, frozenset({number})))

    def remove(self, things: Iterable[Thing]) -> None:
        """Remove objects."""
        for thing in things:
            self._by_kind.get(thing.kind, {}).pop(id(thing), None)
            self._forget(thing)
            self._gone.append(thing)

    def rename(self, thing: Thing, name: Value) -> None:
        """Change the id of an object."""
        self._forget(thing)
        thing.properties["name"] = name
        self._know(thing)

    def _know(self, thing: Thing) -> None:
        if identity(thing):
            self._by_identity.setdefault(_key(thing, thing.machines), []).append(thing)

    def _forget(self, thing: Thing) -> None:
        same = self._by_identity.get(_key(thing, thing.machines), []) if identity(thing) else []
        same[:] = (each for each in same if each is not thing)


_Key = tuple[str, str, str, frozenset[str]]


def _key(thing: Thing, machines: frozenset[str]) -> _Key:
    store = store_name(thing) or phone_book(thing.properties.get("alluserconnection"))
    if thing.store is not None and thing.store.is_unknown:
        store = f"? {id(_root(thing.store))}"  # what is made of the same value is taken for the same store
    return thing.kind, store, identity(thing), HERE_ALONE if is_of_gpo(thing) else machines


def _root(store: Value) -> object:
    return store.data.roots[0] if isinstance(store.data, Unknown) else store.data


def phone_book(all_users: Value | None) -> str:
    """The phone book of a VPN connection, by its AllUserConnection: that of all users, or the user's own.

    If unknown, it is taken to be the user's own.
    """
    return "phone book of all users" if all_users is not None and truth_of(all_users) else ""


def identity(thing: Thing) -> str:
    """The folded id that the script gives an object; empty if Windows chooses it."""
    return thing.text("name").casefold()


def store_name(thing: Thing) -> str:
    """The folded name of an object's store; empty for the machine's own."""
    return "" if thing.store is None else text_of(thing.store).casefold()


def is_of_gpo(thing: Thing) -> bool:
    """Whether an object is in a GPO rather than on a machine."""
    return thing.store is not None and store_name(thing) not in LOCAL_STORES


def properties_of(bound: Bound) -> dict[str, Value]:
    """The parameters that become properties, by folded name; the id under `name`."""
    properties = {
        name.casefold(): snapshot(value) for name, value in bound.values.items() if name not in NOT_PROPERTIES
    }
    for name in ID_PARAMETERS:
        value = properties.pop(name.casefold(), None)
        if value is not None:
            properties["name"] = value
    return properties


def in_other_phone_book(thing: Thing, name: Value, start: int, end: int) -> Refusal:
    """The refusal, at a place, of a command whose connection is in the other phone book (Set-VpnConnection, which
    finds no profile then)."""
    if phone_book(thing.properties.get("alluserconnection")):
        reason = "is in the phone book of all users; without `-AllUserConnection` the user's own is looked at"
    else:
        reason = "is in the user's own phone book; with `-AllUserConnection` that of all users is looked at"
    called = "a connection of this name" if name.is_unknown else quoted(thing.text("name"))
    return Refusal(f"{called} {reason}", start, end)


def already_there(thing: Thing, start: int, end: int) -> Refusal:
    """The refusal to make an object whose name is taken."""
    value = thing.properties.get("name")
    place = (value.start, value.end) if value is not None else (start, end)
    return Refusal(f"{quoted(thing.text('name'))} is there already: a name is taken once in a store", *place)
