"""Which inputs a run reads: paths, folders and patterns made into machines with their sources."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ipseclint.source import Source, file_source, stdin_source

_SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules"})

_BACKUP_INDEX = "backup.xml"
_BACKUP_ROOT = b"<GroupPolicyBackupScheme"
_BACKUP_HEAD_BYTES = 4096
"""By what a folder is told to be the backup of a GPO: a file of this name that begins with this element."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One source to look at. A source that was `named` by the user is reported even if it holds no policy."""

    source: Source
    named: bool
    folder: str | None = None


def candidates(paths: Iterable[str], stdin_name: str = "<stdin>", exclude: Sequence[str] = ()) -> Iterator[Candidate]:
    """The sources behind paths: files, folders walked in name order, patterns, and `-` for standard input.

    Patterns are expanded here since cmd.exe does not. A literal path that does not exist is yielded too:
    reading it says so. `exclude` are patterns as in .gitignore for what a walk leaves out.
    """
    seen: set[str] = set()
    excluded = _matcher(exclude)
    for path in paths:
        for each in _expand(path, stdin_name):
            if each.source.path not in seen and (each.named or not excluded(each.source.path)):
                seen.add(each.source.path)
                yield each


def _matcher(patterns: Sequence[str]) -> Callable[[str], bool]:
    if not patterns:
        return lambda _path: False
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns).match_file


def _expand(path: str, stdin_name: str) -> Iterator[Candidate]:
    if path == "-":
        yield Candidate(stdin_source(stdin_name), named=True)
        return
    place = Path(path)
    if place.is_dir():
        yield from _walk(place)
    elif not place.exists() and glob.has_magic(path):
        for match in sorted(glob.glob(path, recursive=True)):  # noqa: PTH207 - Path.glob refuses absolute patterns
            yield from _expand(match, stdin_name)
    elif place.name.casefold() == _BACKUP_INDEX and _is_backup(place):
        yield Candidate(_backup(place), named=True)
    else:
        yield Candidate(file_source(place, shown(path)), named=True)


def _walk(folder: Path) -> Iterator[Candidate]:
    for root, folders, names in os.walk(folder):
        index = next((name for name in names if name.casefold() == _BACKUP_INDEX), None)
        if index is not None and _is_backup(Path(root) / index):
            folders.clear()
            yield Candidate(_backup(Path(root) / index), named=False)
            continue
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED_FOLDERS)
        for name in sorted(names):
            if not name.startswith("."):
                place = Path(root) / name
                yield Candidate(file_source(place, shown(str(place))), named=False, folder=shown(root))


def _is_backup(index: Path) -> bool:
    """Whether a file of that name is what Backup-GPO writes: its folder is one input."""
    try:
        with index.open("rb") as stream:
            return _BACKUP_ROOT in stream.read(_BACKUP_HEAD_BYTES)
    except OSError:
        return False


def _backup(index: Path) -> Source:
    """The backup of a GPO as one input: its index, with all other files of the folder as members, in name order."""
    places = sorted(place for place in index.parent.rglob("*") if place.is_file() and place != index)
    members = tuple(file_source(place, shown(str(place))) for place in places)
    return replace(file_source(index, shown(str(index))), members=members)


def shown(path: str) -> str:
    """A path as reports show it: with forward slashes, so that a report is the same on every system."""
    tidy = os.path.normpath(path)
    return tidy.replace("\\", "/") if os.sep == "\\" else tidy
