"""What a script changes of the policy that a machine has already is said, and read as far as it can be."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed

from ipseclint.vocabulary.groups import DhGroup

SUITE = (
    "Set-VpnConnectionIPsecConfiguration -AuthenticationTransformConstants SHA256128 -CipherTransformConstants AES256 "
    "-EncryptionMethod AES256 -IntegrityCheckMethod SHA256 -DHGroup Group2 -PfsGroup None -Force -ConnectionName"
)
CHANGE = "Set-NetIPsecRule -DisplayName Iso -InboundSecurity Request"
NOT_MADE = "Set-NetIPsecRule changes what this script does not make: it is not known"


def _said(script: str) -> list[str]:
    return [problem.message for problem in parsed(script.replace("CHANGE", CHANGE)).problems]


@cases(
    ("script", "why"),
    [
        (
            "$all = Get-NetIPsecRule -DisplayName Iso\nif ($all.Count -gt 0) { CHANGE }",
            "whether the machine has what `$all.Count -gt 0` asks for is not known: read as if it had",
        ),
        (
            "if (Get-NetIPsecRule -DisplayName Iso) { CHANGE } else { Write-Host none }",
            "whether the machine has what `Get-NetIPsecRule -DisplayName Iso` asks for is not known: read as if it had",
        ),
        (
            "$r = Get-NetIPsecRule\n$names = $r.DisplayName\nforeach ($name in $names) { CHANGE }",
            "how often this loop runs, and with what, is not known: `$names`",
        ),
        (
            "$r = Get-NetIPsecRule\n$r | Where-Object Enabled | ForEach-Object { CHANGE }",
            "how often this runs, and with what, is not known: it is read as if it ran once",
        ),
    ],
    ids=["if", "else", "foreach", "ForEach-Object"],
)
def test_what_runs_only_where_the_machine_has_policy_is_said(script: str, why: str) -> None:
    assert _said(script) == [why, NOT_MADE]


@cases(
    "script",
    [
        "$r = Get-NetIPsecRule -DisplayName Iso\nif (-not $r) { throw 'none' }\nCHANGE",
        "$r = Get-NetIPsecRule -DisplayName Iso\nif ($null -eq $r) { Write-Warning none; exit 0 }\nCHANGE",
        "if (!(Get-NetIPsecRule -DisplayName Iso)) { return }\nCHANGE",
        "$r = Get-NetIPsecRule -DisplayName Iso\nif ($r) { CHANGE } else { exit 1 }",
        "function F { $r = Get-NetIPsecRule\nif (-not $r) { return $false }\nCHANGE }\nF",
        "foreach ($i in 1, 2) { $r = Get-NetIPsecRule\nif (-not $r) { continue }\nCHANGE }",
    ],
)
def test_a_guard_against_a_machine_that_has_none_ends_nothing(script: str) -> None:
    assert NOT_MADE in _said(script)


@cases(
    "script",
    [
        f"foreach ($vpn in Get-VpnConnection) {{ {SUITE} $vpn.Name }}",
        f"Get-VpnConnection -AllUserConnection | ForEach-Object {{ {SUITE} $_.Name }}",
        f"$vpns = Get-VpnConnection\nif ($vpns) {{ foreach ($vpn in $vpns) {{ {SUITE} $vpn.Name }} }}",
    ],
)
def test_a_suite_that_each_connection_of_the_machine_gets_is_read(script: str) -> None:
    (suite,) = parsed(script).policy.main_mode_crypto_sets
    (proposal,) = suite.proposals
    assert proposal.dh_group.value is DhGroup.GROUP_2


def test_what_is_there_is_as_before_behind_what_asked_for_it() -> None:
    rule = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"
    script = f"$r = Get-NetIPsecRule\nif ($r) {{ {CHANGE} }}\nif (@($r).Count -eq 0) {{ {rule} a }}"
    result = parsed(script)
    assert [rule.name for rule in result.policy.connection_security_rules] == ["a"]
    assert len(result.problems) == 2


def test_what_is_taken_out_under_a_condition_that_is_not_known_is_not_there() -> None:
    interface = (
        "Add-VpnS2SInterface -Name $n -Destination 192.0.2.7 -Protocol IKEv2 -AuthenticationMethod MachineCertificates"
    )
    script = f"param($n)\nif ($a.Name -eq $n) {{ Remove-VpnS2SInterface -Name $n -Force }}\n{interface}\n"
    assert _said(script) == []
    said = _said(f"{interface}\n{script}")
    assert said[1] == "whether `$a.Name -eq $n` holds is not known: what it decides is read as if it ran"


@cases(("text", "said"), [("route add $net $gateway -p", []), ("$tool $net", ["what is run here is not known"])])
def test_a_text_of_commands_that_begins_with_a_program_that_sets_no_policy_is_of_no_concern(
    text: str, said: list[str]
) -> None:
    rule = "New-NetIPsecRule -DisplayName A -InboundSecurity Request -OutboundSecurity Request"
    assert _said(f'param($net, $gateway, $tool)\n{rule}\ncmd /c "{text}"') == said


ADD = "Add-VpnConnection -Name V -ServerAddress vpn.example -TunnelType Sstp -Force"
OTHER = "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=10.0.0.0/8 action=requestinrequestout"


@cases(
    "script",
    [
        f"if (Get-Command 'Get-VpnConnection') {{ {ADD} }} else {{ return 'no cmdlets' }}",
        f"if (Get-Command -Name Add-VpnConnection -ErrorAction SilentlyContinue) {{ {ADD} }}",
        f"if (!(gcm Add-VpnConnection -ea 0)) {{ Write-Host none }} else {{ {ADD} }}",
        f"if ($null -ne (Get-Command Add-VpnConnection -ea:SilentlyContinue)) {{ {ADD} }}",
        f"if ((Get-Command Add-VpnConnection) -ne $null) {{ {ADD} }}",
    ],
)
def test_a_cmdlet_that_sets_policy_is_there_where_a_script_that_calls_it_sets_any(script: str) -> None:
    assert _said(script) == []
    assert [each.name for each in parsed(script).policy.vpn_connections] == ["V"]


@cases(
    ("test", "otherwise"),
    [
        ("Get-Command Get-Own", "Write-Host none"),
        ("Get-Command $name", "Write-Host none"),
        ("Get-Command New-NetIPsecRule", OTHER),
        ("(Get-Command New-NetIPsecRule).Version -gt 2", "Write-Host none"),
    ],
)
def test_whether_another_command_is_there_or_what_is_set_without_it_is_not_known(test: str, otherwise: str) -> None:
    (said,) = _said(f"param($name)\nif ({test}) {{ {ADD} }} else {{ {otherwise} }}")
    assert said == f"whether `{test}` holds is not known: what it decides is read as if it ran"


@cases(
    ("change", "is_said"),
    [
        ("-SplitTunneling $true", False),
        ("-RememberCredential $true -DnsSuffix corp.example -PassThru -Force", False),
        ("-IdleDisconnectSeconds 600 -UseWinlogonCredential $true", False),
        ("-ServerAddress other.example", True),
        ("-SplitTunneling $true -TunnelType Ikev2", True),
        ("-AuthenticationMethod MachineCertificate", True),
        ("-L2tpPsk $key", True),
    ],
)
def test_how_traffic_is_routed_into_a_connection_that_is_not_made_here_is_of_no_concern(
    change: str, *, is_said: bool
) -> None:
    said = _said(f"param($key)\nSet-VpnConnection -Name Own {change}")
    message = "Set-VpnConnection changes what this script does not make: its other values are not known"
    assert said == [message] * is_said


def test_the_credentials_of_a_user_are_no_policy() -> None:
    script = f"{ADD}\nSet-VpnConnectionUsernamePassword -ConnectionName V -Username u -Password 'Secret-1' -Domain d\n"
    result = parsed(script)
    assert result.problems == ()
    assert "Secret-1" not in str(result.policy)


BOOK = "New-Item -Path $Folder -Name 'rasphone.pbk' -ItemType 'file'"


@cases(("value", "is_said"), [("", False), (" -Value $text", True)])
def test_an_empty_phone_book_holds_nothing(value: str, *, is_said: bool) -> None:
    script = f"{ADD}\nif ((Test-Path $Book) -eq $false) {{ {BOOK}{value} | Out-Null }}\n"
    assert bool(_said(script)) is is_said


KEYED = "Add-VpnConnection -Name V -ServerAddress $Server -TunnelType L2tp -L2tpPsk $Psk -Force"
ENDS = "as far as its values are known, the script ends at this"


@cases(
    "guard",
    [
        "param([string]$Psk = '')\nif (-not $Psk) { Write-Error 'give a key'; exit 1 }",
        'param($Psk = "")\nif ([string]::IsNullOrWhiteSpace($Psk)) { throw "no key" } else { Write-Host ok }',
        "param([ValidateSet('A', 'B')]$Kind = 'A', $Psk = $null)\nif ($Kind -eq 'A' -and $null -eq $Psk) { return }",
        "$Psk = ''\nif ($Psk -eq '') { Write-Host 'fill in the key'; exit }",
        "function Test-Given { if (!$Psk) { throw 'no key' } }\n$Psk = ''\nif (!$Psk) { exit 2 }",
        "$Psk = 'CHANGE_ME'\nif ($Psk -eq 'CHANGE_ME') { Write-Host 'edit this'; Read-Host 'Enter'; exit 1 }",
        "$Psk = '<preshared key>'\nif ($Psk -like '<*') { throw 'fill in' }",
        "$Name = 'x'; $Psk = 'REPLACE-ME-key'\nif ($Name -like 'REPLACE-ME*' -or $Psk -like 'REPLACE-ME*') { exit 1 }",
        'param($Psk = "your-key-here")\nif ($Psk -match "your") { return }',
    ],
)
def test_what_a_script_leaves_empty_and_asks_for_is_taken_for_given(guard: str) -> None:
    result = parsed(f"{guard}\n$Server = 'vpn.example'\n{KEYED}\n")
    assert result.problems == ()
    (connection,) = result.policy.vpn_connections
    assert connection.servers is not None
    assert connection.servers.known == ("vpn.example",)
    assert len(result.policy.authentication_sets) == 1


@cases(
    "guard",
    [
        "$on = $false\nif (-not $on) { exit }",
        "param($Mode = 'none')\nif ($Mode -eq 'none') { return }",
        "$list = @()\nif (-not $list) { throw 'none' }",
        "$Kind = 'Exchange'\nif ($Kind -eq 'Exchange') { exit }",
        "$Kind = 'Report'\nif ($Kind -like 'Rep*') { Write-Host 'only looks'; exit }",
        "$on = $null -ne 'CHANGE_ME'\nif ($on) { exit }",
    ],
)
def test_a_script_that_is_switched_off_ends(guard: str) -> None:
    (message,) = [problem.message for problem in parsed(f"{guard}\n{KEYED}\n").problems]
    assert message.startswith(ENDS)


def test_a_loop_is_left_where_a_value_is_empty() -> None:
    script = "foreach ($Psk in '', 'x') { if (-not $Psk) { continue }\n" + KEYED.replace(" V ", ' "V$Psk" ') + " }"
    assert [connection.name for connection in parsed(script).policy.vpn_connections] == ["Vx"]


@cases(("variables", "is_said"), [(1, True), (16, True), (17, False)])
def test_what_a_condition_asks_for_is_followed_over_so_many_variables(variables: int, is_said: bool) -> None:
    chain = "".join(f"$a{number} = $a{number - 1}.Name\n" for number in range(1, variables))
    script = f"$a0 = Get-NetIPsecRule\n{chain}if ($a{variables - 1}) {{ {CHANGE} }}"
    assert any("whether the machine has" in said for said in _said(script)) is is_said


@cases(
    ("behind", "is_said"),
    [
        ("if (-not $r) { New-NetIPsecRule -DisplayName Iso -InboundSecurity Require }", False),
        ("if ($null -eq $r) { New-NetIPsecRule -DisplayName Iso -InboundSecurity Require }", False),
        ("if ($r -eq $null)\n{\n    New-NetIPsecRule -DisplayName Iso -InboundSecurity Require\n}", False),
        ("if (-not $r) { Write-Host none }\nNew-NetIPsecRule -DisplayName Other", True),
        ("if (-not $other) { New-NetIPsecRule -DisplayName Iso -InboundSecurity Require }", True),
        ("if (-not $r) { Remove-NetIPsecRule -DisplayName Other }", True),
    ],
)
def test_what_changes_policy_that_is_there_is_passed_over_where_it_is_made_behind(behind: str, is_said: bool) -> None:
    script = f"$r = Get-NetIPsecRule -DisplayName Iso -EA 0\nif ($r -and $r.Enabled -ne 'True') {{ CHANGE }}\n{behind}"
    assert (NOT_MADE in _said(script)) is is_said
