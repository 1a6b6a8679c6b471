"""A count of which nothing is said."""

from __future__ import annotations

from ipseclint.semantics.packets.anomaly import Count


def test_a_count_begins_with_none_of_either_and_is_exact() -> None:
    assert (Count().certain, Count().possible, Count().exact) == (0, 0, True)
    assert Count(3) == Count(3, 0, exact=True)
