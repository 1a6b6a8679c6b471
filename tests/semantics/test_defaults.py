"""Which Windows a policy is for, and what its default key modules are then."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint import read
from ipseclint.semantics.defaults import has_new_defaults
from ipseclint.vocabulary.windows_releases import RELEASES, release_called, release_of

REG = "Windows Registry Editor Version 5.00\r\n\r\n"
LOCAL = r"[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy]"
GPO = r"[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\WindowsFirewall]"
HOST = r"[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f'{LOCAL}\r\n"PolicyVersion"=dword:00000221\r\n', True),
        (f'{LOCAL}\r\n"PolicyVersion"=dword:00000220\r\n', None),
        (f'{LOCAL}\r\n"PolicyVersion"=dword:0000021f\r\n', False),
        (f'{GPO}\r\n"PolicyVersion"=dword:00000221\r\n', None),
        (f'{HOST}\r\n"CurrentBuildNumber"="26100"\r\n', True),
        (f'{HOST}\r\n"CurrentBuildNumber"="20348"\r\n', False),
        (f'{HOST}\r\n"CurrentBuildNumber"="rubbish"\r\n', None),
    ],
)
def test_a_host_tells_its_release_and_a_gpo_does_not(text: str, expected: bool | None, tmp_path: Path) -> None:
    (tmp_path / "p.reg").write_bytes((REG + f'{LOCAL}\r\n"SaIdlTime"=dword:0000012c\r\n\r\n' + text).encode("utf-16"))
    machine = read(tmp_path / "p.reg")
    assert has_new_defaults(machine.policy, machine.site) is expected


def modules_of(tmp_path: Path, authentication: str, windows: str) -> set[str]:
    (tmp_path / "ipseclint.toml").write_text(f"[site]\nwindows = [{windows}]\n" if windows else "")
    (tmp_path / "p.cmd").write_text(
        "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=10.1.0.0/16 action=requireinrequestout "
        + authentication
        + "\n"
    )
    (rule,) = read(tmp_path / "p.cmd", config=tmp_path / "ipseclint.toml").policy.connection_security_rules
    assert rule.key_modules.known is not None
    return {module.value for module in rule.key_modules.known}


CERTIFICATE = 'auth1=computercert auth1ca="CN=Root"'


@pytest.mark.parametrize(
    ("authentication", "windows", "expected"),
    [
        (CERTIFICATE, '"Windows Server 2025"', {"IKEv1", "IKEv2"}),
        ("auth1=computerpsk auth1psk=Sommer7", '"Windows 11 24H2"', {"IKEv1", "IKEv2"}),
        (CERTIFICATE, '"Server 2022"', {"IKEv1", "AuthIP"}),
        (CERTIFICATE, '"Windows Server 2022", "Windows Server 2025"', {"IKEv1", "AuthIP"}),
        (CERTIFICATE, "", {"IKEv1", "AuthIP"}),
        ("auth1=computerkerb", '"Windows Server 2025"', {"IKEv1", "AuthIP"}),
        (f"{CERTIFICATE} auth2=userkerb", '"Windows Server 2025"', {"IKEv1", "AuthIP"}),
    ],
)
def test_the_same_text_has_other_key_modules_on_another_windows(
    authentication: str, windows: str, expected: set[str], tmp_path: Path
) -> None:
    assert modules_of(tmp_path, authentication, windows) == expected


def test_a_release_is_known_by_its_name_and_by_its_build() -> None:
    assert all(release_called(release.name) == release for release in RELEASES)
    assert all(
        release_of(release.build, is_server=release.is_server) == release
        for release in RELEASES
        if release.build != 6001
    )
    assert release_of(26_100, is_server=None) is None
    assert release_called("Windows 95") is None


def test_a_release_that_is_none_is_refused_where_it_is_written(tmp_path: Path) -> None:
    from ipseclint import ConfigError

    (tmp_path / "c.toml").write_text('[site]\nwindows = ["Windows 95"]\n')
    (tmp_path / "p.cmd").write_text("netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\n")
    with pytest.raises(ConfigError, match="'Windows 95' is not a release of Windows that is known"):
        read(tmp_path / "p.cmd", config=tmp_path / "c.toml")
