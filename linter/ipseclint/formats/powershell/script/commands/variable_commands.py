"""PowerShell commands that set, get and clear variables (about_Variables, about_Scopes)."""

from __future__ import annotations

from ipseclint.formats.powershell.script.arguments.parameters import given, parameters
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.values.lists import collected, items_of
from ipseclint.formats.powershell.script.values.value import (
    Table,
    Unknown,
    Value,
    text_of,
    truth_of,
)

_SCOPES = frozenset({"script", "global", "local"})
"""Scopes that a command may be given by name; others are a number of levels outwards."""


def _scoped(name: str, scope: Value | None) -> str:
    """The folded name of a variable with its scope, which a command may be given."""
    where = "" if scope is None else text_of(scope).casefold()
    return f"{where}:{name}" if where in _SCOPES or where.isdigit() else name


def set_variable(call: Call, run: Evaluator) -> list[Value]:
    """Set a variable; `New-Variable` leaves an existing one unless forced."""
    named, rest = parameters(call)
    name = given(named, "name") or (rest.pop(0) if rest else None)
    value = given(named, "value") or (rest.pop(0) if rest else None)
    if value is None and call.piped is not None:
        value = collected(call.piped, call.start, call.end)
    option = given(named, "option")
    options = "" if option is None else ",".join(map(text_of, items_of(option))).casefold()
    force = given(named, "force")
    is_forced = force is not None and truth_of(force) is not False
    action = given(named, "erroraction") or named.get("ea")
    is_quiet = action is not None and text_of(action).casefold() in {"silentlycontinue", "ignore"}
    for item in items_of(name) if name is not None and not name.is_unknown else ():
        variable = _scoped(text_of(item).casefold(), given(named, "scope"))
        is_there = run.look_up(variable if ":" in variable else f"local:{variable}") is not None
        is_new = call.name == "new-variable"
        if run.variables.is_fixed(variable, by_force=is_forced) or (is_there and is_new and not is_forced):
            if not is_quiet:
                run.doubts.behind("this variable is there already, and is left as it is", call.start, call.end)
            continue
        if is_forced:
            run.forget(variable)
        if value is not None or is_new or not is_there:
            run.assign(variable, value or Value(None, call.start, call.end))
        if "constant" in options or "readonly" in options:
            run.variables.fix(variable, for_good="constant" in options)
    return []


def get_variable(call: Call, run: Evaluator) -> list[Value]:
    """A variable as an object, or its value with `-ValueOnly`; unknown if the script has none."""
    named, rest = parameters(call)
    name = given(named, "name") or (rest[0] if rest else None) or named.get("valueonly")
    value = None if name is None or not isinstance(name.data, str) else run.look_up(name.data.casefold())
    if name is None or value is None:
        return [Value(Unknown("what `Get-Variable` gives"), call.start, call.end)]
    if any(len(key) > 2 and "valueonly".startswith(key) for key in named):
        return items_of(value)
    return [Value(Table({"name": name, "value": value}, {"name": name, "value": name}), call.start, call.end)]


def clear_variable(call: Call, run: Evaluator) -> list[Value]:
    """Set variables to null; a read-only one stays unless forced."""
    named, rest = parameters(call)
    force = given(named, "force")
    is_forced = force is not None and truth_of(force) is not False
    for names in (given(named, "name"), *rest):
        for name in items_of(names) if names is not None else ():
            bare = text_of(name).casefold()
            variable = _scoped(bare, given(named, "scope"))
            if not bare or name.is_unknown or run.look_up(variable) is None:
                continue
            if run.variables.is_fixed(variable, by_force=is_forced):
                run.doubts.behind("this variable is left as it is", call.start, call.end)
                continue
            if is_forced and call.name == "remove-variable":
                run.forget(variable)
            run.assign(variable, Value(None, call.start, call.end))
    return []
