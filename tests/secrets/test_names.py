"""The quick search for names of keys: what it finds, and that no byte keeps it from finding one."""

from __future__ import annotations

import pytest

from ipseclint.secrets import names
from ipseclint.secrets.names import has_match, is_worth_a_look, standing
from ipseclint.secrets.router_commands import HINTS


@pytest.mark.parametrize(
    ("pattern", "data", "is_there"),
    [
        ("psk|secret", b"a secret", True),
        ("psk|secret", b"p s k", False),
        (r"(?:^|[^\w-])sk=", b"task=", False),
        (r"(?:^|[^\w-])sk=", b"sk=", True),
        ("", b"", True),
    ],
)
def test_it_tells_whether_an_expression_matches_somewhere(pattern: str, data: bytes, *, is_there: bool) -> None:
    assert has_match(pattern, data) is is_there


@pytest.mark.parametrize("name", [b"psk", b"-enc: " + b"QUJDRA==" * 3, b"vpn_key", b"sk ="])
def test_no_byte_around_the_name_of_a_key_hides_it(name: bytes) -> None:
    around = [bytes((byte,)) for byte in range(256)]
    assert [sign for sign in around if not is_worth_a_look(sign + b" " + name + sign)] == []


def test_of_long_texts_the_same_pieces_are_told_as_of_short_ones() -> None:
    pieces = [*names._CORES, *names._TAG_CORES, *names.BASE64_NAMES, *HINTS]
    for piece in pieces:
        short = f"\u00fc\udcff {piece}."
        long = f"{short}{' ' * names._LONG}"
        told = standing(pieces, short)
        assert piece in told
        assert standing(pieces, long) == [each for each in pieces if each in long]
        assert set(told) <= set(standing(pieces, long))
