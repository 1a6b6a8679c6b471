"""Advice on algorithms that are allowed, and that a standard or arithmetic speaks against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ipseclint.finding import Basis
from ipseclint.late import late_names
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthMethod,
    ConnectionSecurityRule,
    Dialect,
    MainModeCryptoSet,
    PolicyObject,
    QuickModeCryptoSet,
)
from ipseclint.model.setting import Origin
from ipseclint.rule import Hit, LooksAt, Options, rule
from ipseclint.rules._crypto import BEYOND_NETSH_IPSEC, TOGETHER
from ipseclint.rules._once import once_each
from ipseclint.rules._weak_algorithms import WeakGroups
from ipseclint.semantics.algorithms_in_use import quick_mode_sets_naming, written_proposals
from ipseclint.semantics.defaults import has_new_defaults
from ipseclint.semantics.negotiation.main_mode_rules import MainModeRules
from ipseclint.semantics.pairing import crypto_pairs
from ipseclint.semantics.scope import in_force, local_side, remote_side, secured_rules
from ipseclint.vocabulary.algorithms import DhGroup, Encapsulation, KeyModule
from ipseclint.words import plural, series

if TYPE_CHECKING:
    from ipseclint.semantics.negotiation.windows import main_mode_sides
else:
    (main_mode_sides,) = late_names("ipseclint.semantics.negotiation.windows", "main_mode_sides")


@rule("CR034", "ah-used", basis=Basis.STANDARD, leads_to=(13868,), looks_at=LooksAt.SETS)
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
    for crypto in in_force(machine, quick_mode_sets_naming(machine, (Encapsulation.AH,))):
        for proposal in written_proposals(crypto):
            if proposal.encapsulation.known is Encapsulation.AH:
                yield Hit(
                    subject=crypto,
                    span=proposal.encapsulation.span,
                    message="a proposal protects by AH alone, which cannot pass a NAT; use ESP without encryption",
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
    if pfs is None or pfs in _WEAK or not (own_bits := pfs.row.strength_bits):
        return None  # CR005 and CR006 speak of weak ones
    groups = [proposal.dh_group.known for proposal in main.proposals]
    bits = {group: group.row.strength_bits or 0 for group in groups if group is not None}
    if None in groups or not groups:
        return None
    weakest = min(bits, key=lambda group: bits[group])
    return weakest if bits[weakest] > own_bits else None


_WEAK = frozenset({DhGroup.GROUP_1, DhGroup.GROUP_2, DhGroup.GROUP_24})


@rule("CR028", "no-post-quantum-key-exchange", basis=Basis.STANDARD, leads_to=(13868,))
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
    policy = machine.policy
    clients = (connection for connection in policy.vpn_connections if connection.tries_ike)
    servers = (server for server in policy.vpn_servers if server.takes_ike)
    able: tuple[PolicyObject, ...] = (*secured_rules(machine), *clients, *policy.vpn_interfaces, *servers)
    offering = next(iter(able), None)
    if offering is not None:
        yield Hit(
            subject=offering,
            span=offering.span,
            message="Windows' IKE has no post-quantum key exchange: CNSA 2.0 cannot be met by any policy",
            value="no ML-KEM",
            fix=Fix(note="Nothing in the policy can change it; note it as a limit of the platform."),
        )


@rule("CR036", "windows-default-group-in-use", basis=Basis.STANDARD, leads_to=(13868,), options=WeakGroups)
def windows_default_group_in_use(machine: Machine, options: WeakGroups) -> Iterator[Hit]:
    """Rules that somebody made exchange keys with the group that Windows takes where nobody names one: DH2.

    Why: Windows' own main-mode set offers DH2 alone, and so does a `netsh ipsec` policy without `mmsecmethods`. RFC
    8247 advises against that group (SHOULD NOT, CR005). With IKEv1 and IKEv2 every key of the connection comes from the
    exchange; AuthIP makes none unless it is forced to, so that rules which Windows peers negotiate by Kerberos are not
    reported. Which modules a rule with certificates uses by default is decided by the release: IKEv1 and AuthIP up to
    Windows 11 23H2 and Server 2022, IKEv1 and IKEv2 since. It is said once a machine, and not where a main-mode rule
    is for the same peers.

    Seen as: 13868 ERROR_IPSEC_IKE_POLICY_MATCH with a peer that refuses the group. Otherwise nothing is seen.

    Bad: `netsh advfirewall consec add rule ... auth1=computercert`, and no main-mode set anywhere

    Good: the same with `netsh advfirewall set global mainmode mmsecmethods ecdhp384:aes256-sha384`

    Fix: Configure a main-mode set with DH20, on all peers together; in `netsh ipsec`, which knows no curves, group 3,
    which is DH14 there.

    Waive: Where another tool configures the main-mode set of these hosts, and the input does not show it.
    """

    def weak_group_of_windows(crypto: MainModeCryptoSet) -> bool:
        group = _group_of_windows(crypto)
        return group is not None and group in options.groups

    is_weak = once_each(weak_group_of_windows)
    by_default = [
        (secured_rule, crypto)
        for secured_rule in secured_rules(machine)
        if (crypto := machine.index.main_mode_of(secured_rule)) is not None
        and is_weak(crypto)
        and not _may_have_other_set(machine, secured_rule)
        and _exchanging(machine, secured_rule)
    ]
    if not by_default:
        return
    (first, crypto), *others = by_default
    group = crypto.proposals[0].dh_group.known
    yield Hit(
        subject=crypto,
        span=first.span,
        message=f"{_negotiating([rule.name for rule, _ in by_default])} with Windows' own main-mode proposals, which "
        f"offer {group} alone{_of_modules(machine, first)}; configure a main-mode set",
        value=group,
        related=tuple((f'rule "{other.name}"', other.span) for other, _ in others[:_SHOWN]),
        fix=Fix(
            note=BEYOND_NETSH_IPSEC
            if first.policy is not None
            else "Configure a main-mode set with DH20, on all peers together, for example by "
            "`netsh advfirewall set global mainmode mmsecmethods ecdhp384:aes256-sha384`."
        ),
    )


_SHOWN = 3


def _negotiating(names: Sequence[str]) -> str:
    return f'rule "{names[0]}" negotiates' if len(names) == 1 else f"{plural(len(names), 'rule')} negotiate"


def _group_of_windows(crypto: MainModeCryptoSet) -> DhGroup | None:
    """The only group of a main-mode set, if it is Windows' default; None if a user chose it."""
    groups = {(proposal.dh_group.known, proposal.dh_group.origin) for proposal in crypto.proposals}
    if len(groups) != 1:
        return None
    group, origin = groups.pop()
    return group if origin is Origin.DEFAULT else None


def _may_have_other_set(machine: Machine, secured_rule: ConnectionSecurityRule) -> bool:
    """Whether another set than the default may apply to a rule: from WFP, or by a main-mode rule."""
    by_rule = machine.once(MainModeRules)
    if secured_rule.dialect is not Dialect.WFAS or not by_rule:
        return secured_rule.dialect is Dialect.WFP
    here, there = main_mode_sides(secured_rule, local_side(machine, secured_rule), remote_side(machine, secured_rule))
    return any(by_rule.meeting(here, there))


def _exchanging(machine: Machine, secured_rule: ConnectionSecurityRule) -> frozenset[KeyModule]:
    """The key modules of a rule that do a Diffie-Hellman exchange; none where Windows peers would use AuthIP."""
    modules = secured_rule.key_modules.known or frozenset()
    if _needs_ikev1(machine, secured_rule):
        return frozenset({KeyModule.IKEV1})
    if KeyModule.AUTHIP in modules and AuthMethod.COMPUTER_CERTIFICATE not in _methods(machine, secured_rule):
        return frozenset()
    return modules - {KeyModule.AUTHIP}


def _of_modules(machine: Machine, secured_rule: ConnectionSecurityRule) -> str:
    """The key modules that do the exchange, in words, and what that depends on."""
    setting = secured_rule.key_modules
    with_authip = KeyModule.AUTHIP in (setting.known or ()) and not _needs_ikev1(machine, secured_rule)
    if with_authip and not setting.is_explicit and has_new_defaults(machine.policy, machine.site) is None:
        return (
            ": with IKEv1, and from Windows 11 24H2 and Server 2025 on with IKEv2, every key comes from it (the "
            "release is not known: `[site] windows`)"
        )
    names = series(sorted(_exchanging(machine, secured_rule)))
    return f": with {names} every key comes from it" + (", AuthIP makes no exchange" if with_authip else "")


def _needs_ikev1(machine: Machine, secured_rule: ConnectionSecurityRule) -> bool:
    """Whether a rule authenticates by preshared keys alone, which no other key module supports."""
    return _methods(machine, secured_rule) == {AuthMethod.PRESHARED_KEY}


def _methods(machine: Machine, secured_rule: ConnectionSecurityRule) -> set[AuthMethod | None]:
    first = machine.index.first_auth_of(secured_rule)
    return {method.method.known for method in first.methods} if first is not None else set()
