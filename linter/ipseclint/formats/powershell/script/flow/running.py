"""Blocks and texts that a script runs: in place, in a job, or on another machine."""

from __future__ import annotations

from contextlib import nullcontext

from tree_sitter import Node

from ipseclint.formats.powershell.script.arguments.binding import Argument
from ipseclint.formats.powershell.script.arguments.parameters import given, parameters
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator, given_before
from ipseclint.formats.powershell.script.values.lists import items_of, may_be_let_through, perhaps_given
from ipseclint.formats.powershell.script.values.value import Block, Unknown, Value


def run_for_each(block: Block, item: Value, start: int, end: int, run: Evaluator) -> list[Value]:
    """What a block gives for each of the objects that an element of a list stands for, of which the call between these
    offsets may not know how many there are."""
    if not item.may_be_several:
        return run.run_block(block, item)
    why = "how often this runs, and with what, is not known: it is read as if it ran once"
    about = run.doubts.about(why, start, end, is_told=True, is_said=may_be_let_through(item))
    with about, run.tries.on_a_way(), run.repeating.of(block.node, "_", "psitem"):
        return perhaps_given(run.run_block(block, item))


def start_job(call: Call, run: Evaluator) -> list[Value]:
    """The output of a block run in a job."""
    return invoke_command(call, run, is_apart=True)


def invoke_command(call: Call, run: Evaluator, *, is_apart: bool) -> list[Value]:
    """The output of a block; `is_apart`: it runs in a job or on another machine."""
    named, rest = parameters(call)
    listed = given(named, "argumentlist") or given(named, "args")
    arguments = [Argument(None, each, each.start, each.end) for each in (items_of(listed) if listed else ())]
    block = given(named, "scriptblock") or next((each for each in reversed(rest) if isinstance(each.data, Block)), None)
    if given(named, "filepath") is not None:
        return [Value(Unknown("what another script gives"), call.start, call.end)]
    if block is None or not isinstance(block.data, Block):
        return run.call(Call("", [], None, call.start, call.end))
    with run.apart() if is_apart else nullcontext():
        return run.call_block(block.data, Call("", arguments, None, call.start, call.end))


def invoke_expression(call: Call, run: Evaluator) -> list[Value] | None:
    """The output of `Invoke-Expression`; None if its text is unknown."""
    named, rest = parameters(call)
    text = given(named, "command") or (rest[0] if rest else None) or (call.piped[0] if call.piped else None)
    return None if text is None else run_text(text, call, run, is_dotted=True)


def run_text(text: Value, call: Call, run: Evaluator, *, is_dotted: bool) -> list[Value] | None:
    """The output of a text run as a script, dot-sourced or not; None if the text is unknown."""
    roots = roots_of(text, run)
    if roots is None:
        return None
    own = call._replace(arguments=())
    outcome: list[Value] = []
    with given_before(outcome):
        for root in roots:
            outcome += run.run_file(root, own, is_dotted=is_dotted)
    return outcome


def roots_of(text: Value, run: Evaluator) -> list[Node] | None:
    """The programs in a text that is run or made a block; None if it is unknown or too long."""
    if not isinstance(text.data, str):
        return None
    if run.syntax.text[text.start : text.end] == text.data:
        return [run.syntax.fragment(text.start, text.end)]
    return run.syntax.made(text.data, text.start, text.end)
