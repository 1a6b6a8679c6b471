"""Keys that one of two states hides are left out of both, with all that stands in their stead, and of no other set."""

from __future__ import annotations

from typing import Any

from ipseclint.model.machine import Machine
from ipseclint.model.policy import AuthenticationSet, AuthMethod, AuthPhase, Policy
from ipseclint.model.setting import Secret, Setting, Unknown
from ipseclint.semantics.comparable_keys import with_comparable_keys
from tests.cases import cases
from tests.made_objects import SPAN, authentication_set, main_mode_rule, method, rule, said, to

HIDDEN: Setting[Any] = Setting(Unknown("", hidden=True), SPAN)
SEEN: Setting[Any] = said(Secret("first key of the two"))
OTHER: Setting[Any] = said(Secret("second key of the two"))


def keys(name: str, *keys: Setting[Any] | None, **fields: Any) -> AuthenticationSet:
    return authentication_set(
        name, *(method(AuthMethod.PRESHARED_KEY, preshared_key=key) for key in keys), id=f"{{{name}}}", **fields
    )


def state(*sets: AuthenticationSet, rules: tuple[Any, ...] = (), mains: tuple[Any, ...] = ()) -> Machine:
    policy = Policy(authentication_sets=sets, connection_security_rules=rules, main_mode_rules=mains)
    return Machine(name="m", policy=policy)


def left(machine: Machine) -> dict[str, list[bool]]:
    """By set, for each of its methods whether its key is still there."""
    return {
        each.name: [one.preshared_key is not None for one in each.methods]
        for each in machine.policy.authentication_sets
    }


def test_keys_that_all_are_seen_are_all_compared() -> None:
    not_read: Setting[Any] = Setting(Unknown("%KEY%"), SPAN)
    old, new = state(keys("A", SEEN)), state(keys("A", not_read))
    told = with_comparable_keys(old, new)
    assert (told.old, told.new, told.hidden, told.of) == (old, new, 0, ())


@cases("hidden_in_new", [False, True])
def test_a_key_that_one_state_hides_is_left_out_of_both(hidden_in_new: bool) -> None:
    hiding = state(keys("A", HIDDEN, inline=False), keys("B", SEEN, inline=False))
    seeing = state(keys("B", OTHER, inline=False), keys("A", SEEN, None, inline=False))
    old, new = (seeing, hiding) if hidden_in_new else (hiding, seeing)
    told = with_comparable_keys(old, new)
    sides = (told.new, told.old) if hidden_in_new else (told.old, told.new)
    assert [left(side) for side in sides] == [{"A": [False], "B": [True]}, {"B": [True], "A": [False, False]}]
    assert (told.hidden, told.of) == (1, ("A",))


def test_sets_stand_for_each_other_that_one_rule_uses() -> None:
    second = {"phase": AuthPhase.SECOND}
    old = state(
        keys("A", HIDDEN),
        keys("B", HIDDEN, HIDDEN, **second),
        keys("C", SEEN),
        keys("D", HIDDEN),
        rules=(rule("One", first_authentication=to("{A}"), second_authentication=to("{B}")),),
        mains=(main_mode_rule("Main", first_authentication=to("{D}")),),
    )
    new = state(
        keys("C", SEEN),
        keys("E", SEEN),
        keys("F", SEEN, **second),
        keys("G", SEEN),
        rules=(rule("One", first_authentication=to("{E}"), second_authentication=to("{F}")),),
        mains=(main_mode_rule("Main", first_authentication=to("{G}")),),
    )
    told = with_comparable_keys(old, new)
    assert left(told.old) == {"A": [False], "B": [False, False], "C": [True], "D": [False]}
    assert left(told.new) == {"C": [True], "E": [False], "F": [False], "G": [False]}
    assert (told.hidden, told.of) == (4, ("One", "Main"))
