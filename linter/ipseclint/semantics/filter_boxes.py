"""The packets of filters of `netsh ipsec` and WFP: as boxes, and as columns where they are many."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from ipseclint.model.policy import ConnectionSecurityRule
from ipseclint.model.selectors import Address, LegacyFilter, WfpFilter
from ipseclint.model.site import Site
from ipseclint.semantics.address_sides import AddressSide, side_pairs, sides_of
from ipseclint.semantics.packets.axes import DOMAINS, IN, OUT, Axis
from ipseclint.semantics.packets.box import Box, Condition, mirrored_conditions, mirrored_services, services
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.rules import Parts, box_of
from ipseclint.semantics.rule_boxes import not_understood, numbers_of
from ipseclint.vocabulary.addresses import AddressKeyword

_OUTGOING, _INCOMING = IntervalSet.of(OUT), IntervalSet.of(IN)
_NO_CONDITIONS: frozenset[Condition] = frozenset()


class LegacyFilters:
    """Converts filters of `netsh ipsec` into parts of boxes; a keyword is resolved by the site's facts once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._sides: dict[Address, Sequence[AddressSide]] = {}

    def parts(self, rule: ConnectionSecurityRule, row: LegacyFilter, unclear: tuple[Condition, ...]) -> list[Parts]:
        """The boxes of one filter of a rule, as parts; `unclear` are the conditions for `not_understood` of the
        rule."""
        interface, direction = numbers_of(rule.interface_types), _own_direction(row)
        others = self._ends(row.destination)
        parts: list[Parts] = []
        for one in self._ends(row.source):
            for other in others:
                family = one.family
                if family != other.family:
                    continue
                out, back = _services(family, row.protocol, row.source_port, row.destination_port, direction, interface)
                source, destination = one.all_values, other.all_values
                conditions = _NO_CONDITIONS
                if unclear or one.keywords or other.keywords:
                    conditions = _conditions(one.keywords, other.keywords, unclear)
                parts.append((family, source, destination, out, conditions))
                if row.mirrored:
                    parts.append((family, destination, source, back, mirrored_conditions(conditions)))
        return parts

    def _ends(self, address: Address) -> Sequence[AddressSide]:
        """The address in each of its families."""
        if address.version:
            return sides_of(address, address.version, self._site)
        if address not in self._sides:
            self._sides[address] = [side for family in DOMAINS for side in sides_of(address, family, self._site)]
        return self._sides[address]


def legacy_boxes(rule: ConnectionSecurityRule, row: LegacyFilter, site: Site) -> tuple[Box, ...]:
    """The packets of one filter of a `netsh ipsec` rule."""
    return tuple(map(box_of, LegacyFilters(site).parts(rule, row, not_understood(rule))))


def wfp_parts(row: WfpFilter, family: int, site: Site) -> list[Parts]:
    """The outgoing packets of a WFP filter in one version of IP, as parts of boxes."""
    unclear = frozenset(Condition(None, f"{name} of filter {row.key}") for name in row.not_understood)
    ports = (IntervalSet.of(*each) if each else None for each in (row.local_ports, row.remote_ports))
    protocol = None if row.protocol is None else IntervalSet.of(row.protocol)
    fields = services(family, (protocol, *ports, None, None, None, _OUTGOING))
    return [
        (family, local.all_values, remote.all_values, fields, unclear)
        for local, remote in side_pairs(row.local, row.remote, site, (family,))
    ]


@lru_cache(maxsize=4096)
def _services(
    family: int,
    protocol: int | None,
    source_port: int,
    destination_port: int,
    direction: IntervalSet | None,
    interface: IntervalSet | None,
) -> tuple[tuple[IntervalSet, ...], tuple[IntervalSet, ...]]:
    """The fields after the addresses of filters with these values, and those of the answers; a port of 0 is any."""
    ports = (IntervalSet.of(port) if port else None for port in (source_port, destination_port))
    number = None if protocol is None else IntervalSet.of(protocol)
    fields = services(family, (number, *ports, None, interface, None, direction))
    return fields, mirrored_services(fields)


@lru_cache(maxsize=4096)
def _conditions(
    sources: tuple[str, ...], destinations: tuple[str, ...], unclear: tuple[Condition, ...]
) -> frozenset[Condition]:
    """The conditions of keywords, and the unclear ones; one shared set for the many filters with the same."""
    of_ends = ((Axis.SOURCE, sources), (Axis.DESTINATION, destinations))
    return frozenset((*(Condition(axis, keyword) for axis, keywords in of_ends for keyword in keywords), *unclear))


def _own_direction(row: LegacyFilter) -> IntervalSet | None:
    """The direction of a filter for the machine's own addresses: out or in."""
    sends, receives = row.source.keyword is AddressKeyword.ME, row.destination.keyword is AddressKeyword.ME
    if sends is receives:
        return None
    return _OUTGOING if sends else _INCOMING
