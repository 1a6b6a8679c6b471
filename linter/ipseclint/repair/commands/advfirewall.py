"""Connection security in `netsh advfirewall`: the command and argument for each field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ipseclint.model.machine import PolicyIndex, Rule
from ipseclint.model.policy import (
    ALL_PROFILES,
    AuthenticationSet,
    ConnectionSecurityRule,
    Dialect,
    GlobalSettings,
    MainModeCryptoSet,
    MainModeRule,
    QuickModeCryptoSet,
    Reference,
    RuleAction,
    RuleMode,
)
from ipseclint.model.selectors import Addresses, Ports
from ipseclint.model.setting import Setting
from ipseclint.repair.commands.advfirewall_crypto import (
    forced_dh,
    key_lifetime,
    main_mode_methods,
    perfect_forward_secrecy,
    quick_mode,
)
from ipseclint.repair.commands.arguments import (
    Argument,
    Form,
    Head,
    Line,
    Unwritable,
    Writer,
    argument,
    spelled,
    stated_arguments,
    unsayable,
    value_of,
    whole,
    yes_no,
)
from ipseclint.repair.commands.authentication import advfirewall_methods
from ipseclint.vocabulary.builtin import DEFAULT_SET_NAMES
from ipseclint.vocabulary.protocols import PROTOCOLS
from ipseclint.vocabulary.rows import writings
from ipseclint.vocabulary.settings import PROTECTIONS, CrlCheck, Exemption, NatTraversal

_TOOL = "netsh advfirewall"
Parts = tuple[Argument | Unwritable, ...]

_ACTIONS = {(protection.inbound, protection.outbound): protection.netsh for protection in PROTECTIONS}
_EXEMPTIONS = writings(Exemption, lambda exemption: exemption.row.netsh)
_CRL_CHECKS = writings(CrlCheck, lambda check: check.row.netsh)
_NAT_TRAVERSAL = writings(NatTraversal, lambda side: side.row.netsh)


def _profiles(rule: Rule, _index: PolicyIndex) -> Parts:
    profiles = value_of(rule.profiles, "profile")
    if isinstance(profiles, Unwritable):
        return (profiles,)
    return (Argument("profile", "any" if profiles >= ALL_PROFILES else ",".join(sorted(profiles))),)


def _action(rule: ConnectionSecurityRule, _index: PolicyIndex) -> Parts:
    if rule.action.known is RuleAction.EXEMPT:
        return (Argument("action", "noauthentication"),)
    inbound, outbound = rule.inbound.known, rule.outbound.known
    if inbound is None or outbound is None:
        return (Unwritable("the security of the rule was not understood"),)
    word = _ACTIONS.get((inbound, outbound))
    if word is None or rule.action.known is not RuleAction.NEGOTIATE:
        return (Unwritable(f"{_TOOL} has no word for {inbound} inbound with {outbound} outbound security"),)
    return (Argument("action", word),)


def _addresses(setting: Setting[Addresses] | None, what: str) -> str | Unwritable:
    addresses = value_of(setting, what)
    return addresses if isinstance(addresses, Unwritable) else ",".join(map(str, addresses)) or "any"


def _endpoint1(rule: Rule, _index: PolicyIndex) -> Parts:
    return argument("endpoint1", _addresses(rule.endpoint1, "endpoint 1"))


def _endpoint2(rule: Rule, _index: PolicyIndex) -> Parts:
    return argument("endpoint2", _addresses(rule.endpoint2, "endpoint 2"))


_PROTOCOLS = {protocol.number: protocol.netsh for protocol in PROTOCOLS if protocol.netsh is not None}


def _protocol(rule: ConnectionSecurityRule, _index: PolicyIndex) -> Parts:
    number = value_of(rule.protocol, "protocol")
    if isinstance(number, Unwritable):
        return (number,)
    return (Argument("protocol", _PROTOCOLS.get(number, str(number))),)


def _ports(tag: str, setting: Setting[Ports]) -> Parts:
    ports = value_of(setting, tag)
    return argument(tag, ports if isinstance(ports, Unwritable) else ",".join(map(str, ports)) or "any")


def _interface_types(rule: ConnectionSecurityRule, _index: PolicyIndex) -> Parts:
    types = value_of(rule.interface_types, "interface type")
    if isinstance(types, Unwritable):
        return (types,)
    if len(types) > 1:
        return (Unwritable(f"{_TOOL} takes one interface type"),)
    return (Argument("interfacetype", next(iter(types), "any")),)


def _flag(tag: str, field: str) -> Writer:
    return lambda rule, _index: argument(tag, yes_no(getattr(rule, field), field.replace("_", " ")))


def _authorization(rule: Any, _index: PolicyIndex) -> Parts:
    parts = argument("applyauthz", yes_no(rule.require_authorization, "require authorization"))
    if parts == (Argument("applyauthz", "yes"),) and value_of(rule.mode, "mode") is not RuleMode.TUNNEL:
        return (Unwritable(f"{_TOOL} demands authorization for a tunnel only"),)
    return parts


def _text(tag: str, field: str) -> Writer:
    def write(rule: Any, _index: PolicyIndex) -> Parts:
        text = getattr(rule, field)
        return (Unwritable(f"{_TOOL} cannot empty the {field}"),) if text is None else (Argument(tag, text),)

    return write


def _tunnel_endpoint(tag: str, field: str) -> Writer:
    return lambda rule, _index: argument(tag, _addresses(getattr(rule, field), field.replace("_", " ")))


def _first_authentication(rule: Rule, index: PolicyIndex) -> Parts:
    return _authentication(index.first_auth_of(rule), index)


def _second_authentication(rule: ConnectionSecurityRule, index: PolicyIndex) -> Parts:
    return _authentication(index.second_auth_of(rule), index)


def _authentication(auth_set: AuthenticationSet | None, index: PolicyIndex) -> Parts:
    if auth_set is None or auth_set.is_default:
        return (Unwritable(f"{_TOOL} cannot take the authentication away from a rule"),)
    return advfirewall_methods(auth_set, index)


def _rule_quick_mode(rule: ConnectionSecurityRule, index: PolicyIndex) -> Parts:
    crypto = index.quick_mode_of(rule)
    if crypto is None or crypto.is_default:
        return (Argument("qmsecmethods", "default"),)
    parts = _stated(crypto, _QUICK_MODE, index)
    return parts or (Argument("qmsecmethods", "default"),)


def _rule_main_mode(rule: MainModeRule, index: PolicyIndex) -> Parts:
    crypto = index.main_mode_of(rule)
    if crypto is None or crypto.is_default:
        return (Argument("mmsecmethods", "default"),)
    parts = _stated(crypto, _MAIN_MODE, index)
    return parts or (Argument("mmsecmethods", "default"),)


def _stated(crypto: MainModeCryptoSet | QuickModeCryptoSet, writers: Mapping[str, Writer], index: PolicyIndex) -> Parts:
    arguments = stated_arguments(crypto, writers, index)
    return (arguments,) if isinstance(arguments, Unwritable) else arguments


def _idle_minutes(settings: GlobalSettings, _index: PolicyIndex) -> Parts:
    return argument("saidletimemin", whole(settings.sa_idle_seconds, 60, "idle time", "minutes"))


def _exemptions(settings: GlobalSettings, _index: PolicyIndex) -> Parts:
    exemptions = value_of(settings.exemptions, "exemptions")
    if isinstance(exemptions, Unwritable):
        return (exemptions,)
    words = [word for exemption, word in _EXEMPTIONS.items() if exemption in exemptions]
    if len(words) < len(exemptions):
        return (Unwritable(f"{_TOOL} has no word for the exemption of router discovery"),)
    return (Argument("defaultexemptions", ",".join(words) or "none"),)


def _crl_check(settings: GlobalSettings, _index: PolicyIndex) -> Parts:
    return argument("strongcrlcheck", spelled(settings.crl_check, _CRL_CHECKS, "revocation check", _TOOL))


def _nat_traversal(settings: GlobalSettings, _index: PolicyIndex) -> Parts:
    return argument("ipsecthroughnat", spelled(settings.nat_traversal, _NAT_TRAVERSAL, "NAT traversal", _TOOL))


# ---- commands ----


def rule_head(verb: str, rule: Rule) -> Head:
    """The words of a command for one rule, before its changing arguments."""
    context = "consec" if isinstance(rule, ConnectionSecurityRule) else "mainmode"
    return ("advfirewall", context, verb, "rule", Argument("name", rule.name, name=True))


def _set_rule(rule: Rule, index: PolicyIndex) -> tuple[Head, ...] | Unwritable:
    if index.namesakes(rule) > 1:
        return Unwritable("several rules have this name, and netsh would change them all")
    return ((*rule_head("set", rule), "new"),)


def _delete_rule(rule: Rule, index: PolicyIndex) -> tuple[Head, ...] | Unwritable:
    if index.namesakes(rule) > 1:
        return Unwritable("several rules have this name, and netsh would delete them all")
    return (rule_head("delete", rule),)


def _heads_of_users(rules: Iterable[Rule], index: PolicyIndex) -> tuple[Head, ...] | Unwritable:
    heads: list[Head] = []
    for rule in rules:
        head = _set_rule(rule, index)
        if isinstance(head, Unwritable):
            return head
        heads += head
    return tuple(heads) or Unwritable("netsh reaches a set only through a rule that uses it, and none does")


def _main_mode_heads(crypto: MainModeCryptoSet, index: PolicyIndex) -> tuple[Head, ...] | Unwritable:
    return _heads_of_users((user for user in index.users_of(crypto) if isinstance(user, MainModeRule)), index)


def _quick_mode_heads(crypto: QuickModeCryptoSet, index: PolicyIndex) -> tuple[Head, ...] | Unwritable:
    if crypto.is_default:
        return Unwritable("netsh cannot change the default quick-mode set")
    return _heads_of_users(index.users_of(crypto), index)


def _authentication_heads(methods: AuthenticationSet, index: PolicyIndex) -> tuple[Head, ...] | Unwritable:
    if methods.is_default:
        return Unwritable("netsh cannot change a default authentication set")
    return _heads_of_users(index.users_of(methods), index)


_MAIN_MODE: Mapping[str, Writer] = {
    "proposals": main_mode_methods,
    "force_dh": forced_dh,
    "lifetime_seconds": key_lifetime,
    "quick_mode_limit": key_lifetime,
}
_QUICK_MODE: Mapping[str, Writer] = {"proposals": quick_mode, "pfs_group": perfect_forward_secrecy}
_ENDPOINTS: Mapping[str, Writer] = {"endpoint1": _endpoint1, "endpoint2": _endpoint2}
_NEEDED = frozenset({"endpoint1", "endpoint2", "action"})
"""The arguments that `consec add rule` requires."""
_COMMON: Mapping[str, Writer] = {
    "description": _text("description", "description"),
    "enabled": _flag("enable", "enabled"),
    "profiles": _profiles,
}
_RULE: Mapping[str, Writer] = {
    **_ENDPOINTS,
    "action": _action,
    "inbound": _action,
    "outbound": _action,
    **_COMMON,
    "mode": lambda rule, _index: argument("mode", value_of(rule.mode, "mode")),
    "local_tunnel_endpoint": _tunnel_endpoint("localtunnelendpoint", "local_tunnel_endpoint"),
    "remote_tunnel_endpoint": _tunnel_endpoint("remotetunnelendpoint", "remote_tunnel_endpoint"),
    "protocol": _protocol,
    "port1": lambda rule, _index: _ports("port1", rule.port1),
    "port2": lambda rule, _index: _ports("port2", rule.port2),
    "interface_types": _interface_types,
    "bypass_if_secured": _flag("exemptipsecprotectedconnections", "bypass_if_secured"),
    "require_authorization": _authorization,
    "first_authentication": _first_authentication,
    "second_authentication": _second_authentication,
    "quick_mode_crypto": _rule_quick_mode,
}
_MAIN_MODE_RULE: Mapping[str, Writer] = {
    "main_mode_crypto": _rule_main_mode,
    **_ENDPOINTS,
    "first_authentication": _first_authentication,
    **_COMMON,
}
_RENAME: Mapping[str, Writer] = {"name": _text("name", "name")}
_UNSAYABLE: Mapping[str, Writer] = {
    field: unsayable(f"{_TOOL} has no argument for the {field.replace('_', ' ')}")
    for field in ("key_modules", "forward_path_lifetime_seconds", "dynamic_tunnel", "group")
}

FORMS: dict[tuple[Dialect, str], tuple[Form, ...]] = {
    (Dialect.WFAS, "main_mode_crypto_set"): (
        Form(
            lambda _crypto, _index: (("advfirewall", "set", "global", "mainmode"),),
            _MAIN_MODE,
            serves=lambda crypto: crypto.is_default,
            separator=" ",
        ),
        Form(_main_mode_heads, _MAIN_MODE),
    ),
    (Dialect.WFAS, "quick_mode_crypto_set"): (Form(_quick_mode_heads, _QUICK_MODE),),
    (Dialect.WFAS, "authentication_set"): (Form(_authentication_heads, {"methods": advfirewall_methods}),),
    (Dialect.WFAS, "connection_security_rule"): (Form(_set_rule, {**_RULE, **_RENAME, **_UNSAYABLE}),),
    (Dialect.WFAS, "main_mode_rule"): (Form(_set_rule, {**_MAIN_MODE_RULE, **_RENAME}),),
    (Dialect.WFAS, "global_settings"): (
        Form(
            lambda _settings, _index: (("advfirewall", "set", "global", "ipsec"),),
            {
                "sa_idle_seconds": _idle_minutes,
                "exemptions": _exemptions,
                "crl_check": _crl_check,
                "nat_traversal": _nat_traversal,
            },
            separator=" ",
        ),
    ),
}


def _add(
    writers: Mapping[str, Writer], needed: frozenset[str] = frozenset()
) -> Callable[[Any, PolicyIndex], tuple[Line, ...] | Unwritable]:
    """The function that makes the command to create a rule with all its explicit fields; the rest takes the default
    sets."""

    def lines(rule: Rule, index: PolicyIndex) -> tuple[Line, ...] | Unwritable:
        own = {field: writer for field, writer in writers.items() if not _is_default_set(getattr(rule, field))}
        arguments = stated_arguments(rule, own, index, needed)
        return arguments if isinstance(arguments, Unwritable) else (Line(rule_head("add", rule), arguments),)

    return lines


def _is_default_set(value: object) -> bool:
    return isinstance(value, Reference) and value.target.upper() in DEFAULT_SET_NAMES.values()


def merge_lines(settings: GlobalSettings) -> tuple[Line, ...] | Unwritable:
    """The commands that set the profiles in which local rules apply beside those of group policy."""
    lines: list[Line] = []
    for profile, setting in settings.local_rules_merge.items():
        if setting.known is None:
            return Unwritable("whether local rules count was not understood")
        word = "enable" if setting.known else "disable"
        head: Head = ("advfirewall", "set", f"{profile}profile", "settings", "localconsecrules", word)
        lines.append(Line(head))
    return tuple(lines)


ADDITIONS: dict[tuple[Dialect, str], Callable[[Any, PolicyIndex], tuple[Line, ...] | Unwritable]] = {
    (Dialect.WFAS, "connection_security_rule"): _add({**_RULE, **_UNSAYABLE}, _NEEDED),
    (Dialect.WFAS, "main_mode_rule"): _add(_MAIN_MODE_RULE),
}
REMOVALS: dict[tuple[Dialect, str], Callable[[Any, PolicyIndex], tuple[Head, ...] | Unwritable]] = {
    (Dialect.WFAS, "connection_security_rule"): _delete_rule,
    (Dialect.WFAS, "main_mode_rule"): _delete_rule,
}
