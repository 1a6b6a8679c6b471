"""Registry values that a script sets, through PowerShell's provider or `reg.exe`."""

from __future__ import annotations

import ntpath
import re
from collections.abc import Iterable, Sequence

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.powershell.script.arguments.parameters import given, parameters, path_given
from ipseclint.formats.powershell.script.evaluator import Call
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.values.lists import items_of
from ipseclint.formats.powershell.script.values.value import (
    NumberWord,
    Table,
    Unknown,
    Value,
    left_to_fill_in,
    number_of,
    text_of,
    truth_of,
)
from ipseclint.formats.registry.misspelt import no_hive
from ipseclint.formats.registry.policy import concerns_ipsec, has_settings, says_start
from ipseclint.formats.registry.tree import Key, Kind
from ipseclint.formats.registry.tree import Value as RegistryValue
from ipseclint.formats.registry.written import KINDS_IN_SCRIPTS, key_in_scripts
from ipseclint.late import late
from ipseclint.source import Span
from ipseclint.vocabulary.registry_keys import ANY_VALUE, OF_SERVICES, folded

_PREFIX = late(r"\A(?:microsoft\.powershell\.core\\)?(?:registry::)?", re.IGNORECASE)
_DRIVE = late(r"hk(?:lm|cu):", re.IGNORECASE)
_NUMBERS = frozenset({Kind.DWORD, Kind.QWORD})
_FROM_LOCATION = late(rf"{_DRIVE.pattern}(?![\\/])", re.IGNORECASE)
"""The drive without a separator behind it: the path goes on from the drive's current location."""


_OF_REG = "reg_"
"""How the types of values begin to `reg`, which are words of no RegistryValueKind."""
_OF_SERVICES = folded(*OF_SERVICES)
_ON_ERRORS = ("ea", "erroraction")
"""How the parameters begin that say what an error does, which change nothing where there is none."""
_REFUSED = "PowerShell refuses the command, and the value is not set"


def key_object(call: Call) -> Value | None:
    """The object that `Get-Item` and `New-Item` give for a key of the machine or the user; None for other paths.

    Creating a key sets no value yet.
    """
    named, rest = parameters(call)
    path = path_given(named, rest)
    name = given(named, "name")
    if path is None or path.is_unknown or given(named, "value") is not None or (name is not None and name.is_unknown):
        return None
    text = text_of(path) if name is None else f"{text_of(path)}\\{text_of(name)}"
    if key_in_scripts(text) is None or "*" in text:
        return None
    where = Value(text, path.start, path.end) if name is not None else path
    return Value(
        Table({"pspath": where}, {"": Value(Unknown("a key of the registry"), *path[1:])}), call.start, call.end
    )


class RegistryWrites:
    """The registry keys that a script has written so far."""

    def __init__(self, syntax: Syntax, diagnostics: Diagnostics) -> None:
        self.tree = Key.root(syntax.path)
        self.open_places: list[Span] = []
        self._syntax = syntax
        self._diagnostics = diagnostics
        self._location = ""
        self._left: list[str] = []

    def enter(self, path: Value | None, *, is_kept: bool) -> None:
        """Change the current location, which may be a key; with `is_kept`, the former one is pushed on a stack."""
        if is_kept:
            self._left.append(self._location)
        self._location = "" if path is None else self._where(path) or ""

    def leave(self) -> None:
        """Return to the location pushed last."""
        self._location = self._left.pop() if self._left else ""

    def _where(self, path: Value) -> str | None:
        """The path of a key from the root; a relative path is resolved from the current location."""
        if path.is_unknown:
            return None
        text = text_of(path)
        if self._location and _FROM_LOCATION.match(text):
            text = text.partition(":")[2]
        if not self._location or ":" in text or key_in_scripts(text) is not None:
            return key_in_scripts(text)
        return ntpath.normpath(ntpath.join(self._location, text.replace("/", "\\")))

    def _fault(self, path: Value, *, drive: bool | None) -> str | None:
        """Why what a path to a key of IPsec begins with is no hive, or no drive of PowerShell."""
        text = "" if path.is_unknown else text_of(path).replace("/", "\\")
        prefix = "" if drive is False or (match := _PREFIX.match(text)) is None else match[0]
        hive, _, rest = text.removeprefix(prefix).partition("\\")
        if not has_settings(rest):
            return None
        if drive and not prefix and not _DRIVE.match(hive) and key_in_scripts(hive) is not None:
            return f"{quoted(hive)} is no drive of PowerShell, as HKLM: is one"
        return no_hive(hive if drive is False else hive.partition(":")[0])

    def concerns(self, path: Value, names: Sequence[Value], *, drive: bool | None = None) -> bool:
        """Whether values of these names in a key concern IPsec; `drive` as in `set`. A hive that is none is said."""
        if (why := self._fault(path, drive=drive)) is not None:
            self._diagnostics.malformed(why, self._syntax.span(path.start, path.end))
            return True
        where = self._where(path)
        return where is not None and (has_settings(where) or any(says_start(where, text_of(name)) for name in names))

    def set(
        self, path: Value, name: Value | None, data: Value | None, kind: Value | None, *, drive: bool | None = None
    ) -> bool:
        """Set a value; whether the key concerns IPsec. `drive`: its hive has to be one of PowerShell, or must not."""
        if not self.concerns(path, () if name is None else (name,), drive=drive):
            return False
        where = self._where(path)
        if where is None or self._fault(path, drive=drive) is not None:
            return True
        if drive and kind is not None and text_of(kind).casefold().startswith(_OF_REG):
            why = f"{quoted(text_of(kind))} is no type of a value to PowerShell, as DWord is: {_REFUSED}"
            self._diagnostics.not_understood(why, self._syntax.span(kind.start, kind.end))
            return True
        span = self._syntax.span(path.start, path.end)
        key = self.tree.make(where, span)
        if key is None or data is None:
            return True
        data = left_to_fill_in(data)
        if data.is_unknown or (name is not None and name.is_unknown):
            place = self._syntax.span(data.start, data.end)
            self._diagnostics.not_understood("what is written into the registry here is not known", place)
            self.open_places.append(place)
            if name is not None and name.is_unknown:
                return True
        value = self._value("" if name is None else text_of(name), data, kind)
        is_text = isinstance(data.data, str) and data.data.strip()
        if value.kind in _NUMBERS and value.number is None and is_text:
            why = f"{quoted(value.text.text)} is not a number: {_REFUSED}"
            self._diagnostics.not_understood(why, value.text.span)
            return True
        key.set(value)
        return True

    def has_set(self, values: Iterable[tuple[str, str]]) -> bool:
        """Whether the script has set one of these values, each its key and its name."""
        found = ((self.tree.find(key), name) for key, name in values)
        return any(key is not None and key.get(name) is not None for key, name in found)

    def forget(self, path: Value, names: Sequence[Value] | None) -> bool:
        """Set values, or all of a key, no more; whether the key concerns IPsec."""
        where = self._where(path)
        if where is None or not has_settings(where):
            return False
        if names is None:
            self.tree.delete(where)
        elif (key := self.tree.find(where)) is not None:
            for name in names:
                key.drop(text_of(name))
        return True

    def take_out(self, path: Value, names: Sequence[Value] | None) -> None:
        """Remove values of a key, which then has none of these names, or none at all."""
        span = self._syntax.span(path.start, path.end)
        where = self._where(path)
        key = None if where is None else self.tree.make(where, span)
        if key is not None and names is None:
            key.take_out_values(span)
        elif key is not None:
            for name in names or ():
                key.take_out(self._syntax.token(name))

    def overwrite(self, call: Call, key: Value) -> bool:
        """Empty a key that `New-Item -Force` makes, if every Windows has it with values that IPsec needs.

        By the page of New-Item, a key that exists is then "overwritten with an empty registry key".
        It happens at the command, and its path may stand in a variable above it.
        """
        force = given(parameters(call)[0], "force")
        path = properties_of(key).get("path")
        where = None if path is None or force is None or truth_of(force) is False else self._where(path)
        if path is None or where is None or not _is_everywhere(where):
            return False
        self.take_out(Value(path.data, call.start, call.end), None)
        return True

    def is_there(self, call: Call) -> bool:
        """Whether a command asks only for a key that every Windows has, and that the script has not emptied."""
        named, rest = parameters(call)
        asked = [name for name in named if not name.startswith(_ON_ERRORS)]
        path = path_given(named, rest) if len(asked) + len(rest) == 1 else None
        where = None if path is None else self._where(path)
        if where is None or not _is_everywhere(where):
            return False
        key = self.tree.find(where)
        return key is None or ANY_VALUE.casefold() not in key.absent

    def take_out_key(self, path: Value) -> bool:
        """Remove a key with what is below it; whether it concerns IPsec."""
        where = self._where(path)
        if where is None:
            return False
        if not concerns_ipsec(where):
            is_above = self.tree.find(where) is not None
            self.tree.delete(where)
            return is_above
        span = self._syntax.span(path.start, path.end)
        key = self.tree.make(where, span)
        if key is not None:
            key.take_out_all(span)
        return True

    def _value(self, name: str, data: Value, kind: Value | None) -> RegistryValue:
        token = self._syntax.token(data)
        number = number_of(data)
        word = "" if kind is None else text_of(kind).casefold()
        is_text = isinstance(data.data, str) and not (isinstance(data.data, NumberWord) and isinstance(number, int))
        known = KINDS_IN_SCRIPTS.get(word, Kind.SZ if is_text else Kind.DWORD)
        if data.is_unknown:
            return RegistryValue(name, known, token, is_open=True)
        if known in _NUMBERS and number is not None:
            return RegistryValue(name, known, token, number=int(number))
        if known is Kind.BINARY:
            numbers = [number_of(item) for item in items_of(data)]
            return RegistryValue(name, known, token, data=bytes(int(each or 0) & 0xFF for each in numbers))
        return RegistryValue(name, known, token)


def _is_everywhere(where: str) -> bool:
    """Whether every Windows has a key."""
    return f"{where}\\".casefold().endswith(_OF_SERVICES)


def properties_of(item: Value | None) -> dict[str, Value]:
    """The arguments in a piped object: a text is its path; an object gives its properties by meaning."""
    if item is None or not isinstance(item.data, str | Table):
        return {}
    if isinstance(item.data, str):
        return {"path": item}
    values = item.data.values
    return {_SAYS[name]: value for name, value in values.items() if name in _SAYS}


_SAYS = {
    **dict.fromkeys(("path", "literalpath", "pspath"), "path"),
    **dict.fromkeys(("name", "psproperty"), "name"),
    **dict.fromkeys(("type", "propertytype"), "type"),
    "value": "value",
}
"""What each property says that these cmdlets take of what is piped in, by their pages."""


def options_of(values: Sequence[Value]) -> dict[str, Value]:
    """The value behind each switch of `reg`, or the switch itself."""
    options: dict[str, Value] = {}
    for index, value in enumerate(values):
        text = text_of(value).casefold()
        if text in {"/v", "/t", "/d"} and index + 1 < len(values):
            options[text] = values[index + 1]
        elif text in {"/va", "/ve"}:
            options[text] = value
    return options
