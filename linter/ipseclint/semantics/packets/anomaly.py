"""Anomalies of rules, as an analysis finds them: each with its witness, and the number of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from ipseclint.semantics.packets.cover import DEFAULT_STEPS, Steps
from ipseclint.semantics.packets.decide import Verdict


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


class PairTally(Struct, frozen=True):
    """Pairs of rules of one kind: how many there are, and the first of them.

    `certain` pairs share a packet whatever the conditions mean, `possible` ones may. `exact`: the counts
    are exact, otherwise there are at least so many. `listed` are (rule, rule), smaller position first,
    certain pairs before possible ones.
    """

    certain: int = 0
    possible: int = 0
    exact: bool = True
    listed: tuple[tuple[int, int], ...] = ()


class Candidates(Struct, frozen=True):
    """Rules by what exact reasoning may find about them; no other is hidden or redundant.

    `unproven` may be hidden. `hidden` surely are, each of their filters by a single other; the kind is
    given where it is known already. `removable` are not hidden and may be redundant; those that surely
    are make up `redundant`.
    """

    unproven: tuple[int, ...]
    hidden: Mapping[int, Kind | None]
    removable: tuple[int, ...]
    redundant: frozenset[int]


class Limits(Struct, frozen=True):
    """How much work an analysis may do; all numbers are reasoned.

    `listed`: anomalies of each kind that are listed at most, the rest is counted. `work`: looks at a pair
    of filters for each kind of question, in units of the cheapest. `neighbours`: neighbours of candidates
    reasoned about exactly, and of the listed of each kind. `steps` and `steps_together`: looks at a cover
    for one exact question, and for all.
    """

    listed: int = 50
    work: int = 3_000_000_000
    neighbours: int = 600_000
    steps: int = DEFAULT_STEPS
    steps_together: int = 3_000_000

    def fresh_steps(self) -> Steps:
        """Steps for a series of exact questions."""
        return Steps(self.steps, self.steps_together)


DEFAULT_LIMITS = Limits()


class Anomaly(Struct, frozen=True):
    """One finding about rules, by their positions.

    `rule` is the hidden, redundant, empty or general rule, or the first of equals or of a pair; `others`
    are the rules that make it so: for a hidden rule as few as were found that together take all its
    packets. `verdict` is the witness: a packet, the rules that meet on it and the one that wins; an empty
    rule has none, and equal rules need none. `certain`: it is so whatever unbound keywords and conditions mean.
    """

    kind: Kind
    rule: int
    others: tuple[int, ...] = ()
    verdict: Verdict | None = None
    certain: bool = True


class Count(Struct, frozen=True):
    """How many anomalies of a kind there are: certain and merely possible ones; at least so many, if not `exact`."""

    certain: int = 0
    possible: int = 0
    exact: bool = True

    @property
    def total(self) -> int:
        """Both together."""
        return self.certain + self.possible


class Analysis(Struct, frozen=True):
    """All conflicts of ordered rules.

    `anomalies` lists the first of each kind, `counts` says how many there are. `undetermined` are rules
    that are surely hidden, where it was not looked whether they are shadowed or redundant; `undecided`
    are rules about which the work ran out: they may be hidden or redundant, or neither.
    """

    anomalies: tuple[Anomaly, ...]
    counts: Mapping[Kind, Count]
    undetermined: tuple[int, ...] = ()
    undecided: tuple[int, ...] = ()

    def of(self, kind: Kind) -> tuple[Anomaly, ...]:
        """The listed anomalies of a kind."""
        return tuple(each for each in self.anomalies if each.kind is kind)

    def unlisted(self, kind: Kind) -> int:
        """How many of a kind were found and are not listed."""
        return self.counts[kind].total - len(self.of(kind))
