"""Commands whose output a loop runs over, and commands that end associations or start services: none sets policy."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.netsh.inputs import messages, replay

from ipseclint import check_text

RULE = "netsh advfirewall consec add rule name=A endpoint1=any endpoint2=10.2.0.0/16 action=requestinrequestout\n"
NOT_FOLLOWED = "a netsh command for IPsec behind `{}` is not followed"


@cases("sign", ["'", "`"])
@cases("netsh", ["netsh", "netsh.exe", "@netsh", r"%SystemRoot%\System32\netsh.exe"])
@cases(
    "words",
    [
        "interface show interface",
        'interface ip show address "LAN"',
        'wlan show interfaces ^| find "SSID"',
        "-c interface dump",
        "advfirewall show allprofiles state",
        "advfirewall consec show rule name^=all",
        'advfirewall monitor show mmsa ^| find /c "Remote"',
        "ipsec static show policy all ^| findstr Name ^| sort",
    ],
)
def test_what_a_loop_only_looks_up_is_of_no_concern(words: str, netsh: str, sign: str) -> None:
    option = "usebackq tokens=1" if sign == "`" else "tokens=1"
    loop = f'for /f "{option}" %%i in ({sign}{netsh} {words}{sign}) do'
    assert messages(replay(f"@echo off\n{loop} echo %%i\n{RULE}")) == []
    assert messages(replay(f"@echo off\n{loop} set FOUND=%%i\n{RULE}")) == []
    assert messages(replay(f'@echo off\n{loop} (\n  netsh interface ip set dns "%%i" dhcp\n)\n{RULE}')) == []


def test_a_loop_over_rules_is_told_once_where_its_body_takes_them_out() -> None:
    loop = "for /f \"tokens=2 delims=:\" %%i in ('netsh advfirewall consec show rule name^=all') do"
    text = f'@echo off\n{loop} netsh advfirewall consec delete rule name="%%i"\n{RULE}'
    assert messages(replay(text)) == ["this command stands under `for`: whether it runs is not known"]


@cases(
    "words",
    [
        "advfirewall consec add rule name^=B",
        "advfirewall reset",
        "exec rules.txt",
        "-f rules.txt",
        "interface show interface ^& netsh advfirewall reset",
        "ipsec static show all ^| ipseccmd -x",
    ],
)
def test_what_a_loop_runs_that_may_change_policy_is_told(words: str) -> None:
    text = f"@echo off\nfor /f %%i in ('netsh {words}') do echo %%i\n{RULE}"
    assert len(replay(text).problems) == 1


@cases("line", ["net stop ikeext && net start ikeext", "sc stop PolicyAgent && sc start PolicyAgent"])
def test_a_service_that_is_stopped_and_started_on_a_line_runs(line: str) -> None:
    parsed = replay(f"@echo off\n{line}\n{RULE}")
    assert messages(parsed) == []
    assert [service.status.value for service in parsed.policy.services if service.status] == ["running"]


def test_what_else_stands_behind_a_service_that_is_stopped_may_not_run() -> None:
    assert messages(replay(f"@echo off\nnet stop ikeext && {RULE}")) == [
        "this command runs only if the one before `&&` succeeds, which is not known"
    ]


@cases(
    "script",
    [
        "Get-NetIPsecMainModeSA | Remove-NetIPsecMainModeSA",
        "Remove-NetIPsecQuickModeSA -All",
        "Get-NetIPsecRule | Out-File ipsec.txt",
        "Restart-Service IKEEXT",
    ],
)
def test_powershell_that_looks_or_ends_associations_is_of_no_concern_to_a_batch_file(script: str) -> None:
    assert messages(replay(f'@echo off\npowershell -Command "{script}"\n{RULE}')) == []
    assert messages(replay(f'@echo off\npowershell -Command "{script} | Remove-NetIPsecRule"\n{RULE}')) != []


def test_prose_around_a_command_that_ends_associations_is_no_script() -> None:
    text = "Try this and then connect again:\n\nGet-NetIPsecMainModeSA | Remove-NetIPsecMainModeSA\n"
    assert [problem.code for problem in check_text(text, "answer.txt").problems] == ["IN004"]


@cases("mark", ["!", "! Script for tunnel 1:", "!!", "! ---"])
def test_a_mark_of_a_comment_of_routers_is_no_variable(mark: str) -> None:
    rule = "netsh advfirewall consec add rule name=A endpoint1=any endpoint2=10.0.0.0/8 action=requestinrequestout"
    parsed = replay(f"{mark}\n{rule}\n")
    assert messages(parsed) == []
    assert len(parsed.policy.connection_security_rules) == 1


@cases("line", ["!prog! add rule", "!prog!"])
def test_a_program_that_a_variable_names_is_not_known(line: str) -> None:
    rule = "netsh advfirewall consec add rule name=A endpoint1=any endpoint2=10.0.0.0/8 action=requestinrequestout"
    assert len(messages(replay(f"{line}\n{rule}\n"))) == 1


@cases(
    ("command", "is_told"),
    [
        ('"prompt $H &echo on &for %%B in (1) do rem"', False),
        ('"prompt #$H#$E# & echo on & for %%b in (1) do rem"', False),
        ('"%TOOL% &echo on &for %%B in (1) do rem"', True),
    ],
)
def test_a_sign_that_a_batch_file_takes_from_a_prompt_is_of_no_concern(command: str, *, is_told: bool) -> None:
    script = f"for /f %%A in ('{command}') do set BS=%%A\nnetsh ipsec static add policy name=P\n"
    assert bool(replay(script).problems) is is_told
