"""`$PSDefaultParameterValues`: defaults for parameters of commands (about_Parameters_Default_Values)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from ipseclint.formats.powershell.script.arguments.binding import Argument, Bound, bind
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.values.lists import collected
from ipseclint.formats.powershell.script.values.value import (
    Block,
    Table,
    Value,
    text_of,
    truth_of,
)
from ipseclint.formats.powershell.script.values.wildcards import like
from ipseclint.vocabulary.cmdlets import Cmdlet

_NAME = "psdefaultparametervalues"
_IS_OFF = "disabled"
_COMMON = frozenset({"erroraction", "warningaction", "informationaction", "verbose", "debug", "confirm"})
"""Parameters that every cmdlet has and that set nothing (about_CommonParameters)."""


class _Default(NamedTuple):
    """A pattern for names of parameters, and the default value."""

    pattern: str
    value: Value


def has_defaults(run: Evaluator) -> bool:
    """Whether the script set any defaults; unknown ones are noted."""
    held = run.look_up(_NAME)
    if held is None or not (held.is_unknown or (isinstance(held.data, Table) and held.data.values)):
        return False
    names = held.data.names.values() if isinstance(held.data, Table) else (held,)
    if (unknown := next((name for name in names if name.is_unknown), None)) is not None:
        run.doubts.behind("which defaults parameters have from here on is not known", unknown.start, unknown.end)
    return True


def bound_with_defaults(row: Cmdlet, call: Call, bound: Bound, run: Evaluator) -> Bound:
    """A cmdlet's bound arguments with the defaults that are compatible with them."""
    arguments = list(call.arguments)
    is_piped = call.piped is not None
    for default in _for(call.name, run):
        names = _names(default.pattern, {name.casefold(): each.name for name, each in row.names.items()})
        if len(names) != 1 or (name := names.pop()) in bound.values:
            continue
        value = _value(default, run)
        more = [*arguments, Argument(name, value, value.start, value.end)]
        # A default that goes into no set of parameters with what is given is passed over.
        tried = bind(row, more, piped=is_piped)
        if len(tried.refusals) <= len(bound.refusals):
            arguments, bound = more, tried
    return bound


def arguments_with_defaults(call: Call, names: dict[str, str], given: Collection[str], run: Evaluator) -> Call:
    """A function call with defaults added for parameters it lacks; `names` maps names and aliases to parameters."""
    arguments = list(call.arguments)
    for default in _for(call.name, run):
        fitting = _names(default.pattern, names)
        if len(fitting) == 1 and not fitting & set(given):
            value = _value(default, run)
            arguments.append(Argument(fitting.pop(), value, value.start, value.end))
    return call._replace(arguments=arguments)


def default_left_out(call: Call, run: Evaluator) -> str | None:
    """The folded pattern of the first default whose effect on a command is not followed."""
    return next((each.pattern for each in _for(call.name, run) if each.pattern not in _COMMON), None)


def _for(command: str, run: Evaluator) -> Iterator[_Default]:
    """The defaults for a command, by its folded name."""
    held = run.look_up(_NAME)
    if held is None or not isinstance(held.data, Table):
        return
    is_off = next((value for key, value in held.data.values.items() if key.casefold() == _IS_OFF), None)
    if is_off is not None and truth_of(is_off) is not False:
        return
    for key, value in held.data.values.items():
        name = held.data.names.get(key)
        pattern, colon, parameter = ("" if name is None else text_of(name)).partition(":")
        if colon and like(command, pattern.strip().strip("\"'")):
            yield _Default(parameter.strip().strip("\"'").casefold(), value)


def _names(pattern: str, names: dict[str, str]) -> set[str]:
    """The parameters that a pattern matches; `names` maps folded names and aliases to parameters."""
    if pattern in names:
        return {names[pattern]}
    if "*" in pattern or "?" in pattern or "[" in pattern:
        return {own for folded, own in names.items() if like(folded, pattern)}
    return {own for folded, own in names.items() if folded.startswith(pattern)}


def _value(default: _Default, run: Evaluator) -> Value:
    value = default.value
    if isinstance(value.data, Block):
        return collected(run.run_block(value.data, None), value.start, value.end)
    return value
