"""Values of the model as plain ones: each kind of value, whole."""

from __future__ import annotations

from enum import Enum
from typing import Any, NamedTuple

from msgspec import Struct

from ipseclint.model.plain import in_full, plain, value_only
from ipseclint.model.policy import FilterList
from ipseclint.model.selectors import PortRange
from ipseclint.model.setting import Secret, Setting, Unknown
from ipseclint.model.values import Frozen
from ipseclint.source import Span
from tests.cases import cases

SPAN = Span("x", 3, 7, 2)
SETTING = Setting(value=(1, 2), span=SPAN)


class Colour(Enum):
    RED = "red"


class Kept(Frozen, frozen=True):
    kind = "kept"
    one: int
    empty: tuple[int, ...] = ()
    none: int | None = None
    text: str = ""
    zero: int = 0


class Row(NamedTuple):
    one: int
    empty: str
    none: None


class Packed(Struct):
    one: int
    none: int | None


@cases(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (1.5, 1.5),
        ("a", "a"),
        (SPAN, "3:7"),
        (Colour.RED, "red"),
        (Unknown("x"), {"not_understood": "x"}),
        (Unknown("x", hidden=True), {"hidden": "x"}),
        (Secret("Kan4rie7Q9zX"), "psk (hidden)"),
        (PortRange(1, 2), "1-2"),
        (SETTING, {"value": [1, 2], "origin": "explicit", "at": "3:7"}),
        (Kept(one=1), {"kind": "kept", "one": 1, "zero": 0}),
        ({Colour.RED: (1,)}, {"red": [1]}),
        (frozenset({Colour.RED, "b"}), ["b", "red"]),
        ({3, 2}, ["2", "3"]),
        (Row(1, "", None), {"one": 1}),
        (
            FilterList(name="L", span=SPAN),
            {"kind": "filter_list", "name": "L", "span": "3:7", "dialect": "legacy"},
        ),
        ([Colour.RED, (1,)], ["red", [1]]),
        (Packed(1, None), {"one": 1, "none": None}),
        (1j, "1j"),
    ],
)
def test_a_value_is_shown_plainly(value: Any, expected: Any) -> None:
    assert plain(value) == expected


@cases(("how", "expected"), [(value_only, [1, 2]), (in_full, {"value": [1, 2], "origin": "explicit", "at": "3:7"})])
def test_a_setting_is_shown_as_is_asked_however_deep_it_stands(how: Any, expected: Any) -> None:
    assert plain({"a": [(SETTING,)]}, how) == {"a": [[expected]]}
    assert plain(Row(SETTING, "", None), how) == {"one": expected}  # type: ignore[arg-type]
    assert plain(Packed(SETTING, None), how) == {"one": expected, "none": None}  # type: ignore[arg-type]


def test_a_value_that_was_not_understood_is_none_by_its_value() -> None:
    assert value_only(Setting(value=Unknown("x"), span=SPAN)) is None
