"""The packets of filters of `netsh ipsec` and WFP: as boxes, and as columns where they are many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from ipseclint.model.policy import ConnectionSecurityRule
from ipseclint.model.selectors import Address, LegacyFilter, WfpFilter
from ipseclint.model.site import Site
from ipseclint.semantics.address_sides import side_pairs, sides_of
from ipseclint.semantics.packets.axes import DOMAINS, IN, OUT, Axis
from ipseclint.semantics.packets.box import Box, Condition, mirrored_conditions, mirrored_services, services
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.rules import Form, Parts, box_of
from ipseclint.semantics.rule_boxes import not_understood, numbers_of
from ipseclint.vocabulary.addresses import AddressKeyword

_OUTGOING, _INCOMING = IntervalSet.of(OUT), IntervalSet.of(IN)

_End = tuple[int, IntervalSet, tuple[str, ...]]
"""An address in one family: its values, and the keywords that stand for more of them."""


class LegacyFilters:
    """Converts filters of `netsh ipsec` into parts of boxes; a keyword is resolved by the site's facts once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._known: dict[Address, Sequence[_End]] = {}

    def parts(self, rule: ConnectionSecurityRule, rows: Iterable[LegacyFilter]) -> Iterator[list[Parts]]:
        """The boxes of each filter of a rule, as parts."""
        interface, unclear = numbers_of(rule.interface_types), not_understood(rule)
        for row in rows:
            direction, others = _own_direction(row), self._ends(row.destination)
            parts: list[Parts] = []
            for family, source, sources in self._ends(row.source):
                for other_family, destination, destinations in others:
                    if family == other_family:
                        conditions = sources, destinations, unclear
                        form, answer = _forms(family, row[2:5], direction, interface, conditions)
                        parts.append((form, source, destination))
                        if row.mirrored:
                            parts.append((answer, destination, source))
            yield parts

    def _ends(self, address: Address) -> Sequence[_End]:
        """The address in each of its families."""
        version, first, last, _, _ = address
        if version:
            return ((version, IntervalSet.of((first, last)), ()),)
        if address not in self._known:
            sides = [side for family in DOMAINS for side in sides_of(address, family, self._site)]
            self._known[address] = [(side.family, side.all_values, side.keywords) for side in sides]
        return self._known[address]


def legacy_boxes(rule: ConnectionSecurityRule, row: LegacyFilter, site: Site) -> tuple[Box, ...]:
    """The packets of one filter of a `netsh ipsec` rule."""
    (parts,) = LegacyFilters(site).parts(rule, (row,))
    return tuple(map(box_of, parts))


def wfp_parts(row: WfpFilter, family: int, site: Site) -> list[Parts]:
    """The outgoing packets of a WFP filter in one version of IP, as parts of boxes."""
    unclear = frozenset(Condition(None, f"{name} of filter {row.key}") for name in row.not_understood)
    ports = (IntervalSet.of(*each) if each else None for each in (row.local_ports, row.remote_ports))
    protocol = None if row.protocol is None else IntervalSet.of(row.protocol)
    fields = services(family, (protocol, *ports, None, None, None, _OUTGOING))
    return [
        ((family, fields, unclear), local.all_values, remote.all_values)
        for local, remote in side_pairs(row.local, row.remote, site, (family,))
    ]


@lru_cache(maxsize=4096)
def _forms(
    family: int,
    selectors: tuple[int | None, int, int],
    direction: IntervalSet | None,
    interface: IntervalSet | None,
    conditions: tuple[tuple[str, ...], tuple[str, ...], tuple[Condition, ...]],
) -> tuple[Form, Form]:
    """The form of filters with this protocol and ports, of which 0 is any, and that of the answers.

    `conditions` are the keywords of the source and of the destination, and what was not understood.
    """
    protocol, *numbers = selectors
    sources, destinations, unclear = conditions
    ports = (IntervalSet.of(port) if port else None for port in numbers)
    fields = services(
        family, (None if protocol is None else IntervalSet.of(protocol), *ports, None, interface, None, direction)
    )
    of_ends = ((Axis.SOURCE, sources), (Axis.DESTINATION, destinations))
    asked = frozenset((*(Condition(axis, keyword) for axis, keywords in of_ends for keyword in keywords), *unclear))
    return (family, fields, asked), (family, mirrored_services(fields), mirrored_conditions(asked))


def _own_direction(row: LegacyFilter) -> IntervalSet | None:
    """The direction of a filter for the machine's own addresses: out or in."""
    sends, receives = row.source.keyword is AddressKeyword.ME, row.destination.keyword is AddressKeyword.ME
    if sends is receives:
        return None
    return _OUTGOING if sends else _INCOMING
