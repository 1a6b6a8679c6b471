"""Settings that make each negotiation cost more: Diffie-Hellman, exchanges, messages."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from ipseclint.finding import Basis, Cause, Severity
from ipseclint.model.change import Assign, Fix
from ipseclint.model.kinds import label
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, Dialect, MainModeCryptoSet, QuickModeCryptoSet, RuleMode
from ipseclint.model.setting import Setting
from ipseclint.model.site import HostType
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.semantics.algorithms_in_use import written_proposals
from ipseclint.semantics.defaults import has_new_defaults
from ipseclint.semantics.effective import byte_lifetime, is_below, quick_mode_lifetime
from ipseclint.semantics.pairing import crypto_pairs
from ipseclint.semantics.scope import any_to_any_sets, in_force, own_quick_mode_sets, secured_rules
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import ELLIPTIC_CURVE_GROUPS, DhGroup, KeyModule
from ipseclint.vocabulary.authentication import NOT_SUPPORTED
from ipseclint.words import duration, plural, series

_AGREE = "Change the group on all peers together: a peer without it cannot negotiate."


class HeavyQuickModePfs(Options):
    """The costly groups, and the lifetimes at which quick modes are frequent enough to matter."""

    heavy_groups: frozenset[DhGroup]
    frequent_below_seconds: int
    frequent_below_kilobytes: int
    repaired_group: DhGroup


@rule(
    "QD008",
    "quick-mode-pfs-with-heavy-group",
    basis=(Basis.DOCUMENTED, Basis.REASONED),
    leads_to=(13810, 13815, 13822, 13811),
    options=HeavyQuickModePfs,
    cause=Cause.TOO_EXPENSIVE,
    looks_at=LooksAt.SETS,
)
def quick_mode_pfs_with_heavy_group(machine: Machine, options: HeavyQuickModePfs) -> Iterator[Hit]:
    """Every quick mode of a frequently renewed set makes a new Diffie-Hellman exchange.

    Why: With perfect forward secrecy of quick mode each session key costs both peers a new exchange of keys, while
    other requests wait in the queue. Microsoft documents the groups and that the exchange is made. That 2048
    bits of MODP cost several times what a 256-bit curve costs on the same processor, and when quick modes are
    frequent, is our reasoning: more often than by Windows' default lifetimes of 60 minutes and 100,000 KB, or on a
    rule for any peer. The smaller groups DH1 and DH2 are no way out: they are weak, and dearer than a curve.
    `mainmode` takes the group of the main mode.

    Seen as: Processor time first, then 13810 and 13815 for quick modes, 13811 on a busy responder, rarely 13822.

    Bad: `qmpfs=dhgroup14` on the rule that isolates a domain

    Good: `qmpfs=ecdhp256` on the one rule that needs it

    Fix: Use an elliptic-curve group. Where nothing demands perfect forward secrecy of quick mode, switch it off and
    let main modes live a little shorter.

    Waive: When a national profile demands it: keep it, and use an elliptic-curve group.
    """
    for_everything = any_to_any_sets(machine)
    main_groups: dict[int, list[DhGroup]] = {}
    for main, quick in crypto_pairs(machine):
        groups = [each.dh_group.known for each in main.proposals]
        main_groups.setdefault(id(quick), []).extend(group for group in groups if group is not None)
    for crypto in own_quick_mode_sets(machine):
        pfs = _pfs(crypto)
        group = pfs.known if pfs is not None else None
        if pfs is None or group is None or not pfs.is_explicit:
            continue
        shared = main_groups.get(id(crypto), []) if group is DhGroup.SAME_AS_MAIN_MODE else [group]
        heavy = [each for each in shared if each in options.heavy_groups]
        curves = [each for each in shared if each in ELLIPTIC_CURVE_GROUPS]
        reasons = _frequent(crypto, options, everything=id(crypto) in for_everything)
        if not reasons or not (heavy or curves):
            continue
        # The rules on lifetimes judge how often a VPN renews; a curve adds little cost.
        if crypto.dialect is Dialect.VPN and not heavy:
            continue
        used = heavy[0] if heavy else curves[0]
        origin = ", the main mode's group," if group is DhGroup.SAME_AS_MAIN_MODE else ""
        yield Hit(
            subject=crypto,
            span=pfs.span,
            message=f"perfect forward secrecy with {used}{origin} in every quick mode, {series(reasons)}"
            + (f"; {options.repaired_group} costs a fraction" if heavy else ""),
            value=used,
            severity=Severity.WARNING if heavy else Severity.INFO,
            fix=_lighter_pfs(crypto, options)
            if heavy
            else Fix(note="Switch it off, which protects less, only where no profile demands it."),
        )


def _pfs(crypto: QuickModeCryptoSet) -> Setting[DhGroup] | None:
    """The setting for perfect forward secrecy, if it is on."""
    own = [proposal.pfs_group for proposal in crypto.proposals if proposal.pfs_group is not None]
    return next((each for each in own or [crypto.pfs_group] if each.known not in {None, DhGroup.NONE}), None)


def _frequent(crypto: QuickModeCryptoSet, options: HeavyQuickModePfs, *, everything: bool) -> list[str]:
    seconds, kilobytes = quick_mode_lifetime(crypto), byte_lifetime(crypto)
    reasons = ["for any peer"] if everything else []
    if seconds is not None and is_below(seconds, options.frequent_below_seconds):
        reasons.append(f"every {duration(seconds.known or 0)}")
    if kilobytes is not None and is_below(kilobytes, options.frequent_below_kilobytes):
        reasons.append(f"every {kilobytes.known} KB")
    return reasons


def _lighter_pfs(crypto: QuickModeCryptoSet, options: HeavyQuickModePfs) -> Fix:
    if crypto.dialect in {Dialect.IP_SECURITY_POLICY, Dialect.DYNAMIC}:
        return Fix(
            note="This tool knows no elliptic curves: let the quick mode live longer, or switch PFS off, which "
            "protects less."
        )
    return Fix((Assign(crypto, "pfs_group", options.repaired_group),), note=_AGREE, risky=True)


@rule(
    "QD009",
    "authip-fast-quick-mode-lost",
    basis=Basis.DOCUMENTED,
    leads_to=(13810, 13815),
    cause=Cause.TOO_EXPENSIVE,
    looks_at=LooksAt.SETS,
)
def authip_fast_quick_mode_lost(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A quick-mode set with several proposals, or with perfect forward secrecy, costs AuthIP its short quick mode.

    Why: AuthIP makes a quick mode in one exchange when the policy holds a single proposal and no perfect forward
    secrecy, and in two otherwise: twice the messages through the queue. Microsoft documents the condition.
    Whether a rule without a key module of its own can use AuthIP depends on the release of Windows: from
    Windows 11 24H2 and Server 2025 on only where an authentication method needs it. One whose only method is a
    preshared key cannot: AuthIP does not know these. A tunnel has one peer, whose quick modes are no load: it is left
    alone. It is said once for all sets of a machine that lose it in the same way.

    Seen as: Nothing by itself. Under load it adds to 13810 and 13815.

    Bad: Three quick-mode proposals and `qmpfs=ecdhp256` on a rule between Windows hosts

    Good: `qmsecmethods=esp:aesgcm128-aesgcm128+60min+2147483647kb` and no `qmpfs`

    Fix: Where all peers are Windows and load is the problem, keep one proposal and no perfect forward secrecy of
    quick mode.

    Waive: When interoperability or forward secrecy counts more than load, which is often the case.
    """
    by_reason: dict[str, list[tuple[QuickModeCryptoSet, Span]]] = {}
    for crypto in {id(each): each for each in _authip_sets(machine) if not each.builtin}.values():
        pfs = _pfs(crypto)
        if pfs is None and not crypto.proposals[1:]:
            continue
        written = written_proposals(crypto)
        reasons = [plural(len(written), "proposal")] if len(written) > 1 else []
        if pfs is not None:
            reasons.append("perfect forward secrecy")
        if reasons:
            span = written[1].span if len(written) > 1 or pfs is None else pfs.span
            by_reason.setdefault(series(reasons), []).append((crypto, span))
    for reason, sets in by_reason.items():
        (crypto, span), *others = sets
        more = f", here and in {plural(len(others), 'other set')}" if others else ""
        yield Hit(
            subject=crypto,
            span=span,
            message=f"{reason}: AuthIP needs two exchanges for each quick mode instead of one{more}",
            value=reason,
            related=tuple((label(other), place) for other, place in others[:_SHOWN]),
            fix=Fix(
                note="Where load is the problem and all peers are Windows: one proposal, no PFS of quick mode, which "
                "protects less."
            ),
        )


_SHOWN = 6


def _authip_sets(machine: Machine) -> Iterator[QuickModeCryptoSet]:
    for secured_rule in secured_rules(machine):
        crypto = machine.index.quick_mode_of(secured_rule)
        if (
            crypto is not None
            and secured_rule.mode.known is not RuleMode.TUNNEL
            and KeyModule.AUTHIP in (secured_rule.key_modules.known or ())
            and _authip_knows(machine, secured_rule)
        ):
            yield crypto
    for crypto in in_force(machine, machine.policy.quick_mode_crypto_sets):
        if crypto.key_module is not None and crypto.key_module.known is KeyModule.AUTHIP:
            yield crypto


def _authip_knows(machine: Machine, secured_rule: ConnectionSecurityRule) -> bool:
    """Whether AuthIP can authenticate a rule's peers: not if the rule has methods and AuthIP supports none of them."""
    first = machine.index.first_auth_of(secured_rule)
    methods = {method.method.known for method in first.methods} if first is not None else set()
    return not methods or not methods <= NOT_SUPPORTED[KeyModule.AUTHIP]


class ForcedDiffieHellman(Options):
    """The costly groups, the hosts on which that matters, and the group to use instead."""

    heavy_groups: frozenset[DhGroup]
    busy_hosts: frozenset[HostType]
    repaired_group: DhGroup


@rule(
    "QD012",
    "authip-forced-diffie-hellman",
    basis=Basis.DOCUMENTED,
    leads_to=(13811, 13814),
    options=ForcedDiffieHellman,
    cause=Cause.TOO_EXPENSIVE,
    looks_at=LooksAt.SETS,
)
def authip_forced_diffie_hellman(machine: Machine, options: ForcedDiffieHellman) -> Iterator[Hit]:
    """AuthIP has to make a Diffie-Hellman exchange that Kerberos or TLS would have spared it.

    Why: AuthIP gets a shared secret from Kerberos or TLS and may leave Diffie-Hellman out; Microsoft documents that
    this avoids round trips and the cost of the exchange. Forcing it buys a stronger key exchange and costs
    exactly that, in each main mode. Where every rule has IKEv2, IKEv1 or a preshared key there is no AuthIP to pay
    for it; nor is there since Windows 11 24H2 and Server 2025 for a rule with certificates at the default
    (New-NetIPsecRule). With an elliptic-curve group the price is small; with a MODP group on a host of many peers it
    is time in which the queue grows.

    Seen as: Longer main modes: 13814 when one takes too long, 13811 for those that wait behind it.

    Bad: `netsh advfirewall set global mainmode mmforcedh yes` with `dhgroup14` on a server of 10,000 clients

    Good: `netsh advfirewall set global mainmode mmforcedh yes` with `ecdhp256`

    Fix: Keep the exchange and use an elliptic-curve group; switch it off only where load counts for more.

    Waive: When a security baseline demands it: use an elliptic-curve group.
    """
    for crypto in in_force(machine, machine.policy.main_mode_crypto_sets):
        forced = crypto.force_dh
        if crypto.builtin or forced.known is not True or not forced.is_explicit or not _serves_authip(machine, crypto):
            continue
        groups = [each.dh_group.known for each in crypto.proposals]
        heavy = next((each for each in groups if each in options.heavy_groups), None)
        busy = machine.site.host_type in options.busy_hosts
        group = heavy or next((each for each in groups if each is not None), None)
        yield Hit(
            subject=crypto,
            span=forced.span,
            message=f"AuthIP has to make a Diffie-Hellman exchange{f' with {group}' if group else ''} in each main mode"
            + (f" of a {machine.site.host_type}; {options.repaired_group} costs a fraction" if heavy and busy else ""),
            value=group,
            severity=Severity.WARNING if heavy and busy else Severity.INFO,
            fix=_lighter_exchange(crypto, options) if heavy else Fix(note=_KEPT),
        )


_KEPT = "Keep the exchange; let AuthIP go without it only where load counts for more than a stronger key exchange."


def _serves_authip(machine: Machine, crypto: MainModeCryptoSet) -> bool:
    """Whether AuthIP may use a main-mode set: if the input has rules, one of them must allow it."""
    if crypto.key_module is not None:
        return crypto.key_module.known is KeyModule.AUTHIP
    return machine.once(_is_authip_let)


def _is_authip_let(machine: Machine) -> bool:
    rules = secured_rules(machine)
    return not rules or any(_may_use_authip(machine, each) for each in rules)


def _may_use_authip(machine: Machine, secured_rule: ConnectionSecurityRule) -> bool:
    modules = secured_rule.key_modules.known
    return (modules is None or KeyModule.AUTHIP in modules) and _authip_knows(machine, secured_rule)


def _lighter_exchange(crypto: MainModeCryptoSet, options: ForcedDiffieHellman) -> Fix:
    proposals = tuple(
        proposal.model_copy(update={"dh_group": replace(proposal.dh_group, value=options.repaired_group)})
        for proposal in crypto.proposals
    )
    return Fix((Assign(crypto, "proposals", proposals),), note=_AGREE, risky=True)


@rule(
    "QD017",
    "default-key-module-doubles-first-message",
    basis=Basis.DOCUMENTED,
    leads_to=(13890,),
    needs=("all_peers_support_authip",),
    cause=Cause.TOO_EXPENSIVE,
)
def default_key_module_doubles_first_message(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A rule lets the host start every negotiation with IKEv1 and AuthIP at once, though all peers have AuthIP.

    Why: With both key modules the initiator sends AuthIP's first message and IKEv1's as well. Each makes state on
    the responder, with a retransmission timer of its own, until one of them wins: half-open state that counts
    toward the thresholds at which a responder drops new negotiations or asks for cookies. Microsoft documents
    both messages, and that a rule without a key module of its own means these two up to Windows 11 23H2 and Server
    2022; from Windows 11 24H2 and Server 2025 on it means IKEv1 and IKEv2, and AuthIP only where a method needs it.
    Rules whose methods AuthIP does not know, such as a preshared key, are left alone. That all peers have AuthIP is
    the site's word.

    Seen as: More half-open negotiations than peers; beyond the thresholds 13890 and drops that no policy explains.

    Bad: `New-NetIPsecRule -KeyModule Default` where all hosts are Windows 10 and Server 2019

    Good: the same rule on Server 2025, or `-KeyModule AuthIP` where every peer is bound to AuthIP too

    Fix: Name AuthIP as the key module of the rule, on every peer: a peer of a newer Windows that names none may not
    offer AuthIP, and has then nothing in common with this one.

    Waive: Freely. Microsoft calls the setting very advanced: with a combination that a peer does not support,
    traffic may go in clear text.
    """
    is_new = has_new_defaults(machine.policy, machine.site)
    if not machine.site.all_peers_support_authip or is_new:
        return
    before = "" if is_new is False else " before Windows 11 24H2 and Server 2025"
    for secured_rule in secured_rules(machine):
        modules = secured_rule.key_modules.known
        if modules is None or not modules >= {KeyModule.IKEV1, KeyModule.AUTHIP}:
            continue
        if not _authip_knows(machine, secured_rule):
            continue
        yield Hit(
            subject=secured_rule,
            span=secured_rule.key_modules.span,
            message="IKEv1 and AuthIP both send a first message for each negotiation"
            f"{'' if secured_rule.key_modules.is_explicit else before}; "
            "all peers have AuthIP",
            value=" ".join(sorted(modules)),
            fix=Fix(note="Name AuthIP only where every peer names it too, and try it on one rule first."),
        )
