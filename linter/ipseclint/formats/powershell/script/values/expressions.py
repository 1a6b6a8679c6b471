"""Expressions of a script: the value of each kind of node."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tree_sitter import Node

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.kit.token import OTHER_DASHES
from ipseclint.formats.powershell.script.evaluator import Call, CommandError, Evaluator, LeaveError, drop_if_failed
from ipseclint.formats.powershell.script.flow import assignments
from ipseclint.formats.powershell.script.syntax.nodes import STEPS, core_of
from ipseclint.formats.powershell.script.values import access, choices, operators, patterns, type_operators, xml_objects
from ipseclint.formats.powershell.script.values.conversions import type_in
from ipseclint.formats.powershell.script.values.lists import as_parts, collected, perhaps_given, size_of
from ipseclint.formats.powershell.script.values.texts import (
    CHARACTERS_OF_A_STEP,
    ITEMS_OF_A_STEP,
    PLAIN,
    double_quoted,
    here_string,
    plain_parts,
    plain_value,
    single_quoted,
    variable,
    word_value,
)
from ipseclint.formats.powershell.script.values.typed import as_type, certain
from ipseclint.formats.powershell.script.values.value import (
    CUT_SHORT,
    Block,
    Nothing,
    Table,
    Unknown,
    Value,
    as_part,
    number_in,
    number_of,
    truth_of,
    whether,
)
from ipseclint.late import late


def value_of(node: Node, run: Evaluator) -> Value:
    """The value of an expression."""
    return core_value(core_of(node), run)


def core_value(core: Node, run: Evaluator) -> Value:
    """The value of an expression, given its innermost node."""
    kind = core.type
    work = _KINDS.get(kind)
    if work is None:
        if kind in STATEMENTS:
            return run.pipeline(core)
        return Value(Unknown("an expression not followed"), core.start_byte, core.end_byte)
    if kind in _FLAT:
        return work(core, run)
    if not run.enters(core):
        return Value(Unknown("nested too deep"), core.start_byte, core.end_byte)
    try:
        return work(core, run)
    except (LeaveError, CommandError) as left:
        drop_if_failed(left)
        raise
    finally:
        run.leaves()


STATEMENTS = frozenset(
    {
        "pipeline", "pipeline_chain", "command", "command_name", "assignment_expression", "if_statement",
        "foreach_statement", "for_statement", "while_statement", "do_statement", "switch_statement", "try_statement",
        "statement_block", "statement_list", "flow_control_statement", "path_command_name", "inlinescript_statement",
    }
)  # fmt: skip
"""Kinds of nodes that are no expressions."""


def _integer(node: Node, run: Evaluator) -> Value:
    start, end = node.start_byte, node.end_byte
    written = run.syntax.text[start:end]
    number = number_in(written)
    return Value(written if number is None else number, start, end)


def _list(node: Node, run: Evaluator) -> Value:
    items = [as_part(value_of(child, run)) for child in node.named_children]
    return Value(items, node.start_byte, node.end_byte)


def _array(node: Node, run: Evaluator) -> Value:
    items = run.statements(node)
    is_open = len(items) == 1 and items[0].is_unknown
    return Value(perhaps_given(items) if is_open else as_parts(items), node.start_byte, node.end_byte)


def given_by(node: Node, run: Evaluator) -> Value:
    """What the statements within a node give, as one value."""
    return collected(run.statements(node), node.start_byte, node.end_byte)


def value_asked(node: Node, run: Evaluator) -> Value:
    """What a condition asks for: its value, or what an assignment in its place assigns."""
    core = core_of(node)
    return assignments.assigned(core, run) if core.type == "assignment_expression" else core_value(core, run)


def _parentheses(node: Node, run: Evaluator) -> Value:
    inner = node.named_children
    if not inner:
        return Nothing(None, node.start_byte, node.end_byte)
    core = core_of(inner[0])
    return assignments.assigned(core, run) if core.type == "assignment_expression" else core_value(core, run)


_WORDS = frozenset({"simple_name", "generic_token"})


_ENTRY = late(rf"\s*+(?P<key>[A-Za-z_]\w*+)[ \t]*+=[ \t]*+(?:{PLAIN})[ \t]*+(?:[;\r\n]\s*+|\Z)")
"""An entry of a table whose value is plain."""


def _hash(node: Node, run: Evaluator) -> Value:
    table = Table()
    start, end = node.start_byte, node.end_byte
    entries = plain_parts(_ENTRY, start + len("@{"), end - len("}"), run)
    if entries is None:
        _put_entries(node, table, run)
    for entry in entries or ():
        table.set(Value(entry["key"], *entry.span("key")), plain_value(entry, run))
    return Value(table, start, end)


def _put_entries(node: Node, table: Table, run: Evaluator) -> None:
    bodies = [child for child in node.named_children if child.type == "hash_literal_body"]
    for entry in (entry for body in bodies for entry in body.named_children if entry.type == "hash_entry"):
        parts = [child for child in entry.named_children if child.type != "comment"]
        if len(parts) < 2:
            continue
        key = core_of(parts[0])
        if key.type in _WORDS:
            start, end = key.start_byte, key.end_byte
            written = run.syntax.text[start:end].strip()
            name = Value(CUT_SHORT if written in {".", "["} else written, start, end)
        else:
            name = as_part(value_of(key, run))
        table.set(name, value_of(parts[1], run))


def _block(node: Node, run: Evaluator) -> Value:
    run.blocks.setdefault(node.start_byte, node)
    return Value(Block(node), node.start_byte, node.end_byte)


def _unary(node: Node, run: Evaluator) -> Value:
    start, end = node.start_byte, node.end_byte
    operands = node.named_children
    if not operands:
        return Value(Unknown("an expression not followed"), start, end)
    written = run.syntax.text[start : operands[-1].start_byte].strip().casefold()
    if operands[0].type == "cast_expression" and not written:
        return value_of(operands[0], run)
    value = value_of(operands[-1], run)
    if written in {"-not", "!"}:
        truth = truth_of(value)
        return Value(value.data if value.is_unknown else whether(None if truth is None else not truth), start, end)
    if written == ",":
        return Value([value], start, end)
    if value.is_unknown:
        return Value(value.data, start, end)
    if written in {"-", "+"}:
        number = 0 if value.data is None else number_of(value)
        data = Unknown("minus what is not a number") if number is None else -number if written == "-" else number
        return Value(data, start, end)
    if written == "-bnot" and isinstance(value.data, int):
        return Value(~value.data, start, end)
    if written == "-join":
        return operators.binary("-join", value, Value("", start, end))
    if written == "-split":
        parts = patterns.cut(value, r"\s+")
        return Value([part for part in parts if part.data] or parts[:1], start, end)
    return Value(Unknown(f"what {written} makes of it"), start, end)


_OF_WMI = frozenset({"wmi", "wmiclass", "wmisearcher"})
"""Types that make a WMI object from its path."""


def _cast(node: Node, run: Evaluator) -> Value:
    children = node.named_children
    if len(children) < 2:
        return Value(Unknown("a conversion not followed"), node.start_byte, node.end_byte)
    type_name = type_in(run.syntax.source(children[0]))
    value = value_of(children[-1], run)
    if type_name == "ref" and (target := core_of(children[-1])).type in {"variable", "braced_variable"}:
        name = run.syntax.source(target)[1:].strip("{}").casefold()
        run.assign(name, Value(Unknown("what a command puts into it"), target.start_byte, target.end_byte))
    if type_name in _OF_WMI:
        run.call(Call(f"[{type_name}]", [], None, node.start_byte, node.end_byte))
    made = as_type(value, type_name, run)
    if isinstance(made.data, list):
        run.step(len(made.data) // ITEMS_OF_A_STEP)
    if type_name.endswith("ordered") and isinstance(made.data, Table):
        made.data.is_ordered = True
    run.step(xml_objects.size_of(made) // xml_objects.ELEMENTS_OF_A_STEP)
    return made


_MATCHES = frozenset({"-match", "-imatch", "-cmatch"})
"""Comparisons that set `$Matches` (about_Regular_Expressions)."""
_COMPARES = {"-eq": False, "-ieq": False, "-ceq": False, "-like": False, "-match": False, "-ne": True, "-notlike": True}
"""The result of comparing null with a text."""


def _logical(node: Node, run: Evaluator) -> Value:
    row = choices.row_of(node)
    if not any(run.syntax.source(sign).strip() in choices.SIGNS for sign in row[1::2]):
        return _binary(node, run)
    return choices.chosen(row, lambda parts: _row(parts, run), run)


def _binary(node: Node, run: Evaluator) -> Value:
    children = node.children
    operands = node.named_children
    if len(children) < 3:
        return value_of(operands[0], run) if operands else Value(None, node.start_byte, node.end_byte)
    return _row(children, run)


def _row(children: Sequence[Node], run: Evaluator) -> Value:
    start = children[0].start_byte
    left = value_of(children[0], run)
    for operator, operand in zip(children[1::2], children[2::2], strict=False):
        name = run.syntax.source(operator).strip().casefold()
        name = f"-{name.lstrip(OTHER_DASHES)}" if name[:1] in OTHER_DASHES or name[:1].isalpha() else name
        if name in _DECIDED_BY_FIRST and (truth := truth_of(left)) is not (name == "-and"):
            left = _with_other(left, truth, operand, name, run)
            continue
        if name in type_operators.OPERATORS:
            left = type_operators.asked(name, left, core_of(operand), run)
            continue
        right = value_of(operand, run)
        for side in (left, right):
            if isinstance(side.data, list):
                run.step(size_of(side) // ITEMS_OF_A_STEP)
            elif isinstance(side.data, str):
                run.step(len(side.data) // CHARACTERS_OF_A_STEP)
        made = operators.binary(name, left, right)
        if name.endswith(".") and isinstance(made.data, list):
            run.step(-(-len(made.data) // ITEMS_OF_A_STEP))
        result = certain(made._replace(start=start, end=operand.end_byte), run)
        if run.syntax.has_document:
            run.pieces.operator(name, left, right, (operand.start_byte, operand.end_byte), result)
        if name in _MATCHES and result.data is not False and not isinstance(left.data, list):
            run.assign("matches", patterns.groups(left, right) if result.data is True else result)
        if (
            left.data is None
            and right.is_unknown
            and name in _COMPARES
            and run.syntax.text[start : start + 5].lower() != "$null"
        ):
            result = result._replace(data=_COMPARES[name])  # what is not there is nothing that has a name
        left = Value(result.data, start, operand.end_byte)
    return left


_DECIDED_BY_FIRST = frozenset({"-and", "-or"})
"""Operators that evaluate the second operand only if the first does not decide."""


def _with_other(left: Value, truth: bool | None, operand: Node, name: str, run: Evaluator) -> Value:
    """The value of `-and` or `-or` whose first operand does, or may, decide: the second one may not run."""
    start, end = left.start, operand.end_byte
    if truth is not None:
        return Value(truth, start, end)
    why = f"whether {quoted(run.syntax.source(operand))} is looked at is not known: it is read as if it were"
    with run.doubts.about(why, operand.start_byte, end), run.variables.perhaps():
        right = value_of(operand, run)
    return Value(operators.binary(name, left, right).data, start, end)


def _type(node: Node, run: Evaluator) -> Value:
    return Value(Unknown(f"the type {run.syntax.source(node)}"), node.start_byte, node.end_byte)


def _word(node: Node, run: Evaluator) -> Value:
    return word_value(node.start_byte, node.end_byte, run)


_KINDS: dict[str, Callable[[Node, Evaluator], Value]] = {
    "variable": variable,
    "braced_variable": variable,
    "verbatim_string_characters": single_quoted,
    "expandable_string_literal": double_quoted,
    "verbatim_here_string_characters": here_string,
    "expandable_here_string_literal": here_string,
    "decimal_integer_literal": _integer,
    "hexadecimal_integer_literal": _integer,
    "real_literal": _integer,
    "array_literal_expression": _list,
    "array_expression": _array,
    "sub_expression": given_by,
    "parenthesized_expression": _parentheses,
    "hash_literal_expression": _hash,
    "script_block_expression": _block,
    "member_access": access.member,
    "invokation_expression": access.call,
    "invokation_foreach_expression": access.call,
    "element_access": access.element,
    "expression_with_unary_operator": _unary,
    "cast_expression": _cast,
    "logical_expression": _logical,
    "logical_argument_expression": _logical,
    **dict.fromkeys(STEPS, assignments.step),
    "type_literal": _type,
    "generic_token": _word,
    "simple_name": _word,
    **dict.fromkeys(
        (
            f"{kind}{suffix}_expression"
            for kind in ("bitwise", "comparison", "additive", "multiplicative", "format", "range")
            for suffix in ("", "_argument")
        ),
        _binary,
    ),
}

_FLAT = frozenset(
    {
        "variable", "braced_variable", "verbatim_string_characters", "decimal_integer_literal", "generic_token",
        "hexadecimal_integer_literal", "real_literal", "script_block_expression", "simple_name", "type_literal",
    }
)  # fmt: skip
"""Kinds of nodes below which nothing is evaluated."""
