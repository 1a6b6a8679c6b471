"""What ipseclint says of two ends, held to what two IKE daemons do with the same policies.

A verdict `depends` is never wrong here, and `unknown` neither; a `secured` or `fails` must be what happened. AuthIP,
Kerberos and NTLM, the second authentication, and how Windows itself answers, no daemon can say: they are left out.
So is a policy of Windows that answers a group for PFS that it has not: libreswan, which stands for it, takes any.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from ipseclint.engine.negotiate import answers
from ipseclint.semantics.negotiation.stage import Stage
from ipseclint.semantics.negotiation.table import Side
from ipseclint.semantics.negotiation.verdict import Outcome, Verdict
from tests.daemons import lab
from tests.daemons.policies import Policy, configuration, draw, forms, secrets
from tests.semantics.negotiation.two_ends import machine

PAIRS = [("strongswan", "strongswan"), ("strongswan", "libreswan"), ("libreswan", "strongswan"), ("libreswan",) * 2]
EACH, FRESH_AFTER = 90, 30
"""Pairs of policies for each pair of daemons, 360 in all, none drawn twice; the daemons are started anew after some."""
AGAIN = 2
"""How often daemons are asked again that should agree and did not: on a busy machine they lose patience."""
FIRST_SEED = int(os.environ.get("FIRST_SEED", "0"))
"""Where drawing begins: others are pairs that nobody has seen."""

MISSING = lab.missing()
pytestmark = [pytest.mark.long, pytest.mark.skipif(MISSING is not None, reason=f"the lab needs {MISSING}")]


class Forms(NamedTuple):
    """In what the policies of the initiator and of the responder are written."""

    a: str
    b: str


def predicted(policies: dict[str, Policy], kinds: tuple[str, str], seed: int) -> Iterator[tuple[Forms, Outcome]]:
    """The outcome for every pair of forms in which the policies can be written, netsh with one other at most."""
    chance = random.Random(seed)
    said = {end: forms(policies[end], end, kind) for end, kind in zip("ab", kinds, strict=True)}
    for form in said["a"]:
        other = chance.choice([each for each in said["b"] if not form == each == "netsh"])
        one, two = (
            machine(said[end][words], end, secrets(policies[end]) if kind == "libreswan" and words == "conf" else None)
            for end, words, kind in zip("ab", (form, other), kinds, strict=True)
        )
        for row in answers(one, two, (Side.A,)):
            yield Forms(form, other), row.outcome


def happens(outcome: Outcome) -> str | None:
    """What a verdict says will happen; None where it leaves it open."""
    if outcome.verdict in {Verdict.DEPENDS, Verdict.UNKNOWN}:
        return None
    if outcome.verdict is Verdict.FAILS:
        return "fails at renewal" if outcome.at_renewal else "fails"
    return "secured"


def disagreements(two: lab.Lab, kinds: tuple[str, str], seed: int, counted: Counter[str]) -> Iterator[str]:
    """The verdicts about one pair of policies that are not what the daemons do; all are counted."""
    policies = dict(zip("ab", draw(seed), strict=True))
    configurations = {end: configuration(policies[end], end, kind) for end, kind in zip("ab", kinds, strict=True)}
    keys = {end: secrets(policy) for end, policy in policies.items()}
    renew = policies["a"].version == policies["b"].version == 2
    seen = two.negotiate(configurations, keys, renew=renew)
    if seen.startswith("refused"):
        counted["refused by a daemon"] += 1
        return
    rows = list(predicted(policies, kinds, seed))
    for _ in range(AGAIN):
        if seen == "fails" and {happens(outcome) for _, outcome in rows} - {None, seen}:
            seen = two.negotiate(configurations, keys, renew=renew)
    for written, outcome in rows:
        if written.b == "netsh" and kinds[1] == "libreswan" and outcome.stage is Stage.PFS:
            counted["left out: PFS as Windows answers it"] += 1
            continue
        said = happens(outcome)
        counted[said or outcome.verdict.value] += 1
        if said not in {None, seen}:
            yield f"seed {seed}, {written.a} with {written.b}: {said} at {outcome.stage}, and the daemons: {seen}"


@pytest.mark.parametrize("kinds", PAIRS, ids=lambda kinds: f"{kinds[0]}-{kinds[1]}")
def test_no_verdict_is_other_than_what_two_daemons_do(kinds: tuple[str, str]) -> None:
    if "libreswan" in kinds and not lab.has_libreswan():
        pytest.skip("the lab needs libreswan, unpacked into LIBRESWAN_ROOT")
    wrong: list[str] = []
    counted = Counter[str]()
    begin = FIRST_SEED + PAIRS.index(kinds) * EACH
    for first in range(begin, begin + EACH, FRESH_AFTER):
        with lab.Lab(*kinds) as two:
            for seed in range(first, first + FRESH_AFTER):
                wrong += disagreements(two, kinds, seed, counted)
    print(f"\n{kinds[0]} asks {kinds[1]}: {dict(counted)}")
    assert wrong == []
    assert counted["secured"] > 0
    assert counted["fails"] > 0
