"""Binding of a command's arguments to a cmdlet's parameters as PowerShell does it, and why it would refuse them.

Sources: about_Parameters, about_Parameter_Sets, about_Splatting, and PowerShell's own ParameterBinderController, which
binds by position any parameter that has one, switches included. A name may be shortened as long as one parameter fits;
of several the one that not every cmdlet has (MergedCommandParameterMetadata).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from msgspec import Struct, field

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.kit.token import CALLED, LEFT_OUT
from ipseclint.formats.powershell.script.values.lists import items_of
from ipseclint.formats.powershell.script.values.value import (
    CUT_SHORT,
    MAY_NOT_BE_THERE,
    TO_FILL_IN,
    Block,
    ParameterWord,
    Repeated,
    Table,
    Thing,
    Unknown,
    Value,
    as_part,
    left_to_fill_in,
    number_of,
    text_of,
    truth_of,
)
from ipseclint.late import late
from ipseclint.vocabulary.cmdlets import OF_EVERY_CMDLET, Cmdlet, Parameter

_REMEMBERED_WORDS = 4096
_IN_CAPITALS = late(r"[\[({]?[A-Z][A-Z0-9]{0,40}(?:_[A-Z0-9]{1,40}){1,8}[\])}]?")
"""`TUNNEL_TYPE`, `[DH_GROUP]`: what a document has for a word of an enumeration, of which none has such a mark."""
_PLAIN_WORDS = 12
"""How many words of an enumeration a message lists (reasoned)."""


GIVEN_TWICE = {
    False: "is given twice",
    True: "is given twice, in a splat and beside it: Windows PowerShell 5.1 refuses that, PowerShell 7.1 and later "
    "takes what stands beside it",
}
"""Why a parameter is refused that is given twice, by whether one of the two stands in a splat (about_Splatting)."""


class Argument(NamedTuple):
    """One piece of a command line: a parameter's name, a value, or both, joined by a colon or from a splat."""

    name: str | None
    value: Value | None
    start: int
    end: int
    is_splat: bool = False


class Refusal(NamedTuple):
    """Why PowerShell refuses a command, and where."""

    message: str
    start: int
    end: int


class Stray(NamedTuple):
    """A truth that stands behind a switch, and that PowerShell gives to another parameter by position."""

    switch: Parameter
    value: Value
    taker: Parameter


class Bound(Struct):
    """What a cmdlet is given: values by the documented names of parameters.

    `unknown` is an argument, such as a splat, that may hold further ones; `doubted` are refusals only where what they
    name is given, which is not known; `splatted` are the parameters given by a splat.
    """

    values: dict[str, Value] = field(default_factory=dict)
    splatted: set[str] = field(default_factory=set)
    refusals: list[Refusal] = field(default_factory=list)
    doubted: list[Refusal] = field(default_factory=list)
    strays: list[Stray] = field(default_factory=list)
    unknown: Value | None = None

    @property
    def is_partial(self) -> bool:
        """Whether an unknown argument may hold further ones."""
        return self.unknown is not None

    @property
    def splat(self) -> Value | None:
        """A splat of unknown content, which may hold any argument; what a document cuts short is none."""
        return None if self.unknown is None or self.unknown.data is CUT_SHORT else self.unknown

    def given(self, *names: str) -> Value | None:
        """The value of the first of these parameters that was given."""
        for name in names:
            if name in self.values:
                return self.values[name]
        return None

    def is_on(self, name: str) -> bool:
        """Whether a switch is given, and not as false."""
        value = self.values.get(name)
        return value is not None and truth_of(value) is not False

    def text(self, name: str) -> str:
        """A value as text; empty if not given or unknown."""
        value = self.values.get(name)
        return "" if value is None or value.is_unknown else text_of(value)


def bind(cmdlet: Cmdlet, arguments: Sequence[Argument], *, piped: bool = False) -> Bound:
    """The arguments bound to a cmdlet's parameters; `piped`: objects come through the pipeline."""
    bound = Bound()
    positional: list[tuple[Value, Parameter | None]] = []
    pending: tuple[Parameter | None, Argument] | None = None
    switch: Parameter | None = None
    for argument in spread(arguments):
        is_cut = pending is None and _is_left_out(argument.value)
        if argument.name is None and (argument.is_splat or is_cut):
            bound.unknown = None if argument.value is None else _whatever(argument, argument.value)
            continue
        if argument.name is None and argument.value is not None:
            if pending is None:
                positional.append((argument.value, switch))
            elif pending[0] is not None:
                _put(bound, pending[0], argument.value, pending[1])
            pending = switch = None
            continue
        if pending is not None:
            _missing(bound, *pending, why=f"{_NO_VALUE}: what follows is a parameter")
        pending = switch = None
        parameter = _named(cmdlet, argument, bound)
        if parameter is None:
            pending = None if argument.value is not None else (None, argument)
            continue
        if argument.value is not None:
            _put(bound, parameter, argument.value, argument)
        elif parameter.is_switch:
            switch = parameter
            _put(bound, parameter, Value(True, argument.start, argument.end), argument)
        else:
            pending = (parameter, argument)
    if pending is not None:
        _missing(bound, *pending)
    _positions(cmdlet, positional, bound)
    _sets(cmdlet, bound, piped=piped)
    return bound


def spread(arguments: Iterable[Argument]) -> Iterator[Argument]:
    """Arguments with splatted tables and lists expanded; an unknown splat stays as it is."""
    for argument in arguments:
        if not argument.is_splat or argument.value is None or isinstance(argument.value.data, Unknown):
            yield argument
        elif isinstance(argument.value, Repeated):
            yield argument._replace(value=argument.value._replace(data=Unknown(MAY_NOT_BE_THERE)))
        elif isinstance(argument.value.data, Table):
            table = argument.value.data
            for key, value in table.values.items():
                name = table.name_of(key)
                if isinstance(name.data, Unknown):
                    yield Argument(None, Value(name.data, argument.start, argument.end), *argument[2:4], is_splat=True)
                    continue
                yield Argument(text_of(name), value, name.start, name.end, is_splat=True)
        else:
            for item in items_of(argument.value):
                if isinstance(item.data, ParameterWord):
                    yield Argument(item.data[1:], None, item.start, item.end)
                else:
                    yield Argument(None, item, item.start, item.end)


def _whatever(argument: Argument, value: Value) -> Value:
    """An unknown argument that may hold further ones: a splat, or an ellipsis."""
    return Value(value.data if argument.is_splat else CUT_SHORT, argument.start, argument.end)


def _may_not_be_there(value: Value | None) -> bool:
    """Whether a value is that of an entry that a table has on some ways only."""
    return value is not None and isinstance(value.data, Unknown) and value.data.why == MAY_NOT_BE_THERE


def _is_left_out(value: Value | None, parameter: str = "") -> bool:
    """Whether a document has an ellipsis in place of a value. Names of objects are never taken for one."""
    data = None if value is None else value.data
    return isinstance(data, str) and parameter.casefold() not in CALLED and LEFT_OUT.fullmatch(data) is not None


def _named(cmdlet: Cmdlet, argument: Argument, bound: Bound) -> Parameter | None:
    folded = (argument.name or "").casefold()
    exact = cmdlet.names.get(folded)
    if exact is not None:
        return exact
    fitting = {parameter.name: parameter for name, parameter in cmdlet.names.items() if name.startswith(folded)}
    own = [parameter for parameter in fitting.values() if parameter.name.casefold() not in OF_EVERY_CMDLET]
    if len(fitting) == 1 or len(own) == 1:
        return next(iter(own or fitting.values()))
    name = quoted(f"-{argument.name}")
    what = f"can be {_listed(f'-{each}' for each in fitting)}" if fitting else f"is not a parameter of {cmdlet.name}"
    refusals = bound.doubted if _may_not_be_there(argument.value) else bound.refusals
    refusals.append(Refusal(f"{name} {what}", argument.start, argument.end))
    return None


_NO_VALUE = "is given no value"


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last


def _missing(bound: Bound, parameter: Parameter | None, argument: Argument, why: str = _NO_VALUE) -> None:
    if parameter is not None:
        bound.refusals.append(Refusal(f"`-{parameter.name}` {why}", argument.start, argument.end))


def _put(bound: Bound, parameter: Parameter, value: Value, argument: Argument) -> None:
    if parameter.name in bound.values:
        is_doubted = _may_not_be_there(value) or _may_not_be_there(bound.values[parameter.name])
        is_in_one = not is_doubted and argument.is_splat != (parameter.name in bound.splatted)
        (bound.doubted if is_doubted else bound.refusals).append(
            Refusal(f"`-{parameter.name}` {GIVEN_TWICE[is_in_one]}", argument.start, argument.end)
        )
        return
    if argument.is_splat:
        bound.splatted.add(parameter.name)
    if _is_left_out(value, parameter.name):
        value = value._replace(data=CUT_SHORT)
    elif parameter.name.casefold() not in _NAMING:
        value = left_to_fill_in(value)
    if isinstance(value.data, list):
        value = value._replace(data=[as_part(item) for item in value.data])
    bound.values[parameter.name] = _checked(parameter, value, bound)


def _checked(parameter: Parameter, value: Value, bound: Bound) -> Value:
    """A value in the spelling of its enumeration; notes a refusal if PowerShell cannot convert it."""
    if parameter.kind in _OF_TEXTS and not isinstance(value.data, str):
        value = _of_text(parameter, value)
    if parameter.kind in {"number", "numbers"}:
        for item in items_of(value):
            if not item.is_unknown and number_of(item) is None:
                text = quoted(text_of(item))
                bound.refusals.append(
                    Refusal(f"{text} is not a number, as `-{parameter.name}` takes", item.start, item.end)
                )
        if parameter.kind == "number" and isinstance(value.data, str) and not value.data.strip().isdigit():
            number = number_of(value)
            value = value if number is None else value._replace(data=round(number))
    if not parameter.words:
        return value
    if not isinstance(value.data, list):
        return _word(parameter, value, bound)
    return Value([_word(parameter, item, bound) for item in value.data], value.start, value.end)


_NAMING = CALLED | {"connectionname", "policystore"}
"""Parameters whose value is a name, which is the same wherever it stands, whatever is filled in for it."""
_OF_TEXTS = frozenset({"flag", "number", "numbers", "text", "texts", "word", "words"})
_OF_ONE = frozenset({"flag", "number", "text", "word"})
_OF_OBJECTS = frozenset({"GPOSession", "NewGPOSession", "PolicyStore"})
_OF_FLAGS = frozenset(
    {
        "EnablePacketQueuing",
        "EnabledKeyingModules",
        "Encapsulation",
        "Exemptions",
        "FilteringFlags",
        "InterfaceType",
        "KeyModule",
        "Platform",
        "Profile",
    }
)
"""Kinds of parameters that take texts, and one of them; those that take an object, and several words at once."""
OBJECT_FOR_TEXT = "an object where a text is taken"
"""Why the value of a parameter is unknown that is given an object in the place of its name."""


def _of_text(parameter: Parameter, value: Value) -> Value:
    """The value for a parameter of type text; unknown for an object, or a list instead of a text."""
    if parameter.name in _OF_OBJECTS:
        return value
    items = value.data if isinstance(value.data, list) else [value]
    if value.data is None and parameter.required:
        return value._replace(data=Unknown("nothing, where a value has to be"))
    if parameter.kind in _OF_ONE and parameter.name not in _OF_FLAGS and len(items) != 1:
        return value._replace(data=Unknown("a list where one value is taken"))
    if not any(isinstance(item.data, Table | Thing | Block) for item in items):
        return value
    return value._replace(data=Unknown(OBJECT_FOR_TEXT))


def _word(parameter: Parameter, value: Value, bound: Bound) -> Value:
    text = value.data
    if not isinstance(text, str):
        return value
    spelled = _spelled(parameter.words, text)
    if spelled is None and _IN_CAPITALS.fullmatch(text):
        return value._replace(data=Unknown(TO_FILL_IN))
    if spelled is None:
        bound.refusals.append(Refusal(_no_word(parameter, text), value.start, value.end))
    return value if spelled is None or spelled == text else Value(spelled, value.start, value.end)


def _no_word(parameter: Parameter, text: str) -> str:
    known = _listed(parameter.words[:_PLAIN_WORDS])
    return f"{quoted(text)} is not a value of `-{parameter.name}`, which takes {known}"


@lru_cache(_REMEMBERED_WORDS)
def _spelled(enumeration: tuple[str, ...], text: str) -> str | None:
    """A text with its shortened enumeration words written out; None if a part of it is no such word."""
    if not text.strip() or text.strip().isdigit():
        return text
    words = _spellings(enumeration)
    parts = [part.strip().casefold() for part in text.split(",")]
    spelled = [words.get(part) or _shortened(part, words) for part in parts]
    if None in spelled:
        return None
    is_short = any(part not in words for part in parts)
    return ",".join(filter(None, spelled)) if is_short else text


@cache
def _spellings(words: tuple[str, ...]) -> dict[str, str]:
    """The words of an enumeration by folded spelling."""
    return {word.casefold(): word for word in words}


def _shortened(part: str, words: dict[str, str]) -> str | None:
    fitting = [word for name, word in words.items() if part and name.startswith(part)]
    return fitting[0] if len(fitting) == 1 else None


def _positions(cmdlet: Cmdlet, positional: Sequence[tuple[Value, Parameter | None]], bound: Bound) -> None:
    """Bind positional arguments, each given with the switch right before it. Switches too are bound by position.

    `-SplitTunneling $false` turns the switch on, and `$false` goes to the next parameter by position.
    """
    if not positional:
        return
    free = sorted(
        (parameter for parameter in cmdlet.parameters.values() if parameter.position is not None),
        key=lambda parameter: parameter.position or 0,
    )
    allowed = _allowed(cmdlet, bound)
    for value, switch in positional:
        truth = None if switch is None else truth_meant(value)
        hint = of_switch(value, None if switch is None else switch.name)
        is_for_switch = isinstance(value.data, bool) or (switch is not None and (truth is not None or value.is_unknown))
        fitting = [
            parameter
            for parameter in free
            if parameter.name not in bound.values
            and (is_for_switch or not parameter.is_switch)
            and (not parameter.sets or allowed is None or set(parameter.sets) & allowed)
        ]
        if not fitting or (fitting[0].is_switch and isinstance(value.data, str)):
            if not bound.is_partial:
                text = quoted(text_of(value)) if not value.is_unknown else "a value"
                message = f"{text} belongs to no parameter of {cmdlet.name}{hint}"
                bound.refusals.append(Refusal(message, value.start, value.end))
            continue
        parameter = fitting[0]
        if parameter.words and (isinstance(value.data, bool) or (truth is not None and isinstance(value.data, str))):
            message = _no_word(parameter, text_of(value)) + hint
            bound.refusals.append(Refusal(message, value.start, value.end))
            bound.values[parameter.name] = value
            continue
        if switch is not None and _is_stray(value, truth, parameter):
            bound.strays.append(Stray(switch, value, parameter))
        taken = value._replace(data=truth) if parameter.is_switch and truth is not None else value
        bound.values[parameter.name] = _checked(parameter, taken, bound)
        allowed = _allowed(cmdlet, bound)


def of_switch(value: Value, switch: str | None) -> str:
    """A hint for the message about a value that was meant for the switch before it."""
    truth = truth_meant(value)
    if switch is None or truth is None:
        return ""
    return f"; `-{switch}` is a switch, whose value stands behind a colon: `-{switch}:${str(truth).lower()}`"


def _is_stray(value: Value, truth: bool | None, taker: Parameter) -> bool:
    """Whether a value right behind a switch was meant for it, and not for the parameter that takes it by position."""
    if value.is_unknown:
        return taker.is_switch
    return isinstance(value.data, bool) or (truth is not None and taker.kind != "number")


_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


def truth_meant(value: Value) -> bool | None:
    """The truth that a value behind a switch is meant to be; None if it is none."""
    return _TRUTHS.get(text_of(value).strip().casefold()) if isinstance(value.data, bool | int | str) else None


def _allowed(cmdlet: Cmdlet, bound: Bound) -> set[str] | None:
    """The letters of the parameter sets that hold all given parameters; None if the cmdlet has one set only."""
    if not cmdlet.sets:
        return None
    allowed = set(cmdlet.sets)
    for name in bound.values:
        sets = cmdlet.parameters[name].sets
        if sets:
            allowed.intersection_update(sets)
    return allowed


def _sets(cmdlet: Cmdlet, bound: Bound, *, piped: bool) -> None:
    """Refuse parameters that no set holds together, and a missing mandatory parameter."""
    allowed = _allowed(cmdlet, bound)
    if allowed is not None and not allowed:
        names = [f"-{name}" for name in bound.values if cmdlet.parameters[name].sets]
        place = list(bound.values.values())[-1]
        message = f"{cmdlet.name} takes {', '.join(names[:-1])} and {names[-1]} in no set of parameters together"
        is_doubted = any(map(_may_not_be_there, bound.values.values()))
        (bound.doubted if is_doubted else bound.refusals).append(Refusal(message, place.start, place.end))
        return
    if bound.is_partial or piped:
        return
    bound.refusals += [Refusal(f"{cmdlet.name} is given no `-{name}`", -1, -1) for name in lacking(cmdlet, bound)]


def from_properties(cmdlet: Cmdlet, item: Value, given: Collection[str]) -> Iterator[Argument]:
    """Arguments taken from a piped object: its properties named like parameters that are not given."""
    held = item.data
    values = held.values if isinstance(held, Table) else held.properties if isinstance(held, Thing) else {}
    for name, parameter in cmdlet.names.items():
        value = values.get(name) if parameter.is_property and parameter.name not in given else None
        if value is not None and value.data is not None:
            yield Argument(parameter.name, value, value.start, value.end)


def lacking(cmdlet: Cmdlet, bound: Bound) -> list[str]:
    """The mandatory parameters without a value."""
    allowed = _allowed(cmdlet, bound)
    certain = "".join(allowed) if allowed is not None and len(allowed) == 1 else ""
    return [name for name in cmdlet.mandatory[certain] if name not in bound.values]
