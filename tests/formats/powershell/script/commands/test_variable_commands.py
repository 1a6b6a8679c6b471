"""Variables that a script sets and asks for by cmdlets."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import names_of, said_of

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"


@cases(
    ("asked", "name"),
    [
        ("(Get-Variable x -ValueOnly)", "a"),
        ("(Get-Variable -Name X -Val)", "a"),
        ("(Get-Variable -Name x).Value", "a"),
        ("(Get-Variable X).Name", "X"),
    ],
)
def test_a_variable_is_found_by_its_name(asked: str, name: str) -> None:
    assert names_of(f"$x = 'a'\n{RULE} {asked}") == [name]


@cases("asked", ["Get-Variable nothing", "Get-Variable nothing -ValueOnly", "Get-Variable $env:X", "Get-Variable"])
def test_a_variable_that_the_script_does_not_have_is_not_known_where_it_is_asked_for(asked: str) -> None:
    script = f"{RULE} ({asked})"
    said = f"unknown value of `displayname`: `{asked}`; it is what `Get-Variable` gives"
    assert said_of(script) == [(1, len(RULE) + 3, said)]


def test_a_loop_over_a_variable_that_the_script_does_not_have_is_told_with_the_loop_alone() -> None:
    script = f"$b = 1\nGet-Variable nothing | ForEach-Object {{ {RULE} A }}"
    assert [each[:2] for each in said_of(script)] == [(2, 24)]
