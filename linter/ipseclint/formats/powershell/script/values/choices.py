"""`a ? b : c` and `a ?? b` within an expression, as an index, an argument of a method or a default.

The grammar is shown a row of `-or` there. Source: about_Operators (PowerShell 7).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tree_sitter import Node

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.powershell.script.evaluator import Evaluator
from ipseclint.formats.powershell.script.values.value import UNDECIDED, Unknown, Value, truth_of

SIGNS = frozenset({"?", ":", "??"})
Row = Sequence[Node]
"""Operands with the operators between them."""


def row_of(node: Node) -> list[Node]:
    """The operands and the logical operators of an expression, in the order in which they stand."""
    parts: list[Node] = []
    while True:
        first, *others = node.children
        parts[:0] = others
        if first.type != node.type or first.child_count < 3:
            return [first, *parts]
        node = first


def chosen(parts: Row, evaluate: Callable[[Row], Value], run: Evaluator) -> Value:
    """The value of a row whose signs may choose between parts; `evaluate` gives that of a row without such signs."""
    signs = [run.syntax.source(each).strip() for each in parts[1::2]]
    at = next((number for number, sign in enumerate(signs) if sign in SIGNS), None)
    if at is None:
        return evaluate(parts)
    asked, behind = parts[: 2 * at + 1], parts[2 * at + 2 :]
    value = evaluate(asked)
    if signs[at] == "??":
        if value.data is None:
            return chosen(behind, evaluate, run)
        ways, truth = [behind], None if value.is_unknown else True
    else:
        other = _other(signs, at)
        ways = [behind[: 2 * (other - at) - 1], behind[2 * (other - at) :]]
        truth = truth_of(value)
        if truth is not None:
            return chosen(ways[not truth], evaluate, run)
    if truth:
        return value
    start, end = asked[0].start_byte, asked[-1].end_byte
    why = f"whether {quoted(run.syntax.text[start:end])} holds is not known: what it decides is read as if it ran"
    with run.doubts.about(why, start, end), run.variables.perhaps():
        for way in ways:
            chosen(way, evaluate, run)
    return Value(Unknown(UNDECIDED), start, parts[-1].end_byte)


def _other(signs: Sequence[str], at: int) -> int:
    """The number of the colon that belongs to the question mark at `at`."""
    open_ = 0
    for number in range(at + 1, len(signs)):
        open_ += (signs[number] == "?") - (signs[number] == ":")
        if open_ < 0:
            return number
    return len(signs) - 1
