"""GPOs that a script creates, to know which one a session is for.

Sources: the pages of New-GPO and Get-GPO (GroupPolicy), which give an object with DisplayName, DomainName, Id.
"""

from __future__ import annotations

from ipseclint.formats.powershell.script.arguments.parameters import given, parameters
from ipseclint.formats.powershell.script.evaluator import Call
from ipseclint.formats.powershell.script.values.value import Table, Unknown, Value, text_of

_UNKNOWN_MEMBERS = ("Id", "Owner", "CreationTime", "ModificationTime", "GpoStatus", "WmiFilter", "Path")
_SILENT = frozenset({"silentlycontinue", "ignore", "0"})


class Gpos:
    """The GPOs that a script has created so far, by folded name."""

    def __init__(self) -> None:
        self._made: dict[str, Value] = {}
        self._of_unknown: dict[int, tuple[Unknown, Table]] = {}

    def given(self, call: Call) -> list[Value] | None:
        """The output of a command that creates a GPO or gets one by name; None for other commands."""
        if call.name not in {"new-gpo", "get-gpo"}:
            return None
        named, rest = parameters(call)
        name = given(named, "name") or given(named, "displayname") or (rest[0] if rest else None)
        unknown = [Value(Unknown(f"what `{call.name}` gives"), call.start, call.end)]
        if name is None or name.is_unknown or not isinstance(name.data, str):
            return unknown
        key = text_of(name).casefold()
        gpo = _gpo(name, given(named, "domain"), call)
        if call.name == "new-gpo":
            self._made[key] = Value(gpo, call.start, call.end)
            self._keep(gpo, *gpo.values.values())
        elif key not in self._made:
            self._keep(gpo, *unknown)
            action = given(named, "erroraction") or named.get("ea")
            return [] if action is not None and text_of(action).casefold() in _SILENT else unknown
        return [self._made[key]]

    def _keep(self, gpo: Table, *values: Value) -> None:
        """Remember of which GPO these are."""
        for value in values:
            if isinstance(value.data, Unknown):
                self._of_unknown[id(value.data)] = (value.data, gpo)

    def of(self, value: Value) -> Table | None:
        """The GPO that a value is, or is a member of; None if that is not known."""
        if isinstance(value.data, Table):
            return value.data if "displayname" in value.data.values else None
        roots = value.data.roots if isinstance(value.data, Unknown) else ()
        return next((self._of_unknown[id(root)][1] for root in roots if id(root) in self._of_unknown), None)


def _gpo(name: Value, domain: Value | None, call: Call) -> Table:
    members: dict[str, Value] = {
        each: Value(Unknown(f"`{each}` of a GPO"), call.start, call.end) for each in _UNKNOWN_MEMBERS
    }
    members["DisplayName"] = name
    members["DomainName"] = domain or Value(Unknown("the domain of this machine"), call.start, call.end)
    table = Table()
    for each, value in members.items():
        table.set(Value(each, call.start, call.end), value)
    return table
