"""Files that a script writes and then runs: their commands are carried out, each where the script has it."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import format_of, parsed, policy_of, said_of

from ipseclint.formats.parsed import Parsed

ADD = "netsh ipsec static add policy name"
NOT_RUN = "writes a command into a file, which is not followed"


def policies(result: Parsed) -> list[tuple[str, int]]:
    return [(policy.name, policy.span.line) for policy in result.policy.policies]


@cases(
    "script",
    [
        f"Set-Content C:\\t\\x.cmd '{ADD}=P'\nAdd-Content -Path C:\\t\\x.cmd -Value '{ADD}=Q'\n& C:\\t\\x.cmd",
        f'$f = Join-Path $env:TEMP x.cmd\n"{ADD}=P",\n"{ADD}=Q" | Out-File $f -Encoding ascii\ncmd.exe /c $f',
        f"'{ADD}=P' > x.bat\n'{ADD}=Q' >> x.bat\nStart-Process .\\x.bat -Wait",
        f'Write-Output \'{ADD}=P\' > "$env:TEMP\\x.bat"\necho \'{ADD}=Q\' >> "$env:TEMP\\x.bat"\n& "$env:TEMP\\x.bat"',
        (
            f"$t = [IO.Path]::GetTempFileName()\n[IO.File]::WriteAllText($t, '{ADD.removeprefix('netsh ')}=P')\n"
            f"[System.IO.File]::AppendAllText($t, '{ADD.removeprefix('netsh ')}=Q')\nnetsh -f $t"
        ),
        "@'\nadd policy name=P\nadd policy name=Q\n'@ | sc .\\p.txt\nnetsh ipsec static exec .\\p.txt",
        (
            "$p = $env:TEMP + '\\p.txt'\n@'\nadd policy name=P\nadd policy name=Q\n'@ | Out-File $p\n"
            'netsh -c "ipsec static" -f $p'
        ),
    ],
)
def test_a_file_that_is_written_is_run_line_by_line(script: str) -> None:
    result = parsed(script)
    lines = [number for number, line in enumerate(script.splitlines(), start=1) if "name=" in line]
    assert policies(result) == list(zip("PQ", lines, strict=True))
    assert result.problems == ()
    assert format_of(script) == "powershell-script"


def test_a_script_of_powershell_that_is_written_has_a_scope_of_its_own_and_its_own_places() -> None:
    script = """$side = 'Request'
[IO.File]::WriteAllText("C:\\t\\x.ps1", @'
param($Name)
$side = 'Require'
New-NetIPsecRule -DisplayName $Name -InboundSecurity $side
'@)
powershell.exe -ExecutionPolicy Bypass -File C:\\t\\x.ps1 -Name Inner
New-NetIPsecRule -DisplayName Outer -InboundSecurity $side
"""
    inner, outer = policy_of(script).connection_security_rules
    assert (inner.name, inner.inbound.value, inner.span.line, inner.span.column) == ("Inner", "require", 5, 1)
    assert (outer.name, outer.inbound.value, outer.span.line) == ("Outer", "request", 8)


def test_a_registry_file_that_is_written_line_by_line_is_imported() -> None:
    script = r"""$key = 'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\RasMan\Parameters'
'Windows Registry Editor Version 5.00',
"[$key]",
'"ProhibitIpSec"=dword:00000001' | Set-Content x.reg
reg import x.reg
"""
    (value,) = policy_of(script).registry
    assert (value.data.value, value.data.span.line) == ("1", 4)


def test_a_batch_file_that_is_written_has_its_variables_and_arguments() -> None:
    script = f"@'\n@echo off\nset NAME=P\n{ADD}=%NAME%\n{ADD}=%1\n'@ | Out-File x.cmd\n.\\x.cmd Q\n"
    assert policies(parsed(script)) == [("P", 4), ("Q", 5)]


def test_lines_that_a_loop_writes_all_stand_on_its_line() -> None:
    script = f"foreach ($n in 'P', 'Q') {{ \"{ADD}=$n\" | Add-Content x.cmd }}\n& ./x.cmd"
    assert policies(parsed(script)) == [("P", 1), ("Q", 1)]
    script = '"New-NetIPsecRule -DisplayName A`nNew-NetIPsecRule -DisplayName B" | Set-Content x.ps1\n. .\\x.ps1'
    assert [(line, said) for line, _, said in said_of(script)] == [
        (2, "runs a file of which it writes several lines in one of its own: they are not followed")
    ]


@cases(
    "script",
    [
        f"Set-Content x.cmd '{ADD}=P'",
        f"Set-Content x.cmd '{ADD}=P'\n& .\\y.cmd",
        f"if (Test-Path C:\\x) {{ Set-Content x.cmd '{ADD}=P' }}\n& .\\x.cmd",
        f"Set-Content x.cmd '{ADD}=P'\nAdd-Content x.cmd $more\n& .\\x.cmd",
        f'Set-Content x.cmd "{ADD}=$name"\n& .\\x.cmd',
        f"$a = New-TemporaryFile\n$b = New-TemporaryFile\nSet-Content $a '{ADD}=P'\nnetsh -f $b",
    ],
)
def test_what_is_not_known_of_such_a_file_is_not_guessed(script: str) -> None:
    result = parsed(script)
    assert result.policy.policies == ()
    assert NOT_RUN in [problem.message for problem in result.problems]


def test_a_file_that_runs_itself_ends() -> None:
    script = f"@'\n{ADD}=P\ncall x.cmd\n'@ | Set-Content x.cmd\n& .\\x.cmd"
    result = parsed(script)
    assert policies(result) == [("P", 2)]
    assert result.problems
