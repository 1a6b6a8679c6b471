"""Phase1CryptoSets and Phase2CryptoSets (MS-GPFAS 2.2.5, MS-FASP 2.2.70 to 2.2.74)."""

from __future__ import annotations

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.set_builder import Head, Parts, SetBuilder, Words
from ipseclint.formats.registry.firewall.fields import newer, text_of
from ipseclint.formats.registry.firewall.sets import SET_VALUES, SUITE_VALUES, note_unknown_values, set_name, suites
from ipseclint.formats.registry.firewall.words import BOOLEANS, CIPHERS, HASHES, KEY_EXCHANGES, PFS_GROUPS, PROTOCOLS
from ipseclint.formats.registry.tree import Key
from ipseclint.model.policy import MainModeCryptoSet, QuickModeCryptoSet
from ipseclint.vocabulary.rows import names

_WORDS = Words(
    encryption=CIPHERS,
    integrity=HASHES,
    dh_group=KEY_EXCHANGES,
    quick_mode_encryption=CIPHERS,
    quick_mode_integrity=HASHES,
    pfs_group=PFS_GROUPS,
    encapsulation=PROTOCOLS,
    flags=BOOLEANS,
)

_FIRST_SET = SET_VALUES | names("donotskipdh timeoutminutes timeoutsessions")
_FIRST_SUITE = SUITE_VALUES | names("keyexchange 2_16keyexchange encryption hash 2_1hash")
_SECOND_SET = SET_VALUES | names("pfs 2_16pfs")
_SECOND_SUITE = SUITE_VALUES | names(
    "protocol 2_9protocol encryption 2_1encryption ahhash 2_1ahhash esphash 2_1esphash timeoutminutes timeoutkbytes"
)
"""The values of each, folded."""


def main_mode_set(key: Key, store: str | None, *, is_default: bool, diagnostics: Diagnostics) -> MainModeCryptoSet:
    """The main-mode set of a key below Phase1CryptoSets."""
    note_unknown_values(key, _FIRST_SET, "a phase 1 crypto set", diagnostics)
    builder = SetBuilder(_WORDS, diagnostics)
    parts: Parts = {
        "lifetime_seconds": text_of(key, "TimeOutMinutes"),
        "quick_mode_limit": text_of(key, "TimeOutSessions"),
        "force_dh": text_of(key, "DoNotSkipDH"),
    }
    proposals = []
    for suite in suites(key, diagnostics):
        note_unknown_values(suite, _FIRST_SUITE, "a phase 1 suite", diagnostics)
        proposals.append(builder.main_mode_proposal(suite.span, _main_mode_parts(suite)))
    return builder.main_mode_set(_head(key, store, is_default=is_default), parts, proposals)


def quick_mode_set(key: Key, store: str | None, *, is_default: bool, diagnostics: Diagnostics) -> QuickModeCryptoSet:
    """The quick-mode set of a key below Phase2CryptoSets."""
    note_unknown_values(key, _SECOND_SET, "a phase 2 crypto set", diagnostics)
    builder = SetBuilder(_WORDS, diagnostics)
    proposals = []
    for suite in suites(key, diagnostics):
        note_unknown_values(suite, _SECOND_SUITE, "a phase 2 suite", diagnostics)
        proposals.append(builder.quick_mode_proposal(suite.span, _quick_mode_parts(suite)))
    parts: Parts = {"pfs_group": newer(key, "2_16PFS", "PFS")}
    return builder.quick_mode_set(_head(key, store, is_default=is_default), parts, proposals)


def _head(key: Key, store: str | None, *, is_default: bool) -> Head:
    return Head(name=set_name(key), id=key.name, span=key.span, is_default=is_default, store=store)


def _main_mode_parts(suite: Key) -> Parts:
    return {
        "dh_group": newer(suite, "2_16KeyExchange", "KeyExchange"),
        "encryption": text_of(suite, "Encryption"),
        "integrity": newer(suite, "2_1Hash", "Hash"),
    }


def _quick_mode_parts(suite: Key) -> Parts:
    return {
        "encapsulation": newer(suite, "2_9Protocol", "Protocol"),
        "ah_integrity": newer(suite, "2_1AhHash", "AhHash"),
        "esp_integrity": newer(suite, "2_1EspHash", "EspHash"),
        "encryption": newer(suite, "2_1Encryption", "Encryption"),
        "lifetime_seconds": text_of(suite, "TimeOutMinutes"),
        "lifetime_kilobytes": text_of(suite, "TimeOutKbytes"),
    }
