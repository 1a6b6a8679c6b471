"""Whether anything changes without a rule, proved by one other filter that takes over for each of its own.

The other filter has all packets of the first. Whatever decides otherwise for some of them either comes
before the first filter anyway, or surely after the one that takes over. Where something stands in the
way of the proof, packets that it may get are tried.
"""

from __future__ import annotations

import numpy as np

from ipseclint.semantics.packets.fields import Flags, Positions
from ipseclint.semantics.packets.join import WorkLimit
from ipseclint.semantics.packets.survey import Survey, try_packets
from ipseclint.semantics.packets.table import ATTEMPTS, Table


def taken_over(table: Table, filters: Positions, found: Survey, limit: WorkLimit) -> Flags:
    """Filters, none of them hidden, whose packets surely all get the same outcome without them.

    A flag for every filter of the table; only those asked about are ever set. `found` is told where a
    packet needs its filter. Raises WorkLimitError.
    """
    count = len(table)
    taker = np.full(count, count, dtype=np.intp)
    for items, others in table.neighbours(filters, limit):
        like = (table.outcome[items] == table.outcome[others]) & ~table.before(others, items)
        like[like] = table.within(items[like], others[like])
        np.minimum.at(taker, items[like], table.place[others[like]])
    return _proved(table, filters, taker, found, limit, hidden=False)


def agreed_on(table: Table, filters: Positions, found: Survey, limit: WorkLimit) -> Flags:
    """Contained filters whose packets surely all get their outcome from the rules that hide them.

    Flags as above; `found` is told where a packet contradicts.
    """
    taker = found.container.copy()
    outcome_at = np.append(table.outcome[table.at_place], -1)
    taker[outcome_at[taker] != table.outcome] = len(table)
    return _proved(table, filters, taker, found, limit, hidden=True)


def _proved(
    table: Table, filters: Positions, taker: Positions, found: Survey, limit: WorkLimit, *, hidden: bool
) -> Flags:
    """Of the filters: those with someone at a place to take over, and nothing in the way."""
    count = len(table)
    rival = _rivals(table, filters, taker, limit, hidden=hidden)
    for attempt in range(ATTEMPTS):
        refuted = found.contradicted if hidden else found.needed
        disputed = filters[(rival[filters] < count) & ~refuted[filters]]
        if not len(disputed):
            break
        toward = disputed, table.at_place[rival[disputed]]
        try_packets(table, table.packets(attempt, toward), disputed, found, limit)
    proved = np.zeros(count, dtype=np.bool_)
    proved[filters] = (rival[filters] == count) & (taker[filters] < count)
    return proved


def _rivals(table: Table, filters: Positions, taker: Positions, limit: WorkLimit, *, hidden: bool) -> Positions:
    """The place of the first filter of another outcome that is not surely after the taker; else their number.

    Of a hidden filter only those matter that come before it, otherwise only those that do not.
    """
    count = len(table)
    rival = np.full(count, count, dtype=np.intp)
    taking = np.append(table.at_place, 0)[taker]
    for pairs in table.neighbours(filters, limit):
        items, others = _where(pairs, table.outcome[pairs[0]] != table.outcome[pairs[1]])
        items, others = _where((items, others), table.before(others, items) == hidden)
        items, others = _where((items, others), (taker[items] == count) | ~table.before(taking[items], others))
        np.minimum.at(rival, items, table.place[others])
    return rival


def _where(pairs: tuple[Positions, Positions], keep: Flags) -> tuple[Positions, Positions]:
    return pairs[0][keep], pairs[1][keep]
