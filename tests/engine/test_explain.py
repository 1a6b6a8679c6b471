"""The explanation of a rule: what it rests on, leads to, can be told, and where it stands."""

from __future__ import annotations

from ipseclint.engine.explain import explain_rule
from ipseclint.engine.ruleset import load_ruleset
from ipseclint.rules import all_rules

RULES = {rule.code: rule for rule in all_rules()}


def explained(code: str) -> str:
    return explain_rule(RULES[code], load_ruleset("default"))


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
        "  Exemption List: https://github.com/MicrosoftDocs/windows-itpro-docs exemption-list.md",
        "  Isolated Domain: https://github.com/MicrosoftDocs/windows-itpro-docs",
        "    isolated-domain.md",
    ]


def test_a_rule_says_which_facts_of_the_site_it_needs() -> None:
    lines = explained("QD022").splitlines()
    assert lines.count("Needs site.nat_groups in ipseclint.toml") == 1
    assert lines[0].startswith("QD022 ")
