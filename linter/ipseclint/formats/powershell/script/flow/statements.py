"""The statements that decide what runs, by kind: conditions, loops, `switch`, jumps, and blocks."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from ipseclint.formats.powershell.script.evaluator import Evaluator, LeaveError
from ipseclint.formats.powershell.script.flow.catching import attempt, trap
from ipseclint.formats.powershell.script.flow.conditions import condition
from ipseclint.formats.powershell.script.flow.loops import for_each, loop
from ipseclint.formats.powershell.script.flow.switches import switch
from ipseclint.formats.powershell.script.flow.workflows import ACTIVITIES
from ipseclint.formats.powershell.script.syntax.nodes import child_of
from ipseclint.formats.powershell.script.values.lists import collected
from ipseclint.formats.powershell.script.values.value import Value
from ipseclint.late import late

_LABEL = late(r"[ \t]+([A-Za-z]\w*+)(?=\s*+(?:[;}\n]|\Z))")
"""The label of a loop that is left, which the grammar does not see."""

_WITH_VALUE = frozenset({"return", "exit", "throw"})


def leave(node: Node, run: Evaluator) -> list[Value]:
    """`return`, `break`, `continue`, `exit`, `throw`."""
    keyword = run.syntax.source(node).split(None, 1)[0].strip(";").casefold()
    inner = node.named_children
    given = list(run.statement(inner[0])) if inner and keyword in _WITH_VALUE else []
    if keyword == "throw":
        run.tries.may_fail()
    if keyword != "return":
        given = []  # what is thrown, or is the exit code, is no output; what makes it has run
    label = _LABEL.match(run.syntax.text, node.end_byte) if keyword in {"break", "continue"} else None
    raise LeaveError(keyword, node, given, "" if label is None else label[1].casefold())


def data(node: Node, run: Evaluator) -> list[Value]:
    """A `data` section: outputs what its block outputs, or stores it in a variable (about_Data_Sections)."""
    block, name = child_of(node, "statement_block"), child_of(node, "data_name")
    given = run.statements(block) if block is not None else []
    if name is None:
        return given
    run.assign(run.syntax.source(name).strip().casefold(), collected(given, node.start_byte, node.end_byte))
    return []


def nested(node: Node, run: Evaluator) -> list[Value]:
    """A block of statements."""
    return run.statements(node)


FLOW: dict[str, Callable[[Node, Evaluator], list[Value]]] = {
    "if_statement": condition,
    "foreach_statement": for_each,
    "for_statement": loop,
    "while_statement": loop,
    "do_statement": loop,
    "switch_statement": switch,
    "try_statement": attempt,
    "trap_statement": trap,
    "flow_control_statement": leave,
    "data_statement": data,
    "statement_block": nested,
    "statement_list": nested,
    **ACTIVITIES,
}
"""The function for each kind of statement."""
