"""Where what a script tries may fail: what it has made until then is there with what catches the failure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from ipseclint.formats.powershell.script.values import Decision, Way

MAX_CONDITIONS = 256
"""Of how many failures it is kept when they happen (reasoned: as many objects are compared with each)."""

MAX_FAILURES = 32
"""How many places of one `try` at which it may fail are told apart (reasoned: of more, the last ones are not)."""


class Failure(NamedTuple):
    """Where a `try` may fail: its decision, the ways of it that this is, and those of others on which it happens."""

    decision: int
    ways: frozenset[int]
    happens_on: tuple[Way, ...]


class Tried(Struct, eq=False):
    """A `try` that is followed: its decision, how many clauses catch, its place among the ways, how often it may fail.

    `catches_all`: no failure in its block reaches another `try` around it.

    On way 0 nothing fails; each place at which it may fail has as many ways as clauses may catch that, the first where
    it begins.
    """

    number: int
    clauses: int
    place: int
    catches_all: bool = True
    failures: int = 1

    def fail(self, ways: Sequence[Way]) -> Failure | None:
        """Count a place at which it may fail, that is reached on these ways; None where others are not told from it."""
        self.failures = min(self.failures + 1, MAX_FAILURES)
        if self.failures == MAX_FAILURES:
            return None
        own = frozenset(_way(self.failures, clause, self.clauses) for clause in range(self.clauses))
        return Failure(self.number, own, tuple(ways))

    def so_far(self) -> Way:
        """The ways on which is made what is made behind the last place at which it may fail."""
        return self.number, _behind(self.failures, self.clauses)

    def decision(self) -> Decision:
        """When each clause runs."""
        last = self.failures
        blocks = [
            frozenset(_way(at, clause, self.clauses) for at in range(1, last + 1)) for clause in range(self.clauses)
        ]
        return Decision(self.number, blocks, _behind(last, self.clauses) if last < MAX_FAILURES else frozenset({0}))


@lru_cache(maxsize=256)
def _behind(failures: int, clauses: int) -> frozenset[int]:
    """The ways on which nothing fails, or only behind so many places at which it may."""
    first = min(failures + 1, MAX_FAILURES)
    return frozenset({0, *range(_way(first, 0, clauses), _way(MAX_FAILURES, clauses - 1, clauses) + 1)})


def _way(at: int, clause: int, clauses: int) -> int:
    return 1 + (at - 1) * clauses + clause
