"""What a script hands to cmd.exe, starts as a process or has DSC carry out, is read as the program takes it."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import names_of, parsed, policy_of, said_of

ENDS = "endpoint1=any endpoint2=any action=requireinrequestout"
ADD = f"netsh advfirewall consec add rule {ENDS} name="
RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"
KEY = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\RasMan\Parameters"


@cases(
    ("command", "names"),
    [
        (f'cmd /c "{ADD}A"', ["A"]),
        (f"cmd.exe /c {ADD}A", ["A"]),
        (f'cmd /q /d /s /c "{ADD}A"', ["A"]),
        (f'cmd /v:on /c "{ADD}A"', ["A"]),
        (f"cmd /c '{ADD}A && {ADD}B'", ["A", "B"]),
        (f"cmd /c '{ADD}A&{ADD}B'", ["A", "B"]),
        (f"cmd /c 'echo y|{ADD}A'", ["A"]),
        (f"cmd /c '{ADD}A >nul 2>&1 && {ADD}B 2>>\"C:\\a & b.log\"'", ["A", "B"]),
        (f"cmd /c '{ADD}\"A & B\" > nul'", ["A & B"]),
        (f"cmd /k 'cd /d C:\\x & {ADD}A'", ["A"]),
        (f"Start-Process netsh -Args '{ADD[6:]}A' -Wait", ["A"]),
        (f"saps netsh '{ADD[6:]}A' -Verb RunAs", ["A"]),
        (f"start netsh.exe -ArgumentList '{ADD[6:]}A'", ["A"]),
        (f'Start-Process "$env:windir\\System32\\netsh.exe" -ArgumentList "{ADD[6:]}`"A B`""', ["A B"]),
        (f"Start-Process cmd -ArgumentList '/c {ADD}A'", ["A"]),
    ],
)
def test_a_command_that_another_program_is_handed_is_read(command: str, names: list[str]) -> None:
    assert names_of(f"{RULE} Z\n{command}") == [*names, "Z"]


def test_each_word_has_its_place() -> None:
    script = f"cmd /c '{ADD}A >nul && {ADD}Bee'"
    places = [rule.span.column for rule in policy_of(f"{RULE} Z\n{script}").connection_security_rules[:2]]
    assert places == [script.index("add rule") + 1, script.rindex("add rule") + 1]


def test_what_runs_if_another_fails_is_said() -> None:
    script = f"{RULE} Z\ncmd /c '{ADD}A || {ADD}B'"
    why = "this command of cmd.exe runs only if the one before it fails: it is not followed"
    assert said_of(script) == [(2, len(f"cmd /c '{ADD}A || ") + 1, why)]
    assert [rule.name for rule in parsed(script).policy.connection_security_rules] == ["A", "Z"]


def test_a_command_beside_one_that_is_read_is_said() -> None:
    script = f"{RULE} Z\ncmd /c '{ADD}A & start /wait {ADD}B'"
    assert [(line, message) for line, _, message in said_of(script)] == [(2, "this command of cmd.exe is not followed")]


@cases("command", ["cmd /c 'dir & echo a>b.txt'", "cmd /c", "cmd", "cmd /c ''", "cmd /c 'netsh int ip show'"])
def test_what_sets_no_policy_is_of_no_concern(command: str) -> None:
    assert names_of(f"{RULE} Z\n{command}") == ["Z"]


REGISTRY = f"@{{ Key = '{KEY}'; ValueName = 'ProhibitIpSec'; ValueData = '1'; ValueType = 'Dword' }}"


@cases("name", ["Registry", "xRegistry"])
def test_a_resource_that_is_invoked_sets_its_value(name: str) -> None:
    script = f"Invoke-DscResource -Name {name} -ModuleName PSDesiredStateConfiguration -Method Set -Property {REGISTRY}"
    assert [value.data.value for value in policy_of(f"{RULE} Z\n{script}").registry] == ["1"]
    assert policy_of(f"{RULE} Z\n{script.replace('Set', 'Test')}").registry == ()


def test_a_script_that_is_invoked_as_a_resource_is_followed() -> None:
    script = f"Invoke-DscResource -Name Script -Method Set -Property @{{ SetScript = {{ {RULE} A }} }}"
    assert names_of(script) == ["A"]
