"""Fixes, and the edits that their changes come to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable
from types import FrameType
from typing import Any

import pytest

from ipseclint.formats.netsh.script import parse
from ipseclint.model.change import Add, Assign, Edit, Fix, Remove, assigned, edits
from ipseclint.model.policy import IpsecPolicy, Reference, RuleMode
from ipseclint.model.setting import Setting
from ipseclint.source import Span, text_source
from tests import made_objects as made
from tests.cases import cases

PLACE = Span("policy.cmd", 1, 1)


def policy(name: str) -> IpsecPolicy:
    return IpsecPolicy(
        name=name,
        span=PLACE,
        assigned=Setting(False, PLACE),
        polling_interval_seconds=Setting(10_800, PLACE),
        master_pfs=Setting(False, PLACE),
        activate_default_rule=Setting(True, PLACE),
    )


ONE, OTHER = policy("One"), policy("Other")


@cases("note", ["no sentence.", "No end", ""])
def test_a_note_that_is_no_sentence_is_refused(note: str) -> None:
    with pytest.raises(ValueError, match="the note of a fix is not a sentence"):
        Fix(note=note)


def test_the_advice_of_a_fix_is_its_note_and_the_facts_that_it_takes() -> None:
    facts = "With `peers` and `dns_servers` under [site] in ipseclint.toml a command is written."
    assert Fix().advice is None
    assert Fix(note="Look.").advice == "Look."
    assert Fix(needs=("peers", "dns_servers")).advice == facts
    assert Fix(note="Look.", needs=("peers", "dns_servers")).advice == f"Look. {facts}"


def test_assignments_to_one_object_are_one_edit_in_the_order_of_objects() -> None:
    changes = (Assign(ONE, "name", "A"), Add(OTHER), Assign(ONE, "assigned", True), Assign(ONE, "name", "B"))
    first, second = edits(changes)
    assert second == Edit(None, OTHER)
    assert (first.before, first.fields) == (ONE, ("name", "assigned"))
    assert first.after is not None
    assert (first.after.name, first.after.assigned) == ("B", Setting(True, PLACE))  # type: ignore[union-attr]


def test_the_subject_of_an_edit_is_what_will_be_or_what_goes() -> None:
    (added,), (removed,), (changed,) = edits([Add(ONE)]), edits([Remove(ONE)]), edits([Assign(ONE, "name", "A")])
    assert (added.subject, removed.subject, changed.subject.name) == (ONE, ONE, "A")
    assert (added.before, removed.after) == (None, None)


def test_an_object_that_is_removed_is_assigned_anew() -> None:
    assert [edit.after is None for edit in edits([Remove(ONE), Assign(ONE, "name", "A")])] == [True, False]


def test_a_field_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        edits([Assign(ONE, "nonsense", 1)])


def steps(work: Callable[[], object]) -> int:
    """How many steps Python takes for a piece of work, those within one expression too."""
    count = 0

    def seen(frame: FrameType, _event: str, _of: object) -> Any:
        nonlocal count
        frame.f_trace_opcodes = True
        count += 1
        return seen

    before = sys.gettrace()
    sys.settrace(seen)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def test_twice_the_objects_are_twice_the_steps() -> None:
    changes = [Assign(policy(f"P{number}"), "name", "A") for number in range(80)]
    edits(changes)
    one, two, four = (steps(lambda size=size: edits(changes[:size])) for size in (20, 40, 80))  # type: ignore[misc]
    assert four - two < 2.1 * (two - one)  # what collects garbage may take a step or two


@cases("changes", [(), (Remove(ONE),), (Add(OTHER), Remove(ONE))])
def test_the_edits_of_a_fix_are_those_of_its_changes(changes: tuple[Any, ...]) -> None:
    fix = Fix(changes=changes)
    assert fix.edits == edits(changes)
    assert fix.edits is fix.edits


def test_a_field_is_set_as_what_it_takes_and_keeps_its_place() -> None:
    rule = made.rule("a", quick_mode_crypto=Reference(target="Q", span=PLACE))
    assert assigned(rule, "quick_mode_crypto", "R") == rule.model_copy(
        update={"quick_mode_crypto": Reference(target="R", span=PLACE)}
    )
    assert assigned(rule, "first_authentication", "A").first_authentication == made.to("A")  # type: ignore[union-attr]
    assert assigned(rule, "mode", RuleMode.TUNNEL).mode == made.said(RuleMode.TUNNEL)  # type: ignore[union-attr]
    assert assigned(rule, "require_authorization", True).require_authorization == made.said(True)  # type: ignore[union-attr]
    unsaid = assigned(rule, "require_authorization", None)
    assert unsaid.require_authorization is None  # type: ignore[union-attr]
    setting = Setting(True, PLACE)
    assert assigned(rule, "require_authorization", setting).require_authorization is setting  # type: ignore[union-attr]
    assert assigned(rule, "protocol", None).protocol == made.said(None)  # type: ignore[union-attr]
    reference = Reference(target="S", span=PLACE)
    assert assigned(rule, "quick_mode_crypto", reference).quick_mode_crypto is reference  # type: ignore[union-attr]
    assert assigned(ONE, "master_pfs", True).master_pfs == Setting(True, PLACE)  # type: ignore[union-attr]
    elsewhere = ONE.model_copy(update={"master_pfs": Setting(False, Span("policy.cmd", 9, 9))})
    assert assigned(elsewhere, "master_pfs", True).master_pfs == Setting(True, Span("policy.cmd", 9, 9))  # type: ignore[union-attr]
    assert assigned(rule, "name", "b").name == "b"
    with pytest.raises(KeyError):
        assigned(rule, "none", 1)


def test_a_fix_moves_to_the_objects_of_another_policy_and_what_it_makes_stays() -> None:
    copy = policy("One")
    fix = Fix((Assign(ONE, "name", "A"), Add(OTHER), Remove(ONE), Remove(OTHER)))
    assign, add, remove, other = fix.moved_to([copy]).changes
    assert isinstance(assign, Assign)
    assert isinstance(remove, Remove)
    assert assign.target is copy
    assert remove.target is copy
    assert (add, other) == (Add(OTHER), Remove(OTHER))


def test_a_fix_does_not_move_to_a_namesake_of_another_kind_or_place() -> None:
    namesakes = [made.rule("One", span=PLACE), ONE.model_copy(update={"span": Span("policy.cmd", 7, 1)})]
    (remove,) = Fix((Remove(ONE),)).moved_to(namesakes).changes
    assert isinstance(remove, Remove)
    assert remove.target is ONE


def test_edits_are_of_one_kind_that_set_the_same_values_in_sets_that_are_alike() -> None:
    line = "netsh advfirewall consec add rule name=R{0} endpoint1=any endpoint2=10.0.0.{0} action=requireinrequestout"
    lines = (f"{line.format(number)} qmsecmethods=esp:sha1-aes128+60min+100000kb" for number in range(1, 121))
    policy = parse(text_source("m.cmd", "\n".join(lines))).policy
    first, second, third, fourth = policy.quick_mode_crypto_sets[3:7]
    groups = [
        Assign(one, "pfs_group", group) for one, group in ((first, "none"), (second, "none"), (third, "dhgroup14"))
    ]
    lists = [Assign(one, "proposals", ()) for one in (third, fourth)]
    kinds = [each.kind for each in edits([*groups, *lists, Assign(policy.connection_security_rules[5], "name", "A")])]
    assert kinds[0] == kinds[1]
    assert None not in kinds[:4]
    assert len(set(kinds[1:4])) == 3
    assert [
        each.kind for each in edits([Assign(policy.quick_mode_crypto_sets[0], "proposals", ()), Remove(first)])
    ] == [
        None,
        None,
    ]
    assert kinds[4] is None


def test_the_sets_that_edits_of_one_kind_make_are_those_of_their_assignments_each_at_its_own_place() -> None:
    line = "netsh advfirewall consec add rule name=R{0} endpoint1=any endpoint2=10.0.0.{0} action=requireinrequestout"
    lines = (f"{line.format(number)} qmsecmethods=esp:sha1-aes128+60min+100000kb" for number in range(1, 121))
    sets = parse(text_source("m.cmd", "\n".join(lines))).policy.quick_mode_crypto_sets[103:107]
    ways: list[list[tuple[str, object]]] = [
        [("pfs_group", "none")],
        [("pfs_group", "none"), ("key_module", None), ("pfs_group", "dhgroup14")],
        [("pfs_group", Setting("none", PLACE))],
        [("pfs_group", "none"), ("name", "A")],
        [("name", "A"), ("pfs_group", "none")],
        [("store", "A"), ("proposals", ())],
    ]
    for values in ways:
        made = edits([Assign(each, field, value) for each in sets for field, value in values])
        for edit, target in zip(made, sets, strict=True):
            after = target
            for field, value in values:
                after = assigned(after, field, value)  # type: ignore[assignment]
            assert edit.after == after
            assert edit.after is edit.after
            assert (edit.before, edit.fields) == (target, tuple(dict.fromkeys(field for field, _ in values)))
            told = [(each.name, each.store, each.span) for each in (edit.subject, after)]  # type: ignore[union-attr]
            assert told[0] == told[1]
    shared = edits([Assign(each, "pfs_group", "none") for each in sets])
    assert all(each.result is shared[1].result for each in shared[1:])


def test_fixes_that_set_the_same_in_sets_that_are_alike_share_it_and_make_sets_that_are_alike() -> None:
    line = "netsh advfirewall consec add rule name=R{0} endpoint1=any endpoint2=10.0.0.{0} action=requireinrequestout"
    lines = (f"{line.format(number)} qmsecmethods=esp:sha1-aes128+60min+100000kb" for number in range(1, 121))
    sets = parse(text_source("m.cmd", "\n".join(lines))).policy.quick_mode_crypto_sets[103:107]
    alike: dict[Hashable, Edit] = {}
    fixes = [Fix((Assign(each, "pfs_group", "none"),)) for each in sets]
    made = [edit for fix in fixes for edit in fix.edits_among(alike)]
    assert [fix.edits for fix in fixes] == [(edit,) for edit in made]
    assert len({edit.kind for edit in made}) == 1
    assert all(edit.result is made[1].result for edit in made[1:])
    later = [edit.after for edit in made[1:]]
    assert [each and each.name for each in later] == [each.name for each in sets[1:]]
    assert len({id(each.like) for each in later if each}) == 1
    (like,) = {id(each.like): each.like for each in later if each}.values()
    assert like.pfs_group == made[1].after.pfs_group  # type: ignore[union-attr]
    assert "name" not in vars(like)
