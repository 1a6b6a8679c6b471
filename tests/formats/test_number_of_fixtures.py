"""Each format has at least three inputs in its exact shape among the fixtures."""

from __future__ import annotations

from collections import Counter

import pytest
from tests import ROOT

from ipseclint.formats import all_formats, recognise
from ipseclint.source import file_source

OF_WINDOWS_ALONE = {"event-log": "its pages are binary and have a checksum each: only Windows writes one"}
OF_FOLDERS = {"gpo-backup"}
"""Formats of which an input is a folder."""
FOLDERS = ("formats", "rules", "twins", "policies")
LEAST = 3


def counts() -> Counter[str]:
    """How many fixtures are of each format."""
    found: Counter[str] = Counter()
    for folder in FOLDERS:
        for path in (ROOT / "fixtures" / folder).rglob("*"):
            is_configuration = path.suffix == ".toml" and path.parent.name != "peer"
            if path.is_file() and not is_configuration:
                form = recognise(file_source(path, path.name))
                found.update([form.name] if form is not None else [])
    for name in OF_FOLDERS:
        found[name] = len(list((ROOT / "fixtures" / "formats" / name).iterdir()))
    return found


@pytest.mark.drawn(4)
def test_a_format_has_three_inputs_of_its_shape() -> None:
    found = counts()
    names = [form.name for form in all_formats() if form.name not in OF_WINDOWS_ALONE]
    assert {name: found[name] for name in names if found[name] < LEAST} == {}
