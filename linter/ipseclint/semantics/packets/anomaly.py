"""What an analysis of rules finds: anomalies with their witnesses, and how many there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ipseclint.semantics.packets.cover import DEFAULT_STEPS, Steps
from ipseclint.semantics.packets.decide import Verdict
from ipseclint.semantics.packets.kinds import Kind


@dataclass(frozen=True, slots=True)
class Limits:
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


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One finding about rules, by their positions.

    `rule` is the hidden, redundant, empty or general rule, or the first of equals or of a pair; `others`
    are the rules that make it so: for a hidden rule as few as were found that together take all its
    packets (`irredundant` if none can be left out). `verdict` is the witness: a packet, the rules that
    meet on it and the one that wins; only an empty rule has none. `certain`: it is so whatever unbound
    keywords and conditions mean.
    """

    kind: Kind
    rule: int
    others: tuple[int, ...] = ()
    verdict: Verdict | None = None
    certain: bool = True
    irredundant: bool = True


@dataclass(frozen=True, slots=True)
class Count:
    """How many anomalies of a kind there are: certain and merely possible ones; at least so many, if not `exact`."""

    certain: int = 0
    possible: int = 0
    exact: bool = True

    @property
    def total(self) -> int:
        """Both together."""
        return self.certain + self.possible


@dataclass(frozen=True, slots=True)
class Analysis:
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
