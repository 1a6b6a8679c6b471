"""Helpers for nodes of a syntax tree: the statements in one, and nodes by kind."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

_HOLDERS = frozenset(
    {
        "program", "statement_list", "statement_block", "script_block", "script_block_body", "named_block_list",
        "named_block", "for_initializer", "for_condition", "for_iterator", "while_condition", "switch_condition",
    }
)  # fmt: skip
"""Kinds of nodes that only hold statements."""

STEPS = frozenset(f"{when}_{what}_expression" for when in ("pre", "post") for what in ("increment", "decrement"))
"""Kinds of nodes for `++` and `--`, which as statements have no output."""

_BLOCKS = frozenset({"statement_block", "script_block_expression", "function_statement"})


def statements_in(node: Node) -> Iterator[Node]:
    """The statements in a node, through nodes that only wrap others."""
    stack = [iter(node.named_children)]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
        elif child.type in _HOLDERS:
            stack.append(iter(child.named_children))
        elif child.type != "block_name":
            yield child


def within(node: Node, *kinds: str, in_blocks: bool = False) -> Iterator[Node]:
    """The nodes of these kinds within a node; with `in_blocks`, within nested blocks too."""
    stack = list(reversed(node.named_children))
    while stack:
        child = stack.pop()
        if child.type in kinds:
            yield child
        elif in_blocks or child.type not in _BLOCKS:
            stack.extend(reversed(child.named_children))


def child_of(node: Node, kind: str) -> Node | None:
    """The first child of a kind."""
    return next((child for child in node.named_children if child.type == kind), None)


def core_of(node: Node) -> Node:
    """The innermost node with the same text: an expression lies in a dozen others that add nothing."""
    return node.named_descendant_for_byte_range(node.start_byte, node.end_byte) or node
