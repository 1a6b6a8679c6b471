"""Tools of one script that set one thing in turn: the last of them counts, as both did."""

from __future__ import annotations

from tests.cases import cases

from ipseclint import check_text
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.netsh.script import read_batch
from ipseclint.formats.powershell.script.reader import read_script
from ipseclint.model.policy import Policy
from ipseclint.model.setting import Setting

_START = r"reg add HKLM\SYSTEM\CurrentControlSet\Services\IKEEXT /v Start /t REG_DWORD /f /d"
_FIREWALL = r"reg add HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy /t REG_DWORD /f"
_VPN = r"HKLM:\SYSTEM\CurrentControlSet\Services\RasMan\Parameters"
_VPN_OF_REG = r"HKLM\SYSTEM\CurrentControlSet\Services\RasMan\Parameters"


def _policy(*lines: str) -> Policy:
    return read_batch("\n".join(lines), Diagnostics("a.cmd")).policy


def _known(setting: Setting[object] | None) -> object:
    return None if setting is None else setting.known


@cases(
    ("lines", "start", "status"),
    [
        (["sc config IKEEXT start= disabled", f"{_START} 2"], "automatic", None),
        ([f"{_START} 2", "sc config IKEEXT start= disabled"], "disabled", None),
        (["sc config IKEEXT start= disabled", "powershell Set-Service IKEEXT -StartupType Manual"], "manual", None),
        (["sc config IKEEXT start= disabled", "powershell Stop-Service IKEEXT"], "disabled", "stopped"),
        (["powershell Stop-Service IKEEXT", "net start IKEEXT"], None, "running"),
    ],
)
def test_the_last_state_of_a_service_counts(lines: list[str], start: str | None, status: str | None) -> None:
    (service,) = _policy(*lines).services
    assert (_known(service.start), _known(service.status)) == (start, status)


def test_services_of_other_names_stay() -> None:
    policy = _policy("sc config IKEEXT start= disabled", "powershell Stop-Service PolicyAgent")
    assert [each.name for each in policy.services] == ["IKEEXT", "PolicyAgent"]


def test_the_last_value_of_the_registry_counts() -> None:
    (value,) = _policy(
        f"reg add {_VPN_OF_REG} /v ProhibitIpSec /d 1 /f",
        f"powershell Set-ItemProperty {_VPN} -Name ProhibitIpSec -Value 0 -Type DWord",
    ).registry
    assert (value.data.known, value.is_text, value.data.span.line) == ("0", False, 2)


def test_the_last_of_each_global_setting_counts() -> None:
    (settings,) = _policy(
        "netsh advfirewall set global ipsec strongcrlcheck 2",
        "netsh advfirewall set global ipsec defaultexemptions none",
        f"{_FIREWALL} /v StrongCRLCheck /d 0",
        f"{_FIREWALL} /v IPsecExempt /d 9",
        "netsh advfirewall set global ipsec saidletimemin 10",
        "netsh advfirewall set global ipsec defaultexemptions icmp",
    ).global_settings
    assert _known(settings.crl_check_level) == 0
    assert _known(settings.sa_idle_seconds) == 600
    assert (settings.exemptions is not None, settings.exemption_bits) == (True, None)
    assert settings.exemptions is not None
    assert settings.exemptions.span.line == 6


_OFF = r"Set-ItemProperty HKLM:\SYSTEM\CurrentControlSet\Services\IKEEXT -Name Start -Value 4 -Type DWord"
_AUTO = "Set-Service IKEEXT -StartupType Automatic"


@cases(
    ("script", "starts"),
    [
        (f"{_OFF}\n{_AUTO}\n", ["automatic"]),
        (f"{_AUTO}\n{_OFF}\n", ["disabled"]),
        (f"function Off {{ {_OFF} }}\n{_AUTO}\nOff\n", ["automatic", "disabled"]),
        (f"$off = {{ {_OFF} }}\n{_AUTO}\n& $off\n", ["automatic", "disabled"]),
    ],
)
def test_the_last_counts_in_powershell_where_lines_run_in_their_order(script: str, starts: list[str]) -> None:
    services = read_script(script, Diagnostics("a.ps1")).policy.services
    assert [_known(each.start) for each in services] == starts


def test_a_cmdlet_that_changes_what_no_cmdlet_made_is_told_once() -> None:
    text = (
        "netsh advfirewall consec add rule name=r endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequestout\n"
        "powershell Set-NetIPsecRule -DisplayName r -OutboundSecurity Require\n"
        "powershell Remove-NetIPsecRule -DisplayName r\n"
    )
    problems = check_text(text, "a.cmd").problems
    assert [(each.span.line, each.message.partition(":")[0]) for each in problems] == [
        (2, "changes rules"),
        (3, "changes rules"),
    ]
