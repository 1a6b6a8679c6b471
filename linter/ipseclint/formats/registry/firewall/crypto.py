"""Phase1CryptoSets and Phase2CryptoSets (MS-GPFAS 2.2.5, MS-FASP 2.2.70 to 2.2.74)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.values import number, word
from ipseclint.formats.registry.firewall.fields import newer, text_of
from ipseclint.formats.registry.firewall.sets import (
    SET_VALUES,
    SUITE_VALUES,
    note_unknown_values,
    set_name,
    suites,
)
from ipseclint.formats.registry.firewall.words import (
    BOOLEANS,
    CIPHERS,
    HASHES,
    KEY_EXCHANGES,
    PFS_GROUPS,
    PROTOCOLS,
)
from ipseclint.formats.registry.tree import Key
from ipseclint.model.policy import (
    Dialect,
    MainModeCryptoSet,
    MainModeProposal,
    QuickModeCryptoSet,
    QuickModeProposal,
)
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.source import Span
from ipseclint.vocabulary import builtin
from ipseclint.vocabulary.algorithms import Cipher, Encapsulation, Integrity

T = TypeVar("T")

_FIRST_SET = (*SET_VALUES, "DoNotSkipDH", "TimeOutMinutes", "TimeOutSessions")
_FIRST_SUITE = (*SUITE_VALUES, "KeyExchange", "2_16KeyExchange", "Encryption", "Hash", "2_1Hash")
_SECOND_SET = (*SET_VALUES, "PFS", "2_16PFS")
_SECOND_SUITE = (
    *SUITE_VALUES, "Protocol", "2_9Protocol", "Encryption", "2_1Encryption", "AhHash", "2_1AhHash", "EspHash",
    "2_1EspHash", "TimeOutMinutes", "TimeOutKbytes",
)  # fmt: skip


def main_mode_set(key: Key, *, is_default: bool, diagnostics: Diagnostics) -> MainModeCryptoSet:
    """The main-mode set of a key below Phase1CryptoSets."""
    span = key.span
    minutes, sessions = text_of(key, "TimeOutMinutes"), text_of(key, "TimeOutSessions")
    forced = text_of(key, "DoNotSkipDH")
    note_unknown_values(key, _FIRST_SET, "a phase 1 crypto set", diagnostics)
    return MainModeCryptoSet(
        name=set_name(key),
        id=key.name,
        span=span,
        dialect=Dialect.WFAS,
        proposals=tuple(_main_mode_proposal(each, diagnostics) for each in suites(key, diagnostics)),
        lifetime_seconds=number(minutes, "lifetime in minutes", diagnostics, factor=60)
        if minutes
        else default(builtin.MAIN_MODE_LIFETIME_SECONDS, span),
        quick_mode_limit=number(sessions, "number of sessions", diagnostics)
        if sessions
        else default(builtin.MAIN_MODE_QUICK_MODE_LIMIT, span),
        force_dh=word(BOOLEANS, forced, "value of `DoNotSkipDH`", diagnostics)
        if forced
        else default(builtin.MAIN_MODE_FORCE_DH, span),
        is_default=is_default,
    )


def quick_mode_set(key: Key, *, is_default: bool, diagnostics: Diagnostics) -> QuickModeCryptoSet:
    """The quick-mode set of a key below Phase2CryptoSets."""
    group = newer(key, "2_16PFS", "PFS")
    note_unknown_values(key, _SECOND_SET, "a phase 2 crypto set", diagnostics)
    return QuickModeCryptoSet(
        name=set_name(key),
        id=key.name,
        span=key.span,
        dialect=Dialect.WFAS,
        proposals=tuple(_quick_mode_proposal(each, diagnostics) for each in suites(key, diagnostics)),
        pfs_group=word(PFS_GROUPS, group, "group for perfect forward secrecy", diagnostics)
        if group
        else default(builtin.QUICK_MODE_PFS_GROUP, key.span),
        is_default=is_default,
    )


def _main_mode_proposal(suite: Key, diagnostics: Diagnostics) -> MainModeProposal:
    note_unknown_values(suite, _FIRST_SUITE, "a phase 1 suite", diagnostics)
    return MainModeProposal(
        span=suite.span,
        dh_group=_required(
            KEY_EXCHANGES, newer(suite, "2_16KeyExchange", "KeyExchange"), "KeyExchange", suite, diagnostics
        ),
        encryption=_required(CIPHERS, text_of(suite, "Encryption"), "Encryption", suite, diagnostics),
        integrity=_required(HASHES, newer(suite, "2_1Hash", "Hash"), "Hash", suite, diagnostics),
    )


def _quick_mode_proposal(suite: Key, diagnostics: Diagnostics) -> QuickModeProposal:
    span = suite.span
    note_unknown_values(suite, _SECOND_SUITE, "a phase 2 suite", diagnostics)
    minutes, kilobytes = text_of(suite, "TimeOutMinutes"), text_of(suite, "TimeOutKbytes")
    encapsulation = _required(PROTOCOLS, newer(suite, "2_9Protocol", "Protocol"), "Protocol", suite, diagnostics)
    ah = _optional(HASHES, newer(suite, "2_1AhHash", "AhHash"), "hash", Integrity.NONE, span, diagnostics)
    esp = _optional(HASHES, newer(suite, "2_1EspHash", "EspHash"), "hash", Integrity.NONE, span, diagnostics)
    if encapsulation.known is Encapsulation.AUTH_NO_ENCAP and esp.known is Integrity.NONE:
        # One hash authenticates; the model has it where ESP has its own, whichever value holds it.
        ah, esp = esp, ah
    return QuickModeProposal(
        span=span,
        encapsulation=encapsulation,
        ah_integrity=ah,
        esp_integrity=esp,
        encryption=_optional(
            CIPHERS, newer(suite, "2_1Encryption", "Encryption"), "encryption", Cipher.NONE, span, diagnostics
        ),
        lifetime_seconds=number(minutes, "lifetime in minutes", diagnostics, factor=60)
        if minutes
        else default(builtin.QUICK_MODE_LIFETIME_SECONDS, span),
        lifetime_kilobytes=number(kilobytes, "lifetime in kilobytes", diagnostics)
        if kilobytes
        else default(builtin.QUICK_MODE_LIFETIME_KILOBYTES, span),
    )


def _required(
    table: Mapping[str, T], value: Token | None, name: str, suite: Key, diagnostics: Diagnostics
) -> Setting[T]:
    if value is None:
        diagnostics.malformed(f"a suite without `{name}`", suite.span)
        return Setting(Unknown(""), suite.span)
    return word(table, value, f"value of `{name}`", diagnostics)


def _optional(
    table: Mapping[str, T], value: Token | None, what: str, absent: T, span: Span, diagnostics: Diagnostics
) -> Setting[T]:
    return Setting(absent, span) if value is None else word(table, value, what, diagnostics)
