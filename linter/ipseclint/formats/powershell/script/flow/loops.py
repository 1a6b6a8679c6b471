"""`foreach`, `for`, `while` and `do`: how often a body runs, as far as known."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps

from tree_sitter import Node

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.powershell.script.evaluator import CommandError, Evaluator, LeaveError
from ipseclint.formats.powershell.script.flow import if_given, undecided
from ipseclint.formats.powershell.script.flow.lacking import changes_policy, is_asked_of_machine
from ipseclint.formats.powershell.script.flow.orders import Rounds
from ipseclint.formats.powershell.script.syntax.nodes import child_of, within
from ipseclint.formats.powershell.script.values.expressions import value_asked
from ipseclint.formats.powershell.script.values.lists import (
    Unordered,
    items_of,
    may_be_let_through,
    one_of,
    perhaps_given,
)
from ipseclint.formats.powershell.script.values.value import Unknown, Value, truth_of
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import mention_within

Follow = Callable[[Node, Evaluator], list[Value]]


def whole(follow: Follow) -> Follow:
    """A statement that `break` leaves: behind it the ways count again on which it is left so."""

    @wraps(follow)
    def followed(node: Node, run: Evaluator) -> list[Value]:
        run.tries.loops += 1
        try:
            with run.tries.up_to_here("break", "continue", label=label_of(node, run)) as left_by:
                given = follow(node, run)
            return perhaps_given(given) if any(each.is_doubt for each in left_by) else given
        except LeaveError as left:
            if not left_by:
                raise
            undecided.note_left(left, run)
            return perhaps_given(left.values)
        finally:
            run.tries.loops -= 1

    return followed


@whole
def for_each(node: Node, run: Evaluator) -> list[Value]:
    """`foreach` over a list; over what is not known, once."""
    children = [child for child in node.named_children if child.type not in {"comment", "foreach_parameter"}]
    if len(children) < 3:
        return []
    variable, source, body = children[0], children[1], children[-1]
    name = run.syntax.source(variable)[1:].casefold()
    value = run.pipeline(source)
    if if_given.is_doubted([value], run):
        with ExitStack() as behind:
            if_given.for_each_given(behind, source.start_byte, source.end_byte, run)
            return if_given.of_given(_for_each(items_of(value), name, source, body, run))
    return _for_each(items_of(value), name, source, body, run)


def _for_each(items: list[Value], name: str, source: Node, body: Node, run: Evaluator) -> list[Value]:
    is_in_order = not isinstance(items, Unordered) or not items.matters
    given: list[Value] = [] if is_in_order else Unordered()
    rounds = None if is_in_order else Rounds(body, name, run)
    if not items and is_asked_of_machine(source, run) and changes_policy(body, run):
        items = [Value(Unknown("what the machine has"), source.start_byte, source.end_byte)]
    for item in items:
        run.assign(name, one_of(item))
        if item.may_be_several:
            why = f"how often this loop runs, and with what, is not known: {quoted(run.syntax.source(source))}"
            place = source.start_byte, source.end_byte
            about = run.doubts.about(why, *place, is_told=True, is_said=may_be_let_through(item))
            with about, run.tries.on_a_way(), run.repeating.of(body, name):
                given += perhaps_given(_round_if_any(body, run))
        elif not _round(body, given, run):
            break
        if rounds is not None:
            rounds.end_round()
    if rounds is not None:
        rounds.settle(source.start_byte, source.end_byte)
    return given


def is_left(left: LeaveError, statement: Node, run: Evaluator) -> bool:
    """Whether this loop or `switch` is the one that is left: the innermost, or the one with the label."""
    if left.kind not in {"break", "continue"}:
        return False
    return not left.label or label_of(statement, run) == left.label


def label_of(statement: Node, run: Evaluator) -> str:
    """The folded label of a loop or `switch`; what stands before it if that is none."""
    before = statement.prev_named_sibling
    return "" if before is None else run.syntax.source(before).strip(": \t").casefold()


def _round(body: Node, given: list[Value], run: Evaluator) -> bool:
    """Follow the body of a loop once; False if it leaves the loop."""
    run.step()
    statement = body.parent or body
    try:
        with run.tries.up_to_here("continue", label=label_of(statement, run)) as left_by:
            own = run.statements(body)
        given += perhaps_given(own) if any(each.is_doubt for each in left_by) else own
    except CommandError as failed:
        failed.values = [*given, *failed.values]
        raise
    except LeaveError as left:
        given += perhaps_given(left.values) if left_by else left.values
        is_of_this = is_left(left, statement, run)
        if left_by and (left.kind != "continue" or not is_of_this):
            undecided.note_left(left, run)
            run.may_have_left += 1
            return True
        if not is_of_this:
            left.values = given
            raise
        return left.kind == "continue"
    return True


def _round_of_endless(body: Node, given: list[Value], run: Evaluator) -> bool:
    """Follow the body of a loop once that nothing else ends; False if that ends it, now or in a later round."""
    before = run.may_have_left
    with run.variables.kept() as start, run.repeating.rounds(body.parent or body):
        goes_on = _round(body, given, run)
        if not goes_on or run.may_have_left == before:
            return goes_on
        run.variables.meet([start])
    return False


def _round_if_any(body: Node, run: Evaluator, iterator: Node | None = None) -> list[Value]:
    """What the body of a loop gives of which it is not known how often it runs, if at all."""
    given: list[Value] = []
    try:
        if _round(body, given, run) and iterator is not None:
            run.statements(iterator)
    except LeaveError as left:
        undecided.note_left(left, run)
        return undecided.may_have_left(left, run)
    return given


_ALWAYS = frozenset({"$true", "1", "-not $false", "!$false"})
"""Conditions that always hold, so that only the body ends the loop."""
_ROUNDS_OF_ENDLESS = 8
"""How often a loop is followed that nothing in it ends (reasoned: what it sets, it sets in its first rounds)."""


_MAKES = late(r"\b(?:New|Add|Copy)-(?:NetIPsec|NetFirewallRule|Vpn)|\bnetsh\b[^\r\n]{1,200}?\sadd\s", re.IGNORECASE)
"""What makes one more object in each round."""
_SUCCESS = late(undecided.SUCCEEDED, re.IGNORECASE)


def _goes_on_if_it_fails(test: str, *, is_until: bool) -> bool:
    """Whether a loop goes round once more only if the command before its end has failed."""
    fails = undecided.FAILURE.search(test) is not None
    return not fails and _SUCCESS.search(test) is not None if is_until else fails


def _is_last(node: Node, body: Node, run: Evaluator) -> bool:
    """Whether no statement in the body of a loop leaves it, and nothing behind the loop bears on IPsec.

    A block may run in a job, beside which the script goes on.
    """
    outer = node.parent
    while outer is not None and outer.type != "script_block_expression":
        outer = outer.parent
    if outer is not None:
        return False
    leaving = within(body, "flow_control_statement", in_blocks=True)
    is_left = any(run.syntax.source(each).casefold().split(None, 1)[0] != "continue" for each in leaving)
    return not is_left and mention_within(run.syntax.text[node.end_byte :]) is None


@whole
def loop(node: Node, run: Evaluator) -> list[Value]:
    """`while`, `do` and `for`; where the condition is not known, once."""
    body = child_of(node, "statement_block")
    test = child_of(node, "while_condition") or child_of(node, "for_condition")
    if body is None:
        return []
    if (initializer := child_of(node, "for_initializer")) is not None:
        run.statements(initializer)
    iterator = child_of(node, "for_iterator")
    is_until = any(child.type == "until" for child in node.children)
    is_first = node.type == "do_statement"
    given: list[Value] = []
    is_endless = test is None or run.syntax.source(test).strip().casefold() in _ALWAYS
    rounds = _ROUNDS_OF_ENDLESS if is_endless and not is_until and _is_last(node, body, run) else None
    while True:
        run.step()
        if rounds is not None and (rounds := rounds - 1) < 0:
            raise LeaveError("exit", node, given)  # what stands behind never runs
        if rounds == 0 and _MAKES.search(run.syntax.source(body)) is not None:
            why = f"nothing ends this loop: what it makes in {_ROUNDS_OF_ENDLESS} rounds is read"
            run.doubts.behind(why, node.start_byte, body.start_byte)
        truth = True if test is None or is_first else truth_of(value_asked(test, run))
        if is_until and not is_first and truth is not None:
            truth = not truth
        is_first = False
        if truth is None:
            why = f"how often this loop runs is not known: {quoted(run.syntax.source(test or body))}"
            about = run.doubts.about(why, node.start_byte, body.start_byte, is_told=True)
            if test is not None and _goes_on_if_it_fails(run.syntax.source(test), is_until=is_until):
                run.tries.may_leave("break")
            with about, run.tries.on_a_way(), run.repeating.of(node):
                return given + perhaps_given(_round_if_any(body, run, iterator))
        follow = _round_of_endless if is_endless else _round
        if not truth or not follow(body, given, run):
            return given
        if iterator is not None:
            run.statements(iterator)
