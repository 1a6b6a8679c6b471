"""Replays what fuzzing has saved: no reader of binary data may raise, or tell a place outside its input."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"
SAVED = [(each.parent.name, each.name) for each in sorted(CORPUS.glob("*/*"))]


def test_every_reader_has_a_corpus() -> None:
    assert {name for name, _ in SAVED} == set(TARGETS)


@pytest.mark.parametrize(("reader", "name"), SAVED)
def test_replay(reader: str, name: str) -> None:
    TARGETS[reader]((CORPUS / reader / name).read_bytes())
