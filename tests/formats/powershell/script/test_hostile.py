"""Scripts that are absurd, or made to harm: bounded, never raised, and said at a place."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from tests import ROOT
from tests.cases import cases
from tests.formats.places import read_in_place
from tests.formats.powershell.script.evaluating import parsed, said_of
from tree_sitter import Language, Node, Parser, Range, Tree

from ipseclint.finding import ProblemCode
from ipseclint.formats.powershell.script import reader
from ipseclint.formats.powershell.script.flow import interpreter, pipelines
from ipseclint.formats.powershell.script.format import parse
from ipseclint.formats.powershell.script.syntax import grammar, masking
from ipseclint.formats.powershell.script.syntax.nodes import within
from ipseclint.source import bytes_source

pytestmark = pytest.mark.drawn(4)

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"
DEEP = 3_000
TOO_DEEP = f"nested deeper than {interpreter.MAX_NESTING} levels, which is not followed"

NESTED = {
    "parentheses": f"$x = {'(' * DEEP}1{')' * DEEP}",
    "arrays": f"$x = {'@(' * DEEP}{')' * DEEP}",
    "tables": f"$x = {'@{a=' * DEEP}1{'}' * DEEP}",
    "blocks": f"{'if ($true) {' * DEEP}{'}' * DEEP}",
    "strings": f'$x = "{"$(" * DEEP}{")" * DEEP}"',
    "sums": f"$x = 1{' + (1' * DEEP}{')' * DEEP}",
    "recursion": "function f { f }\nf",
    "two functions": "function f { g }\nfunction g { f }\nf",
    "a script in itself": "$s = 'iex $s'; Invoke-Expression $s",
}


@cases("name", NESTED)
def test_what_lies_too_deep_is_said_once_and_the_rest_is_read(name: str) -> None:
    script = f"{NESTED[name]}\n{RULE} Last"
    assert [rule.name for rule in parsed(script).policy.connection_security_rules] == ["Last"]
    assert [message for _, _, message in said_of(script)] == [TOO_DEEP]


@cases(
    ("body", "is_said"),
    [
        ("(f $v.low) + (f $v.high)", False),
        ("(g $v.low)", False),
        ("f $v.low; $script:n = 1", True),
        ("f $v.low; $list.Add($v)", True),
        ("f $v.low; New-NetIPsecRule -DisplayName Inner", True),
        ("g $v.low; Set-NetIPsecRule -DisplayName Inner -Enabled False", True),
        ("f", True),
    ],
)
def test_a_function_that_calls_itself_and_only_gives_what_is_not_known_is_no_problem(body: str, is_said: bool) -> None:
    script = f"function g($v) {{ f $v }}\nfunction f($v) {{ {body} }}\n$x = f (Get-Own)\n{RULE} Last"
    assert "Last" in [rule.name for rule in parsed(script).policy.connection_security_rules]
    assert (TOO_DEEP in [message for _, _, message in said_of(script)]) is is_said


ENDLESS = {
    "while": "while ($true) { $i++ }",
    "for": "for (;;) { }",
    "do": "do { $i++ } until ($false)",
    "loops in loops": "foreach ($a in 1..1000) { foreach ($b in 1..1000) { } }",
    "two calls each": "function f($n) { if ($n -lt 40) { f ($n + 1); f ($n + 1) } }\nf 1",
    "programs in words": f"Write-Host {'a$(1) ' * 500}",
    "long texts": "$s = 'a' * 90000; while ($true) { $t = $s -replace 'a', 'bbbbbbbbbb' }",
    "texts put together": "$s = 'a' * 90000; while ($true) { $t = \"x$s\" }",
    "signs": "$s = 'a' * 90000; while ($true) { $t = $s.ToCharArray() }",
    "lists within lists": '$a = @(); $b = , $a * 9000; $c = , $b * 9000; while ($true) { $t = "$c" }',
    "a list put into itself": "$l = [Collections.ArrayList]@(1, 2); while ($true) { $l.AddRange($l) }",
    "blocks that call each other": "$a = { & $b }; $b = { & $a; & $a }; while ($true) { & $a }",
    "looks through lists": "$a = 1..5000; $a | Where-Object { $a -contains $_ } | Out-Null",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_script_without_end_is_left_and_said_at_its_place(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreter, "MAX_STEPS", 2_000)
    script = f"{RULE} First\n{ENDLESS[name]}\n{RULE} Last"
    result = parsed(script)
    assert [rule.name for rule in result.policy.connection_security_rules] == ["First"]
    left = [problem for problem in result.problems if "2000 steps" in problem.message]
    assert [(problem.code, problem.span.line > 1) for problem in left] == [(ProblemCode.REFUSED, True)]


@cases(
    "statement",
    [
        "$x = 'a' * 999999999",
        "$x = 1..999999999",
        "$x = 'a'; foreach ($i in 1..60) { $x = $x + $x }",
        "$x = @(1, 2); foreach ($i in 1..60) { $x = $x + $x }",
        "$h = @{}; $h.h = $h; Set-NetFirewallSetting @h",
        '$l = [System.Collections.ArrayList]::new(); $l.Add($l); Write-Host "$l"; Set-VpnConnection -Name $l',
        "$x = '{0:99999}{999}' -f 1",
        "$x = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' -match '(a+)+$'",
        "$x = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' -like '*a*a*a*a*a*a*a*a*a*b'",
        "$x = 1 / 0 + 1e999 - 0x",
        "$x = [char]999999999",
        "$x = @(1)[99999999999999999999]",
        "$x, $y = $null; $x.y.z = 1; $x[1][2] += 3",
        "$x = 'ab'; foreach ($i in 1..60) { $x = \"$x$x\" }",
        "$l = @('a' * 90000) * 9000; $x = \"$l\"; $x = $l -join ','",
        "$l = @('a' * 90000) * 9000; $x = [string]::Join(',', $l); $x = [string]::Concat($l)",
        "$x = ('{0}' * 30000) -f ('b' * 90000)",
        "$s = 'a' * 90000; $x = $s -replace 'a', $s; $x = $s.Replace('a', $s)",
        "$s = 'a' * 90000; foreach ($i in 1..9) { $s = $s.Insert(0, $s) }; $x = $s.ToCharArray()",
        f"{'$a = & { $c = $a, $a, $a, $b, $b, $b }; $b = $a;' * 2} foreach ($i in $a) {{ Set-NetFirewallSetting }}",
    ],
)
def test_values_stay_small(statement: str) -> None:
    rules = parsed(f"{statement}\n{RULE} Last").policy.connection_security_rules
    assert [rule.name for rule in rules] == ["Last"]


LONG = {
    "a list": f"{RULE} x -RemoteAddress {','.join(['10.0.0.0/8'] * 5000)}",
    "a word": f"{RULE} {'x' * 1_000_000}",
    "a string": f"{RULE} '{'x' * 1_000_000}'",
    "words": f"{RULE} x\nfoo {'ipsec ' * 20_000}",
    "pipes": f"1 {'| % { $_ } ' * 2_000}\n{RULE} x",
}


@cases("name", LONG)
def test_long_lines_are_read(name: str) -> None:
    assert len(parsed(LONG[name]).policy.connection_security_rules) == 1


def test_blocks_in_a_row_are_looked_at_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = 0

    def counting(*asked: Any) -> Any:
        nonlocal looked_at
        looked_at += 1
        return within(*asked)

    monkeypatch.setattr(pipelines, "within", counting)
    assert len(parsed(f"1 {'| % { $_ } ' * 300}\n{RULE} x").policy.connection_security_rules) == 1
    assert looked_at == 300


UNCLOSED = ["'", '"', "@'\n", '@"\n', "<#", "(", "{", "[", "@(", "@{", "$(", "${", '"$(', "`", "[Parameter(", "$x."]


@pytest.mark.drawn(3)
@cases("opening", UNCLOSED)
@cases("count", [1, 1_200])
def test_what_is_opened_and_never_closed_is_bounded(opening: str, count: int) -> None:
    result = parsed(f"{RULE} First\n" + f"{opening}\n" * count)
    assert [rule.name for rule in result.policy.connection_security_rules] == ["First"]
    assert len(result.problems) <= 1001


def test_no_damage_raises() -> None:
    source = (ROOT / "fixtures" / "formats" / "powershell-script" / "domain-isolation.ps1").read_text(encoding="utf-8")
    chance = random.Random(13)
    for _ in range(30):
        text = list(source)
        for _ in range(chance.choice([1, 5, 40])):
            at = chance.randrange(len(text))
            text[at : at + chance.choice([0, 1, 200])] = chance.choice(
                ["'", '"', "{", "}", "(", "\n", "$", "`", "@", "\0", "€"]
            )
        read_in_place(parse, bytes_source("policy.ps1", "".join(text).encode()))


@cases("number", ["1e309", "-1e309", "1e308 * 10", "'1e999'", "1e309 - 1e309"])
def test_a_number_that_is_too_large_is_none(number: str) -> None:
    rule = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName A"
    script = (
        f"$n = {number}\n{rule} -Description $n -RemotePort $n -Protocol TCP\n$x = 'abc'[$n]; $s = '{{0:d2}}' -f $n"
    )
    assert len(parsed(script).policy.connection_security_rules) == 1


@pytest.mark.parametrize("between", [", ", " "])
def test_words_with_an_expression_are_each_parsed_once_and_alone(between: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed_bytes = 0
    looks_back = 0
    parse, is_argument = grammar.Syntax._parse, masking.is_argument

    def counted(syntax: grammar.Syntax, piece: bytes, start: int) -> Node:
        nonlocal parsed_bytes
        parsed_bytes += len(piece)
        return parse(syntax, piece, start)

    def counted_look(text: str, start: int) -> bool:
        nonlocal looks_back
        looks_back += 1
        return is_argument(text, start)

    monkeypatch.setattr(grammar.Syntax, "_parse", counted)
    monkeypatch.setattr(masking, "is_argument", counted_look)
    script = f"{RULE} x -RemoteAddress {between.join(f'10.0.$({number}).0' for number in range(1, 201))}"
    result = parsed(script)
    assert parsed_bytes == len(script) + sum(len(str(number)) for number in range(1, 201))
    assert looks_back <= 2
    if between == ", ":
        (rule,) = result.policy.connection_security_rules
        assert (result.problems, len(rule.endpoint2.value)) == ((), 200)


def test_more_code_than_is_parsed_is_refused_and_what_is_no_code_does_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rule = f"{RULE} First"
    for module in (grammar, reader):
        monkeypatch.setattr(module, "MAX_CODE_BYTES", 200)
    assert said_of(f"{rule}\n{'+' * 200}") == [(1, 1, "more than 200 bytes of code: what is from here on was not read")]
    assert parsed(f"{rule}\n{'+' * 200}").problems[0].code is ProblemCode.REFUSED
    assert [made.name for made in parsed(f"<#{'+' * 500}#>{' ' * 500}\n{rule}").policy.connection_security_rules] == [
        "First"
    ]


class _Counting:
    """The parser, which counts how often it reports on its way."""

    reports = 0

    def __init__(self, language: Language) -> None:
        self._language = language
        self.included_ranges: list[Range] = []

    def parse(self, read: Any, *, progress_callback: Callable[[int, bool], bool]) -> Tree:
        def counted(at: int, has_error: bool) -> bool:
            _Counting.reports += 1
            return progress_callback(at, has_error)

        parser = Parser(self._language)
        parser.included_ranges = self.included_ranges
        return parser.parse(read, progress_callback=counted)


def test_a_script_of_errors_alone_is_not_parsed_to_its_end_and_its_lines_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar, "Parser", _Counting)
    monkeypatch.setattr(_Counting, "reports", 0)
    script = "!\\n\n" * 2_000 + f"{RULE} Last"
    assert [rule.name for rule in parsed(script).policy.connection_security_rules] == ["Last"]
    assert said_of(script)[0][:2] == (1, 1)
    assert 1_000 < _Counting.reports < len(script)  # the whole alone would report five times a byte


def test_errors_in_what_is_put_into_a_text_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar, "_MIN_REPORTS", 0)
    errors = "!\\n\n" * 400
    script = f'{RULE} First\n$x = "$({errors})"\n{RULE} Last'
    assert [rule.name for rule in parsed(script).policy.connection_security_rules] == ["First", "Last"]
    assert [line for line, _, _ in said_of(script)] == [2]


@pytest.mark.parametrize(("over", "names"), [(0, ["a", "b"]), (1, ["a"])])
def test_what_a_script_makes_and_runs_is_read_up_to_a_number_of_characters_in_all(
    over: int, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"{RULE} {name}" for name in "ab"]
    monkeypatch.setattr(grammar, "_MAX_MADE_CHARACTERS", len("".join(texts)) - over)
    result = parsed("\n".join(f"iex ('{text[:-1]}' + '{text[-1]}')" for text in texts))
    assert [rule.name for rule in result.policy.connection_security_rules] == names
    assert len(result.problems) == over
