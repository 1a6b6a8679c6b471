"""Repairs in the text of a script: which findings have one, in which order, and the places that change."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from ipseclint.engine.apply_rules import Plan, found_with_fixes
from ipseclint.engine.findings import script_repairs as module
from ipseclint.engine.findings.script_repairs import _fixes, _replacements, _ShowsKeyError, script_repairs
from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.keys.gate import Keys
from ipseclint.engine.machines import ReadInput, make_machine, read_inputs
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.finding import Finding, FixText, Severity, Waiver
from ipseclint.model.machine import Machine
from ipseclint.model.site import Site
from ipseclint.report import Replacement
from ipseclint.source import bytes_source
from tests.cases import cases

SCRIPT = 'rem one\r\nnetsh ipsec static add policy name="P" mmlifetime=5\r\n'
SITE = Site()


def read(name: str, text: str = SCRIPT) -> tuple[Machine, ReadInput]:
    (one,) = read_inputs([Candidate(source=bytes_source(name, text.encode()), named=True)])
    return make_machine(name, [one], SITE, datetime.date(2026, 7, 1)), one


def plans() -> list[Plan]:
    ruleset = load_ruleset("default")
    rule = ruleset.find("QD001")
    assert rule is not None
    return [Plan(ruleset, (rule,))]


def found_on(machine: Machine, **fields: Any) -> Finding:
    ((finding, fix),) = found_with_fixes(machine, plans(), SITE)
    assert fix is not None
    return finding.model_copy(update={"fix": FixText(netsh="netsh"), **fields})


def repaired(machines: list[tuple[Machine, ReadInput]], findings: list[Finding]) -> list[str]:
    return [repair.path for repair in script_repairs(machines, plans(), SITE, findings)]


def test_a_finding_is_repaired_where_its_value_stands() -> None:
    machine, one = read("a.cmd")
    finding = found_on(machine)
    (repair,) = script_repairs([(machine, one)], plans(), SITE, [finding])
    assert (repair.machine, repair.fingerprint, repair.path) == ("a.cmd", finding.fingerprint, "a.cmd")
    (change,) = repair.replacements
    assert (change.line, change.end_line) == (2, 2)
    row = SCRIPT.split("\r\n")[1]
    changed = row[: change.column - 1] + change.text + row[change.end_column - 1 :]
    assert changed.startswith('netsh ipsec static add policy name="P" mmlifetime=')
    assert not list(found_with_fixes(read("a.cmd", SCRIPT.replace(row, changed))[0], plans(), SITE))


PROFILE = (
    "<VPNProfile><NativeProfile><Servers>vpn.example.org</Servers><NativeProtocolType>IKEv2</NativeProtocolType>"
    "<CryptographySuite><AuthenticationTransformConstants>SHA256128</AuthenticationTransformConstants>"
    "<CipherTransformConstants>AES256</CipherTransformConstants><PfsGroup>PFS2048</PfsGroup><DHGroup>Group2</DHGroup>"
    "<IntegrityCheckMethod>SHA256</IntegrityCheckMethod><EncryptionMethod>AES256</EncryptionMethod>"
    "</CryptographySuite></NativeProfile></VPNProfile>\n"
)
POWERSHELL = (
    "$offer = New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA256 -KeyExchange DH2\n"
    "New-NetIPsecMainModeCryptoSet -DisplayName M -Default -Proposal $offer\n"
)


@cases(("name", "text", "was"), [("a.xml", PROFILE, ">Group2<"), ("a.ps1", POWERSHELL, "-KeyExchange DH2\n")])
def test_a_vpn_profile_and_a_script_of_powershell_are_repaired_as_what_they_are(name: str, text: str, was: str) -> None:
    machine, one = read(name, text)
    ruleset = load_ruleset("default")
    rule = ruleset.find("CR005")
    assert rule is not None
    weak = [Plan(ruleset, (rule,))]
    findings = [
        finding.model_copy(update={"fix": FixText(powershell="x")})
        for finding, _ in found_with_fixes(machine, weak, SITE)
    ]
    repairs = list(script_repairs([(machine, one)], weak, SITE, findings))
    (change,) = repairs[0].replacements
    assert (change.line, change.end_line) == (1, 1)
    assert text[change.column - 1 : change.end_column - 1] in was
    row = text.split("\n", maxsplit=1)[0]
    changed = text.replace(row, row[: change.column - 1] + change.text + row[change.end_column - 1 :])
    assert changed != text
    assert not list(found_with_fixes(read(name, changed)[0], weak, SITE))


@cases(
    "fields",
    [
        {"fix": None},
        {"fix": FixText(netsh="netsh", protection="lowers")},
        {"is_new": False},
        {"waiver": Waiver(reason="known")},
        {"machine": "other"},
        {"fingerprint": "other"},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_a_finding_without_a_fix_that_counts_or_of_another_machine_has_none(fields: dict[str, Any]) -> None:
    machine, one = read("a.cmd")
    finding = found_on(machine)
    assert repaired([(machine, one)], [finding.model_copy(update=fields), finding]) == ["a.cmd"]
    assert repaired([(machine, one)], [finding.model_copy(update=fields)]) == []
    assert repaired([], [finding]) == []


@pytest.mark.parametrize(
    ("limit", "expected"), [(3, "cab"), (2, "ca"), (1, "c"), (0, "")], ids=["all", "two", "one", "none"]
)
def test_the_worst_are_repaired_first_until_there_was_enough_to_read_again(
    monkeypatch: pytest.MonkeyPatch, limit: int, expected: str
) -> None:
    monkeypatch.setattr(module, "MAX_READ_AGAIN_CHARACTERS", limit * len(SCRIPT))
    levels = {"a": Severity.WARNING, "b": Severity.INFO, "c": Severity.ERROR}
    machines = [read(f"{name}.cmd") for name in levels]
    findings = [
        found_on(machine, severity=severity) for (machine, _), severity in zip(machines, levels.values(), strict=True)
    ]
    assert repaired(machines, findings) == [f"{name}.cmd" for name in expected]


def test_a_rule_that_crashes_repairs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    machine, one = read("a.cmd")
    assert len(_fixes(machine, plans(), SITE)) == 1
    finding = found_on(machine)

    def crashes(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(module, "found_with_fixes", crashes)
    assert _fixes(machine, plans(), SITE) == {}
    assert repaired([(machine, one)], [finding]) == []


@cases(
    ("before", "after", "places"),
    [
        ("a\nb\n", "a\nb\n", []),
        ("a\nxyz\n", "a\nx1z\n", [(2, 2, 2, 3, "1")]),
        ("a\nxz\n", "a\nxyz\n", [(2, 2, 2, 2, "y")]),
        ("a\nxyz\n", "a\nxz\n", [(2, 2, 2, 3, "")]),
        ("a\r\nb\r\nc", "a\r\nB\r\nc", [(2, 1, 2, 2, "B")]),
        ("a\nb\n", "a\nb\nc\n", [(3, 1, 3, 1, "c\n")]),
        ("a\nb\nc\n", "c\n", [(1, 1, 3, 1, "")]),
        ("a\nb\nc\n", "x\nb\ny\n", [(1, 1, 1, 2, "x"), (3, 1, 3, 2, "y")]),
        ("aaa\n", "aa\n", [(1, 3, 1, 4, "")]),
    ],
)
def test_what_is_replaced_is_as_short_as_it_can_be(
    before: str, after: str, places: list[tuple[int, int, int, int, str]]
) -> None:
    assert list(_replacements(before, after, Keys())) == [
        Replacement(line=line, column=column, end_line=end_line, end_column=end_column, text=text)
        for line, column, end_line, end_column, text in places
    ]


def test_no_replacement_shows_a_key() -> None:
    keys = Keys(frozenset({"open-sesame"}))
    with pytest.raises(_ShowsKeyError):
        list(_replacements("a\n", "a open-sesame\n", keys))
    assert len(list(_replacements("a open-sesame\n", "b open-sesame\n", keys))) == 1
