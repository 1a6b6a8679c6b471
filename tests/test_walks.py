"""A value passes through so many modules at most: a house that sprawls is one in which nobody finds the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.walks import WALKS, part_of, walked

MAX_MODULES = {
    "quick-mode lifetime to report and fix": 64,
    "two WFP filters to FL001": 46,
    "preshared key to its mask": 60,
    "peers of the site to QD036": 78,
    "security event to RT001": 31,
}
"""How many modules of the way of each value itself; fewer are better, and a new one has to be worth it."""


@pytest.mark.parametrize("title", WALKS)
def test_a_value_passes_through_few_modules(title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    passages, fires = walked(title)
    own = sorted(module for module in passages if part_of(module) == "value")
    assert fires
    assert len(own) <= MAX_MODULES[title], own
