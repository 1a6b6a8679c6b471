"""A key that is one letter off is said: Windows reads nothing of it, and so did the reader, without a word."""

from __future__ import annotations

import pytest

from ipseclint.formats import recognise
from ipseclint.formats.registry.misspelt import misspelt_name
from ipseclint.source import bytes_source

SYSTEM = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services"
POLICIES = r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft"
FIREWALL = rf"{SYSTEM}\SharedAccess\Parameters\FirewallPolicy"


@pytest.mark.parametrize(
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
    ],
)
def test_the_name_that_is_one_letter_off_is_found(path: str, written: str, meant: str) -> None:
    assert misspelt_name(path) == (written, meant)


@pytest.mark.parametrize(
    "path",
    [
        rf"{SYSTEM}\IKEEXT\Parameters",
        rf"{SYSTEM}\bfs",  # a service of Windows 11, and none misspelt
        rf"{SYSTEM}\Tcpip\Parameters",
        rf"{POLICIES}\WindowsFirewall\Phase1CryptoSet\{{1}}",
        rf"{POLICIES}\Windows Defender",
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
