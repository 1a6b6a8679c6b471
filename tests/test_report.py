"""A report says whether its run was configured: a gate shows what was switched off, and is silent of a plain run."""

from __future__ import annotations

from typing import Any

import pytest

from ipseclint.report import Input, InputStatus, OverrideUsed, Settings

PLAIN = Settings(rulesets=("default",))
CHANGES: dict[str, Any] = {
    "configuration": "ipseclint.toml",
    "rulesets": ("default", "own.toml"),
    "waivers": "waivers.toml",
    "baseline": "baseline.json",
    "select": ("AU",),
    "ignore": ("AU001",),
    "severity": {"AU001": "info"},
    "overrides": (OverrideUsed(paths=("old/*",), ignore=("AU001",)),),
    "exclude": ("old",),
    "fail_on": "error",
    "allow_partial": True,
    "allow_empty": True,
    "redacted": True,
    "shard": "1/2",
    "as_of": "2026-01-01",
}


@pytest.mark.parametrize("isolated", [False, True])
@pytest.mark.parametrize("name", CHANGES)
def test_whatever_a_run_is_configured_by_changes_something(name: str, isolated: bool) -> None:
    fields = {"rulesets": PLAIN.rulesets, "isolated": isolated}
    assert not Settings(**fields).changes_anything
    assert Settings(**(fields | {name: CHANGES[name]})).changes_anything


def test_each_setting_is_tried() -> None:
    assert {*CHANGES, "isolated"} == set(Settings.__struct_fields__)


def test_an_input_of_which_nothing_was_read_holds_no_objects() -> None:
    assert Input(path="a.cmd", format=None, status=InputStatus.UNREADABLE).objects == {}
