"""Keys of services that a script makes anew, or asks for."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed, policy_of

RULE = "New-NetIPsecRule -DisplayName A"
KEY = r"HKLM:\SYSTEM\CurrentControlSet\Services\BFE"
NEW = f"New-Item {KEY} -Force"


@cases(
    "script",
    [
        f"if ($env:X) {{ {NEW} }}",
        f"if ($env:X) {{ 'no' }} else {{ {NEW} }}",
        f"foreach ($each in Get-Content list.txt) {{ {NEW} }}",
        f"if (!(Test-Path {KEY}) -or $env:X) {{ {NEW} }}",
        f"try {{ Start-Own -ErrorAction Stop }} catch {{ {NEW} }}",
    ],
)
def test_a_key_that_may_be_made_anew_is_told_and_read(script: str) -> None:
    result = parsed(f"{RULE}\n{script}")
    assert [problem.span.line for problem in result.problems] == [2]
    assert result.policy.registry


@cases(
    "test",
    [
        f"!(Test-Path {KEY})",
        f"-not (Test-Path -LiteralPath '{KEY}\\Parameters')",
        f"(Test-Path {KEY}) -eq $false",
        f"!(Test-Path -Path {KEY}) -and $env:X",
    ],
)
def test_a_key_that_every_windows_has_is_not_made_where_it_lacks(test: str) -> None:
    result = parsed(f"{RULE}\nif ({test}) {{ {NEW} }}")
    assert (result.problems, result.policy.registry) == ((), ())


@cases(
    "tried",
    [
        f"Get-Item {KEY} -EA Stop",
        f"$key = Get-ItemProperty -Path {KEY} -ErrorAction Stop | Out-Null",
        rf"[void](Get-Item -LiteralPath '{KEY}\Parameters' -ErrorAction Stop)",
    ],
)
def test_nor_is_it_made_where_asking_for_it_fails(tried: str) -> None:
    result = parsed(f"{RULE}\ntry {{ {tried} }} catch {{ {NEW} }}")
    assert (result.problems, result.policy.registry) == ((), ())


@cases(
    "tried",
    [
        f"Get-ItemProperty {KEY} Own -EA Stop",
        rf"Get-Item {KEY}\Own -EA Stop",
        f"Get-Item {KEY} -EA Stop; [Own]::Go()",
        f"if ([Own]::Asks()) {{ Get-Item {KEY} -EA Stop }}",
        f"Get-Item {KEY} -EA Stop; Start-Own",
    ],
)
def test_it_may_be_made_where_something_else_fails(tried: str) -> None:
    result = parsed(f"{RULE}\ntry {{ {tried} }} catch {{ {NEW} }}")
    assert result.policy.registry
    assert result.problems


def test_what_is_set_where_such_a_key_is_there_is_set() -> None:
    policy = policy_of(f"{RULE}\nif (Test-Path {KEY}) {{ Set-ItemProperty {KEY} Start 4 -Type DWord }}")
    assert [each.name for each in policy.services] == ["BFE"]


@cases("asked", [rf"{KEY}\Own", f"{KEY} -PathType Leaf", "HKLM:\\SOFTWARE\\Own", "$Key"])
def test_whether_another_key_is_there_is_not_known(asked: str) -> None:
    result = parsed(f"param($Key)\n{RULE}\nif (Test-Path {asked}) {{ {NEW} }}")
    assert [problem.span.line for problem in result.problems] == [3]


def test_a_key_that_the_script_has_emptied_may_be_missing() -> None:
    result = parsed(f"{RULE}\nRemove-Item {KEY} -Recurse\nif (!(Test-Path {KEY})) {{ New-Item {KEY} }}\n{RULE} -Name B")
    assert result.policy.registry
