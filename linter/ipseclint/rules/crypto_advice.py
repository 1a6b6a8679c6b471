"""Advice on algorithms that are allowed, and that a standard or arithmetic speaks against."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import MainModeCryptoSet, QuickModeCryptoSet
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.rules._crypto import TOGETHER
from ipseclint.semantics.algorithms_in_use import written_proposals, written_quick_mode_sets
from ipseclint.semantics.pairing import crypto_pairs
from ipseclint.semantics.scope import secured_rules
from ipseclint.vocabulary.algorithms import DhGroup, Encapsulation


@rule("CR034", "ah-used", basis=Basis.STANDARD, looks_at=LooksAt.SETS)
def ah_used(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A quick-mode proposal that somebody wrote protects by AH alone.

    Why: AH neither encrypts nor passes NAT; ESP with integrity and without encryption does the same for the payload.
    NIST SP 800-77 Revision 1 calls AH obsolete and ANSSI advises against it, as others quote them. Windows' own default
    ends with AH, which is not reported.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH with peers that have no AH; nothing works through NAT (CR010).

    Bad: `qmsecmethods=ah:sha256`

    Good: `qmsecmethods=esp:sha256-none`, or `esp:aesgmac256-none`

    Fix: Use ESP with the same integrity, on both ends.

    Waive: For traffic whose headers must be covered and that passes no NAT.
    """
    for crypto in written_quick_mode_sets(machine.policy):
        for proposal in written_proposals(crypto):
            if proposal.encapsulation.known is Encapsulation.AH:
                yield Hit(
                    subject=crypto,
                    span=proposal.encapsulation.span,
                    message="a proposal protects by AH alone, which passes no NAT; use ESP without encryption",
                    value="AH",
                    fix=Fix(note="Use ESP with the same integrity and no encryption, on both ends."),
                )
                break


@rule("CR035", "pfs-group-weaker-than-main-mode", basis=Basis.REASONED, looks_at=LooksAt.SETS)
def pfs_group_weaker_than_main_mode(machine: Machine, _options: Options) -> Iterator[Hit]:
    """The group for perfect forward secrecy of quick mode is weaker than that of main mode.

    Why: The keys of the traffic then hang on the weaker exchange as well: who breaks the quick-mode group and has main
    mode's keys reads the traffic, so that the stronger group buys less than it costs. That it should not be weaker is
    our reasoning.

    Seen as: Nothing.

    Bad: `mmsecmethods=ecdhp384:aes256-sha384` with `qmpfs=dhgroup14`

    Good: `qmpfs=ecdhp384`, or `qmpfs=mainmode`

    Fix: Use the group of main mode, on both ends.

    Waive: Where a peer knows no stronger group for quick mode.
    """
    seen: set[int] = set()
    for main, quick in crypto_pairs(machine):
        if id(quick) in seen or quick.builtin or not quick.pfs_group.is_explicit:
            continue
        weaker = _weaker(main, quick)
        if weaker is None:
            continue
        seen.add(id(quick))
        yield Hit(
            subject=quick,
            span=quick.pfs_group.span,
            message=f"PFS takes {quick.pfs_group.known}, main mode {weaker}: the weaker group decides",
            value=f"{quick.pfs_group.known} {weaker}",
            related=(("main mode", main.span),),
            fix=Fix((Assign(quick, "pfs_group", weaker),), TOGETHER, risky=True),
        )


def _weaker(main: MainModeCryptoSet, quick: QuickModeCryptoSet) -> DhGroup | None:
    """The weakest group of main mode, if that of quick mode is weaker still."""
    pfs = quick.pfs_group.known
    if pfs in _WEAK:
        return None  # CR005 and CR006 speak of these
    groups = [proposal.dh_group.known for proposal in main.proposals]
    bits = {group: group.row.strength_bits for group in (*groups, pfs) if group is not None}
    if pfs is None or not bits[pfs] or None in groups or not groups:
        return None
    weakest = min((group for group in groups if group is not None), key=lambda group: bits[group] or 0)
    return weakest if (bits[weakest] or 0) > (bits[pfs] or 0) else None


_WEAK = frozenset({DhGroup.GROUP_1, DhGroup.GROUP_2, DhGroup.GROUP_24})


@rule("CR028", "no-post-quantum-key-exchange", basis=Basis.STANDARD)
def no_post_quantum_key_exchange(machine: Machine, _options: Options) -> Iterator[Hit]:
    """Every key exchange that the policy offers is one that a quantum computer breaks.

    Why: CNSA 2.0 asks for ML-KEM-1024. The cmdlets and RRAS of Server 2025 know the groups 1, 2, 14, 19, 20 and 24 and
    no more, so that no Windows policy meets it today: the finding says that it cannot be met, not that a value is
    wrong. No document was found that gives Windows' IKEv2 another.

    Seen as: 13868 with a peer that takes ML-KEM only.

    Bad: any policy, under a ruleset that asks for it

    Good: none that Windows can express today

    Fix: Note it as a limit of the platform, and plan for its replacement.

    Waive: Until Windows offers one.
    """
    rules = secured_rules(machine)
    if rules:
        yield Hit(
            subject=rules[0],
            span=rules[0].span,
            message="Windows' IKE has no post-quantum key exchange: CNSA 2.0 cannot be met by any policy",
            value="no ML-KEM",
            fix=Fix(note="Nothing in the policy can change it; note it as a limit of the platform."),
        )
