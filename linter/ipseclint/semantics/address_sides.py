"""The two sides of a rule as addresses of one family each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from msgspec import Struct

from ipseclint.model.selectors import Address, Addresses, parse_address
from ipseclint.model.site import Site
from ipseclint.semantics.packets.axes import DOMAINS, Axis
from ipseclint.semantics.packets.box import Condition
from ipseclint.semantics.packets.intervals import IntervalSet, between
from ipseclint.vocabulary.addresses import AddressKeyword

MAX_PAIRS = 64
"""A rule with more pairs of addresses becomes one box a family: exact, but less is known of its order."""

_KEYWORD_FACTS = {AddressKeyword.DNS: "dns_servers", AddressKeyword.DHCP: "dhcp_servers"}
"""Keywords that the site's facts can bind."""


class AddressSide(Struct, frozen=True, gc=False):
    """Addresses of one family, and keywords that stand for more of them; `values` None: all addresses."""

    family: int
    values: IntervalSet | None
    keywords: tuple[str, ...] = ()

    @property
    def all_values(self) -> IntervalSet:
        """The addresses as a set: the whole family if all are meant."""
        return DOMAINS[self.family][Axis.SOURCE] if self.values is None else self.values

    def on(self, axis: Axis) -> tuple[Condition, ...]:
        """The keywords as conditions of one address field."""
        return tuple(Condition(axis, keyword) for keyword in self.keywords) if self.keywords else ()


def side_pairs(
    one: Iterable[Address], other: Iterable[Address], site: Site, families: Sequence[int] = (4, 6)
) -> Iterator[tuple[AddressSide, AddressSide]]:
    """Each pair of addresses of one family; if there are too many, all addresses of a side together."""
    ones, others = tuple(one), tuple(other)
    for side in (ones, others):
        if len(side) == 1 and side[0].version:  # as in most filters, of which there may be a hundred thousand
            families = (side[0].version,) if side[0].version in families else ()
    for family in families:
        left = _sides(ones, family, site)
        right = _sides(others, family, site) if left else []
        if len(left) * len(right) > MAX_PAIRS:
            left, right = _together(left), _together(right)
        yield from product(left, right)


def _sides(addresses: Addresses, family: int, site: Site) -> list[AddressSide]:
    if not addresses:
        return [AddressSide(family, None)]
    if len(addresses) == 1:
        return sides_of(addresses[0], family, site)
    return [side for address in addresses for side in sides_of(address, family, site)]


def sides_of(address: Address, family: int, site: Site) -> list[AddressSide]:
    """The sides that an address makes in one family; none if it is not of that family."""
    if address.version:
        return [AddressSide(family, between(address.first, address.last))] if address.version == family else []
    if address.is_any:
        return [AddressSide(family, None)]
    bound = _bound(address, family, site)
    if bound is None:
        return [AddressSide(family, None, (str(address),))]
    return [AddressSide(family, bound)] if bound else []


def _bound(address: Address, family: int, site: Site) -> IntervalSet | None:
    """The addresses that the site's facts give for a keyword; None if they do not."""
    fact = _KEYWORD_FACTS.get(address.keyword) if address.keyword else None
    texts = getattr(site, fact) if fact else None
    if texts is None:
        return None
    parsed = [literal for text in texts if (literal := parse_address(text)) and literal.version == family]
    return IntervalSet.of(*((each.first, each.last) for each in parsed))


def _together(sides: Sequence[AddressSide]) -> list[AddressSide]:
    """The sides without keywords joined into one; the others as they are."""
    spans = [span for side in sides if side.values is not None and not side.keywords for span in side.values.spans]
    rest = [side for side in sides if side.values is None or side.keywords]
    return ([AddressSide(sides[0].family, IntervalSet.of(*spans))] if spans else []) + rest
