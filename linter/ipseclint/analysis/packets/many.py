"""Looking at many filters with arrays."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from ipseclint.analysis.packets.join import Flags, WorkLimit
from ipseclint.analysis.packets.kinds import Kind, PairTally
from ipseclint.analysis.packets.lookup import Candidates
from ipseclint.analysis.packets.rules import OrderedRules
from ipseclint.analysis.packets.survey import survey
from ipseclint.analysis.packets.table import Table
from ipseclint.analysis.packets.tally import tally_pairs


class ManyFilters:
    """The lookup of ordered rules by arrays; each kind of question may look at `pairs_limit` candidate pairs."""

    def __init__(self, rules: OrderedRules, pairs_limit: int) -> None:
        self._rules = rules
        self._table = Table(rules)
        self._pairs_limit = pairs_limit

    def candidates(self) -> Candidates:
        """The rules worth exact reasoning; no other is hidden or redundant."""
        found = survey(self._table, WorkLimit(self._pairs_limit))
        hidden = ~self._some(found.reached)
        removable = ~hidden & ~self._some(found.reached & found.needed)
        surely = ~self._some(~found.contained)
        return Candidates(
            self._numbers(hidden),
            frozenset(self._numbers(surely)),
            frozenset(self._numbers(surely & self._some(found.contradicted))),
            self._numbers(removable),
        )

    def neighbours(self, filters: Sequence[int]) -> dict[int, list[int]]:
        """For each of these filters the filters of other rules it may overlap, in order."""
        none = np.empty(0, dtype=np.intp)
        chunks = [(none, none), *self._table.neighbours(filters, WorkLimit(self._pairs_limit))]
        items, others = (np.concatenate([chunk[side] for chunk in chunks]) for side in (0, 1))
        order = np.lexsort((others, items))
        items, others = items[order], others[order]
        starts, ends = np.searchsorted(items, filters, "left"), np.searchsorted(items, filters, "right")
        return {each: others[start:end].tolist() for each, start, end in zip(filters, starts, ends, strict=True)}

    def pair_tallies(self, listed: int) -> dict[Kind, PairTally]:
        """The pairs of rules of each kind that is about two rules, with the first few."""
        return tally_pairs(self._table, WorkLimit(self._pairs_limit), listed)

    @cached_property
    def _has_filters(self) -> Flags:
        flags: Flags = np.bincount(self._table.rule, minlength=len(self._rules.rules)) > 0
        return flags

    def _some(self, filters: Flags) -> Flags:
        """Which rules have a filter with the flag."""
        flags: Flags = np.bincount(self._table.rule[filters], minlength=len(self._rules.rules)) > 0
        return flags

    def _numbers(self, flags: Flags) -> tuple[int, ...]:
        return tuple(np.flatnonzero(flags & self._has_filters).tolist())
