"""Whether two policies say the same, places, order and unused sets aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable

from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import (
    ConnectionSecurityRule,
    Dialect,
    GlobalSettings,
    MainModeCryptoSet,
    MainModeRule,
    Policy,
    QuickModeCryptoSet,
    RemoteAccess,
    RuleAction,
)
from ipseclint.semantics.meaning import Fields, without_places
from ipseclint.semantics.vpn_suites import main_mode_of, owners, quick_mode_of


def same_policy(one: Policy, other: Policy) -> bool:
    """Whether two policies have the same objects with the same values, explicit or by default.

    Sets of a rule that does not negotiate do not count. A set that a script writes with its rule is removed with that
    rule there, but stays in the model: so unused sets do not count, unless they are a machine's default, nor do
    Windows' own objects.
    """
    return not differing_fields(one, other)


def without_remote_access(policy: Policy) -> Policy:
    """The policy without its VPN objects and their sets."""
    return policy.model_copy(
        update={
            name: tuple(each for each in getattr(policy, name) if each.dialect is not Dialect.VPN)
            for name in _WITH_VPNS
        }
    )


_WITH_VPNS = (
    *("vpn_connections", "vpn_servers", "vpn_interfaces"),
    *("main_mode_crypto_sets", "quick_mode_crypto_sets", "authentication_sets"),
)


def same_remote_access(one: Policy, other: Policy) -> bool:
    """Whether two completed policies have the same VPN objects with the same suites, Windows' own included."""
    return remote_access_said(one) == remote_access_said(other)


def remote_access_said(policy: Policy) -> list[object]:
    """Each VPN object without places, with the algorithms and lifetimes of its suite."""
    return [(without_places(owner, lambda _: _OWN_SUITE), _suite_said(policy, owner)) for owner in owners(policy)]


_OWN_SUITE = frozenset(
    {"custom_policy", "main_mode_crypto", "quick_mode_crypto", "first_authentication"}
    | {"main_mode_lifetime_seconds", "lifetime_seconds", "lifetime_kilobytes"}
)
"""Fields of a VPN object that its suite repeats, or that only refer to it."""


def _suite_said(policy: Policy, owner: RemoteAccess) -> object:
    main, quick = main_mode_of(policy, owner), quick_mode_of(policy, owner)
    if main is None or quick is None:
        return None
    return (
        main.lifetime_seconds.known,
        tuple(proposal.algorithms for proposal in main.proposals),
        quick.pfs_group.value,
        tuple(
            (proposal.algorithms, proposal.lifetime_seconds.known, proposal.lifetime_kilobytes.known)
            for proposal in quick.proposals
        ),
    )


def differing_fields(one: Policy, other: Policy) -> tuple[str, ...]:
    """The fields in which two policies differ, in the sense of `same_policy`."""
    return tuple(name for name in Policy.model_fields if _objects(one, name) != _objects(other, name))


_HOW = frozenset(
    {"key_modules", "first_authentication", "second_authentication", "quick_mode_crypto", "main_mode_crypto"}
)
"""The fields of a rule that only matter if it negotiates."""


def _negotiates(rule: ConnectionSecurityRule | MainModeRule) -> bool:
    return isinstance(rule, MainModeRule) or rule.action.known in {RuleAction.NEGOTIATE, None}


def _objects(policy: Policy, name: str) -> Hashable:
    value: object = getattr(policy, name)
    if not isinstance(value, tuple):
        return _meaning(value)
    used = _SETS[name](policy) if name in _SETS else None
    kept = (each for each in value if used is None or each.is_default or id(each) in used)
    stated = (item for item in kept if not getattr(item, "builtin", False))
    return frozenset(Counter(map(_meaning, stated)).items())


def _meaning(value: object) -> Hashable:
    return without_places(value, _omitted)


def _omitted(thing: object) -> Fields:
    """The fields of an object that make no difference, given its other fields."""
    match thing:
        case ConnectionSecurityRule() if not _negotiates(thing):
            return _HOW
        case GlobalSettings() if thing.crl_check is not None:
            return ("crl_check_level",)
    return ()


def _used_main_modes(policy: Policy) -> set[int]:
    index = PolicyIndex(policy)
    policies = {each.name.casefold() for each in policy.policies}
    used: list[object] = [index.main_mode_of(each) for each in _rules(policy)]
    used += (crypto_set for crypto_set in policy.main_mode_crypto_sets if _stands_alone(crypto_set, policies))
    return set(map(id, used))


def _used_quick_modes(policy: Policy) -> set[int]:
    index = PolicyIndex(policy)
    actions = {each.name.casefold() for each in policy.filter_actions}
    used: list[object] = [index.quick_mode_of(rule) for rule in policy.connection_security_rules if _negotiates(rule)]
    used += (crypto_set for crypto_set in policy.quick_mode_crypto_sets if _stands_alone(crypto_set, actions))
    return set(map(id, used))


def _used_authentication(policy: Policy) -> set[int]:
    index = PolicyIndex(policy)
    used: list[object] = [index.first_auth_of(each) for each in _rules(policy)]
    used += (index.second_auth_of(rule) for rule in policy.connection_security_rules if _negotiates(rule))
    return set(map(id, used))


def _rules(policy: Policy) -> tuple[ConnectionSecurityRule | MainModeRule, ...]:
    return tuple(filter(_negotiates, (*policy.connection_security_rules, *policy.main_mode_rules)))


def _stands_alone(crypto: MainModeCryptoSet | QuickModeCryptoSet, owners: Collection[str]) -> bool:
    """Whether a set stands without a rule: one of `netsh ipsec dynamic`, or half of an object of `static`."""
    own = crypto.dialect is Dialect.IP_SECURITY_POLICY and crypto.name.casefold() in owners
    return own or crypto.dialect is Dialect.DYNAMIC


_SETS: dict[str, Callable[[Policy], set[int]]] = {
    "main_mode_crypto_sets": _used_main_modes,
    "quick_mode_crypto_sets": _used_quick_modes,
    "authentication_sets": _used_authentication,
}
"""The functions that select the sets that count, by the field of the policy that holds the sets."""
