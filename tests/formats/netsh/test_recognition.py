"""Which texts are scripts of PowerShell, and which of cmd.exe or netsh: what one of them alone says."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import format_of

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source


def parsed_as(text: str, name: str) -> Parsed:
    source = bytes_source(name, text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


@cases(
    "writes",
    ['"{}" > a.txt', "echo '{}' >> a.txt", "'{}' | sc a.txt", "'{}' | ac a.txt", "[IO.File]::WriteAllText('a', '{}')"],
)
def test_what_writes_a_file_for_netsh_is_a_script_by_its_name(writes: str) -> None:
    text = "netsh ipsec static show all\n" + writes.format("ipsec static add policy name=P")
    assert format_of(text, "a.ps1") == "powershell-script"
    assert format_of(text, "a.cmd") != "powershell-script"


@cases(("name", "form"), [("a.ps1", "powershell-script"), ("a.cmd", "netsh-script"), ("a.txt", "netsh-script")])
def test_netsh_with_a_variable_of_powershell_is_a_script_by_its_name(name: str, form: str) -> None:
    text = "netsh advfirewall consec add rule name=$name endpoint1=any endpoint2=any action=noauthentication"
    assert format_of(text, name) == form


SERVICE = "HKLM\\SYSTEM\\CurrentControlSet\\Services"


@cases(
    ("name", "text", "service"),
    [
        ("a.ps1", "spsv PolicyAgent", "PolicyAgent"),
        ("a.ps1", "Get-Service IKEEXT | spsv -Force", "IKEEXT"),
        ("a.cmd", 'powershell -c "spsv IKEEXT"', "IKEEXT"),
        ("a.cmd", 'powershell "Get-Service PolicyAgent | Stop-Service"', "PolicyAgent"),
        ("a.cmd", "set S=PolicyAgent\nnet stop %S%", "PolicyAgent"),
        ("a.cmd", 'set "S=PolicyAgent"\nsc config %S% start= disabled', "PolicyAgent"),
        ("a.cmd", "call :s IKEEXT\nexit /b\n:s\nnet stop %1", "IKEEXT"),
        ("a.cmd", f"for %%s in (IKEEXT) do reg add {SERVICE}\\%%s /v Start /t REG_DWORD /d 4 /f", "IKEEXT"),
    ],
)
def test_a_script_that_does_nothing_but_stop_a_service_is_one(name: str, text: str, service: str) -> None:
    parsed = parsed_as(text, name)
    assert ([each.name for each in parsed.policy.services], parsed.problems) == ([service], ())


@cases(
    ("name", "text"),
    [
        ("a.ps1", "spsv Spooler"),
        ("a.ps1", "$spsv = 'PolicyAgent'"),
        ("a.cmd", "set S=Spooler\nnet stop %S%"),
        ("a.cmd", "set S=PolicyAgent\nnet start %S%"),
        ("a.cmd", 'powershell "Get-Service PolicyAgent | Select-Object Status"'),
    ],
)
def test_a_script_that_stops_no_service_of_ipsec_is_none(name: str, text: str) -> None:
    assert recognise(bytes_source(name, text.encode())) is None


def test_netsh_behind_carets_makes_a_batch_file() -> None:
    parsed = parsed_as("echo ipsec static add policy name=P | n^etsh", "a.cmd")
    assert ([each.name for each in parsed.policy.policies], parsed.problems) == (["P"], ())


@cases(("line", "is_said"), [("nssm stop IKEEXT", True), ("psservice stop IKEEXT", True), ("nssm stop Spooler", False)])
def test_what_another_tool_does_to_a_service_of_ipsec_is_said(line: str, *, is_said: bool) -> None:
    parsed = parsed_as(f"netsh ipsec static add policy name=P\n{line}\n", "a.cmd")
    assert [each.span.line for each in parsed.problems] == [2] * is_said


@cases("line", ["sc delete mpssvc", "sc.exe delete PolicyAgent", "@sc delete IKEEXT >nul"])
def test_a_script_that_only_deletes_a_service_of_ipsec_is_one(line: str) -> None:
    parsed = parsed_as(f"{line}\n", "a.cmd")
    assert [each.span.line for each in parsed.problems] == [1]


RULE = 'netsh advfirewall consec add rule name={}" endpoint1=any endpoint2=any action=requestinrequestout\n'


@cases(("first", "refused"), [("#requires a key at both ends", 2), ("#Requires -RunAsAdministrator", 0)])
def test_a_remark_is_no_requirement_of_powershell(first: str, refused: int) -> None:
    parsed = parsed_as(f"{first}\n{RULE.format('a')}{RULE.format('b')}", "a.cmd")
    assert len(parsed.policy.refused_commands) == refused


@cases(
    "line",
    [
        "powershell Set-Service IKEEXT -StartupType Disabled",
        "powershell -NoProfile Set-Service IKEEXT -StartupType Disabled",
        'powershell "Set-Service IKEEXT -StartupType Disabled"',
        "powershell.exe Set-Service -Name IKEEXT -StartupType Disabled",
    ],
)
def test_a_cmdlet_that_cmd_hands_on_makes_no_script_of_powershell(line: str) -> None:
    parsed = parsed_as(f"sc config PolicyAgent start= disabled\n{line}\n", "a.cmd")
    assert (parsed.problems, len(parsed.policy.services)) == ((), 2)


@cases("first", ["# netsh script\n", "", "# ----\n# IPsec\n# ----\n"])
@cases("enters", ["pushd ipsec static", "ipsec static"])
def test_a_file_for_netsh_may_be_called_as_an_include_file_of_nsis(first: str, enters: str) -> None:
    lines = f'{first}{enters}\nadd policy name=P\nadd filterlist name=L description="x"\n'
    parsed = parsed_as(lines, "block.nsh")
    assert ([each.name for each in parsed.policy.policies], parsed.problems) == (["P"], ())


def test_an_include_file_of_nsis_is_none_of_netsh() -> None:
    text = "!macro Block\n  nsExec::Exec 'netsh ipsec static add policy name=P assign=yes'\n!macroend\n"
    form = recognise(bytes_source("block.nsh", text.encode()))
    assert form is not None
    assert form.name == "carried-commands"


@cases(
    ("line", "is_one"),
    [
        ("- We use netsh to see the state, and netsh advfirewall reports it to you", False),
        ("- netsh ipsec \u6703\u56de\u5831 IPsec", False),
        ("- netsh ipsec static add policy name=\u7b56\u7565", True),
        ("We use it to run this: netsh advfirewall set global mainmode mmkeylifetime 60min", True),
        ("netsh advfirewall rest", True),
    ],
)
def test_a_sentence_about_netsh_is_no_script_and_one_with_a_command_is(line: str, is_one: bool) -> None:
    form = recognise(bytes_source("a.txt", f"{line}\n".encode()))
    assert (form is not None) is is_one
    assert recognise(bytes_source("a.cmd", f"{line}\n".encode())) is not None
