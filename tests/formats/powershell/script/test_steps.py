"""How many steps it takes to follow each form of a script: what takes longer takes more of them."""

from __future__ import annotations

import pytest
from tests.formats.powershell.script.evaluating import parsed

from ipseclint.formats.powershell.script.flow.interpreter import Interpreter

FORMS = {
    "$a = 1": 1,
    "$a = $b = 1": 1,
    "$a += 1": 1,
    "$a, $b = 1, 2": 1,
    "Get-Date": 1,
    "Get-Date | Out-Null": 2,
    "if ($true) { Get-Date }": 2,
    "if ($env:X) { $a = 1 }": 2,
    "while ($n -lt 3) { $n++ }": 3,
    "for ($i = 0; $i -lt 3; $i++) { }": 9,
    "foreach ($i in 1..3) { }": 5,
    "do { $i++ } while ($i -lt 3)": 8,
    "foreach ($i in $env:X) { }": 2,
    "switch (1, 2) { 1 { Get-Date } }": 2,
    "function f { Get-Date }\nf; f": 6,
    "& { Get-Date }": 3,
    "1..3 | % { Get-Date }": 8,
    "1..64 | Sort-Object": 7,
    "1..64 | Select-Object -First 1": 3,
    "1..64 | Where-Object { $_ -gt 9 }": 67,
    "1..64 | Group-Object": 3,
    "(1..64) -contains 7": 2,
    "(1..64) -join ''": 2,
    "$l = [Collections.ArrayList](1..64); $l.Add(1)": 3,
    "$l = [Collections.ArrayList](1..64); $l.Sort()": 7,
    "$l = [Collections.ArrayList](1..64)\nif ($env:X) { $l.Clear() }": 9,
    "$t = [ordered]@{}\n1..40 | % { $t[\"a$_\"] = 1 }\n$t.Insert(0, 'b', 1)": 85,
    '$t = @{}\n1..40 | % { $t["a$_"] = 1 }\n$x = $t.Values': 84,
    "$s = 'a' * 9000": 1,
    "$s = 'a' * 9000; $x = \"$s\"": 38,
    "$s = 'a' * 9000; $x = $s.Trim()": 38,
    "$s = 'a' * 9000; $x = $s -replace 'a', 'b'": 38,
    '$x = "$(1)"; $y = "$(1)"': 12,
    '$x = "$(1 + 1)$(2)"': 11,
    "[xml]$x = '<r>' + '<n/>' * 99 + '</r>'": 3,
    "[xml]$x = '<r>' + '<n/>' * 99 + '</r>'\n$y = $x.SelectNodes('//n')": 16,
    "[xml]$x = '<r>' + '<n/>' * 99 + '</r>'\n$x | Select-Xml '//n'": 16,
    "class P { [int] F() { return 1 } }\n$p = [P]::new()\n$p.F()": 3,
    "try { Get-Date } catch { Get-Date }": 3,
    "$b = { 1 }\n& $b\n. $b": 5,
    "function f { New-NetIPsecRule -DisplayName A }": 1,
    "(1..64 | % { $_ }) | Out-Null": 68,
    "$h = @{ A = 1 }; Get-Date @h": 2,
    "$a = @(1..64); $b = $a + $a": 5,
}


def steps_of(script: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many steps are taken to follow a script."""
    taken: list[int] = []
    step = Interpreter.step

    def counted(self: Interpreter, number: int = 1) -> None:
        taken.append(number)
        step(self, number)

    monkeypatch.setattr(Interpreter, "step", counted)
    parsed(script)
    return sum(taken)


@pytest.mark.parametrize("script", FORMS)
def test_a_form_takes_its_steps(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert steps_of(script, monkeypatch) == FORMS[script]
