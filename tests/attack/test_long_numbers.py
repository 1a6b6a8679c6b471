"""A number longer than Python makes numbers of (4,300 digits) ends no reader, wherever in an export it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ipseclint import check_text
from tests import ROOT
from tests.cases import cases

FORMATS = sorted(folder.name for folder in (ROOT / "fixtures" / "formats").iterdir() if folder.is_dir())
LONG = "9" * 5000
_NUMBER = re.compile(r"[0-9]+")
_LOOKED_BACK = 14
"""Characters before a number that tell which field it is."""


def with_a_long_number(folder: Path) -> Iterator[tuple[Path, str]]:
    """The texts of a folder, each with one of its numbers made long; of numbers behind the same words, the first."""
    seen = set()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        try:
            text = data.decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8")
        except UnicodeDecodeError:
            continue  # a binary carrier
        for match in _NUMBER.finditer(text):
            before = path.suffix, _NUMBER.sub("0", text[max(0, match.start() - _LOOKED_BACK) : match.start()])
            if before not in seen:
                seen.add(before)
                yield path, text[: match.start()] + LONG + text[match.end() :]


@pytest.mark.drawn(10)
@cases("name", FORMATS)
def test_a_number_of_any_length_ends_no_reader(name: str, draw: Callable[..., list[Any]]) -> None:
    texts = list(with_a_long_number(ROOT / "fixtures" / "formats" / name))
    crashes = [
        (path.name, crash.where, crash.error)
        for path, text in draw(texts, FORMATS.index(name), 10)
        for crash in check_text(text, path.name).crashes
    ]
    assert crashes == []
