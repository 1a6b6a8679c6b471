"""Calls of functions and scripts: arguments are bound and converted, and the body runs for each piped object.

A parameter without an argument takes its default, or the initial value of its type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext

from tree_sitter import Node

from ipseclint.formats.powershell.script.arguments.binding import Argument, spread
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.flow.functions import Declared, Function, parameters_in
from ipseclint.formats.powershell.script.flow.validation import checked
from ipseclint.formats.powershell.script.values.expressions import value_of
from ipseclint.formats.powershell.script.values.members import member
from ipseclint.formats.powershell.script.values.typed import as_type, certain
from ipseclint.formats.powershell.script.values.value import ParameterWord, Table, Thing, Unknown, Value


def script_parameters(node: Node, run: Evaluator, words: Sequence[str] | None) -> None:
    """Set the parameters of a script from the words it is called with, and from defaults.

    If it is unknown how it is called, a parameter without a default is unknown.
    """
    start, end = node.start_byte, node.end_byte
    called = Call("", [_argument(word, start, end) for word in words or ()], None, start, end)
    given = bound(Function(node, node, run.syntax), called)
    for declared in parameters_in(node, run.syntax):
        start, end = declared.node.start_byte, declared.node.end_byte
        if declared.name in given:
            value = _as_type(Value(given[declared.name].data, start, end), declared, run)
        elif declared.default is None and words is not None:
            value = Value(declared.unset, start, end)
        elif declared.default is not None:
            value = _as_type(value_of(declared.default, run), declared, run)
        elif declared.is_switch and not declared.is_of_call:
            value = Value(False, start, end)
            run.not_given.switches.add(declared.name)
        else:
            value = Value(Unknown(f"the parameter `${declared.name}` of the script"), start, end)
        run.assign(declared.name, value)
        if declared.type_name:
            run.variables.hold_type(declared.name, declared.type_name)


def _argument(word: str, start: int, end: int) -> Argument:
    """A word of a command line as an argument."""
    if len(word) > 1 and word.startswith("-"):
        return Argument(word[1:].rstrip(":"), None, start, end)
    return Argument(None, Value(word, start, end), start, end)


def names_in(function: Function) -> dict[str, str]:
    """The parameters of a function by name and alias."""
    return {name: each.name for each in function.parameters for name in (*each.aliases, each.name)}


def bound(function: Function, call: Call) -> dict[str, Value]:
    """The variables that a function starts with, before defaults are filled in."""
    by_name = {declared.name: declared for declared in function.parameters}
    names = names_in(function)
    given: dict[str, Value] = {}
    rest: list[Value] = []
    waiting: str | None = None
    for argument in spread(call.arguments):
        if argument.name is not None:
            waiting = _fitting(argument.name.casefold(), names)
            if not waiting and not function.is_advanced:
                waiting = None
                rest.append(Value(ParameterWord(f"-{argument.name}"), argument.start, argument.end))
                rest += [] if argument.value is None else [argument.value]
                continue
            is_switch = waiting in by_name and by_name[waiting].is_switch
            is_switch = is_switch or (not waiting and argument.name.casefold() in _COMMON_SWITCHES)
            if argument.value is not None or is_switch:
                value = argument.value or Value(True, argument.start, argument.end)
                given[waiting or argument.name.casefold()] = value
                waiting = None
        elif argument.value is not None and waiting is not None:
            given[waiting] = argument.value
            waiting = None
        elif argument.value is not None:
            rest.append(argument.value)
    rest = _by_position(function, given, rest)
    if "whatif" in given or "wi" in given:
        what_if = given.pop("whatif", None) or given.pop("wi")
        if function.supports_what_if:
            given["whatifpreference"] = what_if
    for declared in function.parameters if call.piped else ():
        own = _of_item(declared, call.piped[-1]) if call.piped and declared.name not in given else None
        if own is not None:  # what is no `process` block is run for the last object alone
            given[declared.name] = own
    table = {name: value for name, value in given.items() if name in by_name}
    written = {name: Value(name, value.start, value.end) for name, value in table.items()}
    given["psboundparameters"] = Value(Table(table, written), call.start, call.end)
    given["args"] = Value(rest, call.start, call.end)
    given["input"] = Value(call.piped or [], call.start, call.end)
    return given


_COMMON_SWITCHES = frozenset({"verbose", "vb", "debug", "db", "whatif", "wi", "confirm", "cf"})
"""Switches that every function takes that is called as a cmdlet is (about_CommonParameters)."""


def _by_position(function: Function, given: dict[str, Value], values: list[Value]) -> list[Value]:
    """Bind positional values to parameters by position; the values left over."""
    rest = list(values)
    ordered = sorted(function.parameters, key=lambda declared: (declared.position is None, declared.position or 0))
    for declared in ordered:
        free = next((at for at, value in enumerate(rest) if not isinstance(value.data, ParameterWord)), None)
        if free is None or declared.name in given or declared.is_switch:
            continue
        if declared.takes_rest:
            given[declared.name] = Value(rest, rest[0].start, rest[-1].end)
            return []
        given[declared.name] = rest.pop(free)
    return rest


def complete(function: Function, given: dict[str, Value], run: Evaluator) -> None:
    """Fill in the defaults of a function that was entered, and convert the arguments."""
    for declared in function.parameters:
        value = given.get(declared.name)
        if value is not None:
            value = _as_type(value, declared, run, is_of_cmdlet=function.is_advanced)
            given[declared.name] = checked(run.syntax.source(declared.node), value, run)
        elif declared.default is not None:
            given[declared.name] = _as_type(value_of(declared.default, run), declared, run)
        else:
            given[declared.name] = Value(declared.unset, declared.node.start_byte, declared.node.end_byte)
        if declared.type_name:
            run.variables.hold_type(declared.name, declared.type_name)


def body_of(function: Function, call: Call, given: dict[str, Value], run: Evaluator) -> list[Value]:
    """The output of the body; its `process` block runs for each piped object."""
    blocks = function.blocks
    if not blocks["process"] or call.piped is None:
        return run.statements(function.body)
    outcome = [value for block in blocks["begin"] for value in run.statements(block)]
    from_pipeline = [
        declared
        for declared in function.parameters
        if (declared.takes_pipeline or declared.takes_property) and declared.name not in _written_in(call, function)
    ]
    unset = {declared.name: given[declared.name] for declared in from_pipeline}
    for item in call.piped:
        given["_"] = item
        for declared in from_pipeline:
            value = _of_item(declared, item) or unset[declared.name]
            given[declared.name] = _as_type(value, declared, run)
        names = ("_", "psitem", *(declared.name for declared in from_pipeline))
        with run.repeating.of(function.body, *names) if item.is_unknown else nullcontext():
            outcome += [value for block in blocks["process"] for value in run.statements(block)]
    return outcome + [value for block in blocks["end"] for value in run.statements(block)]


def _written_in(call: Call, function: Function) -> set[str]:
    """The parameters that a call itself gives a value."""
    return set(bound(function, call._replace(piped=None)))


def _of_item(declared: Declared, item: Value) -> Value | None:
    """What a parameter takes from a piped object: the property of its name, or the object itself; None for nothing."""
    has_properties = isinstance(item.data, Table | Thing | Unknown)
    if declared.takes_property and has_properties:
        found = (member(item, name) for name in (declared.name, *declared.aliases))
        own = next((each for each in found if each is not None), None)
        if own is not None:
            return own if isinstance(own, Value) else Value(own, item.start, item.end)
    return item if declared.takes_pipeline else None


def _as_type(value: Value, declared: Declared, run: Evaluator, *, is_of_cmdlet: bool = False) -> Value:
    if is_of_cmdlet and declared.type_name == "string" and isinstance(value.data, list):
        run.end_statement("a parameter of type `[string]` takes no list", value.start, value.end)
    if declared.type_name:
        return as_type(value, declared.type_name, run)
    of_class = run.classes.converted(value, declared.written_type, run)
    return value if of_class is None else certain(of_class, run)


def _fitting(name: str, names: Mapping[str, str]) -> str:
    """The parameter with this name, alias or unique prefix; empty for none."""
    if name in names:
        return names[name]
    fitting = {own for each, own in names.items() if each.startswith(name)}
    return fitting.pop() if len(fitting) == 1 else ""
