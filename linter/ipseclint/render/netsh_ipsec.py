"""Policies, filter lists, filter actions and rules in the words of `netsh ipsec`."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any

from ipseclint.data.spellings import DYNAMIC_PFS_GROUPS, LEGACY_CIPHERS, LEGACY_DH_GROUPS, LEGACY_INTEGRITY
from ipseclint.model.crypto import DhGroup
from ipseclint.model.index import PolicyIndex
from ipseclint.model.policy import (
    ConnectionSecurityRule,
    Dialect,
    FilterAction,
    FilterList,
    GlobalSettings,
    InterfaceType,
    IpsecPolicy,
    MainModeCryptoSet,
    MainModeProposal,
    QuickModeCryptoSet,
    QuickModeProposal,
    Reference,
    RuleAction,
)
from ipseclint.model.selectors import Address, AddressKeyword, LegacyFilter
from ipseclint.render.authentication import legacy_methods
from ipseclint.render.forms import (
    Argument,
    Form,
    Head,
    Line,
    Writer,
    argument,
    filled,
    joined,
    spelled,
    stated_arguments,
    value_of,
    whole,
    yes_no,
)
from ipseclint.render.quoting import Unwritable

_TOOL = "netsh ipsec"
Parts = tuple[Argument | Unwritable, ...]
Lines = tuple[Line, ...] | Unwritable

_ENCAPSULATIONS = {
    "AH": "AH[{ah}]",
    "ESP": "ESP[{encryption},{esp}]",
    "AH+ESP": "AH[{ah}]+ESP[{encryption},{esp}]",
}
"""How `qmsecmethods` writes a proposal: encryption before integrity."""

_ACTIONS = {RuleAction.EXEMPT: "permit", RuleAction.BLOCK: "block", RuleAction.NEGOTIATE: "negotiate"}
_CONNECTION_TYPES = {
    frozenset[InterfaceType](): "all",
    frozenset({InterfaceType.LAN}): "lan",
    frozenset({InterfaceType.REMOTE_ACCESS}): "dialup",
}


# ---- values ----


def _text(tag: str, field: str) -> Writer:
    def write(subject: Any, _index: PolicyIndex) -> Parts:
        text = getattr(subject, field)
        return (Argument(tag, text),) if text is not None else (Unwritable(f"{_TOOL} cannot empty the {field}"),)

    return write


def _flag(tag: str, field: str) -> Writer:
    return lambda subject, _index: argument(tag, yes_no(getattr(subject, field), field.replace("_", " ")))


def _reference(tag: str, field: str) -> Writer:
    def write(rule: ConnectionSecurityRule, _index: PolicyIndex) -> Parts:
        reference: Reference | None = getattr(rule, field)
        if reference is None:
            return (Unwritable(f"a rule of {_TOOL} needs a {field.replace('_', ' ')}"),)
        return (Argument(tag, reference.target, name=True),)

    return write


def _main_mode_methods(crypto: MainModeCryptoSet, _index: PolicyIndex) -> Parts:
    return argument("mmsecmethods", joined(" ", map(_main_mode_method, crypto.proposals)))


def _main_mode_method(proposal: MainModeProposal) -> str | Unwritable:
    return filled(
        "{encryption}-{integrity}-{group}",
        encryption=spelled(proposal.encryption, LEGACY_CIPHERS, "encryption", _TOOL),
        integrity=spelled(proposal.integrity, LEGACY_INTEGRITY, "integrity", _TOOL),
        group=spelled(proposal.dh_group, LEGACY_DH_GROUPS, "key exchange", _TOOL),
    )


def _main_mode_minutes(crypto: MainModeCryptoSet, _index: PolicyIndex) -> Parts:
    return argument("mmlifetime", whole(crypto.lifetime_seconds, 60, "main-mode lifetime", "minutes"))


def _quick_mode_limit(crypto: MainModeCryptoSet, _index: PolicyIndex) -> Parts:
    return argument("qmpermm", whole(crypto.quick_mode_limit, 1, "quick-mode limit", ""))


def _quick_mode_methods(crypto: QuickModeCryptoSet, _index: PolicyIndex) -> Parts:
    return argument("qmsecmethods", joined(" ", map(_quick_mode_method, crypto.proposals)))


def _quick_mode_method(proposal: QuickModeProposal) -> str | Unwritable:
    template = spelled(proposal.encapsulation, _ENCAPSULATIONS, "encapsulation", _TOOL)
    if isinstance(template, Unwritable):
        return template
    method = filled(
        template,
        encryption=spelled(proposal.encryption, LEGACY_CIPHERS, "encryption", _TOOL),
        ah=spelled(proposal.ah_integrity, LEGACY_INTEGRITY, "integrity of AH", _TOOL),
        esp=spelled(proposal.esp_integrity, LEGACY_INTEGRITY, "integrity of ESP", _TOOL),
    )
    halves = [
        filled("{number}" + unit, number=whole(setting, 1, "quick-mode lifetime", ""))
        for setting, unit in ((proposal.lifetime_kilobytes, "k"), (proposal.lifetime_seconds, "s"))
        if setting.is_explicit
    ]
    return joined(":", (method, joined("/", halves))) if halves else method


def _static_pfs(crypto: QuickModeCryptoSet, _index: PolicyIndex) -> Parts:
    group = value_of(crypto.pfs_group, "group for perfect forward secrecy")
    if isinstance(group, Unwritable):
        return (group,)
    if group not in {DhGroup.NONE, DhGroup.SAME_AS_MAIN_MODE}:
        return (Unwritable(f"{_TOOL} static has no group for quick mode but that of main mode"),)
    return (Argument("qmpfs", "no" if group is DhGroup.NONE else "yes"),)


def _dynamic_pfs(crypto: QuickModeCryptoSet, _index: PolicyIndex) -> Parts:
    return argument(
        "pfsgroup", spelled(crypto.pfs_group, DYNAMIC_PFS_GROUPS, "group for perfect forward secrecy", _TOOL)
    )


def _action(action: FilterAction, _index: PolicyIndex) -> Parts:
    value = value_of(action.action, "action")
    return argument("action", value if isinstance(value, Unwritable) else _ACTIONS[value])


def _polling(policy: IpsecPolicy, _index: PolicyIndex) -> Parts:
    return argument("pollinginterval", whole(policy.polling_interval_seconds, 60, "polling interval", "minutes"))


def _tunnel(rule: ConnectionSecurityRule, _index: PolicyIndex) -> Parts:
    addresses = value_of(rule.remote_tunnel_endpoint, "tunnel endpoint")
    if isinstance(addresses, Unwritable):
        return (addresses,)
    if len(addresses) != 1:
        return (Unwritable(f"{_TOOL} takes one tunnel endpoint"),)
    return (Argument("tunnel", str(addresses[0])),)


def _connection_type(rule: ConnectionSecurityRule, _index: PolicyIndex) -> Parts:
    types = value_of(rule.interface_types, "interface type")
    word = None if isinstance(types, Unwritable) else _CONNECTION_TYPES.get(frozenset(types))
    return (Argument("conntype", word) if word else Unwritable(f"{_TOOL} has no word for these interface types"),)


def _authentication(rule: ConnectionSecurityRule, index: PolicyIndex) -> Parts:
    found = index.first_auth_of(rule)
    return legacy_methods(found, index) if found else (Unwritable(f"{_TOOL} cannot empty the authentication"),)


def _exempt_level(settings: GlobalSettings, _index: PolicyIndex) -> Parts:
    return argument("value", whole(settings.legacy_exempt_level, 1, "exemption level", ""))


_PROTOCOLS = {1: "ICMP", 6: "TCP", 17: "UDP", 255: "RAW"}
_SERVER_TYPES = {AddressKeyword.DEFAULT_GATEWAY: "GATEWAY"}


def _filter_arguments(each: LegacyFilter) -> tuple[Argument, ...]:
    parts = [*_side("src", each.source), *_side("dst", each.destination)]
    if each.protocol is not None:
        parts.append(Argument("protocol", _PROTOCOLS.get(each.protocol, str(each.protocol))))
    if each.source_port:
        parts.append(Argument("srcport", str(each.source_port)))
    if each.destination_port:
        parts.append(Argument("dstport", str(each.destination_port)))
    parts.append(Argument("mirrored", "yes" if each.mirrored else "no"))
    order = ("srcaddr", "dstaddr", "protocol", "mirrored", "srcmask", "dstmask", "srcport", "dstport")
    return tuple(sorted(parts, key=lambda part: order.index(part.tag)))


def _side(side: str, address: Address) -> list[Argument]:
    if address.keyword is not None:
        return [Argument(f"{side}addr", _SERVER_TYPES.get(address.keyword, address.keyword.value))]
    if address.version == 0 or address.first == address.last:
        return [Argument(f"{side}addr", str(address))]
    text, _, prefix = str(address).partition("/")
    if address.version == 4 and prefix:
        mask = ipaddress.IPv4Network(f"0.0.0.0/{prefix}").netmask
        return [Argument(f"{side}addr", text), Argument(f"{side}mask", str(mask))]
    if prefix:
        network = ipaddress.IPv6Network(f"{text}/{prefix}")
        return [Argument(f"{side}addr", f"{network[0]}-{network[-1]}")]
    return [Argument(f"{side}addr", text)]


# ---- commands ----


def _named(context: str, verb: str, noun: str, name: str) -> Head:
    return ("ipsec", context, verb, noun, Argument("name", name, name=True))


def _head(context: str, noun: str) -> Callable[[Any, PolicyIndex], tuple[Head, ...] | Unwritable]:
    return lambda subject, _index: (_named(context, "set", noun, subject.name),)


def _rule_head(verb: str, rule: ConnectionSecurityRule) -> Head | Unwritable:
    if rule.policy is None:
        return Unwritable("the policy of the rule is not given")
    name: tuple[Argument, ...] = (Argument("name", rule.name, name=True),)
    return ("ipsec", "static", verb, "rule", *name, Argument("policy", rule.policy.target, name=True))


def _set_rule(rule: ConnectionSecurityRule, index: PolicyIndex) -> tuple[Head, ...] | Unwritable:
    same = [
        each
        for each in index.policy.connection_security_rules
        if each.dialect is Dialect.LEGACY and each.name.casefold() == rule.name.casefold()
    ]
    if len([each for each in same if each.policy and rule.policy and _same(each.policy, rule.policy)]) > 1:
        return Unwritable("several rules of this policy have this name")
    head = _rule_head("set", rule)
    return head if isinstance(head, Unwritable) else (head,)


def _delete_rule(rule: ConnectionSecurityRule, index: PolicyIndex) -> tuple[Head, ...] | Unwritable:
    allowed = _set_rule(rule, index)
    if isinstance(allowed, Unwritable):
        return allowed
    head = _rule_head("delete", rule)
    return head if isinstance(head, Unwritable) else (head,)


def _same(left: Reference, right: Reference) -> bool:
    return left.target.casefold() == right.target.casefold()


_MAIN_MODE: Mapping[str, Writer] = {
    "quick_mode_limit": _quick_mode_limit,
    "lifetime_seconds": _main_mode_minutes,
    "proposals": _main_mode_methods,
}
_POLICY: Mapping[str, Writer] = {
    "description": _text("description", "description"),
    "master_pfs": _flag("mmpfs", "master_pfs"),
    "activate_default_rule": _flag("activatedefaultrule", "activate_default_rule"),
    "polling_interval_seconds": _polling,
    "assigned": _flag("assign", "assigned"),
}
_FILTER_ACTION: Mapping[str, Writer] = {
    "accept_unsecured_inbound": _flag("inpass", "accept_unsecured_inbound"),
    "allow_unsecured_fallback": _flag("soft", "allow_unsecured_fallback"),
    "action": _action,
}
_STATIC_QUICK_MODE: Mapping[str, Writer] = {"pfs_group": _static_pfs, "proposals": _quick_mode_methods}
_DYNAMIC_QUICK_MODE: Mapping[str, Writer] = {"pfs_group": _dynamic_pfs, "proposals": _quick_mode_methods}
_RULE: Mapping[str, Writer] = {
    "filter_list": _reference("filterlist", "filter_list"),
    "filter_action": _reference("filteraction", "filter_action"),
    "remote_tunnel_endpoint": _tunnel,
    "interface_types": _connection_type,
    "enabled": _flag("activate", "enabled"),
    "description": _text("description", "description"),
    "first_authentication": _authentication,
}
_RENAME: Mapping[str, Writer] = {"name": _text("newname", "name")}

FORMS: dict[tuple[Dialect, str], tuple[Form, ...]] = {
    (Dialect.LEGACY, "ipsec_policy"): (Form(_head("static", "policy"), {**_POLICY, **_RENAME}),),
    (Dialect.LEGACY, "main_mode_crypto_set"): (Form(_head("static", "policy"), _MAIN_MODE),),
    (Dialect.LEGACY, "filter_action"): (Form(_head("static", "filteraction"), {**_FILTER_ACTION, **_RENAME}),),
    (Dialect.LEGACY, "quick_mode_crypto_set"): (Form(_head("static", "filteraction"), _STATIC_QUICK_MODE),),
    (Dialect.LEGACY, "filter_list"): (Form(_head("static", "filterlist"), _RENAME),),
    (Dialect.LEGACY, "connection_security_rule"): (Form(_set_rule, {**_RULE, **_RENAME}),),
    (Dialect.DYNAMIC, "main_mode_crypto_set"): (Form(_head("dynamic", "mmpolicy"), _MAIN_MODE),),
    (Dialect.DYNAMIC, "quick_mode_crypto_set"): (Form(_head("dynamic", "qmpolicy"), _DYNAMIC_QUICK_MODE),),
    (Dialect.WFAS, "global_settings"): (
        Form(
            lambda _settings, _index: (("ipsec", "dynamic", "set", "config", Argument("property", "ipsecexempt")),),
            {"legacy_exempt_level": _exempt_level},
        ),
    ),
}


def _add(context: str, noun: str, writers: Mapping[str, Writer]) -> Callable[[Any, PolicyIndex], Lines]:
    """Makes the command that creates a named object with all that its input states."""

    def lines(subject: Any, index: PolicyIndex) -> Lines:
        arguments = stated_arguments(subject, writers, index)
        if isinstance(arguments, Unwritable):
            return arguments
        return (Line(_named(context, "add", noun, subject.name), arguments),)

    return lines


def _add_rule(rule: ConnectionSecurityRule, index: PolicyIndex) -> Lines:
    head = _rule_head("add", rule)
    arguments = stated_arguments(rule, _RULE, index)
    if isinstance(head, Unwritable):
        return head
    return arguments if isinstance(arguments, Unwritable) else (Line(head, arguments),)


def _filter_line(verb: str, filters: FilterList, each: LegacyFilter) -> Line:
    head: Head = ("ipsec", "static", verb, "filter", Argument("filterlist", filters.name, name=True))
    return Line((*head, *_filter_arguments(each)))


def _add_filter_list(filters: FilterList, _index: PolicyIndex) -> Lines:
    return (
        Line(_named("static", "add", "filterlist", filters.name)),
        *(_filter_line("add", filters, each) for each in filters.filters),
    )


def filter_changes(before: FilterList, after: FilterList) -> tuple[Line, ...]:
    """The filters that come and go between two states of a filter list, the new ones first."""
    return (
        *(_filter_line("add", before, each) for each in after.filters if each not in before.filters),
        *(_filter_line("delete", before, each) for each in before.filters if each not in after.filters),
    )


ADDITIONS: dict[tuple[Dialect, str], Callable[[Any, PolicyIndex], Lines]] = {
    (Dialect.LEGACY, "ipsec_policy"): _add("static", "policy", _POLICY),
    (Dialect.LEGACY, "filter_list"): _add_filter_list,
    (Dialect.LEGACY, "filter_action"): _add("static", "filteraction", _FILTER_ACTION),
    (Dialect.LEGACY, "connection_security_rule"): _add_rule,
}


def _delete(noun: str) -> Callable[[Any, PolicyIndex], tuple[Head, ...]]:
    return lambda subject, _index: (_named("static", "delete", noun, subject.name),)


REMOVALS: dict[tuple[Dialect, str], Callable[[Any, PolicyIndex], tuple[Head, ...] | Unwritable]] = {
    (Dialect.LEGACY, "ipsec_policy"): _delete("policy"),
    (Dialect.LEGACY, "filter_list"): _delete("filterlist"),
    (Dialect.LEGACY, "filter_action"): _delete("filteraction"),
    (Dialect.LEGACY, "connection_security_rule"): _delete_rule,
}
