"""Lifetimes of main and quick modes, by time, and how they fit together."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Assign, Fix
from ipseclint.model.kinds import label
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, MainModeCryptoSet, QuickModeCryptoSet
from ipseclint.model.selectors import Address
from ipseclint.model.setting import Setting
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.semantics.effective import main_mode_lifetime, quick_mode_lifetime, with_lifetime
from ipseclint.semantics.pairing import longest_quick_modes
from ipseclint.semantics.scope import any_to_any_sets, in_force, own_quick_mode_sets, remote_side, users_by_quick_mode
from ipseclint.words import bound, duration, plural, short


class ShortMainModeLifetime(Options):
    """The lifetimes below which main modes are renewed too often, and the number of renewals that does not matter."""

    warning_below_seconds: int
    error_at_most_seconds: int
    tolerated_main_modes_per_second: float
    repaired_seconds: int


@rule(
    "QD001",
    "short-main-mode-lifetime",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13885, 13809, 13811, 13814),
    options=ShortMainModeLifetime,
    cause=Cause.TOO_MANY,
    looks_at=LooksAt.SETS,
)
def short_main_mode_lifetime(machine: Machine, options: ShortMainModeLifetime) -> Iterator[Hit]:
    """A main mode lives so short that the host keeps renewing it.

    Why: When a main mode expires, whatever IPsec does next with that peer needs a new key, so a new main
    mode: a request in the queue, Diffie-Hellman, authentication. A host makes about peers divided by
    lifetime of them each second: 5,000 peers make 0.17 a second at the default of 480 minutes, 8.3 at
    10 minutes and 83 at one minute. Microsoft documents the range of 1 to 2879 minutes, the default and that
    a short lifetime costs performance. The bounds of 60 and 10 minutes are our reasoning.

    Seen as: 13885 ERROR_IPSEC_IKE_MM_EXPIRED starts each renewal. Under load the renewals wait in the queue and
    are dropped as 13809 or 13811, or finish too late: 13814. Audit event 4652 or 4653 on the host.

    Bad: `netsh advfirewall set global mainmode mmkeylifetime 5min,0sess`

    Good: `netsh advfirewall set global mainmode mmkeylifetime 480min,0sess`

    Fix: Set the main-mode lifetime to the default of 480 minutes, and let the quick-mode lifetime decide how
    long a session key is used.

    Waive: On a gateway with a handful of peers, where a main mode every few minutes is no load. With
    `peers` in the site's facts the finding becomes information by itself when the rate is that low.
    """
    for crypto in in_force(machine, machine.policy.main_mode_crypto_sets):
        lifetime = None if crypto.builtin else main_mode_lifetime(crypto)
        seconds = lifetime.known if lifetime is not None else None
        if lifetime is None or seconds is None or seconds >= options.warning_below_seconds:
            continue
        severity = Severity.ERROR if seconds <= options.error_at_most_seconds else Severity.WARNING
        load = ""
        if machine.site.expected_peers is not None:
            rate = machine.site.expected_peers / seconds
            load = f", {short(rate)} main modes per second with {plural(machine.site.expected_peers, 'peer')}"
            if rate < options.tolerated_main_modes_per_second:
                severity = Severity.INFO
        yield Hit(
            subject=crypto,
            span=lifetime.span,
            message=f"main-mode lifetime of {duration(seconds)}{load}; "
            f"{bound(options.warning_below_seconds, seconds)} or more keeps renewals rare",
            value=seconds,
            severity=severity,
            fix=Fix((Assign(crypto, "lifetime_seconds", options.repaired_seconds),)),
        )


class ShortQuickModeLifetime(Options):
    """The lifetimes below which quick modes are renewed too often, and the number of peers that does not matter."""

    warning_below_seconds: int
    error_at_most_seconds: int
    few_peers_at_most: int
    repaired_seconds: int


@rule(
    "QD004",
    "short-quick-mode-lifetime",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13895, 13810, 13815),
    options=ShortQuickModeLifetime,
    cause=Cause.TOO_MANY,
    looks_at=LooksAt.SETS,
)
def short_quick_mode_lifetime(machine: Machine, options: ShortQuickModeLifetime) -> Iterator[Hit]:
    """A quick mode lives so short that session keys are negotiated again and again.

    Why: Every expiry is a quick mode: three messages with IKEv1, one or two exchanges with AuthIP, for each
    peer and each selector. Any proposal of a set can be the one chosen, so the shortest counts. Microsoft
    documents the range of 5 to 2879 minutes, the default of 60 and that shorter lifetimes lower performance.
    The bound of 30 minutes, and that the floor of 5 minutes on a rule for any peer is an error, are our
    reasoning.

    Seen as: 13895 ERROR_IPSEC_IKE_QM_EXPIRED starts each renewal. Under load: 13810 when the request waits too
    long, 13815 when the negotiation takes too long. Audit event 4654.

    Bad: `New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -ESPHash SHA1 -Encryption AES128 -MaxMinutes 5`

    Good: `New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -ESPHash SHA1 -Encryption AES128 -MaxMinutes 60`

    Fix: Set the lifetime of every proposal of the set to the default of 60 minutes.

    Waive: On a rule for one or two peers, where a quick mode every few minutes is no load. Where the addresses
    or the tunnel endpoint of the rule show that, the finding is information.
    """
    for_everything = any_to_any_sets(machine)
    users = users_by_quick_mode(machine)
    for crypto in own_quick_mode_sets(machine):
        lifetime = quick_mode_lifetime(crypto)
        seconds = lifetime.known if lifetime is not None else None
        if lifetime is None or seconds is None or seconds >= options.warning_below_seconds:
            continue
        severity, where = Severity.WARNING, ""
        if id(crypto) in for_everything:
            where = " on a rule for any peer"
            if seconds <= options.error_at_most_seconds:
                severity = Severity.ERROR
        elif _has_few_peers(machine, users.get(id(crypto), []), options.few_peers_at_most):
            severity = Severity.INFO
        yield Hit(
            subject=crypto,
            span=lifetime.span,
            message=f"quick-mode lifetime of {duration(seconds)}{where}; "
            f"{bound(options.warning_below_seconds, seconds)} or more keeps renewals rare",
            value=seconds,
            severity=severity,
            fix=Fix(
                (
                    Assign(
                        crypto,
                        "proposals",
                        with_lifetime(crypto, options.repaired_seconds, options.warning_below_seconds),
                    ),
                )
            ),
        )


def _has_few_peers(machine: Machine, users: list[ConnectionSecurityRule], most: int) -> bool:
    peers: set[Address] = set()
    for user in users:
        endpoint = user.remote_tunnel_endpoint
        side = endpoint.known if endpoint is not None and endpoint.known else remote_side(machine, user)
        if not side or any(address.version == 0 or address.first != address.last for address in side):
            return False
        peers.update(side)
    return 0 < len(peers) <= most


class MainModeExpiresBeforeQuickMode(Options):
    """How much longer a main mode must live than a quick mode, and Windows' own lifetimes."""

    at_least_times: int
    repaired_main_mode_seconds: int
    repaired_quick_mode_seconds: int


@rule(
    "QD025",
    "main-mode-expires-before-quick-mode",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13885, 13894, 13809),
    options=MainModeExpiresBeforeQuickMode,
    cause=Cause.TOO_MANY,
)
def main_mode_expires_before_quick_mode(machine: Machine, options: MainModeExpiresBeforeQuickMode) -> Iterator[Hit]:
    """A main mode is gone before the quick modes made under it have to be renewed.

    Why: A quick mode is renewed, and deleted, under the protection of its main mode. If that has expired, a
    new main mode comes first, and every renewal of a session key costs a main mode and a quick mode. Microsoft
    cautions against lifetimes that let quick modes outlive their main mode. The factor
    of two is our reasoning: at the same lifetime both expire together.

    Seen as: 13885 ERROR_IPSEC_IKE_MM_EXPIRED and 13894 ERROR_IPSEC_IKE_INVALID_MM_FOR_QM when session keys are
    due for renewal, then 13809 while the additional main modes wait.

    Bad: `netsh ipsec static add policy name=P mmlifetime=30` with quick modes of 3600 s

    Good: `netsh ipsec static add policy name=P mmlifetime=480` with quick modes of 3600 s

    Fix: Let main modes live 480 minutes and quick modes 60, as Windows does by default.

    Waive: When peers must prove who they are more often than session keys change, and the load is known.
    """
    for main, quick in longest_quick_modes(machine):
        main_mode, quick_mode = main_mode_lifetime(main), quick_mode_lifetime(quick)
        main_seconds = main_mode.known if main_mode is not None else None
        quick_seconds = quick_mode.known if quick_mode is not None else None
        if main_mode is None or quick_mode is None or main_seconds is None or quick_seconds is None:
            continue
        if main_seconds >= options.at_least_times * quick_seconds:
            continue
        # A default is written nowhere: only what the administrator wrote can be changed.
        at_main = main_mode.is_explicit or not quick_mode.is_explicit
        yield Hit(
            subject=main if at_main else quick,
            span=main_mode.span if at_main else quick_mode.span,
            message=f"main-mode lifetime of {duration(main_seconds)} in {label(main)} against a quick-mode lifetime "
            f"of {duration(quick_seconds)} in {label(quick)}; at least {options.at_least_times} times that "
            "lets quick modes be renewed under a living main mode",
            value=f"{main_seconds} {quick_seconds}",
            related=(("quick-mode lifetime", quick_mode.span),) if at_main else (("main mode", main_mode.span),),
            fix=_longer_main_mode(main, quick, main_seconds, quick_seconds, options),
        )


def _longer_main_mode(
    main: MainModeCryptoSet,
    quick: QuickModeCryptoSet,
    main_seconds: int,
    quick_seconds: int,
    options: MainModeExpiresBeforeQuickMode,
) -> Fix:
    changes: list[Assign] = []
    if main_seconds < options.repaired_main_mode_seconds:
        changes.append(Assign(main, "lifetime_seconds", options.repaired_main_mode_seconds))
    if options.repaired_main_mode_seconds < options.at_least_times * quick_seconds:
        proposals = tuple(
            proposal.model_copy(
                update={
                    "lifetime_seconds": Setting(options.repaired_quick_mode_seconds, proposal.lifetime_seconds.span)
                }
            )
            for proposal in quick.proposals
        )
        changes.append(Assign(quick, "proposals", proposals))
    return Fix(tuple(changes))
