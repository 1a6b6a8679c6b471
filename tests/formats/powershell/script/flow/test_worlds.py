"""Conditions that are not known and asked again, and what is changed where alone it is made."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed, said_of

HEAD = "param([Parameter(Mandatory)][bool]$C, [Parameter(Mandatory)][string]$M)\n"
RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Request -DisplayName"


def _read(body: str) -> tuple[list[str], list[str]]:
    result = parsed(HEAD + body.replace("RULE", RULE))
    rules = [
        f"{rule.name} {','.join(map(str, rule.endpoint2.known or ()))} {rule.inbound.known}".replace(" any ", " ")
        for rule in result.policy.connection_security_rules
    ]
    return rules, [each.message for each in result.problems if not each.message.startswith(("whether `", "how often"))]


@cases(
    ("first", "again"),
    [
        ("$C", "$C"),
        ("$C", "$c -eq $true"),
        ("$C", "($C)"),
        ("$M -eq 'x'", "$M  -eq 'x'"),
        ("$M.StartsWith('x')", "$M.StartsWith('x')"),
        ("$env:STAGE -eq 'x'", "$env:STAGE -eq 'x'"),
    ],
)
def test_what_the_same_condition_decides_is_one_world(first: str, again: str) -> None:
    body = f"if ({first}) {{ $a = '10.1.0.0/16' }} else {{ $a = '10.2.0.0/16' }}\n"
    body += f"if ({again}) {{ RULE 'a' -RemoteAddress $a }} else {{ RULE 'b' -RemoteAddress $a }}"
    assert _read(body) == (["a 10.1.0.0/16 require", "b 10.2.0.0/16 require"], [])


@cases("again", ["-not $C", "!$C", "$C -eq $false", "$C -ne $true", "-not ($C)", "!($C -eq $true)"])
def test_the_opposite_is_the_other_world(again: str) -> None:
    body = "if ($C) { $a = '10.1.0.0/16' } else { $a = '10.2.0.0/16' }\n"
    body += f"if ({again}) {{ RULE 'b' -RemoteAddress $a }}\nif ($C) {{ RULE 'a' -RemoteAddress $a }}"
    assert _read(body) == (["b 10.2.0.0/16 require", "a 10.1.0.0/16 require"], [])


@cases(
    "body",
    [
        "if ($C) { SET }\n$C = Read-Host\nif ($C) { USE }",
        "if ($M) { SET }\nif ($C) { USE }",
        "if (Test-Path $M) { SET }\nif (Test-Path $M) { USE }",
        "if ($i++ -gt $M) { SET }\nif ($i++ -gt $M) { USE }",
        "$t = @{ a = $M }\nif ($t.a) { SET }\n$t.a = Read-Host\nif ($t.a) { USE }",
    ],
)
def test_another_condition_or_one_that_may_have_changed_is_none(body: str) -> None:
    made = body.replace("SET", "$a = '10.1.0.0/16'").replace("USE", "RULE 'a' -RemoteAddress $a")
    rules, said = _read("$a = '10.2.0.0/16'\n" + made)
    assert rules == ["a  require"]
    assert said == ["unknown address `$a`; it is decided by what is not known"]


def test_what_has_been_changed_since_stays_changed() -> None:
    body = "if ($C) { $a = '10.1.0.0/16' } else { $a = '10.2.0.0/16' }\n$a = '10.3.0.0/16'\n"
    assert _read(body + "if ($C) { RULE 'a' -RemoteAddress $a }") == (["a 10.3.0.0/16 require"], [])


def test_each_world_goes_on_from_what_it_left() -> None:
    body = 'if ($C) { $n = 1 } else { $n = 5 }\nif ($C) { $n += 1 }\nif ($C) { RULE "r$n" } else { RULE "s$n" }'
    assert _read(body) == (["r2 require", "s5 require"], [])


def test_within_a_world_its_condition_is_known() -> None:
    body = "if ($C) { if (-not $C) { RULE 'never' }; if ($C) { RULE 'a' } }"
    assert _read(body) == (["a require"], [])


def test_behind_a_guard_its_condition_is_known() -> None:
    body = "if (-not $C) { return }\nRULE 'a'\nif ($C) { RULE 'b' } else { RULE 'never' }"
    assert _read(body) == (["a require", "b require"], [])


def test_a_list_has_what_its_world_put_into_it() -> None:
    body = "$l = [Collections.Generic.List[string]]::new()\nif ($C) { $l.Add('10.1.0.0/16') }\n"
    assert _read(body + "if ($C) { RULE 'a' -RemoteAddress $l }") == (["a 10.1.0.0/16 require"], [])


@cases(
    "body",
    [
        "if ($C) { RULE 'a' }\nif ($C) { Set-NetIPsecRule -DisplayName 'a' -InboundSecurity Request }",
        "if ($C) { RULE 'a'; Set-NetIPsecRule -DisplayName 'a' -InboundSecurity Request }",
        "foreach ($x in Import-Csv x.csv) { RULE 'a'; Set-NetIPsecRule -DisplayName 'a' -InboundSecurity Request }",
        "Import-Csv x.csv | % { RULE 'a'; Set-NetIPsecRule -DisplayName 'a' -InboundSecurity Request }",
        "while ($C) { $r = RULE 'a'; $r | Set-NetIPsecRule -InboundSecurity Request }",
    ],
)
def test_what_is_made_here_alone_is_changed_here(body: str) -> None:
    assert _read(body) == (["a request"], [])


def test_what_a_function_makes_that_nobody_calls_it_changes() -> None:
    body = "function f { RULE 'a'; Set-NetIPsecRule -DisplayName 'a' -InboundSecurity Request }"
    assert _read(body) == (["a request"], ["nothing here calls `f`: it is read as if it were called once"])


def test_what_is_made_here_alone_is_taken_out_here() -> None:
    assert _read("if ($C) { RULE 'a'; RULE 'b' }\nif ($C) { Remove-NetIPsecRule -DisplayName 'a' }") == (
        ["b require"],
        [],
    )


@cases(
    "body",
    [
        "RULE 'a'\nif ($C) { Set-NetIPsecRule -DisplayName 'a' -InboundSecurity Request }",
        "if ($C) { RULE 'a' }\nif ($M) { Set-NetIPsecRule -DisplayName 'a' -InboundSecurity Request }",
        "foreach ($x in Import-Csv x.csv) { if ($x.A) { RULE 'a' }\nif ($x.B) { CHANGE } }",
    ],
)
def test_what_is_made_elsewhere_too_is_not_known_to_be_changed(body: str) -> None:
    body = body.replace("CHANGE", "Set-NetIPsecRule -DisplayName 'a' -InboundSecurity Request")
    assert _read(body) == (["a require"], ["whether this change is made is not known"])


def test_a_condition_is_named_wherever_it_decides() -> None:
    said = said_of(HEAD + f"if ($C) {{ {RULE} 'a' }}\nif ($C) {{ {RULE} 'b' }}")
    assert [(line, column) for line, column, _ in said] == [(2, 5), (3, 5)]


def test_the_same_switch_over_the_same_words_goes_the_same_way() -> None:
    body = "switch ($M) { 'a' { $a = '10.1.0.0/16' } 'b' { $a = '10.2.0.0/16' } default { $a = '10.3.0.0/16' } }\n"
    body += "switch ($M) { 'a' { RULE 'a' -RemoteAddress $a } 'b' { RULE 'b' -RemoteAddress $a } "
    rules, said = _read(body + "default { RULE 'c' -RemoteAddress $a } }")
    assert rules == ["a 10.1.0.0/16 require", "b 10.2.0.0/16 require", "c 10.3.0.0/16 require"]
    assert [each for each in said if not each.startswith("what `")] == []


@cases("words", [("b", "a"), ("a", "c")])
def test_a_switch_over_other_words_is_another(words: tuple[str, str]) -> None:
    body = "$a = '10.3.0.0/16'; switch ($M) { 'a' { $a = '10.1.0.0/16' } 'b' { $a = '10.2.0.0/16' } }\n"
    rules, _ = _read(body + f"switch ($M) {{ '{words[0]}' {{ RULE 'a' -RemoteAddress $a }} '{words[1]}' {{ }} }}")
    assert rules == ["a  require"]
