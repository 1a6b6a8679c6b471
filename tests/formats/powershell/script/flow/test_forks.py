"""What a script sets where it is left, or where it may not run: behind it no one way's value is taken for all."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import addressed_by, names_of, parsed, said_of

from ipseclint.formats.powershell.script.flow.forks import MAX_STATES

USED = "\nNew-NetIPsecRule -DisplayName $n"
MAYBE = "if ($env:X)"
NOT_KNOWN = "unknown value of `displayname`: `$n`; it is decided by what is not known"


@cases(
    "script",
    [
        f"foreach ($e in 1..2) {{ {MAYBE} {{ $n = 'x'; break }}; $n = 'e' }}",
        f"$n = 'x'; foreach ($e in 1..2) {{ {MAYBE} {{ break }}; $n = 'e' }}",
        f"$n = 'x'; foreach ($e in 1..2) {{ {MAYBE} {{ if ($env:Y) {{ $n = 'z'; continue }} }}; $n = 'e' }}",
        f"$n = 'x'; foreach ($e in 1..2) {{ $n = 'e'; {MAYBE} {{ continue }}; $n = 'z' }}",
        f":o foreach ($e in 1..2) {{ foreach ($i in 1..2) {{ {MAYBE} {{ $n = 'x'; break o }}; $n = 'e' }} }}",
        f"for ($i = 0; $i -lt 2; $i++) {{ {MAYBE} {{ $n = 'x'; break }}; $n = 'e' }}",
        f"do {{ {MAYBE} {{ $n = 'x'; break }}; $n = 'e' }} while ($false)",
        f"while ($true) {{ {MAYBE} {{ $n = 'x'; break }}; $n = 'e'; break }}",
        "$n = 0; while ($true) { $n++; if (Test-Path $n) { break } }",
        f"switch ('a', 'b') {{ default {{ {MAYBE} {{ $n = 'x'; continue }}; $n = 'e' }} }}",
        f"function F {{ $script:n = 'x'; {MAYBE} {{ return }}; $script:n = 'e' }}; F",
        f"& {{ {MAYBE} {{ $script:n = 'x'; return }}; $script:n = 'e' }}",
        f"1..2 | % {{ {MAYBE} {{ $n = 'x'; return }}; $n = 'e' }}",
        f"try {{ $n = 'x'; {MAYBE} {{ throw 1 }}; $n = 'e' }} catch {{ Write-Host no }}",
        f"$n = 'x'; foreach ($e in 1..2) {{ try {{ {MAYBE} {{ throw 1 }}; $n = 'e' }} catch {{ continue }} }}",
        f"function F {{ try {{ {MAYBE} {{ throw 1 }}; $script:n = 'e' }} catch {{ return }} }}; $n = 'x'; F",
        f"$n = 'x'; trap {{ continue }}; & {{ {MAYBE} {{ throw 1 }}; $script:n = 'e' }}",
        "foreach ($e in 'x', 'y') { try { Test-Connection $e; $n = $e; break } catch { Write-Host no } }",
    ],
)
def test_what_is_held_where_a_jump_may_leave_is_not_taken_for_what_is_held_behind_it(script: str) -> None:
    assert [said for *_, said in said_of(script + USED)] == [NOT_KNOWN]


@cases(
    "script",
    [
        "foreach ($e in Import-Csv a.csv) { $n = 'e' }",
        "$n = 'x'; foreach ($e in Import-Csv a.csv) { $n = 'e' }",
        "$n = 'x'; while ($env:X) { $n = 'e' }",
        "$n = 'x'; do { $n += 'e' } until ($env:X)",
        "for ($n = 0; $n -lt $env:X; $n++) { Write-Host $n }",
        "$n = 'x'; Import-Csv a.csv | % { $n = 'e' }",
        "$n = 'x'; $o = Import-Csv a.csv | ? { $n = 'e'; $true }",
        "$n = 'x'; (Import-Csv a.csv).ForEach({ $n = 'e' })",
        "function F { process { $script:n = 'e' } }; $n = 'x'; Import-Csv a.csv | F",
        "$n = 'x'; $o = $env:X -and ($n = 'e')",
        "$n = 'x'; Invoke-Unheard { $n = 'e' }",
    ],
)
def test_what_may_not_run_or_more_than_once_sets_nothing_for_certain(script: str) -> None:
    assert [said for *_, said in said_of(script + USED)] == [NOT_KNOWN]


@cases(
    "script",
    [
        f"foreach ($e in 1..2) {{ {MAYBE} {{ $n = 'e'; break }}; $n = 'e' }}",
        f"foreach ($e in 1..2) {{ {MAYBE} {{ continue }}; $o = $e }}; $n = 'e'",
        f"try {{ {MAYBE} {{ throw 1 }}; $n = 'e' }} catch {{ exit 1 }}",
        f"function F {{ {MAYBE} {{ $n = 'x'; return }}; $n = 'y' }}; $n = 'e'; F",
        "$n = 'e'; foreach ($e in Import-Csv a.csv) { $n = 'e' }",
        "$n = 'x'; do { $n = 'e' } while ($env:X)",
        f"foreach ($e in 'a', 'e') {{ {MAYBE} {{ break }}; $o = $e }}; $n = 'e'",
        f"foreach ($e in 1..2) {{ {MAYBE} {{ $t = @{{ a = 'e' }}; break }}; $t = @{{ a = 'e'; b = 1 }} }}; $n = $t.a",
        "foreach ($e in 'e', 'y') { try { $n = $e; break } catch { Write-Host no } }",
        "ping x\nforeach ($e in 1..2) { if (-not $?) { $n = 'x'; break }; $n = 'e' }",
    ],
)
def test_what_each_way_leaves_alike_is_known(script: str) -> None:
    assert names_of(script + USED) == ["e"]


def test_why_a_value_is_not_known_is_said_still() -> None:
    script = "$n = 'x'\nforeach ($e in Import-Csv a.csv) { $n = Import-Clixml a.xml }\n"
    said = [said for *_, said in said_of(script + USED)]
    assert said == ["unknown value of `displayname`: `$n`; it is what `import-clixml` gives"]


def test_a_list_that_grows_in_what_may_not_run_is_not_known() -> None:
    script = "$l = [Collections.ArrayList]@('10.0.0.1')\nforeach ($e in Import-Csv a.csv) { $l.Add('10.0.0.2') }\n"
    (rule,) = parsed(script + "New-NetIPsecRule -DisplayName a -RemoteAddress $l").policy.connection_security_rules
    assert rule.endpoint2.known is None


@cases("count", [1, MAX_STATES, MAX_STATES + 1, 300])
def test_it_is_all_the_same_how_many_jumps_lead_there(count: int) -> None:
    jumps = "; ".join(f"if (Test-Path {number}) {{ $n = '{number}'; break }}" for number in range(count))
    script = f"foreach ($e in 1..2) {{ {jumps}; $n = 'e' }}"
    assert [said for *_, said in said_of(script + USED)] == [NOT_KNOWN]
    assert names_of(script.replace("$n = '", "$o = '") + "; $n = 'e'" + USED) == ["e"]


ADDRESSED = "\nNew-NetIPsecRule -DisplayName a -RemoteAddress $l"


@cases(
    "script",
    [
        "$l = foreach ($e in '10.0.0.1', '10.0.0.2') { if ($env:X) { continue }; $e }",
        "$l = foreach ($e in '10.0.0.1', '10.0.0.2') { if ($env:X) { break }; $e }",
        "$l = '10.0.0.1', '10.0.0.2' | % { if ($env:X) { return }; $_ }",
        "$l = switch (1) { 1 { if ($env:X) { continue }; '10.0.0.1' } }",
        "function F { '10.0.0.1'; if ($env:X) { return }; '10.0.0.2' }; $l = F",
        "$l = try { if ($env:X) { throw 1 }; '10.0.0.1' } catch { Write-Host no }",
        "$l = foreach ($e in Import-Csv a.csv) { '10.0.0.1' }",
        "$l = while ($env:X) { '10.0.0.1' }",
        "$l = Import-Csv a.csv | % { '10.0.0.1' }",
        "$l = (Import-Csv a.csv).ForEach({ '10.0.0.1' })",
        "function F { process { '10.0.0.1' } }; $l = Import-Csv a.csv | F",
        "function F { foreach ($e in 1, 2) { if ($env:X) { continue }; '10.0.0.1'; return } }; $l = F",
        "function F { switch (1, 2) { default { if ($env:X) { continue }; '10.0.0.1'; return } } }; $l = F",
    ],
)
def test_what_may_not_be_given_or_more_than_once_is_not_known_and_said_once(script: str) -> None:
    result = parsed(script + ADDRESSED)
    (rule,) = result.policy.connection_security_rules
    assert rule.endpoint2.known is None
    (said,) = (problem.message for problem in result.problems)
    assert said.startswith("unknown address `")
    assert "; it is there only if something holds that is not known" in said


@cases(
    "script",
    [
        "$l = foreach ($e in '10.0.0.1', '10.0.0.2') { if ($e -eq 'x') { continue }; $e }",
        "$l = foreach ($e in '10.0.0.1', '10.0.0.2') { foreach ($i in 1, 2) { if ($env:X) { break } }; $e }",
        "$l = foreach ($e in '10.0.0.1', '10.0.0.2') { ping x | Out-Null; if (-not $?) { continue }; $e }",
        "$l = try { if ($env:X) { throw 1 }; '10.0.0.1'; '10.0.0.2' } catch { exit 1 }",
        "$l = '10.0.0.1', '10.0.0.2' | % { & { if ($env:X) { return } }; $_ }",
    ],
)
def test_what_is_given_on_each_way_is_known(script: str) -> None:
    assert addressed_by(script + ADDRESSED) == ["a=10.0.0.1,10.0.0.2"]


def test_an_object_that_is_made_perhaps_stays_what_it_is() -> None:
    script = "$r = foreach ($e in 1, 2) { if ($env:X) { continue }; New-NetIPsecRule -DisplayName $e }\n"
    result = parsed(script + "$r | Set-NetIPsecRule -InboundSecurity Require")
    assert [str(rule.inbound.known) for rule in result.policy.connection_security_rules] == ["require", "require"]


ROWS = "Import-Csv rows.csv"
TABLE = "[pscustomobject]@{ N = 'a' }"
MANY = f"{ROWS} | % {{ {TABLE} }}"
EACH = f"foreach ($r in {ROWS}) {{ {TABLE} }}"
RULE = "New-NetIPsecRule -RemoteAddress 10.0.0.1 -InboundSecurity Require -DisplayName"


@cases(
    ("script", "names"),
    [
        (f"$l = {MANY}; foreach ($e in $l) {{ {RULE} $e.N }}", ["a"]),
        (f"$l = {EACH}; $l | % {{ {RULE} $_.N }}", ["a"]),
        (f"$l = {EACH}; $l.ForEach({{ {RULE} $_.N }})", ["a"]),
        (f"({ROWS}).ForEach({{ {RULE} a }})", ["a"]),
        (f"function F {{ process {{ {TABLE} }} }}; {ROWS} | F | % {{ {RULE} $_.N }}", ["a"]),
        (f"{ROWS} | % {{ {TABLE} }} | ? N -eq a | sort N | select N | % {{ {RULE} $_.N }}", ["a"]),
        (
            f"$l = {EACH}; [psobject[]]$l = $l; foreach ($e in $l) {{ {RULE} $e.N }}",
            ["a"],
        ),
        (
            f"$l = {ROWS} | % {{ @{{ DisplayName = 'a' }} }}; foreach ($e in $l) {{ {RULE.rpartition(' ')[0]} @e }}",
            ["a"],
        ),
        (f"$l = @({TABLE}) + @({ROWS} | % {{ {TABLE} }}); foreach ($e in $l) {{ {RULE} $e.N }}", ["a", "a"]),
        (
            f"$l = 'b', 'c' | % {{ if ($env:X) {{ return }}; {TABLE} }}; foreach ($e in $l) {{ {RULE} $e.N }}",
            ["a", "a"],
        ),
        (f"$l = {ROWS} | % {{ {{ {RULE} a }} }}; foreach ($e in $l) {{ & $e }}", ["a"]),
    ],
)
def test_what_is_made_of_each_table_that_may_not_be_given_is_made_as_often_as_is_not_known(
    script: str, names: list[str]
) -> None:
    result = parsed(script)
    assert [rule.name for rule in result.policy.connection_security_rules] == names
    (said,) = {problem.message for problem in result.problems}
    assert said.startswith(("how often this loop runs", "how often this runs"))


@cases(
    "script",
    [
        f"if ($l.Count -eq 0) {{ {RULE} a }}",
        f"if ($l) {{ {RULE} a }}",
        f"if (@($l).Length -gt 1) {{ {RULE} a }}",
        f"for ($i = 0; $i -lt $l.Count; $i++) {{ {RULE} a }}",
    ],
)
@cases("given", [TABLE, "'a'", "$_"])
def test_how_many_are_given_is_not_known(script: str, given: str) -> None:
    result = parsed(f"$l = @({ROWS} | % {{ {given} }}); {script}")
    assert [rule.name for rule in result.policy.connection_security_rules] == ["a"]
    assert [problem.message for problem in result.problems if "not known" in problem.message]


@cases("name", ["$l.N", "$l[0].N", "$l[1].N", "@($l)[-1].N"])
def test_what_such_a_table_holds_is_not_known_where_one_is_taken(name: str) -> None:
    said = said_of(f"$l = {EACH}; {RULE} {name}")
    assert len(said) == 1
    assert "there only if something holds that is not known" in said[0][2]


def test_what_is_listed_is_there_though_it_is_not_known() -> None:
    assert said_of(f"if (@($env:A, $env:B).Count -eq 2) {{ {RULE} a }}") == []


def test_whether_any_is_given_is_not_known() -> None:
    result = parsed(f"$l = {MANY}; if ($null -eq $l) {{ {RULE} a }}")
    assert [rule.name for rule in result.policy.connection_security_rules] == ["a"]
    assert len(result.problems) == 1


@cases(
    "script",
    [
        "$n = 0; while ($n++ -lt $env:N) { }",
        "$n = 0; do { } until (($n += 1) -ge $env:N)",
        "$n = 0; while (($n = $n + 1) -lt $env:N) { }",
        "$n = 0; for (; ++$n -lt $env:N;) { }",
        "$n = 'a'; while (($n = 'b') -and $env:X) { }",
    ],
)
def test_what_the_condition_of_a_loop_sets_is_not_known_behind_it(script: str) -> None:
    assert said_of(script + USED)[0][2].startswith("unknown value of `displayname`: `$n`")


@cases(
    "script",
    [
        f"$n = 0; while ($n -lt $env:N) {{ $n++; if ($n -eq 2) {{ {RULE} a }} }}",
        f"$n = 0; foreach ($r in {ROWS}) {{ $n += 1; if ($n -gt 1) {{ {RULE} a }} }}",
        f"$n = $true; {ROWS} | % {{ if ($n) {{ $n = $false }} else {{ {RULE} a }} }}",
        f"$n = $true; while (Test-Path x) {{ if ($n) {{ $n = $false; continue }}; {RULE} a }}",
    ],
)
def test_what_a_later_round_makes_is_read(script: str) -> None:
    assert [rule.name for rule in parsed(script).policy.connection_security_rules] == ["a"]


def test_what_each_round_sets_before_it_uses_it_is_known() -> None:
    script = f"$n = 'x'; foreach ($r in {ROWS}) {{ $n = 'a'; if ($n -eq 'a') {{ {RULE} $n }} }}"
    (said,) = said_of(script)
    assert said[2].startswith("how often this loop runs")
