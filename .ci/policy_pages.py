"""The pages docs/well-built-policies.md and docs/unverified.md."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from tests.well_built import FOLDER, files_of, kinds, report_on

from ipseclint.engine.rulesets.ruleset import Ruleset, load_ruleset
from ipseclint.finding import Severity
from ipseclint.report import Report
from ipseclint.rules import all_rules

RULESETS = Path(__file__).parents[1] / "rulesets"


def well_built() -> Iterator[str]:
    """What every rule gives on every well-built policy."""
    reports = {kind: report_on(kind) for kind in kinds()}
    yield "# What the rules say of well-built policies"
    yield ""
    yield from _lines(
        "These policies are what a senior engineer would sign. None of them gives an error or a warning, and none more "
        "than two informations: a test holds it (`tests/test_noise_budget.py`). Whoever changes a rule sees here what "
        "it does to good policies. The policies lie in `fixtures/policies/`; this page is written by `.ci/docs.py`."
    )
    yield ""
    yield "| policy | file | rules that ran | said |"
    yield "|---|---|---|---|"
    for kind, report in reports.items():
        names = ", ".join(path.name for path in files_of(FOLDER / kind))
        said = ", ".join(f"{finding.severity} {finding.code}" for finding in report.findings) or "nothing"
        yield f"| {kind} | {names} | {len(_ran(report))} | {said} |"
    yield ""
    yield "## Rule by rule"
    yield ""
    yield from _lines(
        "On how many of the policies a rule is an error, a warning, information or silent; on the others it waits for "
        "a fact of the site."
    )
    yield ""
    yield "| rule | error | warning | information | silent | waits |"
    yield "|---|---|---|---|---|---|"
    for rule in all_rules():
        by_severity = {
            severity: sum(
                any(each.code == rule.code and each.severity is severity for each in report.findings)
                for report in reports.values()
            )
            for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)
        }
        waits = sum(any(each.code == rule.code for each in report.not_checked) for report in reports.values())
        off = not load_ruleset("default").settings(rule).enabled
        silent = "off" if off else str(len(reports) - waits - sum(by_severity.values()))
        numbers = " | ".join(str(count or "") for count in by_severity.values())
        yield f"| {rule.code} {rule.name} | {numbers} | {silent} | {waits or ''} |"


def _lines(paragraph: str) -> list[str]:
    return textwrap.wrap(paragraph, 120)


def _ran(report: Report) -> set[str]:
    waiting = {each.code for each in report.not_checked}
    ruleset = load_ruleset("default")
    return {rule.code for rule in all_rules() if ruleset.settings(rule).enabled and rule.code not in waiting}


def unverified() -> Iterator[str]:
    """The clauses that rest on a secondary source, and the sources that were not read whole."""
    yield "# What is not settled"
    yield ""
    yield from _lines(
        "Requirement levels that were taken from a secondary source, since the text itself was not at hand: the rule "
        "says so where it cites them. This page is written by `.ci/docs.py` from the rulesets."
    )
    for path in sorted(RULESETS.glob("*.toml")):
        ruleset = load_ruleset(path.stem)
        rules = [rule for rule in all_rules() if ruleset.settings(rule).unverified and _is_own(ruleset, rule.code)]
        if not rules:
            continue
        yield ""
        yield f"## {ruleset.label}"
        yield ""
        yield "| rule | cites |"
        yield "|---|---|"
        for rule in rules:
            yield f"| {rule.code} {rule.name} | {', '.join(ruleset.settings(rule).cite)} |"
    yield ""
    yield "## Sources that were not read whole"
    yield ""
    yield "| source | seen |"
    yield "|---|---|"
    for key, source in sorted(load_ruleset("default").sources.items()):
        if source.seen not in {"read", "-"}:
            yield f"| {key}: {source.title} | {source.seen} |"


def _is_own(ruleset: Ruleset, code: str) -> bool:
    """Whether a ruleset runs a rule by default, or says something of it that is not inherited."""
    rule = next(each for each in all_rules() if each.code == code)
    return ruleset.settings(rule) != load_ruleset("default").settings(rule) or ruleset.label.startswith("default")
