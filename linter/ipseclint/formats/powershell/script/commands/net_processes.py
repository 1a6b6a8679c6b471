"""Processes that a script starts through .NET, as `Start-Process` does: Process and ProcessStartInfo.

Sources: the pages of System.Diagnostics.Process and System.Diagnostics.ProcessStartInfo (learn.microsoft.com).
"""

from __future__ import annotations

from collections.abc import Sequence

from ipseclint.formats.powershell.script.arguments.binding import Argument
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.values.value import Table, Unknown, Value

_INFO = "processstartinfo"
_PROCESS = "process"
_NAMES = {name: kind for kind in (_INFO, _PROCESS) for name in (f"system.diagnostics.{kind}", f"diagnostics.{kind}")}
_OF_RUN = Unknown("what a process has when it runs")
"""What is not known of an object of these classes: all but what the script gives it."""


def made(type_name: str, arguments: Sequence[Value], start: int, end: int) -> Value | None:
    """A new object of one of these classes, by folded name; None for other types."""
    kind = _NAMES.get(type_name.strip("[]").casefold())
    if kind is None:
        return None
    given = dict(zip(("filename", "arguments"), arguments, strict=False))
    held = given if kind == _INFO else {"startinfo": _table(_INFO, {}, start, end)}
    return _table(kind, held, start, end)


def _table(kind: str, held: dict[str, Value], start: int, end: int) -> Value:
    names = {name: Value(name, start, end) for name in held}
    if kind == _INFO and "argumentlist" not in held:
        held["argumentlist"], names["argumentlist"] = Value([], start, end), Value("argumentlist", start, end)
    return Value(Table(held, {**names, "": Value(_OF_RUN, start, end)}, kind=kind), start, end)


def started(
    holder: Value | str, name: str, arguments: Sequence[Value], place: tuple[int, int], run: Evaluator
) -> Value | None:
    """Carry out `Start` of a process, or of the class, with what it starts; None for another method or object."""
    if name != "start":
        return None
    if isinstance(holder, str):
        if _NAMES.get(holder.strip("[]").casefold()) != _PROCESS or not arguments:
            return None
        info = arguments[0] if isinstance(arguments[0].data, Table) else made(_INFO_NAME, arguments, *place)
        process = info
    else:
        process = holder
        info = holder.data.values.get("startinfo") if isinstance(holder.data, Table) else None
    if process is None or info is None or not isinstance(info.data, Table) or "filename" not in info.data.values:
        return None
    program = info.data.values["filename"]
    words = info.data.values.get("arguments") or info.data.values.get("argumentlist")
    given = [Argument("filepath", program, process.start, process.end)]
    if words is not None:
        given.append(Argument("argumentlist", words, info.start, info.end))
    run.call(Call("start-process", given, None, *place))
    return Value(True, *place) if isinstance(holder, Value) else made(_PROCESS_NAME, (), *place)


_INFO_NAME, _PROCESS_NAME = f"diagnostics.{_INFO}", f"diagnostics.{_PROCESS}"
