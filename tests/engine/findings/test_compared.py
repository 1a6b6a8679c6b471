"""Findings of two states: what is in both is neither gone nor new, whatever its object is called now."""

from __future__ import annotations

from typing import Any

import pytest

from ipseclint.engine.findings.compared import findings_apart
from ipseclint.finding import Finding, subject_of
from ipseclint.semantics.object_changes import ObjectChanges
from tests import made_objects as made
from tests.engine.findings.test_since import found

OLD, NEW, OTHER = made.rule("Old", id="{1}"), made.rule("New", id="{2}"), made.rule("Other")
OWN, SHARED = made.quick_mode_set("Own"), made.quick_mode_set("Shared")


def on(thing: Any, mark: str, code: str = "CR001", message: str = "") -> Finding:
    return found(mark, code=code).model_copy(update={"subject": subject_of(thing), "message": message or f"of {mark}"})


def apart(before: list[Finding], after: list[Finding], **changes: Any) -> tuple[list[str], list[str]]:
    """The marks of what is gone and of what is new."""
    objects = ObjectChanges(**({"changes": (), "pairs": (), "differing": (), "gone": (), "appeared": ()} | changes))
    gone, new = findings_apart(before, after, objects)
    return [each.fingerprint for each in gone], [each.fingerprint for each in new]


def test_a_finding_with_the_same_mark_is_in_both_and_each_of_several_counts() -> None:
    assert apart([on(OLD, "a"), on(OLD, "b")], [on(OTHER, "a"), on(OTHER, "c")]) == (["b"], ["c"])
    one, two, three = ([on(OLD, "a") for _ in range(count)] for count in (1, 2, 3))
    assert (apart(two, three), apart(three, one)) == (([], ["a"]), (["a", "a"], []))


def test_a_finding_goes_with_its_object_to_the_new_name() -> None:
    before, after = [on(OLD, "a")], [on(NEW, "b")]
    assert apart(before, after) == (["a"], ["b"])
    assert apart(before, after, pairs=((OLD, NEW),)) == ([], [])
    assert apart(before, [on(NEW, "b", code="CR002")], pairs=((OLD, NEW),)) == (["a"], ["b"])
    assert apart(before, [on(OLD, "b")], pairs=((OLD, NEW),)) == (["a"], ["b"])  # another object has the old name


@pytest.mark.parametrize(
    ("message", "code", "is_same"),
    [
        ("b: and a", "CR001", True),
        ("a and: b", "CR001", True),
        ("a and a: b", "CR001", False),
        ("a and c", "CR001", False),
        ("b: and a", "CR002", False),
    ],
)
def test_a_finding_on_two_objects_is_one_whichever_of_them_it_names_first(
    message: str, code: str, *, is_same: bool
) -> None:
    answer = apart([on(OLD, "a", message="a: and b")], [on(OTHER, "b", code=code, message=message)])
    assert answer == (([], []) if is_same else (["a"], ["b"]))


def test_a_finding_on_a_set_that_a_rule_has_instead_of_another_is_in_both() -> None:
    before, after = [on(OWN, "a", message="one")], [on(SHARED, "b", message="two")]
    in_place = (((OLD, OWN), (NEW, SHARED)),)
    assert apart(before, after) == (["a"], ["b"])
    assert apart(before, after, in_place=in_place) == ([], [])
    assert apart(before, [], in_place=in_place) == (["a"], [])
    assert apart([], after, in_place=in_place) == ([], ["b"])
    assert apart(before, [on(SHARED, "b", code="CR002", message="two")], in_place=in_place) == (["a"], ["b"])


def test_a_set_that_several_rules_share_now_holds_what_each_of_theirs_had() -> None:
    third = made.quick_mode_set("Third")
    in_place = (((OLD, OWN), (OLD, SHARED)), ((OTHER, third), (OTHER, SHARED)))
    before = [on(OWN, "a", message="one"), on(third, "b", message="two")]
    assert apart(before, [on(SHARED, "c", message="three")], in_place=in_place) == ([], [])


def test_objects_that_no_finding_can_be_about_are_passed_over() -> None:
    assert apart([on(OLD, "a")], [on(NEW, "b")], pairs=((("row",), ("row",)),)) == (["a"], ["b"])
