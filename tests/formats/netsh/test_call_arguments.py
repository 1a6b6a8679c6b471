"""Arguments and percent signs of `call`: what `shift` moves, and what is read once more when a command is called."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.netsh.inputs import messages, replay

from ipseclint.formats.netsh.call_arguments import CallArguments, arguments_in
from ipseclint.formats.netsh.command import VALUE_IS_NOT_KNOWN
from ipseclint.formats.netsh.lexer import GOES_BACK

RULE = "netsh advfirewall consec add rule endpoint1=any action=requireinrequireout"
ENDS = "exit /b\n"


def _rules(script: str) -> list[str]:
    made = replay(script).policy.connection_security_rules
    return [f"{rule.name}={','.join(map(str, rule.endpoint2.known or ()))}" for rule in made]


@cases(
    ("script", "rules"),
    [
        (f"call :a A 10.0.0.1\n{ENDS}:a\nset N=%1\nshift\n{RULE} name=%N% endpoint2=%1\n", ["A=10.0.0.1"]),
        (f"call :a A B 10.0.0.1\n{ENDS}:a\nshift /2\n{RULE} name=%1 endpoint2=%2\n", ["A=10.0.0.1"]),
        (
            f"call :a A B\n{ENDS}:a\nshift\nfor %%n in (%*) do {RULE} name=%%n endpoint2=10.0.0.1\n",
            ["A=10.0.0.1", "B=10.0.0.1"],
        ),
        (f"call :a A B\n{ENDS}:a\ncall :b %*\n{ENDS}:b\nshift\n{RULE} name=R%1 endpoint2=10.0.0.1\n", ["RB=10.0.0.1"]),
        (
            f"call :a A 10.0.0.1\ncall :a B 10.0.0.2\n{ENDS}:a\nset N=%1\nshift\n{RULE} name=%N% endpoint2=%1\n",
            ["A=10.0.0.1", "B=10.0.0.2"],
        ),
        (f"call :a A 10.0.0.1\n{ENDS}:a\ncall :b %1 x\n{RULE} name=%1 endpoint2=%2\n{ENDS}:b\nshift\n", ["A=10.0.0.1"]),
    ],
)
def test_shift_moves_the_arguments_of_the_section_that_it_stands_in(script: str, rules: list[str]) -> None:
    assert (_rules(script), messages(replay(script))) == (rules, [])


@cases(
    ("script", "said"),
    [
        (f'call :a A B\n{ENDS}:a\nif "%X%"=="1" shift\n{RULE} name=%1 endpoint2=10.0.0.1\n', VALUE_IS_NOT_KNOWN),
        (f"call :a %*\n{ENDS}:a\nshift\n{RULE} name=%1 endpoint2=10.0.0.1\n", VALUE_IS_NOT_KNOWN),
        (f"call :a A B\n{ENDS}:a\n:next\n{RULE} name=%1 endpoint2=10.0.0.1\nshift\ngoto next\n", GOES_BACK),
    ],
)
def test_arguments_of_which_it_is_not_known_how_they_are_moved_are_said(script: str, said: str) -> None:
    assert messages(replay(script)) == [said]


@cases(
    ("script", "rules"),
    [
        (
            f"set A[0]=10.0.0.1\nset A[1]=10.0.0.2\nfor %%i in (0 1) do call {RULE} name=R%%i endpoint2=%%A[%%i]%%\n",
            ["R0=10.0.0.1", "R1=10.0.0.2"],
        ),
        (
            f'set R=\nfor %%a in (10.0.0.1 10.0.0.2) do call set "R=%%R%%,%%a"\n{RULE} name=A endpoint2=%R:~1%\n',
            ["A=10.0.0.1,10.0.0.2"],
        ),
        (f'set X=A\nset N=X\ncall set "V=%%%N%%%"\n{RULE} name=%V% endpoint2=10.0.0.1\n', ["A=10.0.0.1"]),
        (
            f"for %%i in (A B) do (\nset X=%%i\ncall {RULE} name=%%X%% endpoint2=10.0.0.1\n)\n",
            ["A=10.0.0.1", "B=10.0.0.1"],
        ),
        (f"set X=A\n{RULE} name=%%X%% endpoint2=10.0.0.1\n", ["%X%=10.0.0.1"]),
        (f"call {RULE} name=100%% endpoint2=10.0.0.1\n", ["100%=10.0.0.1"]),
    ],
)
def test_call_reads_doubled_percent_signs_once_more(script: str, rules: list[str]) -> None:
    assert (_rules(script), messages(replay(script))) == (rules, [])


def test_a_variable_that_call_puts_in_and_nothing_sets_is_not_known() -> None:
    assert messages(replay(f"call {RULE} name=%%UNSET%% endpoint2=10.0.0.1\n")) == [VALUE_IS_NOT_KNOWN]
    script = f'call set "X=%%UNSET%%"\n{RULE} name=%X% endpoint2=10.0.0.1\n'
    assert messages(replay(script)) == [VALUE_IS_NOT_KNOWN]


def test_arguments_are_parted_and_filled_in_as_the_caller_has_them() -> None:
    caller = CallArguments('A "B C"')
    given = arguments_in(" %2,x %1 %3", caller)
    assert [given.value(number) for number in range(1, 6)] == ['"B C"', "x", "A", "%3", ""]
    assert arguments_in("%*", caller).whole == 'A "B C"'
    assert arguments_in("%*", None).value(1) is None
