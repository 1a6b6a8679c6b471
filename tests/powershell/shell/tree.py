"""The syntax of a script as a tree, and what stands at a node of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

from tests.powershell.shell.values import UnknownError

_CHAINS = {
    "logical_expression", "bitwise_expression", "comparison_expression", "additive_expression", "unary_expression",
    "multiplicative_expression", "format_expression", "range_expression", "array_literal_expression",
    "logical_argument_expression", "bitwise_argument_expression", "comparison_argument_expression",
    "additive_argument_expression", "multiplicative_argument_expression", "format_argument_expression",
    "range_argument_expression", "argument_expression", "expression_with_unary_operator", "left_assignment_expression",
    "pipeline_chain", "switch_clause_condition", "key_expression",
}  # fmt: skip


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_powershell.language()))


@cache
def parsed(script: str) -> Node:
    """The tree of a script. Raises UnknownError if it has errors."""
    root = _parser().parse(script.encode()).root_node
    if root.has_error:
        raise UnknownError("the script does not parse")
    return root


def written(node: Node) -> str:
    """The text of a node."""
    assert node.text is not None
    return node.text.decode()


def kids(node: Node) -> list[Node]:
    """The parts of a node, without comments."""
    return [child for child in node.named_children if child.type != "comment"]


def within(node: Node, kind: str) -> Iterator[Node]:
    """The nodes of a kind in a node, not in one another."""
    for child in kids(node):
        if child.type == kind:
            yield child
        else:
            yield from within(child, kind)


def core_of(node: Node) -> Node:
    while node.type in _CHAINS and len(node.children) == 1:
        node = node.children[0]
    return node


def first_of(node: Node, kind: str) -> Node:
    return next(child for child in kids(node) if child.type == kind)


def targets_of(node: Node) -> list[Node]:
    core = core_of(node)
    return list(kids(core)) if core.type == "array_literal_expression" else [core]


def type_name(node: Node) -> str:
    return written(node)[1:-1].strip()


def variable_name(node: Node) -> str:
    return written(node)[1:].strip("{}")
