"""Where a rule has its page."""

from __future__ import annotations

from ipseclint.version import PAGES, rule_page


def test_a_rule_has_a_page_of_its_code_and_name() -> None:
    assert rule_page("QD001", "short") == f"{PAGES}/rules/QD001-short/"
