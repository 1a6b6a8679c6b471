"""One policy in every format that can say it gives the same findings, code for code."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from ipseclint.engine.apply_rules import Plan
from ipseclint.engine.inputs.paths import candidates
from ipseclint.engine.job import Job
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.engine.rulesets.selection import selected
from ipseclint.engine.run import check
from ipseclint.report import Report
from tests.cases import cases
from tests.twins.cases import CASES
from tests.twins.write import FOLDER, WRITERS

TOLD_BY = "advfirewall.cmd"
"""The file that the others are compared with: the script says all that a policy can hold."""

EXCEPTIONS = "exceptions.toml"
TWINS = [
    (case, path.name)
    for case in sorted(CASES)
    for path in sorted((FOLDER / case).iterdir())
    if path.name not in {TOLD_BY, EXCEPTIONS}
]


@cache
def report_on(case: str, name: str) -> Report:
    ruleset = load_ruleset("default")
    plan = Plan(ruleset, selected(ruleset, (), ()))
    return check(candidates([str(FOLDER / case / name)]), Job(plans=(plan,)))


def codes(case: str, name: str) -> set[str]:
    return {each.code for each in report_on(case, name).findings}


def worst(case: str, name: str) -> dict[str, int]:
    """How severe the worst finding of each code is."""
    ranks: dict[str, int] = {}
    for finding in report_on(case, name).findings:
        ranks[finding.code] = max(finding.severity.rank, ranks.get(finding.code, 0))
    return ranks


@cache
def exceptions(case: str) -> list[dict[str, Any]]:
    path = FOLDER / case / EXCEPTIONS
    return tomllib.loads(path.read_text(encoding="utf-8")).get("exception", []) if path.exists() else []


def excepted(case: str, name: str, kind: str) -> set[str]:
    """The codes that a file need not have (`unsaid`), has alone (`more`), or grades otherwise (`severity`)."""
    return {code for exception in exceptions(case) if exception["file"] == name for code in exception.get(kind, ())}


@cases("case", sorted(CASES))
def test_each_twin_has_something_to_find(case: str) -> None:
    assert len(codes(case, TOLD_BY)) >= 2
    assert {name for each, name in TWINS if each == case} >= set(WRITERS) - {TOLD_BY}


@cases("case", sorted(CASES))
@cases("name", sorted(WRITERS))
def test_twins_are_as_they_are_written(case: str, name: str) -> None:
    assert (FOLDER / case / name).read_bytes() == WRITERS[name](CASES[case])


@cases(("case", "name"), [*TWINS, *((case, TOLD_BY) for case in sorted(CASES))])
def test_twins_are_understood_in_full(case: str, name: str) -> None:
    report = report_on(case, name)
    assert not report.crashes
    assert [each.message for each in report.problems] == []
    assert [each.status.value for each in report.inputs] == ["understood"]


@cases(("case", "name"), TWINS)
def test_findings_are_the_same_code_for_code(case: str, name: str) -> None:
    here, told = codes(case, name), codes(case, TOLD_BY)
    assert told - here == excepted(case, name, "unsaid")
    assert here - told == excepted(case, name, "more")
    graded, others = worst(case, name), worst(case, TOLD_BY)
    assert {code for code in here & told if graded[code] != others[code]} == excepted(case, name, "severity")


@cases("case", sorted(CASES))
def test_every_exception_has_its_reason_and_its_file(case: str) -> None:
    for exception in exceptions(case):
        assert set(exception) <= {"file", "unsaid", "more", "severity", "reason"}
        assert (FOLDER / case / exception["file"]).is_file()
        assert len(exception["reason"].split()) > 5
