"""Replay of a script's commands: one replay object for each tool."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.command import Command
from ipseclint.formats.netsh.hosts import Host
from ipseclint.formats.netsh.lexer import Lexer
from ipseclint.late import late_names
from ipseclint.model.machine import merge_policies
from ipseclint.model.policy import Policy

if TYPE_CHECKING:
    from ipseclint.formats.netsh.advfirewall.aims import Aim
    from ipseclint.formats.netsh.advfirewall.alike_commands import AlikeRules
    from ipseclint.formats.netsh.advfirewall.commands import AdvfirewallReplay
    from ipseclint.formats.netsh.advfirewall.state import ScriptedRule
    from ipseclint.formats.netsh.call_arguments import CallArguments
    from ipseclint.formats.netsh.ip_security.fast_filters import take_filters
else:
    (take_filters,) = late_names("ipseclint.formats.netsh.ip_security.fast_filters", "take_filters")

_ASKS_FOR_HELP = frozenset({"?", "/?", "-?"})
"""What netsh takes behind a command for the question what it takes ("followed by a space, and then type ?")."""
_MAX_WORDS_WITH_HELP = 4
_WORDS_BEFORE_OBJECT = 1

_STATIC = "ipsec static"
_ADVFIREWALL = "advfirewall"
_OLDER = "ipseccmd"


class Replay(Protocol):
    """Carries out the commands of one group of contexts, and gives the resulting policy."""

    def apply(self, command: Command) -> bool | None:
        """Carry out one command; True if it surely finds what it changes."""

    def finish(self) -> Policy:
        """The policy after the commands so far."""


class Replays:
    """One replay for each tool, `by_tool`. Modules of the rarer tools are loaded with their first command."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics
        self.by_tool: dict[str, Replay] = {}
        self._take_filters: Callable[[Sequence[str], int, int, Lexer], int] | None = None
        self._policies: Callable[[], frozenset[str]] = frozenset
        self._older_commands = 0
        self._advfirewall: AdvfirewallReplay | None = None
        self._alike: AlikeRules | None = None

    def takes_filters(self, lines: Sequence[str], place: int, number: int, lexer: Lexer) -> int:
        """Carry out the plain filters that follow each other from a place on, once the script set up IP Security
        Policies; how many lines they take. `number` is that of the line at the place."""
        return 0 if self._take_filters is None else self._take_filters(lines, place, number, lexer)

    def takes_rules(
        self, lines: Sequence[str], place: int, number: int, arguments: CallArguments | None, lexer: Lexer
    ) -> int:
        """Carry out the lines from a place on that add rules to the local store like earlier lines; how many these are.

        `number` is that of the line at the place.
        """
        replay = self._advfirewall
        if replay is None or not (replay.adds_locally and lexer.is_plain):
            return 0
        if self._alike is None:
            from ipseclint.formats.netsh.advfirewall.alike_commands import AlikeRules

            self._alike = AlikeRules(lexer.host, lexer.path, partial(_rule_alone, lexer.host, lexer.path))
        taken, last = 0, None
        for line in map(lines.__getitem__, range(place, len(lines))):
            made = None if line.endswith("^") or "!" in line else self._alike.rule(number + taken, line)
            if made is None:
                break
            rule, part = made
            if part is not last:
                lexer.adds_again(part)
                last = part
            lexer.pass_over(number + taken, line, arguments)
            replay.add(rule)
            taken += 1
        return taken

    def apply(self, command: Command, lexer: Lexer) -> None:
        """Pass a command to the replay of its tool; if it is not understood, objects that it names may exist."""
        if _asks_for_help(command.words):
            return
        if command.context == _OLDER:
            self._apply_older(command, lexer)
            return
        tool = "sc" if command.context == "net" else command.context
        tool = tool if tool in {_STATIC, *_MAKERS} else _ADVFIREWALL
        if tool not in self.by_tool:
            self.by_tool[tool] = self._made(tool)
        noted = self._diagnostics.count
        if not self.by_tool[tool].apply(command):
            lexer.failed()
        if self._diagnostics.count > noted + len(command.variables):
            lexer.unfollowed.keeps(command.words)

    def _apply_older(self, command: Command, lexer: Lexer) -> None:
        """Carry out a command of an older tool by equivalent netsh commands."""
        from ipseclint.formats.netsh.ip_security.older_tools import static_commands

        self._older_commands += 1
        for netsh_command in static_commands(command, self._older_commands, self._policies()):
            self.apply(netsh_command, lexer)

    def _made(self, tool: str) -> Replay:
        if tool == _STATIC:
            return self._static()
        if tool != _ADVFIREWALL:
            return _MAKERS[tool](self._diagnostics)
        self._advfirewall = _advfirewall(self._diagnostics)
        return self._advfirewall

    def _static(self) -> Replay:
        from ipseclint.formats.netsh.ip_security.static import StaticReplay

        static = StaticReplay(self._diagnostics)
        self._policies = static.policy_names
        self._take_filters = partial(take_filters, replay=static)
        return static

    @property
    def aims(self) -> Sequence[Aim]:
        """The commands that look for rules, in order."""
        return () if self._advfirewall is None else self._advfirewall.aims

    def note_aims(self, policy: Policy) -> None:
        """Note commands that may find a rule of the policy that no netsh command made."""
        if self._advfirewall is not None and self._advfirewall.aims:
            from ipseclint.formats.netsh.advfirewall.aims import note_aims

            note_aims(self._advfirewall.aims, self._advfirewall.made_at(), policy, self._diagnostics)

    def finish(self) -> Policy:
        """The policy after the commands of all tools."""
        tools = sorted(self.by_tool, key=lambda tool: tool != _STATIC)
        policies = [self.by_tool[tool].finish() for tool in tools]
        return merge_policies(tuple(policy for policy in policies if not policy.is_empty) or (Policy(),))


def _asks_for_help(words: Sequence[Token]) -> bool:
    """Whether a command asks what netsh takes here; `help` stands where the object of a verb would."""
    if words[-1].text in _ASKS_FOR_HELP:
        return len(words) <= _MAX_WORDS_WITH_HELP
    return len(words) == _WORDS_BEFORE_OBJECT + 1 and words[-1].word == "help"


def _rule_alone(host: Host, path: str, number: int, line: str) -> ScriptedRule | None:
    """The rule that a line adds, read on its own; None if it does anything else, or if there is something to report."""
    diagnostics = Diagnostics(path)
    lexer, replay = Lexer(host, diagnostics), _advfirewall(diagnostics)
    commands = [*lexer.feed(number, line), *lexer.close()]
    if len(commands) != 1 or not replay.apply(commands[0]) or diagnostics != Diagnostics(path):
        return None
    return replay.only_rule()


def _advfirewall(diagnostics: Diagnostics) -> AdvfirewallReplay:
    from ipseclint.formats.netsh.advfirewall.commands import AdvfirewallReplay

    return AdvfirewallReplay(diagnostics)


def _dynamic(diagnostics: Diagnostics) -> Replay:
    from ipseclint.formats.netsh.ip_security.dynamic import DynamicReplay

    return DynamicReplay(diagnostics)


def _registry(diagnostics: Diagnostics) -> Replay:
    from ipseclint.formats.netsh.tools import RegistryReplay

    return RegistryReplay(diagnostics)


def _services(diagnostics: Diagnostics) -> Replay:
    from ipseclint.formats.netsh.tools import ServiceReplay

    return ServiceReplay(diagnostics)


def _certificates(_diagnostics: Diagnostics) -> Replay:
    from ipseclint.formats.netsh.certificates import CertificateReplay

    return CertificateReplay()


def _audited(diagnostics: Diagnostics) -> Replay:
    from ipseclint.formats.netsh.audited import AuditReplay

    return AuditReplay(diagnostics)


def _remote_access(diagnostics: Diagnostics) -> Replay:
    from ipseclint.formats.netsh.remote_access import RemoteAccessReplay

    return RemoteAccessReplay(diagnostics)


_MAKERS: dict[str, Callable[[Diagnostics], Replay]] = {
    "ipsec dynamic": _dynamic,
    "ras": _remote_access,
    "reg": _registry,
    "sc": _services,
    "certutil": _certificates,
    "auditpol": _audited,
}
