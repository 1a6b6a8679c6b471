"""Connection security rules and main-mode rules: MSFT_NetConSecRule and MSFT_NetMainModeRule."""

from __future__ import annotations

from typing import Any

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.policy_parts import DEFAULT_KEY_MODULES
from ipseclint.formats.kit.read import UNSET, addresses, flags, number, unknown, word
from ipseclint.formats.kit.token import OpenToken
from ipseclint.formats.powershell.filters import CMDLETS, Filters
from ipseclint.formats.powershell.instance import Instance
from ipseclint.formats.powershell.values import flag, identity, reference
from ipseclint.formats.powershell.words import (
    ENABLED,
    KEY_MODULE_BITS,
    KEY_MODULES,
    MODES,
    PROFILE_BITS,
    PROFILES,
    SECURITIES,
)
from ipseclint.model.policy import (
    ALL_PROFILES,
    ConnectionSecurityRule,
    Dialect,
    MainModeRule,
    Profile,
    RuleAction,
    RuleMode,
    Security,
)
from ipseclint.model.selectors import Address, Addresses
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.vocabulary import cim
from ipseclint.vocabulary.algorithms import KeyModule


def connection_rule(item: Instance, diagnostics: Diagnostics, filters: Filters) -> ConnectionSecurityRule:
    """An object as a connection security rule, with its filter objects."""
    own = rule_fields(item, diagnostics, filters)
    mode = item.text("Mode")
    inbound, outbound = (
        _security(item, "InboundSecurity", diagnostics),
        _security(item, "OutboundSecurity", diagnostics),
    )
    lifetime = item.text("MaxReturnPathLifetimeSeconds", "ForwardPathLifetime")
    enforcement = item.texts("EnforcementStatus")
    return ConnectionSecurityRule(
        **own,
        span=item.span,
        dialect=Dialect.WFAS,
        group=_plain(item, "RuleGroup", "Group", "DisplayGroup"),
        enabled=enabled(item, diagnostics),
        profiles=profiles(item, diagnostics),
        mode=item.left_out(diagnostics, "Mode") or default(RuleMode.TRANSPORT, item.span)
        if mode is None
        else word(mode, MODES, "mode", diagnostics),
        action=_action(inbound, outbound),
        inbound=inbound,
        outbound=outbound,
        key_modules=_key_modules(item, diagnostics),
        first_authentication=reference(item, "Phase1AuthSet", "first-authentication"),
        second_authentication=reference(item, "Phase2AuthSet", "second-authentication"),
        quick_mode_crypto=reference(item, "QuickModeCryptoSet", "quick-mode-crypto"),
        main_mode_crypto=reference(item, "MainModeCryptoSet", "main-mode-crypto"),
        local_tunnel_endpoint=_tunnel_end(item, "LocalTunnelEndpoint", None, diagnostics),
        remote_tunnel_endpoint=_tunnel_end(
            item, "RemoteTunnelEndpoint", ("RemoteTunnelEndpointDNSName", "RemoteTunnelHostname"), diagnostics
        ),
        bypass_if_secured=flag(item, "BypassTunnelIfEncrypted", diagnostics, "EncryptedTunnelBypass"),
        require_authorization=flag(item, "RequireAuthorization", diagnostics),
        forward_path_lifetime_seconds=None
        if lifetime is None
        else number(lifetime, "lifetime in seconds", diagnostics),
        point_to_site=_point_to_site(item, diagnostics),
        enforcement=Setting(", ".join(each.text for each in enforcement), enforcement[0].span) if enforcement else None,
        store=store_of(item),
    )


def rule_fields(item: Instance, diagnostics: Diagnostics, filters: Filters) -> dict[str, Any]:
    """The fields of a connection security rule that filter objects hold, and those that tell it from rules like it."""
    parts = filters.of(item)
    parts.note_missing(CMDLETS, diagnostics)
    parts.note_interfaces(diagnostics)
    return {
        "name": name_of(item),
        "id": id_of(item),
        "description": _plain(item, "Description"),
        "endpoint1": parts.endpoint("LocalAddress", "LocalIP", diagnostics=diagnostics),
        "endpoint2": parts.endpoint("RemoteAddress", "RemoteIP", diagnostics=diagnostics),
        "protocol": parts.protocol(diagnostics),
        "port1": parts.ports("LocalPort", diagnostics),
        "port2": parts.ports("RemotePort", diagnostics),
        "interface_types": parts.interface_types(diagnostics),
    }


def _point_to_site(item: Instance, diagnostics: Diagnostics) -> Setting[bool] | None:
    """Whether the tunnel is point-to-site, the only type that `-TunnelType` names (New-NetIPsecRule, 2025)."""
    kind = item.text("TunnelType")
    if kind is None or kind.word in UNSET or kind.word == _NO_TYPE:
        return None
    if kind.word not in _POINT_TO_SITE:
        diagnostics.not_understood(f"unknown type of tunnel {quoted(kind.text)}", kind.span)
        return Setting(Unknown(kind.text), kind.span)
    return Setting(True, kind.span)


_POINT_TO_SITE = frozenset({"pointtosite", "1"})
_NO_TYPE = "0"
"""Reasoned: the enumeration has one value, so that an export of other rules can only say its nought."""


def main_mode_rule(item: Instance, diagnostics: Diagnostics, filters: Filters) -> MainModeRule:
    """An object as a main-mode rule, with the addresses of its filter object."""
    return MainModeRule(
        **main_mode_rule_fields(item, diagnostics, filters),
        span=item.span,
        dialect=Dialect.WFAS,
        group=_plain(item, "RuleGroup", "Group", "DisplayGroup"),
        enabled=enabled(item, diagnostics),
        profiles=profiles(item, diagnostics),
        main_mode_crypto=reference(item, "MainModeCryptoSet", "main-mode-crypto"),
        first_authentication=reference(item, "Phase1AuthSet", "first-authentication"),
        store=store_of(item),
    )


def main_mode_rule_fields(item: Instance, diagnostics: Diagnostics, filters: Filters) -> dict[str, Any]:
    """The fields of a main-mode rule that its filter object holds, and those that tell it from rules like it."""
    parts = filters.of(item)
    parts.note_missing(("msft_netaddressfilter",), diagnostics)
    return {
        "name": name_of(item),
        "id": id_of(item),
        "description": _plain(item, "Description"),
        "endpoint1": parts.endpoint("LocalAddress", "LocalIP", diagnostics=diagnostics),
        "endpoint2": parts.endpoint("RemoteAddress", "RemoteIP", diagnostics=diagnostics),
    }


def name_of(item: Instance) -> str:
    """The name that an administrator sees."""
    value = item.text("DisplayName", "ElementName", "IPsecRuleName", "Name", "InstanceID")
    return "" if value is None else value.text


def id_of(item: Instance) -> str | None:
    """The id by which other objects refer to it."""
    value = item.text("InstanceID", "IPsecRuleName", "Name", "ID")
    return None if value is None else identity(value.text)


def store_of(item: Instance) -> str | None:
    """The GPO that an object comes from; None for the machine's own store."""
    kind, store = item.text("PolicyStoreSourceType"), item.text("PolicyStoreSource")
    if kind is None or store is None or kind.word not in cim.GROUP_POLICY:
        return None
    return store.text


def is_from_windows(item: Instance) -> bool:
    """Whether the object is built into Windows."""
    store = item.text("PolicyStoreSource")
    return store is not None and store.word == cim.SYSTEM_DEFAULTS


def _plain(item: Instance, *names: str) -> str | None:
    value = item.text(*names)
    return None if value is None else value.text


def enabled(item: Instance, diagnostics: Diagnostics) -> Setting[bool]:
    """Whether a rule is enabled."""
    value = item.text("Enabled")
    if value is None and (absent := item.by_default(value=True)) is not None:
        return absent
    if value is None and (selected := item.left_out(diagnostics, "Enabled")) is not None:
        return selected
    if value is None:
        diagnostics.malformed("a rule without `Enabled`", item.span)
        return Setting(Unknown(""), item.span)
    return word(value, ENABLED, "value of `Enabled`", diagnostics)


def profiles(item: Instance, diagnostics: Diagnostics) -> Setting[frozenset[Profile]]:
    """The profiles that a rule applies to."""
    given = flags(item.texts("Profiles", "Profile"), PROFILE_BITS, PROFILES, "profile", diagnostics)
    if given is None:
        return item.left_out(diagnostics, "Profiles", "Profile") or default(ALL_PROFILES, item.span)
    return Setting(ALL_PROFILES if given.value == frozenset() else given.value, given.span)


def _security(item: Instance, name: str, diagnostics: Diagnostics) -> Setting[Security]:
    value = item.text(name)
    if value is None and (absent := item.by_default(Security.NONE)) is not None:
        return absent
    if value is None and (selected := item.left_out(diagnostics, name)) is not None:
        return selected
    if value is None:
        diagnostics.malformed(f"a rule without `{name}`", item.span)
        return Setting(Unknown(""), item.span)
    return word(value, SECURITIES, f"value of `{name}`", diagnostics)


def _action(inbound: Setting[Security], outbound: Setting[Security]) -> Setting[RuleAction]:
    if inbound.known is None or outbound.known is None:
        return Setting(Unknown(""), inbound.span)
    exempt = inbound.known is Security.NONE and outbound.known is Security.NONE
    return Setting(RuleAction.EXEMPT if exempt else RuleAction.NEGOTIATE, inbound.span)


def _key_modules(item: Instance, diagnostics: Diagnostics) -> Setting[frozenset[KeyModule]]:
    modules = flags(item.texts("KeyModule"), KEY_MODULE_BITS, KEY_MODULES, "key module", diagnostics)
    if modules is None and (unsaid := item.left_out(diagnostics, "KeyModule")) is not None:
        return unsaid
    if modules is None or modules.value == frozenset():
        return default(DEFAULT_KEY_MODULES, item.span if modules is None else modules.span)
    return modules


def _tunnel_end(
    item: Instance, name: str, host: tuple[str, ...] | None, diagnostics: Diagnostics
) -> Setting[Addresses] | None:
    host_name = item.text(*host) if host else None
    if isinstance(host_name, OpenToken):
        return Setting(unknown(host_name, "name of a gateway", diagnostics), host_name.span)
    if host_name is not None:
        return Setting((Address(name=host_name.text),), host_name.span)
    values = item.texts(name)
    mode = item.text("Mode")
    is_tunnel = mode is not None and mode.word in MODES and MODES[mode.word] is RuleMode.TUNNEL
    if is_tunnel and (missing := item.left_out(diagnostics, name, *(host or ()))) is not None:
        return missing
    nothing = {"none"} if is_tunnel else {"any", "none"}
    if not values or all(each.word in nothing for each in values):
        return None
    return addresses(values, diagnostics)
