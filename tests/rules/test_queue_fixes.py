"""What the fixes of the rules on load and on references say to write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.apply_rules import missing_needs
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.model.change import Assign
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Profile, QuickModeProposal
from ipseclint.rule import Hit, Rule, Scope
from ipseclint.rules import all_rules
from tests import ROOT
from tests.rules.rule_inputs import machine_in

FIXTURES = ROOT / "fixtures" / "rules"
RULESET = load_ruleset("default")
MINE = tuple(rule for rule in all_rules() if rule.family in {"QD", "RF"} and rule.scope is Scope.MACHINE)


def folder_of(rule: Rule) -> Path:
    return FIXTURES / f"{rule.code}-{rule.name}"


def hits(machine: Machine, rule: Rule) -> list[Hit]:
    return [] if missing_needs(rule, machine.site) else list(rule.check(machine, RULESET.options(rule)))


@pytest.mark.drawn(3)
@pytest.mark.parametrize("rule", MINE, ids=lambda rule: rule.code)
def test_every_finding_says_how_to_repair_it(rule: Rule) -> None:
    paths = list(folder_of(rule).glob("bad*"))
    assert paths
    for path in paths:
        found = hits(machine_in(path), rule) if path.is_file() else []
        assert found or path.is_dir(), path.name
        assert all(hit.fix is not None and (hit.fix.changes or hit.fix.note) for hit in found), path.name


def fix_of(code: str, name: str) -> list[tuple[str, Any]]:
    rule = next(each for each in MINE if each.code == code)
    (hit, *_) = hits(machine_in(folder_of(rule) / name), rule)
    assert hit.fix is not None
    return [(change.field, plain(change.value)) for change in hit.fix.changes if isinstance(change, Assign)]


def plain(value: Any) -> Any:
    if isinstance(value, tuple) and all(isinstance(each, QuickModeProposal) for each in value):
        return [(each.lifetime_seconds.known, each.lifetime_kilobytes.known) for each in value]
    return value


@pytest.mark.parametrize(
    ("code", "name", "changes"),
    [
        ("QD001", "bad-legacy.cmd", [("lifetime_seconds", 28_800)]),
        ("QD002", "bad-two.cmd", [("quick_mode_limit", 0)]),
        ("QD003", "bad-add.cmd", [("master_pfs", False)]),
        ("QD003", "bad-with-limit.cmd", [("master_pfs", False), ("quick_mode_limit", 0)]),
        ("QD004", "bad-all-traffic.cmd", [("proposals", [(3600, 100_000), (3600, 100_000)])]),
        ("QD005", "bad-both-links.cmd", [("proposals", [(3600, 2_147_483_647), (3600, 2_147_483_647)])]),
        ("QD006", "bad-below-default.cmd", [("proposals", [(3600, 2_147_483_647), (3600, 2_147_483_647)])]),
        ("QD007", "bad-legacy.cmd", [("proposals", [(3600, 100_000)])]),
        (
            "QD007",
            "bad-two-of-three.cmd",
            [("proposals", [(3600, 100_000), (2700, 2_147_483_647), (2400, 2_147_483_647)])],
        ),
        ("QD013", "bad-floor.cmd", [("sa_idle_seconds", 1800)]),
        ("QD016", "bad-any.cmd", [("profiles", frozenset({Profile.DOMAIN}))]),
        ("QD024", "bad-five.cmd", [("polling_interval_seconds", 10_800)]),
        ("QD025", "bad-almost-twice.cmd", [("lifetime_seconds", 28_800)]),
        ("QD025", "bad-default-main-mode.cmd", [("proposals", [(3600, 100_000)])]),
        ("QD026", "bad-equal.cmd", [("lifetime_seconds", 28_800), ("proposals", [(3300, 100_000)])]),
        ("QD026", "bad-polling.cmd", [("polling_interval_seconds", 10_800)]),
        ("QD026", "bad-polling-default.cmd", [("lifetime_seconds", 28_800), ("proposals", [(3300, 100_000)])]),
        ("QD033", "bad-limit.cmd", [("quick_mode_limit", 0)]),
        ("QD033", "bad-main-mode.cmd", [("lifetime_seconds", 28_800)]),
        ("QD033", "bad-quick-mode.cmd", [("proposals", [(3600, 2_147_483_647)])]),
        ("QD033", "bad-volume.cmd", [("proposals", [(3600, 2_147_483_647)])]),
        ("QD034", "bad-gateway.reg", [("packet_queuing", frozenset({"inbound", "forward"}))]),
        ("RF004", "bad-main-mode-none.cmd", [("lifetime_seconds", 28_800)]),
        ("RF004", "bad-main-mode-long.cmd", [("lifetime_seconds", 28_800)]),
        ("RF004", "bad-quick-mode-short.cmd", [("proposals", [(3600, 100_000), (3600, 100_000)])]),
        ("RF004", "bad-volume-great.cmd", [("proposals", [(3600, 2_147_483_647)])]),
        ("RF004", "bad-sessions.cmd", [("quick_mode_limit", 0)]),
        ("RF004", "bad-idle-short.cmd", [("sa_idle_seconds", 300)]),
        ("RF004", "bad-idle-long.cmd", [("sa_idle_seconds", 3600)]),
        ("RF005", "bad-auth1.cmd", [("first_authentication", None)]),
        ("RF011", "bad-both.cmd", [("assigned", False)]),
    ],
)
def test_a_fix_says_what_to_write(code: str, name: str, changes: list[tuple[str, Any]]) -> None:
    assert fix_of(code, name) == changes
