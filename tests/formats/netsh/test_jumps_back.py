"""Batch files that go back to a label, and netsh that reads what a batch file prints or has written."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.netsh.inputs import covered, messages, replay

from ipseclint.formats.netsh.command import VALUE_IS_NOT_KNOWN
from ipseclint.formats.netsh.flow import MAY_BE_JUMPED_OVER
from ipseclint.formats.netsh.lexer import GOES_BACK
from ipseclint.formats.parsed import Parsed

FILTER = "netsh ipsec static add filter filterlist=F srcaddr=any dstaddr"
POLICY = "netsh ipsec static add policy name"


def destinations(parsed: Parsed) -> list[str]:
    return [str(row.destination) for each in parsed.policy.filter_lists for row in each.filters]


@cases("condition", ["%n% LEQ 3", "%n% lss 4", "not %n% gtr 3", "%n% NEQ 4", "not %n%==4"])
def test_a_loop_made_of_a_jump_back_is_run(condition: str) -> None:
    loop = f":again\n{FILTER}=10.7.%n%.1\nset /a n+=1\nif {condition} goto again\n"
    parsed = replay(f"@echo off\nset n=1\n{loop}{POLICY}=P\n")
    assert (messages(parsed), destinations(parsed)) == ([], ["10.7.1.1", "10.7.2.1", "10.7.3.1"])
    assert [policy.name for policy in parsed.policy.policies] == ["P"]


def test_loops_of_jumps_back_within_each_other_are_run() -> None:
    inner = f":inner\n{FILTER}=10.7.%a%.%b%\nset /a b+=1\nif %b% leq 2 goto inner\n"
    parsed = replay(f"set a=1\n:outer\nset b=1\n{inner}set /a a+=1\nif %a% leq 2 goto :outer\n{POLICY}=P\n")
    assert (messages(parsed), destinations(parsed)) == ([], ["10.7.1.1", "10.7.1.2", "10.7.2.1", "10.7.2.2"])


@cases(
    "ending",
    ["if %n% LEQ 3 (\n  goto again\n)\n", "if not \"%DONE%\"==\"yes\" goto again\n", "goto again\n"],
)  # fmt: skip
def test_what_runs_again_with_other_values_is_told_where_it_is_not_followed(ending: str) -> None:
    text = f"set n=1\n:again\n{FILTER}=10.7.%n%.1\nset /a n+=1\n{ending}"
    parsed = replay(text)
    assert messages(parsed) == [GOES_BACK]
    assert destinations(parsed) == ["10.7.1.1"]
    assert len(parsed.policy.open_ends) == 1


@cases(
    "loop",
    [
        f"if %n% gtr 3 goto done\n{FILTER}=10.7.%n%.1\nset /a n+=1\ngoto again\n",
        f"if %n% gtr 3 (\n  echo done\n  goto done\n)\n{FILTER}=10.7.%n%.1\nset /a n+=1\ngoto again\n",
        f"if %n% leq 3 (\n  {FILTER}=10.7.%n%.1\n) else (\n  goto done\n)\nset /a n+=1\ngoto again\n",
        f"if %n%==2 goto next\n{FILTER}=10.7.%n%.1\n:next\nset /a n+=1\nif %n% gtr 4 goto done\ngoto again\n",
    ],
)  # fmt: skip
def test_a_loop_that_a_jump_out_of_it_ends_is_run(loop: str) -> None:
    text = f"set n=1\n:again\n{loop}:done\n{POLICY}=P\n"
    rounds = (1, 3, 4) if "%n%==2" in loop else (1, 2, 3)
    parsed = replay(text)
    assert (messages(parsed), destinations(parsed)) == ([], [f"10.7.{number}.1" for number in rounds])
    assert [policy.name for policy in parsed.policy.policies] == ["P"]


@cases(
    "menu",
    [
        ":menu\nset /p C=Which?\nif %C%==1 goto add\nif %C%==2 goto :eof\ngoto menu\n:add\nRUN\ngoto menu\n",
        ":menu\nset N=1\nchoice /c 12\nif errorlevel 2 goto :eof\nRUN\nset /a N+=1\ngoto menu\n",
        ':menu\nif "%1"=="1" goto add\nif "%1"=="2" goto :eof\ngoto menu\n:add\nRUN\ngoto menu\n',
    ],
)
def test_a_menu_goes_round_once_for_a_person_ends_it(menu: str) -> None:
    parsed = replay(menu.replace("RUN", f"{POLICY}=P\n{FILTER}=10.7.1.1"))
    assert [policy.name for policy in parsed.policy.policies] == ["P"]
    assert (destinations(parsed), parsed.policy.refused_commands) == (["10.7.1.1"], ())


@cases("leaves", ["goto :eof", "exit /b", "exit /b 0", "goto end"])
def test_a_section_that_goes_round_is_run_for_each_of_its_arguments(leaves: str) -> None:
    section = f':add\nif "%~1"=="" {leaves}\n{FILTER}=%~1\nshift\ngoto add\n:end\nexit /b\n'
    parsed = replay(f"call :add 10.7.1.1 10.7.2.1\n{POLICY}=P\nexit /b\n{section}")
    assert (messages(parsed), destinations(parsed)) == ([], ["10.7.1.1", "10.7.2.1"])
    assert [policy.name for policy in parsed.policy.policies] == ["P"]


@cases(
    "section",
    [
        f"if %1==0 exit /b\n{FILTER}=10.7.%1.1\nexit /b\n",
        f"if %1==0 (\n  echo none\n  exit /b\n)\n{FILTER}=10.7.%1.1\nexit /b\n",
        f"if %1==0 goto none\n{FILTER}=10.7.%1.1\n:none\nexit /b\n",
    ],
)  # fmt: skip
def test_a_section_that_is_left_goes_back_to_where_it_is_called(section: str) -> None:
    for calls in ("call :add 0\ncall :add 1", "for %%i in (0 1) do call :add %%i"):
        parsed = replay(f"{calls}\n{POLICY}=P\nexit /b\n:add\n{section}")
        assert (messages(parsed), destinations(parsed)) == ([], ["10.7.1.1"])
        assert [policy.name for policy in parsed.policy.policies] == ["P"]


def test_exit_in_a_section_ends_the_file_with_it() -> None:
    section = f":add\nif %1==0 exit 1\n{FILTER}=10.7.%1.1\nexit /b\n"
    parsed = replay(f"{FILTER}=10.8.0.1\ncall :add 0\n{POLICY}=P\nexit /b\n{section}")
    assert (destinations(parsed), parsed.policy.policies) == (["10.8.0.1"], ())
    assert [each.span.line for each in parsed.problems] == [3]


def test_what_runs_again_with_the_same_values_is_no_problem() -> None:
    menu = f":menu\nset /p C=Which?\nif %C%==1 goto menu\nif %C%==2 goto end\n{POLICY}=P\ngoto menu\n:end\n"
    assert messages(replay(menu)) == []


def test_a_jump_back_without_end_is_told() -> None:
    text = f"set n=1\n:again\n{FILTER}=10.7.0.1\nif 1==1 goto again\n"
    (problem,) = replay(text).problems
    assert "too often" in problem.message
    assert covered(text, problem.span) == "if 1==1 goto again"


@cases(
    "fed",
    [
        "(\necho ipsec static\necho add policy name=P\n) | netsh\n",
        "(\necho ipsec static\necho add policy name=P\n) > p.txt\ntype p.txt | netsh\n",
        ">p.txt echo ipsec static\n>>p.txt echo add policy name=P\nnetsh < p.txt\n",
        "> \"%TEMP%\\p.txt\" echo add policy name=P\nnetsh ipsec static < \"%TEMP%\\p.txt\"\n",
    ],
)  # fmt: skip
def test_netsh_reads_what_the_file_prints_or_has_written(fed: str) -> None:
    parsed = replay(f"@echo off\n{fed}")
    assert messages(parsed) == []
    assert [policy.name for policy in parsed.policy.policies] == ["P"]


@cases("fed", ["type other.txt | netsh\n", "netsh < other.txt\n", "(\necho hi\n)\ntype o | find x | netsh\n"])
def test_what_netsh_reads_from_elsewhere_is_told(fed: str) -> None:
    (problem,) = replay(f"@echo off\n{POLICY}=P\n{fed}").problems
    assert problem.message == "netsh takes its commands from elsewhere here, which is not followed"


def test_a_question_asked_again_is_one_value() -> None:
    parsed = replay(f":again\nset /p IP=Address?\n{FILTER}=%IP%\ngoto again\n")
    assert messages(parsed) == [VALUE_IS_NOT_KNOWN]


def test_a_value_that_is_set_anew_before_its_use_is_the_same_each_time() -> None:
    parsed = replay(f":menu\nset /p C=Which?\nset NET=10.7.0.0\n{FILTER}=%NET%\nif %C%==1 goto menu\ngoto menu\n")
    assert messages(parsed) == []


def test_a_jump_back_is_told_once_for_its_label() -> None:
    parsed = replay(f"set n=1\n:again\n{FILTER}=10.7.%n%.1\nset /a n+=1\nif %Y%==1 goto again\nif %Y%==2 goto again\n")
    assert messages(parsed) == [GOES_BACK]


def test_a_command_of_netsh_does_not_look_at_what_it_is_handed() -> None:
    parsed = replay(f"@echo off\necho y | {POLICY}=P\n{POLICY}=Q < nul\ntype o.txt | netsh ipsec static show all\n")
    assert messages(parsed) == []
    assert [policy.name for policy in parsed.policy.policies] == ["P", "Q"]


@cases("line", ["* **Command-Line Interface (netsh)**:", "Uses netsh.", "(with `netsh`)"])
def test_prose_that_names_netsh_is_no_command(line: str) -> None:
    assert messages(replay(f"{line}\n{POLICY}=P\n", "notes.md")) == []


@cases("line", ["mytool netsh %1", "elsewhere \\\\pc netsh -f x.txt", "mytool /run netsh ipsec"])
def test_a_program_that_may_call_netsh_is_told(line: str) -> None:
    (problem,) = replay(f"@echo off\n{POLICY}=P\n{line}\n").problems
    assert "a netsh command for IPsec behind" in problem.message


def test_an_older_tool_is_named_as_such() -> None:
    (problem,) = replay("@echo off\nipseccmd -w reg -p ipsec:1 -r filterlist -f %list% -n BLOCK -x\n").problems
    assert problem.message == "`ipseccmd` changes the policy of the machine and is not read"


SECTION = ':s\nif "%X%"=="" exit /b 1\nexit /b 0\n'


@cases(
    ("script", "said"),
    [
        (f'if "%X%"=="1" goto on\n{POLICY}=P\n:on\n{POLICY}=Q\n', [MAY_BE_JUMPED_OVER]),
        (f"if exist a.txt (\ngoto on\n)\n{POLICY}=P\n:on\n\n:: more\n:too\n{POLICY}=Q\n", [MAY_BE_JUMPED_OVER]),
        (f'if "%X%"=="1" goto end\n{POLICY}=P\n:end\necho done\n', []),
        (f'if "%X%"=="1" goto on\n{POLICY}=P\nexit /b\n:on\n{POLICY}=Q\n', ["behind a jump"]),
        (f'if "a" neq "b" goto on\n{POLICY}=P\n:on\n{POLICY}=Q\n', ["behind a jump"]),
        (f'if "a" equ "b" goto on\n{POLICY}=P\n:on\n{POLICY}=Q\n', []),
        (f"{POLICY}=P\nif errorlevel 1 goto on\n{POLICY}=Q\n:on\n{POLICY}=R\n", []),
        (f"{POLICY}=P || goto on\n{POLICY}=Q\n:on\n{POLICY}=R\n", []),
        (f"own.exe\nif errorlevel 1 goto on\n{POLICY}=Q\n:on\n{POLICY}=R\n", [MAY_BE_JUMPED_OVER]),
        (f"own.exe || goto on\n{POLICY}=Q\n:on\n{POLICY}=R\n", [MAY_BE_JUMPED_OVER]),
        (f"own.exe\nif errorlevel 1 goto end\n{POLICY}=Q\n:end\necho done\n", []),
        (f"call :s\nif errorlevel 1 goto on\n{POLICY}=Q\n:on\n{POLICY}=R\nexit /b\n{SECTION}", [MAY_BE_JUMPED_OVER]),
    ],
    ids=[
        *("line", "block", "leaves", "parted", "jumps", "decided", "success", "or"),
        *("failure", "or a failure", "ends", "section"),
    ],
)
def test_what_a_jump_may_leave_out_between_two_commands_is_said(script: str, said: list[str]) -> None:
    found = messages(replay(script))
    assert len(found) == len(said)
    assert all(part in message for part, message in zip(said, found, strict=True))


def test_a_loop_that_shifts_the_arguments_of_a_section_gives_them_again_in_each_round() -> None:
    section = f"exit /b\n:add\n{FILTER}=%1\nshift\nexit /b\n"
    script = f"set n=0\n:again\ncall :add 10.7.0.1 10.7.0.2\nset /a n+=1\nif %n% lss 3 goto again\n{section}"
    parsed = replay(script)
    assert messages(parsed) == []
    assert set(destinations(parsed)) == {"10.7.0.1"}


@cases(
    ("inner", "names"),
    [
        ('for /f "tokens=1*" %%i in ("p q") do', None),
        ("for %%j in (p q) do", None),
        ('for /f "delims=" %%i in ("p q") do', ["1", "2"]),
        ('for /f "tokens=1*" %%k in ("p q") do', ["1", "2"]),
    ],
)
@cases("is_block", [True, False])
def test_a_loop_within_a_loop_may_hide_its_variable(inner: str, names: list[str] | None, *, is_block: bool) -> None:
    command = f"{inner} {POLICY}=%%j"
    parsed = replay(f"for %%j in (1 2) do (\n{command}\n)\n" if is_block else f"for %%j in (1 2) do {command}\n")
    assert [policy.name for policy in parsed.policy.policies] == (names or [])
    assert bool(parsed.problems) is (names is None)
