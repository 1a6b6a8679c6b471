"""IKE algorithms that Windows does not have and other ends offer: one row each, with its spellings.

strongSwan: docs.strongswan.org, "IKEv1 and IKEv2 Cipher Suites"; libreswan: ipsec.conf(5). How strong groups are: RFC
3526 8 (the lower estimate) for those of MODP, NIST SP 800-57 part 1, table 2, for the others.
"""

from __future__ import annotations

from msgspec import Struct


class OtherAlgorithm(Struct, frozen=True):
    """An algorithm: its one name here, its strength, and the words of strongSwan, libreswan, their logs and others.

    `aead`: it protects integrity, too.
    """

    name: str
    strength_bits: int
    words: tuple[str, ...]
    aead: bool = False


def _row(name: str, strength_bits: int, words: str, *, aead: bool = False) -> OtherAlgorithm:
    return OtherAlgorithm(name, strength_bits, tuple(words.split()), aead)


OTHER_ENCRYPTION = (
    _row("chacha20poly1305", 256, "chacha20poly1305 chacha20_poly1305 chachapoly chacha20", aead=True),
    *(
        _row(f"{name}{bits}", bits, f"{name}{bits} {name}{bits}cbc {name}_{bits} {name}_cbc_{bits}")
        for name in ("camellia", "blowfish", "cast", "serpent", "twofish")
        for bits in (128, 192, 256)
    ),
    *(_row(f"AES-CTR-{bits}", bits, f"aes{bits}ctr aes_ctr{bits} aes_ctr_{bits}") for bits in (128, 192, 256)),
    *(
        _row(
            f"AES-{mode.upper()}{octets}-{bits}",
            bits,
            f"aes{bits}{mode}{octets} aes{bits}{mode}{octets * 8} aes_{mode}_{octets}_{bits}",
            aead=True,
        )
        for mode, sizes in (("gcm", (8, 12)), ("ccm", (8, 12, 16)))
        for octets in sizes
        for bits in (128, 192, 256)
    ),
)

OTHER_INTEGRITY = (
    _row("SHA-512", 256, "sha512 sha2_512 sha512_256 hmac_sha2_512 hmac_sha2_512_256"),
    _row("SHA-256 of 96 bits", 96, "sha256_96 sha2_256_96 sha2_256_truncbug hmac_sha2_256_96"),
    _row("SHA-1 of 160 bits", 160, "sha1_160 hmac_sha1_160"),
    _row("MD5 of 128 bits", 128, "md5_128 hmac_md5_128"),
    _row("AES-XCBC", 128, "aesxcbc aes_xcbc aes_xcbc_96"),
    _row("AES-CMAC", 128, "aescmac aes_cmac aes_cmac_96"),
)

OTHER_GROUPS = (
    _row("DH5", 90, "modp1536 dh5 modp_1536"),
    _row("DH15", 130, "modp3072 dh15 modp_3072"),
    _row("DH16", 150, "modp4096 dh16 modp_4096"),
    _row("DH17", 170, "modp6144 dh17 modp_6144"),
    _row("DH18", 190, "modp8192 dh18 modp_8192"),
    _row("DH21", 256, "ecp521 dh21 ecp_521"),
    _row("DH22", 80, "modp1024s160 dh22 modp_1024_160"),
    _row("DH23", 112, "modp2048s224 dh23 modp_2048_224"),
    _row("DH25", 80, "ecp192 dh25 ecp_192"),
    _row("DH26", 112, "ecp224 dh26 ecp_224"),
    _row("DH27", 112, "ecp224bp dh27 ecp_224_bp"),
    _row("DH28", 128, "ecp256bp dh28 ecp_256_bp"),
    _row("DH29", 192, "ecp384bp dh29 ecp_384_bp"),
    _row("DH30", 256, "ecp512bp dh30 ecp_512_bp"),
    _row("DH31", 128, "curve25519 x25519 dh31 curve_25519"),
    _row("DH32", 224, "curve448 x448 dh32 curve_448"),
)
