"""Every spelling of every Diffie-Hellman group, against the page of each tool, and what is known of the groups."""

from __future__ import annotations

from operator import attrgetter

import pytest

from ipseclint.vocabulary.groups import DhGroup, GroupRow
from ipseclint.vocabulary.rows import readings

NONE, DH1, DH2, DH14 = DhGroup.NONE, DhGroup.GROUP_1, DhGroup.GROUP_2, DhGroup.GROUP_14
DH19, DH20, DH24, MAIN_MODE = DhGroup.ECP_256, DhGroup.ECP_384, DhGroup.GROUP_24, DhGroup.SAME_AS_MAIN_MODE

SPELLINGS: dict[str, dict[str | int, DhGroup]] = {
    # netsh advfirewall: help of `consec add rule` (qmpfs, KEX of mmsecmethods)
    "netsh": {
        "dhgroup1": DH1, "dhgroup2": DH2, "dhgroup14": DH14, "dhgroup24": DH24,
        "ecdhp256": DH19, "ecdhp384": DH20, "mainmode": MAIN_MODE, "none": NONE,
    },
    # netsh ipsec static: GROUP = 1 (768) | 2 (1024) | 3 (2048)
    "netsh_ipsec": {"1": DH1, "2": DH2, "3": DH14},
    # netsh ipsec dynamic: pfsgroup
    "netsh_ipsec_pfs": {"GRP1": DH1, "GRP2": DH2, "GRP3": DH14, "GRPMM": MAIN_MODE, "NOPFS": NONE},
    # NetSecurity: KeyExchange, PerfectForwardSecrecyGroup
    "powershell": {
        "None": NONE, "DH1": DH1, "DH2": DH2, "DH14": DH14, "DH19": DH19, "DH20": DH20, "DH24": DH24,
        "SameAsMainMode": MAIN_MODE,
    },
    # MSFT_NetIKEMMCryptoProposal.GroupID: 0, 1, 2, 14, 19, 20, 24
    "cim": {0: NONE, 1: DH1, 2: DH2, 14: DH14, 19: DH19, 20: DH20, 24: DH24},
    # MS-GPFAS 2.2.5: KeyExchange and 2_16KeyExchange
    "registry": {
        "DH1": DH1, "DH2": DH2, "DH2048": DH14, "ECDH-256": DH19, "ECDH-384": DH20, "DH24": DH24,
    },
    # MS-GPFAS 2.2.5: PFS and 2_16PFS
    "registry_pfs": {
        "Disable": NONE, "EnableDHFromPhase1": MAIN_MODE, "ReKeyDH1": DH1, "ReKeyDH2": DH2, "ReKeyDH2048": DH14,
        "ReKeyECDH256": DH19, "ReKeyECDH384": DH20, "ReKeyDH24": DH24,
    },
    # MS-GPIPSEC 2.2.1.2: 1, 2, 0x10000001 = group 14
    "isakmp_policy": {1: DH1, 2: DH2, 0x10000001: DH14},
    # iketypes.h: IKEEXT_DH_GROUP
    "wfp": {
        "IKEEXT_DH_GROUP_NONE": NONE, "IKEEXT_DH_GROUP_1": DH1, "IKEEXT_DH_GROUP_2": DH2,
        "IKEEXT_DH_GROUP_14": DH14, "IKEEXT_DH_GROUP_2048": DH14,
        "IKEEXT_DH_ECP_256": DH19, "IKEEXT_DH_ECP_384": DH20, "IKEEXT_DH_GROUP_24": DH24,
    },
    # ipsectypes.h: IPSEC_PFS_GROUP
    "wfp_pfs": {
        "IPSEC_PFS_NONE": NONE, "IPSEC_PFS_1": DH1, "IPSEC_PFS_2": DH2, "IPSEC_PFS_14": DH14, "IPSEC_PFS_2048": DH14,
        "IPSEC_PFS_ECP_256": DH19, "IPSEC_PFS_ECP_384": DH20, "IPSEC_PFS_MM": MAIN_MODE, "IPSEC_PFS_24": DH24,
    },
    # VPNv2 CSP and Set-VpnConnectionIPsecConfiguration: DHGroup
    "vpn": {
        "None": NONE, "Group1": DH1, "Group2": DH2, "Group14": DH14, "ECP256": DH19, "ECP384": DH20, "Group24": DH24,
    },
    # the same: PfsGroup
    "vpn_pfs": {
        "None": NONE, "PFS1": DH1, "PFS2": DH2, "PFS2048": DH14, "ECP256": DH19, "ECP384": DH20,
        "PFSMM": MAIN_MODE, "PFS24": DH24,
    },
    # IKEEXT_DH_GROUP: NONE 0, 1, 2, _14 3, ECP_256 4, ECP_384 5, _24 6
    "phone_book": {0: NONE, 1: DH1, 2: DH2, 3: DH14, 4: DH19, 5: DH20, 6: DH24},
    # IPSEC_PFS_GROUP: NONE 0, 1, 2, _14 3, ECP_256 4, ECP_384 5, MM 6, 24 7
    "phone_book_pfs": {0: NONE, 1: DH1, 2: DH2, 3: DH14, 4: DH19, 5: DH20, 6: MAIN_MODE, 7: DH24},
    # strongSwan: keywords of proposals
    "strongswan": {
        "modp768": DH1, "modp1024": DH2, "modp2048": DH14, "ecp256": DH19, "ecp384": DH20, "modp2048s256": DH24,
    },
}  # fmt: skip


@pytest.mark.parametrize("tool", SPELLINGS)
def test_a_tool_spells_the_groups_as_its_page_says(tool: str) -> None:
    assert readings(DhGroup, attrgetter(f"row.{tool}")) == SPELLINGS[tool]


def test_every_tool_is_held_to_its_page() -> None:
    facts = {"name", "title", "iana", "strength_bits", "curve"}
    assert GroupRow.__annotations__.keys() - facts == SPELLINGS.keys()


@pytest.mark.parametrize(
    ("group", "iana", "strength_bits", "curve", "title"),
    [
        (NONE, 0, 0, False, "none"),
        (DH1, 1, 64, False, "DH1 (768-bit MODP)"),
        (DH2, 2, 80, False, "DH2 (1024-bit MODP)"),
        (DH14, 14, 112, False, "DH14 (2048-bit MODP)"),
        (DH19, 19, 128, True, "DH19 (256-bit curve)"),
        (DH20, 20, 192, True, "DH20 (384-bit curve)"),
        (DH24, 24, 112, False, "DH24 (2048-bit MODP with a 256-bit subgroup)"),
        (MAIN_MODE, None, None, False, "same-as-main-mode"),
    ],
)
def test_what_is_known_of_a_group(
    group: DhGroup, iana: int | None, strength_bits: int | None, curve: bool, title: str
) -> None:
    row = group.row
    assert (row.iana, row.strength_bits, row.curve, row.title) == (iana, strength_bits, curve, title)


def test_the_names_are_those_of_reports() -> None:
    names = ["none", "DH1", "DH2", "DH14", "DH19", "DH20", "DH24", "same-as-main-mode"]
    assert [group.value for group in DhGroup] == names
    assert [DhGroup(name).name for name in names] == [
        "NONE", "GROUP_1", "GROUP_2", "GROUP_14", "ECP_256", "ECP_384", "GROUP_24", "SAME_AS_MAIN_MODE",
    ]  # fmt: skip
