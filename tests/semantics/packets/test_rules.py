from __future__ import annotations

from msgspec.structs import replace

from ipseclint.finding import Basis
from ipseclint.semantics.packets.analyse import analyse
from ipseclint.semantics.packets.anomaly import Kind
from ipseclint.semantics.packets.box import box
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.rules import (
    CONNECTION_SECURITY,
    IP_SECURITY_POLICY,
    MAIN_MODE,
    WFP,
    Columns,
    OrderedRules,
    Reading,
    TrafficRule,
    parts_of,
    wfp_ranks,
)
from tests.cases import cases
from tests.semantics.packets.generated_rules import access_list, plant, specific

READINGS = [*IP_SECURITY_POLICY, *CONNECTION_SECURITY, *MAIN_MODE, *WFP]


@cases("reading", READINGS, ids=lambda each: each.name)
def test_what_is_documented_has_a_source(reading: Reading) -> None:
    assert reading.statement.endswith(".") or reading.statement.endswith(").")
    assert reading.sources or reading.basis is Basis.REASONED
    assert all(each.startswith("https://") for each in reading.sources)


def kinds_under(reading: Reading) -> dict[int, Kind]:
    """A broad exemption above a rule for one host of it."""
    rules = [
        ("exempt", box(4, destination=IntervalSet.of((0, 255)))),
        ("require", box(4, destination=IntervalSet.of(5))),
    ]
    ordered = OrderedRules.of(
        (TrafficRule(name, (matched,), name, reading.rank(exempts=name == "exempt")) for name, matched in rules),
        most_specific_first=reading.most_specific_first,
    )
    return {anomaly.rule: anomaly.kind for anomaly in analyse(ordered).anomalies}


def test_readings_of_connection_security_rules_differ_on_a_broad_exemption() -> None:
    exemptions_first, specific_first = CONNECTION_SECURITY
    assert kinds_under(exemptions_first) == {1: Kind.SHADOWED}
    assert kinds_under(specific_first) == {0: Kind.GENERALISATION}
    assert kinds_under(IP_SECURITY_POLICY[0]) == {0: Kind.GENERALISATION}


def test_wfp_asks_the_heavier_sublayer_and_filter_first_and_equal_weights_are_a_tie() -> None:
    weights = [(1, 100), (2, 5), (2, 7), (1, 100), (1, 2**64 - 1)]
    ranks = wfp_ranks(weights)
    assert sorted(range(5), key=lambda each: (ranks[each], each)) == [2, 1, 4, 0, 3]
    assert ranks[0] == ranks[3]


def test_rules_by_columns_are_the_rules() -> None:
    empty = box(4, destination=IntervalSet.of((9, 5)))
    rules = [*plant(access_list(60), 20).rules, *specific(40)]
    rules += [replace(rules[0], boxes=(empty,)), replace(rules[1], boxes=(*rules[1].boxes, *rules[2].boxes, empty) * 2)]
    itself = OrderedRules.of(rules, most_specific_first=True)
    columns = Columns.of(
        ([parts_of(one) for one in each.boxes] for each in rules),
        [each.decision for each in rules],
        [each.session for each in rules],
        [each.rank for each in rules],
    )
    assert columns == itself.columns
    given = OrderedRules(rules, most_specific_first=True, given=columns)
    assert tuple(given.filters) == tuple(itself.filters)
    assert given.filters[-3:] == list(itself.filters[-3:])
    assert given.filters_of == itself.filters_of
    assert analyse(given) == analyse(itself)
    assert {0, 1} & set(columns.rules)
    assert not {0, 1} & set(columns.without({0, 1}).rules)
