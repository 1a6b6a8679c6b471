"""Encryption algorithms: one row each, with what is known of it and its spelling in every tool."""

from __future__ import annotations

from ipseclint.vocabulary.rows import Row, RowValue


class EncryptionRow(Row):
    """Facts about an encryption algorithm. None: there is none, or the tool cannot express it.

    `iana` is the number of the IKEv2 transform of type 1 (RFC 7296, RFC 4106). `strength_bits` is against exhaustive
    search (NIST SP 800-57 part 1, table 2). `aead` algorithms authenticate what they encrypt (RFC 4106).
    """

    name: str
    title: str
    iana: int | None
    strength_bits: int
    block_bits: int | None
    aead: bool
    netsh: str | None
    """`netsh advfirewall`; GCM in quick mode only."""
    netsh_ipsec: str | None
    """`netsh ipsec`, which offers no AES (its help)."""
    powershell: str | None
    """`-Encryption` of the proposal cmdlets of NetSecurity."""
    cim: int | None
    """CipherAlgorithm of MSFT_NetIKEMMCryptoProposal and MSFT_NetIKEQMCryptoProposal."""
    registry: str | None
    """Encryption and 2_1Encryption in the crypto sets of the firewall (MS-GPFAS 2.2.5); none is left out there."""
    isakmp_policy: int | tuple[int, ...] | None
    """The number in an ipsecISAKMPPolicy (MS-GPIPSEC 2.2.1.2)."""
    negotiation_policy: int | None
    """The number in an ipsecNegotiationPolicy (MS-GPIPSEC 2.2.1.3)."""
    wfp_main_mode: str | None
    """IKEEXT_CIPHER_TYPE (iketypes.h)."""
    wfp_config: str | None
    """IPSEC_CIPHER_CONFIG (ipsectypes.h)."""
    wfp_type: str | None
    """The IPSEC_CIPHER_TYPE that belongs to the configuration."""
    vpn_profile: str | None
    """EncryptionMethod of the VPNv2 CSP: the cipher of main mode."""
    vpn_cmdlet: str | None
    """`-EncryptionMethod` of Set-VpnConnectionIPsecConfiguration."""
    rras: str | None
    """`-EncryptionMethod` of Set-VpnServerConfiguration."""
    vpn_quick_mode: str | None
    """CipherTransformConstants of all three; the CSP has no word for none."""
    phone_book: int | None
    """IKEEXT_CIPHER_TYPE as a number (ROUTER_CUSTOM_IKEv2_POLICY0, mprapi.h)."""
    phone_book_quick_mode: int | None
    """IPSEC_CIPHER_CONFIG as a number."""
    azure: str | None
    """`ikeEncryption` and `ipsecEncryption` of an IpsecPolicy of Azure (Microsoft.Network/connections)."""
    strongswan: str | None
    """Keyword of a proposal in swanctl.conf."""
    peers: str | tuple[str, ...] | None
    """Further words of libreswan's ipsec.conf, of the logs of both, and of other ends' configurations."""


class Cipher(RowValue):
    """An encryption algorithm."""

    row: EncryptionRow

    NONE = EncryptionRow(
        name="none",
        title="none",
        iana=11,
        strength_bits=0,
        block_bits=None,
        aead=False,
        netsh="none",
        netsh_ipsec="None",
        powershell="None",
        cim=0,
        registry=None,
        isakmp_policy=None,
        negotiation_policy=1,
        wfp_main_mode=None,
        wfp_config=None,
        wfp_type=None,
        vpn_profile=None,
        vpn_cmdlet=None,
        rras=None,
        vpn_quick_mode="None",
        phone_book=None,
        phone_book_quick_mode=None,
        azure="None",
        strongswan="null",
        peers=None,
    )
    DES = EncryptionRow(
        name="DES",
        title="DES",
        iana=2,
        strength_bits=56,
        block_bits=64,
        aead=False,
        netsh="des",
        netsh_ipsec="DES",
        powershell="DES",
        cim=2,
        registry="DES",
        isakmp_policy=1,
        negotiation_policy=2,
        wfp_main_mode="IKEEXT_CIPHER_DES",
        wfp_config="IPSEC_CIPHER_CONFIG_CBC_DES",
        wfp_type="IPSEC_CIPHER_TYPE_DES",
        vpn_profile="DES",
        vpn_cmdlet="DES",
        rras="DES",
        vpn_quick_mode="DES",
        phone_book=0,
        phone_book_quick_mode=1,
        azure="DES",
        strongswan="des",
        peers=None,
    )
    TRIPLE_DES = EncryptionRow(
        name="3DES",
        title="3DES",
        iana=3,
        strength_bits=112,
        block_bits=64,
        aead=False,
        netsh="3des",
        netsh_ipsec="3DES",
        powershell="DES3",
        cim=6,
        registry="3DES",
        isakmp_policy=(2, 3),
        negotiation_policy=3,
        wfp_main_mode="IKEEXT_CIPHER_3DES",
        wfp_config="IPSEC_CIPHER_CONFIG_CBC_3DES",
        wfp_type="IPSEC_CIPHER_TYPE_3DES",
        vpn_profile="DES3",
        vpn_cmdlet="DES3",
        rras="DES3",
        vpn_quick_mode="DES3",
        phone_book=1,
        phone_book_quick_mode=2,
        azure="DES3",
        strongswan="3des",
        peers=("3des_cbc", "des3"),
    )
    AES_128 = EncryptionRow(
        name="AES-128",
        title="AES-128",
        iana=12,
        strength_bits=128,
        block_bits=128,
        aead=False,
        netsh="aes128",
        netsh_ipsec=None,
        powershell="AES128",
        cim=65001,
        registry="AES-128",
        isakmp_policy=None,
        negotiation_policy=None,
        wfp_main_mode="IKEEXT_CIPHER_AES_128",
        wfp_config="IPSEC_CIPHER_CONFIG_CBC_AES_128",
        wfp_type="IPSEC_CIPHER_TYPE_AES_128",
        vpn_profile="AES128",
        vpn_cmdlet="AES128",
        rras="AES128",
        vpn_quick_mode="AES128",
        phone_book=2,
        phone_book_quick_mode=3,
        azure="AES128",
        strongswan="aes128",
        peers=("aes", "aes_cbc_128", "aes128cbc"),
    )
    AES_192 = EncryptionRow(
        name="AES-192",
        title="AES-192",
        iana=12,
        strength_bits=192,
        block_bits=128,
        aead=False,
        netsh="aes192",
        netsh_ipsec=None,
        powershell="AES192",
        cim=65002,
        registry="AES-192",
        isakmp_policy=None,
        negotiation_policy=None,
        wfp_main_mode="IKEEXT_CIPHER_AES_192",
        wfp_config="IPSEC_CIPHER_CONFIG_CBC_AES_192",
        wfp_type="IPSEC_CIPHER_TYPE_AES_192",
        vpn_profile="AES192",
        vpn_cmdlet="AES192",
        rras="AES192",
        vpn_quick_mode="AES192",
        phone_book=3,
        phone_book_quick_mode=4,
        azure="AES192",
        strongswan="aes192",
        peers=("aes_cbc_192", "aes192cbc"),
    )
    AES_256 = EncryptionRow(
        name="AES-256",
        title="AES-256",
        iana=12,
        strength_bits=256,
        block_bits=128,
        aead=False,
        netsh="aes256",
        netsh_ipsec=None,
        powershell="AES256",
        cim=65003,
        registry="AES-256",
        isakmp_policy=None,
        negotiation_policy=None,
        wfp_main_mode="IKEEXT_CIPHER_AES_256",
        wfp_config="IPSEC_CIPHER_CONFIG_CBC_AES_256",
        wfp_type="IPSEC_CIPHER_TYPE_AES_256",
        vpn_profile="AES256",
        vpn_cmdlet="AES256",
        rras="AES256",
        vpn_quick_mode="AES256",
        phone_book=4,
        phone_book_quick_mode=5,
        azure="AES256",
        strongswan="aes256",
        peers=("aes_cbc_256", "aes256cbc"),
    )
    AES_GCM_128 = EncryptionRow(
        name="AES-GCM-128",
        title="AES-GCM-128",
        iana=20,
        strength_bits=128,
        block_bits=128,
        aead=True,
        netsh="aesgcm128",
        netsh_ipsec=None,
        powershell="AESGCM128",
        cim=65004,
        registry="AES-GCM128",
        isakmp_policy=None,
        negotiation_policy=None,
        wfp_main_mode="IKEEXT_CIPHER_AES_GCM_128_16ICV",
        wfp_config="IPSEC_CIPHER_CONFIG_GCM_AES_128",
        wfp_type="IPSEC_CIPHER_TYPE_AES_128",
        vpn_profile="AES_GCM_128",
        vpn_cmdlet="GCMAES128",
        rras=None,
        vpn_quick_mode="GCMAES128",
        phone_book=5,
        phone_book_quick_mode=6,
        azure="GCMAES128",
        strongswan="aes128gcm16",
        peers=(
            "aes128gcm",
            "aes128gcm128",
            "aes_gcm128",
            "aesgcm128",
            "aes_gcm_c_128",
            "aes_gcm_16_128",
            "aes128-gcm-16",
        ),
    )
    AES_GCM_192 = EncryptionRow(
        name="AES-GCM-192",
        title="AES-GCM-192",
        iana=20,
        strength_bits=192,
        block_bits=128,
        aead=True,
        netsh="aesgcm192",
        netsh_ipsec=None,
        powershell="AESGCM192",
        cim=65005,
        registry="AES-GCM192",
        isakmp_policy=None,
        negotiation_policy=None,
        wfp_main_mode=None,
        wfp_config="IPSEC_CIPHER_CONFIG_GCM_AES_192",
        wfp_type="IPSEC_CIPHER_TYPE_AES_192",
        vpn_profile=None,
        vpn_cmdlet=None,
        rras=None,
        vpn_quick_mode="GCMAES192",
        phone_book=None,
        phone_book_quick_mode=7,
        azure="GCMAES192",
        strongswan="aes192gcm16",
        peers=("aes192gcm", "aes192gcm128", "aes_gcm192", "aesgcm192", "aes_gcm_c_192", "aes_gcm_16_192"),
    )
    AES_GCM_256 = EncryptionRow(
        name="AES-GCM-256",
        title="AES-GCM-256",
        iana=20,
        strength_bits=256,
        block_bits=128,
        aead=True,
        netsh="aesgcm256",
        netsh_ipsec=None,
        powershell="AESGCM256",
        cim=65006,
        registry="AES-GCM256",
        isakmp_policy=None,
        negotiation_policy=None,
        wfp_main_mode="IKEEXT_CIPHER_AES_GCM_256_16ICV",
        wfp_config="IPSEC_CIPHER_CONFIG_GCM_AES_256",
        wfp_type="IPSEC_CIPHER_TYPE_AES_256",
        vpn_profile="AES_GCM_256",
        vpn_cmdlet="GCMAES256",
        rras=None,
        vpn_quick_mode="GCMAES256",
        phone_book=6,
        phone_book_quick_mode=8,
        azure="GCMAES256",
        strongswan="aes256gcm16",
        peers=(
            "aes256gcm",
            "aes256gcm128",
            "aes_gcm256",
            "aesgcm256",
            "aes_gcm_c_256",
            "aes_gcm_16_256",
            "aes256-gcm-16",
        ),
    )
