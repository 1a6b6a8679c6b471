"""Every fix that can be written helps: its finding goes, and nothing new comes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path

import pytest

from ipseclint.engine.apply_rules import Plan, found_with_fixes
from ipseclint.engine.inputs import candidates
from ipseclint.engine.machines import make_machine, read_input
from ipseclint.engine.ruleset import load_ruleset
from ipseclint.engine.selection import selected
from ipseclint.formats import recognise
from ipseclint.formats.netsh.script import FORMATS, parse
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect
from ipseclint.model.site import Site
from ipseclint.repair.plan import repair, together
from ipseclint.repair.script.rewriting import rewritten
from ipseclint.rule import Rule, Scope
from ipseclint.rules import all_rules
from ipseclint.semantics.sameness import same_policy
from ipseclint.source import file_source
from tests import ROOT

FIXTURES = ROOT / "fixtures" / "rules"
RULESET = load_ruleset("default")
SCRIPT = FORMATS[0]
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


def site_of(path: Path, rule: Rule) -> Site:
    folder = FIXTURES / f"{rule.code}-{rule.name}"
    for candidate in (folder / f"site-{path.stem}.toml", folder / "site.toml"):
        if candidate.is_file():
            return Site.model_validate(tomllib.loads(candidate.read_text(encoding="utf-8")))
    return Site()


def machine_of(path: Path, site: Site) -> Machine:
    read = [each for each in map(read_input, candidates([str(path)])) if each is not None]
    return make_machine(str(path), read, site)


@cache
def plans_with(rule: Rule) -> tuple[Plan, ...]:
    """Every rule that runs by default, and the rule itself even if it does not."""
    rules = {each.code: each for each in (*selected(RULESET, (), ()), rule)}
    return (Plan(RULESET, tuple(rules.values())),)


def cases() -> Iterator[tuple[Rule, Path]]:
    """Each bad fixture that has a fix made of changes to objects that can be edited."""
    for rule in all_rules():
        if rule.scope is not Scope.MACHINE:
            continue
        for path in sorted((FIXTURES / f"{rule.code}-{rule.name}").glob("bad*")):
            site = site_of(path, rule)
            plan = Plan(RULESET, (rule,))
            fixes = [fix for _, fix in found_with_fixes(machine_of(path, site), [plan], site)]
            if any(fix and fix.changes and not compiled(fix.changes) for fix in fixes):
                yield rule, path


def compiled(changes: tuple[object, ...]) -> bool:
    targets = [getattr(change, "target", None) or change.new for change in changes]  # type: ignore[attr-defined]
    return any(target.dialect in {Dialect.WFP, Dialect.VPN} for target in targets)


CASES = list(cases())


@pytest.mark.parametrize(("rule", "path"), CASES, ids=[f"{rule.code}-{path.name}" for rule, path in CASES])
def test_the_fix_removes_its_finding_and_brings_none(rule: Rule, path: Path) -> None:
    site = site_of(path, rule)
    result = repair(
        machine_of(path, site), partial(found_with_fixes, plans=plans_with(rule), site=site), {rule.code}, risky=True
    )
    assert rule.code in {each.code for each in result.gone}
    came = [each for each in result.came if (rule.code, each.code) not in TRADE_OFFS]
    assert [f"{each.code} {each.message}" for each in came] == []


NOT_IN_PLACE = {
    "AU002-bad-script.cmd": "a preshared key would have to be written again",
    "AU010-bad-script.cmd": "the words of netsh for certificate criteria are not documented",
    "AU010-bad-validation.cmd": "the words of netsh for certificate criteria are not documented",
    "QD005-bad-both-links.cmd": "netsh takes the name 'all' for every object",
    "QD017-bad-default.cmd": "netsh advfirewall has no argument for the key modules",
}
"""What cannot be written into a script, and why."""

SCRIPTS = [(rule, path) for rule, path in CASES if path.is_file() and recognise(file_source(path)) is SCRIPT]


@pytest.mark.parametrize(("rule", "path"), SCRIPTS, ids=[f"{rule.code}-{path.name}" for rule, path in SCRIPTS])
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
    codes = sorted({rule.code for rule, _ in CASES})
    print(f"{len(codes)} rules have a verified fix: {' '.join(codes)}")
    assert len(codes) >= WANTED_RULES
