"""A message of a rule of the user's own, filled with values; and what is said of an expression without a result."""

from __future__ import annotations

from typing import Any

from ipseclint.engine.rulesets.custom_rules import _reason, filled
from tests.cases import cases

VALUES: dict[str, Any] = {"name": "R", "ports": [1, 2], "set": {"group": "DH2", "none": None, "empty": []}, "zero": 0}


@cases(
    ("message", "expected"),
    [
        ("{name} is here", "R is here"),
        ("{name}{name}: {set.group}", "RR: DH2"),
        ("{ports}", "1, 2"),
        ("{zero}", "0"),
        ("{gone}, {set.gone}, {set.none}, {name.more}, {gone.more}", "?, ?, ?, ?, ?"),
        ("[{set.empty}]", "[]"),
    ],
)
def test_a_message_has_the_values_of_its_object(message: str, expected: str) -> None:
    assert filled(message, VALUES) == expected


@cases(
    ("error", "expected"),
    [
        (IndexError(), "a list is shorter than the index asked for; test its size() first, or use exists or all"),
        (ZeroDivisionError(), "a number is divided by zero; test the divisor first"),
        (OverflowError(), "a number is beyond 64 bits; compare smaller numbers, or use double()"),
        (
            TypeError(),
            "values of different types are compared or computed; convert one with int(), double() or string()",
        ),
        (
            ValueError("Function 'size' failed"),
            "size() cannot use what it is given; test the value first, or give it one of its kind",
        ),
        (
            ValueError("function: 'int' failed on secret"),
            "int() cannot use what it is given; test the value first, or give it one of its kind",
        ),
        (
            ValueError("secret"),
            "it cannot be computed; try its parts one by one with `ipseclint rules test`",
        ),
    ],
)
def test_why_an_expression_has_no_result(error: Exception, expected: str) -> None:
    assert _reason(error) == expected
