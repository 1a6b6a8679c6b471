"""Batch files that do nothing until they are told what: each choice is read, and what they make together."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.netsh.inputs import replay

from ipseclint.formats.netsh.choices import MAX_CHOICES, choices_of
from ipseclint.formats.parsed import Parsed

ADD = "netsh ipsec static add policy name="
TAKE = "netsh ipsec static delete policy name="


def read(script: str) -> Parsed:
    return replay(f"@echo off\n{script}")


def made(parsed: Parsed) -> list[str]:
    return [policy.name for policy in parsed.policy.policies]


def said(*choices: str) -> str:
    shown = ", ".join(f"`{each}`" for each in choices)
    return f"what runs is chosen when this is called: it is read with {shown}"


SECTIONS = f":on\n{ADD}A\ngoto :eof\n:off\n{TAKE}A\ngoto :eof\n"
ENDS = f"goto :eof\n{SECTIONS}"


@cases(
    ("script", "line", "choice"),
    [
        (f'if "%1"=="on" goto on\nif "%1"=="off" goto off\n{ENDS}', 2, '"%1"=="on"'),
        (f"if /i [%~1]==[on] goto on\ngoto off\n{SECTIONS}", 2, "[%~1]==[on]"),
        (f'if not "%1"=="" goto on\ngoto off\n{SECTIONS}', 2, "none of these"),
        (f":menu\nset /p C=Which?\nif %C%==1 goto on\nif %C%==2 goto off\ngoto menu\n{SECTIONS}", 4, "%C%==1"),
        (f"choice /c 12\nif errorlevel 2 goto off\nif errorlevel 1 goto on\n{ENDS}", 3, "errorlevel 1"),
        (f"choice /c 12\nif %errorlevel% equ 1 goto on\ngoto off\n{SECTIONS}", 3, "%errorlevel% equ 1"),
        (f":menu\nset /p C=\nif !C!==1 call :on\nif !C!==2 call :off\ngoto menu\n{SECTIONS}", 4, "!C!==1"),
        (f'if "%1"=="on" (\n  {ADD}A\n) else (\n  {TAKE}A\n)\n', 2, '"%1"=="on"'),
        (f'if "%1"=="on" {ADD}A\nif "%1"=="off" {TAKE}A\n', 2, '"%1"=="on"'),
    ],
)
def test_the_choice_that_makes_something_is_read_and_said(script: str, line: int, choice: str) -> None:
    parsed = read(script)
    assert made(parsed) == ["A"]
    (problem,) = parsed.problems
    assert (problem.message, problem.span.line) == (said(choice), line)
    assert parsed.policy.refused_commands == ()


def test_what_choices_make_side_by_side_is_read_together() -> None:
    parsed = read(f"if %1==a goto a\nif %1==b goto b\nexit /b\n:a\n{ADD}A\nexit /b\n:b\n{ADD}B assign=yes\nexit /b\n")
    assert made(parsed) == ["A", "B"]
    assert [problem.message for problem in parsed.problems] == [said("%1==a", "%1==b")]


@cases("other", [f"{ADD}A assign=yes", f"{ADD}B\n{TAKE}A", f"{ADD}B\nnetsh ipsec static set policy name=A assign=yes"])
def test_of_choices_that_contradict_each_other_the_first_is_read(other: str) -> None:
    parsed = read(f"if %1==a goto a\nif %1==b goto b\nexit /b\n:a\n{ADD}A\nexit /b\n:b\n{other}\nexit /b\n")
    assert [(policy.name, policy.assigned.known) for policy in parsed.policy.policies] == [("A", False)]
    (problem,) = parsed.problems
    assert problem.message == f"{said('%1==a')}; `%1==b` would make other objects of the same names, and is not read"


@cases(
    "script",
    [
        f"if exist x goto on\ngoto :eof\n{SECTIONS}",
        f'if "%USERNAME%"=="on" goto on\ngoto :eof\n{SECTIONS}',
        f"if errorlevel 1 goto on\ngoto :eof\n{SECTIONS}",
        f'for %%a in (%X%) do if "%1"=="%%a" goto on\ngoto :eof\n{SECTIONS}',
        "".join(f"if %1=={number} goto on\n" for number in range(MAX_CHOICES)) + ENDS,
    ],
)
def test_what_nothing_asks_for_stays_in_doubt(script: str) -> None:
    parsed = read(script)
    assert made(parsed) == []
    assert parsed.problems != ()


def test_what_a_choice_runs_that_is_not_read_is_said() -> None:
    parsed = read(f'if "%1"=="on" {ADD}A\nif "%1"=="more" call more.cmd\n')
    assert made(parsed) == ["A"]
    assert [problem.span.line for problem in parsed.problems] == [2, 3]


def test_what_no_choice_runs_stays_in_doubt() -> None:
    parsed = read(f'if "%1"=="on" goto on\ngoto :eof\n{SECTIONS}if exist x goto more\nexit /b\n:more\n{ADD}C\n')
    assert made(parsed) == ["A"]
    assert [problem.span.line for problem in parsed.problems] == [2, 8]


def test_a_script_that_does_something_without_a_choice_is_read_without_one() -> None:
    parsed = read(f'if "%1"=="off" goto off\n{ADD}A\ngoto :eof\n:off\n{TAKE}A\n')
    assert (made(parsed), parsed.problems) == (["A"], ())


def test_lines_stay_as_long_as_they_are() -> None:
    lines = ['if not "%~1" == "on" goto off', "set /p A=", "@if /i [!A!]==[y] goto on"]
    choices = list(choices_of(lines))
    assert choices
    for choice in choices:
        assert [len(line) for line in choice.lines] == [len(line) for line in lines]
