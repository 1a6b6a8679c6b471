"""Main-mode and quick-mode crypto sets: MSFT_NetIKEMMCryptoSet and MSFT_NetIKEQMCryptoSet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.values import number, word
from ipseclint.formats.powershell.instance import Instance
from ipseclint.formats.powershell.rules import id_of, is_from_windows, name_of, store_of
from ipseclint.formats.powershell.values import flag
from ipseclint.formats.powershell.words import CIPHERS, ENCAPSULATIONS, GROUPS, HASHES
from ipseclint.model.policy import (
    Dialect,
    MainModeCryptoSet,
    MainModeProposal,
    QuickModeCryptoSet,
    QuickModeProposal,
)
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.vocabulary import builtin
from ipseclint.vocabulary.algorithms import Cipher, Integrity
from ipseclint.vocabulary.builtin import DEFAULT_SET_NAMES

T = TypeVar("T")

MAX_PROPOSALS = 100
"""Proposals of one set that are read before the rest is refused (reasoned: Windows offers fewer)."""


def proposals(item: Instance, diagnostics: Diagnostics) -> Iterator[Instance]:
    """The objects in `Proposals`; what was cut short by the depth of the export is noted."""
    listed = item.instances("Proposals", "Proposal")
    for each in listed[:MAX_PROPOSALS]:
        if isinstance(each, Instance):
            yield each
    cut = next((each for each in listed if not isinstance(each, Instance)), None)
    if cut is not None:
        diagnostics.not_understood("a proposal that the export cut short: export with -Depth 5", cut.span)
    if len(listed) > MAX_PROPOSALS:
        diagnostics.refused(f"more than {MAX_PROPOSALS} proposals in one set: the rest was not read", item.span)


def is_default(item: Instance, kind: str) -> bool:
    """Whether a set is the default of its kind."""
    return (id_of(item) or "").casefold() == DEFAULT_SET_NAMES[kind].casefold()


def main_mode_set(item: Instance, diagnostics: Diagnostics) -> MainModeCryptoSet:
    """The main-mode set that an object is."""
    span = item.span
    minutes = item.text("MaxLifetimeMinutes", "MaxMinutes")
    sessions = item.text("MaxLifetimeSessions", "MaxSessions")
    return MainModeCryptoSet(
        name=name_of(item),
        id=id_of(item),
        span=span,
        dialect=Dialect.WFAS,
        proposals=tuple(_main_mode_proposal(each, diagnostics) for each in proposals(item, diagnostics)),
        lifetime_seconds=default(builtin.MAIN_MODE_LIFETIME_SECONDS, span)
        if minutes is None
        else number(minutes, "lifetime in minutes", diagnostics, factor=60),
        quick_mode_limit=default(builtin.MAIN_MODE_QUICK_MODE_LIMIT, span)
        if sessions is None
        else number(sessions, "number of sessions", diagnostics),
        force_dh=flag(item, "ForceDiffieHellman", diagnostics) or default(builtin.MAIN_MODE_FORCE_DH, span),
        is_default=is_default(item, "main-mode-crypto"),
        builtin=is_from_windows(item),
        store=store_of(item),
    )


def quick_mode_set(item: Instance, diagnostics: Diagnostics) -> QuickModeCryptoSet:
    """The quick-mode set that an object is."""
    group = item.text("PfsGroupID", "PerfectForwardSecrecyGroup")
    return QuickModeCryptoSet(
        name=name_of(item),
        id=id_of(item),
        span=item.span,
        dialect=Dialect.WFAS,
        proposals=tuple(_quick_mode_proposal(each, diagnostics) for each in proposals(item, diagnostics)),
        pfs_group=default(builtin.QUICK_MODE_PFS_GROUP, item.span)
        if group is None
        else word(GROUPS, group, "group for perfect forward secrecy", diagnostics),
        is_default=is_default(item, "quick-mode-crypto"),
        builtin=is_from_windows(item),
        store=store_of(item),
    )


def _main_mode_proposal(item: Instance, diagnostics: Diagnostics) -> MainModeProposal:
    return MainModeProposal(
        span=item.span,
        encryption=_required(CIPHERS, item.text("CipherAlgorithm", "Encryption"), "Encryption", item, diagnostics),
        integrity=_required(HASHES, item.text("HashAlgorithm", "Hash"), "Hash", item, diagnostics),
        dh_group=_required(GROUPS, item.text("GroupID", "KeyExchange"), "KeyExchange", item, diagnostics),
    )


def _quick_mode_proposal(item: Instance, diagnostics: Diagnostics) -> QuickModeProposal:
    span = item.span
    minutes = item.text("MaxLifetimeMinutes", "MaxMinutes")
    kilobytes = item.text("MaxLifetimeKilobytes", "MaxKiloBytes")
    ah, esp = item.text("HashAlgorithmAH", "AHHash"), item.text("HashAlgorithmESP", "ESPHash")
    cipher = item.text("CipherAlgorithm", "Encryption")
    return QuickModeProposal(
        span=span,
        encapsulation=_required(ENCAPSULATIONS, item.text("Encapsulation"), "Encapsulation", item, diagnostics),
        ah_integrity=default(Integrity.NONE, span) if ah is None else word(HASHES, ah, "hash", diagnostics),
        esp_integrity=default(Integrity.NONE, span) if esp is None else word(HASHES, esp, "hash", diagnostics),
        encryption=default(Cipher.NONE, span) if cipher is None else word(CIPHERS, cipher, "encryption", diagnostics),
        lifetime_seconds=default(builtin.QUICK_MODE_LIFETIME_SECONDS, span)
        if minutes is None
        else number(minutes, "lifetime in minutes", diagnostics, factor=60),
        lifetime_kilobytes=default(builtin.QUICK_MODE_LIFETIME_KILOBYTES, span)
        if kilobytes is None
        else number(kilobytes, "lifetime in kilobytes", diagnostics),
    )


def _required(
    table: Mapping[str, T], value: Token | None, name: str, item: Instance, diagnostics: Diagnostics
) -> Setting[T]:
    if value is None:
        diagnostics.malformed(f"a proposal without `{name}`", item.span)
        return Setting(Unknown(""), item.span)
    return word(table, value, f"value of `{name}`", diagnostics)
