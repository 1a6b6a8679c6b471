"""Conditions, loops and jumps: which statements run, as far as known."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import nullcontext

from tree_sitter import Node

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.powershell.script.arguments.binding import Argument
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator, LeaveError
from ipseclint.formats.powershell.script.flow import undecided
from ipseclint.formats.powershell.script.flow.alternatives import chosen
from ipseclint.formats.powershell.script.flow.catching import attempt, trap
from ipseclint.formats.powershell.script.flow.lacking import (
    changes_policy,
    has_cmdlet,
    is_asked_of_machine,
    is_guard,
    leaves_to_what_makes_it,
    passes_guard,
    take_for_there,
)
from ipseclint.formats.powershell.script.flow.orders import Rounds
from ipseclint.formats.powershell.script.flow.workflows import ACTIVITIES
from ipseclint.formats.powershell.script.syntax.nodes import child_of, core_of, within
from ipseclint.formats.powershell.script.values.expressions import given_by, value_of
from ipseclint.formats.powershell.script.values.lists import (
    Unordered,
    collected,
    handed_on,
    items_of,
)
from ipseclint.formats.powershell.script.values.operators import binary
from ipseclint.formats.powershell.script.values.patterns import groups
from ipseclint.formats.powershell.script.values.texts import word_value
from ipseclint.formats.powershell.script.values.value import (
    Block,
    Unknown,
    Value,
    number_of,
    text_of,
    truth_of,
)
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import mention_within

_Branch = tuple[Node | None, Node]

_OF_ONE = late(
    r"a variable of the environment|the parameter `"
    r"|what `(?:get-(?:ciminstance|wmiobject|date|computerinfo|random|itemproperty\w*)|read-host|hostname|test-\w+)` "
    r"|`\$(?!args\b|input\b)\w+`, (?:which this script does not set|left to a script)",
    re.IGNORECASE,
)
"""Reasons why a value is unknown that is certainly a single one; other commands may output several."""
_LIST = late(r"-split\b|@\(|,", re.IGNORECASE)


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
        truth = True if test is None else truth_of(run.pipeline(test))
        if truth is None and test is not None:
            truth = _where_cmdlets_are(test, block, [other for _, other in branches[at + 1 :]], run)
        if test is None:
            is_asked = bool(lacking)
        else:
            is_lacking = run.looked_in_vain > before
            is_asked = truth is not None and is_asked_of_machine(test, run, is_lacking=is_lacking)
        if test is not None and truth is not None and run.not_given.switches:
            run.not_given.decides(test, [block] if not truth else [each for _, each in branches[at + 1 :]])
        if truth is False:
            if test is not None and is_asked and changes_policy(block, run) and not leaves_to_what_makes_it(block, run):
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


def _where_cmdlets_are(test: Node, block: Node, others: Sequence[Node], run: Evaluator) -> bool | None:
    """Whether a condition holds where Windows has the cmdlet that it asks for; None where the other way sets policy."""
    truth = has_cmdlet(test, run)
    passed = others if truth else [block]
    return None if truth is None or any(changes_policy(each, run) for each in passed) else truth


def _undecided(may_run: Sequence[_Branch], run: Evaluator, *, is_last_certain: bool) -> list[Value]:
    """Follow branches of which it is unknown which one runs; `is_last_certain`: one of them does.

    Each condition was evaluated once: a command in it may set policy.
    """
    place = may_run[0][0] or may_run[0][1]
    why = f"whether {quoted(run.syntax.source(place))} holds is not known: what it decides is read as if it ran"
    blocks = [block for _, block in may_run]
    tests = [test for test, _ in may_run if test is not None]
    if any(run.repeating.may_differ(test) for test in tests):
        return undecided.both(blocks, why, place, run, has_rest=not is_last_certain, is_one_of_them=False)
    not_known = tests[:-1] if is_last_certain and may_run[-1][0] is not None else tests
    asked = run.worlds.asked(not_known, run.variables, run.tries.next_decision())
    if asked is None:
        return undecided.both(blocks, why, place, run, has_rest=not is_last_certain)
    decision = asked.decision(len(blocks), has_rest=not is_last_certain)
    if (known := chosen(decision, run.tries.ways)) is not None:
        return run.statements(blocks[known]) if known < len(blocks) else []
    return undecided.both(blocks, why, place, run, has_rest=not is_last_certain, decision=decision, world=asked.world)


def _where_there(test: Node, block: Node, run: Evaluator) -> list[Value]:
    """Follow a block that runs only if the machine has what a condition asks for."""
    before = take_for_there(test, run)
    why = f"whether the machine has what {quoted(run.syntax.source(test))} asks for is not known: read as if it had"
    given = undecided.both([block], why, test, run, has_rest=True)
    for name, value in before.items():
        run.assign(name, value)
    return given


def _written(value: Value, run: Evaluator) -> str:
    return run.syntax.text[value.start : value.end]


def for_each(node: Node, run: Evaluator) -> list[Value]:
    """`foreach` over a list; over what is not known, once."""
    children = [child for child in node.named_children if child.type not in {"comment", "foreach_parameter"}]
    if len(children) < 3:
        return []
    variable, source, body = children[0], children[1], children[-1]
    name = run.syntax.source(variable)[1:].casefold()
    items = items_of(run.pipeline(source))
    is_in_order = not isinstance(items, Unordered) or not items.matters
    given: list[Value] = [] if is_in_order else Unordered()
    rounds = None if is_in_order else Rounds(body, name, run)
    if not items and is_asked_of_machine(source, run) and changes_policy(body, run):
        items = [Value(Unknown("what the machine has"), source.start_byte, source.end_byte)]
    for item in items:
        run.assign(name, item)
        if item.is_unknown:
            why = f"how often this loop runs, and with what, is not known: {quoted(run.syntax.source(source))}"
            about = run.doubts.about(why, source.start_byte, source.end_byte, is_told=True)
            with about, run.tries.on_a_way(), run.repeating.of(body, name):
                given += _round_if_any(body, run)
        elif not _round(body, given, run):
            break
        if rounds is not None:
            rounds.end_round()
    if rounds is not None:
        rounds.settle(source.start_byte, source.end_byte)
    return given


def _is_left(left: LeaveError, statement: Node, run: Evaluator) -> bool:
    """Whether this loop or `switch` is the one that is left: the innermost, or the one with the label."""
    if left.kind not in {"break", "continue"}:
        return False
    label = statement.prev_named_sibling if left.label else None
    return not left.label or (label is not None and run.syntax.source(label).strip(": \t").casefold() == left.label)


def _round(body: Node, given: list[Value], run: Evaluator) -> bool:
    """Follow the body of a loop once; False if it leaves the loop."""
    run.step()
    try:
        given += run.statements(body)
    except LeaveError as left:
        given += left.values
        if body.parent is None or not _is_left(left, body.parent, run):
            left.values = given
            raise
        return left.kind == "continue"
    return True


def _round_if_any(body: Node, run: Evaluator) -> list[Value]:
    """What the body of a loop gives of which it is not known how often it runs, if at all."""
    given: list[Value] = []
    try:
        _round(body, given, run)
    except LeaveError as left:
        return undecided.may_have_left(left, run)
    return given


_ALWAYS = frozenset({"$true", "1", "-not $false", "!$false"})
"""Conditions that always hold, so that only the body ends the loop."""


_ROUNDS_OF_ENDLESS = 8
"""How often a loop is followed that nothing in it ends (reasoned: what it sets, it sets in its first rounds)."""


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
        before = run.may_have_left
        truth = True if test is None or is_first else truth_of(given_by(test, run))
        if is_until and not is_first and truth is not None:
            truth = not truth
        is_first = False
        if truth is None:
            why = f"how often this loop runs is not known: {quoted(run.syntax.source(test or body))}"
            about = run.doubts.about(why, node.start_byte, body.start_byte, is_told=True)
            with about, run.tries.on_a_way(), run.repeating.of(node):
                return given + _round_if_any(body, run)
        with run.repeating.of(node) if is_endless else nullcontext():
            goes_on = truth and _round(body, given, run)
        if not goes_on:
            return given
        if is_endless and run.may_have_left > before:
            run.variables.settle(node.start_byte, node.end_byte, before)
            return given
        if iterator is not None:
            run.statements(iterator)


def switch(node: Node, run: Evaluator) -> list[Value]:
    """`switch` over a value or over each element of a list: `break` ends it, `continue` goes to the next element."""
    test = next(iter(within(node, "switch_condition")), None)
    clauses = list(within(node, "switch_clause"))
    options = [run.syntax.source(each).casefold() for each in within(node, "switch_parameter")]
    given: list[Value] = []
    file = None if test is None else child_of(test, "switch_filename")
    items = () if test is None else handed_on(given_by(test, run)) if file is None else _lines_of(file, run)
    for item in items:
        before = run.look_up("_")
        run.assign("_", item)
        try:
            with run.repeating.of(node, "_") if file is not None and item.is_unknown else nullcontext():
                given += _switched(item, clauses, test or node, run, options)
        except LeaveError as left:
            given += left.values
            if not _is_left(left, node, run):
                left.values = given
                raise
            if left.kind == "break":
                break
        finally:
            run.assign("_", before or Value(None, node.start_byte, node.start_byte))
    return given


def _lines_of(file: Node, run: Evaluator) -> list[Value]:
    """The lines of a file that a `switch` goes through; one that is not known for a file outside of the run."""
    start, end = file.start_byte, file.end_byte
    path = [value_of(each, run) for each in file.named_children] or [word_value(start, end, run)]
    return run.call(Call("get-content", [Argument(None, each, start, end) for each in path], None, start, end))


def _switched(item: Value, clauses: Sequence[Node], place: Node, run: Evaluator, options: Sequence[str]) -> list[Value]:
    fitting: list[Node] = []
    default: list[Node] = []
    words: list[str] = []
    may_be: list[Node] = []
    for clause in clauses:
        test, block = child_of(clause, "switch_clause_condition"), child_of(clause, "statement_block")
        if block is None:
            continue
        if test is None or run.syntax.source(test).strip().casefold() == "default":
            default = [block]
            continue
        core = core_of(test)
        is_word = core.type == "switch_clause_condition"
        tested = word_value(core.start_byte, core.end_byte, run) if is_word else value_of(core, run)
        words.append("" if tested.is_unknown or isinstance(tested.data, Block) else _compared(tested))
        fits = _fits(item, tested, options, run)
        fitting += [block] if fits else []
        may_be += [block] if fits is not False else []
    if len(may_be) > len(fitting):
        why = f"what {quoted(run.syntax.source(place))} is is not known: what it decides is read as if it ran"
        is_one = "" not in words and len(set(words)) == len(words) and not options
        is_one = is_one and not run.repeating.may_differ(place) and not _may_be_several(item, run)
        blocks = [*may_be, *default]
        number = run.tries.next_decision()
        asked = (
            run.worlds.asked([place], run.variables, number, words) if is_one and len(may_be) == len(words) else None
        )
        if asked is None:
            return undecided.both(blocks, why, place, run, has_rest=not default, is_one_of_them=is_one)
        decision = asked.decision(len(blocks), has_rest=not default)
        if (known := chosen(decision, run.tries.ways)) is not None:
            return run.statements(blocks[known]) if known < len(blocks) else []
        return undecided.both(blocks, why, place, run, has_rest=not default, decision=decision, world=asked.world)
    given: list[Value] = []
    for block in fitting or default:
        try:
            given += run.statements(block)
        except LeaveError as left:
            left.values = [*given, *left.values]
            raise
    return given


_OPTIONS = ("regex", "wildcard", "file", "casesensitive")
"""The options of `switch`, which may be shortened (about_Switch)."""


def _fits(item: Value, tested: Value, options: Sequence[str], run: Evaluator) -> bool | None:
    """Whether a clause matches an item: as text, by a pattern option, or by a block; None if unknown."""
    if isinstance(tested.data, Block):
        return truth_of(collected(run.run_block(tested.data, item), tested.start, tested.end))
    if item.is_unknown or tested.is_unknown:
        return None
    given = {name for name in _OPTIONS for each in options if each[1:] and name.startswith(each[1:])}
    letter = "c" if "casesensitive" in given else "i"
    if "regex" in given:
        found = binary(f"-{letter}match", item, tested)
        fits = truth_of(found)
        if fits is not False:
            run.assign("matches", groups(item, tested) if fits else found)
        return fits
    if "wildcard" in given:
        return truth_of(binary(f"-{letter}like", item, tested))
    one, other = text_of(item), text_of(tested)
    return one == other if letter == "c" else one.casefold() == other.casefold()


def _compared(value: Value) -> str:
    """A key that is equal for texts and numbers that compare equal, such as 1, '01' and 0x1."""
    number = number_of(value)
    return text_of(value).casefold() if number is None else repr(number)


def _may_be_several(item: Value, run: Evaluator) -> bool:
    """Whether an unknown value may be a list, each item of which is tested."""
    written = _written(item, run)
    is_one = isinstance(item.data, Unknown) and _OF_ONE.match(item.data.why) is not None
    return not is_one or _LIST.search(written) is not None or f"[]]{written}" in run.syntax.text.replace("] $", "]$")


_LABEL = late(r"[ \t]+([A-Za-z]\w*+)(?=\s*+(?:[;}\n]|\Z))")
"""The label of a loop that is left, which the grammar does not see."""


def leave(node: Node, run: Evaluator) -> list[Value]:
    """`return`, `break`, `continue`, `exit`, `throw`."""
    keyword = run.syntax.source(node).split(None, 1)[0].strip(";").casefold()
    if keyword == "throw":
        run.tries.may_fail()
    inner = node.named_children
    given = list(handed_on(run.pipeline(inner[0]))) if inner and keyword == "return" else []
    label = _LABEL.match(run.syntax.text, node.end_byte) if keyword in {"break", "continue"} else None
    raise LeaveError(keyword, node, given, "" if label is None else label[1].casefold())


def data(node: Node, run: Evaluator) -> list[Value]:
    """A `data` section: outputs what its block outputs, or stores it in a variable (about_Data_Sections)."""
    block, name = child_of(node, "statement_block"), child_of(node, "data_name")
    given = run.statements(block) if block is not None else []
    if name is None:
        return given
    run.assign(run.syntax.source(name).strip().casefold(), collected(given, node.start_byte, node.end_byte))
    return []


def nested(node: Node, run: Evaluator) -> list[Value]:
    """A block of statements."""
    return run.statements(node)


FLOW: dict[str, Callable[[Node, Evaluator], list[Value]]] = {
    "if_statement": condition,
    "foreach_statement": for_each,
    "for_statement": loop,
    "while_statement": loop,
    "do_statement": loop,
    "switch_statement": switch,
    "try_statement": attempt,
    "trap_statement": trap,
    "flow_control_statement": leave,
    "data_statement": data,
    "statement_block": nested,
    "statement_list": nested,
    **ACTIVITIES,
}
"""The function for each kind of statement."""
