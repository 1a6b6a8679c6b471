"""ConSecRules and MainModeRules: each value is one rule (MS-GPFAS 2.2.6.2, 2.2.7.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.policy_parts import DEFAULT_KEY_MODULES
from ipseclint.formats.kit.read import number, unknown, word
from ipseclint.formats.registry.firewall.fields import KNOWN_VERSIONS, Fields, parse_fields
from ipseclint.formats.registry.firewall.words import (
    ACTIONS,
    BOOLEANS,
    DEFAULT_KEY_MODULE,
    INTERFACE_TYPES,
    KEY_MODULES,
    PROFILES,
)
from ipseclint.formats.registry.tree import Value
from ipseclint.model.policy import (
    ALL_PROFILES,
    ConnectionSecurityRule,
    Dialect,
    InterfaceType,
    MainModeRule,
    Profile,
    Reference,
    RegistryValue,
    RuleAction,
    RuleMode,
    Security,
)
from ipseclint.model.selectors import ANY_ADDRESS, Address, Addresses, Ports
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.vocabulary.algorithms import KeyModule

STATIC_TUNNEL = ("RTunnel4", "RTunnel6", "RTunEndpts4", "RTunEndpts6", "RTunnelFqdn")
"""Remote tunnel endpoints; RTunEndpts may repeat."""

_REMOTE = (*STATIC_TUNNEL, "RTunnel4_2", "RTunnel6_2")
_LOCAL = ("LTunnel4", "LTunnel6", "LTunnel4_2", "LTunnel6_2")
_DYNAMIC = ("RTunnel4_2", "RTunnel6_2", "LTunnel4_2", "LTunnel6_2")

_KNOWN = (
    "Platform",
    "Platform2",
    "SkipVer",
    "KeyManagerDictate",
    "KeyManagerNotify",
    "TransportMachineAuthzSDDL",
    "TransportUserAuthzSDDL",
    "SecurityRealmEnabled",
)
"""Which Windows a rule is for, who manages its keys, and who may connect: nothing that the model holds."""

T = TypeVar("T")

_ANYWHERE: Addresses = (ANY_ADDRESS,)

Aliases = Mapping[str, str]
"""Ids of default sets, folded, and the ids of the sets that stand in for them in a GPO."""


def connection_rule(
    value: Value, store: str | None, aliases: Aliases, diagnostics: Diagnostics
) -> tuple[ConnectionSecurityRule, list[RegistryValue]] | None:
    """The rule in a value of ConSecRules, and its unknown fields; None if it is no rule."""
    fields = parse_fields(value, diagnostics)
    if fields is None:
        return None
    span = fields.span
    action, inbound, outbound = _action(fields, diagnostics)
    remote, local = _tunnel_ends(fields, _REMOTE, diagnostics), _tunnel_ends(fields, _LOCAL, diagnostics)
    dynamic = [each for key in _DYNAMIC for each in fields.all(key)]
    tunnel = remote is not None or local is not None
    lifetime = fields.one("FwdLifetime", diagnostics)
    for interface in fields.all("IF"):
        diagnostics.not_understood(
            "the rule holds on one network interface only, which is not modelled", interface.span
        )
    rule = ConnectionSecurityRule(
        name=text(fields, "Name", diagnostics) or value.name,
        id=value.name or None,
        span=span,
        dialect=Dialect.WFAS,
        description=text(fields, "Desc", diagnostics),
        group=text(fields, "EmbedCtxt", diagnostics),
        # Absent means not active (2.2.6.2).
        enabled=flag(fields, "Active", diagnostics) or default(False, span),
        profiles=profiles(fields, diagnostics),
        mode=Setting(RuleMode.TUNNEL, remote.span if remote else span) if tunnel else default(RuleMode.TRANSPORT, span),
        action=action,
        inbound=inbound,
        outbound=outbound,
        endpoint1=_endpoint(fields, "EP1", diagnostics),
        endpoint2=_endpoint(fields, "EP2", diagnostics),
        protocol=protocol(fields, diagnostics),
        port1=_ports(fields, "EP1", diagnostics),
        port2=_ports(fields, "EP2", diagnostics),
        interface_types=_interface_types(fields, diagnostics),
        key_modules=_key_modules(fields, diagnostics),
        first_authentication=_reference(fields, "Auth1Set", aliases, diagnostics),
        second_authentication=_reference(fields, "Auth2Set", aliases, diagnostics),
        quick_mode_crypto=_reference(fields, "Crypto2Set", aliases, diagnostics),
        remote_tunnel_endpoint=remote,
        local_tunnel_endpoint=local,
        dynamic_tunnel=Setting(True, dynamic[0].span) if dynamic else None,
        bypass_if_secured=flag(fields, "ByPassTunnel", diagnostics),
        require_authorization=flag(fields, "Authz", diagnostics),
        forward_path_lifetime_seconds=number(lifetime, "lifetime in seconds", diagnostics) if lifetime else None,
        store=store,
    )
    return rule, _unknown_fields(fields, value, diagnostics)


def main_mode_rule(
    value: Value, store: str | None, aliases: Aliases, diagnostics: Diagnostics
) -> tuple[MainModeRule, list[RegistryValue]] | None:
    """The rule in a value of MainModeRules, and its unknown fields; None if it is no rule."""
    fields = parse_fields(value, diagnostics)
    if fields is None:
        return None
    rule = MainModeRule(
        name=text(fields, "Name", diagnostics) or value.name,
        id=value.name or None,
        span=fields.span,
        dialect=Dialect.WFAS,
        description=text(fields, "Desc", diagnostics),
        group=text(fields, "EmbedCtxt", diagnostics),
        enabled=flag(fields, "Active", diagnostics) or default(False, fields.span),
        profiles=profiles(fields, diagnostics),
        endpoint1=_endpoint(fields, "EP1", diagnostics),
        endpoint2=_endpoint(fields, "EP2", diagnostics),
        main_mode_crypto=_reference(fields, "Crypto1Set", aliases, diagnostics),
        first_authentication=_reference(fields, "Auth1Set", aliases, diagnostics),
        store=store,
    )
    return rule, _unknown_fields(fields, value, diagnostics)


def _action(
    fields: Fields, diagnostics: Diagnostics
) -> tuple[Setting[RuleAction], Setting[Security], Setting[Security]]:
    value = fields.one("Action", diagnostics)
    clear = flag(fields, "SecureInClearOut", diagnostics)
    meaning = None if value is None else ACTIONS.get(value.word)
    span = fields.span if value is None else value.span
    if meaning is None:
        if value is None:
            diagnostics.malformed("a rule without `Action`", span)
        nothing = Unknown("") if value is None else unknown(value, "action", diagnostics)
        return Setting(nothing, span), Setting(nothing, span), Setting(nothing, span)
    action, inbound, outbound = meaning
    if clear is not None and clear.known and action is RuleAction.NEGOTIATE:
        return Setting(action, span), Setting(inbound, span), Setting(Security.NONE, clear.span)
    return Setting(action, span), Setting(inbound, span), Setting(outbound, span)


def profiles(fields: Fields, diagnostics: Diagnostics) -> Setting[frozenset[Profile]]:
    """The profiles of a rule; all if absent."""
    members = [word(profile, PROFILES, "profile", diagnostics) for profile in fields.all("Profile")]
    return _members(members) or default(ALL_PROFILES, fields.span)


def _interface_types(fields: Fields, diagnostics: Diagnostics) -> Setting[frozenset[InterfaceType]]:
    members = [
        word(interface_type, INTERFACE_TYPES, "interface type", diagnostics) for interface_type in fields.all("IFType")
    ]
    return _members(members) or default(frozenset(), fields.span)


def _key_modules(fields: Fields, diagnostics: Diagnostics) -> Setting[frozenset[KeyModule]]:
    given = [key_module for key_module in fields.all("KeyMod") if key_module.word != DEFAULT_KEY_MODULE]
    members = [word(each, KEY_MODULES, "key module", diagnostics) for each in given]
    return _members(members) or default(DEFAULT_KEY_MODULES, fields.span)


def _members(settings: list[Setting[T]]) -> Setting[frozenset[T]] | None:
    """Single values joined to a set; None if there are none."""
    if not settings:
        return None
    values = [each.value for each in settings]
    strange = next((each for each in values if isinstance(each, Unknown)), None)
    return Setting(strange or frozenset(each for each in values if not isinstance(each, Unknown)), settings[0].span)


def _endpoint(fields: Fields, end: str, diagnostics: Diagnostics) -> Setting[Addresses]:
    given = [field for family in ("_4", "_6") for field in fields.all(end + family)]
    return read.addresses(given, diagnostics) or default(_ANYWHERE, fields.span)


def _tunnel_ends(fields: Fields, keys: tuple[str, ...], diagnostics: Diagnostics) -> Setting[Addresses] | None:
    names = fields.all("RTunnelFqdn") if "RTunnelFqdn" in keys else []
    given = [field for key in keys if key != "RTunnelFqdn" for field in fields.all(key)]
    if names:
        return Setting(tuple(Address(name=each.text) for each in names), names[0].span)
    return read.addresses(given, diagnostics)


def protocol(fields: Fields, diagnostics: Diagnostics) -> Setting[int | None]:
    """The protocol of a rule; None is any."""
    value = fields.one("Protocol", diagnostics)
    return default(None, fields.span) if value is None else read.protocol(value, diagnostics)


def _ports(fields: Fields, end: str, diagnostics: Diagnostics) -> Setting[Ports]:
    given = [*fields.all(f"{end}Port"), *fields.all(f"{end}Port2_10")]
    return read.ports(given, diagnostics) or default((), fields.span)


def _reference(fields: Fields, key: str, aliases: Aliases, diagnostics: Diagnostics) -> Reference | None:
    value = fields.one(key, diagnostics)
    if value is None or not value.text:
        return None
    return Reference(target=aliases.get(value.text.casefold(), value.text), span=value.span)


def flag(fields: Fields, key: str, diagnostics: Diagnostics) -> Setting[bool] | None:
    """A boolean field; None if it is absent."""
    value = fields.one(key, diagnostics)
    return None if value is None else word(value, BOOLEANS, f"value of `{key}`", diagnostics)


def text(fields: Fields, key: str, diagnostics: Diagnostics) -> str | None:
    """A text field; None if it is absent or empty."""
    value = fields.one(key, diagnostics)
    return value.text if value is not None and value.text else None


def _unknown_fields(fields: Fields, value: Value, diagnostics: Diagnostics) -> list[RegistryValue]:
    fields.ignore(*_KNOWN)
    kept = []
    for name, data in fields.left():
        diagnostics.not_understood(f"unknown field {quoted(name)} in a rule ({KNOWN_VERSIONS})", data.span)
        kept.append(RegistryValue(path=f"{value.name}|{name}", data=Setting(data.text, data.span)))
    return kept
