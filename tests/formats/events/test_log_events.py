"""The number of an event, whatever a log says in its place."""

from __future__ import annotations

import pytest

from ipseclint.formats.events.log_events import event_number


@pytest.mark.parametrize("number", [0, 1, 4653, 5451, 99_999])
def test_digits_are_their_number(number: int) -> None:
    assert event_number(str(number)) == event_number(f"{number:05}") == number


@pytest.mark.parametrize("words", ["", "x", "-1", "1.0", "0x10", " 1", "\u00b2", "\u0661", "100000", "000001"])
def test_what_is_no_number_of_an_event_is_none(words: str) -> None:
    assert event_number(words) == 0
