"""Configurations of IKE daemons in several files: a file that one includes or names belongs to it.

Only files in its folder, or below, are considered; the files that these include belong to it too.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from ipseclint.source import Source, SourceError, file_source

MAX_MEMBERS = 1_000
"""Reasoned: no configuration of a daemon has more files."""

_ENDING = ".conf"

Members = Callable[[Source, str], Iterator[Source]]
"""The files that a pattern in a file matches."""


def may_include(path: str) -> bool:
    """Whether a file may include others, by its name."""
    return path.casefold().endswith(_ENDING)


def whole(source: Source, members: Members) -> Source:
    """A configuration with all files that belong to it."""
    from ipseclint.formats.peers.included import certificates_of, includes_of

    included = {source.path}

    def leads_to(current: Source) -> Iterator[Source]:
        if current.path not in included:  # a certificate, or the like
            return
        text = _text(current)
        for pattern in includes_of(text):
            for member in members(current, pattern):
                included.add(member.path)
                yield member
        for pattern in certificates_of(text):
            yield from members(source, pattern)

    from ipseclint.engine.inputs.belonging import with_belonging

    return with_belonging(source, leads_to, MAX_MEMBERS)


def _text(source: Source) -> str:
    try:
        return source.read_text()
    except SourceError:
        return ""


def on_disk(place: Path, shown: Callable[[str], str]) -> tuple[Source, tuple[Path, ...]]:
    """A configuration on disk with the files that belong to it, and their paths."""
    places: dict[str, Path] = {}

    def members(including: Source, pattern: str) -> Iterator[Source]:
        folder = places.get(including.path, place).parent
        for path in sorted(glob.iglob(f"{glob.escape(str(folder))}{os.sep}{pattern}")):  # noqa: PTH207 - a pattern of theirs
            if Path(path).is_file():
                places[shown(path)] = Path(path)
                yield file_source(Path(path), shown(path))

    source = whole(file_source(place, shown(str(place))), members)
    return source, tuple(places[member.path] for member in source.members)


def in_archive(source: Source, entries: list[Source]) -> Source:
    """A configuration in an archive with the files there that belong to it."""
    from ipseclint.formats.peers.included import lies_at

    return whole(
        source,
        lambda including, pattern: (entry for entry in entries if lies_at(entry.path, including.path, pattern)),
    )
