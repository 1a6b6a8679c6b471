"""Sections of a batch file run wherever a command calls them: in a loop, in brackets, behind an operator."""

from __future__ import annotations

import pytest
from tests.cases import cases
from tests.formats.netsh.inputs import replay
from tests.formats.netsh.test_batch import CONSEC, messages, rules

from ipseclint.formats.netsh import batch_lines

ADD = f"goto :eof\n:add\nnetsh {CONSEC} name=%1 endpoint2=%~2\ngoto :eof\n"


def names(script: str) -> tuple[list[str], list[str]]:
    parsed = replay(f"@echo off\n{script}{ADD}")
    return [name for name, _ in rules(parsed)], messages(parsed)


DELAYED = "setlocal enabledelayedexpansion\n"


@cases(
    ("script", "expected"),
    [
        ("for %%A in (x y) do (\n  echo %%A\n  call :add %%A 10.1.0.0/16\n)\n", ["x", "y"]),
        ("for /l %%A in (1,1,2) do (\n  call :add R%%A 10.1.0.0/16\n  call :add S%%A 10.1.0.0/16\n)\n",
         ["R1", "S1", "R2", "S2"]),
        ('for %%A in ("Head office") do (\n  call :add "To %%~A" 10.1.0.0/16\n)\n', ["To Head office"]),
        ("for %%A in (x y) do (\n  for %%B in (1 2) do (\n    call :add %%A%%B 10.1.0.0/16\n  )\n)\n",
         ["x1", "x2", "y1", "y2"]),
        ("for %%A in (x y) do (call :add %%A 10.1.0.0/16)\n", ["x", "y"]),
        ("for %%A in (x y) do call :add %%A 10.1.0.0/16 & call :add %%A2 10.1.0.0/16\n", ["x", "x2", "y", "y2"]),
        ('for %%A in (x y) do if "%%A"=="y" call :add %%A 10.1.0.0/16\n', ["y"]),
        ("call :add x 10.1.0.0/16 & call :add y 10.1.0.0/16\n", ["x", "y"]),
        ("(\n  call :add x 10.1.0.0/16\n)\n", ["x"]),
        ("set N=10.1.0.0/16\nfor %%A in (x) do (\n  call :add %%A %N%\n)\n", ["x"]),
        (f"{DELAYED}set C=0\nfor %%A in (x y) do (\n  set /a C+=1\n  call :add %%A!C! 10.1.0.0/16\n)\n", ["x1", "y2"]),
    ],
    ids=["block", "count", "quotes", "nested", "brackets", "operator", "condition", "line", "plain", "set", "delayed"],
)  # fmt: skip
def test_a_section_runs_wherever_it_is_called(script: str, expected: list[str]) -> None:
    assert names(script) == (expected, [])


def test_a_section_that_a_loop_calls_passes_its_arguments_on() -> None:
    script = "for %%A in (x y) do (\n  call :both %%A 10.1.0.0/16\n)\ngoto :eof\n:both\n"
    assert names(f"{script}call :add %1in %2\ncall :add %1out %2\n") == (["xin", "xout", "yin", "yout"], [])


def test_what_stands_behind_a_call_in_a_loop_has_the_values_of_its_own_line() -> None:
    script = f"for %%A in (x) do (\n  call :add %%A 10.1.0.0/16\n  netsh {CONSEC} name=%%A2 endpoint2=10.2.0.0/16\n)\n"
    assert names(script) == (["x", "x2"], [])


@cases(
    ("call", "doubt"),
    [
        ("if exist C:\\x.txt call :add y 10.1.0.0/16\n", "`if`"),
        ("if exist C:\\x.txt (\n  call :add y 10.1.0.0/16\n)\n", "`if`"),
        ("for /f %%A in (list.txt) do call :add %%A 10.1.0.0/16\n", "`for`"),
        ("for /f %%A in (list.txt) do (\n  call :add %%A 10.1.0.0/16\n)\n", "`for`"),
        ("ping -n 1 10.1.0.1 && call :add y 10.1.0.0/16\n", "`&&`"),
    ],
)
def test_a_call_that_may_not_be_made_is_said_though_the_section_is_called_elsewhere(call: str, doubt: str) -> None:
    made, (said,) = names(f"call :add x 10.1.0.0/16\n{call}")
    assert made == ["x"]
    assert doubt in said
    assert said.endswith("the section that it calls is not followed")


def test_a_call_that_may_not_be_made_of_a_section_without_policy_is_not_said() -> None:
    script = "call :add x 10.1.0.0/16\nif exist C:\\x.txt call :say\ngoto :eof\n:say\necho Done\n"
    assert names(script) == (["x"], [])


def test_sections_that_call_themselves_in_loops_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_lines, "MAX_TURNS", 200)
    script = (
        "for %%A in (x) do (\n  call :again %%A\n)\ngoto :eof\n:again\nfor %%B in (1 2) do (\n  call :again %1%%B\n)\n"
    )
    parsed = replay(f"@echo off\n{script}netsh {CONSEC} name=%1 endpoint2=10.1.0.0/16\ngoto :eof\n")
    assert 1 <= len(rules(parsed)) <= 400
    assert any("too deep or too often" in message for message in messages(parsed))


MENU = "call :menu\n:menu\ncls\nif exist N call :make\n{}\n:make\n" + f"netsh {CONSEC} name=a endpoint2=10.1.0.0/16\n"


def test_what_stands_behind_a_section_that_calls_itself_is_not_made_again_and_again() -> None:
    parsed = replay("@echo off\n" + MENU.format("call :menu"))
    assert rules(parsed) == []
    assert parsed.policy.refused_commands == ()
    assert [problem.span.line for problem in parsed.problems if "behind a jump" in problem.message] == [8]
    assert [problem.span.line for problem in parsed.problems if "within itself" in problem.message] == [6]


def test_a_section_that_comes_back_leaves_what_stands_behind_its_call() -> None:
    parsed = replay("@echo off\n" + MENU.format("call :other\ngoto :make\n:other\ngoto :eof"))
    assert [name for name, _ in rules(parsed)][:1] == ["a"]


@cases(
    "end", ["endlocal & exit /b 0", "endlocal&goto :eof", "exit /b %errorlevel%", "exit /b !CODE!", "popd & exit /b"]
)
def test_a_section_ends_behind_what_it_puts_back(end: str) -> None:
    script = "call :one x\ncall :one y\ngoto :eof\n:one\nsetlocal\nset NAME=%1\n"
    parsed = replay(f"@echo off\n{script}netsh {CONSEC} name=%NAME% endpoint2=10.1.0.0/16\n{end}\n:two\nexit 1\n")
    assert [name for name, _ in rules(parsed)] == ["x", "y"]
    assert parsed.problems == ()


def test_what_a_section_puts_back_before_its_end_holds() -> None:
    script = "set NAME=a\ncall :one\n" + f"netsh {CONSEC} name=%NAME% endpoint2=10.1.0.0/16\ngoto :eof\n"
    parsed = replay(f"@echo off\n{script}:one\nsetlocal\nset NAME=b\nendlocal & exit /b 0\n")
    assert [name for name, _ in rules(parsed)] == ["a"]


@cases(
    ("section", "name"),
    [
        ("setlocal\nset NAME=b\ngoto :eof\n", "a"),
        ("@SetLocal EnableDelayedExpansion\nset NAME=b\nexit /b\n", "a"),
        ("setlocal\nsetlocal\nset NAME=b\nendlocal & exit /b 0\n", "a"),
        ("setlocal\nset NAME=b\n", "a"),
        ("setlocal\nset NAME=b\nendlocal\nset NAME=c\nexit /b\n", "c"),
        ("set NAME=b\ngoto :eof\n", "b"),
    ],
)
@cases("call", ["call :one", "ver & call :one"])
def test_what_a_section_sets_since_a_setlocal_of_its_own_ends_with_it(section: str, name: str, call: str) -> None:
    script = f"setlocal\nset NAME=a\n{call}\nnetsh {CONSEC} name=%NAME% endpoint2=10.1.0.0/16\ngoto :eof\n"
    parsed = replay(f"@echo off\n{script}:one\n{section}")
    assert [each for each, _ in rules(parsed)] == [name]


@cases(
    ("options", "message"),
    [
        ("-r SRV", "this command acts on another machine"),
        ("-c advfirewall -r SRV", "this command acts on another machine"),
        ("-r=SRV", "this command acts on another machine"),
        ("-u CORP\\admin -p * -r SRV", "this command acts on another machine"),
        ("-r:SRV", "netsh has no option `-r:SRV`: nothing of this command is read"),
        ("/rSRV", "netsh has no option `/rSRV`: nothing of this command is read"),
        ("--r SRV", "netsh has no option `--r`: nothing of this command is read"),
        ("-v", "netsh has no option `-v`: nothing of this command is read"),
    ],
)
def test_a_command_with_an_option_that_sends_it_elsewhere_or_is_none_deletes_nothing(
    options: str, message: str
) -> None:
    command = "consec" if "-c " in options else "advfirewall consec"
    parsed = replay(f"netsh {CONSEC} name=x endpoint2=10.1.0.1\nnetsh {options} {command} delete rule name=x\n")
    assert ([name for name, _ in rules(parsed)], messages(parsed)) == (["x"], [message])


@cases("options", ["-r SRV interface ipv4 show config", "-v interface ip show dns", "-h", "/?"])
def test_options_of_a_command_without_ipsec_are_of_no_concern(options: str) -> None:
    parsed = replay(f"netsh {CONSEC} name=x endpoint2=10.1.0.1\nnetsh {options}\n")
    assert ([name for name, _ in rules(parsed)], messages(parsed)) == (["x"], [])


@cases("options", ["-c advfirewall", "-u a -p b -c advfirewall", "/c advfirewall"])
def test_a_command_in_a_context_that_an_option_names_is_read(options: str) -> None:
    parsed = replay(f"netsh {options} {CONSEC.removeprefix('advfirewall ')} name=x endpoint2=10.1.0.1\n")
    assert ([name for name, _ in rules(parsed)], messages(parsed)) == (["x"], [])
