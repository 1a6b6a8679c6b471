"""Whether edits can be written: as netsh, as PowerShell, or into the file that a policy came from."""

from __future__ import annotations

from collections.abc import Sequence

from ipseclint.model.change import Edit
from ipseclint.model.machine import Machine, PolicyIndex
from ipseclint.model.policy import Dialect
from ipseclint.repair.commands.arguments import Unwritable
from ipseclint.repair.commands.given_names import as_if_named
from ipseclint.repair.commands.netsh import batch_commands, netsh_lines
from ipseclint.repair.commands.powershell import powershell_commands
from ipseclint.repair.commands.vpn import NOT_IN_NETSH, vpn_commands
from ipseclint.repair.plan import WhyNot
from ipseclint.repair.script.profiles import why_not_in_profile
from ipseclint.repair.script.rewriting import why_not_in_script


def writer_for(language: str) -> WhyNot:
    """The function that says why edits cannot be written as `netsh` or `powershell`, or into a script or a VPN
    `profile`."""
    return {
        "netsh": _netsh,
        "powershell": _powershell,
        "powershell-script": _in_powershell_script,
        "script": why_not_in_script,
        "profile": why_not_in_profile,
    }[language]


def _netsh(edits: Sequence[Edit], machine: Machine) -> str | None:
    if _of_vpn(edits):
        return NOT_IN_NETSH
    lines = netsh_lines(edits, machine.index)
    commands = lines if isinstance(lines, Unwritable) else batch_commands(lines)
    return commands.reason if isinstance(commands, Unwritable) else None


def _powershell(edits: Sequence[Edit], machine: Machine) -> str | None:
    return _why_not_powershell(edits, machine.index)


def _in_powershell_script(edits: Sequence[Edit], machine: Machine) -> str | None:
    return _why_not_powershell(edits, machine.once(_index_as_if_named))


def _index_as_if_named(machine: Machine) -> PolicyIndex:
    return PolicyIndex(as_if_named(machine.policy)) if machine.policy.names_given else machine.index


def _why_not_powershell(edits: Sequence[Edit], index: PolicyIndex) -> str | None:
    write = vpn_commands if _of_vpn(edits) else powershell_commands
    commands = write(edits, index)
    return commands.reason if isinstance(commands, Unwritable) else None


def _of_vpn(edits: Sequence[Edit]) -> bool:
    return any(edit.subject.dialect is Dialect.VPN for edit in edits)
