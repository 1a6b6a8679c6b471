"""The rulesets that come with the program: each loads, names rules that exist, and says where its values come from."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from ipseclint.engine.rulesets import shipped as module
from ipseclint.engine.rulesets.cited_clauses import clauses_of
from ipseclint.engine.rulesets.options import OptionsError
from ipseclint.engine.rulesets.ruleset import Ruleset, load_ruleset, ruleset_from
from ipseclint.engine.rulesets.shipped import RulesetError, available_rulesets, rulesets_folder
from ipseclint.finding import Severity
from ipseclint.report import Standing
from ipseclint.rule import Options
from ipseclint.rules import all_rules
from tests.cases import cases

PUBLISHED = tuple(name for name in available_rulesets() if name != "default")
CODES = {rule.code for rule in all_rules()}
READ = "read"


def written(name: str) -> dict[str, Any]:
    return tomllib.loads((rulesets_folder() / f"{name}.toml").read_text(encoding="utf-8"))


def enabled(ruleset: Ruleset) -> set[str]:
    return {code for code, settings in ruleset.rules.items() if settings.enabled}


def test_the_published_rulesets_are_there() -> None:
    assert set(PUBLISHED) >= {
        "anssi",
        "bsi-tr-02102-3",
        "cnsa-2.0",
        "domain-isolation",
        "legacy-ipsec",
        "nist-sp800-77r1",
        "queue-drop",
        "rfc8247-8221",
    }


@pytest.mark.parametrize(
    ("code", "rulesets"),
    [
        ("site-packages/ipseclint", "site-packages/ipseclint/_rulesets"),
        ("checkout/linter/ipseclint", "checkout/rulesets"),
    ],
)
def test_rulesets_lie_within_the_package_or_in_the_checkout(
    code: str, rulesets: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / rulesets).mkdir(parents=True)
    for name in ("b.toml", "a.toml", "c.txt"):
        (tmp_path / rulesets / name).touch()
    monkeypatch.setattr(module, "__file__", str(tmp_path / code / "engine" / "rulesets" / "shipped.py"))
    assert rulesets_folder() == tmp_path / rulesets
    assert available_rulesets() == ("a", "b")


@cases("name", available_rulesets())
def test_every_key_of_a_ruleset_is_valid(name: str) -> None:
    # Also checks each option against its rule, and each citation against the sources.
    ruleset = ruleset_from(written(name), name)
    assert ruleset.id == name
    assert load_ruleset(name) == ruleset


@cases("name", [name for name in PUBLISHED if name != "queue-drop"])
def test_a_ruleset_runs_just_the_rules_it_lists(name: str) -> None:
    data = written(name)
    assert set(data["only"]) <= CODES, "rules that do not exist"
    assert len(data["only"]) == len(set(data["only"]))
    assert set(data.get("rules", {})) <= set(data["only"]), "settings of rules that it does not run"
    assert enabled(load_ruleset(name)) == set(data["only"])


@pytest.mark.parametrize(
    ("key", "word"), [("only", "QD999"), ("only", "few-quick-modes-per-main-mode"), ("only-causes", "too-much")]
)
def test_a_word_that_chooses_no_rule_is_an_error(key: str, word: str) -> None:
    data = {"id": "ours", "version": "1", "title": "t", "extends": "default", key: [word]}
    with pytest.raises(RulesetError, match=f"ours.toml: {key}: '{word}' chooses no rule"):
        ruleset_from(data, "ours.toml")


@cases("name", ["anssi", "bsi-tr-02102-3", "cnsa-2.0", "nist-sp800-77r1", "rfc8247-8221"])
def test_a_clause_of_a_standard_that_nobody_read_is_marked(name: str) -> None:
    ruleset = load_ruleset(name)
    assert sum(settings.enabled for settings in ruleset.rules.values()) > 5
    for code, settings in ruleset.rules.items():
        seen = [ruleset.sources[cite.partition(" ")[0]].seen for cite in settings.cite]
        quoted = all(each == READ or each.startswith("quoted:") for each in seen)
        if settings.enabled and code != "CR019":  # for IKEv1 the title of RFC 9395 says it all
            assert settings.unverified or quoted, f"{code} cites what was not read: {settings.cite}"


@pytest.mark.parametrize(
    ("name", "code", "option", "value"),
    [
        ("cnsa-2.0", "CR007", "groups", {"DH14", "DH19"}),
        ("bsi-tr-02102-3", "CR007", "groups", {"DH14"}),
        ("bsi-tr-02102-3", "CR022", "quick_mode_seconds", 4 * 3600),
        ("nist-sp800-77r1", "CR022", "quick_mode_seconds", 8 * 3600),
        ("nist-sp800-77r1", "CR005", "error_groups", {"DH1", "DH2"}),
        ("rfc8247-8221", "CR005", "error_groups", {"DH1"}),
    ],
)
def test_a_standard_changes_the_numbers(name: str, code: str, option: str, value: object) -> None:
    rule = next(rule for rule in all_rules() if rule.code == code)
    assert getattr(load_ruleset(name).options(rule), option) == value


def test_a_national_profile_is_off_by_default() -> None:
    assert {"CR007", "CR024"}.isdisjoint(enabled(load_ruleset("default")))
    assert {"CR007", "CR024"} <= enabled(load_ruleset("cnsa-2.0"))


def test_few_clauses_are_left_that_nobody_read() -> None:
    unverified = [
        (name, code)
        for name in available_rulesets()
        for code, row in written(name).get("rules", {}).items()
        if row.get("unverified")
    ]
    assert len(unverified) <= 22


OWN: dict[str, Any] = {
    "id": "own",
    "version": "3",
    "title": "t",
    "extends": "default",
    "only": ["CR001", "CR002", "CR003", "CR004", "CR005"],
    "sources": {
        name: {"title": f"The {name}", "url": "https://example.org", "seen": seen}
        for name, seen in (("READ", "read"), ("QUOTED", "quoted: by another"), ("NEVER", "not read"))
    },
    "rules": {
        "CR001": {"cite": ["READ 1.2", "QUOTED"], "severity": "error"},
        "CR002": {"cite": ["READ 1.2"], "unverified": True, "severity": "warning"},
        "CR003": {"cite": ["NEVER table 3"], "severity": "info"},
        "CR004": {"cite": [], "severity": "info"},
        "CR005": {"enabled": False, "cite": ["READ"]},
    },
}


def test_each_clause_says_how_far_it_was_read_and_which_rule_looks_at_it() -> None:
    names = {rule.code: rule.name for rule in all_rules()}
    assert [tuple(clause) for clause in clauses_of(ruleset_from(OWN, "own.toml"))] == [
        ("The NEVER, table 3", "CR003", names["CR003"], Severity.INFO, Standing.UNVERIFIED, "table 3"),
        ("The QUOTED", "CR001", names["CR001"], Severity.ERROR, Standing.QUOTED, ""),
        ("The READ, 1.2", "CR001", names["CR001"], Severity.ERROR, Standing.READ, "1.2"),
        ("The READ, 1.2", "CR002", names["CR002"], Severity.WARNING, Standing.UNVERIFIED, "1.2"),
        ("own reasoning", "CR004", names["CR004"], Severity.INFO, Standing.UNVERIFIED, ""),
    ]


def test_a_clause_of_a_document_that_is_not_described_is_named_as_it_is_cited() -> None:
    own = ruleset_from(OWN, "own.toml").model_copy(update={"sources": {}})
    named = ["NEVER table 3", "QUOTED", "READ 1.2", "READ 1.2", "own reasoning"]
    assert [clause.clause for clause in clauses_of(own)] == named
    assert {clause.standing for clause in clauses_of(own)} == {Standing.UNVERIFIED}


def test_what_a_ruleset_says_is_laid_over_what_it_extends_key_by_key() -> None:
    rule = next(rule for rule in all_rules() if rule.code == "CR005")
    base, own = (
        ruleset_from({**OWN, "only": ["CR005"], "sources": {}, "rules": rules}, "own.toml")
        for rules in ({}, {"CR005": {"severity": "info", "options": {"error_groups": ["DH2"]}}})
    )
    before, after = (each.settings(rule) for each in (base, own))
    changed = {"severity": Severity.INFO, "options": {**before.options, "error_groups": ["DH2"]}}
    assert before.severity is not Severity.INFO
    assert before.options["error_groups"] != ["DH2"]
    assert after == before.model_copy(update=changed)
    assert own.sources == base.sources == load_ruleset("default").sources
    assert enabled(base) == enabled(own) == {"CR005"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"extends": "defualt"}, "own.toml: extends: no ruleset 'defualt'; did you mean default?"),
        ({"rules": {"CR0011": {"severity": "info"}}}, "own.toml: rules.CR0011: "),
        ({"rules": {"CR001": {"cite": ["NOWHERE 1"]}}}, "own.toml: CR001: cite: no source 'NOWHERE'"),
        ({"rules": {"CR005": {"options": {"no_such": 1}}}}, "own.toml: rules.CR005.options: "),
    ],
)
def test_a_ruleset_that_cannot_be_used_says_which_key_is_wrong(change: dict[str, Any], why: str) -> None:
    with pytest.raises(RulesetError) as raised:
        ruleset_from({**OWN, "only": [], **change}, "own.toml")
    assert str(raised.value).startswith(why)


def test_a_ruleset_is_named_with_its_version_or_without(tmp_path: Path) -> None:
    shipped = load_ruleset("default")
    assert load_ruleset(shipped.label) == shipped
    with pytest.raises(RulesetError, match=f"^ruleset default is at version {shipped.version}, not at 0$"):
        load_ruleset("default@0")
    for name in ("no-such@1", "no-such", "x" * 5000, str(tmp_path)):
        with pytest.raises(RulesetError, match=r"^no ruleset "):
            load_ruleset(name)
    (tmp_path / "own@2.toml").write_text(
        'id = "own"\nversion = "2"\ntitle = "t"\nextends = "default"\nonly = ["CR005"]\n'
    )
    own = load_ruleset(str(tmp_path / "own@2.toml"))
    assert (own.label, enabled(own)) == ("own@2", {"CR005"})


@pytest.mark.parametrize("word", ["CR005", "cr005", "dh-group-1-or-2", "DH-Group-1-or-2"])
def test_a_rule_is_found_by_code_and_name(word: str) -> None:
    found = load_ruleset("default").find(word)
    assert found is not None
    assert found.code == "CR005"
    assert load_ruleset("default").find("no-such-rule") is None


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"extends": 5}, "extends"),
        ({"extends": ["default"]}, "extends"),
        ({"only": "CR001"}, "only"),
        ({"only": [5]}, "only"),
        ({"only-causes": 5}, "only-causes"),
        ({"rules": ["CR001"]}, "rules"),
        ({"rules": {"CR001": "off"}}, "rules.CR001"),
        ({"rules": {"CR001": {"options": "none"}}}, "rules.CR001.options"),
        ({"sources": ["RFC"]}, "sources"),
    ],
)
def test_what_is_of_another_kind_than_a_ruleset_has_is_named(change: dict[str, Any], key: str) -> None:
    with pytest.raises(RulesetError) as raised:
        ruleset_from({**OWN, **change}, "own.toml")
    assert str(raised.value).startswith(f"own.toml: {key}")


def test_options_are_made_once_for_all_runs_and_anew_for_a_rule_of_other_options() -> None:
    class Others(Options):
        minimum_seconds: int

    first, second = load_ruleset("default"), load_ruleset("default")
    rule = first.find("QD001")
    assert rule is not None
    assert first.options(rule) is second.options(rule)
    with pytest.raises(OptionsError):
        second.options(replace(rule, options=Others))
