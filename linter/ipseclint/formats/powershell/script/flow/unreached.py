"""Code that is not reached, since the script ends before it."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.syntax.nodes import statements_in
from ipseclint.vocabulary.ipsec_tools import mention_within


def say_what_is_behind(end: Node, roots: Sequence[Node], syntax: Syntax, diagnostics: Diagnostics) -> None:
    """Report IPsec code behind the end of a script: `throw`, a guard on the machine's state, or an early `exit`."""
    behind = [statement for root in roots for statement in statements_in(root) if statement.start_byte >= end.end_byte]
    around: Node | None = end
    while around is not None and around.parent is not None:
        behind += [each for each in around.parent.children if each.start_byte >= around.end_byte]
        if around.parent.type == "if_statement":
            behind = [each for each in behind if each.parent != around.parent]
        around = around.parent
    if any(mention_within(syntax.source(each)) is not None for each in behind):
        word = syntax.source(end).split(None, 1)[0].strip(";").lower()
        message = f"as far as its values are known, the script ends at this `{word}`: what follows it was not read"
        diagnostics.not_understood(message, syntax.span(end.start_byte, end.end_byte))
