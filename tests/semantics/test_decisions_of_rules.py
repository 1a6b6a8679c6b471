"""What two rules do is the same only if each part of it is: else one that hides another would be taken for a copy."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy
from ipseclint.model.setting import Unknown
from ipseclint.semantics.traffic import decision_of
from ipseclint.vocabulary.algorithms import Cipher
from ipseclint.vocabulary.settings import RuleAction, Security
from tests.cases import cases
from tests.made_objects import quick_mode_proposal, quick_mode_set, rule, said, to

SETS = (
    quick_mode_set("Weak", proposals=(quick_mode_proposal(encryption=said(Cipher.AES_128)),)),
    quick_mode_set("Strong", proposals=(quick_mode_proposal(encryption=said(Cipher.AES_256)),)),
    quick_mode_set("Copy", proposals=(quick_mode_proposal(encryption=said(Cipher.AES_256)),)),
)
MACHINE = Machine(name="m", policy=Policy(quick_mode_crypto_sets=SETS))
OTHERWISE: dict[str, tuple[Any, ...]] = {
    "action": (*map(said, RuleAction), said(Unknown("%ACTION%")), said(Unknown("%OTHER%"))),
    "inbound": (*map(said, Security), said(Unknown("%IN%"))),
    "outbound": (*map(said, Security), said(Unknown("%OUT%"))),
    "first_authentication": (None, to("{A}"), to("{B}")),
    "second_authentication": (None, to("{A}"), to("{B}")),
    "quick_mode_crypto": (None, to("{A}"), to("{B}"), to("Weak"), to("Strong")),
}
ALIKE: dict[str, tuple[Any, Any]] = {
    "name": ("R", "S"),
    "endpoint2": (said(()), rule().endpoint2),
    "first_authentication": (to("{A}"), to("{a}")),
    "quick_mode_crypto": (to("Strong"), to("Copy")),
}


@cases("field", OTHERWISE)
def test_rules_that_differ_in_what_they_do_decide_otherwise(field: str) -> None:
    for one, other in combinations(OTHERWISE[field], 2):
        decisions = {decision_of(rule(**{field: value}), MACHINE) for value in (one, other)}
        assert len(decisions) == 2, (one, other)


@cases("field", ALIKE)
def test_rules_that_do_the_same_decide_alike(field: str) -> None:
    one, other = (decision_of(rule(**{field: value}), MACHINE) for value in ALIKE[field])
    assert one == other
