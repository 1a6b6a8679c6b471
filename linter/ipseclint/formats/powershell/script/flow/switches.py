"""`switch`: which clauses fit each item, as far as known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import nullcontext

from msgspec import Struct, field
from tree_sitter import Node

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.powershell.script.arguments.binding import Argument
from ipseclint.formats.powershell.script.evaluator import Call, CommandError, Evaluator, LeaveError, given_before
from ipseclint.formats.powershell.script.flow import undecided
from ipseclint.formats.powershell.script.flow.loops import is_left, label_of, whole
from ipseclint.formats.powershell.script.syntax.nodes import child_of, core_of, within
from ipseclint.formats.powershell.script.values.expressions import given_by, value_of
from ipseclint.formats.powershell.script.values.lists import collected, handed_on, perhaps_given
from ipseclint.formats.powershell.script.values.operators import binary
from ipseclint.formats.powershell.script.values.patterns import groups
from ipseclint.formats.powershell.script.values.texts import word_value
from ipseclint.formats.powershell.script.values.value import (
    Block,
    Unknown,
    Value,
    as_part,
    number_of,
    text_of,
    truth_of,
)
from ipseclint.late import late

_OF_ONE = late(
    r"a variable of the environment|the parameter `"
    r"|what `(?:get-(?:ciminstance|wmiobject|date|computerinfo|random|itemproperty\w*)|read-host|hostname|test-\w+)` "
    r"|`\$(?!args\b|input\b)\w+`, (?:which (?:this script does not set|is set)|left to a script)",
    re.IGNORECASE,
)
"""Reasons why a value is unknown that is certainly a single one; other commands may output several."""
_LIST = late(r"-split\b|@\(|,", re.IGNORECASE)


def _written(value: Value, run: Evaluator) -> str:
    return run.syntax.text[value.start : value.end]


@whole
def switch(node: Node, run: Evaluator) -> list[Value]:
    """`switch` over a value or over each element of a list: `break` ends it, `continue` goes to the next element."""
    test, body = child_of(node, "switch_condition"), child_of(node, "switch_body")
    clauses = [] if body is None else list(within(body, "switch_clause"))
    parameters = child_of(node, "switch_parameters")
    written = [] if parameters is None else within(parameters, "switch_parameter")
    options = [run.syntax.source(each).casefold() for each in written]
    given: list[Value] = []
    file = None if test is None else child_of(test, "switch_filename")
    items = () if test is None else handed_on(given_by(test, run)) if file is None else _lines_of(file, run)
    for item in items:
        before = run.look_up("_")
        run.assign("_", item)
        try:
            is_repeated = file is not None and item.is_unknown
            repeating = run.repeating.of(node, "_") if is_repeated else nullcontext()
            with repeating, run.tries.up_to_here("continue", label=label_of(node, run)) as left_by:
                own = _switched(item, clauses, test or node, run, options)
            given += perhaps_given(own) if any(each.is_doubt for each in left_by) else own
        except CommandError as failed:
            failed.values = [*given, *failed.values]
            raise
        except LeaveError as left:
            given += perhaps_given(left.values) if left_by else left.values
            is_of_this = is_left(left, node, run)
            if left_by and (left.kind != "continue" or not is_of_this):
                undecided.note_left(left, run)
                continue
            if not is_of_this:
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


class _Fitting(Struct):
    """The blocks of clauses that certainly fit an item, those that may, and the default; what was compared, in words.

    A word is empty where what is compared is not known, or no value.
    """

    certain: list[Node] = field(default_factory=list)
    possible: list[Node] = field(default_factory=list)
    default: list[Node] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @property
    def is_known(self) -> bool:
        """Whether it is known of each clause whether it fits."""
        return len(self.possible) == len(self.certain)

    @property
    def excludes_others(self) -> bool:
        """Whether no two clauses fit one value."""
        return "" not in self.words and len(set(self.words)) == len(self.words)


def _switched(item: Value, clauses: Sequence[Node], place: Node, run: Evaluator, options: Sequence[str]) -> list[Value]:
    fitting = _fitting(item, clauses, run, options)
    if not fitting.is_known:
        return _undecided(fitting, item, place, run, options)
    given: list[Value] = []
    with given_before(given):
        for block in fitting.certain or fitting.default:
            given += run.statements(block)
    return given


def _fitting(item: Value, clauses: Sequence[Node], run: Evaluator, options: Sequence[str]) -> _Fitting:
    fitting = _Fitting()
    for clause in clauses:
        test, block = child_of(clause, "switch_clause_condition"), child_of(clause, "statement_block")
        if block is None:
            continue
        if test is None or run.syntax.source(test).strip().casefold() == "default":
            fitting.default = [block]
            continue
        core = core_of(test)
        is_word = core.type == "switch_clause_condition"
        tested = word_value(core.start_byte, core.end_byte, run) if is_word else value_of(core, run)
        fitting.words.append("" if tested.is_unknown or isinstance(tested.data, Block) else _compared(tested))
        fits = _fits(item, tested, options, run)
        fitting.certain += [block] if fits else []
        fitting.possible += [block] if fits is not False else []
    return fitting


def _undecided(fitting: _Fitting, item: Value, place: Node, run: Evaluator, options: Sequence[str]) -> list[Value]:
    """What clauses give of which it is unknown which ones run."""
    why = f"what {quoted(run.syntax.source(place))} is is not known: what it decides is read as if it ran"
    is_one = fitting.excludes_others and not options
    is_one = is_one and not run.repeating.may_differ(place) and not _may_be_several(item, run)
    number = run.tries.next_decision()
    may_all_run = len(fitting.possible) == len(fitting.words)
    asked = run.worlds.asked([place], run.variables, number, fitting.words) if is_one and may_all_run else None
    default = [] if fitting.certain else fitting.default
    blocks = [*fitting.possible, *default]
    return undecided.as_asked(asked, blocks, why, place, run, has_rest=not default, is_one_of_them=is_one)


_OPTIONS = ("regex", "wildcard", "file", "casesensitive")
"""The options of `switch`, which may be shortened (about_Switch)."""


def _fits(item: Value, tested: Value, options: Sequence[str], run: Evaluator) -> bool | None:
    """Whether a clause matches an item: as text, by a pattern option, or by a block; None if unknown."""
    if isinstance(tested.data, Block):
        return truth_of(collected(run.run_block(tested.data, item), tested.start, tested.end))
    item, tested = as_part(item), as_part(tested)
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
