"""A key of IPsec in a user's part of the registry has no effect: it was read as the machine's."""

from __future__ import annotations

from tests.cases import cases

from ipseclint import check_text

KEY = r"SYSTEM\CurrentControlSet\Services\RasMan\Parameters"
TASK = """\
- name: L2TP
  ansible.windows.win_regedit:
    path: HKCU:\\{key}
    name: ProhibitIpSec
    data: 1
    type: dword
"""
PREFERENCE = (
    '<RegistrySettings clsid="{{A3CCFC41-DFDB-43a5-8D26-0FE8B954DA51}}"><Registry name="A"><Properties action="U" '
    'hive="HKEY_CURRENT_USER" key="{key}" name="ProhibitIpSec" type="REG_DWORD" value="00000001"/></Registry>'
    "</RegistrySettings>"
)


def _said(text: str, name: str) -> tuple[list[str], list[str]]:
    report = check_text(text, name)
    return [problem.message for problem in report.problems], [finding.code for finding in report.findings]


def _of_file(hive: str, key: str = KEY) -> str:
    return f'Windows Registry Editor Version 5.00\r\n\r\n[{hive}\\{key}]\r\n"ProhibitIpSec"=dword:00000001\r\n'


@cases(
    ("name", "text"),
    [
        ("a.reg", _of_file("HKEY_CURRENT_USER")),
        ("a.cmd", rf"reg add HKCU\{KEY} /v ProhibitIpSec /t REG_DWORD /d 1 /f"),
        ("a.ps1", rf"Set-ItemProperty 'HKCU:\{KEY}' -Name ProhibitIpSec -Value 1"),
        ("a.ps1", rf"Set-ItemProperty 'HKCU:{KEY}' -Name ProhibitIpSec -Value 1"),
        ("a.ps1", rf"reg.exe add 'HKEY_CURRENT_USER\{KEY}' /v ProhibitIpSec /t REG_DWORD /d 1 /f"),
        ("a.yml", TASK.format(key=KEY)),
        ("Registry.xml", PREFERENCE.format(key=KEY)),
        ("a.txt", f"Computer\nSOFTWARE\\X\nA\nDWORD:1\n\nUser\n{KEY}\nProhibitIpSec\nDWORD:1\n"),
        ("a.txt", f"HKEY_CURRENT_USER\\{KEY}\n    ProhibitIpSec    REG_DWORD    0x1\n"),
    ],
)
def test_what_a_user_has_is_said_to_have_no_effect(name: str, text: str) -> None:
    why = "Windows reads this key in HKEY_LOCAL_MACHINE alone: in `HKEY_CURRENT_USER` it has no effect"
    assert _said(text, name) == ([why], [])


@cases("user", ["S-1-5-18", "S-1-5-21-1-2-3-500", ".DEFAULT"])
def test_a_user_below_all_users_is_named(user: str) -> None:
    why = rf"Windows reads this key in HKEY_LOCAL_MACHINE alone: in `HKEY_USERS\{user}` it has no effect"
    assert _said(_of_file(f"HKEY_USERS\\{user}"), "a.reg") == ([why], [])


def test_a_hive_of_the_system_may_be_loaded_below_all_users() -> None:
    text = _of_file("HKEY_USERS\\OFFLINE", r"ControlSet001\Services\RasMan\Parameters")
    assert _said(text, "a.reg") == ([], ["RF022"])


def test_what_else_a_user_has_is_of_no_concern() -> None:
    other = r"Software\Microsoft\Windows NT\CurrentVersion"
    text = _of_file("HKEY_LOCAL_MACHINE") + _of_file("HKEY_CURRENT_USER", other).partition("\r\n")[2]
    assert _said(text, "a.reg") == ([], ["RF022"])


@cases(
    "text",
    [
        rf"Set-ItemProperty 'HKLM:{KEY}' -Name ProhibitIpSec -Value 1",
        rf"$to = @{{ Path = 'HKLM:{KEY}'; Name = 'ProhibitIpSec'; Value = 1 }}; New-ItemProperty @to",
        (
            "Set-Location HKLM:\\SYSTEM\\CurrentControlSet\n"
            r"Set-ItemProperty 'HKLM:Services\RasMan\Parameters' -Name ProhibitIpSec -Value 1"
        ),
    ],
)
def test_a_drive_needs_no_separator_behind_it(text: str) -> None:
    """The path then goes on from the drive's current location, which is its root at first."""
    assert _said(text, "a.ps1") == ([], ["RF022"])
