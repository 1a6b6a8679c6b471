"""Functions that may return before their end: what they give is the one or the other, and what hangs on it is read."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed, said_of

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"
ANSWER = "function Test-It { param($x) if ($x -eq 3) { return $false }; return $true }\n"
SETTINGS = "function Get-It { param($x) if ($x -isnot [xml]) { return $null }; $h = @{ In = 'Require' }; return $h }\n"
TRIED = "function Test-It { try { $r = Get-Content x -ErrorAction Stop; return $true } catch { return $false } }\n"

NO_VALUE = "whether `{}` has a value is not known, as its function may return early: it is read as if it had"
NETSH = "netsh advfirewall consec add rule name=N endpoint1=any endpoint2=any action=requireinrequireout"
AGAIN = "function f($b) { foreach ($i in 1, 2) { try { & $b; return } catch {} } }\n"


def _rules(script: str) -> list[object]:
    return [rule.name for rule in parsed(script).policy.connection_security_rules]


@cases(
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


@cases(
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
    assert said_of(script) == [(3, 50, NO_VALUE.format("$s.In"))]
    assert _rules(script) == ["A"]


@cases(
    "asks",
    ["if (!$s) { return }\n", "if ($null -eq $s) { exit 1 }\n", f"{RULE} B\nif (!$s) {{ return }}\n"],
)
def test_where_a_condition_has_asked_for_it_nothing_more_is_said(asks: str) -> None:
    script = SETTINGS + "$s = Get-It $env:X\n" + asks
    for use in ("-InboundSecurity $s.In", "-InboundSecurity $s['In']"):
        said = said_of(f"{script}New-NetIPsecRule -DisplayName A {use} -OutboundSecurity None")
        assert not any("has a value" in message for *_, message in said)


GIVES_ONE = "function Get-It { if ($env:X) { return }; GIVEN }\n"


@cases(
    ("given", "use"),
    [
        ("'a'", f"Get-It | % {{ {RULE} $_ }}"),
        ("'a'", f"$n = Get-It\n$n | % {{ {RULE} $_ }}"),
        ("'a'", f"foreach ($n in Get-It) {{ {RULE} $n }}"),
        ("'a'", f"Get-It | ? {{ $_ }} | % {{ {RULE} $_ }}"),
        ("'a'", f"{RULE} (Get-It)"),
        ("@{ DisplayName = 'a' }", f"Get-It | % {{ $p = $_; {RULE.removesuffix(' -DisplayName')} @p }}"),
        ("@{ DisplayName = 'a' }", f"$p = Get-It; {RULE.removesuffix(' -DisplayName')} @p"),
        ("@{ N = 'a' }", f"{RULE} (Get-It).N"),
    ],
)
def test_what_a_function_may_not_give_is_used_as_if_it_were_given_and_that_is_said(given: str, use: str) -> None:
    script = GIVES_ONE.replace("GIVEN", given) + use
    assert _rules(script) == ["a"]
    (said,) = [message for *_, message in said_of(script)]
    assert "has a value is not known" in said


@cases(
    "name",
    [
        '"$(Get-It)b"',
        "('{0}/{1}' -f (Get-It), 'b')",
        "((Get-It) + 'b')",
        "(Get-It).ToUpper()",
        "(@('b', (Get-It)) -join '')",
    ],
)
def test_a_text_made_with_what_a_function_may_not_give_is_not_known(name: str) -> None:
    script = GIVES_ONE.replace("GIVEN", "'a'") + f"{RULE} {name}"
    assert any("unknown value of `displayname`" in message for *_, message in said_of(script))


def test_a_table_that_a_function_may_return_instead_of_another_is_not_known() -> None:
    script = "function f { if ($env:X) { return @{ DisplayName = 'a' } }; @{ DisplayName = 'b' } }\n$p = f"
    assert said_of(f"{script}\n{RULE.removesuffix(' -DisplayName')} @p") == [
        (3, 69, "unknown address `@p`; it is decided by what is not known")
    ]


@cases(
    "name",
    [
        '"$(@(Get-It).Count)"',
        "('z' + (Get-It))",
        "@(Get-It; 'b')[1]",
        "@('a'; if ($env:X) { 'b' }; 'c')[2]",
        "\"$(@('a'; if ($env:X) { 'b' }; 'c').Count)\"",
        "\"$(@(if ($env:X) { 1, 2 } else { 3 }; 'c').Count)\"",
    ],
)
def test_how_many_are_given_is_not_known_where_a_way_gives_more_or_none(name: str) -> None:
    script = f"function Get-It {{ if ($env:X) {{ return 1, 2 }}; 3 }}\n{RULE} {name}"
    assert any("unknown value of `displayname`" in message for *_, message in said_of(script))


@cases(
    ("name", "made"),
    [
        ("\"$(@(if ($env:X) { 1 } else { 3 }; 'c').Count)\"", "2"),
        ("@(if ($env:X) { 1 } else { 3 }; 'c')[1]", "c"),
        ("@(Get-It; 'b')[1]", "b"),
    ],
)
def test_where_each_way_gives_one_what_stands_behind_it_keeps_its_place(name: str, made: str) -> None:
    assert _rules(f"function Get-It {{ if ($env:X) {{ return 1 }}; 3 }}\n{RULE} {name}") == [made]


@cases(
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


FAILS = "try { Get-Own | Out-Null } catch { return $false }"
BARE = "function Test-It { if (Test-Path x) { return }; return $true }\n"


@cases(
    ("script", "rules"),
    [
        (f"{BARE}if (Test-It) {{ {RULE} A }} else {{ {RULE} B }}", ["A", "B"]),
        (f"{BARE}if (-not (Test-It)) {{ {RULE} A }}", ["A"]),
        (f"{BARE}$r = Test-It\nif (!$r) {{ {RULE} A }}", ["A"]),
        (f"{BARE}if ((Test-It) -ne $true) {{ {RULE} A }}", ["A"]),
        (f"{BARE.replace('$true', '@{ In = 1 }')}$r = Test-It\nif ($null -eq $r) {{ {RULE} A }}", ["A"]),
        (f"{BARE.replace('if (Test-Path x)', 'foreach ($a in Get-Own)')}if (-not (Test-It)) {{ {RULE} A }}", ["A"]),
        (f"$b = {{ if (Test-Path x) {{ return }}; $true }}\nif (-not (& $b)) {{ {RULE} A }}", ["A"]),
        (f"{BARE.replace('if', 'try { $null = Get-Own } catch { return }; if')}if (!(Test-It)) {{ {RULE} A }}", ["A"]),
        (f"{BARE.replace('if (Test-Path x) { return }', FAILS)}if (!(Test-It)) {{ {RULE} A }}", ["A"]),
    ],
)
def test_a_function_that_may_return_before_its_end_may_give_nothing(script: str, rules: list[object]) -> None:
    assert _rules(script) == rules
    assert ["is not known" in message for *_, message in said_of(script)] == [True]


@cases(
    "script",
    [
        f"{BARE.replace('return }', 'exit }')}if (-not (Test-It)) {{ {RULE} A }}",
        f"{BARE.replace('return }', 'throw 1 }')}if (-not (Test-It)) {{ {RULE} A }}",
        f"{BARE.replace('return }', 'Write-Host x }')}if (-not (Test-It)) {{ {RULE} A }}",
        f"function Test-It {{ 1..2 | % {{ if ($env:X) {{ return }} }}; $true }}\nif (-not (Test-It)) {{ {RULE} A }}",
    ],
)
def test_what_leaves_no_function_gives_nothing_in_its_place(script: str) -> None:
    assert _rules(script) == []


def test_what_goes_on_with_what_a_function_gives_has_it() -> None:
    give = "function Get-It { if (Test-Path x) { return }; '10.1.0.0/16' }\n"
    for script in (
        f"{RULE} A -RemoteAddress (Get-It)",
        f"foreach ($n in (Get-It)) {{ if ($n) {{ {RULE} A -RemoteAddress $n }} }}",
        f"Get-It | Where-Object {{ $_ -like '10*' }} | ForEach-Object {{ {RULE} A -RemoteAddress $_ }}",
    ):
        (rule,) = parsed(give + script).policy.connection_security_rules
        assert [str(each) for each in rule.endpoint2.known or ()] == ["10.1.0.0/16"]
        (said,) = [message for *_, message in said_of(give + script)]
        assert "has a value is not known, as its function may return early" in said


@cases(
    ("script", "rules"),
    [
        (f"{RULE} A\nif ($env:X) {{ exit 1 }} else {{ exit 2 }}\n{RULE} B", ["A"]),
        (f"{RULE} A\nif ($env:X) {{ exit 1 }} elseif ($env:Y) {{ exit 2 }} else {{ return }}\n{RULE} B", ["A"]),
        (f"{RULE} A\nif ($env:X) {{ exit 1 }} elseif ($env:Y) {{ exit 2 }}\n{RULE} B", ["A", "B"]),
        (f"{RULE} A\nswitch ($env:X) {{ 'a' {{ exit 1 }} default {{ exit 2 }} }}\n{RULE} B", ["A"]),
        (f"function f {{ if ($env:X) {{ return }} else {{ exit }}; {RULE} A }}\nf\n{RULE} B", ["B"]),
        (
            f"try {{ if ($env:X) {{ throw 1 }} else {{ throw 2 }}; {RULE} A }} catch {{ {RULE} B }}\n{RULE} C",
            ["B", "C"],
        ),
        (f"foreach ($i in 1..2) {{ if ($env:X) {{ break }} else {{ continue }} }}\n{RULE} A", ["A"]),
        (f"foreach ($i in Get-Own) {{ exit }}\n{RULE} A", ["A"]),
        (f"while (Get-Own) {{ return }}\n{RULE} A", ["A"]),
        (f"do {{ return }} while (Get-Own)\n{RULE} A", []),
    ],
)
def test_where_all_that_may_run_leaves_nothing_runs_behind_it(script: str, rules: list[object]) -> None:
    assert _rules(script) == rules


@cases(
    ("script", "rules"),
    [
        (f"try {{ {RULE} A; return }} catch {{ throw }}\n{RULE} B", ["A"]),
        (f"try {{ {RULE} A; exit }} catch [Exception] {{ throw 'x' }} catch {{ exit 1 }}\n{RULE} B", ["A"]),
        (f"function f {{ try {{ {RULE} A; return }} catch {{ throw }}\n{RULE} B }}\nf\n{RULE} C", ["A", "C"]),
        (f"try {{ {RULE} A; return }} catch {{ Write-Warning x }}\n{RULE} B", ["A", "B"]),
        (f"try {{ {RULE} A; return }} catch {{ if ($x) {{ throw }} }}\n{RULE} B", ["A", "B"]),
        (f"try {{ try {{ {RULE} A; return }} catch {{ throw }}\n{RULE} B }} catch {{ {RULE} C }}", ["A", "C"]),
        (f"foreach ($i in 1, 2) {{ try {{ {RULE} A$i; continue }} catch {{ break }}; {RULE} B$i }}", ["A1", "A2"]),
        (
            f"foreach ($i in 1, 2) {{ try {{ {RULE} A$i; continue }} catch {{ }}; {RULE} B$i }}",
            ["A1", "B1", "A2", "B2"],
        ),
        (
            f"foreach ($i in 1, 2) {{ try {{ {RULE} A$i; return }} catch {{ continue }}; {RULE} B }}\n{RULE} C",
            ["A1", "A2", "C"],
        ),
        (f"foreach ($i in 1, 2) {{ try {{ {RULE} A$i; return }} catch {{ break }}; {RULE} B }}\n{RULE} C", ["A1", "C"]),
        (f"foreach ($i in 1, 2) {{ if ($x) {{ continue }} else {{ break }}; {RULE} B }}\n{RULE} C", ["C"]),
    ],
)
def test_behind_what_leaves_and_whose_failure_leaves_nothing_runs(script: str, rules: list[object]) -> None:
    assert _rules(script) == rules


@cases(
    ("script", "rules"),
    [
        (f"for ($i = 0; $i -lt 3; $i++) {{ try {{ {RULE} A; break }} catch {{ sleep 1 }} }}\n{RULE} B", ["A", "B"]),
        (
            f"function f {{ foreach ($i in 1, 2) {{ try {{ {RULE} A; return }} catch {{}} }}; throw 1 }}\nf\n{RULE} B",
            ["A", "B"],
        ),
        (
            f"{AGAIN}f {{ {RULE} A }}\nf {{ {RULE} B }}",
            ["A", "B"],
        ),
        (
            f"foreach ($n in 'A', 'B') {{ foreach ($i in 1, 2) {{ try {{ {RULE} $n; break }} catch {{ }} }} }}",
            ["A", "B"],
        ),
        (f"foreach ($n in 'A', 'B') {{ try {{ {RULE} $n; break }} catch {{ }} }}", ["A", "B"]),
        (f"{AGAIN}f {{ {RULE} A; {RULE} B }}\n{RULE} C", ["A", "B", "C"]),
        (f"{AGAIN}while ($true) {{ f {{ {RULE} A }}; break }}\n{RULE} B", ["A", "B"]),
        (f"{AGAIN}f {{ {NETSH} }}\n{RULE} B", ["N", "B"]),
        (f"{AGAIN}f {{ 1 | % {{ {NETSH} }} }}\n{RULE} B", ["N", "B"]),
        (f"foreach ($i in 1, 2) {{ {NETSH} }}", ["N", "N"]),
        (f"{AGAIN}f {{ {RULE} A }}\nf {{ {RULE} A }}", ["A", "A"]),
        (f"foreach ($n in 'A', 'A') {{ {RULE} $n }}", ["A", "A"]),
    ],
)
def test_what_is_tried_again_until_it_does_not_fail_is_made_once(script: str, rules: list[object]) -> None:
    assert sorted(map(str, _rules(script))) == sorted(map(str, rules))


@cases("asks", ["", "$PSNativeCommandUseErrorActionPreference = $true\n"])
def test_a_program_fails_a_block_only_where_the_script_asks_for_errors(asks: str) -> None:
    script = f"{asks}try {{ {NETSH}; return }} catch {{ Write-Warning x }}\n{RULE} A"
    assert _rules(script) == (["N", "A"] if asks else ["N"])


@cases(
    ("script", "rules"),
    [
        (f"function f {{ if ($x) {{ {RULE} A; return }}; throw 'no' }}\nf\n{RULE} B", ["A", "B"]),
        (f"function f {{ if ($x) {{ {RULE} A; exit }}; throw 'no' }}\nf\n{RULE} B", ["A"]),
        (f"function f {{ foreach ($i in 1, 2) {{ if ($x) {{ break }} }}; throw 'no' }}\nf\n{RULE} B", []),
        (f"try {{ function f {{ if ($x) {{ return }}; throw 'no' }}\nf\n{RULE} A }} catch {{ {RULE} B }}", ["A", "B"]),
    ],
)
def test_a_throw_that_is_reached_only_where_nothing_returned_before_ends_not_all(
    script: str, rules: list[object]
) -> None:
    assert _rules(script) == rules


def test_of_a_script_that_leaves_before_it_sets_anything_it_is_said() -> None:
    assert said_of(f"if ($env:X) {{ exit 1 }} else {{ exit 2 }}\n{RULE} B") == [
        (1, 15, "as far as its values are known, the script ends at this `exit`: what follows it was not read")
    ]


READ_ON = "the script ends at this `{}` before it does anything: what follows is read as if it went on"


@cases(
    ("bar", "word"),
    [
        ("exit", "exit"),
        ("Return", "return"),
        ("break", "break"),
        ("continue;", "continue"),
        ("throw 'not as a whole'", "throw"),
        ("$net = 'x'\nImport-Module NetSecurity\nfunction f { exit }\nWrite-Host step by step\nbreak # F8", "break"),
    ],
)
def test_a_script_that_is_barred_before_it_does_anything_is_read_on(bar: str, word: str) -> None:
    script = f"{bar}\n{RULE} B"
    assert [message for _, _, message in said_of(script)] == [READ_ON.format(word)]
    assert _rules(script) == ["B"]


@cases(
    ("script", "rules"),
    [
        (f"{RULE} A\nbreak\n{RULE} B", ["A"]),
        (f"{RULE} A\nexit 0\n{RULE} B", ["A"]),
        (f"foreach ($i in 1, 2) {{ {RULE} A; break }}\n{RULE} B", ["A", "B"]),
        (f"exit\nWrite-Host {RULE[:3]}", []),
        (f"{RULE} A\nexit", ["A"]),
    ],
)
def test_an_end_that_is_meant_is_not_said(script: str, rules: list[object]) -> None:
    assert said_of(script) == []
    assert _rules(script) == rules


@cases(
    ("script", "word"),
    [
        (f"Get-Content x | Set-Content y\nbreak\n{RULE} B", "break"),
        (f"if (Test-Path $env:windir) {{ break }} else {{ continue }}\n{RULE} B", "continue"),
        (f"Get-Date | Out-File log\nexit\n{RULE} B", "exit"),
    ],
)
def test_what_is_behind_an_end_is_not_read_where_the_script_did_something_before(script: str, word: str) -> None:
    ends = f"as far as its values are known, the script ends at this `{word}`: what follows it was not read"
    assert [message for _, _, message in said_of(script)] == [ends]
    assert _rules(script) == []


@cases("leaves", ["exit 0", "break", "throw 'no'", "return", "if ($x) { exit }", "exit; Get-Date"])
def test_what_a_function_that_nothing_calls_ends_by_ends_no_other(leaves: str) -> None:
    script = f"function Set-A {{ {RULE} A; {leaves} }}\nfunction Set-B {{ {RULE} B }}\n"
    assert _rules(script) == ["A", "B"]
    assert {message for _, _, message in said_of(script)} == {
        f"nothing here calls `set-{name}`: it is read as if it were called once" for name in "ab"
    }


def test_so_does_a_method_of_a_class() -> None:
    script = f"class C {{ [void] A() {{ {RULE} A; throw 'no' }} }}\nfunction Set-B {{ {RULE} B }}\n"
    assert sorted(map(str, _rules(script))) == ["A", "B"]


def test_what_lies_in_such_a_function_behind_its_end_is_said() -> None:
    script = f"function Set-A {{ Get-Date; exit 1; {RULE} A }}\nfunction Set-B {{ {RULE} B }}\n"
    assert _rules(script) == ["B"]
    assert [(line, message) for line, _, message in said_of(script) if "ends at" in message] == [
        (1, "as far as its values are known, the script ends at this `exit`: what follows it was not read")
    ]


TRY = f"try {{ {RULE} a$i; LEAVES }} catch {{ Write-Warning no }}\n"
ONLY_IF_IT_FAILS = "this runs only if something before it fails"


@cases(
    "around",
    [
        "foreach ($i in 1, 2) { TRYREST }",
        "for ($i = 0; $i -lt 2; $i++) { TRYREST }",
        "1, 2 | % { $i = $_; TRYREST }",
        "$i = 1; TRYREST",
    ],
)
@cases(
    ("rest", "also"),
    [
        ("Remove-NetIPsecRule -DisplayName B", "whether these objects are taken out is not known"),
        ("Set-NetIPsecRule -DisplayName B -Enabled False", "whether this change is made is not known"),
        ("Stop-Service IKEEXT", None),
        ("if ($i -lt 9) { Stop-Service IKEEXT }", None),
    ],
)
def test_what_stands_behind_what_is_tried_and_leaves_runs_only_if_it_fails(
    around: str, rest: str, also: str | None
) -> None:
    leaves = "continue" if around.startswith("for") else "return"
    body = around.replace("TRY", TRY.replace("LEAVES", leaves)).replace("REST", rest)
    result = parsed(f"{RULE} B\n{body}\n")
    assert {each.message for each in result.problems} == {ONLY_IF_IT_FAILS, also} - {None}
    (kept,) = [rule for rule in result.policy.connection_security_rules if rule.name == "B"]
    assert kept.enabled.known is True


@cases(
    "behind",
    [
        f"foreach ($i in 1, 2) {{ {TRY.replace('LEAVES', 'continue')} }}\n{RULE} C",
        f"function f($i) {{ {TRY.replace('LEAVES', 'return')} }}\nf 1\n{RULE} C",
        f"foreach ($i in 1..3) {{ {TRY.replace('a$i', 'a').replace('LEAVES', 'break')}Start-Sleep 1 }}\n{RULE} C",
        f"foreach ($i in 1..3) {{ {TRY.replace('LEAVES', 'continue')}Write-Warning $i }}\n{RULE} C",
    ],
)
def test_what_stands_behind_the_loop_or_the_function_runs_in_any_case(behind: str) -> None:
    assert said_of(behind) == []
    assert _rules(behind)[-1] == "C"


@cases(
    "again",
    [
        f"foreach ($i in 1..3) {{ {RULE} A; if ($?) {{ break }}; Start-Sleep 3 }}",
        f"for ($i = 0; $i -lt 3; $i++) {{ {RULE} A; if ($?) {{ break }} }}",
        f"foreach ($i in 1..3) {{ {RULE} A\nif ($LASTEXITCODE -eq 0) {{ break }} else {{ Start-Sleep 3 }} }}",
        f"function f {{ foreach ($i in 1..3) {{ {RULE} A; if (-not $LASTEXITCODE) {{ return }} }} }}\nf",
        f"$n = 0; do {{ {RULE} A; $n++ }} until ($? -or $n -ge 3)",
        f"$n = 0; do {{ {RULE} A; $n++ }} while (-not $? -and $n -lt 3)",
    ],
)
def test_what_is_done_again_until_it_succeeds_is_made_once(again: str) -> None:
    assert _rules(again) == ["A"]


@cases(
    "again",
    [
        f"foreach ($i in 1..3) {{ {RULE} A$i; if ($?) {{ continue }} }}",
        f"foreach ($i in 1..3) {{ {RULE} A$i; if (-not $?) {{ break }} }}",
    ],
)
def test_what_is_not_done_again_is_made_each_time(again: str) -> None:
    assert _rules(again) == ["A1", "A2", "A3"]


def test_what_stands_behind_a_success_that_leaves_runs_only_if_it_fails() -> None:
    script = f"function f {{ {RULE} A; if ($?) {{ return }}; {RULE} B }}\nf"
    assert [message for *_, message in said_of(script)] == [ONLY_IF_IT_FAILS]
    assert _rules(script) == ["A", "B"]


@cases("use", ["Get-It | % { $n = 'b' }", "foreach ($i in Get-It) { $n = 'b' }"])
def test_what_is_set_for_what_a_function_may_not_give_is_not_known_behind_it(use: str) -> None:
    script = f"{GIVES_ONE.replace('GIVEN', chr(39) * 2)}$n = 'a'\n{use}\n{RULE} $n"
    assert any("unknown value of `displayname`" in message for *_, message in said_of(script))


@cases("fails", ["if ($env:X) { throw 'e' }", "Get-Content x -ErrorAction Stop"])
def test_what_a_block_sets_behind_a_failure_is_not_known_where_that_is_caught(fails: str) -> None:
    script = f"$n = 'a'; $m = 'm'\ntry {{ {fails}; $n = 'b' }} catch {{\n{RULE} $n\n{RULE} $m }}\n{RULE} $n"
    assert [str(rule) for rule in _rules(script)][:2] == ["$n", "m"]
    assert (3, 82, "unknown value of `displayname`: `$n`; it is decided by what is not known") in said_of(script)


LEAVES_EARLY = [
    "try { if ($env:X) { throw 'e' }; $n = 'b' } finally {\n",
    "try { if ($env:X) { throw 'e' }; $n = 'b' } catch { throw } finally {\n",
    "try { try { if ($env:X) { throw 'e' }; $n = 'b' } catch { throw } } finally {\n",
    "try { if ($env:X) { return }; $n = 'b' } finally {\n",
    "foreach ($i in 1) { try { if ($env:X) { break }; $n = 'b' } finally {\n",
    "function f { if ($env:X) { throw 'e' }; $script:n = 'b' }\ntry { f } finally {\n",
]


@cases("tried", LEAVES_EARLY)
def test_what_a_block_sets_behind_what_leaves_it_is_not_known_in_finally(tried: str) -> None:
    script = f"$n = 'a'; $m = 'm'\n{tried}{RULE} $n\n{RULE} $m }}" + (" }" if "foreach" in tried else "")
    assert [str(rule) for rule in _rules(script)] == ["$n", "m"]
    line = script.count("\n")
    assert (line, 82, "unknown value of `displayname`: `$n`; it is decided by what is not known") in said_of(script)


@cases("tried", LEAVES_EARLY[:3])
def test_behind_a_failure_that_nothing_catches_the_script_has_ended(tried: str) -> None:
    script = f"$n = 'a'\n{tried}Write-Host x }}\n{RULE} $n"
    assert _rules(script) == ["b"]
    assert said_of(script) == []


@cases(
    ("last", "name"),
    [
        ("$n = 'c'", "c"),
        ('$n = "$n-c"', "$n"),
        ("Write-Host $n", "b"),
        ("Remove-Variable n", "$n"),
    ],
)
def test_what_finally_sets_counts_behind_it(last: str, name: str) -> None:
    assert _rules(f"$n = 'a'\n{LEAVES_EARLY[0]}{last} }}\n{RULE} $n") == [name]


def test_a_failure_that_is_passed_on_leaves_the_outer_try() -> None:
    script = (
        f"$n = 'a'\ntry {{ try {{ if ($env:X) {{ throw 'e' }}; $n = 'b' }} catch {{ throw }} }} catch {{ }}\n{RULE} $n"
    )
    assert _rules(script) == ["$n"]


def test_a_list_that_a_tried_block_adds_to_is_known_behind_what_catches() -> None:
    made = "$l = New-Object System.Collections.ArrayList; $l.Add('a')\n"
    script = f"{made}try {{ Get-Content x; $l.Add('b') }} catch {{ Write-Host $l.Count }}\n{RULE} $l[1]"
    assert _rules(script) == ["b"]


def test_an_element_of_a_list_whose_length_is_not_known_is_not_known() -> None:
    made = "$l = New-Object System.Collections.ArrayList; $l.Add('a')\n"
    script = f"{made}if ($env:X) {{ $l.Add('b') }}\n{RULE} $l[1]"
    why = "unknown value of `displayname`: `$l[1]`; not known: decided by what is not known"
    assert said_of(script) == [(3, 82, why)]


MAKES = "try { New-NetIPsecRule -DisplayName A -InboundSecurity Require; Own } catch"


@cases(
    ("clause", "is_said"),
    [
        ("{ Remove-NetIPsecRule -DisplayName A; throw }", False),
        ("{ Write-Warning failed; Get-NetIPsecRule | Remove-NetIPsecRule; throw $_ }", False),
        ("{ Remove-NetIPsecRule -DisplayName A }", True),
        ("{ Remove-NetIPsecRule -DisplayName A; Own; throw }", True),
        ("{ Remove-NetIPsecRule -DisplayName A; New-NetIPsecRule -DisplayName B; throw }", True),
    ],
)
def test_a_clause_that_takes_back_what_is_made_and_fails_is_no_problem(clause: str, is_said: bool) -> None:
    result = parsed(f"{MAKES} {clause}")
    assert bool(result.problems) is is_said
    assert "A" in {rule.name for rule in result.policy.connection_security_rules}
