"""Where a crypto set offers an algorithm, and what to replace it by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    Dialect,
    MainModeCryptoSet,
    MainModeProposal,
    Policy,
    QuickModeCryptoSet,
    QuickModeProposal,
)
from ipseclint.model.setting import Origin, Setting
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity

CryptoSet = MainModeCryptoSet | QuickModeCryptoSet
Proposal = MainModeProposal | QuickModeProposal
Word = Cipher | Integrity | DhGroup | Encapsulation
A = TypeVar("A", Cipher, Integrity, DhGroup)


class Use(Struct, Generic[A], frozen=True):
    """One place where a set offers an algorithm; `proposal` counts from 0, None is the set's own PFS group."""

    algorithm: A
    span: Span
    proposal: int | None


def user_defined_crypto_sets(policy: Policy) -> Iterator[CryptoSet]:
    """The crypto sets of users, without Windows' own."""
    yield from (crypto_set for crypto_set in policy.main_mode_crypto_sets if not crypto_set.builtin)
    yield from (crypto_set for crypto_set in policy.quick_mode_crypto_sets if not crypto_set.builtin)


def written_quick_mode_sets(policy: Policy) -> Iterator[QuickModeCryptoSet]:
    """The quick-mode sets of users."""
    return (crypto_set for crypto_set in policy.quick_mode_crypto_sets if not crypto_set.builtin)


def written_proposals(crypto_set: QuickModeCryptoSet) -> list[QuickModeProposal]:
    """The proposals of which the input names at least a part: not those that Windows adds by default."""
    return [
        proposal
        for proposal in crypto_set.proposals
        if any(setting.origin is not Origin.DEFAULT for setting in _parts(proposal))
    ]


def _parts(proposal: QuickModeProposal) -> tuple[Setting[Encapsulation] | Setting[Integrity] | Setting[Cipher], ...]:
    return proposal.encapsulation, proposal.encryption, proposal.esp_integrity, proposal.ah_integrity


def sets_naming(machine: Machine, words: Iterable[Word]) -> list[CryptoSet]:
    """The user's crypto sets that contain one of some words, in order.

    Of ten thousand sets none may contain what a rule looks for, so each is searched once for all rules.
    """
    sets, places_of = machine.once(_by_word)
    places = {place for word in words for place in places_of.get(word, ())}
    return [sets[place] for place in sorted(places)]


def quick_mode_sets_naming(machine: Machine, words: Iterable[Word]) -> Iterator[QuickModeCryptoSet]:
    """Those of them that are quick-mode sets."""
    return (each for each in sets_naming(machine, words) if isinstance(each, QuickModeCryptoSet))


def _by_word(machine: Machine) -> tuple[Sequence[CryptoSet], Mapping[object, Sequence[int]]]:
    """The user's crypto sets, and for each word the positions of those that contain it."""
    sets = tuple(user_defined_crypto_sets(machine.policy))
    places_of: defaultdict[object, list[int]] = defaultdict(list)
    for place, crypto_set in enumerate(sets):
        for word in {setting.value for setting in _settings(crypto_set)}:
            places_of[word].append(place)
    return sets, places_of


def _settings(
    crypto_set: CryptoSet,
) -> Iterator[Setting[Cipher] | Setting[Integrity] | Setting[DhGroup] | Setting[Encapsulation]]:
    if isinstance(crypto_set, MainModeCryptoSet):
        for main in crypto_set.proposals:
            yield from (main.encryption, main.integrity, main.dh_group)
        return
    yield crypto_set.pfs_group
    for quick in crypto_set.proposals:
        yield from _parts(quick)
        if quick.pfs_group is not None:
            yield quick.pfs_group


def mode_of(crypto_set: CryptoSet) -> str:
    """The name of the mode that a set is for."""
    return "main-mode" if isinstance(crypto_set, MainModeCryptoSet) else "quick-mode"


def cipher_uses(crypto_set: CryptoSet) -> list[Use[Cipher]]:
    """Every place where a set names an encryption algorithm, in its order."""
    proposals: Sequence[MainModeProposal | QuickModeProposal] = crypto_set.proposals
    return _uses((proposal.encryption, number) for number, proposal in enumerate(proposals))


def integrity_uses(crypto_set: CryptoSet) -> list[Use[Integrity]]:
    """Every place where a set names an integrity algorithm: the hash of main mode, of AH and of ESP."""
    return _uses(_integrity_settings(crypto_set))


def integrity_is_known(crypto_set: CryptoSet) -> bool:
    """Whether all integrity algorithms of a set were understood."""
    return all(setting.known is not None for setting, _ in _integrity_settings(crypto_set))


def _integrity_settings(crypto_set: CryptoSet) -> list[tuple[Setting[Integrity], int | None]]:
    if isinstance(crypto_set, MainModeCryptoSet):
        return [(proposal.integrity, number) for number, proposal in enumerate(crypto_set.proposals)]
    return [
        (setting, number)
        for number, proposal in enumerate(crypto_set.proposals)
        for setting in (proposal.ah_integrity, proposal.esp_integrity)
    ]


def group_uses(crypto_set: CryptoSet) -> list[Use[DhGroup]]:
    """Every place where a set names a Diffie-Hellman group: key exchange in main mode, PFS in quick mode."""
    if isinstance(crypto_set, MainModeCryptoSet):
        return _uses((proposal.dh_group, number) for number, proposal in enumerate(crypto_set.proposals))
    per_proposal = _uses(
        (proposal.pfs_group, number)
        for number, proposal in enumerate(crypto_set.proposals)
        if proposal.pfs_group is not None
    )
    # If each proposal names its group, the set's own group only repeats it.
    return per_proposal or _uses([(crypto_set.pfs_group, None)])


def _uses(settings: Iterable[tuple[Setting[A], int | None]]) -> list[Use[A]]:
    return [
        Use(setting.known, setting.span, number)
        for setting, number in settings
        if setting.known is not None and setting.origin is not Origin.DEFAULT
    ]


class Successors(Struct, frozen=True):
    """The replacements of algorithms that should no longer be offered."""

    ciphers: Mapping[Cipher, Cipher]
    integrity: Mapping[Integrity, Integrity]
    groups: Mapping[DhGroup, DhGroup]


MODERN = Successors(
    {Cipher.DES: Cipher.AES_256, Cipher.TRIPLE_DES: Cipher.AES_256},
    {Integrity.MD5: Integrity.SHA256, Integrity.SHA1: Integrity.SHA256},
    {
        DhGroup.GROUP_1: DhGroup.ECP_384,
        DhGroup.GROUP_2: DhGroup.ECP_384,
        DhGroup.GROUP_24: DhGroup.ECP_384,
    },
)
"""Algorithms that RFC 8247 and RFC 8221 keep and Windows offers, for those that they deprecate."""

NETSH_IPSEC = Successors({}, {}, {DhGroup.GROUP_1: DhGroup.GROUP_14, DhGroup.GROUP_2: DhGroup.GROUP_14})
"""The replacements that `netsh ipsec` can write: its help knows no AES, no SHA-2 and no elliptic curves."""

SUCCESSORS = {
    Dialect.WFAS: MODERN,
    Dialect.WFP: MODERN,
    Dialect.VPN: MODERN,
    Dialect.IP_SECURITY_POLICY: NETSH_IPSEC,
    Dialect.DYNAMIC: NETSH_IPSEC,
}
"""The replacements that each tool can write."""
