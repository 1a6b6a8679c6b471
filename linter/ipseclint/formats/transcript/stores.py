"""A `netsh ipsec` store that a text both creates by commands and prints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from msgspec.structs import replace

from ipseclint.formats.parsed import SCRIPT_FORMATS, Format, Parsed
from ipseclint.model.policy import ConnectionSecurityRule, Dialect, FilterList, IpsecPolicy, Policy
from ipseclint.vocabulary.netsh_ipsec_labels import FILTER_ACTION, FILTER_LIST, NAMED_ONLY, NOT_PRINTED

_PRINTED = "netsh-ipsec-show"
_SHOWN_OF_POLICIES = ("span", "assigned", "polling_interval_seconds", "master_pfs", "activate_default_rule")


class _Named(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def dialect(self) -> Dialect: ...


N = TypeVar("N", bound=_Named)


def one_store(parts: Sequence[Parsed], forms: Sequence[Format]) -> list[Parsed]:
    """The parts, with typed objects replaced by printed ones of the same name.

    A policy keeps what no output shows, a filter list the filters added after it was printed.
    """
    printed = [part.policy for part, form in zip(parts, forms, strict=True) if form.name == _PRINTED]
    if not any(each.policies or each.filter_lists or each.filter_actions or _rules(each) for each in printed):
        return list(parts)
    policies = {each.name.casefold(): each for policy in printed for each in policy.policies}
    lists = {each.name.casefold(): each for policy in printed for each in policy.filter_lists}
    rules = {_rule_key(each) for policy in printed for each in _rules(policy)}
    authentication = {each.id for policy in printed for each in policy.authentication_sets}
    joined: list[Parsed] = []
    untyped = set(policies)
    for part, form in zip(parts, forms, strict=True):
        policy = part.policy
        if form.name in SCRIPT_FORMATS:
            for typed in policy.policies:
                if (key := typed.name.casefold()) in policies:
                    policies[key] = _as_printed(typed, policies[key])
                    untyped.discard(key)
            for own in policy.filter_lists:
                if (key := own.name.casefold()) in lists:
                    lists[key] = _with_added(lists[key], own)
            actions = [each for one in printed for each in one.filter_actions]
            kept = {
                "policies": tuple(each for each in policy.policies if each.name.casefold() not in policies),
                "filter_lists": tuple(each for each in policy.filter_lists if each.name.casefold() not in lists),
                "filter_actions": _others(policy.filter_actions, actions),
                "main_mode_crypto_sets": _others(
                    policy.main_mode_crypto_sets, [each for one in printed for each in one.main_mode_crypto_sets]
                ),
                "quick_mode_crypto_sets": _others(policy.quick_mode_crypto_sets, actions),
                "connection_security_rules": tuple(each for each in _rules(policy) if _rule_key(each) not in rules),
                "authentication_sets": tuple(
                    each for each in policy.authentication_sets if each.id not in authentication
                ),
            }
            policy = policy.model_copy(update=kept)
        joined.append(replace(part, policy=policy))
    found = {"policies": tuple(policies.values()), "filter_lists": tuple(lists.values())}
    held = [part.policy for part in joined] + [Policy(filter_lists=tuple(lists.values()))]
    return [
        replace(
            part,
            policy=part.policy.model_copy(update=found),
            not_held=_not_held(part, len(untyped.intersection(_names(part.policy.policies))), held),
        )
        if form.name == _PRINTED
        else part
        for part, form in zip(joined, forms, strict=True)
    ]


def _rules(policy: Policy) -> tuple[ConnectionSecurityRule, ...]:
    return policy.connection_security_rules


def _rule_key(rule: ConnectionSecurityRule) -> tuple[Dialect, str, str]:
    policy = "" if rule.policy is None else rule.policy.target.casefold()
    return rule.dialect, policy, rule.name.casefold()


def _names(each: Iterable[_Named]) -> set[str]:
    return {one.name.casefold() for one in each}


def _others(typed: Iterable[N], printed: Iterable[_Named]) -> tuple[N, ...]:
    """The typed objects of a store that are not printed under the same name."""
    names = {(each.dialect, each.name.casefold()) for each in printed}
    return tuple(each for each in typed if (each.dialect, each.name.casefold()) not in names)


def _not_held(part: Parsed, untyped: int, held: Sequence[Policy]) -> tuple[tuple[str, int], ...]:
    """What a printed part lacks, except what the text has elsewhere."""
    told = dict(part.not_held)
    lacking = {
        NAMED_ONLY[FILTER_LIST]: _wanted(part.policy, FILTER_LIST)
        - {name for policy in held for name in _names(policy.filter_lists)},
        NAMED_ONLY[FILTER_ACTION]: _wanted(part.policy, FILTER_ACTION)
        - {name for policy in held for name in _names(policy.filter_actions)},
    }
    counts = {name: len(names) for name, names in lacking.items()}
    counts[NOT_PRINTED] = min(untyped, told.get(NOT_PRINTED, 0))
    return tuple(sorted((name, count) for name, count in counts.items() if count))


def _wanted(policy: Policy, kind: str) -> set[str]:
    references = (rule.filter_list if kind == FILTER_LIST else rule.filter_action for rule in _rules(policy))
    return {reference.target.casefold() for reference in references if reference is not None}


def _as_printed(typed: IpsecPolicy, printed: IpsecPolicy) -> IpsecPolicy:
    """A typed policy with the known values that were printed later."""
    values = {name: getattr(printed, name) for name in _SHOWN_OF_POLICIES}
    known = {name: value for name, value in values.items() if getattr(value, "known", value) is not None}
    return typed.model_copy(update=known)


def _with_added(printed: FilterList, typed: FilterList) -> FilterList:
    """A printed filter list with the filters of the typed one that it lacks."""
    traffic = {row[:-2] for row in printed.filters}
    added = tuple(row for row in typed.filters if row[:-2] not in traffic)
    return printed.model_copy(update={"filters": (*printed.filters, *added)})
