"""Every rule fires where it should, exactly there, and is silent where it should be."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine import apply_rules
from ipseclint.engine.apply_rules import Plan
from ipseclint.engine.inputs.paths import Candidate, candidates
from ipseclint.engine.job import Job
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.engine.run import check
from ipseclint.formats import recognise
from ipseclint.model.site import Site
from ipseclint.report import Report
from ipseclint.rule import HEADINGS, Rule
from ipseclint.rules import all_rules
from ipseclint.semantics import stand_ins
from ipseclint.source import file_source
from tests import ROOT

FIXTURES = ROOT / "fixtures" / "rules"
RULESET = load_ruleset("default")


@pytest.fixture(autouse=True)
def asked_of_those_that_stand_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every rule is asked of stand-ins first, however few objects there are: what fires must fire among them."""
    monkeypatch.setattr(apply_rules, "MIN_RULES", 0)
    monkeypatch.setattr(stand_ins, "MIN_TIMES", 0)


def folder_of(rule: Rule) -> Path:
    return FIXTURES / f"{rule.code}-{rule.name}"


def rule_ids(rule: Rule) -> str:
    return f"{rule.code}-{rule.name}"


def run(rule: Rule, path: Path) -> Report:
    plan = Plan(RULESET, (rule,))
    job = Job(plans=(plan,), site=site_of(rule, path), machine="one" if one_machine(path) else None)
    return check(relative(path), job)


def site_of(rule: Rule, path: Path) -> Site:
    """The site's facts: those for this fixture alone, else those for all of the rule."""
    for name in (f"site-{path.stem}.toml", "site.toml"):
        file = folder_of(rule) / name
        if file.exists():
            return Site.of(tomllib.loads(file.read_text(encoding="utf-8")))
    return Site()


def one_machine(path: Path) -> bool:
    return path.is_dir() and not (path / "fleet").exists()


def relative(path: Path) -> Iterator[Candidate]:
    for candidate in candidates([str(path)]):
        if not candidate.source.path.endswith("/fleet"):
            yield candidate


def seen(report: Report, base: Path) -> list[dict[str, Any]]:
    return [
        {
            "file": Path(finding.span.path).relative_to(base).as_posix(),
            "line": finding.span.line,
            "column": finding.span.column,
            "severity": finding.severity.value,
            "subject": finding.subject.name,
            "message": finding.message,
        }
        for finding in report.findings
    ]


def order(row: dict[str, Any]) -> tuple[str, int, int, str]:
    return row["file"], row["line"], row["column"], row["message"]


@pytest.mark.parametrize("rule", all_rules(), ids=rule_ids)
def test_rule_fires_exactly_where_expected(rule: Rule) -> None:
    folder = folder_of(rule)
    expected = tomllib.loads((folder / "expect.toml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = []
    problems: set[str] = set()
    for path in sorted(folder.glob("bad*")):
        report = run(rule, path)
        assert not report.crashes, report.crashes
        assert not report.not_checked, "the fixture's site.toml lacks what the rule needs"
        assert report.findings, f"{path.name} should fire and does not"
        found += seen(report, folder)
        problems |= {each.code.value for each in report.problems}
    assert sorted(found, key=order) == sorted(expected["finding"], key=order)
    assert problems == set(expected.get("problems", []))


@pytest.mark.parametrize("rule", all_rules(), ids=rule_ids)
def test_rule_is_silent_on_good_policy(rule: Rule) -> None:
    allowed = set(tomllib.loads((folder_of(rule) / "expect.toml").read_text(encoding="utf-8")).get("problems", []))
    for path in sorted(folder_of(rule).glob("good*")):
        report = run(rule, path)
        assert not report.crashes, report.crashes
        assert report.inputs, f"{path.name} was not recognised"
        assert seen(report, folder_of(rule)) == []
        assert {each.code.value for each in report.problems} <= allowed, report.problems


def test_every_rule_explains_itself() -> None:
    told = {rule_ids(rule): rule.text for rule in all_rules()}
    assert {name: tuple(heading for heading, _ in text.sections) for name, text in told.items()} == dict.fromkeys(
        told, HEADINGS
    )
    assert [name for name, text in told.items() if not all((text.summary, *(said for _, said in text.sections)))] == []


def test_every_fixture_folder_belongs_to_a_rule() -> None:
    assert {path.name for path in FIXTURES.iterdir() if path.is_dir()} <= {rule_ids(rule) for rule in all_rules()}


def test_errors_that_rules_lead_to_exist() -> None:
    from ipseclint.vocabulary.windows_errors import error_table

    assert [(rule.code, code) for rule in all_rules() for code in rule.leads_to if code not in error_table()] == []


def errors_seen(rule: Rule) -> set[int]:
    """The errors that the text of a rule says are seen."""
    text = dict(rule.text.sections)["Seen as"]
    seen = {int(code) for code in re.findall(r"\b13[0-9]{3}\b", text)}
    for first, last in re.findall(r"\b(13[0-9]{3}) to (13[0-9]{3})\b", text):
        seen |= {*range(int(first), int(last) + 1)}
    return seen


def test_a_rule_leads_to_the_errors_that_its_text_says_are_seen() -> None:
    rules = [rule for rule in all_rules() if rule.family != "RT"]
    assert {rule.code: errors_seen(rule) for rule in rules} == {rule.code: {*rule.leads_to} for rule in rules}


SUBTLETIES = frozenset(
    {
        *("action", "address", "boundary", "criteria", "default", "disabled", "elsewhere", "error", "inline", "kind"),
        *("language", "later", "layer", "mapping", "method", "mode", "module", "name", "order", "part", "peer"),
        *("phase", "port", "profile", "protocol", "release", "side", "site", "spelling", "spread", "time", "unknown"),
        "value",
    }
)
"""What is other in a near-miss than in what fires, as the table `subtle` of a rule's expectations names it."""


def formats_in(path: Path) -> frozenset[str]:
    """The formats of a fixture: that of a file, or those of the files of a folder."""
    files = [path] if path.is_file() else sorted(path.rglob("*"))
    sources = (file_source(file) for file in files if file.is_file() and file.stat().st_size)
    return frozenset(found.name for source in sources if (found := recognise(source)) is not None)


@pytest.mark.parametrize("rule", all_rules(), ids=rule_ids)
def test_rule_fires_and_just_misses_in_two_formats(rule: Rule) -> None:
    """Of what one format alone can say there are two forms, and the reason."""
    folder = folder_of(rule)
    expected = tomllib.loads((folder / "expect.toml").read_text(encoding="utf-8"))
    subtle, reason = expected.get("subtle", {}), expected.get("one_format")
    assert set(subtle.values()) <= SUBTLETIES
    assert all(name.startswith("good") and (folder / name).exists() for name in subtle), "a near-miss is a good fixture"
    fixtures = {
        "firing": sorted(folder.glob("bad*")),
        "silent": sorted(folder.glob("good*")),
        "subtle": [folder / name for name in subtle],
    }
    for what, paths in fixtures.items():
        formats = {formats_in(path) for path in paths}
        if reason is None:
            assert len(formats) >= 2, f"{what} fixtures of {rule.code} are in one format; `one_format` says why"
        else:
            assert len(formats) == 1, f"{what} fixtures of {rule.code} are in more than the one format"
            assert len(paths) >= (1 if what == "subtle" else 2), f"one {what} fixture of {rule.code} is not enough"
