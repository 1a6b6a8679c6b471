"""Changes of generated policies, written into the script that says them: it reads as the model says."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from ipseclint.formats.netsh import script
from ipseclint.model.change import Assign, Change, edits
from ipseclint.model.policy import Policy
from ipseclint.repair.commands.arguments import Unwritable
from ipseclint.repair.script.rewriting import rewritten
from ipseclint.semantics.sameness import same_policy
from ipseclint.source import Source, bytes_source
from tests.repair.changed import applied
from tests.repair.commands.generated_policies import legacy_policies
from tests.repair.commands.policy_script import policy_script
from tests.repair.test_apply import changed_own_policies
from tests.tries import tries


def script_of(policy: Policy) -> Source:
    lines = policy_script(policy)
    assert not isinstance(lines, Unwritable)
    return bytes_source("made.cmd", "\r\n".join(("@echo off", *lines, "rem the end")).encode())


def assert_rewritten(source: Source, policy: Policy, changes: tuple[Change, ...]) -> None:
    done = rewritten(source, policy, [(each,) for each in edits(changes)])
    assert done.left_out == ()
    found = script.parse(done.source)
    assert found.problems == ()
    assert same_policy(found.policy, done.policy)
    assert same_policy(found.policy, applied(policy, changes))


@tries(60)
@given(changed_own_policies())
def test_advfirewall_scripts(case: tuple[Policy, tuple[Change, ...]]) -> None:
    policy, changes = case
    assume(not policy.is_empty)
    assert_rewritten(script_of(policy), policy, changes)


@tries(60)
@given(legacy_policies(), st.data())
def test_ipsec_scripts(policy: Policy, data: st.DataObject) -> None:
    changes: tuple[Change, ...] = (
        *(
            Assign(filter_action, "allow_unsecured_fallback", data.draw(st.booleans()))
            for filter_action in policy.filter_actions
        ),
        *(Assign(each, "polling_interval_seconds", 3600) for each in policy.policies),
        *(Assign(crypto_set, "quick_mode_limit", 4) for crypto_set in policy.main_mode_crypto_sets),
        *(Assign(filter_list, "filters", filter_list.filters[:1]) for filter_list in policy.filter_lists),
    )
    assert_rewritten(script_of(policy), policy, changes)
