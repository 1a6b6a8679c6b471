"""The rules on authentication and cryptography fire on evidence only: not on what is hidden, built in or elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.ruleset import load_ruleset
from ipseclint.formats import recognise
from ipseclint.model.frozen import Frozen
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect, Reference
from ipseclint.model.setting import Origin, Setting, Unknown
from ipseclint.model.site import Site
from ipseclint.rule import Rule, Scope
from ipseclint.rules import all_rules
from ipseclint.source import file_source
from tests import ROOT

FIXTURES = ROOT / "fixtures" / "rules"
RULESET = load_ruleset("default")
RULES = tuple(rule for rule in all_rules() if rule.family in {"AU", "CR"})
PATHS = [
    path
    for rule in RULES
    for path in sorted((FIXTURES / f"{rule.code}-{rule.name}").rglob("*.*"))
    if path.suffix != ".toml"
]
SITE = Site(non_member_ranges=("0.0.0.0/0",), pki_servers=("192.0.2.80",))

ABOUT_CONNECTION_SECURITY = frozenset(
    {
        *("AU002", "AU003", "AU004", "AU005", "AU006", "AU010", "AU011", "AU012", "AU013", "AU016"),
        *("CR013", "CR014", "CR015", "CR019", "CR021"),
    }
)
"""Rules that rest on MS-FASP or on the NetSecurity cmdlets, which say nothing of other tools' objects."""

ABOUT_RULES = frozenset(["AU002", "AU005", "AU006", "AU007", "AU015", "AU016", "CR019", "CR021"])
"""Rules that find fault with a rule or a setting, and fire also when the sets that it uses are Windows' own."""

Change = Callable[[str, Any], Any]


def machine_in(path: Path) -> Machine:
    source = file_source(path)
    found = recognise(source)
    assert found is not None, path
    return Machine(name=path.name, policy=found.parse(source).policy, site=SITE)


def changed(value: Any, change: Change, name: str = "") -> Any:
    """A value with every part of it changed, from the inside out."""
    if isinstance(value, Frozen):
        parts = {field: changed(getattr(value, field), change, field) for field in type(value).model_fields}
        value = value.model_copy(update=parts)
    elif isinstance(value, tuple) and not hasattr(value, "_fields"):
        value = tuple(changed(each, change, name) for each in value)
    return change(name, value)


def codes(machine: Machine, change: Change) -> set[str]:
    other = machine.model_copy(update={"policy": changed(machine.policy, change)})
    other.__dict__.pop("index", None)
    return {rule.code for rule in RULES if list(rule.check(*arguments(rule, other)))}


def arguments(rule: Rule, machine: Machine) -> tuple[Any, Any]:
    fleet = rule.scope is Scope.FLEET
    return (machine, machine) if fleet else machine, RULESET.options(rule)


def unknown(_name: str, value: Any) -> Any:
    return replace(value, value=Unknown("?")) if isinstance(value, Setting) else value


def by_default(_name: str, value: Any) -> Any:
    return replace(value, origin=Origin.DEFAULT) if isinstance(value, Setting) else value


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


def each_path(test: Callable[..., None]) -> Callable[..., None]:
    return pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.name}")(test)


@each_path
def test_what_is_not_understood_is_no_evidence(path: Path) -> None:
    assert codes(machine_in(path), unknown) == set()


@each_path
def test_what_windows_chose_itself_is_no_evidence(path: Path) -> None:
    assert codes(machine_in(path), by_default) <= {"AU015", "AU016", "CR021"}


@each_path
@pytest.mark.parametrize("change", [unreferenced, dangling, empty])
def test_what_is_missing_is_no_crash(path: Path, change: Change) -> None:
    codes(machine_in(path), change)


@each_path
def test_what_every_windows_has_is_no_finding(path: Path) -> None:
    assert codes(machine_in(path), builtin) <= ABOUT_RULES


@each_path
def test_rules_of_connection_security_leave_other_objects_alone(path: Path) -> None:
    assert codes(machine_in(path), of_wfp) & ABOUT_CONNECTION_SECURITY == set()
