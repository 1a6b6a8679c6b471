"""Values that a script is given when it runs: no problem where no rule needs them, and said all the same."""

from __future__ import annotations

import pytest
from tests.command_line import run_cli
from tests.formats.powershell.script.evaluating import parsed

ADD = "Add-VpnConnection -TunnelType Ikev2 -AuthenticationMethod Eap -Force -Name V -ServerAddress"


@pytest.mark.parametrize(
    ("script", "given"),
    [
        (f"param([Parameter(Mandatory)]$S)\n{ADD} $S", "`$S`, line 2"),
        (f'param($S)\n{ADD} "vpn.$S.example"', "`$S`, line 2"),
        (f"{ADD} $env:VPN_SERVER", "`$env:VPN_SERVER`, line 1"),
        (f"$s = Read-Host Server\n{ADD} $s", "`$s`, line 2"),
        (f"foreach ($row in Import-Csv x.csv) {{ {ADD} $row.Address }}", "`$row`, line 1"),
        (f"function Add-Own($S) {{ {ADD} $S }}", "`$S`, line 1"),
    ],
)
def test_where_the_server_is_may_be_given_later(script: str, given: str) -> None:
    result = parsed(script)
    assert result.given == ((given, 1),)
    assert not [problem for problem in result.problems if "ServerAddress" in problem.message]
    (connection,) = result.policy.vpn_connections
    assert connection.servers is not None
    assert connection.servers.known is None


def test_a_value_that_repeats_is_said_once_with_a_count() -> None:
    result = parsed(f"param($S)\n{ADD} $S\n{ADD.replace(' V ', ' W ')} $S\n")
    assert result.given == (("`$S`, line 2", 2),)
    assert result.problems == ()


@pytest.mark.parametrize(
    "script",
    [
        f"{ADD} $s",
        f"{ADD} (Get-Own)",
        "param($T) Add-VpnConnection -Name V -ServerAddress v -TunnelType $T",
        "param($A) New-NetIPsecRule -DisplayName a -InboundSecurity Require -RemoteAddress $A",
    ],
)
def test_what_nobody_gives_and_what_a_rule_needs_stays_a_problem(script: str) -> None:
    result = parsed(script)
    assert result.given == ()
    assert result.problems


def test_a_run_over_such_a_script_is_whole() -> None:
    suite = (
        "Set-VpnConnectionIPsecConfiguration -ConnectionName V -AuthenticationTransformConstants SHA256128 "
        "-CipherTransformConstants AES256 -DHGroup Group2 -EncryptionMethod AES256 -IntegrityCheckMethod SHA256 "
        "-PfsGroup None -Force\n"
    )
    script = f"param($S)\n{ADD} $S\n{suite}".encode()
    ran = run_cli("--isolated", "-", stdin=script)
    assert ran.code == 1
    assert "given when the script runs, and so not judged: <stdin> (1 x `$S`, line 2)" in ran.out
    assert "cannot be told" not in ran.out
    fixed = run_cli("fix", "-", "--include-risky", stdin=script)
    assert fixed.code == 0
    assert "-DHGroup ECP384" in fixed.out
