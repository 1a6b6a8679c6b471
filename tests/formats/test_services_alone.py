"""A text that says nothing but how services of IPsec and of VPNs start is read as that, whatever it is written in."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

SERVICES = ("IKEEXT", "PolicyAgent", "BFE", "MpsSvc", "RasMan", "RemoteAccess")
KEY = r"SYSTEM\CurrentControlSet\Services"
STARTS = {
    "a.reg": f'Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\{KEY}\\{{0}}]\n"Start"=dword:00000004\n',
    "reg.cmd": f"@echo off\nreg add HKLM\\{KEY}\\{{0}} /v Start /t REG_DWORD /d 4 /f\n",
    "sc.cmd": "@echo off\nsc config {0} start= disabled\n",
    "sc-in-a-loop.cmd": "@echo off\nfor %%S in (Spooler {0}) do sc config %%S start= disabled\n",
    "block.cmd": "@echo off\nfor %%S in (Spooler {0}) do (\n  sc config %%S start= disabled\n)\n",
    "a.ps1": "Set-Service -Name {0} -StartupType Disabled\n",
    "sc.ps1": "sc.exe config {0} start= disabled\n",
    "item.ps1": f"Set-ItemProperty -Path HKLM:\\{KEY}\\{{0}} -Name Start -Value 4\n",
    "loop.ps1": "foreach ($each in 'Spooler', '{0}') {{\n    Set-Service $each -StartupType Disabled\n}}\n",
    "query.txt": f"HKEY_LOCAL_MACHINE\\{KEY}\\{{0}}\n    Start    REG_DWORD    0x4\n",
    "policy.inf": '[Version]\nsignature="$CHICAGO$"\n[Service General Setting]\n"{0}",4,""\n',
    "lgpo.txt": f"Computer\n{KEY}\\{{0}}\nStart\nDWORD:4\n",
}


def parse(name: str, text: str) -> Parsed:
    source = bytes_source(name, text.encode())
    form = recognise(source)
    assert form is not None, name
    return form.parse(source)


@cases("name", STARTS)
def test_how_a_service_starts_is_read_alone(name: str) -> None:
    for service in SERVICES:
        parsed = parse(name, STARTS[name].format(service))
        starts = {(state.name.casefold(), state.start and state.start.known) for state in parsed.policy.services}
        assert starts == {(service.casefold(), "disabled")}
        assert [problem.message for problem in parsed.problems] == []


@cases("text", ["net stop {0}\n", "@net stop {0} /y\n", "sc stop {0}\n", "net1 stop {0}\n"])
@cases("service", SERVICES)
def test_that_a_service_is_stopped_is_read_alone(text: str, service: str) -> None:
    parsed = parse("a.cmd", "@echo off\n" + text.format(service))
    assert [(state.name, state.status and state.status.known) for state in parsed.policy.services] == [
        (service, "stopped")
    ]


STATES = {
    "list.txt": "Name   : {0}\nStatus : Stopped\n",
    "list-by-status.txt": "\nStatus      : Stopped\nDisplayName : what it is called\nName        : {0}\n",
    "services.txt": "Name   : Spooler\nStatus : Running\n\nName   : {0}\nStatus : Stopped\n",
    "table.txt": "Name         Status\n----         ------\n{0:<12} Stopped\n",
    "a.csv": '"Name","Status"\n"Spooler","Running"\n"{0}","Stopped"\n',
    "b.csv": "Status;Name\nStopped;{0}\n",
    "a.json": '[{{"Name":"{0}","Status":1}}]',
    "b.json": '{{"value":[{{"Status":"Stopped","Name":"{0}"}}],"Count":1}}',
}


@cases("name", STATES)
@cases("service", SERVICES)
def test_the_state_of_a_service_is_read_alone(name: str, service: str) -> None:
    parsed = parse(name, STATES[name].format(service))
    assert [(state.name, state.status and state.status.known) for state in parsed.policy.services] == [
        (service, "stopped")
    ]
    assert parsed.problems == ()


def test_the_list_of_the_console_is_read() -> None:
    text = (
        "Name\tDescription\tStatus\tStartup Type\tLog On As\n"
        "IKE and AuthIP IPsec Keying Modules\tThe IKEEXT service hosts (IKE)\t\tDisabled\tLocal System\n"
        "IPsec Policy Agent\tIt enforces\tRunning\tManual (Trigger Start)\tNetwork Service\n"
        "Print Spooler\tIt spools\tRunning\tAutomatic\tLocal System\n"
    )
    parsed = parse("services.txt", text)
    assert [
        (state.name, state.start and state.start.known, state.status and state.status.known)
        for state in parsed.policy.services
    ] == [("IKEEXT", "disabled", None), ("PolicyAgent", "manual", "running")]
    assert parsed.problems == ()


def test_what_a_service_is_called_by_others_is_no_state() -> None:
    health = "Name        : IKEEXT\nStatus      : OK\nServiceType : Share Process\nStartMode   : Disabled\n"
    (state,) = parse("a.txt", health).policy.services
    assert (state.start and state.start.known, state.status) == ("disabled", None)
    for text in (
        "Name   : BFE\nStatus : The rule was parsed successfully from the store. (65536)\n",
        "Name : BFE\n",
        '[{"name":"IKEEXT","status":"ok","check":"monitoring"}]',
    ):
        assert recognise(bytes_source("a.txt", text.encode())) is None


@cases("name", STATES)
def test_the_state_of_another_service_is_of_no_concern(name: str) -> None:
    assert recognise(bytes_source(name, STATES[name].format("Themes").encode())) is None


@cases(
    ("name", "text"),
    [
        ("a.cmd", "@echo off\nsc config Spooler start= disabled\nnet stop Spooler\n"),
        ("a.ps1", "# not the Windows Firewall\nSet-Service Spooler -StartupType Disabled\n"),
        ("b.cmd", f"@echo off\nreg add HKLM\\{KEY}\\MpsSvc\\Parameters\\PortKeywords /v A /d 4 /f\n"),
        ("a.csv", "service\nRasMan\n"),
    ],
)
def test_what_sets_no_such_service_is_not_claimed(name: str, text: str) -> None:
    assert recognise(bytes_source(name, text.encode())) is None


def test_another_value_of_such_a_service_is_said() -> None:
    parsed = parse("a.cmd", f"sc config RasMan start= demand\nreg add HKLM\\{KEY}\\MpsSvc /v ImagePath /d x.exe /f\n")
    assert ["MpsSvc" in problem.message for problem in parsed.problems] == [True]


def test_the_key_of_a_service_without_its_start_says_nothing() -> None:
    text = f'Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\{KEY}\\MpsSvc]\n"Group"="x"\n'
    assert parse("a.reg", text).is_empty


def test_items_of_a_list_that_stop_services_are_commands() -> None:
    parsed = parse("a.txt", "- sc config RasMan start= disabled\n- sc stop rasman\n- net stop mpssvc\n")
    assert [(state.name, state.status and state.status.known) for state in parsed.policy.services] == [
        ("RasMan", "stopped"),
        ("MpsSvc", "stopped"),
    ]


def test_what_a_cmdlet_hands_on_is_set_up_by_the_next() -> None:
    line = "Get-Service -Name 'Spooler', 'RasMan' | Stop-Service -PassThru | Set-Service -StartupType Disabled\n"
    (state,) = parse("a.ps1", line).policy.services
    assert (state.name, state.start and state.start.known, state.status and state.status.known) == (
        "RasMan", "disabled", "stopped",
    )  # fmt: skip


@cases("key", [r"Image File Execution Options\cmstp.exe", r"Applets\Regedit"])
def test_a_key_that_is_called_as_a_program_runs_none(key: str) -> None:
    text = f'@echo off\nsc config RasMan start= demand\nreg add "HKLM\\SOFTWARE\\{key}" /v A /t REG_SZ /d B /f\n'
    assert parse("a.cmd", text).problems == ()
