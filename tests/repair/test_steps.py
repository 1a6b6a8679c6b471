"""The steps of a repair: when each comes, and what one holds of all that touched its object."""

from __future__ import annotations

from functools import cache

from ipseclint.finding import Finding
from ipseclint.model.change import Edit
from ipseclint.model.policy import GlobalSettings
from ipseclint.repair.impact import Impact
from ipseclint.repair.steps import Step, together, turn, undone
from ipseclint.semantics.protection import Effect
from tests.cases import cases
from tests.made_objects import SPAN, exemption, main_mode_rule, quick_mode_set, rule
from tests.repair.policies import found, machine

SET, RULE, EXEMPT, MAIN, GLOBAL = (
    quick_mode_set(),
    rule(),
    exemption("E", "10.0.0.1"),
    main_mode_rule(),
    GlobalSettings(name="settings", span=SPAN),
)


@cases(
    ("edit", "expected"),
    [
        (Edit(None, SET), 0),
        (Edit(None, EXEMPT), 1),
        (Edit(EXEMPT, EXEMPT, ("endpoint2",)), 1),
        (Edit(GLOBAL, GLOBAL, ("sa_idle_seconds",)), 2),
        (Edit(SET, SET, ("pfs_group",)), 3),
        (Edit(None, RULE), 4),
        (Edit(RULE, RULE, ("enabled",)), 4),
        (Edit(MAIN, MAIN, ("enabled",)), 4),
        (Edit(RULE, None), 5),
        (Edit(EXEMPT, None), 5),
        (Edit(SET, None), 5),
    ],
)
def test_each_step_has_its_turn(edit: Edit, expected: int) -> None:
    assert turn(Step(edit, (), risky=False)) == expected


def test_the_way_back_is_each_step_back_the_last_first() -> None:
    made, changed = Step(Edit(None, SET), (), risky=False), Step(Edit(RULE, MAIN, ("enabled",)), (), risky=True)
    assert undone([made, changed]) == (
        Step(Edit(MAIN, RULE, ("enabled",)), (), risky=True),
        Step(Edit(SET, None), (), risky=False),
    )


@cases(
    ("steps", "groups"),
    [
        ([], []),
        (["a", "b"], [["a"], ["b"]]),
        (["ab", "b"], [["ab", "b"]]),
        (["a", "b", "ba"], [["a", "b", "ba"]]),
        (["ab", "cd", "e", "bd"], [["ab", "cd", "bd"], ["e"]]),
        (["ab", "cd", "ef", "bd", "df", "g"], [["ab", "cd", "ef", "bd", "df"], ["g"]]),
    ],
)
def test_steps_for_one_finding_are_in_one_group(steps: list[str], groups: list[list[str]]) -> None:
    made = [Step(Edit(None, SET), tuple(map(finding, marks)), risky=False) for marks in steps]
    told = [["".join(each.fingerprint for each in step.findings) for step in group] for group in together(made)]
    assert told == groups


def finding(mark: str) -> Finding:
    return first_finding().model_copy(update={"fingerprint": mark})


@cache
def first_finding() -> Finding:
    weak = "netsh advfirewall set global mainmode mmsecmethods dhgroup2:3des-sha1"
    return found(machine(weak))[0][0]


def test_that_protection_is_kept_is_told_only_where_nothing_else_is() -> None:
    kept, raised = Impact(Effect.KEEPS), Impact(Effect.RAISES, "3DES is no longer accepted")
    assert Step(Edit(None, SET), (), risky=False, impacts=(kept, raised, kept)).told_impacts == (raised,)
    assert Step(Edit(None, SET), (), risky=False, impacts=(kept, kept)).told_impacts == (kept,)
    assert Step(Edit(None, SET), (), risky=False).told_impacts == ()
