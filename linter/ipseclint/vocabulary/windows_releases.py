"""The releases of Windows: build, client or server, and the version of the firewall's policy that each accepts.

Policy versions: MS-FASP, note 12 to section 2.2.42, which lists no client after Windows 11 22H2. Builds: Microsoft's
release information of Windows and Windows Server.
"""

from __future__ import annotations

from msgspec import Struct

SECURE_BY_DEFAULT_BUILD = 26_100
"""From this build (Windows 11 24H2, Server 2025) the default key modules are IKEv1 and IKEv2 (New-NetIPsecRule)."""

DHCP_EXEMPT_BUILD = 7600
"""From this build (Windows 7, Server 2008 R2) DHCP is exempt by default, beside neighbor discovery
(Set-NetFirewallSetting)."""


class WindowsRelease(Struct, frozen=True):
    """One release: its name, build, and policy version; None where no document gives one."""

    name: str
    build: int
    is_server: bool
    policy_version: int | None


RELEASES = (
    WindowsRelease("Windows Vista", 6000, False, 0x0200),
    WindowsRelease("Windows Vista SP1", 6001, False, 0x0201),
    WindowsRelease("Windows Server 2008", 6001, True, 0x0201),
    WindowsRelease("Windows 7", 7601, False, 0x020A),
    WindowsRelease("Windows Server 2008 R2", 7601, True, 0x020A),
    WindowsRelease("Windows 8", 9200, False, 0x0214),
    WindowsRelease("Windows Server 2012", 9200, True, 0x0214),
    WindowsRelease("Windows 8.1", 9600, False, 0x0216),
    WindowsRelease("Windows Server 2012 R2", 9600, True, 0x0216),
    WindowsRelease("Windows 10 1507", 10_240, False, 0x0218),
    WindowsRelease("Windows 10 1511", 10_586, False, 0x0219),
    WindowsRelease("Windows 10 1607", 14_393, False, 0x021A),
    WindowsRelease("Windows Server 2016", 14_393, True, 0x021A),
    WindowsRelease("Windows 10 1703", 15_063, False, 0x021B),
    WindowsRelease("Windows 10 1709", 16_299, False, 0x021B),
    WindowsRelease("Windows 10 1803", 17_134, False, 0x021C),
    WindowsRelease("Windows 10 1809", 17_763, False, 0x021D),
    WindowsRelease("Windows Server 2019", 17_763, True, 0x021D),
    WindowsRelease("Windows 10 1903", 18_362, False, 0x021E),
    WindowsRelease("Windows 10 1909", 18_363, False, None),
    WindowsRelease("Windows 10 2004", 19_041, False, None),
    WindowsRelease("Windows 10 20H2", 19_042, False, None),
    WindowsRelease("Windows 10 21H1", 19_043, False, None),
    WindowsRelease("Windows 10 21H2", 19_044, False, None),
    WindowsRelease("Windows 10 22H2", 19_045, False, None),
    WindowsRelease("Windows Server 2022", 20_348, True, 0x021F),
    WindowsRelease("Windows 11 21H2", 22_000, False, None),
    WindowsRelease("Windows 11 22H2", 22_621, False, 0x0220),
    WindowsRelease("Windows 11 23H2", 22_631, False, None),
    WindowsRelease("Windows Server 23H2", 25_398, True, None),
    WindowsRelease("Windows 11 24H2", 26_100, False, None),
    WindowsRelease("Windows Server 2025", 26_100, True, 0x0221),
    WindowsRelease("Windows 11 25H2", 26_200, False, None),
    WindowsRelease("Windows 11 26H1", 28_000, False, None),
)
"""Oldest first."""

RELEASE_NAMES = tuple(release.name for release in RELEASES)

DHCP_EXEMPT_POLICY_VERSION = 0x020A
"""The version of Windows 7 and Server 2008 R2."""

LAST_OLD_POLICY_VERSION = 0x021F
FIRST_NEW_POLICY_VERSION = 0x0221
"""Between both comes 0x0220, of Windows 11 22H2 and of releases after it that no document names."""


def release_called(name: str) -> WindowsRelease | None:
    """The release with that name, without regard to case; `Windows` may be left out, and a server's name stand
    alone."""
    wanted = name.casefold().removeprefix("windows ").strip()
    return next((row for row in RELEASES if row.name.casefold().removeprefix("windows ") == wanted), None)


def release_of(build: int, *, is_server: bool | None) -> WindowsRelease | None:
    """The release of a build; None if none has it, or if a client and a server have it and it is not known which is
    meant."""
    rows = [row for row in RELEASES if row.build == build and is_server in {None, row.is_server}]
    return rows[0] if len(rows) == 1 else None
