"""IKE algorithms that Windows does not have and other ends offer: one row each, with its spellings.

strongSwan: docs.strongswan.org, "IKEv1 and IKEv2 Cipher Suites"; libreswan: ipsec.conf(5).
"""

from __future__ import annotations

from msgspec import Struct


class OtherAlgorithm(Struct, frozen=True):
    """An algorithm: its one name here, and the words of strongSwan, libreswan, their logs and others."""

    name: str
    words: tuple[str, ...]


def _row(name: str, words: str) -> OtherAlgorithm:
    return OtherAlgorithm(name, tuple(words.split()))


OTHER_ENCRYPTION = (
    _row("chacha20poly1305", "chacha20poly1305 chacha20_poly1305 chachapoly chacha20"),
    *(
        _row(f"{name}{bits}", f"{name}{bits} {name}{bits}cbc {name}_{bits} {name}_cbc_{bits}")
        for name in ("camellia", "blowfish", "cast", "serpent", "twofish")
        for bits in (128, 192, 256)
    ),
    *(_row(f"AES-CTR-{bits}", f"aes{bits}ctr aes_ctr{bits} aes_ctr_{bits}") for bits in (128, 192, 256)),
    *(
        _row(
            f"AES-{mode.upper()}{octets}-{bits}",
            f"aes{bits}{mode}{octets} aes{bits}{mode}{octets * 8} aes_{mode}_{octets}_{bits}",
        )
        for mode, sizes in (("gcm", (8, 12)), ("ccm", (8, 12, 16)))
        for octets in sizes
        for bits in (128, 192, 256)
    ),
)

OTHER_INTEGRITY = (
    _row("SHA-512", "sha512 sha2_512 sha512_256 hmac_sha2_512 hmac_sha2_512_256"),
    _row("SHA-256 of 96 bits", "sha256_96 sha2_256_96 sha2_256_truncbug hmac_sha2_256_96"),
    _row("AES-XCBC", "aesxcbc aes_xcbc aes_xcbc_96"),
    _row("AES-CMAC", "aescmac aes_cmac aes_cmac_96"),
)

OTHER_GROUPS = (
    _row("DH5", "modp1536 dh5 modp_1536"),
    _row("DH15", "modp3072 dh15 modp_3072"),
    _row("DH16", "modp4096 dh16 modp_4096"),
    _row("DH17", "modp6144 dh17 modp_6144"),
    _row("DH18", "modp8192 dh18 modp_8192"),
    _row("DH21", "ecp521 dh21 ecp_521"),
    _row("DH22", "modp1024s160 dh22 modp_1024_160"),
    _row("DH23", "modp2048s224 dh23 modp_2048_224"),
    _row("DH25", "ecp192 dh25 ecp_192"),
    _row("DH26", "ecp224 dh26 ecp_224"),
    _row("DH27", "ecp224bp dh27 ecp_224_bp"),
    _row("DH28", "ecp256bp dh28 ecp_256_bp"),
    _row("DH29", "ecp384bp dh29 ecp_384_bp"),
    _row("DH30", "ecp512bp dh30 ecp_512_bp"),
    _row("DH31", "curve25519 x25519 dh31 curve_25519"),
    _row("DH32", "curve448 x448 dh32 curve_448"),
)
