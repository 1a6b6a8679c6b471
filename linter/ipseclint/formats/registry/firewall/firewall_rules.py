"""FirewallRules: each value is one firewall rule (MS-GPFAS 2.2.2.19). Those that bear on IPsec are read."""

from __future__ import annotations

from collections.abc import Sequence

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.read import word
from ipseclint.formats.kit.token import Token
from ipseclint.formats.registry.firewall.fields import Fields, parse_fields
from ipseclint.formats.registry.firewall.rules import flag, profiles, protocol, text
from ipseclint.formats.registry.tree import Value
from ipseclint.model.policy import Direction, FirewallAction, FirewallRule
from ipseclint.model.selectors import ANY_ADDRESS, Ports
from ipseclint.model.setting import Setting, default
from ipseclint.vocabulary.rows import folded, readings
from ipseclint.words import slip_of

_ACTION, _ALLOWS, _SECURES = "|action=", "|action=allow|", "|sec"
"""What the text of most rules holds, folded, and one that demands security, whatever the field is called."""

_DIRECTIONS = folded(readings(Direction, lambda direction: direction.row.registry))
_ACTIONS = folded(readings(FirewallAction, lambda action: action.row.registry))
_SECURITY = ("Security", "Security2_9", "Security2")
"""What a rule demands of its traffic; newer fields add to older ones."""

_OTHER_CONDITIONS = (
    "App", "Svc", "IF", "IFType", "LA4", "LA6", "RMauth", "RUAuth", "LUAuth", "LUOwn", "AppPkgId", "Platform",
)  # fmt: skip
"""Conditions that narrow a rule further and are not modelled."""

_NAMES = {name.casefold(): name for name in ("Active", "Profile", "Protocol", "LPort", "RPort", "Security")}
"""The fields by folded name without which a rule is another; shorter names are too alike."""


def firewall_rule(value: Value, store: str | None, diagnostics: Diagnostics) -> FirewallRule | None:
    """The rule in a value, if it requires security or blocks; None for the many others."""
    folded = value.text.text.casefold()
    if _ALLOWS in folded and _SECURES not in folded and folded.count(_ACTION) == 1:
        return None
    fields = parse_fields(value, diagnostics)
    if fields is None:
        return None
    action, direction = fields.one("Action", diagnostics), fields.one("Dir", diagnostics)
    if action is None or direction is None:
        diagnostics.malformed("a firewall rule without `Action` or `Dir`", fields.span)
        return None
    securities = [field for key in _SECURITY for field in fields.all(key) if field.text]
    security = securities[0] if securities else None
    remote = [each for key in ("RA4", "RA6") for each in fields.all(key)]
    rule = FirewallRule(
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
        remote=read.addresses(remote, _of_numbers(remote, diagnostics)) or default((ANY_ADDRESS,), fields.span),
        security=None if security is None else Setting(security.text, security.span),
        narrowed=any(fields.all(key) for key in _OTHER_CONDITIONS),
        store=store,
    )
    for name, data in fields.left():
        if (meant := slip_of(name.casefold(), _NAMES)) is not None:
            diagnostics.not_understood(
                f"unknown field {quoted(name)} of a firewall rule; did you mean {_NAMES[meant]}?", data.span
            )
    return rule


def _of_numbers(given: Sequence[Token], diagnostics: Diagnostics) -> Diagnostics:
    """The diagnostics for ports or addresses: words among them, resolved at run time, are no problem."""
    return diagnostics if any(each.text[:1].isdecimal() for each in given) else Diagnostics(diagnostics.path)


def _ports(fields: Fields, key: str, diagnostics: Diagnostics) -> Setting[Ports]:
    given = [*fields.all(key), *fields.all(f"{key}2_10")]
    return read.ports(given, _of_numbers(given, diagnostics)) or default((), fields.span)
