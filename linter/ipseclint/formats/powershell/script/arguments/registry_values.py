"""The value of the registry that a command of PowerShell names, whether it asks for it or sets it."""

from __future__ import annotations

from ipseclint.formats.powershell.script.arguments.parameters import given, parameters, path_given
from ipseclint.formats.powershell.script.evaluator import Call
from ipseclint.formats.powershell.script.flow.worlds import Assumed, Named
from ipseclint.formats.powershell.script.values.value import Nothing, Table, Value, nowhere, text_of
from ipseclint.formats.registry.written import key_in_scripts

SETS = frozenset({"new-itemproperty", "set-itemproperty"})
ASKS = frozenset({"get-item", "get-itemproperty", "get-itempropertyvalue", "test-path"})
_OF_KEYS = frozenset({"get-item", "test-path"})
"""Those that take no name of a value."""


def answer(call: Call, assumed: Assumed) -> Value | None:
    """What a command gives that asks for a value of which something is assumed, or for its key; None for any other."""
    asked = named_by(call) if call.name in ASKS else None
    if asked is None or not any(_is_of(asked, each) for each in assumed.values):
        return None
    if call.name == "test-path":
        return Value(assumed.are_there, call.start, call.end)
    if not assumed.are_there:
        return Nothing(None, call.start, call.end)
    if call.name == "get-itempropertyvalue":
        return assumed.values.get(asked)
    held = {value[1]: each for value, each in assumed.values.items() if _is_of(asked, value)}
    if call.name == "get-item":
        held = {"property": nowhere([nowhere(name) for name in held])}
    return Value(Table(held, {name: nowhere(name) for name in held}), call.start, call.end)


def named_by(call: Call) -> Named | None:
    """The one value that a command names, or the key alone; None where that is not known, or is not of the registry."""
    named, rest = parameters(call)
    path = path_given(named, rest)
    name = given(named, "name")
    if name is None and call.name not in _OF_KEYS and rest:
        name = rest.pop(0)
    values = [each for each in (path, name) if each is not None]
    if path is None or any(not isinstance(each.data, str) for each in values):
        return None
    key = key_in_scripts(text_of(path))
    return None if key is None else (key.casefold(), "" if name is None else text_of(name).casefold())


def set_by(call: Call) -> tuple[Named, Value] | None:
    """The value that a command sets, and to what; None for any other command, and where that is not known."""
    if call.name not in SETS or (value := named_by(call)) is None:
        return None
    named, rest = parameters(call)
    at = sum(given(named, name) is None for name in ("path", "name"))
    data = given(named, "value") or next(iter(rest[at:]), None)
    return None if data is None or data.is_unknown else (value, data)


def _is_of(asked: Named, value: Named) -> bool:
    return asked == value or (not asked[1] and asked[0] == value[0])
