"""A first look at many filters: which of their rules need exact reasoning.

A filter that is not covered has a packet that no filter asked before it matches. A few packets of each
filter are tried; a filter that none of them shows to be reached is a candidate. A filter that covers
another one whole matches any packet of it, and so is found on the way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ipseclint.semantics.packets.fields import Flags, Positions
from ipseclint.semantics.packets.join import Join, WorkLimit, WorkLimitError
from ipseclint.semantics.packets.table import ATTEMPTS, Table


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
    none = np.zeros(count, dtype=np.bool_)
    found = Survey(np.full(count, count, dtype=np.intp), none, none.copy(), none.copy())
    for attempt in range(ATTEMPTS):
        queries = np.flatnonzero(~found.contained & ~(found.reached & found.needed))
        if not len(queries):
            break
        try:
            try_packets(table, table.packets(attempt), queries, found, limit)
        except WorkLimitError:
            break
    return found


def try_packets(table: Table, packets: Join, queries: Positions, found: Survey, limit: WorkLimit) -> None:
    """See what becomes of one packet of each of the filters, with them and without. Raises WorkLimitError."""
    count = len(table)
    taken, unclear, asked = (np.zeros(count, dtype=np.bool_) for _ in range(3))
    asked[queries] = True
    first, like, rival = (np.full(count, count, dtype=np.intp) for _ in range(3))
    container = found.container.copy()
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
    found.container = container
    found.reached |= asked & ~taken
    found.needed |= clear & ~taken & ((rival == count) & (like == count))
    found.needed[disputed] |= ~settled[disputed]
    outcome_at = np.append(table.outcome[table.at_place], -1)
    found.contradicted |= clear & (first < count) & (outcome_at[first] != table.outcome)


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
