"""Error handling in a script: `try` with its clauses, and `trap`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tree_sitter import Node

from ipseclint.formats.powershell.script.evaluator import CommandError, Evaluator, LeaveError, given_before
from ipseclint.formats.powershell.script.flow import undecided
from ipseclint.formats.powershell.script.flow.doubts import ONLY_IF_IT_FAILS
from ipseclint.formats.powershell.script.flow.ensured import fails_without
from ipseclint.formats.powershell.script.flow.forks import Changes, Fork
from ipseclint.formats.powershell.script.flow.lacking import TAKES_OUT, leaving_by
from ipseclint.formats.powershell.script.flow.trying import LEAVING
from ipseclint.formats.powershell.script.syntax.nodes import child_of, statements_in, within
from ipseclint.formats.powershell.script.values.lists import perhaps_given
from ipseclint.formats.powershell.script.values.value import GIVEN_INSTEAD, Decision, Unknown, Value, Way, text_of
from ipseclint.late import late


def attempt(node: Node, run: Evaluator) -> list[Value]:
    """`try`: a `catch` block runs if a command surely fails; otherwise it may run."""
    body = child_of(node, "statement_block")
    clauses = list(within(node, "catch_clause"))
    caught = [block for clause in clauses if (block := child_of(clause, "statement_block"))]
    takes_all = [_takes_all(clause, run) for clause in clauses]
    last = child_of(node, "finally_clause")
    outer, begun = list(run.tries.ways), run.tries.mark()
    run.tries.finals += last is not None
    try:
        with run.tries.up_to_here(*("throw",) if caught else ()) as left_by:
            mark = run.tries.mark()
            given = _tried(body, caught, takes_all, run)
            kinds = [leaving_by(block, run) for block in caught]
            further = run.tries.taken_further(mark, "throw") if kinds and all(kinds) else []
        if further:
            run.tries.leave_further(min(kinds, key=LEAVING.index), further)
    except (LeaveError, CommandError) as left:
        left.values = [*left.values, *_finally(last, outer, begun, run)]
        raise
    if any(each.is_doubt for each in left_by):
        given = perhaps_given(given)
    return [*given, *_finally(last, outer, begun, run)]


def _finally(block: Node | None, outer: list[Way], begun: tuple[int, int], run: Evaluator) -> list[Value]:
    """The output of `finally`, which runs however the rest is left."""
    if block is None:
        return []
    run.tries.finals -= 1
    if not block.named_children:
        return []
    going_on, run.tries.ways[:] = list(run.tries.ways), outer
    with run.variables.without(run.variables.as_also_at(run.tries.left_with(begun))):
        given = run.statements(block.named_children[-1])
    run.tries.drop_what_ends(begun)
    run.tries.ways[:] = going_on
    return given


def _left(leaves: LeaveError, decision: Decision | None, fork: Fork, run: Evaluator) -> list[Value]:
    """What is given where a block that is tried leaves, unless it fails: behind it runs only what follows a failure.

    Where each of its clauses leaves too, that is left whatever happens, by what leaves least.
    """
    given = undecided.may_have_left(leaves, run)
    place = leaves.node.start_byte, leaves.node.end_byte
    if decision is None or leaves.label:
        run.tries.may_leave(leaves.kind, [fork], place)
        return given
    failed = frozenset[int]().union(*decision.blocks)
    left = run.tries.left.pop(decision.number, {})
    leaves_anyway = failed <= frozenset[int]().union(*left.values())
    is_failure = not leaves_anyway
    run.tries.narrow((decision.number, failed), leaves.kind, is_failure=is_failure, forks=[fork], place=place)
    if leaves_anyway:
        raise LeaveError(min((leaves.kind, *left), key=LEAVING.index), leaves.node, given)
    return given


_EXCEPTION = late(r"\[(?:system\.)?exception\]", re.IGNORECASE)


def _takes_all(clause: Node, run: Evaluator) -> bool:
    """Whether a clause catches every failure."""
    types = child_of(clause, "catch_type_list") or child_of(clause, "type_literal")
    return types is None or _EXCEPTION.search(run.syntax.source(types)) is not None


def _tried(body: Node | None, caught: Sequence[Node], takes_all: Sequence[bool], run: Evaluator) -> list[Value]:
    """What the block that is tried gives, and the clauses that catch its failures."""
    given: list[Value] = []
    has_failed, found = False, run.tries.found
    decision: Decision | None = None
    leaves: LeaveError | None = None
    not_known: Changes = {}
    if body is not None and not caught:
        given = run.statements(body)
    elif body is not None:
        with run.variables.kept() as start:
            given, has_failed, decision, leaves = undecided.attempt(body, len(caught), run, catches_all=any(takes_all))
            not_known = run.variables.as_also_since(start)
    if body is not None and caught and not has_failed and _is_one_command(body, run):
        if run.tries.found > found:
            return given
        has_failed = takes_all[0] and fails_without(body, caught[0], run)
    left_with = None if leaves is None else run.variables.fork()
    before = run.look_up("_") if caught else None
    if caught:
        run.assign("_", Value(Unknown("what has failed"), caught[0].start_byte, caught[0].start_byte))
    if has_failed and takes_all[:1] == [False]:
        why = "which clause catches what fails here is not known"
        given = [*given, *undecided.both(caught, why, caught[0], run, has_rest=not any(takes_all))]
    elif has_failed:
        with given_before(given):
            given = [*given, *run.statements(caught[0])]
    else:
        given = _perhaps_caught(caught, decision, not_known, given, run)
    if caught:
        run.assign("_", before or Value(None, caught[0].start_byte, caught[0].start_byte))
    if leaves is not None and left_with is not None:
        return _left(leaves, decision, left_with, run)
    return given


def _perhaps_caught(
    caught: Sequence[Node], decision: Decision | None, not_known: Changes, given: list[Value], run: Evaluator
) -> list[Value]:
    """What a `try` block has given, with what each clause gives instead if something fails."""
    for number, block in enumerate(caught):
        if _takes_back(block, run):
            continue
        own = None
        if decision is not None:
            ways = decision.blocks[number]
            own = decision._replace(blocks=[ways], rest=decision.rest.union(*decision.blocks) - ways)
        caught_gives = undecided.both(
            [block],
            ONLY_IF_IT_FAILS,
            block,
            run,
            has_rest=True,
            is_one_of_them=own is not None,
            is_of_failure=True,
            decision=own,
            not_known=not_known,
        )
        given = [*(value for value in caught_gives if value.data is GIVEN_INSTEAD), *given]
    return given


_TAKES_BACK = ("remove-", "get-", "write-", "out-")
"""How commands begin that take out what is made so far, find it, or tell so."""


def _takes_back(block: Node, run: Evaluator) -> bool:
    """Whether a clause only takes out what is made so far, and fails then: nothing is taken to fail."""
    if leaving_by(block, run) != "throw" or TAKES_OUT.search(run.syntax.source(block)) is None:
        return False
    commands = (run.syntax.source(each).casefold() for each in within(block, "command", in_blocks=True))
    return all(each.startswith(_TAKES_BACK) for each in commands)


def _is_one_command(body: Node, run: Evaluator) -> bool:
    """Whether one command is all of a block that can fail, whatever its output goes to."""
    calls = within(body, "command", "invokation_expression", in_blocks=True)
    can_fail = [each.type for each in calls if run.syntax.source(each).strip().casefold() != "out-null"]
    return [each.type for each in statements_in(body)] == ["pipeline"] and can_fail == ["command"]


def trap(node: Node, run: Evaluator) -> list[Value]:
    """`trap`: its block runs if a command of the script fails."""
    block = child_of(node, "statement_block")
    if block is not None:
        why = "this runs only if a command here fails"
        undecided.both([block], why, block, run, has_rest=True, is_of_failure=True)
    return []


def trapping(traps: Sequence[Node], statements: Iterable[Node], given: list[Value], run: Evaluator) -> None:
    """Carry out the statements of a block that has `trap`s, and append their output to `given`.

    A `trap` that did not surely run may yet run.
    """
    has_run = False
    try:
        for statement in statements:
            if statement.type == "trap_statement" or not _has_failed(statement, given, run):
                continue
            has_run = True
            given += _trapped(traps, statement, run)
    finally:
        for trap in () if has_run else traps:
            run.statement(trap)


def _has_failed(statement: Node, given: list[Value], run: Evaluator) -> bool:
    """Carry out a statement under a `trap`; whether it failed."""
    run.tries.depth += 1
    try:
        with run.tries.up_to_here("throw"):
            given += run.statement(statement)
    except LeaveError as left:
        if left.kind != "throw":
            raise
        given += left.values
    except CommandError as failed:
        given += failed.values
    else:
        return False
    finally:
        run.tries.depth -= 1
    return True


def _trapped(traps: Sequence[Node], failed: Node, run: Evaluator) -> list[Value]:
    """The output of the `trap` that handles a failed statement, behind which the block goes on.

    `break` in it passes the failure on; so does its end if the script stops on errors (about_Trap).
    """
    sure = next((each for each in traps if _takes_all(each, run)), None)
    blocks = [block for each in ([sure] if sure else traps) if (block := child_of(each, "statement_block"))]
    before = run.look_up("_")
    run.assign("_", Value(Unknown("what has failed"), failed.start_byte, failed.start_byte))
    given: list[Value] = []
    try:
        with run.tries.up_to_here("continue", "break") as left_by:
            if len(traps) > 1 or sure is None:
                why = "whether a `trap` is for what fails here is not known"
                given = undecided.both(blocks, why, failed, run, has_rest=sure is None)
            else:
                given = [value for block in blocks for value in run.statements(block)]
    except LeaveError as left:
        if any(each.keyword == "continue" for each in left_by) and left.kind != "continue":
            undecided.note_left(left, run)
            return left.values
        if left.kind == "break":
            raise LeaveError("throw", failed, left.values) from None
        if left.kind != "continue":
            raise
        return left.values
    finally:
        run.assign("_", before or Value(None, failed.start_byte, failed.start_byte))
    preference = run.look_up("erroractionpreference")
    if preference is not None and text_of(preference).casefold() == "stop":
        raise LeaveError("throw", failed, given)
    return given
