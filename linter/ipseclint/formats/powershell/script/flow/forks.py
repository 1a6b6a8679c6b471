"""States of the variables from which a script may go on elsewhere: what differs there, once it is known where."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from msgspec import Struct, field

from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.value import Value

Values = dict[str, Value]
Key = tuple[int, str]

LIST = "\0list"
"""The key for the content of a list among the changes of a way."""
MAX_STATES = 8
"""Of how many states the values of one key are told, for what they have alike (reasoned)."""


class Change(NamedTuple):
    """A variable, or a table entry, that a way changed: its value before and after the way."""

    values: Values
    before: Value | None
    behind: Value | None


Changes = dict[Key, Change]
"""The changes of a way, by table or scope, and key."""
First = dict[Key, tuple[Values, Value | None]]
"""What was held before the first change since some point."""

Differing = dict[Key, tuple[Values, list[Value | None]]]
"""What states hold otherwise than now."""


class Fork(Struct, eq=False):
    """Such a state: what the way that leads there has set, and what was held before the first change since.

    `passing` is what was held before the later ones.
    """

    set_there: Changes
    since: First = field(default_factory=dict)
    passing: Differing = field(default_factory=dict)
    is_open: bool = True

    def note(self, key: Key, values: Values, held: Value | None) -> None:
        """Note what is held before a change."""
        if key not in self.since:
            self.since[key] = values, held
            return
        told = self.passing.setdefault(key, (values, []))[1]
        if len(told) < MAX_STATES:
            told.append(held)

    def tell(self, earlier: Fork) -> None:
        """Hand what was noted here on to a state before this one."""
        for key, (values, held) in self.since.items():
            earlier.note(key, values, held)
        for key, (values, told) in self.passing.items():
            for held in told:
                earlier.note(key, values, held)


class Forks:
    """The states from which it is not known yet where the script goes on."""

    def __init__(self) -> None:
        self._open: list[Fork] = []

    def open(self, set_there: Changes) -> Fork:
        """Keep the state of now, changed as a way that leads there has changed it."""
        fork = Fork(set_there)
        self._open.append(fork)
        return fork

    @property
    def latest(self) -> Fork | None:
        """The latest state, since which changes are noted; None if there is none."""
        return self._open[-1] if self._open else None

    def passing(self, fork: Fork) -> Differing:
        """What has been held for a while since a state, and is not now."""
        since = Fork({})
        for later in self._open[self._open.index(fork) :]:
            later.tell(since)
        passing: Differing = {}
        for key, (values, told) in since.passing.items():
            now = behind(values, key[1])
            if others := [each for each in told if not is_same(each, now)]:
                passing[key] = values, others
        return passing

    def close(self, forks: Collection[Fork]) -> Differing:
        """Keep these no longer; what is held otherwise in one of them than now, with what they hold."""
        differing, later = self.differing(forks), list[Fork]()
        left = {id(fork) for fork in forks if fork.is_open}
        while left and self._open:
            fork = self._open.pop()
            if id(fork) not in left:
                later.append(fork)
                continue
            left.remove(id(fork))
            fork.is_open = False
            if self._open:
                fork.tell(self._open[-1])
        self._open += reversed(later)
        return differing

    def differing(self, forks: Collection[Fork]) -> Differing:
        """What is held otherwise in one of these than now, with what they hold."""
        left = {id(fork) for fork in forks if fork.is_open}
        there: First = {}
        differing: Differing = {}
        now: dict[Key, Value | None] = {}
        for fork in reversed(self._open):
            if not left:
                break
            for key, (values, before) in fork.since.items():
                if key not in now:
                    now[key] = behind(values, key[1])
                there.pop(key, None)
                if not is_same(before, now[key]) and len(differing.get(key, ({}, ()))[1]) < MAX_STATES:
                    there[key] = values, before
            if id(fork) not in left:
                continue
            left.remove(id(fork))
            for key, values, held in _held_there(fork, there, now):
                told = differing.setdefault(key, (values, []))[1]
                told.append(held)
                if len(told) >= MAX_STATES:
                    there.pop(key, None)
        return differing


def _held_there(fork: Fork, there: First, now: dict[Key, Value | None]) -> Iterator[tuple[Key, Values, Value | None]]:
    """What a state holds otherwise than now."""
    for key, change in fork.set_there.items():
        if key not in now:
            now[key] = behind(change.values, key[1])
        if not is_same(change.behind, now[key]):
            yield key, change.values, change.behind
    for key, (values, before) in list(there.items()):
        if key not in fork.set_there:
            yield key, values, before


def behind(values: Values, key: str) -> Value | None:
    """A snapshot of the value in a table or scope, or of a list."""
    value = values.get(key)
    if key == LIST and value is not None and isinstance(value.data, list):
        return value._replace(data=list(value.data))
    return value


def set_behind(changes: Changes, not_known: Changes) -> Changes:
    """What a way has set, without what it left as it was not known in it."""
    return {
        key: each
        for key, each in changes.items()
        if key not in not_known or not _is_identical(each.behind, not_known[key].behind)
    }


def _is_identical(first: Value | None, second: Value | None) -> bool:
    """Whether two values are one, or snapshots of one list."""
    if first is None or second is None or not isinstance(first.data, list) or not isinstance(second.data, list):
        return first is second
    ours, theirs = first.data, second.data
    return len(ours) == len(theirs) and all(each is other for each, other in zip(ours, theirs, strict=True))


def is_same(first: Value | None, second: Value | None) -> bool:
    """Whether two values cannot be told apart."""
    if first is None or second is None:
        return first is second
    if isinstance(first.data, list) and isinstance(second.data, list):
        ours, theirs = (tuple(each.data for each in flat(value)) for value in (first, second))
        return ours == theirs
    return first.data is second.data or (type(first.data) is type(second.data) and first.data == second.data)
