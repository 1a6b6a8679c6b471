"""Of many machines so many are named as fit a line, and of many annotations it is said where the others stand."""

from __future__ import annotations

from functools import cache

from msgspec.structs import replace

from ipseclint.api import check_text
from ipseclint.finding import Finding, Severity
from ipseclint.report import Report
from ipseclint.reporters import RenderOptions
from ipseclint.reporters.fleet import Comparison, comparison_text
from ipseclint.reporters.github import render
from tests.cases import cases


@cases(
    ("count", "more"),
    [(1, ""), (20, ""), (21, " and 1 more"), (23, " and 3 more")],
)
def test_twenty_machines_are_named_in_a_line(count: int, more: str) -> None:
    machines = tuple(f"host{number}" for number in range(count))
    line = f"{count} machine{'s' * (count > 1)} {{}}: {', '.join(machines[:20])}{more}"
    for one in (Comparison("a", "b", (), machines, (), ()), Comparison("a", "b", (), (), machines, ())):
        words = "new" if one.machines_new else "gone"
        assert comparison_text(one).splitlines() == ["a -> b: 0 new, 0 gone, 0 still there", line.format(words)]


@cache
def one_finding() -> tuple[Report, Finding]:
    report = check_text("netsh advfirewall set global mainmode mmkeylifetime 5min,1sess\n", "a.cmd")
    return report, report.findings[0]


@cases(
    ("errors", "warnings", "infos", "said"),
    [
        (0, 0, 0, None),
        (10, 10, 10, None),
        (11, 0, 1, "11 errors, 1 notice"),
        (1, 11, 0, "1 error, 11 warnings"),
        (0, 0, 12, "12 notices"),
    ],
)
def test_more_than_ten_annotations_of_a_level_are_said_to_stand_in_the_log(
    errors: int, warnings: int, infos: int, said: str | None
) -> None:
    report, finding = one_finding()
    severities = [Severity.INFO] * infos + [Severity.WARNING] * warnings + [Severity.ERROR] * errors
    found = tuple(replace(finding, severity=severity, waiver=None) for severity in severities)
    lines = render(replace(report, findings=found, problems=()), RenderOptions()).splitlines()
    note = f"::notice title=ipseclint:%3A{said}; GitHub shows 10" if said else ""
    told = [line for line in lines if "GitHub shows" in line]
    assert [line.replace("ipseclint::", "ipseclint:%3A").startswith(note) for line in told] == [True] * bool(said)
    commands = [line.split(" ", 1)[0] for line in lines if " file=" in line]
    assert commands == ["::error"] * errors + ["::warning"] * warnings + ["::notice"] * infos
