"""Which file a command runs, what it is read by, and with which arguments."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh import script
from ipseclint.formats.netsh.called_files import FileRun, file_run
from ipseclint.formats.netsh.hosts import BATCH, NETSH
from ipseclint.formats.netsh.words import split_parts
from ipseclint.source import Source, bytes_source


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


HELD = r"[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\PolicyAgent\Parameters\IPSecPolicy]"
RULE = "New-NetIPsecRule -DisplayName {} -InboundSecurity Require"


@cases(
    ("run", "name", "text", "said_at"),
    [
        (
            "reg import own.reg",
            "own.reg",
            f'Windows Registry Editor Version 5.00\n\n{HELD}\n"x"=dword:xyz\n',
            4,
        ),
        (
            "powershell -File own.ps1",
            "own.ps1",
            f"{RULE.format('a')}\n$psk = 'Sesame-7531'\n{RULE.format('(Get-A)')}\n",
            3,
        ),
        ("call own.cmd", "own.cmd", "rem\nset psk=Sesame-7531\nnetsh ipsec static add x\n", 3),
        ("netsh -f own.txt", "own.txt", "ipsec static add x\nipsec static add y psk=Sesame-7531\n", 1),
    ],
)
def test_what_is_wrong_and_secret_in_a_file_that_is_run_has_its_place_there(
    run: str, name: str, text: str, said_at: int
) -> None:
    source = Source(
        "policy.cmd", bytes_source("", f"{run}\n".encode()).open_bytes, (bytes_source(name, text.encode()),)
    )
    parsed = script.parse(source)
    told = [each.span for each in (*parsed.problems, *parsed.policy.refused_commands)]
    assert (name, said_at) in {(span.path, span.line) for span in told}
    shown = [text.splitlines()[span.line - 1][span.column - 1 :][: span.length] for span in parsed.secrets]
    assert {span.path for span in parsed.secrets} <= {name}
    assert any("Sesame-7531" in each for each in shown) == ("Sesame-7531" in text)
