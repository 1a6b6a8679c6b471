"""Rules of the firewall itself, as in `New-NetFirewallRule`: those that require security, or block.

Parameters and words: New-NetFirewallRule (NetSecurity reference of Windows Server 2025).
"""

from __future__ import annotations

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.powershell.filters import Filters
from ipseclint.formats.powershell.instance import Instance
from ipseclint.formats.powershell.rules import enabled, id_of, name_of, profiles, store_of
from ipseclint.formats.powershell.values import flag, ports
from ipseclint.model.policy import Direction, FirewallAction, FirewallRule
from ipseclint.model.selectors import ANY_ADDRESS, Ports
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.vocabulary.protocols import RUN_TIME_PORTS
from ipseclint.vocabulary.rows import codes

_DIRECTIONS = codes(Direction, lambda direction: direction.row.number, lambda direction: direction.row.powershell)
_ACTIONS = codes(FirewallAction, lambda action: action.row.number, lambda action: action.row.powershell) | {
    "notconfigured": FirewallAction.ALLOW
}
_DEMANDS = {"required": "authenticate", "noencap": "authnoencap"}
_ENCRYPTED = {"required": "authenc", "dynamic": "authdynenc"}
_NOT_REQUIRED = "notrequired"
_PORTS_AT_RUN_TIME = frozenset(word for ports in RUN_TIME_PORTS for word in ports.powershell)
_OTHER_CONDITIONS = (
    "Program", "Package", "Service", "LocalAddress", "InterfaceAlias", "InterfaceType", "LocalUser", "RemoteUser",
    "RemoteMachine", "Owner", "DynamicTarget", "Platform",
)  # fmt: skip
"""Conditions that narrow a rule further and are not modelled, unless they are `Any`."""


def firewall_rule(item: Instance, filters: Filters, diagnostics: Diagnostics) -> FirewallRule | None:
    """An object as a firewall rule, if it requires security or blocks; None for the many others.

    In a script one command has all properties; an export has ports, addresses and the rest in separate filter objects.
    """
    action = _action(item, diagnostics)
    security = _security(item, diagnostics)
    if security is None and action.known is FirewallAction.ALLOW:
        return None
    parts = filters.of(item).by_class
    of_ports, of_addresses = parts["msft_netprotocolportfilter"] or item, parts["msft_netaddressfilter"] or item
    direction, protocol = item.text("Direction"), of_ports.text("Protocol")
    narrowing = [value for name in _OTHER_CONDITIONS for value in item.texts(name)]
    return FirewallRule(
        name=name_of(item),
        id=id_of(item),
        span=item.span,
        enabled=enabled(item, diagnostics),
        direction=default(Direction.INBOUND, item.span)
        if direction is None
        else read.word(direction, _DIRECTIONS, "direction", diagnostics),
        action=action,
        profiles=profiles(item, diagnostics),
        protocol=of_ports.left_out(diagnostics, "Protocol") or default(None, of_ports.span)
        if protocol is None
        else read.protocol(protocol, diagnostics),
        local_ports=_ports(of_ports, "LocalPort", diagnostics),
        remote_ports=_ports(of_ports, "RemotePort", diagnostics),
        remote=read.addresses(of_addresses.texts("RemoteAddress"), diagnostics)
        or of_addresses.left_out(diagnostics, "RemoteAddress")
        or default((ANY_ADDRESS,), of_addresses.span),
        security=security,
        narrowed=item.left_out(diagnostics, "Program") is not None or any(value.word != "any" for value in narrowing),
        store=store_of(item),
    )


def _action(item: Instance, diagnostics: Diagnostics) -> Setting[FirewallAction]:
    written = item.text("Action")
    if written is None:
        return default(FirewallAction.ALLOW, item.span)
    action = read.word(written, _ACTIONS, "firewall action", diagnostics)
    overrides = flag(item, "OverrideBlockRules", diagnostics)
    if action.known is FirewallAction.ALLOW and overrides is not None and overrides.known:
        return Setting(FirewallAction.BYPASS, action.span)
    return action


def _security(item: Instance, diagnostics: Diagnostics) -> Setting[str] | None:
    authentication, encryption = item.text("Authentication"), item.text("Encryption")
    if encryption is not None and encryption.word != _NOT_REQUIRED:
        return read.word(encryption, _ENCRYPTED, "value of `Encryption`", diagnostics)
    if authentication is None or authentication.word == _NOT_REQUIRED:
        return None
    return read.word(authentication, _DEMANDS, "value of `Authentication`", diagnostics)


def _ports(item: Instance, name: str, diagnostics: Diagnostics) -> Setting[Ports]:
    given = item.texts(name)
    at_run_time = next((port for port in given if port.word in _PORTS_AT_RUN_TIME), None)
    if at_run_time is not None:
        return Setting(Unknown(at_run_time.text), at_run_time.span)
    return ports(item, name, diagnostics) or item.left_out(diagnostics, name) or default((), item.span)
