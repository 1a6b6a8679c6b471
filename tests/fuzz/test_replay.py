"""Replays what fuzzing has saved: no reader of binary data may raise, or tell a place outside its input."""

from __future__ import annotations

from pathlib import Path

from tests.cases import cases
from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"
SAVED = {reader: sorted((CORPUS / reader).iterdir()) for reader in sorted(each.name for each in CORPUS.iterdir())}


def test_every_reader_has_a_corpus() -> None:
    assert [reader for reader, saved in SAVED.items() if saved] == sorted(TARGETS)


@cases("reader", SAVED)
def test_no_saved_input_makes_a_reader_raise_or_tell_a_place_outside(reader: str) -> None:
    for saved in SAVED[reader]:
        TARGETS[reader](saved.read_bytes())
