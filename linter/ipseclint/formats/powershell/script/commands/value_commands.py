"""PowerShell commands that only compute values: on pipeline objects, paths, types and modules."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

from ipseclint.formats.powershell.script.arguments.parameters import given, parameters, path_given
from ipseclint.formats.powershell.script.commands import net_processes, services
from ipseclint.formats.powershell.script.commands.join_string import join_string
from ipseclint.formats.powershell.script.commands.picking import group, let_through, property_of, select, sort, unique
from ipseclint.formats.powershell.script.commands.variable_commands import clear_variable, get_variable, set_variable
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator, given_before
from ipseclint.formats.powershell.script.flow.running import run_for_each, start_job
from ipseclint.formats.powershell.script.values import operators
from ipseclint.formats.powershell.script.values.changes import list_of, table_of
from ipseclint.formats.powershell.script.values.lists import collected, items_of, unknown_within
from ipseclint.formats.powershell.script.values.members import call as method
from ipseclint.formats.powershell.script.values.members import member
from ipseclint.formats.powershell.script.values.text_objects import from_csv, from_json, from_string_data, select_xml
from ipseclint.formats.powershell.script.values.value import (
    Block,
    Table,
    Unknown,
    Value,
    number_of,
    text_of,
    truth_of,
)

ALIASES = {
    "%": "foreach-object",
    "foreach": "foreach-object",
    "?": "where-object",
    "where": "where-object",
    "select": "select-object",
    "sort": "sort-object",
    "echo": "write-output",
    "write": "write-output",
    "iex": "invoke-expression",
    "icm": "invoke-command",
    "sajb": "start-job",
    **dict.fromkeys(("saps", "start"), "start-process"),
    "tee": "tee-object",
    **dict.fromkeys(("sal", "nal"), "set-alias"),
    "gv": "get-variable",
    "clv": "clear-variable",
    "rv": "remove-variable",
    "gcm": "get-command",
    "gu": "get-unique",
    "sv": "set-variable",
    "set": "set-variable",
    "nv": "new-variable",
    "si": "set-item",
    **dict.fromkeys(("ri", "rm", "del", "erase", "rd", "rmdir"), "remove-item"),
    "nmo": "new-module",
    "gc": "get-content",
    "cat": "get-content",
    "type": "get-content",
    **dict.fromkeys(("gci", "dir", "ls"), "get-childitem"),
    "ipcsv": "import-csv",
    "sp": "set-itemproperty",
    "gi": "get-item",
    "gp": "get-itemproperty",
    "gpv": "get-itempropertyvalue",
    "rp": "remove-itemproperty",
    **dict.fromkeys(("cd", "chdir", "sl"), "set-location"),
    "pushd": "push-location",
    "popd": "pop-location",
    "ni": "new-item",
    "oh": "out-host",
    "sasv": "start-service",
    "spsv": "stop-service",
    "gsv": "get-service",
    "measure": "measure-object",
    "group": "group-object",
    "ipmo": "import-module",
    "rcim": "remove-ciminstance",
    "scim": "set-ciminstance",
    "icim": "invoke-cimmethod",
    "gcim": "get-ciminstance",
    "rwmi": "remove-wmiobject",
    "swmi": "set-wmiinstance",
    "iwmi": "invoke-wmimethod",
    "gwmi": "get-wmiobject",
    "ii": "invoke-item",
}
"""Windows' aliases of commands (Get-Alias), folded."""

NOTHING = frozenset(
    {
        "write-host", "write-verbose", "write-debug", "write-warning", "write-information", "write-error", "out-null",
        "write-progress", "out-host", "out-file", "out-default", "clear-host", "cls", "import-module", "start-sleep",
        "sleep", "set-strictmode", "start-transcript", "stop-transcript", "pause", "set-location",
        "push-location", "pop-location", "format-list", "format-table", "fl", "ft", "format-wide", "format-custom",
        "set-executionpolicy", "set-alias", "new-alias", "update-typedata", "export-csv",
        "set-content", "add-content", "export-clixml", "write-eventlog", "new-eventlog",
        "remove-netipsecmainmodesa", "remove-netipsecquickmodesa",
        "enable-psremoting", "gpupdate", "remove-module", "set-psdebug", "using", "requires",
    }
)  # fmt: skip
"""Commands without output that change no policy."""


def for_each(call: Call, run: Evaluator) -> list[Value]:
    """The output of `ForEach-Object`."""
    named, rest = parameters(call)
    listed = given(named, "process")
    blocks = (*(items_of(listed) if listed is not None else ()), *rest)
    word = rest[0] if rest and listed is None and not isinstance(rest[0].data, Block) else None
    blocks = () if word is not None else blocks
    first, last = given(named, "begin"), given(named, "end")
    begin = first or (blocks[0] if len(blocks) > 1 else None)
    end = last or (blocks[-1] if len(blocks) > 2 else None)
    within = [each for each in blocks if each is not begin and each is not end]
    parallel = given(named, "parallel")
    own = parallel or given(named, "membername") or word
    bodies = (
        [own] if own is not None else within if all(isinstance(each.data, Block) for each in within) else within[:1]
    )
    outcome = run.run_block(begin.data, None) if begin is not None and isinstance(begin.data, Block) else []
    if not bodies:
        return outcome
    with given_before(outcome):
        for item, body in ((item, body) for item in call.piped or [] for body in bodies):
            if not isinstance(body.data, Block):
                listed = given(named, "argumentlist")
                arguments = items_of(listed) if listed is not None else [each for each in rest if each is not body]
                outcome += _asked(item, text_of(body).casefold(), arguments, call, run)
            else:
                with run.apart() if body is parallel else nullcontext():
                    outcome += run_for_each(body.data, item, call.start, call.end, run)
        if end is not None and isinstance(end.data, Block):
            outcome += run.run_block(end.data, None)
    return outcome


def _asked(item: Value, name: str, arguments: list[Value], call: Call, run: Evaluator) -> list[Value]:
    """A property of an object, or the result of a method, for `ForEach-Object NAME`."""
    if (cmdlet := services.cmdlet_of(item, name)) is not None:
        return run.call(Call(cmdlet, (), [item], call.start, call.end))
    part = member(item, name)
    value = part if isinstance(part, Value) else Value(part, item.start, item.end)
    if value.is_unknown or arguments:
        value = Value(method(item, name, arguments), item.start, item.end)
    return items_of(value)


def where(call: Call, run: Evaluator) -> list[Value]:
    """The output of `Where-Object`; if a condition is unknown, the object passes."""
    named, rest = parameters(call)
    test = given(named, "filterscript") or (rest[0] if rest and isinstance(rest[0].data, Block) else None)
    if test is not None and isinstance(test.data, Block):
        place = (call.start, call.end)
        passed = list[Value]()
        for item in call.piped or []:
            with run.repeating.of_item(item, test.data.node, "_", "psitem"):
                answer = truth_of(collected(run.run_block(test.data, item), *place))
            passed += let_through(item, answer, place, run)
        return passed
    name = given(named, "property") or (rest[0] if rest else None)
    operator = next((key for key in named if key in _TESTS or (key[:1] in {"c", "i"} and key[1:] in _TESTS)), "")
    if (negated := named.get("not")) is not None:
        return [item for item in call.piped or [] if truth_of(property_of(item, negated)) is not True]
    wanted = given(named, "value") or named.get(operator)
    if name is None:
        return call.piped or []
    kept = list[Value]()
    for item in call.piped or []:
        value = property_of(item, name)
        result = operators.binary(f"-{operator}", value, wanted) if operator and wanted is not None else value
        kept += let_through(item, truth_of(result), (call.start, call.end), run)
    return kept


_TESTS = frozenset(
    {
        "eq",
        "ne",
        "like",
        "notlike",
        "match",
        "notmatch",
        "in",
        "notin",
        "contains",
        "notcontains",
        "gt",
        "lt",
        "ge",
        "le",
        "is",
        "isnot",
    }
)


def tee(call: Call, run: Evaluator) -> list[Value]:
    """The output of `Tee-Object`, which may also set a variable."""
    named, _ = parameters(call)
    name = given(named, "variable")
    if name is not None and not name.is_unknown:
        run.assign(text_of(name).casefold(), collected(call.piped or [], call.start, call.end))
    return call.piped or []


def fed(call: Call) -> Call:
    """A command with its `-InputObject` treated as piped."""
    if call.piped is not None or call.name not in _FED:
        return call
    named, _ = parameters(call)
    item = given(named, "inputobject")
    return call if item is None else call._replace(piped=[item])


_FED = frozenset(
    {
        "foreach-object", "where-object", "select-object", "sort-object", "measure-object", "tee-object", "get-unique",
        "group-object",
    }
)  # fmt: skip


def output(call: Call, _run: Evaluator) -> list[Value]:
    """The output of `Write-Output`."""
    named, rest = parameters(call)
    listed = given(named, "inputobject")
    values = [*(() if listed is None else (listed,)), *rest]
    return [each for value in values for each in items_of(value)] or call.piped or []


def passed_on(call: Call, _run: Evaluator) -> list[Value]:
    """The output of a command that passes its input on."""
    return call.piped or []


def measure(call: Call, _run: Evaluator) -> list[Value]:
    """The output of `Measure-Object`, as far as known."""
    named, rest = parameters(call)
    piped = [item for item in call.piped or () if item.data is not None]  # null is not counted
    place = (call.start, call.end)
    unknown = Unknown("what `Measure-Object` gives")
    is_known = call.piped is not None and not any(item.is_unknown for item in piped)
    table = Table({"count": Value(len(piped) if is_known else unknown, *place)}, {"": Value(unknown, *place)})
    name = given(named, "property") or (rest[0] if rest else None)
    if is_known and (name is None or isinstance(name.data, str)):
        numbers = [number_of(item if name is None else property_of(item, name)) for item in piped]
        for key, work in _MEASURES.items():
            known = [number for number in numbers if number is not None]
            if known and len(known) == len(numbers) and any(key.startswith(each) for each in named if len(each) > 1):
                table.values[key] = Value(work(known), *place)
    return [Value(table, *place)]


_MEASURES: dict[str, Callable[[list[int | float]], int | float]] = {"sum": sum, "maximum": max, "minimum": min}
"""What `Measure-Object` may compute, by switch and property."""


def offer(call: Call, run: Evaluator) -> list[Value]:
    """Export from a module the functions that `Export-ModuleMember` names; all if a name is unknown."""
    named, rest = parameters(call)
    names = [given(named, "function"), *rest[:1]] if given(named, "function") is None else [given(named, "function")]
    listed = [item for each in (*names, *(call.piped or ())) if each is not None for item in items_of(each)]
    run.functions.offer(["*" if item.is_unknown else text_of(item).casefold() for item in listed])
    return []


def new_module(call: Call, run: Evaluator) -> list[Value]:
    """The output of `New-Module` on a block, whose exports can be called from then on."""
    named, rest = parameters(call)
    block = given(named, "scriptblock") or next((each for each in rest if isinstance(each.data, Block)), None)
    given_back = Value(Unknown("a module"), call.start, call.end)
    if block is None or not isinstance(block.data, Block) or given(named, "argumentlist") is not None:
        return run.call(Call("", [], None, call.start, call.end))
    run.run_module([block.data.node])
    return [given_back]


def join_path(call: Call, _run: Evaluator) -> list[Value]:
    """The output of `Join-Path`."""
    named, rest = parameters(call)
    parts = [each for each in (given(named, "path"), given(named, "childpath")) if each is not None] + rest
    if not parts or any(unknown_within(part) for part in parts):
        unknown = Unknown("a path that is not known")
        if parts and not parts[-1].is_unknown:
            unknown = unknown.with_ending(f"\\{text_of(parts[-1])}")
        return [Value(unknown, call.start, call.end)]
    first, *more = map(text_of, parts)  # a share begins with two
    return [Value("\\".join((first.rstrip("\\"), *(part.strip("\\") for part in more))), call.start, call.end)]


def split_path(call: Call, _run: Evaluator) -> list[Value]:
    """The output of `Split-Path`: the folder of a path, or its last part."""
    named, rest = parameters(call)
    path = path_given(named, rest)
    path = path or next(iter(call.piped or ()), None) or given(named, "parent") or given(named, "leaf")
    if path is None or path.is_unknown or not isinstance(path.data, str):
        return [Value(Unknown("a part of a path that is not known"), call.start, call.end)]
    folder, _, last = text_of(path).replace("/", "\\").rpartition("\\")
    return [Value(last if given(named, "leaf") is not None else folder, call.start, call.end)]


def new_object(call: Call, run: Evaluator) -> list[Value]:
    """The output of `New-Object`: a list, or an object with these properties; unknown for other types."""
    named, rest = parameters(call)
    type_name = given(named, "typename") or (rest[0] if rest else None)
    properties = given(named, "property")
    name = "" if type_name is None else text_of(type_name).casefold()
    listed = given(named, "argumentlist") or (rest[1] if len(rest) > 1 else None)
    if run.classes.has(name):
        if properties is not None:
            return [run.classes.of_table(name, properties, run)]
        return [run.classes.new(name, () if listed is None else items_of(listed), (call.start, call.end), run)]
    if properties is not None and isinstance(properties.data, Table):
        return [Value(properties.data, call.start, call.end)]
    handed = () if listed is None else items_of(listed)
    place = (call.start, call.end)
    own = services.controller(name, handed, place) or net_processes.made(name, handed, *place)
    if own is not None:
        return [own]
    if "arraylist" in name or "generic.list" in name:
        return [Value(list_of(() if listed is None else items_of(listed), name), call.start, call.end)]
    if name.endswith(("hashtable", "specialized.ordereddictionary")):
        return [Value(table_of(name), call.start, call.end)]
    if name.endswith("psobject") or "pscustomobject" in name:
        return [Value(Table(), call.start, call.end)]
    return [Value(Unknown(f"what `New-Object {name}` gives"), call.start, call.end)]


def add_member(call: Call, run: Evaluator) -> list[Value]:
    """The output of `Add-Member`: objects with properties or methods added."""
    named, rest = parameters(call)
    name = given(named, "name") or given(named, "notepropertyname")
    value = given(named, "value") or given(named, "notepropertyvalue")
    if (name is None or value is None) and len(rest) >= 2:
        name, value = rest[-2:]
    tables = [each.data for each in (given(named, "notepropertymembers"), *rest) if each is not None]
    kind = given(named, "membertype") or (rest[0] if len(rest) > 2 else None)
    if value is not None and kind is not None and text_of(kind).casefold() in {"scriptproperty", "aliasproperty"}:
        value = Value(Unknown("what a property gives that is computed"), value.start, value.end)
    target = given(named, "inputobject")
    items = call.piped or ([target] if target is not None else [])
    for item in items:
        if not isinstance(item.data, Table):
            continue
        added = [(name, value)] if name is not None and value is not None else []
        added += [
            (each.name_of(key), own) for each in tables if isinstance(each, Table) for key, own in each.values.items()
        ]
        for own_name, own_value in added:
            key = item.data.key(own_name)
            item.data.names.setdefault(key, own_name)
            run.variables.change(item.data.values, key, own_value)
    return items


def secure_string(call: Call, _run: Evaluator) -> list[Value]:
    """The text that is converted to a secure string."""
    named, rest = parameters(call)
    text = given(named, "string") or (rest[0] if rest else None) or (call.piped[0] if call.piped else None)
    return [text if text is not None else Value(Unknown("a secure text"), call.start, call.end)]


def timed(call: Call, run: Evaluator) -> list[Value]:
    """The time that a block takes, which `Measure-Command` runs where it stands, once for each object handed to it."""
    named, rest = parameters(call)
    block = given(named, "expression") or (rest[0] if rest else None)
    if block is not None and isinstance(block.data, Block):
        for item in call.piped or (None,):
            run.run_block(block.data, item)
    return [Value(Unknown("how long it takes"), call.start, call.end)]


VALUE_COMMANDS: dict[str, Callable[[Call, Evaluator], list[Value]]] = {
    "foreach-object": for_each,
    "where-object": where,
    "select-object": select,
    "sort-object": sort,
    "measure-object": measure,
    "write-output": output,
    "out-string": passed_on,
    "tee-object": tee,
    "get-unique": unique,
    "get-variable": get_variable,
    "clear-variable": clear_variable,
    "remove-variable": clear_variable,
    "set-variable": set_variable,
    "export-modulemember": offer,
    "new-module": new_module,
    "new-variable": set_variable,
    "join-path": join_path,
    "split-path": split_path,
    "new-object": new_object,
    "add-member": add_member,
    "convertto-securestring": secure_string,
    "convertfrom-csv": from_csv,
    "convertfrom-json": from_json,
    "convertfrom-stringdata": from_string_data,
    "group-object": group,
    "select-xml": select_xml,
    "join-string": join_string,
    "measure-command": timed,
    "start-job": start_job,
    "start-threadjob": start_job,
}
"""The function for each command."""
