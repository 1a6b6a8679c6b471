"""A repair as a script to run: netsh in a batch file, or PowerShell; with the rollback in the same file.

It stops at the first step that fails. The rollback continues past a step that fails, since that step may never have
been made, and reports it at the end. The script prompts for preshared keys, which it must not contain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from ipseclint.late import late
from ipseclint.model.change import Edit
from ipseclint.model.dialect import UNKNOWN_DOMAIN
from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import Policy
from ipseclint.repair.commands import netsh
from ipseclint.repair.commands.arguments import GPO_PLACEHOLDER, PSK_PLACEHOLDER, Unwritable, powershell_string
from ipseclint.repair.commands.powershell import Command, powershell_steps
from ipseclint.repair.commands.vpn import NOT_IN_NETSH, owner_of_edit, vpn_commands


class Commented(NamedTuple):
    """An edit with the reasons for it, one comment for each finding. `policy` is the state before it, if given."""

    edit: Edit
    comments: tuple[str, ...]
    policy: Policy | None = None


_BATCH_KEY, _BATCH_ASKED = f'psk="{PSK_PLACEHOLDER}"', 'psk="%PSK%"'
_KEY = f"-PreSharedKey {powershell_string(PSK_PLACEHOLDER)}"
_KEY_OF_NETSH = late(rf"'(\w*psk)={re.escape(PSK_PLACEHOLDER)}'")
_GPO = f"-PolicyStore {powershell_string(GPO_PLACEHOLDER)}"
_GPO_OF_DOMAIN = late(rf"-PolicyStore '{UNKNOWN_DOMAIN}((?:[^']|'')*)'")


def batch_script(
    title: str, there: Sequence[Commented], back: Sequence[Commented], before: Policy, after: Policy, *, note: str = ""
) -> str:
    """A batch file of netsh commands; called with `rollback` it undoes what it did. A note stands below its title."""
    # Where the machine has delayed expansion on by default, a name such as !PATH! would be replaced.
    lines = [
        "@echo off",
        "setlocal DisableDelayedExpansion",
        f"rem {plain(title)}",
        *([f"rem {plain(note)}"] if note else []),
        "rem Run elevated. It ends at the first step that fails. Called with rollback it undoes what it did.",
        'if /i "%~1"=="rollback" goto rollback',
        "",
        *_lines(there, before, _batch_commands("goto failed"), "rem "),
        "exit /b 0",
        "",
        ":failed",
        "echo A step failed, and none after it was made. Called with rollback this undoes those before it. 1>&2",
        "exit /b 1",
        "",
        ":rollback",
        'set "FAILED=0"',
        *_lines(back, after, _batch_commands('set "FAILED=1"', goes_on=True), "rem "),
        'if "%FAILED%"=="1" echo A step of the way back failed: it may never have been made. Look at it. 1>&2',
        "exit /b %FAILED%",
    ]
    return "\r\n".join(lines) + "\r\n"


def powershell_script(
    title: str, there: Sequence[Commented], back: Sequence[Commented], before: Policy, after: Policy, *, note: str = ""
) -> str:
    """A PowerShell script; with -Rollback it undoes what it did. A note stands below its title."""
    forward = list(_lines(there, before, _forward, "# "))
    backward = list(_lines(back, after, _backward, "# "))
    asks = any(_GPO in line for line in (*forward, *backward))
    asks_domain = any(_GPO_OF_DOMAIN.search(line) for line in (*forward, *backward))
    parameters = "[switch]$Rollback" + (", [Parameter(Mandatory)][string]$PolicyStore" if asks else "")
    parameters += ", [Parameter(Mandatory)][string]$Domain" if asks_domain else ""
    lines = [
        f"# {plain(title)}",
        *([f"# {plain(note)}"] if note else []),
        "# Run elevated. It ends at the first step that fails. With -Rollback it undoes what it did.",
        *(["# -PolicyStore: the group policy object, DOMAIN/NAME with a backslash."] if asks else []),
        *(["# -Domain: the domain of the group policy objects."] if asks_domain else []),
        f"param({parameters})",
        "$ErrorActionPreference = 'Stop'",
        "if (-not $Rollback) {",
        *(f"    {line}" if line else "" for line in forward),
        "} else {",
        "    $failed = 0",
        *(f"    {line}" if line else "" for line in backward),
        '    if ($failed) { throw "$failed steps of the way back failed: they may never have been made." }',
        "}",
    ]
    text = "\n".join(lines).replace(_GPO, "-PolicyStore $PolicyStore") + "\n"
    return _GPO_OF_DOMAIN.sub(lambda match: f"-PolicyStore ($Domain + '{match[1]}')", text)


def plain(text: str) -> str:
    """Text for a comment, without characters that cmd.exe or PowerShell act on."""
    return re.sub(r"[^\w .,;:()/+=@-]", "_", text, flags=re.ASCII)


Writer = Callable[[Sequence[Edit], PolicyIndex], Iterable[str] | Unwritable]


def _lines(steps: Sequence[Commented], policy: Policy, write: Writer, comment: str) -> Iterator[str]:
    index = PolicyIndex(policy)
    for together in _one_command_each(steps, policy):
        texts = dict.fromkeys(text for step in together for text in step.comments)
        yield from (f"{comment}{plain(text)}" for text in texts)
        own = together[0].policy
        commands = write([step.edit for step in together], index if own is None else PolicyIndex(own))
        if isinstance(commands, Unwritable):
            yield f"{comment}  not written: {plain(commands.reason)}"
        else:
            yield from commands
        yield ""


def _one_command_each(steps: Sequence[Commented], policy: Policy) -> Iterator[list[Commented]]:
    """The steps as they are written: those on one VPN object are one command, which states its suite whole."""
    groups: dict[int, list[Commented]] = {}
    for step in steps:
        owner = owner_of_edit(step.edit, policy)
        groups.setdefault(id(step if owner is None else owner), []).append(step)
    yield from groups.values()


def _batch_commands(otherwise: str, *, goes_on: bool = False) -> Writer:
    """The function that writes an edit for a batch file, with what happens if a command fails, or a key is not entered.

    With `goes_on` the file continues then, so a command that needs the key must be skipped.
    """

    def write(edits: Sequence[Edit], index: PolicyIndex) -> Iterable[str] | Unwritable:
        if owner_of_edit(edits[0], index.policy) is not None:
            return Unwritable(NOT_IN_NETSH)
        (edit,) = edits
        script_lines = netsh.netsh_lines([edit], index)
        commands = script_lines if isinstance(script_lines, Unwritable) else netsh.batch_commands(script_lines)
        if isinstance(commands, Unwritable):
            return commands
        asks = any(_BATCH_KEY in command for command in commands)
        # The prompt is a line of its own: behind the name it would be taken for the key.
        asked = [f"echo Which preshared key has {plain(edit.subject.name)}?", 'set "PSK="', 'set /p "PSK="']
        asked += ["if not defined PSK echo No preshared key was given. 1>&2", f"if not defined PSK {otherwise}"]
        with_key = "if defined PSK " if asks and goes_on else ""
        return [
            *(asked if asks else []),
            *(f"{with_key}{each.replace(_BATCH_KEY, _BATCH_ASKED)} || {otherwise}" for each in commands),
        ]

    return write


def _forward(edits: Sequence[Edit], index: PolicyIndex) -> Iterable[str] | Unwritable:
    if owner_of_edit(edits[0], index.policy) is not None:
        return vpn_commands(edits, index, as_it_is=True)
    (edit,) = edits
    commands = powershell_steps([edit], index)
    return commands if isinstance(commands, Unwritable) else list(_checked(commands, edit))


def _backward(edits: Sequence[Edit], index: PolicyIndex) -> Iterable[str] | Unwritable:
    lines = _forward(edits, index)
    if isinstance(lines, Unwritable):
        return lines
    return ["try {", *(f"    {line}" for line in lines), "} catch { $failed++; Write-Warning $_ }"]


def _checked(commands: Iterable[Command], edit: Edit) -> Iterator[str]:
    """The commands with a check of each result: a cmdlet stops by itself, unless it was given nothing to change."""
    name = powershell_string(edit.subject.name)
    for command in commands:
        act = _KEY_OF_NETSH.sub(r"('\1=' + $presharedKey)", command.act.replace(_KEY, "-PreSharedKey $presharedKey"))
        if act != command.act:
            yield f"$presharedKey = Read-Host ('Preshared key of ' + {name})"
            yield "if (-not $presharedKey) { throw 'No preshared key was given.' }"
        if command.find is not None:
            yield f"$found = @({command.find})"
            yield f"if ($found.Count -ne 1) {{ throw ('Found not one but ' + $found.Count + ': ' + {name}) }}"
            yield f"$found | {act}"
        else:
            yield act
        if act.startswith("netsh.exe "):
            yield 'if ($LASTEXITCODE -ne 0) { throw "netsh.exe ended with $LASTEXITCODE" }'
