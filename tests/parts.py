"""The parts of the files of tests that processes take: by the name of a file, so that a new one moves no other."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from tests import ROOT


def part_of(path: Path, parts: int) -> int:
    """Of so many parts that of a file, counted from 1."""
    name = path.relative_to(ROOT).as_posix()
    return int.from_bytes(sha256(name.encode()).digest()) % parts + 1
