"""Pairs of rules that disagree, each with a packet they meet on."""

from __future__ import annotations

from ipseclint.semantics.packets.anomaly import Anomaly, Limits
from ipseclint.semantics.packets.cover import Steps
from ipseclint.semantics.packets.decide import decide
from ipseclint.semantics.packets.exact import meeting_packet
from ipseclint.semantics.packets.kinds import Kind, PairTally
from ipseclint.semantics.packets.lookup import Lookup
from ipseclint.semantics.packets.nearby import Nearby, Neighbours
from ipseclint.semantics.packets.rules import OrderedRules


def listed_pairs(rules: OrderedRules, look: Lookup, kind: Kind, tally: PairTally, limits: Limits) -> list[Anomaly]:
    """The listed pairs of a kind as anomalies, as far as the work allowed goes.

    Of a generalisation the general rule is the subject.
    """
    steps = limits.fresh_steps()
    nearby = Nearby(rules, look, limits.neighbours)
    near_of = dict(nearby.of(sorted({pair[0] for pair in tally.listed})))
    return [
        _pair(rules, kind, pair, near, steps, certain=number < tally.certain)
        for number, pair in enumerate(tally.listed)
        if (near := near_of[pair[0]]) is not None
    ]


def _pair(
    rules: OrderedRules, kind: Kind, pair: tuple[int, int], near: Neighbours, steps: Steps, *, certain: bool
) -> Anomaly:
    packet = meeting_packet(rules, pair, near, steps)
    own = [*rules.filters_of[pair[0]], *rules.filters_of[pair[1]]]
    among = {*own, *(other for place in rules.filters_of[pair[0]] for other in near[place])}
    verdict = decide(rules, packet, among)
    first, second = pair
    if kind is Kind.GENERALISATION and any(loser.rule == second and loser.to == first for loser in verdict.losers):
        first, second = second, first
    return Anomaly(kind, first, (second,), verdict, certain)
