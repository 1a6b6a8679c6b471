"""Algorithms that are sound, and weaker than a national profile asks for; off until its ruleset is chosen."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import MainModeCryptoSet
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.rules._crypto import BEYOND_NETSH_IPSEC, REFUSED_CIPHER, REFUSED_GROUP, REFUSED_HASH, TOGETHER
from ipseclint.rules._weak_algorithms import WeakGroups, hits
from ipseclint.semantics.algorithms_in_use import (
    NETSH_IPSEC,
    SUCCESSORS,
    Word,
    cipher_uses,
    group_uses,
    integrity_uses,
    sets_naming,
)
from ipseclint.semantics.proposals import raised
from ipseclint.semantics.scope import in_force
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Integrity


@rule(
    "CR007",
    "dh-group-14-below-national-profile",
    basis=Basis.STANDARD,
    leads_to=REFUSED_GROUP,
    options=WeakGroups,
    looks_at=LooksAt.SETS,
)
def dh_group_14_below_national_profile(machine: Machine, options: WeakGroups) -> Iterator[Hit]:
    """A key exchange uses DH14, which a national profile no longer takes.

    Why: The CNSA suite asks for P-384 or for MODP groups of 3072 bits and more (RFC 9206), and the BSI for about
    3000 bits (TR-02102-3). Windows offers groups 1, 2, 14, 19, 20 and 24, so DH20 is the one that fits both.
    Nothing is wrong with group 14 for others: this rule is off until a ruleset for such a profile switches it on.

    Seen as: Nothing, or 13868 ERROR_IPSEC_IKE_POLICY_MATCH and 13865 ERROR_IPSEC_IKE_INVALID_GROUP when a
    peer that follows the profile refuses the group.

    Bad: `netsh advfirewall set global mainmode mmsecmethods dhgroup14:aes256-sha384`

    Good: `netsh advfirewall set global mainmode mmsecmethods ecdhp384:aes256-sha384`

    Fix: Use DH20 (`ecdhp384`), on all peers at the same time: a main-mode set has one group.

    Waive: For peers outside the profile.
    """
    profile = dict.fromkeys(options.groups, DhGroup.ECP_384)
    for crypto_set in in_force(machine, sets_naming(machine, options.groups)):
        uses = [use for use in group_uses(crypto_set) if use.algorithm in options.groups]
        yield from hits(machine, crypto_set, uses, "DH20", profile=profile)


class ProfileAlgorithms(Options):
    """The algorithms that a national profile no longer takes, each with the one it wants instead."""

    ciphers: dict[Cipher, Cipher]
    main_mode_integrity: dict[Integrity, Integrity]
    quick_mode_integrity: dict[Integrity, Integrity]


@rule(
    "CR024",
    "algorithm-below-national-profile",
    basis=Basis.STANDARD,
    leads_to=(*REFUSED_CIPHER, *REFUSED_HASH[1:]),
    options=ProfileAlgorithms,
    looks_at=LooksAt.SETS,
)
def algorithm_below_national_profile(machine: Machine, options: ProfileAlgorithms) -> Iterator[Hit]:
    """A proposal offers encryption or integrity that is sound, and weaker than a national profile asks for.

    Why: The CNSA suite asks for keys of 256 bits and for SHA-384 or SHA-512. Windows has no SHA-384 in quick mode,
    so AES-GCM with 256 bits, which brings its own integrity, is what fits there. Nothing is wrong with these
    algorithms for others: this rule is off until a ruleset for such a profile switches it on. Algorithms that are
    weak for everybody have rules of their own (CR001 to CR004).

    Seen as: Nothing, or 13868 ERROR_IPSEC_IKE_POLICY_MATCH, 13873 for a cipher, 13871 or 13874 for a hash, when a peer
    that follows the profile refuses it.

    Bad: `netsh advfirewall consec set rule name=R new qmsecmethods=esp:sha256-aes128`, under CNSA

    Good: `netsh advfirewall consec set rule name=R new qmsecmethods=esp:aesgcm256-aesgcm256`

    Fix: Use the algorithm that the profile wants, on all peers at the same time.

    Waive: For peers outside the profile.
    """
    unwanted: set[Word] = {*options.ciphers, *options.main_mode_integrity, *options.quick_mode_integrity}
    for crypto_set in in_force(machine, sets_naming(machine, unwanted)):
        main = isinstance(crypto_set, MainModeCryptoSet)
        integrity = options.main_mode_integrity if main else options.quick_mode_integrity
        ciphers = [use for use in cipher_uses(crypto_set) if use.algorithm in options.ciphers]
        hashes = [use for use in integrity_uses(crypto_set) if use.algorithm in integrity]
        if not ciphers and not hashes:
            continue
        fix = Fix(note=BEYOND_NETSH_IPSEC)
        if SUCCESSORS[crypto_set.dialect] is not NETSH_IPSEC:
            change = Assign(crypto_set, "proposals", raised(crypto_set, options.ciphers, integrity))
            fix = Fix((change,), TOGETHER, risky=True)
        for cipher, wanted in options.ciphers.items():
            uses = [use for use in ciphers if use.algorithm is cipher]
            yield from hits(machine, crypto_set, uses, wanted.value, fix=fix)
        for hash_, better in integrity.items():
            uses_of_hash = [use for use in hashes if use.algorithm is hash_]
            yield from hits(machine, crypto_set, uses_of_hash, better.value, fix=fix)
