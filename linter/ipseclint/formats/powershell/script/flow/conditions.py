"""`if`: which branch runs, as far as known."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.powershell.script.evaluator import Evaluator
from ipseclint.formats.powershell.script.flow import undecided
from ipseclint.formats.powershell.script.flow.ensured import where_it_is_lacking
from ipseclint.formats.powershell.script.flow.lacking import (
    changes_policy,
    has_cmdlet,
    is_asked_of_machine,
    is_guard,
    is_made_behind,
    leaves_to_what_makes_it,
    passes_guard,
    take_for_there,
)
from ipseclint.formats.powershell.script.flow.same_writes import one_for_all
from ipseclint.formats.powershell.script.values.expressions import value_asked
from ipseclint.formats.powershell.script.values.value import Value, truth_of

_Branch = tuple[Node | None, Node]


def condition(node: Node, run: Evaluator) -> list[Value]:
    """`if`, with its `elseif` and `else`."""
    branches: list[_Branch] = []
    test: Node | None = None
    for child in node.named_children:
        if child.type == "statement_block":
            branches.append((test, child))
        elif child.type == "elseif_clauses":
            for clause in child.named_children:
                parts = [part for part in clause.named_children if part.type != "comment"]
                if len(parts) >= 2:
                    branches.append((parts[0], parts[-1]))
        elif child.type == "else_clause":
            branches.append((None, child.named_children[-1]))
        elif child.type != "comment":
            test = child
    return _branches(branches, run)


def _branches(branches: Sequence[_Branch], run: Evaluator) -> list[Value]:
    """Follow the first branch whose condition holds; once one is unknown, every branch that may hold.

    A branch taken only if the machine has something that the script never made may run too, unless the opposite branch
    changes policy; one that then only leaves the script is skipped.
    """
    may_run: list[_Branch] = []
    lacking: list[_Branch] = []
    truth: bool | None = None
    for at, (test, block) in enumerate(branches):
        before = run.looked_in_vain
        truth = True if test is None else truth_of(value_asked(test, run))
        if truth is None and test is not None:
            truth = _where_all_is_as_usual(test, block, branches[at + 1 :], run, is_first=not at)
        if test is None:
            is_asked = bool(lacking)
        else:
            is_lacking = run.looked_in_vain > before
            is_asked = truth is not None and is_asked_of_machine(test, run, is_lacking=is_lacking)
        if test is not None and truth is not None and run.not_given.switches:
            run.not_given.decides(test, [block] if not truth else [each for _, each in branches[at + 1 :]])
        if truth is False:
            if test is not None and is_asked and _is_of_what_is_there(test, block, run):
                lacking.append((test, block))
            continue
        if truth is True and not may_run:
            asked_by = test or (lacking[0][0] if lacking else None) or block
            if is_guard(block, run) and passes_guard(asked_by, block, run, is_asked=is_asked):
                continue
            if lacking and not changes_policy(block, run):
                run.statements(block)
                break
            return run.statements(block)
        may_run.append((test, block))
        if truth is True:
            break
    if not may_run:
        return [value for test, block in lacking for value in _where_there(test or block, block, run)]
    return _undecided(may_run, run, is_last_certain=truth is True)


def _is_of_what_is_there(test: Node, block: Node, run: Evaluator) -> bool:
    """Whether a branch changes what the machine may have, and nothing behind it makes that where it has not."""
    return (
        changes_policy(block, run) and not leaves_to_what_makes_it(block, run) and not is_made_behind(test, block, run)
    )


def _where_all_is_as_usual(
    test: Node, block: Node, behind: Sequence[_Branch], run: Evaluator, *, is_first: bool
) -> bool | None:
    """Whether a condition holds where Windows has the cmdlet that it asks for, and where the machine lacks the value of
    the registry that it asks for; None where the other way sets policy."""
    others = [other for _, other in behind]
    truth = has_cmdlet(test, run)
    if truth is not None:
        return None if any(changes_policy(each, run) for each in (others if truth else [block])) else truth
    is_plain = is_first and all(each is None for each, _ in behind)
    return where_it_is_lacking(test, block, others, run) if is_plain else None


def _undecided(may_run: Sequence[_Branch], run: Evaluator, *, is_last_certain: bool) -> list[Value]:
    """Follow branches of which it is unknown which one runs; `is_last_certain`: one of them does.

    Each condition was evaluated once: a command in it may set policy.
    """
    blocks = [block for _, block in may_run]
    if is_last_certain and (block := one_for_all(blocks, run)) is not None:
        return run.statements(block)
    place = may_run[0][0] or may_run[0][1]
    why = f"whether {quoted(run.syntax.source(place))} holds is not known: what it decides is read as if it ran"
    tests = [test for test, _ in may_run if test is not None]
    if any(run.repeating.may_differ(test) for test in tests):
        return undecided.both(blocks, why, place, run, has_rest=not is_last_certain, is_one_of_them=False)
    not_known = tests[:-1] if is_last_certain and may_run[-1][0] is not None else tests
    asked = run.worlds.asked(not_known, run.variables, run.tries.next_decision())
    return undecided.as_asked(asked, blocks, why, place, run, has_rest=not is_last_certain)


def _where_there(test: Node, block: Node, run: Evaluator) -> list[Value]:
    """Follow a block that runs only if the machine has what a condition asks for."""
    before = take_for_there(test, run)
    why = f"whether the machine has what {quoted(run.syntax.source(test))} asks for is not known: read as if it had"
    given = undecided.both([block], why, test, run, has_rest=True)
    for name, value in before.items():
        run.assign(name, value)
    return given
