"""Policies, filter lists, filter actions and rules in `netsh ipsec`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import (
    AuthenticationSet,
    ConnectionSecurityRule,
    Dialect,
    FilterAction,
    FilterList,
    IpsecPolicy,
    MainModeCryptoSet,
    QuickModeCryptoSet,
)
from ipseclint.model.selectors import LegacyFilter
from ipseclint.repair.commands import netsh_ipsec_values as values
from ipseclint.repair.commands.arguments import Argument, Form, Head, Line, Unwritable, Writer, stated_arguments
from ipseclint.repair.commands.authentication import legacy_methods
from ipseclint.semantics.meaning import without_places

Lines = tuple[Line, ...] | Unwritable


def _named(context: str, verb: str, noun: str, name: str) -> Head:
    return ("ipsec", context, verb, noun, Argument("name", name, name=True))


def _head(context: str, noun: str) -> Callable[[Any, PolicyIndex], tuple[Head, ...] | Unwritable]:
    return lambda subject, _index: (_named(context, "set", noun, subject.name),)


def _quick_mode_heads(crypto: QuickModeCryptoSet, index: PolicyIndex) -> tuple[Head, ...] | Unwritable:
    rules = (user for user in index.users_of(crypto) if isinstance(user, ConnectionSecurityRule))
    owner = next((each for each in rules if values.is_default_response(each)), None)
    return (_named("static", "set", "filteraction", crypto.name),) if owner is None else _set_rule(owner, index)


def _authentication_heads(methods: AuthenticationSet, index: PolicyIndex) -> tuple[Head, ...] | Unwritable:
    user = next((each for each in index.users_of(methods) if isinstance(each, ConnectionSecurityRule)), None)
    return Unwritable("no rule has these authentication methods") if user is None else _set_rule(user, index)


def _rule_head(verb: str, rule: ConnectionSecurityRule) -> Head | Unwritable:
    if rule.policy is None:
        return Unwritable("the policy of the rule is not given")
    policy = Argument("policy", rule.policy.target, name=True)
    if values.is_default_response(rule):
        if verb == "delete":
            return Unwritable("the default response rule cannot be deleted")
        return ("ipsec", "static", "set", "defaultrule", policy)
    return ("ipsec", "static", verb, "rule", Argument("name", rule.name, name=True), policy)


def _set_rule(rule: ConnectionSecurityRule, index: PolicyIndex) -> tuple[Head, ...] | Unwritable:
    if index.namesakes(rule) > 1:
        return Unwritable("several rules of this policy have this name")
    head = _rule_head("set", rule)
    return head if isinstance(head, Unwritable) else (head,)


def _delete_rule(rule: ConnectionSecurityRule, index: PolicyIndex) -> tuple[Head, ...] | Unwritable:
    allowed = _set_rule(rule, index)
    if isinstance(allowed, Unwritable):
        return allowed
    head = _rule_head("delete", rule)
    return head if isinstance(head, Unwritable) else (head,)


_MAIN_MODE: Mapping[str, Writer] = {
    "quick_mode_limit": values.quick_mode_limit,
    "lifetime_seconds": values.main_mode_minutes,
    "proposals": values.main_mode_methods,
}
_POLICY: Mapping[str, Writer] = {
    "description": values.text("description", "description"),
    "master_pfs": values.flag("mmpfs", "master_pfs"),
    "activate_default_rule": values.flag("activatedefaultrule", "activate_default_rule"),
    "polling_interval_seconds": values.polling,
}
_POLICY_CHANGES: Mapping[str, Writer] = {
    **_POLICY,
    "assigned": values.flag("assign", "assigned"),
    "name": values.text("newname", "name"),
}
_FILTER_ACTION: Mapping[str, Writer] = {
    "accept_unsecured_inbound": values.flag("inpass", "accept_unsecured_inbound"),
    "allow_unsecured_fallback": values.flag("soft", "allow_unsecured_fallback"),
    "action": values.action,
}
_STATIC_QUICK_MODE: Mapping[str, Writer] = {"pfs_group": values.static_pfs, "proposals": values.quick_mode_methods}
_DYNAMIC_QUICK_MODE: Mapping[str, Writer] = {"pfs_group": values.dynamic_pfs, "proposals": values.quick_mode_methods}
_RULE: Mapping[str, Writer] = {
    "filter_list": values.reference("filterlist", "filter_list"),
    "filter_action": values.reference("filteraction", "filter_action"),
    "remote_tunnel_endpoint": values.tunnel,
    "interface_types": values.connection_type,
    "enabled": values.flag("activate", "enabled"),
    "description": values.text("description", "description"),
}
_RULE_CHANGES: Mapping[str, Writer] = {
    **_RULE,
    "first_authentication": values.authentication,
    "name": values.text("newname", "name"),
}
_RENAME: Mapping[str, Writer] = {"name": values.text("newname", "name")}


def _config(name: str, field: str, value: Writer) -> Form:
    """`set config` for one property."""
    head: Head = ("ipsec", "dynamic", "set", "config", Argument("property", name))
    return Form(lambda _settings, _index: (head,), {field: value})


_EXEMPT_LEVEL = _config("ipsecexempt", "legacy_exempt_level", values.exempt_level)
_CRL_LEVEL = _config("strongcrlcheck", "crl_check", values.crl_level)

FORMS: dict[tuple[Dialect, str], tuple[Form, ...]] = {
    (Dialect.IP_SECURITY_POLICY, "ipsec_policy"): (Form(_head("static", "policy"), _POLICY_CHANGES),),
    (Dialect.IP_SECURITY_POLICY, "main_mode_crypto_set"): (Form(_head("static", "policy"), _MAIN_MODE),),
    (Dialect.IP_SECURITY_POLICY, "filter_action"): (
        Form(_head("static", "filteraction"), {**_FILTER_ACTION, **_RENAME}),
    ),
    (Dialect.IP_SECURITY_POLICY, "quick_mode_crypto_set"): (Form(_quick_mode_heads, _STATIC_QUICK_MODE),),
    (Dialect.IP_SECURITY_POLICY, "authentication_set"): (Form(_authentication_heads, {"methods": legacy_methods}),),
    (Dialect.IP_SECURITY_POLICY, "filter_list"): (Form(_head("static", "filterlist"), _RENAME),),
    (Dialect.IP_SECURITY_POLICY, "connection_security_rule"): (Form(_set_rule, _RULE_CHANGES),),
    (Dialect.DYNAMIC, "main_mode_crypto_set"): (Form(_head("dynamic", "mmpolicy"), _MAIN_MODE),),
    (Dialect.DYNAMIC, "quick_mode_crypto_set"): (Form(_head("dynamic", "qmpolicy"), _DYNAMIC_QUICK_MODE),),
    (Dialect.WFAS, "global_settings"): (_EXEMPT_LEVEL,),
    (Dialect.DYNAMIC, "global_settings"): (_EXEMPT_LEVEL, _CRL_LEVEL),
}


def _add_policy(policy: IpsecPolicy, index: PolicyIndex) -> Lines:
    """`add policy` with its main mode; assigning it is left until it is complete."""
    return _add_with("policy", policy, _POLICY, index.main_mode.get(policy.name.casefold()), _MAIN_MODE, index)


def _add_filter_action(action: FilterAction, index: PolicyIndex) -> Lines:
    """`add filteraction` with its quick mode."""
    crypto = index.quick_mode.get(action.name.casefold())
    return _add_with("filteraction", action, _FILTER_ACTION, crypto, _STATIC_QUICK_MODE, index)


def _add_with(
    noun: str,
    subject: IpsecPolicy | FilterAction,
    writers: Mapping[str, Writer],
    crypto: MainModeCryptoSet | QuickModeCryptoSet | None,
    crypto_writers: Mapping[str, Writer],
    index: PolicyIndex,
) -> Lines:
    own = stated_arguments(subject, writers, index)
    more = (
        stated_arguments(crypto, crypto_writers, index)
        if crypto and crypto.dialect is Dialect.IP_SECURITY_POLICY
        else ()
    )
    if isinstance(own, Unwritable):
        return own
    if isinstance(more, Unwritable):
        return more
    return (Line(_named("static", "add", noun, subject.name), (*own, *more)),)


def _add_rule(rule: ConnectionSecurityRule, index: PolicyIndex) -> Lines:
    head = _rule_head("add", rule)
    if isinstance(head, Unwritable):
        return head
    methods = index.first_auth_of(rule)
    crypto = index.quick_mode_of(rule) if values.is_default_response(rule) else None
    parts = [
        stated_arguments(rule, _RULE, index),
        stated_arguments(crypto, _STATIC_QUICK_MODE, index) if crypto else (),
        stated_arguments(methods, {"methods": legacy_methods}, index) if methods else (),
    ]
    arguments: list[Argument] = []
    for part in parts:
        if isinstance(part, Unwritable):
            return part
        arguments += part
    return (Line(head, tuple(arguments)),)


def _filter_line(verb: str, filters: FilterList, legacy_filter: LegacyFilter) -> Line:
    head: Head = ("ipsec", "static", verb, "filter", Argument("filterlist", filters.name, name=True))
    return Line((*head, *values.filter_arguments(legacy_filter, whole=verb == "delete")))


def _add_filter_list(filters: FilterList, _index: PolicyIndex) -> Lines:
    return (
        Line(_named("static", "add", "filterlist", filters.name)),
        *(_filter_line("add", filters, filter_) for filter_ in filters.filters),
    )


def filter_changes(before: FilterList, after: FilterList) -> tuple[Line, ...]:
    """The filters added and removed between two states of a filter list, added ones first."""
    had, has = ({without_places(each) for each in filters} for filters in (before.filters, after.filters))
    return (
        *(_filter_line("add", before, filter_) for filter_ in after.filters if without_places(filter_) not in had),
        *(_filter_line("delete", before, filter_) for filter_ in before.filters if without_places(filter_) not in has),
    )


ADDITIONS: dict[tuple[Dialect, str], Callable[[Any, PolicyIndex], Lines]] = {
    (Dialect.IP_SECURITY_POLICY, "ipsec_policy"): _add_policy,
    (Dialect.IP_SECURITY_POLICY, "filter_list"): _add_filter_list,
    (Dialect.IP_SECURITY_POLICY, "filter_action"): _add_filter_action,
    (Dialect.IP_SECURITY_POLICY, "connection_security_rule"): _add_rule,
}


def _delete(noun: str) -> Callable[[Any, PolicyIndex], tuple[Head, ...]]:
    return lambda subject, _index: (_named("static", "delete", noun, subject.name),)


REMOVALS: dict[tuple[Dialect, str], Callable[[Any, PolicyIndex], tuple[Head, ...] | Unwritable]] = {
    (Dialect.IP_SECURITY_POLICY, "ipsec_policy"): _delete("policy"),
    (Dialect.IP_SECURITY_POLICY, "filter_list"): _delete("filterlist"),
    (Dialect.IP_SECURITY_POLICY, "filter_action"): _delete("filteraction"),
    (Dialect.IP_SECURITY_POLICY, "connection_security_rule"): _delete_rule,
}
