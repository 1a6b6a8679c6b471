"""The commands of tasks that a script makes are read as run once, unless they take something out."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed

REGISTER = 'Register-ScheduledTask -TaskName "Branch" -Action $a -Trigger (New-ScheduledTaskTrigger -AtStartup)'
LIST = "ipsec static add filterlist name=Web"
RULE = "New-NetIPsecRule -DisplayName A -InboundSecurity Require -OutboundSecurity Require"
LATER = "`new-scheduledtaskaction` makes a task that runs this later: what it then does is not followed"
ELSEWHERE = "another script is run here, which is not part of this run: it is not read"


def made(script: str) -> list[str]:
    policy = parsed(script).policy
    return [each.name for each in (*policy.filter_lists, *policy.connection_security_rules)]


@cases(
    ("script", "names"),
    [
        (f"$a = New-ScheduledTaskAction -Execute netsh.exe -Argument '{LIST}'\n{REGISTER}", ["Web"]),
        (f'$a = New-ScheduledTaskAction "C:\\Windows\\System32\\netsh.exe" "{LIST}"\n{REGISTER}', ["Web"]),
        (f"$a = New-ScheduledTaskAction -Execute cmd -Argument '/c netsh {LIST}'\n{REGISTER}", ["Web"]),
        (f"$a = New-ScheduledTaskAction -Execute powershell -Argument '-NoProfile -Command {RULE}'\n{REGISTER}", ["A"]),
        (f'schtasks /create /tn Branch /sc onstart /tr "netsh {LIST}"', ["Web"]),
        (f"schtasks.exe /Create /TN Branch /SC ONSTART /RU SYSTEM /TR 'netsh {LIST}' /F", ["Web"]),
    ],
)
def test_the_command_of_a_task_is_read_as_run_once(script: str, names: list[str]) -> None:
    assert made(script) == names
    assert parsed(script).problems == ()


@cases(
    ("script", "message"),
    [
        (f"{RULE.replace(' A ', ' B ')}\n$a = New-ScheduledTaskAction -Execute netsh -Argument '{LIST}'", LATER),
        (
            f"$a = New-ScheduledTaskAction -Execute netsh -Argument 'ipsec static delete all'\n{REGISTER}",
            LATER,
        ),
        (
            f"$a = New-ScheduledTaskAction powershell '-Command Remove-NetIPsecRule -All'\n{REGISTER}",
            LATER,
        ),
        (f"$a = New-ScheduledTaskAction -Execute powershell -Argument '-File C:\\x.ps1'\n{REGISTER}", ELSEWHERE),
    ],
)
def test_what_a_task_takes_out_and_what_is_no_task_is_said(script: str, message: str) -> None:
    problems = parsed(f"{RULE}\n{script}").problems
    assert [problem.message for problem in problems] == [message]


def test_a_task_on_another_machine_is_none_of_this() -> None:
    script = f'{RULE}\nschtasks /create /s srv2 /tn Branch /sc onstart /tr "netsh {LIST}"'
    assert made(script) == ["A"]
    assert len(parsed(script).problems) == 1
