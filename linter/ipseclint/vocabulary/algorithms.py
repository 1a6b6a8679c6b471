"""Algorithms of IKE and IPsec, and what is known of them: facts, not judgements."""

from __future__ import annotations

from ipseclint.vocabulary.encryption import Cipher
from ipseclint.vocabulary.groups import DhGroup
from ipseclint.vocabulary.integrity import Integrity
from ipseclint.vocabulary.key_modules import KeyModule
from ipseclint.vocabulary.settings import Encapsulation

__all__ = [
    "AEAD_CIPHERS",
    "BLOCK_BITS",
    "ELLIPTIC_CURVE_GROUPS",
    "GMACS",
    "Cipher",
    "DhGroup",
    "Encapsulation",
    "Integrity",
    "KeyModule",
]


AEAD_CIPHERS = frozenset(cipher for cipher in Cipher if cipher.row.aead)
"""Ciphers that authenticate what they encrypt (RFC 4106)."""

GMACS = frozenset(integrity for integrity in Integrity if integrity.row.gmac)
"""Integrity by AES-GMAC (RFC 4543)."""

BLOCK_BITS = {cipher: bits for cipher in Cipher if (bits := cipher.row.block_bits) is not None and bits < 128}
"""Block sizes below the 128 bits of AES."""

ELLIPTIC_CURVE_GROUPS = frozenset(group for group in DhGroup if group.row.curve)
"""Groups 19 and 20 of RFC 5903."""
