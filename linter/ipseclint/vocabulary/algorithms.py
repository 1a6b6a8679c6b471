"""Algorithms of IKE and IPsec, and what is known of them: facts, not judgements."""

from __future__ import annotations

from enum import StrEnum


class Cipher(StrEnum):
    """An encryption algorithm."""

    NONE = "none"
    DES = "DES"
    TRIPLE_DES = "3DES"
    AES_128 = "AES-128"
    AES_192 = "AES-192"
    AES_256 = "AES-256"
    AES_GCM_128 = "AES-GCM-128"
    AES_GCM_192 = "AES-GCM-192"
    AES_GCM_256 = "AES-GCM-256"


class Integrity(StrEnum):
    """A hash, HMAC or GMAC."""

    NONE = "none"
    MD5 = "MD5"
    SHA1 = "SHA-1"
    SHA256 = "SHA-256"
    SHA384 = "SHA-384"
    AES_GMAC_128 = "AES-GMAC-128"
    AES_GMAC_192 = "AES-GMAC-192"
    AES_GMAC_256 = "AES-GMAC-256"


class DhGroup(StrEnum):
    """A Diffie-Hellman group, by its IANA number."""

    NONE = "none"
    GROUP_1 = "DH1"
    GROUP_2 = "DH2"
    GROUP_14 = "DH14"
    ECP_256 = "DH19"
    ECP_384 = "DH20"
    GROUP_24 = "DH24"
    SAME_AS_MAIN_MODE = "same-as-main-mode"


class Encapsulation(StrEnum):
    """What protects the packets of a quick mode."""

    AH = "AH"
    ESP = "ESP"
    AH_AND_ESP = "AH+ESP"
    AUTH_NO_ENCAP = "auth-no-encap"


class KeyModule(StrEnum):
    """A keying module of the IKE service."""

    IKEV1 = "IKEv1"
    AUTHIP = "AuthIP"
    IKEV2 = "IKEv2"


AEAD_CIPHERS = frozenset({Cipher.AES_GCM_128, Cipher.AES_GCM_192, Cipher.AES_GCM_256})
"""Ciphers that authenticate what they encrypt (RFC 4106)."""

GMACS = frozenset({Integrity.AES_GMAC_128, Integrity.AES_GMAC_192, Integrity.AES_GMAC_256})
"""Integrity by AES-GMAC (RFC 4543)."""

BLOCK_BITS = {Cipher.DES: 64, Cipher.TRIPLE_DES: 64}
"""Block sizes below the 128 bits of AES."""

ELLIPTIC_CURVE_GROUPS = frozenset({DhGroup.ECP_256, DhGroup.ECP_384})
"""Groups 19 and 20 of RFC 5903."""

CIPHER_SECURITY_BITS = {
    Cipher.NONE: 0,
    Cipher.DES: 56,
    Cipher.TRIPLE_DES: 112,
    Cipher.AES_128: 128,
    Cipher.AES_GCM_128: 128,
    Cipher.AES_192: 192,
    Cipher.AES_GCM_192: 192,
    Cipher.AES_256: 256,
    Cipher.AES_GCM_256: 256,
}
"""Strength against exhaustive search, in bits (NIST SP 800-57 part 1, table 2)."""

INTEGRITY_SECURITY_BITS = {
    Integrity.NONE: 0,
    Integrity.MD5: 64,
    Integrity.SHA1: 80,
    Integrity.SHA256: 128,
    Integrity.AES_GMAC_128: 128,
    Integrity.SHA384: 192,
    Integrity.AES_GMAC_192: 192,
    Integrity.AES_GMAC_256: 256,
}
"""Collision strength of the hash, or key strength of the GMAC, in bits: an order, for comparing proposals."""

DH_SECURITY_BITS = {
    DhGroup.NONE: 0,
    DhGroup.GROUP_1: 64,
    DhGroup.GROUP_2: 80,
    DhGroup.GROUP_14: 112,
    DhGroup.GROUP_24: 112,
    DhGroup.ECP_256: 128,
    DhGroup.ECP_384: 192,
}
"""Strength of key agreement in bits (RFC 3766 and NIST SP 800-57 part 1, table 2)."""
