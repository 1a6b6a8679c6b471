"""`netsh ipsec dynamic set config`: settings of the IPsec driver and the IKE service.

Properties and values are those of the tool's help. Those that the model does not hold are checked for their
range and otherwise left alone: they bear on logging and on the time before the policy is in force.
"""

from __future__ import annotations

from typing import Any

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.tags import listing, unique_prefix
from ipseclint.model.policy import CrlCheck, Dialect, GlobalSettings
from ipseclint.model.setting import Setting, Unknown
from ipseclint.source import Span
from ipseclint.vocabulary.rows import readings

_NUMBERS = {
    "ipsecdiagnostics": range(8),
    "ikelogging": range(2),
    "strongcrlcheck": range(3),
    "ipsecloginterval": range(60, 86_401),
    "ipsecexempt": range(4),
}
_BOOT_MODES = ("stateful", "block", "permit")
_WORDS = ("bootmode", "bootexemptions")
_CRL_CHECKS = readings(CrlCheck, lambda check: check.row.netsh_ipsec)


class DriverConfig:
    """The settings that a script makes; a later command replaces an earlier one."""

    def __init__(self) -> None:
        self._settings: dict[str, Any] = {}
        self._span: Span | None = None

    def apply(self, name: Token, value: Token, span: Span, diagnostics: Diagnostics) -> None:
        """Carry out one `set config`; what netsh refuses is malformed."""
        properties = unique_prefix(name.text, (*_NUMBERS, *_WORDS))
        if len(properties) != 1:
            known = listing(properties or (*_NUMBERS, *_WORDS))
            diagnostics.malformed(f"unknown property {quoted(name.text)}: there are {known}", name.span)
        elif properties[0] in _NUMBERS:
            self._apply_number(properties[0], value, span, diagnostics)
        elif properties[0] == "bootmode" and len(unique_prefix(value.text, _BOOT_MODES)) != 1:
            message = f"unknown boot mode {quoted(value.text)}: there are {listing(_BOOT_MODES)}"
            diagnostics.malformed(message, value.span)

    def objects(self) -> tuple[GlobalSettings, ...]:
        """The settings that the model holds, as one object; none if the script makes none."""
        if self._span is None:
            return ()
        return (GlobalSettings(span=self._span, dialect=Dialect.DYNAMIC, **self._settings),)

    def _apply_number(self, name: str, value: Token, span: Span, diagnostics: Diagnostics) -> None:
        place = value.span
        number, allowed = decimal(value.text), _NUMBERS[name]
        level: Setting[int]
        if number is not None and number in allowed:
            level = Setting(number, place)
        else:
            message = f"{quoted(value.text)} is out of range: `{name}` is {allowed[0]} to {allowed[-1]}"
            diagnostics.unknown_value(message, place)
            if diagnostics.problems:
                return
            level = Setting(Unknown(value.text), place)
        if name == "ipsecexempt":
            self._settings["legacy_exempt_level"] = level
        elif name == "strongcrlcheck":
            known = level.known
            self._settings["crl_check"] = Setting(
                Unknown(value.text) if known is None else _CRL_CHECKS[str(known)], place
            )
            self._settings["crl_check_level"] = level
        else:
            return
        self._span = self._span or span
