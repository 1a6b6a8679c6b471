"""The explanation of a rule: what it rests on, leads to, can be told, and where it stands."""

from __future__ import annotations

import pytest

from ipseclint.engine.explain.answers import explain_error, explain_event
from ipseclint.engine.explain.rule import explain_rule
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.rules import all_rules
from ipseclint.vocabulary.windows_errors import find_error
from tests.cases import cases

RULES = {rule.code: rule for rule in all_rules()}


def explained(code: str) -> str:
    return explain_rule(RULES[code], load_ruleset("default")).text()


def test_below_its_text_a_rule_says_what_it_rests_on_leads_to_and_counts() -> None:
    assert explained("QD028").partition("\nBasis\n")[2].splitlines() == [
        "  documented by Microsoft",
        "",
        "Leads to",
        "  13809 (0x35F1) ERROR_IPSEC_IKE_MM_ACQUIRE_DROP",
        "",
        f"Numbers of {load_ruleset('default').label} (change them in a ruleset of your own)",
        "  info_above = 100",
        "  warning_above = 500",
        "  warning_above_joined_share = 0.5",
        "",
        "Cause of queue drops: too many requests",
        "",
        "Stands in ipseclint.rules.rule_size",
        "",
        "Sources",
        "  Exemption List: https://github.com/MicrosoftDocs/windows-itpro-docs",
        "    exemption-list.md",
        "  Isolated Domain: https://github.com/MicrosoftDocs/windows-itpro-docs",
        "    isolated-domain.md",
    ]


def test_a_rule_says_which_facts_of_the_site_it_needs() -> None:
    lines = explained("QD022").splitlines()
    assert lines.count("Needs site.nat_groups in ipseclint.toml") == 1
    assert lines[0].startswith("QD022 ")


@pytest.mark.parametrize(
    ("word", "lead", "report"),
    [
        ("13868", True, "RT016"),
        ("13000", False, "RT020"),
        ("13025", True, "RT020"),
        ("13800", False, None),
    ],
)
def test_rules_over_evidence_report_an_error_and_do_not_lead_to_it(word: str, lead: bool, report: str | None) -> None:
    error = find_error(word)
    assert error is not None
    text = explain_error(error, load_ruleset("default")).text()
    leading, _, reporting = text.partition("Rules that report it")
    assert ("Rules that lead to it" in leading) is lead
    assert "RT0" not in leading.partition("Rules that lead to it")[2]
    assert (report in reporting) if report else not reporting


@cases(
    ("number", "audit", "rules"),
    [
        (5453, "IPsec Main Mode", ("RT022",)),
        (4963, "IPsec Driver", ("RT021",)),
        (4976, "IPsec Main Mode", ("RT018",)),
        (5461, "Filtering Platform Policy Change", ("RT020",)),
        (4650, "IPsec Main Mode", ()),
        (5441, "Filtering Platform Policy Change", ()),
    ],
)
def test_an_event_says_how_it_is_had_and_which_rules_report_it(number: int, audit: str, rules: tuple[str, ...]) -> None:
    explanation = explain_event(number, load_ruleset("default"))
    assert explanation.rules == rules
    assert f'auditpol /set /subcategory:"{audit}" /success:enable' in explanation.text() or number == 5461


def test_a_failed_negotiation_is_reported_by_the_rule_of_its_reason() -> None:
    explanation = explain_event(4653, load_ruleset("default"))
    assert {"RT001", "RT013", "RT014", "RT015", "RT016", "RT017", "RT020"} <= set(explanation.rules)
    assert "/failure:enable" in explanation.text()
    assert "Rules that report it, by its reason" in explanation.text()
