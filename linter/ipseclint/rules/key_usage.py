"""How long, and for how much traffic, one key is used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator

from msgspec.structs import replace

from ipseclint.finding import Basis
from ipseclint.model.change import Assign, Fix
from ipseclint.model.kinds import label
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect, MainModeCryptoSet, QuickModeCryptoSet, QuickModeProposal
from ipseclint.model.setting import Setting
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.rules._crypto import BEYOND_NETSH_IPSEC, repair_of
from ipseclint.semantics.algorithms_in_use import (
    NETSH_IPSEC,
    SUCCESSORS,
    CryptoSet,
    mode_of,
    quick_mode_sets_naming,
    written_proposals,
    written_quick_mode_sets,
)
from ipseclint.semantics.effective import quick_mode_limit
from ipseclint.semantics.proposals import words
from ipseclint.semantics.scope import in_force, secured_rules
from ipseclint.vocabulary.algorithms import BLOCK_BITS, Cipher, DhGroup, KeyModule
from ipseclint.words import bound, duration


class ShortBlockVolume(Options):
    """The volume that one key of a cipher with 64-bit blocks may carry."""

    max_kilobytes: int


@rule(
    "CR009",
    "64-bit-block-cipher-with-large-byte-lifetime",
    basis=(Basis.STANDARD, Basis.REASONED),
    options=ShortBlockVolume,
    looks_at=LooksAt.SETS,
)
def short_block_cipher_with_large_byte_lifetime(machine: Machine, options: ShortBlockVolume) -> Iterator[Hit]:
    """A quick-mode proposal lets one key of DES or 3DES carry many gigabytes.

    Why: With blocks of 64 bits, two equal ciphertext blocks are likely after 2^32 of them, 32 GiB, and each
    such pair gives away something of the plaintext (SWEET32); it begins well before. Where between nothing
    and 32 GiB to stop is our reasoning. A large byte lifetime is what spares the negotiation queue (QD005),
    so only another cipher satisfies both.

    Seen as: Nothing.

    Bad: `netsh advfirewall consec set rule name=R new qmsecmethods=esp:sha1-3des+60min+2147483647kb`

    Good: `netsh advfirewall consec set rule name=R new qmsecmethods=esp:sha256-aes128+60min+2147483647kb`

    Fix: Use AES and keep the lifetime. Where only 3DES is possible, the lifetime has to come down, and the
    queue pays for it: that is a decision, not a repair.

    Waive: There is no case for it.
    """
    for crypto_set in in_force(machine, quick_mode_sets_naming(machine, BLOCK_BITS)):
        too_large = [
            proposal for proposal in written_proposals(crypto_set) if _carries_too_much(proposal, options.max_kilobytes)
        ]
        if too_large:
            first = too_large[0]
            yield Hit(
                subject=crypto_set,
                span=first.lifetime_kilobytes.span,
                message=f"{first.encryption.known} may carry {first.lifetime_kilobytes.known} KB with one key; "
                f"blocks of 64 bits bear {options.max_kilobytes} KB at most",
                value=first.lifetime_kilobytes.known,
                related=tuple((words(each), each.lifetime_kilobytes.span) for each in too_large[1:]),
                fix=Fix(
                    note=f"{BEYOND_NETSH_IPSEC} Let it carry {options.max_kilobytes} KB at most, "
                    "which loads the queue (QD005)."
                )
                if SUCCESSORS[crypto_set.dialect] is NETSH_IPSEC
                else repair_of(crypto_set),
            )


def _carries_too_much(proposal: QuickModeProposal, max_kilobytes: int) -> bool:
    volume = proposal.lifetime_kilobytes.known
    return proposal.encryption.known in BLOCK_BITS and volume is not None and volume > max_kilobytes


class LifetimeCeilings(Options):
    """The longest acceptable lifetimes of one key, and those to set instead."""

    main_mode_seconds: int
    quick_mode_seconds: int
    repaired_main_mode_seconds: int
    repaired_quick_mode_seconds: int


@rule("CR022", "sa-lifetime-too-long", basis=Basis.STANDARD, options=LifetimeCeilings, looks_at=LooksAt.SETS)
def sa_lifetime_too_long(machine: Machine, options: LifetimeCeilings) -> Iterator[Hit]:
    """A main mode or quick mode keeps its keys longer than government profiles allow.

    Why: The longer one key is used, the more an attacker who gets it can read, and the longer a peer that was
    locked out stays connected. 24 hours for IKE and 8 hours for IPsec are the usual ceilings of government
    profiles. Windows allows 2879 minutes for both.

    Seen as: Nothing.

    Bad: `netsh advfirewall set global mainmode mmkeylifetime 2879min,0sess`

    Good: `netsh advfirewall set global mainmode mmkeylifetime 480min,0sess`

    Fix: Use Microsoft's defaults, 480 minutes for main mode and 60 minutes for quick mode.

    Waive: Where negotiations are the bottleneck and no profile binds you.
    """
    for main in in_force(machine, machine.policy.main_mode_crypto_sets):
        own = [proposal.lifetime_seconds for proposal in main.proposals if proposal.lifetime_seconds is not None]
        longest = _longest(own or [main.lifetime_seconds], options.main_mode_seconds)
        if longest is not None and not main.builtin:
            fix = Fix((_shorter_main_mode(main, options.main_mode_seconds, options.repaired_main_mode_seconds),))
            yield _too_long(main, longest, options.main_mode_seconds, fix)
    for quick in in_force(machine, written_quick_mode_sets(machine.policy)):
        longest = _longest((each.lifetime_seconds for each in quick.proposals), options.quick_mode_seconds)
        if longest is not None:
            yield _too_long(quick, longest, options.quick_mode_seconds, _shorter_quick_modes(quick, options))


def _longest(lifetimes: Iterable[Setting[int]], ceiling_seconds: int) -> Setting[int] | None:
    """The longest written lifetime above a ceiling."""
    above = [each for each in lifetimes if each.is_explicit and _is_above(each, ceiling_seconds)]
    return max(above, key=lambda each: each.known or 0, default=None)


def _is_above(lifetime: Setting[int], ceiling_seconds: int) -> bool:
    return lifetime.known is not None and lifetime.known > ceiling_seconds


def _too_long(crypto_set: CryptoSet, lifetime: Setting[int], ceiling_seconds: int, fix: Fix) -> Hit:
    seconds = lifetime.known or 0
    return Hit(
        subject=crypto_set,
        span=lifetime.span,
        message=f"{mode_of(crypto_set)} lifetime of {duration(seconds)}; use {bound(ceiling_seconds, seconds)} at most",
        value=seconds,
        fix=fix,
    )


def _shorter_main_mode(crypto_set: MainModeCryptoSet, ceiling_seconds: int, repaired_seconds: int) -> Assign:
    """The lifetime set where it is written: on the set, or in WFP on each proposal."""
    if all(proposal.lifetime_seconds is None for proposal in crypto_set.proposals):
        return Assign(crypto_set, "lifetime_seconds", repaired_seconds)
    proposals = tuple(
        proposal.model_copy(update={"lifetime_seconds": replace(proposal.lifetime_seconds, value=repaired_seconds)})
        if proposal.lifetime_seconds is not None and _is_above(proposal.lifetime_seconds, ceiling_seconds)
        else proposal
        for proposal in crypto_set.proposals
    )
    return Assign(crypto_set, "proposals", proposals)


def _shorter_quick_modes(crypto_set: QuickModeCryptoSet, options: LifetimeCeilings) -> Fix:
    proposals = tuple(
        proposal.model_copy(
            update={"lifetime_seconds": replace(proposal.lifetime_seconds, value=options.repaired_quick_mode_seconds)}
        )
        if _is_above(proposal.lifetime_seconds, options.quick_mode_seconds)
        else proposal
        for proposal in crypto_set.proposals
    )
    return Fix((Assign(crypto_set, "proposals", proposals),))


class SharedSecretLifetime(Options):
    """How long one main-mode secret may serve quick modes without a key exchange of their own, or that none may."""

    main_mode_seconds: int
    every_quick_mode: bool


@rule("CR023", "no-forward-secrecy", basis=Basis.STANDARD, options=SharedSecretLifetime, looks_at=LooksAt.SETS)
def no_forward_secrecy(machine: Machine, options: SharedSecretLifetime) -> Iterator[Hit]:
    """A long-lived main mode gives all its quick modes, without limit, keys from one secret.

    Why: Without perfect forward secrecy every quick mode takes its keys from the secret of the main mode (MS-FASP
    2.2.73): who gets that one reads all traffic of the main mode's whole lifetime. The BSI recommends PFS. The
    price is a Diffie-Hellman exchange in every quick mode, and the loss of AuthIP's quick mode in one exchange
    (QD008, QD009): a curve costs far less than a group of 2048 bits, and a shorter main mode costs less still. Only
    quick modes that encrypt count.

    Seen as: Nothing.

    Bad: `mmkeylifetime 1440min,0sess` with `qmsecmethods=esp:sha256-aes128 qmpfs=none`

    Good: `mmkeylifetime 480min,0sess`, or `qmpfs=ecdhp256`

    Fix: Bring the main-mode lifetime back to 480 minutes, or switch on PFS with a curve.

    Waive: For isolation by integrity alone, or where an attacker who reads the secret reads the data anyway.
    """
    if options.every_quick_mode:
        yield from _without_pfs(machine)
        return
    served = _Served(machine)
    for main in in_force(machine, machine.policy.main_mode_crypto_sets):
        own = [proposal.lifetime_seconds for proposal in main.proposals if proposal.lifetime_seconds is not None]
        lifetime = _longest(own or [main.lifetime_seconds], options.main_mode_seconds)
        if lifetime is None or main.builtin or quick_mode_limit(main) is not None:
            continue
        lacking = served.certainly_without_pfs(main)
        if lacking:
            yield Hit(
                subject=main,
                span=lifetime.span,
                message=f"one main-mode secret for {duration(lifetime.known or 0)}, for any number of quick modes "
                f"without PFS; use {bound(options.main_mode_seconds, lifetime.known or 0)} or PFS",
                value=lifetime.known,
                related=tuple((f"{label(each)} has no PFS", each.pfs_group.span) for each in lacking[:POINTED_OUT]),
                fix=Fix(
                    (_shorter_main_mode(main, options.main_mode_seconds, options.main_mode_seconds),),
                    "Or keep the lifetime and switch on PFS with a curve, on all peers together.",
                ),
            )


def _without_pfs(machine: Machine) -> Iterator[Hit]:
    """Every set without PFS that rules use for encrypted traffic, Windows' own included, once each."""
    told: set[int] = set()
    for secured_rule in secured_rules(machine):
        used = machine.index.quick_mode_of(secured_rule)
        if used is None or id(used) in told or _has_pfs(used) or not any(map(_encrypts, used.proposals)):
            continue
        told.add(id(used))
        yield Hit(
            subject=secured_rule if used.builtin else used,
            span=secured_rule.span if used.builtin else used.pfs_group.span,
            message="quick modes take their keys from the main mode's secret; the profile asks for PFS",
            value="no PFS",
            fix=Fix(note="Switch on PFS with a curve (qmpfs=ecdhp384, -PfsGroup DH20), on all peers together."),
        )


POINTED_OUT = 3
"""How many quick-mode sets a finding points to: one is enough to see what is meant."""


class _Served:
    """The encrypting quick-mode sets under each main mode: those of its policy, its key module, or all rules."""

    def __init__(self, machine: Machine) -> None:
        self._groups: defaultdict[Hashable, dict[int, QuickModeCryptoSet]] = defaultdict(dict)
        self._answers: dict[Hashable, tuple[int, list[QuickModeCryptoSet]]] = {}
        for quick in in_force(machine, written_quick_mode_sets(machine.policy)):
            if quick.dialect is Dialect.WFP:
                self._groups[_module_of(quick)][id(quick)] = quick
        for secured_rule in secured_rules(machine):
            used = machine.index.quick_mode_of(secured_rule)
            if used is not None and not used.builtin:
                main = machine.index.main_mode_of(secured_rule)
                self._groups[Dialect.WFAS if secured_rule.dialect is Dialect.WFAS else id(main)][id(used)] = used

    def certainly_without_pfs(self, main: MainModeCryptoSet) -> list[QuickModeCryptoSet]:
        """The sets without PFS; none where it is not certain which set runs under the main mode."""
        if main.dialect is Dialect.WFP:
            key: Hashable = _module_of(main)
        else:
            key = Dialect.WFAS if main.dialect is Dialect.WFAS else id(main)
        encrypting, lacking = self._sorted(key)
        return lacking if main.dialect is Dialect.IP_SECURITY_POLICY or len(lacking) == encrypting else []

    def _sorted(self, key: Hashable) -> tuple[int, list[QuickModeCryptoSet]]:
        if key not in self._answers:
            encrypting = [group for group in self._groups[key].values() if any(map(_encrypts, group.proposals))]
            self._answers[key] = len(encrypting), [each for each in encrypting if not _has_pfs(each)]
        return self._answers[key]


def _module_of(crypto_set: CryptoSet) -> KeyModule | None:
    return crypto_set.key_module.known if crypto_set.key_module is not None else None


def _encrypts(proposal: QuickModeProposal) -> bool:
    return proposal.encryption.known not in {None, Cipher.NONE}


def _has_pfs(crypto_set: QuickModeCryptoSet) -> bool:
    groups = [proposal.pfs_group for proposal in crypto_set.proposals if proposal.pfs_group is not None]
    return all(group.known is not DhGroup.NONE for group in groups or [crypto_set.pfs_group])
