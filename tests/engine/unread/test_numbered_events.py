"""A text that names events of IPsec by number alone is told what to look up."""

from __future__ import annotations

from ipseclint.api import check_text
from ipseclint.engine.unread.numbered_events import events_by_number
from tests.cases import cases


@cases(
    ("text", "numbers"),
    [
        ("We see event 4653 every minute since the GPO was linked.", "4653"),
        ("Events 4653, 4984 and 5451 on FS01", "4653 4984 5451"),
        ("Event ID: 4653\nEvent IDs 4654/4653", "4653 4654"),
        ("Seit gestern Ereignis-ID 4653 und 4654 auf FS01", "4653 4654"),
        ("l'événement 4653 ou 4654", "4653 4654"),
    ],
)
def test_numbers_of_events_are_looked_up_together(text: str, numbers: str) -> None:
    assert f"`ipseclint explain {numbers}`" in (events_by_number(text) or "")


@cases("text", ["event 9999", "the eventual 4653 users", "event 4653.12", "we sold 4653 of them"])
def test_other_numbers_are_no_events(text: str) -> None:
    assert events_by_number(text) is None


def test_a_ticket_with_numbers_alone_says_what_to_give() -> None:
    (problem,) = check_text("FS01: event 4984 every minute\n", "ticket.txt").problems
    assert "give the events themselves" in problem.message
