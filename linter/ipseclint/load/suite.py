"""The cost of a policy's suites for a worker: its groups and signatures, as far as they were measured."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from ipseclint.load.changes import cheaper_suite, without_pfs
from ipseclint.load.parameters import Parameters
from ipseclint.load.policy import PolicyLoad
from ipseclint.load.sensitivity import Change
from ipseclint.load.service import (
    KEY_AGREEMENTS_PER_SECOND,
    RATES,
    REFERENCE_SUITE,
    CryptoRates,
    Suite,
    crypto_seconds,
    key_agreement_seconds,
    main_mode_seconds,
    quick_mode_seconds,
)
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthenticationSet,
    AuthMethod,
    AuthPhase,
    CertificateSigning,
    ConnectionSecurityRule,
    Dialect,
    MainModeCryptoSet,
    QuickModeCryptoSet,
    RuleAction,
)
from ipseclint.vocabulary.algorithms import DhGroup, KeyModule

_KEY_AGREEMENTS = {group: name for group in DhGroup if (name := group.row.strongswan) in KEY_AGREEMENTS_PER_SECOND}
_GROUPS = {measured: group for group, measured in _KEY_AGREEMENTS.items()}
_SIGNATURES = {
    CertificateSigning.RSA: "rsa2048",
    CertificateSigning.ECDSA_P256: "ecdsa256",
    CertificateSigning.ECDSA_P384: "ecdsa384",
}
_CHEAPEST = "ecp256"
_WITHOUT_CURVES = frozenset({Dialect.IP_SECURITY_POLICY, Dialect.DYNAMIC})
"""Tools that offer groups 1, 2 and 14 alone (help of `netsh ipsec`)."""

_NO_EXCHANGE = frozenset({DhGroup.NONE})


class SuiteCost(Struct, frozen=True):
    """The costliest suite that a policy offers, as far as its parts were measured.

    `pfs_group` is the group of quick mode's perfect forward secrecy, None without. `unmeasured` names the groups of
    unknown cost, which count like the measured ones. `has_curves`: the tool of the policy supports elliptic curves.
    """

    suite: Suite
    pfs_group: str | None
    unmeasured: tuple[str, ...]
    rates: CryptoRates = RATES
    has_curves: bool = True

    def applied_to(self, parameters: Parameters) -> Parameters:
        """The parameters with the assumed worker times moved to this suite; given and fitted ones stay."""
        main = main_mode_seconds(self.suite, parameters["main_mode_service_seconds"].value, rates=self.rates)
        quick = quick_mode_seconds(parameters["quick_mode_service_seconds"].value, self.pfs_group, rates=self.rates)
        if self.suite != REFERENCE_SUITE:
            before = parameters["main_mode_service_seconds"].source
            source = f"{before}; moved to the policy's suite, {self.words} ({self.rates.source})"
            parameters = parameters.with_assumed(source, main_mode_service_seconds=main)
        if self.pfs_group is not None:
            source = f"{parameters['quick_mode_service_seconds'].source}; and the policy's PFS, {self.pfs_group}"
            parameters = parameters.with_assumed(source, quick_mode_service_seconds=quick)
        return parameters

    def changes(self) -> Iterator[Change]:
        """A cheaper group for main mode where the tool has one and the gain was measured; and no group in quick
        mode."""
        now, then = self.suite, Suite(_CHEAPEST, self.suite.signature)
        weighed = now.key_agreement and self.has_curves and not self.unmeasured
        if now.key_agreement and weighed and crypto_seconds(then, self.rates) < crypto_seconds(now, self.rates):
            label = f"main-mode group {_named(_CHEAPEST)} for {_named(now.key_agreement)}, on all peers together"
            yield cheaper_suite(now, then, label, self.rates)
        if self.pfs_group is not None:
            yield without_pfs(self.pfs_group, self.rates)

    @property
    def words(self) -> str:
        """The suite for a report."""
        return f"{self.suite.key_agreement or 'no key agreement'} and {self.suite.signature or 'no signature'}"


def suite_cost(machine: Machine, load: PolicyLoad, rates: CryptoRates = RATES) -> SuiteCost:
    """The greatest cost of the sets of a load and the machine's first authentication."""
    groups = _main_mode_groups(load.main, machine)
    pfs = _pfs_groups(load.quick, _offered_groups(load.main))
    return SuiteCost(
        Suite(_key_agreement(groups, rates), _signature(machine, rates)),
        _key_agreement(pfs, rates),
        tuple(sorted(group.value for group in (groups | pfs) - _KEY_AGREEMENTS.keys())),
        rates,
        not any(each is not None and each.dialect in _WITHOUT_CURVES for each in (load.main, load.quick)),
    )


def _key_agreement(groups: set[DhGroup], rates: CryptoRates) -> str | None:
    """The costliest of the groups by what was measured; that of the reference suite if none of them was."""
    measured = [_KEY_AGREEMENTS[group] for group in groups if group in _KEY_AGREEMENTS]
    unmeasured = REFERENCE_SUITE.key_agreement if groups else None
    return max(measured, key=lambda each: key_agreement_seconds(each, rates), default=unmeasured)


def _main_mode_groups(main: MainModeCryptoSet | None, machine: Machine) -> set[DhGroup]:
    """The groups in which main mode exchanges keys; none with AuthIP, which does so only if forced."""
    without = main is not None and main.force_dh.known is False and _uses_authip(main, machine)
    return set() if without else _offered_groups(main)


def _offered_groups(main: MainModeCryptoSet | None) -> set[DhGroup]:
    """The groups that main mode offers, which a quick mode with the group of main mode takes as well."""
    if main is None:
        return {DhGroup.GROUP_14}
    groups = {group for proposal in main.proposals if (group := proposal.dh_group.known) is not None} or {
        DhGroup.GROUP_14
    }
    return groups - _NO_EXCHANGE


def _uses_authip(main: MainModeCryptoSet, machine: Machine) -> bool:
    """Whether every main mode with a set uses AuthIP: as WFP says, or as Windows peers negotiate by default.

    AuthIP knows no preshared keys (MS-AIPS).
    """
    if main.key_module is not None:
        return main.key_module.known is KeyModule.AUTHIP
    index = machine.index
    rules = [each for each in index.users_of(main) if isinstance(each, ConnectionSecurityRule)]
    rules = [each for each in rules if each.action.known is RuleAction.NEGOTIATE]
    if not rules or any(each.dialect is not Dialect.WFAS for each in rules):
        return False
    return all(
        KeyModule.AUTHIP in (user.key_modules.known or ()) and _is_authip_able(index.first_auth_of(user))
        for user in rules
    )


def _is_authip_able(methods: AuthenticationSet | None) -> bool:
    return methods is None or all(each.method.known is not AuthMethod.PRESHARED_KEY for each in methods.methods)


def _pfs_groups(quick: QuickModeCryptoSet | None, main_mode: set[DhGroup]) -> set[DhGroup]:
    if quick is None:
        return set()
    settings = [
        quick.pfs_group,
        *(proposal.pfs_group for proposal in quick.proposals if proposal.pfs_group is not None),
    ]
    groups = {group for setting in settings if (group := setting.known) is not None} - _NO_EXCHANGE
    if DhGroup.SAME_AS_MAIN_MODE in groups:
        groups = (groups - {DhGroup.SAME_AS_MAIN_MODE}) | main_mode
    return groups


def _signature(machine: Machine, rates: CryptoRates) -> str | None:
    """The costliest signature of the first authentication; that of the reference suite if nothing is known of it."""
    methods = [
        method
        for auth_set in machine.policy.authentication_sets
        if auth_set.phase is AuthPhase.FIRST and not auth_set.builtin
        for method in auth_set.methods
    ]
    if not methods:
        return REFERENCE_SUITE.signature
    signatures = set()
    for method in methods:
        if method.method.known is AuthMethod.COMPUTER_CERTIFICATE:
            signing = method.signing.known if method.signing is not None else None
            signatures.add(_SIGNATURES[signing or CertificateSigning.RSA])
    return max(signatures, key=lambda each: crypto_seconds(Suite(None, each), rates), default=None)


def _named(measured: str) -> str:
    return _GROUPS[measured].value
