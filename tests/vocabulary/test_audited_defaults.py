"""Windows' defaults, held to the numbers of its documentation: MS-FASP, MS-AIPS, NetSecurity cmdlets, netsh."""

from __future__ import annotations

from ipseclint.load.schedules import AUTHIP
from ipseclint.vocabulary import builtin
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Integrity, KeyModule
from ipseclint.vocabulary.authentication import AuthMethod
from ipseclint.vocabulary.settings import CrlCheck, Exemption, NatTraversal
from ipseclint.vocabulary.windows_defaults import windows_defaults
from tests.cases import cases


def test_main_mode() -> None:
    assert builtin.MAIN_MODE_LIFETIME_SECONDS == 28_800
    assert (builtin.MAIN_MODE_QUICK_MODE_LIMIT, builtin.MAIN_MODE_FORCE_DH) == (0, False)
    assert builtin.MAIN_MODE_PROPOSALS == (
        (Cipher.AES_128, Integrity.SHA1, DhGroup.GROUP_2),
        (Cipher.TRIPLE_DES, Integrity.SHA1, DhGroup.GROUP_2),
    )


def test_quick_mode() -> None:
    assert builtin.QUICK_MODE_LIFETIME_SECONDS == 3_600
    assert builtin.QUICK_MODE_LIFETIME_KILOBYTES == 100_000
    assert builtin.QUICK_MODE_PFS_GROUP is DhGroup.NONE


def test_settings() -> None:
    assert builtin.SA_IDLE_SECONDS == 300
    assert builtin.CRL_CHECK is CrlCheck.OFF
    assert builtin.NAT_TRAVERSAL is NatTraversal.NEVER
    assert {Exemption.NEIGHBOR_DISCOVERY, Exemption.DHCP} == builtin.EXEMPTIONS
    assert builtin.FIRST_AUTHENTICATION == (AuthMethod.COMPUTER_KERBEROS,)
    assert {KeyModule.IKEV1, KeyModule.AUTHIP} == builtin.KEY_MODULES


def test_the_first_message_of_authip_is_repeated_three_times() -> None:
    assert tuple(AUTHIP.sends_seconds) == (0, 2, 6, 14)
    assert AUTHIP.give_up_seconds == 30


@cases(
    ("item", "releases"),
    [
        ("exempt protocols", [("Windows Vista", "Windows Server 2008"), ("Windows 7", "")]),
        ("key modules of a rule", [("Windows Vista", "Windows Server 23H2"), ("Windows 11 24H2", "")]),
        ("dead-peer detection", [("Windows Server 2012", "")]),
        ("cookies against DoS", [("Windows Vista", "Windows Server 2016")]),
    ],
)
def test_what_differs_between_releases_has_a_row_for_each(item: str, releases: list[tuple[str, str]]) -> None:
    rows = [row for row in windows_defaults() if row.item == item]
    assert [(row.from_release, row.to_release) for row in rows] == releases
    assert all(row.source for row in rows)
