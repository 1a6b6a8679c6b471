"""A repair as a script to run: netsh in a batch file, or PowerShell; with the way back in the same file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ipseclint.model.change import Edit
from ipseclint.model.index import PolicyIndex
from ipseclint.model.policy import Policy
from ipseclint.repair.commands import netsh
from ipseclint.repair.commands.powershell import powershell_commands
from ipseclint.repair.commands.quoting import Unwritable


class Commented(NamedTuple):
    """An edit with the words that say why: one comment a finding."""

    edit: Edit
    comments: tuple[str, ...]


def batch_script(
    title: str, there: Sequence[Commented], back: Sequence[Commented], before: Policy, after: Policy
) -> str:
    """A batch file of netsh commands; called with `rollback` it undoes what it did."""
    # Where the machine has delayed expansion on by default, a name such as !PATH! would be replaced.
    lines = [
        "@echo off",
        "setlocal DisableDelayedExpansion",
        f"rem {plain(title)}",
        "rem Run elevated. Called with rollback it undoes what it did.",
    ]
    lines += ['if /i "%~1"=="rollback" goto rollback', ""]
    lines += _batch(there, before)
    lines += ["exit /b 0", "", ":rollback"]
    lines += _batch(back, after)
    return "\r\n".join(lines) + "\r\n"


def powershell_script(
    title: str, there: Sequence[Commented], back: Sequence[Commented], before: Policy, after: Policy
) -> str:
    """A PowerShell script; with -Rollback it undoes what it did."""
    lines = [f"# {plain(title)}", "# Run elevated. With -Rollback it undoes what it did."]
    lines += ["param([switch]$Rollback)", "$ErrorActionPreference = 'Stop'", "if (-not $Rollback) {"]
    lines += [f"    {line}" if line else "" for line in _powershell(there, before)]
    lines += ["} else {"]
    lines += [f"    {line}" if line else "" for line in _powershell(back, after)]
    lines += ["}"]
    return "\n".join(lines) + "\n"


def plain(text: str) -> str:
    """Text for a comment, in which nothing means anything to cmd.exe or PowerShell."""
    return re.sub(r"[^\w .,;:()/+=@-]", "_", text, flags=re.ASCII)


def _batch(steps: Sequence[Commented], policy: Policy) -> list[str]:
    index = PolicyIndex(policy)
    lines: list[str] = []
    for step in steps:
        lines += [f"rem {plain(comment)}" for comment in step.comments]
        script_lines = netsh.netsh_lines([step.edit], index)
        commands = script_lines if isinstance(script_lines, Unwritable) else netsh.batch_commands(script_lines)
        if isinstance(commands, Unwritable):
            lines.append(f"rem   not written: {plain(commands.reason)}")
        else:
            lines += commands
        lines.append("")
    return lines


def _powershell(steps: Sequence[Commented], policy: Policy) -> list[str]:
    index = PolicyIndex(policy)
    lines: list[str] = []
    for step in steps:
        lines += [f"# {plain(comment)}" for comment in step.comments]
        commands = powershell_commands([step.edit], index)
        if isinstance(commands, Unwritable):
            lines.append(f"#   not written: {plain(commands.reason)}")
        else:
            lines += [line for command in commands for line in command.splitlines()]
        lines.append("")
    return lines
