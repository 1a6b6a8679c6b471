"""A run under a standard says of each clause whether it is met, and never calls met what was not looked at."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from ipseclint import check_text
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.engine.rulesets.shipped import available_rulesets
from ipseclint.report import Report
from ipseclint.reporters.markdown import text as markdown_text
from tests import ROOT
from tests.cases import cases

pytestmark = pytest.mark.drawn(3)

SETS = (
    "netsh advfirewall set global mainmode mmsecmethods ecdhp384:aes256-sha384\n"
    "netsh advfirewall consec add rule name=Web endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequireout "
    'auth1=computercert auth1ca="CN=Corp" qmsecmethods=esp:aesgcm256-aesgcm256 qmpfs=ecdhp384\n'
)
RULE = (
    "netsh advfirewall consec add rule name=Web endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequireout "
    'auth1=computercert auth1ca="CN=Corp"\n'
)
DEVICE = (
    "Add-VpnConnection -Name W -ServerAddress vpn.example.org -TunnelType IKEv2"
    " -AuthenticationMethod MachineCertificate -MachineCertificateEKUFilter 1.3.6.1.5.5.7.3.2\n"
    "Set-VpnConnectionIPsecConfiguration -ConnectionName W -AuthenticationTransformConstants GCMAES256"
    " -CipherTransformConstants GCMAES256 -EncryptionMethod AES256 -IntegrityCheckMethod SHA384 -DHGroup ECP384"
    " -PfsGroup ECP384 -Force\n"
)
L2TP = "Add-VpnConnection -Name W -ServerAddress vpn.example.org -TunnelType L2tp -L2tpPsk longEnough12 -Force\n"
UNKNOWN = "Set-NetIPsecQuickModeCryptoSet -DisplayName $name -PerfectForwardSecrecyGroup $group\n"
AUDIT = (
    "Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting\n"
    "HUB01,System,IPsec Driver,{0CCE9213-69AE-11D9-BED3-505054503030},%s,\n"
)
DRIVER, LOCAL_RULES = "WN25-AU-000320", "V-242005"


def states(report: Report) -> dict[str, str]:
    """The state of each clause by its section, or by its rule where no clause is known."""
    return {result.clause.rpartition(", ")[2].rpartition(": ")[2]: result.state.value for result in report.clauses}


@cases(
    ("text", "section", "state"),
    [
        (SETS, "000250", "met"),
        (SETS.replace("ecdhp384:", "dhgroup2:"), "000250", "not met"),
        (SETS.replace("ecdhp384:", "dhgroup14:"), "000250", "not met"),
        (SETS, "001640", "met"),
        (SETS.replace("qmpfs=ecdhp384", "qmpfs=none"), "001640", "not met"),
        (SETS + UNKNOWN, "001640", "not checked"),
        (SETS.replace("ecdhp384:", "dhgroup2:") + UNKNOWN, "000250", "not met"),
        (RULE, "000250", "not met"),
        (RULE, "001640", "not met"),
        (RULE, "000220", "not checked"),
        (SETS.partition(" qmsecmethods")[0] + "\n", "001090", "not checked"),
        (RULE, "000460", "not met"),
        ("New-NetIPsecRule -DisplayName R -KeyModule IKEv2\n", "000460", "met"),
        (DEVICE, "000250", "met"),
        (DEVICE, "001640", "met"),
        (DEVICE, "000560", "not checked"),
        (DEVICE.replace("ECP384 -PfsGroup", "Group14 -PfsGroup"), "000250", "not met"),
        (L2TP, "000460", "not checked"),
        (L2TP, "preshared-key", "not met"),
        (L2TP, "000250", "not checked"),
    ],
)
def test_a_clause_of_the_vpn_guide(text: str, section: str, state: str) -> None:
    assert states(check_text(text, "p.cmd", rulesets="disa-vpn-srg"))[section] == state


@cases(
    ("text", "section", "state"),
    [
        (SETS, DRIVER, "not checked"),
        (AUDIT % "No Auditing", DRIVER, "not met"),
        (AUDIT % "Success and Failure", DRIVER, "met"),
        (AUDIT % "Success and Failure", LOCAL_RULES, "not applicable"),
        (RULE, LOCAL_RULES, "not checked"),
        ("netsh advfirewall set publicprofile settings localconsecrules disable\n", LOCAL_RULES, "met"),
        ("netsh advfirewall set publicprofile settings localconsecrules enable\n", LOCAL_RULES, "not met"),
        ("netsh advfirewall set global ipsec strongcrlcheck 2\n", LOCAL_RULES, "not met"),
    ],
)
def test_a_clause_of_the_windows_guides(text: str, section: str, state: str) -> None:
    assert states(check_text(text, "p", rulesets="disa-windows-stig"))[section] == state


def test_what_is_not_selected_is_not_checked_and_what_is_waived_is_not_met(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.cmd").write_text(SETS.replace("ecdhp384:", "dhgroup2:"))
    waiver = '[[waiver]]\nrule = "CR005"\nreason = "a test"\n'
    (tmp_path / "ipseclint-waivers.toml").write_text(waiver)
    shown = json.loads(cli("p.cmd", "--ruleset", "disa-vpn-srg", "--ignore", "CR023", "-o", "json").out)
    by_clause = {clause["clause"].rpartition(", ")[2]: clause for clause in shown["clauses"]}
    assert by_clause["001640"]["state"] == "not checked"
    group = by_clause["000250"]
    assert (group["state"], group["findings"], group["waived"]) == ("not met", 1, 1)


def test_no_policy_of_windows_meets_cnsa_2() -> None:
    assert states(check_text(SETS, "p.cmd", rulesets="cnsa-2.0"))["table III"] == "not met"


def test_only_standards_have_a_table() -> None:
    assert check_text(SETS, "p.cmd").clauses == ()
    assert {name for name in available_rulesets() if load_ruleset(name).standard} == {
        "anssi",
        "bsi-tr-02102-3",
        "cis-windows",
        "cnsa-2.0",
        "disa-vpn-srg",
        "disa-windows-stig",
        "nist-sp800-77r1",
        "rfc8247-8221",
    }


def test_rules_of_our_own_reasoning_are_a_clause_each(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'extends = "default"\nid = "own"\nversion = "1"\ntitle = "t"\nstandard = true\nonly = ["CR005", "CR023"]\n'
        "[rules]\nCR005 = { cite = [], own_reasoning = true }\n"
        "CR023 = { cite = [], own_reasoning = true, options = { every_quick_mode = true } }\n"
    )
    report = check_text(SETS.replace("ecdhp384:", "dhgroup2:"), "p.cmd", rulesets=str(own))
    assert [(result.clause, result.state.value) for result in report.clauses] == [
        ("own reasoning: dh-group-1-or-2", "not met"),
        ("own reasoning: no-forward-secrecy", "met"),
    ]


def test_every_form_of_the_table_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    import jsonschema

    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.cmd").write_text(SETS.replace("ecdhp384:", "dhgroup2:"))
    run = ("p.cmd", "--ruleset", "nist-sp800-77r1", "--ruleset", "disa-vpn-srg")
    listed = json.loads(cli(*run, "-o", "json").out)["clauses"]
    expected = [(each["ruleset"], each["clause"], each["state"], " ".join(each["rules"])) for each in listed]
    rows = csv.DictReader(io.StringIO(cli(*run, "-o", "csv").out))
    assert [
        (row["subject_id"], row["subject"], row["name"], row["code"]) for row in rows if row["severity"] == "clause"
    ] == expected
    sarif = json.loads(cli(*run, "-o", "sarif").out)
    jsonschema.validate(sarif, json.loads((ROOT / "tests" / "data" / "sarif-schema-2.1.0.json").read_text()))
    assert [
        (taxonomy["name"], taxon["id"], taxon["properties"]["state"], " ".join(taxon["properties"]["rules"]))
        for taxonomy in sarif["runs"][0]["taxonomies"]
        for taxon in taxonomy["taxa"]
    ] == expected
    shown = cli(*run, "-o", "markdown").out
    for ruleset, clause, state, rules in expected:
        assert f"| {state} | {markdown_text(clause)} | {rules} |" in shown.partition(markdown_text(ruleset))[2]
    suites = etree.fromstring(cli(*run, "-o", "junit").out.encode())
    assert [
        (case.get("classname"), case.get("name"))
        for suite in suites
        if suite.get("name", "").startswith("clauses of ")
        for case in suite
    ] == [(ruleset, clause) for ruleset, clause, _, _ in expected]
    for form, group in (("github", "::group::"), ("azure", "##[group]")):
        lines = cli(*run, "-o", form).out.splitlines()
        for ruleset in dict.fromkeys(ruleset for ruleset, *_ in expected):
            start = lines.index(f"{group}clauses of {ruleset}") + 1
            of_it = [each[1:] for each in expected if each[0] == ruleset]
            assert [
                (line.partition(": ")[0], clause in line, f"({rules}" in line)
                for line, (clause, _, rules) in zip(lines[start:], of_it, strict=False)
            ] == [(state, True, True) for _, state, _ in of_it]
            assert lines[start + len(of_it)] == group.replace("group", "endgroup")
    quality = json.loads(cli(*run, "-o", "gitlab").out)
    assert len({row["fingerprint"] for row in quality}) == len(quality)
    assert [row["check_name"] for row in quality if row["fingerprint"].startswith("clause-")] == [
        ruleset for ruleset, _, state, _ in expected if state in {"not met", "not checked"}
    ]
    page = cli(*run, "-o", "html").out
    assert page.count("<td>not met</td>") == [state for _, _, state, _ in expected].count("not met")
    text = cli(*run).out
    for ruleset in ("nist-sp800-77r1@2020.6", "disa-vpn-srg@2026.10"):
        states_of = [state for name, _, state, _ in expected if name == ruleset]
        assert f"{ruleset}: {states_of.count('not met')} not met, {states_of.count('met')} met\n" in text


@pytest.mark.parametrize(("severity", "outcome"), [("error", "failure"), ("info", "system-out")])
def test_a_clause_fails_a_dashboard_only_where_a_finding_does(
    tmp_path: Path, cli: Callable[..., Any], severity: str, outcome: str
) -> None:
    (tmp_path / "p.cmd").write_text(SETS.replace(" qmpfs=ecdhp384", ""))
    (tmp_path / "own.toml").write_text(
        'extends = "default"\nid = "own"\nversion = "1"\ntitle = "t"\nstandard = true\nonly = ["CR023"]\n'
        f'[rules.CR023]\nseverity = "{severity}"\ncite = ["NIST77 Table 1"]\n'
        "options = { every_quick_mode = true }\n"
    )
    ran = cli(tmp_path / "p.cmd", "--ruleset", tmp_path / "own.toml", "-o", "junit")
    case = etree.fromstring(ran.out.encode()).find("testsuite[@name='clauses of own@1']/testcase")
    assert case is not None
    assert [result.tag for result in case] == [outcome]
    assert "not met: " in (case[0].get("message") or case[0].text or "")


def test_a_fleet_has_the_worst_state_of_its_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    pytest.importorskip("duckdb")
    monkeypatch.chdir(tmp_path)
    for name, text in (("a", SETS), ("b", SETS.replace("ecdhp384:", "dhgroup2:"))):
        Path(name).mkdir()
        Path(name, "p.cmd").write_text(text)
        cli(name, "--ruleset", "disa-vpn-srg", "-o", f"duckdb:{name}.db")
    cli("fleet", "merge", "a.db", "b.db", "-o", "duckdb:both.db")
    ask = "SELECT state FROM clauses WHERE clause LIKE '%000250' ORDER BY run"
    rows = [json.loads(line) for line in cli("fleet", "query", "both.db", ask, "--format", "json").out.splitlines()]
    assert [row["state"] for row in rows] == ["met", "not met"]
    _, _, below = cli("fleet", "report", "both.db").out.partition("000250")
    assert "not met" in "".join(below.splitlines()[:2])
    assert "000250" in cli("fleet", "report", "both.db", "--format", "html").out
