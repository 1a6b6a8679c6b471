"""The custom IPsec policy of a VPN connection, six choices, as a main-mode and a quick-mode set.

Only a server and a site-to-site interface state lifetimes of security associations; those of a connection are unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.set_builder import Head, SetBuilder, Words
from ipseclint.formats.kit.token import Token
from ipseclint.model.policy import Dialect, MainModeCryptoSet, QuickModeCryptoSet
from ipseclint.model.setting import Default, Setting, Unknown, default
from ipseclint.source import Span
from ipseclint.vocabulary import vpn
from ipseclint.vocabulary.algorithms import Encapsulation, Integrity, KeyModule

Suite = Mapping[str, Token]
"""The parts of a suite by name, each with its word."""

SA_SECONDS, MAIN_MODE_SECONDS, SA_KILOBYTES = LIFETIMES = ("SALifeTime", "MMSALifeTime", "SADataSizeForRenegotiation")
"""How long associations hold: members of VpnServerIPsecConfiguration, in seconds and, the last, kilobytes."""

_PROFILE_WORDS = Words(
    encryption=vpn.ENCRYPTION_METHOD.words,
    integrity=vpn.INTEGRITY_CHECK_METHOD.words,
    dh_group=vpn.DH_GROUP.words,
    quick_mode_encryption=vpn.CIPHER_TRANSFORM.words,
    quick_mode_integrity=vpn.AUTHENTICATION_TRANSFORM.words,
    pfs_group=vpn.PFS_GROUP.words,
)


def _by_number(part: vpn.Part[vpn.V]) -> dict[str, vpn.V]:
    return {str(number): value for number, value in part.numbers.items()}


_PHONE_BOOK_WORDS = Words(
    encryption=_by_number(vpn.ENCRYPTION_METHOD),
    integrity=_by_number(vpn.INTEGRITY_CHECK_METHOD),
    dh_group=_by_number(vpn.DH_GROUP),
    quick_mode_encryption=_by_number(vpn.CIPHER_TRANSFORM),
    quick_mode_integrity=_by_number(vpn.AUTHENTICATION_TRANSFORM),
    pfs_group=_by_number(vpn.PFS_GROUP),
)

_OF_MAIN_MODE = {
    "encryption": vpn.ENCRYPTION_METHOD.name,
    "integrity": vpn.INTEGRITY_CHECK_METHOD.name,
    "dh_group": vpn.DH_GROUP.name,
}
_OF_QUICK_MODE = {"encryption": vpn.CIPHER_TRANSFORM.name, "esp_integrity": vpn.AUTHENTICATION_TRANSFORM.name}
"""The part of a suite that each field of a proposal is."""


def suite_sets(
    name: str,
    span: Span,
    suite: Suite,
    diagnostics: Diagnostics,
    *,
    numbers: bool = False,
    may_lack: bool = False,
    key_module: KeyModule = KeyModule.IKEV2,
) -> tuple[MainModeCryptoSet, QuickModeCryptoSet]:
    """The sets that a suite means. `numbers`: its parts are the numbers of a phone book, not words.

    The suite may also hold `LIFETIMES`. `may_lack`: parts may be missing, which the caller reports.
    """

    names = (*_OF_MAIN_MODE.values(), *_OF_QUICK_MODE.values(), vpn.PFS_GROUP.name)
    lacking = [] if may_lack else [f"`{name}`" for name in names if suite.get(name) is None]
    if lacking:
        diagnostics.malformed(f"a VPN connection's cryptography without {', '.join(lacking)}", span)

    def part(name: str) -> Token | Setting[Any]:
        return suite.get(name) or Setting(Unknown(""), span)

    builder = SetBuilder(_PHONE_BOOK_WORDS if numbers else _PROFILE_WORDS, diagnostics)
    head = Head(name, span, dialect=Dialect.VPN, key_module=default(key_module, span))
    unsaid: Setting[int] = Default(Unknown("not part of a VPN profile"), span)

    def lifetime(name: str) -> Setting[int]:
        token = suite.get(name)
        return unsaid if token is None else read.number(token, "lifetime", diagnostics)

    main = builder.main_mode_proposal(span, {field: part(name) for field, name in _OF_MAIN_MODE.items()})
    quick = builder.quick_mode_proposal(
        span,
        {
            "encapsulation": default(Encapsulation.ESP, span),
            "ah_integrity": default(Integrity.NONE, span),
            **{field: part(name) for field, name in _OF_QUICK_MODE.items()},
            "lifetime_seconds": lifetime(SA_SECONDS),
            "lifetime_kilobytes": lifetime(SA_KILOBYTES),
        },
    )
    main_parts = {
        "lifetime_seconds": lifetime(MAIN_MODE_SECONDS),
        "quick_mode_limit": unsaid,
        "force_dh": default(value=True, span=span),
    }
    return (
        builder.main_mode_set(head, main_parts, [main]),
        builder.quick_mode_set(head, {"pfs_group": part(vpn.PFS_GROUP.name)}, [quick]),
    )
