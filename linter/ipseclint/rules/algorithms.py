"""Algorithms that standards withdraw or advise against, wherever a set offers them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from ipseclint.analysis.algorithms import (
    SUCCESSORS,
    A,
    CryptoSet,
    Use,
    cipher_uses,
    group_uses,
    integrity_uses,
    written_sets,
)
from ipseclint.analysis.proposals import repaired
from ipseclint.finding import Basis, Severity
from ipseclint.model.change import Assign, Fix
from ipseclint.model.crypto import Cipher, DhGroup, Integrity
from ipseclint.model.machine import Machine
from ipseclint.model.policy import QuickModeCryptoSet
from ipseclint.rule import Hit, Options, rule
from ipseclint.rules._crypto import BEYOND_OLD_TOOL, REFUSED, TOGETHER, repair_of, share

GROUP_TITLES = {
    DhGroup.GROUP_1: "DH1 (768-bit MODP)",
    DhGroup.GROUP_2: "DH2 (1024-bit MODP)",
    DhGroup.GROUP_14: "DH14 (2048-bit MODP)",
    DhGroup.GROUP_24: "DH24 (2048-bit MODP with a 256-bit subgroup)",
    DhGroup.ECP_256: "DH19 (256-bit curve)",
    DhGroup.ECP_384: "DH20 (384-bit curve)",
}
"""Groups with their size, as messages name them (RFC 2409, RFC 3526, RFC 5114, RFC 5903)."""


class WeakCiphers(Options):
    """The encryption algorithms that no proposal should offer."""

    ciphers: frozenset[Cipher]


class WeakIntegrity(Options):
    """The integrity algorithms that no proposal should offer."""

    integrity: frozenset[Integrity]


class WeakGroups(Options):
    """The Diffie-Hellman groups that no proposal should offer."""

    groups: frozenset[DhGroup]


class GradedGroups(Options):
    """The Diffie-Hellman groups that are broken, and those that are within reach of an attacker."""

    error_groups: frozenset[DhGroup]
    warning_groups: frozenset[DhGroup]


@rule("CR001", "des-offered", basis=Basis.STANDARD, leads_to=REFUSED, options=WeakCiphers)
def des_offered(machine: Machine, options: WeakCiphers) -> Iterator[Hit]:
    """A main-mode or quick-mode proposal offers DES, whose 56-bit key is found by trying all.

    Why: What is offered can be chosen: the first proposal that both sides have wins, and an attacker who
    can make the better ones fail gets this one. RFC 8247 and RFC 8221 forbid DES (MUST NOT). Microsoft
    keeps it for backward compatibility only. A peer that follows the standards refuses it, and when
    nothing else is common the negotiation ends there.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH, or 13873 ERROR_IPSEC_IKE_INVALID_ENCRYPT_ALG, in events
    4652, 4653 and 4654 when the peer refuses it. Otherwise nothing is seen: the traffic is readable.

    Bad: `netsh advfirewall set global mainmode mmsecmethods dhgroup2:des-md5`

    Good: `netsh advfirewall set global mainmode mmsecmethods ecdhp384:aes256-sha384`

    Fix: Offer AES instead, on all peers at the same time. `netsh ipsec` has no AES: move such a policy to
    connection security rules.

    Waive: Never for traffic that matters. For a device that can do nothing else, until it is replaced.
    """
    for crypto_set in written_sets(machine.policy):
        uses = [use for use in cipher_uses(crypto_set) if use.algorithm in options.ciphers]
        yield from _hits(crypto_set, uses, "AES")


@rule("CR002", "triple-des-offered", basis=Basis.STANDARD, leads_to=REFUSED, options=WeakCiphers)
def triple_des_offered(machine: Machine, options: WeakCiphers) -> Iterator[Hit]:
    """A main-mode or quick-mode proposal offers 3DES, with its blocks of 64 bits.

    Why: RFC 8221 advises against 3DES for ESP (SHOULD NOT) and RFC 8247 leaves it optional for IKE (MAY).
    After 2^32 blocks, 32 GiB, two equal ciphertext blocks are likely and give plaintext away (SWEET32).
    It is also the slowest cipher that Windows offers, so the same traffic takes more of the processor
    that the negotiations need; that last part is our reasoning.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH or 13873 ERROR_IPSEC_IKE_INVALID_ENCRYPT_ALG in events 4652,
    4653 and 4654 when the peer no longer takes it. Otherwise nothing is seen.

    Bad: `netsh advfirewall consec set rule name=R new qmsecmethods=esp:sha1-3des`

    Good: `netsh advfirewall consec set rule name=R new qmsecmethods=esp:aesgcm128-aesgcm128`

    Fix: Offer AES instead, on all peers at the same time. `netsh ipsec` has no AES: move such a policy to
    connection security rules.

    Waive: For appliances that offer nothing better, with a byte lifetime far below 32 GiB (see CR009).
    """
    for crypto_set in written_sets(machine.policy):
        uses = [use for use in cipher_uses(crypto_set) if use.algorithm in options.ciphers]
        yield from _hits(crypto_set, uses, "AES")


@rule("CR003", "md5-offered", basis=Basis.STANDARD, leads_to=REFUSED, options=WeakIntegrity)
def md5_offered(machine: Machine, options: WeakIntegrity) -> Iterator[Hit]:
    """A proposal offers MD5 as the hash of main mode or as the integrity of AH or ESP.

    Why: RFC 8247 and RFC 8221 forbid HMAC-MD5 (MUST NOT). In main mode the hash also makes the keys and
    takes part in authentication, where collisions of MD5 can be found in practice. Microsoft advises
    against it.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH, 13871 ERROR_IPSEC_IKE_INVALID_HASH_ALG or 13874
    ERROR_IPSEC_IKE_INVALID_AUTH_ALG in events 4652, 4653 and 4654 when the peer refuses it. Otherwise
    nothing is seen.

    Bad: `netsh advfirewall consec set rule name=R new qmsecmethods=ah:md5`

    Good: `netsh advfirewall consec set rule name=R new qmsecmethods=esp:sha256-none`

    Fix: Offer SHA-256, or AES-GMAC in quick mode, on all peers at the same time. `netsh ipsec` has SHA-1 at
    best: move such a policy to connection security rules.

    Waive: Only for a device that can do nothing else, until it is replaced.
    """
    for crypto_set in written_sets(machine.policy):
        uses = [use for use in integrity_uses(crypto_set) if use.algorithm in options.integrity]
        yield from _hits(crypto_set, uses, "SHA-256")


@rule("CR004", "sha1-offered", basis=Basis.STANDARD, leads_to=REFUSED, options=WeakIntegrity)
def sha1_offered(machine: Machine, options: WeakIntegrity) -> Iterator[Hit]:
    """A proposal offers SHA-1; worse, nothing but SHA-1 is offered.

    Why: RFC 8247 and RFC 8221 still require HMAC-SHA-1 but announce its end (MUST-), and the BSI has
    withdrawn it. As an HMAC it is not broken, so beside a better choice this is information only. A set
    that offers nothing else cannot agree with a peer that has dropped SHA-1.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH, 13871 ERROR_IPSEC_IKE_INVALID_HASH_ALG or 13874
    ERROR_IPSEC_IKE_INVALID_AUTH_ALG in events 4652, 4653 and 4654 once peers drop SHA-1.

    Bad: `netsh advfirewall consec set rule name=R new qmsecmethods=esp:sha1-aes128`

    Good: `netsh advfirewall consec set rule name=R new qmsecmethods=esp:aesgcm128-aesgcm128,esp:sha256-aes128`

    Fix: Offer SHA-256 or AES-GCM first, keep SHA-1 last while peers need it, then remove it.

    Waive: While old peers are being replaced. Microsoft's own sample policies still use SHA-1, and
    `netsh ipsec` has nothing better.
    """
    for crypto_set in written_sets(machine.policy):
        uses = integrity_uses(crypto_set)
        weak = [use for use in uses if use.algorithm in options.integrity]
        if not weak:
            continue
        carrying = {use.proposal for use in uses if use.algorithm is not Integrity.NONE}
        only = len({use.proposal for use in weak}) == len(crypto_set.proposals) == len(carrying)
        severity = Severity.WARNING if only else Severity.INFO
        yield from _hits(crypto_set, weak, "SHA-256", dict.fromkeys(options.integrity, severity))


@rule(
    "CR005",
    "dh-group-1-or-2",
    basis=Basis.STANDARD,
    leads_to=REFUSED,
    options=GradedGroups,
)
def dh_group_1_or_2(machine: Machine, options: GradedGroups) -> Iterator[Hit]:
    """A key exchange uses DH1 (768 bits) or DH2 (1024 bits), in main mode or for quick-mode PFS.

    Why: Every key of the connection comes from this exchange; who breaks it reads everything, also later
    from a recording. RFC 8247 forbids group 1 (MUST NOT) and advises against group 2 (SHOULD NOT). Logjam
    showed that one precomputation for a group of 1024 bits, within reach of a state, opens all
    connections that use it. Group 2 stands in the defaults of Windows and in Microsoft's sample policies.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH or 13865 ERROR_IPSEC_IKE_INVALID_GROUP in events 4652 and
    4653 when the peer refuses the group. Otherwise nothing is seen.

    Bad: `netsh advfirewall set global mainmode mmsecmethods dhgroup2:aes128-sha1`

    Good: `netsh advfirewall set global mainmode mmsecmethods ecdhp384:aes128-sha256`

    Fix: Use DH14 at least, DH20 (`ecdhp384`) better. A main-mode set has one group, so it must change on
    all peers at once. In `netsh ipsec` write 3, which is group 14 there.

    Waive: For a device that can do no better, until it is replaced; never group 1.
    """
    grades = {
        **dict.fromkeys(options.warning_groups, Severity.WARNING),
        **dict.fromkeys(options.error_groups, Severity.ERROR),
    }
    for crypto_set in written_sets(machine.policy):
        uses = [use for use in group_uses(crypto_set) if use.algorithm in grades]
        yield from _hits(crypto_set, uses, "DH14 or better", grades)


@rule("CR006", "dh-group-24", basis=Basis.STANDARD, leads_to=REFUSED, options=WeakGroups)
def dh_group_24(machine: Machine, options: WeakGroups) -> Iterator[Hit]:
    """A key exchange uses DH24, in main mode or for quick-mode PFS.

    Why: RFC 8247 advises against group 24 (SHOULD NOT): its small subgroup has a structure of unexplained
    origin. It costs as much as group 14 and gains nothing over it.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH or 13865 ERROR_IPSEC_IKE_INVALID_GROUP in events 4652 and
    4653 when the peer refuses the group. Otherwise nothing is seen.

    Bad: `New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA256 -KeyExchange DH24`

    Good: `New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA256 -KeyExchange DH20`

    Fix: Use DH19 or DH20, on all peers at the same time: a main-mode set has one group.

    Waive: For a peer that offers only this group besides weaker ones.
    """
    for crypto_set in written_sets(machine.policy):
        uses = [use for use in group_uses(crypto_set) if use.algorithm in options.groups]
        yield from _hits(crypto_set, uses, "DH19 or DH20")


@rule("CR007", "dh-group-14-below-national-profile", basis=Basis.STANDARD, leads_to=REFUSED, options=WeakGroups)
def dh_group_14_below_national_profile(machine: Machine, options: WeakGroups) -> Iterator[Hit]:
    """A key exchange uses DH14, which a national profile no longer takes.

    Why: The CNSA suite asks for P-384 or for MODP groups of 3072 bits and more (RFC 9206), and the BSI for
    about 3000 bits (TR-02102-3). Windows offers groups 1, 2, 14, 19, 20 and 24, so DH20 is the one that
    fits both. Nothing is wrong with group 14 for others: this rule is off until a ruleset for such a
    profile switches it on.

    Seen as: Nothing, or 13868 ERROR_IPSEC_IKE_POLICY_MATCH and 13865 ERROR_IPSEC_IKE_INVALID_GROUP when a
    peer that follows the profile refuses the group.

    Bad: `netsh advfirewall set global mainmode mmsecmethods dhgroup14:aes256-sha384`

    Good: `netsh advfirewall set global mainmode mmsecmethods ecdhp384:aes256-sha384`

    Fix: Use DH20 (`ecdhp384`), on all peers at the same time: a main-mode set has one group.

    Waive: For peers outside the profile.
    """
    profile = dict.fromkeys(options.groups, DhGroup.ECP_384)
    for crypto_set in written_sets(machine.policy):
        uses = [use for use in group_uses(crypto_set) if use.algorithm in options.groups]
        yield from _hits(crypto_set, uses, "DH20", profile=profile)


def _hits(
    crypto_set: CryptoSet,
    uses: Sequence[Use[A]],
    wanted: str,
    grades: Mapping[A, Severity] | None = None,
    profile: Mapping[DhGroup, DhGroup] | None = None,
) -> Iterator[Hit]:
    """One hit for each algorithm of a set, at the first place that offers it; the others are related places."""
    places: defaultdict[A, list[Use[A]]] = defaultdict(list)
    for use in uses:
        places[use.algorithm].append(use)
    for algorithm, (first, *others) in places.items():
        yield Hit(
            subject=crypto_set,
            span=first.span,
            message=f"{_title(algorithm)} {_extent(crypto_set, [first, *others])}; {wanted} wanted",
            value=algorithm.value,
            severity=grades[algorithm] if grades else None,
            related=tuple((f"{algorithm.value} again", use.span) for use in others),
            fix=_fix(crypto_set, algorithm, profile or {}),
        )


def _title(algorithm: Cipher | Integrity | DhGroup) -> str:
    return GROUP_TITLES.get(algorithm, algorithm.value) if isinstance(algorithm, DhGroup) else algorithm.value


def _extent(crypto_set: CryptoSet, uses: Sequence[Use[A]]) -> str:
    offering = {use.proposal for use in uses if use.proposal is not None}
    if not offering:
        return "is the group for perfect forward secrecy"
    return f"is offered in {share(crypto_set, len(offering))}"


def _fix(crypto_set: CryptoSet, algorithm: Cipher | Integrity | DhGroup, profile: Mapping[DhGroup, DhGroup]) -> Fix:
    """The set without the algorithm, and without its other weaknesses, so that the fixes of a set agree."""
    groups = {**SUCCESSORS[crypto_set.dialect].groups, **profile}
    if isinstance(crypto_set, QuickModeCryptoSet) and crypto_set.pfs_group.known is algorithm:
        return Fix((Assign(crypto_set, "pfs_group", groups[algorithm]),), TOGETHER, risky=True)
    fix = repair_of(crypto_set, profile)
    mended = crypto_set.model_copy(update={"proposals": repaired(crypto_set, profile)})
    left = {use.algorithm for use in cipher_uses(mended)} | {use.algorithm for use in integrity_uses(mended)}
    if algorithm in left | {use.algorithm for use in group_uses(mended)}:
        return Fix(note=BEYOND_OLD_TOOL)
    return fix
