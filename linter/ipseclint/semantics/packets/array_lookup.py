"""The lookup for many filters, vectorised with arrays."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from msgspec import Struct

from ipseclint.semantics.packets.anomaly import Candidates, Kind, PairTally
from ipseclint.semantics.packets.columns import Flags, Positions
from ipseclint.semantics.packets.join import Join, WorkLimit, WorkLimitError
from ipseclint.semantics.packets.rules import OrderedRules
from ipseclint.semantics.packets.table import SAMPLES, Table
from ipseclint.semantics.packets.tally import tally_pairs


class ArrayLookup:
    """The lookup of ordered rules by arrays; `work` bounds each kind of question."""

    def __init__(self, rules: OrderedRules, work: int) -> None:
        self._rules = rules
        self._table = Table(rules)
        self._work = work

    def candidates(self) -> Candidates:
        """The rules worth exact reasoning; no other is hidden or redundant."""
        limit = WorkLimit(self._work)
        seen, some = survey(self._table, limit), self._table.some
        hidden, contained = ~some(seen.reached), ~some(~seen.contained)
        agreed, replaced = self._proved(seen, contained, ~hidden & ~some(seen.needed), limit)
        removable = ~hidden & ~some(seen.needed)
        kinds: dict[int, Kind | None] = dict.fromkeys(self._numbers(contained))
        kinds |= dict.fromkeys(self._numbers(contained & some(seen.contradicted)), Kind.SHADOWED)
        kinds |= dict.fromkeys(self._numbers(contained & ~some(~agreed)), Kind.REDUNDANT)
        return Candidates(
            self._numbers(hidden & ~contained),
            kinds,
            self._numbers(removable),
            frozenset(self._numbers(removable & ~some(~replaced & ~seen.contained))),
        )

    def _proved(self, seen: Survey, contained: Flags, removable: Flags, limit: WorkLimit) -> tuple[Flags, Flags]:
        """The filters of contained rules that are agreed on, and of removable rules that are taken over."""
        rule, some = self._table.rule, self._table.some
        open_kind = contained[rule] & ~some(seen.contradicted)[rule]
        try:
            agreed = agreed_on(self._table, np.flatnonzero(open_kind), seen, limit)
            free = np.flatnonzero(removable[rule] & ~seen.contained)
            return agreed, taken_over(self._table, free, seen, limit)
        except WorkLimitError:
            return np.zeros(len(rule), dtype=np.bool_), np.zeros(len(rule), dtype=np.bool_)

    def neighbours(self, filters: Sequence[int], most: int) -> Mapping[int, Sequence[int]] | None:
        """For each of these filters the filters of other rules it may overlap, in order; None if they are too many."""
        chunks = []
        try:
            for chunk in self._table.neighbours(np.array(filters, dtype=np.intp), WorkLimit(self._work)):
                chunks.append(chunk)
                most -= len(chunk[0])
                if most < 0:
                    return None
        except WorkLimitError:
            return None
        none = np.empty(0, dtype=np.intp)
        items, others = (np.concatenate([none, *(chunk[side] for chunk in chunks)]) for side in (0, 1))
        order = np.lexsort((others, items))
        items, others = items[order], others[order]
        starts, ends = np.searchsorted(items, filters, "left"), np.searchsorted(items, filters, "right")
        return {
            each: array("i", others[start:end].astype(np.int32).tobytes())
            for each, start, end in zip(filters, starts, ends, strict=True)
        }

    def pair_tallies(self, listed: int) -> dict[Kind, PairTally]:
        """The pairs of rules of each kind that is about two rules, with the first few."""
        return tally_pairs(self._table, WorkLimit(self._work), listed)

    @cached_property
    def _has_filters(self) -> Flags:
        return self._table.some(np.ones(len(self._table), dtype=np.bool_))

    def _numbers(self, flags: Flags) -> tuple[int, ...]:
        return tuple(np.flatnonzero(flags & self._has_filters).tolist())


_MAX_ATTEMPTS, _WORTH = 16, 0.9
"""How many packets of a filter are tried; after the first few, only while at least one in ten decides something.
Reasoned."""


class Survey(Struct):
    """The facts about each filter so far.

    `container`: the place of the first single filter that surely covers it, or the number of filters. `reached`: a
    packet was found that is surely not taken before it. `needed`: a packet was found whose outcome may change without
    it. `contradicted`: a packet was found that is taken before it, with another outcome.
    """

    container: Positions
    reached: Flags
    needed: Flags
    contradicted: Flags

    @property
    def contained(self) -> Flags:
        """Whether a single filter surely covers it."""
        return self.container < len(self.container)


def survey(table: Table, limit: WorkLimit) -> Survey:
    """The facts that a few packets of each filter show; fewer when the limit is reached.

    Once a rule is reached and needed, its filters are not examined further: the first of each often suffices, where
    the second is for the answers.
    """
    count = len(table)
    none = np.zeros(count, dtype=np.bool_)
    result = Survey(np.full(count, count), none, none.copy(), none.copy())
    before = count
    first = np.append(np.True_, table.rule[1:] != table.rule[:-1])
    every = np.ones(count, dtype=np.bool_)
    for attempt, asked in ((0, first), (0, ~first), *((later, every) for later in range(1, _MAX_ATTEMPTS))):
        settled = table.some(result.reached) & table.some(result.needed)
        left = ~result.contained & ~settled[table.rule]
        queries = np.flatnonzero(left & asked)
        if not left.any() or (attempt >= SAMPLES and len(queries) > before * _WORTH):
            break
        before = len(queries)
        try:
            try_packets(table, table.packets(attempt), queries, result, limit)
        except WorkLimitError:
            break
    return result


def try_packets(table: Table, packets: Join, queries: Positions, seen: Survey, limit: WorkLimit) -> None:
    """See what becomes of one packet of each of the filters, with them and without. Raises WorkLimitError."""
    count = len(table)
    taken, unclear, asked = (np.zeros(count, dtype=np.bool_) for _ in range(3))
    asked[queries] = True
    first, like, rival = (np.full(count, count) for _ in range(3))
    container = seen.container.copy()
    for pairs in packets.pairs(queries, limit):
        items, others = table.foreign(*pairs)
        places = table.place[others]
        sure = table.surely_matched(items, others)
        before = table.maybe_before(others, items)
        taken[items[before]] = True
        unclear[items[~sure]] = True
        same = table.outcome[items] == table.outcome[others]
        for least, where in ((like, ~before & sure & same), (rival, ~before & sure & ~same)):
            np.minimum.at(least, items[where], places[where])
        before &= sure
        before[before] = table.before(others[before], items[before])
        np.minimum.at(first, items[before], places[before])
        before[before] = table.within(items[before], others[before])
        np.minimum.at(container, items[before], places[before])
    clear = asked & ~unclear
    disputed = np.flatnonzero(clear & ~taken & (rival < count))
    settled = _preceded(table, packets, disputed, rival, like, limit)
    seen.container = container
    seen.reached |= asked & ~taken
    seen.needed |= clear & ~taken & ((rival == count) & (like == count))
    seen.needed[disputed] |= ~settled[disputed]
    outcome_at = np.append(table.outcome[table.at_place], -1)
    seen.contradicted |= clear & (first < count) & (outcome_at[first] != table.outcome)


def _preceded(
    table: Table, packets: Join, queries: Positions, rival: Positions, like: Positions, limit: WorkLimit
) -> Flags:
    """Whether, for the packets of these filters, a filter of the same outcome surely comes before the first rival.

    `rival` and `like` are the places of the first filter of another outcome, and of the same, that the
    packet meets without its own filter.
    """
    count = len(table)
    settled = np.zeros(count, dtype=np.bool_)
    if not table.most_specific_first:
        both = queries[like[queries] < count]
        settled[both] = table.before(table.at_place[like[both]], table.at_place[rival[both]])
        return settled
    for pairs in packets.pairs(queries, limit):
        items, others = table.foreign(*pairs)
        same = table.outcome[items] == table.outcome[others]
        items, others = items[same], others[same]
        ahead = table.before(others, table.at_place[rival[items]])
        settled[items[ahead]] = True
    return settled


def taken_over(table: Table, filters: Positions, seen: Survey, limit: WorkLimit) -> Flags:
    """Filters, none of them hidden, whose packets surely all get the same outcome without them.

    A flag for every filter of the table; only those asked about are ever set. `seen` records where a
    packet needs its filter. Raises WorkLimitError.
    """
    count = len(table)
    taker = np.full(count, count)
    # What contains a filter meets each packet of it.
    for pairs in table.packets(0).pairs(filters, limit):
        items, others = table.foreign(*pairs)
        like = table.outcome[items] == table.outcome[others]
        like[like] = table.within(items[like], others[like])
        like[like] = ~table.before(others[like], items[like])
        np.minimum.at(taker, items[like], table.place[others[like]])
    return _proved(table, filters, taker, seen, limit, hidden=False)


def agreed_on(table: Table, filters: Positions, seen: Survey, limit: WorkLimit) -> Flags:
    """Contained filters whose packets surely all get their outcome from the rules that hide them.

    Flags as above; `seen` records where a packet contradicts.
    """
    taker = seen.container.copy()
    outcome_at = np.append(table.outcome[table.at_place], -1)
    taker[outcome_at[taker] != table.outcome] = len(table)
    return _proved(table, filters, taker, seen, limit, hidden=True)


def _proved(
    table: Table, filters: Positions, taker: Positions, seen: Survey, limit: WorkLimit, *, hidden: bool
) -> Flags:
    """The filters for which the taker at their place can take over, with no rival in the way."""
    count = len(table)
    rival = _rivals(table, filters, taker, limit, hidden=hidden)
    for attempt in range(SAMPLES):
        refuted = seen.contradicted if hidden else seen.needed
        disputed = filters[(rival[filters] < count) & ~refuted[filters]]
        if not len(disputed):
            break
        toward = disputed, table.at_place[rival[disputed]]
        try_packets(table, table.packets(attempt, toward), disputed, seen, limit)
    proved = np.zeros(count, dtype=np.bool_)
    proved[filters] = (rival[filters] == count) & (taker[filters] < count)
    return proved


def _rivals(table: Table, filters: Positions, taker: Positions, limit: WorkLimit, *, hidden: bool) -> Positions:
    """The place of the first filter of another outcome that is not surely after the taker; else their number.

    Of a hidden filter only those matter that come before it, otherwise only those that do not.
    """
    count = len(table)
    rival = np.full(count, count)
    taking = np.append(table.at_place, 0)[taker]
    for pairs in table.rivals(filters, limit):
        items, others = _where(pairs, table.before(pairs[1], pairs[0]) == hidden)
        items, others = _where((items, others), (taker[items] == count) | ~table.before(taking[items], others))
        np.minimum.at(rival, items, table.place[others])
    return rival


def _where(pairs: tuple[Positions, Positions], keep: Flags) -> tuple[Positions, Positions]:
    return pairs[0][keep], pairs[1][keep]
