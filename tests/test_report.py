"""A report says whether its run was configured: a gate shows what was switched off, and is silent of a plain run."""

from __future__ import annotations

from typing import Any

from ipseclint.finding import Findings, Problem, ProblemCode, Severity, tally_of
from ipseclint.report import Crash, Input, InputStatus, OverrideUsed, Report, Settings
from ipseclint.source import EMPTY, NOT_THERE, Span
from tests.cases import cases
from tests.engine.findings.test_since import found

PLAIN = Settings(rulesets=("default",))
CHANGES: dict[str, Any] = {
    "configuration": "ipseclint.toml",
    "rulesets": ("default", "own.toml"),
    "waivers": "waivers.toml",
    "baseline": "baseline.json",
    "select": ("AU",),
    "ignore": ("AU001",),
    "severity": {"AU001": "info"},
    "overrides": (OverrideUsed(paths=("old/*",), ignore=("AU001",)),),
    "exclude": ("old",),
    "fail_on": "error",
    "allow_partial": True,
    "allow_empty": True,
    "redacted": True,
    "shard": "1/2",
    "as_of": "2026-01-01",
}


@cases("isolated", [False, True])
@cases("name", CHANGES)
def test_whatever_a_run_is_configured_by_changes_something(name: str, isolated: bool) -> None:
    fields = {"rulesets": PLAIN.rulesets, "isolated": isolated}
    assert not Settings(**fields).changes_anything
    assert Settings(**(fields | {name: CHANGES[name]})).changes_anything


def test_each_setting_is_tried() -> None:
    assert {*CHANGES, "isolated"} == set(Settings.__struct_fields__)


def test_an_input_of_which_nothing_was_read_holds_no_objects() -> None:
    assert Input(path="a.cmd", format=None, status=InputStatus.UNREADABLE).objects == {}


def test_a_crash_is_called_an_error_of_the_user_only_where_the_rule_is_theirs() -> None:
    assert [Crash(where="r", error="e", in_ruleset=each).title for each in (True, False)] == ["error", "internal error"]


def test_a_report_tells_its_inputs_that_are_not_there_and_counts_what_counts() -> None:
    problems = [
        Problem(code=ProblemCode.UNREADABLE, message=message, span=Span(path, 1, 1))
        for path, message in (("a", NOT_THERE), ("b", EMPTY), ("c", "it is a socket"), ("d", NOT_THERE))
    ]
    findings = [
        found("1"),
        found("2").model_copy(update={"severity": Severity.ERROR}),
        found("3", is_new=False),
        found("4", is_new=True),
    ]
    for held in (findings, Findings.of(findings)):
        report = Report(version="1", ruleset="r", inputs=(), findings=held, problems=problems, not_checked=())
        assert (report.missing, report.empty) == ({"a", "d"}, {"b"})
        assert [report.count(each) for each in Severity] == [1, 2, 0]
        assert report.tally() == tally_of(findings)
