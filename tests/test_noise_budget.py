"""Well-built policies of different kinds and formats give no error, no warning, and hardly any information."""

from __future__ import annotations

from ipseclint.finding import Severity
from tests.cases import cases
from tests.well_built import FOLDER, files_of, kinds, report_on

MAX_INFOS = 2


def test_there_are_fifteen_kinds_in_six_formats() -> None:
    assert len(kinds()) >= 15
    assert len({source.format for kind in kinds() for source in report_on(kind).inputs}) >= 6


@cases("kind", kinds())
def test_a_well_built_policy_is_understood_whole(kind: str) -> None:
    report = report_on(kind)
    assert not report.crashes
    assert [problem.message for problem in report.problems] == []
    assert {source.status.value for source in report.inputs} == {"understood"}
    assert len(files_of(FOLDER / kind)) >= 1


@cases("kind", kinds())
def test_a_well_built_policy_keeps_within_the_budget(kind: str) -> None:
    findings = report_on(kind).findings
    assert [f"{each.code} {each.message}" for each in findings if each.severity is not Severity.INFO] == []
    assert len(findings) <= MAX_INFOS, [f"{each.code} {each.message}" for each in findings]
