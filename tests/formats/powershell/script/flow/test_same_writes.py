"""Branches that set a value of the registry."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed, policy_of

KEY = r"HKLM:\SYSTEM\CurrentControlSet\Services\PolicyAgent"
NAME = "AssumeUDPEncapsulationContextOnSendRule"
NEW = f"New-ItemProperty -Path $key -Name {NAME} -PropertyType DWord -Value 00000002"
IF = f"$key = '{KEY}'\nif (Get-ItemProperty $key {NAME} -EA 0)"


@cases(
    "branches",
    [
        f"{{ Set-ItemProperty $key {NAME} '2' }} else {{ {NEW} | Out-Null }}",
        f"{{ Write-Host 'there'; Set-ItemProperty -Path $key -Name {NAME} -Value 2 }} else {{ {NEW} }}",
        f"{{ sp $key {NAME} 2 # there\n }} elseif ($env:X) {{ {NEW} }} else {{ {NEW} -Force }}",
    ],
)
def test_a_value_that_every_branch_sets_is_set(branches: str) -> None:
    (value,) = policy_of(f"{IF} {branches}").registry
    assert value.path.endswith(NAME)
    assert value.data.known == "2"
    assert not value.is_text


@cases(
    "branches",
    [
        f"{{ Set-ItemProperty $key {NAME} 1 }} else {{ {NEW} }}",
        f"{{ Set-ItemProperty $key Own 2 }} else {{ {NEW} }}",
        f"{{ Set-ItemProperty $key\\Own {NAME} 2 }} else {{ {NEW} }}",
        f"{{ Set-ItemProperty $key {NAME} 2 }} elseif ($env:X) {{ {NEW} }}",
        f"{{ Set-ItemProperty $key {NAME} 2 -WhatIf }} else {{ {NEW} }}",
        f"{{ $own = 2; Set-ItemProperty $key {NAME} 2 }} else {{ {NEW} }}",
        f"{{ Set-ItemProperty $key {NAME} (Get-Own) }} else {{ {NEW} }}",
        f"{{ Set-ItemProperty $key {NAME} 2; {NEW.replace(NAME, 'EnableLogging')} }} else {{ {NEW} }}",
        f"{{ exit }} else {{ {NEW}; Stop-Own }}",
        f"{{ {NEW} }} else {{ {NEW.replace('DWord', 'String')} }}",
        f"{{ {NEW} }} else {{ {NEW.replace('DWord', '$type')} }}",
    ],
)
def test_which_of_other_branches_runs_is_not_known(branches: str) -> None:
    assert parsed(f"{IF} {branches}").problems
