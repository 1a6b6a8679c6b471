"""What a command showed of policy is read, or said."""

from __future__ import annotations

import pytest
from tests.cases import cases

from ipseclint.api import check_text

CONNECTION = (
    "PS C:\\> Get-VpnConnection\n\n\nName                 : A\nServerAddress        : vpn.example.com\n"
    "TunnelType           : Ikev2\nAuthenticationMethod : {Eap}\n\n\n"
)
TABLE = "Name  Enabled\n----  -------\nR1    True\nR2    False\n\n"
COLUMN = "Name\n----\nR1\n\n"
CUSTOM = "class CimInstance#MSFT_NetIKEP2AuthSet\n{\n  Name = R1\n}\n\n"
ERROR = (
    "Get-VpnConnection : VPN connection B was not found. : The system could not find the phone book entry.\n"
    "    + CategoryInfo          : NotSpecified: (B:root/Microsoft/...PS_VpnConnection) [], CimException\n"
    "    + FullyQualifiedErrorId : VPN 623,Get-VpnConnection\n\n"
)
LIST = "Some  : value\nOther : 7\n\n"


def said(text: str) -> list[tuple[str, int]]:
    report = check_text(text, "window.txt")
    return [
        (each.message.split("`")[1], each.span.line)
        for each in report.problems
        if "printed is not read" in each.message and each.span is not None
    ]


@pytest.mark.drawn(4)
@cases(
    "typed",
    [
        "Get-NetIPsecRule | ft Name, Enabled",
        "Get-NetIPsecMainModeCryptoSet -PolicyStore ActiveStore",
        "Get-NetFirewallSetting",
        "Get-VpnS2SInterface | select Name, NumberOfTries",
        "Get-VpnServerConfiguration",
        "Show-NetIPsecRule",
        "(Get-VpnAuthProtocol)",
    ],
)
@cases("printed", [TABLE, COLUMN, LIST, CUSTOM])
@cases("prompt", ["PS C:\\Windows\\system32> ", "PS> ", "PS C:\\> "])
def test_output_that_no_format_knows_is_said_where_it_begins(typed: str, printed: str, prompt: str) -> None:
    name = typed.strip("()").split()[0]
    text = f"{CONNECTION}{prompt}{typed}\n\n{printed}{prompt}\n"
    assert said(text) == [(name, CONNECTION.count("\n") + 3)]


@cases(
    ("typed", "printed"),
    [
        ("Get-NetIPsecRule", ""),
        ("Get-VpnConnectionTrigger -ConnectionName A", LIST),
        ("Get-NetIPsecMainModeSA", ""),
        ("Get-Date", LIST),
        ("Get-NetIPsecRule | ft Name", "There is none here.\n\n"),
        (
            "Get-VpnConnection -Name B",
            ERROR,
        ),
        ("netsh advfirewall show currentprofile", LIST),
    ],
)
def test_nothing_is_said_of_what_shows_no_policy(typed: str, printed: str) -> None:
    assert said(f"{CONNECTION}PS C:\\> {typed}\n\n{printed}PS C:\\>\n") == []


def test_an_output_that_is_read_is_not_said() -> None:
    report = check_text(f"{CONNECTION}PS C:\\> Get-NetIPsecRule | ft Name, Enabled\n\n{TABLE}", "window.txt")
    assert [each.objects for each in report.inputs] == [{"vpn_connection": 1}]
    assert said(CONNECTION) == []


SITE = """
Name                 : forti
Destination          : {203.0.113.60}
Protocol             : IKEv2
AuthenticationMethod : PSKOnly
EncryptionType       : RequireEncryption
ConnectionState      : Disconnected
LastError            : 13868
"""


@cases("above", ["", "PS C:\\> Get-VpnS2SInterface -Name forti | fl\n", "PS> Get-VpnS2SInterface\n"])
def test_an_interface_is_known_by_its_state_where_its_suite_is_not_shown(above: str) -> None:
    report = check_text(above + SITE, "interface.txt")
    assert [each.objects.get("vpn_interface") for each in report.inputs] == [1]
    assert {"RT016", "CR025"} <= {each.code for each in report.findings}


def test_a_destination_or_a_state_alone_is_no_interface() -> None:
    for line in ("ConnectionState      : Disconnected\n", "Destination          : {203.0.113.60}\n"):
        assert not check_text(SITE.replace(line, ""), "interface.txt").findings


SUITE = """PS C:\\> Get-VpnServerConfiguration -TunnelType IKEv2

TunnelType                       : IKEV2
CustomPolicy                     : True
EncryptionMethod                 : AES256
IntegrityCheckMethod             : SHA256
CipherTransformConstants         : GCMAES128
AuthenticationTransformConstants : GCMAES128
PfsGroup                         : PFS2048
DHGroup                          : Group14
"""


def test_the_suite_of_a_server_without_its_lifetimes_is_no_connection() -> None:
    (read,) = check_text(SUITE, "server.txt").inputs
    assert read.objects.get("vpn_server") == 1
    assert "vpn_connection" not in read.objects


EVENT = "CoId={1B}: The user A dialed a connection named B which has failed. The error code returned on failure is 809."
RULE = "netsh advfirewall consec add rule name=A endpoint1=any endpoint2=10.0.0.0/8 action=requestinrequestout"


@cases(
    ("script", "words"),
    [
        (
            "New-CimInstance -ClassName MDM_VPNv2_01 -Namespace root\\cimv2\\mdm\\dmmap -Property $xml\n",
            "MDM_VPNv2_01",
        ),
        ("$class = 'MDM_VPNv2_01'\n$session.CreateInstance('root', $instance)\n", "MDM_VPNv2_01"),
        ("$pbk = \"$env:APPDATA\\rasphone.pbk\"\n(gc $pbk) -replace 'x=1','x=2' | Set-Content $pbk\n", "rasphone.pbk"),
    ],
)
def test_a_script_that_changes_connections_by_other_means_is_said(script: str, words: str) -> None:
    for before in (EVENT, RULE):
        report = check_text(
            f"I have this and see what follows:\n\n{before}\n\nIt was made by:\n\n{script}\n", "post.txt"
        )
        (problem,) = report.problems
        assert words.casefold() in problem.message.casefold()
        assert problem.span.line == 7


@cases(
    "line",
    [
        "Get-CimInstance -Namespace root\\cimv2\\mdm\\dmmap -ClassName MDM_VPNv2_01",
        "I have looked into rasphone.pbk and it has VpnStrategy=7 in it.",
        '$pbk = "$env:APPDATA\\rasphone.pbk"; Get-Content $pbk',
    ],
)
def test_what_only_looks_or_speaks_of_them_is_not(line: str) -> None:
    assert check_text(f"I dial this and see what follows:\n\n{EVENT}\n{line}\n", "post.txt").problems == ()


def test_what_gpresult_names_of_rules_is_said_beside_another_output() -> None:
    named = "Folder Id: SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\ConSecRules\\{A1}\n        Value:     118, 0\n"
    services = "Status   Name    DisplayName\n------   ----    -----------\nStopped  IKEEXT  IKE and AuthIP\n"
    report = check_text(f"    GPO: Isolation\n        {named}\n{services}", "post.txt")
    assert [(problem.code.value, problem.span.line) for problem in report.problems] == [("IN003", 2)]


ROWS = """# Tunnel

| Parameter | Site A | Site B |
|---|---|---|
{}

```powershell
Add-VpnConnection -Name A -ServerAddress vpn.example.com -TunnelType Ikev2 -AuthenticationMethod MachineCertificate
```
"""


@cases(
    "row",
    [
        "| IKE encryption | AES-256 | AES-128 |",
        "| DH group | 14 (MODP2048) | Group 2 |",
        "| Encryption | aes256gcm16 | AES_GCM 256 or 3DES |",
    ],
)
def test_a_table_of_two_ends_beside_a_script_is_said(row: str) -> None:
    (problem,) = check_text(ROWS.format(row), "site.md").problems
    assert (problem.code.value, problem.span and problem.span.line) == ("IN003", 5)
    assert "a table of what two ends are set to is not read" in problem.message


def test_a_row_of_a_phase_with_a_value_of_each_end_beside_a_script_is_said() -> None:
    (problem,) = check_text(ROWS.format("| **Phase 1 hash** | SHA-256 | SHA1 | agreed |"), "site.md").problems
    assert (problem.code.value, problem.span and problem.span.line) == ("IN003", 5)
    assert "several values in a row of a phase: keep the column of the end that is meant" in problem.message


@cases(
    "row",
    [
        "| IKE version | IKEv2 | IKEv2 |",
        "| Encryption | what is protected | AES-256 |",
        "| Group14 | DHGroup14 | 2048-bit MODP |",
        "| Site | 10.1.0.0/16 | 10.2.0.0/16 |",
    ],
)
def test_a_table_of_other_things_is_not(row: str) -> None:
    assert check_text(ROWS.format(row), "site.md").problems == ()


OF_SERVER = (
    "CustomPolicy                   : True",
    "EncryptionMethod               : AES128",
    "IntegrityCheckMethod           : SHA1",
    "CipherTransformConstants       : AES128",
    "PfsGroup                       : None",
    "AuthenticationTransformConstants : SHA196",
    "DHGroup                        : Group2",
)


def of_policy(text: str, name: str = "window.txt") -> list[int]:
    return [
        each.span.line
        for each in check_text(text, name).problems
        if each.message.startswith("policy is shown here in no output") and each.span is not None
    ]


@cases("head", ["IPsec Configuration", "IKE Statistics"])
def test_what_a_heading_parts_from_the_list_that_it_stands_in_is_said(head: str) -> None:
    text = "\n".join(("PS C:\\> Get-VpnServerConfiguration", "", f"{'TunnelType':<30} : IKEV2", head, *OF_SERVER, ""))
    assert of_policy(text) == [7]


def test_each_run_of_lines_that_nobody_reads_is_said_once() -> None:
    lost = "\n".join(("IPsec Configuration", *OF_SERVER[:4]))
    read = "Name                 : A\nServerAddress        : vpn.example.com\nTunnelType           : Ikev2\n"
    assert of_policy(f"C:\\>ver\n\n{lost}\n\n{read}\n{lost}\n") == [6, 16]


@cases(
    "line",
    [
        "CustomIPSecPolicies=030000000400000002000000050000000200000003000000",
        "QuickModeSecMethods:                  ESP:SHA1-3DES+60min+100000kb",
        "    ProhibitIpSec    REG_DWORD    0x1",
        "Phase1AuthSet         : Default",
    ],
)
def test_what_other_tools_show_of_policy_is_said(line: str) -> None:
    assert of_policy(f"{CONNECTION}C:\\>ver\n\n(more)\n{line}\n") == [13]


@cases(
    "line",
    [
        "The connection has VpnStrategy=7, and CustomIPSecPolicies=03 in its entry.",
        "DHGroup and PfsGroup          are words of it",
        "IntegrityCheckMethod: see below",
        "Encryption         : Required",
        "ProhibitIpSec is not there",
        "Auth1:",
    ],
)
def test_what_only_names_policy_is_not(line: str) -> None:
    assert of_policy(f"{CONNECTION}C:\\>ver\n\n(more)\n{line}\n") == []


def test_an_answer_of_which_it_is_said_that_it_is_not_read_is_not_said_twice() -> None:
    text = f"{CONNECTION}PS C:\\> Get-NetIPsecRule\n\nStrange head of it : 1\nPhase1AuthSet         : Default\n"
    assert of_policy(text) == []
