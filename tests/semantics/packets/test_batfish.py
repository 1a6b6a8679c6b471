"""The five running examples of Batfish's design note "Simpler FilterLineReachability results".

(github.com/batfish/batfish, docs; Apache-2.0.) In each the last line is hidden; the note discusses which
lines to name and whether one of them acts otherwise. TCP flags are conditions here: they are not modelled.
"""

from __future__ import annotations

from ipseclint.semantics.packets.analyse import analyse
from ipseclint.semantics.packets.anomaly import Anomaly, Kind
from ipseclint.semantics.packets.axes import TCP
from ipseclint.semantics.packets.box import Box, Condition, box
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.rules import OrderedRules, TrafficRule

OSPF = 89
ADDRESS = IntervalSet.of(0x01020304)


def of_last_line(*lines: tuple[str, Box]) -> Anomaly:
    ordered = OrderedRules.of(
        TrafficRule(f"line {number}", (matched,), action, rank=number) for number, (action, matched) in enumerate(lines)
    )
    (found,) = (
        anomaly for anomaly in analyse(ordered).anomalies if anomaly.rule == len(lines) - 1 and is_hidden(anomaly)
    )
    return found


def is_hidden(anomaly: Anomaly) -> bool:
    return anomaly.kind in (Kind.SHADOWED, Kind.REDUNDANT)


def tcp(**fields: IntervalSet) -> Box:
    return box(4, protocol=IntervalSet.of(TCP), **fields)


def test_one_line_hides_it_and_tiny_ones_contradict() -> None:
    tiny = [("deny", box(4, source=IntervalSet.of(0x01010100 + each))) for each in range(1, 256)]
    ospf = IntervalSet.of(OSPF)
    last = box(4, protocol=ospf, destination=IntervalSet.of(0xE0000006))
    found = of_last_line(*tiny, ("permit", box(4, protocol=ospf)), ("permit", last))
    assert found.others == (255,)
    assert found.kind is Kind.SHADOWED
    assert found.verdict is not None
    (winner,) = found.verdict.winners
    assert winner in range(255)


def test_two_halves_hide_the_whole() -> None:
    low, middle, high = 0x01020300, 0x01020380, 0x010203FF
    found = of_last_line(
        ("permit", box(4, destination=IntervalSet.of((low, middle - 1)))),
        ("deny", box(4, destination=IntervalSet.of((middle, high)))),
        ("permit", box(4, destination=IntervalSet.of((low, high)))),
    )
    assert found.others == (0, 1)
    assert found.kind is Kind.SHADOWED
    assert found.verdict is not None
    assert found.verdict.winners == (1,)


def test_line_that_gets_none_of_its_packets_is_not_named() -> None:
    found = of_last_line(("permit", box(4, destination=ADDRESS)), ("deny", tcp()), ("permit", tcp(destination=ADDRESS)))
    assert found.others == (0,)
    assert found.kind is Kind.REDUNDANT


def test_line_that_takes_nearly_all_contradicts_though_another_hides_it() -> None:
    not_80 = IntervalSet.of((0, 65_535)) - IntervalSet.of(80)
    found = of_last_line(
        ("deny", tcp(destination=ADDRESS, destination_port=not_80)),
        ("permit", tcp()),
        ("permit", tcp(destination=ADDRESS)),
    )
    assert found.others == (1,)
    assert found.kind is Kind.SHADOWED
    assert found.verdict is not None
    assert found.verdict.winners == (0,)


def test_condition_on_flags_takes_nothing_for_sure() -> None:
    established = [Condition(None, "established")]
    found = of_last_line(
        ("permit", box(4, protocol=IntervalSet.of(TCP), conditions=established)),
        ("deny", tcp(destination=ADDRESS)),
        ("permit", tcp(destination=ADDRESS, destination_port=IntervalSet.of(80))),
    )
    assert found.others == (1,)
    assert found.kind is Kind.SHADOWED
    assert found.certain
