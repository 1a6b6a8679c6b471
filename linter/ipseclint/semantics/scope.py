"""The traffic of a rule or a set: its sides, and whether it covers everything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from ipseclint.late import late_names
from ipseclint.model.machine import Crypto, Machine
from ipseclint.model.policy import (
    ALL_PROFILES,
    ConnectionSecurityRule,
    Dialect,
    IpsecPolicy,
    MainModeRule,
    Profile,
    QuickModeCryptoSet,
    RuleAction,
)
from ipseclint.model.selectors import Address, Addresses, LegacyFilter, SomeAddresses
from ipseclint.vocabulary.addresses import AddressKeyword
from ipseclint.vocabulary.wfp_words import PROFILE_CONDITION, QUICK_MODE_LAYERS

if TYPE_CHECKING:
    from ipseclint.semantics.wfp_rules import as_connection_security_rule
else:
    (as_connection_security_rule,) = late_names("ipseclint.semantics.wfp_rules", "as_connection_security_rule")

S = TypeVar("S", bound=Crypto)


def action_of(machine: Machine, rule: ConnectionSecurityRule) -> RuleAction | None:
    """The action of a rule; for a `netsh ipsec` rule, that of its filter action."""
    if rule.filter_action is not None:
        filter_action = machine.index.filter_actions.get(rule.filter_action.target.casefold())
        return filter_action.action.known if filter_action is not None else None
    return rule.action.known


def secured_rules(machine: Machine) -> Sequence[ConnectionSecurityRule]:
    """The enabled rules that negotiate."""
    return machine.once(_enabled)[RuleAction.NEGOTIATE]


def exemptions(machine: Machine) -> Sequence[ConnectionSecurityRule]:
    """The enabled rules that leave traffic unprotected on purpose."""
    return machine.once(_enabled)[RuleAction.EXEMPT]


def profiles_without_local_rules(machine: Machine) -> frozenset[Profile]:
    """The profiles on which group policy disables the rules of the machine's own store (RF008 reports that)."""
    return frozenset(
        profile
        for settings in machine.policy.global_settings
        if settings.store is not None
        for profile, merge in settings.local_rules_merge.items()
        if merge.known is False
    )


def is_ruled_out(rule: ConnectionSecurityRule, off: frozenset[Profile]) -> bool:
    """Whether a rule is in the machine's own store, and only for profiles on which group policy disables such rules."""
    return rule.store is None and rule.dialect is Dialect.WFAS and (rule.profiles.known or ALL_PROFILES) <= off


def policies_in_force(machine: Machine) -> Sequence[IpsecPolicy]:
    """The `netsh ipsec` policies without those surely beside the assigned one; all if none is assigned."""
    policies = machine.policy.policies
    if not any(policy.assigned.known for policy in policies):
        return policies
    return [policy for policy in policies if policy.assigned.known is not False]


def ruled_out(machine: Machine) -> frozenset[int]:
    """The identities of the rules that group policy, or another assigned policy, keeps out of force."""
    return machine.once(_ruled_out)


def _ruled_out(machine: Machine) -> frozenset[int]:
    off = profiles_without_local_rules(machine)
    idle = {policy.name.casefold() for policy in machine.policy.policies}
    idle -= {policy.name.casefold() for policy in policies_in_force(machine)}
    rules = machine.policy.connection_security_rules if off or idle else ()
    return frozenset(
        id(rule)
        for rule in rules
        if is_ruled_out(rule, off) or (rule.policy is not None and rule.policy.target.casefold() in idle)
    )


def _enabled(machine: Machine) -> dict[RuleAction | None, list[ConnectionSecurityRule]]:
    """The enabled rules by action, without those ruled out; None for an action that is not known."""
    rules: dict[RuleAction | None, list[ConnectionSecurityRule]] = {action: [] for action in (None, *RuleAction)}
    without = ruled_out(machine)
    for rule in machine.policy.connection_security_rules:
        if rule.enabled.known and id(rule) not in without:
            rules[action_of(machine, rule)].append(rule)
    return rules


def filters_of(machine: Machine, rule: ConnectionSecurityRule) -> tuple[LegacyFilter, ...]:
    """The filters of a `netsh ipsec` rule."""
    filter_list = machine.index.filter_list_of(rule)
    return filter_list.filters if filter_list is not None else ()


def local_side(machine: Machine, rule: ConnectionSecurityRule) -> Addresses:
    """The addresses of endpoint 1; for a `netsh ipsec` rule, those of the own sides of its filters."""
    if rule.filter_list is not None:
        filter_list = machine.index.filter_list_of(rule)
        return filter_list.local_side if filter_list is not None else ()
    return rule.endpoint1.known or ()


def remote_side(machine: Machine, rule: ConnectionSecurityRule) -> Addresses:
    """The addresses of endpoint 2; for a `netsh ipsec` rule, those of the peers' sides of its filters."""
    if rule.filter_list is not None:
        filter_list = machine.index.filter_list_of(rule)
        return filter_list.remote_side if filter_list is not None else ()
    return rule.endpoint2.known or ()


def includes_any(addresses: Iterable[Address]) -> bool:
    """Whether one of them is any address, or any address of a family."""
    if isinstance(addresses, SomeAddresses):
        return False
    for each in addresses:  # noqa: SIM110 - asked of both ends of every rule
        if not each.first and each.is_any:
            return True
    return False


@lru_cache(maxsize=1024)
def peers_of(side: Addresses) -> Addresses:
    """The addresses of a side, sorted and without duplicates, as a comparable key; empty for any peer."""
    distinct = set(side)
    if includes_any(distinct):
        return ()
    # Ranges are unequal in their first three fields, and so never compare what cannot be compared.
    ranges = sorted(each for each in distinct if each.version)
    return (*sorted((each for each in distinct if not each.version), key=str), *ranges)


def is_any_to_any(machine: Machine, rule: ConnectionSecurityRule) -> bool:
    """Whether a rule is for any peer and any own address, whatever its protocol and ports."""
    if rule.filter_list is not None:
        filter_list = machine.index.filter_list_of(rule)
        return filter_list is not None and filter_list.is_any_to_any
    return includes_any(rule.endpoint1.known or ()) and includes_any(rule.endpoint2.known or ())


def any_to_any_sets(machine: Machine) -> frozenset[int]:
    """The identities of the quick-mode sets of rules for any peer and any own address."""
    return machine.once(_any_to_any_sets)


def _any_to_any_sets(machine: Machine) -> frozenset[int]:
    rules = (*secured_rules(machine), *contexts_for_any_peer(machine))
    sets = (machine.index.quick_mode_of(rule) for rule in rules if is_any_to_any(machine, rule))
    return frozenset(id(each) for each in sets if each is not None)


def contexts_for_any_peer(machine: Machine) -> Iterator[ConnectionSecurityRule]:
    """The first WFP filter for any peer of each quick-mode context, as a rule.

    There may be a hundred thousand filters: they are searched as rows, and only one of each context becomes a rule.
    """
    seen: set[str] = set()
    for row in machine.policy.wfp_filters:
        key = row.context_key
        if key is None or key in seen or row.layer not in QUICK_MODE_LAYERS or row.remote or row.disabled:
            continue
        if key.casefold() in machine.index.quick_mode and not set(row.not_understood) - {PROFILE_CONDITION}:
            seen.add(key)
            yield as_connection_security_rule(row, machine.index)


def users_by_quick_mode(machine: Machine) -> Mapping[int, list[ConnectionSecurityRule]]:
    """The enabled negotiating rules by the identity of the quick-mode set they use."""
    return machine.once(_users_by_quick_mode)


def _users_by_quick_mode(machine: Machine) -> Mapping[int, list[ConnectionSecurityRule]]:
    users: dict[int, list[ConnectionSecurityRule]] = {}
    for rule in secured_rules(machine):
        crypto = machine.index.quick_mode_of(rule)
        if crypto is not None:
            users.setdefault(id(crypto), []).append(rule)
    return users


def own_quick_mode_sets(machine: Machine) -> Iterator[QuickModeCryptoSet]:
    """The quick-mode sets in force that a user configured, without Windows' own."""
    return in_force(machine, (each for each in machine.policy.quick_mode_crypto_sets if not each.builtin))


def in_force(machine: Machine, sets: Iterable[S]) -> Iterator[S]:
    """The sets without those used only by rules that do not negotiate: they are never offered."""
    idle = machine.once(_idle)
    return (each for each in sets if id(each) not in idle)


def _idle(machine: Machine) -> frozenset[int]:
    policy = machine.policy
    rules: tuple[ConnectionSecurityRule | MainModeRule, ...] = (
        *policy.connection_security_rules,
        *policy.main_mode_rules,
    )
    without = ruled_out(machine)
    idle = without | {id(rule) for rule in rules if _is_idle(rule)}
    if not idle:
        return frozenset()
    sets: tuple[Crypto, ...] = (
        *policy.main_mode_crypto_sets,
        *policy.quick_mode_crypto_sets,
        *policy.authentication_sets,
    )
    used = ((each, machine.index.users_of(each)) for each in sets if not each.is_default)
    return frozenset(id(each) for each, users in used if users and idle.issuperset(map(id, users)))


def _is_idle(rule: ConnectionSecurityRule | MainModeRule) -> bool:
    """Whether a rule does not negotiate: it is disabled, or exempts or blocks its traffic."""
    if rule.enabled.known is False:
        return True
    return isinstance(rule, ConnectionSecurityRule) and rule.action.known in {RuleAction.EXEMPT, RuleAction.BLOCK}


def overlaps(one: Address, other: Address) -> bool:
    """Whether two addresses can mean the same host; keywords that Windows resolves overlap only themselves."""
    if one.keyword is AddressKeyword.ANY or other.keyword is AddressKeyword.ANY:
        return True
    if one.version:
        return one.version == other.version and one.first <= other.last and other.first <= one.last
    return (one.keyword, one.name) == (other.keyword, other.name)


def share_a_host(some: Addresses, others: Addresses) -> bool:
    """Whether two lists of addresses can mean the same host; an empty one means any."""
    if not some or not others or includes_any(some) or includes_any(others):
        return True
    return any(overlaps(one, other) for one in some for other in others)


def covers(wide: Address, narrow: Address) -> bool:
    """Whether every host that one address means is meant by another."""
    if wide.keyword is AddressKeyword.ANY:
        return True
    if wide.version:
        return wide.version == narrow.version and wide.first <= narrow.first and narrow.last <= wide.last
    return (wide.keyword, wide.name) == (narrow.keyword, narrow.name)
