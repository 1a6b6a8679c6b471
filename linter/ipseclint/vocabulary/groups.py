"""Diffie-Hellman groups: one row each, with what is known of it and its spelling in every tool.

A group is added by adding its row here, and nowhere else; the words of each tool's page also stand in the tests.
"""

from __future__ import annotations

from ipseclint.vocabulary.rows import Row, RowValue


class GroupRow(Row):
    """Facts about a group. None: there is none, or the tool cannot express it.

    `iana` is the number of the IKEv2 transform of type 4. `strength_bits` is that of the key agreement (RFC 3766 and
    NIST SP 800-57 part 1, table 2). `curve` distinguishes elliptic curves (RFC 5903) from exponentiation. A tool with
    different words for the groups of main mode and of PFS has a second column, `_pfs`.
    """

    name: str
    title: str
    iana: int | None
    strength_bits: int | None
    curve: bool
    netsh: str | None
    """Key exchange and `qmpfs` of `netsh advfirewall`; none and that of main mode for `qmpfs` only."""
    netsh_ipsec: str | None
    """`mmsecmethods` of `netsh ipsec`, where 3 is the 2048-bit group (its help)."""
    netsh_ipsec_pfs: str | None
    """`pfsgroup` of `netsh ipsec dynamic`."""
    powershell: str | None
    """`-KeyExchange` and `-PerfectForwardSecrecyGroup` of NetSecurity."""
    cim: int | None
    """GroupID of MSFT_NetIKEMMCryptoProposal and PfsGroupID of MSFT_NetIKEQMCryptoSet."""
    registry: str | None
    """KeyExchange and 2_16KeyExchange in the firewall's crypto sets (MS-GPFAS 2.2.5)."""
    registry_pfs: str | None
    """PFS and 2_16PFS there."""
    isakmp_policy: int | None
    """The number in an ipsecISAKMPPolicy (MS-GPIPSEC 2.2.1.2)."""
    wfp: str | tuple[str, ...] | None
    """IKEEXT_DH_GROUP (iketypes.h), with the name before a header renamed it."""
    wfp_pfs: str | tuple[str, ...] | None
    """IPSEC_PFS_GROUP (ipsectypes.h)."""
    vpn: str | None
    """DHGroup of the VPNv2 CSP, Set-VpnConnectionIPsecConfiguration and Set-VpnServerConfiguration (RRAS).

    The CSP has no word for none.
    """
    vpn_pfs: str | None
    """PfsGroup of the same."""
    phone_book: int | None
    """IKEEXT_DH_GROUP as a number (ROUTER_CUSTOM_IKEv2_POLICY0, mprapi.h)."""
    phone_book_pfs: int | None
    """IPSEC_PFS_GROUP as a number."""
    azure: str | tuple[str, ...] | None
    """`dhGroup` of an IpsecPolicy of Azure (Microsoft.Network/connections)."""
    azure_pfs: str | tuple[str, ...] | None
    """`pfsGroup` of the same."""
    strongswan: str | None
    """Keyword of a proposal in swanctl.conf, and the group's name in the load model's measurements."""
    peers: str | tuple[str, ...] | None
    """Further words of libreswan's ipsec.conf, of the logs of both, and of other ends' configurations."""


class DhGroup(RowValue):
    """A Diffie-Hellman group, by its IANA number."""

    row: GroupRow

    NONE = GroupRow(
        name="none",
        title="none",
        iana=0,
        strength_bits=0,
        curve=False,
        netsh="none",
        netsh_ipsec=None,
        netsh_ipsec_pfs="NOPFS",
        powershell="None",
        cim=0,
        registry=None,
        registry_pfs="Disable",
        isakmp_policy=None,
        wfp="IKEEXT_DH_GROUP_NONE",
        wfp_pfs="IPSEC_PFS_NONE",
        vpn="None",
        vpn_pfs="None",
        phone_book=0,
        phone_book_pfs=0,
        azure="None",
        azure_pfs="None",
        strongswan=None,
        peers=("none", "modpnone"),
    )
    GROUP_1 = GroupRow(
        name="DH1",
        title="DH1 (768-bit MODP)",
        iana=1,
        strength_bits=64,
        curve=False,
        netsh="dhgroup1",
        netsh_ipsec="1",
        netsh_ipsec_pfs="GRP1",
        powershell="DH1",
        cim=1,
        registry="DH1",
        registry_pfs="ReKeyDH1",
        isakmp_policy=1,
        wfp="IKEEXT_DH_GROUP_1",
        wfp_pfs="IPSEC_PFS_1",
        vpn="Group1",
        vpn_pfs="PFS1",
        phone_book=1,
        phone_book_pfs=1,
        azure="DHGroup1",
        azure_pfs="PFS1",
        strongswan="modp768",
        peers=("dh1", "modp_768"),
    )
    GROUP_2 = GroupRow(
        name="DH2",
        title="DH2 (1024-bit MODP)",
        iana=2,
        strength_bits=80,
        curve=False,
        netsh="dhgroup2",
        netsh_ipsec="2",
        netsh_ipsec_pfs="GRP2",
        powershell="DH2",
        cim=2,
        registry="DH2",
        registry_pfs="ReKeyDH2",
        isakmp_policy=2,
        wfp="IKEEXT_DH_GROUP_2",
        wfp_pfs="IPSEC_PFS_2",
        vpn="Group2",
        vpn_pfs="PFS2",
        phone_book=2,
        phone_book_pfs=2,
        azure="DHGroup2",
        azure_pfs="PFS2",
        strongswan="modp1024",
        peers=("dh2", "modp_1024"),
    )
    GROUP_14 = GroupRow(
        name="DH14",
        title="DH14 (2048-bit MODP)",
        iana=14,
        strength_bits=112,
        curve=False,
        netsh="dhgroup14",
        netsh_ipsec="3",
        netsh_ipsec_pfs="GRP3",
        powershell="DH14",
        cim=14,
        registry="DH2048",
        registry_pfs="ReKeyDH2048",
        isakmp_policy=0x1000_0001,
        wfp=("IKEEXT_DH_GROUP_14", "IKEEXT_DH_GROUP_2048"),
        wfp_pfs=("IPSEC_PFS_14", "IPSEC_PFS_2048"),
        vpn="Group14",
        vpn_pfs="PFS2048",
        phone_book=3,
        phone_book_pfs=3,
        azure=("DHGroup14", "DHGroup2048"),
        azure_pfs=("PFS2048", "PFS14"),
        strongswan="modp2048",
        peers=("dh14", "modp_2048"),
    )
    ECP_256 = GroupRow(
        name="DH19",
        title="DH19 (256-bit curve)",
        iana=19,
        strength_bits=128,
        curve=True,
        netsh="ecdhp256",
        netsh_ipsec=None,
        netsh_ipsec_pfs=None,
        powershell="DH19",
        cim=19,
        registry="ECDH-256",
        registry_pfs="ReKeyECDH256",
        isakmp_policy=None,
        wfp="IKEEXT_DH_ECP_256",
        wfp_pfs="IPSEC_PFS_ECP_256",
        vpn="ECP256",
        vpn_pfs="ECP256",
        phone_book=4,
        phone_book_pfs=4,
        azure="ECP256",
        azure_pfs="ECP256",
        strongswan="ecp256",
        peers=("dh19", "ecp_256", "dhecp256"),
    )
    ECP_384 = GroupRow(
        name="DH20",
        title="DH20 (384-bit curve)",
        iana=20,
        strength_bits=192,
        curve=True,
        netsh="ecdhp384",
        netsh_ipsec=None,
        netsh_ipsec_pfs=None,
        powershell="DH20",
        cim=20,
        registry="ECDH-384",
        registry_pfs="ReKeyECDH384",
        isakmp_policy=None,
        wfp="IKEEXT_DH_ECP_384",
        wfp_pfs="IPSEC_PFS_ECP_384",
        vpn="ECP384",
        vpn_pfs="ECP384",
        phone_book=5,
        phone_book_pfs=5,
        azure="ECP384",
        azure_pfs="ECP384",
        strongswan="ecp384",
        peers=("dh20", "ecp_384", "dhecp384"),
    )
    GROUP_24 = GroupRow(
        name="DH24",
        title="DH24 (2048-bit MODP with a 256-bit subgroup)",
        iana=24,
        strength_bits=112,
        curve=False,
        netsh="dhgroup24",
        netsh_ipsec=None,
        netsh_ipsec_pfs=None,
        powershell="DH24",
        cim=24,
        registry="DH24",
        registry_pfs="ReKeyDH24",
        isakmp_policy=None,
        wfp="IKEEXT_DH_GROUP_24",
        wfp_pfs="IPSEC_PFS_24",
        vpn="Group24",
        vpn_pfs="PFS24",
        phone_book=6,
        phone_book_pfs=7,
        azure="DHGroup24",
        azure_pfs="PFS24",
        strongswan="modp2048s256",
        peers=("dh24", "modp_2048_256"),
    )
    SAME_AS_MAIN_MODE = GroupRow(
        name="same-as-main-mode",
        title="same-as-main-mode",
        iana=None,
        strength_bits=None,
        curve=False,
        netsh="mainmode",
        netsh_ipsec=None,
        netsh_ipsec_pfs="GRPMM",
        powershell="SameAsMainMode",
        cim=None,
        registry=None,
        registry_pfs="EnableDHFromPhase1",
        isakmp_policy=None,
        wfp=None,
        wfp_pfs="IPSEC_PFS_MM",
        vpn=None,
        vpn_pfs="PFSMM",
        phone_book=None,
        phone_book_pfs=6,
        azure=None,
        azure_pfs="PFSMM",
        strongswan=None,
        peers="mainmode",
    )
