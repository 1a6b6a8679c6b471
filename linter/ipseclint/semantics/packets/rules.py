"""Traffic rules, the filters they are made of, and the order in which Windows asks them, by kind of rule.

Where the order is not documented there are several readings; what holds in all of them is certain, the
rest depends on the reading and is to be reported with its name.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence, Set
from functools import cached_property
from itertools import accumulate, compress
from typing import overload

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.finding import Basis
from ipseclint.semantics.packets.box import Box, Condition
from ipseclint.semantics.packets.intervals import EMPTY, IntervalSet


class TrafficRule(Struct, frozen=True, gc=False):
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


class Filter(Struct, frozen=True, gc=False):
    """One box of a rule. `rule` is the rule's position among the rules."""

    rule: int
    box: Box
    rank: int


class Form(Struct, frozen=True, cache_hash=True, gc=False):
    """What many boxes have in common: the family, the sets of the axes after the addresses, and the conditions."""

    family: int
    services: tuple[IntervalSet, ...]
    conditions: frozenset[Condition]


Parts = tuple[IntervalSet, IntervalSet, Form]
"""A box taken apart: its source, destination and form."""


def box_of(parts: Parts) -> Box:
    """The box with these parts."""
    source, destination, form = parts
    return Box(form.family, (source, destination, *form.services), form.conditions)


def parts_of(one: Box) -> Parts:
    """The parts of a box."""
    source, destination, *services = one.sets
    return source, destination, Form(one.family, tuple(services), one.conditions)


class Columns(Struct, frozen=True):
    """Rules and their filters as columns: for a hundred thousand, an object each would cost more than they are used.

    `decisions`, `sessions` and `ranks` are those of the rules. The filters are those that match a packet at all, rule
    by rule, equal ones of a rule once: of each the number of its rule, of its source and destination in `sets`, and of
    its form.
    """

    decisions: Sequence[Hashable]
    sessions: Sequence[Hashable | None]
    ranks: Sequence[int]
    rules: array[int]
    sources: array[int]
    destinations: array[int]
    forms: array[int]
    sets: tuple[IntervalSet, ...]
    distinct_forms: tuple[Form, ...]

    @classmethod
    def of(
        cls,
        parts_of_rules: Iterable[Sequence[Parts]],
        decisions: Sequence[Hashable],
        sessions: Sequence[Hashable | None],
        ranks: Sequence[int],
    ) -> Columns:
        """Rules by columns: what the boxes of each are made of, what it does, and when it is asked."""
        rules, sources, destinations, forms = (array("i") for _ in range(4))
        sets: dict[IntervalSet, int] = {}
        distinct: dict[Form, int] = {}
        for number, parts in enumerate(parts_of_rules):
            several = len(parts) > 2 or (len(parts) == 2 and parts[0] == parts[1])
            for source, destination, form in dict.fromkeys(parts) if several else parts:
                if source.spans and destination.spans and (form in distinct or EMPTY not in form.services):
                    rules.append(number)
                    sources.append(sets.setdefault(source, len(sets)))
                    destinations.append(sets.setdefault(destination, len(sets)))
                    forms.append(distinct.setdefault(form, len(distinct)))
        return cls(decisions, sessions, ranks, rules, sources, destinations, forms, tuple(sets), tuple(distinct))

    def parts(self, place: int) -> Parts:
        """The parts of one filter."""
        return (
            self.sets[self.sources[place]],
            self.sets[self.destinations[place]],
            self.distinct_forms[self.forms[place]],
        )

    def boxes(self) -> Iterator[tuple[int, Box]]:
        """The boxes of all filters, each with the number of its rule."""
        return ((rule, box_of(self.parts(place))) for place, rule in enumerate(self.rules))

    def without(self, removed: Set[int]) -> Columns:
        """The same rules, of which some match nothing."""
        kept = [number not in removed for number in self.rules]
        rules, sources, destinations, forms = (
            array("i", compress(each, kept)) for each in (self.rules, self.sources, self.destinations, self.forms)
        )
        return replace(self, rules=rules, sources=sources, destinations=destinations, forms=forms)


class _Filters(Sequence[Filter]):
    """The filters of columns, each made when it is first asked for."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._made: dict[int, Filter] = {}

    def __len__(self) -> int:
        return len(self._columns.rules)

    @overload
    def __getitem__(self, place: int) -> Filter: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Filter]: ...
    def __getitem__(self, place: int | slice) -> Filter | Sequence[Filter]:
        if isinstance(place, slice):
            return [self[each] for each in range(len(self))[place]]
        if place not in self._made:
            columns = self._columns
            rule = columns.rules[place]
            self._made[place] = Filter(rule, box_of(columns.parts(place)), columns.ranks[rule])
        return self._made[place]


class OrderedRules(Struct, frozen=True, dict=True):
    """Rules with what is known of their order.

    `most_specific_first`: among equal ranks, a filter whose packets are a part of another's is asked
    before it. The order of other filters of equal rank is unknown. `given` is what the rules are by columns, where
    that is known without them.
    """

    rules: Sequence[TrafficRule]
    most_specific_first: bool = False
    given: Columns | None = None

    @classmethod
    def of(cls, rules: Iterable[TrafficRule], *, most_specific_first: bool = False) -> OrderedRules:
        """The rules in any order; `rank` orders them."""
        return cls(tuple(rules), most_specific_first)

    @cached_property
    def columns(self) -> Columns:
        """The rules and their filters by columns."""
        if self.given is not None:
            return self.given
        return Columns.of(
            ([parts_of(one) for one in each.boxes] for each in self.rules),
            [each.decision for each in self.rules],
            [each.session for each in self.rules],
            [each.rank for each in self.rules],
        )

    @cached_property
    def filters(self) -> Sequence[Filter]:
        """The filters of all rules that match a packet at all, rule by rule; equal ones of a rule once."""
        if self.given is not None:
            return _Filters(self.given)
        return tuple(
            Filter(number, box, rule.rank)
            for number, rule in enumerate(self.rules)
            for box in (dict.fromkeys(rule.boxes) if len(rule.boxes) > 1 else rule.boxes)
            if box
        )

    @cached_property
    def filters_of(self) -> tuple[range, ...]:
        """The range of each rule's filters in `filters`."""
        counts = Counter(self.columns.rules)
        ends = list(accumulate(counts[number] for number in range(len(self.rules))))
        return tuple(map(range, (0, *ends), ends))

    def before(self, one: Filter, other: Filter) -> bool:
        """Whether the first filter is surely asked before the second."""
        if one.rank != other.rank:
            return one.rank < other.rank
        return self.most_specific_first and one.box.narrower_than(other.box)

    def outcome(self, one: Filter) -> tuple[Hashable, Hashable]:
        """The outcome of a packet that the filter decides for: the decision, and the tunnel."""
        return self.columns.decisions[one.rule], self.columns.sessions[one.rule]


class Reading(Struct, frozen=True):
    """One way to understand the order of rules.

    `exemptions_first`: a rule that exempts is asked before every rule that does not.
    `most_specific_first`: among the others, a filter is asked before those that contain it. `statement`
    says so in a sentence; `sources` are the pages it rests on.
    """

    name: str
    statement: str
    basis: Basis
    sources: tuple[str, ...]
    exemptions_first: bool = False
    most_specific_first: bool = True

    def rank(self, *, exempts: bool) -> int:
        """The rank of a rule, smaller first."""
        return int(self.exemptions_first and not exempts)


_CABLE_GUY = "https://learn.microsoft.com/en-us/previous-versions/bb877982(v=technet.10)"
_ISOLATED_XP = "https://learn.microsoft.com/en-us/previous-versions/cc753008(v=ws.10)"
_RULE_TYPES = "https://learn.microsoft.com/en-us/previous-versions/cc811522(v=ws.10)"
_EXEMPTIONS = "https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-server-2008-R2-and-2008/cc811521(v=ws.10)"
_ARBITRATION = "https://learn.microsoft.com/en-us/windows/win32/fwp/filter-arbitration"
_SUBLAYER = "https://learn.microsoft.com/en-us/windows/win32/api/fwpmtypes/ns-fwpmtypes-fwpm_sublayer0"

IP_SECURITY_POLICY = (
    Reading(
        "most specific filter first",
        "Windows orders the filters of a netsh ipsec policy itself, from the most specific to the most general; "
        "the order of two filters neither of which contains the other is not documented.",
        Basis.DOCUMENTED,
        (_CABLE_GUY, _ISOLATED_XP),
    ),
)
"""The order of filters of a `netsh ipsec` policy."""

CONNECTION_SECURITY = (
    Reading(
        "exemptions first",
        "An exemption holds regardless of other connection security rules (documented); among the rest the most "
        "specific filter comes first, as in netsh ipsec policies (reasoned).",
        Basis.REASONED,
        (_RULE_TYPES, _EXEMPTIONS),
        exemptions_first=True,
    ),
    Reading(
        "most specific filter first",
        "All rules are ordered from the most specific filter to the most general, exemptions among them (reasoned).",
        Basis.REASONED,
        (_ISOLATED_XP,),
    ),
)
"""The order of connection security rules. That exemptions come first is documented, the rest is not."""

MAIN_MODE = (
    Reading(
        "most specific filter first",
        "The order of main-mode rules is not documented; the most specific filter is taken to come first (reasoned).",
        Basis.REASONED,
        (),
    ),
)
"""The order of main-mode rules."""

WFP = (
    Reading(
        "filter weight",
        "Within a sublayer, filters are asked from the highest weight to the lowest until one permits or blocks; "
        "the order of equal weights is not documented.",
        Basis.DOCUMENTED,
        (_ARBITRATION, _SUBLAYER),
        most_specific_first=False,
    ),
)
"""The order of filters of the Windows Filtering Platform in one sublayer of one layer.

Filters of different sublayers do not hide each other: each sublayer is asked. They are analysed apart.
"""


def wfp_ranks(weights: Sequence[tuple[int, int]]) -> list[int]:
    """The rank of each filter, from its (sublayer weight, effective filter weight): heavier first.

    A sublayer of higher weight is asked before one of lower weight. Equal weights have equal ranks.
    """
    ranks = {pair: rank for rank, pair in enumerate(sorted(set(weights), reverse=True))}
    return [ranks[pair] for pair in weights]
