"""Functions and methods that nothing in a script calls; they are read as if each was called once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from tree_sitter import Node

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.powershell.script.flow.classes import Classes, Method, ScriptClass
from ipseclint.formats.powershell.script.flow.functions import Function, Functions, only_takes_out
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.values.value import Unknown, Value
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import mention_within, signs_in


def reason(name: str) -> str:
    """The message that nothing calls this name."""
    return f"nothing here calls {quoted(name)}: it is read as if it were called once"


_MIN_CALLING = 2
"""So few functions can call one another."""
_WORD = late(r"[\w-]++")
NOT_RUN = "nothing here runs this block: it is read as if it were run once"


def functions(declared: Functions, syntax: Syntax) -> Iterator[tuple[str, Function]]:
    """The functions that concern IPsec and were not called.

    A function that a module does not export, and mentions nowhere else, cannot be called. One that only removes objects
    does nothing on a machine without any.
    """
    called, module = declared.called, declared.module
    uncalled = [each for each in declared.items() if each[1].body.start_byte not in called]
    if module.exports is not None:
        text = syntax.text.casefold()
        inner = [each for each in uncalled if not module.offers(each[0]) and text.count(each[0]) > 1]
        uncalled = [*(each for each in uncalled if module.offers(each[0])), *inner]
    signs = signs_in("\n".join(syntax.source(function.body) for _, function in uncalled))
    for name, function in _callers_first(uncalled, syntax) if signs else ():
        source = syntax.source(function.body)
        is_called = function.body.start_byte in called  # by one that was followed before it
        if not is_called and mention_within(source, signs) is not None and not only_takes_out(source):
            yield name, function


def _callers_first(uncalled: Sequence[tuple[str, Function]], syntax: Syntax) -> list[tuple[str, Function]]:
    """Functions in order, those last that another of them names and so may call."""
    if len(uncalled) < _MIN_CALLING:
        return list(uncalled)
    names = {name for name, _ in uncalled}
    named: set[str] = set()
    for name, function in uncalled:
        named |= names.intersection(_WORD.findall(syntax.source(function.body).casefold())) - {name}
    return sorted(uncalled, key=lambda each: each[0] in named)


def arguments(function: Function) -> dict[str, Value]:
    """The variables of a function called with unknown arguments, without those with defaults, and optional switches."""
    return {
        declared.name: Value(
            Unknown(f"the parameter `${declared.name}`"), declared.node.start_byte, declared.node.end_byte
        )
        for declared in function.parameters
        if declared.default is None and (not declared.is_switch or declared.is_of_call)
    }


def blocks(made: Mapping[int, Node], ran: Collection[int], syntax: Syntax) -> Iterator[Node]:
    """Script blocks that are stored, concern IPsec and never ran; `made` and `ran` go by start offset."""
    behind = 0
    for start, node in sorted(made.items()):
        if start < behind or start in ran or not _is_kept(node):
            continue
        source = syntax.source(node)
        if mention_within(source) is not None and not only_takes_out(source):
            behind = node.end_byte
            yield node


def _is_kept(node: Node) -> bool:
    """Whether a block is stored in a variable or a table, rather than passed to a command."""
    around: Node | None = node
    while around is not None and around.type != "command":
        if around.type in {"assignment_expression", "hash_entry"}:
            return True
        around = around.parent
    return False


def methods(classes: Classes, syntax: Syntax) -> Iterator[tuple[ScriptClass, Method, Node]]:
    """The methods that concern IPsec and were not called, each with its body."""
    for own, method, body in classes.uncalled() if classes else ():
        source = syntax.source(body)
        if mention_within(source) is not None and not only_takes_out(source):
            yield own, method, body
