"""Texts of which a part is masked, compared as far as they can be read."""

from __future__ import annotations

from ipseclint.secrets.masks import MASK, may_be_one
from tests.cases import cases


@cases(
    ("one", "other", "expected"),
    [
        ("gate.example.org", "gate.example.org", True),
        ("gate.example.org", "gate.example.com", False),
        (f"gate.{MASK}.org", "gate.example.org", True),
        ("gate.example.org", f"gate.{MASK}.org", True),
        (f"gate.{MASK}.org", "hall.example.org", False),
        (f"{MASK}(.org", "x(.org", True),
    ],
)
def test_a_part_that_is_masked_may_be_anything(one: str, other: str, expected: bool) -> None:
    assert may_be_one(one, other) is expected
