"""Replays of the tools beside netsh: `reg` on IPsec's keys, `sc` and `net` on services that IPsec depends on.

Source: the pages `reg add`, `reg delete`, `sc config`, `net start` and `net stop` of the Windows Commands reference.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.command import VALUE_IS_NOT_KNOWN, Command, refuse
from ipseclint.formats.netsh.unfollowed import ON_ANOTHER_MACHINE
from ipseclint.formats.netsh.words import whole_words
from ipseclint.formats.registry.policy import decode
from ipseclint.formats.registry.tree import TOO_DEEP, Key, Kind, Value
from ipseclint.formats.registry.written import HIVES, KINDS
from ipseclint.model.policy import Policy, ServiceState
from ipseclint.model.setting import Setting, Unknown
from ipseclint.source import Span
from ipseclint.vocabulary.services import SERVICES, STARTS_OF_SC

_KINDS = {word.casefold(): kind for word, kind in KINDS.items()} | {"reg_none": Kind.NONE}
_WITH_VALUE = frozenset({"/v", "/t", "/d", "/s"})
_ALONE = frozenset({"/f", "/ve", "/va", "/reg:32", "/reg:64"})
_BITS = {Kind.DWORD: 32, Kind.QWORD: 64}
_ASKS = (
    "without `/f` `reg` asks whether to replace the value that is there since line {}: this is read as if the answer "
    "were yes"
)
"""`/f`: "Adds the registry entry without prompting for confirmation" (Windows Commands, `reg add`)."""


class RegistryReplay:
    """Carries out `reg add` and `reg delete`, and gives the resulting registry policy."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics
        self._tree = Key.root(diagnostics.path)
        self._open_places: list[Span] = []

    def apply(self, command: Command) -> None:
        """Carry out one command."""
        words = list(whole_words(command.words))
        options = self._options(command, words[2:])
        if options is None:
            return
        if words[1].text.startswith("\\\\"):
            self._diagnostics.not_understood(ON_ANOTHER_MACHINE, words[1].span)
            return
        path = _path(words[1].text)
        key = self._tree.make(path, words[1].span)
        name = options.get("/v")
        if key is None:
            refuse(command, self._diagnostics, (TOO_DEEP, words[1].span))
        elif words[0].text.casefold() == "delete":
            self._take_out(command, key, options)
        elif name is not None or "/ve" in options:
            value = self._value("" if name is None else name.text, options, command)
            if value is not None:
                self._note_question(key, value, options)
                key.set(value)

    def _note_question(self, key: Key, value: Value, options: Mapping[str, Token]) -> None:
        """Say where `reg` asks whether to replace a value, which nobody answers in a script."""
        there = None if "/f" in options else key.get(value.name)
        if there is not None and (there.kind, there.data) != (value.kind, value.data):
            self._diagnostics.not_understood(_ASKS.format(there.written.line), value.written.span)

    def finish(self) -> Policy:
        """The policy in the keys that the commands wrote."""
        if not self._tree.keys:
            return Policy()
        own = Diagnostics(self._diagnostics.path, open_places=tuple(self._open_places))
        policy = decode(self._tree, own, is_whole=False).policy
        self._diagnostics.take(own)
        return policy

    def _options(self, command: Command, words: list[Token]) -> dict[str, Token] | None:
        options: dict[str, Token] = {}
        index = 0
        while index < len(words):
            option = words[index].text.casefold()
            if option in _WITH_VALUE and index + 1 < len(words):
                options[option] = words[index + 1]
                index += 2
            elif option in _ALONE:
                options[option] = words[index]
                index += 1
            else:
                reason = f"`reg` has no option {quoted(words[index].text)}, or it lacks its value"
                refuse(command, self._diagnostics, (reason, words[index].span))
                return None
        return options

    def _take_out(self, command: Command, key: Key, options: Mapping[str, Token]) -> None:
        """Delete a key, all values of it, or one."""
        place = command.words[1].span
        for variable in command.variables:
            self._diagnostics.not_understood(VALUE_IS_NOT_KNOWN, variable.span)
        if command.variables:
            return
        if "/v" in options or "/ve" in options:
            key.take_out(options["/v"] if "/v" in options else options["/ve"].standing_for(""))
        elif "/va" in options:
            key.take_out_values(place)
        else:
            key.take_out_all(place)

    def _value(self, name: str, options: dict[str, Token], command: Command) -> Value | None:
        kind_word = options.get("/t")
        kind = Kind.SZ if kind_word is None else _KINDS.get(kind_word.text.casefold())
        if kind is None:
            refuse(command, self._diagnostics, (f"unknown type {quoted(options['/t'].text)}", options["/t"].span))
            return None
        data = options.get("/d") or replace(command.words[1], text="", breaks=())
        for variable in command.variables:
            self._diagnostics.not_understood(VALUE_IS_NOT_KNOWN, variable.span)
        if command.variables:
            self._open_places.append(data.span)
            return Value(name, kind, data, is_open=True)
        if kind in _BITS:
            number = _number(data.text)
            if number is None or number >> _BITS[kind]:
                reason = f"{quoted(data.text)} is not a number of {_BITS[kind]} bits"
                refuse(command, self._diagnostics, (reason, data.span))
                return None
            return Value(name, kind, data, number=number, data=number.to_bytes(_BITS[kind] // 8, "little"))
        if kind is Kind.BINARY:
            try:
                return Value(name, kind, data, data=bytes.fromhex(data.text))
            except ValueError:
                refuse(command, self._diagnostics, ("the data are not hexadecimal digits", data.span))
                return None
        separator = options["/s"].text if "/s" in options else "\\0"
        text = data.text.replace(separator, "\0") if kind is Kind.MULTI_SZ else data.text
        return Value(name, kind, data, data=text.encode("utf-16-le", "surrogatepass") + b"\0\0")


_STARTS_OF_DRIVERS = frozenset({"boot", "system"})
"""What `sc config` takes for `start=` too (Microsoft Learn, "sc.exe config")."""


class ServiceReplay:
    """Carries out `sc` and `net`, and gives the resulting services."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics
        self._starts: dict[str, Setting[str]] = {}
        self._states: dict[str, Setting[str]] = {}

    def apply(self, command: Command) -> None:
        """Carry out one command."""
        verb, *rest = command.words
        is_sc = command.context == "sc"
        shown = rest[0].text if is_sc else " ".join(word.text for word in rest).split(" /")[0]
        name = SERVICES[shown.casefold()]
        if verb.text.casefold() != "config":
            status = "running" if verb.text.casefold() == "start" else "stopped"
            self._states[name] = Setting(status, command.span)
            return
        texts = [word.text.casefold() for word in rest]
        at = next((index for index in range(len(texts) - 2) if texts[index : index + 2] == ["start", "="]), None)
        if at is None:
            return
        start, place = STARTS_OF_SC.get(texts[at + 2]), rest[at + 2].span
        if start is None and texts[at + 2] not in _STARTS_OF_DRIVERS and not command.variables:
            reason = f"unknown start of a service {quoted(rest[at + 2].text)}"
            refuse(command, self._diagnostics, (reason, place))
            return
        if start is not None:
            self._starts[name] = Setting(start, place)
        for variable in command.variables:
            self._diagnostics.not_understood(VALUE_IS_NOT_KNOWN, variable.span)
            if variable.span == place:
                self._starts[name] = Setting(Unknown(rest[at + 2].text), place)

    def finish(self) -> Policy:
        """The services after the commands."""
        names = dict.fromkeys((*self._starts, *self._states))
        return Policy(
            services=tuple(
                ServiceState(name=name, start=self._starts.get(name), status=self._states.get(name)) for name in names
            )
        )


def _path(text: str) -> str:
    hive, _, rest = text.strip("\\").partition("\\")
    return f"{HIVES.get(hive.upper(), hive)}\\{rest}"


def _number(text: str) -> int | None:
    if text.casefold().startswith("0x"):
        digits = text[2:]
        return (
            int(digits, 16)
            if 0 < len(digits) <= 16 and all(sign in "0123456789abcdefABCDEF" for sign in digits)
            else None
        )
    return decimal(text)
