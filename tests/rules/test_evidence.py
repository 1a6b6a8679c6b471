"""Rules fire on evidence only: not on what is not understood, hidden, built in, or of a tool they say nothing of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from ipseclint.engine.apply_rules import missing_needs
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect, Reference
from ipseclint.model.setting import Default, Setting, Unknown
from ipseclint.model.values import Frozen, Validated
from ipseclint.rule import LooksAt, Rule, Scope
from ipseclint.rules import all_rules
from ipseclint.semantics.digest import Fleet
from tests.rules.rule_inputs import machine_in
from tests.test_rules import folder_of

pytestmark = pytest.mark.drawn(6)

RULESET = load_ruleset("default")
GROUPS = ({"AU", "CR"}, {"QD", "RF"}, {"EX", "FL"})
"""Families whose rules look at the same objects: each fixture of one is looked at by the rules of its group."""

MAX_FILES = 3

Change = Callable[[str, Any], Any]


def group(rule: Rule) -> tuple[Rule, ...]:
    """The rules of the families that look at the same objects."""
    families = next(families for families in GROUPS if rule.family in families)
    return tuple(each for each in all_rules() if each.family in families)


def files(rule: Rule) -> list[Path]:
    """The first fixtures of a rule, bad and good."""
    found = [path for path in sorted(folder_of(rule).rglob("*.*")) if path.is_file() and path.suffix != ".toml"]
    bad = [path for path in found if path.relative_to(folder_of(rule)).parts[0].startswith("bad")]
    return [*bad[:MAX_FILES], *(path for path in found if path not in bad)][: len(bad[:MAX_FILES]) + 1]


RULES = {rule.code: rule for rule in all_rules() if any(rule.family in families for families in GROUPS)}
of_each_rule = pytest.mark.parametrize("code", RULES)


def changed(value: Any, change: Change, name: str = "") -> Any:
    """A value with every part of it changed, from the inside out."""
    if isinstance(value, Frozen | Validated):
        names = value.__struct_fields__ if isinstance(value, Frozen) else type(value).model_fields
        parts = {field: changed(getattr(value, field), change, field) for field in names}
        value = value.model_copy(update=parts)
    elif isinstance(value, tuple) and not hasattr(value, "_fields"):
        value = tuple(changed(each, change, name) for each in value)
    elif isinstance(value, dict):
        value = {key: changed(each, change, name) for key, each in value.items()}
    return change(name, value)


def firing(code: str, change: Change) -> dict[str, set[str]]:
    """By fixture of a rule, the rules that find something in it when every part of its policy is changed."""
    rule = RULES[code]
    found = {path.name: _firing(group(rule), path, change) for path in files(rule)}
    assert len(found) >= 2
    return found


def _firing(rules: tuple[Rule, ...], path: Path, change: Change) -> set[str]:
    machine = machine_in(path)
    if change in {builtin, by_default}:
        # What a VPN end without a suite leaves to Windows is its own fault.
        machine = machine.with_policy(
            machine.policy.model_copy(update={"vpn_connections": (), "vpn_servers": (), "vpn_interfaces": ()})
        )
    # That a store of certificates is empty is understood, and no value that could be unknown.
    policy = machine.policy.model_copy(update={"empty_stores": ()}) if change is unknown else machine.policy
    other = machine.model_copy(update={"policy": changed(policy, change)})
    other.__dict__.pop("index", None)
    return {
        rule.code for rule in rules if not missing_needs(rule, other.site) and list(rule.check(*arguments(rule, other)))
    }


def arguments(rule: Rule, machine: Machine) -> tuple[Any, Any]:
    fleet = rule.scope is Scope.FLEET
    return Fleet.of((machine, machine)) if fleet else machine, RULESET.options(rule)


def looking_at(what: LooksAt) -> set[str]:
    return {rule.code for rule in all_rules() if what in rule.looks_at}


def unknown(_name: str, value: Any) -> Any:
    return replace(value, value=Unknown("?")) if isinstance(value, Setting) else value


def by_default(_name: str, value: Any) -> Any:
    return Default(value.value, value.span) if isinstance(value, Setting) else value


def unreferenced(_name: str, value: Any) -> Any:
    return None if isinstance(value, Reference) else value


def dangling(_name: str, value: Any) -> Any:
    return value.model_copy(update={"target": "nothing"}) if isinstance(value, Reference) else value


def empty(name: str, value: Any) -> Any:
    return () if name in {"proposals", "methods", "filters"} else value


def builtin(name: str, value: Any) -> Any:
    return True if name == "builtin" else value


def of_wfp(name: str, value: Any) -> Any:
    return Dialect.WFP if name == "dialect" else value


OF_NO_VALUE = {"CR028", "CR037"}
"""What rules say whatever the values are: CR028 of what Windows cannot do, CR037 of words that no profile has."""


@pytest.mark.drawn(30)
@of_each_rule
def test_what_is_not_understood_is_no_evidence_but_for_rules_on_parts(code: str) -> None:
    found = firing(code, unknown)
    assert {name: fired - looking_at(LooksAt.PARTS) - OF_NO_VALUE for name, fired in found.items()} == none(found)


OF_NO_SET = {"bad-emptied-list.cmd": {"RF003"}}
"""What rules that look at sets say of other things: RF003 of rules whose filter list is empty."""


@pytest.mark.drawn(30)
@of_each_rule
def test_what_is_missing_built_in_or_of_another_tool_is_no_fault_and_no_crash(code: str) -> None:
    for change in (unreferenced, dangling, empty):
        assert len(firing(code, change)) >= 2, change
    of_windows = firing(code, builtin)
    of_sets = {
        name: fired & looking_at(LooksAt.SETS) - OF_NO_SET.get(name, set()) for name, fired in of_windows.items()
    }
    assert of_sets == none(of_windows), "a set that every Windows has is no fault of a set"
    of_others = firing(code, of_wfp)
    of_rules = {name: fired & looking_at(LooksAt.CONNECTION_SECURITY) for name, fired in of_others.items()}
    assert of_rules == none(of_others), "rules of connection security leave other objects alone"


@pytest.mark.drawn(24)
@pytest.mark.parametrize("code", [rule.code for rule in RULES.values() if rule.family in {"AU", "CR"}])
def test_an_algorithm_or_method_that_windows_chose_itself_is_no_evidence(code: str) -> None:
    found = firing(code, by_default)
    assert {name: fired & looking_at(LooksAt.SETS) for name, fired in found.items()} == none(found)


def none(names: Iterable[str]) -> dict[str, set[str]]:
    return {name: set() for name in names}
