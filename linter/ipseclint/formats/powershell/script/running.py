"""Blocks and texts that a script runs: here, in a job, or as if they stood where they are run."""

from __future__ import annotations

from contextlib import nullcontext

from tree_sitter import Node

from ipseclint.formats.powershell.script.binding import Argument
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.lists import items_of
from ipseclint.formats.powershell.script.parameters import given, parameters
from ipseclint.formats.powershell.script.values import Block, Unknown, Value


def start_job(call: Call, run: Evaluator) -> list[Value]:
    """What a block gives that is run in a job."""
    return invoke_command(call, run, is_apart=True)


def invoke_command(call: Call, run: Evaluator, *, is_apart: bool) -> list[Value]:
    """What a block gives that is run; in a job or on another machine, it is apart."""
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
    """What a text gives that is run as a script; None if it is not known."""
    named, rest = parameters(call)
    text = given(named, "command") or (rest[0] if rest else None) or (call.piped[0] if call.piped else None)
    return None if text is None else run_text(text, call, run, is_dotted=True)


def run_text(text: Value, call: Call, run: Evaluator, *, is_dotted: bool) -> list[Value] | None:
    """What a text gives that is run as a script, in this scope where it is dot-sourced; None if it is not known."""
    roots = roots_of(text, run)
    if roots is None:
        return None
    own = call._replace(arguments=())
    return [value for root in roots for value in run.run_file(root, own, is_dotted=is_dotted)]


def roots_of(text: Value, run: Evaluator) -> list[Node] | None:
    """The programs of a text that is run, or made a block of; None if it is not known, or more than is read."""
    if not isinstance(text.data, str):
        return None
    if run.syntax.text[text.start : text.end] == text.data:
        return [run.syntax.fragment(text.start, text.end)]
    return run.syntax.made(text.data, text.start, text.end)
