"""The packets of a rule, as boxes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ipseclint.model.policy import ConnectionSecurityRule, FirewallRule, MainModeRule, RuleAction, RuleMode
from ipseclint.model.selectors import ANY_ADDRESS, Ports
from ipseclint.model.setting import Setting, Unknown
from ipseclint.model.site import Site
from ipseclint.semantics.address_sides import side_pairs
from ipseclint.semantics.packets.axes import IN, INTERFACES, OUT, PROFILES, Axis
from ipseclint.semantics.packets.box import (
    Box,
    Condition,
    box,
    conditions_of,
    mirrored_conditions,
    mirrored_services,
    services,
)
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.rules import Form, Parts, box_of
from ipseclint.vocabulary.addresses import AddressKeyword

FIELDS_OF_SCOPE = ("enabled", "profiles", "endpoint1", "endpoint2", "protocol", "port1", "port2", "interface_types")
"""The fields of a rule that say for which packets it is."""

_NUMBERS = {name: number for names in (PROFILES, INTERFACES) for number, name in enumerate(names)}


def connection_parts(rule: ConnectionSecurityRule, site: Site) -> list[Parts]:
    """The boxes of a connection security rule as parts: each outbound box before its answer."""
    said = (
        rule.protocol.known,
        rule.port1.known or (),
        rule.port2.known or (),
        rule.interface_types.known or _ALL,
        rule.profiles.known or _ALL,
    )
    unclear = not_understood(rule)
    ends = rule.endpoint1.known or (), rule.endpoint2.known or ()
    parts: list[Parts] = []
    for here, there in (ends, ends[::-1]) if names_peers_first(rule) else (ends,):
        for one, other in side_pairs(here, there, site):
            source, destination = one.all_values, other.all_values
            conditions = conditions_of((*one.on(Axis.SOURCE), *other.on(Axis.DESTINATION), *unclear))
            out, back = _forms(one.family, conditions, *said)
            parts.append((source, destination, out))
            parts.append((destination, source, back))
    return parts


_ALL: frozenset[Any] = frozenset()


@lru_cache(maxsize=1024)
def _forms(
    family: int,
    conditions: frozenset[Condition],
    protocol: int | None,
    port1: Ports,
    port2: Ports,
    interfaces: frozenset[Any],
    profiles: frozenset[Any],
) -> tuple[Form, Form]:
    """What the outbound boxes of rules and their answers have in common, computed once for rules that say the same."""
    given = (
        None if protocol is None else IntervalSet.of(protocol),
        _port_set(port1),
        _port_set(port2),
        None,
        _numbered(interfaces) if interfaces else None,
        _numbered(profiles) if profiles else None,
        _OUTGOING,
    )
    out = services(family, given)
    return Form(family, out, conditions), Form(family, mirrored_services(out), mirrored_conditions(conditions))


def connection_boxes(rule: ConnectionSecurityRule, site: Site) -> tuple[Box, ...]:
    """The packets of a connection security rule, outbound and inbound."""
    return tuple(map(box_of, connection_parts(rule, site)))


def names_peers_first(rule: ConnectionSecurityRule) -> bool:
    """Whether an exemption names its peers as endpoint 1 and any address as endpoint 2.

    A transport rule holds whichever of its endpoints the machine is in (Microsoft's page on Endpoints); in such a rule
    it is in endpoint 2. In other rules endpoint 1 is the machine's own side, as the cmdlets call it.
    """
    return (
        rule.action.known is RuleAction.EXEMPT
        and rule.mode.known is RuleMode.TRANSPORT
        and rule.filter_list is None
        and not (rule.port1.known or rule.port2.known)
        and any(each.is_any for each in rule.endpoint2.known or ())
        and not any(each.is_any or each.keyword is AddressKeyword.ME for each in rule.endpoint1.known or ())
    )


def not_understood(rule: ConnectionSecurityRule | MainModeRule) -> tuple[Condition, ...]:
    """A condition for each part of a rule that was not understood: it can only narrow the rule."""
    unclear = [name for name in FIELDS_OF_SCOPE if type(getattr(getattr(rule, name, None), "value", None)) is Unknown]
    return tuple(Condition(None, f"{name} of {rule.name}{_UNCLEAR}") for name in unclear) if unclear else ()


_UNCLEAR = " was not understood"


def may_part(one: Box, other: Box) -> bool:
    """Whether parts of two rules that were not understood may keep their packets apart."""
    return any(condition.name.endswith(_UNCLEAR) for condition in one.conditions ^ other.conditions)


def main_mode_boxes(rule: MainModeRule, site: Site) -> tuple[Box, ...]:
    """The packets to the peers of a main-mode rule."""
    profile, unclear = numbers_of(rule.profiles), not_understood(rule)
    return tuple(
        box(
            source.family,
            source=source.values,
            destination=destination.values,
            direction=IntervalSet.of(OUT),
            conditions=(*source.on(Axis.SOURCE), *destination.on(Axis.DESTINATION), *unclear),
            profile=profile,
        )
        for source, destination in side_pairs(rule.endpoint1.known or (), rule.endpoint2.known or (), site)
    )


def inbound_firewall_boxes(rule: FirewallRule, site: Site) -> tuple[Box, ...]:
    """The inbound packets of a firewall rule; a part that was not understood counts as any value."""
    return tuple(
        box(
            peer.family,
            source=peer.values,
            protocol=_protocol(rule.protocol),
            source_port=_ports(rule.remote_ports),
            destination_port=_ports(rule.local_ports),
            profile=numbers_of(rule.profiles),
            direction=IntervalSet.of(IN),
            conditions=(*peer.on(Axis.SOURCE), own_address(IN)),
        )
        for _, peer in side_pairs((ANY_ADDRESS,), rule.remote.known or (), site)
    )


def own_address(direction: int) -> Condition:
    """The condition on packets of this machine: an own address is the source outbound, the destination inbound."""
    return Condition(Axis.DESTINATION if direction == IN else Axis.SOURCE, AddressKeyword.ME.value)


_OUTGOING = IntervalSet.of(OUT)


def _protocol(setting: Setting[int | None]) -> IntervalSet | None:
    number = setting.known
    return None if number is None else IntervalSet.of(number)


def _ports(setting: Setting[Ports]) -> IntervalSet | None:
    return _port_set(setting.known or ())


def _port_set(ports: Ports) -> IntervalSet | None:
    return IntervalSet.of(*((each.first, each.last) for each in ports)) if ports else None


def numbers_of(setting: Setting[frozenset[Any]]) -> IntervalSet | None:
    """The profiles or types of interface of a rule, None for all."""
    return _numbered(setting.known) if setting.known else None


@lru_cache(maxsize=256)
def _numbered(values: frozenset[Any]) -> IntervalSet:
    """The profiles or interfaces as numbers, computed once for each value: thousands of rules name the same."""
    return IntervalSet.of(*(_NUMBERS[each.value] for each in values))
