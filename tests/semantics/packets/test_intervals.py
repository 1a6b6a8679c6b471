from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ipseclint.semantics.packets.intervals import IntervalSet, Ranges

VALUES = st.sets(st.integers(0, 12))


def of(values: set[int]) -> IntervalSet:
    return IntervalSet.of(*values)


def members(one: IntervalSet) -> set[int]:
    return {value for low, high in one.spans for value in range(low, high + 1)}


@given(VALUES, VALUES)
def test_set_algebra_agrees_with_sets_of_numbers(one: set[int], other: set[int]) -> None:
    assert members(of(one) & of(other)) == one & other
    assert members(of(one) | of(other)) == one | other
    assert members(of(one) - of(other)) == one - other
    assert of(one).meets(of(other)) == bool(one & other)
    assert of(one).within(of(other)) == (one <= other)
    assert of(one).size == len(one)
    assert bool(of(one)) == bool(one)


@given(VALUES)
def test_equal_sets_are_equal_however_they_were_built(values: set[int]) -> None:
    backwards = IntervalSet.of(*sorted(values, reverse=True))
    by_difference = IntervalSet.of((0, 12)) - of(set(range(13)) - values)
    assert backwards == by_difference == of(values)
    assert len({hash(backwards), hash(by_difference)}) == 1
    assert all(high + 1 < low for (_, high), (low, _) in zip(of(values).spans, of(values).spans[1:], strict=False))


def test_ranges_of_any_width_and_backwards_ranges() -> None:
    whole = IntervalSet.of((0, 2**128 - 1))
    assert whole.size == 2**128
    assert (whole - IntervalSet.of(2**127)).spans == ((0, 2**127 - 1), (2**127 + 1, 2**128 - 1))
    assert not IntervalSet.of((5, 4))


NUMBERS = st.one_of(st.integers(0, 40), st.integers(0, 2**128 - 1))
SPANS = st.tuples(NUMBERS, NUMBERS).map(lambda pair: (min(pair), max(pair)))


@given(st.lists(SPANS), SPANS)
def test_all_ranges_that_have_a_number_in_common_are_met(spans: list[tuple[int, int]], asked: tuple[int, int]) -> None:
    rows = [(first, last, number) for number, (first, last) in enumerate(spans)]
    expected = [number for first, last, number in rows if first <= asked[1] and asked[0] <= last]
    assert sorted(Ranges(rows).meeting(*asked)) == expected
