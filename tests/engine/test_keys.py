"""Keys are masked wherever they stand, however many there are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ipseclint.engine.snippets import SHORTEST_KEY, Keys

KEY = st.text(alphabet="abc", min_size=SHORTEST_KEY, max_size=SHORTEST_KEY + 3)
MANY = frozenset(f"other key {number}" for number in range(50))


@given(st.lists(KEY, max_size=5), st.lists(st.text(alphabet="abcd ", max_size=10), max_size=6))
def test_no_key_is_left_among_few_or_many(keys: list[str], between: list[str]) -> None:
    text = "".join(each + (keys[number % len(keys)] if keys else "") for number, each in enumerate(between))
    few = Keys(frozenset(keys)).scrubbed(text)
    assert few == Keys(frozenset(keys) | MANY).scrubbed(text)
    assert len(few) == len(text)
    assert not any(key in few for key in keys)
    hidden = [number for number, each in enumerate(few) if each != text[number]]
    assert all(few[number] == "*" for number in hidden)
    assert all(any(text.startswith(key, at) for key in keys for at in range(number + 1)) for number in hidden)


def test_keys_that_overlap_are_both_hidden() -> None:
    assert Keys(frozenset({"abcdefgh", "ghijklmn"})).scrubbed("<abcdefghijklmn>") == "<**************>"


def test_nothing_else_is_hidden() -> None:
    assert Keys().scrubbed("open sesame") == "open sesame"
    assert Keys(MANY).scrubbed("other key, other keys") == "other key, other keys"
