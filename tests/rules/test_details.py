"""Findings on the fixtures have the value, the related places and the repair that are written down for them."""

from __future__ import annotations

import pytest

from ipseclint.rule import Rule
from ipseclint.rules import all_rules
from tests.rules.details import OTHER_SITES, TABLE, details, elsewhere, table

pytestmark = pytest.mark.drawn(4)


@pytest.mark.drawn(3)
@pytest.mark.parametrize("rule", all_rules(), ids=[rule.code for rule in all_rules()])
def test_findings_say_what_is_written_down_here_and_where_the_facts_of_the_site_are_others(rule: Rule) -> None:
    assert details(rule) == table(TABLE)[rule.code], (
        "if the change is meant, run tests/rules/details.py and read the diff"
    )
    assert elsewhere(rule) == table(OTHER_SITES)[rule.code], "see tests/rules/details.py"
