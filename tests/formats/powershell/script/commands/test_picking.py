"""What commands pick of a pipeline, filter, group and measure; and what data sections and handed objects give."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import names_of, parsed, said_of

RULE = "New-NetIPsecRule -InboundSecurity Require -DisplayName"
EACH = f'ForEach-Object {{ {RULE} "$_" }}'


def names_of_any(script: str) -> list[str]:
    return [rule.name for rule in parsed(script).policy.connection_security_rules]


OBJECTS = "$all = 'a1:1', 'b2:2', 'A3:10' | % { $n, $v = $_ -split ':'; [pscustomobject]@{ N = $n; V = [int]$v } }\n"
LETS_THROUGH = "which of these this lets through is not known: it is read as if all were"


@cases(
    ("pipeline", "expected"),
    [
        ("1..5 | select -First 1 -Last 1", "1 5"),
        ("1..3 | select -First 2 -Last 2", "1 2 3"),
        ("1..5 | select -Skip 1 -First 1 -Last 1", "2 5"),
        ("1..5 | select -Last 2 -Skip 1", "3 4"),
        ("1..5 | select -Last 2 -Skip 4", "1"),
        ("1..5 | select -Last 9", "1 2 3 4 5"),
        ("1..5 | select -Last 0", ""),
        ("1..5 | select -First 0", ""),
        ("1..5 | select -SkipLast 3", "1 2"),
        ("'a', 'b', 'a', 'c' | select -Unique", "a b c"),
        ("1..2 | % { $n = 10 } { $_ } { $n + $_ } { 'end' }", "1 11 2 12 end"),
        ('1..4 | group { $_ % 2 } | % { "$($_.Name)x$($_.Count)" }', "1x2 0x2"),
        ("'b', 'a', 'B' | group | % { $_.Group -join '' }", "bB a"),
        ("'b', 'B' | group -CaseSensitive | % Name", "b B"),
        ("('b', 'a', 'b' | group -AsHashTable).b.Count", "2"),
        ('1..4 | measure -Sum | % { "$($_.Sum)/$($_.Count)" }', "10/4"),
        ("(3, 9, 4 | Measure-Object -Maximum -Minimum) | % { $_.Minimum; $_.Maximum }", "3 9"),
    ],
)
def test_a_pipeline_gives_what_windows_powershell_does(pipeline: str, expected: str) -> None:
    assert names_of(f"{pipeline} | {EACH}") == expected.split()


@cases(
    ("test", "expected"),
    [
        ("N -cin 'a3', 'a1'", "a1"),
        ("N -clike 'a*'", "a1"),
        ("N -EQ -Value A1", "a1"),
        ("-Property V -GT -Value 1", "b2 A3"),
        ("-Property V -EQ 10", "A3"),
    ],
)
def test_a_filter_in_words_compares_as_it_is_told(test: str, expected: str) -> None:
    assert names_of(f"{OBJECTS}$all | Where-Object {test} | % {{ {RULE} $_.N }}") == expected.split()


@cases(
    ("script", "place"),
    [
        (f"1, 2 | ? {{ Test-Path $_ }} | {EACH}", (1, 8)),
        (f"$x = 1, 2 | ? {{ $_ -is [Own] }}\n$x | {EACH}", (1, 13)),
        (f"(1, 2).Where({{ Test-Path $_ }}) | {EACH}", (1, 1)),
        (f"{OBJECTS}$all | ? V -is [int] | % {{ {RULE} $_.N }}", (2, 8)),
    ],
)
def test_a_filter_of_which_it_is_not_known_what_it_lets_through_is_said(script: str, place: tuple[int, int]) -> None:
    assert said_of(script) == [(*place, LETS_THROUGH)]


def test_a_filter_that_bears_on_nothing_is_not_said() -> None:
    assert said_of(f"{RULE} A\n1, 2 | ? {{ Test-Path $_ }} | % {{ Write-Host $_ }}") == []


@cases(
    ("script", "expected"),
    [
        ("data Names { @{ A = 'x' } }\nRULE $Names.A", ["x"]),
        ("$n = data { 'x', 'y' }\n$n | EACH", ["x", "y"]),
        (
            "DATA Names { ConvertFrom-StringData @'\n# note\na = x y\n\nb=z=1\n'@ }\nRULE $Names.a; RULE $Names.b",
            ["x y", "z=1"],
        ),
        ("$t = 'a=x' | ConvertFrom-StringData\nRULE $t.a", ["x"]),
        ("RULE ([string]::IsNullOrEmpty(' ')); RULE ([string]::IsNullOrWhiteSpace(' '))", ["False", "True"]),
        ("$i = 7; RULE $i.ToString('000'); RULE $i.ToString('D2'); RULE $i.ToString()", ["007", "07", "7"]),
        ("RULE '7'.PadLeft(3, '0'); RULE 'x'.PadRight(3, '.')", ["007", "x.."]),
        ("RULE \"$('abc'.IndexOf('c'))$('a.b.c'.LastIndexOf('.'))\"", ["23"]),
        ("'abc', 'bcd' | % Substring 1 | EACH", ["bc", "cd"]),
        ("'a-b' | ForEach-Object Replace '-' '_' | EACH", ["a_b"]),
        ("'a b,c;d'.Split((',', ';')) -join '/' | EACH", ["a b/c/d"]),
        ("'a b,c;d'.Split([char[]]',;') -join '/' | EACH", ["a b/c/d"]),
        ("'a;b,c'.Split(';', ',') | EACH", ["a", "b", "c"]),
        ("'a,,b'.Split(',', 'RemoveEmptyEntries') | EACH", ["a", "b"]),
        ("[math]::Max(3, 7), [Math]::Floor(2.7), [math]::Round(2.5) | EACH", ["7", "2", "2"]),
        ("if ('site-42' -match '^site-(\\d+)$') { RULE $Matches[1] }; RULE $Matches[0]", ["42", "site-42"]),
        ("if ('A' -match 'a') { 'B' -match 'c'; RULE $Matches[0] }", ["A"]),
        ("switch -Regex ('s1', 's2') { '^s(\\d)' { RULE $Matches[1] } }", ["1", "2"]),
        ("function f { param([string]$A, [string]$B = $('p' + $A)) RULE $B }\nf x", ["px"]),
        ("function f($A, $B = $('p' + $A)) { RULE $B }\nf x", ["px"]),
        ("function f { return ,@('x') }\n$all = f; RULE $all.Count; RULE $all[0]", ["1", "x"]),
        ("function f { return ,$args; RULE no }\n$all = f a b; RULE ($all -join '-')", ["a-b"]),
        ("RULE \"$([int]'0x1F')\"; RULE \"$([int][char]'a')\"", ["31", "97"]),
        ("$all = @('a', 'b'); RULE $all.Contains('A'); RULE $all.Contains('b')", ["False", "True"]),
        ("RULE ([Collections.ArrayList]('a', 'b')).Contains('B'); RULE 'a'.Equals('A')", ["False", "False"]),
        ("$a, $null, $b = 'x', 'y', 'z'\nRULE $a; RULE $b", ["x", "z"]),
    ],
)
def test_what_texts_and_data_sections_give_is_known(script: str, expected: list[str]) -> None:
    assert names_of(script.replace("RULE", RULE).replace("EACH", EACH)) == expected


def test_what_a_rule_takes_from_what_it_is_handed_is_said() -> None:
    script = "[pscustomobject]@{ DisplayName = 'A'; RemoteAddress = '10.0.0.1' } | New-NetIPsecRule"
    message = "whether New-NetIPsecRule takes `-DisplayName` from what it is handed is not followed"
    assert said_of(script) == [(1, script.index("New-") + 1, message)]
    assert said_of(f"1 | {RULE} A") == []


@cases(
    ("start", "column"),
    [
        *(("$i = 0, $j = 5", 6), ("$i, 'x' = 1, 2", 5), ("for ($i = 0, $j = 5; $i -lt 2; $i++) {}", 11)),
        *(("Ana,\n$i = 1", 1), ("@ana,\n$i = 1", 1)),
    ],
)
def test_an_assignment_to_what_is_no_variable_is_said(start: str, column: int) -> None:
    told = said_of(f"{start}\n{RULE} A")
    assert told == [(1, column, "nothing can be assigned to this: PowerShell refuses the whole script")]


@cases(
    "pick",
    [
        "-Skip 1",
        "-SkipLast 1",
        "-Index 1, 2",
        "-Skip 1 -First 5",
        "-Skip 2 -Last 1",
        "-Property Name -Skip 1",
        "-First 2",
    ],
)
def test_what_is_picked_of_what_is_not_known_is_not_known(pick: str) -> None:
    script = f"$all = Get-Content hosts.txt\nforeach ($n in ($all | Select-Object {pick})) {{ {RULE} $n }}"
    assert [(line, why[:25]) for line, _, why in said_of(script)] == [(2, "how often this loop runs,")]
    assert len(names_of_any(script)) == 1


def test_what_is_known_beside_it_is_picked_by_its_place() -> None:
    script = f"@('a', 'b', $env:X, 'c') | Select-Object -Skip 1 | % {{ {RULE} $_ }}"
    assert names_of_any(script)[::2] == ["b", "c"]
