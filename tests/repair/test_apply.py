"""A policy after changes: in the model, and through the commands that the changes are written as."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipseclint.formats.netsh import script
from ipseclint.model.change import Add, Assign, Change, Edit, Fix, Remove
from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import (
    Dialect,
    FilterAction,
    IpsecPolicy,
    Policy,
    Profile,
    QuickModeCryptoSet,
    RuleAction,
    Security,
)
from ipseclint.repair import apply
from ipseclint.repair.apply import all_edited, edited
from ipseclint.repair.commands.arguments import Unwritable
from ipseclint.repair.commands.fix_text import fix_text
from ipseclint.source import bytes_source
from ipseclint.vocabulary.algorithms import DhGroup, Encapsulation
from tests.made_objects import SPAN, addresses, exemption, left, main_mode_set, quick_mode_set, rule, said, to
from tests.repair.changed import applied
from tests.repair.commands.generated_policies import legacy_policies, own_policies, plain
from tests.repair.commands.policy_script import policy_script
from tests.repair.commands.test_policy_script import read_again
from tests.tries import tries

POLICY = IpsecPolicy(
    name="P",
    span=SPAN,
    assigned=said(False),
    polling_interval_seconds=said(600),
    master_pfs=said(True),
    activate_default_rule=said(False),
)
ACTION = FilterAction(
    name="Require",
    span=SPAN,
    action=said(RuleAction.NEGOTIATE),
    accept_unsecured_inbound=said(False),
    allow_unsecured_fallback=said(True),
)


def legacy_rule() -> Policy:
    return Policy(
        policies=(POLICY,),
        filter_actions=(ACTION,),
        main_mode_crypto_sets=(main_mode_set("P", dialect=Dialect.IP_SECURITY_POLICY),),
        quick_mode_crypto_sets=(
            quick_mode_set("require", dialect=Dialect.IP_SECURITY_POLICY),
            quick_mode_set("Require"),
        ),
        connection_security_rules=(
            rule(
                "R",
                dialect=Dialect.IP_SECURITY_POLICY,
                policy=to("p"),
                filter_action=to("REQUIRE"),
                filter_list=to("F"),
            ),
        ),
    )


def test_assign_add_and_remove() -> None:
    old, kept = rule("old"), rule("kept")
    policy = Policy(connection_security_rules=(old, kept))
    new = exemption("new", "10.0.0.1")
    after = applied(policy, (Assign(kept, "enabled", False), Remove(old), Add(new)))
    assert [each.name for each in after.connection_security_rules] == ["kept", "new"]
    assert after.connection_security_rules[0].enabled.value is False
    assert policy.connection_security_rules == (old, kept)


def test_several_assignments_to_one_object_all_hold() -> None:
    crypto = main_mode_set("S")
    changes = (Assign(crypto, "lifetime_seconds", 3600), Assign(crypto, "quick_mode_limit", 9))
    after = applied(Policy(main_mode_crypto_sets=(crypto,)), changes).main_mode_crypto_sets[0]
    assert (after.lifetime_seconds.value, after.quick_mode_limit.value) == (3600, 9)
    assert after.lifetime_seconds.is_explicit


def test_of_two_equal_objects_only_the_target_changes() -> None:
    one, other = rule("R"), rule("R")
    after = applied(Policy(connection_security_rules=(one, other)), (Assign(other, "enabled", False),))
    assert [connection_rule.enabled.value for connection_rule in after.connection_security_rules] == [True, False]


def test_a_target_that_is_gone_changes_nothing() -> None:
    gone = rule("gone")
    policy = Policy(connection_security_rules=(rule("kept"),))
    assert applied(policy, (Assign(gone, "enabled", False), Remove(gone))) == policy


SETS = tuple(quick_mode_set(name) for name in ("A", "A", "B", "C"))
"""Two of them are equal."""
EDITS = st.builds(
    Edit,
    st.sampled_from([None, *SETS, SETS[0].model_copy(), quick_mode_set("gone")]),
    st.sampled_from([*SETS, quick_mode_set("B", id="X"), quick_mode_set("D")]),
)


@given(st.lists(EDITS, max_size=6), st.lists(st.sampled_from(SETS), max_size=6))
def test_many_edits_leave_what_they_leave_one_by_one(edits: list[Edit], sets: list[QuickModeCryptoSet]) -> None:
    policy = Policy(quick_mode_crypto_sets=tuple(sets))
    one_by_one = reduce(edited, edits, policy).quick_mode_crypto_sets
    assert [*map(id, all_edited(policy, edits).quick_mode_crypto_sets)] == [*map(id, one_by_one)]


def test_edits_that_take_a_place_are_made_in_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = Policy(quick_mode_crypto_sets=SETS)
    edits = [Edit(each, each.model_copy(update={"id": "X"})) for each in SETS]
    monkeypatch.setattr(apply, "edited", None)
    assert [each.id for each in all_edited(policy, edits).quick_mode_crypto_sets] == ["X"] * len(SETS)


def test_references_and_the_other_half_follow_a_new_name() -> None:
    policy = legacy_rule()
    after = applied(policy, (Assign(ACTION, "name", "Strict"), Assign(POLICY, "name", "Q")))
    found = after.connection_security_rules[0]
    assert found.filter_action is not None
    assert found.policy is not None
    assert (found.filter_action.target, found.policy.target) == ("Strict", "Q")
    assert [each.name for each in after.quick_mode_crypto_sets] == ["Strict", "Require"]
    assert [each.name for each in after.main_mode_crypto_sets] == ["Q"]


def test_rules_do_what_their_filter_action_says() -> None:
    after = applied(legacy_rule(), (Assign(ACTION, "allow_unsecured_fallback", False),))
    assert after.connection_security_rules[0].outbound.value is Security.REQUIRE
    after = applied(legacy_rule(), (Assign(ACTION, "action", RuleAction.BLOCK),))
    found = after.connection_security_rules[0]
    assert (found.action.value, found.inbound.value) == (RuleAction.BLOCK, Security.NONE)


@st.composite
def changed_own_policies(draw: st.DrawFn) -> tuple[Policy, tuple[Change, ...]]:
    policy = draw(own_policies())
    changes: list[Change] = []
    for connection_rule in policy.connection_security_rules:
        match draw(st.sampled_from(("profiles", "description", "endpoint2", "enabled", "remove", "nothing"))):
            case "profiles":
                changes.append(Assign(connection_rule, "profiles", frozenset({Profile.DOMAIN})))
            case "description":
                changes.append(Assign(connection_rule, "description", "changed & so on"))
            case "endpoint2":
                changes.append(Assign(connection_rule, "endpoint2", addresses("10.77.0.0/16", "10.78.0.1")))
            case "enabled":
                changes.append(Assign(connection_rule, "enabled", draw(st.booleans())))
            case "remove":
                changes.append(Remove(connection_rule))
    for crypto in policy.quick_mode_crypto_sets:
        users = [
            connection_rule
            for connection_rule in policy.connection_security_rules
            if connection_rule.name == crypto.name
        ]
        is_bare = any(offer.encapsulation.known is Encapsulation.AUTH_NO_ENCAP for offer in crypto.proposals)
        if not (is_bare or any(isinstance(change, Remove) and change.target in users for change in changes)):
            changes.append(Assign(crypto, "pfs_group", DhGroup.ECP_384))
    if draw(st.booleans()):
        changes.append(Add(exemption("brand-new", "10.0.0.10")))
    return policy, tuple(changes)


@tries(100)
@given(changed_own_policies())
def test_commands_leave_behind_what_the_model_says(case: tuple[Policy, tuple[Change, ...]]) -> None:
    policy, changes = case
    script_lines, text = policy_script(policy), fix_text(Fix(changes), PolicyIndex(policy))
    assert not isinstance(script_lines, Unwritable)
    assert text.netsh is not None or not changes
    lines = ("@echo off", *script_lines, *(text.netsh or "").splitlines())
    parsed = script.parse(bytes_source("made.cmd", "\r\n".join(lines).encode()))
    assert parsed.problems == ()
    after = applied(policy, changes)
    gone = {change.target.name for change in changes if isinstance(change, Remove)}
    assert plain(parsed.policy) == plain(without_sets_of(after, gone))


def without_sets_of(policy: Policy, gone: set[str]) -> Policy:
    """The policy without the sets that were written on rules that went."""
    kept = {each.name for each in policy.main_mode_rules}
    return policy.model_copy(
        update={
            "quick_mode_crypto_sets": tuple(
                crypto_set for crypto_set in policy.quick_mode_crypto_sets if crypto_set.name not in gone
            ),
            "authentication_sets": tuple(
                auth_set
                for auth_set in policy.authentication_sets
                if auth_set.name not in gone or auth_set.name in kept
            ),
        }
    )


@tries(60)
@given(legacy_policies(), st.data())
def test_legacy_commands_leave_behind_what_the_model_says(policy: Policy, data: st.DataObject) -> None:
    changes: list[Change] = [
        *(
            Assign(filter_action, "allow_unsecured_fallback", data.draw(st.booleans()))
            for filter_action in policy.filter_actions
        ),
        *(Assign(each, "polling_interval_seconds", 3600) for each in policy.policies),
        *(Assign(crypto_set, "quick_mode_limit", 4) for crypto_set in policy.main_mode_crypto_sets),
        *(Assign(filter_list, "filters", filter_list.filters[:1]) for filter_list in policy.filter_lists),
    ]
    script_lines, text = policy_script(policy), fix_text(Fix(tuple(changes)), PolicyIndex(policy))
    assert not isinstance(script_lines, Unwritable)
    assert text.netsh is not None
    lines = ("@echo off", *script_lines, *text.netsh.splitlines())
    parsed = script.parse(bytes_source("made.cmd", "\r\n".join(lines).encode()))
    assert parsed.problems == ()
    assert plain(parsed.policy) == plain(applied(policy, changes))


def test_nothing_changed_reads_the_same() -> None:
    policy = Policy(connection_security_rules=(exemption("one", "10.0.0.1", description="d", enabled=left(True)),))
    assert plain(read_again(policy)) == plain(applied(policy, ()))


def test_a_plan_that_ends_at_its_limit_of_rounds_says_what_it_leaves(
    tmp_path: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "s.cmd"
    script.write_text(
        "netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\n"
        "netsh advfirewall set global mainmode mmsecmethods dhgroup2:des-md5\n"
    )
    words = "the plan ended at its limit of rounds; repair again"
    assert words not in cli("fix", script, "--include-risky").err
    monkeypatch.setattr("ipseclint.repair.plan.MAX_ROUNDS", 1)
    ran = cli("fix", script, "--include-risky")
    assert (ran.code, words in ran.err) == (1, True)


def test_what_has_no_sets_of_its_own_takes_none_away() -> None:
    policy = legacy_rule()
    for nothing in (None, POLICY, ACTION):
        assert apply.without_own_sets(policy, nothing) is policy
