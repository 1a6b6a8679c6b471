"""The sides of filter lists, by which side of a filter is the machine's own."""

from __future__ import annotations

import pytest

from ipseclint.model.rules import FilterList
from ipseclint.model.selectors import ANY_ADDRESS, Address, AddressKeyword, LegacyFilter
from tests.made_objects import SPAN, addresses

ME, DNS = Address(keyword=AddressKeyword.ME), Address(keyword=AddressKeyword.DNS)
PEER, OTHER = addresses("10.0.0.1", "10.0.0.2")
ZERO, ALL = Address(4, 0, 0), Address(4, 0, 2**32 - 1)


def filters(*sides: tuple[Address, Address]) -> FilterList:
    rows = tuple(LegacyFilter(*each, None, 0, 0, True, 1, 1) for each in sides)
    return FilterList(name="L", span=SPAN, filters=rows)


def test_the_side_that_is_the_machine_is_its_own_and_the_source_where_none_is() -> None:
    made = filters((ME, PEER), (PEER, ME), (PEER, OTHER), (ME, ME))
    assert made.local_side == (ME, ME, PEER, ME)
    assert made.remote_side == (PEER, PEER, OTHER, ME)


@pytest.mark.parametrize(
    ("sides", "is_any"),
    [
        ((), False),
        (((ME, ANY_ADDRESS),), True),
        (((ANY_ADDRESS, ME),), True),
        (((ALL, ALL),), True),
        (((ME, DNS),), False),
        (((DNS, ME),), False),
        (((ME, PEER),), False),
        (((PEER, ANY_ADDRESS),), False),
        (((ME, ZERO),), False),
        (((ME, PEER), (ANY_ADDRESS, ANY_ADDRESS)), True),
    ],
)
def test_a_list_is_for_all_where_both_sides_of_a_filter_are(
    sides: tuple[tuple[Address, Address], ...], *, is_any: bool
) -> None:
    assert filters(*sides).is_any_to_any is is_any
