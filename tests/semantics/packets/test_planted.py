from __future__ import annotations

import pytest

from ipseclint.semantics.packets import lookup
from ipseclint.semantics.packets.analyse import analyse
from ipseclint.semantics.packets.anomaly import Analysis, Kind, Limits
from ipseclint.semantics.packets.rules import OrderedRules
from tests.cases import cases
from tests.semantics.packets.generated_rules import DISTRIBUTIONS, Planted, plant

pytestmark = pytest.mark.drawn(3)

SPECIFIC = ("specific", "hosts")
EVERYTHING = Limits(listed=100_000)


def analysed(
    name: str, count: int, planted: int, limits: Limits = EVERYTHING
) -> tuple[OrderedRules, Planted, Analysis]:
    conflicts = plant(DISTRIBUTIONS[name](count), planted)
    ordered = OrderedRules.of(conflicts.rules, most_specific_first=name in SPECIFIC)
    return ordered, conflicts, analyse(ordered, limits)


@pytest.mark.drawn(3)
@cases("name", DISTRIBUTIONS)
def test_every_rule_hidden_by_a_union_is_found_with_what_hides_it(name: str) -> None:
    ordered, conflicts, analysis = analysed(name, 400, 30)
    names = [rule.name for rule in ordered.rules]
    found = {names[each.rule]: each for kind in (Kind.SHADOWED, Kind.REDUNDANT) for each in analysis.of(kind)}
    assert conflicts.hidden.keys() <= found.keys()
    for hidden, parts in conflicts.hidden.items():
        others = {names[each] for each in found[hidden].others}
        if others == parts:
            assert found[hidden].kind is Kind.SHADOWED
        else:  # a wide rule before it hides it alone
            (other,) = others
            assert other.startswith("wide")
    assert not analysis.undecided


@pytest.mark.drawn(3)
@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_arrays_find_what_comparing_all_finds(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "FEW_FILTERS", -1)
    _, _, by_arrays = analysed(name, 150, 8)
    monkeypatch.setattr(lookup, "FEW_FILTERS", 10**6)
    monkeypatch.setattr(lookup, "FEW_PAIRS", 10**6)
    _, _, by_pairs = analysed(name, 150, 8)
    assert by_arrays == by_pairs


@pytest.mark.drawn(2)
@cases("name", ["access list", "specific", "wide first", "wide last"])
def test_listing_is_bounded_and_the_rest_is_counted(name: str) -> None:
    _, _, whole = analysed(name, 400, 30)
    _, _, few = analysed(name, 400, 30, Limits(listed=5))
    assert few.counts == whole.counts
    for kind, count in few.counts.items():
        assert few.of(kind) == whole.of(kind)[:5]
        assert few.unlisted(kind) == max(0, count.total - 5)


def test_work_that_runs_out_is_told() -> None:
    _, _, whole = analysed("specific", 400, 30)
    _, _, few = analysed("specific", 400, 30, Limits(work=10, neighbours=10))
    assert few.undecided
    for kind in (Kind.SHADOWED, Kind.REDUNDANT, Kind.CORRELATION, Kind.GENERALISATION):
        assert not few.counts[kind].exact
        assert few.counts[kind].total <= whole.counts[kind].total
    left_open = set(few.undecided) | set(few.undetermined)
    for kind in (Kind.SHADOWED, Kind.REDUNDANT):
        assert {each.rule for each in whole.of(kind)} <= left_open | {each.rule for each in few.of(kind)}


def test_generated_sets_are_the_same_every_time() -> None:
    assert DISTRIBUTIONS["firewall"](50) == DISTRIBUTIONS["firewall"](50)
    assert plant([], 3).rules == plant([], 3).rules
    assert len(plant([], 3).hidden) == 3
