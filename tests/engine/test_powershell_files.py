"""Scripts of PowerShell that speak of IPsec in ways that no first look shows, and scripts that only look."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.machines import ReadInput, read_input
from ipseclint.report import InputStatus
from ipseclint.source import file_source


def read(folder: Path, script: str, name: str = "policy.ps1") -> ReadInput:
    """A script as a run reads it, named on the command line."""
    path = folder / name
    path.write_text(script, encoding="utf-8")
    outcome = read_input(Candidate(file_source(path, name), named=True))
    assert isinstance(outcome, ReadInput)
    return outcome


@pytest.mark.parametrize(
    "script",
    [
        "# New-NetFirewallRule -DisplayName NTP\nSet-Service W32Time -StartupType Automatic\n",
        "Get-NetIPsecRule -PolicyStore ActiveStore | Format-List\n",
        "Get-ChildItem HKLM:\\SYSTEM\\...\\FirewallPolicy\\Phase1AuthenticationSets | Select-Object *\n",
        "netsh.exe advfirewall export backup.wfw | Out-Null\n",
    ],
)
def test_a_script_that_only_looks_holds_no_policy_and_hides_none(tmp_path: Path, script: str) -> None:
    outcome = read(tmp_path, script)
    assert outcome.input.status is InputStatus.NO_IPSEC
    assert [problem.code for problem in outcome.parsed.problems] == ["IN004"]


def test_a_value_of_the_registry_that_reg_sets_is_read(tmp_path: Path) -> None:
    script = (
        "<#\n.SYNOPSIS\nNAT\n#>\n"
        "REG.EXE ADD HKLM\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent"
        " /v AssumeUDPEncapsulationContextOnSendRule /t REG_DWORD /d 0x2 /f\n"
    )
    outcome = read(tmp_path, script)
    assert (outcome.input.format, outcome.input.status) == ("powershell-script", InputStatus.UNDERSTOOD)
    (value,) = outcome.parsed.policy.registry
    assert (value.path.rpartition("\\")[2], value.data.known) == ("AssumeUDPEncapsulationContextOnSendRule", "2")


def test_a_value_that_is_splatted_is_read(tmp_path: Path) -> None:
    script = (
        "$value = @{\n  Path = 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters\\'\n"
        "  Name = 'ProhibitIpSec'\n  PropertyType = 'DWORD'\n  Value = '1'\n}\nNew-ItemProperty @value -Force\n"
    )
    (value,) = read(tmp_path, script).parsed.policy.registry
    assert (value.data.known, value.data.span.line) == ("1", 5)


def test_a_connection_that_is_made_through_wmi_without_its_profile_is_a_problem(tmp_path: Path) -> None:
    script = (
        "param([string]$xml)\n$class = 'MDM_VPNv2_01'\n$session = New-CimSession\n"
        "$new = New-Object Microsoft.Management.Infrastructure.CimInstance $class, 'root\\cimv2\\mdm\\dmmap'\n"
        "$session.CreateInstance('root\\cimv2\\mdm\\dmmap', $new)\n"
    )
    outcome = read(tmp_path, script)
    assert outcome.input.status is InputStatus.PARTIAL
    (problem,) = outcome.parsed.problems
    assert problem.message == "a VPN connection is made through WMI here, and its profile is not in this script"
    assert problem.span.line == 2


def test_a_batch_file_whose_commands_leave_no_policy_says_so(tmp_path: Path) -> None:
    script = "@echo off\nnetsh ipsec dynamic add mmpolicy name=T\nnetsh ipsec dynamic delete all\n"
    outcome = read(tmp_path, script, "demo.cmd")
    assert (outcome.input.format, outcome.input.status) == ("netsh-script", InputStatus.NO_IPSEC)


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("one.ps1", "New-ItemProperty -Path '{key}' -Name EnableServerFragmentation -Value 1 -PropertyType DWORD\n"),
        ("one.cmd", "@echo off\nreg add {key} /v EnableServerFragmentation /t REG_DWORD /d 1 /f\n"),
    ],
)
def test_one_value_that_a_script_writes_says_nothing_of_the_others(tmp_path: Path, name: str, script: str) -> None:
    root = "HKLM:\\" if name.endswith(".ps1") else "HKLM\\"
    key = f"{root}SYSTEM\\CurrentControlSet\\Services\\RemoteAccess\\Parameters\\IKEV2"
    (server,) = read(tmp_path, script.format(key=key), name).parsed.policy.vpn_servers
    assert (server.custom_policy, server.checks_revocation) == (None, None)
    assert server.fragmentation is not None
    assert server.fragmentation.known is True


@pytest.mark.parametrize("suffix", ["yml", "rb", "pp", "txt"])
def test_a_file_of_another_tool_that_sets_a_key_of_ipsec_is_a_problem(tmp_path: Path, suffix: str) -> None:
    text = (
        "path: HKLM:\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent\nname: AssumeUDPEncapsulationContextOnSendRule\n"
    )
    assert read(tmp_path, text, f"task.{suffix}").input.status is InputStatus.PARTIAL
