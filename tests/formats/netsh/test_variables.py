"""What `set` gives a variable is what cmd.exe gives it: quotes around the whole end with the last one, others stay."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.netsh.script import parse
from ipseclint.formats.netsh.variables import Variables
from ipseclint.source import bytes_source


@cases(
    ("command", "expected"),
    [
        ("set N=A", "A"),
        ("set n=A b", "A b"),
        ('set "N=A b"', "A b"),
        ('set "N=A" and more', "A"),
        ('set "N=A "b" c" d', 'A "b" c'),
        ('set "N=A', "A"),
        ('set N="A"', '"A"'),
        ('set N=say "hi" there', 'say "hi" there'),
        ("set N=%M%", None),
        ('set "N=!M!"', None),
        ("set N=A!", "A!"),
        ("set N=A!!b", "A!!b"),
    ],
)
@cases("is_certain", [True, False])
def test_a_variable_holds_what_is_written(command: str, expected: str | None, is_certain: bool) -> None:
    variables = Variables()
    variables.take(command, is_certain=is_certain)
    assert variables.known("N") == (expected if is_certain else None)


@cases(
    ("before", "between", "put_in", "is_known"),
    [
        ("", "", "%N%", True),
        ("setlocal", "", "%N%", True),
        ("setlocal EnableDelayedExpansion", "", "%N%", False),
        ("if defined X setlocal enabledelayedexpansion", "", "%N%", False),
        ("", "setlocal enabledelayedexpansion", "%N%", False),
        ("", "setlocal enabledelayedexpansion", "!N!", True),
    ],
)
def test_an_exclamation_mark_is_lost_where_expansion_is_delayed(
    before: str, between: str, put_in: str, *, is_known: bool
) -> None:
    """What is put in for `!N!` is not read once more (the page `setlocal`)."""
    script = f"{before}\nset N=A!\n{between}\nnetsh ipsec static add policy name={put_in}\n"
    parsed = parse(bytes_source("a.bat", script.encode()))
    assert [policy.name for policy in parsed.policy.policies] == (["A!"] if is_known else [put_in])
    assert bool(parsed.problems) is not is_known


@cases(
    ("script", "made"),
    [
        ("set CTX=ipsec static\nnetsh %CTX% add policy name=P\n", ["P"]),
        ('@set "RULE=ipsec static add policy"\n@netsh.exe %RULE% name=P\n', ["P"]),
        ("setlocal enabledelayedexpansion\nset CTX=ipsec\nnetsh !CTX! static add policy name=P\n", ["P"]),
        ("set N=netsh ipsec static\n%N% add policy name=P\n", ["P"]),
        ("set N=netsh.exe\n%N% ipsec static add policy name=P\n", ["P"]),
        ("for /f %%a in ('where netsh') do set N=%%a\n%N% ipsec static add policy name=P\n", []),
    ],
)
def test_a_context_in_a_variable_makes_a_script_of_netsh(script: str, made: list[str]) -> None:
    """So does netsh itself in one; what is called by a variable that is not known is told."""
    source = bytes_source("a.bat", script.encode())
    kind = recognise(source)
    assert kind is not None
    parsed = kind.parse(source)
    assert [policy.name for policy in parsed.policy.policies] == made
    assert bool(parsed.problems) is not bool(made)


@cases("script", ["set CTX=interface ip\nnetsh %CTX% show\n", "set A=ipsec\necho %A%\n"])
def test_another_context_makes_none(script: str) -> None:
    assert recognise(bytes_source("a.bat", script.encode())) is None
