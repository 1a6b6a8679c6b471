"""What Windows offers for a VPN whose connection, server or interface has no cryptographic suite of its own.

Microsoft publishes no such list. Sources:

SWAN   docs.strongswan.org 6.0, interop/windowsClients: Windows 7 to 11 propose 3DES and AES-128, 192 and 256 with
       SHA-1, SHA-256 and SHA-384 and only group 2; Windows 11 also AES-GCM, with group 2 as well; the meaning of
       NegotiateDH2048_AES256 and what its value 2 leaves; the proposals of ESP
ALGO   trailofbits/algo issue 9: a Windows 10 client's proposals as a server logged them, in their order
HICKS  directaccess.richardhicks.com, tag "protection": a client and a server that are both at their defaults agree on
       3DES, SHA-1 and group 2, the first row

What L2TP offers is fixed in Windows and of no use to a rule: nobody can change it. `explain 789` says it.
"""

from __future__ import annotations

from enum import IntEnum

from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Integrity

MainModeOffer = tuple[Cipher, Integrity, DhGroup]
QuickModeOffer = tuple[Cipher, Integrity]

_HASHES = (Integrity.SHA1, Integrity.SHA256, Integrity.SHA384)


class NegotiateDh2048(IntEnum):
    """The registry value NegotiateDH2048_AES256 under RasMan\\Parameters (SWAN)."""

    DISABLED = 0
    ENABLED = 1
    ENFORCED = 2


IKEV2_MAIN_MODE: tuple[MainModeOffer, ...] = tuple(
    (cipher, integrity, DhGroup.GROUP_2)
    for cipher in (Cipher.TRIPLE_DES, Cipher.AES_128, Cipher.AES_192, Cipher.AES_256)
    for integrity in _HASHES
)
"""Main mode of IKEv2 (SWAN), in its order (ALGO)."""

IKEV2_MAIN_MODE_DH2048: tuple[MainModeOffer, ...] = tuple(
    (Cipher.AES_256, integrity, DhGroup.GROUP_14) for integrity in _HASHES
)
"""What NegotiateDH2048_AES256 adds or, at 2, leaves alone (SWAN). Where the value 1 puts it was not found."""

IKEV2_QUICK_MODE: tuple[QuickModeOffer, ...] = tuple(
    (cipher, Integrity.SHA1) for cipher in (Cipher.AES_256, Cipher.AES_128, Cipher.TRIPLE_DES, Cipher.DES, Cipher.NONE)
)
"""ESP of IKEv2, without perfect forward secrecy (SWAN)."""

WITHOUT_SUITE = "Windows 7 to 11, by docs.strongswan.org 6.0"
"""Of which Windows these lists are known, and who says so."""


def ikev2_main_mode(value: NegotiateDh2048) -> tuple[MainModeOffer, ...]:
    """The main-mode offers of a connection without a suite, by the registry value of its machine."""
    match value:
        case NegotiateDh2048.DISABLED:
            return IKEV2_MAIN_MODE
        case NegotiateDh2048.ENABLED:
            return IKEV2_MAIN_MODE + IKEV2_MAIN_MODE_DH2048
        case NegotiateDh2048.ENFORCED:
            return IKEV2_MAIN_MODE_DH2048
