from hypothesis import given
from hypothesis import strategies as st

from ipseclint.semantics.packets.ranges import Ranges

NUMBERS = st.one_of(st.integers(0, 40), st.integers(0, 2**128 - 1))
SPANS = st.tuples(NUMBERS, NUMBERS).map(lambda pair: (min(pair), max(pair)))


@given(st.lists(SPANS), SPANS)
def test_all_ranges_that_have_a_number_in_common_are_met(spans: list[tuple[int, int]], asked: tuple[int, int]) -> None:
    rows = [(first, last, number) for number, (first, last) in enumerate(spans)]
    expected = [number for first, last, number in rows if first <= asked[1] and asked[0] <= last]
    assert sorted(Ranges(rows).meeting(*asked)) == expected
