"""Calls, each in its scope: functions and blocks, methods, other files and modules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from msgspec.structs import replace
from tree_sitter import Node

from ipseclint.formats.powershell.script.arguments.defaults import arguments_with_defaults, has_defaults
from ipseclint.formats.powershell.script.evaluator import DOTS, Call, Evaluator, LeaveError
from ipseclint.formats.powershell.script.flow import function_binding, function_calls
from ipseclint.formats.powershell.script.flow.functions import Function, Module, functions_in
from ipseclint.formats.powershell.script.flow.variables import restore
from ipseclint.formats.powershell.script.syntax.nodes import child_of, statements_in
from ipseclint.formats.powershell.script.values.lists import one_of, one_way, perhaps_given
from ipseclint.formats.powershell.script.values.value import Block, Perhaps, Unknown, Value
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import mention_within

_ARGS = "args"
"""The variable for what belongs to no parameter."""


def run_block(block: Block, item: Value | None, run: Evaluator) -> list[Value]:
    """What a block gives for one object."""
    run.step()
    scope = run.variables.scope
    before = scope.get("_")
    if item is not None:
        scope["_"] = one_of(item)
    inner = next((child for child in block.node.named_children if child.type == "script_block"), block.node)
    bare_returns = run.tries.bare_returns
    try:
        with function_calls.called(run):
            given = run.statements(inner)
        return one_way(perhaps_given(given) if run.tries.bare_returns > bare_returns else given)
    except LeaveError as left:
        if left.kind != "return":
            raise
        return one_way(left.values)
    finally:
        restore(scope, "_", before)
        run.tries.bare_returns = bare_returns


def enter(function: Function, call: Call, run: Evaluator) -> list[Value]:
    """What a function or block gives that is called."""
    run.step()
    start = function.body.start_byte
    if run.functions.active[start] > 1 and _goes_in_circles(call) and _only_gives(function, run):
        return [Value(Unknown(f"what `{call.name}` gives"), call.start, call.end)]
    if not run.enters(function.body):
        return []
    if function.is_advanced and has_defaults(run):
        names = function_binding.names_in(function)
        call = arguments_with_defaults(call, names, function_binding.bound(function, call), run)
    bare_returns, run.tries.bare_returns = run.tries.bare_returns, 0
    run.functions.active[start] += 1
    try:
        variables, refusals = function_binding.bind(function, call)
        if refusals:
            run.functions.called.add(function.body.start_byte)
            run.refuse(call, refusals)
        given = one_way(run_function(function, call, variables, run))
        if not run.tries.bare_returns:
            return given
        return [Perhaps(*given[0])] if len(given) == 1 else perhaps_given(given)
    finally:
        run.functions.active[start] -= 1
        run.tries.bare_returns = bare_returns
        run.leaves()


_REACHES_OUT = late(
    r"\$(?:script|global|env):|\.(?:add|append|clear|insert|remove|set)\w*\(|\[ref\]|[+-]=|\+\+|\bset-variable\b|\bsv\b"
    r"|(?:^|[=\r])(?>[^=\r\n]*?\$\w)[^=\r\n.\]]*+[.\]][^=\r\n]*+=",
    re.IGNORECASE | re.MULTILINE,
)
"""What may change something that is there when a function was left."""


def _goes_in_circles(call: Call) -> bool:
    """Whether a function that is being followed is called with nothing but what is not known."""
    values = [each.value for each in call.arguments if each.value is not None]
    return bool(values) and all(value.is_unknown for value in values)


def _only_gives(function: Function, run: Evaluator) -> bool:
    """Whether a function, with those that it may call, does nothing but give a value; asked once of each."""
    start, known = function.body.start_byte, run.functions.only_give
    if start not in known:
        known[start] = _is_without_effect(function, run)
    return known[start]


def _is_without_effect(function: Function, run: Evaluator) -> bool:
    sources, others = [run.syntax.source(function.body)], dict(run.functions.items())
    for source in sources:
        named = [name for name in others if name in source.casefold()]
        sources += [run.syntax.source(others.pop(name).body) for name in named]
    return not any(_REACHES_OUT.search(source) or mention_within(source) for source in sources)


def run_function(function: Function, call: Call, given: dict[str, Value], run: Evaluator) -> list[Value]:
    """What a function gives that begins with these variables."""
    run.functions.called.add(function.body.start_byte)
    try:
        with function_calls.called(run):
            return _carried_out(function, call, given, run)
    except LeaveError as left:
        if left.kind != "return":
            raise
        return left.values


def _carried_out(function: Function, call: Call, given: dict[str, Value], run: Evaluator) -> list[Value]:
    if run.syntax.text[call.start : call.start + 2] in DOTS:
        function_calls.complete(function, call, given, run)
        with _taken_over(function, given, run):
            _foresee(function.body, run)
            return function_calls.body_of(function, call, run.variables.scope, run)
    with _within_module(function.module, run), run.variables.within(given), run.functions.within({}):
        function_calls.complete(function, call, given, run)
        _foresee(function.body, run)
        return function_calls.body_of(function, call, given, run)


def run_file(root: Node, call: Call, run: Evaluator, *, is_dotted: bool) -> list[Value]:
    """The output of another script; `is_dotted`: it runs in the current scope."""
    run.step()
    if not run.enters(root):
        return []
    function = Function(child_of(root, "param_block"), root, run.syntax)
    given, refusals = function_binding.bind(function, call)
    if is_dotted:
        _foresee(root, run)
    run.look_into([root])
    try:
        if refusals:
            run.refuse(call, refusals)
        with function_calls.called(run, ("return", "exit")):
            if is_dotted:
                function_calls.complete(function, call, given, run)
                with _taken_over(function, given, run):
                    return run.statements(root)
            with run.variables.of_file(given), run.functions.within({}, is_of_file=True):
                function_calls.complete(function, call, given, run)
                _foresee(root, run)
                return run.statements(root)
    except LeaveError as left:
        if left.kind not in {"return", "exit"}:
            raise
        return left.values
    finally:
        run.leaves()


def run_module(roots: Sequence[Node], run: Evaluator) -> list[Value]:
    """The output of importing a module, whose exports can be called from then on."""
    run.step()
    if not roots or not run.enters(roots[0]):
        return []
    outer, run.functions.module = run.functions.module, Module({}, {})
    module = run.functions.module
    given: list[Value] = []
    run.look_into(roots)
    try:
        with function_calls.called(run, ("return", "exit")), _within_module(module, run):
            for root in roots:
                _foresee(root, run)
                given += run.statements(root)
    except LeaveError as left:
        if left.kind not in {"return", "exit"}:
            raise
        given += left.values
    finally:
        run.functions.module = outer
        run.leaves()
    for name, function in list(module.functions.items()):
        own = module.functions[name] = replace(function, module=module)
        if module.offers(name):
            run.functions.define(name, own)
    return given


def run_method(body: Node, given: dict[str, Value], run: Evaluator, *, is_value: bool = False) -> list[Value]:
    """The return value of a method that starts with these variables; with `is_value`, that of its expression."""
    run.step()
    if not run.enters(body):
        return []
    try:
        with function_calls.called(run), run.variables.within(given), run.functions.within({}):
            found = run.statements(body)
    except LeaveError as left:
        if left.kind != "return":
            raise
        return left.values
    finally:
        run.leaves()
    return found if is_value else []


def _foresee(root: Node, run: Evaluator) -> None:
    run.functions.foresee(functions_in(statements_in(root), run.syntax))


@contextmanager
def _taken_over(function: Function, given: Mapping[str, Value], run: Evaluator) -> Iterator[None]:
    """Follow a function with its parameters set in the current scope, and with its own `$args`."""
    for declared in function.parameters:
        run.assign(declared.name, given[declared.name])
    scope = run.variables.scope
    before = scope.get(_ARGS)
    if _ARGS in given:
        scope[_ARGS] = given[_ARGS]
    try:
        yield
    finally:
        restore(scope, _ARGS, before)


@contextmanager
def _within_module(module: Module | None, run: Evaluator) -> Iterator[None]:
    if module is None:
        yield
        return
    with run.variables.of_file(module.variables), run.functions.within(module.functions, is_of_file=True):
        yield
