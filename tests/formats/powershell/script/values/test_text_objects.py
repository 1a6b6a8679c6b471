"""Objects that a script makes of its texts, each value at its place; and loops that do nothing, which end too."""

from __future__ import annotations

import pytest
from tests.cases import cases
from tests.formats.powershell.script.evaluating import names_of, policy_of, said_of

from ipseclint.formats.powershell.script.flow import interpreter

EACH = "ForEach-Object { New-NetIPsecRule -DisplayName $_.Name -RemoteAddress $_.Net -InboundSecurity Require }"
NODE = EACH.replace("$_.", "$_.Node.")
EAST = ("East", "10.1.0.0/16")


@cases(
    ("made", "expected"),
    [
        (
            "@'\nName,Net\n# a note\nEast,10.1.0.0/16\n\nWest,10.2.0.0/16\n'@ | ConvertFrom-Csv",
            [(*EAST, 4, 6), ("West", "10.2.0.0/16", 6, 6)],
        ),
        ("@'\n#TYPE x\n Name ; Net \nEast;10.1.0.0/16\n'@ | ConvertFrom-Csv -Delimiter ';'", [(*EAST, 4, 6)]),
        (
            '@\'\n"Net","Name"\n"10.1.0.0/16","East"\n"10.2.0.0/16","a, b"\n\'@ | ConvertFrom-Csv',
            [(*EAST, 3, 2), ("a, b", "10.2.0.0/16", 4, 2)],
        ),
        ("@'\nName,Note,Net\nEast,10.1.0.0/16,10.1.0.0/16\n'@ | ConvertFrom-Csv", [(*EAST, 3, 18)]),
        ("@'\nName,Note,Net\nEast,,10.1.0.0/16\n'@ | ConvertFrom-Csv", [(*EAST, 3, 7)]),
        ("@'\nName,Net\nEast\n'@ | ConvertFrom-Csv", [("East", "any", 4, 41)]),
        ("'Name,Net','East,10.1.0.0/16' | ConvertFrom-Csv", [(*EAST, 1, 18)]),
        ('ConvertFrom-Csv -InputObject "Name,Net`nEast,10.1.0.0/16"', [(*EAST, 1, 31)]),
        (
            '@\'\n[{"Name":"East","Net":["10.1.0.0/16"]},\n{"Name":"West","Net":"10.2.0.0/16"}]\n\'@| ConvertFrom-Json',
            [(*EAST, 2, 25), ("West", "10.2.0.0/16", 3, 23)],
        ),
        ('ConvertFrom-Json \'{"Name": "East", "Net": "10.1.0.0/16"}\'', [(*EAST, 1, 44)]),
        ("Select-Xml -Content '<a><r Name=\"East\" Net=\"10.1.0.0/16\"/></a>' -XPath '//r'", [(*EAST, 1, 45)]),
    ],
)
def test_each_object_has_its_values_at_their_places(made: str, expected: list[tuple[str, str, int, int]]) -> None:
    rules = policy_of(f"{made} | {NODE if 'Xml' in made else EACH}").connection_security_rules
    assert [
        (rule.name, str((rule.endpoint2.known or ("",))[0]), rule.endpoint2.span.line, rule.endpoint2.span.column)
        for rule in rules
    ] == expected


@cases(
    "made", ["ConvertFrom-Csv $unknown", "ConvertFrom-Json '{\"Name\": '", "ConvertFrom-Json ('{\"Name\": 1' + '}')"]
)
def test_what_is_not_known_of_a_text_is_said_of_what_is_made_of_it(made: str) -> None:
    assert [message.partition(";")[0] for _, _, message in said_of(f"{made} | {EACH}")] == [
        "how often this runs, and with what, is not known: it is read as if it ran once",
        "unknown value of `displayname`: `$_.Name`",
        "unknown address `$_.Net`",
    ]


@pytest.mark.parametrize(
    ("loop", "column"),
    [
        ("for(;;){}", 1),
        ("while($true){}", 1),
        ("do{}while($true)", 1),
        ("do{}until($false)", 1),
        ("$i=0; while($i -lt 60){$i++}", 7),
        ("$i=0; do{$i++}until($i -gt 60)", 7),
        ("for($i=0;$i -lt 60;$i++){}", 1),
        ("foreach($i in 1..60){}", 1),
        ("function f{f};f", 15),
    ],
)
def test_every_round_is_a_step(loop: str, column: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreter, "MAX_STEPS", 50)
    message = "the script takes more than 50 steps: what is behind this is not followed"
    rule = "New-NetIPsecRule -DisplayName a -InboundSecurity Require"
    assert said_of(f"{loop}\n{rule}") == [(1, column, message)]
    if "60" in loop:
        assert names_of(f"{loop.replace('60', '6')}\n{rule}") == ["a"]
