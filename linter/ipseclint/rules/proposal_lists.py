"""The number of proposals that a set offers."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.semantics.algorithms_in_use import CryptoSet, written_proposals
from ipseclint.semantics.proposals import repaired
from ipseclint.semantics.scope import in_force


class ProposalCount(Options):
    """The number of proposals above which a list is long, and that of a short one."""

    info_above: int
    warning_above: int
    repaired_count: int


@rule(
    "QD010",
    "too-many-main-mode-proposals",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13868, 13805),
    options=ProposalCount,
    cause=Cause.TOO_EXPENSIVE,
    looks_at=LooksAt.SETS | LooksAt.PARTS,
)
def too_many_main_mode_proposals(machine: Machine, options: ProposalCount) -> Iterator[Hit]:
    """A main-mode crypto set offers a long list of proposals.

    Why: The responder reads and compares every proposal, the list lengthens the first message and, beyond the
    path's packet size, makes it travel in fragments. A rule with an option that AuthIP alone can serve, such as a
    second authentication, uses only the first combination of integrity and encryption. Microsoft documents the limit
    of 1000 and that; that more than three is long, and more than six too long, is our reasoning.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH with AuthIP when the proposal that would fit is not the first, and
    13805 when fragments of the first message are lost.

    Bad: `netsh advfirewall set global mainmode mmsecmethods` with twelve combinations "for compatibility"

    Good: `netsh advfirewall set global mainmode mmsecmethods dhgroup14:aes256-sha256,aes128-sha256`

    Fix: Keep two or three proposals, strongest first.

    Waive: Where many kinds of IKEv1 peers have to be served that cannot be changed.
    """
    for crypto in in_force(machine, machine.policy.main_mode_crypto_sets):
        if _is_a_list(crypto) and len(crypto.proposals) > options.info_above:
            yield _long_list(crypto, options)


@rule(
    "QD011",
    "too-many-quick-mode-proposals",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13815, 13868),
    options=ProposalCount,
    cause=Cause.TOO_EXPENSIVE,
    looks_at=LooksAt.SETS | LooksAt.PARTS,
)
def too_many_quick_mode_proposals(machine: Machine, options: ProposalCount) -> Iterator[Hit]:
    """A quick-mode crypto set, or a filter action, offers a long list of proposals.

    Why: Every quick mode carries the list and the responder compares each entry with its own. A second proposal
    already costs AuthIP its one-exchange quick mode. Microsoft documents the limit of 1000 and the condition
    for the fast quick mode; that more than three is long, and more than six too long, is our reasoning.

    Seen as: 13815 ERROR_IPSEC_IKE_QM_DELAY_DROP on a loaded host; 13868 ERROR_IPSEC_IKE_POLICY_MATCH when none of
    the many fits.

    Bad: `netsh advfirewall consec add rule ... qmsecmethods=` with fourteen suites made by a script

    Good: `netsh advfirewall consec add rule ... qmsecmethods=esp:aesgcm128-aesgcm128+60min+100000kb`

    Fix: Keep one to three proposals, strongest first.

    Waive: Where many kinds of IKEv1 peers have to be served that cannot be changed.
    """
    for crypto in in_force(machine, machine.policy.quick_mode_crypto_sets):
        if (
            len(crypto.proposals) > options.info_above
            and _is_a_list(crypto)
            and len(written_proposals(crypto)) > options.info_above
        ):
            yield _long_list(crypto, options)


def _is_a_list(crypto: CryptoSet) -> bool:
    """Whether a user made the list: Windows has lists of its own, and the suite of a VPN is one combination."""
    return not crypto.builtin and crypto.dialect is not Dialect.VPN


def _long_list(crypto: CryptoSet, options: ProposalCount) -> Hit:
    count = len(crypto.proposals)
    return Hit(
        subject=crypto,
        span=crypto.proposals[options.info_above].span,
        message=f"{count} proposals; {options.repaired_count} or fewer, strongest first, are enough for known peers",
        value=count,
        severity=Severity.WARNING if count > options.warning_above else Severity.INFO,
        fix=Fix(
            (Assign(crypto, "proposals", repaired(crypto)[: options.repaired_count]),),
            note="Keep another combination if a peer that cannot be changed needs it.",
            risky=True,
        ),
    )
