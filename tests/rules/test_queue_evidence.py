"""The rules on load and on references fire on evidence only: not on what is hidden or built in."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint.engine.run import missing_needs
from ipseclint.model.machine import Machine
from ipseclint.rule import Scope
from ipseclint.rules import all_rules
from tests.rules.test_evidence import Change, builtin, changed, dangling, empty, unknown, unreferenced
from tests.rules.test_queue_fixes import BAD, MINE, RULESET, machine_in

RULES = tuple(rule for rule in all_rules() if rule.family in {"QD", "RF"})
PATHS = [path for rule in MINE for path in [bad for each, bad in BAD if each is rule][:2]]

ABOUT_NAMES = frozenset({"QD018", "RF001", "RF002", "RF003", "RF006", "RF007", "RF009", "RF010"})
"""Rules that look at names, references, rows of filters and the number of parts, and at no value."""

COUNTED = frozenset({"QD010", "QD011"})
"""Rules that count proposals, whatever they are."""

ABOUT_OWN_SETS = frozenset({"QD001", "QD002", "QD004", "QD006", "QD007", "QD010", "QD011"})
"""Rules that find fault with what somebody wrote into a set."""


def codes(machine: Machine, change: Change | None = None) -> set[str]:
    other = machine if change is None else machine.model_copy(update={"policy": changed(machine.policy, change)})
    other.__dict__.pop("index", None)
    found = set()
    for rule in RULES:
        if missing_needs(rule, machine.site):
            continue
        subject = (other, other) if rule.scope is Scope.FLEET else other
        if list(rule.check(subject, RULESET.options(rule))):
            found.add(rule.code)
    return found


def paths_ids(path: Path) -> str:
    return f"{path.parent.name[:5]}/{path.name}"


each_path = pytest.mark.parametrize("path", PATHS, ids=paths_ids)


@each_path
def test_what_is_not_understood_is_no_evidence(path: Path) -> None:
    machine = machine_in(path)
    assert codes(machine, unknown) <= ABOUT_NAMES | COUNTED


@each_path
@pytest.mark.parametrize("change", [unreferenced, dangling, empty])
def test_what_is_missing_is_no_crash(path: Path, change: Change) -> None:
    codes(machine_in(path), change)


@each_path
def test_what_every_windows_has_is_no_finding(path: Path) -> None:
    assert not codes(machine_in(path), builtin) & ABOUT_OWN_SETS
