"""A repair of one end of a negotiation: its words, its change, and the protection that the end would lose by it."""

from __future__ import annotations

from typing import NamedTuple

from ipseclint.model.change import Fix


class Repair(NamedTuple):
    """The repair of one end, in a sentence, with the change of its policy where there is one.

    `loss` says what this end would lose, in a clause; None: nothing. `is_there`: this end can do nothing, and the
    sentence is about the other.
    """

    words: str
    fix: Fix | None = None
    loss: str | None = None
    is_there: bool = False


OFFERS_LESS = "It is weaker than what this end offers now"
ASKS_LESS = "It is weaker than what this end asks for now"
TAKES_MORE = "It is weaker than what this end takes now"
PROTECTS_LESS = "It protects less than this end does now"


def cautioned(repair: Repair | None, other: Repair | None) -> Repair | None:
    """A repair with a sentence on what is lost by it, and on the other end's, if nothing is lost by that."""
    if repair is None or repair.loss is None:
        return repair
    keeps = other is not None and not other.is_there and other.loss is None
    return repair._replace(
        words=f"{repair.words} {repair.loss}{': the repair of the other end keeps that' if keeps else ''}."
    )
