"""Pairs of rules that disagree, each with a packet they meet on."""

from __future__ import annotations

from ipseclint.analysis.packets.anomaly import Anomaly, Limits
from ipseclint.analysis.packets.decide import decide
from ipseclint.analysis.packets.exact import Neighbours, meeting_packet
from ipseclint.analysis.packets.kinds import Kind, PairTally
from ipseclint.analysis.packets.lookup import Lookup
from ipseclint.analysis.packets.rules import OrderedRules


def listed_pairs(rules: OrderedRules, look: Lookup, kind: Kind, tally: PairTally, limits: Limits) -> list[Anomaly]:
    """The listed pairs of a kind as anomalies: of a generalisation the general rule is the subject."""
    firsts = sorted({place for pair in tally.listed for place in rules.filters_of[pair[0]]})
    near = look.neighbours(firsts)
    return [
        _pair(rules, kind, pair, near, limits.steps, certain=number < tally.certain)
        for number, pair in enumerate(tally.listed)
    ]


def _pair(
    rules: OrderedRules, kind: Kind, pair: tuple[int, int], near: Neighbours, steps: int, *, certain: bool
) -> Anomaly:
    packet = meeting_packet(rules, pair, near, steps)
    own = [*rules.filters_of[pair[0]], *rules.filters_of[pair[1]]]
    among = {*own, *(other for place in rules.filters_of[pair[0]] for other in near[place])}
    verdict = decide(rules, packet, among)
    first, second = pair
    if kind is Kind.GENERALISATION and any(loser.rule == second and loser.to == first for loser in verdict.losers):
        first, second = second, first
    return Anomaly(kind, first, (second,), verdict, certain)
