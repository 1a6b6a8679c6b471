"""Two outputs in one text, one below the other: each is read, or something is said."""

from __future__ import annotations

import re
from collections import Counter
from itertools import permutations

import pytest

from ipseclint.engine.inputs import Candidate
from ipseclint.engine.machines import read_inputs
from ipseclint.source import bytes_source
from tests import ROOT

SAMPLES = dict(
    re.findall(
        r"^=== (\w+)\n((?:(?!=== ).*\n)+)", (ROOT / "tests/data/outputs_side_by_side.txt").read_text(), re.MULTILINE
    )
)
"""What tools print and people type, by a name of its own."""

BETWEEN = {"nothing": "", "an empty line": "\n", "a sentence": "\nand this is what the other one says:\n\n"}
SHARED = frozenset({"authentication_set", "main_mode_crypto_set", "quick_mode_crypto_set", "global_settings"})
"""Objects of which two outputs may make one."""

LISTS = frozenset({"list", "qms", "certs", "srv", "vpnlist", "cust", "itemprop"})
"""Lists of properties, around which PowerShell leaves an empty line."""

ONE_OF_TWO = {
    frozenset({"event", "winevt"}), frozenset({"event", "wevtutil"}), frozenset({"winevt", "wevtutil"}),
    frozenset({"vpnlist", "cust"}), frozenset({"sc", "csv"}), frozenset({"svctab", "csv"}),
}  # fmt: skip
"""Pairs that say the same, or of which the second says more of the first; tables of services end at one of objects."""


def read(text: str) -> tuple[Counter[str], bool]:
    """How many objects of each kind are read in a text, and whether there are problems."""
    (input_,) = read_inputs([Candidate(bytes_source("a.txt", text.encode()), named=True)])
    objects = {kind: number for kind, number in input_.input.objects.items() if kind != "builtin"}
    return Counter(objects), bool(input_.parsed.problems)


ALONE = {name: read(text)[0] for name, text in SAMPLES.items()}


def test_each_sample_alone_is_read() -> None:
    assert len(ALONE) > 35
    assert [name for name, objects in ALONE.items() if not objects] == []


@pytest.mark.drawn(12)
@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize("first", SAMPLES)
def test_nothing_is_passed_over_below_another_output(first: str, between: str) -> None:
    lost = []
    for one, second in permutations(SAMPLES, 2):
        if one != first or {one, second} in ONE_OF_TWO or (not BETWEEN[between] and second in LISTS):
            continue
        objects, is_said = read(SAMPLES[one] + BETWEEN[between] + SAMPLES[second])
        missing = [
            kind
            for kind, number in (ALONE[one] + ALONE[second]).items()
            if objects[kind] < (1 if kind in SHARED else number)
        ]
        if missing and not is_said:
            lost.append((second, missing))
    assert lost == []
