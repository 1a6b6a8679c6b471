"""Batch files that run the PowerShell which they hold: where it begins, and what cmd.exe runs before it."""

from __future__ import annotations

import pytest
from tests.formats.powershell.script.evaluating import format_of, parsed, said_of

from ipseclint.formats.netsh.own_script import own_script

SET = "New-NetIPsecRule -DisplayName Below -InboundSecurity Require"
NETSH = "netsh advfirewall consec add rule name=Above endpoint1=any endpoint2=any action=requireinrequestout"
IEX = "powershell -NoProfile -Command \"iex ((Get-Content '%~f0') -join [char]10)\""


@pytest.mark.parametrize(
    "head",
    [
        f"<# :\n@echo off\n{IEX}\nexit /b\n#>",
        f"@<# :\n@echo off\n{IEX}\n@exit /b %errorlevel%\n#>",
        '<# ::\n  copy %0 "%0.ps1" >nul\n  powershell -file "%0.ps1" %*\n  del "%0.ps1"\n  exit /b\n#>',
        'more +5 "%~f0" | powershell -NoProfile -\nif errorlevel 1 exit /b 1\nexit /b\nfrom here on\nit is PowerShell',
        '@findstr /v "^@.*&" "%~f0" | powershell -&goto:eof',
        ';@Findstr -bv ;@F "%~f0" | powershell -Command - & pause & goto:eof',
        '@set "d=%~dp0"\n@findstr /v "^@set ^@findstr ^@exit" "%~f0" | pwsh.exe -NoProfile -Command -\n@exit /b',
        '@echo off\nset "me=%~f0"\npowershell -c "$t=gc $env:me -Raw;iex($t -split \'#BELOW#\')[2]"\nexit /b\n#BELOW#',
        f":<<BATCH\n@echo off\n{IEX}\nexit /b\nBATCH",
        f"# & @echo off & {IEX} & exit /b",
        "@PowerShell -Command iex $([String]::Join(';',(Get-Content '%~f0') -notmatch '^^@')) & goto :EOF",
    ],
)
@pytest.mark.parametrize("path", ["set.cmd", "pasted.txt"])
def test_what_stands_below_the_last_command_is_powershell(head: str, path: str) -> None:
    text = f"{head}\n{SET}\n"
    assert format_of(text, path) == "powershell-script"
    (rule,) = parsed(text, path).policy.connection_security_rules
    assert (rule.name, rule.span.line) == ("Below", text.count("\n"))
    assert said_of(text, path) == []


def test_what_cmd_runs_before_it_is_read_as_batch() -> None:
    text = f"<# :\n@echo off\n{NETSH}\n{IEX}\ngoto :eof\n: #>\n{SET}\n"
    rules = parsed(text, "set.cmd").policy.connection_security_rules
    assert {rule.name: rule.span.line for rule in rules} == {"Above": 3, "Below": 7}


@pytest.mark.parametrize(
    "text",
    [
        f"@echo off\npowershell -c \"Start-Process '%~f0' -Verb RunAs\"\nexit /b\n{SET}",
        f'@echo off\npowershell -File "%~dp0set.ps1"\nexit /b\n{SET}',
        f'@echo off\npowershell -File "%~dpn0.ps1"\nexit /b\n{SET}',
        f"@echo off\n{IEX}\n{NETSH}\n",
        f"@echo off\n{IEX}\nexit /b\n:data\n10.0.0.1\n",
        f"@echo off\nexit /b\n{IEX}\n",
    ],
)
def test_a_batch_file_that_does_not_run_what_it_holds_is_none(text: str) -> None:
    assert own_script(text) is None


@pytest.mark.parametrize("between", [SET.replace("Below", "Between"), NETSH, f"\n{SET}\nrem"])
def test_what_neither_runs_is_said(between: str) -> None:
    head = 'more +{} "%~f0" | powershell -NoProfile -\nexit /b\n'
    text = f"{head.format(3 + between.count(chr(10)))}{between}\n{SET}\n"
    assert [rule.name for rule in parsed(text, "set.cmd").policy.connection_security_rules] == ["Below"]
    (problem,) = parsed(text, "set.cmd").problems
    assert problem.span.line == 3 + between.startswith("\n")
    assert "none runs it" in problem.message
