"""One machine: its policy, events and evidence, joined from all of its inputs; look-ups over its policy."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from msgspec import field
from msgspec.structs import replace

from ipseclint.late import late_names
from ipseclint.model.events import Counter, Event, SecurityAssociation
from ipseclint.model.policy import (
    AuthenticationSet,
    AuthPhase,
    ConnectionSecurityRule,
    Dialect,
    FilterAction,
    FilterList,
    IpsecPolicy,
    MainModeCryptoSet,
    MainModeRule,
    Policy,
    QuickModeCryptoSet,
    Reference,
)
from ipseclint.model.values import Frozen

Named = TypeVar(
    "Named",
    IpsecPolicy,
    FilterList,
    FilterAction,
    MainModeCryptoSet,
    QuickModeCryptoSet,
    AuthenticationSet,
)

if TYPE_CHECKING:
    from ipseclint.model.remote_access import one_server
    from ipseclint.model.site import Site
else:
    (one_server,) = late_names("ipseclint.model.remote_access", "one_server")


DefaultSet = TypeVar("DefaultSet", MainModeCryptoSet, QuickModeCryptoSet)
ANY_STORE = "\0"
"""The key for the default set of a tool in any store: no name in Windows holds a NUL character."""

Rule = ConnectionSecurityRule | MainModeRule
Crypto = MainModeCryptoSet | QuickModeCryptoSet | AuthenticationSet
T = TypeVar("T")


class SetsOfRule(NamedTuple):
    """The sets that a rule uses, by the field that refers to them; None where it refers to none, or to one that is not
    there."""

    first_authentication: AuthenticationSet | None
    second_authentication: AuthenticationSet | None
    quick_mode_crypto: QuickModeCryptoSet | None
    main_mode_crypto: MainModeCryptoSet | None


class PolicyIndex:
    """The objects of a policy by name and by id, both without regard to case, as Windows compares them.

    A reference means an object of its own dialect and store first: sets of two tools or GPOs can have one name. `sets`
    are the sets of each rule, by its identity, where they are known already.
    """

    def __init__(self, policy: Policy, sets: dict[int, SetsOfRule] | None = None) -> None:
        self.policy = policy
        if sets is not None:
            self._sets = sets

    @cached_property
    def policies(self) -> dict[str, IpsecPolicy]:
        """The policies of `netsh ipsec`."""
        return _by_name(self.policy.policies)

    @cached_property
    def filter_lists(self) -> dict[str, FilterList]:
        """The filter lists of `netsh ipsec`."""
        return _by_name(self.policy.filter_lists)

    @cached_property
    def filter_actions(self) -> dict[str, FilterAction]:
        """The filter actions of `netsh ipsec`."""
        return _by_name(self.policy.filter_actions)

    @cached_property
    def main_mode(self) -> dict[str, MainModeCryptoSet]:
        """The main-mode crypto sets."""
        return _by_name(self.policy.main_mode_crypto_sets)

    @cached_property
    def quick_mode(self) -> dict[str, QuickModeCryptoSet]:
        """The quick-mode crypto sets."""
        return _by_name(self.policy.quick_mode_crypto_sets)

    @cached_property
    def first_authentication(self) -> dict[str, AuthenticationSet]:
        """The sets of first authentication."""
        return self._authentication(AuthPhase.FIRST)

    @cached_property
    def second_authentication(self) -> dict[str, AuthenticationSet]:
        """The sets of second authentication."""
        return self._authentication(AuthPhase.SECOND)

    def _authentication(self, phase: AuthPhase) -> dict[str, AuthenticationSet]:
        return _by_name(auth_set for auth_set in self.policy.authentication_sets if auth_set.phase is phase)

    @cached_property
    def _default_main_mode(self) -> dict[tuple[Dialect, str | None], MainModeCryptoSet]:
        return _defaults(self.policy.main_mode_crypto_sets)

    @cached_property
    def _default_quick_mode(self) -> dict[tuple[Dialect, str | None], QuickModeCryptoSet]:
        return _defaults(self.policy.quick_mode_crypto_sets)

    @cached_property
    def taken_names(self) -> frozenset[str]:
        """The folded names of rules, filter lists and filter actions: a new one needs another name."""
        policy = self.policy
        named = (policy.connection_security_rules, policy.filter_lists, policy.filter_actions)
        return frozenset(policy_object.name.casefold() for objects in named for policy_object in objects)

    def users_of(self, crypto: Crypto) -> tuple[Rule, ...]:
        """The rules that use a set of this policy, by name or as the default."""
        return self._users.get(id(crypto), ())

    @cached_property
    def _users(self) -> dict[int, tuple[Rule, ...]]:
        users: dict[int, tuple[Rule, ...]] = {}
        several: dict[int, list[Rule]] = {}
        for rule in self._rules:
            alone = (rule,)  # one value for all its sets: most have no other user
            for crypto in self._sets[id(rule)]:
                if crypto is not None and users.setdefault(id(crypto), alone) is not alone:
                    several.setdefault(id(crypto), [*users[id(crypto)]]).append(rule)
        users.update((crypto, tuple(rules)) for crypto, rules in several.items())
        return users

    @property
    def _rules(self) -> tuple[Rule, ...]:
        return (*self.policy.connection_security_rules, *self.policy.main_mode_rules)

    def namesakes(self, rule: Rule) -> int:
        """The number of rules with the kind, tool, policy and name of a rule, itself included."""
        return self._names[_identity(rule)]

    @cached_property
    def _names(self) -> Tally[tuple[str, Dialect, str, str]]:
        return Tally(map(_identity, self._rules))

    def first_auth_of(self, rule: Rule) -> AuthenticationSet | None:
        """The first authentication set that a rule names, if it is there."""
        return self.sets_of(rule).first_authentication

    def second_auth_of(self, rule: ConnectionSecurityRule) -> AuthenticationSet | None:
        """The second authentication set that a rule names, if it is there."""
        return self.sets_of(rule).second_authentication

    def quick_mode_of(self, rule: ConnectionSecurityRule) -> QuickModeCryptoSet | None:
        """The quick-mode set a rule names; of a `netsh ipsec` rule, that of its filter action; else the default."""
        return self.sets_of(rule).quick_mode_crypto

    def main_mode_of(self, rule: Rule) -> MainModeCryptoSet | None:
        """The main-mode set a rule names; of a `netsh ipsec` rule, that of its policy; else the default set."""
        return self.sets_of(rule).main_mode_crypto

    def sets_of(self, rule: Rule) -> SetsOfRule:
        """The sets that a rule uses."""
        return self._sets.get(id(rule)) or self._sets_of(rule)

    @cached_property
    def _sets(self) -> dict[int, SetsOfRule]:
        """The sets of each rule of this policy, by its identity: many callers ask for them."""
        return {id(rule): self._sets_of(rule) for rule in self._rules}

    def _sets_of(self, rule: Rule) -> SetsOfRule:
        second = quick_mode = None
        if isinstance(rule, ConnectionSecurityRule):
            second, quick_mode = self._second_auth_of(rule), self._quick_mode_of(rule)
        return SetsOfRule(self._first_auth_of(rule), second, quick_mode, self._main_mode_of(rule))

    def _first_auth_of(self, rule: Rule) -> AuthenticationSet | None:
        return self._resolve(self.first_authentication, rule.first_authentication, rule)

    def _second_auth_of(self, rule: ConnectionSecurityRule) -> AuthenticationSet | None:
        return self._resolve(self.second_authentication, rule.second_authentication, rule)

    def _quick_mode_of(self, rule: ConnectionSecurityRule) -> QuickModeCryptoSet | None:
        named = rule.quick_mode_crypto or rule.filter_action
        if named is not None:
            return self._resolve(self.quick_mode, named, rule)
        defaults = self._default_quick_mode
        return defaults.get((rule.dialect, rule.store)) or defaults.get((rule.dialect, ANY_STORE))

    def _main_mode_of(self, rule: Rule) -> MainModeCryptoSet | None:
        named = rule.main_mode_crypto
        if named is None and isinstance(rule, ConnectionSecurityRule):
            named = rule.policy
        if named is not None:
            return self._resolve(self.main_mode, named, rule)
        defaults = self._default_main_mode
        return defaults.get((rule.dialect, rule.store)) or defaults.get((rule.dialect, ANY_STORE))

    def filter_list_of(self, rule: ConnectionSecurityRule) -> FilterList | None:
        """The filter list of a `netsh ipsec` rule."""
        return self._resolve(self.filter_lists, rule.filter_list, rule)

    def _resolve(self, table: dict[str, Named], reference: Reference | None, rule: Rule) -> Named | None:
        """The object that a reference of a rule means: that of its own store, else of its tool, else of any."""
        if reference is None:
            return None
        name = reference.target
        first = table.get(name.casefold())
        if first is None or (first.dialect is rule.dialect and getattr(first, "store", None) == rule.store):
            return first
        return table.get(_in_store(rule, name)) or table.get(_qualified(rule.dialect, name)) or first


def _defaults(crypto_sets: Iterable[DefaultSet]) -> dict[tuple[Dialect, str | None], DefaultSet]:
    """The first default set of each tool and store, and of each tool in any store; Windows' own only where nobody wrote
    one."""
    defaults: dict[tuple[Dialect, str | None], DefaultSet] = {}
    for crypto_set in sorted(crypto_sets, key=attrgetter("builtin")):
        if crypto_set.is_default:
            defaults.setdefault((crypto_set.dialect, crypto_set.store), crypto_set)
            defaults.setdefault((crypto_set.dialect, ANY_STORE), crypto_set)
    return defaults


def _by_name(objects: Iterable[Named]) -> dict[str, Named]:
    """The objects by name and id; where several share a key, each of them also by its store and dialect.

    An id wins over the name of another object: what was renamed keeps its id, and others may have its old name.
    """
    table: dict[str, Named] = {}
    several = tuple(objects)
    for key, policy_object in chain(((each.id, each) for each in several), ((each.name, each) for each in several)):
        if key is not None and (first := table.setdefault(key.casefold(), policy_object)) is not policy_object:
            for namesake in (first, policy_object):
                table.setdefault(_qualified(namesake.dialect, key), namesake)
                table.setdefault(_in_store(namesake, key), namesake)
    return table


def _identity(rule: Rule) -> tuple[str, Dialect, str, str]:
    policy = rule.policy.target if isinstance(rule, ConnectionSecurityRule) and rule.policy is not None else ""
    return rule.kind, rule.dialect, policy.casefold(), rule.name.casefold()


def _in_store(owner: Rule | Named, name: str) -> str:
    """The key of a name in the owner's store; IP Security Policies are in none."""
    return f"{getattr(owner, 'store', None) or ''}\0{_qualified(owner.dialect, name)}".casefold()


def _qualified(dialect: Dialect, name: str) -> str:
    # No name in Windows holds a NUL character.
    return f"{dialect}\0{name.casefold()}"


def _no_facts() -> Site:
    from ipseclint.model.site import NO_FACTS  # `explain` of a rule needs no machine

    return NO_FACTS


class Machine(Frozen, dict=True):
    """The policy of one machine or GPO with the events and counters that belong to it.

    `as_of` is the day on which validity is judged; None: it is not judged.
    """

    name: str
    policy: Policy
    events: tuple[Event, ...] = ()
    counters: tuple[Counter, ...] = ()
    associations: tuple[SecurityAssociation, ...] = ()
    site: Site = field(default_factory=_no_facts)
    as_of: date | None = None

    def with_policy(self, policy: Policy) -> Machine:
        """The same machine with another policy."""
        return replace(self, policy=policy)

    def with_index(self, index: PolicyIndex) -> Machine:
        """The same machine with the policy of an index, so that the index need not be built anew."""
        made = self.with_policy(index.policy)
        vars(made)["index"] = index
        return made

    @cached_property
    def index(self) -> PolicyIndex:
        """The look-ups over this machine's policy, built once."""
        return PolicyIndex(self.policy)

    def once(self, work: Callable[[Machine], T]) -> T:
        """The result of a function of this machine, computed once."""
        if work not in self.worked_out:
            self.worked_out[work] = work(self)
        known: T = self.worked_out[work]
        return known

    @cached_property
    def worked_out(self) -> dict[Callable[[Machine], object], Any]:
        """The results of `once` so far."""
        return {}

    def forget(self) -> None:
        """Drop the results of `once`: of ten thousand rules they take a third of the memory of their policy."""
        self.worked_out.clear()


def merge_policies(policies: tuple[Policy, ...]) -> Policy:
    """The policies of several inputs of one machine as one, with one VPN server and the objects in the order of the
    inputs."""
    if len(policies) < 2:
        return policies[0] if policies else Policy()
    if sum(bool(policy.wfp_filters) for policy in policies) > 1:
        policies = tuple(map(_with_paths, policies))
    parts: dict[str, Any] = {}
    for name in Policy.model_fields:
        values = [getattr(policy, name) for policy in policies]
        if isinstance(values[0], tuple):
            parts[name] = tuple(each for value in values for each in value)
        else:
            parts[name] = next((value for value in values if value), "")
    parts["vpn_servers"] = one_server(parts["vpn_servers"])
    return Policy.model_validate(parts)


def _with_paths(policy: Policy) -> Policy:
    """The policy in which each WFP filter holds the path of its input."""
    rows = tuple(row._replace(path=policy.wfp_filter_path) for row in policy.wfp_filters)
    return policy.model_copy(update={"wfp_filters": rows})
