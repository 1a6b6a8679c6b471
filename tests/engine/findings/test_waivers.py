"""Waivers: they mark, they run out, they wake, and they are never unseen."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.configuration.waiver_files import Entry
from ipseclint.engine.findings.waivers import apply_waivers
from ipseclint.finding import Basis, Finding, Severity, Subject, Waiver
from ipseclint.source import Span
from tests.cases import cases

POLICY = "netsh advfirewall set global mainmode mmkeylifetime {minutes}min,0sess\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, 5)
    return tmp_path


def write(desk: Path, minutes: int) -> None:
    (desk / "policy.cmd").write_text(POLICY.format(minutes=minutes))


def report(cli: Callable[..., Any], *more: str) -> Any:
    return json.loads(cli("policy.cmd", "-o", "json", "--select", "QD001", *more).out)


def test_waive_writes_a_waiver_that_holds_until_the_value_changes(desk: Path, cli: Callable[..., Any]) -> None:
    made = cli("waive", "QD001", "policy.cmd", "--reason", 'the "old" link', "--owner", "net", "--ticket", "T-1")
    assert made.code == 0
    body = report(cli)
    assert body["summary"] == {"error": 0, "warning": 0, "info": 0, "waived": 1}
    assert body["findings"][0]["waiver"] == {
        "reason": 'the "old" link',
        "owner": "net",
        "ticket": "T-1",
        "expires": None,
    }
    assert cli("policy.cmd", "--select", "QD001").code == 0
    write(desk, 6)
    codes = [each["code"] for each in report(cli)["findings"] if each["waiver"] is None]
    assert sorted(codes) == ["QD001", "WV002"]


def test_an_expired_waiver_is_a_finding_and_waives_nothing(desk: Path, cli: Callable[..., Any]) -> None:
    (desk / "ipseclint-waivers.toml").write_text(
        '# accepted\n[[waiver]]\nrule = "QD001"\nreason = "until the move"\nexpires = 2020-01-31\n'
    )
    found = report(cli)["findings"]
    assert [(each["code"], each["location"]["line"]) for each in found] == [("QD001", 1), ("WV001", 2)]
    assert "2020-01-31" in found[1]["message"]


FINDING = Finding(
    code="QD001",
    name="short-main-mode-lifetime",
    severity=Severity.ERROR,
    basis=Basis.REASONED,
    message="m",
    subject=Subject(kind="main_mode_crypto_set", name="Set"),
    span=Span("p", 1, 1),
    fingerprint="f",
    machine="m",
)
DAY = date(2026, 6, 30)


def test_a_waiver_holds_on_its_last_day() -> None:
    entry = Entry(rule="qd001", subject="s?t", reason="r", expires=DAY)
    on_the_day = apply_waivers([FINDING], [entry], "w", DAY)
    after = apply_waivers([FINDING], [entry], "w", DAY + timedelta(days=1))
    assert [each.waiver is not None for each in on_the_day] == [True]
    assert [each.code for each in after if each.waiver is None] == ["QD001", "WV001"]


@cases(
    ("said", "holds"),
    [
        ({}, True),
        ({"rule": "qd001"}, True),
        ({"rule": "Short-Main-Mode-Lifetime"}, True),
        ({"rule": "QD002"}, False),
        ({"subject": "S*"}, True),
        ({"subject": "Other"}, False),
        ({"path": "?"}, True),
        ({"path": "./p"}, True),
        ({"path": ".\\p"}, True),
        ({"path": "P"}, False),
        ({"fingerprint": "f"}, True),
        ({"fingerprint": "g"}, False),
        ({"subject": "Set", "path": "q", "fingerprint": "f"}, False),
    ],
)
def test_a_waiver_is_of_the_findings_of_which_all_holds_that_it_says(said: dict[str, str], holds: bool) -> None:
    marked, *about = apply_waivers([FINDING], [Entry(**{"rule": "QD001", "reason": "r", **said})], "w", DAY)
    assert (marked.waiver is not None, [each.code for each in about]) == (holds, [] if holds else ["WV002"])


def test_the_first_waiver_in_force_holds_and_each_that_matches_is_used() -> None:
    late, first, second = (
        Entry(rule=rule, reason=reason, expires=expires)
        for rule, reason, expires in (
            ("QD001", "late", DAY - timedelta(days=1)),
            ("short-main-mode-lifetime", "first", None),
            ("QD001", "second", DAY),
        )
    )
    marked, about = apply_waivers([FINDING], [late, first, second], "w", DAY)
    assert marked.waiver is not None
    assert (marked.waiver.reason, about.code) == ("first", "WV001")
    other, *_ = apply_waivers([FINDING], [second, first], "w", DAY)
    assert other.waiver == Waiver(reason="second", expires="2026-06-30")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[waiver]]\nrule = "QD001"', "reason"),
        ('[[waiver]]\nrule = "QD001"\nreason = ""', "reason: it must not be empty"),
        ('[[waiver]]\nrule = "QD001"\nreason = " "', "reason: it must not be empty"),
        ('[waiver]\nrule = "QD001"\nreason = "r"', "[[waiver]] begins each of its entries"),
        ('[[waiver]]\nrule = "QD777"\nreason = "r"', "QD777"),
        ('[[waiver]]\nrule = "IN003"\nreason = "r"', "cannot be waived"),
        ('[[waiver]]\nrule = "QD001"\nreason = "r"\nuntil = 2027-01-01', "unknown key"),
        ('[[waivers]]\nrule = "QD001"\nreason = "r"', "unknown key"),
    ],
)
def test_a_wrong_waiver_file_ends_with_2(desk: Path, cli: Callable[..., Any], text: str, words: str) -> None:
    (desk / "ipseclint-waivers.toml").write_text(text, encoding="utf-16")
    ran = cli("policy.cmd")
    assert ran.code == 2
    assert words in ran.err


def test_a_waiver_for_other_paths_is_unused(desk: Path, cli: Callable[..., Any]) -> None:
    (desk / "ipseclint-waivers.toml").write_text('[[waiver]]\nrule = "QD001"\npath = "lab/*"\nreason = "lab"\n')
    assert [each["code"] for each in report(cli)["findings"]] == ["QD001", "WV002"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((".",), ["warning"]),
        ((".", "policy.cmd"), ["warning"]),
        (("policy.cmd",), ["info"]),  # another file may be what it is for
        (("policy.cmd", "--any-files"), []),  # as a hook names what was changed
        ((".", "--select", "CR"), []),
        ((".", "--ignore", "few-quick-modes-per-main-mode"), []),
        ((".", "--ruleset", "cis-windows"), []),
    ],
)
def test_a_waiver_is_unused_where_the_run_would_show_what_it_is_for(
    desk: Path, cli: Callable[..., Any], arguments: tuple[str, ...], told: list[str]
) -> None:
    (desk / "ipseclint-waivers.toml").write_text('[[waiver]]\nrule = "QD002"\nreason = "r"\n')
    findings = json.loads(cli(*arguments, "-o", "json").out)["findings"]
    assert [each["severity"] for each in findings if each["code"] == "WV002"] == told


def test_a_waiver_of_a_rule_that_waits_for_a_fact_is_not_unused(desk: Path, cli: Callable[..., Any]) -> None:
    (desk / "ipseclint-waivers.toml").write_text('[[waiver]]\nrule = "dns-not-exempt"\nreason = "r"\n')
    assert "WV002" not in cli(".").out
    (desk / "ipseclint.toml").write_text('[site]\ndns_servers = ["10.0.0.53"]\n')
    assert "warning[WV002]" in cli(".").out
    (desk / "ipseclint-waivers.toml").write_text('[[waiver]]\nrule = "QD026"\nreason = "r"\n')
    (desk / "ipseclint.toml").write_text("[site]\nvpn_clients = 250\n")  # they are the peers that it asks for
    assert "warning[WV002]" in cli(".").out
    (desk / "ipseclint-waivers.toml").write_text('[[waiver]]\nrule = "dns-not-exempt"\nreason = "r"\n')
    (desk / "ipseclint.toml").write_text('ignore = ["EX002"]\n')  # it never runs: the waiver is for nothing
    assert "warning[WV002]" in cli(".").out


def test_waive_needs_a_finding_and_a_reason(desk: Path, cli: Callable[..., Any]) -> None:
    assert cli("waive", "CR001", "policy.cmd", "--reason", "r").code == 2
    assert cli("waive", "QD001", "policy.cmd", "--reason", " ").code == 2
    assert cli("waive", "QD001", "policy.cmd", "--reason", "r", "--expires", "soon").code == 2
    assert not (desk / "ipseclint-waivers.toml").exists()
