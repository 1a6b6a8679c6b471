"""Blocks that may not run: each is followed from the same state, and what differs behind them is unknown."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from ipseclint.formats.powershell.script.evaluator import CommandError, Evaluator, LeaveError
from ipseclint.formats.powershell.script.functions import Function
from ipseclint.formats.powershell.script.values import Decision, Unknown, Value
from ipseclint.formats.powershell.script.variables import Changes
from ipseclint.formats.powershell.script.worlds import World

_NOT_KNOWN = Unknown("decided by what is not known")
_ENDS = frozenset({"return", "exit"})
"""What leaves a function or the script: what is behind it runs only where it does not."""


def attempt(
    node: Node, clauses: int, run: Evaluator, *, catches_all: bool
) -> tuple[list[Value] | None, Decision | None]:
    """What a block gives, None if a command in it fails or it throws; and when each clause that catches this runs.

    Which of the block and the clauses runs is not told where they may run several times.
    """
    tried = run.tries.begin(clauses, catches_all=catches_all, is_told=clauses > 0 and not run.repeating)
    try:
        given: list[Value] | None = run.statements(node)
    except CommandError:
        given = None
    except LeaveError as left:
        if left.kind != "throw":
            raise
        given = None
    finally:
        decision = run.tries.end(tried)
    return given, decision


def both(
    blocks: Sequence[Node],
    why: str,
    place: Node,
    run: Evaluator,
    *,
    has_rest: bool,
    is_one_of_them: bool = True,
    decision: Decision | None = None,
    world: World | None = None,
) -> list[Value]:
    """Follow blocks of which one runs, or none where `has_rest`, each from the same state.

    `is_one_of_them` is false where it is not certain that no other runs too; `decision` is the one that decides, if
    it decides on more than these; `world` is that of what has been asked, where the same may be asked again.
    """
    ends: list[Changes] = []
    defined: list[dict[str, Function]] = []
    gives = may_leave = leaves_all = False
    ways = run.tries.ways
    decision = decision or Decision.on_each(run.tries.next_decision(), len(blocks), has_rest=has_rest)
    going_on = decision.rest
    going_behind: list[frozenset[int]] = []
    with run.doubts.about(why, place.start_byte, place.end_byte, is_told=is_one_of_them):
        for number, block in enumerate(blocks):
            run.variables.begin_way()
            run.functions.begin_way()
            if world is not None:
                world.come_back(decision.blocks[number], run.variables)
            has_left = has_ended = False
            outer = len(ways)
            ways += [(decision.number, decision.blocks[number])] if is_one_of_them else []
            try:
                gives = bool(run.statements(block)) or gives
            except (LeaveError, CommandError) as left:
                has_left = True
                gives = gives or (isinstance(left, LeaveError) and bool(left.values))
                may_leave = may_leave or (isinstance(left, LeaveError) and left.kind != "continue")
                has_ended = isinstance(left, LeaveError) and left.kind in _ENDS
                leaves_all = leaves_all or has_ended
            finally:
                changes = run.variables.end_way()
                functions_here = run.functions.end_way()
                del ways[outer:]
            if has_left:
                run.variables.leave_behind(changes, run.may_have_left)
            else:  # what a block leaves for good does not matter behind it
                ends.append(changes)
                defined.append(functions_here)
                going_behind.append(decision.blocks[number])
            if not has_ended:  # behind a loop that is left, and where a failure is caught, it goes on
                going_on |= decision.blocks[number]
    if has_rest:
        ends.append(_left_alone(decision, world, run))
        going_behind.append(decision.rest)
        defined.append({})
    joined = run.variables.join(ends)
    if world is not None:
        world.leave(going_behind, joined)
    _join_functions(defined, run)
    if leaves_all and is_one_of_them:
        ways.append((decision.number, going_on))
    run.may_have_left += may_leave
    return [Value(_NOT_KNOWN, place.start_byte, place.end_byte)] if gives else []


def _join_functions(defined: Sequence[dict[str, Function]], run: Evaluator) -> None:
    """Take what one of several ways defines for what is called behind them."""
    for function in run.functions.join(defined):
        why = "whether it is this function that is called further on is not known: it is read as if it were"
        run.doubts.behind(why, function.body.start_byte, function.body.end_byte)


def _left_alone(decision: Decision, world: World | None, run: Evaluator) -> Changes:
    """What is changed where none of the blocks runs."""
    if world is None:
        return {}
    run.variables.begin_way()
    world.come_back(decision.rest, run.variables)
    return run.variables.end_way()
