"""Counting the pairs of rules that disagree, millions of them, and listing the first few."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from ipseclint.semantics.packets.anomaly import PAIR_KINDS, Kind, PairTally
from ipseclint.semantics.packets.columns import Flags, Positions
from ipseclint.semantics.packets.join import WorkLimit, WorkLimitError
from ipseclint.semantics.packets.table import Table

_MAX_STORED_OVERLAPS = 3_000_000
"""Overlaps of rules with several filters that are held to be put together; reasoned: about 100 MB."""


def tally_pairs(table: Table, limit: WorkLimit, listed: int) -> dict[Kind, PairTally]:
    """The pairs of each kind that is about two rules, with the first `listed` of each.

    Counts are not exact when the limit is reached.
    """
    counter = _Counter(table, listed)
    try:
        for overlaps in _overlaps(table, limit):
            counter.add(overlaps)
        counter.add_stored()
    except WorkLimitError:
        counter.exact = False
    return counter.tallies()


class _Overlaps(Struct, frozen=True):
    """Overlapping filters of two rules each, the rule with the smaller position first.

    `inside` and `outside`: the first filter lies in the second, and the second in the first. `earlier`
    and `later`: the first is surely asked before the second, and after it. `sure`: they surely overlap.
    """

    first: Positions
    second: Positions
    inside: Flags
    outside: Flags
    earlier: Flags
    later: Flags
    sure: Flags

    def where(self, keep: Flags) -> _Overlaps:
        return _Overlaps(*(getattr(self, name)[keep] for name in self.__struct_fields__))


def _overlaps(table: Table, limit: WorkLimit) -> Iterator[_Overlaps]:
    for pairs in table.differing.pairs_among(limit):
        items, others = table.of_different_outcome(*pairs)
        meets = table.exactly_meets(items, others)
        items, others = items[meets], others[meets]
        swap = table.rule[items] > table.rule[others]
        first, second = np.where(swap, others, items), np.where(swap, items, others)
        inside, outside = table.exactly_within(first, second), table.exactly_within(second, first)
        earlier, later = table.order(first, second, inside, outside)
        yield _Overlaps(first, second, inside, outside, earlier, later, table.surely_meets(first, second))


class _Counter:
    """Sorts overlaps into kinds; those of rules with several filters are put together at the end."""

    def __init__(self, table: Table, listed: int) -> None:
        self.exact = True
        self._table = table
        self._single = np.bincount(table.rule, minlength=table.rules) < 2
        self._sums = {(kind, sure): _Sum(listed) for kind in PAIR_KINDS for sure in (True, False)}
        self._stored: list[_Overlaps] = []
        self._room = _MAX_STORED_OVERLAPS

    def add(self, overlaps: _Overlaps) -> None:
        """Count overlaps, or store them when a rule of theirs has several filters."""
        if self._single.all():
            self._sort(self._keys(overlaps), overlaps)
            return
        rule = self._table.rule
        single = self._single[rule[overlaps.first]] & self._single[rule[overlaps.second]]
        self._sort(self._keys(overlaps.where(single)), overlaps.where(single))
        rest = overlaps.where(~single)
        self._room -= len(rest.first)
        if self._room < 0:
            raise WorkLimitError
        self._stored.append(rest)

    def add_stored(self) -> None:
        """Count each pair of rules with several filters once, by all overlaps of their filters."""
        parts = [each for each in self._stored if len(each.first)]
        if not parts:
            return
        every = _Overlaps(
            *(np.concatenate([getattr(part, name) for part in parts]) for name in _Overlaps.__struct_fields__)
        )
        keys, group = np.unique(self._keys(every), return_inverse=True)
        first = np.zeros(len(keys), dtype=np.intp)
        first[group] = every.first
        second = np.zeros(len(keys), dtype=np.intp)
        second[group] = every.second
        together = _Overlaps(
            first,
            second,
            self._all_filters(group, every.first, every.inside, first),
            self._all_filters(group, every.second, every.outside, second),
            ~_any(group, ~every.earlier, len(keys)),
            ~_any(group, ~every.later, len(keys)),
            _any(group, every.sure, len(keys)),
        )
        self._sort(keys, together)

    def tallies(self) -> dict[Kind, PairTally]:
        exact = self.exact and not self._table.approximate
        return {
            kind: PairTally(
                self._sums[kind, True].count,
                self._sums[kind, False].count,
                exact,
                (
                    *self._sums[kind, True].pairs(self._table.rules),
                    *self._sums[kind, False].pairs(self._table.rules),
                )[: self._sums[kind, True].listed],
            )
            for kind in PAIR_KINDS
        }

    def _keys(self, overlaps: _Overlaps) -> NDArray[np.int64]:
        rule = self._table.rule.astype(np.int64)
        keys: NDArray[np.int64] = rule[overlaps.first] * self._table.rules + rule[overlaps.second]
        return keys

    def _all_filters(self, group: Positions, item: Positions, lies: Flags, example: Positions) -> Flags:
        """Whether, of each pair, every filter of a rule lies in one of the other."""
        places = group[lies] * len(self._table) + item[lies]
        lying = np.unique(places, return_index=True)[0] // len(self._table)  # without the index it loads numpy.ma
        filters = np.bincount(self._table.rule)[self._table.rule[example]]
        covered: Flags = np.bincount(lying, minlength=len(example)) == filters
        return covered

    def _sort(self, keys: NDArray[np.int64], pairs: _Overlaps) -> None:
        table = self._table
        decided = table.decision[pairs.first] != table.decision[pairs.second]
        in_tunnels = (table.session[pairs.first] > 0) & (table.session[pairs.second] > 0)
        exception = (pairs.inside & ~pairs.outside & pairs.earlier) | (pairs.outside & ~pairs.inside & pairs.later)
        hidden = (pairs.inside & pairs.later) | (pairs.outside & pairs.earlier)
        chosen = {
            Kind.GENERALISATION: decided & exception,
            Kind.CORRELATION: decided & ~exception & ~hidden,
            Kind.OVERLAPPING_SESSIONS: in_tunnels & (table.session[pairs.first] != table.session[pairs.second]),
        }
        for (kind, sure), total in self._sums.items():
            total.add(keys[chosen[kind] & (pairs.sure == sure)])


class _Sum:
    """The count of one kind of pair, certain or possible, and its smallest keys."""

    def __init__(self, listed: int) -> None:
        self.count = 0
        self.listed = listed
        self._keys: NDArray[np.int64] = np.empty(0, dtype=np.int64)

    def add(self, keys: NDArray[np.int64]) -> None:
        self.count += len(keys)
        if len(self._keys) == self.listed and self.listed:
            keys = keys[keys < self._keys[-1]]
        self._keys = np.sort(np.concatenate([self._keys, keys]))[: self.listed]

    def pairs(self, rules: int) -> tuple[tuple[int, int], ...]:
        return tuple((int(key) // rules, int(key) % rules) for key in self._keys)


def _any(group: Positions, flags: Flags, groups: int) -> Flags:
    any_flagged = np.zeros(groups, dtype=np.bool_)
    any_flagged[group[flags]] = True
    return any_flagged
