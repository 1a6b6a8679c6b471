"""Which file a command runs, what it is read by, and with which arguments."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.called_files import FileRun, file_run
from ipseclint.formats.netsh.hosts import BATCH, NETSH
from ipseclint.formats.netsh.words import split_parts


def run_by(command: str, *, within_netsh: bool = False) -> FileRun | None:
    (part,) = split_parts(Token(command, "a.cmd", 1, 1), NETSH if within_netsh else BATCH)
    return file_run(part.words, within_netsh=within_netsh)


@cases(
    ("command", "expected"),
    [
        ("call rules.cmd a b", FileRun("rules.cmd", ".cmd", ("a", "b"))),
        ("call rules", FileRun("rules", ".cmd")),
        ("rules.BAT a", FileRun("rules.BAT", ".cmd", ("a",))),
        ("reg import a.reg", FileRun("a.reg", ".reg")),
        ("regedit /s a.reg", FileRun("a.reg", ".reg")),
        ("netsh -f a.txt", FileRun("a.txt", ".netsh")),
        ("netsh exec a.txt", FileRun("a.txt", ".netsh")),
        ("netsh -c \"ipsec static\" -f a.txt", FileRun("a.txt", ".netsh", context="ipsec static")),
        ("netsh advfirewall exec a.txt", FileRun("a.txt", ".netsh", context="advfirewall")),
        ("powershell -NoProfile -File a.ps1 -Name x", FileRun("a.ps1", ".ps1", ("-Name", "x"))),
        ("pwsh /f a.ps1", FileRun("a.ps1", ".ps1")),
        (r"powershell .\a.ps1 x", FileRun(r".\a.ps1", ".ps1", ("x",))),
        ("powershell -Command \"& 'C:\\My scripts\\a.ps1' -Name 'Head office'; exit $LASTEXITCODE\"",
         FileRun(r"C:\My scripts\a.ps1", ".ps1", ("-Name", "Head office"))),
        ("powershell -Command \". .\\a.ps1 x; Exit;\"", FileRun(r".\a.ps1", ".ps1", ("x",))),
        ("powershell -Command \".\\a.ps1 '' x;\"", FileRun(r".\a.ps1", ".ps1", ("", "x"))),
        ("powershell -Command \".\\a.ps1 x 2>&1 | Out-File a.log\"", FileRun(r".\a.ps1", ".ps1", ("x",))),
        ("powershell -Command \".\\a.ps1 x | Out-Null; exit 0\"", FileRun(r".\a.ps1", ".ps1", ("x",))),
        ("powershell -Command \".\\a.ps1 'x;y'\"", FileRun(r".\a.ps1", ".ps1", ("x;y",))),
        ("powershell -ExecutionPolicy Bypass -Command .\\a.ps1", FileRun(r".\a.ps1", ".ps1")),
    ],
)  # fmt: skip
def test_a_file_that_is_run(command: str, expected: FileRun) -> None:
    assert run_by(command) == expected


def test_within_netsh_a_file_is_named_by_exec_alone() -> None:
    assert run_by("exec a.txt", within_netsh=True) == FileRun("a.txt", ".netsh")
    assert run_by("call a.cmd", within_netsh=True) is None


@cases(
    "command",
    [
        "call", "call :label x", "reg import", "reg export HKLM a.reg", "netsh", "netsh -f", "netsh dump", "echo a.ps1",
        "powershell", "powershell -File", "powershell -Command Get-Service", "powershell -NoProfile",
        "powershell -Command \"Get-Content a.ps1\"",
        "powershell -Command \".\\a.ps1; Set-Service IKEEXT\"", "notepad rules.txt",
    ],
)  # fmt: skip
def test_a_command_that_runs_no_file(command: str) -> None:
    assert run_by(command) is None
