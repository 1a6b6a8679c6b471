"""Mutated inputs leave nothing behind that they must not, whatever command and output they go through."""

from __future__ import annotations

import gc
import json
from pathlib import Path

import pytest

from ipseclint.semantics.negotiation import offers
from tests.attack import mutated_inputs
from tests.attack.keys import KEY

pytestmark = pytest.mark.drawn(6)

GATE_INPUTS = 150
LONG_INPUTS = 100_000
REPEATED_INPUTS = 20


def test_mutated_inputs_break_nothing(tmp_path: Path) -> None:
    figures = mutated_inputs.run(GATE_INPUTS, 1, tmp_path)
    assert figures.faults == []
    assert figures.inputs == GATE_INPUTS
    assert {"check", "inspect", "negotiate", "diff", "fix", "load", "fleet", "init"} <= set(figures.commands)


@pytest.mark.long
def test_very_many_mutated_inputs_break_nothing(tmp_path: Path) -> None:
    assert mutated_inputs.run(LONG_INPUTS, 2, tmp_path).faults == []


def test_the_same_inputs_again_hold_no_more_objects_than_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offers, "_MAX_KNOWN", 8)  # it is full at once
    held = []
    for _ in range(3):
        assert mutated_inputs.run(REPEATED_INPUTS, 3, tmp_path).faults == []
        gc.collect()
        held.append(len(gc.get_objects()))
    assert held[2] - held[1] < REPEATED_INPUTS // 2  # a round later, not one object for two inputs


def test_an_input_that_takes_too_much_memory_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    megabytes = iter((100, 100, 501, 501))
    monkeypatch.setattr(mutated_inputs, "_peak_megabytes", lambda: next(megabytes))
    ((fault, number, *_),) = mutated_inputs.run(3, 1, tmp_path).faults
    assert (fault, number) == ("501 MB", 1)


@pytest.mark.parametrize(
    ("form", "text", "fault"),
    [
        ("text", f"a {KEY}", f"key in text: {KEY}"),
        ("text", "a\x1b[0m", "control in text: 'a\\x1b[0m'"),
        ("text", "::error::x", "control in text: '::error::x'"),
        ("json", '{"a": ', "malformed json: JSONDecodeError: Expecting value: line 1 column 7 (char 6)"),
        ("csv", "a,b\r\nc\r\n", "malformed csv: ValueError: rows of [1, 2] columns"),
        ("text", "Traceback (most recent call last)", "traceback"),
    ],
)
def test_the_attack_sees_a_fault(form: str, text: str, fault: str, tmp_path: Path) -> None:
    assert list(mutated_inputs.faults(1, text, "", form, (), has_key=True)) == [fault]


def test_the_attack_sees_an_internal_error(tmp_path: Path) -> None:
    assert list(mutated_inputs.faults(70, "", "ipseclint: internal error", "text", (), has_key=False)) == [
        "exit 70: ipseclint: internal error"
    ]


def test_every_output_of_the_attack_is_read_back() -> None:
    assert mutated_inputs.malformed("jsonl", json.dumps({}) + "\n") == ""
    assert mutated_inputs.malformed("junit", "<a/>") == ""
    assert mutated_inputs.malformed("junit", "<a>").startswith("XMLSyntaxError")
