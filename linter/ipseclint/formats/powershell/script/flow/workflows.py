"""Blocks of a workflow of Windows PowerShell: those in parallel or in sequence, and `InlineScript`.

Source: about_Parallel, about_Sequence, about_InlineScript (PSWorkflow). A workflow is called as a function is, and is
followed as one; a block of `InlineScript` knows its variables by `$using:` alone, as one of a job does.
"""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from ipseclint.formats.powershell.script.evaluator import Evaluator
from ipseclint.formats.powershell.script.syntax.nodes import child_of
from ipseclint.formats.powershell.script.values.value import Value


def _activities(node: Node, run: Evaluator) -> list[Value]:
    """The output of the statements of a block, in whatever order they run."""
    block = child_of(node, "statement_block")
    return [] if block is None else run.statements(block)


def _inline_script(node: Node, run: Evaluator) -> list[Value]:
    """The output of a block that runs in a session of its own."""
    with run.apart():
        return _activities(node, run)


ACTIVITIES: dict[str, Callable[[Node, Evaluator], list[Value]]] = {
    "inlinescript_statement": _inline_script,
    "parallel_statement": _activities,
    "sequence_statement": _activities,
}
"""The function for each kind of block."""
