"""Every fix that can be written helps: its finding goes, and nothing new comes."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

import pytest

from ipseclint.engine.apply_rules import Plan, found_with_fixes
from ipseclint.engine.rulesets.selection import selected
from ipseclint.formats.netsh.script import parse
from ipseclint.repair.plan import Allowed, Kept, Repair, repair
from ipseclint.repair.script.rewriting import rewritten
from ipseclint.repair.steps import together
from ipseclint.repair.writable import writer_for
from ipseclint.rule import Rule
from ipseclint.semantics.protection import Effect
from ipseclint.semantics.sameness import same_policy
from ipseclint.source import file_source
from tests.rules.repairs import RULESET, cases, listed, machine_of, site_of

pytestmark = pytest.mark.drawn(4)

WANTED_RULES = 80
"""So many rules have a fix that is proven to help."""

HELD_BACK = {
    ("QD015-bad-overlap.cmd", "FL001 shadowed-rule"),
    ("QD036-bad-limit.cmd", "QD033 estimated-negotiation-rate"),
    ("QD036-bad-main-mode.cmd", "QD033 estimated-negotiation-rate"),
    ("QD036-bad-master-pfs.cmd", "QD033 estimated-negotiation-rate"),
}
"""Repairs that are left out, since each would bring a finding that no other repair takes away again."""

ALL = Allowed(risky=True, lowering=True)


@cache
def plans_with(rule: Rule) -> tuple[Plan, ...]:
    """Every rule that runs by default, and the rule itself even if it does not."""
    rules = {each.code: each for each in (*selected(RULESET, (), ()), rule)}
    return (Plan(RULESET, tuple(rules.values())),)


CASES = listed()


def test_every_fixture_with_a_repair_is_tried() -> None:
    assert list(map(str, cases())) == list(map(str, CASES)), "run python -m tests.rules.repairs and read the diff"


def mended(rule: Rule, path: Path, allowed: Allowed) -> Repair:
    site = site_of(path, rule)
    check = partial(found_with_fixes, plans=plans_with(rule), site=site)
    return repair(machine_of(path, site), check, {rule.code}, allowed)


def _as_severe(result: Repair, code: str) -> list[str]:
    """What a repair brings that is as severe as what it is for, or more so."""
    least = min((each.severity.rank for each in result.resolved if each.code == code), default=0)
    return [f"{each.code} {each.message}" for each in result.introduced if each.severity.rank >= least]


@pytest.mark.drawn(8)
@pytest.mark.parametrize(("rule", "path"), [case[:2] for case in CASES], ids=map(str, CASES))
def test_the_fix_removes_its_finding_and_brings_none_as_severe(rule: Rule, path: Path) -> None:
    result = mended(rule, path, ALL)
    brings = {
        (f"{rule.code}-{path.name}", (left.why or "").partition(" on ")[0])
        for left in result.left_out
        if left.kept is Kept.BRINGS
    }
    assert _as_severe(result, rule.code) == []
    assert brings == {each for each in HELD_BACK if each[0] == f"{rule.code}-{path.name}"}
    assert brings or rule.code in {each.code for each in result.resolved}


@pytest.mark.drawn(8)
@pytest.mark.parametrize(("rule", "path"), [case[:2] for case in CASES], ids=map(str, CASES))
def test_without_being_allowed_to_no_repair_lowers_protection(rule: Rule, path: Path) -> None:
    result = mended(rule, path, Allowed(risky=True))
    assert result.impact.effect in {Effect.KEEPS, Effect.RAISES}
    assert _as_severe(result, rule.code) == []


NOT_IN_PLACE = {
    "AU002-bad-script.cmd": "a preshared key would have to be written again",
    "AU010-bad-script.cmd": "the words of netsh for certificate criteria are not documented",
    "AU010-bad-validation.cmd": "the words of netsh for certificate criteria are not documented",
    "EX011-bad-blocked.cmd": "firewall rules often share a name, by which alone netsh finds them",
    "EX011-bad-exempted-in-part.cmd": "firewall rules often share a name, by which alone netsh finds them",
    "EX011-bad-gateway.cmd": "firewall rules often share a name, by which alone netsh finds them",
    "QD005-bad-both-links.cmd": "netsh takes the name 'all' for every object",
    "RF005-bad-all.cmd": "netsh cannot delete such an object (quick mode crypto set)",
    "QD017-bad-default.cmd": "netsh advfirewall has no argument for the key modules",
}
"""What cannot be written into a script, and why."""

SCRIPTS = [case for case in CASES if case.is_script]


@pytest.mark.drawn(8)
@pytest.mark.parametrize(("rule", "path"), [case[:2] for case in SCRIPTS], ids=map(str, SCRIPTS))
def test_the_fix_in_the_script_itself_says_what_the_fix_means(rule: Rule, path: Path) -> None:
    site = site_of(path, rule)
    check = partial(found_with_fixes, plans=plans_with(rule), site=site)
    result = repair(machine_of(path, site), check, {rule.code}, ALL, writer_for("script"))
    groups = [tuple(step.edit for step in group) for group in together(result.steps)]
    done = rewritten(file_source(path), result.machine.policy, groups)
    reason = NOT_IN_PLACE.get(f"{rule.code}-{path.name}")
    unwritable = {each.why for each in result.left_out if each.kept is Kept.UNWRITABLE}
    assert {each.reason for each in done.left_out} | unwritable == ({reason} if reason else set())
    read = parse(done.source)
    assert same_policy(read.policy, done.policy)
    assert reason is not None or same_policy(read.policy, result.repaired.policy)


def test_so_many_rules_have_a_fix_that_helps() -> None:
    codes = sorted({rule.code for rule, *_ in CASES})
    print(f"{len(codes)} rules have a verified fix: {' '.join(codes)}")
    assert len(codes) >= WANTED_RULES
