"""The baseline: new, unchanged, gone; equal findings count twice; positions do not matter."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.findings.baseline import baseline_of
from tests.engine.findings.test_since import found

ONE = 'netsh ipsec static add policy name="{name}" mmlifetime=5\r\n'


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "A", "B")
    return tmp_path


def write(desk: Path, *names: str, end: str = "\r\n") -> None:
    text = "".join(ONE.format(name=name) for name in names)
    (desk / "policy.cmd").write_bytes(text.replace("\r\n", end).encode())


def run(cli: Callable[..., Any]) -> Any:
    return cli("policy.cmd", "--select", "QD001", "--baseline", "ipseclint-baseline.json", "-o", "json")


@pytest.fixture
def made(desk: Path, cli: Callable[..., Any]) -> Path:
    (desk / "ipseclint.toml").write_text('select = ["QD001"]\n')
    assert cli("baseline", "create", "policy.cmd").code == 0
    return desk / "ipseclint-baseline.json"


def test_what_is_known_does_not_fail(made: Path, desk: Path, cli: Callable[..., Any]) -> None:
    assert run(cli).code == 0
    write(desk, "B", "A", end="\n")
    ran = run(cli)
    assert ran.code == 0
    assert [row["baseline"] for row in json.loads(ran.out)["findings"]] == ["unchanged", "unchanged"]


def test_what_is_new_fails_and_what_is_gone_is_said(made: Path, desk: Path, cli: Callable[..., Any]) -> None:
    write(desk, "A", "C")
    ran = run(cli)
    body = json.loads(ran.out)
    assert ran.code == 1
    assert [(each["subject"]["name"], each["baseline"]) for each in body["findings"]] == [
        ("A", "unchanged"),
        ("C", "new"),
    ]
    assert body["gone"] == [{"code": "QD001", "subject": "B", "count": 1}]


def test_each_of_equal_findings_counts(made: Path, desk: Path, cli: Callable[..., Any]) -> None:
    files = ("policy.cmd", "two.cmd", "three.cmd", "four.cmd")
    for name in files[1:]:
        (desk / name).write_bytes(ONE.format(name="A").encode())
    ran = cli(*files, "--baseline", made, "-o", "json")
    assert ran.code == 1
    assert sorted(row["baseline"] for row in json.loads(ran.out)["findings"]) == [
        *("new", "new", "new"),
        *("unchanged", "unchanged"),
    ]


def test_update_shrinks_only_when_asked(made: Path, desk: Path, cli: Callable[..., Any]) -> None:
    write(desk, "A", "C")
    assert cli("baseline", "update", "policy.cmd", "--shrink-only").code == 0
    assert [row["subject"] for row in json.loads(made.read_text())["known"]] == ["A"]
    assert cli("baseline", "update", "policy.cmd").code == 0
    assert [row["subject"] for row in json.loads(made.read_text())["known"]] == ["A", "C"]


def test_create_does_not_overwrite(made: Path, cli: Callable[..., Any]) -> None:
    before = made.read_bytes()
    assert cli("baseline", "create", "policy.cmd").code == 2
    assert made.read_bytes() == before


def test_an_input_understood_in_part_makes_no_baseline(desk: Path, cli: Callable[..., Any]) -> None:
    (desk / "half.cmd").write_text("netsh ipsec static add policy name=%P% mmlifetime=5\n")
    assert cli("baseline", "create", "half.cmd").code == 4
    assert not (desk / "ipseclint-baseline.json").exists()


def test_a_path_without_policy_makes_no_baseline(desk: Path, cli: Callable[..., Any]) -> None:
    """It may be a wrong path, and all that is known would go."""
    (desk / "empty").mkdir()
    ran = cli("baseline", "create", "empty", "gpo*.xml")
    assert ran.code == 3
    assert "no IPsec policy behind empty, gpo*.xml; nothing is written" in ran.err
    assert not (desk / "ipseclint-baseline.json").exists()


COUNTED = (
    '{{"schema": "ipseclint.baseline/1", "known": [{{"fingerprint": "f", "code": "c", "subject": "s", "count": {}}}]}}'
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"schema": "other", "known": []}',
        '{"schema": "ipseclint.baseline/1"}',
        COUNTED.format(0),
        COUNTED.format(-1),
    ],
)
def test_a_broken_baseline_ends_with_2(desk: Path, cli: Callable[..., Any], text: str) -> None:
    (desk / "ipseclint-baseline.json").write_text(text, encoding="utf-16")
    assert run(cli).code == 2


def test_the_file_is_the_same_in_whatever_order_findings_come() -> None:
    marks = [f"{code}{subject}{number}" for code in "ab" for subject in "xy" for number in "12"]
    findings = [found(mark, code=mark[0], name=mark[1]) for mark in marks]
    assert [each.fingerprint for each in baseline_of(reversed(findings)).known] == marks
    assert baseline_of(findings) == baseline_of(reversed(findings))
