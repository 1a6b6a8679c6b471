"""Integrity algorithms: one row each, with what is known of it and its spelling in every tool."""

from __future__ import annotations

from ipseclint.vocabulary.rows import Row, RowValue


class IntegrityRow(Row):
    """Facts about an integrity algorithm. None: there is none, or the tool cannot express it.

    `iana` is the number of the IKEv2 transform of type 3 (RFC 7296, RFC 4868, RFC 4543). `strength_bits` is the
    collision strength of a hash or the key strength of a GMAC: an order, for comparing proposals.
    """

    name: str
    title: str
    iana: int | None
    strength_bits: int
    gmac: bool
    netsh: str | None
    """`netsh advfirewall`; SHA-384 in main mode only, GMAC in quick mode only."""
    netsh_beside_gcm: str | None
    """The integrity of ESP beside GCM encryption, where `netsh advfirewall` repeats the cipher's name."""
    netsh_ipsec: str | None
    """`netsh ipsec`, which offers no SHA-2 (its help)."""
    powershell: str | None
    """`-Hash`, `-AHHash` and `-ESPHash` of the proposal cmdlets of NetSecurity."""
    cim: int | None
    """HashAlgorithm, HashAlgorithmAH and HashAlgorithmESP of the proposal classes."""
    registry: str | None
    """Hash, AhHash, EspHash and their 2_1 forms (MS-GPFAS 2.2.5), which say GCM where GMAC is meant."""
    isakmp_policy: int | None
    """The number in an ipsecISAKMPPolicy (MS-GPIPSEC 2.2.1.2)."""
    negotiation_policy: int | None
    """The number in an ipsecNegotiationPolicy (MS-GPIPSEC 2.2.1.3)."""
    wfp_main_mode: str | None
    """IKEEXT_INTEGRITY_TYPE (iketypes.h)."""
    wfp_config: str | None
    """IPSEC_AUTH_CONFIG (ipsectypes.h)."""
    wfp_type: str | None
    """The IPSEC_AUTH_TYPE that belongs to the configuration."""
    vpn_profile: str | None
    """IntegrityCheckMethod of the VPNv2 CSP: the hash of main mode."""
    vpn_cmdlet: str | None
    """`-IntegrityCheckMethod` of Set-VpnConnectionIPsecConfiguration."""
    rras: str | None
    """`-IntegrityCheckMethod` of Set-VpnServerConfiguration."""
    vpn_quick_mode: str | None
    """AuthenticationTransformConstants of all three; the CSP has no word for none."""
    phone_book: int | None
    """IKEEXT_INTEGRITY_TYPE as a number (ROUTER_CUSTOM_IKEv2_POLICY0, mprapi.h)."""
    phone_book_quick_mode: int | None
    """IPSEC_AUTH_TYPE as a number."""
    strongswan: str | None
    """Keyword of a proposal in swanctl.conf, which counts GMAC among the ciphers."""
    peers: str | tuple[str, ...] | None
    """Further words of libreswan's ipsec.conf, of the logs of both, and of other ends' configurations."""


class Integrity(RowValue):
    """A hash, HMAC or GMAC."""

    row: IntegrityRow

    NONE = IntegrityRow(
        name="none",
        title="none",
        iana=0,
        strength_bits=0,
        gmac=False,
        netsh="none",
        netsh_beside_gcm=None,
        netsh_ipsec="None",
        powershell="None",
        cim=0,
        registry=None,
        isakmp_policy=None,
        negotiation_policy=0,
        wfp_main_mode=None,
        wfp_config=None,
        wfp_type=None,
        vpn_profile=None,
        vpn_cmdlet=None,
        rras=None,
        vpn_quick_mode="None",
        phone_book=None,
        phone_book_quick_mode=None,
        strongswan=None,
        peers=None,
    )
    MD5 = IntegrityRow(
        name="MD5",
        title="MD5",
        iana=1,
        strength_bits=64,
        gmac=False,
        netsh="md5",
        netsh_beside_gcm=None,
        netsh_ipsec="MD5",
        powershell="MD5",
        cim=2,
        registry="MD5",
        isakmp_policy=1,
        negotiation_policy=1,
        wfp_main_mode="IKEEXT_INTEGRITY_MD5",
        wfp_config="IPSEC_AUTH_CONFIG_HMAC_MD5_96",
        wfp_type="IPSEC_AUTH_MD5",
        vpn_profile="MD5",
        vpn_cmdlet="MD5",
        rras="MD5",
        vpn_quick_mode="MD596",
        phone_book=0,
        phone_book_quick_mode=0,
        strongswan="md5",
        peers=("md5_96", "hmac_md5", "hmac_md5_96"),
    )
    SHA1 = IntegrityRow(
        name="SHA-1",
        title="SHA-1",
        iana=2,
        strength_bits=80,
        gmac=False,
        netsh="sha1",
        netsh_beside_gcm=None,
        netsh_ipsec="SHA1",
        powershell="SHA1",
        cim=3,
        registry="SHA1",
        isakmp_policy=2,
        negotiation_policy=2,
        wfp_main_mode="IKEEXT_INTEGRITY_SHA1",
        wfp_config="IPSEC_AUTH_CONFIG_HMAC_SHA_1_96",
        wfp_type="IPSEC_AUTH_SHA_1",
        vpn_profile="SHA196",
        vpn_cmdlet="SHA1",
        rras="SHA1",
        vpn_quick_mode="SHA196",
        phone_book=1,
        phone_book_quick_mode=1,
        strongswan="sha1",
        peers=("sha", "sha1_96", "hmac_sha1", "hmac_sha1_96"),
    )
    SHA256 = IntegrityRow(
        name="SHA-256",
        title="SHA-256",
        iana=12,
        strength_bits=128,
        gmac=False,
        netsh="sha256",
        netsh_beside_gcm=None,
        netsh_ipsec=None,
        powershell="SHA256",
        cim=65001,
        registry="SHA256",
        isakmp_policy=None,
        negotiation_policy=None,
        wfp_main_mode="IKEEXT_INTEGRITY_SHA_256",
        wfp_config="IPSEC_AUTH_CONFIG_HMAC_SHA_256_128",
        wfp_type="IPSEC_AUTH_SHA_256",
        vpn_profile="SHA256",
        vpn_cmdlet="SHA256",
        rras="SHA256",
        vpn_quick_mode="SHA256128",
        phone_book=2,
        phone_book_quick_mode=2,
        strongswan="sha256",
        peers=("sha2", "sha2_256", "sha256_128", "sha2_256_128", "hmac_sha2_256", "hmac_sha2_256_128"),
    )
    SHA384 = IntegrityRow(
        name="SHA-384",
        title="SHA-384",
        iana=13,
        strength_bits=192,
        gmac=False,
        netsh="sha384",
        netsh_beside_gcm=None,
        netsh_ipsec=None,
        powershell="SHA384",
        cim=65002,
        registry="SHA384",
        isakmp_policy=None,
        negotiation_policy=None,
        wfp_main_mode="IKEEXT_INTEGRITY_SHA_384",
        wfp_config=None,
        wfp_type=None,
        vpn_profile="SHA384",
        vpn_cmdlet="SHA384",
        rras="SHA384",
        vpn_quick_mode=None,
        phone_book=3,
        phone_book_quick_mode=None,
        strongswan="sha384",
        peers=("sha2_384", "sha384_192", "hmac_sha2_384", "hmac_sha2_384_192"),
    )
    AES_GMAC_128 = IntegrityRow(
        name="AES-GMAC-128",
        title="AES-GMAC-128",
        iana=9,
        strength_bits=128,
        gmac=True,
        netsh="aesgmac128",
        netsh_beside_gcm="aesgcm128",
        netsh_ipsec=None,
        powershell="AESGMAC128",
        cim=65003,
        registry="AES-GCM128",
        isakmp_policy=None,
        negotiation_policy=None,
        wfp_main_mode=None,
        wfp_config="IPSEC_AUTH_CONFIG_GCM_AES_128",
        wfp_type="IPSEC_AUTH_AES_128",
        vpn_profile=None,
        vpn_cmdlet=None,
        rras=None,
        vpn_quick_mode="GCMAES128",
        phone_book=None,
        phone_book_quick_mode=3,
        strongswan="aes128gmac",
        peers=None,
    )
    AES_GMAC_192 = IntegrityRow(
        name="AES-GMAC-192",
        title="AES-GMAC-192",
        iana=10,
        strength_bits=192,
        gmac=True,
        netsh="aesgmac192",
        netsh_beside_gcm="aesgcm192",
        netsh_ipsec=None,
        powershell="AESGMAC192",
        cim=65004,
        registry="AES-GCM192",
        isakmp_policy=None,
        negotiation_policy=None,
        wfp_main_mode=None,
        wfp_config="IPSEC_AUTH_CONFIG_GCM_AES_192",
        wfp_type="IPSEC_AUTH_AES_192",
        vpn_profile=None,
        vpn_cmdlet=None,
        rras=None,
        vpn_quick_mode="GCMAES192",
        phone_book=None,
        phone_book_quick_mode=4,
        strongswan="aes192gmac",
        peers=None,
    )
    AES_GMAC_256 = IntegrityRow(
        name="AES-GMAC-256",
        title="AES-GMAC-256",
        iana=11,
        strength_bits=256,
        gmac=True,
        netsh="aesgmac256",
        netsh_beside_gcm="aesgcm256",
        netsh_ipsec=None,
        powershell="AESGMAC256",
        cim=65005,
        registry="AES-GCM256",
        isakmp_policy=None,
        negotiation_policy=None,
        wfp_main_mode=None,
        wfp_config="IPSEC_AUTH_CONFIG_GCM_AES_256",
        wfp_type="IPSEC_AUTH_AES_256",
        vpn_profile=None,
        vpn_cmdlet=None,
        rras=None,
        vpn_quick_mode="GCMAES256",
        phone_book=None,
        phone_book_quick_mode=5,
        strongswan="aes256gmac",
        peers=None,
    )
