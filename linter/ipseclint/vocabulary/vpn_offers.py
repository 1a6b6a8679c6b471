"""What Windows offers for a VPN whose connection, server or interface has no cryptographic suite of its own.

Microsoft publishes no such list. Sources:

SWAN   docs.strongswan.org 6.0, interop/windowsClients: Windows 7 to 11 propose 3DES and AES-128, 192 and 256 with
       SHA-1, SHA-256 and SHA-384 and only group 2; Windows 11 also AES-GCM, with group 2 as well; the meaning of
       NegotiateDH2048_AES256 and what its value 2 leaves; the proposals of ESP
ALGO   trailofbits/algo issue 9: a Windows 10 client's proposals as a server logged them, in their order
HICKS  directaccess.richardhicks.com, tag "protection": a client and a server that are both at their defaults agree on
       3DES, SHA-1 and group 2, the first row

KB325158  the L2TP client of earlier Windows: 3DES, SHA-1, group 2, transport mode, ESP, none of it to be changed
NML2TP    README of NetworkManager-l2tp, "IPsec IKEv1 weak legacy algorithms": the proposals of the L2TP clients of
          Windows 10 and of Apple in one list; those of the curves, of which no Apple client is known, and of 3DES are
          read as Windows'
DOCKER    hwdsl2/docker-ipsec-vpn-server issue 75: a server's log that refused Windows 10 the first two rows
SOFT      SoftEtherVPN issue 1253: the log of a server on which a client of Windows 10 got AES-256, SHA-1, group 14
LUCI      coolsnowwolf/luci issue 150: a server's log on which the client of Windows got 3DES, SHA-1, group 2

What L2TP offers is of no use to a rule, since nobody can change it but by a suite of the connection: `negotiate` holds
it against the other end, and `explain 789` says it.
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
"""The offers that NegotiateDH2048_AES256 adds or, at 2, leaves alone (SWAN). Where the value 1 puts them was
not found."""

IKEV2_QUICK_MODE: tuple[QuickModeOffer, ...] = tuple(
    (cipher, Integrity.SHA1) for cipher in (Cipher.AES_256, Cipher.AES_128, Cipher.TRIPLE_DES, Cipher.DES, Cipher.NONE)
)
"""ESP of IKEv2, without perfect forward secrecy (SWAN)."""

L2TP_MAIN_MODE: tuple[MainModeOffer, ...] = (
    (Cipher.AES_256, Integrity.SHA1, DhGroup.ECP_384),
    (Cipher.AES_128, Integrity.SHA1, DhGroup.ECP_256),
    (Cipher.AES_256, Integrity.SHA1, DhGroup.GROUP_14),
    (Cipher.TRIPLE_DES, Integrity.SHA1, DhGroup.GROUP_14),
    (Cipher.TRIPLE_DES, Integrity.SHA1, DhGroup.GROUP_2),
)
"""Main mode of L2TP, which is IKEv1 (NML2TP; the first two DOCKER, the third SOFT, the last KB325158 and LUCI)."""

L2TP_QUICK_MODE: tuple[QuickModeOffer, ...] = tuple(
    (cipher, Integrity.SHA1) for cipher in (Cipher.AES_256, Cipher.AES_128, Cipher.TRIPLE_DES)
)
"""ESP under L2TP, without perfect forward secrecy (NML2TP, KB325158)."""

WITHOUT_SUITE = "Windows 7 to 11, by docs.strongswan.org 6.0"
"""The releases for which these lists are known, and the source."""


def ikev2_main_mode(value: NegotiateDh2048) -> tuple[MainModeOffer, ...]:
    """The main-mode offers of a connection without a suite, by the registry value of its machine."""
    match value:
        case NegotiateDh2048.DISABLED:
            return IKEV2_MAIN_MODE
        case NegotiateDh2048.ENABLED:
            return IKEV2_MAIN_MODE + IKEV2_MAIN_MODE_DH2048
        case NegotiateDh2048.ENFORCED:
            return IKEV2_MAIN_MODE_DH2048
