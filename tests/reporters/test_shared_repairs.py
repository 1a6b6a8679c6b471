"""Long commands that repair many findings stand in an output once; what points to them names the finding."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from ipseclint import check_paths
from ipseclint.report import Report
from ipseclint.reporters import RenderOptions, reporter
from ipseclint.reporters.shared_repairs import LONG_CHARACTERS, told_once
from tests.cases import cases
from tests.test_growth import shown
from tests.test_schemas import SCHEMAS, strict


@pytest.fixture(scope="module")
def report_on(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Report]:
    folder = tmp_path_factory.mktemp("shown")

    @cache
    def on(size: int) -> Report:
        path = folder / f"{size}.txt"
        path.write_text("\n".join(shown(size)) + "\n", encoding="utf-8")
        return check_paths([path], isolated=True)

    return on


def written(report: Report, name: str) -> str:
    return "".join(reporter(name)(report, RenderOptions(verbose=True)))


def commands_of(finding: dict[str, Any]) -> tuple[str, str]:
    return finding["fix"]["netsh"], finding["fix"]["powershell"]


def test_the_first_finding_has_the_commands_and_the_others_its_fingerprint(report_on: Callable[[int], Report]) -> None:
    import jsonschema

    body = json.loads(written(report_on(6), "json"))
    jsonschema.validate(body, strict(SCHEMAS["report-1"]))
    repaired = [finding for finding in body["findings"] if finding["fix"]]
    tellers = {finding["fingerprint"] for finding in repaired if finding["fix"]["netsh"]}
    pointing = [finding for finding in repaired if "same_as" in finding["fix"]]
    assert len(tellers) == 1
    assert len(pointing) >= 20
    assert {finding["fix"]["same_as"] for finding in pointing} == tellers
    for finding in pointing:
        assert commands_of(finding) == (None, None)
        assert finding["fix"]["note"].startswith("Its commands stand with CR0")


def test_what_points_to_commands_keeps_what_else_is_noted(report_on: Callable[[int], Report]) -> None:
    teller = next(each for each in report_on(6).findings if each.fix and each.fix.netsh and each.fix.powershell)
    assert teller.fix is not None
    bare, noted = (
        teller.model_copy(update={"fix": teller.fix.model_copy(update={"note": note})})
        for note in (None, "Restart the service.")
    )
    said = [each.fix.note for each in told_once([teller, bare, noted]) if each.fix]
    words = f"Its commands stand with {teller.code} of {teller.subject.name}, fingerprint {teller.fingerprint}."
    assert said == [teller.fix.note, words, f"{words} Restart the service."]


def test_short_commands_stand_with_each_finding(report_on: Callable[[int], Report]) -> None:
    findings = json.loads(written(report_on(1), "json"))["findings"]
    repaired = [finding for finding in findings if finding["fix"]]
    assert all("same_as" not in finding["fix"] for finding in repaired)
    assert all(
        len("".join(commands_of(finding))) < LONG_CHARACTERS for finding in repaired if all(commands_of(finding))
    )


@cases("name", ["json", "jsonl", "sarif", "markdown", "csv", "text"])
def test_an_output_grows_with_what_it_tells_of(name: str, report_on: Callable[[int], Report]) -> None:
    few, many = (len(written(report_on(size), name)) for size in (10, 40))
    assert many < 4.5 * few
