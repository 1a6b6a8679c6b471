"""Ends that look for each other where they are not never meet, unless a NAT may stand between them."""

from __future__ import annotations

from typing import Any

from ipseclint.model.policy import RuleAction
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.key_module import meeting
from ipseclint.semantics.negotiation.stage import Answer, Kind
from ipseclint.vocabulary.algorithms import KeyModule
from tests.cases import cases
from tests.made_objects import SPAN, addresses

NAT = ("they meet, if a NAT stands for the address", "no answer")
FAILS, DEPENDS = (Answer.FAILS, Kind.ADDRESS, ()), (Answer.DEPENDS, Kind.ADDRESS, NAT)
AGREED = (Answer.AGREED, None, ())


def end(name: str, at: str, looked_for: str) -> End:
    places: dict[str, Any] = {"gateway": addresses(at), "peer_gateway": addresses(looked_for)}
    modules = frozenset({KeyModule.IKEV1})
    return End(path=name, subject=name, span=SPAN, action=RuleAction.NEGOTIATE, key_modules=modules, **places)


@cases(
    ("at", "looked_for", "expected"),
    [
        ("192.0.2.7", "192.0.2.7", AGREED),
        ("192.0.2.7", "192.0.2.8", FAILS),
        ("10.1.0.7", "192.0.2.8", DEPENDS),
        ("fc00::7", "2001:db8::8", DEPENDS),
        ("100.64.0.7", "192.0.2.8", DEPENDS),
        ("10.1.0.7", "10.1.0.8", FAILS),
        ("192.0.2.7", "10.1.0.8", FAILS),
    ],
)
@cases("swapped", [False, True])
def test_ends_that_look_elsewhere_do_not_meet_but_through_a_nat(
    at: str, looked_for: str, swapped: bool, expected: object
) -> None:
    one, other = end("one", at, "198.51.100.1"), end("other", "198.51.100.1", looked_for)
    result, _ = meeting(*((other, one) if swapped else (one, other)))
    assert (result.answer, result.kind, result.outcomes) == expected
    if expected != AGREED:
        (difference,) = result.differences
        words = [f"its peer at {looked_for}", f"itself at {at}"]
        assert [difference.initiator, difference.responder] == (words if swapped else words[::-1])
