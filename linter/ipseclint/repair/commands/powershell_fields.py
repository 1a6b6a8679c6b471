"""The cmdlet and parameter for each field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from ipseclint.model.machine import Crypto, PolicyIndex
from ipseclint.model.policy import (
    UNNAMED_GPO,
    AuthenticationSet,
    AuthPhase,
    ConnectionSecurityRule,
    Dialect,
    DosProtection,
    GlobalSettings,
    PolicyObject,
    Reference,
    RuleAction,
)
from ipseclint.repair.commands import powershell_values as values
from ipseclint.repair.commands.arguments import (
    GPO_PLACEHOLDER,
    Unwritable,
    has_wildcard,
    joined,
    powershell_string,
    value_of,
)
from ipseclint.repair.commands.powershell_values import Text, parameter
from ipseclint.vocabulary import cim
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.rows import writings
from ipseclint.vocabulary.settings import (
    CrlCheck,
    Exemption,
    InterfaceType,
    KeyEncoding,
    NatTraversal,
    PacketQueuing,
    RuleMode,
    Security,
)

Writer = Callable[[Any, PolicyIndex], Text]
_MODES = writings(RuleMode, lambda mode: mode.row.powershell)
_SECURITIES = writings(Security, lambda security: security.row.powershell)
_INTERFACE_TYPES = writings(InterfaceType, lambda kind: kind.row.powershell)
_EXEMPTIONS = writings(Exemption, lambda exemption: exemption.row.powershell)
_CRL_CHECKS = writings(CrlCheck, lambda check: check.row.powershell)
_NAT_TRAVERSAL = writings(NatTraversal, lambda side: side.row.powershell)
_KEY_ENCODINGS = writings(KeyEncoding, lambda encoding: encoding.row.powershell)
_QUEUING = writings(PacketQueuing, lambda direction: direction.row.powershell)
_DOSP_KEY_MODULES = writings(
    sorted(KeyModule, key=lambda module: module.row.cim_dos_protection),
    lambda module: module.row.powershell_dos_protection,
)


class Cmdlets(Struct, frozen=True):
    """The cmdlets for one kind of object: their noun, the parameter for its id, and one for each field."""

    noun: str
    id_parameter: str
    writers: Mapping[str, Writer]


def store_parameter(subject: PolicyObject) -> str:
    """The parameter that names the GPO of an object; none for objects of the machine's own store."""
    store = getattr(subject, "store", None)
    if store is None:
        return ""
    return f" -PolicyStore {powershell_string(GPO_PLACEHOLDER if store == UNNAMED_GPO else store)}"


def cmdlets_for(subject: PolicyObject) -> Cmdlets | None:
    """The cmdlets for an object of connection security; other dialects have none."""
    if subject.dialect is not Dialect.WFAS:
        return None
    if isinstance(subject, AuthenticationSet):
        return _PHASES[subject.phase]
    return CMDLETS.get(subject.kind)


def _security(rule: ConnectionSecurityRule, _index: PolicyIndex) -> Text:
    if rule.action.known is RuleAction.EXEMPT:
        return "-InboundSecurity None -OutboundSecurity None"
    inbound = values.word(rule.inbound, _SECURITIES, "inbound security")
    outbound = values.word(rule.outbound, _SECURITIES, "outbound security")
    return joined(" ", (parameter("InboundSecurity", inbound), parameter("OutboundSecurity", outbound)))


def _set_name(name: str, field: str, getter: str, table: Callable[[PolicyIndex], Mapping[str, Crypto]]) -> Writer:
    def write(rule: Any, index: PolicyIndex) -> Text:
        reference: Reference | None = getattr(rule, field)
        if reference is None:
            return f"-{name} None" if name == "Phase2AuthSet" else Unwritable(f"PowerShell cannot empty -{name}")
        named = table(index).get(reference.target.casefold())
        if named is None or named.id is not None:
            return f"-{name} {powershell_string(named.id if named and named.id else reference.target)}"
        store, text = store_parameter(rule), powershell_string(named.name)
        if has_wildcard(named.name):
            return f"-{name} ({getter}{store} | Where-Object DisplayName -EQ {text}).Name"
        return f"-{name} ({getter} -DisplayName {text}{store}).Name"

    return write


def _setting(name: str, field: str, value: Callable[..., Text], *more: Any) -> Writer:
    """The writer of one parameter from one field."""
    return lambda subject, _index: parameter(name, value(getattr(subject, field), *more, field.replace("_", " ")))


def _full_support(settings: GlobalSettings, _index: PolicyIndex) -> Text:
    matches = value_of(settings.match_auth_set_per_key_module, "match of authentication sets")
    return matches if isinstance(matches, Unwritable) else f"-RequireFullAuthSupport {not matches}"


def _text(name: str, field: str) -> Writer:
    return lambda subject, _index: f"-{name} {powershell_string(getattr(subject, field) or '')}"


def _enabled(rule: Any, _index: PolicyIndex) -> Text:
    enabled = value_of(rule.enabled, "state")
    return enabled if isinstance(enabled, Unwritable) else f"-Enabled {enabled}"


def _interfaces(rule: ConnectionSecurityRule, _index: PolicyIndex) -> Text:
    types = values.words(rule.interface_types, _INTERFACE_TYPES, "interface type")
    return parameter("InterfaceType", "Any" if types == "None" else types)


def _aliases(name: str, field: str) -> Writer:
    def write(subject: Any, _index: PolicyIndex) -> Text:
        aliases = value_of(getattr(subject, field), field.replace("_", " "))
        return aliases if isinstance(aliases, Unwritable) else f"-{name} {values.strings(aliases)}"

    return write


MERGE_FIELD = "local_rules_merge"
"""The only field of the settings that another cmdlet sets, once for each profile."""


def merge_commands(settings: GlobalSettings, store: str) -> tuple[Text, ...]:
    """The commands that set the profiles in which local rules apply beside those of group policy."""
    return tuple(
        Unwritable("whether local rules count was not understood")
        if setting.known is None
        else f"Set-NetFirewallProfile -Profile {profile.row.powershell}{store} -AllowLocalIPsecRules {setting.known}"
        for profile, setting in settings.local_rules_merge.items()
    )


def _code_points(protection: DosProtection, _index: PolicyIndex) -> Text:
    known = [
        parameter(name, values.number(protection.dscp[field], "code point"))
        for field, name in cim.DOS_PROTECTION_CODE_POINTS.items()
        if field in protection.dscp
    ]
    return joined(" ", known)


_COMMON: Mapping[str, Writer] = {
    "description": _text("Description", "description"),
    "enabled": _enabled,
    "profiles": lambda rule, _index: parameter("Profile", values.profiles(rule)),
    "endpoint1": _setting("LocalAddress", "endpoint1", values.addresses),
    "endpoint2": _setting("RemoteAddress", "endpoint2", values.addresses),
    "first_authentication": _set_name(
        "Phase1AuthSet", "first_authentication", "Get-NetIPsecPhase1AuthSet", lambda index: index.first_authentication
    ),
}
_MAIN_MODE_RULE: Mapping[str, Writer] = {
    **_COMMON,
    "main_mode_crypto": _set_name(
        "MainModeCryptoSet", "main_mode_crypto", "Get-NetIPsecMainModeCryptoSet", lambda index: index.main_mode
    ),
}
_RULE: Mapping[str, Writer] = {
    "mode": lambda rule, _index: parameter("Mode", values.word(rule.mode, _MODES, "mode")),
    "action": _security,
    "inbound": _security,
    "outbound": _security,
    **_COMMON,
    "second_authentication": _set_name(
        "Phase2AuthSet", "second_authentication", "Get-NetIPsecPhase2AuthSet", lambda index: index.second_authentication
    ),
    "quick_mode_crypto": _set_name(
        "QuickModeCryptoSet", "quick_mode_crypto", "Get-NetIPsecQuickModeCryptoSet", lambda index: index.quick_mode
    ),
    "protocol": lambda rule, _index: parameter("Protocol", values.protocol(rule.protocol)),
    "port1": _setting("LocalPort", "port1", values.ports),
    "port2": _setting("RemotePort", "port2", values.ports),
    "interface_types": _interfaces,
    "key_modules": lambda rule, _index: parameter("KeyModule", values.key_module(rule)),
    "local_tunnel_endpoint": _setting("LocalTunnelEndpoint", "local_tunnel_endpoint", values.addresses),
    "remote_tunnel_endpoint": _setting("RemoteTunnelEndpoint", "remote_tunnel_endpoint", values.addresses),
    "bypass_if_secured": _setting("EncryptedTunnelBypass", "bypass_if_secured", values.boolean),
    "require_authorization": _setting("RequireAuthorization", "require_authorization", values.boolean),
}
_MAIN_MODE: Mapping[str, Writer] = {
    "proposals": lambda crypto, _index: parameter("Proposal", values.main_mode_proposals(crypto.proposals)),
    "lifetime_seconds": lambda crypto, _index: parameter(
        "MaxMinutes", values.minutes(crypto.lifetime_seconds, "main-mode lifetime")
    ),
    "quick_mode_limit": _setting("MaxSessions", "quick_mode_limit", values.number),
    "force_dh": _setting("ForceDiffieHellman", "force_dh", values.boolean),
}
_QUICK_MODE: Mapping[str, Writer] = {
    "proposals": lambda crypto, _index: parameter("Proposal", values.quick_mode_proposals(crypto.proposals)),
    "pfs_group": _setting("PerfectForwardSecrecyGroup", "pfs_group", values.word, values.GROUPS),
}
_AUTHENTICATION: Mapping[str, Writer] = {
    "methods": lambda each, _index: parameter("Proposal", values.authentication_proposals(each.methods)),
}
_RENAME: Mapping[str, Writer] = {"name": _text("NewDisplayName", "name")}
_GLOBAL: Mapping[str, Writer] = {
    "sa_idle_seconds": _setting("MaxSAIdleTimeSeconds", "sa_idle_seconds", values.number),
    "exemptions": _setting("Exemptions", "exemptions", values.words, _EXEMPTIONS),
    "crl_check": _setting("CertValidationLevel", "crl_check", values.word, _CRL_CHECKS),
    "nat_traversal": _setting("AllowIPsecThroughNAT", "nat_traversal", values.word, _NAT_TRAVERSAL),
    "preshared_key_encoding": _setting("KeyEncoding", "preshared_key_encoding", values.word, _KEY_ENCODINGS),
    "packet_queuing": _setting("EnablePacketQueuing", "packet_queuing", values.words, _QUEUING),
    "match_auth_set_per_key_module": _full_support,
}
_DOS_PROTECTION: Mapping[str, Writer] = {
    field: _setting(name, field, values.number) for field, name in cim.DOS_PROTECTION_NUMBERS.items()
} | {
    "dscp": _code_points,
    "key_modules": _setting("EnabledKeyingModules", "key_modules", values.words, _DOSP_KEY_MODULES),
    "public_interfaces": _aliases("PublicInterfaceAliases", "public_interfaces"),
    "internal_interfaces": _aliases("PrivateInterfaceAliases", "internal_interfaces"),
}

CMDLETS: Mapping[str, Cmdlets] = {
    "connection_security_rule": Cmdlets("NetIPsecRule", "IPsecRuleName", {**_RULE, **_RENAME}),
    "main_mode_rule": Cmdlets("NetIPsecMainModeRule", "Name", {**_MAIN_MODE_RULE, **_RENAME}),
    "main_mode_crypto_set": Cmdlets("NetIPsecMainModeCryptoSet", "Name", {**_MAIN_MODE, **_RENAME}),
    "quick_mode_crypto_set": Cmdlets("NetIPsecQuickModeCryptoSet", "Name", {**_QUICK_MODE, **_RENAME}),
    "global_settings": Cmdlets("NetFirewallSetting", "", _GLOBAL),
    "firewall_rule": Cmdlets("NetFirewallRule", "Name", {field: _COMMON[field] for field in ("enabled", "profiles")}),
    "dos_protection": Cmdlets("NetIPsecDospSetting", "Name", _DOS_PROTECTION),
}
_PHASES: Mapping[AuthPhase, Cmdlets] = {
    AuthPhase.FIRST: Cmdlets("NetIPsecPhase1AuthSet", "Name", {**_AUTHENTICATION, **_RENAME}),
    AuthPhase.SECOND: Cmdlets("NetIPsecPhase2AuthSet", "Name", {**_AUTHENTICATION, **_RENAME}),
}
