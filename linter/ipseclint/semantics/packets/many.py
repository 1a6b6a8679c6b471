"""Looking at many filters with arrays."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from ipseclint.semantics.packets.fields import Flags
from ipseclint.semantics.packets.join import WorkLimit, WorkLimitError
from ipseclint.semantics.packets.kinds import Kind, PairTally
from ipseclint.semantics.packets.lookup import Candidates
from ipseclint.semantics.packets.proofs import agreed_on, taken_over
from ipseclint.semantics.packets.rules import OrderedRules
from ipseclint.semantics.packets.survey import Survey, survey
from ipseclint.semantics.packets.table import Table
from ipseclint.semantics.packets.tally import tally_pairs


class ManyFilters:
    """The lookup of ordered rules by arrays; `work` bounds each kind of question."""

    def __init__(self, rules: OrderedRules, work: int) -> None:
        self._rules = rules
        self._table = Table(rules)
        self._work = work

    def candidates(self) -> Candidates:
        """The rules worth exact reasoning; no other is hidden or redundant."""
        limit = WorkLimit(self._work)
        found = survey(self._table, limit)
        hidden, contained = ~self._some(found.reached), ~self._some(~found.contained)
        agreed, replaced = self._proved(found, contained, ~hidden & ~self._some(found.needed), limit)
        removable = ~hidden & ~self._some(found.needed)
        kinds: dict[int, Kind | None] = dict.fromkeys(self._numbers(contained))
        kinds |= dict.fromkeys(self._numbers(contained & self._some(found.contradicted)), Kind.SHADOWED)
        kinds |= dict.fromkeys(self._numbers(contained & ~self._some(~agreed)), Kind.REDUNDANT)
        return Candidates(
            self._numbers(hidden & ~contained),
            kinds,
            self._numbers(removable),
            frozenset(self._numbers(removable & ~self._some(~replaced & ~found.contained))),
        )

    def _proved(self, found: Survey, contained: Flags, removable: Flags, limit: WorkLimit) -> tuple[Flags, Flags]:
        """The filters of contained rules that are agreed on, and of removable rules that are taken over."""
        rule = self._table.rule
        open_kind = contained[rule] & ~self._some(found.contradicted)[rule]
        try:
            agreed = agreed_on(self._table, np.flatnonzero(open_kind), found, limit)
            free = np.flatnonzero(removable[rule] & ~found.contained)
            return agreed, taken_over(self._table, free, found, limit)
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
        flags: Flags = np.bincount(self._table.rule, minlength=len(self._rules.rules)) > 0
        return flags

    def _some(self, filters: Flags) -> Flags:
        """Which rules have a filter with the flag."""
        flags: Flags = np.bincount(self._table.rule[filters], minlength=len(self._rules.rules)) > 0
        return flags

    def _numbers(self, flags: Flags) -> tuple[int, ...]:
        return tuple(np.flatnonzero(flags & self._has_filters).tolist())
