"""A value passes through so many modules at most: a house that sprawls is one in which nobody finds the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.walks import WALKS, part_of, walked

MAX_MODULES = {
    "quick-mode lifetime to report and fix": 58,
    "two WFP filters to FL001": 43,
    "preshared key to its mask": 54,
    "peers of the site to QD036": 71,
    "security event to RT001": 28,
}
"""How many modules of the way of each value itself; fewer are better, and a new one has to be worth it."""
MAX_PASSAGES = {
    "quick-mode lifetime to report and fix": 362,
    "two WFP filters to FL001": 565,
    "preshared key to its mask": 343,
    "peers of the site to QD036": 625,
    "security event to RT001": 287,
}
"""How often the way of each goes from one module to another: there and back again is a question asked twice."""


@pytest.mark.parametrize("title", WALKS)
def test_a_value_passes_through_few_modules(title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    passages, fires = walked(title)
    own = {module: number for module, number in passages.items() if part_of(module) == "value"}
    assert fires
    assert len(own) <= MAX_MODULES[title], sorted(own)
    assert sum(own.values()) <= MAX_PASSAGES[title], sorted(own.items())
