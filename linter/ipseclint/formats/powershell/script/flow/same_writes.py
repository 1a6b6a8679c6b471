"""Branches of which each sets the same value of the registry: it is set whichever of them runs."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from ipseclint.formats.powershell.script.arguments.calls import read
from ipseclint.formats.powershell.script.arguments.parameters import given, parameters, path_given
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.syntax.nodes import statements_in, within
from ipseclint.formats.powershell.script.values.value import Value, number_of, text_of

_SETS = frozenset({"new-itemproperty", "set-itemproperty", "sp"})
_PRINTS = ("write-", "out-null")
"""How commands begin that set nothing."""
_MAY_NOT_SET = "w"
"""How the parameters begin by which a value is only shown, as by `-WhatIf`."""


def one_for_all(blocks: Sequence[Node], run: Evaluator) -> Node | None:
    """The block to follow where each of several sets one value of the registry, which is the same, and no more.

    It is one that says the value's type, if there is one: without it, a value that is there keeps its own. Branches
    that say different types set different values.
    """
    acts = [_act_in(block, run) for block in blocks]
    sets = {None if act is None else _set_by(act) for act in acts}
    if len(sets) != 1 or None in sets:
        return None
    typed = [
        (block, type_)
        for block, act in zip(blocks, acts, strict=True)
        if act is not None and (type_ := _type_in(act)) is not None
    ]
    if any(type_.is_unknown for _, type_ in typed) or len({_as_one(type_) for _, type_ in typed}) > 1:
        return None
    return typed[0][0] if typed else blocks[-1]


def _act_in(block: Node, run: Evaluator) -> Call | None:
    """The one command of a block that does more than print; None for any other block."""
    if any(each.type not in {"comment", "empty_statement", "pipeline"} for each in statements_in(block)):
        return None
    if next(within(block, "assignment_expression", "invokation_expression"), None) is not None:
        return None
    calls = [read(each, run) for each in within(block, "command")]
    acts = [call for call in calls if call is None or not call.name.startswith(_PRINTS)]
    return acts[0] if len(acts) == 1 else None


def _set_by(act: Call) -> tuple[str, ...] | None:
    """The path, the name and the data of the value that a command sets; None for any other."""
    named, rest = parameters(act)
    if act.name not in _SETS or any(name.startswith(_MAY_NOT_SET) for name in named):
        return None
    values = [path_given(named, rest)]
    values += [given(named, name) or (rest.pop(0) if rest else None) for name in ("name", "value")]
    known = [each for each in values if each is not None and not each.is_unknown]
    return tuple(map(_as_one, known)) if len(known) == len(values) else None


def _type_in(act: Call) -> Value | None:
    named, _ = parameters(act)
    return given(named, "propertytype") or given(named, "type")


def _as_one(value: Value) -> str:
    """A text that is the same for values that are."""
    number = number_of(value)
    return text_of(value).casefold() if number is None else str(number)
