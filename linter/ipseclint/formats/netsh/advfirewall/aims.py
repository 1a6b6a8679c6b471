"""Rules that commands of netsh look for, to change or delete them, and that other commands of a script make."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.netsh.advfirewall.state import ALL
from ipseclint.model.policy import ConnectionSecurityRule, Dialect, MainModeRule, Policy
from ipseclint.source import Span

AIMED = {"set": "changes", "delete": "takes out"}
"""The verbs that look for rules, and what they do to those they find."""


class Aim(Struct, frozen=True):
    """A command that looks for rules by a folded name, or for all."""

    verb: str
    name: str
    span: Span

    def meets(self, name: str) -> bool:
        """Whether it finds a rule of a name."""
        return self.name in {ALL, name.casefold()}

    def said_of(self, makers: str) -> str:
        """The message on rules that others made before, and that it may find."""
        return f"whether netsh {AIMED[self.verb]} rules that {makers} here is not followed"


def note_aims(aims: Sequence[Aim], own: set[Span], policy: Policy, diagnostics: Diagnostics) -> None:
    """Note commands that may find a rule which something else than netsh has made in a policy, above them."""
    rules: list[ConnectionSecurityRule | MainModeRule] = [*policy.connection_security_rules, *policy.main_mode_rules]
    others = [rule for rule in rules if rule.dialect is Dialect.WFAS and rule.span not in own] if aims else []
    first: dict[str, int] = {}
    for rule in others:
        line = rule.span.line if rule.span.path == diagnostics.path else 0
        for name in (ALL, rule.name.casefold()):
            first[name] = min(line, first.get(name, line))
    for aim in aims:
        if first.get(aim.name, aim.span.line) < aim.span.line:
            diagnostics.not_understood(aim.said_of("other commands make"), aim.span)
