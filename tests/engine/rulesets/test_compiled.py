"""What a file of the program says is parsed once, and again when the file changes or what is kept of it is damaged."""

from __future__ import annotations

import os
import sys
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.rulesets.compiled import compiled


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    file = tmp_path / "own.toml"
    file.write_text("first")
    return file


def said(file: Path) -> tuple[dict[str, Any], bool]:
    """What is said of a file, and whether it was parsed for that."""
    parsed: list[Path] = []

    def parse(path: Path) -> dict[str, Any]:
        parsed.append(path)
        return {"text": path.read_text(), "numbers": [1, 2.5, True]}

    return compiled(file, parse), bool(parsed)


def test_it_is_parsed_once(file: Path) -> None:
    first = {"text": "first", "numbers": [1, 2.5, True]}
    assert said(file) == (first, True)
    assert said(file) == (first, False)
    assert [path.name for path in Path(cache_from_source(str(file))).parent.iterdir()] == [
        Path(cache_from_source(str(file))).name
    ]


def test_a_changed_file_is_parsed_again(file: Path) -> None:
    said(file)
    file.write_text("other")
    os.utime(file, ns=(1, 1))
    assert said(file)[0]["text"] == "other"
    file.write_text("longer")
    os.utime(file, ns=(1, 1))
    assert said(file)[0]["text"] == "longer"


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[:9] + b"?" + data[10:], lambda _: b""])
def test_what_is_damaged_is_parsed_again(file: Path, damage: Any) -> None:
    said(file)
    kept = Path(cache_from_source(str(file)))
    kept.write_bytes(damage(kept.read_bytes()))
    assert said(file)[1]
    assert not said(file)[1]


def test_where_nothing_may_be_written_it_is_parsed_each_time(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert [said(file)[1] for _ in range(2)] == [True, True]
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (file.parent / "__pycache__").write_text("no folder")
    assert [said(file)[1] for _ in range(2)] == [True, True]


def test_what_is_no_file_is_refused_as_reading_it_refuses_it(file: Path) -> None:
    for place in (file.with_name("no-such.toml"), file.parent):
        with pytest.raises(OSError, match=place.name):
            said(place)
