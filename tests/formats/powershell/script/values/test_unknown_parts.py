"""Texts, lists and tables of which a part is not known, or may not be there: what is made of them is not known."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed, said_of

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"
LISTS = (
    "$l = 'b', $env:X",
    "$l = @('b'; if ($env:X) { 'c' })",
    "$l = @(if ($env:X) { 'c' }; 'b')",
    "function f { if ($env:X) { return }; 'b' }; $l = @(f; 'd')",
)
VALUES = (
    "$u = $env:X",
    "$u = $(if ($env:X) { 'q' } else { '1' })",
    "$u = $(if ($env:X) { 1 })",
    "function f { if ($env:X) { return }; 'b' }; $u = f",
)


def _is_said(script: str) -> bool:
    result = parsed(script)
    return bool(result.given) or any("unknown value of `displayname`" in each.message for each in result.problems)


@cases("given", LISTS)
@cases(
    "made",
    [
        *("('a' + $l)", "([string]$l)", "$l.ToString()", '"$($l -as [string])"', "(Join-Path 'a' $l)", '"x $l"'),
        *("($l -split 'x')[-1]", "($l -join '-')", "\"$(@($l | Where-Object { $_ -ne 'b' }).Count)\""),
        *("\"$($l.Where({ $_ -eq 'b' }).Count)\"", "($l | Sort-Object)[0]", '"$(@($l | Select-Object -Unique).Count)"'),
    ],
)
def test_what_is_made_of_a_list_with_a_part_that_is_not_known_is_not_known(given: str, made: str) -> None:
    assert _is_said(f"{given}\n{RULE} {made}")


@cases("given", VALUES)
@cases(
    "made",
    [
        *("('abc' -replace 'b', $u)", "('abc' -creplace $u, 'x')", "('a,b' -split ',', $u)[0]"),
        *("([string]::Format('{0}', $u))", "([string]::Join('-', 'a', $u))", "(Join-Path 'a' $u)"),
        *('"$(1..2 | select -First $u)"', '"$(1..2 | select -Skip $u)"', '"$(1..2 | select -Index $u)"'),
        *(
            "\"$('b', 'a' | sort $u)\"",
            "\"$('b', 'a' | sort -Descending:$u)\"",
            "(@('a', 'b').Where({ $true }, 'First', $u))",
        ),
        *("(('a;b' | ConvertFrom-Csv -Delimiter $u -Header p, q).p)", "\"$(@{ $u = 'b' }.Count)\""),
        *("\"$(switch ('a') { $u { 1 } default { 2 } })\"", '"$([string]::IsNullOrEmpty($u))"'),
    ],
)
def test_what_is_made_with_what_is_not_known_is_not_known(given: str, made: str) -> None:
    assert _is_said(f"{given}\n{RULE} {made}")


@cases("given", VALUES)
@cases(
    "change",
    [
        *("$h = @{ a = 'b' }; $h[$u] = 'c'; RULE $h.a", "$h = @{ a = 'b' }; $h.Remove($u); RULE $h.a"),
        *('$h = @{ a = 1 }; $h[$u] = 2; RULE "$($h.Count)"', '$h = @{ a = 1 }; $h.Remove($u); RULE "$($h.Count)"'),
        *("$h = [ordered]@{ a = 'b' }; $h.Insert($u, 'c', 'd'); RULE $h[0]", "$l = 'a', 'b'; $l[$u] = 'c'; RULE $l[0]"),
        *('$l = [Collections.ArrayList]@(1); [void]$l.Remove($u); RULE "$($l.Count)"',),
    ],
)
def test_what_is_changed_at_a_place_that_is_not_known_is_not_known(given: str, change: str) -> None:
    assert _is_said(f"{given}\n{change.replace('RULE', RULE)}")


def test_each_known_text_of_such_a_list_is_still_known() -> None:
    script = f"$l = 'b', $env:X\n$l | % {{ {RULE} $_ }}\n($l -replace 'b', 'c') | % {{ {RULE} $_ }}\n{RULE} $l[0]"
    names = [rule.name for rule in parsed(script).policy.connection_security_rules]
    assert [str(name) for name in (names[0], names[2], names[4])] == ["b", "c", "b"]


def test_what_a_filter_may_let_through_is_made_with_its_name_and_no_more_is_said() -> None:
    script = f"'b', 'c' | ? {{ $_ -ne $env:X }} | % {{ {RULE} $_ }}"
    assert [str(rule.name) for rule in parsed(script).policy.connection_security_rules] == ["b", "c"]
    assert [message for *_, message in said_of(script)] == [
        "which of these this lets through is not known: it is read as if all were"
    ]


def test_a_list_of_what_a_filter_may_let_through_is_not_known() -> None:
    script = f"$l = '10.0.0.1', '10.0.0.2' | ? {{ $_ -ne $env:X }}\n{RULE} a -RemoteAddress $l"
    (rule,) = parsed(script).policy.connection_security_rules
    assert rule.endpoint2.known is None


@cases("change", ["$h.N = 'b'", "$h['N'] = 'b'", "$h[$i.N] = 'b'", '$h."q$i" = 1'])
def test_what_a_round_of_a_loop_may_put_into_a_table_is_not_known_in_any_round(change: str) -> None:
    script = f"$h = @{{ N = 'a' }}\nforeach ($i in Import-Csv x.csv) {{ {RULE} $h.N; {change} }}"
    said = [(line, message) for line, _, message in said_of(script)]
    assert (2, "unknown value of `displayname`: `$h.N`; it is decided by what is not known") in said


def test_what_no_round_of_a_loop_changes_is_known_in_each() -> None:
    script = f"$h = @{{ N = 'a'; M = 1 }}\nforeach ($i in Import-Csv x.csv) {{ {RULE} $h.N; $h.M = 2 }}"
    assert [str(rule.name) for rule in parsed(script).policy.connection_security_rules] == ["a"]
