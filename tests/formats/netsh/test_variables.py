"""What `set` gives a variable is what cmd.exe gives it: quotes around the whole end with the last one, others stay."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.netsh.command import VALUE_IS_NOT_KNOWN
from ipseclint.formats.netsh.script import parse
from ipseclint.formats.netsh.variables import Variables
from ipseclint.formats.parsed import Parsed
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
        ("set N=A^&B", "A&B"),
        ('set "N=A^&B"', "A^&B"),
        ("set N=A2>nul", "A2"),
        ("set N=A 2>nul", "A "),
        (">nul set N=A", "A"),
        ("set /a N=1+1>nul", "2"),
        ("set /a M=1,N=M+1", "2"),
        ('set /a "M=7, N = M / 2"', "3"),
        ("set /a M=-7,N=M/2", "-3"),
        ("set /a M=-7,N=M%%4", "-3"),
        ("set /a N=3,N*=4", "12"),
        ("set /a M=5,N=2,N-=M", "-3"),
        ("set /a N=M*2", "0"),
        ("set /a N=9,N/=M", None),
        ("set /a N=65536*32768", None),
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


DELAYED = "setlocal enabledelayedexpansion\nset N=A\n"
MAKES = "netsh ipsec static add filterlist name="


def made(script: str) -> tuple[list[str], bool]:
    """The filter lists of a script, and whether all of it is understood."""
    parsed = parse(bytes_source("a.bat", script.encode()))
    return [each.name for each in parsed.policy.filter_lists], not parsed.problems


@cases(
    ("script", "names"),
    [
        (f"for %%i in (1 2) do {MAKES}!N! & set N=B\n", ["A", "B"]),
        (f"for %%i in (1 2) do (set N=%%i&{MAKES}!N!)\n", ["1", "2"]),
        (f"set N=B& {MAKES}!N!& {MAKES}x%N%\n", ["B", "xA"]),
        (f"if 1==1 (set N=B& {MAKES}!N!)\n", ["B"]),
        (f'if "!N!"=="A" (set N=B& {MAKES}!N!)\n', ["B"]),
        (f"set L=1 2\nfor %%i in (!L!) do set N=%%i& {MAKES}!N!\n", ["1", "2"]),
        (f"if 1==1 (\n set N=B\n {MAKES}!N!\n {MAKES}x%N%\n)\n{MAKES}y%N%\n", ["B", "xA", "yB"]),
        (f"if 1==1 (\n set N=B\n call :add %N% !N!\n)\nexit /b\n:add\n{MAKES}%1%2%N%\n", ["ABB"]),
        (f"set N=B | more\n{MAKES}%N%\n", ["A"]),
        (f"setlocal\nset N=B\nendlocal\n{MAKES}!N!\n", ["A"]),
        (f"(\n set N=B\n call :s\n)\n{MAKES}%N%\nexit /b\n:s\nset M=1\nexit /b\n", ["B"]),
    ],
)
def test_values_are_put_in_when_cmd_exe_puts_them_in(script: str, names: list[str]) -> None:
    """Percent signs when a command is read, with all of its block; exclamation marks when it runs."""
    assert made(DELAYED + script) == (names, True)


@cases(
    "script",
    [
        f"set N=A\n{MAKES}!N!\n",
        f"setlocal enabledelayedexpansion\nset N=A\nsetlocal disabledelayedexpansion\n{MAKES}!N!\n",
        f"setlocal\nset N=A\nendlocal\n{MAKES}%N%\n",
        f"set N=\n{MAKES}x%N:~0,1%\n",
        f'set N=A\nif "%X%"=="X" call :other\n{MAKES}%N%\nexit /b\n:other\ncall :x\nexit /b\n:x\nset N=B\nexit /b\n',
        f"call :add %N%\nexit /b\n:add\nset N=A\n{MAKES}%1\n",
    ],
)
def test_a_value_that_cmd_exe_may_not_put_in_is_unknown(script: str) -> None:
    assert made(script)[1] is False


@cases(
    ("given", "name"),
    [
        ('"%N%" %N%', "A A B"),
        ("%L% %N%", "x y B"),
        ("%E% %N% %N%", "A A B"),
        ("%N:a=z% %N%", "z A B"),
        ("%L:*x=z% %N%", "z y B"),
    ],
)
def test_a_call_is_given_what_variables_hold_at_the_call(given: str, name: str) -> None:
    """They are put in before the arguments are parted (the pages `call` and `set`)."""
    script = f"set N=A\nset L=x y\nset E=\ncall :add {given}\nexit /b\n:add\nset N=B\n{MAKES}"
    assert made(f'{script}"%~1 %~2 %N%"\nexit /b\n') == ([name], True)


@cases("given", ["%UNSET% %N%", "A %UNSET%", 'A pre"x y"'])
def test_what_is_given_from_an_unknown_variable_on_is_unknown(given: str) -> None:
    assert made(f"set N=A\ncall :add {given}\nexit /b\n:add\n{MAKES}%~2\nexit /b\n")[1] is False


def test_a_variable_that_is_not_put_in_is_told_whatever_stands_behind_its_colon() -> None:
    assert made(f"setlocal enabledelayedexpansion\n{MAKES}x!UNSET:*a=b!\n")[1] is False


def read(text: str) -> Parsed:
    return parse(bytes_source("a.cmd", text.encode()))


@cases(
    "change",
    ["set /a X=1, N=(2)", "set /a X=(N+=2)", 'set /a "X=N=2"', "set/a N=~X", "if exist x set /a X=1,N=2", "set/p N=?"],
)
def test_a_sum_that_sets_several_variables_leaves_none_as_it_was(change: str) -> None:
    parsed = read(f"set N=one\n{change}\nnetsh ipsec static add filterlist name=%N%\n")
    assert [problem.message for problem in parsed.problems] == [VALUE_IS_NOT_KNOWN]


def test_a_sum_of_a_section_that_may_not_run_sets_all_that_it_names() -> None:
    section = ":s\nset/a X=1, N=2\nexit /b\n"
    parsed = read(f"set N=one\nif exist x call :s\nnetsh ipsec static add filterlist name=%N%\nexit /b\n{section}")
    assert [problem.message for problem in parsed.problems] == [VALUE_IS_NOT_KNOWN]
