"""Functions that may return before their end: what they give is the one or the other, and what hangs on it is read."""

from __future__ import annotations

import pytest
from tests.formats.powershell.script.evaluating import parsed, policy_of, said_of

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"
ANSWER = "function Test-It { param($x) if ($x -eq 3) { return $false }; return $true }\n"
SETTINGS = "function Get-It { param($x) if ($x -isnot [xml]) { return $null }; $h = @{ In = 'Require' }; return $h }\n"
TRIED = "function Test-It { try { $r = Get-Content x -ErrorAction Stop; return $true } catch { return $false } }\n"


def _rules(script: str) -> list[object]:
    return [rule.name for rule in parsed(script).policy.connection_security_rules]


@pytest.mark.parametrize(
    "rest",
    [
        f"if (-not (Test-It $env:X)) {{ {RULE} A }}",
        f"if (Test-It $env:X) {{ return }}\n{RULE} A",
        f"$ok = Test-It $env:X\nif (!$ok) {{ {RULE} A }}",
        f"$ok = Test-It $env:X\nif ($ok -eq $false) {{ {RULE} A }}",
        f"$ok = Test-It $env:X\nif ($ok.Count -lt 2) {{ {RULE} A }}",
        f"$ok = [bool](Test-It $env:X)\nif (!$ok) {{ {RULE} A }}",
        f"if ((Test-It $env:X) -is [array]) {{ return }}\n{RULE} A",
        f"switch (Test-It $env:X) {{ $false {{ {RULE} A }} }}",
    ],
)
def test_what_hangs_on_either_answer_is_read(rest: str) -> None:
    assert _rules(ANSWER + rest) == ["A"]


@pytest.mark.parametrize(
    "rest",
    [
        f"$s = Get-It $env:X\nif ($s -isnot [hashtable]) {{ return }}\n{RULE} A",
        f"$s = Get-It $env:X\nif (!$s) {{ return }}\n{RULE} A",
        f"$s = Get-It $env:X\nif ($s) {{ return }}\n{RULE} A",
        f"$s = Get-It $env:X\nif ($null -eq $s) {{ {RULE} A }}",
        f"$s = Get-It $env:X\nif ($s -ne $null) {{ return }}\n{RULE} A",
    ],
)
def test_a_table_or_nothing_may_be_either(rest: str) -> None:
    assert _rules(SETTINGS + rest) == ["A"]


def test_what_goes_on_with_the_table_knows_what_is_in_it() -> None:
    script = (
        SETTINGS + "$s = Get-It $env:X\nNew-NetIPsecRule -DisplayName A -InboundSecurity $s.In -OutboundSecurity None"
    )
    assert said_of(script) == []
    assert policy_of(script).connection_security_rules[0].name == "A"


@pytest.mark.parametrize(
    "rest",
    [
        f"if (-not (Test-It)) {{ {RULE} A }}",
        f"if (Test-It) {{ {RULE} A }}",
        f"if (Test-It) {{ return }}\n{RULE} A",
    ],
)
def test_what_is_tried_and_returns_may_have_failed_before(rest: str) -> None:
    assert _rules(TRIED + rest) == ["A"]


def test_a_clause_that_catches_what_failed_before_a_return_is_read() -> None:
    script = f"function Set-It {{ try {{ Get-Content x; return }} catch {{ {RULE} A }}; {RULE} B }}\nSet-It"
    assert _rules(script) == ["A", "B"]


def test_what_cannot_fail_returns_for_certain() -> None:
    script = f"function Test-It {{ try {{ return $true }} catch {{ return $false }} }}\nif (!(Test-It)) {{ {RULE} A }}"
    assert _rules(script) == []


def test_nothing_is_said_of_a_guard_that_only_leaves() -> None:
    script = (
        f"function Set-It {{ try {{ {RULE} A; return $true }} catch {{ return $false }} }}\n"
        "if (-not (Set-It)) { exit 1 }\nexit 0"
    )
    assert said_of(script) == []
    assert _rules(script) == ["A"]


def test_a_condition_that_is_not_known_is_asked_once() -> None:
    script = (
        "function Set-It { $p = New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA256 -KeyExchange DH19\n"
        "New-NetIPsecMainModeCryptoSet -DisplayName M -Proposal $p | Out-Null; return $env:X }\n"
        "if (!(Set-It)) { exit 1 }"
    )
    sets = parsed(script).policy.main_mode_crypto_sets
    assert [each.name for each in sets] == ["M"]
