"""Default values of parameters that a script sets: what is not known of them is said where it stands."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed

WHY = "which defaults parameters have from here on is not known"


@cases(
    ("before", "unknown"),
    [("$PSDefaultParameterValues = ", "Import-Clixml d.xml"), ("$d = @{}; $d[(", "Read-Host")],
)
def test_defaults_that_are_not_known_are_said_at_their_place(before: str, unknown: str) -> None:
    behind = "" if "PSDefault" in before else ")] = 1; $PSDefaultParameterValues = $d"
    found = parsed(f"{before}{unknown}{behind}\nNew-NetIPsecRule -DisplayName A")
    assert [rule.name for rule in found.policy.connection_security_rules] == ["A"]
    ((place, message),) = ((each.span, each.message) for each in found.problems)
    text = f"{before}{unknown}"
    assert (message, text[place.column - 1 : place.column - 1 + place.length]) == (WHY, unknown)
