"""A command that is refused is named as the script calls it, also by a name that its cmdlet had before."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.powershell.script.format import parse
from ipseclint.source import bytes_source


@cases(
    ("typed", "named"),
    [
        ("Set-VpnServerIPsecConfiguration", "Set-VpnServerIPsecConfiguration"),
        ("Set-VpnServerConfiguration", "Set-VpnServerConfiguration"),
        ("set-vpnserverconfiguration", "Set-VpnServerConfiguration"),
    ],
)
def test_a_refused_command_is_named_as_it_is_called(typed: str, named: str) -> None:
    (refused,) = parse(bytes_source("a.ps1", f"{typed} -Colour 3\n".encode())).policy.refused_commands
    assert refused.command == named
    assert refused.reason == f"`-Colour` is not a parameter of {named}"
