"""What users write as TOML is read within what TOML allows, and what is wrong with it told in one way."""

from __future__ import annotations

import pytest

from ipseclint.toml_documents import toml_document
from tests.cases import cases


@cases(
    ("text", "why"),
    [
        ("a = ", "Invalid value"),
        ("a = " + "9" * 5000, "a number in it has thousands of digits"),
        ("a = 0x" + "9" * 5000, "a number in it has more than 64 bits"),
        ("[[t]]\na = [1, {b = 9223372036854775808}]", "a number in it has more than 64 bits"),
        ("a = -9223372036854775809", "a number in it has more than 64 bits"),
        ("a = " + "[" * 5000 + "]" * 5000, "its values are nested too deep"),
    ],
)
def test_what_is_no_toml_is_said(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        toml_document(text)


def test_the_largest_numbers_of_toml_are_read() -> None:
    assert toml_document("a = 9223372036854775807\nb = [-9223372036854775808]\nc = true") == {
        "a": 9223372036854775807,
        "b": [-9223372036854775808],
        "c": True,
    }
