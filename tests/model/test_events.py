"""The errors of an event are those that its input says, one or several."""

from __future__ import annotations

from typing import Any

from ipseclint.model.events import Event, EventKind
from ipseclint.source import Span
from tests.cases import cases


@cases(
    ("fields", "codes"),
    [
        ({}, ()),
        ({"error_code": 13801}, (13801,)),
        ({"error_code": 0}, (0,)),
        ({"possible_codes": (13868, 13801)}, (13868, 13801)),
        ({"error_code": 13868, "possible_codes": (13868, 13801)}, (13868,)),
    ],
)
def test_the_error_that_is_known_is_the_only_one(fields: dict[str, Any], codes: tuple[int, ...]) -> None:
    assert Event(span=Span("a", 1, 1), kind=EventKind.MAIN_MODE, success=False, **fields).codes == codes
