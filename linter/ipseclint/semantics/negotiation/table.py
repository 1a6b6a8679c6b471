"""The answers for all pairs of ends, in the order of the pairs, with each end as initiator once."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from ipseclint.finding import FixText
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.pairs import Pair
from ipseclint.semantics.negotiation.sight import Sight, sights
from ipseclint.semantics.negotiation.stage import Difference
from ipseclint.semantics.negotiation.verdict import Outcome, Verdict, negotiate
from ipseclint.source import Span


class Side(StrEnum):
    """One of two ends, in the order given."""

    A = "a"
    B = "b"


class Advice(Struct, frozen=True):
    """The repair of one end: a sentence, and the commands where its policy can be changed by some."""

    words: str
    commands: FixText | None = None


class Attribute(Struct, frozen=True):
    """One difference with the values of a and of b, and their places."""

    name: str
    a: str
    b: str
    a_span: Span | None
    b_span: Span | None


class Row(Struct, frozen=True):
    """The answer for one pair with one end as initiator. `advice` is by side; either alone is enough.

    `hosts` is how many machines have the policy of each side.
    """

    pair: Pair
    initiator: Side
    outcome: Outcome
    advice: tuple[Advice | None, Advice | None] = (None, None)
    hosts: tuple[int, int] = (1, 1)

    @property
    def sights(self) -> tuple[Sight, Sight]:
        """What a and b see."""
        mine, theirs = sights(self.outcome)
        return (mine, theirs) if self.initiator is Side.A else (theirs, mine)

    @property
    def differences(self) -> tuple[Attribute, ...]:
        """The differences, those of the decisive stage first."""
        return tuple(map(self._attribute, self.outcome.differences))

    def _attribute(self, difference: Difference) -> Attribute:
        values = difference.initiator, difference.responder, difference.initiator_span, difference.responder_span
        if self.initiator is Side.B:
            values = difference.responder, difference.initiator, difference.responder_span, difference.initiator_span
        return Attribute(difference.attribute, *values)


def rows(pair: Pair, sides: tuple[Side, ...] = tuple(Side)) -> Iterator[Row]:
    """The answers for a pair, with each of these sides as initiator."""
    for side in sides:
        mine, theirs = ends_of(pair, side)
        asks = pair.goes if side is Side.A else pair.comes
        if asks and not mine.is_server and not theirs.is_client:
            yield Row(pair, side, negotiate(mine, theirs))


def ends_of(pair: Pair, initiator: Side) -> tuple[End, End]:
    """The ends of a pair, the initiator first."""
    return (pair.a, pair.b) if initiator is Side.A else (pair.b, pair.a)


def is_unknown(row: Row) -> bool:
    """Whether something that matters was not read."""
    return row.outcome.verdict is Verdict.UNKNOWN
