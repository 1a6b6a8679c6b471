"""Which rules codes, names and families stand for."""

from __future__ import annotations

import pytest

from ipseclint.engine.configuration.toml_files import ConfigError
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.engine.rulesets.selection import codes, selected
from ipseclint.rule import Rule

RULES = load_ruleset("default").known


class CountedRule:
    """A rule that counts how often it is looked at."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.looks = 0

    def __getattr__(self, name: str) -> object:
        self.looks += 1
        return getattr(self.rule, name)


def test_a_word_is_a_code_a_name_or_a_family_in_any_case() -> None:
    assert codes(["qd001"], RULES) == codes(["QD001 "], RULES) == {"QD001"}
    assert codes(["qd001,QD002"], RULES) == {"QD001", "QD002"}
    (rule,) = [rule for rule in RULES if rule.code == "QD001"]
    assert codes([rule.name], RULES) == {"QD001"}
    assert codes(["qd"], RULES) == {rule.code for rule in RULES if rule.code.startswith("QD")}


def test_a_word_that_is_none_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"no rule or family 'QD0001'; did you mean QD001\?$"):
        codes(["QD001", "QD0001"], RULES)
    with pytest.raises(ConfigError, match=r"no rule or family 'nonsense'; `ipseclint rules` lists them$"):
        codes(["nonsense"], RULES)


@pytest.mark.parametrize("named", ["CR001,,", ",CR001", "CR001,,QD002", "CR001, ,QD002"])
def test_a_list_that_names_nothing_beside_a_comma_is_refused(named: str) -> None:
    with pytest.raises(ConfigError, match="before or behind a comma no rule is named"):
        codes([named], RULES)
    assert codes(["", " ", ",", "CR001"], RULES) == {"CR001"}


@pytest.mark.parametrize("named", ["FL004", "fl004", "FL004,QD001", "QD001, fl004", "QD001, costly-exemption"])
def test_a_rule_that_is_off_runs_where_it_is_named_alone_or_in_a_list(named: str) -> None:
    ruleset = load_ruleset("default")
    (off,) = [rule for rule in RULES if rule.code == "FL004"]
    assert off.code not in ruleset.enabled
    assert off in selected(ruleset, [named.replace("costly-exemption", off.name)], [])


def test_each_rule_is_looked_at_as_often_for_many_words_as_for_one() -> None:
    looks = []
    for count in (1, 20_000):
        counted = [CountedRule(rule) for rule in RULES]
        assert codes(["QD001"] * count + ["QD"], counted) >= {"QD001"}  # type: ignore[arg-type]
        looks.append(sum(rule.looks for rule in counted))
    assert looks[0] == looks[1] > 0
