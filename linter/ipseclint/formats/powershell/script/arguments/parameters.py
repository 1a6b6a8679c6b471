"""Arguments of commands whose parameters are not listed: by the names as written."""

from __future__ import annotations

from itertools import pairwise

from ipseclint.formats.powershell.script.arguments.binding import Argument, spread
from ipseclint.formats.powershell.script.evaluator import Call
from ipseclint.formats.powershell.script.values.value import Value, as_part
from ipseclint.vocabulary.cmdlets import has_parameter, owes_value, takes_no_more


def parameters(call: Call) -> tuple[dict[str, Value], list[Value]]:
    """Named values, by folded name, and positional values."""
    named: dict[str, Value] = {}
    rest: list[Value] = []
    waiting: Argument | None = None
    for argument in spread(call.arguments):
        if argument.name is not None:
            waiting = argument if argument.value is None else None
            value = argument.value or Value(True, argument.start, argument.end)
            named[argument.name.casefold()] = as_part(value)
        elif argument.value is not None and waiting is not None and waiting.name is not None:
            named[waiting.name.casefold()] = as_part(argument.value)
            waiting = None
        elif argument.value is not None:
            rest.append(as_part(argument.value))
    return named, rest


def given(named: dict[str, Value], name: str) -> Value | None:
    """The value of a parameter, whose name may be shortened."""
    return next((value for key, value in named.items() if len(key) > 1 and name.startswith(key)), None)


def path_given(named: dict[str, Value], rest: list[Value]) -> Value | None:
    """The path that a command is given by name, or next by place, where it is then used up."""
    by_name = next(filter(None, (given(named, name) for name in ("path", "literalpath", "pspath", "lp"))), None)
    return by_name or (rest.pop(0) if rest else None)


def stray_truth(call: Call) -> tuple[Argument, Value] | None:
    """A switch and the truth behind it, for which the command has no parameter."""
    arguments = list(spread(call.arguments))
    names = [argument.name.casefold() for argument in arguments if argument.name is not None]
    for argument, following in pairwise(arguments):
        value = following.value
        if argument.name is None or argument.value is not None or following.name is not None or value is None:
            continue
        if isinstance(value.data, bool) and takes_no_more(call.name, argument.name.casefold(), names):
            return argument, value
    return None


def parameter_without_value(call: Call) -> Argument | None:
    """A named argument of the command that takes a value, and stands before another one or at the end."""
    arguments = [*spread(call.arguments), None]
    for argument, following in pairwise(arguments):
        if argument is None or argument.name is None or argument.value is not None:
            continue
        if (following is None or following.name is not None) and owes_value(call.name, argument.name):
            return argument
    return None


def strange_parameter(call: Call) -> Argument | None:
    """A named argument that fits no parameter of the command."""
    named = (argument for argument in spread(call.arguments) if argument.name is not None)
    return next((each for each in named if not has_parameter(call.name, each.name or "")), None)
