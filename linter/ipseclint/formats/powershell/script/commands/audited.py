"""What is audited of IPsec after the commands of `auditpol` that a script runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.command import WHAT_IS_NOT_KNOWN
from ipseclint.formats.powershell.script.evaluator import Call
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.value import text_of
from ipseclint.model.policy import Policy

if TYPE_CHECKING:
    from ipseclint.formats.events.audit_commands import Audited

_FLAGS = ("/success:", "/failure:")
"""How the options begin whose value may be unknown without hiding what is set."""


class AuditChanges:
    """Carries out the commands in their order; the module of their replay is loaded with the first."""

    def __init__(self, syntax: Syntax, diagnostics: Diagnostics) -> None:
        self._syntax = syntax
        self._diagnostics = diagnostics
        self._audited: Audited | None = None

    def change(self, call: Call) -> bool:
        """Carry out a command; whether it sets what is audited of IPsec."""
        from ipseclint.formats.events.audit_commands import Audited, bears_on_ipsec, options_of

        values = [item for each in call.arguments if each.value is not None for item in flat(each.value)]
        written = [self._syntax.token(value) for value in values]
        words = [
            word if value.is_unknown else word.standing_for(text_of(value))
            for word, value in zip(written, values, strict=True)
        ]
        unknown = [word for word, value in zip(words, values, strict=True) if value.is_unknown]
        is_named = bears_on_ipsec(words)
        is_open = next((word for word in unknown if not word.word.startswith(_FLAGS)), None)
        if is_open is not None and (is_named or _may_be_any(words, is_open)):
            self._diagnostics.not_understood(WHAT_IS_NOT_KNOWN, is_open.span)
            return True
        if not is_named:
            return False
        self._audited = self._audited or Audited(self._diagnostics)
        self._audited.take(words[0].text, options_of(words[1:]), self._syntax.span(call.start, call.end))
        return True

    def policy(self) -> Policy:
        """What is audited after the commands."""
        return Policy() if self._audited is None else Policy(audit=tuple(self._audited.settings()))


def _may_be_any(words: Sequence[Token], unknown: Token) -> bool:
    """Whether a word that is not known may be the verb, or an option behind `/set`."""
    return not unknown.text.startswith("/") and (words[0] is unknown or words[0].word == "/set")
