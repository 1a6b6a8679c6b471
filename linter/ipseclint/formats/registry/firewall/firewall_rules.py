"""FirewallRules: each value is one rule of the firewall (MS-GPFAS 2.2.2.19). Those that bear on IPsec are read."""

from __future__ import annotations

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.read import word
from ipseclint.formats.registry.firewall.fields import Fields, parse_fields
from ipseclint.formats.registry.firewall.rules import flag, profiles, protocol, text
from ipseclint.formats.registry.tree import Value
from ipseclint.model.policy import Direction, FirewallAction, FirewallRule
from ipseclint.model.selectors import ANY_ADDRESS, Ports
from ipseclint.model.setting import Setting, default
from ipseclint.vocabulary.rows import folded, readings

_SIGNS = ("|security", "|action=block")
"""What the text of a rule that bears on IPsec holds, folded: a demand for security, or what begins as a block."""

_DIRECTIONS = folded(readings(Direction, lambda direction: direction.row.registry))
_ACTIONS = folded(readings(FirewallAction, lambda action: action.row.registry))
_SECURITY = ("Security", "Security2_9", "Security2")
"""What a rule demands of its traffic; newer fields add to older ones."""

_OTHER_CONDITIONS = (
    "App", "Svc", "IF", "IFType", "LA4", "LA6", "RMauth", "RUAuth", "LUAuth", "LUOwn", "AppPkgId", "Platform",
)  # fmt: skip
"""Conditions that narrow a rule further and are not modelled."""


def firewall_rule(value: Value, store: str | None, diagnostics: Diagnostics) -> FirewallRule | None:
    """The rule that a value holds, if it demands security of its traffic or blocks; None for the many others."""
    folded = value.text.text.casefold()
    if not any(sign in folded for sign in _SIGNS):
        return None
    fields = parse_fields(value, diagnostics)
    if fields is None:
        return None
    action, direction = fields.one("Action", diagnostics), fields.one("Dir", diagnostics)
    if action is None or direction is None:
        diagnostics.malformed("a firewall rule without `Action` or `Dir`", fields.span)
        return None
    security = next((field for key in _SECURITY for field in fields.all(key) if field.text), None)
    remote = [each for key in ("RA4", "RA6") for each in fields.all(key)]
    return FirewallRule(
        name=text(fields, "Name", diagnostics) or value.name,
        id=value.name or None,
        span=fields.span,
        enabled=flag(fields, "Active", diagnostics) or default(False, fields.span),
        direction=word(direction, _DIRECTIONS, "direction", diagnostics),
        action=word(action, _ACTIONS, "firewall action", diagnostics),
        profiles=profiles(fields, diagnostics),
        protocol=protocol(fields, diagnostics),
        local_ports=_ports(fields, "LPort", diagnostics),
        remote_ports=_ports(fields, "RPort", diagnostics),
        remote=read.addresses(remote, Diagnostics(diagnostics.path)) or default((ANY_ADDRESS,), fields.span),
        security=None if security is None else Setting(security.text, security.span),
        narrowed=any(fields.all(key) for key in _OTHER_CONDITIONS),
        store=store,
    )


def _ports(fields: Fields, key: str, diagnostics: Diagnostics) -> Setting[Ports]:
    # A word for ports that are told at run time, such as RPC, is unknown and no problem: none of them is one of IKE's.
    given = [*fields.all(key), *fields.all(f"{key}2_10")]
    are_numbers = any(each.text[:1].isdecimal() for each in given)
    return read.ports(given, diagnostics if are_numbers else Diagnostics(fields.span.path)) or default((), fields.span)
