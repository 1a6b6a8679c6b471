"""What is found in drawn rules, and how much is looked at to find it, is as stored.

After a change that is meant, `python -m tests.semantics.packets.test_stored_answers` stores it anew: read the
difference. What stands after `looks` counts pairs and intersections, so that a shortcut that is lost shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from msgspec.structs import replace

from ipseclint.semantics.packets.analyse import analyse
from ipseclint.semantics.packets.anomaly import Limits
from ipseclint.semantics.packets.axes import DOMAINS, Axis
from ipseclint.semantics.packets.box import Box, Condition, box
from ipseclint.semantics.packets.budget import Budget
from ipseclint.semantics.packets.changes import Changes
from ipseclint.semantics.packets.coverage import coverage
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.lookup import NeighbourSearch, PairwiseLookup
from ipseclint.semantics.packets.mirrors import ProtectingRules, missing_mirrors
from ipseclint.semantics.packets.owners import Claim, inside, ordered, owners, parts
from ipseclint.semantics.packets.regions import Region, joined, laid_over
from ipseclint.semantics.packets.rules import OrderedRules, TrafficRule
from tests import ROOT
from tests.semantics.as_text import told
from tests.semantics.packets.generated_rules import DISTRIBUTIONS

EXPECTED = ROOT / "tests" / "data" / "packets.txt"
RULES = 9
PROGRAM = Condition(None, "a program")


# ---- drawn rules ----


def drawn() -> Iterator[tuple[str, OrderedRules]]:
    """Rules of each distribution, close enough to each other to meet, asked by rank and by what is narrower."""
    for name, made in DISTRIBUTIONS.items():
        random = Random(name)
        rules = [_varied(random, rule) for rule in made(RULES)]
        wide = replace(rules[0], name="wide", boxes=(box(rules[0].boxes[0].family),), rank=random.randrange(RULES))
        again = replace(rules[1], name="again")
        rules += [wide, again, replace(rules[2], name="empty", boxes=())]
        for most_specific_first in (False, True):
            yield (
                f"{name}{', narrower first' * most_specific_first}",
                OrderedRules.of(rules, most_specific_first=most_specific_first),
            )


def _varied(random: Random, rule: TrafficRule) -> TrafficRule:
    """A rule with some of its addresses dropped, so that more meet, and with a tunnel or a condition now and then."""
    boxes = []
    for each in rule.boxes:
        sets = list(each.sets)
        if random.random() < 0.5:
            axis = random.choice((Axis.SOURCE, Axis.DESTINATION))
            sets[axis] = DOMAINS[each.family][axis]
        if random.random() < 0.3:
            sets[Axis.PROFILE] = IntervalSet.of(random.randrange(3))
        conditions = each.conditions | ({PROGRAM} if random.random() < 0.1 else set())
        boxes.append(replace(each, sets=tuple(sets), conditions=conditions))
    session = random.choice((None, None, "tunnel a", "tunnel b"))
    return replace(rule, boxes=tuple(boxes), session=session, rank=rule.rank // 3)


def later(rules: OrderedRules) -> OrderedRules:
    """The rules after some changes: one less, one that decides otherwise, one that is asked later."""
    mine = list(rules.rules)
    del mine[3]
    mine[4] = replace(mine[4], decision="request" if mine[4].decision != "request" else "exempt")
    mine[6] = replace(mine[6], rank=mine[6].rank + 2)
    return OrderedRules.of(mine, most_specific_first=rules.most_specific_first)


# ---- what is asked of them ----


def conflicts(rules: OrderedRules) -> Iterator[str]:
    found = analyse(rules)
    yield f"counts {told(found.counts)} {found.undetermined} {found.undecided}"
    yield from map(told, found.anomalies)
    for limits in (Limits(listed=2, neighbours=9), Limits(steps=3, steps_together=20)):
        short = analyse(rules, limits)
        yield f"short {told(short.counts)} {short.undetermined} {short.undecided}"
        yield from (told((each.kind, each.rule, each.others)) for each in short.anomalies)


def looked_up(rules: OrderedRules, few: int) -> Iterator[str]:
    """What each lookup says, and how many pairs it looks at; it makes a plan for more than a few, in several blocks."""
    from ipseclint.semantics.packets import join
    from ipseclint.semantics.packets.array_lookup import ArrayLookup

    for look in (ArrayLookup(rules, 1_000_000), PairwiseLookup(rules)):
        looks: list[int] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(join, "_FEW", few)
            patch.setattr(join, "CHUNK", 4 * few)
            patch.setattr(join.WorkLimit, "take", lambda _, units, looks=looks: looks.append(units))
            candidates, pairs = look.candidates(), look.pair_tallies(5)
            search = NeighbourSearch(rules, look, 60)
            near = [
                (rule, some and {place: others for place, others in some.items() if others})
                for rule, some in search.of(range(min(len(rules.rules), 20)))
            ]
        yield f"candidates {told(candidates)}"
        yield f"pairs {told(pairs)}"
        yield f"near {told(near)} left {search.left}"
        yield f"looks {sum(looks)} at once {max(looks, default=0)}"


def changed(rules: OrderedRules) -> Iterator[str]:
    for joins in (True, False):
        search = Changes((rules,), (later(rules),), joins=joins, steps=100_000)
        cells = list(search.cells())
        yield f"cells looks {100_000 - search.steps}"
        yield from map(told, cells)
        regions = [cell.region for cell in cells]
        boxes = [Region(each.box) for each in rules.filters[3:6]]
        yield f"joined {told(joined(regions))}"
        yield f"laid over {told(laid_over([(each, place % 2) for place, each in enumerate([*boxes, *regions])]))}"
        short = Changes((rules,), (later(rules),), joins=joins, steps=60)
        cells = list(short.cells())
        yield f"short {told(cells)} undecided {told(short.undecided)}"


def owned(rules: OrderedRules, region: Box) -> Iterator[str]:
    claims = [Claim(each.rank, each.box, each.rule) for each in rules.filters]
    lost, gained, specific = claims[:2], claims[2:4], rules.most_specific_first
    asked = ordered(inside([*lost, *claims[4:]], region), most_specific_first=specific)
    for budget in (Budget(10_000), Budget(40)):
        found = list(
            owners(asked, lambda claim: claim not in lost, lost, gained, region, budget, most_specific_first=specific)
        )
        yield f"owners {told(found)} left {budget.left}"
        yield f"parts {told(list(parts(region, claims, budget)))} left {budget.left}"


def covered(rules: OrderedRules, region: Box) -> Iterator[str]:
    for axis, steps in ((Axis.DESTINATION, 9999), (Axis.SOURCE, 9999), (Axis.SOURCE, 40)):
        found = coverage(rules, region, lambda rule: str(rules.rules[rule].decision), axis=axis, steps=steps)
        yield f"coverage {told(found.examples)}"
        yield f"conditional {found.conditional} complete {found.complete}"
        yield from (told(each if axis is Axis.DESTINATION else replace(each, parts={})) for each in found.segments)


def negotiating(rules: OrderedRules) -> list[int]:
    return [number for number, rule in enumerate(rules.rules) if rule.decision != "exempt"]


def answers() -> Iterator[str]:
    for name, rules in drawn():
        region = rules.rules[-3].boxes[0]
        yield f"# {name}"
        yield from conflicts(rules)
        yield from looked_up(rules, few=8)
        yield from changed(rules)
        yield from owned(rules, region)
        yield from covered(rules, region)
        if not rules.most_specific_first:
            sides = [ProtectingRules(each, negotiating(each)) for each in (rules, later(rules))]
            yield f"mirrors {told(missing_mirrors(sides[0], sides[0]))}"
            yield f"at a peer {told(missing_mirrors(*sides, Box.arriving))}"
    for name, made in DISTRIBUTIONS.items():
        yield f"# {name}, many"
        yield from looked_up(OrderedRules.of(made(120)), few=64)


@pytest.mark.drawn(3)
def test_what_is_found_is_as_stored() -> None:
    assert list(answers()) == EXPECTED.read_text("utf-8").split("\n")[:-1]


def store() -> None:
    EXPECTED.write_text("\n".join([*answers(), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
