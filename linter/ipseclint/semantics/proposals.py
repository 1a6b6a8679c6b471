"""Proposals: compared, put into words, and repaired."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from ipseclint.model.policy import Dialect, MainModeCryptoSet, MainModeProposal, QuickModeCryptoSet, QuickModeProposal
from ipseclint.model.setting import Setting
from ipseclint.semantics.algorithms_in_use import SUCCESSORS, CryptoSet
from ipseclint.vocabulary.algorithms import (
    AEAD_CIPHERS,
    GMACS,
    Cipher,
    DhGroup,
    Encapsulation,
    Integrity,
)

P = TypeVar("P", MainModeProposal, QuickModeProposal)
V = TypeVar("V")

Strength = tuple[int, int, int]
"""Bits of encryption, of integrity, and of key exchange (main mode) or of AH (quick mode)."""

MATCHING_GMAC = {
    Cipher.AES_GCM_128: Integrity.AES_GMAC_128,
    Cipher.AES_GCM_192: Integrity.AES_GMAC_192,
    Cipher.AES_GCM_256: Integrity.AES_GMAC_256,
}
"""The ESP integrity that GCM encryption of the same key size must name (MS-FASP 2.2.74)."""

_MAIN_MODE_CIPHERS = {
    Cipher.NONE: Cipher.AES_256,
    Cipher.AES_GCM_128: Cipher.AES_128,
    Cipher.AES_GCM_192: Cipher.AES_192,
    Cipher.AES_GCM_256: Cipher.AES_256,
}
"""What a main-mode proposal can name in place of a cipher that MS-FASP 2.2.74 forbids there."""


_WITH_GCM = {plain: gcm for gcm, plain in _MAIN_MODE_CIPHERS.items() if gcm is not Cipher.NONE}


def words(proposal: MainModeProposal | QuickModeProposal) -> str:
    """A proposal as a short text, such as `AES-256+SHA-384+DH20` or `ESP AES-128+SHA-1`."""
    if isinstance(proposal, MainModeProposal):
        return f"{_word(proposal.encryption)}+{_word(proposal.integrity)}+{_word(proposal.dh_group)}"
    encapsulation = proposal.encapsulation.known
    ah, esp = _word(proposal.ah_integrity), f"{_word(proposal.encryption)}+{_word(proposal.esp_integrity)}"
    if encapsulation is Encapsulation.AH:
        return f"AH {ah}"
    if encapsulation is Encapsulation.AH_AND_ESP:
        return f"AH {ah} with ESP {esp}"
    if encapsulation is Encapsulation.AUTH_NO_ENCAP:
        return f"auth-no-encap {_word(proposal.esp_integrity)}"
    return f"ESP {esp}"


def _word(setting: Setting[Cipher] | Setting[Integrity] | Setting[DhGroup]) -> str:
    return "?" if setting.known is None else setting.known.value


def strength(proposal: MainModeProposal | QuickModeProposal) -> Strength | None:
    """The strength of a proposal; None when a part of it is not understood."""
    encryption = proposal.encryption.known
    if encryption is None:
        return None
    bits = encryption.row.strength_bits
    if isinstance(proposal, MainModeProposal):
        integrity, group = proposal.integrity.known, proposal.dh_group.known
        if integrity is None or group is None or group.row.strength_bits is None:
            return None
        return (bits, integrity.row.strength_bits, group.row.strength_bits)
    ah, esp = proposal.ah_integrity.known, proposal.esp_integrity.known
    if ah is None or esp is None:
        return None
    own = bits if encryption.row.aead else esp.row.strength_bits
    return (bits, own, ah.row.strength_bits)


def exceeds(strong: Strength, weak: Strength) -> bool:
    """Whether one is at least as strong in every part and stronger in one."""
    return strong != weak and all(high >= low for high, low in zip(strong, weak, strict=True))


def purpose(proposal: MainModeProposal | QuickModeProposal) -> Hashable:
    """The purpose of a proposal: only proposals of one purpose can be ranked against each other.

    Quick modes with and without encryption, or with AH and with ESP, are offered for different reasons.
    """
    if isinstance(proposal, MainModeProposal):
        return None
    return proposal.encapsulation.known, proposal.encryption.known is Cipher.NONE


def outranks(strong: MainModeProposal | QuickModeProposal, weak: MainModeProposal | QuickModeProposal) -> bool:
    """Whether a proposal serves the purpose of another and, as far as is known, exceeds it."""
    high, low = strength(strong), strength(weak)
    return purpose(strong) == purpose(weak) and high is not None and low is not None and exceeds(high, low)


def repaired(
    crypto_set: CryptoSet, groups: Mapping[DhGroup, DhGroup] | None = None
) -> tuple[MainModeProposal, ...] | tuple[QuickModeProposal, ...]:
    """The repaired proposals of a set: valid, without deprecated algorithms, strongest first, each once.

    One repair serves every rule on proposals, so that their fixes agree. `groups` adds successors that only a national
    profile asks for. What is not understood stays as it is.
    """
    if isinstance(crypto_set, MainModeCryptoSet):
        return _ordered(_repaired_main_mode(crypto_set, groups or {}))
    return _ordered(
        _repaired_quick_mode(proposal, crypto_set.dialect, groups or {}) for proposal in crypto_set.proposals
    )


def raised(
    crypto_set: CryptoSet, ciphers: Mapping[Cipher, Cipher], integrity: Mapping[Integrity, Integrity]
) -> tuple[MainModeProposal, ...] | tuple[QuickModeProposal, ...]:
    """The repaired proposals with each algorithm raised to what a profile requires; GMAC integrity makes the cipher
    GCM."""
    proposals = repaired(crypto_set)
    if isinstance(crypto_set, MainModeCryptoSet):
        return _ordered(
            proposal.model_copy(
                update={
                    "encryption": _replaced(proposal.encryption, ciphers),
                    "integrity": _replaced(proposal.integrity, integrity),
                }
            )
            for proposal in proposals
            if isinstance(proposal, MainModeProposal)
        )
    return _ordered(
        _raised_quick_mode(proposal, ciphers, integrity)
        for proposal in proposals
        if isinstance(proposal, QuickModeProposal)
    )


def _raised_quick_mode(
    proposal: QuickModeProposal, ciphers: Mapping[Cipher, Cipher], integrity: Mapping[Integrity, Integrity]
) -> QuickModeProposal:
    encryption, esp = _replaced(proposal.encryption, ciphers), _replaced(proposal.esp_integrity, integrity)
    if esp.known in GMACS:
        encryption = _replaced(encryption, _WITH_GCM)
    if encryption.known in MATCHING_GMAC:
        esp = replace(esp, value=MATCHING_GMAC[encryption.known])
    return proposal.model_copy(
        update={
            "encryption": encryption,
            "esp_integrity": esp,
            "ah_integrity": _replaced(proposal.ah_integrity, integrity),
        }
    )


def without_ah(crypto_set: QuickModeCryptoSet) -> tuple[QuickModeProposal, ...]:
    """The repaired proposals with AH, and authentication without encapsulation, replaced by ESP with the same
    integrity."""
    proposals = repaired(crypto_set)
    return _ordered(_as_esp(proposal) for proposal in proposals if isinstance(proposal, QuickModeProposal))


def _as_esp(proposal: QuickModeProposal) -> QuickModeProposal:
    encapsulation = proposal.encapsulation
    if encapsulation.known is Encapsulation.AH:
        esp, ah = replace(proposal.ah_integrity), replace(proposal.ah_integrity, value=Integrity.NONE)
    elif encapsulation.known is Encapsulation.AUTH_NO_ENCAP:
        esp, ah = proposal.esp_integrity, proposal.ah_integrity
    else:
        return proposal
    return proposal.model_copy(
        update={
            "encapsulation": Setting(Encapsulation.ESP, encapsulation.span),
            "ah_integrity": ah,
            "esp_integrity": esp,
        }
    )


def _repaired_main_mode(crypto_set: MainModeCryptoSet, groups: Mapping[DhGroup, DhGroup]) -> Sequence[MainModeProposal]:
    table = SUCCESSORS[crypto_set.dialect]
    ciphers, integrity, successors = dict(table.ciphers), dict(table.integrity), {**table.groups, **groups}
    if crypto_set.dialect is Dialect.WFAS:
        ciphers |= _MAIN_MODE_CIPHERS
        integrity |= dict.fromkeys((Integrity.NONE, *GMACS), Integrity.SHA256)
        successors[DhGroup.NONE] = DhGroup.ECP_384
    proposals = [
        proposal.model_copy(
            update={
                "encryption": _replaced(proposal.encryption, ciphers),
                "integrity": _replaced(proposal.integrity, integrity),
                "dh_group": _replaced(proposal.dh_group, successors),
            }
        )
        for proposal in crypto_set.proposals
    ]
    known = {group for proposal in proposals if (group := proposal.dh_group.known) is not None}
    if crypto_set.dialect is not Dialect.WFAS or not known:
        return proposals
    # MS-FASP 2.2.74: all suites of a main-mode set have the same key exchange.
    best = max(known, key=lambda group: group.row.strength_bits or 0)
    one = dict.fromkeys(known, best)
    return [proposal.model_copy(update={"dh_group": _replaced(proposal.dh_group, one)}) for proposal in proposals]


def _repaired_quick_mode(
    proposal: QuickModeProposal, dialect: Dialect, groups: Mapping[DhGroup, DhGroup]
) -> QuickModeProposal:
    table = SUCCESSORS[dialect]
    integrity = dict(table.integrity)
    if dialect not in {Dialect.IP_SECURITY_POLICY, Dialect.DYNAMIC}:
        integrity[Integrity.SHA384] = Integrity.SHA256
    encryption = _replaced(proposal.encryption, table.ciphers)
    esp = _replaced(proposal.esp_integrity, integrity)
    ah = _replaced(proposal.ah_integrity, integrity)
    encapsulation = proposal.encapsulation
    if encapsulation.known is Encapsulation.AH_AND_ESP:
        if esp.known is not None and ah.known is not None and encryption.known not in AEAD_CIPHERS:
            stronger = max(esp.known, ah.known, key=lambda each: each.row.strength_bits)
            esp = esp if stronger is esp.known else Setting(stronger, esp.span)
        encapsulation = Setting(Encapsulation.ESP, encapsulation.span)
        ah = Setting(Integrity.NONE, ah.span)
    cipher = encryption.known
    if cipher in MATCHING_GMAC:
        esp = Setting(MATCHING_GMAC[cipher], esp.span)
    elif (
        encapsulation.known is Encapsulation.ESP
        and (esp.known is Integrity.NONE or esp.known in GMACS)
        and cipher not in {None, Cipher.NONE}
    ):
        esp = Setting(_plain_integrity(dialect), esp.span)
    pfs = proposal.pfs_group
    return proposal.model_copy(
        update={
            "encapsulation": encapsulation,
            "ah_integrity": ah,
            "esp_integrity": esp,
            "encryption": encryption,
            "pfs_group": None if pfs is None else _replaced(pfs, {**table.groups, **groups}),
        }
    )


def _plain_integrity(dialect: Dialect) -> Integrity:
    return Integrity.SHA1 if dialect in {Dialect.IP_SECURITY_POLICY, Dialect.DYNAMIC} else Integrity.SHA256


def _replaced(setting: Setting[V], table: Mapping[V, V]) -> Setting[V]:
    value = setting.known
    if value is None or value not in table or table[value] == value:
        return setting
    return Setting(table[value], setting.span)


def _ordered(proposals: Iterable[P]) -> tuple[P, ...]:
    """The proposals without duplicates, strongest first within a purpose; each purpose keeps its positions."""
    once: dict[Hashable, P] = {}
    for proposal in proposals:
        once.setdefault(proposal.algorithms, proposal)
    ranked: defaultdict[Hashable, list[tuple[Strength, P]]] = defaultdict(list)
    for proposal in once.values():
        own = strength(proposal)
        if own is not None:
            ranked[purpose(proposal)].append((own, proposal))
    queues = {key: iter(sorted(group, key=lambda pair: pair[0], reverse=True)) for key, group in ranked.items()}
    return tuple(
        proposal if strength(proposal) is None else next(queues[purpose(proposal)])[1] for proposal in once.values()
    )
