"""Services that a script sets up, starts and stops, by cmdlets and programs."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import format_of, parsed, policy_of, refused_of, said_of

RULE = "New-NetIPsecRule -DisplayName"


def services_of(script: str) -> list[tuple[str, str | None, str | None]]:
    """Name, start and state of each service that a script changes."""
    services = parsed(f"{RULE} A\n{script}").policy.services
    return [
        (each.name.casefold(), each.start and each.start.known, each.status and each.status.known) for each in services
    ]


@cases(
    "script",
    [
        "Set-Service -Name IKEEXT -StartupType Disabled",
        "Set-Service ikeext -StartupType Disabled",
        "sc.exe config IKEEXT start= disabled",
        "sc.exe config IKEEXT start=disabled",
        "Get-Service IKEEXT | Set-Service -StartupType Disabled",
        "Get-Service -Name 'IKEEXT' | Where-Object Status -eq Running | Set-Service -StartupType Disabled",
        "'IKEEXT' | Set-Service -StartupType Disabled",
        "$s = Get-Service IKEEXT; Set-Service -InputObject $s -StartupType Disabled",
        "Get-Service -DisplayName 'IKE and AuthIP*' | Set-Service -StartupType Disabled",
        "Get-Service Spooler, IKEEXT | Set-Service -StartupType Disabled",
        "foreach ($s in Get-Service IKEEXT) { Set-Service $s.Name -StartupType Disabled }",
        "Get-Service IKEEXT | ForEach-Object { Set-Service $_.Name -StartupType Disabled }",
        "Get-Service | Where-Object Name -eq IKEEXT | Set-Service -StartupType Disabled",
        "Get-Service | ? { $_.DisplayName -like 'IKE and*' } | % { Set-Service $_.Name -StartupType Disabled }",
        "foreach ($s in (Get-Service | ? Name -match '^ike')) { Set-Service $s -StartupType Disabled }",
        "Set-Service (Get-Service | ? DisplayName -match 'Keying').Name -StartupType Disabled",
        "Get-Service -DisplayName 'IKE- und AuthIP*' | Set-Service -StartupType Disabled",
    ],
)
def test_the_start_of_a_service_is_set(script: str) -> None:
    assert services_of(script) == [("ikeext", "disabled", None)]


@cases(
    "script",
    [
        "Stop-Service IKEEXT",
        "Stop-Service -Name IKEEXT -Force",
        "Get-Service IKEEXT | Stop-Service -Force",
        "net stop IKEEXT",
        "net.exe stop 'IKE and AuthIP IPsec Keying Modules'",
        "sc.exe stop IKEEXT",
        "Set-Service IKEEXT -Status Stopped",
        "Stop-Service -DisplayName 'IKE- und AuthIP IPsec-Schlüsselerstellungsmodule'",
        "net stop 'IKE- und AuthIP IPsec-Schlüsselerstellungsmodule'",
        "$s = Get-Service IKEEXT; $s.Stop()",
        "(Get-Service -Name IKEEXT).Stop()",
        "Get-Service IKEEXT | ForEach-Object { $_.Stop() }",
        "Get-Service IKEEXT | % Stop",
        "(Get-Service Spooler, IKEEXT).Stop()",
        "[System.ServiceProcess.ServiceController]::new('IKEEXT').Stop()",
        "$s = New-Object ServiceProcess.ServiceController 'IKEEXT'; if ($s.CanStop) { $s.Stop(); $s.Refresh() }",
    ],
)
def test_a_service_is_stopped(script: str) -> None:
    assert services_of(script) == [("ikeext", None, "stopped")]


def test_a_service_is_left_as_the_last_command_says() -> None:
    script = "Set-Service PolicyAgent -StartupType Disabled\nStop-Service PolicyAgent\nRestart-Service PolicyAgent"
    assert services_of(script) == [("policyagent", "disabled", "running")]


def test_a_name_with_a_wildcard_is_every_service_of_ipsec_that_it_matches() -> None:
    assert services_of("Get-Service IKE*, Policy* | Set-Service -StartupType Disabled") == [
        ("ikeext", "disabled", None),
        ("policyagent", "disabled", None),
    ]


@cases(
    "script",
    [
        "Get-Service | Where-Object Name -eq Spooler | Stop-Service",
        "Get-Service | ? DisplayName -like 'Print*' | Set-Service -StartupType Disabled",
        "Get-Service | Sort-Object Name | Select-Object -First 1 | Stop-Service",
        "Get-Service | Select-Object -Last 1 | Stop-Service",
        "Get-Service | Select-Object Name, Status | Export-Csv services.csv",
        "(Get-Service).Count",
    ],
)
def test_of_all_services_those_of_ipsec_alone_are_of_concern(script: str) -> None:
    assert services_of(script) == []
    assert said_of(f"{RULE} A\n{script}") == []


def test_which_services_a_filter_on_their_state_lets_through_is_not_known() -> None:
    said = said_of(f"{RULE} A\nGet-Service | ? Status -eq Running | Stop-Service")
    assert said == [(2, 15, "which of these this lets through is not known: it is read as if all were")]


def test_another_service_is_of_no_concern() -> None:
    assert services_of("Get-Service Spooler | Stop-Service\nRestart-Service W32Time\nnet stop spooler") == []
    assert said_of(f"{RULE} A\nGet-Service Spooler | Stop-Service\nnet stop spooler") == []


UNNAMED = "which service is kept from running here is not known: it may be one that IPsec needs"


@cases(
    ("script", "column"),
    [
        ("Get-Service $env:X | Stop-Service", 13),
        ("Stop-Service -Name $env:X -Force", 20),
        ("Suspend-Service $env:X", 17),
        ("Get-Service -Name $env:X | Set-Service -StartupType Disabled", 19),
        ("foreach ($s in Get-Content s.txt) { Stop-Service $s }", 50),
        ("Stop-Service ('IKE' + $env:X)", 15),
        ("net stop $env:X", 10),
        ("sc.exe config $env:X start= disabled", 15),
    ],
)
def test_a_service_that_is_stopped_and_whose_name_is_not_known_is_said(script: str, column: int) -> None:
    assert said_of(f"{RULE} A\n{script}") == [(2, column, UNNAMED)]


@cases(
    "script",
    [
        "Get-Service $env:X",
        "Get-Service $env:X | Restart-Service",
        "Set-Service $env:X -StartupType Automatic",
        "Set-Service $env:X -Description x",
        'Stop-Service "MSSQL`$$env:X"',
        "net start $env:X",
        "sc.exe config $env:X start= auto",
        "sc.exe query $env:X",
    ],
)
def test_a_service_that_is_not_stopped_or_has_another_name_needs_none(script: str) -> None:
    assert said_of(f"{RULE} A\n{script}") == []


@cases(
    ("script", "said"),
    [
        (
            "Get-CimInstance Win32_Service -Filter \"Name='IKEEXT'\" | Invoke-CimMethod -MethodName StopService",
            (2, 57, "the service `ikeext` bears on IPsec, and what is done to it here is not followed"),
        ),
        (
            "$w = Get-WmiObject Win32_Service -Filter \"Name='IKEEXT'\"; $w.ChangeStartMode('Disabled')",
            (2, 59, "the service `ikeext` bears on IPsec, and what is done to it here is not followed"),
        ),
        (
            "$o = gcim Bios; $w = gcim Win32_Service -Filter \"Name='IKEEXT'\"; icim $o Off\nicim $w StopService",
            (3, 1, "the service `ikeext` bears on IPsec, and what is done to it here is not followed"),
        ),
        (
            "(Get-Service IKEEXT).Change('x')",
            (2, 1, "the service `ikeext` bears on IPsec, and what is done to it here is not followed"),
        ),
        (
            "$w = gwmi Win32_Service -Filter \"Name='$given'\"; $w.StopService()",
            (2, 52, "a service is changed through WMI here: which one is not followed"),
        ),
    ],
)
def test_a_service_that_is_changed_through_wmi_is_said(script: str, said: tuple[int, int, str]) -> None:
    assert said_of(f"{RULE} A\n{script}") == [said]


@cases(
    "script",
    [
        "Set-Service IKEEXT -StartupType Disabled\n",
        "Get-Service PolicyAgent | Stop-Service\n",
        "Configuration X {\n  Registry A { Key = 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent' }\n}\n",
        'Set-ItemProperty -Path "HKLM:\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent" -Name X -Value 2\n',
        (
            '$p = "HKLM:\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters"\n'
            "New-ItemProperty $p -Name ProhibitIpSec\n"
        ),
    ],
)
def test_a_script_of_services_or_registry_values_alone_is_read(script: str) -> None:
    assert format_of(script) == "powershell-script"


@cases(
    "script",
    [
        "Set-Service Spooler -StartupType Disabled\n",
        "Get-Service IKEEXT\n",
        "Set-ItemProperty HKLM:\\SOFTWARE\\X -Name Y\n",
    ],
)
def test_a_script_of_other_services_and_keys_is_not_claimed(script: str) -> None:
    assert format_of(script) is None


def test_a_script_whose_name_says_so_is_no_batch_file_though_it_has_programs_alone() -> None:
    script = (
        "reg add HKLM\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters /v ProhibitIpSec /t REG_DWORD /d 1 /f\n"
        "sc.exe config PolicyAgent start= disabled\n"
    )
    assert (format_of(script), format_of(script, "policy.cmd")) == ("powershell-script", "netsh-script")
    policy = policy_of(script)
    assert [value.data.known for value in policy.registry] == ["1"]
    assert [service.start and service.start.known for service in policy.services] == ["disabled"]


@cases("command", ["New-ItemProperty {} -Name Start -Value 4", "reg add '{}' /v Start /t REG_DWORD /d 4"])
def test_how_a_service_starts_is_told_by_its_key_as_well(command: str) -> None:
    key = "HKLM:\\SYSTEM\\CurrentControlSet\\Services\\"
    lines = [command.format(key + name) for name in ("MpsSvc", "RemoteAccess", "SharedAccess", "Spooler")]
    services = policy_of("\n".join(lines)).services
    assert [(each.name, each.start and each.start.known) for each in services] == [
        ("MpsSvc", "disabled"),
        ("RemoteAccess", "disabled"),
    ]


@cases(
    ("command", "meant", "column"),
    [
        ("Set-Service IKEXT -StartupType Disabled", "IKEEXT", 13),
        ("Stop-Service -Name 'PolicyAgnet' -Force", "PolicyAgent", 21),
        ("sc.exe config IKEET start= disabled", "IKEEXT", 15),
        ("net stop RasMann", "RasMan", 10),
        ("'Spooler', 'PolicyAgents' | Restart-Service", "PolicyAgent", 13),
    ],
)
def test_a_service_that_is_one_letter_off_one_of_ipsec_is_told(command: str, meant: str, column: int) -> None:
    message = f"no service of Windows has this name: `{meant}` may be meant, and is not set"
    assert said_of(f"{RULE} A\n{command}\n") == [(2, column, message)]
    assert services_of(command) == []


@cases("command", ["Get-Service IKEXT", "Stop-Service bfs, RasAuto", "sc.exe query IKEXT"])
def test_a_service_of_another_name_and_a_look_are_of_no_concern(command: str) -> None:
    assert said_of(f"{RULE} A\n{command}\n") == []


@cases(
    ("before", "is_said"),
    [
        ("Set-Service IKEEXT -StartupType Automatic", False),
        ("Set-Service IKEEXT -StartupType Manual", False),
        ("Get-Service IKEEXT", False),
        ("Set-Service IKEEXT -StartupType Disabled", True),
        ("Stop-Service IKEEXT", True),
    ],
)
def test_a_service_is_started_if_it_does_not_run(before: str, *, is_said: bool) -> None:
    script = f"{before}\n$s = Get-Service IKEEXT\nif ($s.Status -ne 'Running') {{ Start-Service IKEEXT }}\n"
    assert bool(said_of(f"{RULE_OF_SERVICES}{script}")) is is_said


RULE_OF_SERVICES = "New-NetIPsecRule -DisplayName A -InboundSecurity Require -OutboundSecurity Request\n"


@cases(
    ("command", "switch"),
    [
        ("Stop-Service -Name IKEEXT -Force {} $false", "Force"),
        ("Set-Service -Name IKEEXT -StartupType Disabled -PassThru {}", "PassThru"),
        (
            "Set-ItemProperty -Path HKLM:\\SYSTEM\\CurrentControlSet\\Services\\IKEEXT -Name Start -Value 4 -Force {}",
            "Force",
        ),
    ],
)
@cases("truth", ["$true", "$false"])
def test_a_truth_behind_a_switch_is_refused_where_it_stands(command: str, switch: str, truth: str) -> None:
    script = command.format(truth)
    shown = truth[1:].capitalize()
    colon = f"`-{switch}` is a switch, whose value stands behind a colon: `-{switch}:{truth}`"
    reason = f"`{shown}` belongs to no parameter; {colon}"
    assert refused_of(script) == [(1, script.index(f" {truth}") + 2, reason)]


KEY = r"HKLM:\SYSTEM\CurrentControlSet\Services\IKEEXT"


@cases(
    ("script", "parameter"),
    [
        ("Set-Service IKEEXT -StartupType", "-StartupType"),
        ("Set-Service IKEEXT -StartupType -Status Stopped", "-StartupType"),
        ("Set-Service -StartupType -Name IKEEXT", "-StartupType"),
        ("Get-Service IKEEXT | Set-Service -StartupType", "-StartupType"),
        ("'IKEEXT' | Set-Service -Status", "-Status"),
        ("Stop-Service IKEEXT -ErrorAction", "-ErrorAction"),
        (f"Set-ItemProperty -Path {KEY} -Name Start -Value", "-Value"),
        (f"New-ItemProperty {KEY} Start -Value 4 -PropertyType", "-PropertyType"),
        (f"Remove-ItemProperty {KEY} -Name", "-Name"),
        (f"Get-Item {KEY} | Remove-ItemProperty -Name", "-Name"),
        (f"Remove-Item {KEY} -Recurse -Exclude", "-Exclude"),
        (f"Set-GPRegistryValue -Name G -Key {KEY.replace(':', '')} -ValueName Start -Type DWord -Value", "-Value"),
    ],
)
def test_a_parameter_without_its_value_is_refused_where_it_stands(script: str, parameter: str) -> None:
    assert refused_of(script) == [(1, script.rindex(f" {parameter}") + 2, f"`{parameter}` is given no value")]


@cases(
    "script",
    [
        "Set-Service IKEEXT -StartupType `\n Disabled",
        "Set-Service IKEEXT -StartupType:Disabled -PassThru",
        "Stop-Service IKEEXT -Force -Verbose",
        f"Set-ItemProperty {KEY} Start -Value -1 -Force",
        f"Remove-Item {KEY} -Recurse -Confirm:$false -Force",
        f"Set-GPRegistryValue -Name G -Key {KEY.replace(':', '')} -ValueName Start -Disable",
        "Set-Service Spooler -StartupType\nStop-Service IKEEXT",
    ],
)
def test_a_switch_needs_no_value(script: str) -> None:
    assert refused_of(script) == []


def test_a_service_whose_name_is_not_known_is_not_known_itself() -> None:
    script = f'$s = Get-Service $env:X\n{RULE} "x$s"'
    said = "unknown value of `displayname`: `x$s`; not known: what `Get-Service` gives of a name that is not known"
    assert said_of(script) == [(2, len(RULE) + 3, said)]


@cases(
    ("script", "column"),
    [
        ("$s = Get-Service $given; $s.Stop()", 26),
        ("(Get-Service -Name $given).Stop()", 20),
        ("[System.ServiceProcess.ServiceController]::new($given).Stop()", 48),
        ("$s = Get-Service Spooler; if ($given) { $s = Get-Service IKEEXT }; $s | Stop-Service", 58),
    ],
)
def test_a_service_that_a_method_stops_and_that_may_be_one_of_ours_is_said(script: str, column: int) -> None:
    said = said_of(f"{RULE} A\n{script}")
    assert [(line, at) for line, at, why in said if "which service" in why] == [(2, column)]


@cases(
    "script",
    [
        "$s = Get-Service Spooler; $s.Stop()",
        "[Diagnostics.Stopwatch]::StartNew().Stop()",
        "$timer.Stop(); $listener.Stop()",
        "$s = Get-Service IKEEXT; $s.Refresh(); $s.WaitForStatus('Running')",
        "$s = [pscustomobject]@{ServiceName = 'IKEEXT'}; $s | Add-Member ScriptMethod Stop { 'no' }; $s.Stop()",
    ],
)
def test_a_method_that_stops_something_else_is_nothing_to_say(script: str) -> None:
    assert services_of(script) == []
    assert said_of(f"{RULE} A\n{script}") == []


@cases(
    "script",
    [
        "(Get-Service IKEEXT).Stop()",
        "$s = Get-Service PolicyAgent\n$s.Stop()",
        "Get-Service IKEEXT | ForEach-Object Stop",
        "(Get-WmiObject Win32_Service -Filter \"Name='IKEEXT'\").StopService()",
        "Get-CimInstance Win32_Service -Filter \"Name='IKEEXT'\" | Invoke-CimMethod -Name ChangeStartMode",
    ],
)
def test_a_script_that_stops_a_service_by_a_method_is_known(script: str) -> None:
    assert format_of(script) == "powershell-script"


@cases(
    "script", ["(Get-Service Spooler).Stop()", "if ((Get-Service IKEEXT).Status -eq 'Stopped') { 'it has stopped' }"]
)
def test_a_script_that_stops_none_of_ours_is_not(script: str) -> None:
    assert format_of(script) is None
