"""Code that is not reached, since the script ends before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.syntax.nodes import child_of, statements_in, within
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import mention_within

_SETS_OUT = late(
    r"(?:write-\w+|echo|clear-host|cls|import-module|set-strictmode|(?:push|set)-location|cd)\b[^|&]*", re.IGNORECASE
)
"""Commands that a script begins with, and that set nothing."""
_WORD = late(r"[\w-]++")
_EXPANDED = ("expandable_string_literal", "expandable_here_string_literal")
_DECLARATIONS = frozenset({"param_block", "function_statement", "class_statement", "enum_statement", "comment"})


def bar_before_all(statements: Sequence[Node], syntax: Syntax) -> Node | None:
    """The jump by which a script ends before it does anything, to be taken out before it is run; None without one.

    One that calls a function of the script, as `exit (Main)`, is how the script begins.
    """
    declared: set[str] = set()
    for statement in statements:
        if statement.type == "flow_control_statement":
            return statement if declared.isdisjoint(_called_by(statement, syntax)) else None
        if (name := child_of(statement, "function_name")) is not None:
            declared.add(syntax.source(name).strip().casefold())
        kinds = {child.type for child in statement.named_children}
        if not (
            statement.type in _DECLARATIONS
            or kinds == {"assignment_expression"}
            or _SETS_OUT.fullmatch(syntax.source(statement).strip())
        ):
            return None
    return None


def _called_by(statement: Node, syntax: Syntax) -> Iterator[str]:
    """The folded names of commands in a statement, and the words behind `$(` in its texts, which the grammar skips."""
    for each in within(statement, "command_name", in_blocks=True):
        yield syntax.source(each).casefold()
    for each in within(statement, *_EXPANDED, in_blocks=True):
        yield from _WORD.findall(syntax.source(each).partition("$(")[2].casefold())


def say_what_is_behind(
    end: Node,
    roots: Sequence[Node],
    syntax: Syntax,
    diagnostics: Diagnostics,
    *,
    within: Node | None = None,
    is_read: bool = False,
) -> None:
    """Report IPsec code behind the end of a script: `throw`, a guard on the machine's state, or an early `exit`.

    `within`: the block that ends there, and no more; `is_read`: what is behind is followed for all that.
    """
    behind = [statement for root in roots for statement in statements_in(root) if statement.start_byte >= end.end_byte]
    around: Node | None = end
    while around is not None and around != within and around.parent is not None:
        behind += [each for each in around.parent.children if each.start_byte >= around.end_byte]
        if around.parent.type == "if_statement":
            behind = [each for each in behind if each.parent != around.parent]
        around = around.parent
    if any(mention_within(syntax.source(each)) is not None for each in behind):
        word = syntax.source(end).split(None, 1)[0].strip(";").lower()
        at = f"at this `{word}`" if word.replace("-", "").isalpha() else "here"
        message = (
            f"the script ends {at} before it does anything: what follows is read as if it went on"
            if is_read
            else f"as far as its values are known, the script ends {at}: what follows it was not read"
        )
        diagnostics.not_understood(message, syntax.span(end.start_byte, end.end_byte))
