"""Blocks that may not run: each is followed from the same state, and what differs afterwards is unknown."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct, field
from tree_sitter import Node

from ipseclint.formats.powershell.script.evaluator import CommandError, Evaluator, LeaveError
from ipseclint.formats.powershell.script.flow.alternatives import chosen
from ipseclint.formats.powershell.script.flow.forks import Changes, Fork, set_behind
from ipseclint.formats.powershell.script.flow.functions import Function
from ipseclint.formats.powershell.script.flow.trying import LEAVING
from ipseclint.formats.powershell.script.flow.worlds import Asked, World
from ipseclint.formats.powershell.script.values.value import (
    GIVEN_INSTEAD,
    TABLE_INSTEAD,
    UNDECIDED,
    Decision,
    Repeated,
    Table,
    Unknown,
    Value,
    Way,
)
from ipseclint.late import late

_ENDS = frozenset({"return", "exit"})
"""Keywords that leave a function or the script: code behind runs only if they do not."""


def attempt(
    node: Node, clauses: int, run: Evaluator, *, catches_all: bool
) -> tuple[list[Value], bool, Decision | None, LeaveError | None]:
    """Follow a `try` block: its output, whether it fails, when each clause runs, and what leaves it.

    What leaves the block (`return` and the like) is returned, not raised, if the block may have failed before it. The
    ways are not told apart if the statement may run several times.
    """
    is_told = clauses > 0 and not run.repeating
    tried = run.tries.begin(clauses, catches_all=catches_all, is_told=is_told)
    has_failed = False
    leaves: LeaveError | None = None
    try:
        given = run.statements(node)
    except CommandError as failed:
        given, has_failed = failed.values, True
    except LeaveError as left:
        given, has_failed = left.values, left.kind == "throw"
        if not has_failed:
            is_sure = run.worlds.assumed is not None or (is_told and tried.failures == 1)
            if is_sure:  # nothing that it has carried out can fail
                raise
            leaves = left
    finally:
        decision = run.tries.end(tried)
    return given, has_failed, decision, leaves


def both(
    blocks: Sequence[Node],
    why: str,
    place: Node,
    run: Evaluator,
    *,
    has_rest: bool,
    is_one_of_them: bool = True,
    is_of_failure: bool = False,
    decision: Decision | None = None,
    world: World | None = None,
    not_known: Changes | None = None,
) -> list[Value]:
    """Follow blocks of which one runs, or none where `has_rest`, each from the same state.

    `is_one_of_them` is false where it is not certain that no other runs too; `is_of_failure`: they run only if
    something fails, which nothing is taken to do; `decision` is the one that decides, if it decides on more than these;
    `world` is that of what has been asked, where the same may be asked again; `not_known` is what is not known in them.
    """
    decision = decision or Decision.on_each(run.tries.next_decision(), len(blocks), has_rest=has_rest)
    is_of_failure = is_of_failure or FAILURE.search(run.syntax.source(place)) is not None
    run.worlds.ask_for(place, run.variables, decision.number)
    followed: list[_Way] = []
    with run.doubts.about(why, place.start_byte, place.end_byte, is_told=is_one_of_them):
        for block, goes_behind in zip(blocks, decision.blocks, strict=False):
            taken = [(decision.number, goes_behind)] if is_one_of_them else []
            way = _follow(block, goes_behind, taken, run, world, not_known or {})
            followed.append(way)
    is_success = _asks_for_success(place, run)
    if has_rest or not all(way.failures for way in followed):
        _go_around(followed, run, is_of_failure=is_of_failure, asks_for_success=is_success)
    for at, way in enumerate(followed):
        is_failing = is_of_failure or (is_success and at > 0) or (way.kind == "throw" and not run.tries.is_met)
        if way.leaves is not None and not is_failing:
            way.forks.append(run.variables.fork(way.changes))
    ends = [way for way in followed if not way.has_left]  # what a block leaves for good does not matter behind it
    if has_rest:
        ends.append(_Way(decision.rest, _left_alone(decision, world, run), {}))
    joined = run.variables.join([way.changes for way in ends])
    if world is not None:
        world.leave([way.goes_behind for way in ends], joined)
    _join_functions([way.defined for way in ends], run)
    if is_one_of_them:
        _go_on(followed, decision, run, is_of_failure=is_of_failure, asks_for_success=is_success)
    if not is_of_failure:
        _say_left(followed, run, is_told=is_one_of_them)
    run.may_have_left += any(way.may_leave for way in followed)
    run.tries.bare_returns += any(way.kind == "return" and not way.gives for way in followed)
    values = _given(followed, place, has_rest=has_rest)
    if not ends and is_one_of_them:
        _leave(followed, values)
    return values


def _given(followed: Sequence[_Way], place: Node, *, has_rest: bool) -> list[Value]:
    """What blocks give of which one runs: a value that is not known, if they give as many on all ways."""
    made: list[Value] = []
    instead = TABLE_INSTEAD if any(way.gives_table for way in followed) else GIVEN_INSTEAD
    for data, ways in (
        (instead, [way for way in followed if way.has_ended and way.gives]),
        (Unknown(UNDECIDED), [way for way in followed if not way.has_ended and (way.gives or not way.has_left)]),
    ):
        if any(way.gives for way in ways):
            is_one = all(way.gives == 1 for way in ways) and not (has_rest and data is not instead)
            kind = Value if is_one else Repeated
            made.append(kind(data, place.start_byte, place.end_byte))
    return made


def as_asked(
    asked: Asked | None,
    blocks: Sequence[Node],
    why: str,
    place: Node,
    run: Evaluator,
    *,
    has_rest: bool,
    is_one_of_them: bool = True,
) -> list[Value]:
    """Follow the block that ran where the same was `asked` before; all of them, as `both` does, the first time."""
    if asked is None:
        return both(blocks, why, place, run, has_rest=has_rest, is_one_of_them=is_one_of_them)
    decision = asked.decision(len(blocks), has_rest=has_rest)
    if (known := chosen(decision, run.tries.ways)) is not None:
        return run.statements(blocks[known]) if known < len(blocks) else []
    return both(blocks, why, place, run, has_rest=has_rest, decision=decision, world=asked.world)


def may_have_left(leaves: LeaveError, run: Evaluator) -> list[Value]:
    """What is given where a block may have left, and may not: that, or what stands behind it."""
    run.may_have_left += 1
    run.tries.bare_returns += leaves.kind == "return" and not leaves.values
    place = leaves.node.start_byte, leaves.node.end_byte
    return [Value(GIVEN_INSTEAD, *place), *leaves.values] if leaves.values else []


SUCCEEDED = r"(?:\$\?|\$lastexitcode\s{1,8}-eq\s{1,8}0)"
"""What holds if the command before has not failed."""
FAILURE = late(
    r"(?:!|-not\b)\s{0,8}\(?\s{0,8}\$\?|(?:\$lastexitcode|\.exitcode)\s{1,8}-(?:ne|gt)\s{1,8}0", re.IGNORECASE
)
"""What holds if it has."""
_SUCCESS = late(rf"\(?\s{{0,8}}(?:{SUCCEEDED}|(?:!|-not\b)\s{{0,8}}\$lastexitcode)\s{{0,8}}\)?", re.IGNORECASE)
"""That, and its like, as the whole of a condition."""


def _asks_for_success(test: Node, run: Evaluator) -> bool:
    """Whether a condition only asks whether the command before it has succeeded."""
    return _SUCCESS.fullmatch(run.syntax.source(test)) is not None


def _go_on(
    followed: Sequence[_Way], decision: Decision, run: Evaluator, *, is_of_failure: bool, asks_for_success: bool
) -> None:
    """Go on behind the blocks on the ways on which none of them leaves."""
    for way in followed:
        if way.has_left and not way.label:
            left, kind = run.tries.left.setdefault(decision.number, {}), way.kind or "throw"
            left[kind] = left.get(kind, frozenset()) | way.goes_behind
    for keyword in LEAVING[:-1]:  # where a failure is caught, it goes on
        leaving = [way for way in followed if way.kind == keyword and not way.label]
        if leaving:
            going_on = [way.goes_behind for way in followed if way not in leaving]
            others = (decision.number, decision.rest.union(*going_on))
            forks = [fork for way in leaving for fork in way.forks]
            if asks_for_success or is_of_failure:
                is_failure = asks_for_success and followed[0] in leaving
                run.tries.narrow(others, keyword, is_failure=is_failure, forks=forks)
            elif (leaves := leaving[0].leaves) is not None:
                note_left(leaves, run, forks, others)


def _go_around(followed: Sequence[_Way], run: Evaluator, *, is_of_failure: bool, asks_for_success: bool) -> None:
    """Note what is left in these blocks unless something fails: what is behind them is reached without them too."""
    for way in followed[1:] if asks_for_success else followed:
        for number in way.failures:
            run.tries.also_go_around(number, is_of_failure=is_of_failure or asks_for_success)


def _say_left(followed: Sequence[_Way], run: Evaluator, *, is_told: bool) -> None:
    """Note what may have left where the ways behind it are not told apart."""
    for way in followed:
        is_said = is_told and not way.label and way.kind != LEAVING[-1]
        if way.leaves is not None and not is_said:
            note_left(way.leaves, run, way.forks)


def note_left(left: LeaveError, run: Evaluator, forks: Sequence[Fork] | None = None, way: Way | None = None) -> None:
    """Note that what has left may not have, so that it is followed further; `way` is that on which it has not.

    `forks` is what the variables hold where it has: what they hold now if it is not given.
    """
    place = left.node.start_byte, left.node.end_byte
    run.tries.may_have_left(left.kind, left.label, place, [run.variables.fork()] if forks is None else forks, way)


def _leave(followed: Sequence[_Way], values: list[Value]) -> None:
    """Leave the function or the script where each block does: by what leaves least, if one leaves less than another."""
    kinds = [way.kind for way in followed]
    if all(way.kind in LEAVING and not way.label for way in followed):
        left = followed[min(range(len(kinds)), key=lambda at: LEAVING.index(kinds[at]))].leaves
        if left is not None:
            raise LeaveError(left.kind, left.node, values)


class _Way(Struct, frozen=True, eq=False):
    """One block as followed: its changes and definitions, how many objects it gives, and whether a table, how it ends.

    `goes_behind` are the ways of the decision on which it runs; `forks` what the variables hold where it leaves;
    `failures` the numbers of what leaves it unless something fails.
    """

    goes_behind: frozenset[int]
    changes: Changes
    defined: dict[str, Function]
    gives: int = 0
    gives_table: bool = False
    has_left: bool = False
    leaves: LeaveError | None = None
    forks: list[Fork] = field(default_factory=list)
    failures: Sequence[int] = ()

    @property
    def kind(self) -> str:
        """The keyword that leaves it."""
        return "" if self.leaves is None else self.leaves.kind

    @property
    def label(self) -> str:
        """The label of the loop that is left, if one is named."""
        return "" if self.leaves is None else self.leaves.label

    @property
    def may_leave(self) -> bool:
        """Whether it leaves more than a round of a loop."""
        return self.kind not in {"", "continue"}

    @property
    def has_ended(self) -> bool:
        """Whether it leaves the function or the script."""
        return self.kind in _ENDS


def _follow(
    block: Node,
    goes_behind: frozenset[int],
    taken: Sequence[tuple[int, frozenset[int]]],
    run: Evaluator,
    world: World | None,
    not_known: Changes,
) -> _Way:
    """Follow a block that may not run; what it changes is taken back."""
    ways, outer = run.tries.ways, len(run.tries.ways)
    mark = run.tries.mark()
    run.variables.begin_way()
    run.functions.begin_way()
    if world is not None:
        world.come_back(goes_behind, run.variables)
    run.variables.take_over(not_known)
    ways += taken
    has_left, leaves, gives_table = False, None, False
    try:
        gives = _count(run.statements(block))
    except CommandError as failed:
        gives, has_left = _count(failed.values), True
    except LeaveError as left:
        gives, has_left, leaves = _count(left.values), True, left
        gives_table = any(isinstance(each.data, Table) for each in left.values)
    finally:
        changes, defined = set_behind(run.variables.end_way(), not_known), run.functions.end_way()
        del ways[outer:]
    failures = [] if has_left else run.tries.failures_since(mark)
    return _Way(goes_behind, changes, defined, gives, gives_table, has_left, leaves, failures=failures)


def _count(values: Sequence[Value]) -> int:
    return len(values) + any(isinstance(each, Repeated) for each in values)


def _join_functions(defined: Sequence[dict[str, Function]], run: Evaluator) -> None:
    """Define what the ways defined, for calls after them."""
    for function in run.functions.join(defined):
        why = "whether it is this function that is called further on is not known: it is read as if it were"
        run.doubts.behind(why, function.body.start_byte, function.body.end_byte)


def _left_alone(decision: Decision, world: World | None, run: Evaluator) -> Changes:
    """The changes if none of the blocks runs."""
    if world is None:
        return {}
    run.variables.begin_way()
    world.come_back(decision.rest, run.variables)
    return run.variables.end_way()
