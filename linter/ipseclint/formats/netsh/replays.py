"""What carries out the commands of a script, one replay for each tool."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.netsh.command import Command
from ipseclint.formats.netsh.hosts import BATCH
from ipseclint.formats.netsh.lexer import Lexer
from ipseclint.model.machine import merge_policies
from ipseclint.model.policy import Policy

_MAX_PIECES = 16
"""Reasoned: over so many lines at most is a filter written."""

_ASKS_FOR_HELP = frozenset({"?", "/?", "-?"})
"""What netsh takes behind a command for the question what it takes ("followed by a space, and then type ?")."""
_MAX_WORDS_WITH_HELP = 4

_STATIC = "ipsec static"
_OLDER = "ipseccmd"


class Replay(Protocol):
    """What carries out the commands of one group of contexts and tells what they leave behind."""

    def apply(self, command: Command) -> bool | None:
        """Carry out one command; True if it surely finds what it changes."""

    def finish(self) -> Policy:
        """The policy that the commands so far amount to."""


class Replays:
    """One replay for each tool. The modules of the rarer ones are loaded with their first command."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics
        self._by_tool: dict[str, Replay] = {}
        self._take_filter: Callable[..., bool] | None = None
        self._policies: Callable[[], frozenset[str]] = frozenset
        self._older_commands = 0

    def takes_filter(self, number: int, line: str, lexer: Lexer) -> bool:
        """Whether a line is a plain filter of a script that has set up IP Security Policies before, and is done."""
        return self._take_filter is not None and self._take_filter(line, number, lexer)

    def takes_continued_filter(self, number: int, lines: Sequence[str], lexer: Lexer) -> int:
        """The number of the last line of a plain filter over several lines of a batch file, if it is done; else 0."""
        if self._take_filter is None or lexer.host is not BATCH:
            return 0
        pieces: list[str] = []
        for last, line in enumerate(lines[number - 1 : number - 1 + _MAX_PIECES], start=number):
            # cmd.exe takes the first letter of a further line for what it is, which makes no difference to a blank.
            if pieces and line[:1] not in {" ", "\t"}:
                return 0
            pieces.append(line.removesuffix("^"))
            if line.endswith("^") and line.count('"') % 2:
                return 0
            if not line.endswith("^"):
                whole = "".join(pieces)
                return last if self._take_filter(whole, number, lexer, len(pieces[0])) else 0
        return 0

    def apply(self, command: Command, lexer: Lexer) -> None:
        """Hand a command to the replay of its tool; what it names may exist if it is not understood."""
        if command.words[-1].text in _ASKS_FOR_HELP and len(command.words) <= _MAX_WORDS_WITH_HELP:
            return
        if command.context == _OLDER:
            self._apply_older(command, lexer)
            return
        tool = "sc" if command.context == "net" else command.context
        tool = tool if tool in {_STATIC, *_MAKERS} else "advfirewall"
        if tool not in self._by_tool:
            self._by_tool[tool] = self._static() if tool == _STATIC else _MAKERS[tool](self._diagnostics)
        noted = self._diagnostics.count
        if not self._by_tool[tool].apply(command):
            lexer.failed()
        if self._diagnostics.count > noted + len(command.variables):
            lexer.unfollowed.keeps(command.words)

    def _apply_older(self, command: Command, lexer: Lexer) -> None:
        """Carry out a command of an older tool as those of netsh that leave the same."""
        from ipseclint.formats.netsh.ip_security.older_tools import static_commands

        self._older_commands += 1
        for netsh_command in static_commands(command, self._older_commands, self._policies()):
            self.apply(netsh_command, lexer)

    def _static(self) -> Replay:
        from ipseclint.formats.netsh.ip_security.fast_filters import take_filter
        from ipseclint.formats.netsh.ip_security.static import StaticReplay

        static = StaticReplay(self._diagnostics)
        self._policies = static.policy_names
        self._take_filter = lambda line, number, lexer, first_line=None: take_filter(
            line, number, lexer, static, first_line
        )
        return static

    def finish(self) -> Policy:
        """What all tools' commands amount to."""
        tools = sorted(self._by_tool, key=lambda tool: tool != _STATIC)
        policies = [self._by_tool[tool].finish() for tool in tools]
        return merge_policies(tuple(policy for policy in policies if not policy.is_empty) or (Policy(),))


def _advfirewall(diagnostics: Diagnostics) -> Replay:
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


def _remote_access(diagnostics: Diagnostics) -> Replay:
    from ipseclint.formats.netsh.remote_access import RemoteAccessReplay

    return RemoteAccessReplay(diagnostics)


_MAKERS: dict[str, Callable[[Diagnostics], Replay]] = {
    "ipsec dynamic": _dynamic,
    "advfirewall": _advfirewall,
    "ras": _remote_access,
    "reg": _registry,
    "sc": _services,
    "certutil": _certificates,
}
