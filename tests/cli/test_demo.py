"""`ipseclint demo` writes its files where nothing is yet: a folder that is there, empty, or one not yet there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import ROOT

EXAMPLES = ROOT / "fixtures" / "runs" / "docs"


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("place", ["empty", "new", "not/yet/there"])
def test_all_files_are_there(tmp_path: Path, cli: Callable[..., Any], place: str) -> None:
    (tmp_path / "empty").mkdir()
    ran = cli("demo", tmp_path / place)
    assert ran.code == 0
    assert files(tmp_path / place) == files(EXAMPLES)


@pytest.mark.parametrize("place", ["full", "full/file"])
def test_what_is_there_is_left(tmp_path: Path, cli: Callable[..., Any], place: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("mine")
    ran = cli("demo", tmp_path / place)
    assert (ran.code, files(tmp_path)) == (2, {"full/file": b"mine"})
    assert "is there already and is not an empty folder; nothing is written" in " ".join(ran.err.split())
