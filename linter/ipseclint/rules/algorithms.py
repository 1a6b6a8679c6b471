"""Algorithms that standards withdraw or advise against, wherever a set offers them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ipseclint.finding import Basis, Severity
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.rules._crypto import REFUSED_CIPHER, REFUSED_GROUP, REFUSED_HASH
from ipseclint.rules._weak_algorithms import WeakGroups, hits
from ipseclint.semantics.algorithms_in_use import (
    SUCCESSORS,
    cipher_uses,
    group_uses,
    integrity_is_known,
    integrity_uses,
    sets_naming,
)
from ipseclint.semantics.scope import in_force
from ipseclint.semantics.vpn_suites import main_mode_of, quick_mode_of, strong
from ipseclint.vocabulary import vpn_offers
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Integrity


class WeakCiphers(Options):
    """The encryption algorithms that no proposal should offer."""

    ciphers: frozenset[Cipher]


class WeakIntegrity(Options):
    """The integrity algorithms that no proposal should offer."""

    integrity: frozenset[Integrity]


class GradedGroups(Options):
    """The Diffie-Hellman groups that are broken, and those that are within reach of an attacker."""

    error_groups: frozenset[DhGroup]
    warning_groups: frozenset[DhGroup]


@rule("CR001", "des-offered", basis=Basis.STANDARD, leads_to=REFUSED_CIPHER, options=WeakCiphers, looks_at=LooksAt.SETS)
def des_offered(machine: Machine, options: WeakCiphers) -> Iterator[Hit]:
    """A main-mode or quick-mode proposal offers DES, whose 56-bit key is found by trying all.

    Why: What is offered can be chosen: the first proposal that both sides have wins, and an attacker who can make
    the better ones fail gets this one. RFC 8247 and RFC 8221 forbid DES (MUST NOT). Microsoft keeps DES for
    backward compatibility only; what Server 2025 removed is the DES of Kerberos, and its cmdlets still take it for
    IPsec. A peer that follows the standards refuses it, and when nothing else is common the
    negotiation ends there.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH, or 13873 ERROR_IPSEC_IKE_INVALID_ENCRYPT_ALG, in events
    4652, 4653 and 4654 when the peer refuses it. Otherwise nothing is seen: the traffic is readable.

    Bad: `netsh advfirewall set global mainmode mmsecmethods dhgroup2:des-md5`

    Good: `netsh advfirewall set global mainmode mmsecmethods ecdhp384:aes256-sha384`

    Fix: Offer AES instead, on all peers at the same time. `netsh ipsec` has no AES: move such a policy to
    connection security rules.

    Waive: Never for traffic that matters. For a device that can do nothing else, until it is replaced.
    """
    yield from _offered(machine, options)


@rule(
    "CR002",
    "triple-des-offered",
    basis=Basis.STANDARD,
    leads_to=REFUSED_CIPHER,
    options=WeakCiphers,
    looks_at=LooksAt.SETS,
)
def triple_des_offered(machine: Machine, options: WeakCiphers) -> Iterator[Hit]:
    """A main-mode or quick-mode proposal offers 3DES, with its blocks of 64 bits.

    Why: RFC 8221 advises against 3DES for ESP (SHOULD NOT) and RFC 8247 leaves it optional for IKE (MAY). After
    2^32 blocks, 32 GiB, two equal ciphertext blocks are likely and give plaintext away (SWEET32). It is also the
    slowest cipher that Windows offers, so the same traffic takes more of the processor that the negotiations need;
    that last part is our reasoning.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH or 13873 ERROR_IPSEC_IKE_INVALID_ENCRYPT_ALG in events 4652,
    4653 and 4654 when the peer no longer takes it. Otherwise nothing is seen.

    Bad: `netsh advfirewall consec set rule name=R new qmsecmethods=esp:sha1-3des`

    Good: `netsh advfirewall consec set rule name=R new qmsecmethods=esp:aesgcm128-aesgcm128`

    Fix: Offer AES instead, on all peers at the same time. `netsh ipsec` has no AES: move such a policy to
    connection security rules.

    Waive: For appliances that offer nothing better, with a byte lifetime far below 32 GiB (see CR009).
    """
    yield from _offered(machine, options)


@rule("CR003", "md5-offered", basis=Basis.STANDARD, leads_to=REFUSED_HASH, options=WeakIntegrity, looks_at=LooksAt.SETS)
def md5_offered(machine: Machine, options: WeakIntegrity) -> Iterator[Hit]:
    """A proposal offers MD5 as the hash of main mode or as the integrity of AH or ESP.

    Why: RFC 8247 and RFC 8221 forbid HMAC-MD5 (MUST NOT). In main mode the hash also makes the keys and takes part
    in authentication, where collisions of MD5 can be found in practice. Microsoft advises against it.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH, 13871 ERROR_IPSEC_IKE_INVALID_HASH_ALG or 13874
    ERROR_IPSEC_IKE_INVALID_AUTH_ALG in events 4652, 4653 and 4654 when the peer refuses it. Otherwise
    nothing is seen.

    Bad: `netsh advfirewall consec set rule name=R new qmsecmethods=ah:md5`

    Good: `netsh advfirewall consec set rule name=R new qmsecmethods=esp:sha256-none`

    Fix: Offer SHA-256, or AES-GMAC in quick mode, on all peers at the same time. `netsh ipsec` has SHA-1 at
    best: move such a policy to connection security rules.

    Waive: Only for a device that can do nothing else, until it is replaced.
    """
    for crypto_set in in_force(machine, sets_naming(machine, options.integrity)):
        uses = [use for use in integrity_uses(crypto_set) if use.algorithm in options.integrity]
        yield from hits(machine, crypto_set, uses, "SHA-256")


class GradedIntegrity(Options):
    """Integrity algorithms that are being withdrawn, and the severity of each beside better ones and as the only
    choice."""

    integrity: frozenset[Integrity]
    beside_better: Severity
    only_choice: Severity


@rule(
    "CR004", "sha1-offered", basis=Basis.STANDARD, leads_to=REFUSED_HASH, options=GradedIntegrity, looks_at=LooksAt.SETS
)
def sha1_offered(machine: Machine, options: GradedIntegrity) -> Iterator[Hit]:
    """A proposal offers SHA-1; worse, nothing but SHA-1 is offered.

    Why: RFC 8247 and RFC 8221 still require HMAC-SHA-1 but announce its end (MUST-), and the BSI has withdrawn it.
    As an HMAC it is not broken, so beside a better choice this is information only. A set that offers nothing else
    cannot agree with a peer that has dropped SHA-1.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH, 13871 ERROR_IPSEC_IKE_INVALID_HASH_ALG or 13874
    ERROR_IPSEC_IKE_INVALID_AUTH_ALG in events 4652, 4653 and 4654 once peers drop SHA-1.

    Bad: `netsh advfirewall consec set rule name=R new qmsecmethods=esp:sha1-aes128`

    Good: `netsh advfirewall consec set rule name=R new qmsecmethods=esp:aesgcm128-aesgcm128,esp:sha256-aes128`

    Fix: Offer SHA-256 or AES-GCM first, keep SHA-1 last while peers need it, then remove it.

    Waive: While old peers are being replaced. Microsoft's own sample policies still use SHA-1, and
    `netsh ipsec` has nothing better.
    """
    for crypto_set in in_force(machine, sets_naming(machine, options.integrity)):
        uses = integrity_uses(crypto_set)
        weak = [use for use in uses if use.algorithm in options.integrity]
        if not weak:
            continue
        carrying = {use.proposal for use in uses if use.algorithm is not Integrity.NONE}
        only = {use.proposal for use in weak} == carrying and integrity_is_known(crypto_set)
        severity = options.only_choice if only else options.beside_better
        yield from hits(machine, crypto_set, weak, "SHA-256", dict.fromkeys(options.integrity, severity))


@rule(
    "CR005",
    "dh-group-1-or-2",
    basis=Basis.STANDARD,
    leads_to=REFUSED_GROUP,
    options=GradedGroups,
    looks_at=LooksAt.SETS,
)
def dh_group_1_or_2(machine: Machine, options: GradedGroups) -> Iterator[Hit]:
    """A key exchange uses DH1 (768 bits) or DH2 (1024 bits), in main mode or for quick-mode PFS.

    Why: Every key of the connection comes from this exchange; who breaks it reads everything, also later from a
    recording. RFC 8247 forbids group 1 (MUST NOT) and advises against group 2 (SHOULD NOT). Logjam showed that one
    precomputation for a group of 1024 bits, within reach of a state, opens all connections that use it. Group 2
    stands in the defaults of Windows and in Microsoft's sample policies. A VPN connection without a suite of its own
    offers it alone, which no hardened server takes: the commonest cause of error 13868 of a VPN connection.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH or 13865 ERROR_IPSEC_IKE_INVALID_GROUP in events 4652 and
    4653 when the peer refuses the group. Otherwise nothing is seen.

    Bad: `netsh advfirewall set global mainmode mmsecmethods dhgroup2:aes128-sha1`

    Good: `netsh advfirewall set global mainmode mmsecmethods ecdhp384:aes128-sha256`

    Fix: Use DH20 (`ecdhp384`), or DH14 where a peer knows no curves. A main-mode set has one group, so it must change
    on all peers at once. In `netsh ipsec`, which knows no curves, write 3, which is group 14 there.

    Waive: For a device that can do no better, until it is replaced; never group 1.
    """
    grades = {
        **dict.fromkeys(options.warning_groups, Severity.WARNING),
        **dict.fromkeys(options.error_groups, Severity.ERROR),
    }
    for crypto_set in in_force(machine, sets_naming(machine, grades)):
        uses = [use for use in group_uses(crypto_set) if use.algorithm in grades]
        better = SUCCESSORS[crypto_set.dialect].groups.get(uses[0].algorithm) if uses else None
        yield from hits(machine, crypto_set, uses, f"{better}", grades)
    yield from _of_connections_without_suite(machine, grades)


def _of_connections_without_suite(machine: Machine, grades: Mapping[DhGroup, Severity]) -> Iterator[Hit]:
    """VPN connections with Windows' default suite, where that has only weak groups."""
    for connection in machine.policy.vpn_connections:
        main, quick = main_mode_of(machine.policy, connection), quick_mode_of(machine.policy, connection)
        if main is None or quick is None or not main.builtin:
            continue
        groups = {proposal.dh_group.known for proposal in main.proposals}
        weak = [group for group in grades if group in groups]
        if not weak or groups - set(grades):
            continue
        better_main, better_quick = strong(main, quick)
        yield Hit(
            subject=connection,
            span=main.span,
            message=f"the connection has no cryptographic suite of its own, and Windows then offers {weak[0].value} "
            f"alone ({vpn_offers.WITHOUT_SUITE}); give it a suite with DH14 or stronger that its server takes",
            value="Windows' own offers",
            severity=grades[weak[0]],
            fix=Fix(
                (
                    Assign(main, "proposals", better_main.proposals),
                    Assign(quick, "proposals", better_quick.proposals),
                    Assign(quick, "pfs_group", better_quick.pfs_group),
                ),
                "The server must take the same six words; NegotiateDH2048_AES256 = 1 under "
                "Services\\RasMan\\Parameters adds AES-256 with DH14 to Windows' own offers instead.",
                risky=True,
            ),
        )


@rule("CR006", "dh-group-24", basis=Basis.STANDARD, leads_to=REFUSED_GROUP, options=WeakGroups, looks_at=LooksAt.SETS)
def dh_group_24(machine: Machine, options: WeakGroups) -> Iterator[Hit]:
    """A key exchange uses DH24, in main mode or for quick-mode PFS.

    Why: RFC 8247 advises against group 24 (SHOULD NOT). Its small subgroup has a structure of unexplained origin.
    It costs as much as group 14 and gains nothing over it.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH or 13865 ERROR_IPSEC_IKE_INVALID_GROUP in events 4652 and
    4653 when the peer refuses the group. Otherwise nothing is seen.

    Bad: `New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA256 -KeyExchange DH24`

    Good: `New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA256 -KeyExchange DH20`

    Fix: Use DH19 or DH20, on all peers at the same time: a main-mode set has one group.

    Waive: For a peer that offers only this group besides weaker ones.
    """
    for crypto_set in in_force(machine, sets_naming(machine, options.groups)):
        uses = [use for use in group_uses(crypto_set) if use.algorithm in options.groups]
        yield from hits(machine, crypto_set, uses, "DH19 or DH20")


def _offered(machine: Machine, options: WeakCiphers) -> Iterator[Hit]:
    for crypto_set in in_force(machine, sets_naming(machine, options.ciphers)):
        uses = [use for use in cipher_uses(crypto_set) if use.algorithm in options.ciphers]
        yield from hits(machine, crypto_set, uses, "AES")
