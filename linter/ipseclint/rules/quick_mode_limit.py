"""How many quick modes a main mode may protect before it must be renewed."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import IpsecPolicy, MainModeCryptoSet
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.semantics.effective import quick_mode_limit
from ipseclint.semantics.scope import in_force, policies_in_force
from ipseclint.words import plural

UNLIMITED = 0


class FewQuickModesPerMainMode(Options):
    """The limits at which main modes are as frequent as quick modes, nearly so, or noticeably."""

    error_at_most: int
    warning_at_most: int
    info_at_most: int


@rule(
    "QD002",
    "few-quick-modes-per-main-mode",
    basis=Basis.DOCUMENTED,
    leads_to=(13884, 13809, 13811, 13814),
    options=FewQuickModesPerMainMode,
    cause=Cause.TOO_MANY,
    looks_at=LooksAt.SETS,
)
def few_quick_modes_per_main_mode(machine: Machine, options: FewQuickModesPerMainMode) -> Iterator[Hit]:
    """A main mode may protect only a few quick modes, so that most quick modes cost a main mode as well.

    Why: When the limit is reached, the main mode is invalid for further quick modes and the next one waits for
    a new main mode. Microsoft documents this, and 0, unlimited, as the default; where a limit stops being
    small is our grading. What a main mode costs is known from one vendor's paper on old
    hardware: 100 quick modes took 51.3 s with a limit of 1 and 0.9 s with a limit of 100.

    Seen as: 13884 ERROR_IPSEC_IKE_QM_LIMIT, "new main mode will be started", on every quick mode at the limit.
    The additional main modes fill the queue: 13809, 13811, 13814.

    Bad: `netsh advfirewall set global mainmode mmkeylifetime 480min,1sess`

    Good: `netsh advfirewall set global mainmode mmkeylifetime 480min,0sess`

    Fix: Set the limit to 0. Where every session key needs a secret of its own, use perfect forward secrecy of
    quick mode with an elliptic-curve group on the one rule that needs it.

    Waive: For master-key perfect forward secrecy that is wanted for a handful of tunnels.
    """
    for crypto in in_force(machine, machine.policy.main_mode_crypto_sets):
        limit = None if crypto.builtin else quick_mode_limit(crypto)
        number = limit.known if limit is not None else None
        # A limit that nobody wrote comes from master PFS, which has a rule of its own.
        if limit is None or number is None or not limit.is_explicit or number > options.info_at_most:
            continue
        if number <= options.error_at_most:
            severity = Severity.ERROR
        else:
            severity = Severity.WARNING if number <= options.warning_at_most else Severity.INFO
        yield Hit(
            subject=crypto,
            span=limit.span,
            message=f"a main mode may protect {plural(number, 'quick mode')}, then a new one is negotiated; "
            "0 (unlimited) is the default",
            value=number,
            severity=severity,
            fix=Fix((Assign(crypto, "quick_mode_limit", UNLIMITED),)),
        )


@rule(
    "QD003", "master-pfs-required", basis=Basis.DOCUMENTED, leads_to=(13884, 13809, 13811, 13827), cause=Cause.TOO_MANY
)
def master_pfs_required(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A legacy IPsec policy asks for a new main mode, and new authentication, for every session key.

    Why: Master-key perfect forward secrecy fixes the number of quick modes per main mode at 1, whatever `qmpermm`
    says, and authenticates again each time. So each session key costs a main mode in the queue and, with Kerberos
    or certificates, load on domain controllers or revocation servers too. The effect on the limit is documented in
    the help of netsh and in [MS-GPIPSEC], that on authentication on a page of its own.

    Seen as: 13884 ERROR_IPSEC_IKE_QM_LIMIT on every quick mode, then 13809 and 13811 while main modes queue; 13827
    when the key distribution centre does not keep up.

    Bad: `netsh ipsec static set policy name=P mmpfs=yes`

    Good: `netsh ipsec static set policy name=P mmpfs=no qmpermm=0`

    Fix: Switch master PFS off, and use perfect forward secrecy of quick mode on the one rule that needs it.

    Waive: For a handful of tunnels whose peers demand it.
    """
    for policy in policies_in_force(machine):
        if policy.master_pfs.known is not True:
            continue
        yield Hit(
            subject=policy,
            span=policy.master_pfs.span,
            message="master PFS: every quick mode needs a new main mode and new authentication, "
            "whatever the limit of quick modes says",
            value=True,
            fix=Fix((Assign(policy, "master_pfs", False), *_without_limit(machine, policy))),
        )


def _without_limit(machine: Machine, policy: IpsecPolicy) -> tuple[Assign, ...]:
    crypto: MainModeCryptoSet | None = machine.index.main_mode.get(policy.name.casefold())
    if crypto is None or crypto.quick_mode_limit.known in (None, UNLIMITED):
        return ()
    return (Assign(crypto, "quick_mode_limit", UNLIMITED),)
