"""Addresses of rules by family: what the site's facts say of a keyword stands in its place."""

from __future__ import annotations

from ipseclint.model.selectors import Address
from ipseclint.model.site import Site
from ipseclint.semantics.address_sides import AddressSide, _sides
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.vocabulary.addresses import AddressKeyword
from tests.cases import cases

DNS = Address(keyword=AddressKeyword.DNS)
SERVER = 0x0A000035


@cases(
    ("site", "family", "sides"),
    [
        (Site(), 4, [AddressSide(4, None, (str(DNS),))]),
        (Site(dns_servers=("10.0.0.53",)), 4, [AddressSide(4, IntervalSet.of((SERVER, SERVER)))]),
        (Site(dns_servers=("10.0.0.53",)), 6, []),
        (Site(dhcp_servers=("10.0.0.67",)), 4, [AddressSide(4, None, (str(DNS),))]),
    ],
)
def test_a_keyword_stands_for_the_servers_of_the_site_in_their_family(
    site: Site, family: int, sides: list[AddressSide]
) -> None:
    assert list(_sides((DNS,), family, site)) == sides


def test_no_address_is_every_address() -> None:
    assert list(_sides((), 6, Site())) == [AddressSide(6, None)]
    assert list(_sides((Address(keyword=AddressKeyword.ANY),), 6, Site())) == [AddressSide(6, None)]
    assert list(_sides((Address(4, 1, 9),), 6, Site())) == []
    assert list(_sides((Address(4, 1, 9),), 4, Site())) == [AddressSide(4, IntervalSet.of((1, 9)))]
