"""`netsh ras set ikev2connection`, `ikev2saexpiry` and `wanports`: timers and ports of a VPN server, as the registry
holds them.

Source: the page `netsh ras` of the Windows Commands reference (MicrosoftDocs/windowsserverdocs), with its units; the
values that they become are those of MS-RRASM 2.2.3.4.2 and 2.2.3.3.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.command import VALUE_IS_NOT_KNOWN, Command, open_tags, refuse
from ipseclint.formats.netsh.tags import resolve_arguments
from ipseclint.formats.registry.policy import decode
from ipseclint.formats.registry.tree import Key, Kind, Value
from ipseclint.model.policy import Policy
from ipseclint.vocabulary.registry_keys import CONTROL_SET, VPN_PORTS, VPN_SERVER


class _Timer(NamedTuple):
    """A registry value, and its units per unit of the command's."""

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
_PORTS = "wanports"
_OF_PORTS = ("device", "rasinonly", "ddinout", "ddoutonly", "phone", "maxports")
_TAKES = {"enabled": 1, "disabled": 0}
"""The words of `rasinonly`, and what the registry holds of them."""
_DEVICES = rf"HKEY_LOCAL_MACHINE\{CONTROL_SET}\{VPN_PORTS}"
_MINIPORTS = {
    "(ikev2)": "ms_agilevpnminiport",
    "(l2tp)": "ms_l2tpminiport",
    "(sstp)": "ms_sstpminiport",
    "(pptp)": "ms_pptpminiport",
}
"""The ComponentId of each device that VPN clients come to, by how its name ends: Windows has the words before that in
its own language, as `WAN-Miniport (IKEv2)` in German."""


class RemoteAccessReplay:
    """Carries out the commands, and gives the resulting registry policy."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics
        self._tree = Key.root(diagnostics.path)

    def apply(self, command: Command) -> bool:
        """Carry out one command; False if netsh refuses it."""
        sets = command.words[1].text.casefold()
        return self._set_ports(command) if sets == _PORTS else self._set_timers(command, _TIMERS[sets])

    def _set_ports(self, command: Command) -> bool:
        """Set the number of ports of a device; ports that take no clients do not count.

        Without `rasinonly` it remains whether they take clients, which the command does not say.
        """
        arguments = resolve_arguments(command.words[2:], _OF_PORTS)
        given = {tag: argument.value for tag, argument in arguments.values.items()}
        device, most, takes = (given.get(tag) for tag in ("device", "maxports", "rasinonly"))
        number = None if most is None else decimal(most.text)
        number = None if number is None or number >> 32 else number
        reasons = [(problem.message, problem.span) for problem in arguments.problems]
        open_ = open_tags(command.variables, arguments.values)
        if most is not None and number is None and "maxports" not in open_:
            reasons.append((f"{quoted(most.text)} is not a number", most.span))
        if reasons:
            refuse(command, self._diagnostics, *reasons)
            return False
        for variable in command.variables:
            self._diagnostics.not_understood(VALUE_IS_NOT_KNOWN, variable.span)
        kind = None if device is None else _MINIPORTS.get(device.text.casefold().rpartition(" ")[2])
        key = None if kind is None or open_ else self._tree.make(rf"{_DEVICES}\{kind}", command.span)
        if device is None or kind is None or key is None:
            return True
        key.set(Value("ComponentId", Kind.SZ, device.standing_for(kind)))
        said = None if takes is None else _TAKES.get(takes.text.casefold())
        if takes is not None and said is not None:
            key.set(_number("EnableForRas", takes, said))
        elif takes is not None:
            self._diagnostics.unknown_value(f"{quoted(takes.text)} is neither `enabled` nor `disabled`", takes.span)
            key.set(Value("EnableForRas", Kind.DWORD, takes, is_open=True))
        elif most is not None and key.get("EnableForRas") is None:
            self._diagnostics.not_read("maxports without rasinonly")
        if most is not None and number is not None:
            key.set(_number("WanEndpoints", most, number))
        return True

    def _set_timers(self, command: Command, timers: Mapping[str, _Timer]) -> bool:
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
                values.append(_number(timer.value, argument.value, number * timer.factor))
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
        """The policy in the values that the commands wrote."""
        return decode(self._tree, self._diagnostics, is_whole=False).policy if self._tree.keys else Policy()


def _number(name: str, word: Token, number: int) -> Value:
    return Value(name, Kind.DWORD, word, number=number, data=number.to_bytes(4, "little"))
