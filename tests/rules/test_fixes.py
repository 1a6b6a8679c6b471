"""The fixes of the rules on authentication and cryptography mend what they name and break nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.formats import recognise
from ipseclint.model.change import Assign, Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy
from ipseclint.model.setting import Setting
from ipseclint.rule import Hit, Rule, Scope
from ipseclint.rules import all_rules
from ipseclint.semantics.defaults import completed
from ipseclint.source import file_source
from tests import ROOT

FIXTURES = ROOT / "fixtures" / "rules"
RULESET = load_ruleset("default")
MINE = tuple(
    rule
    for rule in all_rules()
    if rule.family in {"AU", "CR"} and rule.scope is Scope.MACHINE and not rule.needs and RULESET.settings(rule).enabled
)
BAD = [path for rule in MINE for path in sorted((FIXTURES / f"{rule.code}-{rule.name}").glob("bad*")) if path.is_file()]


def machine_in(path: Path) -> Machine:
    source = file_source(path)
    found = recognise(source)
    assert found is not None, path
    return Machine(name=path.name, policy=completed(found.parse(source).policy))


def hits(machine: Machine, rule: Rule) -> list[Hit]:
    return list(rule.check(machine, RULESET.options(rule)))


def identity(rule: Rule, hit: Hit) -> tuple[str, str, str, str]:
    return rule.code, hit.subject.kind, hit.subject.name, str(hit.value)


def all_hits(machine: Machine) -> set[tuple[str, str, str, str]]:
    return {identity(rule, hit) for rule in MINE for hit in hits(machine, rule)}


def mended(policy: Policy, fix: Fix) -> Policy:
    parts: dict[str, Any] = {name: getattr(policy, name) for name in type(policy).model_fields}
    for change in fix.changes:
        assert isinstance(change, Assign)
        new = change.target.model_copy(
            update={change.field: assigned(getattr(change.target, change.field), change.value)}
        )
        for name, objects in parts.items():
            if isinstance(objects, tuple):
                parts[name] = tuple(new if each is change.target else each for each in objects)
    return policy.model_copy(update=parts)


def assigned(before: object, value: object) -> object:
    return Setting(value, before.span) if isinstance(before, Setting) else value


@pytest.mark.drawn(2)
@pytest.mark.parametrize("path", BAD, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_fix_removes_its_finding_and_brings_none(path: Path) -> None:
    machine = machine_in(path)
    before = all_hits(machine)
    assert before
    for rule in MINE:
        for hit in hits(machine, rule):
            if hit.fix is not None and hit.fix.changes:
                after = all_hits(Machine(name=machine.name, policy=mended(machine.policy, hit.fix)))
                assert identity(rule, hit) not in after, f"{rule.code} is still there"
                assert after - before == set(), rule.code
