"""Traffic rules in their order of precedence, and the filters they are made of."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ipseclint.semantics.packets.box import Box


@dataclass(frozen=True, slots=True)
class TrafficRule:
    """A rule that decides for the packets of its boxes.

    Each box is one filter, as Windows makes them: one pair of addresses in one direction. `decision` is
    any value; rules with equal decisions do the same. Rules of smaller `rank` are asked first; the order
    among equal ranks is not known, unless the rules are ordered by specificity. `session` is the tunnel
    the packets enter (its endpoints and sets), None for none.
    """

    name: str
    boxes: tuple[Box, ...]
    decision: Hashable
    rank: int = 0
    session: Hashable | None = None


class Filter(NamedTuple):
    """One box of a rule. `rule` is the rule's position among the rules."""

    rule: int
    box: Box
    rank: int


@dataclass(frozen=True)
class OrderedRules:
    """Rules with what is known of their order.

    `most_specific_first`: among equal ranks, a filter whose packets are a part of another's is asked
    before it. The order of other filters of equal rank is unknown.
    """

    rules: tuple[TrafficRule, ...]
    most_specific_first: bool = False

    @classmethod
    def of(cls, rules: Iterable[TrafficRule], *, most_specific_first: bool = False) -> OrderedRules:
        """The rules in any order; `rank` orders them."""
        return cls(tuple(rules), most_specific_first)

    @cached_property
    def filters(self) -> tuple[Filter, ...]:
        """The filters of all rules that match a packet at all, rule by rule; equal ones of a rule once."""
        return tuple(
            Filter(number, box, rule.rank)
            for number, rule in enumerate(self.rules)
            for box in (dict.fromkeys(rule.boxes) if len(rule.boxes) > 1 else rule.boxes)
            if box
        )

    @cached_property
    def filters_of(self) -> tuple[range, ...]:
        """Where the filters of each rule are among `filters`."""
        ranges, start = [], 0
        counts = [0] * len(self.rules)
        for each in self.filters:
            counts[each.rule] += 1
        for count in counts:
            ranges.append(range(start, start + count))
            start += count
        return tuple(ranges)

    def before(self, one: Filter, other: Filter) -> bool:
        """Whether the first filter is surely asked before the second."""
        if one.rank != other.rank:
            return one.rank < other.rank
        return self.most_specific_first and one.box.narrower_than(other.box)

    def outcome(self, one: Filter) -> tuple[Hashable, Hashable]:
        """What becomes of a packet the filter decides for: the decision, and the tunnel."""
        rule = self.rules[one.rule]
        return rule.decision, rule.session
