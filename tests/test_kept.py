"""What is kept beside the program comes back whole, is not taken up when damaged, and is nowhere if Python may not."""

from __future__ import annotations

import stat
import sys
import tempfile
from pathlib import Path

import pytest

from ipseclint.kept import KeptFile, keep, kept_at, place_of


@pytest.fixture(autouse=True)
def writing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)


@pytest.mark.parametrize("folders", ["", "__pycache__", "a/b/c"])
@pytest.mark.parametrize("data", [b"", b"\0 bytes \xff" * 100])
def test_what_is_kept_comes_back_from_a_folder_that_is_made_for_it(tmp_path: Path, folders: str, data: bytes) -> None:
    place = tmp_path / folders / "kept"
    keep(place, b"earlier")
    keep(place, data)
    assert kept_at(place) == data
    assert [each.name for each in place.parent.iterdir()] == ["kept"]
    assert stat.S_IMODE(place.stat().st_mode) == 0o644 or sys.platform == "win32"


@pytest.mark.parametrize("at", [0, 3, 4, -1])
def test_what_is_damaged_is_not_taken_up(tmp_path: Path, at: int) -> None:
    place = tmp_path / "kept"
    keep(place, b"some bytes")
    said = bytearray(place.read_bytes())
    said[at] ^= 1
    place.write_bytes(said)
    with pytest.raises(ValueError, match="damaged"):
        kept_at(place)


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    for read in (kept_at, KeptFile):
        with pytest.raises(FileNotFoundError):
            read(tmp_path)


@pytest.mark.parametrize("platform", ["win32", sys.platform])
def test_parts_of_a_file_are_read_wherever_they_stand(
    tmp_path: Path, platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "kept"
    place.write_bytes(b"some bytes")
    monkeypatch.setattr(sys, "platform", platform)
    file = KeptFile(place)
    assert [file.part(5, 10), file.part(0, 4), file.part(3, 3)] == [b"bytes", b"some", b""]
    for begin, end in ((0, 11), (4, 3), (-1, 3), (11, 11)):
        with pytest.raises(ValueError, match="no such part"):
            file.part(begin, end)
    file.close()
    with pytest.raises(ValueError, match="closed"):
        file.part(0, 4)


def test_where_python_keeps_nothing_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    keep(tmp_path / "a" / "kept", b"some bytes")
    assert [*tmp_path.iterdir()] == []


def test_the_place_of_a_file_is_where_python_keeps_its_module(tmp_path: Path) -> None:
    place = place_of(tmp_path / "own.toml")
    assert (place.parent, place.name.startswith("own.")) == (tmp_path / "__pycache__", True)


def test_what_is_kept_needs_no_other_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    keep(tmp_path / "kept", b"some bytes")
    assert kept_at(tmp_path / "kept") == b"some bytes"
