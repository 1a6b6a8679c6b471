"""Assignments: to variables, to several at once, to properties and to elements."""

from __future__ import annotations

from tree_sitter import Node

from ipseclint.formats.powershell.script.evaluator import Evaluator
from ipseclint.formats.powershell.script.flow.validation import checks_before, hold_checks
from ipseclint.formats.powershell.script.syntax.nodes import core_of
from ipseclint.formats.powershell.script.values.changes import make_unknown
from ipseclint.formats.powershell.script.values.conversions import type_in
from ipseclint.formats.powershell.script.values.lists import items_of
from ipseclint.formats.powershell.script.values.operators import binary
from ipseclint.formats.powershell.script.values.texts import word_value
from ipseclint.formats.powershell.script.values.typed import as_type, certain
from ipseclint.formats.powershell.script.values.value import (
    UNDECIDED,
    Table,
    Thing,
    Unknown,
    Value,
    as_part,
    number_of,
    text_of,
    unknown_of,
)
from ipseclint.late import late

_VARIABLE = late(r"\$(\w++)[ \t]*+=[ \t]*+")
"""A single variable as the target, as in most assignments."""
_CONSTANTS = frozenset(
    {
        "decimal_integer_literal", "hexadecimal_integer_literal", "real_literal", "verbatim_string_characters",
        "expandable_string_literal",
    }
)  # fmt: skip
"""Kinds of nodes that cannot be assigned to."""
_WRAPPERS = frozenset(
    {"expression_with_unary_operator", "cast_expression", "unary_expression", "parenthesized_expression"}
)


def assign(node: Node, run: Evaluator) -> list[Value]:
    """Carry out an assignment statement, which has no output."""
    assigned(node, run)
    return []


def assigned(node: Node, run: Evaluator) -> Value:
    """Carry out an assignment and give the value assigned, which an outer assignment or parentheses use."""
    parts = node.named_children
    if len(parts) < 3:
        return Value(None, node.start_byte, node.end_byte)
    source = parts[2]
    if (plain := _VARIABLE.fullmatch(run.syntax.text, node.start_byte, source.start_byte)) is not None:
        value = _source(source, run)
        hold_checks(plain[1].casefold(), checks_before(node.start_byte, plain.end(1), run), run)
        run.assign(plain[1].casefold(), value)
        return value
    target, operator = parts[0], run.syntax.source(parts[1]).strip()
    if run.syntax.text.endswith("??", 0, parts[1].start_byte) and (held := run.value(target)).data is not None:
        return held
    return _store(target, operator, _source(source, run), run)


def _source(node: Node, run: Evaluator) -> Value:
    """The value on the right: of a nested assignment, or the output of a statement."""
    core = core_of(node)
    return assigned(core, run) if core.type == "assignment_expression" else run.pipeline(node)


def step(node: Node, run: Evaluator) -> Value:
    """The value of `++` and `--`: the new one as a prefix, the old one as a suffix."""
    start, end = node.start_byte, node.end_byte
    target = node.named_children[0] if node.named_children else node
    before = _before(core_of(target), run) or Value(None, start, end)
    number = number_of(before) if before.data is not None else 0
    more = 1 if "++" in run.syntax.source(node) else -1
    not_known = unknown_of(f"{more:+d}", (before.data,)) or Unknown("a counter that is not known")
    behind = Value(not_known if number is None else number + more, start, end)
    _store(target, "=", behind, run)
    return behind if node.type.startswith("pre") else Value(before.data if number is None else number, start, end)


def _store(target: Node, operator: str, value: Value, run: Evaluator) -> Value:
    """Assign to a target, with the operator of the assignment; the value it then has."""
    core, type_name = _target(target, run)
    if core.type == "array_literal_expression":
        _spread(core.named_children, operator, value, run)
        return value
    if operator != "=":
        before = _before(core, run)
        combined = binary(operator[:-1], Value(None, value.start, value.end) if before is None else before, value)
        value = certain(Value(combined.data, value.start, value.end), run)
    if type_name:
        value = as_type(value, type_name, run)
    if core.type in {"variable", "braced_variable"}:
        variable = _name(core, run)
        if type_name:
            run.variables.hold_type(variable, type_name)
        hold_checks(variable, checks_before(target.start_byte, target.end_byte, run), run)
        run.assign(variable, value)
    elif core.type in {"member_access", "element_access"} and len(core.named_children) >= 2:
        holder, key = _holder(core.named_children[0], run), core.named_children[1]
        is_member = core.type == "member_access"
        is_word = is_member and not run.syntax.text.startswith(("(", "$("), key.start_byte)
        name = word_value(key.start_byte, key.end_byte, run) if is_word else as_part(run.value(key))
        if isinstance(holder.data, Table):
            under = holder.data.key(name)
            own_type = run.classes.property_type(holder.data.kind, under) if holder.data.kind else ""
            value = as_type(value, own_type, run) if own_type else value
            if name.is_unknown:
                make_unknown(holder.data, UNDECIDED, run)
            holder.data.names.setdefault(under, name)
            run.variables.change(holder.data.values, under, value)
        elif isinstance(holder.data, list) and not is_member:
            _put(holder.data, name, value, run)
        elif isinstance(holder.data, Thing) and not name.is_unknown and holder.data.kind.endswith("proposal"):
            changed = Value(_CHANGED, core.start_byte, core.end_byte)
            run.variables.change(holder.data.properties, text_of(name).casefold(), changed)
        elif isinstance(holder.data, Thing) and not name.is_unknown:
            run.variables.change(holder.data.pending, text_of(name).casefold(), value)
    return value


_CHANGED = Unknown("what is changed of a proposal once it is made")


def _put(items: list[Value], index: Value, value: Value, run: Evaluator) -> None:
    """Set an element of a list; if the index is unknown, all elements become unknown."""
    run.keep(items)
    index = as_part(index)
    number = number_of(index)
    if number is not None and -len(items) <= number < len(items):
        items[int(number)] = value
    elif isinstance(index.data, Unknown):
        items[:] = [Value(index.data, each.start, each.end) for each in items]


def _target(target: Node, run: Evaluator) -> tuple[Node, str]:
    """The target of an assignment without its casts; the folded type of the first cast."""
    core, type_name = core_of(target), ""
    while core.type in _WRAPPERS and core.named_children:
        if core.type == "cast_expression":
            type_name = type_name or type_in(run.syntax.source(core.named_children[0]))
        core = core_of(core.named_children[-1])
    return core, type_name


def _spread(targets: list[Node], operator: str, value: Value, run: Evaluator) -> None:
    """Assign one element to each of several variables; the last one takes all that remain."""
    values = items_of(value)
    if constant := next((each for each in targets if _is_constant(_target(each, run)[0], run)), None):
        place = (constant.start_byte, constant.end_byte)
        run.doubts.of_all("nothing can be assigned to this: PowerShell refuses the whole script", *place)
        value = value._replace(data=Unknown("what a refused line would give"))
    for index, target in enumerate(targets):
        is_last = index == len(targets) - 1
        if value.is_unknown:
            given = value._replace(data=unknown_of("[..]" if is_last else "[]", (value.data, index)))
        elif is_last and len(values) > len(targets):
            given = Value(values[index:], value.start, value.end)
        else:
            given = values[index] if index < len(values) else Value(None, value.start, value.end)
        _store(target, operator, given, run)


def _is_constant(core: Node, run: Evaluator) -> bool:
    """Whether nothing can be assigned to a target: a number, a text, a word, which the grammar is shown as a name."""
    is_word = core.type == "variable" and run.syntax.text[core.start_byte] != "$"
    return is_word or core.type in _CONSTANTS


def _holder(node: Node, run: Evaluator) -> Value:
    """The object whose property is set; for a class of the script, its static properties."""
    statics = run.classes.statics(type_in(run.syntax.source(node)), run) if node.type == "type_literal" else None
    return run.value(node) if statics is None else Value(statics, node.start_byte, node.end_byte)


def _before(core: Node, run: Evaluator) -> Value | None:
    """The current value of the target; None for a variable that is not set."""
    if core.type in {"variable", "braced_variable"}:
        return run.look_up(_name(core, run))
    return run.value(core)


def _name(core: Node, run: Evaluator) -> str:
    return run.syntax.source(core)[1:].strip("{}").casefold()
