"""Calls of functions and scripts: arguments are bound and converted, and the body runs for each piped object.

A parameter without an argument takes its default, or the initial value of its type.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tree_sitter import Node

from ipseclint.formats.powershell.script.arguments.binding import Argument, Refusal
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator, LeaveError, given_before
from ipseclint.formats.powershell.script.flow import undecided
from ipseclint.formats.powershell.script.flow.function_binding import bound, of_item
from ipseclint.formats.powershell.script.flow.functions import Declared, Function, parameters_in
from ipseclint.formats.powershell.script.flow.validation import hold_checks, refused
from ipseclint.formats.powershell.script.values.conversions import BITS, FRACTIONS, converted
from ipseclint.formats.powershell.script.values.expressions import value_of
from ipseclint.formats.powershell.script.values.lists import one_of, one_way, perhaps_given
from ipseclint.formats.powershell.script.values.typed import as_type, certain
from ipseclint.formats.powershell.script.values.value import Unknown, Value


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
        hold_checks(declared.name, run.syntax.source(declared.node), run)


def _argument(word: str, start: int, end: int) -> Argument:
    """A word of a command line as an argument."""
    if len(word) > 1 and word.startswith("-"):
        return Argument(word[1:].rstrip(":"), None, start, end)
    return Argument(None, Value(word, start, end), start, end)


_TRUTHS = frozenset({"bool", "boolean"})


_NUMBERS = FRACTIONS | BITS.keys()


def _is_no_number(value: Value, type_name: str) -> bool:
    """Whether a value is a text that is certainly no number of a type."""
    made = converted(value, type_name) if isinstance(value.data, str) else None
    return isinstance(made, Unknown) and made.is_error


def complete(function: Function, call: Call, given: dict[str, Value], run: Evaluator) -> None:
    """Fill in the defaults of a function that was entered, and convert the arguments."""
    for declared in function.parameters:
        value = given.get(declared.name)
        if value is not None:
            if declared.type_name in _TRUTHS and isinstance(value.data, str):
                run.refuse(call, [Refusal("a parameter of type `[bool]` takes no text", value.start, value.end)])
            if declared.type_name in _NUMBERS and _is_no_number(value, declared.type_name):
                why = f"a parameter of type `[{declared.type_name}]` takes no text that is not a number"
                run.refuse(call, [Refusal(why, value.start, value.end)])
            value = _as_type(value, declared, run, is_of_cmdlet=function.is_advanced)
            if (refusals := refused(declared, value, run)) and not _is_of_each(declared, function, call):
                run.refuse(call, refusals)
            given[declared.name] = value
        elif declared.default is not None:
            given[declared.name] = _as_type(value_of(declared.default, run), declared, run)
        else:
            given[declared.name] = Value(declared.unset, declared.node.start_byte, declared.node.end_byte)
        if declared.type_name:
            run.variables.hold_type(declared.name, declared.type_name)
        hold_checks(declared.name, run.syntax.source(declared.node), run)


@contextmanager
def called(run: Evaluator, ends: Sequence[str] = ("return",)) -> Iterator[None]:
    """Follow what is called, which these keywords leave; what leaves more than it only where it has not been left
    before ends no more than it."""
    mark = run.tries.mark()
    run.tries.calls += 1
    may_go_on = False
    try:
        try:
            yield
        finally:
            run.tries.calls -= 1
            may_go_on = run.tries.go_back(mark, *ends)
    except LeaveError as left:
        if left.kind in ends or not may_go_on:
            raise
        undecided.note_left(left, run)
        raise LeaveError("return", left.node, perhaps_given(left.values)) from None


def body_of(function: Function, call: Call, given: dict[str, Value], run: Evaluator) -> list[Value]:
    """The output of the body; its `process` block runs for each piped object."""
    blocks = function.blocks
    if not blocks["process"] or (call.piped is None and not (blocks["begin"] or blocks["end"])):
        return run.statements(function.body)
    if call.piped is None:
        return [value for name in _BLOCKS for block in blocks[name] for value in _of_block(block, run)]
    outcome = [value for block in blocks["begin"] for value in _of_block(block, run)]
    from_pipeline = [
        declared
        for declared in function.parameters
        if (declared.takes_pipeline or declared.takes_property) and declared.name not in _written_in(call, function)
    ]
    with given_before(outcome):
        _process(function, call, call.piped, given, from_pipeline, outcome, run)
        for block in blocks["end"]:
            outcome += _of_block(block, run)
    return outcome


_BLOCKS = ("begin", "process", "end")


def _of_block(block: Node, run: Evaluator) -> list[Value]:
    """What one of the blocks of a function gives, which alone `return` leaves (about_Functions_Advanced_Methods)."""
    bare_returns = run.tries.bare_returns
    try:
        with called(run):
            given = run.statements(block)
        return one_way(perhaps_given(given) if run.tries.bare_returns > bare_returns else given)
    except LeaveError as left:
        if left.kind != "return":
            raise
        return one_way(left.values)
    finally:
        run.tries.bare_returns = bare_returns


def _process(
    function: Function,
    call: Call,
    piped: Sequence[Value],
    given: dict[str, Value],
    from_pipeline: Sequence[Declared],
    outcome: list[Value],
    run: Evaluator,
) -> None:
    """Run the `process` block for each piped object, and append what it gives to the outcome."""
    unset = {declared.name: given[declared.name] for declared in from_pipeline}
    for item in piped:
        given["_"] = one_of(item)
        refusals: list[Refusal] = []
        for declared in from_pipeline:
            own = of_item(declared, item)
            given[declared.name] = _as_type(own or unset[declared.name], declared, run)
            refusals += [] if own is None else refused(declared, given[declared.name], run)
        if function.is_advanced and not from_pipeline and not item.is_unknown:
            refusals.append(Refusal("it takes nothing from the pipeline", item.start, item.end))
        if refusals:  # which ends no more than what is done for this object
            run.note_refused(call, refusals)
            continue
        names = ("_", "psitem", *(declared.name for declared in from_pipeline))
        with run.repeating.of_item(item, function.body, *names):
            given_for_it = [value for block in function.blocks["process"] for value in _of_block(block, run)]
        outcome += perhaps_given(given_for_it) if item.may_be_several else given_for_it


def _is_of_each(declared: Declared, function: Function, call: Call) -> bool:
    """Whether a parameter is given each piped object in turn, which is checked when it is its turn."""
    return bool(call.piped and function.blocks["process"]) and declared.name not in _written_in(call, function)


def _written_in(call: Call, function: Function) -> set[str]:
    """The parameters that a call itself gives a value."""
    return set(bound(function, call._replace(piped=None)))


def _as_type(value: Value, declared: Declared, run: Evaluator, *, is_of_cmdlet: bool = False) -> Value:
    if is_of_cmdlet and declared.type_name == "string" and isinstance(value.data, list):
        run.end_statement("a parameter of type `[string]` takes no list", value.start, value.end)
    if declared.type_name:
        return as_type(value, declared.type_name, run)
    of_class = run.classes.converted(value, declared.written_type, run)
    return value if of_class is None else certain(of_class, run)
