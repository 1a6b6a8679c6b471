"""The list of the rules tells where each stands and which cause it explains."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any


def test_where_names_the_module_of_each_rule(cli: Callable[..., Any]) -> None:
    lines = cli("rules", "--all", "--where").out.splitlines()
    assert "QD036  error   predicted-queue-drops  ipseclint.rules.predicted_load" in lines
    assert all(" ipseclint.rules." in line for line in lines[:-1])
    assert " ipseclint.rules." not in cli("rules").out


def test_the_list_as_json_has_the_facts_of_a_rule(cli: Callable[..., Any]) -> None:
    rows = {row["code"]: row for row in json.loads(cli("rules", "--all", "--format", "json").out)}
    row = rows["QD022"]
    assert (row["cause"], row["where"], row["needs"]) == (
        "never-finishes",
        "ipseclint.rules.half_open",
        ["site.nat_groups"],
    )
    assert rows["CR001"]["cause"] is None


def test_explain_names_the_module_and_the_cause(cli: Callable[..., Any]) -> None:
    text = cli("explain", "QD028").out
    assert "Cause of queue drops: too many requests" in text
    assert "Stands in ipseclint.rules.rule_size" in text
