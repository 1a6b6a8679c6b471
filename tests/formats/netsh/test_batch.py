"""Batch files: what a process of netsh keeps, what cmd.exe puts into a line, and what runs a command certainly."""

from __future__ import annotations

import base64
import re

import pytest
from tests.cases import cases
from tests.formats.netsh.inputs import messages, places, replay

from ipseclint import check_text
from ipseclint.formats import recognise
from ipseclint.formats.kit.read import WHEN_ASKED
from ipseclint.formats.netsh import variables
from ipseclint.formats.netsh.calls import AT_PROMPT
from ipseclint.formats.netsh.command import VALUE_IS_NOT_KNOWN, WHAT_IS_NOT_KNOWN
from ipseclint.formats.netsh.unfollowed import FILLED_IN
from ipseclint.formats.parsed import Parsed
from ipseclint.model.setting import Unknown
from ipseclint.source import bytes_source
from ipseclint.vocabulary.remote_access import TunnelStrategy

CONSEC = "advfirewall consec add rule action=requestinrequestout auth1=computerkerb endpoint1=any"
STORE = r"advfirewall set store gpo=CONTOSO\Isolation"


def rules(parsed: Parsed) -> list[tuple[str, str | None]]:
    """The rules by name, with their stores."""
    return [(rule.name, rule.store) for rule in parsed.policy.connection_security_rules]


def test_the_store_of_one_line_does_not_reach_the_next() -> None:
    parsed = replay(f"netsh {STORE}\nnetsh {CONSEC} name=A endpoint2=10.1.0.0/16\nnetsh advfirewall reset\n")
    (lost,) = parsed.policy.lost_stores
    assert (lost.store, lost.span.line, lost.first.line, lost.count) == (r"CONTOSO\Isolation", 1, 2, 2)
    assert (lost.command, parsed.problems) == ("netsh advfirewall set store", ())


@cases(
    "text",
    [
        f"{STORE}\n{CONSEC} name=A endpoint2=10.1.0.0/16\n",
        f"pushd advfirewall\n{STORE.removeprefix('advfirewall ')}\npopd\n{CONSEC} name=A endpoint2=10.1.0.0/16\n",
        f"@echo off\necho {STORE}>x.txt\necho {CONSEC} name=A endpoint2=10.1.0.0/16>>x.txt\nnetsh -f x.txt\n",
        f"@echo off\n(echo {STORE}& echo {CONSEC} name=A endpoint2=10.1.0.0/16) | netsh\n",
    ],
    ids=["netsh -f", "pushd", "file written before", "pipe"],
)
def test_a_session_keeps_its_store(text: str) -> None:
    parsed = replay(text)
    assert rules(parsed) == [("A", r"CONTOSO\Isolation")]
    assert (parsed.policy.lost_stores, parsed.problems) == ((), ())


TYPED = [
    f"netsh\n{STORE}\n{CONSEC} name=A endpoint2=10.1.0.0/16\n",
    f"netsh\nadvfirewall\n{STORE[12:]}\nconsec\n{CONSEC[19:]} name=A endpoint2=10.1.0.0/16\nexit\n",
    f"netsh advfirewall\n{STORE[12:]}\n{CONSEC[12:]} name=A endpoint2=10.1.0.0/16\n",
]


@cases("text", TYPED)
def test_what_was_typed_to_netsh_is_followed_in_a_text_and_said_to_be_lost_in_a_batch_file(text: str) -> None:
    typed = replay(text, "session.txt")
    assert (rules(typed), typed.problems) == ([("A", r"CONTOSO\Isolation")], ())
    batch = replay(f"@echo off\n{text}")
    assert [place[:3] for place in places(batch)] == [("IN003", 2, 1)]
    assert messages(batch) == [AT_PROMPT]


def test_behind_the_end_of_a_typed_session_the_shell_goes_on() -> None:
    parsed = replay(f"netsh\n{STORE}\nexit\nnetsh {CONSEC} name=A endpoint2=10.1.0.0/16\n", "session.txt")
    assert (rules(parsed), parsed.problems) == ([("A", None)], ())
    assert [each.store for each in parsed.policy.lost_stores] == [r"CONTOSO\Isolation"]


@cases("line", ["{{ more }}", "{{more}}", "__MORE_RULES__", "@@MORE@@"])
def test_what_a_template_puts_in_as_a_line_may_be_commands(line: str) -> None:
    parsed = replay(f"netsh {CONSEC} name=A endpoint2=10.1.0.0/16\n{line}\n")
    assert messages(parsed) == [FILLED_IN]
    assert rules(parsed) == [("A", None)]


def test_a_store_is_set_in_a_context_alone() -> None:
    parsed = replay(f"netsh\n{STORE[12:]}\nexit\nnetsh {CONSEC} name=A endpoint2=10.1.0.0/16\n", "session.txt")
    assert rules(parsed) == [("A", None)]
    assert places(parsed) == [("IN003", 2, 1, 3)]
    assert messages(parsed)[0].endswith("no context is entered here")


def test_netsh_without_a_command_takes_nothing_from_what_cmd_exe_sets() -> None:
    parsed = replay(f"netsh\nset NET=10.1.0.0/16\nset /a N=1\nnetsh {CONSEC} name=A endpoint2=%NET%\n")
    assert (rules(parsed), parsed.problems) == ([("A", None)], ())


def test_the_store_of_ip_security_policies_ends_with_its_process_too() -> None:
    parsed = replay(
        "netsh ipsec static set store location=domain domain=example.com\n"
        "netsh ipsec static add policy name=P assign=yes\n"
        "netsh ipsec static add filter filterlist=L srcaddr=me dstaddr=10.0.0.1\n"
    )
    (lost,) = parsed.policy.lost_stores
    assert (lost.store, lost.first.line, lost.count) == ("domain example.com", 2, 2)
    assert [(policy.name, policy.assigned.value) for policy in parsed.policy.policies] == [("P", True)]


def test_a_store_that_nothing_is_meant_for_is_not_lost() -> None:
    assert replay(f"netsh {STORE}\nnetsh advfirewall show store\n").policy.lost_stores == ()
    assert replay(f"netsh {STORE}\nnetsh advfirewall set store local\n").policy.lost_stores == ()


def test_a_variable_that_the_script_sets_is_put_in_at_its_place() -> None:
    parsed = replay(f'@echo off\nset NET=10.9.0.0/16\nset "N=Two words" \nnetsh {CONSEC} name="%n%" endpoint2=%NET%\n')
    (rule,) = parsed.policy.connection_security_rules
    assert rule.name == "Two words"
    assert (rule.endpoint2.span.line, rule.endpoint2.span.column) == (4, 116)
    assert parsed.problems == ()


@cases(
    "setting", ["set /p NET=Which? ", "if exist x set NET=1", "set NET=%OTHER%", "for /f %%i in (x) do set NET=%%i", ""]
)
def test_what_is_not_certain_of_a_variable_is_not_guessed(setting: str) -> None:
    parsed = replay(f"@echo off\n{setting}\nnetsh {CONSEC} name=A endpoint2=%NET%\n")
    assert rules(parsed) == [("A", None)]
    assert isinstance(parsed.policy.connection_security_rules[0].endpoint2.value, Unknown)
    assert messages(parsed) == [VALUE_IS_NOT_KNOWN]


KEYED = "netsh advfirewall consec add rule name=R endpoint1=any endpoint2={} action=requireinrequireout {}\n"


def test_an_answer_that_is_a_preshared_key_is_one_that_is_not_known() -> None:
    text = 'set /p "PSK=The key: "\nif not defined PSK exit /b 1\n'
    for quote in ("", '"'):
        parsed = replay(text + KEYED.format("10.1.0.7", f"auth1=computerpsk auth1psk={quote}%PSK%{quote}"))
        assert parsed.problems == ()
        (method,) = parsed.policy.authentication_sets[0].methods
        assert method.preshared_key is not None
        assert method.preshared_key.value == WHEN_ASKED
    static = "netsh ipsec static add"
    parts = "".join(f"{static} {part}\n" for part in ("filteraction name=A", "policy name=P", "filterlist name=F"))
    parsed = replay(f"{text}{parts}{static} rule name=R policy=P filterlist=F filteraction=A psk=%PSK%\n")
    assert parsed.problems == ()


@cases(
    ("text", "peer", "more"),
    [
        ("set /p A=\n", "%A%", "auth1=computerkerb"),
        ("set /p A=\n", "10.1.0.7", "auth1=computerpsk auth1psk=x%A%"),
        ("set /p A=\n", "10.1.0.7", "auth1=computerpsk auth1psk=%A%x"),
        ("set /a A=7*(1)\n", "10.1.0.7", "auth1=computerpsk auth1psk=%A%"),
        ("set /p A=\nset B=%A%\n", "10.1.0.7", "auth1=computerpsk auth1psk=%B%"),
    ],
)
def test_an_answer_is_a_key_only_where_it_is_the_whole_of_one(text: str, peer: str, more: str) -> None:
    parsed = replay(text + KEYED.format(peer, more))
    assert messages(parsed) == [VALUE_IS_NOT_KNOWN]


def test_a_loop_over_what_it_writes_itself_is_run_turn_by_turn() -> None:
    parsed = replay(
        "@echo off\n"
        f'for %%i in (10.1.0.0/16,"10.2.0.0/16") do netsh {CONSEC} name=A endpoint2=%%~i\n'
        "for /L %%n in (1,1,2) do (\n"
        "  rem a comment\n"
        f"  netsh {CONSEC} name=L%%n ^\n"
        "     endpoint2=10.7.%%n.0/24\n"
        ")\n"
        f"for %%a in (1 2) do for %%b in (3 4) do netsh {CONSEC} name=N%%a%%b endpoint2=10.%%a.%%b.0/24\n"
    )
    assert [name for name, _ in rules(parsed)] == ["A", "A", "L1", "L2", "N13", "N14", "N23", "N24"]
    assert parsed.problems == ()


@cases("head", ["for %%i in (*.txt) do", "for /f %%i in (x.txt) do", "for /l %%i in (1,0,2) do"])
def test_a_loop_over_what_only_windows_knows_is_not_guessed(head: str) -> None:
    parsed = replay(f"@echo off\n{head} netsh {CONSEC} name=%%i endpoint2=10.1.0.0/16\n")
    assert (rules(parsed), [place[:2] for place in places(parsed)]) == ([], [("IN003", 2)])


def test_a_loop_without_end_is_not_run() -> None:
    parsed = replay(f"for /l %%i in (1,1,999999999) do netsh {CONSEC} name=%%i endpoint2=10.1.0.0/16\n")
    assert (rules(parsed), len(parsed.problems)) == ([], 1)


def test_a_section_runs_where_it_is_called_with_its_arguments() -> None:
    parsed = replay(
        "@echo off\n"
        'call :add "Head office" 10.1.0.0/16\n'
        "call :add Branch 10.2.0.0/16\n"
        "goto :eof\n"
        ":add\n"
        f"netsh {CONSEC} name=%1 endpoint2=%~2\n"
        "exit /b 0\n"
    )
    assert [name for name, _ in rules(parsed)] == ["Head office", "Branch"]
    assert parsed.problems == ()


def test_a_section_that_calls_itself_ends() -> None:
    parsed = replay(f"call :a\nexit /b\n:a\nnetsh {CONSEC} name=A endpoint2=10.2.0.0/16\ncall :a\nexit /b\n")
    assert 1 <= len(rules(parsed)) <= 20


@cases(
    ("leaves", "runs"),
    [
        ("goto:eof", []),
        ("@GOTO:EOF", []),
        ("exit/b", []),
        ("exit/b 1", []),
        ("(goto:eof)", []),
        ("cls&goto:eof", []),
        ("if/i a==A goto:eof", []),
        ("if/i a==b goto:eof", ["A", "B"]),
        ("goto:end", ["B"]),
        ("goto,end", ["B"]),
        ("goto end:x", ["B"]),
        ("gotoend", ["A", "B"]),
        ("exitb", ["A", "B"]),
        ('"goto:eof"', ["A", "B"]),
    ],
)
def test_a_command_leaves_where_what_it_takes_stands_right_behind_its_name(leaves: str, runs: list[str]) -> None:
    last = f":end\nnetsh {CONSEC} name=B endpoint2=10.2.0.0/16\n"
    parsed = replay(f"@echo off\n{leaves}\nnetsh {CONSEC} name=A endpoint2=10.1.0.0/16\n{last}")
    assert [name for name, _ in rules(parsed)] == runs
    assert bool(parsed.problems) is (runs != ["A", "B"])


@cases("leaves", ["goto:eof", "exit/b", "goto :eof", "exit"])
def test_behind_a_jump_under_a_condition_nothing_is_changed_for_certain(leaves: str) -> None:
    made = f"netsh {CONSEC} name=A endpoint2=10.1.0.0/16\n"
    parsed = replay(f"{made}if exist x {leaves}\nnetsh advfirewall consec delete rule name=A\n")
    assert ([name for name, _ in rules(parsed)], len(parsed.problems)) == (["A"], 1)


def test_sections_are_called_and_loops_begun_without_a_blank() -> None:
    add = f":add\nnetsh {CONSEC} name=%1 endpoint2=10.1.0.0/16\nexit/b\n"
    loops = 'for/l %%n in (1,1,2) do call:add L%%n\nfor/f "tokens=2" %%n in ("x T") do call:add %%n\n'
    parsed = replay(f"@echo off\ncall:add A\n{loops}goto:eof\n{add}")
    assert [name for name, _ in rules(parsed)] == ["A", "L1", "L2", "T"]
    assert parsed.problems == ()


@cases(
    ("section", "runs"),
    [
        ("exit", ["S"]),
        ("exit 3", ["S"]),
        ("setlocal\nexit", ["S"]),
        ("exit /b", ["S", "B"]),
        ("exit/b 3", ["S", "B"]),
        ("if exist x goto :eof\nexit 1", ["S", "B"]),
        ("if exist x exit /b\nexit 1", ["S", "B"]),
        ("call :quit", ["S"]),
    ],
)
@cases("call", ["call :add", "if 1==1 call :add", "(\n  call :add\n)"])
def test_a_plain_exit_in_a_section_ends_the_script(call: str, section: str, runs: list[str]) -> None:
    text = f"{call}\nnetsh {CONSEC} name=B endpoint2=10.2.0.0/16\nexit /b\n"
    text += f":add\nnetsh {CONSEC} name=S endpoint2=10.1.0.0/16\n{section}\ngoto :eof\n:quit\nexit\n"
    parsed = replay(text)
    assert [name for name, _ in rules(parsed)] == runs
    assert bool(parsed.problems) is (runs == ["S"])


@cases(
    ("ends", "call", "runs"),
    [
        ("exit", "call run.cmd", ["A"]),
        ("exit 1", "call run.cmd", ["A"]),
        ("exit /b", "call run.cmd", ["A", "B"]),
        ("exit", "cmd /c run.cmd", ["A", "B"]),
        ("exit /b", "run.cmd", ["A"]),
        ("if exist x exit", "call run.cmd", ["A", "B"]),
    ],
)
def test_a_plain_exit_in_a_file_that_is_called_ends_the_script(ends: str, call: str, runs: list[str]) -> None:
    printed = f"(\n  echo {STATIC} policy name=A\n  echo {ends}\n) > run.cmd\n"
    parsed = replay(f"{printed}{call}\n{STATIC} policy name=B\n")
    assert [policy.name for policy in parsed.policy.policies] == runs
    assert bool(parsed.problems) is (runs == ["A"])


@cases(
    ("delayed", "written", "is_known"),
    [
        ("EnableDelayedExpansion", "A!", False),
        ("EnableDelayedExpansion", "A^!", False),
        ("EnableDelayedExpansion", '"A! b!"', False),
        ("EnableDelayedExpansion", "A", True),
        ("EnableDelayedExpansion", "!X!", True),
        ("EnableDelayedExpansion", "!Z!", True),
        ("EnableExtensions", "A!", True),
    ],
)
@cases("call", ["", "call "])
def test_an_exclamation_mark_is_not_known_to_stay_where_expansion_is_delayed(
    call: str, delayed: str, written: str, *, is_known: bool
) -> None:
    line = f"{call}netsh {CONSEC} name={written} endpoint2=10.1.0.0/16\n"
    parsed = replay(f"set Z=Z!\nsetlocal {delayed}\nset X=Y\n{line}")
    assert messages(parsed) == ([] if is_known else [VALUE_IS_NOT_KNOWN] * written.count("!"))


@cases("call", ["call :add A!", "if 1==1 call :add A!"])
def test_an_argument_with_an_exclamation_mark_is_not_known_where_expansion_is_delayed(call: str) -> None:
    section = f":add\nnetsh {CONSEC} name=%1 endpoint2=10.1.0.0/16\nexit /b\n"
    parsed = replay(f"setlocal enabledelayedexpansion\n{call}\nexit /b\n{section}")
    assert messages(parsed) == [VALUE_IS_NOT_KNOWN]
    assert messages(replay(f"{call}\nexit /b\n{section}")) == []


def test_no_rule_like_another_is_taken_with_an_exclamation_mark_where_expansion_is_delayed() -> None:
    lines = [f'netsh {CONSEC} name="R {number}" endpoint2=10.1.0.{number}' for number in range(1, 120)]
    lines[60] = lines[60].replace("R 61", "R! 61")
    parsed = replay("\n".join(["setlocal enabledelayedexpansion", *lines]))
    assert (len(rules(parsed)), messages(parsed)) == (119, [VALUE_IS_NOT_KNOWN])


@cases(
    ("line", "made"),
    [
        ('call netsh {} name="a^b" endpoint2=10.1.0.0/16', None),
        ('call :add "a^b"', None),
        ("call :add a%%%%b", None),
        ("call :all a^^b", None),
        ('call netsh {} name="a b" endpoint2=10.1.0.0/16', "a b"),
        ("call netsh {} name=a^b endpoint2=10.1.0.0/16", "ab"),
        ('netsh {} name="a^b" endpoint2=10.1.0.0/16', "a^b"),
        ('call :add "a b"', "a b"),
    ],
)
def test_carets_and_percent_signs_are_not_known_to_stay_where_a_line_is_read_twice(line: str, made: str | None) -> None:
    given = "%*" if ":all" in line else "%1"
    section = f"exit /b\n{line.split()[1]}\nnetsh {{}} name={given} endpoint2=10.1.0.0/16\n" if "call :" in line else ""
    parsed = replay(f"{line}\n{section}".replace("{}", CONSEC))
    assert ([name for name, _ in rules(parsed)] == [made]) is (made is not None)
    assert messages(parsed) == ([] if made is not None else [VALUE_IS_NOT_KNOWN])


@cases(
    ("written", "makes"),
    [
        ("2>>", ["A"]),
        (" 2>> ", ["A"]),
        ("1>>", ["A", "B"]),
        (">>", ["A", "B"]),
    ],
)
def test_what_goes_to_a_file_is_what_a_command_prints_not_its_errors(written: str, makes: list[str]) -> None:
    line = "echo ipsec static add policy name="
    parsed = replay(f"{line}A > p.txt 2>&1\n{line}B {written}p.txt\nnetsh -f p.txt\n")
    assert [policy.name for policy in parsed.policy.policies] == makes
    assert bool(parsed.problems) is (makes == ["A"])


@cases("name", ['"Of servers"', 'Of" servers"', '"Of serv"ers'])
def test_what_is_printed_with_quotation_marks_in_a_word_keeps_its_blanks(name: str) -> None:
    parsed = replay(f"echo ipsec static add policy name={name} > p.txt\nnetsh -f p.txt\n")
    assert [policy.name for policy in parsed.policy.policies] == ["Of servers"]
    assert messages(parsed) == []


@cases("value", ["%%~dpi", "%%~$PATH:i", "%%~ti", "%%~fi"])
def test_a_part_of_the_path_of_a_file_is_not_known(value: str) -> None:
    parsed = replay(f"for %%i in (a.b) do netsh {CONSEC} name={value} endpoint2=10.1.0.0/16\n")
    assert messages(parsed) == [VALUE_IS_NOT_KNOWN]


@cases(
    ("lines", "runs"),
    [
        ("if 1==1 ({}) & B", ["A", "B"]),
        ("if 1==1 ({}) >nul & B", ["A", "B"]),
        ("if 1==2 ({}) & B", []),
        ("if 1==1 ({}) else (echo b) & B", ["A"]),
        ("if 1==2 (echo a) else ({}) & B", ["A", "B"]),
        ("if 1==2 (\n{}\n) & B", []),
        ("if 1==2 (\n{}\n) && B", []),
        ("if 1==1 (\n{}\n) else (echo b) & B", ["A"]),
        ("if 1==1 (\n{}\n) else (\necho b\n) & B", ["A"]),
    ],
)
def test_what_an_operator_joins_to_a_block_runs_or_is_said(lines: str, runs: list[str]) -> None:
    first, second = (f"netsh {CONSEC} name={name} endpoint2=10.1.0.0/16" for name in ("A", "B"))
    parsed = replay(lines.replace("B", second).replace("{}", first))
    assert [name for name, _ in rules(parsed)] == runs
    assert len(parsed.problems) == (runs != ["A", "B"])


@cases("line", ["if 1==2 (echo a) & echo b", "if 1==2 (echo a) >nul", "if 1==2 (\necho a\n) & echo b"])
def test_what_an_operator_joins_to_a_block_is_not_said_where_it_is_of_no_concern(line: str) -> None:
    assert messages(replay(f"{line}\nnetsh {CONSEC} name=A endpoint2=10.1.0.0/16\n")) == []


def test_the_sign_for_the_end_of_a_file_is_no_part_of_its_last_line() -> None:
    parsed = replay(f"netsh {CONSEC} endpoint2=10.1.0.0/16 name=A\x1a")
    assert (rules(parsed), messages(parsed)) == ([("A", None)], [])


def test_what_stands_behind_jumps_is_said_once_with_a_number() -> None:
    menu = "@echo off\n:menu\nif exist c1 goto add\nif exist c2 goto end\ngoto menu\n:add\n"
    parsed = replay(menu + f"netsh {CONSEC} name=A endpoint2=10.2.0.0/16\n" * 84)
    assert messages(parsed) == ["this command stands behind a jump: whether it runs is not known; so do 83 more"]


def test_a_long_text_of_variables_is_not_put_together() -> None:
    lines = "".join(f"set V{n}={f'%V{n - 1}%' * 50 if n else 'x' * 20}\n" for n in range(8))
    parsed = replay(f"@echo off\n{lines}netsh {CONSEC} name=%V7% endpoint2=10.2.0.0/16\n")
    assert rules(parsed) == [("%V7%", None)]
    assert messages(parsed) == [VALUE_IS_NOT_KNOWN]


SERVICES = r"HKLM\SYSTEM\CurrentControlSet\Services"


def test_reg_writes_what_the_registry_readers_know() -> None:
    parsed = replay(
        f'@echo off\nreg add "{SERVICES}\\SharedAccess\\Parameters\\FirewallPolicy\\ConSecRules" /v r1 /t REG_SZ '
        '/d "v2.33|Action=SecureServer|Name=R1|Active=TRUE|" /f\n'
        f"reg add {SERVICES}\\IKEEXT\\Parameters /v IkeNumEstablishedForInitialQuery /t REG_DWORD /d 0x0a /f\n"
        f"reg.exe add {SERVICES}\\PolicyAgent /v AssumeUDPEncapsulationContextOnSendRule /t REG_DWORD /d 2 /f\n"
        f"reg delete {SERVICES}\\PolicyAgent /v AssumeUDPEncapsulationContextOnSendRule /f\n"
        "reg add HKLM\\SOFTWARE\\Something /v IkeNumEstablishedForInitialQuery /t REG_DWORD /d 1 /f\n"
    )
    assert [name for name, _ in rules(parsed)] == ["R1"]
    assert [(value.path.rpartition("\\")[2], value.data.value) for value in parsed.policy.registry] == [
        ("IkeNumEstablishedForInitialQuery", "10"),
        ("AssumeUDPEncapsulationContextOnSendRule", None),
    ]
    assert parsed.problems == ()


@cases(
    ("arguments", "reason"),
    [
        ("/v A /t REG_DWORD /d ten /f", "`ten` is not a number of 32 bits"),
        ("/v A /t REG_WORD /d 1 /f", "unknown type `REG_WORD`"),
        ("/v A /t REG_BINARY /d xyz /f", "the data are not hexadecimal digits"),
        ("/v A /colour blue", "`reg` has no option `/colour`, or it lacks its value"),
    ],
)
def test_what_reg_refuses_writes_nothing(arguments: str, reason: str) -> None:
    parsed = replay(f"@echo off\nreg add {SERVICES}\\PolicyAgent {arguments}\n")
    assert [(command.command, command.reason) for command in parsed.policy.refused_commands] == [("reg add", reason)]
    assert parsed.policy.registry == ()


def test_services_are_left_as_the_last_command_says() -> None:
    parsed = replay(
        "@echo off\n"
        "sc config PolicyAgent start= disabled\n"
        'net stop "IPsec Policy Agent" /y\n'
        "sc.exe stop ikeext\n"
        "net start ikeext\n"
        "net stop spooler\n"
    )
    states = [
        (state.name, state.start and state.start.value, state.status and state.status.value)
        for state in parsed.policy.services
    ]
    assert states == [("PolicyAgent", "disabled", "stopped"), ("IKEEXT", None, "running")]
    assert parsed.problems == ()


BY_ARGUMENT = (
    "@echo off\n"
    'if /i "%~1"=="rollback" goto rollback\n'
    f"netsh {CONSEC} name=A endpoint2=10.2.0.0/16 || goto failed\n"
    "exit /b 0\n"
    ":failed\n"
    "echo Failed\n"
    "exit /b 1\n"
    ":rollback\n"
    "netsh advfirewall consec delete rule name=A\n"
)


def test_a_section_that_an_argument_asks_for_does_not_run_without_one() -> None:
    parsed = replay(BY_ARGUMENT)
    assert [name for name, _ in rules(parsed)] == ["A"]
    assert parsed.problems == ()


@cases(
    "other",
    ["if exist x goto rollback\n", "goto %NEXT%\n", "call :rollback & echo\n"],
    ids=["condition", "variable", "call"],
)
def test_a_section_that_something_else_may_jump_to_may_run(other: str) -> None:
    parsed = replay(BY_ARGUMENT.replace("echo Failed\n", other))
    assert messages(parsed) == ["this command stands behind a jump: whether it runs is not known"]


def test_a_section_that_the_one_before_falls_into_may_run() -> None:
    jumps = BY_ARGUMENT.replace("exit /b 1\n", "").replace(" || goto failed\n", "\nif exist x goto failed\n")
    assert messages(replay(jumps)) == ["this command stands behind a jump: whether it runs is not known"]


@cases(
    "jump",
    [
        "{} || goto failed\n",
        "{} || (goto :failed)\n",
        "{}\nif errorlevel 1 goto failed\n",
        "{}\nif not %errorlevel%==0 goto failed\n",
        '{}\nif "%ERRORLEVEL%" NEQ "0" goto failed\n',
    ],
)
def test_a_section_for_failures_does_not_run_where_nothing_fails(jump: str) -> None:
    script = jump.format(f"netsh {CONSEC} name=A endpoint2=10.2.0.0/16") + (
        "exit /b 0\n:failed\nnetsh advfirewall consec delete rule name=A\nexit /b 1\n"
    )
    parsed = replay(script)
    assert ([name for name, _ in rules(parsed)], messages(parsed)) == (["A"], [])


def test_what_a_command_does_not_find_to_take_out_keeps_none_from_taking_out_more() -> None:
    names = ("A", "B", "C")
    script = "".join(f"netsh advfirewall consec delete rule name={name} || goto failed\n" for name in names)
    assert messages(replay(f"@echo off\n{script}exit /b 0\n:failed\nexit /b 1\n")) == []


@cases(("name", "doubts"), [("A", 0), ("None", 1)])
def test_a_script_that_ends_if_a_delete_fails_goes_on_if_the_rule_is_there(name: str, doubts: int) -> None:
    parsed = replay(
        f"netsh {CONSEC} name=A endpoint2=10.2.0.0/16\n"
        f"netsh {CONSEC} name=B endpoint2=10.3.0.0/16\n"
        f"netsh advfirewall consec delete rule name={name} || exit /b 1\n"
        "netsh advfirewall consec set rule name=B new profile=domain\n"
    )
    assert len([message for message in messages(parsed) if "behind a jump" in message]) == doubts


def test_the_arguments_of_a_label_are_what_the_caller_s_line_amounts_to() -> None:
    parsed = replay(
        "@echo off\nset RULE=Web\nset NET=10.9.0.0/16\ncall :add %RULE% %NET%\ncall :twice %NET%\nexit /b 0\n\n"
        f":twice\ncall :add Twice %1\nexit /b 0\n\n:add\nnetsh {CONSEC} name=%1 endpoint2=%2\nexit /b 0\n"
    )
    assert parsed.problems == ()
    assert [
        (rule.name, [str(address) for address in rule.endpoint2.value])
        for rule in parsed.policy.connection_security_rules
    ] == [("Web", ["10.9.0.0/16"]), ("Twice", ["10.9.0.0/16"])]
    unknown = replay(
        f"@echo off\ncall :add %COMPUTERNAME%\nexit /b\n:add\nnetsh {CONSEC} name=%1 endpoint2=10.1.0.0/16\nexit /b\n"
    )
    assert [problem.message for problem in unknown.problems] == [VALUE_IS_NOT_KNOWN]


NET = f"netsh {CONSEC} name=A endpoint2=10.2.0.0/16"


@cases(
    ("text", "count"),
    [
        (f'set NETS=10.2.0.0/16\nif not "%NETS%"=="" (\n  {NET}\n)\n', 1),
        (f'set NETS=\nif not "%NETS%"=="" (\n  {NET}\n)\n', 0),
        (f'set NETS=\nif not "%NETS%"=="" (\n  echo x\n) else (\n  {NET}\n)\n', 1),
        (f'set MODE=lab\nif /i "%MODE%"=="LAB" {NET}\n', 1),
        (f'set MODE=lab\nif "%MODE%"=="LAB" {NET}\n', 0),
        (f"set MODE=lab\nif defined MODE (\n  {NET}\n)\n", 1),
        (f"set MODE=\nif not defined MODE {NET}\n", 1),
        (f'set A=x\nif "%A%"=="y" (\n  if "%A%"=="x" (\n    {NET}\n  )\n)\n{NET} port1=80 protocol=tcp\n', 1),
    ],
)
def test_a_condition_that_the_file_itself_decides_is_decided(text: str, count: int) -> None:
    parsed = replay(f"@echo off\n{text}")
    assert len(parsed.policy.connection_security_rules) == count
    assert parsed.problems == ()


@pytest.mark.parametrize("label", ["Task To Run:    ", "Auszuf\u00fchrende Aufgabe:      "])
def test_the_command_of_a_task_in_a_list_is_said_to_be_no_script(label: str) -> None:
    (message,) = messages(replay(f"Folder: \\\nTaskName:     \\A\n{label}{NET}\nStart In:     N/A\n"))
    assert message.startswith("a command that a list shows behind a label is not followed: ")


@cases("condition", ["010 equ 8", "10 equ 010", "08 lss 9", "-08 neq 1"])
def test_a_number_that_begins_with_zero_decides_nothing(condition: str) -> None:
    """It is octal, or compared as a text (the page `set` of `set /a`)."""
    parsed = replay(f"if {condition} netsh {CONSEC} name=A endpoint2=10.1.0.0/16\n")
    assert (rules(parsed), len(parsed.problems)) == ([], 1)


def test_a_condition_on_what_is_not_known_is_not_decided() -> None:
    parsed = replay(f'@echo off\nif "%SITE%"=="lab" {NET}\nif not defined SITE {NET}\n')
    assert parsed.policy.connection_security_rules == ()
    assert messages(parsed) == ["a netsh command for IPsec behind `if` is not followed"] * 2


def test_a_file_that_starts_itself_again_as_an_administrator_is_read() -> None:
    again = '%1 mshta vbscript:CreateObject("Shell.Application").ShellExecute("cmd.exe","/c %~s0 ::","","runas",1)'
    parsed = replay(f"@echo off\n{again}(window.close)&&exit\n{NET}\n")
    assert (rules(parsed), parsed.problems) == ([("A", None)], ())


def test_what_only_saves_the_policy_may_go_into_any_file() -> None:
    parsed = replay(f"@echo off\n{NET}\nnetsh ipsec static exportpolicy file=before_%DATE%.ipsec\n")
    assert (rules(parsed), parsed.problems) == ([("A", None)], ())


def test_the_name_of_a_rule_that_is_set_is_no_command() -> None:
    parsed = replay(f"@echo off\n{NET}\ngoto end\nset rule=%policy%-%filter%\n:end\n")
    assert (rules(parsed), parsed.problems) == ([("A", None)], ())


def test_a_cmdlet_that_a_batch_file_hands_on_is_no_line_of_powershell() -> None:
    text = (
        "@ECHO adding connection\n"
        'powershell -command add-vpnconnection -Name "Office" -ServerAddress "vpn.example" -TunnelType "Ikev2"\n'
        'powershell -command Set-VpnConnectionProxy -ConnectionName "Office" -ProxyServer "proxy.example:8080"\n'
    )
    source = bytes_source("add.bat", text.encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "netsh-script"
    parsed = form.parse(source)
    (connection,) = parsed.policy.vpn_connections
    assert (connection.name, connection.span.line, connection.span.column) == ("Office", 2, 21)
    assert parsed.problems == ()


SETS = "-InboundSecurity Require -OutboundSecurity Require"


@cases(
    ("line", "column"),
    [
        (f"powershell -Command \"New-NetIPsecRule -DisplayName 'A B' {SETS}\"", 22),
        (
            f'powershell.exe -nop -ep Bypass -c "& {{ New-NetIPsecRule -DisplayName \\"A B\\" {SETS} }}"',
            40,
        ),
        (f"pwsh -c New-NetIPsecRule -DisplayName 'A B' {SETS}", 9),
        (f"powershell New-NetIPsecRule -DisplayName 'A B' {SETS}", 12),
    ],
)
def test_a_script_in_a_line_is_evaluated_at_its_place(line: str, column: int) -> None:
    parsed = replay(f"@echo off\n{line}\nnetsh advfirewall set global ipsec strongcrlcheck 2\n")
    (rule,) = parsed.policy.connection_security_rules
    assert (rule.name, rule.span.line, rule.span.column) == ("A B", 2, column)
    assert messages(parsed) == []


def test_a_batch_file_of_nothing_but_scripts_in_quotes_is_one() -> None:
    text = f'@echo off\npowershell -ExecutionPolicy Bypass -Command "New-NetIPsecRule -DisplayName A {SETS}"\n'
    form = recognise(bytes_source("a.cmd", text.encode()))
    assert form is not None
    assert form.name == "netsh-script"


@cases(
    "call",
    [
        "powershell",
        "@powershell.exe",
        "call powershell",
        'start "" /wait powershell',
        r"%SystemRoot%\System32\WindowsPowerShell\v1.0\powershell.exe -NoProfile -Command",
        r'"%windir%\System32\WindowsPowerShell\v1.0\powershell.exe" -c',
    ],
)
@cases("is_quoted", [False, True])
def test_a_batch_file_that_calls_powershell_alone_is_one(call: str, is_quoted: bool) -> None:
    script = "Add-VpnConnection -Name A -ServerAddress vpn.example.com -TunnelType Ikev2 -Force -Confirm:$false"
    written = f'"{script}"' if is_quoted else script
    source = bytes_source("a.bat", f"@echo off\nset X=1\n{call} {written}\npause\n".encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "netsh-script"
    parsed = form.parse(source)
    assert [each.name for each in parsed.policy.vpn_connections] == ["A"]
    assert messages(parsed) == []


@cases("begin", ["if not defined DONE ", "if exist a ("])
def test_a_script_that_may_not_run_makes_its_file_a_batch_file(begin: str) -> None:
    end = ")" if begin.endswith("(") else ""
    text = f"@echo off\n{begin}powershell Add-VpnConnection -Name A -ServerAddress vpn.example.com{end}\n"
    form = recognise(bytes_source("a.bat", text.encode()))
    assert form is not None
    assert form.name == "netsh-script"
    assert messages(form.parse(bytes_source("a.bat", text.encode())))


def test_a_script_in_base64_is_evaluated_within_its_word() -> None:
    script = f"New-NetIPsecRule -DisplayName A {SETS}"
    word = base64.b64encode(script.encode("utf-16-le")).decode()
    source = bytes_source("a.cmd", f"@echo off\npowershell -NoP -EncodedCommand {word}\n".encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    (rule,) = parsed.policy.connection_security_rules
    assert (rule.name, rule.span.line, rule.span.column) == ("A", 2, 33)
    assert messages(parsed) == []


@cases(
    "script",
    [
        f"New-NetIPsecRule `\r\n -DisplayName A `\r\n {SETS}\r\nWrite-Host done",
        f"{NET}\n",
        f"Start-Service IKEEXT\r\n{NET}",
        NET,
    ],
)
def test_a_script_of_several_lines_or_of_netsh_in_base64_is_read(script: str) -> None:
    word = base64.b64encode(script.encode("utf-16-le")).decode()
    source = bytes_source("a.cmd", f"@echo off\npowershell -NoProfile -e {word}\nexit /b\n".encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    (rule,) = parsed.policy.connection_security_rules
    assert (rule.name, rule.span.line) == ("A", 2)
    assert messages(parsed) == []


@cases("change", ["Remove-NetIPsecRule -All", "netsh advfirewall reset", "netsh advfirewall consec del rule name=all"])
def test_a_script_in_base64_that_may_change_what_the_batch_file_made_is_said(change: str) -> None:
    word = base64.b64encode(f"{change}\n{NET}".encode("utf-16-le")).decode()
    assert messages(replay(f"{NET}\npowershell -e {word}\n")) == ["runs a text whose commands are not known"]


@cases(
    "script",
    [
        "Get-NetIPsecRule | Remove-NetIPsecRule",
        "Get-NetIPsecRule | % { Set-NetIPsecRule -InputObject $_ -Mode None }",
        *("Get-Date\nnetsh advfirewall reset", "Get-NetIPsecMainModeRule|Disable-NetIPsecMainModeRule"),
    ],
)
def test_a_script_in_base64_that_first_reads_and_then_changes_is_said(script: str) -> None:
    word = base64.b64encode(script.encode("utf-16-le")).decode()
    assert messages(replay(f"{NET}\npowershell -e {word}\n")) == ["runs a text whose commands are not known"]


@cases(
    "word",
    [
        *("AAAA", "%CODE%", "zz!!", base64.b64encode(b"Write-Host hello there").decode()),
        base64.b64encode(".\\rules.ps1 -Force".encode("utf-16-le")).decode(),
        base64.b64encode("Write-Host 1; iex (irm https://x)".encode("utf-16-le")).decode(),
    ],
)
def test_a_script_in_base64_that_cannot_be_read_or_runs_more_is_said(word: str) -> None:
    for option in ("-e", "-enc", "-NoProfile -EncodedCommand", "/ec"):
        said = messages(replay(f"@echo off\npowershell {option} {word}\n{NET}\n"))
        assert said == ["runs a text whose commands are not known"]


@cases("script", ["Write-Host hello", "Restart-Computer -Force", "Get-Date\nexit 0\n"])
def test_a_script_in_base64_that_has_nothing_to_do_with_ipsec_is_of_no_concern(script: str) -> None:
    word = base64.b64encode(script.encode("utf-16-le")).decode()
    assert messages(replay(f"@echo off\npowershell -enc {word}\n{NET}\n")) == []


def test_a_value_that_makes_the_script_longer_than_its_line_is_said() -> None:
    line = f'powershell -c "New-NetIPsecRule -DisplayName A -RemoteAddress %N% {SETS}"'
    parsed = replay(f"set N=10.9.0.0/16,10.10.0.0/16,10.11.0.0/16\n{line}\n{NET}\n")
    message = "a value that is put in here makes the script longer than its line: it is not evaluated"
    assert messages(parsed) == [message]


@cases(
    "line",
    [
        "powershell Add-VpnConnection -Name %NAME% -ServerAddress %SERVER% -TunnelType Ikev2",
        "powershell Add-VpnConnection %NAME% %SERVER% -TunnelType Ikev2",
        "powershell Add-VpnConnection %NAME% vpn.example.com && powershell Set-VpnConnection %NAME% -TunnelType Ikev2",
        "powershell Add-VpnConnection -Name %NAME% ^\n            -ServerAddress %SERVER% -TunnelType Ikev2",
    ],
)
def test_words_make_room_for_a_longer_value_beside_them(line: str) -> None:
    parsed = replay(f"@echo off\nset NAME=Vpn-of-all\nset SERVER=vpn.example.com\n{line}\n")
    assert messages(parsed) == []
    (connection,) = parsed.policy.vpn_connections
    assert connection.name == "Vpn-of-all"
    assert connection.servers is not None
    assert connection.servers.known == ("vpn.example.com",)
    assert connection.strategy is not None
    assert connection.strategy.known is TunnelStrategy.IKEV2


def test_a_command_behind_a_script_that_succeeds_runs() -> None:
    parsed = replay(
        "@echo off\npowershell Add-VpnConnection -Name A -ServerAddress b.example && ^\n"
        "powershell Set-VpnConnection -Name A -TunnelType Ikev2\n"
    )
    assert messages(parsed) == []
    (connection,) = parsed.policy.vpn_connections
    assert connection.strategy is not None
    assert connection.strategy.known is TunnelStrategy.IKEV2
    refused = replay(
        "@echo off\npowershell Add-VpnConnection -Name A -ServerAddress b.example || "
        "powershell Add-VpnConnection -Name B -ServerAddress b.example\n"
    )
    assert [each.name for each in refused.policy.vpn_connections] == ["A"]


def test_a_value_of_the_batch_file_is_put_into_the_script() -> None:
    parsed = replay(
        f'set OFFICE_NETWORK=10.9.0.0/16\npowershell -c "New-NetIPsecRule -DisplayName A '
        f'-RemoteAddress %OFFICE_NETWORK% {SETS}"\n'
    )
    (rule,) = parsed.policy.connection_security_rules
    assert [str(address) for address in rule.endpoint2.known or ()] == ["10.9.0.0/16"]


@cases(
    "line",
    ['powershell -c "Remove-NetIPsecRule -DisplayName %1"', 'if exist x powershell -c "Remove-NetIPsecRule -All"'],
)
def test_a_script_that_may_not_run_or_is_not_known_is_said(line: str) -> None:
    assert messages(replay(f"{NET}\n{line}\n")) == ["the cmdlet `Remove-NetIPsecRule` is not evaluated"]


def test_a_script_of_powershell_that_puts_its_values_into_netsh_is_evaluated() -> None:
    text = (
        '$policy = "Ports"\n$ports = @(23, 3389)\n'
        "netsh ipsec static add policy name=$policy assign=yes\n"
        'netsh ipsec static add filteraction name="Stop" action=block\n'
        "for ($i = 0; $i -lt $ports.Count; $i++) {\n"
        "    $port = $ports[$i]\n"
        "    netsh ipsec static add filter filterlist=In_$port srcaddr=Any dstaddr=Me protocol=TCP dstport=$port\n"
        '    netsh ipsec static add rule name=Stop_$port policy=$policy filterlist=In_$port filteraction="Stop"\n}\n'
    )
    source = bytes_source("ports.ps1", text.encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "powershell-script"
    parsed = form.parse(source)
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["Stop_23", "Stop_3389"]
    assert parsed.problems == ()


@cases("end", ["\n", "\r\n"])
def test_values_may_stand_in_the_lines_with_which_a_command_of_netsh_goes_on(end: str) -> None:
    lines = (
        '$here = "192.0.2.10"',
        "netsh advfirewall consec add rule `",
        "  name=R `",
        "  endpoint1=$here endpoint2=198.51.100.20 action=requireinrequireout auth1=computerkerb",
    )
    source = bytes_source("r.ps1", end.join([*lines, ""]).encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "powershell-script"
    parsed = form.parse(source)
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["R"]
    assert parsed.problems == ()


@cases(
    "command",
    [
        'netsh advfirewall firewall add rule name=A program="%systemroot%\\system32\\calc.exe" dir=out action=block',
        "netsh advfirewall set currentprofile logging filename %systemroot%\\pfirewall.log",
        'netsh advfirewall firewall add rule name=A dir=out action=block description="by %USERNAME%"',
    ],
)
def test_a_variable_where_it_says_nothing_of_ipsec_is_no_problem(command: str) -> None:
    assert messages(replay(f"@echo off\n{command}\n")) == []


def test_labels_are_called_for_each_item_of_a_loop_and_what_is_jumped_over_is_not_run() -> None:
    parsed = replay(
        '@echo off\nset NETS="10.1.0.0/16" "10.2.0.0/16"\ngoto main\n'
        f':rule\nnetsh {CONSEC} name="To %~1" endpoint2=%~1\ngoto :eof\n'
        ":main\nfor %%A in (%NETS%) do call :rule %%A\ncall :rule 10.3.0.0/16\n"
        "for %%A in (x) do call :rule 10.4.0.0/16\nexit /b 0\n"
    )
    assert [name for name, _ in rules(parsed)] == [
        "To 10.1.0.0/16",
        "To 10.2.0.0/16",
        "To 10.3.0.0/16",
        "To 10.4.0.0/16",
    ]
    assert messages(parsed) == []


@cases("end", ["goto end", "goto :end"])
def test_a_label_behind_the_end_of_the_main_part_runs_where_it_is_called_alone(end: str) -> None:
    parsed = replay(
        f"@echo off\ncall :one\n{end}\n:one\nnetsh {CONSEC} name=A endpoint2=10.1.0.0/16\ngoto :eof\n:end\npause\n"
    )
    assert rules(parsed) == [("A", None)]
    assert messages(parsed) == []


def test_a_loop_over_what_a_script_does_not_write_calls_a_label_that_is_not_followed() -> None:
    parsed = replay(
        "@echo off\nfor %%A in (%NETS%) do call :rule %%A\ngoto :eof\n"
        f":rule\nnetsh {CONSEC} name=A endpoint2=%1\ngoto :eof\n"
    )
    assert rules(parsed) == []
    assert messages(parsed) != []


@cases(
    ("written", "name"),
    [
        ("%NAME:~0,3%", "Bra"),
        ("%NAME:~-6%", "office"),
        ("%NAME:~0,-7%", "Branch"),
        ("%NAME:office=hub%", "Branch hub"),
        ("%NAME:*Nch =x%", "xoffice"),
        ("%NAME:*no=x%", "Branch office"),
        ("!NAME:~7!", "office"),
        ("%NAME:~2,99%x", "anch officex"),
    ],
)
def test_a_part_of_a_variable_is_put_in(written: str, name: str) -> None:
    head = "setlocal enabledelayedexpansion\nset NAME=Branch office\n"
    parsed = replay(f'{head}netsh {CONSEC} name="{written}" endpoint2=10.1.0.0/16\n')
    assert rules(parsed) == [(name, None)]
    assert messages(parsed) == []


@cases("written", ["%NAME:*=y%", "%OTHER:~0,3%", "%NAME:~a%"])
def test_a_part_that_is_not_known_is_said(written: str) -> None:
    parsed = replay(f'@echo off\nset NAME=Branch\nnetsh {CONSEC} name="{written}" endpoint2=10.1.0.0/16\n')
    assert rules(parsed) == [(written, None)]
    assert messages(parsed) == [VALUE_IS_NOT_KNOWN]


def test_a_counter_in_a_loop_is_put_in_late_and_what_stands_before_the_loop_early() -> None:
    parsed = replay(
        "@echo off\nsetlocal EnableDelayedExpansion\nset /a N=0\nset WHAT=Net\n"
        "for %%S in (10.1.0.0/16 10.2.0.0/16) do (\n  set /a N+=1\n  set WHAT=Other\n  set RULE=%WHAT% !N!\n"
        f'  netsh {CONSEC} name="!RULE!" endpoint2=%%S\n)\nset /a N=%N%+10\n'
        f"netsh {CONSEC} name=Last%N% endpoint2=10.3.0.0/16\n"
    )
    assert [name for name, _ in rules(parsed)] == ["Net 1", "Net 2", "Last12"]
    assert messages(parsed) == []


@cases(
    "line",
    [
        "set /a N=M/0", "set /a N+=M+1", "set /a N=3*(N)", "set /a N<<=1", "set /a N=010", "set /a N=010+1",
        "set /a N=1+010", "set /a N=NUMBER_OF_PROCESSORS+1", "set /a N=errorlevel+1", "set /a M=1,N=2,",
        "set /a N=2147483647+1",
    ],
)  # fmt: skip
def test_a_sum_that_is_not_followed_is_not_known(line: str) -> None:
    parsed = replay(f"@echo off\nset N=1\n{line}\nnetsh {CONSEC} name=A%N% endpoint2=10.3.0.0/16\n")
    assert rules(parsed) == [("A%N%", None)]
    assert messages(parsed) == [VALUE_IS_NOT_KNOWN]


@cases(
    "check",
    [
        "if errorlevel 1 goto failed",
        "if %errorlevel% neq 0 exit /b 1",
        "if not %ERRORLEVEL%==0 (echo failed & exit /b 1)",
        'if not "%errorlevel%"=="0" (\n  echo failed\n  exit /b 1\n)',
    ],
)
def test_a_script_does_not_leave_where_it_asks_whether_what_is_understood_has_failed(check: str) -> None:
    script = (
        f"@echo off\nnetsh {CONSEC} name=A endpoint2=10.1.0.0/16\n{check}\nnetsh advfirewall consec delete rule name=A"
    )
    parsed = replay(f"{script}\nnetsh {CONSEC} name=B endpoint2=10.2.0.0/16\nexit /b 0\n:failed\necho failed\n")
    assert rules(parsed) == [("B", None)]
    assert messages(parsed) == []


@cases("check", ["if %errorlevel%==0 exit /b 0", "if errorlevel 0 exit /b", "if exist x exit /b 1"])
def test_a_script_may_leave_where_it_asks_for_something_else(check: str) -> None:
    parsed = replay(
        f"@echo off\nnetsh {CONSEC} name=A endpoint2=10.1.0.0/16\n{check}\nnetsh advfirewall consec delete rule name=A"
    )
    assert rules(parsed) == [("A", None)]
    assert messages(parsed) != []


STATIC = "netsh ipsec static add"


@cases(
    "line",
    [
        f"{STATIC} filter filterlist=F srcaddr=me dstaddr=any %1=tcp",
        f"netsh {CONSEC} name=A endpoint2=10.1.0.0/16 %1=any",
        "netsh advfirewall consec delete rule name=%1",
        f"{STATIC} policy %1",
    ],
)
def test_a_command_of_which_nothing_can_be_told_without_a_value_is_not_refused(line: str) -> None:
    parsed = replay(f"@echo off\n{line}\n")
    assert (rules(parsed), parsed.policy.refused_commands) == ([], ())
    assert messages(parsed) == [WHAT_IS_NOT_KNOWN]


@cases(
    ("line", "tag"),
    [
        (f"netsh {CONSEC} name=A endpoint2=%NET% mmsecmethods=x psk=y", "mmsecmethods"),
        (f"netsh {CONSEC} name=%1 endpoint2=10.1.0.0/16 authh2=userkerb", "authh2"),
        (f"{STATIC} filter filterlist=%LIST% srcadr=me dstaddr=any", "srcadr"),
    ],
)
def test_a_tag_that_does_not_exist_is_refused_whatever_another_value_is(line: str, tag: str) -> None:
    parsed = replay(f"@echo off\n{line}\n")
    (refused,) = parsed.policy.refused_commands
    assert f"unknown tag `{tag}`" in refused.reason
    assert parsed.problems == ()


@cases(
    "line",
    [
        "for /f %%i in (names.txt) do {} filteraction name=%%i action=permit",
        'for /f "usebackq tokens=2" %%~a in (`type x`) do {} filteraction name=%%~a action=permit',
        "if exist x.txt {} filteraction name=%1 action=permit",
    ],
)
def test_what_may_run_under_a_name_that_is_not_known_may_be_what_another_command_names(line: str) -> None:
    parsed = replay(f"@echo off\n{STATIC} policy name=P\n{line.format(STATIC)}\n")
    assert [span.line for span in parsed.policy.open_ends] == [3]


def test_what_is_made_under_a_name_that_is_not_known_may_be_what_another_command_names() -> None:
    parsed = replay(f"@echo off\n{STATIC} filterlist name=%1\n{STATIC} policy name=%1\n{STATIC} policy name=%1\n")
    assert [each.name for each in parsed.policy.policies] == ["%1"]
    assert messages(parsed) == [VALUE_IS_NOT_KNOWN, VALUE_IS_NOT_KNOWN, WHAT_IS_NOT_KNOWN]
    assert [(span.line, span.column) for span in parsed.policy.open_ends] == [(2, 40), (3, 36), (4, 36)]


@cases(
    ("head", "made"),
    [
        ('for /f "tokens=1,2 delims=," %%a in ("10.1.0.0/16,Head office") do', ("Head office", "10.1.0.0/16")),
        ("for /f \"usebackq tokens=2* delims=;\" %%b in ('x;10.2.0.0/16;Two;parts') do", ("Two;parts", "10.2.0.0/16")),
        ('for /F "tokens=1-2" %%a in ("10.3.0.0/16 Third") do', ("Third", "10.3.0.0/16")),
    ],
)
def test_a_loop_over_one_text_has_one_turn_with_its_parts(head: str, made: tuple[str, str]) -> None:
    first, second = ("%%b", "%%c") if "%%b in" in head else ("%%a", "%%b")
    parsed = replay(f'@echo off\n{head} netsh {CONSEC} name="{second}" endpoint2={first}\n')
    (rule,) = parsed.policy.connection_security_rules
    assert (rule.name, [str(address) for address in rule.endpoint2.known or ()]) == (made[0], [made[1]])
    assert parsed.problems == ()
    assert rule.endpoint2.span.line == 2


@cases("head", ['for /f %%a in ("") do', 'for /f "skip=1" %%a in ("10.1.0.0/16") do', "for /f %%a in ('type x') do"])
def test_a_loop_over_what_is_read_elsewhere_or_in_another_way_is_not_run(head: str) -> None:
    parsed = replay(f"@echo off\n{head} netsh {CONSEC} name=A endpoint2=%%a\n")
    assert rules(parsed) == []
    assert messages(parsed) == (
        [] if '("")' in head else ["this command stands under `for`: whether it runs is not known"]
    )


POLICY = "netsh ipsec static add policy name"
HELD = r"[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\RasMan\Parameters]"


@cases(
    "text",
    [
        f"@echo off\n>x.cmd echo {POLICY}=P\necho {POLICY}=%%1>>x.cmd\ncall .\\x.cmd Q\n",
        f"@echo off\n(echo {POLICY}=P\necho {POLICY}=Q) > %TEMP%\\x.bat\ncmd /c %TEMP%\\x.bat\n",
        (
            "@echo off\nset F=%TEMP%\\p.txt\n(\necho ipsec static\necho add policy name=P\necho add policy name=Q\n"
            ') > "%F%"\nnetsh -f "%F%"\n'
        ),
        '@echo off\necho add policy name=P>p.txt\necho add policy name=Q>>p.txt\nnetsh -c "ipsec static" -f p.txt\n',
        "@echo off\necho add policy name=P>p.txt\necho add policy name=Q>>p.txt\nnetsh ipsec static exec p.txt\n",
        (
            "echo ipsec>p.txt\necho static >> p.txt\necho add policy name=P>>p.txt\n>>p.txt echo add policy name=Q\n"
            "netsh -f p.txt\n"
        ),
        (
            "> p.txt echo ipsec\n>> p.txt echo static add policy name=P\n>>p.txt echo static add policy name=Q\n"
            "netsh exec p.txt\n"
        ),
        "(\n  echo ipsec static\n  echo add policy name=P\n  echo add policy name=Q\n) | netsh\n",
    ],
)
def test_a_file_that_a_batch_file_writes_is_run_line_by_line(text: str) -> None:
    form = recognise(bytes_source("a.cmd", text.encode()))
    assert form is not None
    assert form.name == "netsh-script"
    parsed = replay(text)
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if "name=" in line]
    assert [(policy.name, policy.span.line) for policy in parsed.policy.policies] == list(zip("PQ", lines, strict=True))
    assert parsed.problems == ()


def test_lines_that_a_loop_of_a_batch_file_writes_stand_on_its_line() -> None:
    parsed = replay(f"@echo off\nfor %%n in (P Q) do echo {POLICY}=%%n>>x.cmd\ncall x.cmd\n")
    assert [(policy.name, policy.span.line) for policy in parsed.policy.policies] == [("P", 2), ("Q", 2)]
    assert parsed.problems == ()


def test_scripts_and_registry_files_that_a_batch_file_writes_are_read() -> None:
    parsed = replay(
        "@echo off\necho New-NetIPsecRule -DisplayName A > x.ps1\npowershell -NoProfile -File x.ps1\n"
        f'echo Windows Registry Editor Version 5.00>x.reg\necho {HELD}>>x.reg\necho "ProhibitIpSec"=dword:1>>x.reg\n'
        "regedit /s x.reg\n"
    )
    assert rules(parsed) == [("A", None)]
    assert [(each.data.value, each.data.span.line) for each in parsed.policy.registry] == [("1", 6)]
    assert parsed.problems == ()


@cases(
    "text",
    [
        f"@echo off\necho {POLICY}=P>x.cmd\n",
        f"@echo off\nif exist y (\necho {POLICY}=P\n) > x.cmd\ncall x.cmd\n",
        f"@echo off\nif exist y echo {POLICY}=P>x.cmd\ncall x.cmd\n",
    ],
)
def test_a_file_of_which_a_batch_file_may_not_write_or_run_a_line_is_said(text: str) -> None:
    parsed = replay(text)
    assert parsed.policy.policies == ()
    assert parsed.problems


def test_what_is_jumped_over_jumps_nowhere() -> None:
    parsed = replay(f"@echo off\ngoto add\n:help\necho Usage\ngoto :eof\n:add\n{POLICY}=P\ngoto :eof\n")
    assert [policy.name for policy in parsed.policy.policies] == ["P"]
    assert parsed.problems == ()


QUESTION = """@echo off
:ask
set /p BOX=Which:
for %%a in (one two) do (
  if "%BOX%" == "%%a" (
    goto :passed
  )
)
goto :ask
:passed
"""


def test_a_question_that_is_asked_again_is_passed_in_the_end() -> None:
    parsed = replay(f"{QUESTION}{POLICY}=P\nnetsh ipsec static set policy name=P assign=y\n")
    assert [(policy.name, policy.assigned.value) for policy in parsed.policy.policies] == [("P", True)]
    assert parsed.problems == ()


def test_a_menu_with_several_ways_out_is_not_followed() -> None:
    parsed = replay(
        f"{QUESTION.replace('goto :ask', 'if 1==%X% goto other' + chr(10) + 'goto :ask')}{POLICY}=P\n:other\n"
    )
    assert parsed.policy.policies == ()
    assert parsed.problems


def test_a_feature_that_only_begins_like_ipsec_speaks_of_something_else() -> None:
    feature = 'DISM /online /disable-feature /featurename:"IIS-IPSecurity" /NoRestart'
    assert messages(replay(f"@echo off\n{POLICY}=P\n{feature}\n")) == []


def test_quotes_behind_carets_stand_around_a_script_for_powershell_on_several_lines() -> None:
    parsed = replay(
        "@echo off\npowershell -command ^\"Add-VpnConnection -ServerAddress 'vpn.example.org' ^\n"
        "  -Name 'My VPN' -TunnelType IKEv2 ^\n  -EncryptionLevel Required -PassThru^\"\n"
    )
    (connection,) = parsed.policy.vpn_connections
    assert (connection.name, connection.span.line) == ("My VPN", 2)
    assert (parsed.problems, parsed.policy.refused_commands) == ((), ())


LATER = "`{}` makes a task that runs this later: what it then does is not followed"
ELSEWHERE = "`{}` runs this on another machine: it is not policy of this machine"
SURE = f"netsh {CONSEC} name=A endpoint2=10.1.0.0/16"


@cases(
    "line",
    [
        f'runas /user:LAB\\adm "{SURE}"',
        f"psexec -accepteula -s -i 1 {SURE}",
        f"PsExec64.exe -u LAB\\adm -p x -h {SURE}",
        f"sudo {SURE}",
        f"gsudo --direct {SURE}",
        f"cd /d %~dp0 && {SURE}",
        f'@cd /d "%~dp0." & {SURE}',
        f"pushd %SystemRoot%\\ && {SURE}",
        f"chcp 65001 >nul && {SURE}",
        f"set X=1&& {SURE}",
    ],
)
def test_what_runs_here_for_certain_is_read(line: str) -> None:
    parsed = replay(f"{line}\n")
    assert (rules(parsed), messages(parsed)) == ([("A", None)], [])


@cases("before", ['runas /user:LAB\\adm "{}"', "sudo {}", "gsudo --direct {}"])
@cases("what", ["delete rule name=A", "set rule name=A new enable=no"])
def test_a_program_that_asks_first_takes_nothing_out_for_certain(before: str, what: str) -> None:
    parsed = replay(f"@echo off\n{SURE}\n{before.format(f'netsh advfirewall consec {what}')}\n")
    assert rules(parsed) == [("A", None)]
    assert all(rule.enabled.known is not False for rule in parsed.policy.connection_security_rules)
    (message,) = messages(parsed)
    name = before.partition(" ")[0]
    assert message == f"this command stands behind `{name}`, which asks first: whether it runs is not known"


ASKS = [
    "if not errorlevel 1 {}",
    "@if %errorlevel%==0 {}",
    'if "%ERRORLEVEL%"=="0" {}',
    "if %errorlevel% equ 0 (\n  {}\n)",
    "if !errorlevel! EQU 0 ({})",
]


@cases("asks", ASKS)
@cases("between", ["", "echo done\n", "set X=1\n", "if errorlevel 1 echo failed\n"])
def test_what_runs_where_the_command_before_has_succeeded_is_read(asks: str, between: str) -> None:
    more = f"netsh {CONSEC} name=B endpoint2=10.2.0.0/16"
    parsed = replay(f"@echo off\n{SURE}\n{between}{asks.format(more)}\n")
    assert (rules(parsed), messages(parsed)) == ([("A", None), ("B", None)], [])


@cases("asks", ASKS)
@cases(
    "before",
    [
        'find "x" y.txt\n',
        f"{SURE}\nfind x y.txt\necho done\n",
        f"{SURE} | find x\n",
        f"{SURE}\nif exist y.txt del y.txt\n",
        f"{SURE}\nnetsh advfirewall consec show rule name=A\n",
        "netsh advfirewall consec delete rule name=Z\n",
    ],
)
def test_what_runs_where_another_command_has_succeeded_is_in_doubt(asks: str, before: str) -> None:
    more = f"netsh {CONSEC} name=B endpoint2=10.2.0.0/16"
    parsed = replay(f"@echo off\n{before}{asks.format(more)}\n")
    assert "B" not in dict(rules(parsed))
    assert len(messages(parsed)) == 1


def test_a_jump_behind_another_command_that_has_failed_may_be_made() -> None:
    gone = "netsh advfirewall consec delete rule name=A"
    parsed = replay(f"{SURE}\nfind x y\necho done\nif errorlevel 1 goto end\n{gone}\n:end\n")
    assert rules(parsed) == [("A", None)]
    assert rules(replay(f"{SURE}\necho done\nif errorlevel 1 goto end\n{gone}\n:end\n")) == []


@cases(
    ("command", "said"),
    [
        ("call more.cmd", "runs another script, which is not part of this input"),
        ("powershell -NoProfile -File more.ps1", "runs another script, which is not part of this input"),
        ("wscript //b more.vbs", "runs another script, which is not part of this input"),
        ("%TOOL% add", "a variable is put in here when the script runs: what is run is not known"),
        ("netsh < more.txt", "netsh takes its commands from elsewhere here, which is not followed"),
        ("copy call.cmd more.cmd", None),
        ("set TOOL=call", None),
        ("goto :eof", None),
    ],
)
def test_what_may_do_anything_is_said_behind_a_condition_on_its_line_too(command: str, said: str | None) -> None:
    for condition in (
        *("exist x", 'exist "x y"', "not defined X", "errorlevel 1", '"%1"=="call"'),
        *('/i not "%X%" == "call y"', "%1 neq 0"),
    ):
        parsed = replay(f"@echo off\n{SURE}\nif {condition} {command}\n")
        assert messages(parsed) == ([said] if said else []), condition


@cases("before", ["set X", "set /a X=1/0", "set /p X=?", "color 00", "cd /d x:", "pushd d:\\"])
def test_a_command_behind_one_that_may_fail_takes_nothing_out_for_certain(before: str) -> None:
    gone = "netsh advfirewall consec delete rule name=A"
    parsed = replay(f"@echo off\n{SURE}\n{before} && {gone}\n")
    assert rules(parsed) == [("A", None)]
    (message,) = messages(parsed)
    assert message.startswith("this command runs only if the one before `&&` succeeds")
    assert rules(replay(f"@echo off\n{SURE}\nset X=1 && {gone}\n")) == []


@cases(
    "line",
    [
        f'schtasks /create /tn x /sc onstart /tr "{SURE}"',
        f'schtasks.exe /Create /TN "IPsec rules" /SC ONSTART /RU SYSTEM /TR "{SURE}" /F',
        f'schtasks /create /tn x /sc onstart /tr "cmd /c {SURE}"',
        f'{SURE}\nschtasks /delete /tn "IPsec rules" /f',
        f'{SURE}\nschtasks /query /tn "IPsec rules" | find "Ready"',
    ],
)
def test_the_command_of_a_task_is_read_as_run_once(line: str) -> None:
    parsed = replay(f"@echo off\n{line}\n")
    assert [name for name, _ in rules(parsed)] == ["A"]
    assert parsed.problems == ()


@cases(
    ("line", "why"),
    [
        (f"psexec \\\\srv02 -s {SURE}", ELSEWHERE.format("psexec")),
        (f"psexec @hosts.txt {SURE}", ELSEWHERE.format("psexec")),
        (f'winrs -r:srv02 "{SURE}"', ELSEWHERE.format("winrs")),
        (
            "winrs /r:srv02 sc config PolicyAgent start= disabled",
            ELSEWHERE.format("winrs"),
        ),
        (f'schtasks /create /s srv02 /tn x /sc onstart /tr "{SURE}"', LATER.format("schtasks")),
        ('schtasks /create /tn x /sc once /st 10:00 /tr "netsh advfirewall reset"', LATER.format("schtasks")),
        (
            'schtasks /create /tn x /sc onstart /tr "netsh advfirewall consec delete rule name=A"',
            LATER.format("schtasks"),
        ),
        (f"at 22:00 {SURE}", LATER.format("at")),
        (f"cd C:\\there && {SURE}", "this command runs only if the one before `&&` succeeds, which is not known"),
        (
            "pwsh -c { New-NetIPsecRule -DisplayName A }",
            "PowerShell prints a block that cmd.exe hands to it, and runs none of it; `& { ... }` would run it",
        ),
    ],
)
def test_what_runs_later_or_elsewhere_or_not_at_all_is_said_so(line: str, why: str) -> None:
    parsed = replay(f"@echo off\n{line}\n")
    assert rules(parsed) == []
    (message,) = messages(parsed)
    assert message.startswith(why)


@cases(
    ("name", "text", "said"),
    [
        (
            "mail.eml",
            f"MIME-Version: 1.0\nContent-Transfer-Encoding: quoted-printable\n\n{SURE[:40]}=\n{SURE[40:]}\n",
            "mail",
        ),
        (
            "x.yml",
            "steps:\n- run_in_guest: |\n    New-NetIPsecRule -DisplayName A\n- report: all\n",
            "is not evaluated",
        ),
    ],
)
def test_a_script_that_something_else_carries_in_its_own_signs_is_said_and_nothing_refused(
    name: str, text: str, said: str
) -> None:
    report = check_text(text, name)
    assert report.findings == ()
    (problem,) = report.problems
    assert said in problem.message


def test_what_stands_around_the_blocks_of_user_data_is_said() -> None:
    command = "New-NetIPsecRule -DisplayName A"
    text = f'run = "{command}"\ndata = <<EOF\n<powershell>\n{command}\n</powershell>\nEOF\n'
    source = bytes_source("main.tf", text.encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    assert [rule.span.line for rule in parsed.policy.connection_security_rules] == [4]
    assert [(each.span.line, each.span.column) for each in parsed.problems] == [(1, 8)]


@cases("named", ["netsh advfirewall", "netsh ipsec static", "netsh ipsec static set x"])
def test_what_a_list_of_a_document_names_is_no_policy(named: str) -> None:
    notes = f"# Notes\n\n- **Never use `{named}`** here: ruled out\n1. **Ne PAS utiliser `{named}`** (plus bas)\n"
    assert {problem.code.value for problem in check_text(notes, "notes.md").problems} == {"IN004"}


def test_an_item_of_a_list_that_speaks_of_ipsec_calls_no_program_and_one_of_yaml_may() -> None:
    rule = "netsh advfirewall set global mainmode mmkeylifetime 60min,0sess\n"
    assert check_text(f"{rule}- IPsec gateway: the address of the other end\n", "notes.cmd").problems == ()
    assert check_text(f"h2. IPsec\n{rule}", "notes.cmd").problems == ()
    assert check_text(f"{rule}- path: C:\\setup\\ipsec.cmd\n", "notes.cmd").problems == ()
    assert check_text(f"{rule}- script: ipsectool -w REG -p P\n", "notes.cmd").problems != ()


def test_what_a_question_was_answered_with_decides_nothing() -> None:
    text = f"@echo off\nset /p SITE=Which?\nif defined SITE {NET}\nif not defined SITE {NET}\n"
    parsed = replay(text)
    assert rules(parsed) == []
    assert [problem.span.line for problem in parsed.problems] == [3, 4]


@cases(
    "leaves",
    [
        "if not defined SITE goto end",
        'if "%SITE%"=="" goto :end',
        'if "%site%" == "" (echo No site. & exit /b 1)',
        "if not defined SITE (exit)",
    ],
)
def test_a_script_that_leaves_where_its_question_is_not_answered_is_followed_with_an_answer(leaves: str) -> None:
    script = f"{NET}\n{leaves}\nnetsh advfirewall consec delete rule name=A\n:end\n"
    parsed = replay(f"@echo off\nset /p SITE=Which?\n{script}")
    assert (rules(parsed), parsed.problems) == ([], ())
    assert len(replay(f"@echo off\n{script}").problems) == 1


@cases(
    ("ends", "name"),
    [
        ("endlocal\n", "outer"),
        ("endlocal\nendlocal\n", "outer"),
        ("", "inner"),
        ("if exist x.txt endlocal\n", None),
        ("if exist x.txt (\n  endlocal\n)\n", None),
    ],
)
def test_what_is_set_within_setlocal_ends_with_it(ends: str, name: str | None) -> None:
    script = f"@echo off\nset NAME=outer\nsetlocal enableextensions\nset NAME=inner\n{ends}"
    parsed = replay(f"{script}netsh {CONSEC} name=%NAME% endpoint2=10.1.0.0/16\n")
    assert [each for each, _ in rules(parsed)] == [name or "%NAME%"]
    assert len(parsed.problems) == (name is None)


BLOCKS_IKE = "netsh advfirewall firewall add rule name=NoIke dir=out action=block protocol=udp remoteport=500\n"
SET_ASIDE = "netsh advfirewall firewall set rule name=Core new enable=no"
LET_IN = "netsh advfirewall firewall add rule name=Web dir=in action=allow protocol=tcp localport=80"


@cases("command", [SET_ASIDE, LET_IN, "netsh advfirewall firewall delete rule name=Core"])
@cases("form", ["if exist x {}\n", 'if "%1"=="-d" (\n{}\n)\n', "goto %1\n{}\n:end\n", "ver && {}\n"])
def test_a_rule_of_the_firewall_that_does_not_bear_on_ipsec_is_in_no_doubt(command: str, form: str) -> None:
    parsed = replay(f"netsh {CONSEC} name=A endpoint2=10.1.0.0/16\n" + form.format(command))
    assert [message for message in messages(parsed) if "firewall" in message or "this command" in message] == []
    assert not any("`if`" in message for message in messages(parsed))


@cases(
    "lines",
    [
        f"if exist x {BLOCKS_IKE}",
        "if exist x netsh advfirewall firewall add rule name=S dir=in action=allow security=authenticate\n",
        "if exist x netsh advfirewall firewall add rule name=S dir=in action=allow sec=authenc\n",
        "if exist x netsh advfirewall firewall set rule name=Core new action=block\n",
        "if exist x netsh advfirewall firewall set rule name=Core new act=allow\n",
        f"{BLOCKS_IKE}if exist x netsh advfirewall firewall delete rule name=NoIke\n",
        f"{BLOCKS_IKE}if exist x {SET_ASIDE.replace('Core', 'NoIke')}\n",
        f"if exist x (\n{BLOCKS_IKE})\n",
        f"{BLOCKS_IKE}if exist x (\nnetsh advfirewall firewall delete rule name=NoIke\n)\n",
        "if exist x netsh advfirewall firewall add rule name=S dir=in action=%2\n",
        f"if exist x {LET_IN} & netsh advfirewall reset\n",
    ],
)
def test_a_rule_of_the_firewall_that_may_bear_on_ipsec_is_in_doubt_under_a_condition(lines: str) -> None:
    assert messages(replay(f"netsh {CONSEC} name=A endpoint2=10.1.0.0/16\n{lines}")) != []


@pytest.mark.parametrize(("lines", "name"), [(5, "x" * 80), (6, "%B%")])
def test_long_values_in_many_lines_are_put_together_up_to_a_limit(
    lines: int, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(variables, "_MAX_PUT_IN", 485)
    parsed = replay(
        f"@echo off\nset A={'x' * 80}\nset N=Early\n"
        f"netsh {CONSEC} name=%N% endpoint2=10.2.0.0/16\n"
        + "set B=%A%\n" * (lines - 1)
        + "set B=%A%\n"
        + f"netsh {CONSEC} name=%B% endpoint2=10.3.0.0/16\n"
    )
    assert [named for named, _ in rules(parsed)] == ["Early", name]


@cases(
    "text",
    [
        "echo pushd ipsec static> x.txt\necho add policy name=Lab assign=yes>> x.txt\nnetsh -f x.txt\n",
        "(\necho pushd ipsec static\necho add policy name=Lab assign=yes\n) > %TEMP%\\x.txt\nnetsh -f %TEMP%\\x.txt\n",
        "(echo pushd ipsec static\necho add policy name=Lab assign=yes) | netsh\n",
    ],
)
def test_a_context_that_a_batch_file_prints_tells_that_it_sets_policy(text: str) -> None:
    form = recognise(bytes_source("x.cmd", f"@echo off\n{text}".encode()))
    assert form is not None
    assert form.name == "netsh-script"
    parsed = replay(f"@echo off\n{text}")
    assert [(each.name, parsed.problems) for each in parsed.policy.policies] == [("Lab", ())]


def test_a_value_of_another_shell_is_no_command_of_ipsec() -> None:
    command = "netsh ipsec static add policy name=P\n"
    assert replay(f"Filter=FilterList\nSTORE=ipsecpolicy\n{command}", "lab.sh").problems == ()
    assert messages(replay(f"call_ipsecpol FilterList\n{command}", "lab.sh")) != []
    assert messages(replay(f'RUN="netsh ipsec static add policy name=Q"\n{command}', "lab.sh")) != []


@cases(
    ("script", "made"),
    [
        ("if %X%==1 (\nA\n) else (\nB\n)\n", "B"),
        ("if %X%==2 (\nA\n) else (\nB\n)\n", "A"),
        ("if %X%==1 (\nA\n) else if %X%==2 (\nB\n) else (\nC\n)\nD\n", "BD"),
        ("if %X%==1 (\nA\n) else if %X%==3 (\nB\n) else (\nC\n)\nD\n", "CD"),
        ("if %X%==2 (\nA\n) else if %X%==2 (\nB\n) else (\nC\n)\nD\n", "AD"),
        ("if %X%==2 (\nA\n) else B\nD\n", "AD"),
        ("if %X%==1 (\nA\n) else B\nD\n", "BD"),
        ("if %X%==1 (A) else (B)\nD\n", "BD"),
        ("if %X%==2 (A) else B\nD\n", "AD"),
        ("if %X%==1 (A) else if %X%==2 (B) else (C)\n", "B"),
        ("if %X%==1 (\nif %X%==2 (\nA\n) else (\nB\n)\n) else (\nC\n)\n", "C"),
        ("if %X%==2 (\nif %X%==1 (\nA\n) else (\nB\n)\n) else (\nC\n)\nD\n", "BD"),
        ("if %X%==2 (\nA\n)\nif %X%==1 (\nB\n) else (\nC\n)\n", "AC"),
        ("for %%n in (1 2) do (\nif %%n==1 (\nA\n) else if %%n==2 (\nB\n) else (\nC\n)\n)\nD\n", "ABD"),
        ('if %X%==1 (echo "a) else (") else (B)\n', "B"),
        ("(if %X%==1 (A) else (B))\nD\n", "BD"),
        ("for %%n in (1 2) do (if %%n==2 (A) else (echo no))\nD\n", "AD"),
    ],
)
def test_of_a_condition_that_is_known_and_its_else_one_runs(script: str, made: str) -> None:
    commands = re.sub(r"\b[A-D]\b", lambda match: f"{POLICY}={match[0]}", script)
    parsed = replay(f"@echo off\nset X=2\n{commands}")
    assert "".join(policy.name for policy in parsed.policy.policies) == made
    assert parsed.problems == ()


@cases("script", ["if exist x (\nA\n) else (\nB\n)\n", "if %X%==1 (\nC\n) else if exist x (\nA\n)\n"])
def test_of_a_condition_that_is_not_known_both_ways_stay_in_doubt(script: str) -> None:
    commands = re.sub(r"\b[A-D]\b", lambda match: f"{POLICY}={match[0]}", script)
    parsed = replay(f"@echo off\nset X=2\n{commands}")
    assert parsed.policy.policies == ()
    assert len(parsed.problems) >= 1


@cases("block", ["& {{{}}}", "& {{{}; exit 0}}", "if ($true) {{{}}}", "& {{ {} }}"])
def test_a_block_of_powershell_ends_at_its_brace_behind_a_word_too(block: str) -> None:
    parsed = replay(f'@echo off\npowershell -NoProfile -Command "{block.format(SURE)}"\n')
    assert (rules(parsed), messages(parsed), parsed.policy.refused_commands) == ([("A", None)], [], ())


@cases("end", ["\n", "\r\n"])
@cases("begin", ["powershell -NoProfile -Command ^\n  ", "powershell.exe -ExecutionPolicy Bypass -Command "])
def test_a_script_of_powershell_in_quotes_on_several_lines_is_one(begin: str, end: str) -> None:
    script = (
        f'@echo off\n{begin}"$p = New-NetIPsecMainModeCryptoProposal -Encryption DES3;" ^\n'
        '  "New-NetIPsecMainModeCryptoSet -DisplayName Bat -Proposal $p;"   ^\n'
        '  "New-NetIPsecRule -DisplayName Bat" "-RemoteAddress 10.0.0.0/8" ^\n  "-InboundSecurity Require"\n'
    )
    first = 2 + begin.count("\n")
    assert recognise(bytes_source("vpn.cmd", script.replace("\n", end).encode())) is not None
    parsed = replay(script.replace("\n", end), "vpn.cmd")
    (made,) = parsed.policy.main_mode_crypto_sets[:1]
    assert (made.name, made.span.line, made.span.column) == ("Bat", first + 1, 4)
    assert [(rule.name, rule.inbound.span.line) for rule in parsed.policy.connection_security_rules] == [
        ("Bat", first + 3)
    ]
    assert messages(parsed) == []


@cases(
    ("line", "is_said"),
    [
        ("https://learn.example/a?b=%5Bc", False),
        ("<http://learn.example/a%20b%5B>", False),
        ("https://learn.example/%5Bb%5D", False),
        ("%5Bc", True),
    ],
)
def test_an_address_of_the_web_runs_nothing(line: str, is_said: bool) -> None:
    said = messages(replay(f"{line}\nnetsh ipsec static add policy name=P\n"))
    assert said == ["a variable is put in here when the script runs: what is run is not known"] * is_said


READ = "this command stands behind a jump under a condition: it is read as if it ran"
FAILING = "this command runs only if one before it fails: it is not followed"


@cases(
    ("lines", "runs", "said"),
    [
        ("ADD A\nif exist x goto end\nADD B\nADD C\n:end", "ABC", [f"3 {READ}"]),
        ("ADD A\nif exist x exit /b\nADD B", "AB", [f"3 {READ}"]),
        ("if exist x exit /b\nADD A\nADD B", "AB", []),
        ("ADD A\nif errorlevel 1 exit /b\nADD B", "AB", []),
        ("call :s\nADD B\ngoto :eof\n:s\nif exist x exit /b\nADD A", "AB", [f"6 {READ}"]),
        ("call :s\nADD B\ngoto :eof\n:s\nADD A\nif exist x exit", "AB", [f"2 {READ}"]),
        ("call :s\nADD B\ngoto :eof\n:s\nADD A\nif exist x exit /b", "AB", []),
        ("ping h\nif errorlevel 1 goto no\nADD A\nexit /b\n:no\nADD B", "A", [f"6 {FAILING}"]),
        ("ping h || goto no\nADD A\nexit /b\n:no\necho no\nADD B\nADD C", "A", [f"6 {FAILING}", f"7 {FAILING}"]),
        ("ADD A || goto no\nexit /b\n:no\necho no\nnetsh advfirewall consec delete rule name=A", "A", []),
    ],
)
def test_what_a_jump_may_leave_out_is_read_and_said(lines: str, runs: str, said: list[str]) -> None:
    text = re.sub(r"ADD (\w)", rf"netsh {CONSEC} name=\1 endpoint2=10.1.0.0/16", lines)
    parsed = replay(f"{text}\n")
    assert "".join(name for name, _ in rules(parsed)) == runs
    assert [f"{each.span.line} {each.message.split('; so does')[0]}" for each in parsed.problems] == said


@cases(
    ("text", "line"),
    [
        (f"@echo off\nnetsh {CONSEC} name=B\u00fcro endpoint2=10.1.0.0/16\n", 2),
        (f"@echo off\nset n=B\u00fcro\nnetsh {CONSEC} name=%n% endpoint2=10.1.0.0/16\n", 2),
        (f"@echo off\nchcp 65001 >nul\nnetsh {CONSEC} name=B\u00fcro endpoint2=10.1.0.0/16\n", None),
        (f"@echo off\nrem B\u00fcro\necho B\u00fcro\nnetsh {CONSEC} name=A endpoint2=10.1.0.0/16\n", None),
    ],
)
def test_letters_are_named_that_a_code_page_decides_which_is_not_known(text: str, line: int | None) -> None:
    said = () if line is None else ((f"letters that the console's code page decides, line {line}", 1),)
    assert replay(text).given == said


KEY_OF_RASMAN = r"[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\RasMan\Parameters]"
PRINTS_KEY = f"""@echo off
echo Windows Registry Editor Version 5.00 > fix.reg
echo {KEY_OF_RASMAN} >> fix.reg
echo "ProhibitIpSec"=dword:00000001 >> fix.reg
"""


@cases(
    "imports",
    [
        "reg import fix.reg",
        "regedit /s fix.reg",
        "regedit.exe /s fix.reg",
        "start /wait regedit.exe /s fix.reg",
        'cmd /c "regedit /s fix.reg"',
    ],
)
def test_a_registry_file_that_a_batch_file_prints_and_imports_is_read(imports: str) -> None:
    source = bytes_source("fix.cmd", f"{PRINTS_KEY}{imports}\n".encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    assert [(value.path[-13:], value.data.known, value.data.span.line) for value in parsed.policy.registry] == [
        ("ProhibitIpSec", "1", 4)
    ]
    assert messages(parsed) == []


def test_a_registry_file_that_a_batch_file_prints_alone_sets_nothing() -> None:
    source = bytes_source("fix.cmd", PRINTS_KEY.encode())
    form = recognise(source)
    assert form is not None
    assert form.parse(source).policy.registry == ()


@cases("name", ["K", "KEY_OF_AGENT"])
@cases("mark", ['"', ""])
@cases("sets", ["reg add %{}% /v {} /t REG_DWORD /d 2 /f", "reg query %{}% /v {} >nul && reg delete %{0}% /v {1} /f"])
def test_a_key_that_a_variable_holds_makes_a_script_of_registry_commands(name: str, mark: str, sets: str) -> None:
    key = r"HKLM\SYSTEM\CurrentControlSet\Services\PolicyAgent"
    value = "AssumeUDPEncapsulationContextOnSendRule"
    command = sets.replace("{}", "{0}", 1).replace("{}", "{1}", 1).format(name, value)
    source = bytes_source("nat.cmd", f"@echo off\nset {name}={mark}{key}{mark}\n{command}\n".encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "netsh-script"
    parsed = form.parse(source)
    assert parsed.problems or [each.data.known for each in parsed.policy.registry] == ["2"]
