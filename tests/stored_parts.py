"""Files of answers in parts, each below a line of its own with its name: `## NAME`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def assert_stored(path: Path, name: str, answers: Iterable[str]) -> None:
    """The part of that name, its first line too, is these lines and no more."""
    stored = path.read_text("utf-8").split("\n")
    start = stored.index(f"## {name}")
    found = list(answers)
    assert found == stored[start : start + len(found)]
    assert stored[start + len(found)][:3] in {"## ", ""}


def store_parts(path: Path, parts: Iterable[Iterable[str]]) -> None:
    """Write the file anew."""
    path.write_text("\n".join([*(line for part in parts for line in part), ""]), "utf-8", newline="\n")
