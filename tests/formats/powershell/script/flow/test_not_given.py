"""Switches that a script is called with or without, and blocks that it keeps: what they would do is read, or said."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import names_of, parsed, policy_of, said_of

RULE = "New-NetIPsecRule -InboundSecurity Request -OutboundSecurity Request -RemoteAddress 10.0.0.0/8 -DisplayName"


@cases(
    "declared",
    [
        "[Parameter(Mandatory)][switch]$Make",
        "[Parameter(Mandatory = $true, ParameterSetName = 'Make')] [switch] $Make",
        "[Parameter(ParameterSetName='Make')][switch]$Make, [Parameter(ParameterSetName='Take')][switch]$Take",
        "[Parameter(Mandatory=1)][Switch]$Make",
    ],
)
@cases("around", ["param({})\n", "function Set-It {{ param({})\n"])
def test_a_switch_that_says_in_which_way_a_script_is_called_is_not_known(declared: str, around: str) -> None:
    script = f"{around.format(declared)}if ($Make) {{ {RULE} A }}\n"
    result = parsed(script + ("}\n" if "function" in around else ""))
    assert [rule.name for rule in result.policy.connection_security_rules] == ["A"]
    assert len(result.problems) == 1


@cases(
    "body",
    [
        f"if ($Make) {{ {RULE} A }}",
        f"if (-not $Make) {{ 'nothing' }} else {{ {RULE} A }}",
        f"if ($null) {{ }} elseif ($Make) {{ {RULE} A }}",
        "if ($Make.IsPresent) { Set-VpnServerConfiguration -RevertToDefault }",
    ],
)
def test_a_script_that_does_nothing_without_a_switch_is_not_said_to_be_read_whole(body: str) -> None:
    script = f"param([switch]$Make)\n{body}\n"
    (line, column, message) = said_of(script)[0]
    assert len(said_of(script)) == 1
    assert (line, column) == (2, body.index("$Make") + 1)
    assert "without `$Make`" in message
    assert policy_of("param([switch]$Make)\nif ($Make) { 'nothing' }\n").is_empty


def test_what_a_script_does_besides_with_a_switch_is_named() -> None:
    script = f"param([switch]$Undo)\n{RULE} A\nif ($Undo) {{ Set-NetIPsecRule -DisplayName A -Enabled False }}\n"
    result = parsed(script)
    assert result.problems == ()
    assert result.given == (("`$Undo`, line 3", 1),)
    for changed in (
        "Remove-NetIPsecRule -DisplayName A",
        "Get-NetIPsecRule -DisplayName A | Set-NetIPsecRule -Enabled 1",
    ):
        made_before = parsed(f"param([switch]$Undo)\nif (-not $Undo) {{ {changed} }} else {{ {RULE} A }}\n")
        assert all("without" not in each.message for each in made_before.problems)
        assert made_before.given == (("`$Undo`, line 2", 1),)
    assert parsed(f"param([switch]$Quiet)\n{RULE} A\nif ($Quiet) {{ 'x' }}\n").given == ()


@cases(
    "kept",
    ["$code = {{ {} }}", "$code = @{{ ScriptBlock = {{ {} }} }}", "$a, $b = 1, {{ {} }}"],
)
def test_a_block_that_is_kept_and_that_nothing_runs_is_read_as_if_it_were_run(kept: str) -> None:
    script = kept.format(f"param($c) {RULE} A") + "\n"
    result = parsed(script)
    assert [rule.name for rule in result.policy.connection_security_rules] == ["A"]
    assert [(each.span.line, each.span.column) for each in result.problems] == [(1, script.index("{ param") + 1)]


@cases(
    "script",
    [
        f"$code = {{ {RULE} A }}\n& $code\n",
        f"$code = {{ {RULE} A }}\n$code.Invoke()\n",
        f"$code = {{ {RULE} A }}\nInvoke-Command -ScriptBlock $code\n",
        f"$all = @{{ Do = {{ {RULE} A }} }}\n. $all.Do\n",
        f"$f = {{ {RULE} $_ }}\n'A' | ForEach-Object $f\n",
        f"$look = {{ Get-NetIPsecRule }}\n{RULE} A\n",
    ],
)
def test_a_block_that_runs_or_only_looks_is_in_no_doubt(script: str) -> None:
    assert names_of(script) == ["A"]


def test_a_kept_block_of_which_something_is_said_is_not_read_again() -> None:
    result = parsed("$code = { Set-NetIPsecRule -DisplayName $x -Bad 1 }\n& $code\n")
    assert [refused.command for refused in result.policy.refused_commands] == ["Set-NetIPsecRule"]
    assert result.problems == ()


@cases(
    "command",
    [
        "Add-VpnS2SInterface B 203.0.113.4 -Protocol IKEv2 -IPv4Subnet {0} -AutoConnectEnabled {0}",
        "New-NetFirewallRule -DisplayName F -Authentication Required -RemoteMachine {0} -RemoteUser {0}",
    ],
)
@cases("value", ["$unset", "(Get-ADGroup Staff).SID.Value", '"$($args[0]):100"'])
def test_a_value_that_no_reader_looks_at_need_not_be_known(command: str, value: str) -> None:
    result = parsed(command.format(value) + "\n")
    assert result.problems == ()
    assert len(result.unread) == 2


LEFT_EMPTY = "a name is left empty here, which PowerShell refuses: it is read as if it were filled in"


@cases("begin", ["$vpn = ''", '$vpn = ""', "param([string]$vpn = '')", "$data = @{ Vpn = '' }; $vpn = $data.Vpn"])
def test_a_name_that_a_template_leaves_empty_is_one_name(begin: str) -> None:
    script = (
        f"{begin}\nAdd-VpnConnection -Name $vpn -ServerAddress a.example -TunnelType Ikev2\n"
        "Set-VpnConnectionIPsecConfiguration -ConnectionName $vpn -AuthenticationTransformConstants SHA256128"
        " -CipherTransformConstants AES256 -EncryptionMethod AES256 -IntegrityCheckMethod SHA256 -DHGroup Group14"
        " -PfsGroup None -Force\n"
    )
    result = parsed(script)
    (connection,) = result.policy.vpn_connections
    assert connection.custom_policy is not None
    assert [(problem.span.line, problem.message) for problem in result.problems] == [(1, LEFT_EMPTY)]


def test_names_that_are_left_empty_apart_are_two() -> None:
    add = "Add-VpnConnection -ServerAddress a.example -TunnelType Ikev2 -Name"
    assert len(parsed(f"$a = ''; $b = ''; {add} $a; {add} $b").policy.vpn_connections) == 2
    assert [message for _, _, message in said_of("New-NetIPsecRule -DisplayName '' -InboundSecurity Require")] == [
        LEFT_EMPTY
    ]


@cases(
    ("does", "is_said"),
    [
        ("Restart-Service -Name RemoteAccess -PassThru", False),
        ("Write-Host 'once more'\n    Restart-Service IKEEXT, PolicyAgent -Force", False),
        ("Restart-Service IKEEXT\n    Set-Service PolicyAgent -StartupType Disabled", True),
        ("Restart-Service RemoteAccess; Remove-NetIPsecRule -DisplayName A", True),
    ],
)
def test_a_switch_that_only_restarts_a_service_sets_nothing(does: str, *, is_said: bool) -> None:
    script = f"param([switch] $Again)\nSet-ItemProperty HKLM:\\Software\\Contoso A 1\nif ($Again) {{\n    {does}\n}}\n"
    assert [line for line, _, _ in said_of(script)] == ([3] if is_said else [])
