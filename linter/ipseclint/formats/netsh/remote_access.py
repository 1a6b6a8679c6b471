"""`netsh ras set ikev2connection` and `ikev2saexpiry`: the timers of IKEv2 on a VPN server, as the registry holds them.

Source: the page `netsh ras` of the Windows Commands reference (MicrosoftDocs/windowsserverdocs), with its units; the
values that they become are those of MS-RRASM 2.2.3.4.2.
"""

from __future__ import annotations

from typing import NamedTuple

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.netsh.command import VALUE_IS_NOT_KNOWN, Command, open_tags, refuse
from ipseclint.formats.netsh.tags import resolve_arguments
from ipseclint.formats.registry.policy import decode
from ipseclint.formats.registry.tree import Key, Kind, Value
from ipseclint.model.policy import Policy
from ipseclint.vocabulary.registry_keys import CONTROL_SET, VPN_SERVER


class _Timer(NamedTuple):
    """A value of the registry, and how many of its units are in one of the command's."""

    value: str
    factor: int


_MINUTES, _MEGABYTES = 60, 1024
_TIMERS = {
    "ikev2connection": {
        "idletimeout": _Timer("idleTimeout", _MINUTES),
        "nwoutagetime": _Timer("networkBlackoutTime", _MINUTES),
    },
    "ikev2saexpiry": {
        "saexpirytime": _Timer("saLifeTime", _MINUTES),
        "sadatasizelimit": _Timer("saDataSize", _MEGABYTES),
    },
}
_KEY = rf"HKEY_LOCAL_MACHINE\{CONTROL_SET}\{VPN_SERVER}"


class RemoteAccessReplay:
    """Carries out the commands, and tells what the registry holds then."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics
        self._tree = Key.root(diagnostics.path)

    def apply(self, command: Command) -> bool:
        """Carry out one command; False if netsh refuses it."""
        timers = _TIMERS[command.words[1].text.casefold()]
        arguments = resolve_arguments(command.words[2:], tuple(timers))
        reasons = [(problem.message, problem.span) for problem in arguments.problems]
        open_ = open_tags(command.variables, arguments.values)
        values: list[Value] = []
        for argument in arguments.ordered:
            number = decimal(argument.value.text)
            timer = timers[argument.tag]
            if argument.tag in open_:
                values.append(Value(timer.value, Kind.DWORD, argument.value, is_open=True))
            elif number is None or number * timer.factor >> 32:
                reasons.append((f"{quoted(argument.value.text)} is not a number", argument.value.span))
            else:
                number *= timer.factor
                data = number.to_bytes(4, "little")
                values.append(Value(timer.value, Kind.DWORD, argument.value, number=number, data=data))
        if reasons:
            refuse(command, self._diagnostics, *reasons)
            return False
        for variable in command.variables:
            self._diagnostics.not_understood(VALUE_IS_NOT_KNOWN, variable.span)
        key = self._tree.make(_KEY, command.span)
        if key is not None:
            for value in values:
                key.set(value)
        return True

    def finish(self) -> Policy:
        """What the values that the commands wrote amount to."""
        return decode(self._tree, self._diagnostics, is_whole=False).policy if self._tree.keys else Policy()
