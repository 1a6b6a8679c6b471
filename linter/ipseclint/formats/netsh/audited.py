"""The replay of `auditpol` in a script: what it leaves audited of IPsec."""

from __future__ import annotations

from ipseclint.formats.events.audit_commands import Audited, options_of
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.netsh.command import Command
from ipseclint.formats.netsh.words import whole_words
from ipseclint.model.policy import Policy


class AuditReplay:
    """Carries out the commands, and gives what is audited."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self._audited = Audited(diagnostics)

    def apply(self, command: Command) -> None:
        """Carry out one command."""
        _, verb, *options = whole_words(command.words)
        self._audited.take(verb.text, options_of(options), command.span)

    def finish(self) -> Policy:
        """What is audited after the commands."""
        return Policy(audit=tuple(self._audited.settings()))
