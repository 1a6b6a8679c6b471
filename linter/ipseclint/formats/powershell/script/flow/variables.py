"""The variables of a script by scope, and their values after ways of which it is unknown which is taken."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from msgspec.structs import replace

from ipseclint.formats.kit.run_files import HERE
from ipseclint.formats.powershell.script.flow.forks import (
    LIST,
    Change,
    Changes,
    Differing,
    First,
    Fork,
    Forks,
    Key,
    Values,
    behind,
    is_same,
    set_behind,
)
from ipseclint.formats.powershell.script.values.value import (
    MAY_NOT_BE_THERE,
    REFUSED,
    UNDECIDED,
    Data,
    Repeated,
    Table,
    Unknown,
    Value,
    nowhere,
)

_AUTOMATIC: dict[str, Data] = {"true": True, "false": False, "null": None, "psscriptroot": HERE}
_WORKING_FOLDER = Unknown("the folder that the script is run in")
_ENVIRONMENT: dict[str, Data] = {"windir": "%windir%", "systemroot": "%SystemRoot%"}
"""Environment variables for the folder of Windows, as in cmd.exe: programs run from there are known."""
_SCOPES = frozenset({"script", "global", "local", "private", "using", "env", "variable"})
"""Scopes and drives before the name of a variable; the content of another drive is unknown."""
_TYPE = "\0type "
_PRIVATE = "\0private "
_FIXED = "\0fixed "
_CHECKS = "\0checks "
"""What the key of a variable begins with under which its type stands, that no scope within its own sees it, that it is
not to be changed, and the attributes that check what it is set to."""
_DEFAULTS = "psdefaultparametervalues"
"""The variable with default parameter values, which exists from the start."""
_ONE_SCOPE = frozenset({"script", "global", "local", "private"})
"""Prefixes of a name that is looked up in one scope only."""


class Joined(NamedTuple):
    """The value after several ways are joined, and the value that one of them left."""

    values: Values
    now: Value | None
    behind: Value | None


class Variables:
    """The variables of the script at `path`. Changes on a way are recorded, to be undone."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._scopes: list[Values] = [{_DEFAULTS: nowhere(Table())}]
        self._of_file = 0
        self._ways: list[First] = []
        self._forks = Forks()
        self._has_types = self._has_checks = self._has_private = self._has_fixed = False
        self._outside: list[Values] | None = None
        self.are_set_elsewhere = False
        """Whether a script that is not read has run in a scope of these, and may have set what nothing here sets."""

    @property
    def scope(self) -> Values:
        """The innermost scope."""
        return self._scopes[-1]

    @property
    def depth(self) -> int:
        """The number of nested scopes."""
        return len(self._scopes)

    @contextmanager
    def within(self, scope: Values) -> Iterator[None]:
        """Enter a nested scope."""
        self._scopes.append(scope)
        try:
            yield
        finally:
            self._scopes.pop()

    @contextmanager
    def of_file(self, scope: Values) -> Iterator[None]:
        """Enter a nested scope that is `$script:` for its code: that of another file, or a module."""
        outer, self._of_file = self._of_file, len(self._scopes)
        self._scopes.append(scope)
        try:
            yield
        finally:
            self._scopes.pop()
            self._of_file = outer

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Follow code in a job or remotely, which sees only what it names with `$using:`."""
        before = self._outside, self._scopes, self._of_file
        self._outside, self._scopes, self._of_file = self._scopes, [{_DEFAULTS: nowhere(Table())}], 0
        try:
            yield
        finally:
            self._outside, self._scopes, self._of_file = before

    def look_up(self, name: str) -> Value | None:
        """The value of a variable, by folded name; None if it is not set."""
        if name in _AUTOMATIC:
            return nowhere(_AUTOMATIC[name])
        if name == "pwd":
            return nowhere(_WORKING_FOLDER)
        if name in {"pscommandpath", "myinvocation"}:
            return _own_path(self._path, is_whole=name == "pscommandpath")
        scope, _, bare = name.rpartition(":")
        scopes = self._scopes
        if scope in _ONE_SCOPE or scope.isdigit():
            scopes = [self._holder(scope)]
        elif scope and scope not in _SCOPES:
            return None
        elif self._outside is not None and scope in {"using", "env"}:
            scopes = self._outside
        bare = "_" if bare == "psitem" else bare
        key = name if scope == "env" else bare
        for values in reversed(scopes):
            if key in values and not (self._has_private and values is not scopes[-1] and _PRIVATE + key in values):
                return values[key]
        return nowhere(_ENVIRONMENT.get(bare, Unknown("a variable of the environment"))) if scope == "env" else None

    def assign(self, name: str, value: Value) -> None:
        """Set a variable, by folded name."""
        scope, _, bare = name.rpartition(":")
        holder = self._holder(scope)
        self.change(holder, name if scope == "env" else bare, value)
        if scope == "private":
            self.change(holder, _PRIVATE + bare, value)
            self._has_private = True

    def _holder(self, scope: str) -> Values:
        """The scope with this name: a word, or a number of levels outwards."""
        if not scope:
            return self._scopes[-1]
        if scope.isdigit():
            return self._scopes[max(0, len(self._scopes) - 1 - int(scope))]
        return self._scopes[self._of_file if scope == "script" else 0 if scope in {"global", "env"} else -1]

    def fix(self, name: str, *, for_good: bool) -> None:
        """Make a variable read-only, by folded name; `for_good`: constant, so that not even `-Force` changes it."""
        scope, _, bare = name.rpartition(":")
        self.change(self._holder(scope), _FIXED + bare, nowhere(for_good))
        self._has_fixed = True

    def is_fixed(self, name: str, *, by_force: bool = False) -> bool:
        """Whether PowerShell refuses to change a variable, by folded name; `by_force`: even with `-Force`."""
        if not self._has_fixed:
            return False
        scope, _, bare = name.rpartition(":")
        held = self._holder(scope).get(_FIXED + bare)
        return held is not None and (held.data is True or not by_force)

    def forget(self, name: str) -> None:
        """Remove a variable, by folded name."""
        scope, _, bare = name.rpartition(":")
        holder = self._holder(scope)
        for key in (bare, _FIXED + bare, _CHECKS + bare, _TYPE + bare, _PRIVATE + bare):
            self.remove(holder, key)

    def hold_type(self, name: str, type_name: str) -> None:
        """Set the type of a variable, by folded name."""
        self.assign(f"{_TYPE}{name}" if ":" not in name else name.replace(":", f":{_TYPE}", 1), nowhere(type_name))
        self._has_types = True

    def type_of(self, name: str) -> str:
        """The type set for a variable, by folded name; empty for none."""
        if not self._has_types:
            return ""
        scope, _, bare = name.rpartition(":")
        held = self._holder(scope).get(_TYPE + bare)
        return "" if held is None or not isinstance(held.data, str) else held.data

    def hold_checks(self, name: str, attributes: str) -> None:
        """Keep the attributes that check a variable, by folded name."""
        self.assign(f"{_CHECKS}{name}" if ":" not in name else name.replace(":", f":{_CHECKS}", 1), nowhere(attributes))
        self._has_checks = True

    def checks_of(self, name: str) -> str:
        """The attributes that check a variable, by folded name; empty for none."""
        if not self._has_checks:
            return ""
        scope, _, bare = name.rpartition(":")
        held = self._holder(scope).get(_CHECKS + bare)
        return "" if held is None or not isinstance(held.data, str) else held.data

    def change(self, values: Values, key: str, value: Value) -> None:
        """Set a value in a table or scope, so that it can be undone."""
        self._note(values, key)
        values[key] = value

    def remove(self, values: Values, key: str) -> None:
        """Remove a value from a table, so that it can be undone."""
        if key in values:
            self._note(values, key)
            del values[key]

    def _note(self, values: Values, key: str) -> None:
        """Record a value before it is changed."""
        if self._ways:
            self._ways[-1].setdefault((id(values), key), (values, values.get(key)))
        if (fork := self._forks.latest) is not None:
            fork.note((id(values), key), values, values.get(key))

    def _firsts(self) -> Iterator[First]:
        """Where what was held before the first change of a list is recorded."""
        if self._ways:
            yield self._ways[-1]
        if (fork := self._forks.latest) is not None:
            yield fork.since

    def keep(self, items: list[Value]) -> int:
        """Record the elements of a list before it is changed in place; how many were copied."""
        new = [first for first in self._firsts() if (id(items), LIST) not in first]
        if not new:
            return 0
        held = nowhere(list(items))
        for first in new:
            first[id(items), LIST] = ({LIST: nowhere(items)}, held)
        return len(items)

    def as_also_at(self, forks: Collection[Fork]) -> Changes:
        """What would not be known if the script went on from these states too; nothing is changed."""
        self.begin_way()
        self._meet(self._forks.differing(forks))
        return self.end_way()

    def as_also_since(self, fork: Fork) -> Changes:
        """What would not be known if the script went on from this state too, or from any since; nothing is changed."""
        self.begin_way()
        self._meet(self._forks.passing(fork) | self._forks.differing([fork]))
        return self.end_way()

    def take_over(self, changes: Changes) -> None:
        """Set what a way set."""
        for (_, key), change in changes.items():
            if change.behind is not None:
                self._put(change.values, key, change.behind)
            else:
                self.remove(change.values, key)

    @contextmanager
    def without(self, not_known: Changes) -> Iterator[None]:
        """Follow what does not know these; what it leaves as it is is known again behind it."""
        self.begin_way()
        self.take_over(not_known)
        try:
            yield
        finally:
            self.take_over(set_behind(self.end_way(), not_known))

    def begin_way(self) -> None:
        """Record changes from now on."""
        self._ways.append({})

    def end_way(self) -> Changes:
        """Undo the changes since the way began, and give them."""
        noted = self._ways.pop()
        changes = {key: Change(values, before, behind(values, key[1])) for key, (values, before) in noted.items()}
        fork = self._forks.latest
        for key, change in changes.items():
            if fork is not None:
                fork.since.setdefault(key, (change.values, change.behind))
            restore(change.values, key[1], change.before)
        return changes

    def join(self, ways: Sequence[Changes]) -> dict[Key, list[Joined]]:
        """Keep values that all ways leave alike; others become unknown. A way without changes counts too.

        Gives, for each of those others, what each way left.
        """
        joined: dict[Key, list[Joined]] = {}
        touched: Changes = {}
        for way in ways:
            touched = way | touched
        for key, (values, before, _) in touched.items():
            held = [way[key].behind if key in way else before for way in ways]
            first = held[0]
            if first is not None and all(is_same(each, first) for each in held):
                self._put(values, key[1], first)
            elif self._put_undecided(values, key[1], held):
                now = _held(values, key[1])
                joined[key] = [Joined(values, now, each) for each in held]
        return joined

    def _put_undecided(self, values: Values, key: str, held: Sequence[Value | None]) -> bool:
        """Set a value of which it is not known which of these it is; whether any is one."""
        known = next((each for each in held if each is not None), None)
        if known is None:
            return False
        if key == LIST and isinstance(known.data, list) and known.data:
            known = known.data[-1]
        is_entry = not any(values is scope for scope in self._scopes)
        why = MAY_NOT_BE_THERE if is_entry and None in held else UNDECIDED
        self._put(values, key, _joined_table(held) or Value(Unknown(why), known.start, known.end))
        return True

    def fork(self, set_there: Changes | None = None) -> Fork:
        """Keep the values of now, changed so, for where the script may go on from here."""
        return self._forks.open(set_there or {})

    def meet(self, forks: Collection[Fork]) -> None:
        """Follow what the script goes on with from these states too: what they hold otherwise is not known."""
        self._meet(self._forks.close(forks))

    def _meet(self, differing: Differing) -> None:
        for key, (values, held) in differing.items():
            now = behind(values, key[1])
            if now is None or not isinstance(now.data, Unknown) or now.data.is_error:
                self._put_undecided(values, key[1], [now, *held])
            elif now.data is not REFUSED:  # why it is not known says enough, but it may be another value
                self._put(values, key[1], now._replace(data=replace(now.data, origins=(), made=0)))

    def drop(self, forks: Collection[Fork]) -> None:
        """Keep these states no longer."""
        self._forks.close(forks)

    @contextmanager
    def kept(self) -> Iterator[Fork]:
        """Keep the values of now while something is followed."""
        fork = self.fork()
        try:
            yield fork
        finally:
            self.drop([fork])

    @contextmanager
    def perhaps(self) -> Iterator[None]:
        """Follow what may not run: what it changes is not known behind it."""
        with self.kept() as fork:
            try:
                yield
            finally:
                self.meet([fork])

    def take_up(self, key: str, joined: Joined) -> None:
        """Restore what one way left in a table, scope or list, if it still holds the joined value."""
        values, now, left = joined
        if now is None or _held(values, key) is not now:
            return
        if left is None:
            self.remove(values, key)
        else:
            self._put(values, key, left)

    def _put(self, values: Values, key: str, value: Value) -> None:
        """Set a value in a table or scope, or the content of a list."""
        if key == LIST:
            items = values[key].data
            if isinstance(items, list):
                self.keep(items)
            restore(values, key, nowhere([Repeated(*value)]) if value.is_unknown else value)
        else:
            self.change(values, key, value)


def _joined_table(tables: Sequence[Value | None]) -> Value | None:
    """A hashtable with what all of these have alike, and the rest unknown; None if one is no hashtable."""
    held = [each.data for each in tables if each is not None and isinstance(each.data, Table)]
    if len(held) < len(tables) or any(table.kind or table.is_ordered or table.is_exact for table in held):
        return None
    joined = Table()
    for table in held:
        for key, value in table.values.items():
            is_alike = all(is_same(other.values.get(key), value) for other in held)
            joined.names.setdefault(key, table.name_of(key))
            why = UNDECIDED if all(key in other.values for other in held) else MAY_NOT_BE_THERE
            joined.values.setdefault(key, value if is_alike else value._replace(data=Unknown(why)))
    first = next(each for each in tables if each is not None)
    return first._replace(data=joined)


def _held(values: Values, key: str) -> Value | None:
    """The value in a table or scope; of a list, its only element."""
    value = values.get(key)
    if key == LIST and value is not None:
        return value.data[0] if isinstance(value.data, list) and len(value.data) == 1 else None
    return value


def restore(values: Values, key: str, before: Value | None) -> None:
    """Restore the former value in a table or scope, or the former content of a list."""
    if key == LIST:
        items = values[key].data
        if isinstance(items, list) and before is not None and isinstance(before.data, list):
            items[:] = before.data
    elif before is None:
        values.pop(key, None)
    else:
        values[key] = before


def _own_path(path: str, *, is_whole: bool) -> Value:
    """The path of the script as `$PSCommandPath`, or as `$MyInvocation`, whose other properties are unknown."""
    own = nowhere(f"{HERE}\\{path.replace(chr(92), '/').rpartition('/')[2]}")
    if is_whole:
        return own
    unknown = {"": nowhere(Unknown("how this was called"))}
    command = Table({"path": own, "definition": own}, dict(unknown))
    return nowhere(Table({"mycommand": nowhere(command)}, dict(unknown)))
