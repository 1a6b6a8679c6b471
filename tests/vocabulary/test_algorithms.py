"""Every spelling of every encryption and integrity algorithm, against the page of each tool."""

from __future__ import annotations

from operator import attrgetter

from ipseclint.vocabulary.algorithms import AEAD_CIPHERS, BLOCK_BITS, ELLIPTIC_CURVE_GROUPS, GMACS, DhGroup
from ipseclint.vocabulary.encryption import Cipher, EncryptionRow
from ipseclint.vocabulary.integrity import Integrity, IntegrityRow
from ipseclint.vocabulary.rows import readings
from tests.cases import cases

NO_CIPHER, DES, TRIPLE_DES = Cipher.NONE, Cipher.DES, Cipher.TRIPLE_DES
AES_128, AES_192, AES_256 = Cipher.AES_128, Cipher.AES_192, Cipher.AES_256
GCM_128, GCM_192, GCM_256 = Cipher.AES_GCM_128, Cipher.AES_GCM_192, Cipher.AES_GCM_256

ENCRYPTION: dict[str, dict[str | int, Cipher]] = {
    # netsh advfirewall: ENC and ENCR of the help
    "netsh": {
        "none": NO_CIPHER, "des": DES, "3des": TRIPLE_DES, "aes128": AES_128, "aes192": AES_192, "aes256": AES_256,
        "aesgcm128": GCM_128, "aesgcm192": GCM_192, "aesgcm256": GCM_256,
    },
    # netsh ipsec: CONF = DES | 3DES | None
    "netsh_ipsec": {"DES": DES, "3DES": TRIPLE_DES, "None": NO_CIPHER},
    # New-NetIPsecQuickModeCryptoProposal -Encryption
    "powershell": {
        "None": NO_CIPHER, "DES": DES, "DES3": TRIPLE_DES, "AES128": AES_128, "AES192": AES_192, "AES256": AES_256,
        "AESGCM128": GCM_128, "AESGCM192": GCM_192, "AESGCM256": GCM_256,
    },
    # CipherAlgorithm
    "cim": {
        0: NO_CIPHER, 2: DES, 6: TRIPLE_DES, 65001: AES_128, 65002: AES_192, 65003: AES_256,
        65004: GCM_128, 65005: GCM_192, 65006: GCM_256,
    },
    # MS-GPFAS 2.2.5: Encryption and 2_1Encryption
    "registry": {
        "DES": DES, "3DES": TRIPLE_DES, "AES-128": AES_128, "AES-192": AES_192, "AES-256": AES_256,
        "AES-GCM128": GCM_128, "AES-GCM192": GCM_192, "AES-GCM256": GCM_256,
    },
    # MS-GPIPSEC 2.2.1.2: 1 DES, 2 or 3 = 3DES
    "isakmp_policy": {1: DES, 2: TRIPLE_DES, 3: TRIPLE_DES},
    # MS-GPIPSEC 2.2.1.3: 1 none, 2 DES, 3 3DES
    "negotiation_policy": {1: NO_CIPHER, 2: DES, 3: TRIPLE_DES},
    # iketypes.h: IKEEXT_CIPHER_TYPE
    "wfp_main_mode": {
        "IKEEXT_CIPHER_DES": DES, "IKEEXT_CIPHER_3DES": TRIPLE_DES, "IKEEXT_CIPHER_AES_128": AES_128,
        "IKEEXT_CIPHER_AES_192": AES_192, "IKEEXT_CIPHER_AES_256": AES_256,
        "IKEEXT_CIPHER_AES_GCM_128_16ICV": GCM_128, "IKEEXT_CIPHER_AES_GCM_256_16ICV": GCM_256,
    },
    # ipsectypes.h: IPSEC_CIPHER_CONFIG
    "wfp_config": {
        "IPSEC_CIPHER_CONFIG_CBC_DES": DES, "IPSEC_CIPHER_CONFIG_CBC_3DES": TRIPLE_DES,
        "IPSEC_CIPHER_CONFIG_CBC_AES_128": AES_128, "IPSEC_CIPHER_CONFIG_CBC_AES_192": AES_192,
        "IPSEC_CIPHER_CONFIG_CBC_AES_256": AES_256, "IPSEC_CIPHER_CONFIG_GCM_AES_128": GCM_128,
        "IPSEC_CIPHER_CONFIG_GCM_AES_192": GCM_192, "IPSEC_CIPHER_CONFIG_GCM_AES_256": GCM_256,
    },
    # VPNv2 CSP: EncryptionMethod
    "vpn_profile": {
        "DES": DES, "DES3": TRIPLE_DES, "AES128": AES_128, "AES192": AES_192, "AES256": AES_256,
        "AES_GCM_128": GCM_128, "AES_GCM_256": GCM_256,
    },
    # Set-VpnConnectionIPsecConfiguration -EncryptionMethod
    "vpn_cmdlet": {
        "DES": DES, "DES3": TRIPLE_DES, "AES128": AES_128, "AES192": AES_192, "AES256": AES_256,
        "GCMAES128": GCM_128, "GCMAES256": GCM_256,
    },
    # Set-VpnServerConfiguration -EncryptionMethod
    "rras": {"DES": DES, "DES3": TRIPLE_DES, "AES128": AES_128, "AES192": AES_192, "AES256": AES_256},
    # all three: CipherTransformConstants
    "vpn_quick_mode": {
        "None": NO_CIPHER, "DES": DES, "DES3": TRIPLE_DES, "AES128": AES_128, "AES192": AES_192, "AES256": AES_256,
        "GCMAES128": GCM_128, "GCMAES192": GCM_192, "GCMAES256": GCM_256,
    },
    # IKEEXT_CIPHER_TYPE: DES 0 to AES_GCM_256_16ICV 6
    "phone_book": {0: DES, 1: TRIPLE_DES, 2: AES_128, 3: AES_192, 4: AES_256, 5: GCM_128, 6: GCM_256},
    # IPSEC_CIPHER_CONFIG: CBC_DES 1 to GCM_AES_256 8
    "phone_book_quick_mode": {
        1: DES, 2: TRIPLE_DES, 3: AES_128, 4: AES_192, 5: AES_256, 6: GCM_128, 7: GCM_192, 8: GCM_256,
    },
    # Microsoft.Network/connections, IpsecPolicy: ikeEncryption, ipsecEncryption
    "azure": {
        "None": NO_CIPHER, "DES": DES, "DES3": TRIPLE_DES, "AES128": AES_128, "AES192": AES_192, "AES256": AES_256,
        "GCMAES128": GCM_128, "GCMAES192": GCM_192, "GCMAES256": GCM_256,
    },
    # strongSwan: keywords of proposals
    "strongswan": {
        "null": NO_CIPHER, "des": DES, "3des": TRIPLE_DES, "aes128": AES_128, "aes192": AES_192, "aes256": AES_256,
        "aes128gcm16": GCM_128, "aes192gcm16": GCM_192, "aes256gcm16": GCM_256,
    },
    # libreswan: ipsec.conf(5), ike=; transforms in the logs of charon and pluto
    "peers": {
        "3des_cbc": TRIPLE_DES, "des3": TRIPLE_DES, "aes128-gcm-16": GCM_128, "aes256-gcm-16": GCM_256,
        "aes": AES_128, "aes_cbc_128": AES_128, "aes128cbc": AES_128,
        "aes_cbc_192": AES_192, "aes192cbc": AES_192, "aes_cbc_256": AES_256, "aes256cbc": AES_256,
        **{
            word.format(bits): cipher
            for bits, cipher in ((128, GCM_128), (192, GCM_192), (256, GCM_256))
            for word in (
                "aes{}gcm", "aes{}gcm128", "aes_gcm{}", "aesgcm{}", "aes_gcm_c_{}", "aes_gcm_16_{}",
            )
        },
    },
}  # fmt: skip

NO_INTEGRITY, MD5, SHA1 = Integrity.NONE, Integrity.MD5, Integrity.SHA1
SHA256, SHA384 = Integrity.SHA256, Integrity.SHA384
GMAC_128, GMAC_192, GMAC_256 = Integrity.AES_GMAC_128, Integrity.AES_GMAC_192, Integrity.AES_GMAC_256

INTEGRITY: dict[str, dict[str | int, Integrity]] = {
    "netsh": {
        "none": NO_INTEGRITY, "md5": MD5, "sha1": SHA1, "sha256": SHA256, "sha384": SHA384,
        "aesgmac128": GMAC_128, "aesgmac192": GMAC_192, "aesgmac256": GMAC_256,
    },
    # Suite B article: AESGMAC of AH goes with AESGCM of ESP
    "netsh_beside_gcm": {"aesgcm128": GMAC_128, "aesgcm192": GMAC_192, "aesgcm256": GMAC_256},
    # netsh ipsec: HASH = MD5 | SHA1 | None
    "netsh_ipsec": {"MD5": MD5, "SHA1": SHA1, "None": NO_INTEGRITY},
    "powershell": {
        "None": NO_INTEGRITY, "MD5": MD5, "SHA1": SHA1, "SHA256": SHA256, "SHA384": SHA384,
        "AESGMAC128": GMAC_128, "AESGMAC192": GMAC_192, "AESGMAC256": GMAC_256,
    },
    # HashAlgorithm
    "cim": {
        0: NO_INTEGRITY, 2: MD5, 3: SHA1, 65001: SHA256, 65002: SHA384, 65003: GMAC_128, 65004: GMAC_192,
        65005: GMAC_256,
    },
    # MS-GPFAS 2.2.5: GCM is written where GMAC is meant
    "registry": {
        "MD5": MD5, "SHA1": SHA1, "SHA256": SHA256, "SHA384": SHA384,
        "AES-GCM128": GMAC_128, "AES-GCM192": GMAC_192, "AES-GCM256": GMAC_256,
    },
    "isakmp_policy": {1: MD5, 2: SHA1},
    "negotiation_policy": {0: NO_INTEGRITY, 1: MD5, 2: SHA1},
    # iketypes.h: IKEEXT_INTEGRITY_TYPE
    "wfp_main_mode": {
        "IKEEXT_INTEGRITY_MD5": MD5, "IKEEXT_INTEGRITY_SHA1": SHA1,
        "IKEEXT_INTEGRITY_SHA_256": SHA256, "IKEEXT_INTEGRITY_SHA_384": SHA384,
    },
    # ipsectypes.h: IPSEC_AUTH_CONFIG
    "wfp_config": {
        "IPSEC_AUTH_CONFIG_HMAC_MD5_96": MD5, "IPSEC_AUTH_CONFIG_HMAC_SHA_1_96": SHA1,
        "IPSEC_AUTH_CONFIG_HMAC_SHA_256_128": SHA256, "IPSEC_AUTH_CONFIG_GCM_AES_128": GMAC_128,
        "IPSEC_AUTH_CONFIG_GCM_AES_192": GMAC_192, "IPSEC_AUTH_CONFIG_GCM_AES_256": GMAC_256,
    },
    # ipsectypes.h: IPSEC_AUTH_TYPE
    "wfp_type": {
        "IPSEC_AUTH_MD5": MD5, "IPSEC_AUTH_SHA_1": SHA1, "IPSEC_AUTH_SHA_256": SHA256,
        "IPSEC_AUTH_AES_128": GMAC_128, "IPSEC_AUTH_AES_192": GMAC_192, "IPSEC_AUTH_AES_256": GMAC_256,
    },
    # VPNv2 CSP: IntegrityCheckMethod
    "vpn_profile": {"MD5": MD5, "SHA196": SHA1, "SHA256": SHA256, "SHA384": SHA384},
    # Set-VpnConnectionIPsecConfiguration and Set-VpnServerConfiguration -IntegrityCheckMethod
    "vpn_cmdlet": {"MD5": MD5, "SHA1": SHA1, "SHA256": SHA256, "SHA384": SHA384},
    "rras": {"MD5": MD5, "SHA1": SHA1, "SHA256": SHA256, "SHA384": SHA384},
    # AuthenticationTransformConstants
    "vpn_quick_mode": {
        "None": NO_INTEGRITY, "MD596": MD5, "SHA196": SHA1, "SHA256128": SHA256,
        "GCMAES128": GMAC_128, "GCMAES192": GMAC_192, "GCMAES256": GMAC_256,
    },
    # IKEEXT_INTEGRITY_TYPE: MD5 0, SHA1 1, SHA_256 2, SHA_384 3
    "phone_book": {0: MD5, 1: SHA1, 2: SHA256, 3: SHA384},
    # IPSEC_AUTH_TYPE: MD5 0, SHA_1 1, SHA_256 2, AES_128 3, AES_192 4, AES_256 5
    "phone_book_quick_mode": {0: MD5, 1: SHA1, 2: SHA256, 3: GMAC_128, 4: GMAC_192, 5: GMAC_256},
    "strongswan": {
        "md5": MD5, "sha1": SHA1, "sha256": SHA256, "sha384": SHA384,
        "aes128gmac": GMAC_128, "aes192gmac": GMAC_192, "aes256gmac": GMAC_256,
    },
    "peers": {
        "md5_96": MD5, "hmac_md5": MD5, "hmac_md5_96": MD5,
        "sha": SHA1, "sha1_96": SHA1, "hmac_sha1": SHA1, "hmac_sha1_96": SHA1,
        "sha2": SHA256, "sha2_256": SHA256, "sha256_128": SHA256, "sha2_256_128": SHA256,
        "hmac_sha2_256": SHA256, "hmac_sha2_256_128": SHA256,
        "sha2_384": SHA384, "sha384_192": SHA384, "hmac_sha2_384": SHA384, "hmac_sha2_384_192": SHA384,
    },
}  # fmt: skip


@cases("tool", ENCRYPTION)
def test_a_tool_spells_encryption_as_its_page_says(tool: str) -> None:
    assert readings(Cipher, attrgetter(f"row.{tool}")) == ENCRYPTION[tool]


@cases("tool", INTEGRITY)
def test_a_tool_spells_integrity_as_its_page_says(tool: str) -> None:
    assert readings(Integrity, attrgetter(f"row.{tool}")) == INTEGRITY[tool]


def test_every_tool_is_held_to_its_page() -> None:
    facts = {"name", "title", "iana", "strength_bits"}
    ciphers = EncryptionRow.__annotations__.keys() - facts
    assert ciphers - {"block_bits", "aead", "wfp_type"} == ENCRYPTION.keys()
    assert IntegrityRow.__annotations__.keys() - facts - {"gmac"} == INTEGRITY.keys()


def test_the_type_of_a_cipher_in_wfp_is_that_of_its_key_size() -> None:
    assert [cipher.row.wfp_type for cipher in Cipher] == [
        None, "IPSEC_CIPHER_TYPE_DES", "IPSEC_CIPHER_TYPE_3DES",
        "IPSEC_CIPHER_TYPE_AES_128", "IPSEC_CIPHER_TYPE_AES_192", "IPSEC_CIPHER_TYPE_AES_256",
        "IPSEC_CIPHER_TYPE_AES_128", "IPSEC_CIPHER_TYPE_AES_192", "IPSEC_CIPHER_TYPE_AES_256",
    ]  # fmt: skip


@cases(
    ("cipher", "name", "iana", "strength_bits", "block_bits", "aead"),
    [
        (NO_CIPHER, "none", 11, 0, None, False),
        (DES, "DES", 2, 56, 64, False),
        (TRIPLE_DES, "3DES", 3, 112, 64, False),
        (AES_128, "AES-128", 12, 128, 128, False),
        (AES_192, "AES-192", 12, 192, 128, False),
        (AES_256, "AES-256", 12, 256, 128, False),
        (GCM_128, "AES-GCM-128", 20, 128, 128, True),
        (GCM_192, "AES-GCM-192", 20, 192, 128, True),
        (GCM_256, "AES-GCM-256", 20, 256, 128, True),
    ],
)
def test_what_is_known_of_a_cipher(
    cipher: Cipher, name: str, iana: int, strength_bits: int, block_bits: int | None, aead: bool
) -> None:
    row = cipher.row
    assert (cipher.value, row.title) == (name, name)
    assert (row.iana, row.strength_bits, row.block_bits, row.aead) == (iana, strength_bits, block_bits, aead)


@cases(
    ("integrity", "name", "iana", "strength_bits", "gmac"),
    [
        (NO_INTEGRITY, "none", 0, 0, False),
        (MD5, "MD5", 1, 64, False),
        (SHA1, "SHA-1", 2, 80, False),
        (SHA256, "SHA-256", 12, 128, False),
        (SHA384, "SHA-384", 13, 192, False),
        (GMAC_128, "AES-GMAC-128", 9, 128, True),
        (GMAC_192, "AES-GMAC-192", 10, 192, True),
        (GMAC_256, "AES-GMAC-256", 11, 256, True),
    ],
)
def test_what_is_known_of_an_integrity(
    integrity: Integrity, name: str, iana: int, strength_bits: int, gmac: bool
) -> None:
    row = integrity.row
    assert (integrity.value, row.title) == (name, name)
    assert (row.iana, row.strength_bits, row.gmac) == (iana, strength_bits, gmac)


def test_the_sets_that_rules_ask_for_follow_from_the_rows() -> None:
    assert {GCM_128, GCM_192, GCM_256} == AEAD_CIPHERS
    assert {GMAC_128, GMAC_192, GMAC_256} == GMACS
    assert BLOCK_BITS == {DES: 64, TRIPLE_DES: 64}
    known = {DhGroup.GROUP_1, DhGroup.GROUP_14, DhGroup.GROUP_24, DhGroup.ECP_256, DhGroup.ECP_384}
    assert {DhGroup.ECP_256, DhGroup.ECP_384} == ELLIPTIC_CURVE_GROUPS & known
