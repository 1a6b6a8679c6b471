"""Entries that a splatted table has on some ways only: what is refused with them is no certain refusal."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed, refused_of, said_of

TABLE = "$p = @{ InboundSecurity = 'Require'; OutboundSecurity = 'Require' }\n"
SPLAT = "New-NetIPsecRule @p -DisplayName a"


@cases(
    ("put", "said"),
    [
        ("if ($env:T) { $p.Add('ProtocolType', $env:T) }", "`-ProtocolType` is not a parameter of New-NetIPsecRule"),
        ("if ($env:T) { $p.Nope = 1 }", "`-Nope` is not a parameter of New-NetIPsecRule"),
        ("if ($env:T) { $p.DisplayName = 'b' }", "`-DisplayName` is given twice"),
        ("if ($env:T) { $p = $p + @{ Nope = 1 } }", "`-Nope` is not a parameter of New-NetIPsecRule"),
    ],
)
def test_what_is_given_only_on_some_ways_is_refused_only_there(put: str, said: str) -> None:
    script = f"{TABLE}{put}\n{SPLAT}"
    assert refused_of(script) == []
    assert len(parsed(script).policy.connection_security_rules) == 1
    why = f"{said}: whether it is given, so that PowerShell refuses the command, is not known"
    assert why in [message for *_, message in said_of(script)]


@cases(
    "put",
    [
        "$p.Nope = 1",
        "if ($env:T) { $p.Nope = 1 } else { $p.Nope = 2 }",
        "if ($env:T) { $p.Mode = 'None' }; $p.Nope = 1",
    ],
)
def test_what_is_given_on_every_way_is_refused(put: str) -> None:
    (refused,) = refused_of(f"{TABLE}{put}\n{SPLAT}")
    assert refused[2] == "`-Nope` is not a parameter of New-NetIPsecRule"
