"""Every spelling of every Diffie-Hellman group, against the page of each tool, and what is known of the groups."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from ipseclint.vocabulary.groups import DhGroup, GroupRow
from ipseclint.vocabulary.rows import readings
from tests.cases import cases

PAGES = {
    "netsh": "netsh advfirewall: help of `consec add rule` (qmpfs, KEX of mmsecmethods)",
    "netsh_ipsec": "netsh ipsec static: GROUP = 1 (768) | 2 (1024) | 3 (2048)",
    "netsh_ipsec_pfs": "netsh ipsec dynamic: pfsgroup",
    "powershell": "NetSecurity: KeyExchange, PerfectForwardSecrecyGroup",
    "cim": "MSFT_NetIKEMMCryptoProposal.GroupID: 0, 1, 2, 14, 19, 20, 24",
    "registry": "MS-GPFAS 2.2.5: KeyExchange and 2_16KeyExchange",
    "registry_pfs": "MS-GPFAS 2.2.5: PFS and 2_16PFS",
    "isakmp_policy": "MS-GPIPSEC 2.2.1.2: 1, 2, 0x10000001 = group 14",
    "wfp": "iketypes.h: IKEEXT_DH_GROUP",
    "wfp_pfs": "ipsectypes.h: IPSEC_PFS_GROUP",
    "vpn": "VPNv2 CSP and Set-VpnConnectionIPsecConfiguration: DHGroup",
    "vpn_pfs": "the same: PfsGroup",
    "phone_book": "IKEEXT_DH_GROUP: NONE 0, 1, 2, _14 3, ECP_256 4, ECP_384 5, _24 6",
    "phone_book_pfs": "IPSEC_PFS_GROUP: NONE 0, 1, 2, _14 3, ECP_256 4, ECP_384 5, MM 6, 24 7",
    "azure": "Microsoft.Network/connections, IpsecPolicy: dhGroup",
    "azure_pfs": "the same: pfsGroup",
    "strongswan": "strongSwan: keywords of proposals",
    "peers": "libreswan: ipsec.conf(5); transforms in charon's log; `DHGroup` of other ends",
}
"""Each tool, and the page that its words are from."""

FACTS = ("title", "iana", "strength_bits", "curve")

GROUPS: dict[str, dict[str, Any]] = {
    "none": {
        "member": "NONE", "title": "none",
        "iana": 0, "strength_bits": 0, "curve": False,
        "netsh": "none", "netsh_ipsec": None, "netsh_ipsec_pfs": "NOPFS", "powershell": "None", "cim": 0,
        "registry": None, "registry_pfs": "Disable", "isakmp_policy": None, "wfp": "IKEEXT_DH_GROUP_NONE",
        "wfp_pfs": "IPSEC_PFS_NONE", "vpn": "None", "vpn_pfs": "None", "phone_book": 0, "phone_book_pfs": 0,
        "azure": "None", "azure_pfs": "None",
        "strongswan": None,
        "peers": ("none", "modpnone"),
    },
    "DH1": {
        "member": "GROUP_1", "title": "DH1 (768-bit MODP)",
        "iana": 1, "strength_bits": 64, "curve": False,
        "netsh": "dhgroup1", "netsh_ipsec": "1", "netsh_ipsec_pfs": "GRP1", "powershell": "DH1", "cim": 1,
        "registry": "DH1", "registry_pfs": "ReKeyDH1", "isakmp_policy": 1, "wfp": "IKEEXT_DH_GROUP_1",
        "wfp_pfs": "IPSEC_PFS_1", "vpn": "Group1", "vpn_pfs": "PFS1", "phone_book": 1, "phone_book_pfs": 1,
        "azure": "DHGroup1", "azure_pfs": "PFS1",
        "strongswan": "modp768",
        "peers": ("dh1", "modp_768"),
    },
    "DH2": {
        "member": "GROUP_2", "title": "DH2 (1024-bit MODP)",
        "iana": 2, "strength_bits": 80, "curve": False,
        "netsh": "dhgroup2", "netsh_ipsec": "2", "netsh_ipsec_pfs": "GRP2", "powershell": "DH2", "cim": 2,
        "registry": "DH2", "registry_pfs": "ReKeyDH2", "isakmp_policy": 2, "wfp": "IKEEXT_DH_GROUP_2",
        "wfp_pfs": "IPSEC_PFS_2", "vpn": "Group2", "vpn_pfs": "PFS2", "phone_book": 2, "phone_book_pfs": 2,
        "azure": "DHGroup2", "azure_pfs": "PFS2",
        "strongswan": "modp1024",
        "peers": ("dh2", "modp_1024"),
    },
    "DH14": {
        "member": "GROUP_14", "title": "DH14 (2048-bit MODP)",
        "iana": 14, "strength_bits": 112, "curve": False,
        "netsh": "dhgroup14", "netsh_ipsec": "3", "netsh_ipsec_pfs": "GRP3", "powershell": "DH14", "cim": 14,
        "registry": "DH2048", "registry_pfs": "ReKeyDH2048", "isakmp_policy": 0x10000001,
        "wfp": ("IKEEXT_DH_GROUP_14", "IKEEXT_DH_GROUP_2048"), "wfp_pfs": ("IPSEC_PFS_14", "IPSEC_PFS_2048"),
        "azure": ("DHGroup14", "DHGroup2048"), "azure_pfs": ("PFS2048", "PFS14"),
        "vpn": "Group14", "vpn_pfs": "PFS2048", "phone_book": 3, "phone_book_pfs": 3, "strongswan": "modp2048",
        "peers": ("dh14", "modp_2048"),
    },
    "DH19": {
        "member": "ECP_256", "title": "DH19 (256-bit curve)",
        "iana": 19, "strength_bits": 128, "curve": True,
        "netsh": "ecdhp256", "netsh_ipsec": None, "netsh_ipsec_pfs": None, "powershell": "DH19", "cim": 19,
        "registry": "ECDH-256", "registry_pfs": "ReKeyECDH256", "isakmp_policy": None, "wfp": "IKEEXT_DH_ECP_256",
        "wfp_pfs": "IPSEC_PFS_ECP_256", "vpn": "ECP256", "vpn_pfs": "ECP256", "phone_book": 4, "phone_book_pfs": 4,
        "azure": "ECP256", "azure_pfs": "ECP256",
        "strongswan": "ecp256",
        "peers": ("dh19", "ecp_256", "dhecp256"),
    },
    "DH20": {
        "member": "ECP_384", "title": "DH20 (384-bit curve)",
        "iana": 20, "strength_bits": 192, "curve": True,
        "netsh": "ecdhp384", "netsh_ipsec": None, "netsh_ipsec_pfs": None, "powershell": "DH20", "cim": 20,
        "registry": "ECDH-384", "registry_pfs": "ReKeyECDH384", "isakmp_policy": None, "wfp": "IKEEXT_DH_ECP_384",
        "wfp_pfs": "IPSEC_PFS_ECP_384", "vpn": "ECP384", "vpn_pfs": "ECP384", "phone_book": 5, "phone_book_pfs": 5,
        "azure": "ECP384", "azure_pfs": "ECP384",
        "strongswan": "ecp384",
        "peers": ("dh20", "ecp_384", "dhecp384"),
    },
    "DH24": {
        "member": "GROUP_24", "title": "DH24 (2048-bit MODP with a 256-bit subgroup)",
        "iana": 24, "strength_bits": 112, "curve": False,
        "netsh": "dhgroup24", "netsh_ipsec": None, "netsh_ipsec_pfs": None, "powershell": "DH24", "cim": 24,
        "registry": "DH24", "registry_pfs": "ReKeyDH24", "isakmp_policy": None, "wfp": "IKEEXT_DH_GROUP_24",
        "wfp_pfs": "IPSEC_PFS_24", "vpn": "Group24", "vpn_pfs": "PFS24", "phone_book": 6, "phone_book_pfs": 7,
        "azure": "DHGroup24", "azure_pfs": "PFS24",
        "strongswan": "modp2048s256",
        "peers": ("dh24", "modp_2048_256"),
    },
    "same-as-main-mode": {
        "member": "SAME_AS_MAIN_MODE", "title": "same-as-main-mode",
        "iana": None, "strength_bits": None, "curve": False,
        "netsh": "mainmode", "netsh_ipsec": None, "netsh_ipsec_pfs": "GRPMM", "powershell": "SameAsMainMode",
        "cim": None, "registry": None, "registry_pfs": "EnableDHFromPhase1", "isakmp_policy": None, "wfp": None,
        "wfp_pfs": "IPSEC_PFS_MM", "vpn": None, "vpn_pfs": "PFSMM", "phone_book": None, "phone_book_pfs": 6,
        "azure": None, "azure_pfs": "PFSMM",
        "strongswan": None,
        "peers": "mainmode",
    },
}  # fmt: skip
"""What each group's row must say, by its name: facts, and its word in each tool; None where the tool has none."""

KNOWN = [group for group in DhGroup if group.value in GROUPS]


def test_every_group_has_its_words_here() -> None:
    new = [group.value for group in DhGroup if group.value not in GROUPS]
    assert not new, (
        f"{', '.join(new)}: a row in vocabulary/groups.py that no test knows yet; add it to GROUPS in "
        f"tests/vocabulary/test_groups.py, with its words from the pages in PAGES there"
    )
    assert list(GROUPS) == [group.value for group in DhGroup]


@cases("group", KNOWN)
def test_a_row_says_of_a_group_what_the_pages_say(group: DhGroup) -> None:
    row = group.row
    assert {"member": group.name, **{name: getattr(row, name) for name in (*FACTS, *PAGES)}} == GROUPS[group.value]
    assert row.name == group.value


@cases("tool", PAGES)
def test_a_tool_s_words_are_read_as_its_page_says(tool: str) -> None:
    words = {word: DhGroup(name) for name, row in GROUPS.items() for word in _words(row[tool])}
    assert words
    assert readings(KNOWN, attrgetter(f"row.{tool}")) == words


def test_every_tool_is_held_to_its_page() -> None:
    assert GroupRow.__annotations__.keys() - {"name", *FACTS} == PAGES.keys()


def _words(spelling: str | int | tuple[str, ...] | None) -> tuple[str | int, ...]:
    if spelling is None:
        return ()
    return spelling if isinstance(spelling, tuple) else (spelling,)
