"""What two lists of rules decide differently, against every packet of a small space and against published cases."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Sequence
from ipaddress import ip_network
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ipseclint.semantics.packets import changes
from ipseclint.semantics.packets.analyse import analyse
from ipseclint.semantics.packets.anomaly import Anomaly, Kind
from ipseclint.semantics.packets.axes import DOMAINS
from ipseclint.semantics.packets.box import Box, Condition, box, matches
from ipseclint.semantics.packets.changes import ChangedCell, Changes
from ipseclint.semantics.packets.coverage import UNTOUCHED, coverage
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.regions import Region, joined
from ipseclint.semantics.packets.rules import OrderedRules, TrafficRule
from tests import ROOT
from tests.cases import cases
from tests.semantics.packets.small_space import POINTS, Points, briefly, points_of, rules, union

CASES = ROOT.parent / "shared" / "oracle" / "cases"


# ---- every packet of a small space ----


def decided(ordered: OrderedRules) -> list[frozenset[Hashable]]:
    """For each packet the outcomes of the filters that match it and that no other is surely asked before."""
    filters = [(points_of(each.box), each) for each in ordered.filters]
    outcomes = []
    for place in range(len(POINTS)):
        matching = [each for mask, each in filters if mask >> place & 1]
        first = [each for each in matching if not any(ordered.before(other, each) for other in matching)]
        outcomes.append(frozenset(map(ordered.outcome, first)))
    return outcomes


def changed_points(old: OrderedRules, new: OrderedRules) -> Points:
    both = zip(decided(old), decided(new), strict=True)
    return sum(1 << place for place, (before, after) in enumerate(both) if before != after)


def points_in(region: Region) -> Points:
    held = points_of(region.box)
    for condition in region.without:
        held &= ~points_of(Box(4, DOMAINS[4], frozenset({condition})))
        held &= ~points_of(Box(6, DOMAINS[6], frozenset({condition})))
    return held


def cells(old: OrderedRules, new: OrderedRules) -> list[ChangedCell]:
    search = Changes((old,), (new,))
    found = list(search.cells())
    assert search.undecided == []
    return found


@briefly
@given(rules(), rules(), st.booleans())
def test_exactly_the_changed_packets_are_found_and_each_once(
    some: list[TrafficRule], others: list[TrafficRule], specific: bool
) -> None:
    old, new = OrderedRules(tuple(some), specific), OrderedRules(tuple(others), specific)
    found = [points_in(cell.region) for cell in cells(old, new)]
    assert sum(found) == changed_points(old, new)


@briefly
@given(rules(), st.randoms(use_true_random=False), st.booleans(), st.booleans())
def test_a_rule_more_less_or_moved(some: list[TrafficRule], random: Random, specific: bool, moved: bool) -> None:
    """Lists that have most in common, which is where work is saved."""
    others = list(some)
    taken = others.pop(random.randrange(len(others)))
    if moved:
        others.append(replace(taken, rank=taken.rank + 1))
    old, new = OrderedRules(tuple(some), specific), OrderedRules(tuple(others), specific)
    there, back = by_treatments(cells(old, new)), by_treatments(cells(new, old))
    assert sum(there.values()) == changed_points(old, new)
    assert there == {(before, after): points for (after, before), points in back.items()}


def by_treatments(found: list[ChangedCell]) -> dict[tuple[Hashable, Hashable], Points]:
    """The packets of each pair of treatments, however they are cut."""
    points: dict[tuple[Hashable, Hashable], Points] = {}
    for cell in found:
        points[cell.treatments] = points.get(cell.treatments, 0) + points_in(cell.region)
    return points


@briefly
@given(rules(), rules(), st.booleans())
def test_parts_that_are_looked_at_as_one_name_the_rules_of_each(
    some: list[TrafficRule], others: list[TrafficRule], specific: bool
) -> None:
    old, new = OrderedRules(tuple(some), specific), OrderedRules(tuple(others), specific)
    apart = list(Changes((old,), (new,), joins=False).cells())
    assert by_treatments(cells(old, new)) == by_treatments(apart)
    for side in ("before", "after"):
        assert rules_by_treatments(cells(old, new), side) == rules_by_treatments(apart, side)


def rules_by_treatments(found: list[ChangedCell], side: str) -> dict[tuple[Hashable, Hashable], set[int]]:
    named: dict[tuple[Hashable, Hashable], set[int]] = {}
    for cell in found:
        named.setdefault(cell.treatments, set()).update(getattr(cell, side)[0])
    return named


@cases(
    ("one", "other", "around"),
    [
        ((0, 1), (2, 2), (1, 2)),  # the other is within what is around both
        ((2, 2), (0, 1), (1, 2)),
        ((0, 2), (2, 2), (1, 2)),
        ((1, 1), (2, 2), (1, 2)),  # so are both
        ((0, 1), (2, 3), (1, 2)),  # so is neither
    ],
)
def test_parts_are_one_question_only_where_they_lie_alike_to_what_is_around_them(
    one: tuple[int, int], other: tuple[int, int], around: tuple[int, int]
) -> None:
    first, second, wide = (
        TrafficRule(decision, (box(4, source=IntervalSet.of(span)),), decision, 0)
        for span, decision in ((one, "permit"), (other, "permit"), (around, "deny"))
    )
    old, new = OrderedRules((first, second), True), OrderedRules((first, second, wide), True)
    apart = list(Changes((old,), (new,), joins=False).cells())
    assert by_treatments(cells(old, new)) == by_treatments(apart)


def test_a_hundred_hosts_with_a_rule_each_of_one_kind_are_one_question() -> None:
    shared = [line(number, "deny", dst=str(number), dst_port="7-9") for number in range(40)]
    hosts = [line(100 + number, "permit", src=str(2 * number)) for number in range(100)]
    old, new = listed(shared), listed([*shared, *hosts])
    new = OrderedRules(tuple(replace(rule, rank=0) for rule in new.rules), most_specific_first=True)
    old = OrderedRules(tuple(replace(rule, rank=0) for rule in old.rules), most_specific_first=True)
    search = Changes((old,), (new,))
    found = list(search.cells())
    assert len(found) <= 4
    assert {rule for cell in found for rule in cell.after[0]} == set(range(140))


@briefly
@given(rules(), st.booleans())
def test_joined_cells_are_the_same_packets(some: list[TrafficRule], specific: bool) -> None:
    regions = [cell.region for cell in cells(OrderedRules(tuple(some), specific), OrderedRules(()))]
    fewer = joined(regions)
    assert len(fewer) <= len(regions)
    assert sum(map(points_in, fewer)) == sum(map(points_in, regions))


@briefly
@given(rules(), st.randoms(use_true_random=False), st.booleans(), st.integers(1, 5))
def test_neither_position_nor_the_distance_of_ranks_is_a_change(
    some: list[TrafficRule], random: Random, specific: bool, factor: int
) -> None:
    shuffled = [replace(rule, rank=rule.rank * factor - 7) for rule in some]
    random.shuffle(shuffled)
    assert cells(OrderedRules(tuple(some), specific), OrderedRules(tuple(shuffled), specific)) == []


def test_a_search_that_is_given_up_says_so() -> None:
    rule = TrafficRule("", (box(4),), "require")
    search = Changes((OrderedRules((rule,)),), (OrderedRules(()),), steps=0)
    assert list(search.cells()) == []
    assert [each.box for each in search.undecided] == [box(4)]


@briefly
@given(rules(), rules(), st.booleans(), st.integers(0, 40), st.sampled_from((0, 3, 12, 1_000)), st.booleans())
def test_where_a_search_is_given_up_no_change_is_lost(
    some: list[TrafficRule], others: list[TrafficRule], specific: bool, steps: int, of_the_rest: int, joins: bool
) -> None:
    old, new = OrderedRules(tuple(some), specific), OrderedRules(tuple(others), specific)
    changed = changed_points(old, new)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changes, "MAX_STEPS_OF_THE_REST", of_the_rest)
        search = Changes((old,), (new,), steps=steps, joins=joins)
        found = [points_in(cell.region) for cell in search.cells()]
    left = union(map(points_in, search.undecided))
    assert sum(found) & ~changed == 0
    assert changed & ~(union(found) | left) == 0


def test_many_ordered_filters_that_ask_for_something_each_are_no_more_work_than_their_number() -> None:
    asking = [
        TrafficRule("", (box(4, conditions=[Condition(None, f"program {number}")]),), "permit", rank=number)
        for number in range(200)
    ]
    last = TrafficRule("", (box(4),), "block", rank=1000)
    (cell,) = cells(OrderedRules((*asking, last)), OrderedRules(tuple(asking)))
    assert len(cell.region.without) == 200
    assert cell.region.box.conditions == frozenset()


# ---- published cases; those of Batfish are there for who has them ----


def numbers(text: str) -> IntervalSet:
    """An address, a network, or ports as in `0-79,81-65535`."""
    if "." in text:
        network = ip_network(text)
        return IntervalSet.of((int(network[0]), int(network[-1])))
    spans = (part.partition("-")[::2] for part in text.split(","))
    return IntervalSet.of(*((int(low), int(high or low)) for low, high in spans))


PROTOCOLS = {"icmp": 1, "tcp": 6, "udp": 17, "ospf": 89}
FIELDS = {"src": "source", "dst": "destination", "src_port": "source_port", "dst_port": "destination_port"}
INTERFACES = {"a": 0, "b": 1}


def packets(match: dict[str, Any]) -> Box:
    fields: dict[str, Any] = {FIELDS[name]: numbers(text) for name, text in match.items() if name in FIELDS}
    if "protocol" in match:
        fields["protocol"] = IntervalSet.of(PROTOCOLS[match["protocol"]])
    if "icmp_type" in match:
        fields["icmp"] = IntervalSet.of((match["icmp_type"] * 256, match["icmp_type"] * 256 + 255))
    if "interface" in match:
        fields["interface"] = IntervalSet.of(*(INTERFACES[name] for name in match["interface"]))
    if "tcp_established" in match:
        fields["conditions"] = [Condition(None, "established")]
    if "nothing" in match:
        fields["source"] = IntervalSet.of()
    return box(4, **fields)


def listed(lines: Sequence[dict[str, Any]]) -> OrderedRules:
    return OrderedRules.of(
        TrafficRule(str(line["line"]), (packets(line["match"]),), line["action"], rank=place)
        for place, line in enumerate(lines)
    )


def pairs(old: OrderedRules, new: OrderedRules, otherwise: str = "deny") -> set[tuple[str | None, str | None]]:
    """The lines of the new and of the old list that decide for some packet differently; None is the default."""
    search = Changes(
        (old,), (new,), lambda decisions: [action for action, _ in decisions[0]] or [otherwise], joins=False
    )
    return {(named(new, cell.after[0]), named(old, cell.before[0])) for cell in search.cells() if not search.undecided}


def named(lines: OrderedRules, places: tuple[int, ...]) -> str | None:
    return lines.rules[places[0]].name if places else None


def line(number: int, action: str, **match: str) -> dict[str, Any]:
    return {"line": number, "action": action, "match": match}


def test_lines_that_went_are_paired_with_the_default() -> None:
    old = listed([line(0, "deny", dst="7"), line(1, "permit", src="7"), line(2, "permit", dst_port="7-9")])
    assert pairs(old, listed([])) == {(None, "1"), (None, "2")}
    assert pairs(listed([]), old) == {("1", None), ("2", None)}


def test_a_line_before_others_changes_what_they_decide() -> None:
    rest = [line(1, "permit", src="7"), line(2, "deny", src_port="7"), line(3, "permit", dst_port="7")]
    old, new = listed([line(0, "deny", dst="1"), *rest]), listed([line(0, "deny", dst="7"), *rest])
    assert pairs(old, new) == {("0", "1"), ("0", "3"), ("1", "0"), ("3", "0")}


def test_a_line_put_first_leaves_what_it_does_not_match() -> None:
    rest = [line(1, "permit", dst="10.0.0.0/24"), line(2, "deny", dst="10.0.1.0/24")]
    new = listed([line(0, "deny", dst="10.0.0.7/32"), *rest])
    (cell,) = cells(listed(rest), new)
    assert str(cell.region.box.sample()).startswith("192.0.2.1:49152 -> 10.0.0.7:445")


def cases(name: str) -> Iterator[Any]:
    path: Path = CASES / name
    yield from json.loads(path.read_text(encoding="utf-8"))["cases"] if path.is_file() else ()


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in cases("acl-diff.json")])
def test_batfish_compares_filters(case: dict[str, Any]) -> None:
    expected = {
        tuple(None if number is None else str(number) for number in pair)
        for pair in case["expected"]["line_pairs_new_old"]
    }
    assert pairs(listed(case["old"]), listed(case["new"]), case["default"]) == expected


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in cases("acl-line-reach.json")])
def test_batfish_finds_unreachable_lines(case: dict[str, Any]) -> None:
    lines = listed(case["lines"])
    places = {rule.name: place for place, rule in enumerate(lines.rules)}
    expected = case["expected"]
    place = places[str(expected["unreachable"])]
    analysis = analyse(lines)
    hidden: Anomaly = next(
        each
        for each in analysis.anomalies
        if (each.rule == place and each.kind in {Kind.SHADOWED, Kind.REDUNDANT})
        or (each.kind is Kind.DUPLICATE and place in each.others)
    )
    assert (hidden.kind is Kind.SHADOWED) == expected["different_action"]
    blockers = {places[str(number)] for number in expected["blocked_by"]}
    assert blockers & ({hidden.rule, *hidden.others} - {place})
    # Without the line, nothing changes.
    without = OrderedRules(tuple(rule for each, rule in enumerate(lines.rules) if each != place))
    assert cells(lines, without) == []


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in cases("acl-search.json")])
def test_batfish_searches_packets(case: dict[str, Any]) -> None:
    lines, ask, expected = listed(case["lines"]), case["ask"], case["expected"]
    wanted = str(ask.get("decided_by", ask.get("action", expected.get("action"))))
    region = packets({name: text for name, text in {**ask, **ask.get("packet", {})}.items() if name in FIELDS})
    words = [rule.name if "decided_by" in ask else str(rule.decision) for rule in lines.rules]
    examples = {
        case["default"] if word == UNTOUCHED and "decided_by" not in ask else word: packet
        for word, packet in coverage(lines, region, words.__getitem__).examples.items()
    }
    assert (wanted in examples) == expected["found"]
    if expected["found"]:
        packet = examples[wanted]
        assert not expected.get("dst_in") or packet.destination in {numbers(each).first for each in expected["dst_in"]}
        assert packet.destination not in {numbers(each).first for each in expected.get("dst_not_in", ())}
        assert matches(region, packet)
