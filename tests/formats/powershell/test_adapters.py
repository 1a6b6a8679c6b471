"""What network adapters do of IPsec is read alike from each form of `Get-NetAdapterIPsecOffload`, and from scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests import ROOT
from tests.cases import cases

from ipseclint import check_paths, read

ONE = {"LAN 1": True}
TWO = {"LAN 1": True, "LAN 2": False}
FORMS = {
    "powershell-clixml/task-offload.xml": {"LAN 1": False},
    "powershell-json/task-offload.json": ONE,
    "powershell-list/task-offload.txt": TWO,
    "powershell-printed-table/task-offload.txt": TWO,
    "powershell-table/task-offload.csv": TWO,
    "powershell-xml/task-offload.xml": ONE,
    "powershell-script/task-offload.ps1": {"LAN 1": False, "LAN 2": True, "LAN 3": False, "LAN 4": True},
}


def adapters_of(path: Path) -> dict[str, bool | None]:
    adapters = read(path).policy.network_adapters
    return {adapter.name: adapter.ipsec_offload.known if adapter.ipsec_offload else None for adapter in adapters}


@cases("form", FORMS)
def test_adapters_are_read(form: str) -> None:
    path = ROOT / "fixtures" / "formats" / form
    assert adapters_of(path) == FORMS[form]
    report = check_paths(path)
    assert not report.problems
    named = {finding.subject.name for finding in report.findings if finding.code == "QD043"}
    assert named == {name for name, enabled in FORMS[form].items() if enabled}


@pytest.mark.parametrize(
    ("script", "left"),
    [
        ("Enable-NetAdapterIPsecOffload -Name A\nDisable-NetAdapterIPsecOffload -Name *\n", {"A": False, "*": False}),
        ("Enable-NetAdapterIPsecOffload A -WhatIf\nDisable-NetAdapterIPsecOffload B\n", {"B": False}),
        ("Get-NetAdapter | Disable-NetAdapterIPsecOffload\nEnable-NetAdapterIPsecOffload B\n", {"B": True}),
    ],
)
def test_a_script_leaves_adapters_as_its_last_command_says(
    script: str, left: dict[str, bool | None], tmp_path: Path
) -> None:
    (tmp_path / "p.ps1").write_text(script)
    assert adapters_of(tmp_path / "p.ps1") == left
    assert not check_paths(tmp_path / "p.ps1").problems


def test_a_script_that_switches_on_adapters_it_finds_is_not_understood(tmp_path: Path) -> None:
    (tmp_path / "p.ps1").write_text("Get-NetAdapter | Enable-NetAdapterIPsecOffload\n")
    (problem,) = check_paths(tmp_path / "p.ps1").problems
    assert problem.message == "the cmdlet `enable-netadapteripsecoffload` is not evaluated"
