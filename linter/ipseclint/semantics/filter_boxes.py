"""The packets of filters of `netsh ipsec` and WFP: as boxes, and as columns where they are many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec.structs import replace

from ipseclint.model.policy import ConnectionSecurityRule
from ipseclint.model.selectors import Address, LegacyFilter, Ports, WfpFilter
from ipseclint.model.site import Site
from ipseclint.semantics.address_sides import side_pairs, sides_of
from ipseclint.semantics.packets.axes import DOMAINS, IN, OUT, Axis
from ipseclint.semantics.packets.box import (
    Box,
    Condition,
    conditions_of,
    fresh_services,
    mirrored_conditions,
    mirrored_services,
    services,
)
from ipseclint.semantics.packets.intervals import IntervalSet, between
from ipseclint.semantics.packets.rules import Form, Parts, box_of
from ipseclint.semantics.rule_boxes import not_understood, numbers_of
from ipseclint.vocabulary.addresses import AddressKeyword

_OUTGOING, _INCOMING = IntervalSet.of(OUT), IntervalSet.of(IN)
_NO_CONDITIONS: frozenset[Condition] = frozenset()

_Kind = tuple[int, tuple[str, ...], bool]
"""What addresses of a filter have in common: their family, keywords that stand for more, whether it is `me`."""
_PLAIN: dict[int, _Kind] = {family: (family, (), False) for family in DOMAINS}


class LegacyFilters:
    """Converts filters of `netsh ipsec` into parts of boxes; a keyword is resolved by the site's facts once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._known: dict[Address, Sequence[tuple[_Kind, IntervalSet]]] = {}

    def parts(self, rule: ConnectionSecurityRule, rows: Iterable[LegacyFilter]) -> Iterator[list[Parts]]:
        """The boxes of each filter of a rule, as parts."""
        interface, unclear = numbers_of(rule.interface_types), not_understood(rule)
        forms: dict[tuple[object, _Kind, _Kind], tuple[Form, Form]] = {}
        for row in rows:
            selectors, others = row[2:5], self._ends(row.destination)
            parts: list[Parts] = []
            for kind, source in self._ends(row.source):
                for other_kind, destination in others:
                    if kind[0] != other_kind[0]:
                        continue
                    key = selectors, kind, other_kind
                    made = forms.get(key)
                    if made is None:
                        made = forms[key] = _forms(row, (kind, other_kind), interface, unclear)
                    parts.append((source, destination, made[0]))
                    if row.mirrored:
                        parts.append((destination, source, made[1]))
            yield parts

    def _ends(self, address: Address) -> Sequence[tuple[_Kind, IntervalSet]]:
        """The address in each of its families."""
        version, first, last, _, _ = address
        if version:
            return ((_PLAIN[version], between(first, last)),)
        if address not in self._known:
            sides = [side for family in DOMAINS for side in sides_of(address, family, self._site)]
            is_me = address.keyword is AddressKeyword.ME
            self._known[address] = [((side.family, side.keywords, is_me), side.all_values) for side in sides]
        return self._known[address]


def legacy_boxes(rule: ConnectionSecurityRule, row: LegacyFilter, site: Site) -> tuple[Box, ...]:
    """The packets of one filter of a `netsh ipsec` rule."""
    (parts,) = LegacyFilters(site).parts(rule, (row,))
    return tuple(map(box_of, parts))


def wfp_parts(row: WfpFilter, family: int, site: Site) -> list[Parts]:
    """The outgoing packets of a WFP filter in one version of IP, as parts of boxes."""
    form = _wfp_form(family, row.protocol, row.local_ports, row.remote_ports)
    if row.not_understood:
        unclear = frozenset(Condition(None, f"{name} of filter {row.key}") for name in row.not_understood)
        form = replace(form, conditions=unclear)
    return [
        (local.all_values, remote.all_values, form)
        for local, remote in side_pairs(row.local, row.remote, site, (family,))
    ]


@lru_cache(maxsize=4096)
def _wfp_form(family: int, protocol: int | None, local_ports: Ports, remote_ports: Ports) -> Form:
    """The form of WFP filters with this protocol and these ports, empty for any."""
    ports = (IntervalSet.of(*each) if each else None for each in (local_ports, remote_ports))
    given = None if protocol is None else IntervalSet.of(protocol)
    return Form(family, fresh_services(family, (given, *ports, None, None, None, _OUTGOING)), _NO_CONDITIONS)


def _forms(
    row: LegacyFilter,
    kinds: tuple[_Kind, _Kind],
    interface: IntervalSet | None,
    unclear: tuple[Condition, ...],
) -> tuple[Form, Form]:
    """The form of filters with the protocol and ports of one, of which 0 is any, and that of the answers.

    `unclear` is what was not understood of their rule.
    """
    (family, sources, sends), (_, destinations, receives) = kinds
    # The machine's own addresses are of what it sends or receives.
    direction = None if sends is receives else _OUTGOING if sends else _INCOMING
    protocol = None if row.protocol is None else IntervalSet.of(row.protocol)
    ports = (IntervalSet.of(port) if port else None for port in (row.source_port, row.destination_port))
    fields = services(family, (protocol, *ports, None, interface, None, direction))
    of_ends = ((Axis.SOURCE, sources), (Axis.DESTINATION, destinations))
    asked = conditions_of((*(Condition(axis, keyword) for axis, keywords in of_ends for keyword in keywords), *unclear))
    return Form(family, fields, asked), Form(family, mirrored_services(fields), mirrored_conditions(asked))
