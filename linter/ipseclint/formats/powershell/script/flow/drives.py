"""Items of PowerShell's own drives: `function:`, `variable:`, `env:`, `alias:` (about_Providers)."""

from __future__ import annotations

from collections.abc import Callable

from ipseclint.formats.powershell.script.arguments.parameters import given, parameters, path_given
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.values.lists import items_of
from ipseclint.formats.powershell.script.values.value import FUNCTION, Table, Unknown, Value, text_of
from ipseclint.late import late

_ITEM = late(r"(?:microsoft\.powershell\.core\\)?(function|variable|alias|env):{1,2}[\\/]?([^*?\\/\[]*)\Z")
"""The path of such an item, folded."""


def change_item(call: Call, run: Evaluator) -> bool:
    """Set or remove the items that a command names, if they are on such a drive."""
    work = ITEM_COMMANDS[call.name]
    named, rest = parameters(call)
    path = path_given(named, rest)
    if path is None or path.is_unknown:
        return False
    name, value = given(named, "name"), given(named, "value") or (rest.pop(0) if rest else None)
    texts = [text_of(each) + ("" if name is None else text_of(name)) for each in items_of(path)]
    items = [_ITEM.match(text.casefold()) for text in texts]
    if not items or not all(item is not None and item[2] for item in items):
        return False
    for item in items:
        if item is not None:
            work(item[1], item[2], value or Value(None, call.start, call.end), run)
    return True


def function_given(call: Call, run: Evaluator) -> Value | None:
    """What `Get-Command`, `Get-Item` and `Get-Content` give that name a function declared before; None for others."""
    named, rest = parameters(call)
    is_command = call.name == "get-command"
    path = (given(named, "name") or (rest[0] if rest else None)) if is_command else path_given(named, rest)
    if path is None or not isinstance(path.data, str):
        return None
    item = _ITEM.match(path.data.casefold())
    name = path.data if is_command else item[2] if item is not None and item[1] == "function" else ""
    block = run.functions.as_block(name.casefold())
    if block is None or block.start > call.start:
        return None
    if call.name == "get-content":
        return block
    place = call.start, call.end
    more = {"": Value(Unknown("what a function is described by"), *place)}
    return Value(Table({"name": Value(name, *place), "scriptblock": block}, more, kind=FUNCTION), *place)


def _set(drive: str, name: str, value: Value, run: Evaluator) -> None:
    run.assign(name if drive == "variable" else f"{drive}:{name}", value)


def _remove(drive: str, name: str, value: Value, run: Evaluator) -> None:
    if drive == "env":
        run.assign(f"env:{name}", Value(None, value.start, value.end))
    elif drive != "alias":
        run.forget(name if drive == "variable" else f"{drive}:{name}")


ITEM_COMMANDS: dict[str, Callable[[str, str, Value, Evaluator], None]] = {
    "set-item": _set,
    "new-item": _set,
    "remove-item": _remove,
}
"""The function of each command for one item, given its drive, name and value."""
