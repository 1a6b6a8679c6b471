"""Every fix that can be written helps: its finding goes, and nothing new comes."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

import pytest

from ipseclint.engine.apply_rules import Plan, found_with_fixes
from ipseclint.engine.selection import selected
from ipseclint.formats.netsh.script import parse
from ipseclint.repair.plan import repair, together
from ipseclint.repair.script.rewriting import rewritten
from ipseclint.rule import Rule
from ipseclint.semantics.sameness import same_policy
from ipseclint.source import file_source
from tests.rules.repairs import RULESET, cases, listed, machine_of, site_of

WANTED_RULES = 80
"""So many rules have a fix that is proven to help."""

TRADE_OFFS = {
    ("EX001", "FL005"): "the new exemption for all domain controllers makes a narrower one needless",
    ("QD015", "FL001"): "a rule all of whose hosts cannot answer is left with nothing to decide",
    ("QD015", "FL002"): "the same",
    ("QD029", "FL001"): "a rule for nothing but the one-way port is left with nothing to decide",
    ("QD029", "FL002"): "the same",
    ("CR005", "QD008"): "a strong group for PFS still costs an exchange in every quick mode",
    ("CR006", "QD008"): "the same",
    ("CR007", "QD008"): "the same",
    ("QD033", "QD026"): "Windows' own lifetimes load little, and one is a multiple of the other",
    ("QD036", "QD026"): "the same",
    ("QD036", "QD033"): "no queue, though so many peers pass the budget of rates with Windows' own lifetimes as well",
    ("RF005", "RF007"): "a set that only the exemption named has no user any more",
    ("FL011", "RF007"): "the set of a rule that is deleted has no user any more",
    ("EX012", "QD022"): "once initiators behind NAT can connect, their number counts",
    ("QD011", "QD009"): "the shorter list still has more than the one proposal that fast quick mode needs",
}
"""What a repair brings for information because it cannot be had without."""


@cache
def plans_with(rule: Rule) -> tuple[Plan, ...]:
    """Every rule that runs by default, and the rule itself even if it does not."""
    rules = {each.code: each for each in (*selected(RULESET, (), ()), rule)}
    return (Plan(RULESET, tuple(rules.values())),)


CASES = listed()


def test_every_fixture_with_a_repair_is_tried() -> None:
    assert list(map(str, cases())) == list(map(str, CASES)), "run python -m tests.rules.repairs and read the diff"


@pytest.mark.parametrize(("rule", "path"), [case[:2] for case in CASES], ids=map(str, CASES))
def test_the_fix_removes_its_finding_and_brings_none(rule: Rule, path: Path) -> None:
    site = site_of(path, rule)
    result = repair(
        machine_of(path, site), partial(found_with_fixes, plans=plans_with(rule), site=site), {rule.code}, risky=True
    )
    assert rule.code in {each.code for each in result.resolved}
    introduced = [each for each in result.introduced if (rule.code, each.code) not in TRADE_OFFS]
    assert [f"{each.code} {each.message}" for each in introduced] == []


NOT_IN_PLACE = {
    "AU002-bad-script.cmd": "a preshared key would have to be written again",
    "AU010-bad-script.cmd": "the words of netsh for certificate criteria are not documented",
    "AU010-bad-validation.cmd": "the words of netsh for certificate criteria are not documented",
    "QD005-bad-both-links.cmd": "netsh takes the name 'all' for every object",
    "QD017-bad-default.cmd": "netsh advfirewall has no argument for the key modules",
}
"""What cannot be written into a script, and why."""

SCRIPTS = [case for case in CASES if case.is_script]


@pytest.mark.parametrize(("rule", "path"), [case[:2] for case in SCRIPTS], ids=map(str, SCRIPTS))
def test_the_fix_in_the_script_itself_says_what_the_fix_means(rule: Rule, path: Path) -> None:
    site = site_of(path, rule)
    result = repair(
        machine_of(path, site), partial(found_with_fixes, plans=plans_with(rule), site=site), {rule.code}, risky=True
    )
    groups = [tuple(step.edit for step in group) for group in together(result.steps)]
    done = rewritten(file_source(path), result.machine.policy, groups)
    reason = NOT_IN_PLACE.get(f"{rule.code}-{path.name}")
    assert {each.reason for each in done.left_out} == ({reason} if reason else set())
    read = parse(done.source)
    assert same_policy(read.policy, done.policy)
    assert reason is not None or same_policy(read.policy, result.repaired.policy)


def test_so_many_rules_have_a_fix_that_helps() -> None:
    codes = sorted({rule.code for rule, *_ in CASES})
    print(f"{len(codes)} rules have a verified fix: {' '.join(codes)}")
    assert len(codes) >= WANTED_RULES
