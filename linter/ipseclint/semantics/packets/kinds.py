"""What can be wrong with rules: the kinds of anomaly, and how many of each were found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """An anomaly, in the terms of Al-Shaer and Hamed, and for IPsec of Hamed, Al-Shaer and Marrero.

    `SHADOWED`: all packets of the rule are taken by rules asked before it, some with another decision.
    `REDUNDANT`: without the rule every packet gets the same decision. `GENERALISATION`: the rule holds all
    packets of a rule that is asked before it and decides otherwise. `CORRELATION`: two rules with
    different decisions have some packets in common, and neither is a mere exception of the other.
    `OVERLAPPING_SESSIONS`: two rules send the same packets into different tunnels. `DUPLICATE`: rules
    equal in everything but name. `EMPTY`: the rule matches no packet.
    """

    SHADOWED = "shadowed"
    REDUNDANT = "redundant"
    GENERALISATION = "generalisation"
    CORRELATION = "correlation"
    OVERLAPPING_SESSIONS = "overlapping-sessions"
    DUPLICATE = "duplicate"
    EMPTY = "empty"


PAIR_KINDS = (Kind.GENERALISATION, Kind.CORRELATION, Kind.OVERLAPPING_SESSIONS)
"""The kinds that are about two rules."""


@dataclass(frozen=True, slots=True)
class PairTally:
    """Pairs of rules of one kind: how many there are, and the first of them.

    `certain` pairs share a packet whatever the conditions mean, `possible` ones may. `exact`: the counts
    are exact, otherwise there are at least so many. `listed` are (rule, rule), smaller position first,
    certain pairs before possible ones.
    """

    certain: int = 0
    possible: int = 0
    exact: bool = True
    listed: tuple[tuple[int, int], ...] = ()
