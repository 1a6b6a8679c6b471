"""What a ruleset says of a rule's numbers is taken as it is, or as what it can be read as."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import pytest
from msgspec import convert

from ipseclint.engine.rulesets import options
from ipseclint.engine.rulesets.ruleset import load_ruleset, ruleset_from
from ipseclint.engine.rulesets.shipped import RulesetError, available_rulesets
from tests.cases import cases

_RATE = "tolerated_main_modes_per_second"


def ruleset_with(code: str, said: dict[str, Any]) -> Any:
    data = {"extends": "default", "id": "own", "version": "1", "title": "t", "rules": {code: {"options": said}}}
    ruleset = ruleset_from(data, "own.toml")
    rule = ruleset.find(code)
    assert rule is not None
    return ruleset.options(rule)


@pytest.mark.parametrize(
    ("code", "said", "field", "value"),
    [
        ("FL002", {"error_at_least_share": "0.5"}, "error_at_least_share", 0.5),
        ("FL002", {"error_at_least_share": 1}, "error_at_least_share", 1.0),
        ("FL009", {"listed_ports_at_most": 5.0}, "listed_ports_at_most", 5),
        ("FL009", {"listed_ports_at_most": True}, "listed_ports_at_most", 1),
    ],
)
def test_a_value_that_can_be_read_as_one_of_its_type_is_taken(
    code: str, said: dict[str, Any], field: str, value: object
) -> None:
    assert repr(getattr(ruleset_with(code, said), field)) == repr(value)


@cases("name", available_rulesets())
def test_values_that_are_taken_as_they_are_would_be_read_so(name: str) -> None:
    ruleset = load_ruleset(name)
    taken = 0
    for rule in ruleset.known:
        said = ruleset.settings(rule).options
        plain = options._of_plain_values(said, rule.options)
        taken += plain is not None and bool(said)
        assert plain is None or repr(plain) == repr(convert(said, rule.options, str_keys=True))
    assert taken > 40


def test_what_is_within_a_value_is_read_alike() -> None:
    said = {"least": "1", "greatest": 2, "contradicted": {"3": "x"}}
    allowed = ruleset_with("RF004", {"main_mode_lifetime_seconds": said}).main_mode_lifetime_seconds
    assert (allowed.least, allowed.greatest, allowed.usual, allowed.contradicted) == (1, 2, None, {3: "x"})
    (way,) = ruleset_with("EX011", {"needed": [{"name": "ESP", "protocol": "50"}]}).needed
    assert (way.name, way.protocol, way.port) == ("ESP", 50, None)


@pytest.mark.parametrize(
    ("code", "said", "message"),
    [
        ("FL009", {"listed_ports_at_mots": 5}, "listed_ports_at_mots: unknown key; did you mean listed_ports_at_most?"),
        (
            "FL009",
            {"listed_ports_at_most": 5.5},
            "listed_ports_at_most: 5.5 should be a whole number, got a number with a fractional part",
        ),
        ("EX011", {"needed": {"name": "x"}}, "needed: a table should be a list: [[needed]] begins each of its entries"),
        ("QD001", {"tolerated_main_modes_per_second": nan}, f"{_RATE}: nan should be a finite number"),
        ("QD001", {"tolerated_main_modes_per_second": -inf}, f"{_RATE}: -inf should be a finite number"),
        ("QD001", {"tolerated_main_modes_per_second": "inf"}, f"{_RATE}: 'inf' should be a finite number"),
        ("CR036", {"groups": "DH2"}, "groups: 'DH2' should be a list, such as [\"DH2\"]"),
        ("CR036", {"groups": {"DH2": 1}}, "groups: a table should be a list"),
        ("AU010", {"x": 1}, "x: unknown key; there are none"),
        ("RF004", {"crl_check_level": {"least": 1}}, "crl_check_level.greatest: it must be given"),
        (
            "RF004",
            {"crl_check_level": {"least": 1, "greatest": 2, "x": 3}},
            "crl_check_level.x: unknown key; the keys are least, greatest, usual, contradicted",
        ),
    ],
)
def test_what_is_wrong_is_said_in_the_words_of_a_configuration(code: str, said: dict[str, Any], message: str) -> None:
    with pytest.raises(RulesetError) as refused:
        ruleset_with(code, said)
    assert str(refused.value) == f"own.toml: rules.{code}.options: {message}"


@pytest.mark.parametrize("name", available_rulesets())
def test_no_ruleset_of_ours_is_read_twice(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def misfit(kind: type) -> Any:
        raise AssertionError(kind)

    monkeypatch.setattr(options, "model_of", misfit)
    ruleset = load_ruleset(name)
    assert len([options.options_of(ruleset.settings(rule).options, rule.options) for rule in ruleset.known]) > 150
