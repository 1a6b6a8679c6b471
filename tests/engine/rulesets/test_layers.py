"""A ruleset that extends another chooses rules of it, and changes what it says of them."""

from __future__ import annotations

from typing import Any

from ipseclint.engine.rulesets.layers import laid_over_base
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.finding import Cause
from ipseclint.rules import all_rules
from tests.cases import cases

DEFAULT = frozenset(load_ruleset("default").enabled)
OFF = "CR007"
"""A rule that the default ruleset does not run."""


def runs(**own: Any) -> set[str]:
    rules = laid_over_base({"extends": "default", **own}, "own.toml")["rules"]
    return {code for code, settings in rules.items() if settings.get("enabled", True)}


def test_without_a_choice_it_runs_what_its_base_runs() -> None:
    assert OFF not in DEFAULT
    assert runs() == DEFAULT
    assert laid_over_base({"id": "own"}, "own.toml") == {"id": "own"}


@cases(
    ("own", "chosen"),
    [
        ({"only": ["AU"]}, {rule.code for rule in all_rules() if rule.family == "AU"}),
        ({"only": [OFF, "QD001"]}, {OFF, "QD001"}),
        ({"only": []}, set()),
        ({"only-causes": []}, set()),
        ({"only-causes": ["too-many"]}, {rule.code for rule in all_rules() if rule.cause is Cause.TOO_MANY}),
        (
            {"only-causes": ["too-many"], "only": [OFF]},
            {OFF, *(rule.code for rule in all_rules() if rule.cause is Cause.TOO_MANY)},
        ),
    ],
)
def test_it_runs_what_is_chosen_by_code_by_family_or_by_cause(own: dict[str, Any], chosen: set[str]) -> None:
    assert runs(**own) == chosen


def test_a_rule_that_it_says_something_of_runs_unless_it_says_that_it_does_not() -> None:
    assert runs(rules={OFF: {"severity": "info"}}) == DEFAULT | {OFF}
    assert runs(rules={OFF: {"severity": "info"}}, only=["QD001"]) == {OFF, "QD001"}
    assert runs(rules={"QD001": {"enabled": False}}) == DEFAULT - {"QD001"}


def test_its_base_is_not_changed_by_what_it_says() -> None:
    before = laid_over_base({"extends": "default"}, "a.toml")
    laid_over_base({"extends": "default", "only": [], "rules": {"CR005": {"severity": "info"}}}, "b.toml")
    assert laid_over_base({"extends": "default"}, "a.toml") == before
