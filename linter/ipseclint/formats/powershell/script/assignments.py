"""Assignments: to variables, several at once, to properties and elements of tables."""

from __future__ import annotations

from tree_sitter import Node

from ipseclint.formats.powershell.script.evaluator import Evaluator
from ipseclint.formats.powershell.script.expressions import STATEMENTS, value_of
from ipseclint.formats.powershell.script.members import converted, type_in
from ipseclint.formats.powershell.script.nodes import core_of
from ipseclint.formats.powershell.script.operators import binary
from ipseclint.formats.powershell.script.values import Table, Thing, Value, items_of, text_of
from ipseclint.late import late

_VARIABLE = late(r"\$(\w++)[ \t]*+=[ \t]*+")
"""One variable that is set, which most assignments do."""
_WRAPPERS = frozenset({"expression_with_unary_operator", "cast_expression", "unary_expression"})


def assign(node: Node, run: Evaluator) -> list[Value]:
    """Carry out an assignment, which gives nothing."""
    parts = node.named_children
    if len(parts) < 3:
        return []
    source = parts[2]
    if (plain := _VARIABLE.fullmatch(run.syntax.text, node.start_byte, source.start_byte)) is not None:
        run.assign(plain[1].casefold(), _given_by(source, run))
        return []
    target, operator = parts[0], run.syntax.source(parts[1]).strip()
    if run.syntax.text.endswith("??", 0, parts[1].start_byte) and value_of(target, run).data is not None:
        return []
    _store(target, operator, _given_by(source, run), run)
    return []


def _given_by(source: Node, run: Evaluator) -> Value:
    return run.pipeline(source) if source.type in STATEMENTS else value_of(source, run)


def _store(target: Node, operator: str, value: Value, run: Evaluator) -> None:
    core, type_name = _target(target, run)
    if core.type == "array_literal_expression":
        _spread(core.named_children, operator, value, run)
        return
    if operator != "=":
        before = _before(core, run)
        combined = binary(operator[:-1], Value(None, value.start, value.end) if before is None else before, value)
        value = Value(combined.data, value.start, value.end)
    if type_name:
        of_class = run.classes.converted(value, type_name, run)
        value = of_class or Value(converted(value, type_name), value.start, value.end)
    if core.type in {"variable", "braced_variable"}:
        run.assign(_name(core, run), value)
    elif core.type in {"member_access", "element_access"} and len(core.named_children) >= 2:
        holder, key = _holder(core.named_children[0], run), core.named_children[1]
        is_member = core.type == "member_access"
        name = Value(run.syntax.source(key).strip(), key.start_byte, key.end_byte) if is_member else value_of(key, run)
        if isinstance(holder.data, Table):
            folded = text_of(name).casefold()
            holder.data.names.setdefault(folded, name)
            run.change(holder.data.values, folded, value)
        elif isinstance(holder.data, Thing) and not name.is_unknown:
            run.change(holder.data.pending, text_of(name).casefold(), value)


def _target(target: Node, run: Evaluator) -> tuple[Node, str]:
    """What is assigned to, without conversions before it; the folded type of the first of these."""
    core, type_name = core_of(target), ""
    while core.type in _WRAPPERS and core.named_children:
        if core.type == "cast_expression":
            type_name = type_name or type_in(run.syntax.source(core.named_children[0]))
        core = core_of(core.named_children[-1])
    return core, type_name


def _spread(targets: list[Node], operator: str, value: Value, run: Evaluator) -> None:
    """Give each of several variables an element; the last one takes all that are left."""
    values = items_of(value)
    for index, target in enumerate(targets):
        if value.is_unknown:
            given = value
        elif index == len(targets) - 1 and len(values) > len(targets):
            given = Value(values[index:], value.start, value.end)
        else:
            given = values[index] if index < len(values) else Value(None, value.start, value.end)
        _store(target, operator, given, run)


def _holder(node: Node, run: Evaluator) -> Value:
    """What a property is set of: of a class of the script, its own."""
    statics = run.classes.statics(type_in(run.syntax.source(node)), run) if node.type == "type_literal" else None
    return value_of(node, run) if statics is None else Value(statics, node.start_byte, node.end_byte)


def _before(core: Node, run: Evaluator) -> Value | None:
    """What the target holds; None for a variable that has not been set."""
    if core.type in {"variable", "braced_variable"}:
        return run.look_up(_name(core, run))
    return value_of(core, run)


def _name(core: Node, run: Evaluator) -> str:
    return run.syntax.source(core)[1:].strip("{}").casefold()
