"""Binding of a call's arguments to the parameters of a function, and why PowerShell would refuse them.

Sources: about_Parameters, about_Functions_Advanced_Parameters, about_Functions_CmdletBindingAttribute, about_Splatting.
A function without attributes takes what belongs to no parameter as `$args`; an advanced one refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct, field

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.kit.token import LEFT_OUT
from ipseclint.formats.powershell.script.arguments.binding import GIVEN_TWICE, Argument, Refusal, spread
from ipseclint.formats.powershell.script.evaluator import Call
from ipseclint.formats.powershell.script.flow.functions import Declared, Function
from ipseclint.formats.powershell.script.values.members import member
from ipseclint.formats.powershell.script.values.value import ParameterWord, Table, Thing, Unknown, Value
from ipseclint.vocabulary.cmdlets import OF_EVERY_CMDLET, OF_WHAT_IF

_COMMON_SWITCHES = frozenset({"verbose", "vb", "debug", "db", "whatif", "wi", "confirm", "cf"})
_OF_PAGES = frozenset({"first", "skip", "includetotalcount"})
"""What it takes with `SupportsPaging`."""


class Given(NamedTuple):
    """What a function starts with: its variables before defaults are filled in; and why PowerShell does not call it."""

    variables: dict[str, Value]
    refusals: list[Refusal]


def names_in(function: Function) -> dict[str, str]:
    """The parameters of a function by name and alias."""
    return {name: each.name for each in function.parameters for name in (*each.aliases, each.name)}


def bound(function: Function, call: Call) -> dict[str, Value]:
    """The variables that a function starts with, before defaults are filled in."""
    return bind(function, call).variables


def bind(function: Function, call: Call) -> Given:
    """The arguments of a call bound to the parameters of a function."""
    binding = _Binding(function)
    for argument in spread(call.arguments):
        binding.take(argument)
    binding.finish(call)
    given = binding.given
    if "whatif" in given or "wi" in given:
        what_if = given.pop("whatif", None) or given.pop("wi")
        if function.supports_what_if:
            given["whatifpreference"] = what_if
    for declared in function.parameters if call.piped else ():
        own = of_item(declared, call.piped[-1]) if call.piped and declared.name not in given else None
        if own is not None:  # what is no `process` block is run for the last object alone
            given[declared.name] = own
    table = {name: value for name, value in given.items() if name in binding.by_name}
    written = {name: Value(name, value.start, value.end) for name, value in table.items()}
    given["psboundparameters"] = Value(Table(table, written), call.start, call.end)
    given["args"] = Value(binding.rest, call.start, call.end)
    given["input"] = Value(call.piped or [], call.start, call.end)
    return Given(given, binding.refusals)


class _Binding(Struct, eq=False):
    """The arguments of one call as they are bound; `waiting` is a parameter whose value is still to come."""

    function: Function
    given: dict[str, Value] = field(default_factory=dict)
    rest: list[Value] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    by_name: dict[str, Declared] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    splatted: set[str] = field(default_factory=set)
    waiting: tuple[str, Argument] | None = None
    is_partial: bool = False

    def __post_init__(self) -> None:
        self.by_name = {declared.name: declared for declared in self.function.parameters}
        self.names = names_in(self.function)

    def take(self, argument: Argument) -> None:
        """Bind one argument, or keep it for what has a position."""
        if argument.name is not None:
            self._end_waiting()
            self._take_name(argument.name.casefold(), argument)
            return
        self.is_partial |= argument.is_splat
        if argument.value is None:
            return
        if self.waiting is None:
            self.rest.append(argument.value)
        else:
            self._put(*self.waiting, argument.value)
        self.waiting = None

    def _take_name(self, folded: str, argument: Argument) -> None:
        fitting = _fitting(folded, self.names)
        if len(fitting) > 1:
            listed = " or ".join(f"-{_written(self.by_name[name], self.function)}" for name in sorted(fitting))
            self._refuse(f"can be {listed}", argument)
        name = fitting.pop() if len(fitting) == 1 else ""
        if not name and not self.function.is_advanced:
            self.rest.append(Value(ParameterWord(f"-{argument.name}"), argument.start, argument.end))
            self.rest += [] if argument.value is None else [argument.value]
            return
        if not name and not fitting and not _is_common(folded, self.function):
            self._refuse("is none of its parameters", argument)
        is_switch = self.by_name[name].is_switch if name else folded in _COMMON_SWITCHES
        if argument.value is not None or is_switch:
            self._put(name or folded, argument, argument.value or Value(True, argument.start, argument.end))
        else:
            self.waiting = name or folded, argument

    def _put(self, name: str, argument: Argument, value: Value) -> None:
        if name in self.given:
            self._refuse(GIVEN_TWICE[argument.is_splat != (name in self.splatted)], argument)
        if argument.is_splat:
            self.splatted.add(name)
        self.given[name] = value

    def _end_waiting(self) -> None:
        if self.waiting is not None and self.waiting[0] in self.by_name:
            self._refuse("is given no value", self.waiting[1])
        self.waiting = None

    def _refuse(self, why: str, argument: Argument) -> None:
        self.refusals.append(Refusal(f"{quoted(f'-{argument.name}')} {why}", argument.start, argument.end))

    def finish(self, call: Call) -> None:
        """Bind by position what has no name, and refuse what is too much or too little."""
        self._end_waiting()
        self.rest = _by_position(self.function, self.given, self.by_name, self.rest)
        if not self.is_partial:
            if self.rest and self.function.is_advanced and not _is_open(self.rest[0]):
                self.refusals.append(
                    Refusal("this belongs to none of its parameters", self.rest[0].start, self.rest[0].end)
                )
            self.refusals += _lacking(self.function, self.given, call)
        self.refusals += _in_no_set(self.function, self.given)


def _written(declared: Declared, function: Function) -> str:
    """The name of a parameter as it is declared."""
    found = re.search(rf"\$\{{?({re.escape(declared.name)})", function.syntax.source(declared.node), re.IGNORECASE)
    return declared.name if found is None else found[1]


def _is_open(value: Value) -> bool:
    """Whether a document leaves out here what else is given."""
    return isinstance(value.data, str) and LEFT_OUT.fullmatch(value.data) is not None


def _lacking(function: Function, given: Mapping[str, Value], call: Call) -> Iterator[Refusal]:
    """Refuse a call that lacks a mandatory parameter, or gives it nothing, where nothing allows that."""
    for declared in function.parameters:
        value = given.get(declared.name)
        may_be_piped = call.piped is not None and (declared.takes_pipeline or declared.takes_property)
        if not declared.is_mandatory or (value is None and may_be_piped):
            continue
        if value is None:
            yield Refusal(f"it is given no `-{_written(declared, function)}`, which is mandatory", call.start, call.end)
        elif not declared.allows_empty and not value.is_unknown and value.data in (None, "", []):
            why = f"`-{_written(declared, function)}`, which is mandatory, is given nothing"
            yield Refusal(why, value.start, value.end)


def _in_no_set(function: Function, given: Mapping[str, Value]) -> Iterator[Refusal]:
    """Refuse parameters that no set of parameters holds together."""
    together: frozenset[str] | None = None
    for declared in function.parameters:
        value = given.get(declared.name)
        if value is None or not declared.sets:
            continue
        together = declared.sets if together is None else together & declared.sets
        if not together:
            why = f"`-{_written(declared, function)}` is in no set of parameters with what else it is given"
            yield Refusal(why, value.start, value.end)
            return


def _is_common(folded: str, function: Function) -> bool:
    """Whether a parameter that is not declared is one of a cmdlet's own, or may be made when the function is called."""
    if (function.pages and folded in _OF_PAGES) or function.takes_others:
        return True
    common = OF_EVERY_CMDLET if function.supports_what_if else OF_EVERY_CMDLET - OF_WHAT_IF
    return any(name.startswith(folded) for name in common)


def _by_position(
    function: Function, given: dict[str, Value], by_name: Mapping[str, Declared], values: list[Value]
) -> list[Value]:
    """Bind positional values to parameters by position; the values left over."""
    rest = list(values)
    for declared in sorted(function.parameters, key=lambda each: _order(each, function)):
        free = next((at for at, value in enumerate(rest) if not isinstance(value.data, ParameterWord)), None)
        if free is None or declared.name in given or declared.is_switch or not _is_free(declared, given, by_name):
            continue
        if declared.position is None and not function.binds_by_position:
            continue
        if declared.takes_rest:
            given[declared.name] = Value(rest, rest[0].start, rest[-1].end)
            return []
        given[declared.name] = rest.pop(free)
    return rest


def _order(declared: Declared, function: Function) -> tuple[bool, int, bool]:
    """Where a parameter stands among those that are bound by position: of several, one of the default set is first."""
    is_of_other = bool(declared.sets) and function.default_set not in declared.sets
    return declared.position is None, declared.position or 0, is_of_other


def _is_free(declared: Declared, given: Mapping[str, Value], by_name: Mapping[str, Declared]) -> bool:
    """Whether a set of parameters holds this one together with each that is given."""
    sets = [by_name[name].sets for name in given if name in by_name and by_name[name].sets]
    return not declared.sets or not sets or bool(declared.sets.intersection(*sets))


def _fitting(name: str, names: Mapping[str, str]) -> set[str]:
    """The parameters with this name or alias, or else with this prefix."""
    if name in names:
        return {names[name]}
    return {own for each, own in names.items() if each.startswith(name)}


def of_item(declared: Declared, item: Value) -> Value | None:
    """What a parameter takes from a piped object: the property of its name, or the object itself; None for nothing."""
    has_properties = isinstance(item.data, Table | Thing | Unknown)
    if declared.takes_property and has_properties:
        found = (member(item, name) for name in (declared.name, *declared.aliases))
        own = next((each for each in found if each is not None), None)
        if own is not None:
            return own if isinstance(own, Value) else Value(own, item.start, item.end)
    return item if declared.takes_pipeline else None
