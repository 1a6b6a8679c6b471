"""Conversion of the stores of a replay to objects of the model, except rules."""

from __future__ import annotations

from collections.abc import Iterable

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.policy_parts import unknown_main_mode_proposal, unknown_quick_mode_proposal
from ipseclint.formats.netsh.command import refuse
from ipseclint.formats.netsh.ip_security.methods import (
    default_main_mode_proposals,
    default_quick_mode_proposals,
)
from ipseclint.formats.netsh.ip_security.static_rules import (
    authentication_of,
    build_default_rule,
    build_rule,
    default_rule_name,
    filter_action_of,
)
from ipseclint.formats.netsh.ip_security.static_state import PolicyState, RuleState, Store
from ipseclint.formats.netsh.ip_security.tag_values import (
    NOT_HERE,
    POLLING_INTERVAL_SECONDS,
    TagValues,
    given_or,
)
from ipseclint.model.policy import (
    Dialect,
    FilterList,
    IpsecPolicy,
    MainModeCryptoSet,
    Policy,
    QuickModeCryptoSet,
    RuleAction,
)
from ipseclint.model.setting import Setting, Unknown, default, of_origin
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import DhGroup, KeyModule
from ipseclint.vocabulary.builtin import MAIN_MODE_LIFETIME_SECONDS


def build_policy(stores: Iterable[Store], diagnostics: Diagnostics) -> Policy:
    """Everything in the stores as one policy; contradictions visible only at the end are noted."""
    policies, main_modes, quick_modes, authentication, rules = [], [], [], [], []
    filter_lists, filter_actions = [], []
    for store in stores:
        for filter_list in store.filter_lists.values():
            name, rows = filter_list.name.text, filter_list.filters.rows()
            filter_lists.append(FilterList(name=name, span=filter_list.span, filters=rows))
        for state in store.filter_actions.values():
            action = filter_action_of(state)
            filter_actions.append(action)
            if action.action.known not in {RuleAction.EXEMPT, RuleAction.BLOCK}:
                quick_modes.append(_quick_mode_set(action.name, state.values, state.span, created=state.created))
        for policy in store.policies.values():
            if policy.created or policy.changed:
                policies.append(_policy(policy, store))
                main_modes.append(_main_mode_set(policy))
            for rule in policy.rules.values():
                if _names_what_comes_late(rule, store, diagnostics):
                    continue
                authentication.append(authentication_of(policy, rule, rule.name.text))
                rules.append(build_rule(policy, rule, store))
            if policy.default_rule is not None:
                name, rule = default_rule_name(policy), policy.default_rule
                authentication.append(authentication_of(policy, rule, name))
                quick_modes.append(_quick_mode_set(name, rule.values, rule.span, created=policy.created))
                rules.append(build_default_rule(policy, rule))
    return Policy(
        policies=tuple(policies),
        filter_lists=tuple(filter_lists),
        filter_actions=tuple(filter_actions),
        main_mode_crypto_sets=tuple(main_modes),
        quick_mode_crypto_sets=tuple(quick_modes),
        authentication_sets=tuple(authentication),
        connection_security_rules=tuple(rules),
    )


def _policy(state: PolicyState, store: Store) -> IpsecPolicy:
    values, created, span = state.values, state.created, state.span
    assigned = given_or(values.assigned, default=False, span=span, created=created)
    if assigned.known and store.assigned is not state and store.assigned_span is not None:
        # Only one policy can be assigned: a later assignment takes the place of this one.
        assigned = Setting(value=False, span=store.assigned_span)
    return IpsecPolicy(
        name=state.name.text,
        span=span,
        description=values.description,
        assigned=assigned,
        polling_interval_seconds=given_or(
            values.polling_interval_seconds, default=POLLING_INTERVAL_SECONDS, span=span, created=created
        ),
        master_pfs=given_or(values.master_pfs, default=False, span=span, created=created),
        activate_default_rule=given_or(values.activate_default_rule, default=True, span=span, created=created),
    )


def _main_mode_set(state: PolicyState) -> MainModeCryptoSet:
    values, created, span = state.values, state.created, state.span
    proposals = values.main_mode_proposals
    if proposals is None:
        proposals = (
            default_main_mode_proposals(span) if created else (unknown_main_mode_proposal(span, Unknown(NOT_HERE)),)
        )
    return MainModeCryptoSet(
        name=state.name.text,
        span=span,
        dialect=Dialect.IP_SECURITY_POLICY,
        proposals=proposals,
        lifetime_seconds=given_or(
            values.lifetime_seconds, default=MAIN_MODE_LIFETIME_SECONDS, span=span, created=created
        ),
        quick_mode_limit=given_or(values.quick_mode_limit, default=0, span=span, created=created),
        force_dh=default(value=True, span=span),
        key_module=default(KeyModule.IKEV1, span),
    )


def _quick_mode_set(name: str, values: TagValues, span: Span, *, created: bool) -> QuickModeCryptoSet:
    proposals = values.quick_mode_proposals
    if proposals is None:
        proposals = (
            default_quick_mode_proposals(span) if created else (unknown_quick_mode_proposal(span, Unknown(NOT_HERE)),)
        )
    return QuickModeCryptoSet(
        name=name,
        span=span,
        dialect=Dialect.IP_SECURITY_POLICY,
        proposals=proposals,
        pfs_group=_pfs_group(given_or(values.quick_mode_pfs, default=False, span=span, created=created)),
        key_module=default(KeyModule.IKEV1, span),
    )


def _pfs_group(setting: Setting[bool]) -> Setting[DhGroup]:
    """The PFS group: with perfect forward secrecy, `netsh ipsec static` uses the group of main mode."""
    if isinstance(setting.value, Unknown):
        return of_origin(setting.value, setting.span, setting.origin)
    return of_origin(DhGroup.SAME_AS_MAIN_MODE if setting.value else DhGroup.NONE, setting.span, setting.origin)


def _names_what_comes_late(rule: RuleState, store: Store, diagnostics: Diagnostics) -> bool:
    """Whether Windows refuses a rule, which is noted, since it names an object created only after it."""
    reasons = [
        (f"{kind} {quoted(word.text)} is created only in line {later.span.line}", word.span)
        for kind, word, target, states in (
            ("filter list", rule.filter_list, rule.filter_list_target, store.filter_lists),
            ("filter action", rule.filter_action, rule.filter_action_target, store.filter_actions),
        )
        if word is not None and target is None and (later := states.get(word.text.casefold())) is not None
    ]
    if reasons:
        refuse(rule.command, diagnostics, *reasons)
    return bool(reasons)
