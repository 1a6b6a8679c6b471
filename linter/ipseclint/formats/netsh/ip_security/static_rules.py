"""Conversion of static rules to the model, with what they inherit from their filter actions."""

from __future__ import annotations

from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.ip_security.authentication import inline_set
from ipseclint.formats.netsh.ip_security.static_state import (
    FilterActionState,
    FilterListState,
    PolicyState,
    RuleState,
    Store,
)
from ipseclint.formats.netsh.ip_security.tag_values import given_or
from ipseclint.model.policy import (
    ALL_PROFILES,
    AuthenticationSet,
    ConnectionSecurityRule,
    Dialect,
    FilterAction,
    InterfaceType,
    Reference,
    RuleAction,
    RuleMode,
    Security,
    inherited_security,
)
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.vocabulary.algorithms import KeyModule

IKEV1_ONLY = frozenset({KeyModule.IKEV1})
"""The key module of every `netsh ipsec` rule: the tool is older than the others."""


def default_rule_name(policy: PolicyState) -> str:
    """The name given here to the default response rule of a policy; netsh has none."""
    return f"{policy.name.text}: default response"


def authentication_of(policy: PolicyState, rule: RuleState, name: str) -> AuthenticationSet:
    """The inline authentication methods of a rule."""
    return inline_set(name, _authentication_id(policy, name), rule.methods, rule.span, Dialect.IP_SECURITY_POLICY)


def filter_action_of(state: FilterActionState) -> FilterAction:
    """A filter action, with netsh's defaults."""
    values, created, span = state.values, state.created, state.span
    return FilterAction(
        name=state.name.text,
        span=span,
        action=given_or(values.action, default=RuleAction.NEGOTIATE, span=span, created=created),
        accept_unsecured_inbound=given_or(values.accept_unsecured_inbound, default=False, span=span, created=created),
        allow_unsecured_fallback=given_or(values.allow_unsecured_fallback, default=False, span=span, created=created),
    )


def build_rule(policy: PolicyState, rule: RuleState, store: Store) -> ConnectionSecurityRule:
    """A rule; what it inherits from its filter action has the place there."""
    word = rule.filter_action
    action = rule.filter_action_target
    if action is None and word is not None:
        action = store.filter_actions.get(word.text.casefold())
    place = rule.span if word is None else word.span
    missing = Unknown("" if word is None else word.text)
    if action is None:
        return _rule(
            policy, rule, rule.name.text, Setting(missing, place), Setting(missing, place), Setting(missing, place)
        )
    return _rule(policy, rule, rule.name.text, *inherited_security(filter_action_of(action)))


def build_default_rule(policy: PolicyState, rule: RuleState) -> ConnectionSecurityRule:
    """The default response rule: it answers any peer that asks for security, and asks for none itself."""
    name = default_rule_name(policy)
    default_rule = _rule(
        policy,
        rule,
        name,
        default(RuleAction.NEGOTIATE, rule.span),
        default(Security.REQUEST, rule.span),
        default(Security.REQUEST, rule.span),
    )
    return default_rule.model_copy(update={"quick_mode_crypto": Reference(target=name, span=rule.span)})


def _rule(
    policy: PolicyState,
    rule: RuleState,
    name: str,
    action: Setting[RuleAction],
    inbound: Setting[Security],
    outbound: Setting[Security],
) -> ConnectionSecurityRule:
    span, values = rule.span, rule.values
    tunnel = values.tunnel
    interfaces: frozenset[InterfaceType] = frozenset()
    return ConnectionSecurityRule(
        name=name,
        span=span,
        dialect=Dialect.IP_SECURITY_POLICY,
        description=values.description,
        enabled=given_or(values.enabled, default=True, span=span),
        profiles=default(ALL_PROFILES, span),
        mode=default(RuleMode.TRANSPORT, span) if tunnel is None else Setting(RuleMode.TUNNEL, tunnel.span),
        action=action,
        inbound=inbound,
        outbound=outbound,
        endpoint1=default((), span),
        endpoint2=default((), span),
        protocol=default(None, span),
        port1=default((), span),
        port2=default((), span),
        interface_types=given_or(values.interface_types, default=interfaces, span=span),
        key_modules=default(IKEV1_ONLY, span),
        first_authentication=Reference(target=_authentication_id(policy, name), span=span),
        filter_list=_reference(rule.filter_list, rule.filter_list_target),
        filter_action=_reference(rule.filter_action, rule.filter_action_target),
        policy=_reference(rule.policy, policy),
        remote_tunnel_endpoint=tunnel,
    )


def _reference(
    word: Token | None,
    target: PolicyState | FilterListState | FilterActionState | None,
) -> Reference | None:
    """A reference: the place where it is written, and the present name of its target."""
    if word is None:
        return None
    return Reference(target=(word if target is None else target.name).text, span=word.span)


def _authentication_id(policy: PolicyState, name: str) -> str:
    return f"{policy.name.text}/{name}"
