"""The answers about two ends do not depend on which of them is named first."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from ipseclint.engine.negotiate import answers, read_ends
from ipseclint.model.machine import Machine
from ipseclint.model.site import Site
from ipseclint.semantics.negotiation.table import Row, Side
from tests import ROOT
from tests.cases import cases

TESTS, PAIRS, MAX_BYTES = 30, 5, 60_000


@cache
def inputs() -> tuple[Path, ...]:
    """Every fixture of a size that many can be read of."""
    return tuple(
        path
        for path in sorted((ROOT / "fixtures").rglob("*"))
        if path.is_file() and path.name != "expect.toml" and path.stat().st_size <= MAX_BYTES
    )


@cache
def machines(path: Path) -> tuple[Machine, ...]:
    return read_ends(str(path), Site(), as_one=True).machines


def told(row: Row, a: Side) -> tuple[object, ...]:
    """An answer with one side as the first, whichever it was."""
    sides = [(row.pair.a, row.advice[0], row.sights[0]), (row.pair.b, row.advice[1], row.sights[1])]
    values = [(each.name, each.a, each.b) for each in row.differences]
    if a is Side.B:
        sides.reverse()
        values = [(name, theirs, mine) for name, mine, theirs in values]
    outcome = row.outcome
    return (
        *((end.path, end.span, end.subject, advice, sight) for end, advice, sight in sides),
        row.initiator is a,
        (outcome.verdict, outcome.stage, outcome.why, outcome.key_module, outcome.after_seconds, outcome.outcomes),
        (outcome.main_mode, outcome.quick_mode, outcome.basis),
        tuple(values),
    )


def an_end(drawn: random.Random) -> tuple[Machine, ...]:
    """What a drawn input says; one of facts alone, or of a fleet, is no end."""
    return next(found for _ in inputs() if (found := machines(drawn.choice(inputs()))))


@pytest.mark.drawn(6)
@cases("number", range(TESTS))
def test_two_fixtures_give_mirrored_answers_in_either_order(number: int) -> None:
    for seed in range(number, TESTS * PAIRS, TESTS):
        drawn = random.Random(seed)
        mine, theirs = an_end(drawn), an_end(drawn)
        for one, other in product(mine, theirs):
            there = Counter(told(row, Side.A) for row in answers(one, other))
            back = Counter(told(row, Side.B) for row in answers(other, one))
            assert there == back, seed
