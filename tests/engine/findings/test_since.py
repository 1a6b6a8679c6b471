"""What became of the findings of an earlier report, and of those of a baseline: each as often as it is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.configuration.toml_files import ConfigError
from ipseclint.engine.findings.baseline import Baseline, baseline_of, baseline_text, load_baseline, shrunk
from ipseclint.engine.findings.since import Following, load_report
from ipseclint.finding import Basis, Finding, Severity, Subject, Waiver
from ipseclint.source import Span


def found(mark: str, code: str = "QD001", name: str = "A", **fields: Any) -> Finding:
    return Finding(
        code=code,
        name="n",
        severity=Severity.WARNING,
        basis=Basis.REASONED,
        message="m",
        subject=Subject(kind="rule", name=name),
        span=Span("p", 1, 1),
        fingerprint=mark,
        machine="m",
        **fields,
    )


def row(mark: str, waiver: object = None, code: str = "QD001", name: str = "A") -> dict[str, Any]:
    return {"fingerprint": mark, "code": code, "subject": {"name": name}, "waiver": waiver}


def report(folder: Path, *rows: dict[str, Any]) -> Path:
    (folder / "r.json").write_text(json.dumps({"schema": "ipseclint.report/1", "findings": rows}))
    return folder / "r.json"


def known(baseline: Baseline) -> list[tuple[str, str, str, int]]:
    return [(each.fingerprint, each.code, each.subject, each.count) for each in baseline.known]


def test_what_counts_in_a_report_is_known_as_often_as_it_is_there(tmp_path: Path) -> None:
    path = report(tmp_path, row("a"), row("b", code="CR001"), row("a"), row("c", waiver={"reason": "r"}))
    assert known(load_report(path)) == [("a", "QD001", "A", 2), ("b", "CR001", "A", 1)]


def test_each_finding_is_new_or_still_there_and_what_is_left_is_fixed(tmp_path: Path) -> None:
    path = report(tmp_path, row("a"), row("a"), row("b", name="B"), row("b", name="B"), row("c", name="C"))
    following = Following(load_report(path), "r.json")
    waived = found("z", waiver=Waiver(reason="r"))
    marks = [following.marked(each).is_new_since for each in (found("a"), found("b"), found("x"), waived, found("a"))]
    assert marks == [False, False, True, None, False]
    assert following.marked(found("a")).is_new_since is True
    since = following.since()
    assert (since.path, since.new, since.still) == ("r.json", 2, 3)
    assert [(each.code, each.subject, each.count) for each in since.fixed] == [("QD001", "B", 1), ("QD001", "C", 1)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "not a report: JSON is expected, as -o json:FILE writes it"),
        ("[" * 100_000, "not a report: JSON is expected, as -o json:FILE writes it"),
        ("[]", "not a report: schema 'ipseclint.report/1' is expected, as -o json:FILE writes it"),
        ('{"schema": "ipseclint.report/0"}', "not a report: schema 'ipseclint.report/1' is expected, as"),
        ('{"schema": "ipseclint.report/1"}', "a finding without 'findings'; the report is damaged"),
        ('{"schema": "ipseclint.report/1", "findings": [{}]}', "a finding without 'waiver'; the report is damaged"),
        ('{"schema": "ipseclint.report/1", "findings": [1]}', "a finding without "),
    ],
)
def test_what_is_no_report_is_refused(text: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text(text)
    with pytest.raises(ConfigError) as raised:
        load_report(tmp_path / "r.json")
    assert str(raised.value).startswith(f"{tmp_path / 'r.json'}: {why}")


def test_a_report_that_is_not_there_is_said_to_be() -> None:
    with pytest.raises(ConfigError, match=r"^no-such\.json: "):
        load_report(Path("no-such.json"))


def test_a_baseline_is_written_in_order_and_read_again(tmp_path: Path) -> None:
    baseline = baseline_of([found("b", name="B"), found("a"), found("b", name="B"), found("c", "CR001", "Z")])
    assert known(baseline) == [("c", "CR001", "Z", 1), ("a", "QD001", "A", 1), ("b", "QD001", "B", 2)]
    (tmp_path / "b.json").write_text(baseline_text(baseline))
    assert load_baseline(tmp_path / "b.json") == baseline


def test_a_baseline_shrinks_to_what_is_still_there_and_never_grows() -> None:
    old = baseline_of([found("a"), found("a"), found("b"), found("c")])
    assert known(shrunk(old, [found("a"), found("c"), found("c"), found("x")])) == [
        ("a", "QD001", "A", 1),
        ("c", "QD001", "A", 1),
    ]
