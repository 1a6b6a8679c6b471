"""Pipelines of commands and values, and chains with `&&`, `||`, `??` and `? :`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from typing import NamedTuple

from tree_sitter import Node

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.powershell.script.arguments.calls import COMMANDS, command, redirect
from ipseclint.formats.powershell.script.evaluator import CommandError, Evaluator, LeaveError, given_before
from ipseclint.formats.powershell.script.flow import assignments, if_given, undecided
from ipseclint.formats.powershell.script.flow.doubts import ONLY_IF_IT_FAILS
from ipseclint.formats.powershell.script.flow.lacking import changes_policy, is_asked_of_machine
from ipseclint.formats.powershell.script.flow.statements import FLOW
from ipseclint.formats.powershell.script.syntax.nodes import STEPS, core_of, within
from ipseclint.formats.powershell.script.values.lists import Unordered, collected, handed_on, there
from ipseclint.formats.powershell.script.values.value import UNDECIDED, Unknown, Value, truth_of
from ipseclint.late import late

_SORTS = late(r"sort(?:-object)?\b", re.IGNORECASE)
"""The command after which the order of objects is known."""
_HAS_BLOCK = late(r"(?:%|\?|foreach(?:-object)?|where(?:-object)?)(?:\s++-process)?\s*+\{", re.IGNORECASE)
_CHANGES = late(r"\+\+|--|-[ic]?match\b|(?<![-<>!=])=(?!=)", re.IGNORECASE)
"""A command that runs one block for each object; and how a block changes a variable."""


def pipeline(node: Node, run: Evaluator) -> list[Value]:
    """The output of a pipeline, or of pipelines chained by `&&` and `||`."""
    while node.type == "pipeline" and node.named_child_count == 1:
        node = node.named_children[0]
    kind = node.type
    if kind == "assignment_expression":
        run.step()
        return assignments.assign(node, run)
    if kind == "pipeline":
        return _chosen(node.named_children, run)
    if kind in COMMANDS:
        return command(node, None, run)
    if kind != "pipeline_chain":
        work = FLOW.get(kind)
        return work(node, run) if work is not None else handed_on(run.value(node))
    return _piped(node, node.named_children, None, run)


def _piped(node: Node, elements: Sequence[Node], piped: list[Value] | None, run: Evaluator) -> list[Value]:
    """What elements of a pipeline give, the first of which may be handed something."""
    with ExitStack() as behind:
        return _each_piped(node, elements, piped, behind, run)


def _each_piped(
    node: Node, elements: Sequence[Node], piped: list[Value] | None, behind: ExitStack, run: Evaluator
) -> list[Value]:
    """What elements of a pipeline give; what is in doubt behind it is put off on `behind`."""
    at, is_doubted = 0, False
    row = _Row(0, -1)
    while at < len(elements):
        element = elements[at]
        if at and not is_doubted and (is_doubted := if_given.is_doubted(piped or (), run)):
            if_given.for_each_given(behind, elements[at - 1].start_byte, elements[at - 1].end_byte, run)
        if piped and len(elements) > 2 and at >= row.end:
            row = _row_at(elements, at, run)
        if piped and row.end - at > 1 and row.last_change >= at and not isinstance(piped, Unordered):
            outcome: list[Value] = []
            with given_before(outcome):
                for item in piped:
                    outcome += _one_by_one(elements[at : row.end], [item], run)
            piped, at = outcome, row.end
            continue
        at += 1
        kind = element.type if element.type == "command" else core_of(element).type
        if kind == "command" or kind in COMMANDS:
            if piped == [] and _is_for_each_there(node, element, run):
                piped = [Value(Unknown("what the machine has"), node.start_byte, element.start_byte)]
            rest = partial(_each_piped, node, elements[at:], behind=behind, run=run)
            given = _commanded(element, there(piped) if piped else piped, rest, run)
            is_same_order = isinstance(piped, Unordered) and not _SORTS.match(run.syntax.text, element.start_byte)
            piped = Unordered(given) if is_same_order else given
            piped = if_given.of_given(piped) if is_doubted and piped else piped
        elif element.type == "redirections":
            piped = [] if redirect(element, piped or [], run) else piped
        elif element.type != "comment":
            value = run.value(element)
            piped = [] if kind in STEPS else handed_on(value)
    return piped or []


class _Row(NamedTuple):
    """Consecutive blocks: the index behind them, and that of the last one that changes what another reads, or -1.

    If one does, each object passes through all of them before the next.
    """

    end: int
    last_change: int


def _row_at(elements: Sequence[Node], at: int, run: Evaluator) -> _Row:
    """The consecutive blocks that begin at an element."""
    last_change = -1
    for place in range(at, len(elements)):
        source = run.syntax.source(elements[place])
        if not _HAS_BLOCK.match(source) or len(list(within(elements[place], "script_block_expression"))) != 1:
            return _Row(place, last_change)
        if _CHANGES.search(source) is not None:
            last_change = place
    return _Row(len(elements), last_change)


def _one_by_one(elements: Sequence[Node], given: list[Value], run: Evaluator) -> list[Value]:
    """The output of consecutive blocks for one object, or what one of them has given of it."""
    for behind, element in enumerate(elements, start=1):
        given = _commanded(element, given, partial(_one_by_one, elements[behind:], run=run), run)
    return given


def _commanded(
    element: Node, piped: list[Value] | None, rest: Callable[[list[Value]], list[Value]], run: Evaluator
) -> list[Value]:
    """The output of a command; what it gave before it failed or left has gone through the rest of the pipeline."""
    try:
        return command(element, piped, run)
    except (LeaveError, CommandError) as left:
        if left.values:
            left.values = rest(left.values)
        raise


def _chosen(parts: Sequence[Node], run: Evaluator) -> list[Value]:
    """The output of chained pipelines: the last, or the chosen one for `??` and `? :`, which are masked as chains."""
    given = run.statement(parts[0])
    for place, tail in enumerate(parts):
        sign = run.syntax.source(tail).strip() if tail.type == "pipeline_chain_tail" else None
        if sign is None or place + 1 == len(parts):
            continue
        value = collected(given, parts[0].start_byte, parts[place - 1].end_byte)
        if sign == "??":
            if value.data is None:
                return _chosen(parts[place + 1 :], run)
            if value.is_unknown:
                why = "whether this is given is not known: what stands in its place is read as if it ran"
                undecided.both([parts[place + 1]], why, parts[place + 1], run, has_rest=True)
            return _handed_on(parts[-1], given, run)
        if sign == "?":
            truth, other = truth_of(value), _other_branch(parts, place, run)
            if truth is None:
                asked = quoted(run.syntax.source(parts[0]))
                why = f"whether {asked} holds is not known: what it decides is read as if it ran"
                undecided.both([parts[place + 1], parts[other + 1]], why, parts[0], run, has_rest=False)
                unknown = Value(Unknown(UNDECIDED), parts[0].start_byte, parts[-1].end_byte)
                return _handed_on(parts[-1], [unknown], run)
            if not truth:
                return _chosen(parts[other + 1 :], run)
            return _handed_on(parts[-1], _chosen(parts[place + 1 : other], run), run)
        behind = parts[place + 1]
        if sign == "||":
            given = undecided.both([behind], ONLY_IF_IT_FAILS, behind, run, has_rest=True, is_of_failure=True)
        else:
            given = run.statement(behind)
    return given


def _handed_on(last: Node, given: list[Value], run: Evaluator) -> list[Value]:
    """The output of the pipe that stands behind the last choice, given the chosen value."""
    piped = last.named_children[1:] if last.type == "pipeline_chain" else []
    return _piped(last, piped, given, run) if piped else given


def _other_branch(parts: Sequence[Node], place: int, run: Evaluator) -> int:
    """The index of the colon that belongs to the question mark at `place`."""
    open_ = 0
    for at in range(place + 1, len(parts)):
        sign = run.syntax.source(parts[at]).strip() if parts[at].type == "pipeline_chain_tail" else ""
        open_ += (sign == "?") - (sign == ":")
        if open_ < 0:
            return at
    return len(parts) - 1


def _is_for_each_there(chain: Node, element: Node, run: Evaluator) -> bool:
    """Whether a block changes policy for each object that the machine has, none of which the script made."""
    before = (each for each in chain.named_children if each.end_byte <= element.start_byte)
    holds_block = "{" in run.syntax.text[element.start_byte : element.end_byte]
    return holds_block and any(is_asked_of_machine(each, run) for each in before) and changes_policy(element, run)
