"""What a function may not give, as it may return before its end: what is done with it is read as if it gave it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.values.lists import perhaps_given
from ipseclint.formats.powershell.script.values.value import Perhaps, Value


def is_doubted(values: Iterable[Value], run: Evaluator) -> bool:
    """Whether one of these may not be given, and no condition has asked for it on the ways that are followed."""
    return any(isinstance(each, Perhaps) and not run.worlds.is_asked_for(each, run.tries.ways) for each in values)


@contextmanager
def if_given(start: int, end: int, run: Evaluator) -> Iterator[None]:
    """Follow what is done with what stands between these offsets, which may not be given."""
    why = f"whether {quoted(run.syntax.text[start:end])} has a value is not known, as its function may return early"
    with run.doubts.about(f"{why}: it is read as if it had", start, end):
        yield


@contextmanager
def in_call(call: Call, run: Evaluator) -> Iterator[None]:
    """Follow a command of which an argument may not be given."""
    values = ((each, each.value) for each in call.arguments if each.value is not None)
    doubted = next(each for each, value in values if is_doubted([value], run))
    with if_given(doubted.start, doubted.end, run):
        yield


def for_each_given(behind: ExitStack, start: int, end: int, run: Evaluator) -> None:
    """Follow what is done with each object that what stands between these offsets may not give, up to the end."""
    behind.enter_context(if_given(start, end, run))
    behind.enter_context(run.tries.on_a_way())
    behind.enter_context(run.variables.perhaps())


def of_given(values: list[Value]) -> list[Value]:
    """What is given of objects that may not be there: one as what goes on with it asks for, more as perhaps there."""
    return [Perhaps(*values[0])] if len(values) == 1 else perhaps_given(values)
