"""The six parts of the cryptography of a VPN connection, each with its words and numbers.

Words: VPNv2 CSP (CryptographySuite) and Set-VpnConnectionIPsecConfiguration, which name the same six things and
differ in a few spellings; both are read, a command is written with the cmdlet's, a profile with the CSP's. Numbers:
ROUTER_CUSTOM_IKEv2_POLICY0 (mprapi.h), whose members take those of IKEEXT_INTEGRITY_TYPE, IKEEXT_CIPHER_TYPE,
IKEEXT_DH_GROUP, IPSEC_AUTH_TYPE, IPSEC_PFS_GROUP and, for the cipher of quick mode, IPSEC_CIPHER_CONFIG
(ipsectypes.h).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from msgspec import Struct

from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Integrity
from ipseclint.vocabulary.rows import folded, readings, spellings, writings

V = TypeVar("V", Cipher, Integrity, DhGroup)


class Part(Struct, Generic[V], frozen=True):
    """A part: its name, its values by folded word and by number, and the word for each value.

    `written` is the cmdlet's word, `profile_words` are those of the CSP that differ.
    """

    name: str
    words: Mapping[str, V]
    numbers: Mapping[int, V]
    written: Mapping[V, str]
    profile_words: Mapping[V, str] | None = None

    @property
    def in_profile(self) -> Mapping[V, str]:
        """The word of a ProfileXML for each value."""
        return self.written if self.profile_words is None else self.profile_words


INTEGRITY_CHECK_METHOD = Part(
    "IntegrityCheckMethod",
    folded(readings(Integrity, lambda integrity: spellings(integrity.row.vpn_cmdlet, integrity.row.vpn_profile))),
    readings(Integrity, lambda integrity: integrity.row.phone_book),
    writings(Integrity, lambda integrity: integrity.row.vpn_cmdlet),
    writings(Integrity, lambda integrity: integrity.row.vpn_profile),
)
ENCRYPTION_METHOD = Part(
    "EncryptionMethod",
    folded(readings(Cipher, lambda cipher: spellings(cipher.row.vpn_cmdlet, cipher.row.vpn_profile))),
    readings(Cipher, lambda cipher: cipher.row.phone_book),
    writings(Cipher, lambda cipher: cipher.row.vpn_cmdlet),
    writings(Cipher, lambda cipher: cipher.row.vpn_profile),
)
DH_GROUP = Part(
    "DHGroup",
    folded(readings(DhGroup, lambda group: group.row.vpn)),
    readings(DhGroup, lambda group: group.row.phone_book),
    writings(DhGroup, lambda group: group.row.vpn),
)
CIPHER_TRANSFORM = Part(
    "CipherTransformConstants",
    folded(readings(Cipher, lambda cipher: cipher.row.vpn_quick_mode)),
    readings(Cipher, lambda cipher: cipher.row.phone_book_quick_mode),
    writings(Cipher, lambda cipher: cipher.row.vpn_quick_mode),
)
AUTHENTICATION_TRANSFORM = Part(
    "AuthenticationTransformConstants",
    folded(readings(Integrity, lambda integrity: integrity.row.vpn_quick_mode)),
    readings(Integrity, lambda integrity: integrity.row.phone_book_quick_mode),
    writings(Integrity, lambda integrity: integrity.row.vpn_quick_mode),
)
PFS_GROUP = Part(
    "PfsGroup",
    folded(readings(DhGroup, lambda group: group.row.vpn_pfs)),
    readings(DhGroup, lambda group: group.row.phone_book_pfs),
    writings(DhGroup, lambda group: group.row.vpn_pfs),
)

FIELDS = tuple(
    part.name
    for part in (
        INTEGRITY_CHECK_METHOD,
        ENCRYPTION_METHOD,
        DH_GROUP,
        CIPHER_TRANSFORM,
        AUTHENTICATION_TRANSFORM,
        PFS_GROUP,
    )
)
"""The parts of a suite, in the order in which `CustomIPSecPolicies` of a phone book holds them.

No reference gives that order. It is derived (reasoned) from pairs of cmdlet parameters and the phone book they
left behind that several public projects recorded: it is the only order under which all pairs agree, among them
SHA384, AES256, Group2, AES256, SHA256128, None with 3, 4, 2, 5, 2, 0, and SHA256, AES256, Group14, AES256,
SHA256128, None with 2, 4, 3, 5, 2, 0.
"""

FOLDED_FIELDS = frozenset(name.casefold() for name in FIELDS)


def _own_words(part: Part[V]) -> dict[tuple[str, str], str]:
    own = part.in_profile
    written = ((word, own.get(value, word)) for value, word in part.written.items())
    return {(part.name, word.casefold()): other for word, other in written if other != word}


OWN_WORDS_OF_PROFILE: Mapping[tuple[str, str], str] = _own_words(INTEGRITY_CHECK_METHOD) | _own_words(ENCRYPTION_METHOD)
"""A profile's word for a value whose cmdlet word differs, by the part and that word in lower case."""
