"""A line below a refused command that ends before a value: its rest is told, and a command of its own is not."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.kit.diagnostics import REST_OF_COMMAND, Diagnostics
from ipseclint.formats.powershell.script.reader import read_script
from ipseclint.source import bytes_source

RULE = 'New-NetIPsecRule -DisplayName "Lab" -RemoteAddress'
VPN = "Add-VpnConnection -Name V -ServerAddress v.example.com -TunnelType L2tp -L2tpPsk"


def told(script: str) -> list[tuple[int, int]]:
    diagnostics = Diagnostics("pasted.ps1")
    read_script(script, diagnostics)
    return [(each.span.line, each.span.column) for each in diagnostics.problems if each.message == REST_OF_COMMAND]


@cases(
    "script",
    [
        f"{RULE}\n10.0.0.0/8 -InboundSecurity Require\n",
        f"{RULE}\r\nvpn.example.com -InboundSecurity Require\r\n",
        'Set-VpnConnectionIPsecConfiguration -ConnectionName "V" -AuthenticationTransformConstants\nGCMAES128 -Force\n',
        "Set-NetFirewallSetting -Exemptions\nNone\n",
        "$p = New-NetIPsecMainModeCryptoProposal -Hash\nSHA256 -KeyExchange DH14\n",
    ],
)
def test_the_value_of_the_parameter_above_is_told(script: str) -> None:
    assert told(script) == [(2, 1)]


@cases(
    "script",
    [
        f"{RULE}\n\n\n\n\nSHA256\n",
        f"{RULE}\n\nGet-Date\n",
        f"{RULE}\n# 10.0.0.0/8\nSHA256\n",
        f"{RULE}\nGet-Date\n",
        f"{RULE}\nWrite-Log done\n",
        f"{RULE}\ngpupdate /force\n",
        f"{RULE}\nC:\\tools\\after.exe\n",
        f"{RULE}\n& 'after'\n",
        f"{RULE} `\n  10.0.0.0/8 -InboundSecurity Require\n",
        f"{RULE}; none\n",
        'New-NetIPsecRule -DisplayName "Lab" -Foo bar\nSHA256\n',
        "New-NetIPsecQuickModeCryptoSet -DisplayName M -Foo 1\nNew-NetIPsecPhase1AuthSet -DisplayName P -Proposal $p\n",
        "Get-Date -Format\nSHA256\n",
    ],
)
def test_a_command_of_its_own_is_no_rest(script: str) -> None:
    assert told(script) == []


@cases("between", ["\n\n", "\r\n\r\n", "\n\f\n", "\n  \n\n"])
def test_the_break_of_a_page_leaves_lines_empty(between: str) -> None:
    line = f"{RULE}{between}".count("\n") + 1
    assert told(f"{RULE}{between}10.0.0.0/8 -InboundSecurity Require\n") == [(line, 1)]
    assert told(f"$p = New-NetIPsecMainModeCryptoProposal -Hash{between}SHA256\n") == [(line, 1)]


def test_a_key_on_the_line_below_its_parameter_is_hidden() -> None:
    script = f"{VPN}\nZebra7horses stable -Force\n"
    diagnostics = Diagnostics("pasted.ps1")
    read_script(script, diagnostics)
    below = script.split("\n")[1]
    hidden = {below[each.column - 1 :][: each.length] for each in diagnostics.secrets if each.line == 2}
    assert {"Zebra7horses", "stable"} <= hidden
    assert "-Force" not in hidden


@cases(
    "parted",
    [
        "-ConnectionName V -CipherTransformConstants\nGCMAES128 -EncryptionMethod AES256 -Force\n",
        "-ConnectionName 'V' -EncryptionMethod\n\nAES256 -DHGroup Group14 -Force\n",
        "-ConnectionName V `\n  -CipherTransformConstants\nGCMAES128 -EncryptionMethod AES256 -Force\n",
    ],
)
@cases("path", ["vpn.ps1", "pasted.txt"])
def test_a_suite_whose_command_is_parted_is_not_known_and_nothing_else_is_said_of_it(parted: str, path: str) -> None:
    made = "Add-VpnConnection -Name V -ServerAddress v.example.com -TunnelType Ikev2\n"
    source = bytes_source(path, f"{made}Set-VpnConnectionIPsecConfiguration {parted}".encode())
    form = recognise(source)
    assert form is not None
    result = form.parse(source)
    assert [each.message for each in result.problems] == [REST_OF_COMMAND]
    assert not result.policy.refused_commands
    assert [each.custom_policy for each in result.policy.vpn_connections] == [None]
