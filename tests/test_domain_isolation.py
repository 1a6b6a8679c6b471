"""A policy built by Microsoft's guide to domain isolation is fine, and each single fault in it is found alone."""

from __future__ import annotations

import tomllib

from ipseclint.engine.apply_rules import Plan
from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.job import Job
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.engine.rulesets.selection import selected
from ipseclint.engine.run import check
from ipseclint.finding import Severity
from ipseclint.model.site import Site
from ipseclint.report import Report
from ipseclint.source import bytes_source
from tests import ROOT
from tests.cases import cases

FOLDER = ROOT / "fixtures" / "runs" / "domain-isolation"
POLICY = (FOLDER / "policy.cmd").read_text(encoding="utf-8")

FAULTS = [
    ("a domain controller is not exempt", "10.0.0.10,10.0.0.11", "10.0.0.10", "EX001"),
    ("DHCP is not exempt", "neighbordiscovery,icmp,dhcp", "neighbordiscovery,icmp", "EX003"),
    ("everything is exempt", "endpoint2=10.0.0.80", "endpoint2=any", "EX010"),
    ("a main mode serves one quick mode", "480min,0sess", "480min,1sess", "QD002"),
    ("main modes live shorter than quick modes", "480min,0sess", "30min,0sess", "QD025"),
    ("quick modes live for ten minutes", "+60min+", "+10min+", "QD004"),
    ("quick modes end with the least volume", "+2147483647kb", "+20480kb", "QD006"),
    ("nothing can be sent to hosts without IPsec", "requireinrequestout", "requireinrequireout", "QD015"),
    ("the group is weak", "ecdhp256:", "dhgroup2:", "CR005"),
    ("the cipher is weak", "aes256-sha256", "3des-sha256", "CR002"),
    ("encryption comes without integrity", "esp:aesgcm128-aesgcm128", "esp:none-aes128", "CR008"),
    ("a key is shared by all", "auth1=computerkerb", 'auth1=computerpsk auth1psk="correct horse"', "AU001"),
    ("neither end has to authenticate", "auth1=computerkerb", "auth1=anonymous auth2=anonymous", "AU004"),
    ("the idle time is out of range", "saidletimemin 5", "saidletimemin 90", "RF004"),
]
"""What is wrong, the text that becomes another, and the rule that finds it."""


def report_on(policy: str) -> Report:
    ruleset = load_ruleset("default")
    site = Site.of(tomllib.loads((FOLDER / "site.toml").read_text(encoding="utf-8")))
    plan = Plan(ruleset, selected(ruleset, (), ()))
    source = bytes_source("policy.cmd", policy.encode())
    return check([Candidate(source, named=True)], Job(plans=(plan,), site=site))


def grave(report: Report) -> list[str]:
    """The codes of what is found at warning or above."""
    return [finding.code for finding in report.findings if finding.severity.rank >= Severity.WARNING.rank]


def test_well_built_policy_has_nothing_to_find_and_every_rule_has_run() -> None:
    report = report_on(POLICY)
    assert report.problems == ()
    assert report.crashes == ()
    assert report.not_checked == ()
    assert report.findings == ()


@cases(("before", "after", "code"), [fault[1:] for fault in FAULTS], ids=[f[0] for f in FAULTS])
def test_single_fault_gives_exactly_its_finding(before: str, after: str, code: str) -> None:
    assert POLICY.count(before) == 1
    report = report_on(POLICY.replace(before, after))
    assert not report.problems
    assert grave(report) == [code]
