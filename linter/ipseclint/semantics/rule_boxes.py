"""The packets that a rule, or a filter, is for, as boxes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from ipseclint.model.policy import ConnectionSecurityRule, FirewallRule, MainModeRule
from ipseclint.model.selectors import ANY_ADDRESS, LegacyFilter, Ports, WfpFilter
from ipseclint.model.setting import Setting, Unknown
from ipseclint.model.site import Site
from ipseclint.semantics.address_sides import AddressSide, side_pairs
from ipseclint.semantics.packets.axes import IN, INTERFACES, OUT, PROFILES, Axis
from ipseclint.semantics.packets.box import Box, Condition, box, box_between, services
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.vocabulary.addresses import AddressKeyword

_NUMBERS = {name: number for names in (PROFILES, INTERFACES) for number, name in enumerate(names)}


def connection_boxes(rule: ConnectionSecurityRule, site: Site) -> tuple[Box, ...]:
    """The packets of a connection security rule, those that go out and those that come in."""
    out = {
        "protocol": _protocol(rule.protocol),
        "source_port": _ports(rule.port1),
        "destination_port": _ports(rule.port2),
        "interface": _numbers(rule.interface_types),
        "profile": _numbers(rule.profiles),
    }
    unclear = not_understood(rule)
    return tuple(
        one
        for source, destination in side_pairs(rule.endpoint1.known or (), rule.endpoint2.known or (), site)
        for one in _both_ways(source, destination, out, unclear)
    )


def not_understood(rule: ConnectionSecurityRule | MainModeRule) -> tuple[Condition, ...]:
    """A condition for each part of a rule that was not understood: it can only narrow the rule."""
    names = ("enabled", "profiles", "endpoint1", "endpoint2", "protocol", "port1", "port2", "interface_types")
    return tuple(
        Condition(None, f"{name} of {rule.name}{_UNCLEAR}")
        for name in names
        if isinstance(setting := getattr(rule, name, None), Setting) and isinstance(setting.value, Unknown)
    )


_UNCLEAR = " was not understood"


def may_part(one: Box, other: Box) -> bool:
    """Whether what was not understood of one of two rules may keep their packets apart."""
    return any(condition.name.endswith(_UNCLEAR) for condition in one.conditions ^ other.conditions)


def main_mode_boxes(rule: MainModeRule, site: Site) -> tuple[Box, ...]:
    """The packets to the peers of a main-mode rule."""
    profile, unclear = _numbers(rule.profiles), not_understood(rule)
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
    """The packets that a rule of the firewall is for as they come in; what was not understood of it is any value."""
    return tuple(
        box(
            peer.family,
            source=peer.values,
            protocol=_protocol(rule.protocol),
            source_port=_ports(rule.remote_ports),
            destination_port=_ports(rule.local_ports),
            profile=_numbers(rule.profiles),
            direction=IntervalSet.of(IN),
            conditions=(*peer.on(Axis.SOURCE), own_address(IN)),
        )
        for _, peer in side_pairs((ANY_ADDRESS,), rule.remote.known or (), site)
    )


def legacy_boxes(
    rule: ConnectionSecurityRule, row: LegacyFilter, site: Site, unclear: tuple[Condition, ...] | None = None
) -> tuple[Box, ...]:
    """The packets of one filter of a `netsh ipsec` rule; `unclear` is what `not_understood` says of the rule."""
    boxes = []
    unclear = not_understood(rule) if unclear is None else unclear
    ports = tuple(((port, port),) if port else () for port in (row.source_port, row.destination_port))
    direction, interface = _own_direction(row), _numbers(rule.interface_types)
    for source, destination in side_pairs((row.source,), (row.destination,), site):
        fields = _services(source.family, row.protocol, *ports, direction, interface)
        conditions = (*source.on(Axis.SOURCE), *destination.on(Axis.DESTINATION), *unclear)
        one = box_between(source.family, source.values, destination.values, fields, conditions)
        boxes += [one, one.mirrored()] if row.mirrored else [one]
    return tuple(boxes)


@lru_cache(maxsize=4096)
def _services(
    family: int,
    protocol: int | None,
    source_ports: Sequence[tuple[int, int]],
    destination_ports: Sequence[tuple[int, int]],
    direction: IntervalSet | None,
    interface: IntervalSet | None = None,
) -> tuple[IntervalSet, ...]:
    """What filters that name these have after the addresses; no ports are any."""
    ports = [IntervalSet.of(*each) if each else None for each in (source_ports, destination_ports)]
    number = None if protocol is None else IntervalSet.of(protocol)
    return services(family, (number, *ports, None, interface, None, direction))


def _own_direction(row: LegacyFilter) -> IntervalSet | None:
    """The way of the packets of a filter for the machine's own addresses: what it sends, or what it receives."""
    sends, receives = row.source.keyword is AddressKeyword.ME, row.destination.keyword is AddressKeyword.ME
    if sends is receives:
        return None
    return _OUTGOING if sends else _INCOMING


def own_address(direction: int) -> Condition:
    """What holds of a packet of this machine: it is the source of what goes out, the destination of what comes in."""
    return Condition(Axis.DESTINATION if direction == IN else Axis.SOURCE, AddressKeyword.ME.value)


_OUTGOING, _INCOMING = IntervalSet.of(OUT), IntervalSet.of(IN)


def wfp_boxes(row: WfpFilter, family: int, site: Site) -> Iterator[Box]:
    """The packets of a filter of WFP in one version of IP, on their way out."""
    unclear = tuple(Condition(None, f"{name} of filter {row.key}") for name in row.not_understood)
    fields = _services(family, row.protocol, row.local_ports, row.remote_ports, _OUTGOING)
    for local, remote in side_pairs(row.local, row.remote, site, (family,)):
        yield box_between(family, local.values, remote.values, fields, unclear)


def _both_ways(
    source: AddressSide, destination: AddressSide, fields: dict[str, IntervalSet | None], unclear: tuple[Condition, ...]
) -> tuple[Box, Box]:
    out = box(
        source.family,
        source=source.values,
        destination=destination.values,
        direction=_OUTGOING,
        conditions=(*source.on(Axis.SOURCE), *destination.on(Axis.DESTINATION), *unclear),
        **fields,
    )
    return out, out.mirrored()


def _protocol(setting: Setting[int | None]) -> IntervalSet | None:
    number = setting.known
    return None if number is None else IntervalSet.of(number)


def _ports(setting: Setting[Ports]) -> IntervalSet | None:
    return _port_set(setting.known or ())


def _port_set(ports: Ports) -> IntervalSet | None:
    return IntervalSet.of(*ports) if ports else None


def _numbers(setting: Setting[frozenset[Any]]) -> IntervalSet | None:
    return _numbered(setting.known) if setting.known else None


@lru_cache(maxsize=256)
def _numbered(values: frozenset[Any]) -> IntervalSet:
    """The numbers of profiles or interfaces, of which thousands of rules name the same."""
    return IntervalSet.of(*(_NUMBERS[each.value] for each in values))
