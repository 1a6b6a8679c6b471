"""A key that is one letter off is said: Windows reads nothing of it, and so did the reader, without a word."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.registry.misspelt import misspelt_name
from ipseclint.source import bytes_source

SYSTEM = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services"
POLICIES = r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft"
FIREWALL = rf"{SYSTEM}\SharedAccess\Parameters\FirewallPolicy"


@cases(
    ("path", "written", "meant"),
    [
        (rf"{SYSTEM}\IKEXT\Parameters", "IKEXT", "IKEEXT"),
        (rf"{SYSTEM}\ikexet", "ikexet", "IKEEXT"),
        (rf"{SYSTEM}\PolicyAgents", "PolicyAgents", "PolicyAgent"),
        (r"HKLM\SYSTEM\CurrentControlSet\Service\IKEEXT\Parameters", "Service", "Services"),
        (r"HKLM\SOFTWARE\Policie\Microsoft\WindowsFirewall\ConSecRules", "Policie", "Policies"),
        (r"HKLM\SOFTWARE\Policies\Mircosoft\WindowsFirewall\ConSecRules", "Mircosoft", "Microsoft"),
        (rf"{POLICIES}\WindowFirewall", "WindowFirewall", "WindowsFirewall"),
        (rf"{POLICIES}\WindowsFirewall\ConSecRule", "ConSecRule", "ConSecRules"),
        (rf"{POLICIES}\WindowsFirewall\Phase1CrytoSets\{{1}}", "Phase1CrytoSets", "Phase1CryptoSets"),
        (rf"{FIREWALL}\MainModeRule", "MainModeRule", "MainModeRules"),
        (rf"{SYSTEM}\SharedAccess\Parameters\FirewalPolicy\ConSecRules", "FirewalPolicy", "FirewallPolicy"),
        (rf"{POLICIES}\Windows\IPSec\Polcy\Local", "Polcy", "Policy"),
        (rf"{SYSTEM}\RemoteAccess\Parameters\Ikev2\Ikev2CustomPolciy", "Ikev2CustomPolciy", "Ikev2CustomPolicy"),
        (r"HKLM\SOFTWARE\Microsoft\WindowsNT\CurrentVersion", "WindowsNT", "Windows NT"),
        (r"HKLM\SOFTWARE^Policies\Microsoft\WindowsFirewall", "SOFTWARE^Policies", r"SOFTWARE\Policies"),
        (r"HKLM\SOFTWARE\PoliciesMicrosoft\WindowsFirewall\ConSecRules", "PoliciesMicrosoft", r"Policies\Microsoft"),
        (r"HKLM\SYSTEM\CurrentControlSet\ServicesIKEEXT", "ServicesIKEEXT", r"Services\IKEEXT"),
        (r"HKLM\SYSTEM\ControlSet001\Services/PolicyAgent", "Services/PolicyAgent", r"Services\PolicyAgent"),
        (
            r"HKLM\SYSTEM\CurrentControlSet;Services\PolicyAgent",
            "CurrentControlSet;Services",
            r"CurrentControlSet\Services",
        ),
        (r"HKLM\SYSTEM\CurrentControlSetServices\BFE", "CurrentControlSetServices", r"CurrentControlSet\Services"),
        (r"HKLM\SYSTEM\CurentControlSet\Services\IKEEXT", "CurentControlSet", "CurrentControlSet"),
        (rf"{SYSTEM}\IPSECS", "IPSECS", "IPSEC"),
        (rf"{SYSTEM}.IPSEC", "Services.IPSEC", r"Services\IPSEC"),
        (
            r"HKLM\SYSTEM\CurrentControlSet_Services\SharedAccess\Parameters\FirewallPolicy\ConSecRules",
            "CurrentControlSet_Services",
            r"CurrentControlSet\Services",
        ),
    ],
)
def test_the_name_that_is_one_letter_off_is_found(path: str, written: str, meant: str) -> None:
    assert misspelt_name(path) == (written, meant)


@cases(
    "path",
    [
        rf"{SYSTEM}\IKEEXT\Parameters",
        rf"{SYSTEM}\bfs",  # a service of Windows 11, and none misspelt
        rf"{SYSTEM}\Tcpip\Parameters",
        rf"{POLICIES}\WindowsFirewall\Phase1CryptoSet\{{1}}",
        rf"{POLICIES}\Windows Defender",
        r"HKLM\SOFTWARE\Microsoft\WindowsNT\CurrentVersion\Winlogon",  # no key of IPsec lies below this one
        r"HKLM\SOFTWARE\Microsoft\WindowsNT\CurrentVersion\Image File Execution Options\x.exe",
        r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System",
        r"HKLM\SOFTWARE\Policie\Mozilla\Firefox",
        r"HKLM\SOFTWARE\Policies\Mircosoft\Edge",
        rf"{SYSTEM}\SharedAccess\Parameters\FirewallPolicy\FirewallRules",
        rf"{SYSTEM}\SharedAccess\Parameters\FirewallPolicy\DomainProfile",
        "",
        "\\",
    ],
)
def test_other_keys_are_not(path: str) -> None:
    assert misspelt_name(path) is None


def test_it_is_a_problem_at_the_key_and_said_once() -> None:
    text = (
        f'Windows Registry Editor Version 5.00\r\n\r\n[{SYSTEM}\\IKEEXT]\r\n"Start"=dword:00000002\r\n\r\n'
        f'[{SYSTEM}\\PolicyAgnt]\r\n"Start"=dword:00000004\r\n[{SYSTEM}\\PolicyAgnt\\Parameters]\r\n"a"=dword:1\r\n'
    )
    source = bytes_source("a.reg", text.encode())
    form = recognise(source)
    assert form is not None
    (problem,) = form.parse(source).problems
    assert problem.message == "Windows reads no key `PolicyAgnt` here; did you mean PolicyAgent?"
    assert problem.span.line == 6


def test_a_setting_of_the_firewall_that_is_one_letter_off_is_not_known() -> None:
    text = f'Windows Registry Editor Version 5.00\r\n\r\n[{POLICIES}\\WindowsFirewall]\r\n"StrongCRCheck"=dword:3\r\n'
    source = bytes_source("a.reg", text.encode())
    form = recognise(source)
    assert form is not None
    (problem,) = form.parse(source).problems
    assert "unknown setting `StrongCRCheck`" in problem.message


REG = "Windows Registry Editor Version 5.00\r\n\r\n"
RULE = '"{1}"="v2.30|Action=Secure|Active=TRUE|Name=R|"\r\n'


def problems_of(text: str) -> list[str]:
    source = bytes_source("a.reg", (REG + text).encode())
    form = recognise(source)
    assert form is not None
    return [problem.message for problem in form.parse(source).problems]


@cases(
    "hive",
    ["HKEY_LOCALMACHINE", "HKEY_LOCAL_MACHIN", "HEY_LOCAL_MACHINE", "HKEY_LOCAL_MACHINE_SYSTEM", "HKEY_LOCAL MACHINE"],
)
def test_a_hive_that_windows_does_not_have_is_told(hive: str) -> None:
    (problem,) = problems_of(f'[{hive}\\SYSTEM\\CurrentControlSet\\Services\\IKEEXT]\r\n"Start"=dword:00000002\r\n')
    assert problem == f"Windows has no hive `{hive}`, as HKEY_LOCAL_MACHINE is one"


def _said_of(path: str, text: str) -> list[str]:
    source = bytes_source(path, text.encode())
    form = recognise(source)
    assert form is not None
    return [problem.message for problem in form.parse(source).problems]


_SET = "/v AssumeUDPEncapsulationContextOnSendRule /t REG_DWORD /d 2 /f"
_SHORT = ["HKLMM", "HKML", "HLKM", "LKLM", "HKL"]


@cases("hive", [*_SHORT, "HKLM:"])
@cases("path", ["a.cmd", "a.ps1"])
def test_a_hive_that_reg_does_not_know_is_told(path: str, hive: str) -> None:
    key = rf"{hive}\SYSTEM\CurrentControlSet\Services\PolicyAgent"
    assert _said_of(path, f"reg add {key} {_SET}\n") == [f"Windows has no hive `{hive}`, as HKLM is one"]


@cases("hive", ["HKLMM", "HKML", "HKEY_LOCAL_MACHIN"])
def test_a_hive_in_the_answer_of_reg_query_is_told(hive: str) -> None:
    key = rf"{hive}\SYSTEM\CurrentControlSet\Services\PolicyAgent"
    meant = "HKLM" if len(hive) < 6 else "HKEY_LOCAL_MACHINE"
    told = [f"Windows has no hive `{hive}`, as {meant} is one"]
    assert _said_of("a.txt", f"\n{key}\n    Start    REG_DWORD    0x2\n") == told
    assert _said_of("a.txt", f"C:\\> reg query {key}\nERROR: Invalid key name.\n") == told


@cases("hive", ["HKLMM:", "Registry::HKLMM", "HKML:", "Registry::HKEY_LOCAL_MACHIN"])
def test_a_hive_that_powershell_does_not_know_is_told(hive: str) -> None:
    key = rf"{hive}\SYSTEM\CurrentControlSet\Services\PolicyAgent"
    (problem,) = _said_of("a.ps1", f"Set-ItemProperty -Path '{key}' -Name NoDefaultExempt -Value 3 -Type DWord\n")
    assert problem.startswith(f"Windows has no hive `{hive.removeprefix('Registry::').removesuffix(':')}`")


@cases(
    ("hive", "is_one"),
    [
        ("HKLM", False),
        ("HKEY_LOCAL_MACHINE", False),
        ("HKEY_LOCAL_MACHINE:", False),
        ("HKLM:", True),
        ("hklm:\\", True),
        ("HKCU", False),
        ("Registry::HKLM", True),
        ("registry::HKEY_LOCAL_MACHINE", True),
    ],
)
def test_the_hive_is_a_drive_of_powershell_with_its_colon_alone(hive: str, is_one: bool) -> None:
    key = rf"{hive}\SYSTEM\CurrentControlSet\Services\PolicyAgent"
    problems = _said_of("a.ps1", f"Set-ItemProperty -Path '{key}' -Name NoDefaultExempt -Value 3 -Type DWord\n")
    assert problems == ([] if is_one else [f"`{hive}` is no drive of PowerShell, as HKLM: is one"])


@cases("hive", ["HKEY_LOCAL_MACHINE", "hklm", "HKEY_USERS"])
def test_the_hives_of_windows_are_known(hive: str) -> None:
    assert problems_of(f'[{hive}\\SYSTEM\\CurrentControlSet\\Services\\IKEEXT]\r\n"Start"=dword:00000002\r\n') == []


@cases("commented", ["", f";[{POLICIES}\\WindowsFirewall\\ConSecRules]\r\n"])
def test_a_rule_whose_key_is_lost_is_told(commented: str) -> None:
    store = f'[{POLICIES}\\WindowsFirewall]\r\n"PolicyVersion"=dword:0000021e\r\n'
    (problem,) = problems_of(f"{store}{commented}{RULE}")
    assert problem == ("a rule stands here: Windows reads rules only below ConSecRules, FirewallRules, MainModeRules")


@cases("name", ["PolicVersion", "PolicyVersions"])
def test_a_version_that_is_one_letter_off_is_not_known(name: str) -> None:
    (problem,) = problems_of(f'[{POLICIES}\\WindowsFirewall]\r\n"{name}"=dword:0000021e\r\n')
    assert problem.startswith(f"unknown setting `{name}`")
