"""The machines that the commands of a script act on: its own, or others by session and by name.

Sources: the pages of New-CimSession, New-PSSession, Invoke-Command and of `-CimSession` (NetSecurity, Windows Server
2025). Objects in a GPO belong to no machine, whichever machine writes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice

from ipseclint.formats.powershell.instance import MAX_INSTANCES
from ipseclint.formats.powershell.script.arguments.parameters import given, parameters
from ipseclint.formats.powershell.script.commands.objects import LOCAL_STORES, Objects, is_of_gpo, store_name
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.flow.running import invoke_command
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.values.lists import flat, items_of
from ipseclint.formats.powershell.script.values.value import (
    HERE_ALONE,
    Table,
    Thing,
    Unknown,
    Value,
    text_of,
)

_WHICH_MACHINE = -2 - MAX_INSTANCES
"""The number of the decision on which machine an object is; no other decision has it."""
_THIS_ONE = frozenset({"", ".", "localhost", "127.0.0.1", "::1", "$env:computername", "(hostname)"})
_ELSEWHERE = ("computername", "session", "vmname", "vmid", "hostname", "containerid", "connectionuri", "sshconnection")
"""The parameters of `Invoke-Command` that name machines."""
_MAX_COMPARED = 1000
"""How many parts of a value are compared between two machines (reasoned)."""
_NOT_KNOWN = "?"
"""The prefix of a machine name that is only an expression; no real name begins so."""


class Machines:
    """Keeps the objects of several machines apart: what is set on one machine alone is that machine's policy."""

    def __init__(self, syntax: Syntax, objects: Objects) -> None:
        self._syntax = syntax
        self._objects = objects
        self._beside: dict[tuple[int, int], frozenset[str]] = {}
        self._not_known: dict[str, tuple[int, int]] = {}

    @contextmanager
    def on(self, value: Value | None) -> Iterator[None]:
        """Act on the machines of a session, a name, or several of them; None changes nothing."""
        before = self._objects.machines
        if value is not None:
            self._objects.machines = frozenset(self._named(value))
        try:
            yield
        finally:
            self._objects.machines = before

    def _named(self, value: Value) -> Iterator[str]:
        for item in items_of(value):
            if isinstance(item.data, Table):
                computer = item.data.values.get("computername")
                yield from self._named(computer) if computer is not None else ("",)
                continue
            is_text = isinstance(item.data, str)
            name = (text_of(item) if is_text else self._syntax.text[item.start : item.end]).casefold()
            if name in _THIS_ONE:
                yield ""
            elif is_text:
                yield name
            else:
                yield _NOT_KNOWN + name

    def note(self, call: Call, store: Value | None = None) -> None:
        """Note that a command sets policy on the current machines, or in a GPO."""
        if store is None or text_of(store).casefold() in LOCAL_STORES:
            for name in self._objects.machines:
                if name.startswith(_NOT_KNOWN):
                    self._not_known.setdefault(name, (call.start, call.end))

    def note_beside(self, call: Call) -> None:
        """Note that a command sets something on the current machines other than an object of a cmdlet."""
        self.note(call)
        place = call.start, call.end
        self._beside[place] = self._beside.get(place, frozenset()) | self._objects.machines

    def invoke(self, call: Call, evaluator: Evaluator) -> list[Value]:
        """The output of a block that runs here or on other machines."""
        named, rest = parameters(call)
        where = next((each for name in _ELSEWHERE if (each := given(named, name)) is not None), None)
        if where is None and len(rest) > 1 and isinstance(rest[0].data, (str, list, Table)):
            where = rest[0]
        with self.on(where):
            return invoke_command(call, evaluator, is_apart=where is not None)

    def part(self) -> Iterator[tuple[str, int, int]]:
        """Merge objects that are alike on several machines, and separate those of different machines.

        Yields a message and a place for what then differs from the policy of each machine.
        """
        self._join([thing for thing in self._objects.made if not is_of_gpo(thing)])
        own = [thing for thing in self._objects.made if not is_of_gpo(thing)]
        for start, end in self._not_known.values():
            yield "on which machines this acts is not known: it is read as the policy of each of them", start, end
        groups = {thing.machines for thing in own} | set(self._beside.values())
        if len(groups) < 2:
            return
        for place, machines in self._beside.items():
            if machines != HERE_ALONE:
                yield "this is set on another machine than the rest: it is read as if all were on one", *place
        numbers = {name: number for number, name in enumerate(sorted(frozenset().union(*groups)))}
        for thing in own:
            if not any(name.startswith(_NOT_KNOWN) for name in thing.machines):
                on = frozenset(numbers[name] for name in thing.machines)
                thing.ways = (*thing.ways, (_WHICH_MACHINE, on))

    def _join(self, things: Sequence[Thing]) -> None:
        """Merge an object that one command makes alike on machine after machine."""
        firsts: dict[tuple[str, int, str, object], Thing] = {}
        for thing in things if len({thing.machines for thing in things}) > 1 else ():
            first = firsts.setdefault((thing.kind, thing.start, store_name(thing), _told(thing.properties)), thing)
            if first is not thing and first.ways == thing.ways:
                first.machines |= thing.machines
                self._objects.remove([thing])


def _told(properties: Mapping[str, Value]) -> object:
    """A key of all properties and their places; the identity of a value that has very many parts."""
    return tuple((name, value.start, value.end, _told_by(value)) for name, value in sorted(properties.items()))


def _told_by(value: Value) -> object:
    items = list(islice(flat(value), _MAX_COMPARED + 1))
    if len(items) > _MAX_COMPARED:
        return id(value.data)
    return tuple((item.start, item.end, text_of(item), _members(item)) for item in items)


def _members(item: Value) -> object:
    """The members of a table or an object within a value, one level deep."""
    if isinstance(item.data, Unknown):
        return id(item.data)
    held = item.data.values if isinstance(item.data, Table) else {}
    held = item.data.properties if isinstance(item.data, Thing) else held
    return tuple((name, value.start, value.end, text_of(value)) for name, value in sorted(held.items()))


def session(call: Call, _evaluator: Evaluator) -> list[Value]:
    """The sessions that a command opens, one for each machine; with the local one if it names none."""
    named, rest = parameters(call)
    computers = given(named, "computername") or (rest[0] if rest else None)
    if computers is None:
        return [Value(Table(), call.start, call.end)]
    name = Value("ComputerName", computers.start, computers.end)
    return [
        Value(Table({"computername": each}, {"computername": name}), call.start, call.end)
        for each in items_of(computers)
    ]


SESSIONS = {"new-cimsession": session, "new-pssession": session}
"""Commands that open sessions."""
