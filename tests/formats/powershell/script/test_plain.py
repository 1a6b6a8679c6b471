"""What is read by one expression and what is read node by node: the same commands, tables and places."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from tests import ROOT
from tests.formats.powershell.script.evaluating import parsed

from ipseclint.formats.powershell.script.arguments import calls
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.flow.interpreter import Interpreter
from ipseclint.formats.powershell.script.values import expressions
from ipseclint.formats.powershell.script.values.texts import plain_parts

PARTS = 24
ARGUMENTS = [
    "-Name 'a b' -Group \"g $v\" -Port 500 word -Switch",
    "-Name `\n    'x' -On $true @table $v",
    "-Name:'x' -Port:5 -A $v.Length 10.0.0.0/8 5kb 0x10",
    "a.b c:\\d x*y u-v 'it''s' \"a\"\"b\" \"`t$(1 + 1)\" ''",
    "-Profile Domain, Private -Port 1,2 -Ports @(1, 2)",
    "-f Green -eq 5 -and $v --long -5 -$v",
    "'a'b 'a'.Length \"x\" + \"y\" 'x' # remark",
    "\u2018a\u2019 'b\u2019 \u201cc\u201d \u2013Name x",
    "x > nul 2>&1",
    "-Block { 'x' } -Table @{ a = 1 }",
    "if in foreach param true",
]
TABLES = [
    "@{}",
    "@{ a = 1; b = 'x'; C = \"y $v\" }",
    "@{\r\n  a = 1\r\n\r\n  b = $v\r\n}",
    "@{\n  a = 'x' # remark\n  b = 'y'\n}",
    "@{ a = 1, 2; b = 'it''s'; 'c d' = $v.Length; 5 = 6; process = 'z' }",
    "@{ a = 'x'; A = 'y'; b = @{ c = 1 } }",
    "@{ a = 'x' + 'y' }",
    '@{ a = $true; b = "$(1)"; c = 007 }',
]


def calls_of(script: str, monkeypatch: pytest.MonkeyPatch, *, is_plain: bool) -> tuple[list[str], int]:
    """The commands that a script calls, with their values and places; and how many things were read as plain."""
    made: list[str] = []
    plain = 0

    def recorded(run: Interpreter, call: Call) -> object:
        made.append(repr(call._replace(arguments=list(call.arguments))))
        return run_call(run, call)

    def looked_at(pattern: re.Pattern[str], start: int, end: int, run: Evaluator) -> list[re.Match[str]] | None:
        nonlocal plain
        parts = plain_parts(pattern, start, end, run) if is_plain else None
        plain += parts is not None
        return parts

    run_call = Interpreter.call
    with monkeypatch.context() as patched:
        patched.setattr(Interpreter, "call", recorded)
        patched.setattr(calls, "plain_parts", looked_at)
        patched.setattr(expressions, "plain_parts", looked_at)
        result = parsed(script)
    return [*made, repr(result)], plain


@pytest.mark.parametrize("arguments", ARGUMENTS)
def test_arguments_are_the_same(arguments: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for part in (arguments, *(f"-A {word}" for word in arguments.split(" "))):
        script = f"$v = 'v'; $table = @{{ a = 1 }}\nGet-Thing {part}\nWrite-Host {part}\n"
        by_nodes, none = calls_of(script, monkeypatch, is_plain=False)
        at_once, _ = calls_of(script, monkeypatch, is_plain=True)
        assert (at_once, none) == (by_nodes, 0), part


@pytest.mark.parametrize("table", TABLES)
def test_tables_are_the_same(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    script = f"$v = 'v'; $t = {table}\nGet-Thing $t @t\n"
    by_nodes, _ = calls_of(script, monkeypatch, is_plain=False)
    at_once, plain = calls_of(script, monkeypatch, is_plain=True)
    assert at_once == by_nodes
    assert plain


@cache
def scripts() -> list[Path]:
    return sorted((ROOT / "fixtures").rglob("*.ps1"))


@pytest.mark.drawn(6)
@pytest.mark.parametrize("part", range(PARTS))
def test_scripts_are_read_the_same(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert scripts()[part::PARTS]
    for path in scripts()[part::PARTS]:
        script = path.read_text(encoding="utf-8", errors="replace")
        by_nodes, _ = calls_of(script, monkeypatch, is_plain=False)
        at_once, _ = calls_of(script, monkeypatch, is_plain=True)
        assert at_once == by_nodes, path
