"""A policy written as a script and read again is the same policy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipseclint.formats.netsh import script
from ipseclint.model.machine import merge_policies
from ipseclint.model.policy import Dialect, Policy
from ipseclint.repair.commands.arguments import Unwritable
from ipseclint.source import bytes_source
from tests.cases import cases
from tests.made_objects import exemption, main_mode_set, rule, to
from tests.repair.commands.generated_policies import legacy_policies, own_policies, plain
from tests.repair.commands.policy_script import policy_script
from tests.tries import tries

pytestmark = pytest.mark.drawn(4)


def read_again(policy: Policy) -> Policy:
    lines = policy_script(policy)
    assert not isinstance(lines, Unwritable), lines.reason
    text = "\r\n".join(("@echo off", *lines))
    parsed = script.parse(bytes_source("made.cmd", text.encode()))
    assert parsed.problems == (), (text, parsed.problems)
    return parsed.policy


@tries(200)
@given(legacy_policies())
def test_netsh_ipsec_policy_survives_its_script(policy: Policy) -> None:
    assert plain(read_again(policy)) == plain(policy)


@tries(200)
@given(own_policies())
def test_netsh_advfirewall_policy_survives_its_script(policy: Policy) -> None:
    assert plain(read_again(policy)) == plain(policy)


@tries(40)
@given(st.tuples(legacy_policies(), own_policies()))
def test_both_tools_in_one_script(policies: tuple[Policy, Policy]) -> None:
    policy = merge_policies(policies)
    assert plain(read_again(policy)) == plain(policy)


def test_exemptions_come_before_rules_that_secure_and_assignment_last() -> None:
    policy = Policy(connection_security_rules=(rule("secure"), exemption("exempt", "10.0.0.1")))
    lines = policy_script(policy)
    assert not isinstance(lines, Unwritable)
    assert ["exempt" in line for line in lines] == [True, False]


@cases("dialect", [Dialect.WFP, Dialect.DYNAMIC, Dialect.VPN])
def test_what_has_no_script_is_refused(dialect: Dialect) -> None:
    found = policy_script(Policy(main_mode_crypto_sets=(main_mode_set(dialect=dialect),)))
    assert isinstance(found, Unwritable)
    assert dialect in found.reason


def test_a_name_that_netsh_cannot_be_told_is_refused() -> None:
    found = policy_script(Policy(connection_security_rules=(rule('a "quoted" name', quick_mode_crypto=to("x")),)))
    assert isinstance(found, Unwritable)
