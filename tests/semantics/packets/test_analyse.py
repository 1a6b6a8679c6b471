from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipseclint.semantics.packets import lookup
from ipseclint.semantics.packets.analyse import analyse
from ipseclint.semantics.packets.anomaly import Analysis, Anomaly, Kind
from ipseclint.semantics.packets.box import packet_box
from ipseclint.semantics.packets.rules import OrderedRules, TrafficRule
from tests.semantics.packets.brute_force import Oracle
from tests.semantics.packets.small_space import rules, union, within
from tests.tries import tries

PAIRS = (Kind.GENERALISATION, Kind.CORRELATION, Kind.OVERLAPPING_SESSIONS)
ORDERED = st.builds(OrderedRules, rules().map(tuple), st.booleans())
briefly = tries(60)


def with_arrays(ordered: OrderedRules) -> Analysis:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookup, "FEW_FILTERS", -1)
        return analyse(ordered)


def by_rule(analysis: Analysis, kind: Kind) -> set[int]:
    return {each.rule for each in analysis.of(kind)}


def by_pair(analysis: Analysis, kind: Kind) -> set[tuple[int, ...]]:
    return {tuple(sorted((each.rule, *each.others))) for each in analysis.of(kind)}


def expect(ordered: OrderedRules, analysis: Analysis) -> None:
    oracle = Oracle(ordered)
    assert not analysis.undecided
    assert not analysis.undetermined
    assert {(each.rule, *each.others) for each in analysis.of(Kind.DUPLICATE)} == oracle.duplicates
    for kind, expected_rules in oracle.single().items():
        assert by_rule(analysis, kind) == expected_rules, kind
        assert analysis.counts[kind].total == len(expected_rules)
    for kind, expected_pairs in oracle.pairs().items():
        assert by_pair(analysis, kind) == expected_pairs, kind
        assert analysis.counts[kind].total == len(expected_pairs)
    assert all(count.exact for count in analysis.counts.values())
    for anomaly in analysis.anomalies:
        expect_witness(oracle, anomaly)


def expect_witness(oracle: Oracle, anomaly: Anomaly) -> None:
    """The packet is one of the rule's, and what is said of it is so; equal rules need none."""
    if anomaly.kind is Kind.DUPLICATE:
        assert anomaly.verdict is None
        return
    assert anomaly.verdict is not None
    packet = packet_box(anomaly.verdict.packet)
    matching = {filter_.rule for filter_ in oracle.filters if packet.within(filter_.box)}
    assert anomaly.rule in matching
    assert set(anomaly.verdict.rules) == matching
    if anomaly.kind in PAIRS:
        assert set(anomaly.others) <= matching
    if anomaly.kind is Kind.SHADOWED:
        assert anomaly.rule not in anomaly.verdict.winners
        decided = {oracle.rules.rules[winner].decision for winner in anomaly.verdict.winners}
        sessions = {oracle.rules.rules[winner].session for winner in anomaly.verdict.winners}
        own = oracle.rules.rules[anomaly.rule]
        assert decided | sessions != {own.decision, own.session}
    if anomaly.kind in (Kind.SHADOWED, Kind.REDUNDANT):
        expect_replacement(oracle, anomaly)


def expect_replacement(oracle: Oracle, anomaly: Anomaly) -> None:
    """The others take every packet of the rule, and none of them can be left out."""

    def covered(others: tuple[int, ...]) -> bool:
        agreeing = anomaly.kind is Kind.REDUNDANT
        return all(
            within(
                oracle.points[own],
                union(
                    oracle.points[each]
                    for other in others
                    for each in oracle.own(other)
                    if oracle.before(each, own) or (agreeing and oracle.agree(each, own))
                ),
            )
            for own in oracle.own(anomaly.rule)
        )

    assert covered(anomaly.others)
    for left_out in anomaly.others:
        assert not covered(tuple(each for each in anomaly.others if each != left_out))


@briefly
@given(ORDERED)
def test_few_rules_against_every_packet(ordered: OrderedRules) -> None:
    expect(ordered, analyse(ordered))


@briefly
@given(ORDERED)
def test_arrays_find_what_comparing_all_finds(ordered: OrderedRules) -> None:
    assert with_arrays(ordered) == analyse(ordered)


@briefly
@given(ORDERED, st.sampled_from((1, 4, 12)))
def test_fields_with_too_many_values_for_a_table(ordered: OrderedRules, largest: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ipseclint.semantics.packets.columns.MAX_TABLE_VALUES", largest)
        assert with_arrays(ordered) == analyse(ordered)


@pytest.mark.long
@tries(4000)
@given(ORDERED, st.sampled_from((1, 4, 12, 2048)))
def test_many_rules_against_every_packet(ordered: OrderedRules, largest: int) -> None:
    expect(ordered, analyse(ordered))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ipseclint.semantics.packets.columns.MAX_TABLE_VALUES", largest)
        expect(ordered, with_arrays(ordered))


@briefly
@given(rules(conditions=False), st.booleans())
def test_certain_without_conditions(some: list[TrafficRule], most_specific_first: bool) -> None:
    analysis = analyse(OrderedRules(tuple(some), most_specific_first))
    assert all(each.certain for each in analysis.anomalies)
    assert all(count.possible == 0 for count in analysis.counts.values())


def test_points_of_nothing() -> None:
    assert analyse(OrderedRules(())).anomalies == ()
    nothing = analyse(OrderedRules((TrafficRule("", (), "require"),)))
    assert [(each.kind, each.rule) for each in nothing.anomalies] == [(Kind.EMPTY, 0)]
    two = analyse(OrderedRules((TrafficRule("a", (), "require"), TrafficRule("b", (), "require"))))
    assert [(each.kind, each.rule) for each in two.anomalies] == [(Kind.EMPTY, 0), (Kind.EMPTY, 1)]
