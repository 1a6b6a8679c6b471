"""Sets of proposals that Windows refuses, or that lead to another choice than the reader expects."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect, QuickModeProposal
from ipseclint.model.setting import Origin
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.rules._crypto import repair_of, share
from ipseclint.semantics.algorithms_in_use import (
    CryptoSet,
    Proposal,
    Use,
    cipher_uses,
    group_uses,
    integrity_uses,
    quick_mode_sets_naming,
    user_defined_crypto_sets,
    written_proposals,
)
from ipseclint.semantics.proposals import MATCHING_GMAC, Strength, exceeds, purpose, strength, words
from ipseclint.semantics.scope import in_force
from ipseclint.vocabulary.algorithms import GMACS, Cipher, DhGroup, Encapsulation, Integrity

SET_REFUSED = (13850, 13868)
"""The errors that peers see if Windows refuses a set: no main-mode policy, or no common proposal."""


@rule(
    "CR012",
    "gcm-gmac-mismatch",
    basis=Basis.DOCUMENTED,
    leads_to=SET_REFUSED,
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.SETS,
)
def gcm_gmac_mismatch(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A quick-mode proposal pairs AES-GCM with another integrity than AES-GMAC of the same size, or GMAC with CBC.

    Why: GCM encrypts and authenticates in one, so the ESP integrity must be its own GMAC, with the same key
    size (MS-FASP 2.2.74); in netsh the same `aesgcm` word stands twice. Windows refuses another pair with
    CRYPTO_ENCR_HASH_COMPAT, and with the set ignored there is nothing to negotiate with.

    Seen as: The set is there but not in force; peers get 13868 ERROR_IPSEC_IKE_POLICY_MATCH or 13850
    ERROR_IPSEC_IKE_NO_MM_POLICY in events 4652 and 4654.

    Bad: `netsh advfirewall consec set rule name=R new qmsecmethods=esp:sha256-aesgcm128`

    Good: `netsh advfirewall consec set rule name=R new qmsecmethods=esp:aesgcm128-aesgcm128`

    Fix: Name the same AES-GCM size for integrity and for encryption.

    Waive: There is no case for it.
    """
    for crypto_set in quick_mode_sets_naming(machine, (*MATCHING_GMAC, *GMACS)):
        wrong = [proposal for proposal in written_proposals(crypto_set) if _is_mismatched(proposal)]
        if not wrong:
            continue
        first = wrong[0]
        yield Hit(
            subject=crypto_set,
            span=(first.esp_integrity if first.esp_integrity.is_explicit else first.encryption).span,
            message=f"{words(first)} is refused by Windows: {_pair_wanted(first)}",
            value=words(first),
            related=tuple((f"{words(proposal)} is refused too", proposal.span) for proposal in wrong[1:]),
            fix=repair_of(crypto_set),
        )


def _pair_wanted(proposal: QuickModeProposal) -> str:
    cipher, integrity = proposal.encryption.known, proposal.esp_integrity.known
    if cipher in MATCHING_GMAC:
        return f"{cipher} needs {MATCHING_GMAC[cipher]} as integrity"
    return f"{integrity} goes with AES-GCM of the same size only"


def _is_mismatched(proposal: QuickModeProposal) -> bool:
    cipher, integrity = proposal.encryption.known, proposal.esp_integrity.known
    if cipher is None or integrity is None or proposal.encapsulation.known is Encapsulation.AH:
        return False
    if cipher in MATCHING_GMAC:
        return integrity is not MATCHING_GMAC[cipher]
    return integrity in GMACS and cipher is not Cipher.NONE


class MainModeAlgorithms(Options):
    """The algorithms that a main-mode proposal may name; of groups, all that crypto sets can name."""

    ciphers: frozenset[Cipher]
    integrity: frozenset[Integrity]


@rule(
    "CR013",
    "unsupported-main-mode-algorithm",
    basis=Basis.DOCUMENTED,
    leads_to=(13868,),
    options=MainModeAlgorithms,
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.SETS | LooksAt.CONNECTION_SECURITY,
)
def unsupported_main_mode_algorithm(machine: Machine, options: MainModeAlgorithms) -> Iterator[Hit]:
    """A main-mode proposal names AES-GCM, AES-GMAC or nothing, which main mode does not take.

    Why: MS-FASP 2.2.74 allows main mode DES, 3DES and AES without GCM, and MD5 or SHA as the hash; `None`
    is not allowed for either, nor for the key exchange. The proposal cmdlet accepts the words, the set is
    then refused with PHASE1_CRYPTO_ENCRYPTION, PHASE1_CRYPTO_HASH or PHASE1_CRYPTO_KEY_EXCHANGE.

    Seen as: The set is not in force; Windows goes on with another one, or peers get 13868
    ERROR_IPSEC_IKE_POLICY_MATCH.

    Bad: `New-NetIPsecMainModeCryptoProposal -Encryption AESGCM256 -Hash SHA384 -KeyExchange DH20`

    Good: `New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA384 -KeyExchange DH20`

    Fix: Use AES of the same size with SHA-256 or SHA-384; keep GCM for quick mode.

    Waive: There is no case for it. WFP contexts of IKEv2 may hold GCM and are not looked at.
    """
    for crypto_set in machine.policy.main_mode_crypto_sets:
        if crypto_set.builtin or crypto_set.dialect is not Dialect.WFAS:
            continue
        wrong: list[tuple[str, Use[Cipher] | Use[Integrity] | Use[DhGroup]]] = [
            *(("encryption", use) for use in cipher_uses(crypto_set) if use.algorithm not in options.ciphers),
            *(("hash", use) for use in integrity_uses(crypto_set) if use.algorithm not in options.integrity),
            *(("key exchange", use) for use in group_uses(crypto_set) if use.algorithm.row.registry is None),
        ]
        by_value: dict[tuple[str, str], list[Use[Cipher] | Use[Integrity] | Use[DhGroup]]] = {}
        for role, use in wrong:
            by_value.setdefault((role, use.algorithm.value), []).append(use)
        for (role, value), (first, *others) in by_value.items():
            yield Hit(
                subject=crypto_set,
                span=first.span,
                message=f"main mode does not take {value} as {role}, and Windows refuses the set",
                value=f"{role} {value}",
                related=tuple((f"{value} again", use.span) for use in others),
                fix=repair_of(crypto_set),
            )


class QuickModeIntegrity(Options):
    """The integrity algorithms that no quick-mode proposal may name."""

    integrity: frozenset[Integrity]


@rule(
    "CR014",
    "sha384-in-quick-mode",
    basis=Basis.DOCUMENTED,
    leads_to=(13868,),
    options=QuickModeIntegrity,
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.SETS | LooksAt.CONNECTION_SECURITY,
)
def sha384_in_quick_mode(machine: Machine, options: QuickModeIntegrity) -> Iterator[Hit]:
    """A quick-mode proposal names SHA-384 for AH or ESP.

    Why: MS-FASP 2.2.74 forbids SHA-384 for AH and for ESP, although the cmdlet's list of values has it.
    Windows refuses the set with PHASE2_CRYPTO_HASH. Whether newer builds accept it is not known to us.

    Seen as: The set is there but not in force; peers get 13868 ERROR_IPSEC_IKE_POLICY_MATCH.

    Bad: `New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -ESPHash SHA384 -Encryption AES256`

    Good: `New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -ESPHash AESGMAC256 -Encryption AESGCM256`

    Fix: Use SHA-256, or AES-GMAC-256 with AES-GCM-256.

    Waive: Where a test on the builds in use shows that the set is in force.
    """
    for crypto_set in quick_mode_sets_naming(machine, options.integrity):
        if crypto_set.dialect is not Dialect.WFAS:
            continue
        uses = [use for use in integrity_uses(crypto_set) if use.algorithm in options.integrity]
        if uses:
            offering = len({use.proposal for use in uses})
            yield Hit(
                subject=crypto_set,
                span=uses[0].span,
                message=f"{uses[0].algorithm} stands in {share(crypto_set, offering)}; use SHA-256 or AES-GMAC",
                value=uses[0].algorithm.value,
                related=tuple((f"{use.algorithm} again", use.span) for use in uses[1:]),
                fix=repair_of(crypto_set),
            )


@rule(
    "CR015",
    "mixed-dh-groups-in-one-set",
    basis=Basis.DOCUMENTED,
    leads_to=(13868, 13865),
    cause=Cause.NEVER_FINISHES,
    looks_at=LooksAt.SETS | LooksAt.CONNECTION_SECURITY,
)
def mixed_dh_groups_in_one_set(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A main-mode set names different Diffie-Hellman groups in its proposals.

    Why: MS-FASP 2.2.74 demands the same key exchange in all suites of a set, and Microsoft's guide says
    that only one group can be given. The first message already carries the public value, which belongs to
    one group. Windows refuses the set or uses a part of it; the peer that counts on the other part finds
    no common proposal. The cmdlet's own examples break the rule, and later versions might relax it: that
    is not known to us. `netsh ipsec` is not bound by it.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH or 13865 ERROR_IPSEC_IKE_INVALID_GROUP in events 4652 and 4653.

    Bad: `netsh advfirewall set global mainmode mmsecmethods dhgroup2:aes128-sha1,ecdhp384:aes256-sha384`

    Good: `netsh advfirewall set global mainmode mmsecmethods ecdhp384:aes256-sha384,ecdhp384:aes128-sha256`

    Fix: Give every proposal of the set the same group. Peers that need another one get their own set by a
    main-mode rule.

    Waive: Where a test on the builds in use shows that all proposals are offered.
    """
    for crypto_set in machine.policy.main_mode_crypto_sets:
        if crypto_set.builtin or crypto_set.dialect is not Dialect.WFAS:
            continue
        firsts: dict[DhGroup, Use[DhGroup]] = {}
        for use in group_uses(crypto_set):
            firsts.setdefault(use.algorithm, use)
        if len(firsts) > 1:
            named, *others = firsts.values()
            groups = ", ".join(group.value for group in firsts)
            yield Hit(
                subject=crypto_set,
                span=others[0].span,
                message=f"{len(firsts)} Diffie-Hellman groups in one main-mode set ({groups}); use one group",
                value=",".join(sorted(group.value for group in firsts)),
                related=tuple(
                    (f"{use.algorithm.value} here", use.span) for use in (named, *others) if use is not others[0]
                ),
                fix=repair_of(crypto_set),
            )


class ProposalOrder(Options):
    """The bits below which a proposal is so weak that its position before a stronger one matters."""

    warning_below_bits: int


@rule(
    "CR016",
    "weak-proposal-listed-first",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13868,),
    options=ProposalOrder,
    looks_at=LooksAt.SETS,
)
def weak_proposal_listed_first(machine: Machine, options: ProposalOrder) -> Iterator[Hit]:
    """A weaker proposal stands before a stronger one of the same kind.

    Why: The first proposal of the list that the peer also has wins, so the stronger one below is not used.
    With AuthIP only the top combination of main mode is offered at all, and if the peer's top is another
    one, nothing is common. Microsoft's advice is strongest first. A proposal counts as stronger when no
    part of it is weaker and one is stronger; that is our reasoning, as is the bound on the weaker part
    between warning and information. Quick modes with and without encryption, or with AH and ESP, are not ranked.

    Seen as: Weak security associations in `monitor show mmsa` and `qmsa`; 13868
    ERROR_IPSEC_IKE_POLICY_MATCH where the tops of two AuthIP peers differ.

    Bad: `netsh advfirewall set global mainmode mmsecmethods dhgroup14:3des-sha256,dhgroup14:aes256-sha256`

    Good: `netsh advfirewall set global mainmode mmsecmethods dhgroup14:aes256-sha256,dhgroup14:3des-sha256`

    Fix: Put the strongest proposal on top, on all peers in the same order.

    Waive: When the order is on purpose, for example AES-128 before AES-256 to spare the processor.
    """
    for crypto_set in in_force(machine, user_defined_crypto_sets(machine.policy)):
        pair = _first_inversion(crypto_set)
        if pair is None:
            continue
        weak, strong, bits = pair
        yield Hit(
            subject=crypto_set,
            span=weak.span,
            message=f"{words(weak)} stands before the stronger {words(strong)}; put the strongest first",
            value=f"{words(weak)} before {words(strong)}",
            severity=Severity.WARNING if bits < options.warning_below_bits else Severity.INFO,
            related=(("the stronger proposal", strong.span),),
            fix=repair_of(crypto_set),
        )


def _first_inversion(crypto_set: CryptoSet) -> tuple[Proposal, Proposal, int] | None:
    """The first proposal before a stronger one, the next stronger one, and the bits of the weakest part exceeded.

    There are few distinct strengths, so comparing those keeps a set of ten thousand proposals cheap.
    """
    proposals: Sequence[Proposal] = crypto_set.proposals
    if not proposals[1:]:
        return None
    places: defaultdict[tuple[Hashable, Strength], list[int]] = defaultdict(list)
    for number, proposal in enumerate(proposals):
        own = strength(proposal)
        if own is not None and proposal.encryption.origin is not Origin.DEFAULT:
            places[purpose(proposal), own].append(number)
    for (kind, weak), (first, *_) in places.items():
        later = [
            (numbers[bisect_right(numbers, first)], strong)
            for (other, strong), numbers in places.items()
            if other == kind and exceeds(strong, weak) and numbers[-1] > first
        ]
        if later:
            number, strong = min(later)
            bits = min(low for low, high in zip(weak, strong, strict=True) if low < high)
            return proposals[first], proposals[number], bits
    return None
