"""A first look at many filters: which of their rules need exact reasoning.

A filter that is not covered has a packet that no filter asked before it matches. A few packets of each
filter are tried; a filter that none of them shows to be reached is a candidate. A filter that covers
another one whole matches any packet of it, and so is found on the way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ipseclint.analysis.packets.join import Flags, Positions, Ranks, WorkLimit, WorkLimitError
from ipseclint.analysis.packets.table import ATTEMPTS, Table


@dataclass(slots=True)
class Survey:
    """What is known of each filter so far.

    `container`: the place of the first single filter that surely covers it, or the number of filters.
    `reached`: a packet was found that is surely not taken before it. `needed`: a packet was found whose
    outcome may change without it. `contradicted`: a packet was found that is taken before it, with another
    outcome.
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
    """What a few packets of each filter show; less when the limit is reached."""
    count = len(table)
    found = Survey(
        np.full(count, count, dtype=np.intp),
        np.zeros(count, dtype=np.bool_),
        np.zeros(count, dtype=np.bool_),
        np.zeros(count, dtype=np.bool_),
    )
    for attempt in range(ATTEMPTS):
        open_questions = np.flatnonzero(~found.contained & ~(found.reached & found.needed))
        if not len(open_questions):
            break
        try:
            _try_packets(table, attempt, open_questions, found, limit)
        except WorkLimitError:
            break
    return found


def _try_packets(table: Table, attempt: int, queries: Positions, found: Survey, limit: WorkLimit) -> None:
    count = len(table)
    taken = np.zeros(count, dtype=np.bool_)
    unclear = np.zeros(count, dtype=np.bool_)
    successor = np.full(count, count, dtype=np.intp)
    predecessor = np.full(count, count, dtype=np.intp)
    for pairs in table.packets(attempt).pairs(queries, limit):
        items, others = table.foreign(*pairs)
        sure = table.surely_matched(items, others)
        before = table.maybe_before(others, items)
        taken[items[before]] = True
        unclear[items[~sure]] = True
        _lower(successor, items, table.place[others], ~before & sure)
        before &= sure
        before[before] = table.before(others[before], items[before])
        _lower(predecessor, items, table.place[others], before)
        before[before] = table.within(items[before], others[before])
        _lower(found.container, items, table.place[others], before)
    asked = np.zeros(count, dtype=np.bool_)
    asked[queries] = True
    clear = asked & ~unclear
    outcome_at = np.append(table.outcome[np.argsort(table.place)], -1)
    found.reached |= asked & ~taken
    found.needed |= clear & ~taken & (outcome_at[successor] != table.outcome)
    found.contradicted |= clear & (predecessor < count) & (outcome_at[predecessor] != table.outcome)


def _lower(least: Positions, items: Positions, places: Ranks, where: Flags) -> None:
    """Take the places into the least of each item."""
    np.minimum.at(least, items[where], places[where])
