"""The quick search for names of keys: what it finds, and that no byte keeps it from finding one."""

from __future__ import annotations

import pytest

from ipseclint.secrets.names import has_match, is_worth_a_look


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
