"""Commands that a task or another command runs are read, also where a file has no other."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text

DISABLES = (
    'schtasks /create /tn T /sc onstart /ru SYSTEM /tr "sc config IKEEXT start= disabled"',
    'schtasks.exe /create /tn T /sc onlogon /tr "cmd /c sc.exe config ikeext start= disabled"',
    'schtasks /change /tn T /tr "sc config IKEEXT start= disabled"',
    "cmd /c sc config IKEEXT start= disabled",
    'cmd.exe /c "sc config IKEEXT start= disabled"',
    "start /wait sc config IKEEXT start= disabled",
    "for %%s in (IKEEXT) do sc config %%s start= disabled",
)
TASK = (
    "$do = New-ScheduledTaskAction -Execute sc -Argument 'config IKEEXT start= disabled'; "
    "Register-ScheduledTask -TaskName T -Action $do"
)
IN_POWERSHELL = (
    *(line for line in DISABLES if line.startswith(("schtasks", "cmd"))),
    "Start-Process sc -ArgumentList 'config IKEEXT start= disabled'",
    TASK,
)
NOT_SET_UP = (
    'schtasks /create /s other /tn T /tr "sc config IKEEXT start= disabled"',
    'schtasks /query /tn T /tr "sc config IKEEXT start= disabled"',
)


@cases("line", DISABLES)
@cases("path", ["setup.cmd", "notes.txt"])
def test_a_command_that_another_starts_is_read(line: str, path: str) -> None:
    report = check_text(f"{line}\n", path)
    assert report.problems == ()
    assert "RF012" in {finding.code for finding in report.findings}


@cases("line", IN_POWERSHELL)
def test_in_a_script_of_powershell_too(line: str) -> None:
    report = check_text(f"Set-Service BFE -StartupType Automatic\n{line}\n", "setup.ps1")
    assert report.problems == ()
    assert "RF012" in {finding.code for finding in report.findings}


@cases("line", NOT_SET_UP)
@cases("path", ["setup.cmd", "setup.ps1"])
def test_a_task_that_is_not_set_up_here_is_said(line: str, path: str) -> None:
    report = check_text(f"{line}\n", path)
    assert report.problems
    assert not report.findings


@cases("line", ["schtasks /create /tn T /tr notepad.exe", "cmd /c sc config Spooler start= disabled", "sc IKEEXT"])
def test_what_bears_on_nothing_is_no_script_of_ipsec(line: str) -> None:
    report = check_text(f"{line}\n", "setup.cmd")
    assert not report.findings
    assert [given.format for given in report.inputs if given.format] == []
